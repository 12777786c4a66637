//! The client certificate of an account, with its key: who the program is for a server that asks for one.

use super::certificate::{self, Certificate, Facts};
use super::client_key::{ClientKey, TlsKey};
use super::der::SEQUENCE;
use super::password_based::Password;
#[cfg(windows)]
use super::store_key::StoreKey;
use super::written_key::WrittenKey;
use super::{pem, pkcs12, progress, roots};
use crate::messages::{ClientFault, FileFault};
#[cfg(windows)]
use crate::sys;
use crate::util::clock;
#[cfg(windows)]
use crate::util::encoding::hex;
use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use rustls::SignatureScheme;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// From so long before its end on it is worth a word.
const SOON_MS: i64 = 30 * DAY_MS;
/// Longer than any that leads up to an authority.
const MAX_CHAIN: usize = 10;
const DAY_MS: i64 = 24 * 3_600_000;

/// What the options that name a certificate and a key amount to.
#[derive(Clone, Debug)]
pub enum ClientCredential {
    /// A key alone, which signs assertions.
    Key(Arc<ClientKey>),
    Identity(Arc<ClientIdentity>),
}

/// In front of the thumbprint of a certificate that the system keeps, in the place of what a file holds.
pub const IN_STORE: &[u8] = b"store:";

/// What the options hold.
#[derive(Clone, Copy, Default)]
pub struct ClientFiles<'a> {
    /// What a file held.
    pub certificate: Option<&'a [u8]>,
    pub key: Option<&'a [u8]>,
    pub password: Option<&'a str>,
}

pub struct ClientIdentity {
    key: Arc<ClientKey>,
    certified: Arc<CertifiedKey>,
    shown: Certificate,
    from_ms: i64,
    until_ms: i64,
    kind: &'static str,
    digest: [u8; SHA256_OUTPUT_LEN],
    /// Its end was told.
    warned: AtomicBool,
}

/// What a file holds.
#[derive(Default)]
pub struct Contents {
    pub certificates: Vec<CertificateDer<'static>>,
    pub keys: Vec<WrittenKey>,
    pub kind: &'static str,
}

impl ClientCredential {
    /// `None`: neither is there.
    pub fn open(files: ClientFiles) -> Option<Result<ClientCredential, ClientFault>> {
        match (files.certificate, files.key) {
            (Some(certificate), _) => {
                let opened = ClientIdentity::open(certificate, files);
                Some(opened.map(|identity| ClientCredential::Identity(Arc::new(identity))))
            }
            (None, Some(key)) => {
                let read = ClientKey::read(key, files.password);
                Some(read.map(|key| ClientCredential::Key(Arc::new(key))))
            }
            (None, None) => None,
        }
    }

    pub fn key(&self) -> &Arc<ClientKey> {
        match self {
            ClientCredential::Key(key) => key,
            ClientCredential::Identity(identity) => &identity.key,
        }
    }

    pub fn identity(&self) -> Option<&Arc<ClientIdentity>> {
        match self {
            ClientCredential::Key(_) => None,
            ClientCredential::Identity(identity) => Some(identity),
        }
    }

    /// What tells it from any other.
    pub fn digest(&self) -> &[u8] {
        match self {
            ClientCredential::Key(key) => key.public(),
            ClientCredential::Identity(identity) => &identity.digest,
        }
    }
}

fn read(content: &[u8], password: Option<&str>, wants_key: bool) -> Result<Contents, ClientFault> {
    if content.first() == Some(&SEQUENCE) && Facts::of(content).is_none() {
        return pkcs12::read(content, password);
    }
    let (certificates, fault) = roots::certificates(content);
    let text = pem::ascii(content);
    if let Some(fault) = fault {
        return Err(match fault {
            FileFault::NotPem => ClientFault::Damaged,
            _ if text.contains("-----BEGIN ") => ClientFault::NoCertificate,
            _ => ClientFault::NoKind,
        });
    }
    let key = || WrittenKey::in_text(&text, &mut Password::of(password));
    let key = wants_key.then(key).flatten().transpose();
    // What is wrong with the certificate is told first.
    let first = certificates.first().map_or(&[][..], |certificate| certificate);
    let keys = key.or_else(|fault| Dates::of(first).and(Err(fault)))?.into_iter().collect();
    let kind = if content.first() == Some(&SEQUENCE) { "DER" } else { "PEM" };
    Ok(Contents { certificates, keys, kind })
}

