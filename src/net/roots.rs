//! Certificates of a file that are trusted instead of the system's.

use crate::messages::FileFault;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::CertificateDer;
use rustls::RootCertStore;
use std::fmt;
use std::sync::Arc;
use ureq::tls::Certificate;

/// Equal when they trust the same, whatever the file's name and comments.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Roots(Arc<Vec<CertificateDer<'static>>>);

impl Roots {
    pub fn read(pem: &[u8]) -> Result<Roots, FileFault> {
        let mut found = Vec::new();
        for item in CertificateDer::pem_slice_iter(pem) {
            found.push(item.map_err(|_| FileFault::NotPem)?);
        }
        if found.is_empty() {
            return Err(FileFault::NoCertificate);
        }
        let (usable, _) = RootCertStore::empty().add_parsable_certificates(found.iter().cloned());
        if usable == 0 {
            return Err(FileFault::NoRoot);
        }
        Ok(Roots(Arc::new(found)))
    }

    #[cfg(feature = "redis")]
    pub fn trusted(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(self.0.iter().cloned());
        store
    }

    pub fn certificates(&self) -> Vec<Certificate<'static>> {
        self.0.iter().map(|der| Certificate::from_der(der).to_owned()).collect()
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.0.len())
    }
}
