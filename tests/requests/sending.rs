//! What leaves: methods, addresses, headers, bodies.

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, ASSINE, INVOISYS, SENIOR};
use crate::sandbox::Fault;

#[test]
fn the_token_is_on_a_request_to_a_path_of_each_provider() {
    for (known, path) in [(SENIOR, "/tms/freights"), (INVOISYS, "/nfe/getbychave/352"), (ASSINE, "/user")] {
        let ground = Ground::new();
        let account = ground.account(&known);
        let answer = get(&account, path).unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().unwrap());
        let seen = ground.requests("api").pop().unwrap();
        assert_eq!(seen.header("Authorization"), Some(account.authorization().unwrap().as_str()));
        assert_eq!(ground.count(known.login), 1);
    }
}

#[test]
fn an_absolute_address_at_the_same_host_is_as_good() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let url = format!("{}/rest/tms/echo?a=b%20c&d={{e}}", ground.base("senior"));
    let answer = get(&account, &url).unwrap();
    assert_eq!(answer.field("/target"), "/t/senior.com.br/bridge/1.0/rest/tms/echo?a=b%20c&d={e}");
}

#[test]
fn each_method_is_sent_with_and_without_a_body() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
        for body in ["", "{\"cidade\":\"São Paulo\"}"] {
            let given = if body.is_empty() { Body::None } else { Body::Text(body) };
            let answer = request(&account, method, "/tms/echo", None, given).unwrap();
            assert_eq!((answer.status(), answer.field("/method")), (201, method.to_owned()));
            assert_eq!(answer.field("/text"), body, "{method}");
            let content_type = if body.is_empty() { "null" } else { "application/json" };
            assert_eq!(answer.field("/content_type"), content_type, "{method}");
        }
    }
    let answer = request(&account, "post", "/tms/echo", None, Body::Text("")).unwrap();
    assert_eq!((answer.field("/method"), answer.field("/length")), ("POST".to_owned(), "0".to_owned()));
    let answer = request(&account, "HEAD", "/tms/freights", None, Body::None).unwrap();
    assert_eq!((answer.status(), answer.bytes().len()), (200, 0));
    assert!(answer.header("content-length").unwrap().parse::<u32>().unwrap() > 10);
    for (method, body) in
        [("HEAD", Body::Text("x")), ("", Body::None), ("G T", Body::None), ("CONNECT", Body::None)]
    {
        failed(request(&account, method, "/tms/echo", None, body).map(drop), ERPTOKEN_E_ARGUMENT);
    }
}

#[test]
fn headers_arrive_and_the_librarys_own_can_not_be_set() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.set("client_id", "aplicativo").unwrap();
    let send = |headers: &str| request(&account, "POST", "/tms/echo", Some(headers), Body::Text("<a/>"));
    let answer = send("Content-Type: text/xml\r\nX-Um:  1 2\t3 \nX-Vazio:\r\nAccept: a/b\n").map(drop);
    failed(answer, ERPTOKEN_E_ARGUMENT).assert_says(&["x-um"]);
    let answer = send("Content-Type: text/xml\r\nX-Um:  1, 2 \nX-Vazio:\r\nAccept: a/b\n").unwrap();
    assert_eq!(answer.field("/content_type"), "text/xml");
    for (name, value) in [("x-um", "1, 2"), ("x-vazio", ""), ("accept", "a/b"), ("client_id", "aplicativo")] {
        assert_eq!(answer.field(&format!("/headers/{name}")), value);
    }
    let answer = send("Client_Id: outro").unwrap();
    assert_eq!(answer.field("/headers/client_id"), "outro", "the program's own wins");
    let before = ground.count("api");
    for unfit in [
        "Authorization: Bearer x",
        "AUTHORIZATION:x",
        "host: evil.example",
        "Content-Length: 5",
        "X: y\nTransfer-Encoding: chunked",
        "Connection: close",
        "Expect: 100-continue",
        "X",
        ": y",
        "X : y",
        " X: y",
        "X: y\n z",
        "X: y\n\nGET / HTTP/1.1",
        "X: a\rY: b",
        "X: a\u{1}b",
        "X: a\u{7f}b",
        "Xé: y",
    ] {
        let failure = failed(send(unfit).map(drop), ERPTOKEN_E_ARGUMENT);
        assert!(!failure.text.contains("evil"), "{failure:?}");
    }
    let large = format!("X: {}", "y".repeat(40_000));
    failed(send(&large).map(drop), ERPTOKEN_E_ARGUMENT).assert_says(&["too long"]);
    assert_eq!(ground.count("api"), before, "nothing was sent");
    for empty in ["", "\r\n", "\n"] {
        assert_eq!(send(empty).unwrap().status(), 201);
    }
}

