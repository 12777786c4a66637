//! Credentials in the query and in JSON bodies; addresses that an environment or an option moves.

use serde_json::{json, Value};

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::place::{assert_not_logged, at, profile};
use crate::server::Server;

fn in_query(base: &str) -> String {
    profile(&at(
        base,
        json!({
            "options": { "loja": null },
            "fixed": { "needs": ["access_key"], "access_token": "{access_key}" },
            "authorize": {},
            "authorize_query": { "api key": "{access_token}", "loja": "{loja?}" }
        }),
    ))
}

#[test]
fn the_query_is_appended_as_it_should_be() {
    let server = Server::plain();
    let account = Account::with(&in_query(&server.base), &[("access_key", "k/1&x=y ção?")]);
    let key = "api%20key=k%2F1%26x%3Dy%20%C3%A7%C3%A3o%3F";
    for (given, sent) in [
        ("/a", format!("/a?{key}")),
        ("/a?b=1", format!("/a?b=1&{key}")),
        ("/a?", format!("/a?{key}")),
        ("/a?b&", format!("/a?b&{key}")),
        ("/a?u=http://x/?y", format!("/a?u=http://x/?y&{key}")),
        ("/a?b=1#topo", format!("/a?b=1&{key}")),
        ("/a#topo?x", format!("/a?{key}")),
        ("", String::new()),
    ] {
        let url = if given.is_empty() { format!("{}/z", server.base) } else { given.to_owned() };
        let sent = if sent.is_empty() { format!("/z?{key}") } else { sent };
        assert_eq!(get(&account, &url).unwrap().status(), 200, "{given}");
        assert_eq!((server.last().target(), server.last().header("authorization")), (sent.as_str(), None));
    }
    account.set("loja", "7").unwrap();
    get(&account, "/a").unwrap();
    assert_eq!(server.last().target(), format!("/a?{key}&loja=7"));
    // What the program says itself stands, but for the token.
    get(&account, "/a?lo%6Aa=8").unwrap();
    assert_eq!(server.last().target(), format!("/a?lo%6Aa=8&{key}"));
    let sent = server.count();
    for own in ["/a?api+key=x", "/a?b=1&api%20key", "/a?%61pi%20key=1"] {
        failed(get(&account, own).map(drop), ERPTOKEN_E_ARGUMENT).assert_says(&["api key", "leave it out"]);
    }
    assert_eq!(server.count(), sent);
    // No header carries it, so the header's value is the token.
    assert_eq!(
        (account.info("header_name"), account.authorization().unwrap()),
        (String::new(), "k/1&x=y ção?".into())
    );
    assert_not_logged(&["k/1&x=y", "k%2F1"]);
}

#[test]
fn what_the_query_carries_is_in_no_text_when_nobody_answers() {
    let path = in_query("http://127.0.0.1:9");
    let account = Account::with(&path, &[("access_key", "chave-na-consulta")]);
    account.keep_secret("chave-na-consulta");
    let failure = failed(get(&account, "/a?b=valor-do-programa").map(drop), ERPTOKEN_E_NETWORK);
    assert!(!failure.text.contains('?'), "{failure:?}");
    assert_not_logged(&["chave-na-consulta", "valor-do-programa"]);
}

fn in_json(base: &str) -> String {
    profile(&at(
        base,
        json!({
            "fixed": { "needs": ["access_key", "secret"], "access_token": "{secret}" },
            "authorize": {},
            "authorize_json": { "app_key": "{access_key}", "app_secret": "{access_token}", "loja": { "n": ["{tenant:integer?}"] } }
        }),
    ))
}

