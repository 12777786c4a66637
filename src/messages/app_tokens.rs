//! Texts about application tokens.

pub mod en;
pub mod pt;

use super::wording::told;

told! {
    pub enum AppToken {
        // The call itself.
        Expires { fault: ExpiresFault },
        UnusableId,
        MissingToCreate { provider: String, options: Vec<String> },
        /// `token` = `application` with a store that ends with the process.
        NeedsStore,

        // The provider's answer.
        ExpiresRefused { provider: String, http_status: u16, asked: String, server: String },
        PasswordRefused { provider: String, http_status: u16, server: String },
        /// Refused with a session token that is new, too.
        SessionRefused { provider: String, http_status: u16, server: String },
        Gone { provider: String, http_status: u16, server: String },
        Endless { most: usize },

        // What is stored.
        Unknown,
        Expired { at: String },
        Busy,
        Full { most: usize },
        OfAnotherVersion,

        // Told after another message.
        MayExist,
        NotStored { id: String },
        NotRemoved,
    }
}

told! {
    /// Why a text is no end of a token.
    pub enum ExpiresFault {
        NotUnderstood,
        NoZone,
        Past,
        TooFar { days: i64 },
    }
}
