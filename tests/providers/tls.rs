//! https with a certificate authority of the program's choice, and what is said when the certificate is wrong.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;

use crate::client::*;
use crate::ground::{Ground, Known, ALL, ASSINE, SENIOR};
use crate::sandbox::Certificate;

/// An account over https; `ca_file` of which sandbox, if any.
fn account(ground: &Ground, known: &Known, ca_of: Option<&Ground>) -> Account {
    let base = ground.base_https(known.provider);
    let options = [("base_url", base.as_str()), ("username", known.username), ("password", known.password)];
    let account = Account::with(known.provider, &options);
    if let Some(ca_of) = ca_of {
        account.set("ca_file", ca_of.ca_file().to_str().unwrap()).unwrap();
    }
    account
}

#[test]
fn https_works_with_the_servers_own_authority() {
    for known in &ALL {
        let ground = Ground::new();
        let account = account(&ground, known, Some(&ground));
        let token = account.token();
        assert!(ground.is_live(&token));
        account.logout().unwrap();
    }
}

#[test]
fn an_authority_that_is_not_trusted_is_told_with_advice() {
    let ground = Ground::new();
    let failure = account(&ground, &SENIOR, None).refused(ERPTOKEN_E_TLS);
    failure.assert_says(&["localhost", "\"ca_file\""]);
    assert_eq!((failure.http_status, ground.count("senior.login")), (0, 0));
    assert!(failure.retry_after > 0, "{failure:?}");
}

#[test]
fn another_authority_is_not_trusted() {
    let (ground, other) = (Ground::new(), Ground::new());
    let failure = account(&ground, &ASSINE, Some(&other)).refused(ERPTOKEN_E_TLS);
    failure.assert_says(&["its certificate", "\"ca_file\""]);
    assert_eq!(ground.count("assine.login"), 0);
}

#[test]
fn a_wrong_certificate_is_told_with_its_cause() {
    for (certificate, words) in [
        (Certificate::Expired, ["expired", "2020-01-01"]),
        (Certificate::OtherName, ["another host name", "other.invalid"]),
    ] {
        let ground = Ground::new();
        ground.settings(|s| s.certificate = certificate);
        let account = account(&ground, &SENIOR, Some(&ground));
        let failure = account.refused(ERPTOKEN_E_TLS);
        failure.assert_says(&words).assert_says(&["localhost"]);
        assert!(account.refused(ERPTOKEN_E_TLS).is_remembered());
        assert_eq!((ground.count("senior.login"), ground.connections()), (0, 1));
    }
}

#[test]
fn what_was_wrong_with_the_certificate_is_forgotten_with_the_ca_file() {
    let ground = Ground::new();
    let account = account(&ground, &SENIOR, None);
    account.refused(ERPTOKEN_E_TLS);
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    account.token();
}

#[test]
fn https_to_a_port_of_plain_http_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let options = [("base_url", base.as_str()), ("username", "u"), ("password", "senha")];
    Account::with("assine", &options).refused(ERPTOKEN_E_TLS).assert_says(&["plain", "http"]);
}

#[test]
fn http_to_a_port_of_https_is_told() {
    let ground = Ground::new();
    let base = ground.https().replace("https://", "http://");
    let options = [("base_url", base.as_str()), ("username", "u"), ("password", "senha")];
    let failure = Account::with("assine", &options).get().expect_err("no token");
    assert!([ERPTOKEN_E_RESPONSE, ERPTOKEN_E_NETWORK].contains(&failure.status), "{failure:?}");
    assert_eq!(ground.logins(), []);
}

#[test]
fn a_ca_file_is_read_when_it_is_set() {
    let ground = Ground::new();
    let account = ground.senior();
    let folder = std::env::temp_dir();
    let no_pem = folder.join(format!("erptoken-providers-{}-no.pem", std::process::id()));
    fs::write(&no_pem, "no certificate\n").unwrap();
    let missing = folder.join("erptoken-no-such-file.pem");
    for path in [&folder, &no_pem, &missing, &PathBuf::from("/dev/null"), &PathBuf::from("/dev/zero")] {
        let failure = failed(account.set("ca_file", path.to_str().unwrap()), ERPTOKEN_E_OPTION);
        failure.assert_says(&["\"ca_file\"", "PEM"]);
    }
    fs::remove_file(&no_pem).unwrap();
    // None of them was taken.
    account.token();
}

#[test]
fn a_ca_file_that_is_gone_later_was_read_before() {
    let ground = Ground::new();
    let path = std::env::temp_dir().join(format!("erptoken-providers-{}-ca.pem", std::process::id()));
    fs::write(&path, ground.ca_pem()).unwrap();
    let account = account(&ground, &SENIOR, None);
    account.set("ca_file", path.to_str().unwrap()).unwrap();
    fs::remove_file(&path).unwrap();
    account.token();
}
