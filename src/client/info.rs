//! The fields of `erptoken_info`. Sends nothing.

use crate::cache::policy::renewed_from;
use crate::cache::token::{Origin, Token};
use crate::client::account::{Account, ResolvedConfig};
use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::util::clock::rfc3339;
use std::sync::atomic::Ordering;
use std::sync::Arc;

pub const TEXTS: [&str; 11] = [
    "provider",
    "username",
    "token_type",
    "scope",
    "header_name",
    "state",
    "source",
    "last_error",
    "expires_at",
    "obtained_at",
    "renew_at",
];
pub const NUMBERS: [&str; 8] =
    ["expires_in", "age", "renew_in", "logins", "refreshes", "hits", "waits", "failures"];

/// A field as text; a field of a token is empty while there is none. Numbers can be read as text too.
pub fn text(account: &Account, field: &str) -> Result<String> {
    if NUMBERS.contains(&field) {
        return number(account, field).map(|number| number.to_string());
    }
    match field {
        "provider" => return Ok(account.provider().to_owned()),
        "username" => return Ok(account.username()),
        "header_name" => return Ok(account.header_name().to_owned()),
        _ if !TEXTS.contains(&field) => return Err(unknown(field)),
        _ => {}
    }
    let Some(resolved) = identity(account)? else {
        return Ok(if field == "state" { "none".to_owned() } else { String::new() });
    };
    let snapshot = resolved.entry.snapshot_for(resolved.need);
    let token = snapshot.token.as_deref();
    let issued = token.map(|token| &token.issued);
    Ok(match field {
        "state" => snapshot.state.to_owned(),
        "last_error" => snapshot.last_error.map(|status| status.name().to_owned()).unwrap_or_default(),
        "token_type" => issued.map(|issued| issued.token_type.clone()).unwrap_or_default(),
        "scope" => issued.map(|issued| issued.scope.clone()).unwrap_or_default(),
        "source" => token.map_or("", |token| source(account, token.issued.origin, token)).to_owned(),
        "expires_at" | "renew_at" if issued.is_some_and(|issued| issued.validity.is_endless()) => {
            String::new()
        }
        "expires_at" => issued
            .map(|issued| rfc3339(issued.validity.wall_ms_at(issued.validity.expires_at_age_ms)))
            .unwrap_or_default(),
        "obtained_at" => issued.map(|issued| rfc3339(issued.validity.issued_at.wall_ms)).unwrap_or_default(),
        "renew_at" => issued
            .map(|issued| rfc3339(issued.validity.wall_ms_at(renewed_from(&issued.validity, resolved.need))))
            .unwrap_or_default(),
        _ => return Err(unknown(field)),
    })
}

/// A field as a number; 0 while there is no token. Counters stop at the largest value.
pub fn number(account: &Account, field: &str) -> Result<i32> {
    if !NUMBERS.contains(&field) {
        let name = field.to_owned();
        let message =
            if TEXTS.contains(&field) { Message::TextField { name } } else { return Err(unknown(field)) };
        return Err(Error::new(Status::Option, message));
    }
    let Some(resolved) = identity(account)? else { return Ok(0) };
    let counters = &resolved.entry.counters;
    let counter = match field {
        "logins" => Some(counters.logins.load(Ordering::Relaxed)),
        "refreshes" => Some(counters.refreshes.load(Ordering::Relaxed)),
        "hits" => Some(resolved.entry.published.hits()),
        "waits" => Some(counters.waits.load(Ordering::Relaxed)),
        "failures" => Some(counters.failures.load(Ordering::Relaxed)),
        _ => None,
    };
    if let Some(counter) = counter {
        return Ok(i32::try_from(counter).unwrap_or(i32::MAX));
    }
    let snapshot = resolved.entry.snapshot();
    let Some(token) = snapshot.token else { return Ok(0) };
    let validity = &token.issued.validity;
    let ms = match field {
        "expires_in" => validity.left_ms(snapshot.now),
        "age" => validity.age_ms(snapshot.now),
        _ => renewed_from(validity, resolved.need) - validity.age_ms(snapshot.now),
    };
    Ok(i32::try_from(ms.max(0) / 1000).unwrap_or(i32::MAX))
}

/// The account with its identity; `None` while there is none yet, for want of options or of what they ask for.
fn identity(account: &Account) -> Result<Option<Arc<ResolvedConfig>>> {
    match account.resolved() {
        Ok(resolved) => Ok(Some(resolved)),
        Err(error) if matches!(error.status, Status::Missing | Status::Unsupported) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How the token came: by this account's own call, or from the memory of the process.
fn source(account: &Account, origin: Origin, token: &Token) -> &'static str {
    if origin == Origin::Import || account.took_part_in(token) {
        origin.name()
    } else {
        "memory"
    }
}

fn unknown(field: &str) -> Error {
    let known = TEXTS.iter().chain(&NUMBERS).copied().collect::<Vec<_>>().join(", ");
    Error::new(Status::Option, Message::UnknownField { name: field.chars().take(64).collect(), known })
}
