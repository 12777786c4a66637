//! English.

use super::Message;
use crate::messages::wording::all_of;
use crate::messages::wording::en::{kind, said, suspicion};
use crate::messages::Language;
use std::fmt;

/// Something in English.
pub struct En<'a, T>(pub &'a T);

impl fmt::Display for En<'_, Message> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Message::*;
        match self.0 {
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
                 or call the erptokena_ functions, which take the system's 8-bit code page, or erptokenw_, which take UTF-16"
            ),
            NotUtf16 { name, position } => write!(
                f,
                "{name} is not UTF-16 (unit {position}): half of a surrogate pair stands alone there; a text may have been \
                 cut in the middle of a character"
            ),
            NotAnsi { name, position } => write!(
                f,
                "{name}: byte {position} is no character of the ANSI code page (the process's on Windows, else \
                 Windows-1252); if the text is UTF-8, call the erptoken_ functions, if it is UTF-16, erptokenw_"
            ),
            StaleHandle { handle, wanted } => {
                write!(f, "{handle} is no open {}: it was closed, never opened, or is of another kind", En(wanted))
            }
            HandleOfParent => write!(f, "this handle was opened before fork: open accounts in the child process"),
            TooManyHandles { most } => {
                write!(f, "{most} handles are open: close the ones no longer needed (a leak in a loop?)")
            }
            ShutDown => write!(f, "erptoken_shutdown was called meanwhile: open the account again"),
            FromCallback => write!(f, "called from inside the log callback: only the pure and the error functions may be"),
            NoLevel => write!(f, "that is not a level: 0 off, 1 error, 2 warning, 3 information, 4 debug"),
            TooManyCallbacks { most } => {
                write!(f, "{most} log callbacks are there: remove the ones no longer needed, with level 0")
            }
            CallbackRuns { seconds } => write!(
                f,
                "the callback still runs on another thread after {seconds} s: it is not called again, but what it uses must \
                 not be freed; does it wait for a lock that the caller holds?"
            ),
            UnknownStatus { status } => write!(f, "{status} is not a status of this library"),
            Internal { place } => {
                write!(f, "a bug in erptoken, caught at {place}: please report it with this text; the program may go on")
            }

            UnknownProvider { name, known } => write!(
                f,
                "\"{name}\" is not a known provider: known are {known}, or the absolute path of a profile ending in .json"
            ),
            ProfileUnreadable { path, cause } => write!(f, "the profile {path} cannot be read: {}", En(cause)),
            ProfileExposed { path, cause } => {
                write!(f, "the profile {path} decides where passwords go, so it is not used: {}", En(cause))
            }
            ProfileInvalid { path, problem, more } => {
                write!(f, "the profile {path} is not valid: {}", problem.told(Language::English))?;
                match more {
                    0 => Ok(()),
                    1 => write!(f, "; one more problem: erptoken_check_profile shows both"),
                    _ => write!(f, "; {more} more problems: erptoken_check_profile shows all"),
                }
            }
            UnknownOption { name: Some(name), known } => {
                write!(f, "\"{name}\" is not a valid option here: known are {known}")
            }
            UnknownOption { name: None, known } => {
                write!(f, "that name (not shown: it may be a value) is not a valid option here: known are {known}")
            }
            UnknownProcessOption { name, known } => {
                match name {
                    Some(name) => write!(f, "\"{name}\" is not a valid option here")?,
                    None => f.write_str("that name (not shown: it may be a value) is not a valid option here")?,
                }
                write!(f, ": known are {known}, and the account options that are not credentials")
            }
            Swapped { option } => write!(
                f,
                "option and value seem to be swapped: \"{option}\" was given as the value, and is the name of an option"
            ),
            NotForProcess { name } => {
                write!(f, "\"{name}\" belongs to one account: set it with erptoken_set, not with erptoken_configure")
            }
            BadValue { option, wanted } => write!(f, "the value of \"{option}\" is not usable: it must be {}", En(wanted)),
            UnknownEnvironment { name, provider, known } => {
                write!(f, "{provider} has no environment \"{name}\": known are {known}")
            }
            NoDefaultEnvironment { provider, known } => {
                write!(f, "{provider} has several environments and none is called production: set \"environment\" to one of {known}")
            }
            UnknownField { name, known } => write!(f, "\"{name}\" is not a valid field: known are {known}"),
            TextField { name } => write!(f, "\"{name}\" is a text: read it with erptoken_info"),
            Missing { provider, options } => {
                write!(f, "a login at {provider} needs {}: set it with erptoken_set", all_of(options, "and"))
            }
            MissingToRenew { provider, options } => write!(
                f,
                "the imported token of {provider} is no longer usable, and a login needs {}: set it with erptoken_set, or \
                 import a newer token",
                all_of(options, "and")
            ),
            ConsentMissing { provider, options } => write!(
                f,
                "there is no usable token of {provider} in the store, and a new one needs a person's consent: let the person \
                 consent in a browser and set {} with erptoken_set (each consent is good for one login)",
                all_of(options, "and")
            ),
            NoOperation { provider } => write!(f, "{provider} has no such operation"),
            NoRefresh { provider } => write!(f, "{provider} has no refresh"),
            RequestUnfit { provider, problem } => write!(f, "the request to {} cannot be made: {}", provider.as_deref().unwrap_or("the server"), En(problem)),
            PlainHttp { url } => write!(
                f,
                "{url} is not https: a password or token would travel readable; use https, or set \"allow_http\" to 1 if that \
                 is acceptable in this network"
            ),

            ClientCertificate { cause } => write!(f, "the client certificate cannot be used: {}", En(cause)),

            UnknownHost { host } => {
                write!(f, "the name {host} cannot be resolved: the DNS does not know it; check base_url and the DNS settings")
            }
            LookupFailed { host } => write!(
                f,
                "the name {host} cannot be resolved: {}; check the network and the DNS settings",
                En(&super::Cause::NoNameServer)
            ),
            LocalFault { host, fault } => write!(f, "{host} was not asked: {}", En(fault)),
            LookupTimedOut { host, seconds } => {
                write!(f, "no DNS server answered within {seconds} s for {host}: check the network and the DNS settings")
            }
            ConnectFailed { host, cause } => {
                write!(f, "no connection to {host}: {}; check the network, the firewall and the proxy", En(cause))
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
            HandshakeBroken { host, cause } => {
                write!(f, "the connection to {host} broke during the TLS handshake: {}", En(cause))
            }
            Disconnected { host, cause } => write!(f, "the connection to {host} broke before an answer came: {}", En(cause)),
            CutShort { host, http_status } => {
                write!(f, "the answer of {host} (HTTP {http_status}) was cut short: the connection broke in the middle")
            }
            NotHttp { host, cause } => write!(f, "what {host} answered is not HTTP: {}; a wrong port?", En(cause)),
            AnswerTooLarge { host, http_status, most } => {
                write!(f, "the answer of {host} (HTTP {http_status}) is larger than {most} bytes")
            }
            CompressedUnasked { host, http_status, encoding } => write!(
                f,
                "the answer of {host} (HTTP {http_status}) is compressed with {encoding} although nobody asked, and cannot be \
                 read: switch compression off for this address at the server, or at the proxy in front of it"
            ),
            NoMemoryFor { name, bytes } => write!(f, "there is no memory for {bytes} bytes of {name}"),
            NoMemory { host, bytes } => {
                write!(f, "this process has no {bytes} bytes of memory for the answer of {host}: ask for less at once")
            }
            Tls { host, cause } => write!(f, "no secure connection to {host}: {}", En(cause)),
            ProxyFailed { proxy, cause } => write!(f, "the proxy {proxy} cannot be used: {}; check \"proxy\"", En(cause)),
            ProxyUnusable { setting, kind: Some(kind) } => write!(
                f,
                "the proxy set by {setting} cannot be used: proxies of the kind {kind} are not supported; it must be of the \
                 form http://[user:password@]host:port"
            ),
            ProxyUnusable { setting, kind: None } => write!(
                f,
                "the proxy set by {setting} cannot be used: it must be of the form http://[user:password@]host:port"
            ),
            ProxyRefused { proxy, http_status } => {
                write!(f, "the proxy {proxy} refused the connection (HTTP {http_status}): is the provider's host allowed there?")
            }
            ProxyLogin { proxy, http_status } => write!(
                f,
                "the proxy {proxy} wants a login, or refused the one it got (HTTP {http_status}): set \"proxy\" to \
                 http://user:password@host:port"
            ),

            ProxyWays { proxy, http_status, ways } => write!(
                f,
                "the proxy {proxy} wants a login by {ways} (HTTP {http_status}), which this library does not speak, only \
                 Basic: set \"proxy\" to a relay on this machine that does (cntlm, px), or have the proxy let this \
                 machine through without a login"
            ),
            ProxyUnreached { proxy, host, http_status } => write!(
                f,
                "the proxy {proxy} did not reach {host} (HTTP {http_status}): the server, or the network behind the proxy, \
                 may be down"
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
            NotJson { provider, what, http_status, bytes, content_type } => write!(
                f,
                "what came instead of {provider}'s answer is not JSON but {} (HTTP {http_status}, {bytes} bytes of {}): a gateway, \
                 firewall or proxy answered in its place; have the provider's address let through there, or check \"base_url\" \
                 and \"proxy\"",
                En(what),
                kind(content_type)
            ),
            Redirected { provider, http_status, target } => write!(
                f,
                "the address of {provider} points to {target} (HTTP {http_status}), which is not followed: password and token go \
                 to no other address; check \"base_url\", or whether a gateway or proxy wants a login first"
            ),
            UnfitToken { provider, http_status } => write!(
                f,
                "the access_token in {provider}'s answer (HTTP {http_status}) has a blank, a line end or another character inside \
                 that no header takes: the provider must mend it"
            ),
            TooManySteps { provider, most } => {
                write!(f, "{provider}'s answers ask for more than {most} steps in a row: correct `next` in the profile")
            }
            FieldElsewhere { whose, field, places, operation, there, server } => {
                write!(f, "{whose}: {field} is not at {places} in {operation}'s answer; ")?;
                match there.as_str() {
                    "" => f.write_str("nothing is there that has a name")?,
                    there => write!(f, "there are: {there}")?,
                }
                f.write_str(&said(server))
            }
            ClientRefused { provider, http_status, server } => write!(
                f,
                "{provider} refused the client, not the user (HTTP {http_status}): check \"client_id\" and \"client_secret\", or the \
                 client certificate.{}",
                said(server)
            ),
            Unexpected { provider, http_status, bytes, content_type, server } => write!(
                f,
                "{provider} answered what its profile does not describe (HTTP {http_status}, {bytes} bytes of {}){}{}",
                kind(content_type),
                suspicion(content_type),
                said(server)
            ),

            HostNotAllowed { host } => write!(
                f,
                "the token may not go to {host}: it is not a host of the chosen environment; add it to \"api_hosts\" if it is to \
                 be trusted with the token"
            ),
            BodyLength { length } => write!(
                f,
                "the body's length is {length}: it must be 0 or more, or -1 for a text that ends with NUL"
            ),
            ResponseTooLarge { host, http_status, most } => write!(
                f,
                "the answer of {host} (HTTP {http_status}) is larger than {most} bytes: ask for less at once, or raise \
                 \"max_response_bytes\""
            ),
            NoSuchHeader { name } => write!(f, "the response has no header \"{name}\""),
            NoSuchField { path } => write!(f, "the response's JSON has nothing at \"{path}\""),
            NotAPath { path } => write!(
                f,
                "\"{path}\" is not a JSON Pointer: it is empty, or begins with / as in /items/0/id; ~ is written ~0, and / inside a name ~1"
            ),
            BodyNotJson { http_status, bytes, content_type } => write!(
                f,
                "the body of the response is not JSON (HTTP {http_status}, {bytes} bytes of {}): read it with erptoken_response_text",
                kind(content_type)
            ),
            Compressed { encoding } => write!(
                f,
                "the body of the response is compressed with {encoding} (its header Content-Encoding): read it with \
                 erptoken_response_bytes, or send no Accept-Encoding: gzip and deflate that nobody asked for are read"
            ),
            UnknownCharset => f.write_str(
                "the charset of the response (its header Content-Type) is not known here: read its bytes with \
                 erptoken_response_bytes",
            ),

            AppToken { about } => En(about).fmt(f),

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
            CertificateAsked { whose: None } => f.write_str(
                "; the server asked for a client certificate, and there is none: does it need one (\"client_certificate\")?",
            ),
            CertificateAsked { whose: Some(whose) } => write!(
                f,
                "; the server asked for a client certificate and was shown that of {whose}: is it the one that this server knows?"
            ),
            Guarded { refused, minutes } => write!(
                f,
                "the provider refused {refused} logins of this account within {minutes} min: the next is held back, or the account \
                 would be locked; check user and password meanwhile"
            ),
            TooShortLived { left_s, wanted_s } => write!(
                f,
                "the newest token to be had lives {left_s} s, and min_seconds_left asks for {wanted_s}: lower it"
            ),
            StoreBusy => f.write_str("the store cannot be locked: another program holds its lock, or it does not lock at all"),
            StoreForgets => f.write_str("the store does not give back what was written to it"),
            RefusedAgain => write!(
                f,
                "this token already replaced one that was refused less than 60 s ago: a newer one would be refused too; \
                 the account lacks a permission of that API, or the request goes to another environment"
            ),
            NothingRenews => f.write_str(
                "an API refused this token, and nothing can renew it: it is kept and handed out again; check whether it is the \
                 right one, its permissions at the provider, and the environment"
            ),
            Store { fault } => En(fault).fmt(f),
        }
    }
}
