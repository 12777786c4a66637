//! Two kinds of addresses, one of which leads nowhere.

use std::net::TcpListener;
use std::thread;

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};

/// Passes what comes at `listener` on to the sandbox.
fn passing_on(listener: TcpListener, to: String) {
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = std::net::TcpStream::connect(&to) else { return };
            let (mut from, mut into) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut into));
            let (mut from, mut into) = (server, client);
            thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut into);
                let _ = into.shutdown(std::net::Shutdown::Both);
            });
        }
    });
}

fn account(ground: &Ground, base: &str) -> Account {
    let options = [("base_url", base), ("username", SENIOR.username), ("password", SENIOR.password)];
    let account = Account::with("senior", &options);
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    account
}

#[test]
fn a_host_that_answers_on_ipv6_alone_is_reached() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        println!("skipped: this machine has no IPv6");
        return;
    };
    let port = listener.local_addr().unwrap().port();
    let ground = Ground::new();
    for https in [false, true] {
        let origin = if https { ground.https() } else { ground.http() };
        let listener =
            if https { TcpListener::bind("[::1]:0").unwrap() } else { listener.try_clone().unwrap() };
        let port = if https { listener.local_addr().unwrap().port() } else { port };
        passing_on(listener, origin.split_once("://").unwrap().1.to_owned());
        let scheme = if https { "https" } else { "http" };
        // localhost is 127.0.0.1 first, where nobody listens on this port.
        for host in ["localhost", "[::1]"] {
            let account = account(&ground, &format!("{scheme}://{host}:{port}/t/senior.com.br/bridge/1.0"));
            let answer = request(&account, "POST", "/tms/echo", None, Body::Text("{}")).unwrap();
            assert_eq!((answer.status(), answer.field("/headers/host")), (201, format!("{host}:{port}")));
        }
    }
}

#[test]
fn a_host_that_answers_on_ipv4_alone_is_reached() {
    let ground = Ground::new();
    let base = ground.base("senior").replace("127.0.0.1", "localhost");
    let account = account(&ground, &base);
    assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200);
    let ipv6 = base.replace("localhost", "[::1]");
    account.set("base_url", &ipv6).unwrap();
    let failure = failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_NETWORK);
    failure.assert_says(&["no connection to [::1]:"]);
}
