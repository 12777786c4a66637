//! Texts about the store.

pub mod en;
pub mod pt;

use super::parts::SystemFault;
#[cfg(feature = "redis")]
use super::parts::{Cause, TlsFault};
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
        #[cfg(not(feature = "redis"))]
        NotBuilt,
        #[cfg(feature = "redis")]
        Redis { server: String, cause: RedisFault },
    }
}

told! {
    /// Why a folder or a file cannot hold what nobody else may see.
    pub enum FolderFault {
        NotAbsolute,
        NotAFolder,
        NotAFile,
        OtherOwner,
        OpenToOthers,
        NoLocks { fault: SystemFault },
        System { fault: SystemFault },
    }
}

#[cfg(feature = "redis")]
told! {
    /// Why a Redis server is no store, or none now. `server`: what it says itself.
    pub enum RedisFault {
        Lost { cause: Cause },
        Tls { cause: TlsFault },
        NoTls,
        SpeaksTls,
        NotRedis,
        LoginRefused { server: String },
        Forbidden { server: String },
        Unready { server: String },
        ReadOnly,
        Cluster,
        Refused { server: String },
        /// Another process has had the lease since this one had it.
        Overtaken,
    }
}
