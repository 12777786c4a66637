//! Values that are computed of others, as they arrive; and that none of them is seen where a server repeats it.

use serde_json::{json, Value};

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::place::{assert_not_logged, at, log, profile, report};
use crate::server::{Heard, Server};

const KEY: &str = include_str!("../../src/provider/profile/tests/keys/rfc7515-rsa-pkcs8.pem");
const EC_KEY: &str = include_str!("../../src/provider/profile/tests/keys/rfc7515-ec.pem");

fn good() -> String {
    json!({ "access_token": "obtido", "expires_in": 3600 }).to_string()
}

#[test]
fn a_login_with_a_signed_assertion_as_it_arrives() {
    let server = Server::new(|_| (200, good()));
    let path = profile(&at(
        &server.base,
        json!({
            "options": { "chave": null },
            "values": { "assertion": { "jwt": "ES256", "key": "{chave}", "header": { "kid": "{tenant}" },
                "claims": { "iss": "{client_id}", "aud": "{base}/token", "iat": "{now:integer}",
                            "exp": "{now+300:integer}", "jti": "{uuid}" } } },
            "login": [{ "needs": ["client_id", "chave"], "url": "{base}/token",
                "form": { "grant_type": "client_credentials", "client_assertion": "{assertion}", "id": "{uuid}", "at": "{now}" } }]
        }),
    ));
    let account = Account::with(&path, &[("client_id", "cliente-1"), ("tenant", "k1"), ("chave", EC_KEY)]);
    assert_eq!(account.token(), "obtido");
    let sent = server.last();
    let field = |name: &str| {
        sent.text().split('&').find_map(|one| one.strip_prefix(&format!("{name}="))).unwrap().to_owned()
    };
    let assertion = field("client_assertion");
    let parts: Vec<Vec<u8>> = assertion.split('.').map(decoded).collect();
    assert_eq!(parts[0], br#"{"alg":"ES256","typ":"JWT","kid":"k1"}"#);
    let claims: Value = serde_json::from_slice(&parts[1]).unwrap();
    let now: i64 = field("at").parse().unwrap();
    assert_eq!(
        claims,
        json!({ "iss": "cliente-1", "aud": format!("{}/token", server.base), "iat": now, "exp": now + 300, "jti": field("id") })
    );
    assert_eq!(parts[2].len(), 64);
    assert_not_logged(&[&assertion, "BEGIN EC"]);
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bits = (0u32, 0);
    let mut bytes = Vec::new();
    for letter in text.bytes() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => panic!("{letter}"),
        };
        bits = (bits.0 << 6 | u32::from(digit), bits.1 + 6);
        if bits.1 >= 8 {
            bits.1 -= 8;
            bytes.push((bits.0 >> bits.1) as u8);
            bits.0 &= (1 << bits.1) - 1;
        }
    }
    bytes
}

/// All that could be a credential of what was sent.
fn echo(heard: &Heard) -> String {
    let basic = heard.header("authorization").unwrap_or_default().to_owned();
    json!({ "error": "invalid_request", "error_description": format!("got {basic} and {}", heard.text()) })
        .to_string()
}

