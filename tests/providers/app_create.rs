//! Creating an application token: what may be asked for, and what is not done twice.

use serde_json::json;

use crate::client::*;
use crate::ground::{Ground, ASSINE};
use crate::sandbox::Fault;

fn created(ground: &Ground, body: serde_json::Value) {
    ground.answer("assine.app_create", 201, "application/problem+json", &body.to_string());
}

#[test]
fn an_id_needs_room_before_anything_is_sent() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    for capacity in [0, 1, 64] {
        let filled = account.app_create_into(capacity, "365");
        assert_eq!((filled.status, filled.length), (ERPTOKEN_E_BUFFER, ERPTOKEN_ID_SIZE), "{capacity}");
    }
    assert_eq!(ground.count("assine.login"), 0);
    assert_eq!(account.app_create_into(65, "365").status, ERPTOKEN_OK);
    assert_eq!(account.app_create_into(4096, "365").status, ERPTOKEN_OK);
    assert_eq!(ground.count("assine.app_create"), 2);
}

#[test]
fn an_end_without_a_zone_or_in_the_past_is_not_sent() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    for (expires, words) in [
        ("2029-01-01T23:59:00", ["no zone", "2027-01-31T23:59:00-03:00"]),
        ("2029-01-01 23:59:00", ["no zone", "365"]),
        ("2020-01-01T00:00:00Z", ["future", "365"]),
        ("0", ["future", "365"]),
        ("3651", ["3650 days", "365"]),
        ("9999-12-31T23:59:59Z", ["3650 days", "365"]),
        ("amanhã", ["neither", "365"]),
        ("", ["neither", "365"]),
        ("365\n", ["neither", "365"]),
    ] {
        failed(account.app_create(expires), ERPTOKEN_E_ARGUMENT).assert_says(&words);
    }
    assert_eq!(ground.count("assine.login"), 0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    account.app_create("365").unwrap();
    let list = account.app_list().unwrap();
    let year = now / 31_556_952 + 1970;
    let expires_at = list["tokens"][1]["expires_at"].as_str().unwrap();
    assert!(expires_at.starts_with(&(year + 1).to_string()) && expires_at.ends_with('Z'), "{expires_at}");
}

#[test]
fn an_end_that_the_provider_does_not_take_is_the_programs_matter() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let body = json!({ "title": "Unprocessable Entity", "status": 422, "detail": "Failed Validation",
        "validation_messages": { "expires": { "tooFar": "x" } } });
    ground.answer("assine.app_create", 422, "application/problem+json", &body.to_string());
    let failure = failed(account.app_create("2029-06-01T00:00:00Z"), ERPTOKEN_E_ARGUMENT);
    failure.assert_says(&["2029-06-01T00:00:00Z", "clock", "Failed Validation"]);
    assert!(!failure.text.contains("app_list"), "nothing was created: {failure:?}");
}

#[test]
fn an_answer_that_did_not_come_is_not_asked_for_again() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.token();
    let faults = [
        (Fault::DoneThenClose, ERPTOKEN_E_NETWORK),
        (Fault::CloseBeforeAnswer, ERPTOKEN_E_NETWORK),
        (Fault::CutBody, ERPTOKEN_E_NETWORK),
        (Fault::Status(502), ERPTOKEN_E_SERVER),
        (Fault::Html, ERPTOKEN_E_RESPONSE),
        (Fault::NoToken, ERPTOKEN_E_RESPONSE),
        (Fault::BadJson, ERPTOKEN_E_RESPONSE),
        (Fault::Garbage, ERPTOKEN_E_RESPONSE),
    ];
    let asked = faults.len();
    for (fault, status) in faults {
        ground.fault("assine.app_create", fault.clone(), 1);
        let failure = failed(account.app_create("30"), status);
        failure.assert_says(&["may have been created", "erptoken_app_list"]);
        assert!(!failure.retryable && failure.retry_after == 0, "{failure:?}");
    }
    assert_eq!(ground.count("assine.app_create"), asked);
    account.set("timeout_ms", "300").unwrap();
    account.token();
    ground.fault("assine.app_create", Fault::Hang, 1);
    failed(account.app_create("30"), ERPTOKEN_E_TIMEOUT).assert_says(&["may have been created"]);
    account.unset("timeout_ms").unwrap();
    // Two of them were, and one can see it.
    let ids = account.app_ids();
    assert_eq!(ids.iter().filter(|(_, stored)| *stored == 0).count(), 3, "{ids:?}");
}

#[test]
fn what_surely_did_not_happen_is_not_said_to_be_possible() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.token();
    for (fault, status) in [
        (Fault::Status(403), ERPTOKEN_E_FORBIDDEN),
        (Fault::Status(400), ERPTOKEN_E_RESPONSE),
        (Fault::RetryAfter { status: 429, value: "9".to_owned() }, ERPTOKEN_E_RATE_LIMITED),
    ] {
        ground.fault("assine.app_create", fault, 1);
        let failure = failed(account.app_create("30"), status);
        assert!(!failure.text.contains("app_list"), "{failure:?}");
        assert_eq!(failure.retryable, status == ERPTOKEN_E_RESPONSE || status == ERPTOKEN_E_RATE_LIMITED);
    }
    ground.fault("assine.app_create", Fault::EchoSecrets, 1);
    failed(account.app_create("30"), ERPTOKEN_E_RESPONSE);
}

