//! English: the store.

use super::en::En;
use super::stores::{FolderFault, StoreFault};
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, StoreFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use StoreFault::*;
        match self.0 {
            Unusable { folder, cause } => write!(f, "the store {folder} can not be used: {}", En(cause)),
            KeyMissing => f.write_str(
                "the store needs a key: set store_key to 64 hexadecimal digits, or to file: and the path of a file that \
                 holds them",
            ),
            KeyExposed { path, cause } => write!(f, "the key of the store, {path}, is no secret: {}", En(cause)),
            OnlyOnWindows { value } => write!(
                f,
                "store_key = {value} is for Windows: set 64 hexadecimal digits, or file: and the path of a file that holds \
                 them"
            ),
            Fixed { option } => write!(
                f,
                "{option} is fixed, because tokens are kept already: set it before the first call that needs a token"
            ),
            Occupied { seconds } => write!(
                f,
                "another process has been renewing this token for more than {seconds} s: is it stopped? End it, or try \
                 again later"
            ),
            Elsewhere => f.write_str("another process is renewing this token: try again in a moment"),
        }
    }
}

impl Display for En<'_, FolderFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use FolderFault::*;
        match self.0 {
            NotAbsolute => f.write_str("its path is not absolute"),
            NotAFolder => f.write_str("it is not a folder, or a link"),
            OtherOwner => f.write_str(
                "it belongs to another user: make it the property of the one who runs this process",
            ),
            OpenToOthers => f.write_str(
                "other users may use it: take their rights away (a folder: chmod 700, a file: chmod 600)",
            ),
            NoLocks { fault } => write!(f, "its file system has no locks: {}", En(fault)),
            System { fault } => En(fault).fmt(f),
        }
    }
}