#[test]
fn members_are_put_into_the_body_and_no_byte_of_it_is_changed() {
    let server = Server::plain();
    let account =
        Account::with(&in_json(&server.base), &[("access_key", "38333295000"), ("secret", "a\"b\\c\u{e7}")]);
    let put = "\"app_key\":\"38333295000\",\"app_secret\":\"a\\\"b\\\\c\u{e7}\",\"loja\":{\"n\":[]}";
    for (given, before, behind) in [
        ("{\"call\":\"Listar\",\"n\":1.50,\"n\":1E+2}", "{", ",\"call\":\"Listar\",\"n\":1.50,\"n\":1E+2}"),
        ("{}", "{", "}"),
        (" \r\n{ \t} \n", " \r\n{", " \t} \n"),
        ("\u{feff}{\"a\":\"}{\"}", "\u{feff}{", ",\"a\":\"}{\"}"),
        ("{ \"a\" : [ { } ] }", "{", ", \"a\" : [ { } ] }"),
    ] {
        assert_eq!(request(&account, "POST", "/v1", None, Body::Text(given)).unwrap().status(), 200);
        assert_eq!(server.last().text(), format!("{before}{put}{behind}"));
        assert_eq!(server.last().header("content-type"), Some("application/json"));
        assert_eq!((server.last().target(), server.last().header("authorization")), ("/v1", None));
    }
    // The type stays the program's matter where it gives bytes.
    request(&account, "PUT", "/v1", Some("Content-Type: text/json"), Body::Bytes(b"{}")).unwrap();
    assert_eq!(server.last().header("content-type"), Some("text/json"));
    account.set("tenant", "007").unwrap();
    for method in ["POST", "PUT", "patch"] {
        request(&account, method, "/v1", None, Body::None).unwrap();
        let body: Value = serde_json::from_slice(&server.last().body).unwrap();
        assert_eq!(body["loja"], json!({ "n": [7] }));
        assert_eq!(server.last().header("content-type"), Some("application/json"));
    }
    for method in ["GET", "DELETE", "HEAD", "OPTIONS"] {
        request(&account, method, "/v1", None, Body::None).unwrap();
        assert_eq!((server.last().body.len(), server.last().header("content-type")), (0, None), "{method}");
    }
    request(&account, "DELETE", "/v1", None, Body::Text("{\"id\":1}")).unwrap();
    assert!(server.last().text().ends_with(",\"id\":1}"));
    assert_not_logged(&["38333295000", "a\\\"b"]);
}

#[test]
fn a_body_that_takes_no_members_is_refused_and_nothing_is_sent() {
    let server = Server::plain();
    let account =
        Account::with(&in_json(&server.base), &[("access_key", "38333295001"), ("secret", "segredo-omie")]);
    for body in [
        &b"[]"[..],
        b"[{}]",
        b"\"a\"",
        b"1",
        b"null",
        b"a=1&b=2",
        b"<xml/>",
        b"{\"a\":1",
        b"{\"a\":1} {",
        b"{'a':1}",
        b"{\"a\":\"\xe7\"}",
        b"\xff\xfe{\0}\0",
        b"   ",
    ] {
        let failure =
            failed(request(&account, "POST", "/v1", None, Body::Bytes(body)).map(drop), ERPTOKEN_E_ARGUMENT);
        failure.assert_says(&["JSON object", "UTF-8"]);
    }
    // The token is the library's matter; of the others the program's own stand.
    for own in ["{\"app_secret\":\"x\"}", "{\"a\":{},\"app\\u005fsecret\":null}"] {
        let failure =
            failed(request(&account, "POST", "/v1", None, Body::Text(own)).map(drop), ERPTOKEN_E_ARGUMENT);
        failure.assert_says(&["app_secret", "leave it out"]);
    }
    assert_eq!(server.count(), 0);
    request(&account, "POST", "/v1", None, Body::Text("{\"app_key\":\"minha\"}")).unwrap();
    assert_eq!(
        server.last().text(),
        "{\"app_secret\":\"segredo-omie\",\"loja\":{\"n\":[]},\"app_key\":\"minha\"}"
    );
}

