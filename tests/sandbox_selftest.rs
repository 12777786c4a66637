//! The sandbox is what the other tests believe in; here it is checked itself, with raw sockets.

mod sandbox;

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sandbox::{Certificate, Fault, Sandbox, TokenShape};
use serde_json::{json, Value};

const ACTIONS: &str = "/t/senior.com.br/bridge/1.0/rest/platform/authentication/actions";
const ANONYMOUS: &str = "/t/senior.com.br/bridge/1.0/anonymous/rest/platform/authentication/actions";
const FREIGHTS: &str = "/t/senior.com.br/bridge/1.0/rest/tms/freights";
const FILTER: &str = "filter%5B0%5D%5Bfield%5D=id&filter%5B0%5D%5Btype%5D=eq\
    &filter%5B0%5D%5Bvalue%5D=$USER_ID";

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// A request's bytes; `headers` are lines without their ends.
fn request(method: &str, target: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
    for line in headers {
        head.push_str(&format!("{line}\r\n"));
    }
    if method == "POST" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{head}\r\n{body}").into_bytes()
}

/// Reads one answer; an early end or a head that is not HTTP is an error.
fn read_answer(stream: &mut impl Read) -> io::Result<Answer> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).map_err(io::Error::other)?;
    let status = head.get(9..12).and_then(|s| s.parse().ok());
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |l| l.parse().expect("a length"))];
    stream.read_exact(&mut body)?;
    Ok(Answer { status: status.ok_or(io::ErrorKind::InvalidData)?, head, body })
}

fn connect(sandbox: &Sandbox) -> TcpStream {
    let stream = TcpStream::connect(sandbox.http().trim_start_matches("http://"));
    stream.expect("a connection")
}

fn try_call(sandbox: &Sandbox, bytes: &[u8]) -> io::Result<Answer> {
    let mut stream = connect(sandbox);
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(bytes)?;
    read_answer(&mut stream)
}

fn call(sandbox: &Sandbox, method: &str, target: &str, headers: &[&str], body: &str) -> Answer {
    try_call(sandbox, &request(method, target, headers, body)).expect("an answer")
}

fn post_json(sandbox: &Sandbox, target: &str, body: &Value) -> Answer {
    let headers = ["Content-Type: application/json"];
    call(sandbox, "POST", target, &headers, &body.to_string())
}

fn get(sandbox: &Sandbox, target: &str, token: &str) -> Answer {
    let bearer = format!("Authorization: Bearer {token}");
    call(sandbox, "GET", target, &[&bearer], "")
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_string()
}

fn senior_login(sandbox: &Sandbox) -> Answer {
    let body = json!({ "username": "admin@empresa.com.br", "password": "senhaUsuario" });
    post_json(sandbox, &format!("{ACTIONS}/login"), &body)
}

fn json_token(answer: &Answer) -> Value {
    serde_json::from_str(&text(&answer.json()["jsonToken"])).expect("JSON in jsonToken")
}

fn invoisys_login(sandbox: &Sandbox, form: &str) -> Answer {
    let headers = ["Content-Type: application/x-www-form-urlencoded", "Accept: application/json"];
    call(sandbox, "POST", "/api/token", &headers, form)
}

fn assine_oauth(sandbox: &Sandbox, fields: Value) -> Answer {
    let mut body = json!({ "client_id": "app", "client_secret": "app" });
    for (name, value) in fields.as_object().expect("an object") {
        body[name] = value.clone();
    }
    post_json(sandbox, "/oauth", &body)
}

fn assine_login(sandbox: &Sandbox, username: &str) -> Answer {
    assine_oauth(
        sandbox,
        json!({ "grant_type": "password", "username": username, "password": "INFORME_SENHA" }),
    )
}

