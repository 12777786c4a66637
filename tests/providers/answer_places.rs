//! Tokens that stand in a header, a cookie or the body as it is, and what the author of a profile is told when nothing is
//! where the profile looks.

use serde_json::{json, Value};

use crate::client::*;
use crate::own_profile::Folder;
use crate::raw::{self, answer, Answer, Raw};

fn profile(base: &str, more: Value) -> Value {
    let mut profile = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": base } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login",
            "json": { "u": "{username}", "p": "{password}" },
            "means": [ { "status": 401, "is": "credentials" } ] } ]
    });
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    profile
}

fn account(folder: &Folder, profile: &Value) -> Account {
    Account::with(&folder.profile(profile), &[("username", "manager"), ("password", "s3nha-forte")])
}

fn of(play: impl Fn() -> Answer + Send + Sync + 'static, more: Value) -> Outcome<String> {
    let (server, folder) = (Raw::new(move |_, _| play()), Folder::new());
    account(&folder, &profile(&server.base, more)).get()
}

fn of_text(take: Value, text: &str) -> Outcome<String> {
    let text = text.to_owned();
    of(move || answer(200, &["Content-Type: text/plain"], &text), json!({ "take": { "access_token": take } }))
}

#[test]
fn a_header_carries_the_token_as_keystone_answers() {
    let more = json!({
        "take": { "access_token": [{ "header": "x-subject-token" }], "expires_at": ["/token/expires_at"] },
        "authorize": { "X-Auth-Token": "{access_token}" }
    });
    let play = || {
        let body = r#"{"token":{"expires_at":"2099-01-01T00:00:00.000000Z","methods":["password"]}}"#;
        answer(201, &["X-Subject-Token: gAAAAA-1", "Content-Type: application/json"], body)
    };
    let (server, folder) = (Raw::new(move |_, _| play()), Folder::new());
    let account = account(&folder, &profile(&server.base, more));
    assert_eq!(account.token(), "gAAAAA-1");
    assert_eq!(
        (account.authorization().unwrap(), account.info("header_name")),
        ("gAAAAA-1".into(), "X-Auth-Token".into())
    );
    assert!(account.number("expires_in") > 86_400);
}

#[test]
fn a_cookie_carries_the_token_whatever_else_is_set() {
    let take = json!({ "take": { "access_token": { "cookie": "B1SESSION" } }, "authorize": { "Cookie": "B1SESSION={access_token}" } });
    for headers in [
        &["Set-Cookie: B1SESSION=f00-1; HttpOnly; Path=/b1s/v1"][..],
        &["set-cookie: ROUTEID=.node2; path=/b1s", "SET-COOKIE: B1SESSION=\"f00-1\"; Secure"],
        &["Set-Cookie: B1SESSION=; Max-Age=0", "Set-Cookie: B1SESSION=f00-1"],
    ] {
        for (status, body) in [(200, "{\"SessionId\":\"x\"}"), (204, ""), (200, "")] {
            let headers: Vec<String> = headers.iter().map(|line| (*line).to_owned()).collect();
            let play = move || Answer { status, headers: headers.clone(), body: body.to_owned() };
            assert_eq!(of(play, take.clone()).unwrap(), "f00-1", "{status} {body}");
        }
    }
    for header in [
        "Set-Cookie: BIGipServer=f00-1",
        "Set-Cookie: b1session=f00-1",
        "Set-Cookie: B1SESSION=; path=/",
        "Set-Cookie: B1SESSION=x; Max-Age=0",
    ] {
        let play = move || answer(200, &[header, "Content-Type: application/json"], "{\"ok\":true}");
        let failure = failed(of(play, take.clone()), ERPTOKEN_E_RESPONSE);
        failure.assert_says(&["access_token is not at {\"cookie\": \"B1SESSION\"} in login[0]'s answer"]);
        let there = header.split([' ', '=']).nth(1).unwrap();
        failure.assert_says(&[there]);
    }
}

