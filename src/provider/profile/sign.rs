//! Hashes and signatures of computed values.

use md5::{Digest, Md5};
use ring::{digest, hmac};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::PrivateKeyDer;
use rustls::SignatureScheme;
use zeroize::Zeroizing;

use super::computed::Algorithm;
use crate::util::encoding;

/// Of a number in a signature on P-256.
const NUMBER_BYTES: usize = 32;

pub(super) fn sha256(text: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, text).as_ref().to_vec()
}

pub(super) fn md5(text: &[u8]) -> Vec<u8> {
    Md5::digest(text).to_vec()
}

pub(super) fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

/// As JSON Web Tokens have it, without the signs that fill up.
pub(super) fn base64url_bare(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = encoding::base64url(bytes);
    let bare = text.trim_end_matches('=').len();
    text.truncate(bare);
    text
}

/// What `x5t#S256` and `x5t` hold.
pub(super) fn thumbprint(sha256: bool, der: &[u8]) -> String {
    let kind = if sha256 { &digest::SHA256 } else { &digest::SHA1_FOR_LEGACY_USE_ONLY };
    base64url_bare(digest::digest(kind, der).as_ref()).to_string()
}

/// The first private key of a text in PEM form. Line ends written as `\n`, as JSON and environments have them, are
/// line ends.
pub(super) fn key_of_pem(text: &str) -> Option<PrivateKeyDer<'static>> {
    let lines = text.replace("\\n", "\n");
    PrivateKeyDer::from_pem_slice(Zeroizing::new(lines).as_bytes()).ok()
}

/// `None`: the key is of another kind than the algorithm, or too short. Never with `HS256`, whose key is a text.
pub(super) fn sign(algorithm: Algorithm, key: &PrivateKeyDer, text: &[u8]) -> Option<Vec<u8>> {
    let scheme = match algorithm {
        Algorithm::HS256 => return None,
        Algorithm::RS256 => SignatureScheme::RSA_PKCS1_SHA256,
        Algorithm::PS256 => SignatureScheme::RSA_PSS_SHA256,
        Algorithm::ES256 => SignatureScheme::ECDSA_NISTP256_SHA256,
    };
    let signature = any_supported_type(key).ok()?.choose_scheme(&[scheme])?.sign(text).ok()?;
    match algorithm {
        Algorithm::ES256 => both_numbers(&signature),
        _ => Some(signature),
    }
}

/// The two numbers side by side (RFC 7518), of their ASN.1.
fn both_numbers(signature: &[u8]) -> Option<Vec<u8>> {
    let (_, rest) = signature.split_at_checked(2)?;
    let (first, rest) = number(rest)?;
    let (second, _) = number(rest)?;
    Some([first, second].concat())
}

/// The number at the beginning, in as many bytes as it may have, and what is behind it.
fn number(rest: &[u8]) -> Option<([u8; NUMBER_BYTES], &[u8])> {
    let ([2, length], rest) = rest.split_first_chunk()? else { return None };
    let (digits, rest) = rest.split_at_checked(usize::from(*length))?;
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = digits.get(zeros..)?;
    let mut whole = [0; NUMBER_BYTES];
    whole.get_mut(NUMBER_BYTES.checked_sub(digits.len())?..)?.copy_from_slice(digits);
    Some((whole, rest))
}