#[test]
fn ids_that_are_none_and_ends_that_are_missing() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let ids = [
        json!(null),
        json!(""),
        json!("?q=verify&sessionIndex=a1"),
        json!("a b"),
        json!("a\u{7}b"),
        json!("9".repeat(65)),
        json!({ "id": 5 }),
    ];
    for id in ids {
        created(&ground, json!({ "accessToken": "5499d5cac5d19926", "id": id }));
        let failure = failed(account.app_create("30"), ERPTOKEN_E_RESPONSE);
        failure.assert_says(&["id is missing", "may have been created"]);
        assert!(!failure.text.contains("sessionIndex") && !failure.text.contains("5499d5ca"), "{failure:?}");
    }
    for quoted in ["5499d5cac5d19926", &format!("x{}", ASSINE.password)] {
        created(&ground, json!({ "accessToken": "5499d5cac5d19926", "id": quoted }));
        failed(account.app_create("30"), ERPTOKEN_E_RESPONSE);
    }
    created(&ground, json!({ "accessToken": "5499d5cac5d19926adcb", "id": 77 }));
    assert_eq!(account.app_create("30").as_deref(), Ok("77"));
    assert_eq!(account.app_get("77").as_deref(), Ok("5499d5cac5d19926adcb"));
    // The same id again is another token.
    created(
        &ground,
        json!({ "accessToken": "aaaaaaaaaaaaaaaaaaaa", "id": "77?q=verify",
        "expires": { "date": "2001-01-01 00:00:00.000000", "timezone_type": 3, "timezone": "UTC" } }),
    );
    assert_eq!(account.app_create("30").as_deref(), Ok("77"));
    failed(account.app_get("77"), ERPTOKEN_E_NOT_FOUND).assert_says(&["expired at 2001-01-01T00:00:00Z"]);
}

#[test]
fn without_a_password_nothing_is_sent() {
    let ground = Ground::new();
    let base = ground.base("assine");
    let session = ground.account(&ASSINE).token();
    let account = Account::with("assine", &[("base_url", &base), ("access_token", &session)]);
    assert_eq!(account.app_check(), Ok(1));
    failed(account.app_create("30"), ERPTOKEN_E_MISSING).assert_says(&["\"password\""]);
    assert_eq!(ground.count("assine.app_create"), 0);
    account.set("password", ASSINE.password).unwrap();
    let id = account.app_create("30").unwrap();
    // Nothing but the token tells whose it is: another import has none of it.
    account.app_get(&id).unwrap();
    account.set("access_token", "outro-token-importado").unwrap();
    failed(account.app_get(&id), ERPTOKEN_E_NOT_FOUND);
}

/// An account whose session is good and whose password is wrong.
fn with_wrong_password(ground: &Ground) -> Account {
    let session = ground.account(&ASSINE).token();
    let base = ground.base("assine");
    Account::with(
        "assine",
        &[
            ("base_url", &base),
            ("username", ASSINE.username),
            ("access_token", &session),
            ("password", "errada"),
        ],
    )
}

#[test]
fn a_wrong_password_is_refused_and_not_hammered() {
    let ground = Ground::new();
    ground.settings(|s| s.lockout_after = Some(4));
    let account = with_wrong_password(&ground);
    // Either the session or the password is wrong: so a login is tried, and with the same password.
    let failure = failed(account.app_create("30"), ERPTOKEN_E_CREDENTIALS);
    assert_eq!(failure.http_status, 401);
    assert_eq!((ground.count("assine.app_create"), ground.count("assine.login")), (1, 2));
    for _ in 0..5 {
        assert!(account.app_create("30").is_err());
    }
    assert_eq!((ground.count("assine.app_create"), ground.count("assine.login")), (1, 2));
    // What was refused there counts for every login of this user.
    let guarded = ground.account_of(&ASSINE, ASSINE.username, "mais uma").refused(ERPTOKEN_E_RATE_LIMITED);
    assert_eq!(guarded.server_code, "guard");
    assert!(!ground.is_locked("assine", ASSINE.username));
}

#[test]
fn a_password_that_a_new_session_does_not_help_is_refused() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.token();
    ground.fault("assine.app_create", Fault::Status(401), 2);
    let failure = failed(account.app_create("30"), ERPTOKEN_E_CREDENTIALS);
    failure.assert_says(&["assine.online", "password"]);
    assert_eq!((ground.count("assine.app_create"), failure.http_status), (2, 401));
    let guarded = failed(account.app_create("30"), ERPTOKEN_E_RATE_LIMITED);
    assert_eq!((guarded.server_code.as_str(), ground.count("assine.app_create")), ("guard", 2));
    assert!(guarded.retry_after > 50, "{guarded:?}");
    account.token();
}

#[test]
fn a_validation_of_the_password_is_a_refusal() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let body = json!({ "title": "Unprocessable Entity", "detail": "Failed Validation",
        "validation_messages": { "password": { "wrong": "x" } } });
    for _ in 0..2 {
        ground.answer("assine.app_create", 422, "application/problem+json", &body.to_string());
        failed(account.app_create("30"), ERPTOKEN_E_CREDENTIALS).assert_says(&["Failed Validation"]);
    }
    let guarded = failed(account.app_create("30"), ERPTOKEN_E_RATE_LIMITED);
    assert_eq!((guarded.server_code.as_str(), ground.count("assine.app_create")), ("guard", 2));
}
