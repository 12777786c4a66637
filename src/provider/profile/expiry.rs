//! How long a token lives, in the many ways servers say it.

use std::borrow::Cow;

use serde_json::Value;

use super::answer::ResponseView;
use super::model::{LifetimeRules, TimeUnit};
use super::operation::TokenPaths;
use super::pointer::{Pointer, Tree};
use crate::net::http_date;
use crate::util::clock::parse_rfc3339;
use crate::util::encoding::from_base64url;

/// The end of a token's life. Zero, negative and huge values are passed on as they are: the caller decides.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Expires {
    /// So many seconds after the answer.
    Seconds(i64),
    /// Unix time in milliseconds.
    At(i64),
    /// As `At`, of a token that says how long it lives in all.
    Jwt { at_ms: i64, whole_ms: i64 },
    #[default]
    Missing,
}

/// A clock that is behind this, the beginning of 2025, is wrong: this library is younger.
const EARLIEST_MS: i64 = 1_735_689_600_000;
/// The beginning of 2100. A number beyond means "for ever".
const LATEST_MS: i64 = 4_102_444_800_000;
/// A life shorter than this is none, whichever clock says so.
const MIN_LIFE_MS: i64 = 2_000;
/// Clocks that differ by less agree.
const SKEW_MS: i64 = 60_000;

impl Expires {
    /// What is left of the life, in milliseconds, by the server's clock and by ours, either of which may be wrong: a good
    /// token is not dead because one of them is. `None`: nobody can tell.
    pub fn left_ms(self, server_ms: Option<i64>, own_ms: i64) -> Option<i64> {
        let (at_ms, whole_ms) = match self {
            Expires::Seconds(seconds) => return Some(seconds.saturating_mul(1000)),
            Expires::At(at_ms) => (at_ms, None),
            Expires::Jwt { at_ms, whole_ms } => (at_ms, Some(whole_ms)),
            Expires::Missing => return None,
        };
        let own_ms = Some(own_ms).filter(|ms| *ms >= EARLIEST_MS);
        let lefts = [server_ms, own_ms].map(|now| Some(at_ms.saturating_sub(now?)));
        let lefts = || lefts.into_iter().flatten();
        let Some(whole) = whole_ms else {
            return lefts().filter(|left| *left > MIN_LIFE_MS).min().or(lefts().max());
        };
        // Made just now by a clock that agrees with its maker's, or some time ago; else no clock agrees with it.
        let made_now = lefts().filter(|left| left.abs_diff(whole) <= SKEW_MS.unsigned_abs()).max();
        let made_before = || lefts().filter(|left| (0..whole).contains(left)).min();
        Some(made_now.or_else(made_before).map_or(whole, |left| left.min(whole)))
    }
}

/// `expires_in` first, since it needs no clock that agrees with the server's; then `expires_at`, then `exp` of a JWT.
/// With it what could not be read, where nothing else tells.
pub(super) fn read(
    answer: &ResponseView,
    take: &TokenPaths,
    life: &LifetimeRules,
    token: Option<&str>,
) -> (Expires, Option<String>) {
    let lasts = answer.first(&take.expires_in, &mut |value| lasting(value, life.unit));
    if let Some(expires) = lasts {
        return (expires, None);
    }
    let zone = life.zone.as_deref();
    let mut date = |value: &Value| date(value, zone);
    let moment = |number: i64| (!is_compact(&number.to_string())).then(|| epoch(number));
    let mut instant = |value: &Value| date(value).or_else(|| seconds(value).and_then(moment));
    let ends = answer.first(&take.expires_at, &mut instant);
    let ends = ends.or_else(|| answer.first(&take.expires_in, &mut date));
    if let Some(instant) = ends {
        return (Expires::At(instant), None);
    }
    if let Some(expires) = token.and_then(jwt_end) {
        return (expires, None);
    }
    let unread = answer.first(&take.expires_in, &mut shown);
    (Expires::Missing, unread.or_else(|| answer.first(&take.expires_at, &mut shown)))
}

/// What stands there, unless it means that nothing does.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

/// A life as a number of units.
fn lasting(value: &Value, unit: TimeUnit) -> Option<Expires> {
    let number = seconds(value).filter(|number| !is_compact(&number.to_string()))?;
    // So long lives nothing: it is when the life ends. Milliseconds in which a token lives may look like a date in seconds.
    let at_ms = epoch(number);
    if (EARLIEST_MS..LATEST_MS).contains(&at_ms) && (unit != TimeUnit::Milliseconds || at_ms == number) {
        return Some(Expires::At(at_ms));
    }
    let times = match unit {
        TimeUnit::Seconds => 1.0,
        TimeUnit::Milliseconds => 0.001,
        TimeUnit::Minutes => 60.0,
        TimeUnit::Hours => 3600.0,
    };
    let exact = || amount(value).map(|amount| whole(amount * times));
    Some(Expires::Seconds(if times == 1.0 { number } else { exact()? }))
}