#[test]
fn senior_login_refresh_and_logout() {
    let sandbox = Sandbox::start();
    let login = json_token(&senior_login(&sandbox));
    assert_eq!(login["expires_in"], 85_846);
    assert_eq!(login["username"], "admin@empresa.com.br");
    let (access, refresh) = (text(&login["access_token"]), text(&login["refresh_token"]));
    assert_eq!((access.len(), refresh.len()), (32, 32));
    assert_eq!(get(&sandbox, FREIGHTS, &access).status, 200);

    let refresh_url = format!("{ACTIONS}/refreshToken");
    let body = json!({ "refreshToken": refresh });
    let second = json_token(&post_json(&sandbox, &refresh_url, &body));
    let newer = text(&second["access_token"]);
    assert!(!sandbox.is_live(&access) && sandbox.is_live(&newer));
    let dead = get(&sandbox, FREIGHTS, &access);
    assert_eq!((dead.status, &dead.json()["error"]), (401, &json!("invalid_token")));
    assert_ne!(second["refresh_token"], refresh);

    let reuse = post_json(&sandbox, &refresh_url, &body);
    assert_eq!(reuse.status, 401);
    assert_eq!(reuse.json()["errorCode"], "refreshTokenResponse");
    assert!(sandbox.is_live(&newer));
    sandbox.settings(|s| s.reuse_revokes_family = true);
    assert_eq!(post_json(&sandbox, &refresh_url, &body).status, 401);
    assert!(!sandbox.is_live(&newer));

    let token = text(&json_token(&senior_login(&sandbox))["access_token"]);
    let bearer = format!("Authorization: Bearer {token}");
    let headers = ["Content-Type: application/json", &bearer];
    let body = json!({ "accessToken": token }).to_string();
    let url = format!("{ACTIONS}/logout");
    let gone = call(&sandbox, "POST", &url, &headers, &body);
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert!(!sandbox.is_live(&token));
    assert_eq!(sandbox.count("senior.refresh"), 3);
    assert_eq!(sandbox.violations(), [""; 0]);
}

#[test]
fn senior_shapes_and_lifetimes() {
    let sandbox = Sandbox::start();
    sandbox.settings(|s| {
        s.senior_shape = TokenShape::Object;
        s.expires_in = Some(json!("0.2"));
    });
    let token = senior_login(&sandbox).json()["jsonToken"].clone();
    assert_eq!(token["expires_in"], "0.2");
    sandbox.settings(|s| {
        s.senior_shape = TokenShape::TopLevel;
        s.expires_in = Some(Value::Null);
        s.refresh_tokens = false;
    });
    let answer = senior_login(&sandbox).json();
    assert!(answer.get("expires_in").is_none() && answer.get("refresh_token").is_none());
    sandbox.settings(|s| s.senior_login_shares = true);
    let shared = senior_login(&sandbox).json();
    assert_eq!(shared["access_token"], answer["access_token"]);
    let access = text(&token["access_token"]);
    assert!(sandbox.is_live(&access));
    thread::sleep(Duration::from_millis(220));
    assert!(!sandbox.is_live(&access));
}

#[test]
fn senior_second_factor_key_and_password_change() {
    let sandbox = Sandbox::start();
    let login = |user: &str| {
        let body = json!({ "username": user, "password": "senhaUsuario" });
        post_json(&sandbox, &format!("{ACTIONS}/login"), &body).json()
    };
    let waiting = login("mfa@empresa.com.br");
    assert!(waiting.get("jsonToken").is_none());
    let code = |code: Value| {
        let temporary = &waiting["mfaInfo"]["temporaryToken"];
        let body = json!({ "temporaryToken": temporary, "validationCode": code });
        post_json(&sandbox, &format!("{ACTIONS}/loginMFA"), &body)
    };
    assert_eq!(code(json!(1)).status, 401);
    assert_eq!(code(json!("012345")).status, 400);
    assert_eq!(sandbox.violations().len(), 1);
    assert_eq!(json_token(&code(json!(12345)))["username"], "mfa@empresa.com.br");
    assert_eq!(code(json!(12345)).status, 401);

    let change = login("troca@empresa.com.br");
    assert!(change["resetPasswordInfo"]["temporaryToken"].is_string());

    let key = |secret: &str, tenant: &str| {
        let body = json!({ "accessKey": "chave", "secret": secret, "tenantName": tenant });
        post_json(&sandbox, &format!("{ANONYMOUS}/loginWithKey"), &body)
    };
    let token = json_token(&key("segredo", "empresa"));
    assert_eq!(token["expires_in"], 7_776_000);
    assert!(token.get("refresh_token").is_none() && token.get("username").is_none());
    assert_eq!(key("segredo", "outra").status, 401);
    assert_eq!(key("errado", "empresa").json()["reason"], "UNAUTHORIZED");
    sandbox.add_key("k2", "s2", "t2");
    assert_eq!(sandbox.count("senior.key"), 3);
}

