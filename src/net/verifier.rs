//! Whether a server is who it says it is, and if not, why.

use super::authorities::Authorities;
use super::certificate::{Facts, HostName};
use super::roots::Roots;
use super::tls_fault;
use crate::messages::TlsFault;
use crate::util::secret::clean;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{self, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Shorter keys can be computed by others.
const MIN_RSA_BITS: usize = 2048;

/// Whom to trust.
#[derive(Debug)]
pub enum Trust {
    /// A file's certificates: what they have signed, and each of them as it is.
    These { roots: Roots, authorities: RootCertStore },
    System(Authorities),
}

#[derive(Debug)]
pub struct Verifier {
    pub trust: Trust,
    pub known: WebPkiSupportedAlgorithms,
}

/// What a server shows, and for whom it should be.
pub struct Shown<'a> {
    pub own: &'a CertificateDer<'a>,
    pub others: &'a [CertificateDer<'a>],
    pub name: &'a ServerName<'a>,
    pub now: UnixTime,
}

impl Verifier {
    pub fn new(roots: Option<&Roots>, known: WebPkiSupportedAlgorithms) -> Verifier {
        let trust = match roots {
            Some(roots) => Trust::These { roots: roots.clone(), authorities: roots.authorities() },
            None => Trust::System(Authorities::new()),
        };
        Verifier { trust, known }
    }

    fn roots(&self) -> Option<&Roots> {
        match &self.trust {
            Trust::These { roots, .. } => Some(roots),
            Trust::System(_) => None,
        }
    }

    fn check(&self, shown: &Shown) -> Result<(), Error> {
        let checked = match &self.trust {
            Trust::These { authorities, .. } => shown.verify(authorities, &self.known),
            Trust::System(system) => system.verify(shown, &self.known),
        };
        let Some(facts) = Facts::of(shown.own) else { return checked };
        match checked {
            Err(_) if self.roots().is_some_and(|roots| roots.holds(shown.own)) => shown.verify_itself(&facts)?,
            Err(Error::InvalidCertificate(error)) => {
                return Err(match shown.cause(&error, &facts, self.roots()) {
                    Some(fault) => tls_fault::verdict(fault),
                    None => Error::InvalidCertificate(error),
                });
            }
            checked => checked?,
        }
        match facts.rsa_bits().filter(|bits| *bits < MIN_RSA_BITS) {
            Some(bits) => Err(tls_fault::verdict(TlsFault::ShortKey { bits })),
            None => Ok(()),
        }
    }
}

