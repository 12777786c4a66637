//! Which host a request goes to: environments, base_url, plain http. A proxy that lets nobody through tells where
//! the library wanted to go.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::client::*;
use crate::ground::{Ground, SENIOR};

/// Answers every CONNECT with 403 and keeps its first line.
struct Doorman {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Doorman {
    fn new() -> Doorman {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        // It ends with the test program.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                kept.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
                let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            }
        });
        Doorman { address, asked }
    }

    fn proxy(&self) -> String {
        format!("http://{}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[test]
fn every_environment_has_its_host() {
    for (provider, environment, host) in [
        ("senior", None, "platform.senior.com.br"),
        ("senior", Some("production"), "platform.senior.com.br"),
        ("senior", Some("homologation"), "platform-homologx.senior.com.br"),
        ("senior", Some("test"), "platform-homologx.senior.com.br"),
        ("invoisys", None, "api.invoisys.com.br"),
        ("invoisys", Some("production"), "api.invoisys.com.br"),
        ("invoisys", Some("sandbox"), "sandbox-api.invoisys.com.br"),
        ("invoisys", Some("test"), "sandbox-api.invoisys.com.br"),
        ("assine", None, "api-v1.assine.online"),
        ("assine", Some("homologation"), "api-v1-hom.assine.online"),
        ("assine", Some("test"), "api-v1-hom.assine.online"),
    ] {
        let doorman = Doorman::new();
        let proxy = doorman.proxy();
        let account = Account::with(provider, &[("proxy", &proxy), ("username", "u"), ("password", "senha")]);
        if let Some(environment) = environment {
            account.set("environment", environment).unwrap();
        }
        account.refused(ERPTOKEN_E_PROXY).assert_says(&["proxy", "403"]);
        assert_eq!(doorman.asked(), [format!("CONNECT {host}:443 HTTP/1.1")], "{provider} {environment:?}");
    }
}

#[test]
fn an_unknown_environment_is_refused_when_it_is_set() {
    for (provider, known) in [
        ("senior", ["production", "homologation"]),
        ("invoisys", ["production", "sandbox"]),
        ("assine", ["production", "homologation"]),
    ] {
        let account = Account::open(provider).unwrap();
        for wrong in ["staging", "Production", "production ", "senior"] {
            failed(account.set("environment", wrong), ERPTOKEN_E_OPTION)
                .assert_says(&["environment", wrong])
                .assert_says(&known);
        }
        account.set("environment", known[1]).unwrap();
        account.unset("environment").unwrap();
    }
}

#[test]
fn the_base_url_goes_before_the_environment() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("environment", "test").unwrap();
    account.token();
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn a_slash_at_the_end_of_the_base_url_changes_nothing() {
    let ground = Ground::new();
    let token = ground.senior().token();
    let account = ground.senior();
    account.set("base_url", &(ground.base("senior") + "/")).unwrap();
    assert_eq!(account.token(), token);
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn plain_http_is_refused_before_anything_is_sent() {
    let doorman = Doorman::new();
    let proxy = doorman.proxy();
    for host in
        ["erp.example", "192.0.2.7:8080", "localhost.erp.example", "127.0.0.1.erp.example", "[2001:db8::1]"]
    {
        let base = format!("http://{host}/rest");
        let options =
            [("base_url", base.as_str()), ("username", "u"), ("password", "senha"), ("proxy", &proxy)];
        let account = Account::with("senior", &options);
        account.refused(ERPTOKEN_E_INSECURE).assert_says(&["not https", "\"allow_http\"", host]);
        assert_eq!(doorman.asked(), [""; 0], "{host}");
    }
}

#[test]
fn plain_http_is_possible_when_the_program_allows_it_at_once() {
    let doorman = Doorman::new();
    let proxy = doorman.proxy();
    let base = "http://erp.example:8080/rest";
    let options = [("base_url", base), ("username", "u"), ("password", "senha"), ("proxy", &proxy)];
    let account = Account::with("senior", &options);
    account.refused(ERPTOKEN_E_INSECURE);
    account.set("allow_http", "1").unwrap();
    account.refused(ERPTOKEN_E_PROXY);
    assert_eq!(doorman.asked(), ["CONNECT erp.example:8080 HTTP/1.1"]);
}

#[test]
fn loopback_needs_no_permission_and_no_proxy() {
    let ground = Ground::new();
    let doorman = Doorman::new();
    let account = ground.senior();
    account.set("proxy", &doorman.proxy()).unwrap();
    account.token();
    assert_eq!(doorman.asked(), [""; 0]);
    account.set("base_url", &ground.base("senior").replace("127.0.0.1", "localhost")).unwrap();
    account.token();
    assert_eq!((doorman.asked().len(), ground.count("senior.login")), (0, 2));
}

#[test]
fn a_dead_proxy_is_said_to_be_it() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = format!("http://usuario:senha-do-proxy@{closed}");
    let account = Account::with(
        "senior",
        &[("proxy", &proxy), ("username", SENIOR.username), ("password", SENIOR.password)],
    );
    account.keep_secret("senha-do-proxy");
    account.refused(ERPTOKEN_E_PROXY).assert_says(&["proxy", &closed.to_string()]);
}