#[test]
fn a_page_or_a_refusal_that_sets_a_cookie_brings_no_token() {
    for place in [json!({ "cookie": "JSESSIONID" }), json!({ "header": "X-Session" })] {
        let take = json!({ "take": { "access_token": place }, "authorize": { "Cookie": "JSESSIONID={access_token}" } });
        let of_body = |kind: &'static str, body: &'static str| {
            let play = move || answer(200, &["Set-Cookie: JSESSIONID=an0n", "X-Session: an0n", kind], body);
            of(play, take.clone())
        };
        let page = "<!DOCTYPE html><html><body>Please log in</body></html>";
        failed(of_body("Content-Type: text/html", page), ERPTOKEN_E_RESPONSE).assert_says(&["a page"]);
        let refusal = "{\"error\":\"invalid_grant\",\"error_description\":\"Senha incorreta\"}";
        failed(of_body("Content-Type: application/json", refusal), ERPTOKEN_E_CREDENTIALS)
            .assert_says(&["Senha incorreta"]);
        let vendor = "{\"error\":{\"code\":100,\"message\":{\"value\":\"Fail to log in\"}}}";
        failed(of_body("Content-Type: application/json", vendor), ERPTOKEN_E_RESPONSE);
        for fine in ["{\"error\":null,\"ok\":true}", "{\"error\":{}}", "{\"error\":false}", "OK", ""] {
            assert_eq!(of_body("Content-Type: application/json", fine).unwrap(), "an0n", "{fine}");
        }
    }
}

#[test]
fn a_body_that_is_the_token() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
    let body = json!([{ "body": true }]);
    for text in [
        jwt.to_owned(),
        format!("\r\n {jwt}\n"),
        format!("\"{jwt}\""),
        format!("\u{feff}{jwt}"),
        format!("Bearer {jwt}"),
    ] {
        assert_eq!(of_text(body.clone(), &text).unwrap(), jwt, "{text}");
    }
    assert_eq!(
        of(move || answer(201, &[], jwt), json!({ "take": { "access_token": [{ "body": true }] } })).unwrap(),
        jwt
    );
    // A JSON answer first, the body else.
    assert_eq!(of_text(json!(["/token", { "body": true }]), "{\"token\":\"in-json\"}").unwrap(), "in-json");
    assert_eq!(of_text(json!(["/token", { "body": true }]), jwt).unwrap(), jwt);
}

#[test]
fn a_page_and_what_a_gateway_says_is_no_token() {
    for text in [
        "<!DOCTYPE html><html><body>login</body></html>",
        "<html>",
        "Access denied",
        "Unauthorized",
        "Service_Unavailable.",
        "",
        "  ",
        "{\"message\":\"x\"}",
        "{\"broken\":",
        "[1]",
        "null",
        "true",
        "\"\"",
        "\"<html>\"",
        "<?xml version=\"1.0\"?><token>abc</token>",
        "tok\u{e9}n",
    ] {
        let failure = failed(of_text(json!([{ "body": true }]), text), ERPTOKEN_E_RESPONSE);
        assert_eq!(failure.http_status, 200, "{text:?}");
    }
    let html = || answer(200, &["Content-Type: text/html; charset=utf-8"], "eyJhbGciOiJIUzI1NiJ9.e30.c2ln");
    failed(of(html, json!({ "take": { "access_token": [{ "body": true }] } })), ERPTOKEN_E_RESPONSE);
    // Nothing of it counts as a refused password.
    let (server, folder) =
        (Raw::new(|_, _| answer(401, &["Content-Type: text/plain"], "denied")), Folder::new());
    let more =
        json!({ "take": { "access_token": [{ "body": true }] }, "error": { "message": [{ "body": true }] } });
    let account = account(&folder, &profile(&server.base, more));
    account.refused(ERPTOKEN_E_RESPONSE).assert_says(&["denied"]);
}

#[test]
fn errors_and_rules_look_there_too() {
    let play = |headers: &'static [&'static str], body: &'static str, more: Value| {
        of(move || answer(403, headers, body), more)
    };
    let code =
        json!({ "error": { "code": [{ "header": "X-Error-Code" }], "message": [{ "header": "X-Error" }] } });
    let failure = failed(play(&["X-Error-Code: 17", "X-Error: Sem acesso"], "", code), ERPTOKEN_E_FORBIDDEN);
    failure.assert_says(&["Sem acesso"]);
    assert_eq!(failure.server_code, "17");

    let rule = |rule: Value| json!({ "login": [ { "needs": ["username", "password"], "url": "{base}/login", "means": [rule] } ] });
    let by_header =
        rule(json!({ "at": { "header": "X-Reason" }, "equals": "BAD_PASSWORD", "is": "credentials" }));
    failed(play(&["x-reason: BAD_PASSWORD"], "<html>", by_header.clone()), ERPTOKEN_E_CREDENTIALS);
    // The header says that it is the provider who speaks.
    failed(play(&["x-reason: OTHER"], "<html>", by_header.clone()), ERPTOKEN_E_FORBIDDEN);
    failed(play(&[], "<html>", by_header), ERPTOKEN_E_RESPONSE);
    let by_cookie = rule(json!({ "has": { "cookie": "LOCKED" }, "is": "password_change" }));
    failed(play(&["Set-Cookie: LOCKED=1"], "", by_cookie), ERPTOKEN_E_PASSWORD_CHANGE);
    let by_body = rule(json!({ "at": { "body": true }, "equals": "Senha incorreta", "is": "credentials" }));
    failed(play(&[], "Senha incorreta\r\n", by_body.clone()), ERPTOKEN_E_CREDENTIALS);
    failed(play(&[], "\"Senha incorreta\"", by_body.clone()), ERPTOKEN_E_CREDENTIALS);
    failed(play(&[], "Access denied by policy", by_body), ERPTOKEN_E_RESPONSE);
}