#[test]
fn wrong_passwords_lock() {
    let sandbox = Sandbox::start();
    sandbox.settings(|s| s.lockout_after = Some(2));
    let url = format!("{ACTIONS}/login");
    for locked in [false, true] {
        let body = json!({ "username": "admin@empresa.com.br", "password": "errada" });
        assert_eq!(post_json(&sandbox, &url, &body).status, 401);
        assert_eq!(sandbox.is_locked("senior", "admin@empresa.com.br"), locked);
    }
    assert_eq!(senior_login(&sandbox).status, 401);
    assert!(sandbox.logins().iter().all(|l| !l.accepted));
    sandbox.add_user("senior", "admin@empresa.com.br", "senhaUsuario");
    assert_eq!(senior_login(&sandbox).status, 200);
}

#[test]
fn invoisys_form() {
    let sandbox = Sandbox::start();
    let good = "grant_type=password&username=email%40email.com.br&password=senha+do%20usu%C3%A1rio";
    let token = invoisys_login(&sandbox, good).json();
    assert_eq!(token["token_type"], "bearer");
    assert_eq!(token["expires_in"], 92_843);
    let access = text(&token["access_token"]);
    assert_eq!(access.len(), 299);
    assert_eq!(get(&sandbox, "/api/nfe/getbychave/352", &access).status, 200);
    assert_eq!(get(&sandbox, FREIGHTS, &access).status, 401);
    let dead = get(&sandbox, "/api/nfe/getbychave/352", "x");
    assert!(dead.json()["Message"].is_string());
    let wrong = invoisys_login(&sandbox, "grant_type=password&username=a&password=b");
    assert_eq!((wrong.status, &wrong.json()["error"]), (400, &json!("credenciais_invalidas")));
    assert_eq!(wrong.json()["error_description"], "Credenciais inválidas.");

    sandbox.add_user("invoisys", "a&b=c", "+%/ ç€\"'");
    let odd = "grant_type=password&username=a%26b%3Dc&password=%2B%25%2F+%C3%A7%E2%82%AC%22%27";
    assert_eq!(invoisys_login(&sandbox, odd).status, 200);
    let login = sandbox.logins().pop().expect("a login");
    assert_eq!((login.username.as_str(), login.password.as_str()), ("a&b=c", "+%/ ç€\"'"));
    assert_eq!(sandbox.violations(), [""; 0]);

    for form in [
        "grant_type=password&username=a&password=%E7",
        "grant_type=password&username=a&password=a b",
        "grant_type=password&username=a&password=b&x=1",
        "grant_type=password&username=a",
        "grant_type=refresh_token&username=a&password=b",
    ] {
        assert_eq!(invoisys_login(&sandbox, form).status, 400, "{form}");
    }
    let json = post_json(&sandbox, "/api/token", &json!({ "grant_type": "password" }));
    assert_eq!((json.status, &json.json()["error"]), (400, &json!("unsupported_grant_type")));
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    assert_eq!(call(&sandbox, "POST", "/api/token", &headers, good).status, 406);
    assert_eq!(sandbox.violations().len(), 7);
}

#[test]
fn assine_sessions() {
    let sandbox = Sandbox::start();
    let login = assine_login(&sandbox, "pessoa@xhyemail.com").json();
    assert_eq!((&login["expires_in"], &login["scope"]), (&json!(3600), &json!("")));
    let (access, refresh) = (text(&login["access_token"]), text(&login["refresh_token"]));
    assert_eq!((access.len(), refresh.len()), (40, 40));
    let again = |token: &str| {
        let fields = json!({ "grant_type": "refresh_token", "refresh_token": token });
        assine_oauth(&sandbox, fields)
    };
    let second = again(&refresh).json();
    assert!(second.get("refresh_token").is_none() && sandbox.is_live(&access));
    let refused = again(&refresh);
    assert_eq!((refused.status, &refused.json()["title"]), (400, &json!("invalid_grant")));
    sandbox.settings(|s| s.new_refresh_token = true);
    let login = assine_login(&sandbox, "pessoa@xhyemail.com").json();
    let renewed = again(&text(&login["refresh_token"])).json();
    assert!(renewed["refresh_token"].is_string());

    let fields = json!({ "grant_type": "password", "username": "x", "password": "y" });
    let wrong = assine_oauth(&sandbox, fields.clone());
    assert_eq!((wrong.status, &wrong.json()["title"]), (401, &json!("invalid_grant")));
    assert!(wrong.head.contains("application/problem+json"));
    let mut fields = fields;
    fields["client_secret"] = json!("z");
    let client = assine_oauth(&sandbox, fields);
    assert_eq!((client.status, &client.json()["title"]), (400, &json!("invalid_client")));

    let revoke = |token: &str| post_json(&sandbox, "/oauth/revoke", &json!({ "token": token }));
    assert_eq!(revoke(&access).status, 200);
    assert!(!sandbox.is_live(&access));
    assert_eq!(revoke("unknown").status, 200);
    assert_eq!(sandbox.count("assine.refresh"), 3);
    assert_eq!(sandbox.count("assine.login"), 4);
    assert_eq!(sandbox.violations(), [""; 0]);
}

