//! What a profile would send, as the report shows it, and files of which there is no report.

use crate::client::*;
use crate::report::{self, good_profiles, name_of, Folder, LANGUAGES};
use erptoken::abi::process;
use serde_json::{json, Value};
use std::fs;

fn of<'r>(requests: &'r Value, environment: &str, operation: &str) -> &'r Value {
    let found = requests
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["environment"] == environment && one["operation"] == operation);
    found.unwrap_or_else(|| panic!("{operation} in {requests}"))
}

#[test]
fn what_a_built_in_profile_sends() {
    let report = report::check("senior", "en").unwrap();
    assert!(report.is_valid() && report.problems().is_empty(), "{}", report.text);
    assert_eq!(report.whole["name"], "senior");
    let requests = &report.whole["requests"];
    assert_eq!(
        *of(requests, "production", "login[1]"),
        json!({
            "environment": "production", "operation": "login[1]", "needs": ["username", "password"], "method": "POST",
            "url": "https://platform.senior.com.br/t/senior.com.br/bridge/1.0/rest/platform/authentication/actions/login",
            "headers": { "Content-Type": "application/json" },
            "body": r#"{"username":"[username]","password":"[password]","scope":"[scope]"}"#,
        })
    );
    let refresh = of(requests, "homologation", "refresh");
    assert!(refresh["url"].as_str().unwrap().starts_with("https://platform-homologx.senior.com.br/"));
    assert_eq!(refresh["headers"]["X-Tenant"], "[tenant]");
    let api = of(requests, "production", "api");
    assert_eq!(api["url"], "https://platform.senior.com.br/t/senior.com.br/bridge/1.0/rest/[path]");
    assert_eq!(api["headers"]["Authorization"], "Bearer [access_token]");
    assert_eq!(api["headers"]["client_id"], "[client_id]");
    for words in [
        "Profile senior is valid",
        "environment homologation",
        "POST https://platform.senior.com.br/",
        "[password]",
    ] {
        assert!(report.text.contains(words), "{words} is not in\n{}", report.text);
    }
    let text = report::check("senior", "pt").unwrap().text;
    for words in ["O perfil senior é válido", "no ambiente homologation", "[password]"] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

#[test]
fn what_a_profile_without_a_login_sends() {
    let folder = Folder::new();
    let path =
        folder.profile(fs::read(report::project().join("tests/check_profile/good/fixed.json")).unwrap());
    let report = report::check(&path, "en").unwrap();
    let requests = &report.whole["requests"];
    assert_eq!(
        *requests,
        json!([{
            "environment": "production", "operation": "api", "needs": ["app_key", "secret"], "method": "POST",
            "url": "https://api.vendor.example/[path]?token=[access_token]",
            "headers": { "X-Account": "[app_key]", "Content-Type": "application/json" },
            "body": r#"{"app_secret":"[access_token]","page":1}"#,
        }])
    );
    assert_eq!(report.whole["values"], json!({ "basic": "base64([app_key]:[secret])" }));
    assert!(
        report.text.contains("[access_token] = [basic]") && report.text.contains("[basic] = base64("),
        "{}",
        report.text
    );
}

#[test]
fn what_is_computed_says_of_what() {
    let folder = Folder::new();
    let path =
        folder.profile(fs::read(report::project().join("tests/check_profile/good/everything.json")).unwrap());
    let report = report::check(&path, "pt").unwrap();
    assert_eq!(
        report.whole["values"],
        json!({
            "basic": "base64([client_id]:[client_secret])",
            "digest": "sha256([username][client_id]) as base64",
            "old_digest": "md5([password])",
            "signature": "hmac_sha256([store][now], key [client_secret]) as base64url",
            "assertion": "RS256({\"iss\":\"[client_id]\",\"aud\":\"[auth]/token\",\"iat\":[now],\"exp\":[now+300],\"jti\":\"[uuid]\",\
                \"roles\":[\"erp\",null,true,1.5]}, header {\"x5t#S256\":\"[client_certificate:sha256]\"}, key [client_key])",
        }),
        "{}",
        report.text
    );
    let requests = &report.whole["requests"];
    let login = of(requests, "sandbox", "login[0]");
    assert_eq!(login["headers"]["Authorization"], "Basic [basic]");
    assert_eq!(login["url"], "https://login-sandbox.vendor.example/oauth/token?store=[store]");
    assert_eq!(
        of(requests, "production", "login[0]")["url"],
        "https://login.vendor.example/oauth/token?store=[store]"
    );
    let api = of(requests, "production", "api");
    assert_eq!(api["url"], "https://api.vendor.example/v1/rest/[path]?channel=[channel]");
    assert_eq!(api["body"], r#"{"app":{"key":"[client_id]","signature":"[signature]"}}"#);
}

#[test]
fn every_good_profile_is_shown() {
    let folder = Folder::new();
    for file in good_profiles() {
        let path = folder.profile(fs::read(&file).unwrap());
        let name = name_of(&file);
        let texts = LANGUAGES.map(|language| {
            let report = report::check(&path, language).unwrap();
            assert!(report.is_valid(), "{name}: {}", report.text);
            assert!(report.problems().is_empty() && report.whole["values"].is_object(), "{name}");
            assert!(report.warnings().is_empty(), "{name}: {}", report.text);
            let requests = report.whole["requests"].as_array().unwrap();
            assert!(requests.iter().any(|one| one["operation"] == "api"), "{name}");
            for one in requests {
                let url = one["url"].as_str().unwrap();
                assert!(url.starts_with("https://") && report.text.contains(url), "{name}: {one}");
                assert!(!report.json.contains("{base}") && one["headers"].is_object(), "{name}: {one}");
            }
            report.text
        });
        assert_ne!(texts[0], texts[1], "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_read_has_no_report() {
    let folder = Folder::new();
    let path = folder.profile("{}");
    assert!(!report::check(&path, "en").unwrap().is_valid());
    for (unread, words) in [
        (path.replace("profile.json", "nothing.json"), "cannot be read"),
        (path.replace("profile.json", ""), "is not a known provider"),
        ("profile.json".to_owned(), "is not a known provider"),
        ("Senior".to_owned(), "is not a known provider"),
    ] {
        let failure = report::check(&unread, "en").err().expect("no report");
        assert_eq!(failure.name, "ERPTOKEN_E_PROVIDER", "{unread}: {failure:?}");
        assert!(failure.text.contains(words), "{unread}: {failure:?}");
    }
    let large = folder.profile(" ".repeat((1 << 20) + 1));
    assert_eq!(report::check(&large, "en").err().unwrap().name, "ERPTOKEN_E_PROVIDER");
    let mut response = -7;
    unsafe {
        let senior = c_text("senior");
        assert_eq!(process::erptoken_check_profile(std::ptr::null(), &mut response), ERPTOKEN_E_ARGUMENT);
        assert_eq!(
            process::erptoken_check_profile(senior.as_ptr(), std::ptr::null_mut()),
            ERPTOKEN_E_ARGUMENT
        );
    }
    assert_eq!(response, -7);
}
