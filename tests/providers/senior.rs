//! Senior X: login in every shape, application keys, rotating refresh tokens, logout, tenant and client id.

use serde_json::json;

use crate::client::*;
use crate::ground::{token_after, Ground, SENIOR};
use crate::sandbox::{Fault, TokenShape};

fn key_account(ground: &Ground) -> Account {
    Account::with(
        "senior",
        &[
            ("base_url", &ground.base("senior")),
            ("access_key", "chave"),
            ("secret", "segredo"),
            ("tenant", "empresa"),
        ],
    )
}

#[test]
fn a_login_is_read_in_every_shape() {
    for shape in [TokenShape::JsonText, TokenShape::Object, TokenShape::TopLevel] {
        let ground = Ground::new();
        ground.settings(|s| s.senior_shape = shape);
        let account = ground.senior();
        let token = account.token();
        assert!(token.len() == 32 && ground.is_live(&token), "{shape:?}: {token}");
        assert_eq!(account.authorization().unwrap(), format!("Bearer {token}"));
        assert_eq!(account.info("scope"), "default", "{shape:?}");
        assert_eq!(account.info("token_type"), "Bearer", "{shape:?}");
        assert!((85_836..=85_846).contains(&account.number("expires_in")), "{shape:?}");
        assert_eq!(
            ground.last_json("senior.login"),
            json!({
                "username": SENIOR.username, "password": SENIOR.password,
            })
        );
        assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 0));
    }
}

#[test]
fn a_scope_is_sent_when_it_is_set() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("scope", "tablet").unwrap();
    account.token();
    assert_eq!(ground.last_json("senior.login")["scope"], "tablet");
    assert_eq!(account.info("scope"), "tablet");
}

#[test]
fn an_application_key_logs_in_and_logs_in_again() {
    let ground = Ground::new();
    let account = key_account(&ground);
    let first = account.token();
    assert!((7_775_990..=7_776_000).contains(&account.number("expires_in")));
    let login = &ground.logins()[0];
    assert_eq!((login.username.as_str(), login.password.as_str()), ("chave", "segredo"));
    assert_eq!(login.fields["tenantName"], "empresa");
    assert_eq!(account.info("username"), "", "a key is no user name");

    // It came without a refresh token: the way to the next one is a login.
    account.reject(&first).unwrap();
    let second = account.token();
    assert!(second != first && ground.is_live(&second));
    assert_eq!((ground.count("senior.key"), ground.count("senior.refresh")), (2, 0));
}

#[test]
fn a_key_goes_before_a_password_when_both_are_set() {
    let ground = Ground::new();
    let account = key_account(&ground);
    account.set("username", SENIOR.username).unwrap();
    account.set("password", SENIOR.password).unwrap();
    account.token();
    assert_eq!((ground.count("senior.key"), ground.count("senior.login")), (1, 0));
    account.unset("secret").unwrap();
    account.token();
    assert_eq!((ground.count("senior.key"), ground.count("senior.login")), (1, 1));
}

#[test]
fn a_wrong_secret_or_tenant_is_refused() {
    let ground = Ground::new();
    let account = key_account(&ground);
    account.set("tenant", "outra").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (401, "UNAUTHORIZED"));
    failure.assert_says(&["Senior", "401", "Usuário ou senha inválidos"]);
}

#[test]
fn what_a_login_lacks_is_named() {
    let ground = Ground::new();
    let base = ground.base("senior");
    let account = Account::with("senior", &[("base_url", &base)]);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&[
        "Senior",
        "\"username\"",
        "\"password\"",
        "erptoken_set",
    ]);
    account.set("username", SENIOR.username).unwrap();
    let failure = account.refused(ERPTOKEN_E_MISSING);
    assert!(failure.text.contains("\"password\"") && !failure.text.contains("\"username\""), "{failure:?}");
    assert_eq!((account.info("state").as_str(), account.number("expires_in")), ("none", 0));
    account.set("password", SENIOR.password).unwrap();
    account.token();
}

#[test]
fn what_a_login_with_a_key_lacks_is_named() {
    let ground = Ground::new();
    let base = ground.base("senior");
    let options = [("base_url", base.as_str()), ("access_key", "chave"), ("secret", "segredo")];
    let account = Account::with("senior", &options);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"tenant\""]);
}

#[test]
fn a_refused_token_is_refreshed_and_the_pair_rotates() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    assert_eq!(account.info("source"), "login");
    account.reject(&first).unwrap();
    let second = account.token();
    assert_eq!(account.info("source"), "refresh");
    assert!(second != first && ground.is_live(&second) && !ground.is_live(&first));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    assert_eq!((account.number("logins"), account.number("refreshes")), (1, 1));
}

