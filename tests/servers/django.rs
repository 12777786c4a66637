//! django-oauth-toolkit, with refresh tokens that work once: a second use revokes all that followed.

use serde_json::{json, Value};

use crate::answer;
use crate::client::*;
use crate::server::{client_form, Server};

pub const PASSWORD: &str = "senha çãé&=+ 1";
pub const CLIENT: [(&str, &str); 2] = [("client_id", "erp"), ("client_secret", "segredo&erp")];

pub fn profile() -> Value {
    json!({
        "erptoken_profile": 1, "name": "django",
        "environments": { "production": { "base": "http://127.0.0.1" } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/o/token/",
            "form": client_form(json!({ "grant_type": "password", "username": "{username}", "password": "{password}" })) } ],
        "refresh": { "url": "{base}/o/token/",
            "form": client_form(json!({ "grant_type": "refresh_token", "refresh_token": "{refresh_token}" })) },
        "logout": { "url": "{base}/o/revoke_token/",
            "form": client_form(json!({ "token": "{refresh_token}", "token_type_hint": "refresh_token" })) }
    })
}

fn maria(server: &Server) -> Account {
    let [id, secret] = CLIENT;
    let profile = server.profile("django", &profile());
    server.account(&profile, &[id, secret, ("username", "maria"), ("password", PASSWORD)])
}

/// Revoked behind the library's back.
fn revoke(server: &Server, token: &str) {
    let form = format!("client_id=erp&client_secret=segredo%26erp&token={token}");
    assert_eq!(server.post("/o/revoke_token/", &form), (200, String::new()));
}

/// What the API says of whom the token is.
#[track_caller]
fn is_maria(account: &Account) {
    let answer = answer::get(account, "/api/").unwrap();
    assert_eq!((answer.status(), answer.field("/user").as_str()), (200, "maria"));
}

#[test]
fn a_password_gets_a_token_that_the_api_takes_and_that_is_refreshed_when_its_time_is_over() {
    let Some(server) = Server::django("django-password") else { return };
    let account = maria(&server);
    let first = account.token();
    assert!((50..=60).contains(&account.number("expires_in")));
    is_maria(&account);
    // The API says 401, and the same call goes on with the next token.
    server.text("/expire");
    is_maria(&account);
    let second = account.token();
    assert_ne!(first, second);
    assert_eq!(server.counts(), json!({ "password 200": 1, "refresh_token 200": 1 }));
    // Refused twice within a minute: the cause may be another, so that is simply the answer.
    server.text("/expire");
    assert_eq!(answer::get(&account, "/api/").unwrap().status(), 401);
    assert_eq!(server.counts(), json!({ "password 200": 1, "refresh_token 200": 1 }));
}

#[test]
fn a_token_that_was_revoked_is_one_renewal_and_a_refresh_token_that_went_with_it_a_login_in_the_same() {
    let Some(server) = Server::django("django-revoked") else { return };
    let account = maria(&server);
    let first = account.token();
    // Here the refresh token goes with it.
    revoke(&server, &first);
    is_maria(&account);
    assert_ne!(account.token(), first);
    assert_eq!(server.counts(), json!({ "password 200": 2, "refresh_token 400": 1 }));
}

#[test]
fn a_logout_leaves_nothing_that_is_good_at_the_server() {
    let Some(server) = Server::django("django-logout") else { return };
    let account = maria(&server);
    let first = account.token();
    account.logout().unwrap();
    assert_eq!(server.text("/families"), r#"{"access": 0, "refresh": 0}"#);
    assert_ne!(account.token(), first);
    assert_eq!(server.counts(), json!({ "password 200": 2 }));
}

#[test]
fn a_wrong_password_is_sent_once_and_a_wrong_client_is_not_the_users_fault() {
    let Some(server) = Server::django("django-wrong") else { return };
    let account = maria(&server);
    account.set("password", "errada").unwrap();
    for _ in 0..3 {
        account.refused(ERPTOKEN_E_CREDENTIALS).assert_says(&["Invalid credentials given."]);
    }
    assert_eq!(server.counts(), json!({ "password 400": 1 }));
    account.set("password", PASSWORD).unwrap();
    account.token();
    account.set("client_secret", "outro").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_client", 401));
    assert_eq!(server.counts(), json!({ "password 200": 1, "password 400": 1, "password 401": 1 }));
}

#[test]
fn a_machine_logs_in_with_a_secret_in_the_form_and_again_when_its_token_is_over() {
    let Some(server) = Server::django("django-machine") else { return };
    let profile = json!({
        "erptoken_profile": 1, "name": "machine", "environments": { "production": { "base": server.base } },
        "login": [ { "needs": ["client_id", "client_secret"], "url": "{base}/o/token/",
            "form": { "grant_type": "client_credentials", "client_id": "{client_id}",
                      "client_secret": "{client_secret}", "scope": "{scope?}" } } ]
    });
    let options = [("client_id", "machine"), ("client_secret", "segredo&machine"), ("scope", "read write")];
    let account = server.account(&server.profile("machine", &profile), &options);
    let first = account.token();
    assert_eq!(account.info("scope"), "read write");
    assert_eq!(answer::get(&account, "/api/").unwrap().field("/user"), "");
    server.text("/expire");
    assert_eq!(answer::get(&account, "/api/").unwrap().status(), 200);
    assert_ne!(account.token(), first);
    account.set("scope", "tudo").unwrap();
    let failure = account.refused(ERPTOKEN_E_RESPONSE);
    assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_scope", 400));
    assert_eq!(server.counts(), json!({ "client_credentials 200": 2, "client_credentials 400": 1 }));
}

#[test]
fn an_api_that_says_403_to_a_dead_token_is_understood_when_the_profile_says_so() {
    let Some(server) = Server::django("django-403") else { return };
    let mut of_403 = profile();
    of_403["dead"] = json!([{ "status": 403, "any_body": true }]);
    let path = server.profile("of-403", &of_403);
    let [id, secret] = CLIENT;
    let account = server.account(&path, &[id, secret, ("username", "maria"), ("password", PASSWORD)]);
    let first = account.token();
    assert_eq!(answer::get(&account, "/other-api/").unwrap().status(), 200);
    server.text("/expire");
    assert_eq!(answer::get(&account, "/other-api/").unwrap().status(), 200);
    assert_ne!(account.token(), first);
    assert_eq!(server.counts(), json!({ "password 200": 1, "refresh_token 200": 1 }));
}
