//! Slow providers: nobody waits longer than they said, and the work of a renewal is not lost.

use std::time::{Duration, Instant};

use crate::client::*;
use crate::ground::{eventually, Ground, ALL, ASSINE};
use crate::sandbox::Fault;

/// Runs this and checks that it took less than so many milliseconds.
fn within<T>(ms: u128, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    let took = began.elapsed().as_millis();
    assert!(took < ms, "it took {took} ms");
    result
}

#[test]
fn a_caller_out_of_time_leaves_and_the_renewal_goes_on() {
    for known in &ALL {
        let ground = Ground::new();
        ground.fault(known.login, Fault::Slow(Duration::from_millis(700)), 1);
        let account = ground.account(known);
        account.set("timeout_ms", "60").unwrap();
        let failure = within(500, || account.refused(ERPTOKEN_E_TIMEOUT));
        failure.assert_says(&["timeout_ms", "goes on"]);
        assert!(!failure.is_remembered(), "{failure:?}");
        assert_eq!((account.number("failures"), account.info("state").as_str()), (0, "waiting"));
        eventually("the token of that renewal", || account.get().is_ok());
        assert_eq!((ground.count(known.login), account.number("logins")), (1, 1));
    }
}

#[test]
fn a_time_out_tells_its_time() {
    let ground = Ground::new();
    ground.fault("assine.login", Fault::Hang, 1);
    let account = ground.account(&ASSINE);
    account.set("timeout_ms", "250").unwrap();
    let failure = within(800, || account.refused(ERPTOKEN_E_TIMEOUT));
    assert!(!failure.text.contains("within 0 s"), "{failure:?}");
}

#[test]
fn everybody_waits_their_own_time() {
    let ground = Ground::new();
    ground.fault("assine.login", Fault::Slow(Duration::from_millis(500)), 1);
    let (hasty, patient) = (ground.account(&ASSINE), ground.account(&ASSINE));
    hasty.set("timeout_ms", "50").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| patient.token());
        within(400, || hasty.refused(ERPTOKEN_E_TIMEOUT));
        assert!(ground.is_live(&waiting.join().unwrap()));
    });
    assert_eq!(hasty.token(), patient.token());
    assert_eq!(ground.count("assine.login"), 1);
}

#[test]
fn a_provider_that_hangs_holds_nobody() {
    for fault in [Fault::Hang, Fault::HangAfterHeaders] {
        let ground = Ground::new();
        ground.fault("assine.login", fault, 1);
        let account = ground.account(&ASSINE);
        account.set("timeout_ms", "80").unwrap();
        for _ in 0..3 {
            within(600, || account.refused(ERPTOKEN_E_TIMEOUT));
        }
        within(600, || failed(account.renew(), ERPTOKEN_E_TIMEOUT));
        assert_eq!(ground.count("assine.login"), 1, "all of them wait for one renewal");
        // Settings are not blocked by it, and another password is another identity.
        within(300, || account.set("password", "outra").unwrap());
        within(600, || account.refused(ERPTOKEN_E_CREDENTIALS));
    }
}

#[test]
fn an_answer_byte_by_byte_is_read() {
    let ground = Ground::new();
    ground.fault("assine.login", Fault::Trickle(Duration::from_micros(500)), 1);
    assert!(ground.is_live(&ground.account(&ASSINE).token()));
}

#[test]
fn a_logout_waits_no_longer_than_told_and_forgets() {
    let ground = Ground::new();
    ground.fault("assine.revoke", Fault::Hang, 1);
    let account = ground.account(&ASSINE);
    let first = account.token();
    account.set("timeout_ms", "150").unwrap();
    let failure = within(800, || account.logout().expect_err("no answer"));
    assert_eq!(failure.status, ERPTOKEN_E_TIMEOUT, "the caller's own time was over: {failure:?}");
    account.set("timeout_ms", "5000").unwrap();
    assert_ne!(account.token(), first);
}

#[test]
fn a_logout_during_a_login_ends_what_it_brings() {
    let ground = Ground::new();
    ground.fault("assine.login", Fault::Slow(Duration::from_millis(300)), 1);
    let account = ground.account(&ASSINE);
    account.set("timeout_ms", "40").unwrap();
    account.refused(ERPTOKEN_E_TIMEOUT);
    account.set("timeout_ms", "5000").unwrap();
    account.logout().unwrap();
    assert_eq!((ground.count("assine.login"), ground.count("assine.revoke")), (1, 1));
    assert_eq!(account.info("state"), "none");
}
