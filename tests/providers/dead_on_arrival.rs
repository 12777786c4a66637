//! Tokens that come without a life that anybody could use, and clocks that are wrong: no storm of logins, a word in the
//! log, and a good token stays good.

use std::ffi::{c_char, c_void, CStr};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use erptoken::abi::process::erptoken_log;
use serde_json::{json, Value};

use crate::client::*;
use crate::ground::{Ground, ASSINE, INVOISYS};
use crate::lifetimes::base64url;
use crate::sandbox::{utc, Fault};

const H: i64 = 3600;

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

fn jwt(claims: &Value) -> String {
    format!("{}.{}.c2ln", base64url(r#"{"alg":"HS256"}"#), base64url(&claims.to_string()))
}

/// Answers each login and each refresh alike.
fn always(ground: &Ground, body: &Value, headers: &[(&str, &str)]) {
    let fault = Fault::StatusWith {
        status: 200,
        content_type: "application/json".to_owned(),
        body: body.to_string().into_bytes(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    for operation in ["assine.login", "assine.refresh"] {
        ground.fault(operation, fault.clone(), usize::MAX);
    }
}

fn asked(ground: &Ground) -> usize {
    ground.count("assine.login") + ground.count("assine.refresh")
}

fn http_date(at: i64) -> String {
    let text = utc::format(UNIX_EPOCH + Duration::from_secs(at.unsigned_abs()));
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        [text[5..7].parse::<usize>().unwrap() - 1];
    format!("Mon, {} {month} {} {} GMT", &text[8..10], &text[..4], &text[11..19])
}

#[test]
fn eight_threads_cause_one_login_whatever_it_is_that_makes_the_token_dead() {
    let token =
        |expires_in: Value| json!({"access_token": "t", "refresh_token": "r", "expires_in": expires_in});
    let dead: Vec<Value> = [json!(0), json!(-5), json!("0"), json!("-1"), json!(1), json!(2), json!(1.9)]
        .into_iter()
        .chain([json!("2020-01-01T00:00:00-0300"), json!("/Date(1577836800000)/"), json!(-9e99)])
        .map(token)
        .chain([json!({"access_token": jwt(&json!({"exp": now() - 3 * H})), "refresh_token": "r"})])
        .collect();
    thread::scope(|scope| {
        for body in &dead {
            scope.spawn(move || {
                let ground = Ground::new();
                always(&ground, body, &[]);
                let (one, other) = (ground.account(&ASSINE), ground.account(&ASSINE));
                other.set("renew_after_s", "1").unwrap();
                let calls = AtomicUsize::new(0);
                let until = Instant::now() + Duration::from_secs(2);
                thread::scope(|scope| {
                    for account in [&one, &other].repeat(4) {
                        let calls = &calls;
                        scope.spawn(move || {
                            while Instant::now() < until {
                                account.token();
                                account.renew().unwrap();
                                calls.fetch_add(1, Ordering::Relaxed);
                            }
                        });
                    }
                });
                assert!(calls.into_inner() > 50, "{body}");
                assert_eq!((asked(&ground), one.number("logins")), (1, 1), "{body}");
                assert_eq!((one.info("state").as_str(), one.number("expires_in")), ("expired", 0), "{body}");
                one.set("min_seconds_left", "5").unwrap();
                one.refused(ERPTOKEN_E_RESPONSE);
                assert_eq!(asked(&ground), 1, "{body}");
            });
        }
    });
}

#[test]
fn reports_of_dead_tokens_cause_no_storm_either() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(0)));
    let account = ground.account(&INVOISYS);
    let until = Instant::now() + Duration::from_millis(1_500);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while Instant::now() < until {
                    let _ = account.reject(&account.token());
                }
            });
        }
    });
    assert!((2..=3).contains(&ground.count(INVOISYS.login)), "{}", ground.count(INVOISYS.login));
}

