//! Values that live with a token: SAP Business One's cookies, and what a refresh keeps of them.

use serde_json::{json, Value};

use crate::client::*;
use crate::own_profile::Folder;
use crate::raw::{answer, json, Answer, Asked, Raw};

/// SAP Business One: the session in one cookie, the node that has it in another.
pub fn business_one(base: &str) -> Value {
    json!({
        "erptoken_profile": 1, "name": "b1", "title": "SAP Business One",
        "environments": { "production": { "base": base } },
        "kept": ["route"],
        "authorize": { "Cookie": "B1SESSION={access_token}; ROUTEID={route}" },
        "options": { "company": null },
        "take": { "access_token": [{ "cookie": "B1SESSION" }], "route": [{ "cookie": "ROUTEID" }], "expires_in": ["/SessionTimeout"] },
        "life": { "unit": "min" },
        "login": [ { "needs": ["company", "username", "password"], "url": "{base}/b1s/v1/Login",
            "json": { "CompanyDB": "{company}", "UserName": "{username}", "Password": "{password}" },
            "means": [ { "status": 401, "is": "credentials" } ] } ],
        "logout": { "url": "{base}/b1s/v1/Logout", "authorize": true }
    })
}

pub fn answers(asked: &Asked, before: usize) -> Answer {
    match asked.line.as_str() {
        "POST /b1s/v1/Login" => {
            let session = format!("Set-Cookie: B1SESSION=s3ss10n-{before}; HttpOnly; Path=/b1s/v1");
            let node = format!("Set-Cookie: ROUTEID=.node{before}; path=/b1s");
            answer(
                200,
                &["Content-Type: application/json", &session, &node],
                "{\"SessionTimeout\":30,\"Version\":\"1000\"}",
            )
        }
        "POST /b1s/v1/Logout" => answer(204, &["Set-Cookie: B1SESSION=; Max-Age=0"], ""),
        _ => json(404, json!({ "error": { "code": 1 } })),
    }
}

const USER: [(&str, &str); 3] =
    [("company", "SBODEMOBR"), ("username", "manager"), ("password", "s3nha-forte")];

#[test]
fn the_header_has_both_cookies_at_every_call() {
    let (server, folder) = (Raw::new(answers), Folder::new());
    let account = Account::with(&folder.profile(&business_one(&server.base)), &USER);
    assert_eq!(account.token(), "s3ss10n-0");
    let whole = "B1SESSION=s3ss10n-0; ROUTEID=.node0";
    for _ in 0..3 {
        assert_eq!(
            (account.token().as_str(), account.authorization().unwrap().as_str()),
            ("s3ss10n-0", whole)
        );
    }
    assert_eq!((account.info("header_name"), server.count("/b1s/v1/Login")), ("Cookie".into(), 1));
    let left = account.number("expires_in");
    assert!((1700..=1800).contains(&left), "{left}");
    // Refused by either of them, and by no other text.
    account.reject("ROUTEID=.node0").unwrap();
    assert_eq!(account.token(), "s3ss10n-0");
    account.reject(whole).unwrap();
    assert_eq!(
        (account.token(), account.authorization().unwrap()),
        ("s3ss10n-1".into(), "B1SESSION=s3ss10n-1; ROUTEID=.node1".into())
    );
    account.logout().unwrap();
    let logout = server.last("/b1s/v1/Logout");
    assert_eq!(logout.header("Cookie"), Some("B1SESSION=s3ss10n-1; ROUTEID=.node1"));
}

#[test]
fn what_an_answer_lacks_is_unset() {
    let play = |_: &Asked, _| answer(200, &["Set-Cookie: B1SESSION=alone"], "{\"SessionTimeout\":30}");
    let (server, folder) = (Raw::new(play), Folder::new());
    let mut profile = business_one(&server.base);
    let account = Account::with(&folder.profile(&profile), &USER);
    account.refused(ERPTOKEN_E_RESPONSE).assert_says(&["route is missing in SAP Business One's answer"]);
    assert_eq!(server.count("/b1s/v1/Login"), 1);
    account.refused(ERPTOKEN_E_RESPONSE);
    assert_eq!(server.count("/b1s/v1/Login"), 1, "remembered");
    profile["authorize"] = json!({ "Cookie": "B1SESSION={access_token}; ROUTEID={route?}" });
    let account = Account::with(&folder.profile(&profile), &USER);
    account.token();
    assert_eq!(account.authorization().unwrap(), "B1SESSION=alone; ROUTEID=");
}

#[test]
fn an_option_in_the_header_that_is_not_set_is_said_before_anything_is_sent() {
    let (server, folder) = (Raw::new(answers), Folder::new());
    let mut profile = business_one(&server.base);
    profile["options"] = json!({ "company": null, "node": null });
    profile["authorize"] = json!({ "Cookie": "B1SESSION={access_token}; NODE={node}" });
    let account = Account::with(&folder.profile(&profile), &USER);
    account.refused(ERPTOKEN_E_OPTION).assert_says(&["node"]);
    assert_eq!(server.asked().len(), 0);
    account.set("node", "n7").unwrap();
    account.token();
    assert_eq!(account.authorization().unwrap(), "B1SESSION=s3ss10n-0; NODE=n7");
}

