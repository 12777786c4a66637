//! Application tokens of assine.online: what a program gets of them, and what the provider is asked.

use serde_json::json;

use crate::client::*;
use crate::ground::{Ground, ASSINE, SENIOR};
use crate::sandbox::Fault;

/// Of a person, who may create none.
const PERSON: &str = "pessoa@xhyemail.com";

fn hal(field: &str, items: serde_json::Value) -> String {
    json!({ "_embedded": { field: items }, "page_count": 1, "page": 1 }).to_string()
}

#[test]
fn a_business_account_may_and_a_person_may_not() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    assert_eq!(account.app_check(), Ok(1));
    let asked = &ground.requests("assine.app_check")[0];
    assert_eq!((asked.method.as_str(), asked.body.len()), ("GET", 0));
    assert_eq!(
        asked.target,
        "/v1/user?filter%5B0%5D%5Bfield%5D=id&filter%5B0%5D%5Btype%5D=eq&filter%5B0%5D%5Bvalue%5D=$USER_ID"
    );
    assert_eq!(asked.header("Authorization"), Some(account.authorization().unwrap().as_str()));

    let person = ground.account_of(&ASSINE, PERSON, ASSINE.password);
    assert_eq!(person.app_check(), Ok(0));
    let failure = failed(person.app_create("365"), ERPTOKEN_E_FORBIDDEN);
    assert_eq!(failure.http_status, 403);
    failure.assert_says(&["assine.online", "not a company's"]);
    assert_eq!(person.app_ids().len(), 1, "the session alone");
    for none in [json!([]), json!([{}]), json!([{ "_embedded": { "businessUnit": null } }])] {
        ground.answer("assine.app_check", 200, "application/hal+json", &hal("user", none));
        assert_eq!(account.app_check(), Ok(0));
    }
}

#[test]
fn what_the_process_keeps_is_given_to_no_other_password() {
    let ground = Ground::new();
    let id = ground.account(&ASSINE).app_create("365").unwrap();
    let token = ground.account(&ASSINE).app_get(&id).unwrap();
    for _ in 0..2 {
        let other = ground.account_of(&ASSINE, ASSINE.username, "errada");
        let failure = failed(other.app_get(&id), ERPTOKEN_E_CREDENTIALS);
        assert!(!failure.text.contains(&token) && failure.retry_after > 0);
    }
    assert_eq!(ground.count("assine.login"), 2, "the wrong one once");
    // Of an id that was never here nothing is asked.
    failed(ground.account_of(&ASSINE, ASSINE.username, "outra").app_get("99"), ERPTOKEN_E_NOT_FOUND);
    assert_eq!(ground.count("assine.login"), 2);
    // Changed at the provider: the new one logs in, once.
    ground.add_user("assine", ASSINE.username, "nova");
    for _ in 0..2 {
        let changed = ground.account_of(&ASSINE, ASSINE.username, "nova");
        assert_eq!(changed.app_get(&id).as_deref(), Ok(&*token));
    }
    assert_eq!(ground.count("assine.login"), 3);
}

#[test]
fn a_token_is_created_kept_listed_and_revoked() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let session = account.token();
    let id = account.app_create("2099-01-01T20:59:00-03:00");
    let failure = failed(id, ERPTOKEN_E_ARGUMENT);
    failure.assert_says(&["3650 days"]);
    let id = account.app_create("2029-01-01T20:59:00-03:00").unwrap();
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    let expected = json!({ "password": ASSINE.password, "expires": "2029-01-01 23:59:00" });
    assert_eq!(ground.last_json("assine.app_create"), expected);
    let token = account.app_get(&id).unwrap();
    assert!(ground.is_live(&token) && token != session);

    let list = account.app_list().unwrap();
    assert_eq!(list["count"], 2);
    assert_eq!(list["tokens"][0]["stored"], 0, "the session itself: {list}");
    assert_eq!(list["tokens"][1], json!({ "id": id, "expires_at": "2029-01-01T23:59:00Z", "stored": 1 }));

    assert_eq!(account.app_revoke(&id), Ok(()));
    assert!(!ground.is_live(&token) && ground.is_live(&session));
    failed(account.app_get(&id), ERPTOKEN_E_NOT_FOUND).assert_says(&["kept here"]);
    let asked = &ground.requests("assine.app_revoke")[0];
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("DELETE", &*format!("/v1/access-token/{id}"))
    );
    failed(account.app_revoke(&id), ERPTOKEN_E_NOT_FOUND).assert_says(&["already gone", "Entity not found"]);
    assert_eq!(account.token(), session, "the session goes on");
    assert_eq!(ground.count("assine.login"), 1);
}

