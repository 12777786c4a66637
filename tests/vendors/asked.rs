//! A request as a vendor looks at it.

use base64::prelude::{Engine, BASE64_STANDARD};
use serde_json::Value;

use crate::http::Request;

pub struct Asked {
    pub request: Request,
    /// The client's certificate (DER), where the server demands one.
    pub certificate: Option<Vec<u8>>,
}

impl Asked {
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.request.method == method && self.request.path == path
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.header(name)
    }

    /// The header is there with exactly this value.
    pub fn says(&self, name: &str, value: &str) -> bool {
        self.header(name) == Some(value)
    }

    /// Without header and cookie, as a login without them comes.
    pub fn has_no_authorization(&self) -> bool {
        self.header("Authorization").is_none()
    }

    pub fn bearer(&self) -> Option<&str> {
        self.header("Authorization")?.strip_prefix("Bearer ")
    }

    /// User and password of HTTP Basic, in UTF-8.
    pub fn basic(&self) -> Option<(String, String)> {
        let coded = self.header("Authorization")?.strip_prefix("Basic ")?;
        let text = String::from_utf8(BASE64_STANDARD.decode(coded).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    pub fn is_basic(&self, user: &str, password: &str) -> bool {
        self.basic().is_some_and(|(u, p)| u == user && p == password)
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        let all = self.header("Cookie")?.split("; ");
        let mut named = all.filter_map(|pair| pair.split_once('='));
        named.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn has_type(&self, wanted: &str) -> bool {
        let media = self.header("Content-Type").unwrap_or_default();
        media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(wanted))
    }

    /// A body of this type, as JSON.
    pub fn json(&self) -> Option<Value> {
        let body = serde_json::from_slice(&self.request.body).ok()?;
        self.has_type("application/json").then_some(body)
    }

    pub fn json_is(&self, wanted: Value) -> bool {
        self.json() == Some(wanted)
    }

    /// The fields of a form, sorted; none where the body is none.
    pub fn form(&self) -> Vec<(String, String)> {
        let text = std::str::from_utf8(&self.request.body).unwrap_or("%");
        if self.has_type("application/x-www-form-urlencoded") {
            fields(text)
        } else {
            Vec::new()
        }
    }

    /// These fields, and no other.
    pub fn form_is(&self, wanted: &[(&str, &str)]) -> bool {
        same(&self.form(), wanted)
    }

    pub fn query_is(&self, wanted: &[(&str, &str)]) -> bool {
        same(&fields(&self.request.query), wanted)
    }

    /// One field of the form or, where there is none, of the query.
    pub fn field(&self, name: &str) -> Option<String> {
        let all = self.form().into_iter().chain(fields(&self.request.query));
        all.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub fn has_no_body(&self) -> bool {
        self.request.body.is_empty()
    }
}

fn same(found: &[(String, String)], wanted: &[(&str, &str)]) -> bool {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    found.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(wanted)
}

/// What is percent-encoded UTF-8, with `+` for a space, as every server reads it.
fn fields(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8().expect("UTF-8 in a form").into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut fields: Vec<_> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    fields.sort_unstable();
    fields
}