#[test]
fn a_refresh_sends_them_and_keeps_what_it_brings_no_new_one_of() {
    let play = |asked: &Asked, before: usize| match (asked.line.as_str(), before) {
        ("POST /login", _) => json(200, json!({ "t": "tok-a", "r": "ref-a", "route": "n1", "shard": 7 })),
        ("POST /refresh", 0) => json(200, json!({ "t": "tok-b", "r": "ref-b", "shard": 8 })),
        ("POST /refresh", _) => json(200, json!({ "t": "tok-c" })),
        _ => json(200, json!({})),
    };
    let (server, folder) = (Raw::new(play), Folder::new());
    let profile = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": server.base } },
        "kept": ["route", "shard"],
        "take": { "access_token": ["/t"], "refresh_token": ["/r"], "route": ["/route"], "shard": ["/shard"] },
        "authorize": { "Authorization": "Bearer {access_token}@{route}/{shard}" },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login", "json": { "p": "{password}" } } ],
        "refresh": { "url": "{base}/refresh", "json": { "r": "{refresh_token}", "at": "{route}.{shard}" } },
        "logout": { "url": "{base}/logout", "form": { "route": "{route}" } }
    });
    let account = Account::with(&folder.profile(&profile), &[("username", "u"), ("password", "s3nha-forte")]);
    let first = account.authorization().unwrap();
    account.reject(&first).unwrap();
    assert_eq!([first, account.authorization().unwrap()], ["Bearer tok-a@n1/7", "Bearer tok-b@n1/8"]);
    assert_eq!(server.last("/refresh").body, "{\"at\":\"n1.7\",\"r\":\"ref-a\"}");
    account.logout().unwrap();
    assert_eq!(server.last("/logout").body, "route=n1");
}

fn request(account: &Account, method: &str, url: &str) -> Outcome<()> {
    let (method, url, none, mut response) = (c_text(method), c_text(url), std::ptr::null(), 0);
    let status = unsafe {
        let body = std::ptr::null::<std::ffi::c_void>();
        let (handle, method, url) = (account.handle(), method.as_ptr(), url.as_ptr());
        erptoken::abi::requests::erptoken_request(handle, method, url, none, body, 0, &mut response)
    };
    let told = account.checked(status);
    erptoken::abi::accounts::erptoken_close(response);
    told
}

#[test]
fn a_request_carries_them_wherever_the_profile_puts_them_and_those_of_the_next_session_after_it() {
    let play = |asked: &Asked, before: usize| match asked.line.as_str() {
        "POST /login" => json(200, json!({ "t": format!("tok-{before}"), "route": format!("n{before}") })),
        line if line.contains("tok-0") || asked.header("x-token") == Some("tok-0") => json(401, json!({})),
        _ => json(200, json!({})),
    };
    let (server, folder) = (Raw::new(play), Folder::new());
    let profile = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": server.base } },
        "kept": ["route"], "take": { "access_token": "/t", "route": "/route" },
        "authorize": { "X-Token": "{access_token}", "X-Route": "route={route}" },
        "authorize_query": { "node": "{route}" },
        "authorize_json": { "node": { "name": "{route}" } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login", "json": { "p": "{password}" } } ]
    });
    let account = Account::with(&folder.profile(&profile), &[("username", "u"), ("password", "s3nha-forte")]);
    request(&account, "POST", "/orders").unwrap();
    let last = server.asked().pop().unwrap();
    assert_eq!(
        (last.line.as_str(), last.header("x-route"), last.header("x-token")),
        ("POST /orders?node=n1", Some("route=n1"), Some("tok-1"))
    );
    assert_eq!((last.body.as_str(), server.count("/login")), ("{\"node\":{\"name\":\"n1\"}}", 2));
}

#[test]
fn an_imported_refresh_token_brings_what_the_header_needs() {
    let play = |asked: &Asked, _: usize| match asked.line.as_str() {
        "POST /refresh" => answer(200, &["Set-Cookie: S=s3ss10n", "Set-Cookie: R=node1"], "{}"),
        _ => json(404, json!({ "error": "none" })),
    };
    let (server, folder) = (Raw::new(play), Folder::new());
    let profile = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": server.base } },
        "kept": ["route"],
        "take": { "access_token": { "cookie": "S" }, "route": { "cookie": "R" } },
        "authorize": { "Cookie": "S={access_token}; R={route}" },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login" } ],
        "refresh": { "url": "{base}/refresh", "form": { "r": "{refresh_token}" } }
    });
    let account = Account::with(&folder.profile(&profile), &[("refresh_token", "br0ught")]);
    assert_eq!(account.authorization().unwrap(), "S=s3ss10n; R=node1");
    assert_eq!((server.last("/refresh").body.as_str(), server.count("/login")), ("r=br0ught", 0));
}
