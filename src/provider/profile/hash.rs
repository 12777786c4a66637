//! Hashes of computed values.

use md5::{Digest, Md5};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use crate::util::encoding;

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
