//! What it takes to put things into words, in any language.

/// An enum that is put into words.
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
    };
}
pub(super) use told;

/// Names of options: `"a"`, `"a" and "b"`.
pub fn all_of(names: &[String], and: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(&format!(" {and} "))
}
