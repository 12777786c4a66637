//! What went wrong with TLS, in words that lead to the one who can mend it.

use crate::secret::clean;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};
use std::io;
use time::OffsetDateTime;

/// Names of a certificate that are listed.
const MOST_NAMES: usize = 5;

/// The TLS error that an error of reading or writing carries.
pub fn inside(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// `first` is the first byte that the peer sent.
pub fn cause(error: &Error, first: Option<u8>) -> String {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::NoCertificatesPresented => "it sent no certificate".to_owned(),
        // A record starts with a small number, a text does not.
        Error::InvalidMessage(InvalidMessage::InvalidContentType) if first.is_some_and(|byte| byte >= 32) => {
            "it answered in plain text instead of TLS: a port for plain http, or a proxy or portal in between?"
                .to_owned()
        }
        Error::InvalidMessage(_) => "what it sends is not TLS: a wrong port?".to_owned(),
        Error::PeerIncompatible(error) => incompatible(error),
        Error::AlertReceived(alert) => refused(*alert),
        Error::General(text) if text.contains("No CA certificates") => {
            "this machine has no certificates of authorities: install the package ca-certificates, \
             or set \"ca_file\""
                .to_owned()
        }
        Error::FailedToGetCurrentTime => "this machine's clock can not be read".to_owned(),
        other => clean(&other.to_string(), &[]),
    }
}

fn certificate(error: &CertificateError) -> String {
    use CertificateError::*;
    match error {
        Expired => "its certificate has expired (or is this machine's clock wrong?)".to_owned(),
        ExpiredContext { time, not_after } => format!(
            "its certificate expired on {}, and this machine's clock says {}",
            day(not_after.as_secs()),
            day(time.as_secs())
        ),
        NotValidYet => "its certificate is not valid yet: is this machine's clock right?".to_owned(),
        NotValidYetContext { time, not_before } => format!(
            "its certificate is not valid before {}, and this machine's clock says {}: is it right?",
            day(not_before.as_secs()),
            day(time.as_secs())
        ),
        NotValidForName => "its certificate is for another host name".to_owned(),
        NotValidForNameContext { presented, .. } => {
            let mut names: Vec<String> =
                presented.iter().take(MOST_NAMES).map(|name| clean(bare(name), &[])).collect();
            if presented.len() > MOST_NAMES {
                names.push("…".to_owned());
            }
            let names = if names.is_empty() { "no host at all".to_owned() } else { names.join(", ") };
            format!("its certificate is for another host name: it is for {names}")
        }
        UnknownIssuer => "its certificate is of an authority that is not trusted here: if a proxy or \
                          antivirus inspects TLS, or the server has its own authority, set \"ca_file\" to \
                          that authority's certificate; else install the package ca-certificates"
            .to_owned(),
        Revoked => "its certificate was revoked".to_owned(),
        BadSignature => {
            "its certificate is not signed by the authority it names: was that authority renewed, or \
                         does a proxy or antivirus imitate it? Set \"ca_file\" to the right one's certificate"
                .to_owned()
        }
        BadEncoding => "its certificate can not be read".to_owned(),
        other => {
            let text = other.to_string();
            if text.contains("CaUsedAsEndEntity") {
                return "its certificate is self-signed as that of an authority: it needs one for its name, signed by an authority".to_owned();
            }
            format!("its certificate is not valid: {}", clean(&text, &[]))
        }
    }
}

/// `api.example.com` of `DnsName("api.example.com")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

fn day(seconds: u64) -> String {
    let date = i64::try_from(seconds).ok().and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok());
    date.map_or_else(|| "an unreadable date".to_owned(), |date| date.date().to_string())
}

fn incompatible(error: &PeerIncompatible) -> String {
    use PeerIncompatible::*;
    match error {
        ServerDoesNotSupportTls12Or13 | ServerTlsVersionIsDisabledByOurConfig => {
            "it speaks only versions of TLS older than 1.2, which are no longer safe".to_owned()
        }
        ServerSentHelloRetryRequestWithUnknownExtension => "it speaks TLS wrongly".to_owned(),
        other => format!("it has no way of TLS in common with this library ({other:?})"),
    }
}

fn refused(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::ProtocolVersion => "it refused the versions of TLS offered, 1.2 and 1.3".to_owned(),
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "it found no way of TLS in common: too old, or in want of a client certificate?".to_owned()
        }
        AlertDescription::UnrecognisedName => "it does not know this host name".to_owned(),
        AlertDescription::CertificateRequired => "it wants a client certificate".to_owned(),
        other => format!("it ended TLS with the alert {other:?}"),
    }
}
