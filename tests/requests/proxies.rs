//! Through real proxies. The sandbox is addressed as 0.0.0.0, which is this machine and does not look like it: what is
//! known to be this machine never goes through a proxy.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use crate::answer::{get, request, Body};
use crate::child::{asked, LANGUAGE, THEN};
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::programs::{free_port, proxy, Kind, LOGIN};
use crate::support::Folder;

const BOTH: [Kind; 2] = [Kind::Tinyproxy, Kind::Squid];

/// An address of the sandbox that goes through a proxy.
fn elsewhere(ground: &Ground, https: bool, host: &str) -> String {
    let base = if https { ground.base_https("senior") } else { ground.base("senior") };
    base.replace("127.0.0.1", host).replace("localhost", host)
}

fn account(ground: &Ground, https: bool, proxy: &str) -> Account {
    let base = elsewhere(ground, https, "0.0.0.0");
    let options = [
        ("base_url", base.as_str()),
        ("username", SENIOR.username),
        ("password", SENIOR.password),
        ("proxy", proxy),
        ("allow_http", "1"),
    ];
    let account = Account::with("senior", &options);
    account.keep_secret("senha321");
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    account
}

#[test]
fn logins_and_requests_go_through_with_and_without_tls() {
    for kind in BOTH {
        for https in [false, true] {
            let Some(proxy) = proxy(kind, false, false) else { continue };
            let ground = Ground::new();
            let address = format!("http://{}", proxy.address());
            let account = account(&ground, https, &address);
            for _ in 0..3 {
                let body = Body::Text("{}");
                let answer = request(&account, "POST", "/tms/echo", None, body).unwrap();
                assert_eq!((answer.status(), answer.field("/text")), (201, "{}".to_owned()), "{kind:?}");
            }
            assert_eq!(ground.connections(), 1, "{kind:?}: that of the login is kept for the requests");
            // So it was the way: without the proxy there is none.
            drop(proxy);
            let failure = failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_PROXY);
            failure.assert_says(&[address.trim_start_matches("http://"), "\"proxy\""]);
        }
    }
}

#[test]
fn a_login_is_wanted_and_a_407_is_no_401() {
    for kind in BOTH {
        let Some(proxy) = proxy(kind, true, false) else { continue };
        let ground = Ground::new();
        for login in ["", "empresa:errada9@", "outro:se%6eha321@"] {
            let without = account(&ground, true, &format!("http://{login}{}", proxy.address()));
            let failure = failed(get(&without, "/tms/freights").map(drop), ERPTOKEN_E_PROXY);
            failure.assert_says(&["wants a login", "HTTP 4", "\"proxy\""]);
            assert!(failure.text.contains("HTTP 407") || !login.is_empty(), "{failure:?}");
            assert!(!failure.text.contains("errada9"), "{failure:?}");
        }
        assert_eq!(ground.connections(), 0);
        let with = account(&ground, true, &format!("http://{LOGIN}@{}", proxy.address()));
        assert_eq!(get(&with, "/tms/freights").unwrap().status(), 200, "{kind:?}");
        // A 401 of the API is the token's matter.
        ground.expire_token(&with.token());
        assert_eq!(get(&with, "/tms/freights").unwrap().status(), 200, "{kind:?}");
        assert_eq!(ground.count("senior.refresh"), 1);
        for seen in ground.requests("api") {
            assert_eq!(seen.header("Proxy-Authorization"), None, "the proxy's login is not the server's");
        }
    }
}

#[test]
fn a_proxy_that_refuses_or_finds_nobody_is_told() {
    for kind in BOTH {
        let Some(refusing) = proxy(kind, false, true) else { continue };
        let ground = Ground::new();
        let refused = account(&ground, true, &format!("http://{}", refusing.address()));
        failed(get(&refused, "/x").map(drop), ERPTOKEN_E_PROXY).assert_says(&["refused", "HTTP 403"]);
        let Some(open) = proxy(kind, false, false) else { continue };
        let lost = account(&ground, true, &format!("http://{}", open.address()));
        lost.set("base_url", &format!("https://0.0.0.0:{}/t", free_port())).unwrap();
        // Squid says with 503 that it is not itself that fails, and may be asked again.
        let status = if kind == Kind::Squid { ERPTOKEN_E_NETWORK } else { ERPTOKEN_E_PROXY };
        failed(get(&lost, "/x").map(drop), status).assert_says(&["the proxy 127.0.0.1:", "HTTP 50"]);
    }
}

