//! Answers that no profile describes: each has its status, its words, and shows no secret.

use crate::client::*;
use crate::ground::{Ground, ALL, ASSINE, INVOISYS, SENIOR};
use crate::sandbox::Fault;

/// What one bad answer to a login is to become, at every provider.
struct Case {
    fault: Fault,
    status: i32,
    http_status: i32,
    says: &'static [&'static str],
}

fn case(fault: Fault, status: i32, http_status: i32, says: &'static [&'static str]) -> Case {
    Case { fault, status, http_status, says }
}

fn check(cases: Vec<Case>) {
    for known in &ALL {
        for Case { fault, status, http_status, says } in &cases {
            let ground = Ground::new();
            ground.fault(known.login, fault.clone(), 3);
            let account = ground.account(known);
            let failure = account.refused(*status);
            assert_eq!(failure.http_status, *http_status, "{} {fault:?}: {failure:?}", known.provider);
            failure.assert_says(says);
            assert!(failure.retry_after > 0, "{failure:?}");
            assert_eq!(account.info("last_error"), failure.name);
            assert_ne!(account.info("state"), "none");

            let again = account.refused(*status);
            assert!(again.is_remembered() && again.retry_after > 0, "{fault:?}: {again:?}");
            assert_eq!((again.http_status, &again.server_code), (failure.http_status, &failure.server_code));
            assert_eq!(ground.count(known.login), 1, "{} {fault:?}: sent again", known.provider);
        }
    }
}

#[test]
fn success_without_a_token() {
    check(vec![
        case(Fault::Html, ERPTOKEN_E_RESPONSE, 200, &["not JSON", "text/html", "proxy"]),
        case(Fault::Empty, ERPTOKEN_E_RESPONSE, 200, &["not JSON", "0 bytes"]),
        case(Fault::NoToken, ERPTOKEN_E_RESPONSE, 200, &["access_token is missing", "2 bytes"]),
        case(Fault::BadJson, ERPTOKEN_E_RESPONSE, 200, &["not JSON", "application/json"]),
        case(Fault::Huge(2 << 20), ERPTOKEN_E_RESPONSE, 200, &["larger than 1048576 bytes", "127.0.0.1"]),
    ]);
}

#[test]
fn broken_connections() {
    check(vec![
        case(Fault::CutBody, ERPTOKEN_E_NETWORK, 200, &["cut short", "127.0.0.1"]),
        case(Fault::CloseBeforeAnswer, ERPTOKEN_E_NETWORK, 0, &["broke before an answer"]),
        case(Fault::DoneThenClose, ERPTOKEN_E_NETWORK, 0, &["broke before an answer"]),
        case(Fault::Reset, ERPTOKEN_E_NETWORK, 0, &["broke before an answer", "reset"]),
        case(Fault::Garbage, ERPTOKEN_E_RESPONSE, 0, &["not HTTP"]),
    ]);
}

#[test]
fn refusing_statuses() {
    check(vec![
        case(Fault::Status(403), ERPTOKEN_E_FORBIDDEN, 403, &["permission", "403", "the sandbox was told"]),
        case(Fault::Status(404), ERPTOKEN_E_RESPONSE, 404, &["base_url", "404"]),
        case(Fault::Status(429), ERPTOKEN_E_RATE_LIMITED, 429, &["wait", "429"]),
        case(Fault::Status(405), ERPTOKEN_E_RESPONSE, 405, &["405"]),
        case(Fault::Status(418), ERPTOKEN_E_RESPONSE, 418, &["418"]),
        case(Fault::Status(500), ERPTOKEN_E_SERVER, 500, &["try again later", "500"]),
        case(Fault::Status(503), ERPTOKEN_E_SERVER, 503, &["try again later", "503"]),
        case(Fault::Status(408), ERPTOKEN_E_SERVER, 408, &["408"]),
    ]);
}

#[test]
fn a_redirect_is_never_followed() {
    for known in &ALL {
        for place in ["somewhere", "https://", "/"] {
            let (ground, elsewhere) = (Ground::new(), Ground::new());
            let to = match place {
                "somewhere" => elsewhere.base(known.provider) + "/oauth",
                "https://" => elsewhere.base_https(known.provider),
                _ => "/oauth".to_owned(),
            };
            ground.fault(known.login, Fault::Redirect(to), 1);
            let failure = ground.account(known).refused(ERPTOKEN_E_RESPONSE);
            assert_eq!(failure.http_status, 302);
            assert_eq!((elsewhere.connections(), ground.count(known.login)), (0, 1));
            assert_eq!(ground.logins(), []);
        }
    }
}

