//! Credentials that are a token already.

use serde_json::json;

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::place::{assert_not_logged, at, profile, report};
use crate::server::Server;

fn key_in_header(base: &str) -> String {
    profile(&at(
        base,
        json!({
            "fixed": { "needs": ["access_key"], "access_token": "{access_key}" },
            "authorize": { "X-Api-Key": "{access_token}" }
        }),
    ))
}

#[test]
fn nothing_is_sent_and_it_never_ends() {
    let server = Server::plain();
    let account = Account::with(&key_in_header(&server.base), &[("access_key", "chave-fixa-77")]);
    assert_eq!(
        (account.token().as_str(), account.authorization().unwrap().as_str()),
        ("chave-fixa-77", "chave-fixa-77")
    );
    assert_eq!(
        (account.info("header_name").as_str(), account.info("state").as_str()),
        ("X-Api-Key", "fresh")
    );
    assert_eq!((account.info("expires_at"), account.info("renew_at")), (String::new(), String::new()));
    assert_eq!((account.number("expires_in"), account.number("renew_in")), (i32::MAX, i32::MAX));
    assert_eq!((account.info("source").as_str(), account.number("logins")), ("import", 0));
    // Neither an age nor a life that is asked for makes another one of it.
    account.set("min_seconds_left", "34560000").unwrap();
    account.set("renew_after_s", "1").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!((account.token().as_str(), account.info("state").as_str()), ("chave-fixa-77", "fresh"));
    account.renew().unwrap();
    assert_eq!(server.count(), 0);
    assert_eq!(get(&account, "/v1/pedidos").unwrap().status(), 200);
    assert_eq!(server.last().header("x-api-key"), Some("chave-fixa-77"));
    assert_eq!((server.last().header("authorization"), server.count()), (None, 1));
    account.logout().unwrap();
    assert_eq!((account.token().as_str(), server.count()), ("chave-fixa-77", 1));
    let told: serde_json::Value = serde_json::from_str(&report(&account)).unwrap();
    assert_eq!((&told["token"]["state"], &told["token"]["expires_at"]), (&json!("fresh"), &json!("")));
    assert!(!told.to_string().contains("chave-fixa-77"), "{told}");
    assert_not_logged(&["chave-fixa-77"]);
}

#[test]
fn a_401_is_the_response_and_the_key_is_kept() {
    let server = Server::new(|_| (401, r#"{"error":"unauthorized"}"#.to_owned()));
    let account = Account::with(&key_in_header(&server.base), &[("access_key", "chave-fixa-78")]);
    for times in 1..=3 {
        assert_eq!((get(&account, "/x").unwrap().status(), server.count()), (401, times));
    }
    for refused in ["chave-fixa-78", &account.authorization().unwrap()] {
        let failure = failed(account.reject(refused), ERPTOKEN_E_REFUSED_AGAIN);
        failure.assert_says(&["nothing can renew it", "permissions"]);
    }
    account.reject("outra-chave").unwrap();
    assert_eq!(account.token(), "chave-fixa-78");
    // Another handle of the same key knows of nothing either.
    let other = Account::with(account.info("provider").as_str(), &[("access_key", "chave-fixa-78")]);
    assert_eq!(other.token(), "chave-fixa-78");
    other.set("access_key", "chave-nova-1").unwrap();
    assert_eq!((other.token().as_str(), account.token().as_str()), ("chave-nova-1", "chave-fixa-78"));
}

#[test]
fn basic_is_a_fixed_key_too() {
    let server = Server::plain();
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "basic": { "base64": "{username}:{password}" } },
            "fixed": { "needs": ["username", "password"], "access_token": "{basic}" },
            "authorize": { "Authorization": "Basic {access_token}" }
        }),
    ));
    let account = Account::with(&path, &[("username", "Aladdin")]);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"password\""]);
    assert_eq!(account.info("state"), "none");
    account.set("password", "open sesame").unwrap();
    account.keep_secret("QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert_eq!(account.authorization().unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert_eq!(get(&account, "/").unwrap().status(), 200);
    assert_eq!(server.last().header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert_not_logged(&["open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ"]);
}

#[test]
fn a_key_that_no_header_can_carry_is_told_before_anything_is_sent() {
    let server = Server::plain();
    let account = Account::with(&key_in_header(&server.base), &[]);
    for key in ["chave com fim ", "linha\r\nX-Evil: 1", "chavé"] {
        account.set("access_key", key).unwrap();
        account.refused(ERPTOKEN_E_OPTION).assert_says(&["access_key", "X-Api-Key"]);
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_fixed_token_that_ends_by_itself_is_made_anew() {
    let server = Server::plain();
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "signed": { "jwt": "HS256", "key": "{secret}",
                "claims": { "iss": "{access_key}", "iat": "{now:integer}", "exp": "{now+4:integer}", "jti": "{uuid}" } } },
            "fixed": { "needs": ["access_key", "secret"], "access_token": "{signed}" }
        }),
    ));
    let account = Account::with(&path, &[("access_key", "loja"), ("secret", "segredo-da-loja")]);
    let first = account.token();
    assert!(account.number("expires_in") <= 4);
    assert_eq!(first, account.token());
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while account.token() == first {
        assert!(std::time::Instant::now() < until, "it was never made anew");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    failed(account.reject(&account.token()), ERPTOKEN_E_REFUSED_AGAIN);
    assert_eq!(server.count(), 0);
    // Another account's may be asked for at any time.
    account.set("access_key", "outra-loja").unwrap();
    account.set("secret", "segredo-da-outra").unwrap();
    let before = account.token();
    account.renew().unwrap();
    assert_ne!(account.token(), before);
    assert_eq!(server.count(), 0);
}

