//! Whom the system trusts: the files that administrators and OpenSSL know, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR`
//! name instead.

use super::roots::{self, Anchors};
use super::tls_fault;
use super::verifier::Shown;
use crate::messages::{FileFault, TlsFault};
use crate::util::secret::clean;
use crate::util::sync::{locked, Mutex};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::CertificateDer;
use rustls::Error;
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, io};

/// Debian, Ubuntu, Gentoo; Fedora, RHEL; older RHEL; openSUSE; Alpine, BSD; BSD.
const FILES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
];
const FOLDERS: [&str; 3] = ["/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs"];

const FILE_VARIABLE: &str = "SSL_CERT_FILE";
const FOLDER_VARIABLE: &str = "SSL_CERT_DIR";

/// Where they are, and what was there when it was read.
#[derive(Debug)]
pub struct Authorities {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
    /// By the environment: then they are all there is.
    named: bool,
    read: Mutex<Option<Arc<Found>>>,
}

#[derive(Debug)]
struct Found {
    anchors: Anchors,
    /// What is wrong with a place that the environment names.
    fault: Option<TlsFault>,
}

/// The environment, in the one place of this room that looks at it for this.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

impl Authorities {
    pub fn new() -> Authorities {
        Authorities::of(variable(FILE_VARIABLE), variable(FOLDER_VARIABLE))
    }

    fn of(file: Option<OsString>, folders: Option<OsString>) -> Authorities {
        if file.is_none() && folders.is_none() {
            let file = FILES.iter().map(PathBuf::from).find(|file| file.exists());
            let folders = FOLDERS.iter().map(PathBuf::from).filter(|folder| folder.exists()).collect();
            return Authorities { file, folders, named: false, read: Mutex::default() };
        }
        let folders =
            folders.map(|list| env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect());
        Authorities {
            file: file.map(PathBuf::from),
            folders: folders.unwrap_or_default(),
            named: true,
            read: Mutex::default(),
        }
    }

    /// They are read once, and again before a server is refused: one may have been added since.
    pub fn verify(&self, shown: &Shown, known: &WebPkiSupportedAlgorithms) -> Result<(), Error> {
        let first = self.after(None);
        if shown.verify(&first.anchors, known).is_ok() {
            return Ok(());
        }
        let now = self.after(Some(&first));
        shown.verify(&now.anchors, known).map_err(|error| match &now.fault {
            Some(fault) if tls_fault::is_untrusted(&error) => tls_fault::verdict(fault.clone()),
            None if now.anchors.is_empty() => tls_fault::verdict(TlsFault::NoAuthorities),
            _ => error,
        })
    }

    /// Whether this very certificate is among those that were read last.
    pub fn holds(&self, certificate: &CertificateDer<'_>) -> bool {
        self.after(None).anchors.holds(certificate)
    }

    /// What was read last, but newer than this.
    fn after(&self, old: Option<&Arc<Found>>) -> Arc<Found> {
        let mut read = locked(&self.read);
        match &*read {
            Some(found) if !old.is_some_and(|old| Arc::ptr_eq(old, found)) => Arc::clone(found),
            _ => Arc::clone(read.insert(Arc::new(self.find(old.is_some())))),
        }
    }

    /// `thoroughly`: in the folders of the system too, which hold little more than the file does and take longer.
    fn find(&self, thoroughly: bool) -> Found {
        let mut found = HashSet::new();
        let told = |variable: &'static str, path: &Path, cause: FileFault| {
            let path = clean(&path.to_string_lossy(), &[]);
            self.named.then_some(TlsFault::AuthoritiesUnread { variable, path, cause })
        };
        let (mut of_file, mut of_folder) = (None, None);
        if let Some(file) = &self.file {
            of_file = read_file(file, &mut found).err().and_then(|cause| told(FILE_VARIABLE, file, cause));
        }
        if self.named || thoroughly || found.is_empty() {
            for folder in &self.folders {
                let read = read_folder(folder, &mut found);
                of_folder = read.err().and_then(|cause| told(FOLDER_VARIABLE, folder, cause));
            }
        }
        // That one of several folders is not there is no matter.
        let fault = of_file.or(of_folder.filter(|_| found.is_empty()));
        Found { anchors: Anchors::of(found.into_iter()), fault }
    }
}

fn read_file(path: &Path, found: &mut HashSet<CertificateDer<'static>>) -> Result<(), FileFault> {
    let failed = |error: io::Error| FileFault::from(&error);
    // A pipe would wait for somebody to write to it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(FileFault::NotAFile);
    }
    let (certificates, fault) = roots::certificates(&fs::read(path).map_err(failed)?);
    let none = fault.filter(|_| certificates.is_empty());
    found.extend(certificates);
    none.map_or(Ok(()), Err)
}

/// Of a folder what is a certificate: other files may stand there too.
fn read_folder(path: &Path, found: &mut HashSet<CertificateDer<'static>>) -> Result<(), FileFault> {
    let before = found.len();
    for entry in fs::read_dir(path).map_err(|error| FileFault::from(&error))?.flatten() {
        let _ = read_file(&entry.path(), found);
    }
    match found.len() == before {
        true => Err(FileFault::NoCertificate),
        false => Ok(()),
    }
}