#[test]
fn what_a_server_repeats_of_it_is_masked_everywhere() {
    for status in [400, 401, 503] {
        let server = Server::new(move |heard| (status, echo(heard)));
        let path = profile(&at(
            &server.base,
            json!({
                "values": {
                    "basic": { "base64": "{client_id}:{client_secret}" },
                    "mark": { "hmac_sha256": "{client_id}", "key": "{client_secret}" },
                    "assertion": { "jwt": "RS256", "key": "{chave}", "claims": { "iss": "{client_id}" } }
                },
                "options": { "chave": null },
                "login": [{ "needs": ["client_id", "client_secret"], "url": "{base}/t",
                    "headers": { "Authorization": "Basic {basic}" }, "json": { "m": "{mark}", "a": "{assertion}" },
                    "means": [{ "status": 401, "is": "credentials" }] }]
            }),
        ));
        // The secret is too short to be looked for by itself.
        let account = Account::with(&path, &[("client_id", "id"), ("client_secret", "abc"), ("chave", KEY)]);
        let failure = account.get().expect_err("a failure");
        let sent = server.last();
        let basic = sent.header("authorization").unwrap().strip_prefix("Basic ").unwrap().to_owned();
        assert_eq!(basic, "aWQ6YWJj");
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        let secrets = [basic.as_str(), body["m"].as_str().unwrap(), body["a"].as_str().unwrap()];
        assert!(failure.text.contains("[secret]") || status == 400, "{failure:?}");
        let report = report(&account);
        for secret in secrets {
            assert!(!failure.text.contains(secret), "{secret}: {failure:?}");
            assert!(!report.contains(secret), "{secret}: {report}");
        }
        assert_not_logged(&secrets);
        let judged = log().lines().filter(|line| line.contains("got Basic [secret]")).count();
        assert!(judged > 0, "the log has the line, and masked:\n{}", log());
    }
}

#[test]
fn a_key_that_does_not_fit_is_told_and_nothing_is_sent() {
    let server = Server::new(|_| (200, good()));
    let path = profile(&at(
        &server.base,
        json!({
            "options": { "chave": null },
            "values": { "a": { "jwt": "PS256", "key": "{chave}", "claims": { "iss": "{client_id}" } } },
            "login": [{ "needs": ["client_id", "chave"], "url": "{base}/t", "form": { "a": "{a}" } }]
        }),
    ));
    let account = Account::with(&path, &[("client_id", "id")]);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"chave\""]);
    for (key, says) in [("isto nao e uma chave", "BEGIN PRIVATE KEY"), (EC_KEY, "RSA")] {
        account.set("chave", key).unwrap();
        account.keep_secret(key);
        account.refused(ERPTOKEN_E_OPTION).assert_says(&["chave", says]);
    }
    assert_eq!(server.count(), 0);
    // Line ends as JSON writes those of Windows.
    account.set("chave", &KEY.replace('\n', "\\r\\n")).unwrap();
    assert_eq!((account.token().as_str(), server.count()), ("obtido", 1));
}

#[test]
fn a_call_is_signed_anew_each_time() {
    let server = Server::plain();
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "stamp": { "hmac_sha256": "{now}:{uuid}", "key": "{secret}", "as": "base64url" } },
            "fixed": { "needs": ["access_key", "secret"], "access_token": "{access_key}" },
            "authorize": { "X-Key": "{access_token}", "X-Stamp": "{stamp}", "X-Id": "{uuid}", "X-Now": "{now}" },
            "authorize_query": { "id": "{uuid}" }
        }),
    ));
    let account = Account::with(&path, &[("access_key", "chave-x"), ("secret", "segredo-x")]);
    for _ in 0..2 {
        get(&account, "/a").unwrap();
        let sent = server.last();
        assert_eq!(
            sent.target(),
            format!("/a?id={}", sent.header("x-id").unwrap()),
            "one number for all of it"
        );
        assert_eq!(sent.header("x-stamp").unwrap().len(), 43);
    }
    let heard = server.heard();
    assert_ne!(heard[0].header("x-stamp"), heard[1].header("x-stamp"));
    // The program's own header stands, and nothing is computed for others.
    request(&account, "GET", "/a", Some("X-Stamp: meu"), Body::None).unwrap();
    assert_eq!(server.last().header("x-stamp"), Some("meu"));
    assert_not_logged(&[heard[0].header("x-stamp").unwrap(), "segredo-x"]);
}

