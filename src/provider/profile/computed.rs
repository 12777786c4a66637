//! Values that are computed of others: `values` of a profile.

use serde::Deserialize;

use super::ordered::{Json, Pairs};
use super::template::Template;

/// A name made of other names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Computed {
    pub base64: Option<Template>,
    pub sha256: Option<Template>,
    pub md5: Option<Template>,
    pub hmac_sha256: Option<Template>,
    pub jwt: Option<Algorithm>,
    /// Of `hmac_sha256` and `jwt`.
    pub key: Option<Template>,
    /// Of the hashes.
    #[serde(rename = "as")]
    pub form: Option<Encoding>,
    /// Of `base64`.
    pub charset: Option<Charset>,
    #[serde(default)]
    pub header: Pairs<Json>,
    #[serde(default)]
    pub claims: Pairs<Json>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    HS256,
    RS256,
    PS256,
    ES256,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Encoding {
    Hex,
    Base64,
    Base64url,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "latin1")]
    Latin1,
}