impl Shown<'_> {
    pub fn verify(&self, authorities: &RootCertStore, known: &WebPkiSupportedAlgorithms) -> Result<(), Error> {
        let own = ParsedCertificate::try_from(self.own)?;
        verify_server_cert_signed_by_trust_anchor(&own, authorities, self.others, self.now, known.all)?;
        verify_server_name(&own, self.name)
    }

    /// A certificate that is trusted as it is, whoever signed it: for its hosts, and while it is in force.
    fn verify_itself(&self, facts: &Facts) -> Result<(), Error> {
        let now = i64::try_from(self.now.as_secs()).unwrap_or(i64::MAX).saturating_mul(1000);
        let today = tls_fault::day(self.now.as_secs());
        let on = |ms: i64| tls_fault::day(u64::try_from(ms / 1000).unwrap_or(0));
        match (facts.from_ms, facts.until_ms) {
            (Some(from), _) if now < from => {
                return Err(tls_fault::verdict(TlsFault::ValidFrom { day: on(from), today }));
            }
            (_, Some(until)) if now > until => {
                return Err(tls_fault::verdict(TlsFault::ExpiredOn { day: on(until), today }));
            }
            (Some(_), Some(_)) => {}
            _ => return Err(CertificateError::BadEncoding.into()),
        }
        let named = ParsedCertificate::try_from(self.own).and_then(|own| verify_server_name(&own, self.name));
        // What `openssl req -x509` makes names its host in the subject alone.
        let common = facts.names.is_none() && facts.common_name().is_some_and(|name| self.is_host(&name));
        match named.is_ok() || common {
            true => Ok(()),
            false => Err(tls_fault::verdict(self.other_host(facts))),
        }
    }

    fn is_host(&self, name: &str) -> bool {
        let host = self.name.to_str();
        let below = |all: &str| host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(all));
        name.eq_ignore_ascii_case(&host) || name.strip_prefix("*.").is_some_and(below)
    }

    /// Whom the certificate is for instead.
    fn other_host(&self, facts: &Facts) -> TlsFault {
        let Some(names) = &facts.names else {
            return match facts.common_name() {
                Some(name) => TlsFault::OnlyCommonName { name: clean(&name, &[]) },
                None => TlsFault::NoHost,
            };
        };
        let host = self.name.to_str();
        let is_address = matches!(self.name, ServerName::IpAddress(_));
        if is_address && names.iter().any(|name| matches!(name, HostName::Dns(dns) if *dns == host)) {
            return TlsFault::AddressAsName { address: host.into_owned() };
        }
        tls_fault::other_hosts(names.iter().map(|name| match name {
            HostName::Dns(dns) => (*dns).to_owned(),
            HostName::Address(address) => address.to_string(),
        }))
    }

    /// What the TLS library does not tell.
    fn cause(&self, error: &CertificateError, facts: &Facts, roots: Option<&Roots>) -> Option<TlsFault> {
        use CertificateError::*;
        let chain = || [self.own].into_iter().chain(self.others).filter_map(|der| Facts::of(der));
        match error {
            NotValidForName | NotValidForNameContext { .. } => Some(self.other_host(facts)),
            UnknownIssuer if facts.is_self_signed() => Some(TlsFault::SelfSigned { name: facts.shown_subject() }),
            UnknownIssuer => {
                let mut last = Facts::of(self.own)?;
                for _ in self.others {
                    match chain().find(|one| one.subject == last.issuer && !last.is_self_signed()) {
                        Some(above) => last = above,
                        None => break,
                    }
                }
                let issuer = Some(last.shown_issuer()).filter(|name| !name.is_empty());
                Some(TlsFault::UnknownIssuer { issuer: issuer.unwrap_or_else(|| "?".to_owned()) })
            }
            ExpiredContext { time, not_after } => {
                let ended = i64::try_from(not_after.as_secs()).ok()?.saturating_mul(1000);
                let above = chain().skip(1).find(|one| one.until_ms == Some(ended) && facts.until_ms != Some(ended))?;
                let (day, today) = (tls_fault::day(not_after.as_secs()), tls_fault::day(time.as_secs()));
                Some(TlsFault::AuthorityExpired { name: above.shown_subject(), day, today })
            }
            Other(error) if tls_fault::is_of_authority(error) => {
                Some(TlsFault::SelfSigned { name: facts.shown_subject() })
            }
            Other(error) if tls_fault::is_of_old_version(error) => Some(TlsFault::OldVersion),
            _ => {
                // The key may be that of an authority of ours.
                let bits = chain().filter_map(|one| one.rsa_bits()).chain(roots.and_then(Roots::shortest_key)).min();
                match (error, chain().find_map(|one| one.weakly_signed())) {
                    (BadSignature, _) => {
                        bits.filter(|bits| *bits < MIN_RSA_BITS).map(|bits| TlsFault::ShortKey { bits })
                    }
                    (_, weak) => weak.map(|name| TlsFault::WeakSignature { name }),
                }
            }
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(&Shown { own, others, name, now }).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verified = crypto::verify_tls12_signature(message, certificate, signed, &self.known);
        verified.or_else(|error| {
            self.old_key(certificate).and_then(|key| self.verify_with(&key, message, signed)).ok_or(error)
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.old_key(certificate) {
            Some(key) => crypto::verify_tls13_signature_with_raw_key(message, &key, signed, &self.known),
            None => crypto::verify_tls13_signature(message, certificate, signed, &self.known),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.known.supported_schemes()
    }
}

impl Verifier {
    /// The key of a certificate that is trusted as it is. Of version 1, the TLS library does not read it.
    fn old_key<'a>(&self, certificate: &'a CertificateDer<'_>) -> Option<SubjectPublicKeyInfoDer<'a>> {
        self.roots().filter(|roots| roots.holds(certificate))?;
        Facts::of(certificate).map(|facts| facts.key.into())
    }

    fn verify_with(
        &self,
        key: &SubjectPublicKeyInfoDer,
        message: &[u8],
        signed: &DigitallySignedStruct,
    ) -> Option<HandshakeSignatureValid> {
        let key = webpki::RawPublicKeyEntity::try_from(key).ok()?;
        let (_, ways) = self.known.mapping.iter().find(|(scheme, _)| *scheme == signed.scheme)?;
        let mut verified = ways.iter().map(|way| key.verify_signature(*way, message, signed.signature()));
        verified.any(|verified| verified.is_ok()).then(HandshakeSignatureValid::assertion)
    }
}
