//! Whom the system trusts: the files that administrators and OpenSSL know, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR`
//! name instead.

use super::roots::{self, Anchors};
use super::tls_fault;
use super::verifier::Shown;
use crate::messages::{FileFault, TlsFault};
use crate::sys;
use crate::util::secret::clean;
use crate::util::sync::{locked, Mutex};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::CertificateDer;
use rustls::Error;
use std::collections::HashSet;
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

/// Several times what all authorities of a system have.
const MAX_BYTES: u64 = 1 << 20;

const FILE_VARIABLE: &str = "SSL_CERT_FILE";
const FOLDER_VARIABLE: &str = "SSL_CERT_DIR";

/// Where they are, if it is the environment that says so, and what was there when it was read.
#[derive(Debug)]
pub struct Authorities {
    file: Option<PathBuf>,
    folders: Option<Vec<PathBuf>>,
    read: Mutex<Option<Arc<Found>>>,
}

#[derive(Debug)]
struct Found {
    anchors: Anchors,
    /// Why there are none, or not those that the environment names.
    fault: Option<TlsFault>,
}

impl Authorities {
    pub fn new() -> Authorities {
        let folders = sys::env_var(FOLDER_VARIABLE).map(|list| env::split_paths(&list).collect());
        Authorities { file: sys::env_var(FILE_VARIABLE).map(PathBuf::from), folders, read: Mutex::default() }
    }

    /// They are read once, and again before a server is refused: one may have been added since.
    pub fn verify(&self, shown: &Shown, known: &WebPkiSupportedAlgorithms) -> Result<(), Error> {
        let first = self.after(None);
        if shown.verify(&first.anchors, known).is_ok() {
            return Ok(());
        }
        let now = self.after(Some(&first));
        let untrusted = |error: &Error| {
            matches!(
                tls_fault::fault(error, None),
                TlsFault::UnknownIssuer { .. } | TlsFault::SelfSigned { .. }
            )
        };
        shown.verify(&now.anchors, known).map_err(|error| match &now.fault {
            Some(fault) if untrusted(&error) => tls_fault::verdict(fault.clone()),
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

    fn find(&self, thoroughly: bool) -> Found {
        let mut found = HashSet::new();
        let fault = if self.file.is_some() || self.folders.is_some() {
            self.find_named(&mut found)
        } else {
            let file = FILES.iter().map(Path::new).find(|file| file.exists());
            let mut unread = file.and_then(|file| Some((file, read_file(file, &mut found).err()?)));
            // They hold little more than the file does, and take longer.
            if thoroughly || found.is_empty() {
                for folder in FOLDERS.map(Path::new) {
                    let read = read_folder(folder, &mut found).err();
                    unread = unread.or(read.map(|cause| (folder, cause)));
                }
            }
            // For want of something on this machine; else there are none.
            let unread = unread.filter(|(_, cause)| found.is_empty() && cause.is_local());
            unread.map(|(path, cause)| unread_file(FILE_VARIABLE, path, cause))
        };
        let fault = fault.or(found.is_empty().then_some(TlsFault::NoAuthorities));
        Found { anchors: Anchors::of(found.into_iter()), fault }
    }

    fn find_named(&self, found: &mut HashSet<CertificateDer<'static>>) -> Option<TlsFault> {
        let of_file = self.file.as_ref().and_then(|file| {
            read_file(file, found).err().map(|cause| unread_file(FILE_VARIABLE, file, cause))
        });
        let mut of_folder = None;
        for folder in self.folders.iter().flatten() {
            let read = read_folder(folder, found);
            of_folder = read.err().map(|cause| unread_file(FOLDER_VARIABLE, folder, cause));
        }
        // That one of several folders is not there is no matter.
        of_file.or(of_folder.filter(|_| found.is_empty()))
    }
}

fn unread_file(variable: &'static str, path: &Path, cause: FileFault) -> TlsFault {
    TlsFault::AuthoritiesUnread { variable, path: clean(&path.to_string_lossy(), &[]), cause }
}

fn read_file(path: &Path, found: &mut HashSet<CertificateDer<'static>>) -> Result<(), FileFault> {
    let failed = |error: io::Error| FileFault::from(&error);
    let metadata = fs::metadata(path).map_err(failed)?;
    // A pipe would wait for somebody to write to it, and a folder may hold other things than certificates.
    match metadata.len() {
        _ if !metadata.is_file() => return Err(FileFault::NotAFile),
        MAX_BYTES.. => return Err(FileFault::TooLarge),
        _ => {}
    }
    let (certificates, fault) = roots::certificates(&fs::read(path).map_err(failed)?);
    let none = fault.filter(|_| certificates.is_empty());
    found.extend(certificates);
    none.map_or(Ok(()), Err)
}

/// Of a folder what is a certificate: other files may stand there too.
fn read_folder(path: &Path, found: &mut HashSet<CertificateDer<'static>>) -> Result<(), FileFault> {
    let before = found.len();
    let mut local = None;
    for entry in fs::read_dir(path).map_err(|error| FileFault::from(&error))?.flatten() {
        local = read_file(&entry.path(), found).err().filter(FileFault::is_local).or(local);
    }
    match (local, found.len() == before) {
        (Some(cause), _) => Err(cause),
        (None, true) => Err(FileFault::NoCertificate),
        (None, false) => Ok(()),
    }
}