#[test]
fn assine_application_tokens() {
    let sandbox = Sandbox::start();
    let check = format!("/v1/user?{FILTER}");
    let person = text(&assine_login(&sandbox, "pessoa@xhyemail.com").json()["access_token"]);
    let user = get(&sandbox, &check, &person).json()["_embedded"]["user"][0].clone();
    assert!(user.get("_embedded").is_none());
    let login = assine_login(&sandbox, "siletic225@xhyemail.com");
    let session = text(&login.json()["access_token"]);
    let user = get(&sandbox, &check, &session).json()["_embedded"]["user"][0].clone();
    assert!(user["_embedded"]["businessUnit"].is_object());
    assert_eq!(get(&sandbox, "/v1/user", &session).status, 200);

    let create = |token: &str, password: &str, expires: &str| {
        let bearer = format!("Authorization: Bearer {token}");
        let headers = ["Content-Type: application/json", &bearer];
        let body = json!({ "password": password, "expires": expires }).to_string();
        call(&sandbox, "POST", "/v1/access-token", &headers, &body)
    };
    let end = "2096-02-29 23:59:00";
    let made = create(&session, "INFORME_SENHA", end);
    assert_eq!((made.status, &made.json()["status"]), (201, &json!(201)));
    assert_eq!(made.json()["expires"]["date"], format!("{end}.000000"));
    let id = text(&made.json()["id"]);
    let digits = id.split('?').next().expect("an id").to_string();
    assert!(id.contains("?q=verify&sessionIndex="));
    assert!(sandbox.is_live(&text(&made.json()["accessToken"])));
    assert_eq!(create(&person, "INFORME_SENHA", end).status, 403);
    assert_eq!(create(&session, "errada", end).status, 401);
    assert_eq!(create(&session, "INFORME_SENHA", "2001-01-01 00:00:00").status, 422);
    assert_eq!(create("dead", "INFORME_SENHA", end).status, 401);
    assert_eq!(sandbox.violations(), [""; 0]);
    assert_eq!(create(&session, "INFORME_SENHA", "2095-02-29 00:00:00").status, 422);
    assert_eq!(sandbox.violations().len(), 1);

    for _ in 0..25 {
        assert_eq!(create(&session, "INFORME_SENHA", end).status, 201);
    }
    let first = get(&sandbox, "/v1/access-token", &session).json();
    let second = get(&sandbox, "/v1/access-token?page=2", &session).json();
    assert_eq!((&first["page_count"], &first["total_items"]), (&json!(2), &json!(27)));
    let items = |page: &Value| page["_embedded"]["access_token"].as_array().map(Vec::len);
    assert_eq!((items(&first), items(&second)), (Some(25), Some(2)));
    let item = &first["_embedded"]["access_token"][1];
    assert_eq!(
        (text(&item["id"]), text(&item["expires"]["date"])),
        (digits.clone(), format!("{end}.000000"))
    );
    assert_eq!(get(&sandbox, "/v1/access-token?page=3", &session).status, 409);

    let bearer = format!("Authorization: Bearer {session}");
    let delete = |id: &str| {
        let url = format!("/v1/access-token/{id}");
        call(&sandbox, "DELETE", &url, &[&bearer], "").status
    };
    assert_eq!((delete(&digits), delete(&digits)), (204, 404));
    assert_eq!(sandbox.violations().len(), 1);
    assert_eq!(delete(&id), 400);
    assert_eq!(sandbox.violations().len(), 2);
}

