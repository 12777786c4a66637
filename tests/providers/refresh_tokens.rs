//! What becomes of a refresh token: kept, sent again, or given up for a login.

use serde_json::json;

use crate::client::*;
use crate::ground::{eventually, token_after, Ground, ASSINE};
use crate::sandbox::Fault;

/// The refresh tokens that were sent to Senior, in this order.
fn sent(ground: &Ground) -> Vec<String> {
    let body = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).expect("JSON");
    let token = |body: serde_json::Value| body["refreshToken"].as_str().expect("a refresh token").to_owned();
    ground.requests("senior.refresh").iter().map(|request| token(body(&request.body))).collect()
}

#[test]
fn one_is_kept_when_no_new_one_comes() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    // A life of a second beside the two in which a token is not handed out.
    for token in ["segundo", "terceiro"] {
        let body = json!({ "access_token": token, "expires_in": 3 }).to_string();
        ground.answer("senior.refresh", 200, "application/json", &body);
        eventually(token, || account.token() == token);
    }
    assert!(ground.is_live(&token_after(&account, "terceiro")));
    let sent = sent(&ground);
    assert_eq!((sent.len(), ground.count("senior.login")), (3, 1));
    assert!(sent.iter().all(|token| *token == sent[0]));
}

#[test]
fn one_that_works_once_is_not_kept() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(3)));
    let account = ground.account(&ASSINE);
    let first = account.token();
    let second = token_after(&account, &first);
    assert_eq!((ground.count("assine.login"), ground.count("assine.refresh")), (1, 1));
    token_after(&account, &second);
    assert_eq!((ground.count("assine.login"), ground.count("assine.refresh")), (2, 1));
}

#[test]
fn one_that_works_once_and_may_be_spent_is_not_sent_again() {
    for fault in [Fault::DoneThenClose, Fault::CutBody, Fault::Reset] {
        let ground = Ground::new();
        let account = ground.account(&ASSINE);
        account.reject(&account.token()).unwrap();
        ground.fault("assine.refresh", fault.clone(), 1);
        account.get().expect_err("no token came");
        eventually("a login", || account.get().is_ok());
        assert_eq!((ground.count("assine.refresh"), ground.count("assine.login")), (1, 2), "{fault:?}");
    }
}

#[test]
fn a_new_one_takes_the_place_of_the_old() {
    let ground = Ground::new();
    ground.settings(|s| {
        s.expires_in = Some(json!(3));
        s.reuse_revokes_family = true;
    });
    let account = ground.senior();
    let mut token = account.token();
    for _ in 0..4 {
        token = token_after(&account, &token);
    }
    let mut sent = sent(&ground);
    sent.sort();
    sent.dedup();
    assert_eq!((sent.len(), ground.count("senior.refresh"), ground.count("senior.login")), (4, 4, 1));
}

#[test]
fn a_provider_in_trouble_does_not_cost_it() {
    for trouble in [Fault::Status(500), Fault::Status(429), Fault::Status(503), Fault::CloseBeforeAnswer] {
        let ground = Ground::new();
        let account = ground.senior();
        account.reject(&account.token()).unwrap();
        ground.fault("senior.refresh", trouble.clone(), 1);
        account.get().expect_err("trouble");
        eventually("the trouble is over", || account.get().is_ok());
        let sent = sent(&ground);
        assert_eq!((sent.len(), ground.count("senior.login")), (2, 1), "{trouble:?}");
        assert_eq!((&sent[0], account.info("source").as_str()), (&sent[1], "refresh"), "{trouble:?}");
    }
}

#[test]
fn a_dead_one_behind_other_answers_leaves_the_login_its_own_tries() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    ground.forget_refresh_tokens();
    for operation in ["senior.refresh", "senior.login"] {
        ground.fault(operation, Fault::RetryAfter { status: 429, value: "0".to_owned() }, 2);
    }
    // 429, 429 and the refusal; then 429, 429 and a token: all in the one call.
    account.token();
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (3, 4));
    assert_eq!((account.number("failures"), account.info("source").as_str()), (0, "login"));
}

#[test]
fn a_dead_one_is_given_up_although_the_login_behind_it_fails() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    ground.forget_refresh_tokens();
    ground.fault("senior.login", Fault::Status(500), 1);
    account.refused(ERPTOKEN_E_SERVER);
    eventually("the provider is asked again", || account.get().is_ok());
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 3));
}
