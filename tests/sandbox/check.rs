//! What every vendor checks of a request before it looks at its meaning. A complaint is a mistake of the client.

use serde_json::{Map, Value};

use super::http::Request;

/// A mistake in a request: the status a vendor would answer, and a sentence for `violations`.
pub struct Complaint {
    pub status: u16,
    pub text: String,
}

/// A complaint with this status.
pub fn complaint(status: u16, text: impl Into<String>) -> Complaint {
    Complaint { status, text: text.into() }
}

pub type Checked<T> = Result<T, Complaint>;
pub type Fields = Map<String, Value>;

/// The method must be this one.
pub fn method(request: &Request, wanted: &str) -> Checked<()> {
    if request.method == wanted {
        return Ok(());
    }
    let text = format!("the method is {}, not {wanted}", request.method);
    Err(complaint(405, text))
}

/// No query is allowed: what stands there ends up in the logs of every server on the way.
pub fn no_query(request: &Request) -> Checked<()> {
    match request.query.as_str() {
        "" => Ok(()),
        _ => Err(complaint(400, "the URL has a query")),
    }
}

/// The body must have this media type, in UTF-8 if it names a charset.
pub fn media_type(request: &Request, wanted: &str) -> Checked<()> {
    let value = request.header("Content-Type").unwrap_or("");
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    let right = parts.next().as_deref() == Some(wanted)
        && parts.all(|part| part.is_empty() || part == "charset=utf-8");
    if right {
        return Ok(());
    }
    let text = format!("the Content-Type is `{value}`, not `{wanted}`");
    Err(complaint(415, text))
}

/// A JSON object with all of the `required` fields and no others than the `optional` ones.
pub fn json_fields(request: &Request, required: &[&str], optional: &[&str]) -> Checked<Fields> {
    media_type(request, "application/json")?;
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(fields)) => only(fields, required, optional),
        Ok(_) => Err(complaint(400, "the body is JSON, but no object")),
        Err(e) => Err(complaint(400, format!("the body is not JSON: {e}"))),
    }
}

/// The fields of the query.
pub fn query_fields(request: &Request) -> Checked<Fields> {
    let pairs = pairs(&request.query).map_err(|text| complaint(400, text))?;
    Ok(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}

/// The fields of a form body, under the same rule.
pub fn form_fields(request: &Request, required: &[&str], optional: &[&str]) -> Checked<Fields> {
    let body = std::str::from_utf8(&request.body)
        .map_err(|_| complaint(400, "the form holds raw bytes outside ASCII"))?;
    let strict = |b: u8| b.is_ascii_alphanumeric() || b"*-._~%+&=".contains(&b);
    if !body.bytes().all(strict) {
        return Err(complaint(400, "the form holds characters that are not encoded"));
    }
    let mut fields = Fields::new();
    for (name, value) in pairs(body).map_err(|text| complaint(400, text))? {
        if fields.insert(name.clone(), Value::String(value)).is_some() {
            return Err(complaint(400, format!("the field {name} was sent twice")));
        }
    }
    only(fields, required, optional)
}

fn only(fields: Fields, required: &[&str], optional: &[&str]) -> Checked<Fields> {
    if let Some(name) = required.iter().find(|name| !fields.contains_key(**name)) {
        return Err(complaint(400, format!("the field {name} is missing")));
    }
    let known = |name: &str| required.contains(&name) || optional.contains(&name);
    if let Some(name) = fields.keys().find(|name| !known(name)) {
        return Err(complaint(400, format!("the field {name} is not known")));
    }
    Ok(fields)
}

/// A field that must be text and not empty; absent counts as empty text.
pub fn text(fields: &Fields, name: &str) -> Checked<String> {
    match fields.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Value::String(_)) => Err(complaint(400, format!("the field {name} is empty"))),
        Some(_) => Err(complaint(400, format!("the field {name} is not text"))),
        None => Err(complaint(400, format!("the field {name} is missing"))),
    }
}

/// A field that may be absent, but if it is there must be text and not empty.
pub fn optional_text(fields: &Fields, name: &str) -> Checked<Option<String>> {
    match fields.contains_key(name) {
        true => text(fields, name).map(Some),
        false => Ok(None),
    }
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(request: &Request) -> Checked<String> {
    let Some(value) = request.header("Authorization") else {
        return Err(complaint(401, "the header Authorization is missing"));
    };
    let token = value.strip_prefix("Bearer ").unwrap_or("");
    if token.is_empty() || token.contains([' ', '%', ',']) {
        return Err(complaint(401, "the header Authorization is not `Bearer TOKEN`"));
    }
    Ok(token.to_string())
}

/// The decoded names and values of a query or a form, in order.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let items = text.split('&').filter(|item| !item.is_empty());
    items
        .map(|item| {
            let (name, value) = item.split_once('=').unwrap_or((item, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|b| char::from(b).to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err("a percent sign is not followed by two hex digits".into()),
                }
            }
            other => other,
        });
    }
    String::from_utf8(decoded).map_err(|_| "the percent-encoded text is not UTF-8".to_string())
}
