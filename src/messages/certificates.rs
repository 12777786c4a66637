//! Texts about client certificates.

pub mod en;
pub mod pt;

use super::parts::FileFault;
use super::wording::told;

told! {
    /// Why a client certificate, or its key, is of no use.
    pub enum ClientFault {
        File { cause: FileFault },
        /// Neither PEM nor PKCS #12.
        NoKind,
        NoCertificate,
        NoKey,
        Damaged,
        /// `name`: what encrypts or protects it, by its number.
        Method { name: String },
        TooMuchWork,
        OldEncryption,
        WantsPassword,
        WrongPassword,
        LacksKey { whose: String, until: String },
        OtherKey { whose: String, until: String },
        KindOfKey { name: String },
        Expired { whose: String, day: String, today: String },
        NotYet { whose: String, day: String, today: String },
        OnlyOnWindows,
        NoThumbprint,
        NotInStore { thumbprint: String },
        /// `code`: the system's number for it.
        StoreKey { whose: String, code: String },
    }
}

impl ClientFault {
    /// Whether another option, which may be set later, makes it good.
    pub fn may_pass(&self) -> bool {
        use ClientFault::*;
        matches!(self, WantsPassword | WrongPassword | LacksKey { .. } | OtherKey { .. })
    }

    /// Whether an option that is set already is to blame.
    pub fn is_contradiction(&self) -> bool {
        !matches!(self, ClientFault::WantsPassword | ClientFault::LacksKey { .. })
    }
}
