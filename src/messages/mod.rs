//! Every text that a person may read: what happened and what to do about it, in each language (`en`, `pt`).
//!
//! A message is put into words when it is told and not when it is made: what was remembered is told in the language
//! of the one who asks. A variant carries only what may be shown. Texts of a server come here cleaned
//! (`secret::clean`).

mod app_tokens;
mod certificates;
mod events;
mod language;
mod message;
mod parts;
mod profile;
mod report;
#[cfg(test)]
mod samples;
mod stores;
#[cfg(test)]
mod tests;
mod wording;

pub use app_tokens::{AppToken, ExpiresFault};
pub use certificates::ClientFault;
pub use events::Event;
pub use language::Language;
pub use message::Message;
pub use parts::{Cause, FileFault, HttpFault, NoJson, Opened, SystemFault, TlsFault, Unfit, Wanted};
pub use profile::{Fault, Problem};
pub use report::{Advice, Fact};
#[cfg(feature = "redis")]
pub use stores::RedisFault;
pub use stores::{FolderFault, StoreFault};

use std::fmt;

macro_rules! told_in_words {
    ($($name:ident)*) => {$(
        impl $name {
            /// In words.
            pub fn told(&self, language: Language) -> impl fmt::Display + '_ {
                Told { what: self, language }
            }
        }

        impl fmt::Display for Told<'_, $name> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.language {
                    Language::English => message::en::En(self.what).fmt(f),
                    Language::Portuguese => message::pt::Pt(self.what).fmt(f),
                }
            }
        }
    )*};
}

told_in_words!(Message Event Fact Advice);

struct Told<'a, T> {
    what: &'a T,
    language: Language,
}
