//! glewlwyd, as Debian packages it. What it refuses it refuses with a status and nothing else.

use serde_json::{json, Value};

use crate::answer;
use crate::client::*;
use crate::oidc_provider::assertion;
use crate::server::{client_form, Server};

pub const MARIA: [(&str, &str); 5] = [
    ("client_id", "erp"),
    ("client_secret", "segredo-erp"),
    ("username", "maria"),
    ("password", "senha çãé&=+ 1"),
    ("scope", "erp"),
];

pub fn profile() -> Value {
    json!({
        "erptoken_profile": 1, "name": "glewlwyd",
        "environments": { "production": { "base": "http://127.0.0.1" } },
        "urls": { "oidc": "{base}/api/oidc" },
        "login": [
            { "needs": ["username", "password"], "url": "{oidc}/token",
              "form": client_form(json!({ "grant_type": "password", "username": "{username}", "password": "{password}",
                                     "scope": "{scope?}" })),
              "means": [ { "status": 403, "any_body": true, "is": "credentials" } ] },
            { "needs": ["client_id", "client_secret"], "url": "{oidc}/token",
              "form": client_form(json!({ "grant_type": "client_credentials", "scope": "{scope?}" })),
              "means": [ { "status": 403, "any_body": true, "is": "credentials" } ] }
        ],
        "refresh": { "url": "{oidc}/token",
            "form": client_form(json!({ "grant_type": "refresh_token", "refresh_token": "{refresh_token}" })),
            "means": [ { "status": 400, "any_body": true, "is": "refresh_refused" } ] },
        "logout": { "url": "{oidc}/revoke",
            "form": client_form(json!({ "token": "{refresh_token}", "token_type_hint": "refresh_token" })) }
    })
}

#[test]
fn a_password_is_logged_in_refreshed_and_logged_out() {
    let Some(server) = Server::glewlwyd("glewlwyd-password") else { return };
    let account = server.account(&server.profile("glewlwyd", &profile()), &MARIA);
    let first = account.token();
    assert!((50..=60).contains(&account.number("expires_in")));
    assert_eq!(account.authorization().unwrap(), format!("Bearer {first}"));
    let answer = answer::get(&account, "/api/oidc/userinfo").unwrap();
    assert_eq!((answer.status(), answer.field("/sub").is_empty()), (200, false));
    account.reject(&first).unwrap();
    let second = account.token();
    assert_ne!(first, second);
    assert_eq!((account.info("source").as_str(), account.number("logins")), ("refresh", 1));
    assert_eq!(answer::get(&account, "/api/oidc/userinfo").unwrap().status(), 200);
    account.logout().unwrap();
    let third = account.token();
    assert!(third != first && third != second);
    assert_eq!((account.info("source").as_str(), account.number("logins")), ("login", 2));
}

/// Posts to it past the library, as the client.
fn post(server: &Server, path: &str, form: &str) -> String {
    let form = format!("client_id=erp&client_secret=segredo-erp&{form}");
    let (status, body) = server.post(path, &form);
    assert_eq!(status, 200, "{body}");
    body
}

#[test]
fn a_token_that_was_revoked_is_one_renewal_and_a_dead_refresh_token_a_login() {
    let Some(server) = Server::glewlwyd("glewlwyd-revoked") else { return };
    let login = "grant_type=password&username=maria&password=senha+%C3%A7%C3%A3%C3%A9%26%3D%2B+1&scope=erp";
    let answer: Value = serde_json::from_str(&post(&server, "/api/oidc/token", login)).unwrap();
    let [first, refresh] = ["access_token", "refresh_token"].map(|name| answer[name].as_str().unwrap());
    let account = server.account(&server.profile("glewlwyd", &profile()), &MARIA);
    account.set("access_token", first).unwrap();
    account.set("refresh_token", refresh).unwrap();
    assert_eq!(answer::get(&account, "/api/oidc/userinfo").unwrap().status(), 200);
    assert_eq!(account.token(), first);
    // Another program logs out what this one holds: 401 and nothing else, then 400 and nothing else.
    for token in [first, refresh] {
        assert_eq!(post(&server, "/api/oidc/revoke", &format!("token={token}")), "");
    }
    assert_eq!(answer::get(&account, "/api/oidc/userinfo").unwrap().status(), 200);
    assert_ne!(account.token(), first);
    assert_eq!((account.info("source").as_str(), account.number("logins")), ("login", 1));
}

#[test]
fn a_machine_logs_in_and_wrong_passwords_are_sent_once() {
    let Some(server) = Server::glewlwyd("glewlwyd-machine") else { return };
    let path = server.profile("glewlwyd", &profile());
    let machine = server
        .account(&path, &[("client_id", "machine"), ("client_secret", "segredo-machine"), ("scope", "erp")]);
    let token = machine.token();
    assert_eq!(machine.info("token_type"), "bearer");
    assert_eq!(machine.authorization().unwrap(), format!("Bearer {token}"));
    let account = server.account(&path, &MARIA);
    account.set("password", "errada").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.http_status, failure.is_remembered()), (403, false));
    assert!(account.refused(ERPTOKEN_E_CREDENTIALS).is_remembered());
    account.set("password", MARIA[3].1).unwrap();
    account.token();
}

#[test]
fn assertions_are_signed_as_another_server_checks_them_too() {
    let Some(server) = Server::glewlwyd("glewlwyd-assertions") else { return };
    let file = |name: &str| server.folder.join(name).display().to_string();
    for (client, key) in
        [("hs256", None), ("rs256", Some("rsa.pem")), ("ps256", Some("rsa.pem")), ("es256", Some("ec.pem"))]
    {
        let signed_with = if key.is_some() { "client_key" } else { "client_secret" };
        let profile = json!({
            "erptoken_profile": 1, "name": "signed",
            "environments": { "production": { "base": server.base } },
            "values": { "assertion": assertion(&client.to_uppercase(), &format!("{{{signed_with}}}"), "{base}/api/oidc/token") },
            "login": [ { "needs": ["client_id", signed_with], "url": "{base}/api/oidc/token",
                "form": { "grant_type": "client_credentials", "client_id": "{client_id}", "scope": "{scope?}",
                          "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                          "client_assertion": "{assertion}" },
                "means": [ { "status": 403, "any_body": true, "is": "credentials" } ] } ]
        });
        let account =
            server.account(&server.profile(client, &profile), &[("client_id", client), ("scope", "erp")]);
        let (right, wrong) = match key {
            Some(key) => (file(key), file(if key == "ec.pem" { "erp.key" } else { "other.pem" })),
            None => (
                "segredo-de-quem-assina-0123456789".to_owned(),
                "outro-segredo-de-quem-assina-0123".to_owned(),
            ),
        };
        account.set(signed_with, &right).unwrap();
        let first = account.token();
        account.reject(&first).unwrap();
        assert_ne!(account.token(), first);
        account.set(signed_with, &wrong).unwrap();
        let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
        assert_eq!(failure.http_status, 403, "{client}");
    }
}