#[test]
fn a_wrong_clock_leaves_a_good_token_its_life() {
    for (date, exp, iat) in [
        // The server's clock is three hours off, either way.
        (Some(-3 * H), H, None),
        (Some(3 * H), H, None),
        (Some(-3 * H), H, Some(0)),
        // The token's maker takes local time for UTC.
        (Some(0), -2 * H, Some(-3 * H)),
        (None, -2 * H, Some(-3 * H)),
        (None, 4 * H, Some(3 * H)),
        // Ours is: as the server and the token have it, it is three hours later, or 1985.
        (Some(3 * H), 4 * H, Some(3 * H)),
        (Some(-3 * H), -2 * H, Some(-3 * H)),
        (Some(-3 * H), -2 * H, None),
        (Some(-40 * 365 * 24 * H), -40 * 365 * 24 * H + H, Some(-40 * 365 * 24 * H)),
    ] {
        let ground = Ground::new();
        let mut claims = json!({"exp": now() + exp});
        if let Some(iat) = iat {
            claims["iat"] = json!(now() + iat);
            // Of no concern: whether a token is good already is the API's business.
            claims["nbf"] = json!(now() + 9 * H);
        }
        let date = date.map(|off| http_date(now() + off));
        let headers: Vec<(&str, &str)> = date.iter().map(|date| ("Date", date.as_str())).collect();
        always(&ground, &json!({"access_token": jwt(&claims)}), &headers);
        let account = ground.account(&ASSINE);
        let token = account.token();
        assert!((H - 60..=H).contains(&account.number("expires_in").into()), "{claims} {date:?}");
        assert_eq!((account.token(), account.info("state").as_str()), (token, "fresh"), "{claims} {date:?}");
        assert_eq!(asked(&ground), 1);
    }
}

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C" fn keep(_: i32, line: *const c_char, _: *mut c_void) {
    let line = unsafe { CStr::from_ptr(line) }.to_string_lossy().into_owned();
    LOG.lock().unwrap().push(line);
}

#[test]
fn what_is_wrong_with_a_life_is_in_the_log_once() {
    let about = |body: Value, user: &str| {
        let ground = Ground::new();
        always(&ground, &body, &[]);
        let account = ground.account_of(&ASSINE, user, "senha");
        for _ in 0..3 {
            account.token();
        }
        // The next renewal says nothing new.
        account.reject(&account.token()).unwrap();
        account.token();
        let left = account.number("expires_in");
        let lines = LOG.lock().unwrap();
        (lines.iter().filter(|line| line.contains(user)).cloned().collect::<Vec<_>>(), left)
    };
    assert_eq!(erptoken_log(Some(keep), ptr::null_mut(), 2), ERPTOKEN_OK);
    for (index, text) in
        ["28/11/2026 10:00:00", "2026-11-28T10:00:00", "amanhã", "PT1H", "true"].into_iter().enumerate()
    {
        let user = format!("ilegivel{index}@empresa.com.br");
        let (lines, left) = about(json!({"access_token": "t", "expires_in": text}), &user);
        let told: Vec<_> = lines.iter().filter(|line| line.contains(&format!("\"{text}\""))).collect();
        assert!(told.len() == 1 && told[0].contains("300 s"), "{lines:?}");
        assert!((290..=300).contains(&left), "{left}");
    }
    let (lines, _) = about(json!({"access_token": "t", "expires_in": 0}), "vencido@empresa.com.br");
    let told: Vec<_> = lines.iter().filter(|line| line.contains("dead on arrival")).collect();
    assert!(told.len() == 2 && told[0].contains("expires_in") && told[0].contains("clock"), "{lines:?}");
    let (lines, left) = about(json!({"access_token": "t", "expires_in": null}), "sem-prazo@empresa.com.br");
    assert!(lines.iter().all(|line| !line.contains("300 s")) && left > 290, "{lines:?}");
    assert_eq!(erptoken_log(Some(keep), ptr::null_mut(), 0), ERPTOKEN_OK);
}
