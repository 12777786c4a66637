//! A provider that is down while a token lives, hangs, or refuses for a while: nobody is worse off than need be.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::*;
use crate::ground::{eventually, Ground, ASSINE, SENIOR};
use crate::sandbox::Fault;

/// Side by side, because they are nothing but waiting.
#[test]
fn ten_seconds_of_outage() {
    let parts: [(&str, fn()); 3] = [
        (
            "not_felt_while_the_token_lives",
            an_outage_is_not_felt_while_the_token_lives_and_ends_when_it_is_over,
        ),
        ("hanging_is_not_felt", a_provider_that_hangs_is_not_felt_while_the_token_lives),
        ("no_failure_is_for_ever", no_failure_is_for_ever),
    ];
    thread::scope(|scope| {
        for (name, part) in parts {
            // A panic tells the thread's name.
            thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, part).expect("a thread");
        }
    });
}

/// A token of ten seconds, which is handed out for eight: renewed from the first on, in its last moments by callers
/// who wait for a better one.
fn ageing(ground: &Ground) -> (Account, String, Instant) {
    ground.settings(|s| s.expires_in = Some(json!(10)));
    let account = ground.senior();
    account.set("renew_after_s", "1").unwrap();
    let began = Instant::now();
    let token = account.token();
    (account, token, began + Duration::from_secs(8))
}

fn an_outage_is_not_felt_while_the_token_lives_and_ends_when_it_is_over() {
    let ground = Ground::new();
    let (account, token, end) = ageing(&ground);
    for operation in ["senior.refresh", "senior.login"] {
        for fault in [Fault::Status(503), Fault::CloseBeforeAnswer, Fault::Reset, Fault::Status(500)] {
            ground.fault(operation, fault, 2);
        }
        ground.fault(operation, Fault::Status(429), usize::MAX);
    }
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                // A call that begins just before the end may well end after it.
                while Instant::now() < end - Duration::from_millis(100) {
                    assert_eq!(account.token(), token);
                    thread::sleep(Duration::from_millis(20));
                }
            });
        }
    });
    let asked = ground.count("senior.refresh") + ground.count("senior.login");
    assert!((3..=8).contains(&asked), "three more tries and no storm: {asked}");
    eventually("the token's end", || account.get().is_err());
    ground.clear_faults();
    eventually("a new token", || account.get().is_ok_and(|newer| newer != token));
}

fn a_provider_that_hangs_is_not_felt_while_the_token_lives() {
    let ground = Ground::new();
    let (account, token, end) = ageing(&ground);
    for operation in ["senior.refresh", "senior.login"] {
        ground.fault(operation, Fault::Hang, usize::MAX);
    }
    account.set("timeout_ms", "4000").unwrap();
    while Instant::now() < end - Duration::from_millis(300) {
        let asked = Instant::now();
        // Also the caller who waits for a better one when the end is near.
        assert_eq!(account.get().as_ref(), Ok(&token), "asked {:?} before its end", end - asked);
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(ground.count("senior.refresh"), 1);
}

fn no_failure_is_for_ever() {
    // What comes from something in front of the provider is over sooner than what the provider says.
    let faults = [
        (Fault::Status(403), 10),
        (Fault::Status(404), 10),
        (Fault::Html, 1),
        (Fault::NoToken, 1),
        (Fault::Status(418), 10),
    ];
    let all = faults.map(|(fault, retry_after)| {
        let ground = Ground::new();
        ground.fault("assine.login", fault, 1);
        let account = ground.account(&ASSINE);
        let failure = account.get().expect_err("a failure");
        assert_eq!(failure.retry_after, retry_after, "{failure:?}");
        (ground, account)
    });
    // A good token, whose refresh the provider refuses for ever and its login once.
    let ground = Ground::new();
    let renewed = ground.account(&SENIOR);
    let first = renewed.token();
    renewed.set("renew_after_s", "1").unwrap();
    ground.fault("senior.refresh", Fault::Status(400), usize::MAX);
    ground.fault("senior.login", Fault::Status(403), 1);
    eventually("a renewal that fails", || {
        assert_eq!(renewed.token(), first);
        renewed.number("failures") == 1
    });
    thread::sleep(Duration::from_millis(9_500));
    for (ground, account) in &all {
        eventually("the provider is asked again", || account.get().is_ok());
        assert_eq!(ground.count("assine.login"), 2);
    }
    eventually("the token is replaced", || renewed.token() != first);
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 3));
}