#[test]
fn a_latin1_text_is_read() {
    for known in &ALL {
        let ground = Ground::new();
        ground.fault(known.login, Fault::Latin1Error, 1);
        let failure = ground.account(known).refused(ERPTOKEN_E_CREDENTIALS);
        failure.assert_says(&["Usuário ou senha inválidos: ação não permitida"]);
    }
}

#[test]
fn an_echoed_secret_is_not_shown() {
    for (known, status) in
        [(&SENIOR, ERPTOKEN_E_RESPONSE), (&INVOISYS, ERPTOKEN_E_CREDENTIALS), (&ASSINE, ERPTOKEN_E_RESPONSE)]
    {
        for password in ["senhaUsuario", "se nha&\"=ç+%🚚\\", "linha\numa\tduas", "caf\u{e9}/<b>'ok'"] {
            let ground = Ground::new();
            ground.add_user(known.provider, known.username, password);
            ground.fault(known.login, Fault::EchoSecrets, 1);
            let account = ground.account_of(known, known.username, password);
            let failure = account.refused(status);
            // The client has looked for the secrets already; here is a proof that there was something to find.
            failure.assert_says(&["Request invalid format", "[secret]"]);
        }
    }
}

#[test]
fn echoed_tokens_are_not_shown() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    ground.fault("senior.logout", Fault::EchoSecrets, 1);
    failed(account.logout(), ERPTOKEN_E_RESPONSE).assert_says(&["[secret]"]);
    account.token();
    assert!(ground.is_live(&first));
}

#[test]
fn an_echoed_refresh_token_is_not_shown() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    let body = r#"{ "message": "no such grant", "reason": "UNAUTHORIZED" }"#;
    ground.answer("senior.refresh", 500, "application/json", body);
    let failure = account.refused(ERPTOKEN_E_SERVER);
    assert_eq!(failure.server_code, "UNAUTHORIZED");
    failure.assert_says(&["no such grant"]);
    let sent = ground.last_json("senior.refresh");
    account.keep_secret(sent["refreshToken"].as_str().unwrap());

    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    ground.fault("senior.refresh", Fault::EchoSecrets, 1);
    ground.fault("senior.login", Fault::Status(500), 1);
    account.refused(ERPTOKEN_E_SERVER);
}

#[test]
fn a_servers_words_are_cut_and_freed_of_what_turns_or_hides_text() {
    let ground = Ground::new();
    let message = format!("linha\\none\\u0007\\u202edois {}", "x".repeat(5_000));
    let body = format!(r#"{{ "message": "{message}", "reason": "{}" }}"#, "R".repeat(5_000));
    ground.answer("senior.login", 401, "application/json", &body);
    let failure = ground.senior().refused(ERPTOKEN_E_CREDENTIALS);
    assert!(failure.text.chars().count() < 700 && failure.server_code.len() <= 255, "{failure:?}");
    assert!(failure.text.contains("linha one") && !failure.text.contains('\u{202e}'), "{failure:?}");
}

#[test]
fn a_server_that_is_not_there_is_a_matter_of_the_network() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let base = format!("http://{closed}");
    let account = Account::with("assine", &[("base_url", &base), ("username", "u"), ("password", "senha")]);
    let failure = account.refused(ERPTOKEN_E_NETWORK);
    failure.assert_says(&["no connection to 127.0.0.1", "firewall"]);
    assert_eq!(failure.http_status, 0);
}

#[test]
fn a_name_that_does_not_exist_is_a_matter_of_the_network() {
    let base = "https://no-such-host.erptoken.invalid";
    let options =
        [("base_url", base), ("username", "u"), ("password", "senha"), ("connect_timeout_ms", "300")];
    let failure = Account::with("assine", &options).refused(ERPTOKEN_E_NETWORK);
    failure.assert_says(&["no-such-host.erptoken.invalid", "DNS"]);
}

#[test]
fn a_wrong_path_is_said_to_be_one() {
    let ground = Ground::new();
    ground.tolerate_violations();
    let account = ground.account(&ASSINE);
    account.set("base_url", &(ground.http() + "/api/v2")).unwrap();
    account.refused(ERPTOKEN_E_RESPONSE).assert_says(&["base_url", "404"]);
}
