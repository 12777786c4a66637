//! The report: facts, line by line, and advice.

pub mod en;
pub mod pt;

use super::message::Message;
use super::parts::Cause;
use super::wording::told;

told! {
    /// One line of the report.
    pub enum Fact {
        Made { version: &'static str, abi: i32, system: &'static str, processor: &'static str, tls: &'static str, at: String },
        Provider { provider: String, name: String },
        Environment { name: String, base: String },
        User { user: String },
        NoUser,
        Options { names: String },
        NoOptions,
        ClientCertificate { subject: String, issuer: String, until: String, key: String, from: &'static str },
        State { state: &'static str },
        Expires { at: String },
        LastError { status: &'static str },
        Counted { logins: u64, refreshes: u64, failures: u64 },
        /// One of the last answers that were not what was asked for.
        BadAnswer { at: String, operation: String, http_status: u16, content_type: String, bytes: usize, verdict: &'static str },
        Unanswered { at: String, operation: String },
        Store { kind: String },
        StoreWorks { kind: String, ms: u128 },
        Direct,
        DirectAsLoopback { proxy: String },
        DirectAsExcepted { proxy: String, setting: &'static str },
        Proxied { proxy: String, setting: &'static str },
        LookedUp { host: String, addresses: String, ms: u128 },
        NotLookedUp { host: String, ms: u128 },
        Connected { address: String, ms: u128 },
        NotConnected { address: String, ms: u128, cause: Cause },
        Secured { version: String, cipher: String, ms: u128 },
        NotSecured { ms: u128 },
        Certificate { number: usize, subject: String, issuer: String, from: String, until: String },
        Answered { http_status: u16, ms: u128 },
        NotAnswered,
        Clock { ahead_s: i64 },
        ClockUnknown,
        Advice,
        // What is told of a profile.
        ProfileValid { path: String, title: String },
        ProfileInvalid { path: String, problems: usize },
        ProfileWarnings { warnings: usize },
        Sends { environment: String },
        SendsAlways { operation: String },
        SendsWith { operation: String, options: Vec<String> },
        SendsApi,
        NotShown { requests: usize },
        Computed,
        Fixed,
    }
}

told! {
    /// What was found to be wrong, and what to do.
    pub enum Advice {
        AllWell,
        /// A failure whose text says what to do.
        Failed { why: Message },
        Lacks { options: Vec<String> },
        LastFailed { status: &'static str, retry_in_s: u32, why: Message },
        Foreign { times: usize },
        Redirected { times: usize },
        /// The token came without a life.
        DeadOnArrival,
        ClockFast { seconds: i64 },
        ClockSlow { seconds: i64 },
        DeadAddress { address: String, cause: Cause },
        Untrusted { issuer: String },
        EndsSoon { until: String },
        OwnEndsSoon { whose: String, until: String },
    }
}
