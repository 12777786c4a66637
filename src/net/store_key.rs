//! A key that the system keeps, perhaps on a card: it signs hashes.

use super::certificate::Facts;
use super::client_key::in_der;
use super::der::{dotted, Reader, OBJECT, RSA, SEQUENCE};
use super::written_key::{ELLIPTIC, P256, P384};
use crate::messages::ClientFault;
use crate::sys::{self, Padding};
use ring::digest::{digest, SHA256, SHA384, SHA512};
use rustls::SignatureScheme;

pub struct StoreKey {
    key: sys::StoreKey,
    pub public: Vec<u8>,
    pub schemes: &'static [SignatureScheme],
    pub shown: String,
}

/// Not all cards know the new way, which TLS 1.3 alone wants.
const OF_RSA: [SignatureScheme; 6] = [
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA512,
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PSS_SHA512,
];

impl StoreKey {
    /// Of which kind it is, its certificate tells.
    pub fn of(key: sys::StoreKey, facts: &Facts) -> Result<StoreKey, ClientFault> {
        let kind = Reader(facts.key).inside(SEQUENCE).and_then(|mut key| key.algorithm());
        let (kind, mut parameters) = kind.ok_or(ClientFault::Damaged)?;
        let curve = || parameters.value(OBJECT).unwrap_or_default();
        let (schemes, shown): (&[_], _) = match kind {
            RSA => (&OF_RSA, format!("RSA {}", facts.rsa_bits().unwrap_or(0))),
            ELLIPTIC => match { curve }() {
                P256 => (&[SignatureScheme::ECDSA_NISTP256_SHA256], "P-256".to_owned()),
                P384 => (&[SignatureScheme::ECDSA_NISTP384_SHA384], "P-384".to_owned()),
                other => return Err(ClientFault::KindOfKey { name: dotted(other) }),
            },
            other => return Err(ClientFault::KindOfKey { name: dotted(other) }),
        };
        let public = facts.key_bits().unwrap_or_default().to_vec();
        Ok(StoreKey { key, public, schemes, shown })
    }

    pub fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, i32> {
        use SignatureScheme as S;
        if !self.schemes.contains(&scheme) {
            return Err(0);
        }
        let hash = match scheme {
            S::RSA_PKCS1_SHA256 | S::RSA_PSS_SHA256 | S::ECDSA_NISTP256_SHA256 => &SHA256,
            S::RSA_PKCS1_SHA384 | S::RSA_PSS_SHA384 | S::ECDSA_NISTP384_SHA384 => &SHA384,
            _ => &SHA512,
        };
        let padding = match scheme {
            S::RSA_PSS_SHA256 | S::RSA_PSS_SHA384 | S::RSA_PSS_SHA512 => Padding::Pss,
            S::ECDSA_NISTP256_SHA256 | S::ECDSA_NISTP384_SHA384 => Padding::None,
            _ => Padding::Pkcs1,
        };
        let signature = self.key.sign(padding, digest(hash, message).as_ref());
        let signature = signature.map_err(|error| error.raw_os_error().unwrap_or(0))?;
        Ok(if padding == Padding::None { in_der(&signature) } else { signature })
    }
}
