//! Values that are computed of others: `values` of a profile.

use super::ordered::{Json, Pairs};
use super::template::Template;

/// A name made of other names.
pub(super) struct Computed {
    pub base64: Option<Template>,
    pub sha256: Option<Template>,
    pub md5: Option<Template>,
    pub hmac_sha256: Option<Template>,
    pub jwt: Option<Algorithm>,
    /// Of `hmac_sha256` and `jwt`.
    pub key: Option<Template>,
    /// Of the hashes.
    pub form: Option<Encoding>,
    /// Of `base64`.
    pub charset: Option<Charset>,
    pub header: Pairs<Json>,
    pub claims: Pairs<Json>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    HS256,
    RS256,
    PS256,
    ES256,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Hex,
    Base64,
    Base64url,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Latin1,
}
