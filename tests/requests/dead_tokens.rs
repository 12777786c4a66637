//! The token turns out to be dead: one renewal, one more try.

use std::thread;
use std::time::Duration;

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, ASSINE, INVOISYS, SENIOR};
use crate::sandbox::Fault;

const UNAUTHORIZED: Fault = Fault::Status(401);

#[test]
fn a_dead_token_is_renewed_and_the_request_repeated_with_its_body() {
    for (known, path) in [(SENIOR, "/tms/freights"), (INVOISYS, "/nfe/getbychave/352"), (ASSINE, "/user")] {
        let ground = Ground::new();
        let account = ground.account(&known);
        let first = account.token();
        ground.expire_token(&first);
        let answer = request(&account, "POST", path, Some("X-Vez: 1"), Body::Text("{\"peso\":5}")).unwrap();
        assert_eq!((answer.status(), answer.field("/text")), (201, "{\"peso\":5}".to_owned()));
        let seen = ground.requests("api");
        assert_eq!(seen.len(), 2);
        for one in &seen {
            assert_eq!((one.body.as_slice(), one.header("X-Vez")), (&b"{\"peso\":5}"[..], Some("1")));
        }
        assert_ne!(seen[0].header("Authorization"), seen[1].header("Authorization"));
        assert_ne!(account.token(), first);
        assert_eq!(account.number("refreshes") + account.number("logins"), 2);
    }
}

#[test]
fn a_second_refusal_is_the_response_and_costs_no_more_logins() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.token();
    ground.fault("api", UNAUTHORIZED, 100);
    let answer = get(&account, "/tms/freights").unwrap();
    assert_eq!((answer.status(), ground.count("api")), (401, 2));
    assert!(!answer.field("/message").is_empty(), "its body is there");
    let renewed = (ground.count("senior.login"), ground.count("senior.refresh"));
    // The token that is current now replaced a refused one a moment ago: it is not dropped again.
    for _ in 0..5 {
        assert_eq!(get(&account, "/tms/freights").unwrap().status(), 401);
    }
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), renewed);
    assert_eq!(ground.count("api"), 7);
    ground.clear_faults();
    assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200);
}

#[test]
fn a_newer_token_is_not_dropped_for_a_late_refusal() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let old = account.token();
    ground.fault("api", Fault::Slow(Duration::from_millis(600)), 1);
    ground.expire_token(&old);
    thread::scope(|scope| {
        let slow = scope.spawn(|| get(&account, "/tms/freights").unwrap().status());
        while ground.count("api") == 0 {
            thread::sleep(Duration::from_millis(5));
        }
        account.reject(&old).unwrap();
        let newer = account.token();
        assert_eq!(slow.join().unwrap(), 200, "refused with the old one, repeated with the newer one");
        assert_eq!(account.token(), newer);
    });
    assert_eq!(ground.count("senior.refresh") + ground.count("senior.login"), 2);
}

#[test]
fn many_threads_with_a_dead_token_renew_once() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    ground.expire_token(&account.token());
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200));
        }
    });
    assert_eq!(ground.count("senior.refresh") + ground.count("senior.login"), 2);
}

#[test]
fn what_keeps_the_token_from_being_renewed_is_the_error() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    ground.expire_token(&account.token());
    ground.fault("senior.refresh", Fault::Status(503), 3);
    ground.fault("senior.login", Fault::Status(503), 3);
    failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_SERVER);
    assert_eq!(ground.count("api"), 1);
    // An imported token that nothing can renew: the refusal is the response, and the token stays.
    let ground = Ground::new();
    let base = ground.base("senior");
    let imported = Account::with("senior", &[("base_url", &base), ("access_token", "morto123")]);
    for _ in 0..2 {
        assert_eq!(get(&imported, "/tms/freights").unwrap().status(), 401);
    }
    assert_eq!((ground.count("api"), imported.token().as_str()), (2, "morto123"));
}

#[test]
fn no_token_no_request() {
    let ground = Ground::new();
    let account = ground.account_of(&SENIOR, SENIOR.username, "errada1");
    failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_CREDENTIALS);
    assert_eq!(ground.count("api"), 0);
    let account = Account::open("senior").unwrap();
    failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_MISSING);
}

#[test]
fn the_time_covers_token_renewal_and_both_requests() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    ground.expire_token(&account.token());
    account.set("timeout_ms", "1500").unwrap();
    let began = std::time::Instant::now();
    ground.fault("api", Fault::Slow(Duration::from_millis(400)), 1);
    ground.fault("senior.refresh", Fault::Slow(Duration::from_millis(400)), 1);
    ground.fault("api", Fault::Hang, 1);
    let failure = failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_TIMEOUT);
    assert!(began.elapsed() >= Duration::from_millis(1500), "{:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    failure.assert_says(&["did not answer in full"]);
    assert_eq!(ground.count("api"), 2);
}

/// 401 with this type, body and challenge.
fn refusal(content_type: &str, body: &str, challenge: &str) -> Fault {
    let headers = match challenge {
        "" => Vec::new(),
        _ => vec![("WWW-Authenticate".to_owned(), challenge.to_owned())],
    };
    let (content_type, body) = (content_type.to_owned(), body.into());
    Fault::StatusWith { status: 401, content_type, body, headers }
}

#[test]
fn a_page_of_a_gateway_is_the_response_and_costs_no_token() {
    let ground = Ground::new();
    let token = ground.account(&SENIOR).token();
    let base = ground.base("senior");
    let account = Account::with("senior", &[("base_url", &base), ("access_token", &token)]);
    for challenge in ["", "Basic realm=\"proxy\"", "NTLM"] {
        ground.fault("api", refusal("text/html", "<html><h1>401</h1></html>", challenge), 1);
        let answer = get(&account, "/tms/freights").unwrap();
        assert_eq!((answer.status(), answer.text().unwrap().contains("<h1>")), (401, true));
        assert_eq!(account.token(), token);
    }
    assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200);
    assert_eq!((ground.count("api"), ground.count("senior.login")), (4, 1));
}

#[test]
fn a_refusal_of_the_api_itself_ends_the_token_in_whatever_words() {
    for (content_type, body, challenge) in [
        ("text/html", "<html>", "Bearer error=\"invalid_token\""),
        ("application/json", "{}", ""),
        ("text/plain", "expired", ""),
        ("application/xml", "<?xml version=\"1.0\"?><error/>", ""),
        ("", "", ""),
    ] {
        let ground = Ground::new();
        let account = ground.account(&SENIOR);
        let first = account.token();
        ground.fault("api", refusal(content_type, body, challenge), 1);
        assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200, "{content_type}");
        assert_ne!(account.token(), first, "{content_type}");
    }
}
