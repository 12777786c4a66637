//! Something in front of the provider answers in its place: with a page, with any status. It refuses nothing.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::*;
use crate::ground::{eventually, Ground, Known, ALL, ASSINE, INVOISYS, SENIOR};
use crate::import::pair;
use crate::sandbox::Fault;

const PAGE: &str =
    "<!DOCTYPE html>\n<html><head><title>Request Rejected</title></head><body>Support ID: 17</body></html>";

fn answer(status: u16, content_type: &str, body: &str) -> Fault {
    let (content_type, body) = (content_type.to_owned(), body.as_bytes().to_vec());
    Fault::StatusWith { status, content_type, body, headers: Vec::new() }
}

fn page(status: u16) -> Fault {
    answer(status, "text/html", PAGE)
}

fn expected(http_status: u16) -> i32 {
    match http_status {
        408 | 425 | 500.. => ERPTOKEN_E_SERVER,
        429 => ERPTOKEN_E_RATE_LIMITED,
        _ => ERPTOKEN_E_RESPONSE,
    }
}

/// Asks until a token comes; what it was told until then.
fn until_a_token(account: &Account) -> Vec<Failure> {
    let (until, mut told) = (Instant::now() + Duration::from_secs(40), Vec::new());
    while let Err(failure) = account.get() {
        assert!(Instant::now() < until, "still: {failure:?}");
        assert!(failure.retry_after <= 10, "a long hold: {failure:?}");
        told.push(failure);
        thread::sleep(Duration::from_millis(50));
    }
    told
}

fn in_parallel<T: Sync>(cases: &[T], test: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| test(case));
        }
    });
}