#[test]
fn an_imported_token_that_nothing_renews_survives_a_401() {
    let server = Server::new(|_| (401, r#"{"error":"invalid_token"}"#.to_owned()));
    let path = profile(&at(
        &server.base,
        json!({
            "login": [{ "needs": ["username", "password"], "url": "{base}/login", "json": { "u": "{username}" } }]
        }),
    ));
    let account = Account::with(&path, &[("access_token", "feito-no-portal")]);
    assert_eq!(request(&account, "POST", "/x", None, Body::Text("{}")).unwrap().status(), 401);
    failed(account.reject("feito-no-portal"), ERPTOKEN_E_REFUSED_AGAIN)
        .assert_says(&["nothing can renew it"]);
    assert_eq!((account.token().as_str(), server.count()), ("feito-no-portal", 1));
    let other = Account::with(&path, &[("access_token", "feito-no-portal")]);
    assert_eq!(other.authorization().unwrap(), "Bearer feito-no-portal");
    // A refresh token is of no use where the profile has no such operation.
    let refresh =
        Account::with(&path, &[("access_token", "feito-no-portal-2"), ("refresh_token", "inutil-aqui")]);
    failed(refresh.reject("feito-no-portal-2"), ERPTOKEN_E_REFUSED_AGAIN);
    assert_eq!(refresh.token(), "feito-no-portal-2");
    assert_not_logged(&["feito-no-portal", "inutil-aqui"]);
}

const CHILD: &str = "ERPTOKEN_FIXED_STORE";

/// What a process does with a fixed key and a store.
fn in_a_process_of_its_own(folder: &std::path::Path) {
    let store = format!("file:{}", folder.join("store").display());
    for (option, value) in [("store", store.as_str()), ("store_key", &"ab".repeat(32))] {
        let (option, value) = (c_text(option), c_text(value));
        let status = unsafe { erptoken::abi::process::erptoken_configure(option.as_ptr(), value.as_ptr()) };
        assert_eq!(status, ERPTOKEN_OK);
    }
    let server = Server::new(|_| (401, "{}".to_owned()));
    let account = Account::with(&key_in_header(&server.base), &[("access_key", "chave-de-todos")]);
    for _ in 0..3 {
        assert_eq!(get(&account, "/x").unwrap().status(), 401);
        failed(account.reject("chave-de-todos"), ERPTOKEN_E_REFUSED_AGAIN);
        account.renew().unwrap();
        account.logout().unwrap();
        assert_eq!((account.token().as_str(), account.info("state").as_str()), ("chave-de-todos", "fresh"));
    }
    // Nor is what is made anew.
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "a": { "jwt": "HS256", "key": "{secret}", "claims": { "exp": "{now+60:integer}" } } },
            "fixed": { "needs": ["secret"], "access_token": "{a}" }
        }),
    ));
    let account = Account::with(&path, &[("secret", "segredo-de-todos"), ("min_seconds_left", "300")]);
    account.refused(ERPTOKEN_E_RESPONSE);
}

#[test]
fn a_fixed_key_is_in_no_store_and_good_in_every_process() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return in_a_process_of_its_own(std::path::Path::new(&folder));
    }
    let folder = std::env::temp_dir().join(format!("erptoken-credentials-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let name = "fixed::a_fixed_key_is_in_no_store_and_good_in_every_process";
    let start = || {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", name]).env(CHILD, &folder).spawn().unwrap()
    };
    for mut child in [start(), start()] {
        assert!(child.wait().unwrap().success());
    }
    let entries =
        std::fs::read_dir(folder.join("store")).map_or(Vec::new(), |files| files.flatten().collect());
    let records: Vec<_> =
        entries.iter().map(|entry| entry.file_name()).filter(|name| name != "locks").collect();
    assert!(records.is_empty(), "{records:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}
