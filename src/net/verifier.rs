//! Whether a server is who it says it is, and if not, why.

use super::authorities::Authorities;
use super::certificate::{rsa_bits, Facts, HostName};
use super::roots::{Anchors, Roots};
use super::tls_fault;
use crate::messages::TlsFault;
use crate::util::secret::clean;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{self, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, TrustAnchor, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::net::IpAddr;

/// Shorter keys can be computed by others.
const MIN_RSA_BITS: usize = 2048;

/// Whom to trust.
#[derive(Debug)]
enum Trust {
    These(Anchors),
    System(Authorities),
}

#[derive(Debug)]
pub struct Verifier {
    trust: Trust,
    known: WebPkiSupportedAlgorithms,
}

/// What a server shows, and for whom it should be.
pub struct Shown<'a> {
    pub own: &'a CertificateDer<'a>,
    pub others: &'a [CertificateDer<'a>],
    pub name: &'a ServerName<'a>,
    pub now: UnixTime,
}

impl Verifier {
    /// `roots` instead of the system's.
    pub fn new(roots: Option<&Roots>, known: WebPkiSupportedAlgorithms) -> Verifier {
        let trust = match roots {
            Some(roots) => Trust::These(roots.anchors()),
            None => Trust::System(Authorities::new()),
        };
        Verifier { trust, known }
    }

    fn check(&self, shown: &Shown) -> Result<(), Error> {
        match &self.trust {
            Trust::These(anchors) => shown.verify(anchors, &self.known)?,
            Trust::System(system) => system.verify(shown, &self.known)?,
        }
        match Facts::of(shown.own).and_then(|facts| facts.rsa_bits()).filter(|bits| *bits < MIN_RSA_BITS) {
            Some(bits) => Err(tls_fault::verdict(TlsFault::ShortKey { bits })),
            None => Ok(()),
        }
    }

    /// The key of a certificate that is trusted as it is. Of version 1, the TLS library does not read it.
    fn own_key<'a>(&self, certificate: &'a CertificateDer<'_>) -> Option<SubjectPublicKeyInfoDer<'a>> {
        let holds = match &self.trust {
            Trust::These(anchors) => anchors.holds(certificate),
            Trust::System(system) => system.holds(certificate),
        };
        Facts::of(certificate).filter(|_| holds).map(|facts| facts.key.into())
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

impl Shown<'_> {
    pub fn verify(&self, anchors: &Anchors, known: &WebPkiSupportedAlgorithms) -> Result<(), Error> {
        let Err(error) = self.verify_chain(&anchors.authorities, known) else { return Ok(()) };
        match Facts::of(self.own).filter(|_| anchors.holds(self.own)) {
            Some(facts) => self.verify_itself(&facts),
            None => Err(self.explained(error, &anchors.authorities.roots)),
        }
    }

    fn verify_chain(
        &self,
        authorities: &RootCertStore,
        known: &WebPkiSupportedAlgorithms,
    ) -> Result<(), Error> {
        let own = ParsedCertificate::try_from(self.own)?;
        verify_server_cert_signed_by_trust_anchor(&own, authorities, self.others, self.now, known.all)?;
        verify_server_name(&own, self.name)
    }

    /// The same error, with what the TLS library does not tell.
    pub fn explained(&self, error: Error, authorities: &[TrustAnchor]) -> Error {
        let cause = match &error {
            Error::InvalidCertificate(error) => {
                Facts::of(self.own).and_then(|facts| self.cause(error, &facts, authorities))
            }
            _ => None,
        };
        cause.map_or(error, tls_fault::verdict)
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
        let address = self.name.to_str().parse::<IpAddr>().ok();
        let is_ours = match &facts.names {
            Some(names) => names.iter().any(|name| match name {
                HostName::Dns(dns) => address.is_none() && self.is_host(dns),
                HostName::Address(one) => address == Some(*one),
            }),
            // What `openssl req -x509` makes names its host in the subject alone.
            None => facts.common_name().is_some_and(|name| self.is_host(&name)),
        };
        match is_ours {
            true => Ok(()),
            false => Err(tls_fault::verdict(self.other_host(facts))),
        }
    }

    fn is_host(&self, name: &str) -> bool {
        let host = self.name.to_str();
        let below = |all: &str| host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(all));
        let has_parts = matches!(self.name, ServerName::DnsName(_));
        name.eq_ignore_ascii_case(&host) || name.strip_prefix("*.").filter(|_| has_parts).is_some_and(below)
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

    fn cause(
        &self,
        error: &CertificateError,
        facts: &Facts,
        authorities: &[TrustAnchor],
    ) -> Option<TlsFault> {
        use CertificateError::*;
        let chain = || [self.own].into_iter().chain(self.others).filter_map(|der| Facts::of(der));
        // As far up as the server's own certificates lead.
        let last = || {
            let mut last = Facts::of(self.own)?;
            for _ in self.others {
                let above = chain().find(|one| one.subject == last.issuer && !last.is_self_signed());
                last = above.unwrap_or(last);
            }
            Some(last)
        };
        match error {
            NotValidForName | NotValidForNameContext { .. } => Some(self.other_host(facts)),
            UnknownIssuer if facts.is_self_signed() => {
                Some(TlsFault::SelfSigned { name: facts.shown_subject() })
            }
            UnknownIssuer => {
                let issuer = last()?.shown_issuer();
                let issuer = if issuer.is_empty() { "?".to_owned() } else { issuer };
                Some(TlsFault::UnknownIssuer { issuer })
            }
            ExpiredContext { time, not_after } => {
                let ended = i64::try_from(not_after.as_secs()).ok()?.saturating_mul(1000);
                let above = chain()
                    .skip(1)
                    .find(|one| one.until_ms == Some(ended) && facts.until_ms != Some(ended))?;
                let (day, today) = (tls_fault::day(not_after.as_secs()), tls_fault::day(time.as_secs()));
                Some(TlsFault::AuthorityExpired { name: above.shown_subject(), day, today })
            }
            Other(error) if tls_fault::is_of_authority(error) => {
                Some(TlsFault::SelfSigned { name: facts.shown_subject() })
            }
            Other(error) if tls_fault::is_of_old_version(error) => Some(TlsFault::OldVersion),
            BadSignature => {
                let issuer = last()?.issuer;
                let ours = authorities.iter().filter(|one| one.subject.as_ref() == issuer);
                let ours = ours.filter_map(|one| rsa_bits(&one.subject_public_key_info));
                let bits = chain().filter_map(|one| one.rsa_bits()).chain(ours).min();
                bits.filter(|bits| *bits < MIN_RSA_BITS).map(|bits| TlsFault::ShortKey { bits })
            }
            UnsupportedSignatureAlgorithmContext { .. } => {
                // What signs itself is trusted, if it is, for no signature.
                let mut signed = chain().filter(|one| !one.is_self_signed());
                signed.find_map(|one| one.weakly_signed()).map(|name| TlsFault::WeakSignature { name })
            }
            _ => None,
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
            self.own_key(certificate).and_then(|key| self.verify_with(&key, message, signed)).ok_or(error)
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.own_key(certificate) {
            Some(key) => crypto::verify_tls13_signature_with_raw_key(message, &key, signed, &self.known),
            None => crypto::verify_tls13_signature(message, certificate, signed, &self.known),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.known.supported_schemes()
    }
}