#[test]
fn the_kept_tokens_are_the_users_whatever_the_handle_and_the_password() {
    let ground = Ground::new();
    let id = ground.account(&ASSINE).app_create("30").unwrap();
    let token = ground.account(&ASSINE).app_get(&id).unwrap();
    ground.add_user("assine", ASSINE.username, "outra senha");
    let changed = ground.account_of(&ASSINE, ASSINE.username, "outra senha");
    assert_eq!(changed.app_get(&id), Ok(token));
    // Another user, and the same name at another installation, have none of it.
    ground.add_user("assine", "outra@xhyemail.com", ASSINE.password);
    let other = ground.account_of(&ASSINE, "outra@xhyemail.com", ASSINE.password);
    failed(other.app_get(&id), ERPTOKEN_E_NOT_FOUND);
    failed(Ground::new().account(&ASSINE).app_get(&id), ERPTOKEN_E_NOT_FOUND);
    changed.logout().unwrap();
    changed.app_get(&id).unwrap();
}

#[test]
fn a_token_that_is_gone_at_the_provider_is_forgotten_here_too() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let id = account.app_create("30").unwrap();
    ground.expire_token(&account.app_get(&id).unwrap());
    let failure = failed(account.app_revoke(&id), ERPTOKEN_E_NOT_FOUND);
    assert_eq!(failure.http_status, 404);
    failed(account.app_get(&id), ERPTOKEN_E_NOT_FOUND);
    // One that could not be asked for is kept.
    let id = account.app_create("30").unwrap();
    ground.fault("assine.app_revoke", Fault::Status(503), 1);
    failed(account.app_revoke(&id), ERPTOKEN_E_SERVER);
    ground.fault("assine.app_revoke", Fault::CloseBeforeAnswer, 1);
    failed(account.app_revoke(&id), ERPTOKEN_E_NETWORK);
    account.app_get(&id).unwrap();
    account.app_revoke(&id).unwrap();
}

#[test]
fn an_id_is_cut_as_the_provider_writes_it_and_what_is_none_is_not_sent() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let id = account.app_create("30").unwrap();
    let long = format!("{id}?q=verify&sessionIndex=a18443cb74060f334d1530c01fa21f12c92b19e5");
    account.app_get(&long).unwrap();
    for none in ["?q=verify", "..", "../1", "1/..", "5347%2F..", "-1", "5347\u{7}", "٣", &"1".repeat(65)] {
        let failure = failed(account.app_revoke(none), ERPTOKEN_E_ARGUMENT);
        failure.assert_says(&["nothing was sent"]);
        assert!(account.app_get(none).is_err(), "{none}");
    }
    failed(account.app_revoke(""), ERPTOKEN_E_ARGUMENT);
    failed(account.app_get(""), ERPTOKEN_E_ARGUMENT);
    assert_eq!(ground.count("assine.app_revoke"), 0);
    account.app_revoke(&long).unwrap();
    assert_eq!(ground.requests("assine.app_revoke")[0].target, format!("/v1/access-token/{id}"));
}

#[test]
fn a_provider_without_application_tokens_says_so() {
    let ground = Ground::new();
    // Before anything that its login lacks.
    let senior = Account::open("senior").unwrap();
    let unsupported = |failure: Failure| {
        failure.assert_is(ERPTOKEN_E_UNSUPPORTED).assert_says(&["Senior", "no such operation"]);
    };
    unsupported(senior.app_check().unwrap_err());
    unsupported(senior.app_create("365").unwrap_err());
    unsupported(senior.app_get("1").unwrap_err());
    unsupported(senior.app_list().unwrap_err());
    unsupported(senior.app_revoke("1").unwrap_err());
    unsupported(senior.set("token", "application").unwrap_err());
    ground.account(&SENIOR).token();
}

#[test]
fn an_account_without_what_its_login_needs_is_told_what() {
    let account = Account::with("assine", &[("username", "u")]);
    for failure in [
        account.app_check().unwrap_err(),
        account.app_create("1").unwrap_err(),
        account.app_get("1").unwrap_err(),
        account.app_list().unwrap_err(),
        account.app_revoke("1").unwrap_err(),
    ] {
        failure.assert_is(ERPTOKEN_E_MISSING).assert_says(&["\"password\""]);
    }
}

