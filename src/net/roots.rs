//! Certificates of a file that are trusted instead of the system's.

use super::certificate::{self, Facts};
use super::pem;
use crate::messages::FileFault;
use ring::digest::{digest, SHA256, SHA256_OUTPUT_LEN};
use rustls::pki_types::CertificateDer;
use rustls::RootCertStore;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// Equal when they trust the same, whatever the file's name and comments.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Roots(Arc<Vec<CertificateDer<'static>>>);

impl Roots {
    pub fn read(content: &[u8]) -> Result<Roots, FileFault> {
        let (mut found, fault) = certificates(content);
        if let Some(fault) = fault {
            return Err(fault);
        }
        found.retain(|der| Facts::of(der).is_some());
        if found.is_empty() {
            return Err(FileFault::NoRoot);
        }
        Ok(Roots(Arc::new(found)))
    }

    pub fn anchors(&self) -> Anchors {
        Anchors::of(self.0.iter().cloned())
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.0.len())
    }
}

/// What is trusted: what some certificates have signed, and each of them as it is.
pub struct Anchors {
    /// Not what says of itself that it is a server's.
    pub authorities: RootCertStore,
    /// Of all of them.
    digests: HashSet<[u8; SHA256_OUTPUT_LEN]>,
}

impl Anchors {
    pub fn of(certificates: impl Iterator<Item = CertificateDer<'static>>) -> Anchors {
        let mut anchors = Anchors { authorities: RootCertStore::empty(), digests: HashSet::new() };
        for certificate in certificates {
            anchors.digests.extend(digest_of(&certificate));
            if Facts::of(&certificate).is_some_and(|facts| facts.authority != Some(false)) {
                anchors.authorities.add_parsable_certificates([certificate]);
            }
        }
        anchors
    }

    /// Whether this very certificate is among them.
    pub fn holds(&self, certificate: &CertificateDer<'_>) -> bool {
        digest_of(certificate).is_some_and(|digest| self.digests.contains(&digest))
    }
}

fn digest_of(certificate: &[u8]) -> Option<[u8; SHA256_OUTPUT_LEN]> {
    digest(&SHA256, certificate).as_ref().try_into().ok()
}

impl fmt::Debug for Anchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.digests.len())
    }
}

/// The certificates of a file in PEM, whatever stands before, between and behind them, or of one in DER; and what is wrong
/// with it.
pub fn certificates(content: &[u8]) -> (Vec<CertificateDer<'static>>, Option<FileFault>) {
    if content.first() == Some(&0x30) && Facts::of(content).is_some() {
        return (vec![content.to_vec().into()], None);
    }
    let text = pem::ascii(content);
    let (mut found, mut fault) = (Vec::new(), None);
    for block in pem::blocks(&text) {
        if !matches!(block.label, "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE") {
            continue;
        }
        // OpenSSL writes behind a trusted certificate what it is trusted for.
        let der = block.der();
        match der.as_ref().and_then(|der| certificate::first_value(der)) {
            Some(certificate) => found.push(certificate.to_vec().into()),
            None => fault = Some(FileFault::NotPem),
        }
    }
    if found.is_empty() && fault.is_none() {
        let key = text.contains("PRIVATE KEY-----");
        fault = Some(if key { FileFault::OnlyKey } else { FileFault::NoCertificate });
    }
    (found, fault)
}