impl ClientIdentity {
    fn open(content: &[u8], files: ClientFiles) -> Result<ClientIdentity, ClientFault> {
        #[cfg(windows)]
        if let Some(thumbprint) = content.strip_prefix(IN_STORE) {
            return ClientIdentity::in_store(thumbprint, files.password);
        }
        let mut contents = read(content, files.password, files.key.is_none())?;
        let first = contents.certificates.first().cloned().ok_or(ClientFault::NoCertificate)?;
        if let Some(key) = files.key {
            let key = WrittenKey::read(key, &mut Password::of(files.password));
            contents.keys = vec![key.or_else(|fault| Dates::of(&first).and(Err(fault)))?];
        }
        let mut fault = None;
        let pairs =
            contents.keys.iter().flat_map(|key| contents.certificates.iter().map(move |own| (key, own)));
        for (written, own) in pairs {
            let public = Facts::of(own).and_then(|facts| facts.key_bits());
            let Some(public) = public.filter(|public| written.may_belong_to(public)) else { continue };
            let fitted = written.fit(Some(public)).transpose();
            let made = fitted
                .map(|key| ClientIdentity::of(chain(own, &contents.certificates), key?, contents.kind, ""));
            match made {
                Some(Ok(identity)) => return Ok(identity),
                Some(Err(of_this)) => fault = fault.or(Some(of_this)),
                None => {}
            }
        }
        let dates = Dates::of(&first)?;
        let (whose, until) = (dates.whose, clock::day(dates.until_ms));
        Err(fault.unwrap_or(match contents.keys.is_empty() {
            true => ClientFault::LacksKey { whose, until },
            false => ClientFault::OtherKey { whose, until },
        }))
    }

    /// One that the system keeps. The password is the PIN of a card.
    #[cfg(windows)]
    fn in_store(thumbprint: &[u8], pin: Option<&str>) -> Result<ClientIdentity, ClientFault> {
        let Some(found) = sys::store_certificate(thumbprint, pin) else {
            return Err(ClientFault::NotInStore { thumbprint: hex(thumbprint) });
        };
        let all: Vec<CertificateDer> = found.chain.into_iter().map(CertificateDer::from).collect();
        let own = all.first().ok_or(ClientFault::NoCertificate)?;
        let whose = Dates::of(own)?.whose;
        let key = found.key.map_err(|refused| {
            let code = refused.raw_os_error().unwrap_or(0);
            ClientFault::StoreKey { whose, code: format!("{code:#X}") }
        })?;
        let key = StoreKey::of(key, &Facts::of(own).ok_or(ClientFault::Damaged)?)?;
        ClientIdentity::of(chain(own, &all), ClientKey::in_store(key), found.kind, pin.unwrap_or_default())
    }

    /// Of its own certificate and those that lead up from it. With another PIN the same key is another one.
    pub fn of(
        chain: Vec<CertificateDer<'static>>,
        key: ClientKey,
        kind: &'static str,
        pin: &str,
    ) -> Result<ClientIdentity, ClientFault> {
        let own = chain.first().ok_or(ClientFault::NoCertificate)?;
        let (shown, dates) = (certificate::read(own), Dates::of(own)?);
        let mut digest = Context::new(&SHA256);
        chain.iter().for_each(|certificate| digest.update(certificate));
        digest.update(pin.as_bytes());
        let digest = digest.finish().as_ref().try_into().unwrap_or_default();
        let key = Arc::new(key);
        Ok(ClientIdentity {
            certified: Arc::new(CertifiedKey::new(chain, Arc::new(TlsKey(Arc::clone(&key))))),
            key,
            shown,
            from_ms: dates.from_ms,
            until_ms: dates.until_ms,
            kind,
            digest,
            warned: AtomicBool::new(false),
        })
    }