/// A number or numeric text, with its fraction.
fn amount(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
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

/// A date in a text, or PHP's object for one. `zone`: that of dates without one.
fn date(value: &Value, zone: Option<&str>) -> Option<i64> {
    match value {
        Value::String(text) => dated(text.trim(), zone),
        Value::Number(number) => {
            Some(number.to_string()).filter(|text| is_compact(text)).and_then(|text| dated(&text, zone))
        }
        Value::Object(_) => php_date(value, zone),
        _ => None,
    }
}

/// RFC 3339 and what is near it: a blank for the `T`, a zone without its colon or by name, no seconds, the day first;
/// .NET's `/Date(1700000000000-0300)/`; the date of HTTP. Without a zone nobody knows when, unless the profile does.
fn dated(text: &str, usual_zone: Option<&str>) -> Option<i64> {
    if let Some(ticks) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // The zone behind it says only where it was written.
        let end = ticks.get(1..)?.find(['+', '-']).map_or(ticks.len(), |at| at + 1);
        return ticks.get(..end)?.parse().ok();
    }
    if is_compact(text) {
        let (day, time) = text.split_at_checked(8)?;
        let part = |text: &str, from: usize| text.get(from..from + 2).map(str::to_owned);
        let (month, date) = (part(day, 4)?, part(day, 6)?);
        let (hour, minute, second) = (part(time, 0)?, part(time, 2)?, part(time, 4)?);
        let zone = offset_of(usual_zone?)?;
        return parse_rfc3339(&format!("{}-{month}-{date}T{hour}:{minute}:{second}{zone}", day.get(..4)?));
    }
    // As HTTP and mail write it: the zone is a word of its own.
    if let Some((front, zone)) = text.rsplit_once(' ').filter(|_| text.contains(", ")) {
        let seconds = http_date(&format!("{front} GMT"))?;
        let behind = parse_rfc3339(&format!("1970-01-01T00:00:00{}", offset_of(zone)?))?;
        return Some(seconds.saturating_mul(1000).saturating_add(behind));
    }
    let (day, rest) = text.split_at_checked(10)?;
    let day = match day.split(['/', '-']).collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => format!("{year}-{month}-{day}"),
        [day, month, year] => format!("{year}-{month}-{day}"),
        _ => return None,
    };
    // Java names the place behind the offset.
    let rest = rest.strip_prefix(['T', 't', ' '])?.split('[').next()?;
    let end = rest.find(|letter: char| !(letter.is_ascii_digit() || ":.,".contains(letter)));
    let (time, zone) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let zone = Some(zone.trim()).filter(|zone| !zone.is_empty()).or(usual_zone)?;
    let seconds = if time.len() == 5 { ":00" } else { "" };
    let time = time.replace(',', ".");
    parse_rfc3339(&format!("{day}T{time}{seconds}{}", offset_of(zone)?))
}

/// `20261231235900`: as a number it would be an instant centuries away.
fn is_compact(text: &str) -> bool {
    text.len() == 14 && text.starts_with("20") && text.bytes().all(|digit| digit.is_ascii_digit())
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
fn php_date(value: &Value, usual_zone: Option<&str>) -> Option<i64> {
    let date = value.get("date")?.as_str()?.trim();
    let zone = value.get("timezone").and_then(Value::as_str).unwrap_or_default();
    dated(format!("{date} {}", zone.trim()).trim_end(), usual_zone)
}

/// An offset as it is, with its colon, or that of a zone name. Brazil has had no summer time since 2019.
fn offset_of(zone: &str) -> Option<Cow<'_, str>> {
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
        return Some(match zone.len() {
            3 => format!("{zone}:00").into(),
            5 => format!("{}:{}", zone.get(..3)?, zone.get(3..)?).into(),
            _ => zone.into(),
        });
    }
    let named = |names: &&[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(zone));
    let found = ZONES.iter().find(|(_, names)| named(names));
    found.map(|(offset, _)| (*offset).into())
}

/// Of a token alone.
pub(super) fn of_token(token: &str) -> Expires {
    jwt_end(token).unwrap_or_default()
}

/// `exp` of a token that is a JWT, and `iat`. The signature is the API's business; only the dates are of use here.
fn jwt_end(token: &str) -> Option<Expires> {
    let mut parts = token.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || header.is_empty() || claims.is_empty() {
        return None;
    }
    from_base64url(header)?;
    from_base64url(signature)?;
    let claims = Tree::read(&from_base64url(claims)?)?;
    let claim = |name| Pointer::of_key(name).find(&claims, &mut seconds).map(epoch);
    let at_ms = claim("exp")?;
    Some(match claim("iat").map(|made_ms| at_ms.saturating_sub(made_ms)) {
        Some(whole_ms) if whole_ms > 0 => Expires::Jwt { at_ms, whole_ms },
        _ => Expires::At(at_ms),
    })
}