/// A proxy that answers the same to everything.
fn answering(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn what_a_proxy_answers_in_the_servers_stead_is_told_in_both_languages() {
    let ground = Ground::new();
    for (answer, status, words) in [
        (
            "HTTP/1.1 407 x\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n",
            ERPTOKEN_E_PROXY,
            ["NTLM, Negotiate (HTTP 407)", "cntlm"],
        ),
        ("HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\n\r\n", ERPTOKEN_E_PROXY, ["(HTTP 407)", "\"proxy\""]),
        ("HTTP/1.1 502 x\r\n\r\n<html>", ERPTOKEN_E_NETWORK, ["0.0.0.0:", "(HTTP 502)"]),
        ("HTTP/1.0 504 x\r\n\r\n", ERPTOKEN_E_NETWORK, ["0.0.0.0:", "(HTTP 504)"]),
    ] {
        let proxy = answering(answer);
        let account = account(&ground, true, &format!("http://empresa:senha321@{proxy}"));
        let failure = failed(get(&account, "/x").map(drop), status);
        failure.assert_says(&words).assert_says(&[&proxy.to_string()]);
        assert_eq!(failure.http_status, 0, "the proxy's status is not the provider's");
        let address = format!("http://{proxy}");
        let options = [
            ("base_url", elsewhere(&ground, true, "0.0.0.0")),
            ("username", "u".to_owned()),
            ("password", "p".to_owned()),
            ("proxy", address),
        ];
        let options = options.each_ref().map(|(name, value)| (*name, value.as_str()));
        let told = asked(&options, &[(LANGUAGE, "pt")]);
        for word in words.iter().chain(&["o proxy ", &proxy.to_string(), &status_name(status)]) {
            assert!(told.contains(word), "{word} is not in: {told}");
        }
    }
    assert_eq!(ground.connections(), 0);
}

#[test]
fn a_name_that_only_the_proxy_knows_is_no_matter_of_ours() {
    let Some(proxy) = proxy(Kind::Squid, true, false) else { return };
    let ground = Ground::new();
    let account = account(&ground, true, &format!("http://{LOGIN}@{}", proxy.address()));
    account.set("base_url", &elsewhere(&ground, true, "api.erptoken.test")).unwrap();
    assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200);
    account.set("proxy", "none").unwrap();
    account.set("username", "outro").unwrap();
    account.set("password", "senha999").unwrap();
    failed(get(&account, "/tms/freights").map(drop), ERPTOKEN_E_NETWORK).assert_says(&["api.erptoken.test"]);
}