#[test]
fn operations_that_are_authorised_carry_the_same() {
    let server = Server::new(|heard| match heard.target() {
        "/login" => (200, json!({ "access_token": "tk&1", "expires_in": 3600 }).to_string()),
        _ => (200, "{}".to_owned()),
    });
    let path = profile(&at(
        &server.base,
        json!({
            "login": [{ "needs": ["username", "password"], "url": "{base}/login", "json": { "u": "{username}", "p": "{password}" } }],
            "authorize": { "X-Loja": "{tenant?}" },
            "authorize_query": { "token": "{access_token}", "v": "1" },
            "authorize_json": { "auth": { "t": "{access_token}" }, "sair": "nunca" },
            "logout": { "url": "{base}/logout?v=2", "authorize": true, "json": { "sair": true } }
        }),
    ));
    let account = Account::with(&path, &[("username", "ana"), ("password", "senha-da-ana")]);
    account.token();
    account.logout().unwrap();
    let last = server.last();
    assert_eq!(
        (last.line(), last.text()),
        ("POST /logout?v=2&token=tk%261", "{\"auth\":{\"t\":\"tk&1\"},\"sair\":true}")
    );
    assert_eq!(last.header("x-loja"), None);
    assert_not_logged(&["senha-da-ana", "tk&1", "tk%261"]);
}

#[test]
fn the_header_that_carries_the_token_may_have_more_in_it() {
    let server = Server::plain();
    let path = profile(&at(
        &server.base,
        json!({
            "fixed": { "needs": ["access_key"], "access_token": "{access_key}" },
            "authorize": { "Cookie": "B1SESSION={access_token}; ROUTEID={tenant?}" }
        }),
    ));
    let account = Account::with(&path, &[("access_key", "sessao-1")]);
    assert_eq!(account.authorization().unwrap(), "B1SESSION=sessao-1; ROUTEID=");
    account.set("tenant", ".node1").unwrap();
    assert_eq!(account.authorization().unwrap(), "B1SESSION=sessao-1; ROUTEID=.node1");
    get(&account, "/").unwrap();
    assert_eq!(server.last().header("cookie"), Some("B1SESSION=sessao-1; ROUTEID=.node1"));
    failed(account.reject("B1SESSION=sessao-1; ROUTEID=.node1"), ERPTOKEN_E_REFUSED_AGAIN);
    let own = request(&account, "GET", "/", Some("cookie: a=b"), Body::None).map(drop);
    failed(own, ERPTOKEN_E_ARGUMENT).assert_says(&["Cookie"]);
}

fn with_places(base: &str, other: &str) -> String {
    profile(&json!({
        "erptoken_profile": 1, "name": "own",
        "environments": {
            "production": { "base": base },
            "sandbox": { "base": base, "urls": { "auth": "{base}/sandbox-auth", "api": other } }
        },
        "urls": { "auth": "{base}/auth", "api": "{base}/api" },
        "login": [{ "needs": ["username", "password"], "url": "{auth}/token", "json": { "p": "{password}" } }],
        "refresh": { "url": "{api}/refresh", "form": { "r": "{refresh_token}" } }
    }))
}

fn tokens() -> Server {
    Server::new(|heard| {
        let token = heard.target().replace('/', "-");
        (
            200,
            json!({ "access_token": format!("t{token}"), "refresh_token": "r1", "expires_in": 3600 })
                .to_string(),
        )
    })
}

#[test]
fn an_environment_replaces_addresses_and_has_tokens_of_its_own() {
    let (server, other) = (tokens(), tokens());
    let path = with_places(&server.base, &format!("{}/outra", other.base));
    let options = [("username", "ana"), ("password", "senha-de-lugar")];
    let production = Account::with(&path, &options);
    assert_eq!(production.token(), "t-auth-token");
    let sandbox = Account::with(&path, &options);
    sandbox.set("environment", "sandbox").unwrap();
    assert_eq!(sandbox.token(), "t-sandbox-auth-token", "it is another identity");
    get(&sandbox, "/x").unwrap();
    assert_eq!(
        (other.last().target(), other.last().header("authorization")),
        ("/outra/x", Some("Bearer t-sandbox-auth-token"))
    );
    get(&production, "/x").unwrap();
    assert_eq!(server.last().target(), "/api/x");
    // The host of another environment's API is not this one's.
    failed(get(&production, &format!("{}/outra/x", other.base)).map(drop), ERPTOKEN_E_INSECURE);
    assert_eq!(other.count(), 1);
}

