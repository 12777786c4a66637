//! A private key of the program's: read from what others wrote, fitted to its certificate, and what it signs.

use super::der::{Reader, BITS, INTEGER, OBJECT, OCTETS, SEQUENCE};
use super::password_based::Password;
use super::pem;
#[cfg(windows)]
use super::store_key::StoreKey;
use super::tls_fault::verdict;
use crate::messages::{ClientFault, TlsFault};
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature::{
    self, EcdsaKeyPair, KeyPair, RsaEncoding, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
};
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};
use std::fmt::{self, Write};
use std::sync::Arc;
use zeroize::Zeroizing;

pub const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
pub const ELLIPTIC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
pub const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
pub const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const CURVE: u8 = 0xa0;
const PUBLIC: u8 = 0xa1;

/// A key as it was written, in its bare form.
pub enum WrittenKey {
    Rsa(Zeroizing<Vec<u8>>),
    Elliptic { curve: Vec<u8>, private: Zeroizing<Vec<u8>>, public: Vec<u8> },
}

impl WrittenKey {
    /// The first private key in PEM.
    pub fn in_text(text: &str, password: &mut Password) -> Option<Result<WrittenKey, ClientFault>> {
        let block = pem::blocks(text).find(|block| block.label.ends_with("PRIVATE KEY"))?;
        if block.is_encrypted_in_the_old_way() {
            return Some(Err(ClientFault::OldEncryption));
        }
        Some(block.der().ok_or(ClientFault::Damaged).and_then(|der| WrittenKey::of(&der, password)))
    }

    /// PKCS #8, encrypted or not, PKCS #1 or SEC 1: their forms differ.
    pub fn of(der: &[u8], password: &mut Password) -> Result<WrittenKey, ClientFault> {
        let mut key = Reader(der).inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
        if key.0.first() == Some(&SEQUENCE) {
            let (kind, parameters, encrypted) = in_its_way(&mut key).ok_or(ClientFault::Damaged)?;
            // It ends as it should by chance, too.
            let is_key = |opened: &[u8]| {
                Reader(opened).inside(SEQUENCE).is_some_and(|inside| inside.0.first() == Some(&INTEGER))
            };
            let opened = password.decrypt(kind, parameters, encrypted, &is_key)?;
            return WrittenKey::of(&opened, password);
        }
        key.value(INTEGER).ok_or(ClientFault::Damaged)?;
        match key.0.first() {
            Some(&SEQUENCE) => {
                let (kind, parameters, inside) = in_its_way(&mut key).ok_or(ClientFault::Damaged)?;
                match kind {
                    RSA => Ok(WrittenKey::Rsa(Zeroizing::new(inside.to_vec()))),
                    ELLIPTIC => elliptic(inside, Some(parameters)).ok_or(ClientFault::Damaged),
                    other => Err(ClientFault::KindOfKey { name: dotted(other) }),
                }
            }
            Some(&INTEGER) => Ok(WrittenKey::Rsa(Zeroizing::new(der.to_vec()))),
            Some(&OCTETS) => elliptic(der, None).ok_or(ClientFault::Damaged),
            _ => Err(ClientFault::Damaged),
        }
    }

    /// Whether it may be that of a certificate with this public key: told without much work.
    pub fn may_belong_to(&self, public: &[u8]) -> bool {
        match self {
            WrittenKey::Rsa(der) => {
                let numbers = Reader(public).inside(SEQUENCE).filter(|numbers| !numbers.0.is_empty());
                let own = Reader(der).inside(SEQUENCE).and_then(|mut key| key.value(INTEGER).map(|_| key));
                own.zip(numbers).is_some_and(|(own, numbers)| own.0.starts_with(numbers.0))
            }
            WrittenKey::Elliptic { public: own, .. } => own.is_empty() || own == public,
        }
    }

