//! When a token is replaced: when asked for, in time, and behind the caller.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::*;
use crate::ground::{eventually, Ground, INVOISYS, SENIOR};
use crate::sandbox::Fault;

#[test]
fn a_renewal_right_after_a_login_sends_nothing() {
    let ground = Ground::new();
    let account = ground.senior();
    let token = account.token();
    for _ in 0..5 {
        account.renew().unwrap();
    }
    assert_eq!(account.token(), token);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 0));
}

#[test]
fn a_renewal_brings_the_first_token() {
    let ground = Ground::new();
    let account = ground.senior();
    account.renew().unwrap();
    assert_eq!(ground.count("senior.login"), 1);
    account.token();
    assert_eq!((ground.count("senior.login"), account.number("hits")), (1, 1));
}

#[test]
fn a_renewal_after_a_report_is_one() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    account.reject(&first).unwrap();
    account.renew().unwrap();
    assert_ne!(account.token(), first);
    assert_eq!(ground.count("senior.refresh"), 1);
}

#[test]
fn a_renewal_tells_what_it_failed_of() {
    let ground = Ground::new();
    let account = ground.account_of(&SENIOR, SENIOR.username, "errada");
    failed(account.renew(), ERPTOKEN_E_CREDENTIALS);
    let again = failed(account.renew(), ERPTOKEN_E_CREDENTIALS);
    assert!(again.is_remembered(), "{again:?}");
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn an_imported_token_is_renewed_when_asked_for() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("access_token", "importado").unwrap();
    account.renew().unwrap();
    assert!(ground.is_live(&account.token()));
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn an_old_token_is_handed_out_and_renewed_behind_the_caller() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    account.set("renew_after_s", "1").unwrap();
    ground.settings(|s| s.delay = Duration::from_millis(400));
    let began = Instant::now();
    eventually("a renewal", || {
        let asked = Instant::now();
        let token = account.token();
        assert!(asked.elapsed() < Duration::from_millis(300), "the caller waited");
        token != first
    });
    assert!(began.elapsed() > Duration::from_millis(300), "not before its age");
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    assert_eq!(account.number("refreshes"), 1);
}

#[test]
fn the_age_of_one_caller_is_no_matter_to_the_others() {
    let ground = Ground::new();
    let (eager, lazy) = (ground.senior(), ground.senior());
    eager.set("renew_after_s", "1").unwrap();
    let first = lazy.token();
    assert_eq!(eager.token(), first);
    std::thread::sleep(Duration::from_millis(1_050));
    assert_eq!(lazy.token(), first);
    assert_eq!(ground.count("senior.refresh"), 0);
    assert_eq!(eager.token(), first);
    eventually("the eager one's renewal", || lazy.token() != first);
    assert_eq!(ground.count("senior.refresh"), 1);
}

#[test]
fn a_token_with_too_little_left_is_renewed() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(600)));
    let account = ground.senior();
    account.set("access_token", "importado").unwrap();
    assert_eq!(account.token(), "importado", "five minutes, by the profile's default");
    account.set("min_seconds_left", "400").unwrap();
    let token = account.token();
    assert!(token != "importado" && ground.is_live(&token));
    assert_eq!(ground.count("senior.login"), 1);
    account.set("min_seconds_left", "500").unwrap();
    assert_eq!(account.token(), token);
}

#[test]
fn more_than_the_provider_gives_is_an_error_and_no_storm() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(600)));
    let account = ground.account(&INVOISYS);
    account.set("min_seconds_left", "3600").unwrap();
    for _ in 0..5 {
        let failure = account.refused(ERPTOKEN_E_RESPONSE);
        failure.assert_says(&["min_seconds_left", "3600"]);
        assert!(failure.retry_after <= 10, "{failure:?}");
    }
    assert_eq!(ground.count("invoisys.login"), 1);
    // For those who want less it is good.
    assert!(ground.is_live(&ground.account(&INVOISYS).token()));
    assert_eq!(ground.count("invoisys.login"), 1);
}

#[test]
fn a_refresh_without_an_answer_is_tried_once_more_and_then_there_is_a_login() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    // Carried out, but the answer is lost: at Senior the refresh token is spent now.
    ground.fault("senior.refresh", Fault::DoneThenClose, 1);
    account.refused(ERPTOKEN_E_NETWORK);
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
    eventually("the failure is over", || account.get().is_ok());
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (2, 2));
}

#[test]
fn a_provider_that_hands_out_the_dying_token_again_is_not_asked_for_every_call() {
    let ground = Ground::new();
    ground.settings(|s| {
        s.senior_login_shares = true;
        s.refresh_tokens = false;
        s.expires_in = Some(json!(3));
    });
    let account = ground.senior();
    let first = account.token();
    let until = Instant::now() + Duration::from_millis(2_800);
    while Instant::now() < until {
        assert_eq!(account.token(), first);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(ground.count("senior.login") <= 4, "{} logins", ground.count("senior.login"));
}
