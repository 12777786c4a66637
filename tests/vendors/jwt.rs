//! Signed assertions, checked as an authorization server does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use ring::digest;
use ring::rsa::KeyPair as RsaKeyPair;
use ring::signature::{
    KeyPair, UnparsedPublicKey, VerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::Value;

use crate::asked::Asked;
use crate::oauth::CLIENT;

/// A key for these tests and nothing else.
const KEY: &str = include_str!("signing-key.pem");

fn key() -> RsaKeyPair {
    let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).expect("PKCS#8");
    RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).expect("an RSA key")
}

/// A certificate of that key (DER), and the folder where both are as files.
fn files() -> &'static (Vec<u8>, String) {
    static FILES: OnceLock<(Vec<u8>, String)> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("signing");
        let _ = fs::create_dir_all(&folder);
        let pair = rcgen::KeyPair::from_pem(KEY).expect("an RSA key");
        let params = rcgen::CertificateParams::new(Vec::new()).expect("no names");
        let certificate = params.self_signed(&pair).expect("a certificate");
        for (name, text) in [("key.pem", KEY.to_owned()), ("both.pem", certificate.pem() + KEY)] {
            let path = folder.join(name);
            fs::write(&path, text).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its rights");
        }
        (certificate.der().to_vec(), folder.to_str().expect("UTF-8").to_owned())
    })
}

pub fn key_file() -> String {
    format!("{}/key.pem", files().1)
}

pub fn certificate_file() -> String {
    format!("{}/both.pem", files().1)
}

/// As `x5t#S256` tells it.
pub fn certificate_hash() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &files().0))
}

pub fn key_options(at: &str) -> Vec<(&'static str, String)> {
    vec![
        ("base_url", format!("{at}/oauth/token")),
        ("api_url", format!("{at}/api")),
        ("client_key", key_file()),
        ("key_id", "chave-1".to_owned()),
    ]
}

pub fn certificate_options(at: &str) -> Vec<(&'static str, String)> {
    vec![
        ("base_url", format!("{at}/oauth/token")),
        ("api_url", format!("{at}/api")),
        ("client_certificate", certificate_file()),
    ]
}

pub fn is_by_key(assertion: &str, asked: &Asked) -> bool {
    is_good(assertion, asked, "kid", "chave-1")
}

pub fn is_by_certificate(assertion: &str, asked: &Asked) -> bool {
    is_good(assertion, asked, "x5t#S256", &certificate_hash())
}

/// RFC 7523, 3: signed, for this server, of this client, in force; the header tells the key in one way.
fn is_good(assertion: &str, asked: &Asked, key_name: &str, key_value: &str) -> bool {
    assert!(is_signed(assertion, "RS256"), "not signed by the client's key");
    let (_, header, claims, _) = parts(assertion);
    let header = header.as_object().expect("a header");
    assert_eq!((&header["alg"], &header[key_name]), (&"RS256".into(), &key_value.into()), "{header:?}");
    assert!(header.len() <= 3 && header.get("typ").is_none_or(|typ| typ == "JWT"), "{header:?}");
    let host = asked.header("Host").expect("a host");
    assert_eq!(claims["aud"], format!("http://{host}/oauth/token"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let (issued, end) = (claims["iat"].as_u64().expect("iat"), claims["exp"].as_u64().expect("exp"));
    assert!(issued.abs_diff(now) < 60 && end == issued + 300, "{claims}");
    let id = claims["jti"].as_str().expect("jti");
    assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "{id} is no UUID");
    assert_eq!(claims["iss"], claims["sub"]);
    claims["iss"] == CLIENT
}

/// Whether the client's key signed it in this way.
pub fn is_signed(assertion: &str, algorithm: &str) -> bool {
    let (signed, header, _, signature) = parts(assertion);
    let way: &dyn VerificationAlgorithm = match algorithm {
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        _ => &RSA_PKCS1_2048_8192_SHA256,
    };
    let public = UnparsedPublicKey::new(way, key().public_key().as_ref().to_vec());
    header["alg"] == algorithm && public.verify(signed.as_bytes(), &signature).is_ok()
}

/// An access token as many servers make them, which nobody but they check.
pub fn access_token(number: u64, life_s: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let claims =
        serde_json::json!({ "sub": "erp", "iat": now, "exp": now + life_s, "jti": number.to_string() });
    let coded = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", coded("{\"alg\":\"RS256\"}"), coded(&claims.to_string()), coded("signature"))
}

/// What is signed, the header, the claims, the signature.
pub fn parts(token: &str) -> (&str, Value, Value, Vec<u8>) {
    let (signed, signature) = token.rsplit_once('.').expect("a JWT");
    let (header, claims) = signed.split_once('.').expect("a JWT");
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url without padding");
    let json = |text: &str| serde_json::from_slice(&decoded(text)).expect("JSON");
    (signed, json(header), json(claims), decoded(signature))
}
