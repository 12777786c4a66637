//! How long a token lives, in every way a server may say it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{json, Value};

use crate::client::*;
use crate::ground::{Ground, ASSINE, INVOISYS, SENIOR};
use crate::sandbox::Fault;

const LONGEST: i32 = 400 * 24 * 3600;

#[test]
fn a_life_is_read_as_number_and_as_text() {
    let lives: [(Value, i32); 11] = [
        (json!(600), 600),
        (json!("600"), 600),
        (json!(" 600 "), 600),
        (json!("600.0"), 600),
        (json!(600.9), 600),
        (json!(6e2), 600),
        // What is no number, or missing, is the profile's default.
        (Value::Null, 300),
        (json!("forever"), 300),
        (json!(true), 300),
        // Nobody is believed beyond 400 days.
        (json!(1_000_000_000), LONGEST),
        (json!(1e300), LONGEST),
    ];
    for (expires_in, seconds) in lives {
        let ground = Ground::new();
        ground.settings(|s| s.expires_in = Some(expires_in.clone()));
        let account = ground.account(&ASSINE);
        let token = account.token();
        let left = account.number("expires_in");
        assert!((seconds - 10..=seconds).contains(&left), "{expires_in}: {left}");
        assert_eq!(account.info("state"), "fresh", "{expires_in}");
        assert_eq!((account.token(), ground.count("assine.login")), (token, 1), "{expires_in}");
    }
}

#[test]
fn a_token_without_a_life_is_handed_out_for_a_moment_and_nothing_is_sent() {
    for expires_in in [json!(0), json!(-5), json!("0"), json!("-1"), json!(1), json!(2)] {
        let ground = Ground::new();
        ground.settings(|s| s.expires_in = Some(expires_in.clone()));
        let account = ground.account(&INVOISYS);
        let first = account.token();
        let second = account.token();
        assert!(first == second && ground.count("invoisys.login") == 1, "{expires_in}");
        assert_eq!(account.info("state"), "expired", "{expires_in}");
    }
}

#[test]
fn a_token_without_a_life_does_not_wait_for_another_identity() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(0)));
    ground.add_user("senior", "outra@empresa.com.br", SENIOR.password);
    let account = ground.senior();
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(300)), 1);
    std::thread::scope(|scope| {
        let early = scope.spawn(|| account.get_into(2).status);
        while ground.count("senior.login") == 0 {
            std::thread::yield_now();
        }
        account.set("username", "outra@empresa.com.br").unwrap();
        account.set("password", SENIOR.password).unwrap();
        assert_eq!(early.join().unwrap(), ERPTOKEN_E_BUFFER);
    });
    account.token();
    assert_eq!(ground.logins().last().expect("a login").username, "outra@empresa.com.br");
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn a_token_without_a_life_waits_for_the_caller_whose_buffer_was_too_small() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(0)));
    let account = ground.account(&INVOISYS);
    let small = account.get_into(16);
    assert_eq!((small.status, small.length), (ERPTOKEN_E_BUFFER, 300));
    assert_eq!(account.get_size(), (ERPTOKEN_E_BUFFER, 300), "asking again does not lose it");
    let fitting = account.get_into(300);
    assert_eq!((fitting.status, fitting.length), (ERPTOKEN_OK, 299));
    assert_eq!(account.get_into(300).text, fitting.text);
    assert_eq!(ground.count("invoisys.login"), 1);
}

#[test]
fn a_size_is_asked_for_without_losing_the_last_error() {
    let ground = Ground::new();
    let account = ground.account(&INVOISYS);
    let failure = failed(account.set("no_such_option", "x"), ERPTOKEN_E_OPTION);
    assert_eq!(account.get_size(), (ERPTOKEN_E_BUFFER, 300));
    let again = failed(account.try_info("no_such_field"), ERPTOKEN_E_OPTION);
    assert_ne!(failure.text, again.text);
    assert_eq!(account.get_into(299).length, 300, "the NUL needs its byte");
    assert_eq!(ground.count("invoisys.login"), 1);
}

pub fn base64url(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digits = |three: &[u8]| {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let digit = move |place: usize| char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]);
        (0..=three.len()).map(digit).collect::<String>()
    };
    text.as_bytes().chunks(3).map(digits).collect()
}

#[test]
fn without_a_number_the_end_of_a_jwt_counts() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "sub": "admin", "exp": now + 1000 }).to_string();
    let token = format!("{}.{}.c2ln", base64url(r#"{"alg":"HS256"}"#), base64url(&claims));
    for (expires_in, seconds) in [(Value::Null, 1000), (json!(700), 700)] {
        let ground = Ground::new();
        let body = json!({ "access_token": token, "expires_in": expires_in }).to_string();
        ground.answer("assine.login", 200, "application/json", &body);
        let account = ground.account(&ASSINE);
        assert_eq!(account.token(), token);
        let left = account.number("expires_in");
        assert!((seconds - 10..=seconds).contains(&left), "{expires_in}: {left}");
    }
}

#[test]
fn a_short_life_ends_two_seconds_early() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(3)));
    let account = ground.account(&INVOISYS);
    let first = account.token();
    let began = std::time::Instant::now();
    while account.token() == first {
        assert!(began.elapsed().as_millis() < 2_500, "handed out too long");
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    assert!(ground.is_live(&first), "the provider would still take it");
}

#[test]
fn a_long_token_is_not_cut() {
    let ground = Ground::new();
    let token = "t".repeat(60_000);
    let body = json!({ "access_token": token, "expires_in": 600 }).to_string();
    ground.answer("assine.login", 200, "application/json", &body);
    assert_eq!(ground.account(&ASSINE).token(), token);
}

#[test]
fn a_token_that_no_header_can_carry_is_none() {
    for token in ["dois pedaços", "a\nb", "ção", "", " "] {
        let ground = Ground::new();
        let body = json!({ "access_token": token, "expires_in": 600 }).to_string();
        ground.answer("assine.login", 200, "application/json", &body);
        let account = ground.account(&ASSINE);
        account.refused(ERPTOKEN_E_RESPONSE).assert_says(&["access_token", "200"]);
    }
}

#[test]
fn a_life_counts_from_the_request_and_not_from_a_slow_answer() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(600)));
    ground.fault("assine.login", Fault::Slow(Duration::from_millis(2_100)), 1);
    let account = ground.account(&ASSINE);
    account.token();
    assert!(account.number("age") >= 2 && account.number("expires_in") <= 597, "{}", account.info("age"));
}

#[test]
fn a_token_whose_life_passed_on_its_way_is_dead_on_arrival() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(3)));
    ground.fault("invoisys.login", Fault::Slow(Duration::from_millis(1_300)), 1);
    let account = ground.account(&INVOISYS);
    let first = account.token();
    assert_eq!(account.info("state"), "expired", "of its life of a second more than that has passed");
    assert_eq!((account.token(), ground.count("invoisys.login")), (first, 1));
}