#[test]
fn mistakes_are_recorded() {
    let sandbox = Sandbox::start();
    let login = format!("{ACTIONS}/login");
    let body = "{\"username\":\"a\",\"password\":\"b\"}";
    let json = "Content-Type: application/json";
    let cases: [(&str, &str, &[&str], &str, u16); 9] = [
        ("GET", &login, &[], "", 405),
        ("POST", &login, &["Content-Type: text/plain"], body, 415),
        ("POST", &login, &[json, "Content-Type: text/xml"], body, 400),
        ("POST", &format!("{login}?password=b"), &[json], body, 400),
        ("POST", &login, &[json], "{\"username\":\"a\"}", 400),
        ("POST", &login, &[json], "{\"username\":\"a\",\"password\":\"b\",\"x\":1}", 400),
        ("POST", &login, &[json], "not json", 400),
        ("GET", "/nowhere", &[], "", 404),
        ("GET", FREIGHTS, &["Authorization: Bearer%20x"], "", 401),
    ];
    for (number, (method, target, headers, body, status)) in cases.into_iter().enumerate() {
        let answer = call(&sandbox, method, target, headers, body);
        assert_eq!(answer.status, status, "{method} {target} {headers:?} {body}");
        assert_eq!(sandbox.violations().len(), number + 1, "{method} {target} {body}");
    }
    for raw in [&b"\x16\x03\x01 nonsense\r\n\r\n"[..], b"POST / HTTP/1.1\r\nHost: a\r\n\r\n"] {
        assert!(try_call(&sandbox, raw).expect("an answer").status >= 400);
    }
    assert_eq!(senior_login(&sandbox).status, 200);
}

