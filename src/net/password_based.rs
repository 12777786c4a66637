//! What is encrypted with a password: in files of keys and certificates (PKCS #5, PKCS #12).

use super::der::Reader;
use crate::messages::ClientFault;
use zeroize::Zeroizing;

/// How much work one file may still make.
pub struct Work(u32);

impl Default for Work {
    fn default() -> Work {
        Work(10_000_000)
    }
}

pub fn decrypt(
    kind: &[u8],
    _parameters: Reader,
    _encrypted: &[u8],
    _password: Option<&str>,
    _work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, ClientFault> {
    Err(ClientFault::Method { name: super::client_key::dotted(kind) })
}
