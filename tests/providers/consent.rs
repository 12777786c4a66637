//! A person's consent: what it brings is good for one login, and what that login brought belongs to every account of the
//! same client, also in programs that know nothing of the consent.

use serde_json::{json, Value};

use crate::client::*;
use crate::own_profile::{Folder, Server};

fn consented(base: &str) -> Value {
    json!({
        "erptoken_profile": 1, "name": "consented", "environments": { "production": { "base": base } },
        "options": { "code": null, "redirect_uri": null, "code_verifier": null },
        "once": ["code", "redirect_uri", "code_verifier"],
        "life": { "refresh_token_once": true },
        "login": [ { "needs": ["client_id", "client_secret", "code", "redirect_uri"], "url": "{base}/token",
            "form": { "grant_type": "authorization_code", "client_id": "{client_id}", "client_secret": "{client_secret}",
                      "code": "{code}", "redirect_uri": "{redirect_uri}", "code_verifier": "{code_verifier?}" } } ],
        "refresh": { "url": "{base}/token",
            "form": { "grant_type": "refresh_token", "client_id": "{client_id}", "client_secret": "{client_secret}",
                      "refresh_token": "{refresh_token}" } }
    })
}

fn tokens(number: u32) -> Value {
    json!({ "access_token": format!("token-{number}"), "refresh_token": format!("refresh-{number}"), "expires_in": 3600 })
}

const CLIENT: [(&str, &str); 2] = [("client_id", "erp"), ("client_secret", "client-secret")];

#[test]
fn one_consent_serves_every_account_of_the_client() {
    let server = Server::new(&[(200, tokens(1)), (200, tokens(2))]);
    let folder = Folder::new();
    let path = folder.profile(&consented(&server.base));
    // Nobody has consented: nothing is sent, and the text says what is wanted.
    let other = Account::with(&path, &CLIENT);
    other.refused(ERPTOKEN_E_MISSING).assert_says(&["consent", "code", "redirect_uri"]);
    assert_eq!(server.requests().len(), 0);

    let consenting = Account::with(&path, &CLIENT);
    consenting.set("redirect_uri", "http://127.0.0.1:8765/").unwrap();
    consenting.set("code", "code-of-one-use").unwrap();
    consenting.set("code_verifier", "verifier").unwrap();
    assert_eq!(consenting.token(), "token-1");
    for field in
        ["code=code-of-one-use", "code_verifier=verifier", "redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2F"]
    {
        assert!(server.requests()[0].contains(field), "{field}");
    }
    // It is the same account: the other one has its token, and renews it by the refresh token.
    assert_eq!(other.token(), "token-1");
    other.reject("token-1").unwrap();
    assert_eq!(other.token(), "token-2");
    assert!(server.requests()[1].contains("refresh_token=refresh-1"));
    assert_eq!(consenting.token(), "token-2");
}

#[test]
fn a_refused_code_is_sent_once_and_another_one_is_tried() {
    let server = Server::new(&[(400, json!({ "error": "invalid_grant" })), (200, tokens(1))]);
    let folder = Folder::new();
    let path = folder.profile(&consented(&server.base));
    let account = Account::with(&path, &CLIENT);
    account.set("redirect_uri", "http://127.0.0.1:8765/").unwrap();
    account.set("code", "too-old").unwrap();
    account.refused(ERPTOKEN_E_CREDENTIALS);
    account.get().unwrap_err();
    assert_eq!(server.requests().len(), 1);
    account.set("code", "of-today").unwrap();
    assert_eq!(account.token(), "token-1");
}

#[test]
fn a_consent_that_is_withdrawn_is_asked_for_again_and_its_code_never_sent_twice() {
    let server =
        Server::new(&[(200, tokens(1)), (400, json!({ "error": "invalid_grant" })), (200, tokens(2))]);
    let folder = Folder::new();
    let path = folder.profile(&consented(&server.base));
    let account = Account::with(&path, &CLIENT);
    account.set("redirect_uri", "http://127.0.0.1:8765/").unwrap();
    account.set("code", "first").unwrap();
    assert_eq!(account.token(), "token-1");
    account.reject("token-1").unwrap();
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["consent", "code", "redirect_uri"]);
    assert_eq!(server.requests().len(), 2);
    account.set("code", "second").unwrap();
    assert_eq!(account.token(), "token-2");
}

#[test]
fn a_code_whose_answer_was_lost_is_sent_by_no_other_account_either() {
    use crate::raw::{json, Answer, Raw};
    // The first answer is no token and no refusal: what became of the code nobody knows.
    let server = Raw::new(|_, before| match before {
        0 => Answer { status: 503, headers: vec![], body: String::new() },
        _ => json(200, tokens(2)),
    });
    let folder = Folder::new();
    let path = folder.profile(&consented(&server.base));
    let with_code = |code: &str| {
        let account = Account::with(&path, &CLIENT);
        account.set("redirect_uri", "http://127.0.0.1:8765/").unwrap();
        account.set("code", code).unwrap();
        account
    };
    let first = with_code("code-of-one-use");
    first.refused(ERPTOKEN_E_SERVER);
    drop(first);
    let again = with_code("code-of-one-use");
    // Not even behind the time for which the failure is remembered.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(3);
    while std::time::Instant::now() < until {
        again.get().unwrap_err();
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    again.refused(ERPTOKEN_E_MISSING).assert_says(&["consent"]);
    again.set("code", "another").unwrap();
    assert_eq!(again.token(), "token-2");
    assert_eq!(server.count("/token"), 2);
    // An older code that is set once more is not good again.
    again.reject("token-2").unwrap();
    let lines = |server: &Raw| server.count("/token");
    again.set("code", "code-of-one-use").unwrap();
    let _ = again.get();
    assert!(lines(&server) <= 3);
}

#[test]
fn what_is_fixed_belongs_to_the_account_that_set_it() {
    let folder = Folder::new();
    let path = folder.profile(&json!({
        "erptoken_profile": 1, "name": "fixed", "environments": { "production": { "base": "https://erp.example" } },
        "options": { "code": null }, "once": ["code"],
        "fixed": { "needs": ["code"], "access_token": "{code}" }
    }));
    let (one, other) =
        (Account::with(&path, &[("code", "of-one")]), Account::with(&path, &[("code", "of-other")]));
    assert_eq!((one.token(), other.token()), ("of-one".into(), "of-other".into()));
    one.set("code", "another").unwrap();
    assert_eq!(one.token(), "another");
}