#[test]
fn an_imported_refresh_token_survives_every_page() {
    let mut cases: Vec<(Fault, u16)> = [200, 302, 400, 401, 403, 404, 407, 410, 422, 429, 500, 502, 503]
        .map(|status| (page(status), status))
        .into();
    for status in [200, 400, 401, 403, 404] {
        cases.push((answer(status, "", ""), status));
        cases.push((answer(status, "application/json", "{\"error\":\"invalid_grant\",\"err"), status));
        cases.push((answer(status, "text/plain", "Access denied"), status));
        cases.push((answer(status, "application/json", r#"{"fault":{"faultstring":"denied"}}"#), status));
        cases.push((answer(status, "application/json", r#"{"status":401,"error":"Unauthorized"}"#), status));
    }
    in_parallel(&cases, |(fault, status)| {
        let ground = Ground::new();
        let (_, refresh_token) = pair(&ground);
        ground.fault("senior.refresh", fault.clone(), 3);
        let account = Account::with("senior", &[("base_url", &ground.base("senior"))]);
        account.set("refresh_token", &refresh_token).unwrap();
        let told = until_a_token(&account);
        for failure in &told {
            assert_eq!(
                (failure.status, failure.http_status),
                (expected(*status), i32::from(*status)),
                "{fault:?} {failure:?}"
            );
            assert!(failure.retryable, "{failure:?}");
        }
        assert!(!told.is_empty());
        assert_eq!(
            (ground.count("senior.refresh"), account.info("source").as_str()),
            (4, "refresh"),
            "{fault:?}"
        );
    });
}

#[test]
fn a_page_is_told_as_one() {
    for status in [200, 400, 401, 403, 404, 429, 502] {
        let ground = Ground::new();
        ground.fault("senior.login", page(status), 1);
        let failure = ground.senior().refused(expected(status));
        let (status, bytes) = (format!("HTTP {status}"), format!("{} bytes", PAGE.len()));
        failure.assert_says(&["gateway", "firewall", "proxy", "text/html", "base_url", &status, &bytes]);
    }
    for (body, says) in
        [("", "nothing at all"), ("Access denied", "plain text"), ("{\"error\":\"inv", "breaks off")]
    {
        let ground = Ground::new();
        ground.fault("senior.login", answer(403, "text/plain", body), 1);
        ground.senior().refused(ERPTOKEN_E_RESPONSE).assert_says(&[says, "gateway", "403"]);
    }
    let ground = Ground::new();
    let headers = vec![("Retry-After".to_owned(), "7".to_owned())];
    let (content_type, body) = ("text/html".to_owned(), PAGE.into());
    ground.fault("senior.login", Fault::StatusWith { status: 429, content_type, body, headers }, 1);
    assert_eq!(ground.senior().refused(ERPTOKEN_E_RATE_LIMITED).retry_after, 7);
}

#[test]
fn a_page_is_no_wrong_password() {
    let cases: Vec<(&Known, u16)> =
        ALL.iter().flat_map(|known| [200, 400, 401, 403, 404].map(|status| (known, status))).collect();
    in_parallel(&cases, |(known, status)| {
        let ground = Ground::new();
        ground.fault(known.login, page(*status), 3);
        let account = ground.account(known);
        for failure in until_a_token(&account) {
            assert_eq!(
                (failure.status, failure.http_status),
                (ERPTOKEN_E_RESPONSE, i32::from(*status)),
                "{failure:?}"
            );
        }
        // Nothing of the guard's two was spent.
        for password in ["errada 1", "errada 2"] {
            ground.account_of(known, known.username, password).refused(ERPTOKEN_E_CREDENTIALS);
        }
    });
}

#[test]
fn a_page_instead_of_a_refresh_sends_no_password() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    ground.fault("senior.refresh", page(403), 2);
    until_a_token(&account);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 3));
    assert_eq!(account.info("source"), "refresh");
}

#[test]
fn a_provider_that_will_not_refresh_is_asked_for_a_login_at_once() {
    for body in [
        r#"{"message":"Request invalid format","errorCode":"x","reason":"BAD_REQUEST"}"#,
        r#"{"error":"unsupported_grant_type"}"#,
        r#"{"error":"invalid_grant"}"#,
    ] {
        let ground = Ground::new();
        let account = ground.senior();
        account.reject(&account.token()).unwrap();
        ground.answer("senior.refresh", 400, "application/json", body);
        account.token();
        assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (2, 1), "{body}");
    }
}

#[test]
fn a_refused_client_is_not_the_end_of_a_refresh_token() {
    for status in [200, 400, 401] {
        let ground = Ground::new();
        let (_, refresh_token) = pair(&ground);
        let body = r#"{"error":"invalid_client","error_description":"no such client"}"#;
        ground.answer("senior.refresh", status, "application/json", body);
        let account = Account::with("senior", &[("base_url", &ground.base("senior"))]);
        account.set("refresh_token", &refresh_token).unwrap();
        let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
        failure.assert_says(&["client_id", "client_secret", "no such client"]);
        assert_eq!(
            (failure.http_status, failure.server_code.as_str()),
            (i32::from(status), "invalid_client")
        );
        eventually("the client is known again", || account.get().is_ok());
        assert_eq!(ground.count("senior.refresh"), 2);
    }
}

#[test]
fn an_error_inside_a_success_is_told_and_remembered() {
    let grant = r#"{"error":"invalid_grant","error_description":"Usuário ou senha inválidos"}"#;
    let senior =
        r#"{"message":"Usuário ou senha inválidos","errorCode":"loginResponse","reason":"UNAUTHORIZED"}"#;
    let invoisys = r#"{"error":"credenciais_invalidas","error_description":"Usuário ou senha inválidos"}"#;
    let assine = r#"{"title":"invalid_grant","status":401,"detail":"Usuário ou senha inválidos"}"#;
    for (known, own, code) in [
        (SENIOR, senior, "UNAUTHORIZED"),
        (INVOISYS, invoisys, "credenciais_invalidas"),
        (ASSINE, assine, "invalid_grant"),
    ] {
        for (body, code) in [(grant, "invalid_grant"), (own, code)] {
            let ground = Ground::new();
            ground.fault(known.login, answer(200, "application/json", body), 9);
            let account = ground.account(&known);
            let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
            failure.assert_says(&["Usuário ou senha inválidos"]);
            assert_eq!((failure.http_status, failure.server_code.as_str()), (200, code));
            assert!(account.refused(ERPTOKEN_E_CREDENTIALS).is_remembered());
            assert_eq!(ground.count(known.login), 1, "{body}");
            ground.account_of(&known, known.username, "outra").refused(ERPTOKEN_E_CREDENTIALS);
            let guarded =
                ground.account_of(&known, known.username, "mais uma").refused(ERPTOKEN_E_RATE_LIMITED);
            assert_eq!((guarded.server_code.as_str(), ground.count(known.login)), ("guard", 2));
        }
        // Another error: its words at least.
        let ground = Ground::new();
        let body = json!({ "error": "manutencao", "error_description": "Sistema em manutenção" }).to_string();
        ground.answer(known.login, 200, "application/json", &body);
        let failure = ground.account(&known).refused(ERPTOKEN_E_RESPONSE);
        failure.assert_says(&["Sistema em manutenção"]);
        assert_eq!(failure.server_code, "manutencao");
    }
}

#[test]
fn a_redirect_names_where_to_and_no_more() {
    for (target, host) in [
        ("https://user:segredo@sso.example.com:8443/login?ticket=abc#x", "https://sso.example.com:8443"),
        ("//sso.example.com/login?ticket=abc", "http://sso.example.com"),
        ("HTTPS://SSO.example.com", "https://SSO.example.com"),
        ("/login?ticket=abc", "http://127.0.0.1"),
    ] {
        let ground = Ground::new();
        ground.fault("assine.login", Fault::Redirect(target.to_owned()), 1);
        let failure = ground.account(&ASSINE).refused(ERPTOKEN_E_RESPONSE);
        failure.assert_says(&[host, "302", "not followed"]);
        for hidden in ["ticket", "segredo", "user", "/login"] {
            assert!(!failure.text.contains(hidden), "{failure:?}");
        }
        assert_eq!(failure.http_status, 302);
    }
}

#[test]
fn a_token_with_something_around_it_is_a_token() {
    for text in ["abc123\r\n", " abc123", "Bearer abc123", "bearer abc123 \n"] {
        let ground = Ground::new();
        let body = json!({ "access_token": text, "expires_in": 60 }).to_string();
        ground.answer("assine.login", 200, "application/json", &body);
        let account = ground.account(&ASSINE);
        assert_eq!(account.token(), "abc123");
        assert_eq!(account.authorization().unwrap(), "Bearer abc123");
    }
    for text in ["abc 123", "abc\r\nX-Evil: 1", "Basic abc123"] {
        let ground = Ground::new();
        let body = json!({ "access_token": text, "expires_in": 60 }).to_string();
        ground.answer("assine.login", 200, "application/json", &body);
        let failure = ground.account(&ASSINE).refused(ERPTOKEN_E_RESPONSE);
        failure.assert_says(&["access_token", "blank"]);
        assert!(!failure.text.contains("missing"), "{failure:?}");
    }
}

#[test]
fn a_page_instead_of_a_second_factor_leaves_the_code_good() {
    for status in [401, 429, 503] {
        let ground = Ground::new();
        let account = ground.account_of(&SENIOR, "mfa@empresa.com.br", "senhaUsuario");
        account.set("mfa_code", "012345").unwrap();
        ground.fault("senior.mfa", page(status), 1);
        let failure = account.refused(expected(status));
        assert_eq!(failure.http_status, i32::from(status));
        eventually("the code is sent again", || account.get().is_ok());
        assert_eq!((ground.count("senior.login"), ground.count("senior.mfa")), (2, 2));
    }
}

#[test]
fn a_page_ends_no_application_token() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let id = account.app_create("30").unwrap();
    let token = account.app_get(&id).unwrap();
    for status in [200, 401, 403, 404, 410] {
        ground.fault("assine.app_revoke", page(status), 1);
        let failure = failed(account.app_revoke(&id), ERPTOKEN_E_RESPONSE);
        failure.assert_says(&["gateway"]);
        assert_eq!((failure.http_status, account.app_get(&id).unwrap()), (i32::from(status), token.clone()));
    }
    ground.fault("assine.app_check", page(401), 1);
    failed(account.app_check(), ERPTOKEN_E_RESPONSE);
    ground.fault("assine.app_list", page(401), 1);
    failed(account.app_list(), ERPTOKEN_E_RESPONSE);
    assert_eq!(ground.count("assine.login") + ground.count("assine.refresh"), 1, "the session lives");
    account.app_revoke(&id).unwrap();
}

#[test]
fn a_page_instead_of_a_creation_is_no_wrong_password() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    for (fault, times) in [(page(401), 1), (page(403), 1), (answer(401, "", ""), 2), (page(422), 1)] {
        ground.fault("assine.app_create", fault.clone(), times);
        let failure = failed(account.app_create("30"), ERPTOKEN_E_RESPONSE);
        assert!(
            failure.retryable && !failure.text.contains("may have been created"),
            "{fault:?} {failure:?}"
        );
    }
    account.app_create("30").unwrap();
    for password in ["errada 1", "errada 2"] {
        ground.account_of(&ASSINE, ASSINE.username, password).refused(ERPTOKEN_E_CREDENTIALS);
    }
}

#[test]
fn a_logout_that_a_page_answered_is_told() {
    let ground = Ground::new();
    let account = ground.senior();
    let token = account.token();
    ground.fault("senior.logout", page(401), 1);
    let failure = failed(account.logout(), ERPTOKEN_E_RESPONSE);
    assert_eq!(failure.http_status, 401);
    assert!(ground.is_live(&token), "not ended there");
}
