//! Errors of ureq, rustls and the system as what happened and what to do about it.

use super::call::Lost;
use super::progress::{self, Phase, Progress};
use super::target::{unfit, Target};
use super::tls_text;
use super::tunnel::Refusal;
use crate::error::{Error, Status};
use crate::message::Message;
use crate::secret::clean;
use std::io::{self, ErrorKind};
use ureq::Error as Cause;

/// Who took part in the call.
pub struct Scene<'a> {
    pub target: &'a Target,
    /// The proxy in between, as shown.
    pub proxy: Option<String>,
}

/// First bytes of TLS records: an alert, a handshake.
const TLS_RECORDS: [u8; 2] = [21, 22];

impl Scene<'_> {
    /// `http_status` is that of an answer whose body did not come in full.
    pub fn lost(&self, cause: Cause, http_status: Option<u16>) -> Lost {
        let at = progress::get();
        let time_is_over = matches!(cause, Cause::Timeout(_)) && at.time_is_over();
        let mut error = self.error(cause, &at, http_status.unwrap_or(0));
        error.http_status = http_status.unwrap_or(0);
        Lost { error, may_have_arrived: at.sent, nothing_sent: !at.sent, time_is_over }
    }

    pub fn too_large(&self, http_status: u16, most: u64) -> Lost {
        let message = Message::AnswerTooLarge { host: self.host(), http_status, most };
        let error = Error { http_status, ..Error::new(Status::Response, message) };
        Lost { error, may_have_arrived: true, nothing_sent: false, time_is_over: false }
    }

    fn host(&self) -> String {
        self.target.shown.clone()
    }

    fn error(&self, cause: Cause, at: &Progress, http_status: u16) -> Error {
        match cause {
            Cause::Timeout(_) => self.timed_out(at),
            Cause::HostNotFound => self.unreachable(at, "its name can not be resolved".to_owned(), || {
                Message::UnknownHost { host: self.host() }
            }),
            Cause::Io(error) => match tls_text::inside(&error) {
                Some(error) => self.tls(tls_text::cause(error, at.first_byte)),
                None => self.io(&error, at, http_status),
            },
            Cause::Rustls(error) => self.tls(tls_text::cause(&error, at.first_byte)),
            Cause::Tls(_) | Cause::TlsRequired | Cause::Pem(_) => {
                self.tls("the host is not a name that a certificate can be for".to_owned())
            }
            Cause::Other(other) => match other.downcast_ref::<Refusal>() {
                Some(refusal) => self.refused(*refusal),
                None => self.broken(at, "of an unknown error".to_owned(), http_status),
            },
            Cause::LargeResponseHeader(..) => self.not_http(at, "its headers are too large".to_owned()),
            // Before anything left it is the request that breaks the rules, afterwards the answer.
            Cause::Protocol(_) | Cause::Http(_) | Cause::BadUri(_) | Cause::BodyExceedsLimit(_)
                if !at.sent =>
            {
                unfit(&self.target.shown, "its address or a header is not usable")
            }
            Cause::Protocol(error) => self.not_http(at, clean(&error.to_string(), &[])),
            _ => self.broken(at, "the connection ended".to_owned(), http_status),
        }
    }

    fn timed_out(&self, at: &Progress) -> Error {
        let (host, seconds) = (self.host(), at.seconds());
        let message = match at.phase {
            Phase::Start => return Error::new(Status::Timeout, Message::OutOfTime { host }),
            Phase::Lookup | Phase::Connect | Phase::Tunnel if at.proxied => {
                let cause = format!("no answer within {seconds} s");
                return self.unreachable(at, cause.clone(), || Message::ConnectFailed { host, cause });
            }
            Phase::Lookup => Message::LookupTimedOut { host, seconds },
            Phase::Connect | Phase::Tunnel => Message::ConnectTimedOut { host, seconds },
            Phase::Handshake => Message::HandshakeTimedOut { host, seconds },
            Phase::Request | Phase::Body => Message::NoAnswer { host, seconds },
        };
        Error::new(Status::Network, message)
    }

    /// Something on the way: the proxy, if there is one, else the server.
    fn unreachable(&self, at: &Progress, cause: String, otherwise: impl FnOnce() -> Message) -> Error {
        match &self.proxy {
            Some(proxy) if at.proxied => {
                Error::new(Status::Proxy, Message::ProxyFailed { proxy: proxy.clone(), cause })
            }
            _ => Error::new(Status::Network, otherwise()),
        }
    }

    fn refused(&self, refusal: Refusal) -> Error {
        let proxy = self.proxy.clone().unwrap_or_default();
        let message = match refusal {
            Refusal::Status(407) => Message::ProxyLogin { proxy },
            Refusal::Status(http_status) => Message::ProxyRefused { proxy, http_status },
            Refusal::NotHttp | Refusal::Closed => Message::ProxyFailed { proxy, cause: refusal.to_string() },
        };
        Error::new(Status::Proxy, message)
    }

    fn tls(&self, cause: String) -> Error {
        Error::new(Status::Tls, Message::Tls { host: self.host(), cause })
    }

    fn not_http(&self, at: &Progress, cause: String) -> Error {
        let speaks_tls = !self.target.https && at.first_byte.is_some_and(|byte| TLS_RECORDS.contains(&byte));
        let cause = if speaks_tls { "it speaks TLS: write https, not http".to_owned() } else { cause };
        Error::new(Status::Response, Message::NotHttp { host: self.host(), cause })
    }

    fn io(&self, error: &io::Error, at: &Progress, http_status: u16) -> Error {
        let cause = match error.kind() {
            ErrorKind::UnexpectedEof => "it closed the connection".to_owned(),
            kind => kind.to_string(),
        };
        match at.phase {
            Phase::Start | Phase::Lookup | Phase::Connect | Phase::Tunnel => {
                self.unreachable(at, cause.clone(), || Message::ConnectFailed { host: self.host(), cause })
            }
            Phase::Handshake => self.broken(at, format!("{cause} (during the TLS handshake)"), http_status),
            Phase::Request | Phase::Body => self.broken(at, cause, http_status),
        }
    }

    fn broken(&self, at: &Progress, cause: String, http_status: u16) -> Error {
        let host = self.host();
        let message = match at.phase {
            Phase::Body => Message::CutShort { host, http_status },
            _ => Message::Disconnected { host, cause },
        };
        Error::new(Status::Network, message)
    }
}
