//! How much, and how long.

use std::time::{Duration, Instant};

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::sandbox::Fault;

#[test]
fn an_answer_above_the_limit_is_one_error_and_no_more() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.set("max_response_bytes", "1000").unwrap();
    assert_eq!(get(&account, "/tms/bytes/1000").unwrap().bytes().len(), 1000);
    let failure = failed(get(&account, "/tms/bytes/1001").map(drop), ERPTOKEN_E_LIMIT);
    failure.assert_says(&["1000 bytes", "\"max_response_bytes\""]);
    assert_eq!(failure.http_status, 200);
    account.set("max_response_bytes", "100000").unwrap();
    assert_eq!(get(&account, "/tms/bytes/100000").unwrap().bytes().len(), 100_000);
    failed(get(&account, "/tms/bytes/5000000").map(drop), ERPTOKEN_E_LIMIT);
    assert_eq!(ground.count("senior.login"), 1, "the limit is no part of the identity");
    // A login's answer has its own.
    account.set("max_response_bytes", "1").unwrap();
    account.renew().unwrap();
}

#[test]
fn a_server_that_hangs_is_left_at_the_callers_time() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.token();
    account.set("timeout_ms", "300").unwrap();
    for fault in [Fault::Hang, Fault::HangAfterHeaders, Fault::Trickle(Duration::from_millis(50))] {
        ground.fault("api", fault, 1);
        let began = Instant::now();
        failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_TIMEOUT);
        assert!(began.elapsed() >= Duration::from_millis(300) && began.elapsed() < Duration::from_secs(5));
    }
    ground.fault("api", Fault::Hang, 1);
    let body = Body::Text("{}");
    failed(request(&account, "POST", "/tms/echo", None, body).map(drop), ERPTOKEN_E_TIMEOUT);
    assert_eq!(ground.count("api"), 4, "nothing was repeated");
}

#[test]
fn a_broken_answer_is_an_error_that_says_so() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.token();
    for (fault, status, words) in [
        (Fault::CutBody, ERPTOKEN_E_NETWORK, "cut short"),
        (Fault::Reset, ERPTOKEN_E_NETWORK, "broke"),
        (Fault::CloseBeforeAnswer, ERPTOKEN_E_NETWORK, "broke"),
        (Fault::DoneThenClose, ERPTOKEN_E_NETWORK, "broke"),
        (Fault::Garbage, ERPTOKEN_E_RESPONSE, "not HTTP"),
    ] {
        // A POST, so that nothing is tried again; and a connection that is new, so that it could be.
        ground.fault("api", fault, 2);
        let body = Body::Text("{}");
        let failure = failed(request(&account, "POST", "/tms/echo", None, body).map(drop), status);
        failure.assert_says(&[words]);
        ground.clear_faults();
    }
    assert_eq!(ground.count("api"), 5);
}