#[test]
fn the_author_is_told_what_a_good_answer_has() {
    let secret = "f4b1c2d3e4f5a6b7c8d9";
    let key = "9a8b7c6d5e4f3a2b1c0d9a8b7c6d5e4f";
    let body = json!({ "token": secret, "expires": 3600, key: 1, "a b": 2, "data": { "id": 7, "user": { "name": "x" } } });
    let text = body.to_string();
    let more = json!({ "take": { "access_token": ["/acess_token", "/data/tok~1en"] } });
    let failure = failed(
        of(move || answer(200, &["Content-Type: application/json"], &text), more),
        ERPTOKEN_E_RESPONSE,
    );
    failure.assert_says(&[
        "profile.json",
        "access_token is not at /acess_token, /data/tok~1en in login[0]'s answer; there are: ",
        "token",
        "expires",
        "data/id",
        "data/user/name",
    ]);
    for value in [secret, key, "3600", "a b"] {
        assert!(!failure.text.contains(value), "{value}: {failure:?}");
    }
    // The server's words are no less worth.
    let worded = || raw::json(200, json!({ "message": "Sucesso", "data": { "chave": 1 } }));
    let failure = failed(of(worded, json!({})), ERPTOKEN_E_RESPONSE);
    failure.assert_says(&[
        "access_token is not at /access_token",
        "there are: data/chave, message",
        "Sucesso",
    ]);
    let many: Value = (0..500)
        .map(|number| (format!("name{number}"), json!(number)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let failure = failed(of(move || raw::json(200, many.clone()), json!({})), ERPTOKEN_E_RESPONSE);
    assert!(failure.text.len() < 600, "{failure:?}");
    failed(of(|| raw::json(200, json!({})), json!({})), ERPTOKEN_E_RESPONSE)
        .assert_says(&["nothing is there"]);
}

#[test]
fn lives_in_minutes_and_dates_without_a_zone() {
    for (life, body, seconds) in [
        (json!({ "unit": "min" }), json!({ "SessionTimeout": 30 }), 1800),
        (json!({ "unit": "min" }), json!({ "SessionTimeout": "30" }), 1800),
        (json!({ "unit": "h" }), json!({ "SessionTimeout": 2 }), 7200),
        (json!({ "unit": "ms" }), json!({ "SessionTimeout": 5_400_000 }), 5400),
    ] {
        let more = json!({ "life": life, "take": { "access_token": [{ "header": "T" }], "expires_in": ["/SessionTimeout"] } });
        let (server, folder) =
            (Raw::new(move |_, _| answer(200, &["T: tok-1"], &body.to_string())), Folder::new());
        let account = account(&folder, &profile(&server.base, more));
        account.token();
        let left = account.number("expires_in");
        assert!((seconds - 60..=seconds).contains(&left), "{life}: {left}");
    }
    let more =
        json!({ "life": { "zone": "-03:00" }, "take": { "access_token": ["/t"], "expires_at": ["/at"] } });
    let (server, folder) = (
        Raw::new(|_, _| raw::json(200, json!({ "t": "tok-1", "at": "31/12/2099 21:00:00" }))),
        Folder::new(),
    );
    let account = account(&folder, &profile(&server.base, more));
    account.token();
    // Longer than the library lets a token live.
    assert!(account.number("expires_in") > 300 * 86_400);
}

#[test]
fn what_stands_where_a_value_is_to_be_kept_and_is_none_is_told_by_its_name() {
    let more = json!({ "login": [ { "needs": ["username", "password"], "url": "{base}/login", "json": { "p": "{password}" },
        "next": "second", "keep": { "ticket": "/ticket" } } ],
        "steps": { "second": { "url": "{base}/second", "json": { "ticket": "{ticket}" } } } });
    let failure = failed(of(|| raw::json(200, json!({ "ticket": { "id": 1 } })), more), ERPTOKEN_E_RESPONSE);
    failure.assert_says(&["ticket is not at /ticket in login[0]'s answer", "there are: ticket/id"]);
}
