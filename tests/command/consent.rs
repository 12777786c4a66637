//! A person consents once; this test plays the browser, against the sandbox's page that consents at once.

use crate::run::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

const PROFILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples-c/consented.json");

fn shared(place: &Place, words: &[&str]) -> Command {
    let mut command = place.shared(words);
    command.env_remove("ERPTOKEN_USERNAME").env_remove("ERPTOKEN_PASSWORD");
    command.env("ERPTOKEN_BASE_URL", place.sandbox.base("consent"));
    command.env("ERPTOKEN_CLIENT_ID", "erp-da-empresa").env("ERPTOKEN_CLIENT_SECRET", "segredo-do-cliente");
    command
}

/// The command, begun; and the address that it prints.
fn begun(place: &Place, more: &[&str]) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let page = format!("{}/oauth/authorize", place.sandbox.base("consent"));
    let mut command = shared(place, &[&["consent", PROFILE, &page], more].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command");
    let mut told = BufReader::new(child.stderr.take().expect("its words"));
    let mut address = String::new();
    while !address.starts_with("http") {
        address.clear();
        assert!(told.read_line(&mut address).expect("a line") > 0, "no address");
    }
    (child, told, address.trim().to_owned())
}

/// Asks as a browser does; where it is sent to, or the page.
fn visit(address: &str) -> (Option<String>, String) {
    let (host, target) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).expect("a connection");
    write!(stream, "GET /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let sent = answer.lines().find_map(|line| line.strip_prefix("Location: ").map(str::to_owned));
    (sent, answer)
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

fn ended(child: Child, mut told: impl Read) -> (i32, String, String) {
    let mut err = String::new();
    told.read_to_string(&mut err).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned(), err)
}

#[test]
fn a_consent_serves_every_run() {
    let place = Place::new("consent");
    let get = || done(&mut shared(&place, &["get", PROFILE]), b"");
    get().bad(20, &["ERPTOKEN_E_MISSING", "code"]);
    let (child, told, address) = begun(&place, &["--port", &free_port()]);
    let (sent, _) = visit(&address);
    let back = sent.expect("the way back");
    // Others knock too.
    let (host, _) = back.strip_prefix("http://").unwrap().split_once('/').unwrap();
    visit(&format!("http://{host}/favicon.ico"));
    visit(&format!("http://{host}/?code=abc&state=somebody-elses"));
    visit(&format!("http://{host}/?error=access_denied&state=somebody-elses"));
    visit(&format!("http://{host}/?code=abc"));
    assert!(visit(&back).1.contains("Pronto"));
    assert_eq!(ended(child, told), (0, String::new(), String::new()));
    let token = get().good();
    assert!(place.sandbox.is_live(token.trim()));
    assert_eq!(get().good(), token);
    let again = ["consent", PROFILE, "http://127.0.0.1:1/authorize"];
    done(&mut shared(&place, &again), b"").bad(20, &["erptoken logout"]);
}

#[test]
fn the_address_may_be_pasted() {
    let place = Place::new("pasted");
    let (mut child, told, address) = begun(&place, &["--redirect-uri", "http://127.0.0.1:9/volta"]);
    let back = visit(&address).0.expect("the way back");
    assert!(back.starts_with("http://127.0.0.1:9/volta?"), "{back}");
    writeln!(child.stdin.take().unwrap(), "{back}").unwrap();
    let (code, out, err) = ended(child, told);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    done(&mut shared(&place, &["get", PROFILE]), b"").good();
}

#[test]
fn what_is_no_answer_to_it_is_refused() {
    let place = Place::new("foreign-consent");
    for (back, words) in [
        ("https://erp.example/?code=abc&state=somebody-elses", "not the answer"),
        ("https://erp.example/?error=access_denied&state=x", "access_denied"),
        ("", "not the answer"),
    ] {
        let (mut child, told, _) = begun(&place, &["--redirect-uri", "https://erp.example/"]);
        writeln!(child.stdin.take().unwrap(), "{back}").unwrap();
        let (code, out, err) = ended(child, told);
        assert_eq!((code, out.as_str(), err.contains(words)), (40, "", true), "{err}");
    }
    assert_eq!(place.sandbox.count("consent.token"), 0);
    let without = ["consent", PROFILE, "http://127.0.0.1:1/authorize"];
    done(shared(&place, &without).env_remove("ERPTOKEN_STORE"), b"").bad(20, &["store"]);
    done(shared(&place, &without).env_remove("ERPTOKEN_CLIENT_ID"), b"").bad(20, &["client_id"]);
    done(&mut shared(&place, &[&without[..], &["--port", "http"]].concat()), b"").bad(2, &["http"]);
    // A profile that no person consents to.
    done(&mut shared(&place, &["consent", "senior", "http://127.0.0.1:1/"]), b"").bad(20, &["redirect_uri"]);
}
