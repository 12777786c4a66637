//! Every text that a person may read: what happened and what to do about it.
//!
//! A variant carries only what may be shown. Texts of a server come here cleaned (`secret::clean`).

mod en;
mod en_parts;
mod parts;
mod table;
mod wording;

pub use parts::{Cause, FileFault, HttpFault, Opened, TlsFault, ToCome, Unfit, Wanted};
pub use table::Message;

use std::fmt;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        en::En(self).fmt(f)
    }
}
