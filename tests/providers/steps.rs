//! Logins and refreshes of several steps.

use serde_json::{json, Value};

use crate::client::*;
use crate::ground::{eventually, token_after};
use crate::own_profile::Folder;
use crate::raw::{answer, json, Answer, Asked, Raw};

fn profile(base: &str, login: Value, more: Value) -> Value {
    let mut profile = json!({
        "erptoken_profile": 1, "name": "own", "title": "Own", "environments": { "production": { "base": base } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login", "json": { "p": "{password}" },
                     "means": [ { "status": 401, "is": "credentials" } ] } ]
    });
    profile["login"][0].as_object_mut().unwrap().extend(login.as_object().unwrap().clone());
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    profile
}

fn account(folder: &Folder, profile: &Value) -> Account {
    Account::with(&folder.profile(profile), &[("username", "u"), ("password", "s3nha-forte")])
}

fn play(asked: &Asked, _: usize) -> Answer {
    match asked.line.as_str() {
        "POST /login" => answer(200, &["X-Ticket: tick-1", "Set-Cookie: NODE=n1"], "{\"user\":7}"),
        "POST /exchange" => json(200, json!({ "code": "c-2" })),
        "GET /token?code=c-2&ticket=tick-1" => json(200, json!({ "access_token": "final-3" })),
        _ => json(400, json!({ "error": "bad" })),
    }
}

fn three_steps() -> (Value, Value) {
    let login =
        json!({ "next": "exchange", "keep": { "ticket": { "header": "X-Ticket" }, "user": "/user" } });
    let more = json!({ "steps": {
        "exchange": { "url": "{base}/exchange", "headers": { "X-Ticket": "{ticket}" }, "json": { "user": "{user:integer}" },
                      "next": "finish", "keep": { "code": "/code" } },
        "finish": { "method": "GET", "url": "{base}/token?code={code}&ticket={ticket}" }
    } });
    (login, more)
}

#[test]
fn what_is_kept_of_each_step_is_there_in_all_that_follow() {
    let (server, folder, (login, more)) = (Raw::new(play), Folder::new(), three_steps());
    let account = account(&folder, &profile(&server.base, login, more));
    assert_eq!((account.token(), account.token()), ("final-3".into(), "final-3".into()));
    assert_eq!(server.asked().len(), 3);
    let exchange = server.last("/exchange");
    assert_eq!((exchange.header("x-ticket"), exchange.body.as_str()), (Some("tick-1"), "{\"user\":7}"));
    assert_eq!(account.number("logins"), 1);
}

#[test]
fn a_rule_leads_to_a_step_and_a_success_to_the_second_factor() {
    let play = |asked: &Asked, _| match asked.line.as_str() {
        "POST /login" => json(409, json!({ "state": "exchange", "ticket": "t-1" })),
        "POST /exchange" => json(200, json!({ "session": "s-1" })),
        "POST /mfa" => json(200, json!({ "access_token": "good" })),
        _ => json(400, json!({})),
    };
    let (server, folder) = (Raw::new(play), Folder::new());
    let login = json!({ "means": [ { "at": "/state", "equals": "exchange", "is": "response", "next": "exchange", "keep": { "ticket": "/ticket" } } ] });
    let more = json!({
        "steps": { "exchange": { "url": "{base}/exchange", "json": { "t": "{ticket}" }, "next": "mfa", "keep": { "session": "/session" } } },
        "mfa": { "needs": ["mfa_code"], "url": "{base}/mfa", "json": { "s": "{session}", "t": "{ticket}", "code": "{mfa_code}" } }
    });
    let account = account(&folder, &profile(&server.base, login, more));
    // Without a code it is asked for, and the login is not sent again and again.
    account.refused(ERPTOKEN_E_MFA);
    account.refused(ERPTOKEN_E_MFA);
    assert_eq!((server.count("/login"), server.count("/mfa")), (1, 0));
    account.set("mfa_code", "004217").unwrap();
    assert_eq!(account.token(), "good");
    assert_eq!(server.last("/mfa").body, "{\"code\":\"004217\",\"s\":\"s-1\",\"t\":\"t-1\"}");
    // The code is good once.
    account.reject("good").unwrap();
    account.refused(ERPTOKEN_E_MFA);
    assert_eq!(server.count("/mfa"), 1);
}

