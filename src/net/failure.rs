//! Errors of ureq, rustls and the system as what happened to the call.

use super::call::CallFailure;
use super::guard::Broken;
use super::identity::ClientIdentity;
use super::names::Failure;
use super::progress::{self, Phase, Progress};
use super::target::{unfit, Target};
use super::tls_fault;
use super::tunnel::Refusal;
use crate::error::{Error, Status};
use crate::messages::{Cause, FileFault, HttpFault, Message, SystemFault, TlsFault, Unfit};
use std::io::{self, ErrorKind};
use ureq::Error as Raw;

/// Who took part in the call.
pub struct CallContext<'a> {
    pub target: &'a Target,
    /// The proxy in between, as shown.
    pub proxy: Option<String>,
    /// Whom a server is shown that asks.
    pub identity: Option<&'a ClientIdentity>,
}

/// First bytes of TLS records: an alert, a handshake.
const TLS_RECORDS: [u8; 2] = [21, 22];

impl CallContext<'_> {
    /// `http_status` is that of an answer whose body did not come in full.
    pub fn lost(&self, raw: Raw, http_status: Option<u16>) -> CallFailure {
        let at = progress::get();
        let time_is_over = matches!(raw, Raw::Timeout(_)) && at.time_is_over();
        let mut error = self.error(raw, &at, http_status.unwrap_or(0));
        error.http_status = http_status.unwrap_or(0);
        CallFailure { error, may_have_arrived: at.sent, nothing_sent: !at.sent, time_is_over }
    }

    pub fn too_large(&self, http_status: u16, most: u64) -> CallFailure {
        let message = Message::AnswerTooLarge { host: self.host(), http_status, most };
        let error = Error { http_status, ..Error::new(Status::Response, message) };
        CallFailure { error, may_have_arrived: true, nothing_sent: false, time_is_over: false }
    }

    /// Another protocol is to follow, for which nobody asked.
    pub fn unasked(&self, http_status: u16) -> CallFailure {
        let cause = HttpFault::Protocol { name: http_status.to_string() };
        let message = Message::NotHttp { host: self.host(), cause };
        let error = Error { http_status, ..Error::new(Status::Response, message) };
        CallFailure { error, may_have_arrived: true, nothing_sent: false, time_is_over: false }
    }

    /// Nobody asked for that, and nobody here reads it.
    pub fn compressed(&self, http_status: u16, encoding: String) -> CallFailure {
        let message = Message::CompressedUnasked { host: self.host(), http_status, encoding };
        let error = Error { http_status, ..Error::new(Status::Response, message) };
        CallFailure { error, may_have_arrived: true, nothing_sent: false, time_is_over: false }
    }

    /// This process has no memory for the answer.
    pub fn no_room(&self, http_status: u16, bytes: usize) -> CallFailure {
        let message = Message::NoMemory { host: self.host(), bytes };
        let error = Error { http_status, ..Error::new(Status::Limit, message) };
        CallFailure { error, may_have_arrived: true, nothing_sent: false, time_is_over: false }
    }

    /// Whose client certificate the server was shown, if it asked for one, and if there is one.
    pub fn certificate_asked(&self) -> Option<Option<String>> {
        let whose = || self.identity.map(|identity| identity.shown().subject.clone());
        progress::get().certificate_wanted.then(whose)
    }

    fn host(&self) -> String {
        self.target.shown.clone()
    }

    fn error(&self, raw: Raw, at: &Progress, http_status: u16) -> Error {
        match raw {
            Raw::Timeout(_) => self.timed_out(at),
            Raw::HostNotFound => {
                self.unreachable(at, Cause::NoAddress, |_| Message::UnknownHost { host: self.host() })
            }
            Raw::Io(error) => match tls_fault::inside(&error) {
                Some(error) => self.tls(tls_fault::of_call(error, at, self.identity)),
                None => self.io(&error, at, http_status),
            },
            Raw::Tls(_) | Raw::TlsRequired => self.tls(TlsFault::HostIsNoName),
            Raw::Other(other) => {
                match (other.downcast_ref::<Refusal>(), other.downcast_ref(), other.downcast_ref()) {
                    (Some(refusal), ..) => self.refused(refusal.clone()),
                    (_, Some(Broken::Rule(fault)), _) => self.not_http(at, fault.clone()),
                    (.., Some(Failure::Local(number))) => {
                        self.io(&io::Error::from_raw_os_error(*number), at, http_status)
                    }
                    (.., Some(Failure::Failed)) => self.unreachable(at, Cause::NoNameServer, |_| {
                        Message::LookupFailed { host: self.host() }
                    }),
                    _ => self.broken(at, Cause::Unknown, http_status),
                }
            }
            // Before anything left it is the request that breaks the rules, afterwards the answer.
            Raw::Protocol(_) | Raw::Http(_) | Raw::BadUri(_) | Raw::BodyExceedsLimit(_) if !at.sent => {
                unfit(Some(&self.target.shown), Unfit::Unusable)
            }
            Raw::Protocol(error) => {
                self.not_http(at, HttpFault::Protocol { name: tls_fault::technical(&error) })
            }
            _ => self.broken(at, Cause::Unknown, http_status),
        }
    }

    fn timed_out(&self, at: &Progress) -> Error {
        let (host, seconds) = (self.host(), at.seconds());
        let message = match at.phase {
            Phase::Start => return Error::new(Status::Timeout, Message::OutOfTime { host }),
            Phase::Lookup | Phase::Connect | Phase::Tunnel if at.proxied => {
                return self.unreachable(at, Cause::NoAnswer { seconds }, |cause| Message::ConnectFailed {
                    host,
                    cause,
                });
            }
            Phase::Lookup => Message::LookupTimedOut { host, seconds },
            Phase::Connect | Phase::Tunnel => Message::ConnectTimedOut { host, seconds },
            Phase::Handshake => Message::HandshakeTimedOut { host, seconds },
            Phase::Request | Phase::Body => Message::NoAnswer { host, seconds },
        };
        Error::new(Status::Network, message)
    }

    /// Something on the way: the proxy, if there is one, else the server.
    fn unreachable(&self, at: &Progress, cause: Cause, otherwise: impl FnOnce(Cause) -> Message) -> Error {
        match &self.proxy {
            Some(proxy) if at.proxied => {
                Error::new(Status::Proxy, Message::ProxyFailed { proxy: proxy.clone(), cause })
            }
            _ => Error::new(Status::Network, otherwise(cause)),
        }
    }

    fn local(&self, fault: &SystemFault) -> Error {
        let (host, fault) = (self.host(), fault.clone());
        Error::new(Status::Network, Message::LocalFault { host, fault })
    }

    fn refused(&self, refusal: Refusal) -> Error {
        let proxy = self.proxy.clone().unwrap_or_default();
        let message = match refusal {
            // Some proxies answer a wrong login with the status that servers have for it.
            Refusal::Status(http_status @ (407 | 401)) => Message::ProxyLogin { proxy, http_status },
            Refusal::Ways(http_status, ways) => Message::ProxyWays { proxy, http_status, ways },
            // Not the proxy, but what is behind it, and that may pass.
            Refusal::Status(http_status @ 502..=504) => {
                let host = self.host();
                return Error::new(Status::Network, Message::ProxyUnreached { proxy, host, http_status });
            }
            Refusal::Status(http_status) => Message::ProxyRefused { proxy, http_status },
            Refusal::NotHttp => Message::ProxyFailed { proxy, cause: Cause::NotHttp },
            Refusal::Closed => Message::ProxyFailed { proxy, cause: Cause::Closed },
        };
        Error::new(Status::Proxy, message)
    }

    fn tls(&self, cause: TlsFault) -> Error {
        if let TlsFault::AuthoritiesUnread { cause: FileFault::System { fault }, .. } = &cause {
            if fault.is_local() {
                return self.local(fault);
            }
        }
        Error::new(Status::Tls, Message::Tls { host: self.host(), cause })
    }

    fn not_http(&self, at: &Progress, cause: HttpFault) -> Error {
        let speaks_tls = !self.target.https && at.first_byte.is_some_and(|byte| TLS_RECORDS.contains(&byte));
        let cause = if speaks_tls { HttpFault::SpeaksTls } else { cause };
        Error::new(Status::Response, Message::NotHttp { host: self.host(), cause })
    }

    fn io(&self, error: &io::Error, at: &Progress, http_status: u16) -> Error {
        let cause = match error.kind() {
            ErrorKind::UnexpectedEof => Cause::Closed,
            _ => Cause::System { fault: SystemFault::of_socket(error) },
        };
        if let Cause::System { fault } = &cause {
            if fault.is_local() && !at.sent {
                return self.local(fault);
            }
        }
        match at.phase {
            Phase::Start | Phase::Lookup | Phase::Connect | Phase::Tunnel => {
                self.unreachable(at, cause, |cause| Message::ConnectFailed { host: self.host(), cause })
            }
            Phase::Handshake | Phase::Request | Phase::Body => self.broken(at, cause, http_status),
        }
    }

    fn broken(&self, at: &Progress, cause: Cause, http_status: u16) -> Error {
        let host = self.host();
        let message = match at.phase {
            Phase::Body => Message::CutShort { host, http_status },
            Phase::Handshake => Message::HandshakeBroken { host, cause },
            _ => Message::Disconnected { host, cause },
        };
        let error = Error::new(Status::Network, message);
        // Some servers say nothing of what they miss, and close.
        match self.certificate_asked().filter(|_| at.phase != Phase::Body) {
            Some(whose) => error.and(Message::CertificateAsked { whose }),
            None => error,
        }
    }
}
