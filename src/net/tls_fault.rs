//! Errors of the TLS library as what went wrong.

use crate::messages::TlsFault;
use crate::util::clock;
use crate::util::secret::clean;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};
use std::fmt::Debug;
use std::io;

/// Names of a certificate that are listed.
const MAX_NAMES: usize = 5;

/// The TLS error that an error of reading or writing carries.
pub fn inside(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// `first` is the first byte that the peer sent.
pub fn fault(error: &Error, first: Option<u8>) -> TlsFault {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::NoCertificatesPresented => TlsFault::NoCertificate,
        // A record starts with a small number, a text does not.
        Error::InvalidMessage(InvalidMessage::InvalidContentType) if first.is_some_and(|byte| byte >= 32) => {
            TlsFault::PlainText
        }
        Error::InvalidMessage(_) => TlsFault::NotTls,
        Error::PeerIncompatible(error) => incompatible(error),
        Error::AlertReceived(alert) => refused(*alert),
        Error::General(text) if text.contains("No CA certificates") => TlsFault::NoAuthorities,
        Error::General(text) => TlsFault::Other { name: clean(text, &[]) },
        Error::FailedToGetCurrentTime => TlsFault::NoClock,
        other => TlsFault::Other { name: technical(other) },
    }
}

/// For a text alone, never for a verdict: what a library calls its error, such as `PeerMisbehaved(TooManyEmptyFragments)`, without the values in it.
pub fn technical(error: &dyn Debug) -> String {
    let text = format!("{error:?}");
    let name = text.split(['{', '[', '"']).next().unwrap_or_default();
    clean(name.trim_end_matches(['(', ' ']), &[])
}

fn certificate(error: &CertificateError) -> TlsFault {
    use CertificateError::*;
    match error {
        Expired => TlsFault::Expired,
        ExpiredContext { time, not_after } => {
            TlsFault::ExpiredOn { day: day(not_after.as_secs()), today: day(time.as_secs()) }
        }
        NotValidYet => TlsFault::NotYetValid,
        NotValidYetContext { time, not_before } => {
            TlsFault::ValidFrom { day: day(not_before.as_secs()), today: day(time.as_secs()) }
        }
        NotValidForName => TlsFault::OtherHost,
        NotValidForNameContext { presented, .. } if presented.is_empty() => TlsFault::NoHost,
        NotValidForNameContext { presented, .. } => {
            let mut names: Vec<String> =
                presented.iter().take(MAX_NAMES).map(|name| clean(bare(name), &[])).collect();
            if presented.len() > MAX_NAMES {
                names.push("…".to_owned());
            }
            TlsFault::OtherHosts { names: names.join(", ") }
        }
        UnknownIssuer => TlsFault::UnknownIssuer,
        Revoked => TlsFault::Revoked,
        BadSignature => TlsFault::BadSignature,
        BadEncoding => TlsFault::Unreadable,
        // The system's own words, where it is the system that checks.
        Other(error) if cfg!(windows) => TlsFault::Invalid { name: clean(&error.to_string(), &[]) },
        Other(error) if error.0.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity) => {
            TlsFault::SelfSigned
        }
        other => TlsFault::Invalid { name: technical(other) },
    }
}

/// `api.example.com` of `DnsName("api.example.com")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

fn day(seconds: u64) -> String {
    i64::try_from(seconds).map_or_else(|_| "?".to_owned(), |seconds| clock::day(seconds.saturating_mul(1000)))
}

fn incompatible(error: &PeerIncompatible) -> TlsFault {
    use PeerIncompatible::*;
    match error {
        ServerDoesNotSupportTls12Or13 | ServerTlsVersionIsDisabledByOurConfig => TlsFault::OnlyOldVersions,
        ServerSentHelloRetryRequestWithUnknownExtension => TlsFault::SpeaksWrongly,
        other => TlsFault::NothingInCommon { name: technical(other) },
    }
}

fn refused(alert: AlertDescription) -> TlsFault {
    match alert {
        AlertDescription::ProtocolVersion => TlsFault::RefusedVersions,
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            TlsFault::FoundNothingInCommon
        }
        AlertDescription::UnrecognisedName => TlsFault::UnknownName,
        AlertDescription::CertificateRequired => TlsFault::WantsCertificate,
        other => TlsFault::Alert { name: technical(&other) },
    }
}
