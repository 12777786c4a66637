//! Tokens that a program obtained elsewhere.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{json, Value};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::client::*;
use crate::ground::{Ground, SENIOR};

/// An access token and its refresh token, from a login that the library knows nothing of.
pub fn pair(ground: &Ground) -> (String, String) {
    let body = json!({ "username": SENIOR.username, "password": SENIOR.password }).to_string();
    let base = ground.base("senior");
    let (host, path) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "POST /{path}/rest/platform/authentication/actions/login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let outer: Value = serde_json::from_str(body).unwrap();
    let token: Value = serde_json::from_str(outer["jsonToken"].as_str().unwrap()).unwrap();
    let text = |name: &str| token[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

fn account(ground: &Ground, options: &[(&str, &str)]) -> Account {
    let account = Account::with("senior", &[("base_url", &ground.base("senior"))]);
    for (option, value) in options {
        account.set(option, value).unwrap();
    }
    account
}

fn instant(seconds_from_now: i64) -> String {
    (OffsetDateTime::now_utc() + Duration::seconds(seconds_from_now)).format(&Rfc3339).unwrap()
}

#[test]
fn an_access_token_is_handed_out_without_a_request() {
    let ground = Ground::new();
    let account =
        account(&ground, &[("access_token", "feito-pela-administração".replace("çã", "ca").as_str())]);
    assert_eq!(account.token(), "feito-pela-administracao");
    assert_eq!(account.authorization().unwrap(), "Bearer feito-pela-administracao");
    assert_eq!((account.info("source").as_str(), account.info("state").as_str()), ("import", "fresh"));
    assert_eq!(ground.connections(), 0);
}

#[test]
fn a_refused_import_is_renewed_with_its_refresh_token() {
    let ground = Ground::new();
    let (access, refresh) = pair(&ground);
    let account = account(&ground, &[("access_token", &access), ("refresh_token", &refresh)]);
    assert_eq!(account.token(), access);
    account.reject(&access).unwrap();
    let newer = account.token();
    assert!(newer != access && ground.is_live(&newer));
    assert_eq!(ground.last_json("senior.refresh"), json!({ "refreshToken": refresh }));
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
    assert_eq!(account.info("source"), "refresh");
}

#[test]
fn a_refresh_token_alone_is_enough() {
    let ground = Ground::new();
    let (_, refresh) = pair(&ground);
    let account = account(&ground, &[("refresh_token", &refresh)]);
    assert!(ground.is_live(&account.token()));
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
}

#[test]
fn the_end_of_an_import_counts() {
    let ground = Ground::new();
    let account = account(&ground, &[("access_token", "importado"), ("expires_at", &instant(500))]);
    account.token();
    assert!((490..=500).contains(&account.number("expires_in")), "{}", account.number("expires_in"));
    let zoned = "2099-12-31T23:59:00-03:00";
    account.set("expires_at", zoned).unwrap();
    account.token();
    let most = 400 * 24 * 3600;
    assert!((most - 10..=most).contains(&account.number("expires_in")), "{}", account.info("expires_at"));
}

#[test]
fn an_expired_import_names_what_a_login_needs() {
    let ground = Ground::new();
    let account = account(&ground, &[("access_token", "importado"), ("expires_at", &instant(-5))]);
    let failure = account.refused(ERPTOKEN_E_MISSING);
    failure.assert_says(&["imported", "\"username\"", "\"password\""]);
    assert_eq!(ground.connections(), 0);
    // With what was named it goes on at once.
    account.set("username", SENIOR.username).unwrap();
    account.set("password", SENIOR.password).unwrap();
    assert!(ground.is_live(&account.token()));
}

#[test]
fn a_refused_import_that_nothing_renews_is_kept() {
    let ground = Ground::new();
    let first = account(&ground, &[("access_token", "importado")]);
    failed(first.reject(&first.token()), ERPTOKEN_E_REFUSED_AGAIN).assert_says(&["nothing can renew it"]);
    assert_eq!(first.token(), "importado");
    // Nor is it dead for others.
    assert_eq!(account(&ground, &[("access_token", "importado")]).token(), "importado");
    // A refresh token that is dead renews nothing, and is known to be after it was tried.
    let second = account(
        &ground,
        &[("access_token", "importado"), ("refresh_token", "0123456789abcdef0123456789abcdef")],
    );
    failed(second.renew(), ERPTOKEN_E_MISSING);
    failed(second.reject(&second.token()), ERPTOKEN_E_REFUSED_AGAIN);
    assert_eq!((second.token().as_str(), ground.count("senior.refresh")), ("importado", 1));
    // The way out that the text names.
    first.set("access_token", "importado-de-novo").unwrap();
    assert_eq!(first.token(), "importado-de-novo");
}

#[test]
fn an_import_with_a_dead_refresh_token_names_what_a_login_needs() {
    let ground = Ground::new();
    let account = account(&ground, &[("refresh_token", "0123456789abcdef0123456789abcdef")]);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"username\"", "\"password\""]);
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 0));
}

#[test]
fn an_expired_import_with_credentials_is_a_login() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("access_token", "importado").unwrap();
    account.set("expires_at", &instant(-5)).unwrap();
    assert!(ground.is_live(&account.token()));
    assert_eq!((ground.count("senior.login"), account.info("source").as_str()), (1, "login"));
}

#[test]
fn an_import_is_handed_out_while_it_lives_although_a_login_is_possible() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("access_token", "importado").unwrap();
    assert_eq!(account.token(), "importado");
    account.reject("importado").unwrap();
    assert!(ground.is_live(&account.token()));
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn a_renewal_that_an_import_can_not_have_leaves_the_token_as_it_is() {
    let ground = Ground::new();
    let account = account(&ground, &[("access_token", "importado")]);
    failed(account.renew(), ERPTOKEN_E_MISSING).assert_says(&["\"username\"", "\"password\""]);
    assert_eq!(account.token(), "importado");
    account.set("min_seconds_left", "60").unwrap();
    assert_eq!(account.token(), "importado");
}

#[test]
fn a_logged_out_import_does_not_come_back() {
    let ground = Ground::new();
    let (access, _) = pair(&ground);
    let first = account(&ground, &[("access_token", &access)]);
    first.token();
    first.logout().unwrap();
    assert!(!ground.is_live(&access));
    first.refused(ERPTOKEN_E_MISSING);
    account(&ground, &[("access_token", &access)]).refused(ERPTOKEN_E_MISSING);
}

#[test]
fn an_import_that_no_header_can_carry_is_refused_or_never_handed_out() {
    let ground = Ground::new();
    let mut carried = Vec::new();
    for text in ["Bearer importado", "dois pedaços", "fim\n", "a\r\nX-Evil: 1"] {
        let account = account(&ground, &[]);
        // Best when it is set: then it is known which option is wrong.
        if account.set("access_token", text).is_ok() {
            let value = account.authorization().unwrap_or_default();
            let token = value.strip_prefix("Bearer ").unwrap_or(&value);
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                carried.push(value);
            }
        }
    }
    assert_eq!(carried, [""; 0]);
}