#[test]
fn a_dead_session_is_renewed_once() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.token();
    type Call = fn(&Account) -> Outcome<()>;
    let calls: [(&str, Call); 4] = [
        ("assine.app_check", |account| account.app_check().map(drop)),
        ("assine.app_create", |account| account.app_create("30").map(drop)),
        ("assine.app_list", |account| account.app_list().map(drop)),
        ("assine.app_revoke", |account| account.app_revoke("1")),
    ];
    for (operation, call) in calls {
        ground.expire_all();
        let outcome = call(&account);
        match operation {
            "assine.app_revoke" => drop(failed(outcome, ERPTOKEN_E_NOT_FOUND)),
            _ => outcome.unwrap(),
        }
        assert_eq!(ground.count(operation), 2, "{operation}");
    }
}

#[test]
fn a_new_session_that_is_refused_too_is_a_matter_of_permission() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    for operation in ["assine.app_check", "assine.app_list", "assine.app_revoke"] {
        ground.fault(operation, Fault::Status(401), 2);
        let failure = match operation {
            "assine.app_check" => account.app_check().unwrap_err(),
            "assine.app_list" => account.app_list().unwrap_err(),
            _ => account.app_revoke("5").unwrap_err(),
        };
        failure.assert_is(ERPTOKEN_E_FORBIDDEN).assert_says(&["assine.online", "a new session token too"]);
        assert_eq!(failure.http_status, 401);
        assert_eq!(ground.count(operation), 2);
    }
    assert_eq!(account.app_check(), Ok(1));
}

#[test]
fn what_the_provider_does_wrong_is_told() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let id = account.app_create("30").unwrap();
    for (fault, status) in [
        (Fault::Html, ERPTOKEN_E_RESPONSE),
        (Fault::Empty, ERPTOKEN_E_RESPONSE),
        (Fault::BadJson, ERPTOKEN_E_RESPONSE),
        (Fault::Garbage, ERPTOKEN_E_RESPONSE),
        (Fault::Huge(2 << 20), ERPTOKEN_E_RESPONSE),
        (Fault::Redirect("http://127.0.0.1:1/".to_owned()), ERPTOKEN_E_RESPONSE),
        (Fault::Status(404), ERPTOKEN_E_RESPONSE),
        (Fault::Status(403), ERPTOKEN_E_FORBIDDEN),
        (Fault::Status(500), ERPTOKEN_E_SERVER),
        (Fault::CutBody, ERPTOKEN_E_NETWORK),
        (Fault::Reset, ERPTOKEN_E_NETWORK),
        (Fault::RetryAfter { status: 429, value: "7".to_owned() }, ERPTOKEN_E_RATE_LIMITED),
    ] {
        for operation in ["assine.app_check", "assine.app_list"] {
            ground.fault(operation, fault.clone(), 1);
        }
        failed(account.app_check(), status);
        let failure = failed(account.app_list(), status);
        assert_eq!(failure.retry_after, if status == ERPTOKEN_E_RATE_LIMITED { 7 } else { 0 }, "{failure:?}");
    }
    ground.fault("assine.app_check", Fault::EchoSecrets, 1);
    failed(account.app_check(), ERPTOKEN_E_RESPONSE);
    // A body that is not wanted does not matter, one that shows another place does.
    ground.answer("assine.app_revoke", 200, "text/html", "<html>");
    failed(account.app_revoke(&id), ERPTOKEN_E_RESPONSE);
    account.app_get(&id).unwrap();
    ground.answer("assine.app_revoke", 200, "application/json", "{\"id\":1}");
    account.app_revoke(&id).unwrap();
}

#[test]
fn a_kept_token_that_the_server_quotes_is_not_shown() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let id = account.app_create("30").unwrap();
    let token = account.app_get(&id).unwrap();
    let body = json!({ "title": token, "detail": format!("what is {token}?") }).to_string();
    ground.answer("assine.app_revoke", 400, "application/problem+json", &body);
    let failure = failed(account.app_revoke("9"), ERPTOKEN_E_RESPONSE);
    failure.assert_says(&["what is [secret]?"]);
    assert_eq!(failure.server_code, "[secret]");
}
