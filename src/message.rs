//! Every text that a person may read, in one table: what happened and what to do about it.
//!
//! A variant carries only what may be shown. Texts of a server come here cleaned (`secret::clean`).

use std::fmt;

/// What to tell a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    // The call itself.
    NullArgument { name: &'static str },
    NullBuffer { capacity: i32 },
    NegativeLength { length: i32 },
    EmptyArgument { name: &'static str },
    TooLong { name: &'static str, most: usize },
    NotUtf8 { name: &'static str, position: usize },
    StaleHandle { handle: i32, wanted: &'static str },
    HandleOfParent,
    TooManyHandles { most: usize },
    ShutDown,
    FromCallback,
    UnknownStatus { status: i32 },
    Internal { place: String },
    NotYet { what: &'static str },

    // Providers and options.
    UnknownProvider { name: String, known: String },
    ProfileUnreadable { path: String, cause: String },
    ProfileInvalid { path: String, problem: String },
    UnknownOption { name: String, known: String },
    Swapped { option: String },
    NotForProcess { name: String },
    BadValue { option: String, wanted: String },
    UnknownEnvironment { name: String, provider: String, known: String },
    NoDefaultEnvironment { provider: String, known: String },
    UnknownField { name: String, known: String },
    TextField { name: String },
    Missing { provider: String, options: String },
    MissingToRenew { provider: String, options: String },
    NoOperation { provider: String, operation: &'static str },
    RequestUnfit { provider: String, problem: String },
    PlainHttp { url: String },

    // The network.
    UnknownHost { host: String },
    LookupTimedOut { host: String, seconds: u64 },
    ConnectFailed { host: String, cause: String },
    ConnectTimedOut { host: String, seconds: u64 },
    HandshakeTimedOut { host: String, seconds: u64 },
    NoAnswer { host: String, seconds: u64 },
    OutOfTime { host: String },
    Disconnected { host: String, cause: String },
    CutShort { host: String, http_status: u16 },
    NotHttp { host: String, cause: String },
    AnswerTooLarge { host: String, http_status: u16, most: u64 },
    Tls { host: String, cause: String },
    ProxyFailed { proxy: String, cause: String },
    ProxyRefused { proxy: String, http_status: u16 },
    ProxyLogin { proxy: String },

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
    NotJson { provider: String, http_status: u16, bytes: usize, content_type: String },
    Unexpected { provider: String, http_status: u16, bytes: usize, content_type: String, server: String },

    // The renewal.
    WaitedTooLong { ms: u128 },
    LogoutUnfinished { ms: u128 },
    OthersLogIn,
    Remembered { age_s: u32, retry_in_s: u32 },
    Guarded { refused: usize, minutes: u64 },
    TooShortLived { left_s: i64, wanted_s: i64 },
    RefusedAgain,
}

/// How many of the process's own words go before a server's.
fn said(server: &str) -> String {
    if server.is_empty() {
        String::new()
    } else {
        let end = if server.ends_with(['.', '!', '?']) { "" } else { "." };
        format!(" It says: {server}{end}")
    }
}

fn kind(content_type: &str) -> &str {
    if content_type.is_empty() {
        "no content type"
    } else {
        content_type
    }
}

/// A likely cause, where the content type gives it away.
fn suspicion(content_type: &str) -> &'static str {
    if content_type.starts_with("text/html") {
        ": the page of a proxy or of a firewall, or a wrong base_url?"
    } else {
        ": a wrong base_url, or a change at the provider?"
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Message::*;
        match self {
            NullArgument { name } => write!(f, "{name} is NULL: it is required"),
            NullBuffer { capacity } => {
                write!(f, "the buffer is NULL although its capacity is given as {capacity}: pass 0 to ask for the size")
            }
            NegativeLength { length } => write!(f, "the length is {length}: it must be 0 or more"),
            EmptyArgument { name } => write!(f, "{name} is empty: it is required"),
            TooLong { name, most } => write!(f, "{name} is longer than {most} bytes"),
            NotUtf8 { name, position } => write!(
                f,
                "{name} is not UTF-8 (byte {position}): it looks like Windows-1252; convert it with UTF8Encode or its like, \
                 or call the erptokenw_ functions, which take UTF-16"
            ),
            StaleHandle { handle, wanted } => {
                write!(f, "{handle} is no open {wanted}: it was closed, never opened, or is of another kind")
            }
            HandleOfParent => write!(f, "this handle was opened before fork: open accounts in the child process"),
            TooManyHandles { most } => {
                write!(f, "{most} handles are open: close the ones no longer needed (a leak in a loop?)")
            }
            ShutDown => write!(f, "erptoken_shutdown was called meanwhile: open the account again"),
            FromCallback => write!(f, "called from inside the log callback: only the pure and the error functions may be"),
            UnknownStatus { status } => write!(f, "{status} is no status of this library"),
            Internal { place } => {
                write!(f, "a bug in erptoken, caught at {place}: please report it with this text; the program may go on")
            }
            NotYet { what } => write!(f, "{what}: this build has no such operation yet"),

            UnknownProvider { name, known } => write!(
                f,
                "\"{name}\" is no provider: known are {known}, or the absolute path of a profile ending in .json"
            ),
            ProfileUnreadable { path, cause } => write!(f, "the profile {path} can not be read: {cause}"),
            ProfileInvalid { path, problem } => write!(f, "the profile {path} is not valid: {problem}"),
            UnknownOption { name, known } => write!(f, "\"{name}\" is no option here: known are {known}"),
            Swapped { option } => write!(
                f,
                "option and value seem to be swapped: \"{option}\" was given as the value, and is the name of an option"
            ),
            NotForProcess { name } => {
                write!(f, "\"{name}\" belongs to one account: set it with erptoken_set, not with erptoken_configure")
            }
            BadValue { option, wanted } => write!(f, "the value of \"{option}\" is not usable: it must be {wanted}"),
            UnknownEnvironment { name, provider, known } => {
                write!(f, "{provider} has no environment \"{name}\": known are {known}")
            }
            NoDefaultEnvironment { provider, known } => {
                write!(f, "{provider} has several environments and none is called production: set \"environment\" to one of {known}")
            }
            UnknownField { name, known } => write!(f, "\"{name}\" is no field: known are {known}"),
            TextField { name } => write!(f, "\"{name}\" is a text: read it with erptoken_info"),
            Missing { provider, options } => {
                write!(f, "a login at {provider} needs {options}: set it with erptoken_set")
            }
            MissingToRenew { provider, options } => write!(
                f,
                "the imported token of {provider} is no longer usable, and a login needs {options}: set it with erptoken_set, \
                 or import a newer token"
            ),
            NoOperation { provider, operation } => write!(f, "{provider} has no {operation}"),
            RequestUnfit { provider, problem } => write!(f, "the request to {provider} can not be made: {problem}"),
            PlainHttp { url } => write!(
                f,
                "{url} is not https: a password or token would travel readable; use https, or set \"allow_http\" to 1 if that \
                 is acceptable in this network"
            ),

            UnknownHost { host } => {
                write!(f, "the name {host} can not be resolved: check base_url, the DNS and the network cable")
            }
            LookupTimedOut { host, seconds } => {
                write!(f, "no DNS server answered within {seconds} s for {host}: check the network and the DNS settings")
            }
            ConnectFailed { host, cause } => {
                write!(f, "no connection to {host}: {cause}; check the network, the firewall and the proxy")
            }
            ConnectTimedOut { host, seconds } => write!(
                f,
                "{host} did not accept a connection within {seconds} s: a firewall, or a proxy that must be set with \"proxy\"?"
            ),
            HandshakeTimedOut { host, seconds } => write!(
                f,
                "{host} accepted a connection but did not begin TLS within {seconds} s: not an https port, or a firewall in between?"
            ),
            NoAnswer { host, seconds } => {
                write!(f, "{host} accepted the request but did not answer in full within {seconds} s")
            }
            OutOfTime { host } => write!(f, "the time (timeout_ms) was over before {host} could be asked"),
            Disconnected { host, cause } => write!(f, "the connection to {host} broke before an answer came: {cause}"),
            CutShort { host, http_status } => {
                write!(f, "the answer of {host} (HTTP {http_status}) was cut short: the connection broke in the middle")
            }
            NotHttp { host, cause } => write!(f, "what {host} answered is not HTTP: {cause}; a wrong port?"),
            AnswerTooLarge { host, http_status, most } => {
                write!(f, "the answer of {host} (HTTP {http_status}) is larger than {most} bytes")
            }
            Tls { host, cause } => write!(f, "no secure connection to {host}: {cause}"),
            ProxyFailed { proxy, cause } => write!(f, "the proxy {proxy} can not be used: {cause}; check \"proxy\""),
            ProxyRefused { proxy, http_status } => {
                write!(f, "the proxy {proxy} refused the connection (HTTP {http_status}): is the provider's host allowed there?")
            }
            ProxyLogin { proxy } => write!(
                f,
                "the proxy {proxy} wants a login (HTTP 407): set \"proxy\" to http://user:password@host:port"
            ),

            Refused { provider, http_status, server } => write!(
                f,
                "{provider} refused the user, password or key (HTTP {http_status}).{} It is not sent again until it changes: \
                 the account would be locked",
                said(server)
            ),
            MfaWanted { provider } => {
                write!(f, "{provider} wants a second factor: set \"mfa_code\" to the code shown now and ask again")
            }
            MfaRefused { provider, http_status, server } => write!(
                f,
                "{provider} refused the second factor (HTTP {http_status}).{} Set \"mfa_code\" to the code shown now and ask again",
                said(server)
            ),
            PasswordChange { provider } => {
                write!(f, "{provider} wants the password changed first: do it in its portal, then set the new one")
            }
            Forbidden { provider, http_status, server } => write!(
                f,
                "{provider} does not let this account do that (HTTP {http_status}): ask for the permission there.{}",
                said(server)
            ),
            NotFound { provider, http_status, server } => {
                write!(f, "{provider} has no such thing (HTTP {http_status}): a wrong base_url?{}", said(server))
            }
            RateLimited { provider, http_status, server } => {
                write!(f, "{provider} asks to wait (HTTP {http_status}): too many requests.{}", said(server))
            }
            ServerFailed { provider, http_status, server } => {
                write!(f, "{provider} failed (HTTP {http_status}): try again later.{}", said(server))
            }
            FieldMissing { provider, field, http_status, bytes, content_type } => write!(
                f,
                "{field} is missing in {provider}'s answer (HTTP {http_status}, {bytes} bytes of {}){}",
                kind(content_type),
                suspicion(content_type)
            ),
            NotJson { provider, http_status, bytes, content_type } => write!(
                f,
                "{provider}'s answer is not JSON (HTTP {http_status}, {bytes} bytes of {}){}",
                kind(content_type),
                suspicion(content_type)
            ),
            Unexpected { provider, http_status, bytes, content_type, server } => write!(
                f,
                "{provider} answered what its profile does not describe (HTTP {http_status}, {bytes} bytes of {}){}{}",
                kind(content_type),
                suspicion(content_type),
                said(server)
            ),

            WaitedTooLong { ms } => write!(
                f,
                "no token within {ms} ms (timeout_ms): the renewal goes on, the next call may already have its result"
            ),
            LogoutUnfinished { ms } => write!(
                f,
                "a login was still under way after {ms} ms (timeout_ms): what it brings is not kept here, but may live at the \
                 provider until it expires"
            ),
            OthersLogIn => write!(
                f,
                "the time was over while other logins of this account were under way: their outcome decides whether one more \
                 is safe"
            ),
            Remembered { age_s, retry_in_s } => {
                write!(f, " (remembered: it failed {age_s} s ago, and is tried again in {retry_in_s} s)")
            }
            Guarded { refused, minutes } => write!(
                f,
                "the provider refused {refused} logins of this account within {minutes} min: the next is held back, or the account \
                 would be locked; check user and password meanwhile"
            ),
            TooShortLived { left_s, wanted_s } => write!(
                f,
                "the newest token to be had lives {left_s} s, and min_seconds_left asks for {wanted_s}: lower it"
            ),
            RefusedAgain => write!(
                f,
                "this token already replaced one that was refused less than 60 s ago: a newer one would be refused too; \
                 the account lacks a permission of that API, or the request goes to another environment"
            ),
        }
    }
}
