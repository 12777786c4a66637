//! A private key as others wrote it: PKCS #8, PKCS #1 or SEC 1, in PEM or DER, and which certificate it belongs to.

use super::client_key::{ClientKey, Kind};
use super::der::{dotted, Reader, BITS, INTEGER, OBJECT, OCTETS, RSA, SEQUENCE};
use super::password_based::Password;
use super::pem;
use crate::messages::ClientFault;
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature::{EcdsaKeyPair, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING};
use rustls::SignatureScheme;
use zeroize::Zeroizing;

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
    /// A file's key, in PEM or DER.
    pub fn read(content: &[u8], password: &mut Password) -> Result<WrittenKey, ClientFault> {
        if content.first() == Some(&SEQUENCE) {
            return WrittenKey::of(content, password);
        }
        WrittenKey::in_text(&pem::ascii(content), password).unwrap_or(Err(ClientFault::NoKey))
    }

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

impl ClientKey {
    /// A file's key, in PEM or DER.
    pub fn read(content: &[u8], password: Option<&str>) -> Result<ClientKey, ClientFault> {
        let written = WrittenKey::read(content, &mut Password::of(password))?;
        written.fit(None)?.ok_or(ClientFault::Damaged)
    }
}
