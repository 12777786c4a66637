//! Profiles and options that want too much, or mix what belongs to two accounts.

use serde_json::{json, Map, Value};

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::place::{at, profile};
use crate::server::Server;

/// So many fields, each of a megabyte.
fn fields(template: &str) -> Map<String, Value> {
    (0..300).map(|number| (format!("x{number}"), json!(template.repeat(16)))).collect()
}

#[test]
fn a_long_value_in_many_fields_is_refused_before_it_takes_memory_or_time() {
    let server = Server::plain();
    let long = "x".repeat(60_000);
    let fixed = json!({ "needs": ["access_key"], "access_token": "{access_key}" });
    for place in ["authorize", "authorize_query", "authorize_json"] {
        let mut more = json!({ "fixed": fixed, "options": { "longo": null } });
        let mut all = fields("{longo}");
        all.insert("k".to_owned(), json!("{access_token}"));
        more["authorize"] = json!({});
        more[place] = Value::Object(all);
        let account = Account::with(&profile(&at(&server.base, more)), &[("access_key", "chave-1234")]);
        account.set("longo", &long).unwrap();
        failed(request(&account, "POST", "/x", None, Body::Text("{}")).map(drop), ERPTOKEN_E_OPTION)
            .assert_says(&["longo", "too long"]);
    }
    for key in ["headers", "form", "json"] {
        let mut login = json!({ "needs": ["password"], "url": "{base}/t" });
        login[key] = Value::Object(fields("{password}"));
        let account = Account::with(&profile(&at(&server.base, json!({ "login": [login] }))), &[]);
        account.set("password", &long).unwrap();
        account.refused(ERPTOKEN_E_OPTION).assert_says(&["password", "too long"]);
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_fixed_token_of_what_is_good_once_is_its_own_accounts() {
    let server = Server::plain();
    for (option, more) in
        [("mfa_code", json!({})), ("code", json!({ "options": { "code": null }, "once": ["code"] }))]
    {
        let mut more = more;
        more["fixed"] = json!({ "needs": [option], "access_token": format!("{{{option}}}") });
        let path = profile(&at(&server.base, more));
        let first = Account::with(&path, &[(option, "codigo-de-ana")]);
        assert_eq!(first.token(), "codigo-de-ana");
        let second = Account::with(&path, &[(option, "codigo-de-bia")]);
        assert_eq!((second.token().as_str(), first.token().as_str()), ("codigo-de-bia", "codigo-de-ana"));
        first.set(option, "outro-de-ana").unwrap();
        assert_eq!(first.token(), "outro-de-ana");
    }
}

#[test]
fn a_fixed_token_may_have_the_time_and_a_random_number_in_it() {
    let server = Server::plain();
    let path = profile(&at(
        &server.base,
        json!({ "fixed": { "needs": ["access_key"], "access_token": "{access_key}.{now}.{uuid}" } }),
    ));
    let account = Account::with(&path, &[("access_key", "chave-com-hora")]);
    let first = account.token();
    assert!(first.starts_with("chave-com-hora.") && first.len() > 50, "{first}");
    account.renew().unwrap();
    assert_ne!(account.token(), first);
}

#[test]
fn a_header_may_have_a_kept_instant() {
    let body = json!({ "access_token": "com-data", "until": "2030-01-02T03:04:05-03:00", "expires_in": 60 })
        .to_string();
    let server = Server::new(move |_| (200, body.clone()));
    let path = profile(&at(
        &server.base,
        json!({
            "kept": ["until"],
            "take": { "access_token": "/access_token", "expires_in": "/expires_in", "until": "/until" },
            "login": [{ "needs": ["password"], "url": "{base}/t", "json": { "p": "{password}" } }],
            "authorize": { "X-Token": "{access_token} {until:utc}" }
        }),
    ));
    let account = Account::with(&path, &[("password", "senha-com-data")]);
    assert_eq!(account.authorization().unwrap(), "com-data 2030-01-02 06:04:05");
    get(&account, "/x").unwrap();
    assert_eq!(server.last().header("x-token"), Some("com-data 2030-01-02 06:04:05"));
}

#[test]
fn a_renewal_of_a_dead_import_does_not_say_that_it_worked() {
    let server = Server::plain();
    let login = json!([{ "needs": ["password"], "url": "{base}/t", "json": { "p": "{password}" } }]);
    let fixed = json!({ "needs": ["access_key"], "access_token": "{access_key}" });
    for more in [json!({ "login": login }), json!({ "fixed": fixed })] {
        let path = profile(&at(&server.base, more));
        let account =
            Account::with(&path, &[("access_token", "ja-morto"), ("expires_at", "2020-01-01T00:00:00Z")]);
        account.refused(ERPTOKEN_E_MISSING);
        for _ in 0..2 {
            failed(account.renew(), ERPTOKEN_E_MISSING);
        }
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn an_address_that_is_none_is_told_when_it_is_set() {
    let server = Server::plain();
    let fixed = json!({ "needs": ["access_key"], "access_token": "{access_key}" });
    let path = profile(&at(&server.base, json!({ "fixed": fixed })));
    let account = Account::with(&path, &[("access_key", "chave-de-lugar")]);
    for option in ["api_url", "base_url"] {
        for wrong in ["https://h:99999/", "https://h:0", "https://:443/x", "https://[::1", "https://h\\x/"] {
            failed(account.set(option, wrong), ERPTOKEN_E_OPTION).assert_says(&[option]);
        }
        for good in ["https://[::1]:8443/v1", "HTTPS://Host.Example/", "https://h.example:8443//"] {
            account.set(option, good).unwrap();
        }
        account.unset(option).unwrap();
    }
    get(&account, "/x").unwrap();
    assert_eq!(server.count(), 1);
}

#[test]
fn a_header_that_can_never_be_sent_is_told_when_the_profile_is_read() {
    for name in
        ["TE", "Expect", "trailer", "Upgrade", "Connection", "Host", "content-length", "Transfer-Encoding"]
    {
        let login = json!([{ "needs": ["password"], "url": "{base}/t", "headers": { name: "x" } }]);
        let path = profile(&at("https://h.example", json!({ "login": login })));
        let failure = Account::open(&path).map(drop).expect_err("a refusal");
        failure.assert_is(ERPTOKEN_E_PROVIDER).assert_says(&[&format!("login[0].headers.{name}")]);
    }
}
