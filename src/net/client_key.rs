//! A private key of the program's: read from what others wrote, fitted to its certificate, and what it signs.

use super::der::{Reader, BITS, INTEGER, OBJECT, OCTETS, SEQUENCE};
use super::{password_based, pem};
use crate::messages::ClientFault;
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

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ELLIPTIC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const CURVE: u8 = 0xa0;
const PUBLIC: u8 = 0xa1;

/// A key as it was written, in its bare form.
pub enum WrittenKey {
    Rsa(Zeroizing<Vec<u8>>),
    Elliptic { curve: Vec<u8>, private: Zeroizing<Vec<u8>>, public: Vec<u8> },
}

impl WrittenKey {
    /// The first private key in PEM.
    pub fn in_text(text: &str, password: Option<&str>) -> Option<Result<WrittenKey, ClientFault>> {
        let block = pem::blocks(text).find(|block| block.label.ends_with("PRIVATE KEY"))?;
        if block.is_encrypted_in_the_old_way() {
            return Some(Err(ClientFault::OldEncryption));
        }
        Some(block.der().ok_or(ClientFault::Damaged).and_then(|der| WrittenKey::of(&der, password)))
    }

    /// PKCS #8, encrypted or not, PKCS #1 or SEC 1: their forms differ.
    pub fn of(der: &[u8], password: Option<&str>) -> Result<WrittenKey, ClientFault> {
        let mut key = Reader(der).inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
        if key.0.first() == Some(&SEQUENCE) {
            let (kind, parameters, encrypted) = in_its_way(&mut key).ok_or(ClientFault::Damaged)?;
            let opened =
                password_based::decrypt(kind, parameters, encrypted, password, &mut Default::default())?;
            // It ends as it should by chance, too.
            let wrong =
                if password.is_some() { ClientFault::WrongPassword } else { ClientFault::WantsPassword };
            return match Reader(&opened).inside(SEQUENCE) {
                Some(inside) if inside.0.first() == Some(&INTEGER) => WrittenKey::of(&opened, None),
                _ => Err(wrong),
            };
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
}

/// A private key that signs.
pub struct ClientKey {
    kind: Kind,
}

impl ClientKey {
    /// A file's key, in PEM or DER.
    pub fn read(content: &[u8], password: Option<&str>) -> Result<ClientKey, ClientFault> {
        let written = WrittenKey::read(content, password)?;
        written.fit(None)?.ok_or(ClientFault::Damaged)
    }

    pub fn public(&self) -> &[u8] {
        match &self.kind {
            Kind::Rsa(pair) => pair.public().as_ref(),
            Kind::Elliptic(pair, _) => pair.public_key().as_ref(),
        }
    }

    /// Its kind and size, for a person.
    pub fn shown(&self) -> String {
        match &self.kind {
            Kind::Rsa(pair) => format!("RSA {}", pair.public().modulus_len() * 8),
            Kind::Elliptic(_, SignatureScheme::ECDSA_NISTP256_SHA256) => "P-256".to_owned(),
            Kind::Elliptic(..) => "P-384".to_owned(),
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
        let signature = self.sign_in(scheme, message)?;
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
        }
    }

    fn sign_in(&self, scheme: SignatureScheme, message: &[u8]) -> Option<Vec<u8>> {
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
                    _ => return None,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(way, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Kind::Elliptic(pair, own) if *own == scheme => {
                Some(pair.sign(&random, message).ok()?.as_ref().to_vec())
            }
            Kind::Elliptic(..) => None,
        }
    }
}

impl WrittenKey {
    pub fn read(content: &[u8], password: Option<&str>) -> Result<WrittenKey, ClientFault> {
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
        match self.0.kind {
            Kind::Rsa(_) => SignatureAlgorithm::RSA,
            Kind::Elliptic(..) => SignatureAlgorithm::ECDSA,
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
        signature.ok_or_else(|| Error::General("the client's key did not sign".to_owned()))
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}