#[test]
fn faults_that_are_answers() {
    let sandbox = Sandbox::start();
    let with = |fault: Fault| {
        sandbox.fault("senior.login", fault, 1);
        senior_login(&sandbox)
    };
    assert_eq!(with(Fault::Status(503)).json()["reason"], "INTERNAL_SERVER_ERROR");
    let answer = with(Fault::StatusWith {
        status: 418,
        content_type: "text/plain".to_string(),
        body: b"abc".to_vec(),
        headers: vec![("X-Odd".to_string(), "1".to_string())],
    });
    assert_eq!((answer.status, answer.body.as_slice()), (418, &b"abc"[..]));
    assert!(answer.head.contains("X-Odd: 1\r\n"));
    let retry = Fault::RetryAfter { status: 429, value: "2".to_string() };
    assert!(with(retry).head.contains("Retry-After: 2\r\n"));
    assert!(with(Fault::Html).body.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(with(Fault::NoToken).json(), json!({}));
    assert!(serde_json::from_slice::<Value>(&with(Fault::BadJson).body).is_err());
    assert_eq!(with(Fault::Empty).body.len(), 0);
    let huge = with(Fault::Huge(3_000_000));
    assert_eq!(huge.body.len(), 3_000_000);
    assert!(huge.json()["filler"].is_string());
    let moved = with(Fault::Redirect("http://a/".to_string()));
    assert!(moved.status == 302 && moved.head.contains("Location: http://a/\r\n"));
    let latin1 = with(Fault::Latin1Error);
    assert!(std::str::from_utf8(&latin1.body).is_err() && latin1.head.contains("ISO-8859-1"));
    let echo = with(Fault::EchoSecrets);
    // Once as it was sent, once decoded.
    assert_eq!(text(&echo.json()["message"]).matches("senhaUsuario").count(), 2);
    assert!(sandbox.logins().is_empty());

    sandbox.fault("senior.login", Fault::Html, usize::MAX);
    assert_eq!(senior_login(&sandbox).status, 200);
    sandbox.clear_faults();
    let start = Instant::now();
    let token = json_token(&with(Fault::Slow(Duration::from_millis(60))));
    assert!(token["access_token"].is_string() && start.elapsed() >= Duration::from_millis(60));
    json_token(&with(Fault::Trickle(Duration::from_micros(50))));
    sandbox.fault("api", Fault::Status(403), 1);
    assert_eq!(get(&sandbox, FREIGHTS, "x").status, 403);
    assert_eq!(sandbox.count("api"), 1);
    assert_eq!(sandbox.violations(), [""; 0]);
}

#[test]
fn faults_of_the_connection() {
    let sandbox = Sandbox::start();
    let url = format!("{ACTIONS}/login");
    let body = json!({ "username": "admin@empresa.com.br", "password": "senhaUsuario" });
    let bytes = request("POST", &url, &["Content-Type: application/json"], &body.to_string());
    let with = |fault: Fault| {
        sandbox.fault("senior.login", fault, 1);
        let error = try_call(&sandbox, &bytes).err().expect("no answer");
        (error.kind(), sandbox.logins().len())
    };
    use io::ErrorKind::{ConnectionReset, TimedOut, UnexpectedEof, WouldBlock};
    assert_eq!(with(Fault::Reset), (ConnectionReset, 0));
    assert_eq!(with(Fault::CloseBeforeAnswer), (UnexpectedEof, 0));
    assert_eq!(with(Fault::Garbage), (UnexpectedEof, 0));
    assert_eq!(with(Fault::DoneThenClose), (UnexpectedEof, 1));
    assert_eq!(with(Fault::CutBody), (UnexpectedEof, 2));

    for (fault, logins) in [(Fault::Hang, 2), (Fault::HangAfterHeaders, 3)] {
        sandbox.fault("senior.login", fault, 1);
        let mut stream = connect(&sandbox);
        let limit = Some(Duration::from_millis(80));
        stream.set_read_timeout(limit).expect("a time-out");
        stream.write_all(&bytes).expect("a request sent");
        let error = read_answer(&mut stream).err().expect("no answer");
        // Which of the two a time-out is depends on the system.
        assert!(matches!(error.kind(), WouldBlock | TimedOut), "{error}");
        assert_eq!(sandbox.logins().len(), logins);
    }
    assert_eq!(sandbox.count("senior.login"), 7);
}

#[test]
fn connections_stay_open_and_end() {
    let sandbox = Sandbox::start();
    let bytes = request("GET", FREIGHTS, &["Authorization: Bearer x"], "");
    let mut stream = connect(&sandbox);
    for _ in 0..3 {
        stream.write_all(&bytes).expect("a request sent");
        assert_eq!(read_answer(&mut stream).expect("an answer").status, 401);
    }
    // Two requests in one packet, one request in two.
    stream.write_all(&[bytes.clone(), bytes.clone()].concat()).expect("two requests sent");
    for _ in 0..2 {
        assert_eq!(read_answer(&mut stream).expect("an answer").status, 401);
    }
    let (front, back) = bytes.split_at(20);
    stream.write_all(front).expect("half a request sent");
    thread::sleep(Duration::from_millis(20));
    stream.write_all(back).expect("the other half sent");
    assert_eq!(read_answer(&mut stream).expect("an answer").status, 401);
    assert_eq!(sandbox.connections(), 1);

    sandbox.settings(|s| s.keep_alive = false);
    let answer = try_call(&sandbox, &bytes).expect("an answer");
    assert!(answer.head.contains("Connection: close"));
    sandbox.settings(|s| s.idle_timeout = Some(Duration::from_millis(20)));
    let mut idle = connect(&sandbox);
    assert_eq!(idle.read(&mut [0]).expect("an orderly end"), 0);

    let mut hanging = connect(&sandbox);
    sandbox.fault("api", Fault::Hang, 1);
    hanging.write_all(&bytes).expect("a request sent");
    while sandbox.count("api") < 8 {
        thread::yield_now();
    }
    let ca_file = sandbox.ca_file();
    assert!(ca_file.exists());
    let address = sandbox.http();
    drop(sandbox);
    assert!(!matches!(hanging.read(&mut [0]), Ok(1)));
    assert!(!ca_file.exists());
    assert!(TcpStream::connect(address.trim_start_matches("http://")).is_err());
}

#[test]
fn many_connections_at_once() {
    let sandbox = Sandbox::start();
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..300 {
            scope.spawn(|| assert_eq!(senior_login(&sandbox).status, 200));
        }
    });
    // A connection that the listener was too slow for would be tried again after a second.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(sandbox.count("senior.login"), 300);

    let mut open: Vec<TcpStream> = (0..300).map(|_| connect(&sandbox)).collect();
    let bytes = request("GET", FREIGHTS, &["Authorization: Bearer x"], "");
    for stream in &mut open {
        stream.write_all(&bytes).expect("a request sent");
    }
    for stream in &mut open {
        assert_eq!(read_answer(stream).expect("an answer").status, 401);
    }
}

