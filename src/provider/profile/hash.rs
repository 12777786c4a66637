//! Hashes of computed values.

use md5::{Digest, Md5};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use crate::util::encoding;

pub(super) fn sha256(text: &[u8]) -> Vec<u8> {
    and_of_nothing(|_, text| digest::digest(&digest::SHA256, text).as_ref().to_vec(), &[], text)
}

pub(super) fn md5(text: &[u8]) -> Vec<u8> {
    and_of_nothing(|_, text| Md5::digest(text).to_vec(), &[], text)
}

pub(super) fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let make =
        |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec();
    and_of_nothing(make, key, text)
}

/// Followed by one of nothing, which takes the place on the stack where the last of a secret may have been left.
fn and_of_nothing(make: fn(&[u8], &[u8]) -> Vec<u8>, key: &[u8], text: &[u8]) -> Vec<u8> {
    let made = make(key, text);
    make(&[], &[]);
    made
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