    /// The key, where its public half is `public`, if that is known. `None`: it belongs to another.
    pub fn fit(&self, public: Option<&[u8]>) -> Result<Option<ClientKey>, ClientFault> {
        let kind = match self {
            WrittenKey::Rsa(der) => {
                Kind::Rsa(rsa::KeyPair::from_der(der).map_err(|refused| ClientFault::KindOfKey {
                    name: format!("RSA, {} bits, {refused}", rsa_bits(der).unwrap_or(0)),
                })?)
            }
            WrittenKey::Elliptic { curve, private, public: own } => {
                let (way, scheme, size) = match curve.as_slice() {
                    P256 => (&ECDSA_P256_SHA256_ASN1_SIGNING, SignatureScheme::ECDSA_NISTP256_SHA256, 32),
                    P384 => (&ECDSA_P384_SHA384_ASN1_SIGNING, SignatureScheme::ECDSA_NISTP384_SHA384, 48),
                    other => return Err(ClientFault::KindOfKey { name: dotted(other) }),
                };
                // Some write it with zeros in front, some without.
                let zeros = private.iter().take_while(|byte| **byte == 0).count();
                let bare = private.get(zeros..).unwrap_or_default();
                let mut private = Zeroizing::new(vec![0; size]);
                let start = size.checked_sub(bare.len()).ok_or(ClientFault::Damaged)?;
                private.get_mut(start..).unwrap_or_default().copy_from_slice(bare);
                // Java writes it without its public half, which the certificate has.
                let half = if own.is_empty() { public } else { Some(own.as_slice()) };
                let Some(half) = half else {
                    return Err(ClientFault::KindOfKey { name: "P-256/P-384, -public".to_owned() });
                };
                let random = SystemRandom::new();
                match EcdsaKeyPair::from_private_key_and_public_key(way, &private, half, &random) {
                    Ok(pair) => Kind::Elliptic(pair, scheme),
                    Err(_) if own.is_empty() => return Ok(None),
                    Err(_) => return Err(ClientFault::Damaged),
                }
            }
        };
        let key = ClientKey { kind };
        Ok(Some(key).filter(|key| public.is_none_or(|public| key.public() == public)))
    }
}

/// A kind with its parameters, and what is of it.
fn in_its_way<'a>(key: &mut Reader<'a>) -> Option<(&'a [u8], Reader<'a>, &'a [u8])> {
    let (kind, parameters) = key.algorithm()?;
    Some((kind, parameters, key.value(OCTETS)?))
}

fn elliptic(der: &[u8], parameters: Option<Reader>) -> Option<WrittenKey> {
    let mut key = Reader(der).inside(SEQUENCE)?;
    key.value(INTEGER)?;
    let private = Zeroizing::new(key.value(OCTETS)?.to_vec());
    let own = key.option(CURVE);
    let curve = parameters.or(own).and_then(|mut named| named.value(OBJECT)).unwrap_or_default().to_vec();
    let public = key.option(PUBLIC).and_then(|mut public| public.value(BITS)?.get(1..)).unwrap_or_default();
    Some(WrittenKey::Elliptic { curve, private, public: public.to_vec() })
}

fn rsa_bits(der: &[u8]) -> Option<usize> {
    let mut key = Reader(der).inside(SEQUENCE)?;
    key.value(INTEGER)?;
    let modulus = key.value(INTEGER)?;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    Some((modulus.len() - zeros) * 8 - modulus.get(zeros)?.leading_zeros() as usize)
}

/// An object's number as people write it.
pub fn dotted(object: &[u8]) -> String {
    let mut text = String::new();
    let mut number: u64 = 0;
    for byte in object {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            let _ = match text.is_empty() {
                true => write!(text, "{}.{}", (number / 40).min(2), number - (number / 40).min(2) * 40),
                false => write!(text, ".{number}"),
            };
            number = 0;
        }
    }
    text.truncate(60);
    text
}

enum Kind {
    Rsa(rsa::KeyPair),
    Elliptic(EcdsaKeyPair, SignatureScheme),
    #[cfg(windows)]
    Store(StoreKey),
}

/// A private key that signs.
pub struct ClientKey {
    kind: Kind,
}

impl ClientKey {
    /// A file's key, in PEM or DER.
    pub fn read(content: &[u8], password: Option<&str>) -> Result<ClientKey, ClientFault> {
        let written = WrittenKey::read(content, &mut Password::of(password))?;
        written.fit(None)?.ok_or(ClientFault::Damaged)
    }

    #[cfg(windows)]
    pub fn in_store(key: StoreKey) -> ClientKey {
        ClientKey { kind: Kind::Store(key) }
    }