#[test]
fn https_and_its_certificates() {
    let sandbox = Sandbox::start();
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(sandbox.ca_pem().as_bytes()).expect("a certificate");
    roots.add(ca).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let send = |name: &'static str, bytes: &[u8]| {
        let address = sandbox.https().replace("https://localhost", "127.0.0.1");
        let tcp = TcpStream::connect(address)?;
        let name = ServerName::try_from(name).expect("a name");
        let client = ClientConnection::new(Arc::clone(&config), name).expect("a client");
        let mut stream = StreamOwned::new(client, tcp);
        stream.write_all(bytes)?;
        read_answer(&mut stream)
    };
    let counts = request("GET", "/_sandbox/counts", &[], "");
    let ask = |name| send(name, &counts).map(|answer| answer.status);
    for name in ["localhost", "127.0.0.1", "::1"] {
        assert_eq!(ask(name).expect("an answer"), 200);
    }
    assert!(ask("elsewhere").is_err());
    let freights = request("GET", FREIGHTS, &["Authorization: Bearer x"], "");
    sandbox.fault("api", Fault::Huge(200_000), 1);
    let huge = send("localhost", &freights).expect("an answer");
    assert_eq!(huge.body.len(), 200_000);
    for fault in [Fault::Reset, Fault::CloseBeforeAnswer, Fault::CutBody] {
        sandbox.fault("api", fault, 1);
        assert!(send("localhost", &freights).is_err());
    }
    for certificate in [Certificate::Expired, Certificate::OtherName] {
        sandbox.settings(|s| s.certificate = certificate);
        assert!(ask("localhost").is_err());
    }
    assert!(sandbox.base_https("senior").ends_with("/t/senior.com.br/bridge/1.0"));
}

#[test]
fn control_over_http() {
    let sandbox = Sandbox::start();
    let post = |target: &str, body: &str| call(&sandbox, "POST", target, &[], body).status;
    let fault = "/_sandbox/fault?operation=senior.login";
    for (name, status) in [("status:503:2", 503), ("retry-after:7", 429), ("answer:418", 418)] {
        assert_eq!(post(&format!("{fault}&fault={name}&times=1"), "abc"), 204);
        assert_eq!(senior_login(&sandbox).status, status);
    }
    assert_eq!(post(&format!("{fault}&fault=reset&times=9"), ""), 204);
    assert_eq!(post("/_sandbox/clear", ""), 204);
    let token = text(&json_token(&senior_login(&sandbox))["access_token"]);
    assert_eq!(post("/_sandbox/expire", ""), 204);
    assert!(!sandbox.is_live(&token));
    let settings = "{\"expires_in\":\"60\",\"senior_shape\":\"object\",\"delay_ms\":1}";
    assert_eq!(post("/_sandbox/settings", settings), 204);
    assert_eq!(senior_login(&sandbox).json()["jsonToken"]["expires_in"], "60");
    let user = json!({ "provider": "assine", "username": "novo", "password": "INFORME_SENHA" });
    assert_eq!(post("/_sandbox/user", &user.to_string()), 204);
    assert_eq!(assine_login(&sandbox, "novo").status, 200);
    for (target, body) in [
        ("/_sandbox/fault?operation=x&fault=hang", ""),
        ("/_sandbox/fault?operation=api&fault=nonsense", ""),
        ("/_sandbox/settings", "{\"x\":1}"),
        ("/_sandbox/expire?what=else", ""),
        ("/_sandbox/unknown", ""),
    ] {
        assert_eq!(post(target, body), 400, "{target}");
    }
    let counts = call(&sandbox, "GET", "/_sandbox/counts", &[], "").json();
    assert_eq!(counts["senior.login"], 5);
    let none = call(&sandbox, "GET", "/_sandbox/violations", &[], "").json();
    assert_eq!(none, json!([]));
}

#[test]
fn requests_are_kept_as_sent() {
    let sandbox = Sandbox::start();
    let token = text(&json_token(&senior_login(&sandbox))["access_token"]);
    let bearer = format!("Authorization: Bearer {token}");
    let headers = [bearer.as_str(), "Content-Type: text/plain", "X-Mine: 1"];
    let echo = call(&sandbox, "POST", &format!("{FREIGHTS}?a=b"), &headers, "olá");
    assert_eq!((echo.status, &echo.json()["text"]), (201, &json!("olá")));
    let seen = sandbox.requests("api").pop().expect("a request");
    assert_eq!((seen.header("x-mine"), seen.body.as_slice()), (Some("1"), "olá".as_bytes()));
    assert_eq!(seen.target, format!("{FREIGHTS}?a=b"));
}
