//! A private key of the program's, and what it signs.

use super::der::{Reader, INTEGER, SEQUENCE};
#[cfg(windows)]
use super::store_key::StoreKey;
use super::tls_fault::verdict;
use crate::messages::TlsFault;
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature::{self, EcdsaKeyPair, KeyPair, RsaEncoding};
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};
use std::fmt;
use std::sync::Arc;

pub enum Kind {
    Rsa(rsa::KeyPair),
    Elliptic(EcdsaKeyPair, SignatureScheme),
    #[cfg(windows)]
    Store(StoreKey),
}

/// A private key that signs.
pub struct ClientKey {
    pub(super) kind: Kind,
}

impl ClientKey {
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
    use crate::net::der::{dotted, RSA};
    use crate::net::written_key::P384;
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