#[test]
fn four_steps_may_follow_and_a_circle_ends_behind_them() {
    let chain = |most: usize| {
        let step = |number: usize| match number {
            number if number == most => json!({ "url": format!("{{base}}/{number}"), "method": "GET" }),
            _ => {
                json!({ "url": format!("{{base}}/{number}"), "method": "GET", "next": format!("s{}", number + 1) })
            }
        };
        let steps: serde_json::Map<_, _> =
            (1..=most).map(|number| (format!("s{number}"), step(number))).collect();
        json!({ "steps": steps })
    };
    for (most, good) in [(1, true), (4, true), (5, false)] {
        let last = format!("GET /{most}");
        let play = move |asked: &Asked, _| match asked.line == last {
            true => json(200, json!({ "access_token": "good" })),
            false => json(200, json!({ "ok": 1 })),
        };
        let (server, folder) = (Raw::new(play), Folder::new());
        let account = account(&folder, &profile(&server.base, json!({ "next": "s1" }), chain(most)));
        if good {
            assert_eq!(account.token(), "good");
            assert_eq!(server.asked().len(), most + 1);
        } else {
            account.refused(ERPTOKEN_E_RESPONSE).assert_says(&["4"]);
            assert_eq!(server.asked().len(), 5);
        }
    }
    let (server, folder) = (Raw::new(|_, _| json(200, json!({ "ok": 1 }))), Folder::new());
    let circle = json!({ "steps": { "a": { "url": "{base}/a", "next": "b" }, "b": { "url": "{base}/b", "next": "a" } } });
    let account = account(&folder, &profile(&server.base, json!({ "next": "a" }), circle));
    account.refused(ERPTOKEN_E_RESPONSE).assert_says(&["next"]);
    assert_eq!(server.asked().len(), 5);
    account.refused(ERPTOKEN_E_RESPONSE);
    assert_eq!(server.asked().len(), 5, "remembered");
}

#[test]
fn a_failed_step_is_told_with_its_name_and_nothing_is_repeated() {
    for (status, body, wanted) in [
        (503, json!({ "error": "down" }), ERPTOKEN_E_SERVER),
        (403, json!({ "error": "no" }), ERPTOKEN_E_FORBIDDEN),
        (200, json!({ "other": 1 }), ERPTOKEN_E_RESPONSE),
        (400, json!({ "error": "invalid_grant" }), ERPTOKEN_E_CREDENTIALS),
    ] {
        let play = move |asked: &Asked, before| match asked.is("/exchange") {
            true => {
                let mut answer = json(status, body.clone());
                answer.headers.push("Retry-After: 0".to_owned());
                answer
            }
            false => play(asked, before),
        };
        let (server, folder, (login, more)) = (Raw::new(play), Folder::new(), three_steps());
        let account = account(&folder, &profile(&server.base, login, more));
        let failure = account.refused(wanted);
        failure.assert_says(&["exchange"]);
        assert!(!failure.text.contains("tick-1"), "{failure:?}");
        assert_eq!((server.count("/login"), server.count("/exchange")), (1, 1), "{status}");
    }
}

#[test]
fn refused_credentials_of_a_step_hold_logins_back_as_others_do() {
    let play = |asked: &Asked, before| match asked.is("/exchange") {
        true => json(401, json!({ "error": "invalid_grant" })),
        false => play(asked, before),
    };
    let (server, folder, (login, more)) = (Raw::new(play), Folder::new(), three_steps());
    let profile = folder.profile(&profile(&server.base, login, more));
    let account = |password: &str| Account::with(&profile, &[("username", "u"), ("password", password)]);
    for password in ["first-one", "second-one"] {
        account(password).refused(ERPTOKEN_E_CREDENTIALS);
    }
    let failure = account("third-one").refused(ERPTOKEN_E_RATE_LIMITED);
    assert_eq!((failure.server_code.as_str(), server.count("/login")), ("guard", 2));
}

#[test]
fn what_is_kept_with_the_token_may_come_in_any_of_the_steps() {
    let play = |asked: &Asked, before| match asked.line.as_str() {
        "GET /token?code=c-2&ticket=tick-1" => json(200, json!({ "access_token": "final-3", "zone": 9 })),
        _ => play(asked, before),
    };
    let (server, folder, (login, mut more)) = (Raw::new(play), Folder::new(), three_steps());
    more["kept"] = json!(["node", "zone"]);
    more["take"] = json!({ "access_token": "/access_token", "node": { "cookie": "NODE" }, "zone": "/zone" });
    more["authorize"] = json!({ "Cookie": "S={access_token}; NODE={node}; ZONE={zone}" });
    more["steps"]["exchange"]["headers"]["Cookie"] = json!("NODE={node}");
    let account = account(&folder, &profile(&server.base, login, more));
    assert_eq!(account.authorization().unwrap(), "S=final-3; NODE=n1; ZONE=9");
    assert_eq!(server.last("/exchange").header("cookie"), Some("NODE=n1"));
}

