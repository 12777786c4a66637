//! Error texts.

pub mod en;
pub mod pt;

use super::app_tokens::AppToken;
use super::certificates::ClientFault;
use super::parts::{Cause, FileFault, HttpFault, NoJson, Opened, SystemFault, TlsFault, Unfit, Wanted};
use super::profile::Problem;
use super::stores::StoreFault;
use super::wording::told;

told! {
    /// What to tell a person.
    pub enum Message {
        // The call itself.
        NullArgument { name: &'static str },
        NullBuffer { capacity: i32 },
        NegativeLength { length: i32 },
        EmptyArgument { name: &'static str },
        TooLong { name: &'static str, most: usize },
        NotUtf8 { name: &'static str, position: usize },
        NotUtf16 { name: &'static str, position: usize },
        NotAnsi { name: &'static str, position: usize },
        StaleHandle { handle: i32, wanted: Opened },
        HandleOfParent,
        TooManyHandles { most: usize },
        ShutDown,
        FromCallback,
        NoLevel,
        TooManyCallbacks { most: usize },
        CallbackRuns { seconds: u64 },
        UnknownStatus { status: i32 },
        Internal { place: String },

        // Providers and options.
        UnknownProvider { name: String, known: String },
        ProfileUnreadable { path: String, cause: FileFault },
        /// Somebody else may change it.
        ProfileExposed { path: String, cause: FileFault },
        /// The first of its problems, and how many `more` there are.
        ProfileInvalid { path: String, problem: Problem, more: usize },
        /// Without a name when it looks like a value in the wrong place.
        UnknownOption { name: Option<String>, known: String },
        /// Without a name when it looks like a value in the wrong place.
        UnknownProcessOption { name: Option<String>, known: String },
        Swapped { option: String },
        NotForProcess { name: String },
        BadValue { option: String, wanted: Wanted },
        UnknownEnvironment { name: String, provider: String, known: String },
        NoDefaultEnvironment { provider: String, known: String },
        UnknownField { name: String, known: String },
        TextField { name: String },
        Missing { provider: String, options: Vec<String> },
        MissingToRenew { provider: String, options: Vec<String> },
        /// There is no refresh token, and only a person can bring one.
        ConsentMissing { provider: String, options: Vec<String> },
        NoOperation { provider: String },
        NoRefresh { provider: String },
        /// Without a provider while not even its host is known.
        RequestUnfit { provider: Option<String>, problem: Unfit },
        PlainHttp { url: String },
        ClientCertificate { cause: ClientFault },

        // The network.
        UnknownHost { host: String },
        LookupFailed { host: String },
        /// The cause lies in this machine.
        LocalFault { host: String, fault: SystemFault },
        LookupTimedOut { host: String, seconds: u64 },
        ConnectFailed { host: String, cause: Cause },
        ConnectTimedOut { host: String, seconds: u64 },
        HandshakeTimedOut { host: String, seconds: u64 },
        NoAnswer { host: String, seconds: u64 },
        OutOfTime { host: String },
        HandshakeBroken { host: String, cause: Cause },
        Disconnected { host: String, cause: Cause },
        CutShort { host: String, http_status: u16 },
        NotHttp { host: String, cause: HttpFault },
        AnswerTooLarge { host: String, http_status: u16, most: u64 },
        CompressedUnasked { host: String, http_status: u16, encoding: String },
        NoMemory { host: String, bytes: usize },
        NoMemoryFor { name: &'static str, bytes: usize },
        Tls { host: String, cause: TlsFault },
        ProxyFailed { proxy: String, cause: Cause },
        /// `setting`: the option or environment variable that should name one. `kind`: its scheme, if that is the matter.
        ProxyUnusable { setting: &'static str, kind: Option<String> },
        ProxyRefused { proxy: String, http_status: u16 },
        ProxyLogin { proxy: String, http_status: u16 },
        /// It offers no way to log in that this library knows.
        ProxyWays { proxy: String, http_status: u16, ways: String },
        /// Told after another: what may be behind it. `whose`: the certificate that was shown.
        CertificateAsked { whose: Option<String> },
        /// It did not get through to the host.
        ProxyUnreached { proxy: String, host: String, http_status: u16 },

        // The provider's answer.
        Refused { provider: String, http_status: u16, server: String },
        MfaWanted { provider: String },
        MfaRefused { provider: String, http_status: u16, server: String },
        PasswordChange { provider: String },
        Forbidden { provider: String, http_status: u16, server: String },
        NotFound { provider: String, http_status: u16, server: String },
        RateLimited { provider: String, http_status: u16, server: String },
        ServerFailed { provider: String, http_status: u16, server: String },
        FieldMissing { provider: String, field: String, http_status: u16, bytes: usize, content_type: String },
        NotJson { provider: String, what: NoJson, http_status: u16, bytes: usize, content_type: String },
        Redirected { provider: String, http_status: u16, target: String },
        UnfitToken { provider: String, http_status: u16 },
        ClientRefused { provider: String, http_status: u16, server: String },
        TooManySteps { provider: String, most: usize },
        FieldElsewhere { whose: String, field: String, places: String, operation: String, there: String, server: String },
        Unexpected { provider: String, http_status: u16, bytes: usize, content_type: String, server: String },

        // A request of the program's own, and the response as it is read.
        HostNotAllowed { host: String },
        BodyLength { length: i32 },
        ResponseTooLarge { host: String, http_status: u16, most: u64 },
        NoSuchHeader { name: String },
        NoSuchField { path: String },
        NotAPath { path: String },
        BodyNotJson { http_status: u16, bytes: usize, content_type: String },
        UnknownCharset,
        Compressed { encoding: String },

        AppToken { about: AppToken },

        // The renewal.
        WaitedTooLong { ms: u128 },
        LogoutUnfinished { ms: u128 },
        OthersLogIn,
        Remembered { age_s: u32, retry_in_s: u32 },
        Guarded { refused: usize, minutes: u64 },
        TooShortLived { left_s: i64, wanted_s: i64 },
        RefusedAgain,
        NothingRenews,
        StoreBusy,
        StoreForgets,

        // The store.
        Store { fault: StoreFault },
    }
}

impl From<AppToken> for Message {
    fn from(about: AppToken) -> Message {
        Message::AppToken { about }
    }
}
