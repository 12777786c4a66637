//! What a server repeats of credentials in other words, at another time, or in part: none of it is seen.

use serde_json::{json, Value};

use crate::client::*;
use crate::place::{assert_not_logged, at, log, profile, report};
use crate::server::{Heard, Server};

const ID: &str = "cliente-7";
const SECRET: &str = "segredo-bem-longo-7";

fn values() -> Value {
    json!({
        "basic": { "base64": "{client_id}:{client_secret}" },
        "mark": { "sha256": "{client_secret}" },
        "assertion": { "jwt": "HS256", "key": "{client_secret}", "claims": { "iss": "{client_id}", "jti": "{uuid}" } }
    })
}

fn login() -> Value {
    json!({ "needs": ["client_id", "client_secret"], "url": "{base}/t", "headers": { "Authorization": "Basic {basic}" },
        "json": { "m": "{mark}", "a": "{assertion}" } })
}

fn refusal(words: &str) -> (u16, String) {
    (400, json!({ "error": "invalid_request", "error_description": words }).to_string())
}

fn member(heard: &Heard, name: &str) -> String {
    serde_json::from_slice::<Value>(&heard.body).unwrap()[name].as_str().unwrap().to_owned()
}

/// The path of a profile whose second step sends what the first one brought.
fn two_steps(server: &Server) -> String {
    let mut first = login();
    first["next"] = json!("two");
    first["keep"] = json!({ "ticket": "/ticket" });
    profile(&at(
        &server.base,
        json!({ "values": values(), "login": [first],
            "steps": { "two": { "url": "{base}/two", "json": { "x": "{ticket}" } } } }),
    ))
}

fn account(path: &str) -> Account {
    let account = Account::with(path, &[("client_id", ID)]);
    account.set("client_secret", SECRET).unwrap();
    account
}

#[test]
fn a_hash_in_the_other_case_and_an_assertion_in_parts_are_masked() {
    let server = Server::new(|heard| {
        let assertion = member(heard, "a");
        let parts: Vec<&str> = assertion.split('.').collect();
        refusal(&format!("{} is not {} of {}", member(heard, "m").to_uppercase(), parts[2], parts[1]))
    });
    let path = profile(&at(&server.base, json!({ "values": values(), "login": [login()] })));
    let failure = account(&path).get().expect_err("a failure");
    failure.assert_says(&["[secret] is not [secret] of [secret]"]);
    let sent = server.last();
    let (mark, assertion) = (member(&sent, "m").to_uppercase(), member(&sent, "a"));
    let parts: Vec<&str> = assertion.split('.').collect();
    assert_not_logged(&[&mark, parts[1], parts[2]]);
}

#[test]
fn what_an_earlier_step_computed_is_masked_in_the_answer_to_a_later_one() {
    let server = Server::new(move |heard| match heard.target() {
        "/t" => (200, json!({ "ticket": member(heard, "a") }).to_string()),
        "/named" => (200, json!({ "bilhete-de-ida": 1, "Y2xpZW50ZS": 2 }).to_string()),
        _ => refusal(&format!("got {} and Y2xpZW50ZS03OnNlZ3JlZG8tYmVtLWxvbmdvLTc=", member(heard, "x"))),
    });
    let path = two_steps(&server);
    let account = account(&path);
    let failure = account.get().expect_err("a failure");
    failure.assert_says(&["got [secret] and [secret]"]);
    assert_not_logged(&["Y2xpZW50ZS03OnNlZ3JlZG8tYmVtLWxvbmdvLTc", &member(&server.last(), "x")]);
    assert!(!report(&account).contains("Y2xpZW50ZS03OnNlZ3JlZG8"));
}

#[test]
fn what_the_login_computed_is_masked_in_the_answer_to_the_logout() {
    let server = Server::new(|heard| match heard.target() {
        "/t" => (200, json!({ "access_token": "sessao-de-uma-vez", "expires_in": 3600 }).to_string()),
        _ => refusal("who is Y2xpZW50ZS03OnNlZ3JlZG8tYmVtLWxvbmdvLTc= ?"),
    });
    let path = profile(&at(
        &server.base,
        json!({ "values": values(), "login": [login()], "logout": { "url": "{base}/sair", "authorize": true } }),
    ));
    let account = account(&path);
    account.token();
    let failure = account.logout().expect_err("a failure");
    failure.assert_says(&["who is [secret] ?"]);
    assert_not_logged(&["Y2xpZW50ZS03OnNlZ3JlZG8tYmVtLWxvbmdvLTc"]);
}

#[test]
fn what_was_kept_of_a_step_is_masked_among_the_names_of_a_later_answer() {
    let server = Server::new(|heard| match heard.target() {
        "/t" => (200, json!({ "ticket": "bilhete-secreto" }).to_string()),
        _ => (200, json!({ "bilhete-secreto": 1, "outro": 2 }).to_string()),
    });
    let path = two_steps(&server);
    let failure = account(&path).get().expect_err("a failure");
    failure.assert_says(&["there are: [secret], outro"]);
    assert_not_logged(&["bilhete-secreto"]);
}

#[test]
fn an_access_key_is_a_secret_too_and_a_short_one_is_not_shown_as_a_beginning() {
    let server = Server::new(|heard| {
        let key = heard.header("x-key").unwrap_or_default();
        refusal(&format!("no such key: {key}"))
    });
    let path = profile(&at(
        &server.base,
        json!({ "login": [{ "needs": ["access_key"], "url": "{base}/t", "headers": { "X-Key": "{access_key}" } }] }),
    ));
    for key in ["CHAVE1", "chave-de-acesso-bem-longa-1"] {
        let account = Account::with(&path, &[("access_key", key)]);
        let failure = account.get().expect_err("a failure");
        failure.assert_says(&["no such key: [secret]"]);
        assert_not_logged(&[key]);
        assert!(!report(&account).contains(key), "{key}");
    }
    assert!(log().contains("(CH…)") && log().contains("(chave-…)"), "{}", log());
}