    /// The certificate itself, without those above it.
    pub fn certificate_der(&self) -> &[u8] {
        self.certified.cert.first().map_or(&[], |certificate| certificate)
    }

    pub fn key(&self) -> &Arc<ClientKey> {
        &self.key
    }

    /// What it says, for a person.
    pub fn shown(&self) -> &Certificate {
        &self.shown
    }

    /// What it came in.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// It is not in force now.
    pub fn out_of_date(&self) -> Option<ClientFault> {
        let whose = self.shown.subject.clone();
        Dates { whose, from_ms: self.from_ms, until_ms: self.until_ms }.check().err()
    }

    /// The whole days that are left, where it ends soon.
    pub fn ends_soon(&self) -> Option<u64> {
        let left_ms = self.until_ms.saturating_sub(clock::now().wall_ms);
        u64::try_from(left_ms / DAY_MS).ok().filter(|_| left_ms < SOON_MS)
    }

    /// The same, once.
    pub fn warning(&self) -> Option<u64> {
        self.ends_soon().filter(|_| !self.warned.swap(true, Ordering::Relaxed))
    }
}

/// From when until when.
struct Dates {
    whose: String,
    from_ms: i64,
    until_ms: i64,
}

impl Dates {
    /// Of a certificate that is in force.
    fn of(certificate: &[u8]) -> Result<Dates, ClientFault> {
        let facts = Facts::of(certificate).ok_or(ClientFault::Damaged)?;
        let (Some(from_ms), Some(until_ms)) = (facts.from_ms, facts.until_ms) else {
            return Err(ClientFault::Damaged);
        };
        Dates { whose: facts.shown_subject(), from_ms, until_ms }.check()
    }

    fn check(self) -> Result<Dates, ClientFault> {
        let now_ms = clock::now().wall_ms;
        let today = clock::day(now_ms);
        match self {
            Dates { whose, until_ms, .. } if now_ms > until_ms => {
                Err(ClientFault::Expired { whose, day: clock::day(until_ms), today })
            }
            Dates { whose, from_ms, .. } if now_ms < from_ms => {
                Err(ClientFault::NotYet { whose, day: clock::day(from_ms), today })
            }
            dates => Ok(dates),
        }
    }
}

/// A certificate and those that lead up from it, without the last, which a server has itself.
fn chain(own: &CertificateDer<'static>, all: &[CertificateDer<'static>]) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![own.clone()];
    let mut facts = Facts::of(own);
    while let Some(below) = facts.filter(|below| !below.is_self_signed() && chain.len() < MAX_CHAIN) {
        let mut others = all.iter().filter_map(|der| Some((der, Facts::of(der)?)));
        let above = others.find(|(_, one)| one.subject == below.issuer && !one.is_self_signed());
        facts = above.map(|(der, one)| {
            chain.push(der.clone());
            one
        });
    }
    chain
}

impl PartialEq for ClientIdentity {
    fn eq(&self, other: &ClientIdentity) -> bool {
        self.digest == other.digest
    }
}

impl Eq for ClientIdentity {}

impl Hash for ClientIdentity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown.subject)
    }
}

/// Shows the certificate, if there is one, whichever authorities the server names: many name none of ours, and take it.
#[derive(Debug)]
pub struct Presented(pub Option<Arc<ClientIdentity>>);

impl ResolvesClientCert for Presented {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        // That one was wanted explains what may follow.
        progress::certificate_wanted();
        self.0.as_ref().map(|identity| Arc::clone(&identity.certified))
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