#[test]
fn the_environment_names_the_proxy_and_its_exceptions() {
    let Some(proxy) = proxy(Kind::Tinyproxy, true, false) else { return };
    let ground = Ground::new();
    let (base, ca) = (elsewhere(&ground, true, "0.0.0.0"), ground.ca_file());
    let options = [
        ("base_url", base.as_str()),
        ("username", SENIOR.username),
        ("password", SENIOR.password),
        ("ca_file", ca.to_str().unwrap()),
    ];
    let with = |more: &[(&str, &str)], environment: &[(&str, &str)]| {
        asked(&[&options[..], more].concat(), environment)
    };
    let (good, bad) = (format!("http://{LOGIN}@{}", proxy.address()), format!("http://{}", proxy.address()));
    let (good, bad) = (good.as_str(), bad.as_str());
    for name in ["HTTPS_PROXY", "https_proxy"] {
        assert_eq!(with(&[], &[(name, good)]), "200");
        let told = with(&[], &[(name, bad)]);
        assert!(told.starts_with("ERPTOKEN_E_PROXY ") && told.contains("407"), "{told}");
    }
    // Who asks a CGI program could set this one.
    assert_eq!(with(&[], &[("HTTP_PROXY", bad), ("http_proxy", bad)]), "200");
    assert_eq!(with(&[], &[("HTTPS_PROXY", bad), ("NO_PROXY", "example.com, 0.0.0.0")]), "200");
    assert_eq!(with(&[], &[("HTTPS_PROXY", bad), ("no_proxy", "*")]), "200");
    assert!(with(&[], &[("HTTPS_PROXY", bad), ("NO_PROXY", "10.0.0.0/8")]).contains("407"));
    for past in ["x;0.0.0.0", " 0.0.0.0 x", "0.*", "0.0.0.0/8", "https://0.0.0.0/", "0.0.0.0/255.0.0.0"] {
        assert_eq!(with(&[], &[("https_proxy", bad), ("no_proxy", past)]), "200", "{past}");
    }
    for form in [good.replace("http://", ""), good.replace("http://", "HTTP://"), format!("\t{good}/ \r")] {
        assert_eq!(with(&[], &[("HTTPS_PROXY", &form)]), "200", "{form}");
        let option = if form.contains("://") { form } else { continue };
        assert_eq!(with(&[("proxy", option.trim_end())], &[]), "200", "{option}");
    }
    assert_eq!(with(&[("proxy", "none")], &[("HTTPS_PROXY", bad)]), "200");
    assert_eq!(with(&[("proxy", good)], &[("HTTPS_PROXY", bad)]), "200");
    assert!(with(&[("proxy", bad)], &[("HTTPS_PROXY", good), ("NO_PROXY", "*")]).contains("407"));
    let told = with(&[], &[("HTTPS_PROXY", "socks5://127.0.0.1:1")]);
    assert!(told.starts_with("ERPTOKEN_E_PROXY ") && told.contains("HTTPS_PROXY"), "{told}");
    assert!(told.contains("of the kind socks5://"), "{told}");
    // This machine is not reached through it.
    assert_eq!(with(&[("base_url", &ground.base("senior"))], &[("HTTPS_PROXY", bad)]), "200");
}

/// A proxy that shows certificates of an authority of its own instead of the server's, as antivirus and firewalls do:
/// whatever is asked for, it leads to `instead`.
fn intercepting(instead: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|count| count > 0) {
                    head.push(byte[0]);
                }
                let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
                let Ok(server) = TcpStream::connect(instead) else { return };
                let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || io::copy(&mut from, &mut to));
                let (mut from, mut to) = (server, client);
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    address
}

#[test]
fn an_inspecting_proxy_is_named_and_its_authority_can_be_trusted() {
    let ground = Ground::new();
    let port: u16 = ground.https().rsplit(':').next().unwrap().parse().unwrap();
    let proxy = format!("http://{}", intercepting(([127, 0, 0, 1], port).into()));
    let options = [
        ("base_url", "https://api.erptoken.test/t/senior.com.br/bridge/1.0"),
        ("username", SENIOR.username),
        ("password", SENIOR.password),
        ("proxy", proxy.as_str()),
    ];
    let ca = ground.ca_file();
    let ca = ca.to_str().unwrap();
    let told = asked(&options, &[]);
    assert!(told.starts_with("ERPTOKEN_E_TLS "), "{told}");
    assert!(told.contains("proxy or antivirus inspects TLS") && told.contains("\"ca_file\""), "{told}");
    // As an administrator does it: among the authorities of the system, here those of the process.
    assert_eq!(asked(&options, &[("SSL_CERT_FILE", ca)]), "200");
    assert_eq!(asked(&[&options[..], &[("ca_file", ca)]].concat(), &[]), "200");
    // The program's own file replaces them.
    let other = Ground::new();
    let others = other.ca_file();
    let wrong = [&options[..], &[("ca_file", others.to_str().unwrap())]].concat();
    let told = asked(&wrong, &[("SSL_CERT_FILE", ca)]);
    assert!(told.starts_with("ERPTOKEN_E_TLS "), "{told}");
}