    pub fn public(&self) -> &[u8] {
        match &self.kind {
            Kind::Rsa(pair) => pair.public().as_ref(),
            Kind::Elliptic(pair, _) => pair.public_key().as_ref(),
            #[cfg(windows)]
            Kind::Store(key) => &key.public,
        }
    }

    /// Its kind and size, for a person.
    pub fn shown(&self) -> String {
        match &self.kind {
            Kind::Rsa(pair) => format!("RSA {}", pair.public().modulus_len() * 8),
            Kind::Elliptic(_, SignatureScheme::ECDSA_NISTP256_SHA256) => "P-256".to_owned(),
            Kind::Elliptic(..) => "P-384".to_owned(),
            #[cfg(windows)]
            Kind::Store(key) => key.shown.clone(),
        }
    }

    /// A signature as a JWT carries it: RS256, PS256 or ES256. `None`: the key is of another kind.
    pub fn sign(&self, algorithm: &str, message: &[u8]) -> Option<Vec<u8>> {
        let scheme = match algorithm {
            "RS256" => SignatureScheme::RSA_PKCS1_SHA256,
            "PS256" => SignatureScheme::RSA_PSS_SHA256,
            "ES256" => SignatureScheme::ECDSA_NISTP256_SHA256,
            _ => return None,
        };
        let signature = self.sign_in(scheme, message).ok()?;
        match algorithm {
            "ES256" => bare_numbers(&signature),
            _ => Some(signature),
        }
    }

    /// The ways in which it can sign, the best first.
    fn schemes(&self) -> &[SignatureScheme] {
        const OF_RSA: [SignatureScheme; 6] = [
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
        ];
        match &self.kind {
            Kind::Rsa(_) => &OF_RSA,
            Kind::Elliptic(_, scheme) => std::slice::from_ref(scheme),
            #[cfg(windows)]
            Kind::Store(key) => key.schemes,
        }
    }

