//! The client certificate of an account, with its key: who the program is for a server that asks for one.

use super::certificate::{self, Certificate, Facts};
use super::client_key::{ClientKey, TlsKey, WrittenKey};
use super::{pem, progress, roots};
use crate::messages::ClientFault;
use crate::util::clock;
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
const DAY_MS: i64 = 24 * 3_600_000;

/// What the options that name a certificate and a key amount to.
#[derive(Clone, Debug)]
pub enum ClientCredential {
    /// A key alone, which signs assertions.
    Key(Arc<ClientKey>),
    Identity(Arc<ClientIdentity>),
}

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

fn read(content: &[u8], files: ClientFiles) -> Result<Contents, ClientFault> {
    if content.first() == Some(&0x30) && Facts::of(content).is_none() {
        return Err(ClientFault::NoKind);
    }
    let (certificates, fault) = roots::certificates(content);
    let text = pem::ascii(content);
    if let Some(fault) = fault {
        return Err(match (fault, text.contains("-----BEGIN ")) {
            (crate::messages::FileFault::NotPem, _) => ClientFault::Damaged,
            (_, true) => ClientFault::NoCertificate,
            (_, false) => ClientFault::NoKind,
        });
    }
    let own = WrittenKey::in_text(&text, files.password).filter(|_| files.key.is_none()).transpose()?;
    Ok(Contents { certificates, keys: own.into_iter().collect(), kind: "PEM" })
}

impl ClientIdentity {
    fn open(content: &[u8], files: ClientFiles) -> Result<ClientIdentity, ClientFault> {
        let mut contents = read(content, files)?;
        let first = contents.certificates.first().cloned().ok_or(ClientFault::NoCertificate)?;
        if let Some(key) = files.key {
            // What is wrong with the certificate is told first.
            let key = WrittenKey::read(key, files.password);
            contents.keys = vec![key.or_else(|fault| Dates::of(&first).and(Err(fault)))?];
        }
        if contents.keys.is_empty() {
            let dates = Dates::of(&first)?;
            return Err(ClientFault::LacksKey { whose: dates.whose, until: clock::day(dates.until_ms) });
        }
        for written in &contents.keys {
            for certificate in &contents.certificates {
                let public = Facts::of(certificate).and_then(|facts| facts.key_bits());
                let Some(public) = public else { continue };
                if let Some(key) = written.fit(Some(public))? {
                    let chain = chain(certificate, &contents.certificates);
                    return ClientIdentity::of(chain, key, contents.kind);
                }
            }
        }
        let dates = Dates::of(&first)?;
        Err(ClientFault::OtherKey { whose: dates.whose, until: clock::day(dates.until_ms) })
    }

    /// Of its own certificate and those that lead up from it.
    pub fn of(
        chain: Vec<CertificateDer<'static>>,
        key: ClientKey,
        kind: &'static str,
    ) -> Result<ClientIdentity, ClientFault> {
        let own = chain.first().ok_or(ClientFault::NoCertificate)?;
        let (shown, dates) = (certificate::read(own), Dates::of(own)?);
        let mut digest = Context::new(&SHA256);
        chain.iter().for_each(|certificate| digest.update(certificate));
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
    while let Some(below) = facts.filter(|below| !below.is_self_signed() && chain.len() <= all.len()) {
        let above = all.iter().filter_map(|der| Some((der, Facts::of(der)?)));
        let above = above.filter(|(_, one)| one.subject == below.issuer && !one.is_self_signed()).next();
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