#[test]
fn what_a_step_needs_is_said() {
    let (server, folder, (login, mut more)) = (Raw::new(play), Folder::new(), three_steps());
    more["options"] = json!({ "branch": null });
    more["steps"]["exchange"]["needs"] = json!(["branch"]);
    let account = account(&folder, &profile(&server.base, login, more));
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["branch", "exchange"]);
    account.refused(ERPTOKEN_E_MISSING);
    assert_eq!((server.count("/login"), server.count("/exchange")), (1, 0));
    account.set("branch", "01").unwrap();
    assert_eq!(account.token(), "final-3");
}

#[test]
fn a_step_that_lacks_what_is_to_be_kept_tells_the_author() {
    let (server, folder, (login, mut more)) = (Raw::new(play), Folder::new(), three_steps());
    more["steps"]["exchange"]["keep"] = json!({ "code": "/cod" });
    let account = account(&folder, &profile(&server.base, login, more));
    account
        .refused(ERPTOKEN_E_RESPONSE)
        .assert_says(&["code is not at /cod in steps.exchange's answer; there are: code"]);
}

#[test]
fn a_refresh_has_steps_too_and_its_token_is_not_sent_twice() {
    let play = |asked: &Asked, before: usize| match (asked.line.as_str(), before) {
        ("POST /login", _) => json(200, json!({ "access_token": "tok-a", "refresh_token": "ref-a" })),
        ("POST /refresh", 0) => json(200, json!({ "ticket": "t-1", "refresh_token": "ref-b" })),
        ("POST /refresh", _) => json(200, json!({ "ticket": "t-2" })),
        ("POST /exchange", 0) => json(200, json!({ "access_token": "tok-b" })),
        _ => json(503, json!({ "error": "down" })),
    };
    let (server, folder) = (Raw::new(play), Folder::new());
    let more = json!({
        "refresh": { "url": "{base}/refresh", "json": { "r": "{refresh_token}" }, "next": "exchange", "keep": { "ticket": "/ticket" } },
        "steps": { "exchange": { "url": "{base}/exchange", "json": { "t": "{ticket}" } } },
        "life": { "refresh_token_once": true }
    });
    let account = account(&folder, &profile(&server.base, json!({}), more));
    let first = account.token();
    account.reject(&first).unwrap();
    assert_eq!((first, account.token()), ("tok-a".into(), "tok-b".into()));
    assert_eq!((server.count("/login"), server.count("/refresh"), server.count("/exchange")), (1, 1, 1));
    assert_eq!(server.last("/refresh").body, "{\"r\":\"ref-a\"}");
}

#[test]
fn a_session_that_is_replaced_in_time_is_logged_out_and_one_that_died_is_not() {
    for (life, logouts) in [(json!({ "use_at_most_s": 2 }), 1), (json!({ "default_s": 3 }), 0)] {
        let play = |asked: &Asked, before: usize| match asked.is("/login") {
            true => json(200, json!({ "access_token": format!("s3ssion-{before}") })),
            false => answer(204, &[], ""),
        };
        let (server, folder) = (Raw::new(play), Folder::new());
        let mut more = json!({ "logout": { "url": "{base}/logout", "authorize": true }, "life": life });
        more["life"]["logout_replaced"] = json!(true);
        let account = account(&folder, &profile(&server.base, json!({}), more));
        assert_eq!(account.token(), "s3ssion-0");
        std::thread::sleep(std::time::Duration::from_millis(3_100));
        assert_eq!(token_after(&account, "s3ssion-0"), "s3ssion-1");
        eventually("the old session is logged out", || server.count("/logout") >= logouts);
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(server.count("/logout"), logouts);
    }
}

#[test]
fn a_replaced_session_is_logged_out_behind_the_caller() {
    for (replaced, logouts) in [(true, 1), (false, 0)] {
        let play = |asked: &Asked, before: usize| match asked.is("/login") {
            true => json(200, json!({ "access_token": format!("s3ssion-{before}"), "expires_in": 3600 })),
            false => json(500, json!({})),
        };
        let (server, folder) = (Raw::new(play), Folder::new());
        let more = json!({
            "logout": { "url": "{base}/logout", "authorize": true },
            "life": { "logout_replaced": replaced }
        });
        let account = account(&folder, &profile(&server.base, json!({}), more));
        let first = account.token();
        account.reject(&first).unwrap();
        assert_eq!(account.token(), "s3ssion-1");
        eventually("the old session is logged out", || server.count("/logout") >= logouts);
        if replaced {
            assert_eq!(server.last("/logout").header("authorization"), Some("Bearer s3ssion-0"));
        }
        // The same session is none that was replaced, and a failing logout is nobody's failure.
        assert_eq!(account.token(), "s3ssion-1");
        assert_eq!(server.count("/logout"), logouts);
    }
}
