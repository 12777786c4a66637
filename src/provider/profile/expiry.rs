//! How long a token lives, in the many ways servers say it.

use serde_json::Value;

use super::answer::ResponseView;
use super::operation::TokenPaths;
use super::pointer::{Pointer, Tree};
use crate::util::clock::parse_rfc3339;
use crate::util::encoding::from_base64url;

/// The end of a token's life. Zero, negative and huge values are passed on as they are: the caller decides.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Expires {
    /// So many seconds after the answer.
    Seconds(i64),
    /// Unix time in milliseconds.
    At(i64),
    #[default]
    Missing,
}

/// `expires_in` first, since it needs no clock that agrees with the server's; then `expires_at`, then `exp` of a JWT.
pub(super) fn read(answer: &ResponseView, take: &TokenPaths, token: Option<&str>) -> Expires {
    let lasts = answer.first(&take.expires_in, &mut seconds);
    if let Some(seconds) = lasts {
        return Expires::Seconds(seconds);
    }
    let ends = answer.first(&take.expires_at, &mut instant);
    match ends.or_else(|| jwt_end(token?)) {
        Some(instant) => Expires::At(instant),
        None => Expires::Missing,
    }
}

/// A number or numeric text; fractions are cut, what is too large saturates.
fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(whole)),
        Value::String(text) => numeric(text),
        _ => None,
    }
}

fn numeric(text: &str) -> Option<i64> {
    let text = text.trim();
    // Rust also reads "inf" and "NaN".
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) {
        return None;
    }
    match text.parse::<i64>() {
        Ok(whole) => Some(whole),
        Err(_) => text.parse().ok().map(whole),
    }
}

/// `as` saturates.
fn whole(number: f64) -> i64 {
    number as i64
}

/// An instant in Unix milliseconds: RFC 3339, a PHP date object, or an epoch number.
fn instant(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => parse_rfc3339(text.trim()).or_else(|| numeric(text).map(epoch)),
        Value::Number(_) => seconds(value).map(epoch),
        Value::Object(_) => php_date(value),
        _ => None,
    }
}

/// Seconds or milliseconds: 10^11 is 1973 in the one and the year 5138 in the other.
fn epoch(number: i64) -> i64 {
    const FROM_HERE_MILLISECONDS: u64 = 100_000_000_000;
    if number.unsigned_abs() < FROM_HERE_MILLISECONDS {
        number.saturating_mul(1000)
    } else {
        number
    }
}

/// `{"date": "2021-01-01 23:59:00.000000", "timezone_type": 3, "timezone": "UTC"}`
fn php_date(value: &Value) -> Option<i64> {
    let date = value.get("date")?.as_str()?.trim();
    let offset = offset_of(value.get("timezone")?.as_str()?.trim())?;
    parse_rfc3339(&format!("{}{offset}", date.replacen(' ', "T", 1)))
}

/// An offset as it is, or that of a zone name. Brazil has had no summer time since 2019.
fn offset_of(zone: &str) -> Option<&str> {
    const ZONES: [(&str, &[&str]); 5] = [
        ("Z", &["UTC", "Z", "GMT", "Etc/UTC", "Etc/GMT", "Zulu"]),
        ("-02:00", &["America/Noronha", "Brazil/DeNoronha"]),
        (
            "-03:00",
            &[
                "America/Sao_Paulo",
                "America/Bahia",
                "America/Fortaleza",
                "America/Recife",
                "America/Maceio",
                "America/Belem",
                "America/Araguaina",
                "America/Santarem",
                "Brazil/East",
                "BRT",
            ],
        ),
        (
            "-04:00",
            &[
                "America/Manaus",
                "America/Cuiaba",
                "America/Campo_Grande",
                "America/Boa_Vista",
                "America/Porto_Velho",
                "Brazil/West",
            ],
        ),
        ("-05:00", &["America/Rio_Branco", "America/Eirunepe", "America/Porto_Acre", "Brazil/Acre"]),
    ];
    if zone.starts_with(['+', '-']) {
        return Some(zone);
    }
    let named = |names: &&[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(zone));
    let found = ZONES.iter().find(|(_, names)| named(names));
    found.map(|(offset, _)| *offset)
}

/// `exp` of a token that is a JWT. The signature is the API's business; only the date is of use here.
fn jwt_end(token: &str) -> Option<i64> {
    let mut parts = token.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || header.is_empty() || claims.is_empty() {
        return None;
    }
    from_base64url(header)?;
    from_base64url(signature)?;
    let claims = Tree::read(&from_base64url(claims)?)?;
    let end = Pointer::of_key("exp").find(&claims, &mut seconds)?;
    Some(end.saturating_mul(1000))
}
