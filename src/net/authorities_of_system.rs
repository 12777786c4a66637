//! Whom the system trusts, where it is the system itself that decides: Windows, Apple's.

use super::verifier::Shown;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{self, WebPkiSupportedAlgorithms};
use rustls::pki_types::CertificateDer;
use rustls::Error;
use rustls_platform_verifier::Verifier;
use std::sync::{Arc, OnceLock};

#[derive(Debug)]
pub struct Authorities(OnceLock<Result<Verifier, Error>>);

impl Authorities {
    pub fn new() -> Authorities {
        Authorities(OnceLock::new())
    }

    pub fn verify(&self, shown: &Shown, _: &WebPkiSupportedAlgorithms) -> Result<(), Error> {
        let system = self.0.get_or_init(|| Verifier::new(Arc::new(crypto::ring::default_provider())));
        let system = system.as_ref().map_err(Clone::clone)?;
        let verified = system.verify_server_cert(shown.own, shown.others, shown.name, &[], shown.now);
        verified.map(drop).map_err(|error| shown.explained(error, &[]))
    }

    /// Which it is cannot be told.
    pub fn holds(&self, _: &CertificateDer<'_>) -> bool {
        false
    }
}