#[test]
fn no_refresh_token_is_used_twice() {
    let ground = Ground::new();
    // A life of a second beside the two in which a token is not handed out.
    ground.settings(|s| {
        s.expires_in = Some(json!(3));
        s.reuse_revokes_family = true;
    });
    let account = ground.senior();
    let mut token = account.token();
    for _ in 0..4 {
        token = token_after(&account, &token);
    }
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 4));
    let sent = ground.requests("senior.refresh");
    let mut bodies: Vec<&[u8]> = sent.iter().map(|seen| seen.body.as_slice()).collect();
    bodies.sort_unstable();
    bodies.dedup();
    assert_eq!(bodies.len(), 4, "each with the refresh token of the one before");
}

#[test]
fn a_dead_refresh_token_leads_to_a_login_in_the_same_renewal() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    ground.forget_refresh_tokens();
    account.reject(&first).unwrap();
    let second = account.token();
    assert!(second != first && ground.is_live(&second));
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 2));
    assert_eq!((account.info("source").as_str(), account.number("failures")), ("login", 0));
}

#[test]
fn a_failing_refresh_is_no_reason_for_a_login() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    ground.fault("senior.refresh", Fault::Status(500), 1);
    account.reject(&first).unwrap();
    let failure = account.refused(ERPTOKEN_E_SERVER);
    assert_eq!((failure.http_status, ground.count("senior.login")), (500, 1));
    // Half a second to a second later the same refresh token is tried again.
    crate::ground::eventually("the failure is over", || account.get().is_ok());
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (2, 1));
}

#[test]
fn a_logout_ends_the_token_and_the_next_get_logs_in() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    account.logout().unwrap();
    assert!(!ground.is_live(&first));
    assert_eq!((account.info("state").as_str(), account.info("expires_at").as_str()), ("none", ""));
    account.logout().unwrap();
    assert_eq!(ground.count("senior.logout"), 1, "nothing to end, nothing sent");
    let second = account.token();
    assert!(second != first && ground.is_live(&second));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (2, 0));
}

#[test]
fn a_logout_of_a_dead_token_is_ok() {
    let ground = Ground::new();
    let account = ground.senior();
    account.token();
    ground.expire_all();
    account.logout().unwrap();
    assert_eq!(ground.count("senior.logout"), 1);
}

#[test]
fn a_logout_that_fails_forgets_the_token_all_the_same() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    ground.fault("senior.logout", Fault::Status(500), 1);
    failed(account.logout(), ERPTOKEN_E_SERVER).assert_says(&["Senior", "500"]);
    assert!(ground.is_live(&first));
    assert_ne!(account.token(), first);
    ground.fault("senior.logout", Fault::CloseBeforeAnswer, 1);
    failed(account.logout(), ERPTOKEN_E_NETWORK);
    account.token();
    assert_eq!(ground.count("senior.login"), 3);
}

#[test]
fn a_refresh_carries_the_tenant_when_it_is_set() {
    for tenant in [None, Some("trn07027732")] {
        let ground = Ground::new();
        let account = ground.senior();
        if let Some(tenant) = tenant {
            account.set("tenant", tenant).unwrap();
        }
        account.reject(&account.token()).unwrap();
        account.token();
        let refresh = &ground.requests("senior.refresh")[0];
        assert_eq!(refresh.header("X-Tenant"), tenant);
        assert_eq!(refresh.header("Authorization"), None);
        assert_eq!(ground.requests("senior.login")[0].header("X-Tenant"), None);
    }
}

#[test]
fn a_tenant_that_no_header_can_carry_costs_a_login_and_no_failure() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("tenant", "são josé").unwrap();
    account.reject(&account.token()).unwrap();
    account.token();
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (0, 2));
}

#[test]
fn an_authorised_call_carries_the_client_id_when_it_is_set() {
    for client_id in [None, Some("7d2f-41")] {
        let ground = Ground::new();
        let account = ground.senior();
        if let Some(client_id) = client_id {
            account.set("client_id", client_id).unwrap();
        }
        let token = account.token();
        account.logout().unwrap();
        let logout = &ground.requests("senior.logout")[0];
        assert_eq!(logout.header("client_id"), client_id);
        assert_eq!(logout.header("Authorization"), Some(format!("Bearer {token}").as_str()));
    }
}

#[test]
fn a_login_that_hands_out_the_same_token_again_does_no_harm() {
    let ground = Ground::new();
    ground.settings(|s| {
        s.senior_login_shares = true;
        s.refresh_tokens = false;
    });
    let first = ground.senior();
    let other = ground.senior();
    other.set("scope", "default").unwrap();
    assert_eq!(first.token(), other.token(), "two identities, one token of the provider");
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn an_answer_may_hold_nulls_where_nothing_is() {
    let ground = Ground::new();
    let inner = json!({ "access_token": "482ee34ec1ba44b73eb1c2b6f7da6c55", "expires_in": 85846, "refresh_token": null });
    let body = json!({ "jsonToken": inner.to_string(), "mfaInfo": null, "resetPasswordInfo": null });
    ground.answer("senior.login", 200, "application/json", &body.to_string());
    let account = ground.senior();
    assert_eq!(account.token(), "482ee34ec1ba44b73eb1c2b6f7da6c55");
}
