//! Keycloak's shape, by `oauth2-mock-server`: its places, its answers, its errors.

use serde_json::json;

use crate::answer;
use crate::client::*;
use crate::server::Server;

pub const MARIA: [(&str, &str); 4] = [
    ("client_id", "erp"),
    ("client_secret", "segredo-do-realm"),
    ("username", "maria"),
    ("password", "senha&1"),
];

fn profile(server: &Server) -> String {
    let (id, secret) = ("{client_id}", "{client_secret}");
    let profile = json!({
        "erptoken_profile": 1, "name": "keycloak",
        "environments": { "production": { "base": "http://127.0.0.1" } },
        "options": { "realm": null },
        "urls": { "connect": "{base}/realms/{realm}/protocol/openid-connect" },
        "login": [
            { "needs": ["realm", "username", "password"], "url": "{connect}/token",
              "form": { "grant_type": "password", "client_id": id, "client_secret": secret,
                        "username": "{username}", "password": "{password}" } },
            { "needs": ["realm", "client_id", "client_secret"], "url": "{connect}/token",
              "form": { "grant_type": "client_credentials", "client_id": id, "client_secret": secret } }
        ],
        "refresh": { "url": "{connect}/token",
            "form": { "grant_type": "refresh_token", "refresh_token": "{refresh_token}",
                      "client_id": id, "client_secret": secret } },
        "logout": { "url": "{connect}/revoke",
            "form": { "token": "{refresh_token?}", "client_id": id, "client_secret": secret } }
    });
    server.profile("keycloak", &profile)
}

fn maria(server: &Server) -> Account {
    let account = server.account(&profile(server), &MARIA);
    account.set("realm", "empresa").unwrap();
    account
}

const USERINFO: &str = "/realms/empresa/protocol/openid-connect/userinfo";

#[test]
fn a_password_is_logged_in_refreshed_and_logged_out() {
    let Some(server) = Server::keycloak("keycloak-password") else { return };
    let account = maria(&server);
    let first = account.token();
    assert_eq!(first.split('.').count(), 3, "a JWT");
    assert!((290..=300).contains(&account.number("expires_in")));
    assert_eq!(answer::get(&account, USERINFO).unwrap().status(), 200);
    account.reject(&first).unwrap();
    assert_ne!(account.token(), first);
    assert_eq!(account.info("source"), "refresh");
    account.logout().unwrap();
    let answer = answer::get(&account, USERINFO).unwrap();
    let asked = |what: &str| answer.field(what);
    assert_eq!(
        (asked("/password"), asked("/refresh_token"), asked("/revoked")),
        ("2".into(), "1".into(), "1".into())
    );
}

#[test]
fn a_service_account_logs_in_without_a_refresh_token() {
    let Some(server) = Server::keycloak("keycloak-service") else { return };
    let account = maria(&server);
    account.unset("username").unwrap();
    let first = account.token();
    account.reject(&first).unwrap();
    assert_ne!(account.token(), first);
    assert_eq!((account.info("source").as_str(), account.number("logins")), ("login", 2));
}

#[test]
fn a_wrong_password_and_a_wrong_client_are_told_apart() {
    let Some(server) = Server::keycloak("keycloak-wrong") else { return };
    let account = maria(&server);
    account.set("password", "errada").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    failure.assert_says(&["Invalid user credentials"]);
    assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_grant", 401));
    account.set("password", "senha&1").unwrap();
    account.set("client_secret", "errado").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    failure.assert_says(&["Invalid client or Invalid client credentials"]);
    assert_eq!(failure.server_code, "unauthorized_client");
    // A user that has to be asked nothing is asked nothing.
    account.set("realm", "outra").unwrap();
    let failure = account.get().expect_err("no such realm");
    assert_eq!((failure.status, failure.http_status), (ERPTOKEN_E_RESPONSE, 404), "{failure:?}");
}
