//! Values that are computed of others: `values` of a profile.

use zeroize::Zeroizing;

use super::fill::Fill;
use super::hash;
use super::ordered::{Json, Pairs};
use super::request::write_members;
use super::template::{Slot, Template};
use super::text::{TemplateContext, Text};
use crate::messages::Unfit;
use crate::net::ClientKey;
use crate::util::encoding;

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

impl Computed {
    /// Whether it holds of every name that it is made of.
    pub fn every_slot(&self, holds: &mut dyn FnMut(&Slot) -> bool) -> bool {
        let mut all = true;
        self.each_template(&mut |template| all = all && template.slots().all(&mut *holds));
        all
    }

    /// What it is now. `name`: its own, for errors.
    pub fn evaluate(&self, name: &str, fill: &Fill) -> Result<Zeroizing<String>, Unfit> {
        let plain = |template: &Template| template.render(TemplateContext::Plain, fill);
        if let Some(algorithm) = self.jwt {
            return self.signed(algorithm, name, fill);
        }
        if let Some(text) = &self.base64 {
            let text = plain(text)?;
            return match self.charset {
                Some(Charset::Latin1) => Ok(encoding::base64(&latin1(&text, name)?)),
                _ => Ok(encoding::base64(text.as_bytes())),
            };
        }
        let hash = match (&self.sha256, &self.md5, &self.hmac_sha256) {
            (Some(text), ..) => hash::sha256(plain(text)?.as_bytes()),
            (_, Some(text), _) => hash::md5(plain(text)?.as_bytes()),
            (.., Some(text)) => {
                hash::hmac_sha256(self.key_text(name, fill)?.as_bytes(), plain(text)?.as_bytes())
            }
            _ => return Err(Unfit::NotSet { option: name.to_owned() }),
        };
        Ok(match self.form {
            Some(Encoding::Base64) => encoding::base64(&hash),
            Some(Encoding::Base64url) => hash::base64url_bare(&hash),
            Some(Encoding::Hex) | None => Zeroizing::new(encoding::hex(&hash)),
        })
    }

    fn key_text(&self, name: &str, fill: &Fill) -> Result<Zeroizing<String>, Unfit> {
        let missing = || Unfit::NotSet { option: name.to_owned() };
        self.key.as_ref().ok_or_else(missing)?.render(TemplateContext::Plain, fill)
    }

    /// A JSON Web Token in its compact form (RFC 7515).
    fn signed(&self, algorithm: Algorithm, name: &str, fill: &Fill) -> Result<Zeroizing<String>, Unfit> {
        let mut header = Text::default();
        header.push("{\"alg\":\"");
        header.push(algorithm.name());
        header.push("\"");
        if self.header.get("typ").is_none() {
            header.push(",\"typ\":\"JWT\"");
        }
        write_members(&mut header, ",\"", &self.header.0, fill)?;
        header.push("}");
        let mut claims = Text::default();
        claims.push("{");
        write_members(&mut claims, "\"", &self.claims.0, fill)?;
        claims.push("}");
        let mut token = Text::default();
        token.push(&hash::base64url_bare(header.finish().as_bytes()));
        token.push(".");
        token.push(&hash::base64url_bare(claims.finish().as_bytes()));
        let signature = self.signature(algorithm, name, fill, token.as_bytes())?;
        token.push(".");
        token.push(&hash::base64url_bare(&signature));
        Ok(token.finish())
    }

    fn signature(
        &self,
        algorithm: Algorithm,
        name: &str,
        fill: &Fill,
        text: &[u8],
    ) -> Result<Vec<u8>, Unfit> {
        if algorithm == Algorithm::HS256 {
            return Ok(hash::hmac_sha256(self.key_text(name, fill)?.as_bytes(), text));
        }
        // Where it comes from is what a person can change.
        let from = self.key.as_ref().and_then(Template::alone).map_or(name, |slot| slot.name.as_str());
        let option = || from.to_owned();
        let read;
        let key = if from == "client_key" {
            fill.values.client_key().ok_or_else(|| Unfit::NotSet { option: option() })?
        } else {
            // Line ends written as `\n` or `\r\n`, as JSON and environments have them, are line ends.
            let pem = Zeroizing::new(self.key_text(name, fill)?.replace("\\r", ""));
            let pem = Zeroizing::new(pem.replace("\\n", "\n"));
            let password = fill.values.get("client_certificate_password");
            read = ClientKey::read(pem.as_bytes(), password.as_deref());
            read.as_ref().map_err(|fault| Unfit::Key { option: option(), fault: fault.clone() })?
        };
        key.sign(algorithm.name(), text).ok_or_else(|| misfit(option(), algorithm))
    }
}

fn misfit(option: String, algorithm: Algorithm) -> Unfit {
    match algorithm {
        Algorithm::ES256 => Unfit::KeyNotEc { option },
        _ => Unfit::KeyNotRsa { option },
    }
}

/// Of ISO 8859-1, which has no more than Unicode's first 256.
fn latin1(text: &str, name: &str) -> Result<Zeroizing<Vec<u8>>, Unfit> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    for letter in text.chars() {
        let byte = u8::try_from(letter).map_err(|_| Unfit::NotLatin1 { option: name.to_owned() })?;
        bytes.push(byte);
    }
    Ok(bytes)
}

impl Algorithm {
    pub const ALL: [Algorithm; 4] = [Algorithm::HS256, Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];

    pub fn name(self) -> &'static str {
        match self {
            Algorithm::HS256 => "HS256",
            Algorithm::RS256 => "RS256",
            Algorithm::PS256 => "PS256",
            Algorithm::ES256 => "ES256",
        }
    }
}
