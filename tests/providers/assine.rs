//! assine.online: OAuth in JSON, a refresh token that works once, revocation.

use serde_json::json;

use crate::client::*;
use crate::ground::{token_after, Ground, ASSINE};

#[test]
fn a_login_carries_the_usual_client() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let token = account.token();
    assert!(token.len() == 40 && ground.is_live(&token));
    let expected = json!({
        "grant_type": "password", "client_id": "app", "client_secret": "app",
        "username": ASSINE.username, "password": ASSINE.password,
    });
    assert_eq!(ground.last_json("assine.login"), expected);
    assert_eq!(ground.requests("assine.login")[0].target, "/oauth");
    assert!((3590..=3600).contains(&account.number("expires_in")));
    assert_eq!(account.authorization().unwrap(), format!("Bearer {token}"));
}

#[test]
fn another_client_is_sent_and_may_be_refused() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.set("client_id", "erp").unwrap();
    account.set("client_secret", "s3gr3do-do-cliente").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (400, "invalid_client"));
    let sent = ground.last_json("assine.login");
    assert_eq!((&sent["client_id"], &sent["client_secret"]), (&json!("erp"), &json!("s3gr3do-do-cliente")));

    account.unset("client_id").unwrap();
    account.unset("client_secret").unwrap();
    account.token();
    assert_eq!(ground.last_json("assine.login")["client_id"], "app");
}

#[test]
fn a_wrong_password_is_refused_with_the_vendors_words() {
    let ground = Ground::new();
    let failure = ground.account_of(&ASSINE, ASSINE.username, "errada").refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (401, "invalid_grant"));
    failure.assert_says(&["assine.online", "Invalid username and password combination"]);
}

#[test]
fn a_refresh_without_a_new_refresh_token_works_once() {
    let ground = Ground::new();
    // A life of a second beside the two in which a token is not handed out.
    ground.settings(|s| s.expires_in = Some(json!(3)));
    let account = ground.account(&ASSINE);
    let counts = || (ground.count("assine.login"), ground.count("assine.refresh"));
    let first = account.token();
    assert_eq!(counts(), (1, 0));
    let second = token_after(&account, &first);
    assert_eq!(counts(), (1, 1));
    let third = token_after(&account, &second);
    assert_eq!(counts(), (2, 1), "the refresh token is known to be spent and not tried");
    token_after(&account, &third);
    assert_eq!(counts(), (2, 2));
}

#[test]
fn new_refresh_tokens_are_used_when_they_come() {
    let ground = Ground::new();
    ground.settings(|s| {
        s.expires_in = Some(json!(3));
        s.new_refresh_token = true;
    });
    let account = ground.account(&ASSINE);
    let mut token = account.token();
    for _ in 0..3 {
        token = token_after(&account, &token);
    }
    assert_eq!((ground.count("assine.login"), ground.count("assine.refresh")), (1, 3));
}

#[test]
fn a_refused_refresh_leads_to_a_login_in_the_same_renewal() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let first = account.token();
    ground.forget_refresh_tokens();
    account.reject(&first).unwrap();
    assert_ne!(account.token(), first);
    assert_eq!((ground.count("assine.login"), ground.count("assine.refresh")), (2, 1));
}

#[test]
fn a_logout_revokes_and_the_next_get_logs_in() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let first = account.token();
    account.logout().unwrap();
    assert!(!ground.is_live(&first));
    assert_eq!(ground.last_json("assine.revoke"), json!({ "token": first }));
    let second = account.token();
    assert!(ground.is_live(&second));
    assert_eq!((ground.count("assine.login"), ground.count("assine.refresh")), (2, 0));
}
