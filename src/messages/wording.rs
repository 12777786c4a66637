//! Helpers for texts in any language.

pub mod en;
pub mod pt;

/// An enum that is put into words. Its tests make a value of every variant, so that none is left untold.
macro_rules! told {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$of:meta])* $variant:ident $({ $($field:ident: $kind:ty),* })?,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant $({ $($field: $kind),* })?,)*
        }

        #[cfg(test)]
        impl $crate::messages::samples::Sample for $name {
            #[allow(unused_doc_comments)] // what is said of a variant may be of which feature it is
            fn samples(_marks: &mut $crate::messages::samples::Marks) -> Vec<Self> {
                let mut all = Vec::new();
                $($(#[$of])* {
                    $($(let $field = <$kind as $crate::messages::samples::Sample>::samples(_marks);)*)?
                    let most = [1, $($($field.len()),*)?].into_iter().max().unwrap_or_default();
                    all.extend((0..most).map(|_at| {
                        $name::$variant $({ $($field: $field[_at % $field.len()].clone()),* })?
                    }));
                })*
                all
            }
        }
    };
}
pub(super) use told;

/// Names of options: `"a"`, `"a" and "b"`.
pub fn all_of(names: &[String], and: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(&format!(" {and} "))
}