#[test]
fn api_url_moves_the_api_as_base_url_moves_the_base() {
    let (server, other, third) = (tokens(), tokens(), tokens());
    let path = with_places(&server.base, &format!("{}/outra", other.base));
    let options = [("username", "ana"), ("password", "senha-de-lugar-2")];
    let account = Account::with(&path, &options);
    let before = account.token();
    account.set("api_url", &format!("{}/v9/", third.base)).unwrap();
    assert_eq!(account.token(), before);
    assert_eq!(server.count(), 2, "it may change what a login answers, so it is another identity");
    get(&account, "/pedidos").unwrap();
    assert_eq!(
        (third.last().target(), third.last().header("authorization")),
        ("/v9/pedidos", Some("Bearer t-auth-token"))
    );
    account.set("environment", "sandbox").unwrap();
    account.token();
    account.renew().unwrap();
    get(&account, "/pedidos").unwrap();
    assert_eq!(other.count(), 0, "it wins over the environment's too");
    failed(get(&account, &format!("{}/x", other.base)).map(drop), ERPTOKEN_E_INSECURE);
    for wrong in ["ftp://x", "https://user@host", "https://host/a?b", "host", "https://expressão.com.br"] {
        failed(account.set("api_url", wrong), ERPTOKEN_E_OPTION).assert_says(&["api_url"]);
    }
    // Plain http to elsewhere needs the same leave as the base.
    account.set("api_url", "http://api.example.com/v1").unwrap();
    failed(get(&account, "/x").map(drop), ERPTOKEN_E_INSECURE).assert_says(&["allow_http"]);
    // Where the profile has no such address it is the base that relative paths leave.
    let plain = profile(&at(
        &server.base,
        json!({ "fixed": { "needs": ["access_key"], "access_token": "{access_key}" } }),
    ));
    let fixed = Account::with(&plain, &[("access_key", "chave-api"), ("api_url", &third.base)]);
    get(&fixed, "/y").unwrap();
    assert_eq!(
        (third.last().target(), third.last().header("authorization")),
        ("/y", Some("Bearer chave-api"))
    );
}

#[test]
fn no_value_and_no_address_leads_to_another_host() {
    let refused = |profile_text: Value| {
        let failure = Account::open(&profile(&profile_text)).map(drop).expect_err("a refusal");
        failure.assert_is(ERPTOKEN_E_PROVIDER);
        failure
    };
    let fixed = json!({ "needs": ["access_key"], "access_token": "{access_key}" });
    let login = |url: &str| json!([{ "needs": ["password"], "url": url, "json": { "p": "{password}" } }]);
    let base = "https://h.example";
    for url in [
        "https://{tenant}.evil.example/x",
        "https://{tenant}/x",
        "https://h.example{tenant}/x",
        "https://user:{password}@evil.example/",
        "https://h.example\\@evil.example/",
        "//evil.example/x",
        "{tenant}/x",
        "{b64}/x",
        "{base}.evil.example/",
        "{base}@evil.example/",
        "{base}{tenant}",
        "{base}\\{tenant}",
    ] {
        let values = json!({ "b64": { "base64": "{tenant}" } });
        refused(at(base, json!({ "values": values, "login": login(url) })));
        // `urls` and those of an environment obey the same.
        let mut moved =
            at(base, json!({ "urls": { "api": "{base}/api" }, "values": values, "fixed": fixed }));
        moved["environments"]["production"]["urls"] = json!({ "api": url });
        refused(moved);
        refused(at(base, json!({ "urls": { "api": url }, "values": values, "fixed": fixed })));
    }
    let mut unknown = at(base, json!({ "fixed": fixed }));
    unknown["environments"]["production"]["urls"] = json!({ "auth": "{base}/auth" });
    refused(unknown).assert_says(&["environments.production.urls.auth"]);

    // In a path a computed value stays in its segment.
    let server = Server::plain();
    let path = profile(&at(
        &server.base,
        json!({
            "values": { "b": { "base64": "{tenant}" } },
            "login": [{ "needs": ["tenant"], "url": "{base}/{b}/x?v={b}", "headers": { "X-B": "{b}" } }]
        }),
    ));
    let account = Account::with(&path, &[("tenant", "~~?~~>")]);
    account.refused(ERPTOKEN_E_RESPONSE);
    assert_eq!(server.last().line(), "POST /fn4%2Ffn4%2B/x?v=fn4%2Ffn4%2B");
    assert_eq!(server.last().header("x-b"), Some("fn4/fn4+"));
}