/// An account of a process whose authorities are those that its environment names.
fn with_authorities(ground: &Ground, environment: &[(&str, &str)]) -> String {
    let base = ground.base_https("senior");
    let options = [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
    asked(&options, environment)
}

#[test]
fn authorities_that_the_environment_names_and_nobody_can_read_are_told_with_their_path() {
    let ground = Ground::new();
    let folder = Folder::new("authorities");
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (ca, empty, page, gone) = (ground.ca_file(), at("empty.pem"), at("page.pem"), at("gone.pem"));
    fs::write(&empty, "").unwrap();
    fs::write(&page, "<html>login</html>").unwrap();
    let folder_path = folder.path().to_str().unwrap();
    for (variable, path, words) in [
        ("SSL_CERT_FILE", gone.as_str(), "no such file"),
        ("SSL_CERT_FILE", &empty, "no certificate"),
        ("SSL_CERT_FILE", &page, "no certificate"),
        ("SSL_CERT_FILE", folder_path, "not a file"),
        ("SSL_CERT_FILE", &at("empty.pem/x"), "not a folder"),
        ("SSL_CERT_DIR", &at("none"), "no such file"),
        ("SSL_CERT_DIR", folder_path, "no certificate"),
    ] {
        let told = with_authorities(&ground, &[(variable, path)]);
        assert!(told.starts_with("ERPTOKEN_E_TLS "), "{told}");
        for word in [variable, path, words, "\"ca_file\""] {
            assert!(told.contains(word), "{word} is not in: {told}");
        }
    }
    // One that is of use makes up for one that is not.
    let ca = ca.to_str().unwrap();
    fs::copy(ca, at("authority.pem")).unwrap();
    for environment in [
        [("SSL_CERT_FILE", gone.as_str()), ("SSL_CERT_DIR", folder_path)],
        [("SSL_CERT_FILE", ca), ("SSL_CERT_DIR", "/nowhere:/nowhere else")],
        [("SSL_CERT_FILE", ca), ("SSL_CERT_DIR", "")],
    ] {
        assert_eq!(with_authorities(&ground, &environment), "200", "{environment:?}");
    }
    // A spoilt certificate spoils only itself.
    let good = fs::read_to_string(ca).unwrap();
    fs::write(&page, format!("{}\n{good}", good.replace('M', "*"))).unwrap();
    assert_eq!(with_authorities(&ground, &[("SSL_CERT_FILE", &page)]), "200");
    // What was read does not hold the authority, and so it is named.
    let other = Ground::new();
    let others = other.ca_file();
    for folder in ["/nowhere", folder_path] {
        fs::remove_file(at("authority.pem")).unwrap_or_default();
        fs::write(&page, "").unwrap();
        let environment = [("SSL_CERT_FILE", others.to_str().unwrap()), ("SSL_CERT_DIR", folder)];
        let told = with_authorities(&ground, &environment);
        assert!(told.contains("CN=erptoken sandbox CA") || told.contains("is not signed by"), "{told}");
        assert!(!told.contains("SSL_CERT"), "{told}");
    }
}

#[test]
fn an_authority_that_is_added_later_is_trusted_from_then_on() {
    let (ground, other) = (Ground::new(), Ground::new());
    let folder = Folder::new("later");
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (ca, file) = (ground.ca_file(), at("authorities.pem"));
    fs::copy(other.ca_file(), &file).unwrap();
    let then = |to: &str| format!("{}>{to}", ca.display());
    let told = with_authorities(&ground, &[("SSL_CERT_FILE", &file), (THEN, &then(&file))]);
    assert_eq!(told, "200");
    let (folder, new) = (folder.path().to_str().unwrap(), at("new.pem"));
    fs::copy(other.ca_file(), &file).unwrap();
    let told = with_authorities(&ground, &[("SSL_CERT_DIR", folder), (THEN, &then(&new))]);
    assert_eq!(told, "200");
    assert_eq!(other.connections(), 0);
}
