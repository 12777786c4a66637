//! Events of the log.

pub mod en;
pub mod pt;

use super::message::Message;
use super::wording::told;

told! {
    /// What happened. `status` is the name of a status.
    pub enum Event {
        // Accounts and options.
        Opened,
        Closed,
        /// By name alone: a value may be a secret.
        OptionSet { option: String },
        OptionCleared { option: String },
        ProcessOptionSet { option: String },
        ProcessOptionCleared { option: String },

        /// Soon.
        CertificateEnds { whose: String, until: String, days: u64 },

        // The renewal.
        RenewalBegan,
        LoggedIn { life_s: i64 },
        Refreshed { life_s: i64 },
        /// Nothing is sent for a moment, in which the token is handed out all the same.
        DeadOnArrival { life_s: i64 },
        /// The default is taken.
        LifeUnread { text: String, life_s: i64 },
        RefreshRefused,
        /// Another process had got it.
        Adopted { life_s: i64 },
        RenewedElsewhere,
        StoreFailed { why: Message },
        /// It is older than another that was there.
        RecordPutBack,
        #[cfg(feature = "redis")]
        StoreBack { server: String },
        RenewalFailed { status: &'static str, retry_in_s: u32, why: Message },
        /// The token is good still.
        RenewalFailedInTime { status: &'static str, retry_in_s: u32, left_s: i64, why: Message },
        AnsweredFromMemory { status: &'static str, age_s: u32, retry_in_s: u32 },
        CallFailed { status: &'static str, why: Message },

        Answered { method: String, host: String, http_status: u16 },
        /// An answer that is not what was asked for. `start`: of the body, without what may be a secret.
        AnswerJudged {
            operation: String,
            method: &'static str,
            address: String,
            http_status: u16,
            content_type: String,
            bytes: usize,
            verdict: &'static str,
            start: String
        },
        Unanswered { operation: String, method: String, address: String, why: Message },

        // A token's end.
        Rejected,
        RejectedLate,
        RejectedAgain,
        RejectedForGood,
        LoggedOut,
        LogoutFailed { status: &'static str, why: Message },

        // Application tokens.
        AppTokenCreated { id: String },
        AppTokenRevoked { id: String },
        /// Replaced, and still alive at the provider.
        AppTokenLeft { id: String, status: &'static str, why: Message },
        AppTokenUnsaved { id: String, status: &'static str, why: Message },

        ShutDown,
        Reported,

        // The log itself.
        VariableIgnored { why: Message },
        LogBegins { version: &'static str, system: &'static str, processor: &'static str },
        LinesDropped { lines: u64 },
        LinesUnwritten { lines: u64 },
    }
}