#[test]
fn what_was_kept_with_the_token_goes_where_the_profile_says() {
    let server = Server::new(|heard| match heard.target() {
        "/login" => (
            200,
            json!({ "access_token": "sessao-9", "expires_in": 3600, "route": ".no 2", "loja": 12 })
                .to_string(),
        ),
        _ => (200, "{}".to_owned()),
    });
    let path = profile(&at(
        &server.base,
        json!({
            "kept": ["route", "loja", "nada"],
            "take": { "access_token": ["/access_token"], "expires_in": ["/expires_in"], "route": ["/route"], "loja": ["/loja"], "nada": ["/nada"] },
            "login": [{ "needs": ["password"], "url": "{base}/login", "json": { "p": "{password}" } }],
            "authorize": { "Cookie": "S={access_token}; R={route}; N={nada?}", "X-Nada": "{nada?}" },
            "authorize_query": { "r": "{route}", "n": "{nada?}" },
            "authorize_json": { "loja": "{loja:integer}" }
        }),
    ));
    let account = Account::with(&path, &[("password", "senha-com-rota")]);
    request(&account, "POST", "/x", None, Body::Text("{\"a\":1}")).unwrap();
    let last = server.last();
    assert_eq!((last.line(), last.text()), ("POST /x?r=.no%202", "{\"loja\":12,\"a\":1}"));
    assert_eq!((last.header("cookie"), last.header("x-nada")), (Some("S=sessao-9; R=.no 2; N="), None));
    assert_eq!(account.authorization().unwrap(), "S=sessao-9; R=.no 2; N=");
    assert_eq!(server.count(), 2);
    // What cannot be sent is told before the login is.
    let sent = server.count();
    account.set("password", "outra-senha").unwrap();
    failed(request(&account, "POST", "/x", None, Body::Text("[]")).map(drop), ERPTOKEN_E_ARGUMENT);
    assert_eq!(server.count(), sent);
    assert_not_logged(&["sessao-9", "senha-com-rota", "outra-senha"]);
}

#[test]
fn a_dead_token_is_replaced_in_every_place() {
    let server = Server::new(|heard| match heard.target() {
        "/login" => (
            200,
            json!({ "access_token": "velho-1", "refresh_token": "r-1", "expires_in": 3600 }).to_string(),
        ),
        "/refresh" => (200, json!({ "access_token": "novo-2", "expires_in": 3600 }).to_string()),
        target if target.contains("velho-1") => (401, "{}".to_owned()),
        _ => (200, "{\"ok\":true}".to_owned()),
    });
    let path = profile(&at(
        &server.base,
        json!({
            "login": [{ "needs": ["password"], "url": "{base}/login", "json": { "p": "{password}" } }],
            "refresh": { "url": "{base}/refresh", "json": { "r": "{refresh_token}" } },
            "authorize": { "X-Token": "{access_token}" },
            "authorize_query": { "t": "{access_token}" },
            "authorize_json": { "t": "{access_token}" }
        }),
    ));
    let account = Account::with(&path, &[("password", "senha-de-troca")]);
    assert_eq!(request(&account, "POST", "/x?a=1", None, Body::Text(" {\"a\":1}")).unwrap().status(), 200);
    let calls: Vec<_> =
        server.heard().iter().map(|heard| (heard.line().to_owned(), heard.text().to_owned())).collect();
    let call = |line: &str, text: &str| (line.to_owned(), text.to_owned());
    assert_eq!(
        calls,
        [
            call("POST /login", "{\"p\":\"senha-de-troca\"}"),
            call("POST /x?a=1&t=velho-1", " {\"t\":\"velho-1\",\"a\":1}"),
            call("POST /refresh", "{\"r\":\"r-1\"}"),
            call("POST /x?a=1&t=novo-2", " {\"t\":\"novo-2\",\"a\":1}"),
        ]
    );
    assert_eq!(server.last().header("x-token"), Some("novo-2"));
    assert_eq!(
        (account.info("header_name").as_str(), account.authorization().unwrap().as_str()),
        ("X-Token", "novo-2")
    );
    assert_not_logged(&["velho-1", "novo-2", "senha-de-troca"]);
}
