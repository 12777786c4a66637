//! Application tokens of a provider that a program describes itself: other paths, other fields, other methods.

use serde_json::{json, Value};

use crate::client::*;
use crate::own_profile::{Folder, Server};

fn profile(base: &str) -> Value {
    json!({
        "erptoken_profile": 1, "name": "chaves", "title": "Chaves: API",
        "environments": { "production": { "base": base } },
        "authorize": { "X-Session": "{access_token}" },
        "dead": [ { "status": 419 } ],
        "login": [ { "needs": ["username", "password"], "url": "{base}/entrar",
            "json": { "u": "{username}", "p": "{password}" } } ],
        "app": {
            "check": { "method": "GET", "url": "{base}/eu", "authorize": true, "take": { "allowed": ["/pode"] } },
            "create": { "needs": ["password", "username"], "method": "PUT", "url": "{base}/chaves", "authorize": true,
                "form": { "senha": "{password}", "ate": "{expires_at}" },
                "take": { "access_token": ["/chave/texto"], "id": ["/chave/uuid"], "expires_in": ["/chave/segundos"] } },
            "list": { "url": "{base}/chaves/lista", "authorize": true, "json": { "pagina": "{page:integer}" },
                "items": "", "take": { "id": ["/uuid"], "expires_at": ["/ate"] } },
            "revoke": { "method": "POST", "url": "{base}/chaves/{id}/fim", "authorize": true,
                "json": { "id": "{id}" }, "means": [ { "status": 410, "is": "not_found" } ] }
        }
    })
}

const UUID: &str = "0b0e6cf3-7f5a-4c86-a7fd-52f2a4f6b1aa";

#[test]
fn other_paths_fields_and_methods() {
    let server = Server::new(&[
        (200, json!({ "access_token": "sessao-1", "expires_in": 3600 })),
        (200, json!({ "pode": true })),
        (419, json!({})),
        (200, json!({ "access_token": "sessao-2", "expires_in": 3600 })),
        (200, json!({ "chave": { "texto": "chave-secreta", "uuid": UUID, "segundos": "86400" } })),
        (200, json!([ { "uuid": UUID, "ate": 1_900_000_000 }, { "uuid": "a/b?c" }, { "outro": 1 } ])),
        (200, json!({})),
        (410, json!({ "error": "ja_foi" })),
    ]);
    let folder = Folder::new();
    let path = folder.profile(&profile(&server.base));
    let account = Account::with(&path, &[("username", "u@x"), ("password", "senha&1")]);
    assert_eq!(account.app_check(), Ok(1));
    assert_eq!(account.app_create("2029-01-01T20:59:00-03:00").as_deref(), Ok(UUID));
    assert_eq!(account.app_get(UUID).as_deref(), Ok("chave-secreta"));
    let expected = json!({ "count": 2, "tokens": [
        { "id": UUID, "expires_at": "2030-03-17T17:46:40Z", "stored": 1 },
        { "id": "a/b?c", "expires_at": "", "stored": 0 } ] });
    assert_eq!(account.app_list().unwrap(), expected);
    account.app_revoke("a/b?c").unwrap();
    let failure = failed(account.app_revoke(UUID), ERPTOKEN_E_NOT_FOUND);
    assert_eq!(failure.server_code, "ja_foi");
    failed(account.app_get(UUID), ERPTOKEN_E_NOT_FOUND);
    failed(account.app_revoke(".."), ERPTOKEN_E_ARGUMENT);

    let requests = server.requests();
    let line = |number: usize| requests[number].lines().next().unwrap().to_owned();
    assert_eq!(line(1), "GET /eu HTTP/1.1");
    assert!(requests[1].to_lowercase().contains("x-session: sessao-1\r\n"), "{}", requests[1]);
    assert_eq!((line(2), line(4)), ("PUT /chaves HTTP/1.1".to_owned(), "PUT /chaves HTTP/1.1".to_owned()));
    assert!(requests[4].ends_with("\r\n\r\nate=2029-01-01T23%3A59%3A00Z&senha=senha%261"), "{}", requests[4]);
    assert_eq!(line(5), "POST /chaves/lista HTTP/1.1");
    assert!(requests[5].ends_with("{\"pagina\":1}"), "{}", requests[5]);
    assert_eq!(line(6), "POST /chaves/a%2Fb%3Fc/fim HTTP/1.1");
    assert!(requests[6].ends_with("{\"id\":\"a/b?c\"}"), "{}", requests[6]);
    assert_eq!(requests.len(), 8);
}

#[test]
fn an_operation_that_is_not_there_is_unsupported() {
    let server = Server::new(&[(200, json!({ "access_token": "sessao-1", "expires_in": 3600 }))]);
    let folder = Folder::new();
    let mut profile = profile(&server.base);
    profile["app"] = json!({});
    let account = Account::with(&folder.profile(&profile), &[("username", "u@x"), ("password", "senha&1")]);
    for failure in [
        account.app_check().unwrap_err(),
        account.app_create("1").unwrap_err(),
        account.app_list().unwrap_err(),
        account.app_revoke("1").unwrap_err(),
    ] {
        failure.assert_is(ERPTOKEN_E_UNSUPPORTED).assert_says(&["Chaves"]);
    }
    failed(account.app_get("1"), ERPTOKEN_E_NOT_FOUND);
    account.set("token", "application").unwrap();
    account.refused(ERPTOKEN_E_UNSUPPORTED);
    assert_eq!(account.info("state"), "none");
    assert_eq!(server.requests().len(), 0);
}
