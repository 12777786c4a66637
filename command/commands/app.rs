//! `erptoken app`: application tokens.

use super::word;
use crate::arguments::Arguments;
use crate::library::Account;
use crate::session::Session;
use crate::words::{code, Failure, Language};
use crate::{json, output};

const DAYS: &str = "365";

pub fn run(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let what = read.word(0, language)?;
    let rest = word(read, 2, language)?;
    let wants_id = matches!(what, "get" | "revoke");
    let is_known = wants_id || matches!(what, "check" | "create" | "list");
    if !is_known || wants_id != rest.is_some() && what != "create" {
        let text = language.pick(
            "use: app check ACCOUNT, app create ACCOUNT [DAYS], app list ACCOUNT, app get ACCOUNT ID, app revoke ACCOUNT ID",
            "use: app check CONTA, app create CONTA [DIAS], app list CONTA, app get CONTA ID, app revoke CONTA ID",
        );
        return Err(Failure::new(code::USAGE, text.to_owned()));
    }
    let session = Session::open(read, 1, language)?;
    let language = session.language;
    let id = rest.unwrap_or_default();
    match what {
        "check" => {
            let allowed = session.call(Account::app_check)?;
            let number = if allowed { "1" } else { "0" };
            match read.has("json") {
                true => output::line(&json::object([("allowed", number.to_owned())]), language),
                false => output::line(number, language),
            }
        }
        "create" => create(&session, rest.unwrap_or(DAYS), read.has("json")),
        "list" => list(&session, read.has("json")),
        "get" => output::line(&session.call(|account| account.app_get(id))?, language),
        _ => session.call(|account| account.app_revoke(id)).map(|()| 0),
    }
}

/// The id, and below it the token where nothing else would keep it: the provider shows it this once.
fn create(session: &Session, expires: &str, as_json: bool) -> Result<u8, Failure> {
    let is_kept = session.has_store();
    let id = session.call(|account| account.app_create(expires))?;
    let token = match is_kept {
        true => String::new(),
        false => session.account.app_get(&id)?,
    };
    let language = session.language;
    match (as_json, is_kept) {
        (true, true) => output::line(&json::object([("id", json::text(&id))]), language),
        (true, false) => {
            output::line(&json::object([("id", json::text(&id)), ("token", json::text(&token))]), language)
        }
        (false, true) => output::line(&id, language),
        (false, false) => output::line(&format!("{id}\n{token}"), language),
    }
}

/// A line for each: id, end, 1 where the store has it.
fn list(session: &Session, as_json: bool) -> Result<u8, Failure> {
    let list = session.call(Account::app_list)?;
    if as_json {
        return output::line(&list.text()?, session.language);
    }
    let mut lines = String::new();
    for number in 0.. {
        let field = |name| list.field(&format!("/tokens/{number}/{name}"));
        let Ok(id) = field("id") else { break };
        lines += &format!("{id}\t{}\t{}\n", field("expires_at")?, field("stored")?);
    }
    output::bytes(lines.as_bytes(), session.language)
}
