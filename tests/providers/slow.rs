//! Providers that need longer for an answer than most: the caller's `timeout_ms` bounds it and nothing else, and what was
//! sent once is not sent again while its answer may still come.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::*;
use crate::ground::{eventually, Ground, ASSINE, INVOISYS, SENIOR};
use crate::sandbox::Fault;

/// Longer than any fixed time for an answer was.
const SLOW: Duration = Duration::from_secs(11);

/// Side by side, because they are nothing but waiting.
#[test]
fn eleven_seconds_for_an_answer() {
    let parts: [(&str, fn()); 7] = [
        ("login", a_slow_login_is_waited_for),
        ("hurried", who_has_no_time_finds_the_token_later),
        ("refresh", a_slow_refresh_is_sent_once),
        ("once", a_slow_refresh_with_what_works_once_is_sent_once),
        ("trickle", a_slow_body_is_waited_for),
        ("hanging", nothing_is_sent_again_while_the_answer_may_come),
        ("dead", a_token_without_a_life_costs_one_login_in_ten_seconds),
    ];
    thread::scope(|scope| {
        for (name, part) in parts {
            // A panic tells the thread's name.
            thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, part).expect("a thread");
        }
    });
}

fn patient(account: Account) -> Account {
    account.set("timeout_ms", "60000").unwrap();
    account
}

fn a_slow_login_is_waited_for() {
    let ground = Ground::new();
    ground.fault(INVOISYS.login, Fault::Slow(SLOW), 1);
    let account = patient(ground.account(&INVOISYS));
    assert!(ground.is_live(&account.token()));
    assert_eq!((ground.count(INVOISYS.login), account.number("failures")), (1, 0));
}

fn who_has_no_time_finds_the_token_later() {
    let ground = Ground::new();
    ground.fault(ASSINE.login, Fault::Slow(SLOW), 1);
    let (hurried, patient) = (ground.account(&ASSINE), patient(ground.account(&ASSINE)));
    hurried.set("timeout_ms", "200").unwrap();
    let began = Instant::now();
    thread::scope(|scope| {
        hurried.refused(ERPTOKEN_E_TIMEOUT);
        let waiting = scope.spawn(|| patient.token());
        while began.elapsed() < SLOW - Duration::from_secs(1) {
            hurried.refused(ERPTOKEN_E_TIMEOUT);
        }
        assert_eq!(hurried.info("state"), "waiting");
        eventually("the token of that login", || hurried.get().is_ok());
        assert_eq!(waiting.join().unwrap(), hurried.token());
    });
    assert_eq!((ground.count(ASSINE.login), hurried.number("failures")), (1, 0));
}

fn a_slow_refresh_is_sent_once() {
    let ground = Ground::new();
    ground.settings(|s| s.reuse_revokes_family = true);
    let account = patient(ground.account(&SENIOR));
    account.reject(&account.token()).unwrap();
    ground.fault("senior.refresh", Fault::Slow(SLOW), 1);
    assert!(ground.is_live(&account.token()));
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
}

fn a_slow_refresh_with_what_works_once_is_sent_once() {
    let ground = Ground::new();
    let account = patient(ground.account(&ASSINE));
    account.reject(&account.token()).unwrap();
    ground.fault("assine.refresh", Fault::Slow(SLOW), 1);
    assert!(ground.is_live(&account.token()));
    assert_eq!((ground.count("assine.refresh"), ground.count("assine.login")), (1, 1));
}

fn a_slow_body_is_waited_for() {
    let ground = Ground::new();
    ground.fault(INVOISYS.login, Fault::Trickle(Duration::from_millis(30)), 1);
    let began = Instant::now();
    assert!(ground.is_live(&patient(ground.account(&INVOISYS)).token()));
    assert!(began.elapsed() > Duration::from_secs(10), "{:?}", began.elapsed());
}

fn nothing_is_sent_again_while_the_answer_may_come() {
    for fault in [Fault::Hang, Fault::HangAfterHeaders] {
        let ground = Ground::new();
        ground.fault(ASSINE.login, fault, 1);
        let account = ground.account(&ASSINE);
        account.set("timeout_ms", "50").unwrap();
        let began = Instant::now();
        while began.elapsed() < SLOW / 2 {
            account.refused(ERPTOKEN_E_TIMEOUT);
        }
        assert_eq!((ground.count(ASSINE.login), account.number("failures")), (1, 0));
    }
}

fn a_token_without_a_life_costs_one_login_in_ten_seconds() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(0)));
    let account = ground.account(&INVOISYS);
    let first = account.token();
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while began.elapsed() < Duration::from_secs(9) {
                    assert_eq!(account.token(), first);
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
    });
    assert_eq!(ground.count(INVOISYS.login), 1);
    eventually("its successor", || account.token() != first);
    assert_eq!(ground.count(INVOISYS.login), 2);
}
