//! Failures are remembered, and no account is driven into a lockout.

use std::thread;

use crate::client::*;
use crate::ground::{eventually, Ground, ALL, ASSINE, SENIOR};
use crate::sandbox::Fault;

#[test]
fn a_refused_password_is_not_sent_again_by_any_handle() {
    for known in &ALL {
        let ground = Ground::new();
        let first = ground.account_of(known, known.username, "errada");
        let failure = first.refused(ERPTOKEN_E_CREDENTIALS);
        assert!(!failure.is_remembered() && (55..=60).contains(&failure.retry_after), "{failure:?}");
        for _ in 0..5 {
            let other = ground.account_of(known, known.username, "errada");
            let again = other.refused(ERPTOKEN_E_CREDENTIALS);
            assert!(again.is_remembered() && again.retry_after > 0, "{again:?}");
            assert_eq!((again.http_status, &again.server_code), (failure.http_status, &failure.server_code));
        }
        failed(first.renew(), ERPTOKEN_E_CREDENTIALS);
        assert_eq!(ground.count(known.login), 1);
    }
}

#[test]
fn a_changed_password_is_tried_at_once() {
    for known in &ALL {
        let ground = Ground::new();
        let account = ground.account_of(known, known.username, "errada");
        account.refused(ERPTOKEN_E_CREDENTIALS);
        account.set("password", known.password).unwrap();
        account.token();
        assert_eq!(ground.count(known.login), 2);
        // Back to the wrong one: it is known.
        account.set("password", "errada").unwrap();
        assert!(account.refused(ERPTOKEN_E_CREDENTIALS).is_remembered());
        assert_eq!(ground.count(known.login), 2);
    }
}

#[test]
fn a_third_wrong_password_within_a_minute_is_held_back() {
    for known in &ALL {
        let ground = Ground::new();
        ground.settings(|s| s.lockout_after = Some(3));
        for password in ["errada 1", "errada 2"] {
            ground.account_of(known, known.username, password).refused(ERPTOKEN_E_CREDENTIALS);
        }
        let account = ground.account_of(known, known.username, "errada 3");
        let failure = account.refused(ERPTOKEN_E_RATE_LIMITED);
        assert_eq!((failure.server_code.as_str(), failure.http_status), ("guard", 0));
        failure.assert_says(&["2 logins", "1 min", "held back"]);
        assert!((55..=61).contains(&failure.retry_after), "{failure:?}");
        let again = account.refused(ERPTOKEN_E_RATE_LIMITED);
        assert!(again.is_remembered() && again.server_code == "guard", "{again:?}");
        assert_eq!(ground.count(known.login), 2);
        assert!(!ground.is_locked(known.provider, known.username));

        // Another user of the same host has a budget of its own.
        ground.add_user(known.provider, "outro@empresa.com.br", "outra senha");
        ground.account_of(known, "outro@empresa.com.br", "outra senha").token();
    }
}

#[test]
fn many_wrong_passwords_at_once_are_two_requests() {
    let ground = Ground::new();
    ground.settings(|s| s.delay = std::time::Duration::from_millis(50));
    let (ground, statuses) = (&ground, std::sync::Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for number in 0..12 {
            let statuses = &statuses;
            scope.spawn(move || {
                let account = ground.account_of(&SENIOR, SENIOR.username, &format!("errada {number}"));
                let failure = account.get().expect_err("a wrong password");
                statuses.lock().unwrap().push(failure.status);
            });
        }
    });
    assert_eq!(ground.count("senior.login"), 2);
    let statuses = statuses.into_inner().unwrap();
    let of = |status: i32| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((of(ERPTOKEN_E_CREDENTIALS), of(ERPTOKEN_E_RATE_LIMITED)), (2, 10), "{statuses:?}");
}

#[test]
fn one_wrong_password_from_many_threads_is_one_request() {
    let ground = Ground::new();
    ground.settings(|s| s.delay = std::time::Duration::from_millis(50));
    let ground = &ground;
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(move || {
                ground.account_of(&ASSINE, ASSINE.username, "errada").refused(ERPTOKEN_E_CREDENTIALS);
            });
        }
    });
    assert_eq!(ground.count("assine.login"), 1);
}

#[test]
fn a_refused_refresh_costs_the_account_nothing() {
    let ground = Ground::new();
    ground.account_of(&SENIOR, SENIOR.username, "errada").refused(ERPTOKEN_E_CREDENTIALS);
    let account = ground.senior();
    let token = account.token();
    ground.forget_refresh_tokens();
    account.reject(&token).unwrap();
    account.token();
    assert_eq!(ground.count("senior.refresh"), 1);
    // One refusal is left.
    ground.account_of(&SENIOR, SENIOR.username, "errada 2").refused(ERPTOKEN_E_CREDENTIALS);
}

#[test]
fn a_provider_that_failed_is_asked_again_a_moment_later() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Status(500), 1);
    let account = ground.senior();
    let failure = account.refused(ERPTOKEN_E_SERVER);
    assert_eq!((failure.retry_after, account.info("state").as_str()), (1, "waiting"));
    assert!(account.refused(ERPTOKEN_E_SERVER).is_remembered());
    eventually("the provider is asked again", || account.get().is_ok());
    assert_eq!(ground.count("senior.login"), 2);
    assert_eq!(account.number("failures"), 1);
}

#[test]
fn a_failure_is_of_one_identity_only() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Html, 1);
    ground.senior().refused(ERPTOKEN_E_RESPONSE);
    ground.add_user("senior", "outro@empresa.com.br", "outra senha");
    ground.account_of(&SENIOR, "outro@empresa.com.br", "outra senha").token();
}

#[test]
fn all_who_wait_share_the_failure() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Slow(std::time::Duration::from_millis(200)), 1);
    ground.account_of(&SENIOR, SENIOR.username, "errada");
    let account = ground.account_of(&SENIOR, SENIOR.username, "errada");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
                assert_eq!((failure.http_status, failure.server_code.as_str()), (401, "UNAUTHORIZED"));
            });
        }
    });
    assert_eq!((ground.count("senior.login"), account.number("failures")), (1, 1));
}

#[test]
fn a_valid_token_is_handed_out_although_its_renewal_failed() {
    let ground = Ground::new();
    let account = ground.senior();
    let token = account.token();
    account.set("renew_after_s", "1").unwrap();
    ground.fault("senior.refresh", Fault::Status(500), 9);
    eventually("a renewal behind the caller", || {
        assert_eq!(account.token(), token);
        ground.count("senior.refresh") > 0
    });
    eventually("it failed", || account.number("failures") == 1);
    for _ in 0..50 {
        assert_eq!(account.token(), token);
    }
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
    assert_eq!(account.info("last_error"), "ERPTOKEN_E_SERVER");
}

#[test]
fn what_may_vary_for_one_user_gives_no_further_tries() {
    let ground = Ground::new();
    let upper = ground.base("senior").replace("127.0.0.1", "LOCALHOST");
    let lower = ground.base("senior").replace("127.0.0.1", "localhost");
    for (number, base) in [&upper, &lower, &upper, &lower].into_iter().enumerate() {
        let account = ground.account_of(&SENIOR, SENIOR.username, &format!("errada {number}"));
        account.set("client_id", &format!("terminal {number}")).unwrap();
        account.set("base_url", base).unwrap();
        account.get().expect_err("a wrong password");
    }
    assert_eq!(ground.count("senior.login"), 2);
}
