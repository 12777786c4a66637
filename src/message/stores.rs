//! What there is to tell of the store.

use super::parts::SystemFault;
use super::wording::told;

told! {
    pub enum StoreFault {
        Unusable { folder: String, cause: FolderFault },
        KeyMissing,
        KeyExposed { path: String, cause: FolderFault },
        OnlyOnWindows { value: String },
        /// Tokens are kept already, as the option said before.
        Fixed { option: &'static str },
        /// Another process has the lock, and does not end.
        Occupied { seconds: u64 },
        /// Another process renews.
        Elsewhere,
    }
}

told! {
    /// Why a folder or a file can not hold what nobody else may see.
    pub enum FolderFault {
        NotAbsolute,
        NotAFolder,
        OtherOwner,
        OpenToOthers,
        NoLocks { fault: SystemFault },
        System { fault: SystemFault },
    }
}
