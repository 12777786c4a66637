//! Connections between requests.

use std::thread;
use std::time::Duration;

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::sandbox::Fault;

/// An account that shares its connections with no other test: nobody else trusts this sandbox's authority.
fn alone(ground: &Ground) -> Account {
    let account = ground.account(&SENIOR);
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    account
}

fn post(account: &Account) -> Outcome<i32> {
    request(account, "POST", "/tms/echo", None, Body::Text("{}")).map(|answer| answer.status())
}

fn get_status(account: &Account) -> Outcome<i32> {
    get(account, "/tms/freights").map(|answer| answer.status())
}

#[test]
fn requests_one_after_another_share_a_connection() {
    let ground = Ground::new();
    let account = alone(&ground);
    for _ in 0..5 {
        assert_eq!(get_status(&account), Ok(200));
        assert_eq!(post(&account), Ok(201));
        assert_eq!(get(&account, "/tms/empty").unwrap().status(), 204);
        assert_eq!(request(&account, "HEAD", "/tms/freights", None, Body::None).unwrap().status(), 200);
    }
    // Another account with the same way to the network uses it too.
    let other = alone(&ground);
    assert_eq!(get_status(&other), Ok(200));
    assert_eq!(ground.connections(), 1);
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_not_noticed() {
    let ground = Ground::new();
    ground.settings(|s| s.idle_timeout = Some(Duration::from_millis(150)));
    let account = alone(&ground);
    for round in 1..4 {
        assert_eq!(get_status(&account), Ok(200));
        thread::sleep(Duration::from_millis(500));
        assert_eq!(post(&account), Ok(201));
        thread::sleep(Duration::from_millis(500));
        assert_eq!(ground.connections(), 2 * round);
    }
}

#[test]
fn a_server_that_closes_as_the_request_arrives_is_asked_again_only_where_that_does_no_harm() {
    let ground = Ground::new();
    let account = alone(&ground);
    for fault in [Fault::CloseBeforeAnswer, Fault::Reset, Fault::DoneThenClose] {
        assert_eq!(get_status(&account), Ok(200));
        ground.fault("api", fault.clone(), 1);
        let before = ground.count("api");
        assert_eq!(get_status(&account), Ok(200), "{fault:?}");
        assert_eq!(ground.count("api"), before + 2);
        for method in ["PUT", "DELETE"] {
            ground.fault("api", fault.clone(), 1);
            assert_eq!(request(&account, method, "/tms/echo", None, Body::Text("{}")).unwrap().status(), 201);
        }
        // Who knows whether it was carried out.
        for method in ["POST", "PATCH"] {
            ground.fault("api", fault.clone(), 1);
            let before = ground.count("api");
            let sent = request(&account, method, "/tms/echo", None, Body::Text("{}")).map(drop);
            failed(sent, ERPTOKEN_E_NETWORK);
            assert_eq!(ground.count("api"), before + 1, "{method}: {fault:?}");
        }
        // On a new connection it is no idle time-out, whatever the method.
        ground.fault("api", fault.clone(), 1);
        failed(get_status(&account), ERPTOKEN_E_NETWORK);
    }
}

#[test]
fn only_once_more() {
    let ground = Ground::new();
    let account = alone(&ground);
    assert_eq!(get_status(&account), Ok(200));
    ground.fault("api", Fault::Reset, 5);
    failed(get_status(&account), ERPTOKEN_E_NETWORK);
    assert_eq!(ground.count("api"), 3);
}

#[test]
fn a_request_that_must_not_be_sent_twice_uses_no_connection_that_waited_long() {
    let ground = Ground::new();
    let account = alone(&ground);
    assert_eq!((post(&account), post(&account), ground.connections()), (Ok(201), Ok(201), 1));
    thread::sleep(Duration::from_millis(1100));
    assert_eq!((post(&account), ground.connections()), (Ok(201), 2));
    thread::sleep(Duration::from_millis(1100));
    assert_eq!((get_status(&account), ground.connections()), (Ok(200), 2));
}

#[test]
fn an_answer_that_ends_with_the_connection_ends_it() {
    let ground = Ground::new();
    ground.settings(|s| s.keep_alive = false);
    let account = alone(&ground);
    assert_eq!((get_status(&account), post(&account), ground.connections()), (Ok(200), Ok(201), 3));
}

#[test]
fn a_failed_answer_leaves_no_connection_behind() {
    let ground = Ground::new();
    let account = alone(&ground);
    account.set("max_response_bytes", "1000").unwrap();
    failed(get(&account, "/tms/bytes/100000").map(drop), ERPTOKEN_E_LIMIT);
    assert_eq!((get_status(&account), ground.connections()), (Ok(200), 2));
}

#[test]
fn over_tls_too() {
    let ground = Ground::new();
    let base = ground.base_https("senior");
    let options = [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
    let account = Account::with("senior", &options);
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    for _ in 0..3 {
        assert_eq!((get_status(&account), post(&account)), (Ok(200), Ok(201)));
    }
    assert_eq!(ground.connections(), 1);
    ground.settings(|s| s.idle_timeout = Some(Duration::from_millis(150)));
    assert_eq!(get_status(&account), Ok(200));
    thread::sleep(Duration::from_millis(500));
    assert_eq!((post(&account), ground.connections()), (Ok(201), 2));
    ground.fault("api", Fault::CloseBeforeAnswer, 1);
    assert_eq!(get_status(&account), Ok(200));
}

#[test]
fn many_threads_at_once_mix_no_answers() {
    let ground = Ground::new();
    let account = alone(&ground);
    account.token();
    thread::scope(|scope| {
        for thread in 0..8 {
            let account = &account;
            scope.spawn(move || {
                for round in 0..20 {
                    let body = format!("{{\"n\":\"{thread}-{round}\"}}");
                    let answer = request(account, "POST", "/tms/echo", None, Body::Text(&body)).unwrap();
                    assert_eq!(answer.field("/text"), body);
                }
            });
        }
    });
    assert!(ground.connections() <= 16, "{} connections", ground.connections());
}