#[test]
fn bytes_arrive_as_they_are() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let sum = bytes.iter().step_by(61).fold(0u32, |sum, byte| sum.rotate_left(1) ^ u32::from(*byte));
    let answer = request(&account, "PUT", "/tms/echo", None, Body::Bytes(&bytes)).unwrap();
    assert_eq!((answer.field("/length"), answer.field("/sum")), ("70000".to_owned(), sum.to_string()));
    assert_eq!(answer.field("/content_type"), "null");
}

#[test]
fn nothing_is_sent_for_a_request_that_can_not_be_made() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    for url in [
        "",
        "tms/echo",
        "http:/x",
        "https//x",
        "ftp://localhost/x",
        "file:///etc/passwd",
        "/a b",
        "/ç",
        "/a\\b",
        "/a\tb",
        "/a\nb",
    ] {
        failed(get(&account, url).map(drop), ERPTOKEN_E_ARGUMENT);
    }
    assert_eq!((ground.count("senior.login"), ground.connections()), (0, 0), "not even a login");
}

#[test]
fn a_redirect_is_a_response() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let answer = get(&account, "/tms/redirect").unwrap();
    assert_eq!((answer.status(), answer.bytes()), (307, Vec::new()));
    assert_eq!(answer.header("LOCATION").unwrap(), "http://127.0.0.1:1/elsewhere");
    assert_eq!(ground.count("api"), 1);
}

#[test]
fn what_may_have_been_carried_out_is_never_worth_repeating() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.token();
    let lost = [
        (Fault::CloseBeforeAnswer, ERPTOKEN_E_NETWORK),
        (Fault::Reset, ERPTOKEN_E_NETWORK),
        (Fault::CutBody, ERPTOKEN_E_NETWORK),
        (Fault::DoneThenClose, ERPTOKEN_E_NETWORK),
        (Fault::Garbage, ERPTOKEN_E_RESPONSE),
    ];
    for (fault, status) in lost {
        for (method, again) in [
            ("GET", true),
            ("HEAD", true),
            ("PUT", true),
            ("DELETE", true),
            ("POST", false),
            ("patch", false),
            ("LOCK", false),
        ] {
            if method == "HEAD" && fault == Fault::CutBody {
                continue; // it has none
            }
            // Once more on a new connection, where twice is as good as once.
            ground.fault("api", fault.clone(), 2);
            let failure = failed(request(&account, method, "/tms/echo", None, Body::None).map(drop), status);
            assert_eq!(failure.retryable, again, "{method} {fault:?}: {failure:?}");
            assert!(again || failure.retry_after == 0, "{failure:?}");
            ground.clear_faults();
        }
    }
    // What did not leave is.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    account.set("api_hosts", &closed.to_string()).unwrap();
    let url = format!("http://{closed}/x");
    let failure =
        failed(request(&account, "POST", &url, None, Body::Text("{}")).map(drop), ERPTOKEN_E_NETWORK);
    assert!(failure.retryable, "{failure:?}");
    account.set("timeout_ms", "300").unwrap();
    ground.fault("api", Fault::Hang, 1);
    let failure =
        failed(request(&account, "POST", "/tms/echo", None, Body::Text("{}")).map(drop), ERPTOKEN_E_TIMEOUT);
    assert!(!failure.retryable, "{failure:?}");
}