#[test]
fn the_key_of_the_client_certificate_signs() {
    let server = Server::new(|_| (200, good()));
    let folder = std::env::temp_dir().join(format!("erptoken-credentials-key-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("key.pem");
    std::fs::write(&file, KEY).unwrap();
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "a": { "jwt": "RS256", "key": "{client_key}", "claims": { "iss": "{client_id}" } } },
            "login": [{ "needs": ["client_id", "client_key"], "url": "{base}/t", "form": { "a": "{a}" } }]
        }),
    ));
    let account = Account::with(&path, &[("client_id", "id")]);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"client_key\""]);
    account.set("client_key", file.to_str().unwrap()).unwrap();
    assert_eq!(account.token(), "obtido");
    assert_eq!(server.last().text().split('.').count(), 3);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_thumbprint_of_the_client_certificate_is_its_own() {
    let server = Server::new(|_| (200, good()));
    let folder =
        std::env::temp_dir().join(format!("erptoken-credentials-certificate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec!["loja.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let file = folder.join("certificate.pem");
    std::fs::write(&file, certificate.pem() + &key.serialize_pem()).unwrap();
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "a": { "jwt": "ES256", "key": "{client_key}",
                "header": { "x5t#S256": "{client_certificate:sha256}", "x5t": "{client_certificate:sha1}" },
                "claims": { "iss": "{client_id}" } } },
            "login": [{ "needs": ["client_id", "client_certificate"], "url": "{base}/t", "form": { "a": "{a}" } }]
        }),
    ));
    let account = Account::with(&path, &[("client_id", "id")]);
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"client_certificate\""]);
    account.set("client_certificate", file.to_str().unwrap()).unwrap();
    assert_eq!(account.token(), "obtido");
    let sent = server.last();
    let header = decoded(sent.text().strip_prefix("a=").unwrap().split('.').next().unwrap());
    let header: Value = serde_json::from_slice(&header).unwrap();
    let hash = |kind| ring_hash(kind, certificate.der());
    assert_eq!(decoded(header["x5t#S256"].as_str().unwrap()), hash(&ring::digest::SHA256));
    assert_eq!(decoded(header["x5t"].as_str().unwrap()), hash(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY));
    std::fs::remove_dir_all(&folder).unwrap();
}

fn ring_hash(kind: &'static ring::digest::Algorithm, bytes: &[u8]) -> Vec<u8> {
    ring::digest::digest(kind, bytes).as_ref().to_vec()
}

#[test]
fn a_call_carries_what_is_computed_of_the_token_and_of_what_was_kept() {
    let body = json!({ "access_token": "assinado", "expires_in": 3600, "loja": "12" }).to_string();
    let server = Server::new(move |_| (200, body.clone()));
    let path = profile(&at(
        &server.base,
        json!({
            "kept": ["loja"],
            "take": { "access_token": "/access_token", "expires_in": "/expires_in", "loja": "/loja" },
            "values": { "mark": { "sha256": "{access_token}" }, "of_mark": { "base64": "{loja}:{mark}" } },
            "login": [{ "needs": ["password"], "url": "{base}/t", "json": { "p": "{password}" } }],
            "authorize": { "Authorization": "Bearer {access_token}", "X-Mark": "{mark}" },
            "authorize_query": { "m": "{of_mark}" },
            "authorize_json": { "m": "{of_mark?}" }
        }),
    ));
    let account = Account::with(&path, &[("password", "senha-que-assina")]);
    request(&account, "POST", "/x", None, Body::Text("{}")).unwrap();
    let sent = server.last();
    let mark = sent.header("x-mark").unwrap();
    assert_eq!((mark.len(), server.count()), (64, 2));
    let of_mark: Value = serde_json::from_str(sent.text()).unwrap();
    let of_mark = of_mark["m"].as_str().unwrap();
    assert_eq!(decoded(of_mark.trim_end_matches('=')), format!("12:{mark}").into_bytes());
    let query = of_mark.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert_eq!(sent.target(), format!("/x?m={query}"));
    assert_not_logged(&[mark, of_mark, "assinado"]);
}