    /// The error is the system's number for it, where it is the system that signs.
    fn sign_in(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, i32> {
        let random = SystemRandom::new();
        match &self.kind {
            Kind::Rsa(pair) => {
                let way: &dyn RsaEncoding = match scheme {
                    SignatureScheme::RSA_PSS_SHA256 => &signature::RSA_PSS_SHA256,
                    SignatureScheme::RSA_PSS_SHA384 => &signature::RSA_PSS_SHA384,
                    SignatureScheme::RSA_PSS_SHA512 => &signature::RSA_PSS_SHA512,
                    SignatureScheme::RSA_PKCS1_SHA256 => &signature::RSA_PKCS1_SHA256,
                    SignatureScheme::RSA_PKCS1_SHA384 => &signature::RSA_PKCS1_SHA384,
                    SignatureScheme::RSA_PKCS1_SHA512 => &signature::RSA_PKCS1_SHA512,
                    _ => return Err(0),
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(way, &random, message, &mut signature).map_err(|_| 0)?;
                Ok(signature)
            }
            Kind::Elliptic(pair, own) if *own == scheme => {
                Ok(pair.sign(&random, message).map_err(|_| 0)?.as_ref().to_vec())
            }
            Kind::Elliptic(..) => Err(0),
            #[cfg(windows)]
            Kind::Store(key) => key.sign(scheme, message),
        }
    }
}

impl WrittenKey {
    pub fn read(content: &[u8], password: &mut Password) -> Result<WrittenKey, ClientFault> {
        if content.first() == Some(&SEQUENCE) {
            return WrittenKey::of(content, password);
        }
        WrittenKey::in_text(&pem::ascii(content), password).unwrap_or(Err(ClientFault::NoKey))
    }
}

/// The two numbers of a signature of P-256, one behind the other, instead of DER.
fn bare_numbers(signature: &[u8]) -> Option<Vec<u8>> {
    const SIZE: usize = 32;
    let mut numbers = Reader(signature).inside(SEQUENCE)?;
    let mut bare = vec![0; 2 * SIZE];
    for place in bare.chunks_exact_mut(SIZE) {
        let number = numbers.value(INTEGER)?;
        let number = number.get(number.len().saturating_sub(SIZE)..)?;
        place.get_mut(SIZE - number.len()..)?.copy_from_slice(number);
    }
    Some(bare)
}

/// Two numbers that stand one behind the other, as DER has them.
#[cfg(any(windows, test))]
pub fn in_der(numbers: &[u8]) -> Vec<u8> {
    let mut inside = Vec::with_capacity(numbers.len() + 6);
    for number in numbers.chunks(numbers.len().div_ceil(2).max(1)) {
        let zeros = number.iter().take_while(|byte| **byte == 0).count().min(number.len().saturating_sub(1));
        let bare = number.get(zeros..).unwrap_or_default();
        let sign = bare.first().is_some_and(|byte| byte & 0x80 != 0);
        inside.extend([INTEGER, (bare.len() + usize::from(sign)) as u8]);
        inside.extend(sign.then_some(0));
        inside.extend_from_slice(bare);
    }
    let mut whole = vec![SEQUENCE, inside.len() as u8];
    whole.append(&mut inside);
    whole
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// The key as TLS uses it.
#[derive(Debug)]
pub struct TlsKey(pub Arc<ClientKey>);

impl SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let scheme = *self.0.schemes().iter().find(|scheme| offered.contains(scheme))?;
        Some(Box::new(TlsSigner { key: Arc::clone(&self.0), scheme }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.0.schemes().contains(&SignatureScheme::RSA_PKCS1_SHA256) {
            true => SignatureAlgorithm::RSA,
            false => SignatureAlgorithm::ECDSA,
        }
    }
}

#[derive(Debug)]
struct TlsSigner {
    key: Arc<ClientKey>,
    scheme: SignatureScheme,
}

impl Signer for TlsSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature = self.key.sign_in(self.scheme, message);
        signature.map_err(|code| verdict(TlsFault::KeyDidNotSign { code: format!("{code:#X}") }))
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};

    const RSA_KEY: &str = include_str!("tests/rsa.key");

    fn elliptic_key(of: &'static rcgen::SignatureAlgorithm) -> ClientKey {
        let text = rcgen::KeyPair::generate_for(of).unwrap().serialize_pem();
        ClientKey::read(text.as_bytes(), None).unwrap()
    }

    fn verified(key: &ClientKey, algorithm: &str, by: &'static dyn VerificationAlgorithm) {
        let signature = key.sign(algorithm, b"header.claims").unwrap();
        let public = UnparsedPublicKey::new(by, key.public());
        assert!(public.verify(b"header.claims", &signature).is_ok(), "{algorithm}");
        assert!(public.verify(b"other.claims", &signature).is_err());
    }

    #[test]
    fn what_a_key_signs_is_as_a_jwt_has_it() {
        let rsa = ClientKey::read(RSA_KEY.as_bytes(), None).unwrap();
        verified(&rsa, "RS256", &signature::RSA_PKCS1_2048_8192_SHA256);
        verified(&rsa, "PS256", &signature::RSA_PSS_2048_8192_SHA256);
        let p256 = elliptic_key(&rcgen::PKCS_ECDSA_P256_SHA256);
        for _ in 0..50 {
            // Numbers with zeros in front, too.
            verified(&p256, "ES256", &signature::ECDSA_P256_SHA256_FIXED);
        }
        let p384 = elliptic_key(&rcgen::PKCS_ECDSA_P384_SHA384);
        for (key, other) in
            [(&rsa, "ES256"), (&p256, "RS256"), (&p384, "ES256"), (&rsa, "HS256"), (&rsa, "none")]
        {
            assert!(key.sign(other, b"x").is_none(), "{other}");
        }
        assert_eq!([rsa.shown(), p256.shown(), p384.shown()], ["RSA 2048", "P-256", "P-384"]);
        assert_eq!(format!("{rsa:?}"), "RSA 2048");
    }

    #[test]
    fn two_numbers_are_told_in_both_ways() {
        for (first, second) in [(1, 0x7f), (0x80, 0), (0xff, 0xff)] {
            let mut numbers = vec![0; 64];
            (numbers[31], numbers[32], numbers[63]) = (first, second, first);
            assert_eq!(bare_numbers(&in_der(&numbers)).unwrap(), numbers);
        }
    }

    #[test]
    fn numbers_of_objects_are_told_as_people_write_them() {
        assert_eq!(dotted(RSA), "1.2.840.113549.1.1.1");
        assert_eq!(dotted(P384), "1.3.132.0.34");
        assert_eq!(dotted(&[0xff; 200]), "");
    }
}
