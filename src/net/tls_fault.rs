//! Errors of the TLS library as what went wrong.

use super::identity::ClientIdentity;
use super::progress::Progress;
use crate::messages::TlsFault;
use crate::util::clock;
use crate::util::secret::clean;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError, PeerIncompatible};
use std::fmt::{self, Debug, Display};
use std::io;
use std::sync::Arc;

/// Names of a certificate that are listed.
const MAX_NAMES: usize = 5;

/// The TLS error that an error of reading or writing carries.
pub fn inside(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// What our own check of a certificate found, on its way through the TLS library.
#[derive(Debug)]
struct Verdict(TlsFault);

impl Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(self, f)
    }
}

impl std::error::Error for Verdict {}

pub fn verdict(fault: TlsFault) -> Error {
    CertificateError::Other(OtherError(Arc::new(Verdict(fault)))).into()
}

/// Of a call: a server that asked for a client certificate refuses us for want of it, whatever it calls that, or refuses
/// ours.
pub fn of_call(error: &Error, at: &Progress, shown: Option<&ClientIdentity>) -> TlsFault {
    use AlertDescription::*;
    match error {
        Error::AlertReceived(
            alert @ (HandshakeFailure
            | BadCertificate
            | UnsupportedCertificate
            | CertificateRevoked
            | CertificateExpired
            | CertificateUnknown
            | CertificateRequired
            | UnknownCA
            | DecryptError
            | AccessDenied
            | NoCertificate),
        ) if at.certificate_wanted => match shown {
            None => TlsFault::WantsCertificate,
            Some(identity) => TlsFault::CertificateRefused {
                whose: identity.shown().subject.clone(),
                name: technical(alert),
            },
        },
        error => fault(error, at.first_byte),
    }
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
        UnknownIssuer => TlsFault::UnknownIssuer { issuer: "?".to_owned() },
        Revoked => TlsFault::Revoked,
        BadSignature => TlsFault::BadSignature,
        BadEncoding => TlsFault::Unreadable,
        Other(error) => match error.0.downcast_ref() {
            Some(Verdict(fault)) => fault.clone(),
            // The system's own words, where it is the system that checks.
            None if cfg!(windows) => TlsFault::Invalid { name: clean(&error.to_string(), &[]) },
            None => TlsFault::Invalid { name: technical(error) },
        },
        other => TlsFault::Invalid { name: technical(other) },
    }
}

/// A certificate of an authority, where one of a server should be.
pub fn is_of_authority(error: &OtherError) -> bool {
    error.0.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
}

/// From before version 3, which brought the names of hosts.
pub fn is_of_old_version(error: &OtherError) -> bool {
    error.0.downcast_ref() == Some(&webpki::Error::UnsupportedCertVersion)
}

pub fn other_hosts(names: impl Iterator<Item = String>) -> TlsFault {
    let mut names: Vec<String> = names.take(MAX_NAMES + 1).map(|name| clean(&name, &[])).collect();
    if names.is_empty() {
        return TlsFault::NoHost;
    }
    if names.len() > MAX_NAMES {
        names.truncate(MAX_NAMES);
        names.push("…".to_owned());
    }
    TlsFault::OtherHosts { names: names.join(", ") }
}

pub fn day(seconds: u64) -> String {
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
