//! What comes back, as a program reads it.

use crate::answer::get;
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::sandbox::Fault;

fn any(content_type: &str, body: &[u8], headers: &[(&str, &str)]) -> Fault {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Fault::StatusWith { status: 200, content_type: content_type.to_owned(), body: body.to_vec(), headers }
}

#[test]
fn every_charset_of_the_field_is_read() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    for name in ["utf-8", "iso-8859-1", "none", "windows-1252"] {
        let city = if name == "windows-1252" { "São Paulo €" } else { "São Paulo" };
        let answer = get(&account, &format!("/tms/charset/{name}")).unwrap();
        assert_eq!(answer.text().unwrap(), format!("{{\"cidade\":\"{city}\"}}"), "{name}");
        assert_eq!(answer.field("/cidade"), city, "{name}");
    }
    let answer = get(&account, "/tms/charset/utf-16").unwrap();
    failed(answer.text(), ERPTOKEN_E_RESPONSE).assert_says(&["charset", "erptoken_response_bytes"]);
    failed(answer.try_field(""), ERPTOKEN_E_RESPONSE);
    assert_eq!(answer.bytes(), b"\xff\xfea\0");
}

#[test]
fn bytes_come_as_they_are() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    for count in [0, 1, 255, 70_000] {
        let answer = get(&account, &format!("/tms/bytes/{count}")).unwrap();
        let expected: Vec<u8> = (0..count).map(|i| (i * 31 % 251) as u8).collect();
        assert_eq!(answer.bytes(), expected);
        assert_eq!(answer.header("Content-Type").unwrap(), "application/octet-stream");
    }
}

#[test]
fn a_missing_header_field_or_json_is_told() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let answer = get(&account, "/tms/freights").unwrap();
    assert_eq!(answer.field("/freights/0/city"), "São Paulo");
    assert_eq!(answer.field("/freights/0/value"), "125.5");
    failed(answer.try_field("/freights/1"), ERPTOKEN_E_NOT_FOUND).assert_says(&["/freights/1"]);
    failed(answer.try_field("freights"), ERPTOKEN_E_ARGUMENT).assert_says(&["JSON Pointer"]);
    failed(answer.header("X-Nada"), ERPTOKEN_E_NOT_FOUND).assert_says(&["X-Nada"]);
    failed(answer.header(""), ERPTOKEN_E_NOT_FOUND);
    let empty = get(&account, "/tms/empty").unwrap();
    assert_eq!((empty.status(), empty.text().unwrap(), empty.bytes().len()), (204, String::new(), 0));
    failed(empty.try_field("/a"), ERPTOKEN_E_RESPONSE);
    ground.fault("api", Fault::Html, 1);
    let html = get(&account, "/tms/freights").unwrap();
    assert!(html.text().unwrap().contains("Acesso à internet"));
    failed(html.try_field("/a"), ERPTOKEN_E_RESPONSE).assert_says(&["text/html", "not JSON"]);
}

#[test]
fn any_status_is_a_response() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    for status in [400, 403, 404, 422, 429, 500, 503] {
        ground.fault("api", Fault::Status(status), 1);
        let answer = get(&account, "/tms/freights").unwrap();
        assert_eq!(answer.status(), i32::from(status));
        assert!(!answer.field("/message").is_empty());
    }
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn what_is_compressed_is_not_shown_as_text() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    ground.fault("api", any("application/json", b"\x1f\x8b\x08junk", &[("Content-Encoding", "gzip")]), 1);
    let answer = get(&account, "/tms/freights").unwrap();
    failed(answer.text(), ERPTOKEN_E_RESPONSE).assert_says(&["compressed", "erptoken_response_bytes"]);
    failed(answer.try_field("/a"), ERPTOKEN_E_RESPONSE);
    assert_eq!(answer.bytes(), b"\x1f\x8b\x08junk");
    ground.fault("api", any("application/json", b"{\"a\":1}", &[("Content-Encoding", "identity")]), 1);
    assert_eq!(get(&account, "/tms/freights").unwrap().field("/a"), "1");
}

#[test]
fn several_headers_of_a_name_are_joined() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    ground.fault("api", any("text/plain", b"x", &[("X-Lista", "a"), ("x-lista", "b, c")]), 1);
    assert_eq!(get(&account, "/tms/freights").unwrap().header("X-LISTA").unwrap(), "a, b, c");
}

#[test]
fn a_loop_over_a_large_list_is_quick() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    const ITEMS: usize = 20_000;
    let item = |i: usize| format!("{{\"id\":{i},\"lines\":[{{\"n\":\"a\\u00e7\"}},{{\"n\":{i}}}]}}");
    let items: Vec<String> = (0..ITEMS).map(item).collect();
    let body = format!("{{\"items\":[{}],\"end\":true}}", items.join(","));
    ground.fault("api", any("application/json", body.as_bytes(), &[]), 1);
    let answer = get(&account, "/tms/freights").unwrap();
    let began = std::time::Instant::now();
    for i in 0..ITEMS {
        assert_eq!(answer.field(&format!("/items/{i}/id")), i.to_string());
        assert_eq!(answer.field(&format!("/items/{i}/lines/1/n")), i.to_string());
    }
    failed(answer.try_field(&format!("/items/{ITEMS}")), ERPTOKEN_E_NOT_FOUND);
    // From the beginning each time it would be minutes, in a debug build hours.
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    assert_eq!(
        (answer.field("/items/7/lines/0/n"), answer.field("/end")),
        ("aç".to_owned(), "true".to_owned())
    );
}

/// Each failure's text is searched for what the account keeps secret.
#[test]
fn what_a_server_echoes_in_its_headers_is_in_no_text() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let token = account.token();
    let charset = format!("text/{token}; charset={token}");
    ground.fault("api", any(&charset, b"<html>", &[]), 1);
    failed(get(&account, "/tms/freights").unwrap().text(), ERPTOKEN_E_RESPONSE);
    ground.fault(
        "api",
        any(&format!("application/{token}"), b"<html>", &[("Content-Encoding", token.as_str())]),
        1,
    );
    failed(get(&account, "/tms/freights").unwrap().text(), ERPTOKEN_E_RESPONSE);
    ground.fault("api", any(&format!("{token}/x"), b"<html>", &[("X-Eco", token.as_str())]), 1);
    let answer = get(&account, "/tms/freights").unwrap();
    failed(answer.try_field("/a"), ERPTOKEN_E_RESPONSE);
    assert_eq!(answer.header("x-eco").unwrap(), token, "the program may see it");
}
