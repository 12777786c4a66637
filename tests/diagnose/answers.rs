//! What came instead of a token: in the log, and in the report.

use super::*;
use std::ffi::{c_char, c_void, CStr};
use std::sync::Mutex;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C" fn keep_line(_level: i32, line: *const c_char, _user_data: *mut c_void) {
    LINES.lock().unwrap().push(unsafe { CStr::from_ptr(line) }.to_str().unwrap().to_owned());
}

/// The lines of the log that speak of an address.
fn lines(address: &str) -> Vec<String> {
    LINES.lock().unwrap().iter().filter(|line| line.contains(address)).cloned().collect()
}

fn listen() {
    assert_eq!(process::erptoken_log(Some(keep_line), std::ptr::null_mut(), 4), ERPTOKEN_OK);
}

/// Asks until the provider has been asked so often, and something else has answered.
fn asked(account: &Account, times: usize) -> Report {
    for _ in 0..200 {
        let _ = account.get();
        let report = Report::of(account);
        if report.field(&format!("/answers/{}/at", times - 1)).is_some() {
            return report;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("{}", Report::of(account).text());
}

const PASSWORD: &str = "a senha do usuário";

fn account_at(base: &str) -> Account {
    let options = [("base_url", base), ("username", "u"), ("password", PASSWORD)];
    Account::with("invoisys", &options)
}

#[test]
fn pages_of_a_gateway_are_found_out() {
    listen();
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0";
    let page = format!(
        "<html><title>Request Rejected</title>Your support ID is: 4711 {token} {PASSWORD}{}</html>",
        " padding".repeat(100)
    );
    let head = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nDate: Tue, 05 Jan 2021 10:00:00 GMT\r\n";
    let base = server(format!("{head}Content-Length: {}\r\n\r\n{page}", page.len()));
    let account = account_at(&base);
    let report = asked(&account, 2);

    for (path, wanted) in [
        ("operation", "login"),
        ("http_status", "403"),
        ("content_type", "text/html"),
        ("bytes", &page.len().to_string()),
        ("verdict", "foreign"),
    ] {
        report.is(&format!("/answers/0/{path}"), wanted);
    }
    report.says(&["login: HTTP 403, text/html", "came from something in front of the provider"]);
    let codes = report.codes();
    assert!(codes.contains(&"FOREIGN".to_owned()) && codes.contains(&"CLOCK".to_owned()), "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "CLOCK").count(), 1, "{}", report.text());

    let host = base.strip_prefix("http://").unwrap();
    let lines = lines(host);
    let line = lines.iter().find(|line| line.contains("taken for foreign")).expect("the answer");
    for part in ["login: POST ", &format!("{host}/api/token "), "HTTP 403", "text/html", "Request Rejected"] {
        assert!(line.contains(part), "`{part}` is not in: {line}");
    }
    assert!(line.contains("Your support ID is: 4711 […] [secret] padding"), "{line}");
    let start = line.split("foreign: ").nth(1).unwrap();
    assert!(start.chars().count() <= 220, "{line}");
    for text in lines.iter().chain([&report.whole()]) {
        assert!(!text.contains(PASSWORD) && !text.contains(token), "{text}");
    }
}

#[test]
fn a_good_answer_that_is_not_understood_is_not_quoted() {
    listen();
    // Under another name it is a token all the same, and a short one looks like any word.
    let body = r#"{"chave":"abacate-7","message":"Sucesso"}"#;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let base = server(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()));
    let account = account_at(&base);
    let report = asked(&account, 1);
    let lines = lines(base.strip_prefix("http://").unwrap());
    let line = lines.iter().find(|line| line.contains("HTTP 200")).expect("the answer");
    for text in lines.iter().chain([&report.whole(), line]) {
        assert!(!text.contains("abacate"), "{text}");
    }
}

#[test]
fn redirects_are_found_out_by_every_handle_of_the_account() {
    let base = server(
        "HTTP/1.1 302 Found\r\nLocation: https://portal.example/login\r\nContent-Length: 0\r\n\r\n".into(),
    );
    let account = account_at(&base);
    let report = asked(&account, 2);
    report.is("/answers/0/http_status", "302");
    assert!(report.codes().contains(&"REDIRECTED".to_owned()), "{}", report.text());
    // A handle of the same account reads the same.
    let other = account_at(&base);
    assert!(Report::of(&other).field("/answers/1/at").is_some());
}

#[test]
fn what_brings_no_answer_is_told_with_its_address() {
    listen();
    let base = server(String::new());
    let account = account_at(&base);
    let report = asked(&account, 1);
    report.is("/answers/0/verdict", "no_answer");
    report.is("/answers/0/http_status", "0");
    let host = base.strip_prefix("http://").unwrap();
    let line = lines(host).into_iter().find(|line| line.contains("brought no answer")).expect("the call");
    assert!(line.contains(&format!("login: POST {host}/api/token brought no answer: ")), "{line}");
}

#[test]
fn tokens_that_are_dead_when_they_come_are_found_out() {
    let token = r#"{"access_token":"um-token","expires_in":0}"#;
    let base = server(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{token}", token.len()));
    let report = asked(&account_at(&base), 1);
    report.is("/answers/0/verdict", "dead_on_arrival");
    assert!(report.codes().contains(&"LIFE".to_owned()), "{}", report.text());
    assert!(!report.whole().contains("um-token"));
}

#[test]
fn a_request_that_brings_no_answer_is_told_too() {
    listen();
    let base = server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".to_owned());
    let options = [("base_url", base.as_str()), ("access_token", "um-token")];
    let account = Account::with("invoisys", &options);
    let url = c_text(&format!("{base}/pedidos/7?chave=segredo"));
    let mut response = 0;
    let method = c_text("GET");
    let status = unsafe {
        requests::erptoken_request(
            account.handle(),
            method.as_ptr(),
            url.as_ptr(),
            std::ptr::null(),
            std::ptr::null(),
            0,
            &mut response,
        )
    };
    assert_eq!(status, ERPTOKEN_E_NETWORK);
    let host = base.strip_prefix("http://").unwrap();
    let line = lines(host).into_iter().find(|line| line.contains("brought no answer")).expect("the request");
    assert!(line.contains(&format!("request: GET {host}/pedidos/7 brought no answer: ")), "{line}");
    assert!(!line.contains("segredo"), "{line}");
}

#[test]
fn what_goes_well_leaves_nothing() {
    let ground = Ground::new();
    let account = ground.senior();
    account.token();
    let report = Report::of(&account);
    report.is("/answers", "[]");
}
