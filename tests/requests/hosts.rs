//! Where the token may go.

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};

/// The port of the sandbox's plain origin.
fn port(ground: &Ground) -> String {
    ground.http().rsplit(':').next().unwrap().to_owned()
}

#[test]
fn a_host_outside_the_list_gets_nothing() {
    let (ground, other) = (Ground::new(), Ground::new());
    let account = ground.account(&SENIOR);
    account.token();
    let (own, others) = (port(&ground), port(&other));
    for url in [
        format!("http://127.0.0.1:{others}/x"),
        format!("http://localhost:{own}/x"),
        "http://127.0.0.1/x".to_owned(),
        format!("https://127.0.0.1:{others}/x"),
        "https://platform.senior.com.br/t/x".to_owned(),
        format!("http://127.0.0.1.:{own}/x"),
        format!("http://127.0.0.01:{own}/x"),
        format!("http://2130706433:{own}/x"),
        format!("http://[::1]:{own}/x"),
        format!("http://[::ffff:127.0.0.1]:{own}/x"),
        "https://api.senior.com.br.evil.example/x".to_owned(),
        "https://evil.example/api.senior.com.br".to_owned(),
        "https://evil.example#api.senior.com.br/".to_owned(),
        "https://evil.example?@api.senior.com.br/".to_owned(),
        "https://api.senior.com.br.:443/x".to_owned(),
        "https://api.senior.com.br:444/x".to_owned(),
        "https://xapi.senior.com.br/x".to_owned(),
        "https://x.api.senior.com.br/x".to_owned(),
    ] {
        let failure = failed(get(&account, &url).map(drop), ERPTOKEN_E_INSECURE);
        failure.assert_says(&["\"api_hosts\""]);
    }
    for url in [
        format!("http://api.senior.com.br@127.0.0.1:{own}/x"),
        format!("http://user:senha@127.0.0.1:{own}/x"),
        format!("http://127.0.0.1:{own}@evil.example/x"),
        format!("http://@127.0.0.1:{own}/x"),
        format!("http://127.0.0.1:{own}\\@evil.example/x"),
        "https://api.senior.com.br%2eevil.example/x".to_owned(),
        "https://api.sénior.com.br/x".to_owned(),
        "https://api.senior.com.br:/x".to_owned(),
        "https://api.senior.com.br:99999/x".to_owned(),
        "https://api.senior.com.br:0/x".to_owned(),
        "https:///x".to_owned(),
        "https://:443/x".to_owned(),
        "//127.0.0.1:1/x y".to_owned(),
        "javascript://127.0.0.1/x".to_owned(),
    ] {
        let failure = get(&account, &url).map(drop).expect_err(&url);
        assert!([ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_INSECURE].contains(&failure.status), "{url}: {failure:?}");
        assert!(!failure.text.contains("senha"), "{failure:?}");
        assert!(failure.http_status == 0);
    }
    assert_eq!((other.connections(), ground.count("api")), (0, 0));
}

#[test]
fn a_path_stays_below_the_api_whatever_it_looks_like() {
    let ground = Ground::new();
    ground.tolerate_violations();
    let account = ground.account(&SENIOR);
    for path in [
        "//evil.example/x",
        "/@evil.example/x",
        "/:8080/x",
        "/..//evil.example",
        "/%2f%2fevil.example",
        "/?@evil.example",
        "/.evil.example",
    ] {
        let answer = get(&account, path).unwrap();
        assert!([404, 201, 200].contains(&answer.status()), "{path}: {}", answer.status());
    }
    let violations = ground.violations();
    assert!(
        violations.iter().any(|one| one.ends_with("/t/senior.com.br/bridge/1.0/rest//evil.example/x")),
        "{violations:?}"
    );
}

#[test]
fn the_programs_own_list_lets_the_token_go() {
    let (ground, other) = (Ground::new(), Ground::new());
    other.tolerate_violations();
    let account = ground.account(&SENIOR);
    let token = account.token();
    let url = format!("{}/rest/tms/echo", other.base("senior"));
    failed(get(&account, &url).map(drop), ERPTOKEN_E_INSECURE);
    for list in
        [format!("127.0.0.1:{}", port(&other)), format!("example.com, 127.0.0.1:{} ,[::1]:5", port(&other))]
    {
        account.set("api_hosts", &list).unwrap();
        assert_eq!(
            get(&account, &url).map(|answer| answer.status()).ok(),
            Some(401),
            "it does not know the token"
        );
        assert_eq!(account.token(), account.token());
        account.unset("api_hosts").unwrap();
        failed(get(&account, &url).map(drop), ERPTOKEN_E_INSECURE);
    }
    // The list is no part of the identity: the same token, renewed once because the other refused it.
    assert_eq!(other.requests("api")[0].header("Authorization"), Some(format!("Bearer {token}").as_str()));
    for unfit in ["127.0.0.1:x", "http://a.b", "a b", "a/b", "user@host"] {
        failed(account.set("api_hosts", unfit), ERPTOKEN_E_OPTION);
    }
    // Without a port it is the scheme's own.
    account.set("api_hosts", "127.0.0.1").unwrap();
    failed(get(&account, &url).map(drop), ERPTOKEN_E_INSECURE);
}

#[test]
fn names_are_told_apart_in_no_case_and_ports_by_number() {
    let ground = Ground::new();
    let account = Account::with(
        "senior",
        &[
            ("base_url", &format!("http://LOCALHOST:{}/t/senior.com.br/bridge/1.0", port(&ground))),
            ("username", SENIOR.username),
            ("password", SENIOR.password),
        ],
    );
    for host in ["localhost", "LocalHost"] {
        let url = format!("HTTP://{host}:{}/t/senior.com.br/bridge/1.0/rest/tms/echo", port(&ground));
        assert_eq!(get(&account, &url).unwrap().status(), 201);
    }
}

#[test]
fn plain_http_beyond_this_machine_needs_consent() {
    let options = [("base_url", "http://192.0.2.1:9/t"), ("username", "x@y"), ("password", "senha123")];
    let account = Account::with("senior", &options);
    account.set("connect_timeout_ms", "200").unwrap();
    failed(get(&account, "/x").map(drop), ERPTOKEN_E_INSECURE).assert_says(&["\"allow_http\""]);
    let secure = Account::with("senior", &[("username", "x@y"), ("password", "senha123")]);
    let url = "http://api.senior.com.br:443/x";
    failed(get(&secure, url).map(drop), ERPTOKEN_E_INSECURE).assert_says(&["api.senior.com.br:443"]);
    let url = "http://api.senior.com.br/x";
    failed(get(&secure, url).map(drop), ERPTOKEN_E_INSECURE).assert_says(&["\"allow_http\""]);
    let body = Body::Text("segredo");
    failed(request(&secure, "POST", url, None, body).map(drop), ERPTOKEN_E_INSECURE);
}

#[test]
fn an_address_is_one_however_it_is_written() {
    let ground = Ground::new();
    let base = ground.base_https("senior");
    let upper = base.replacen("https://localhost", "HTTPS://LOCALHOST", 1);
    for base in [
        upper.clone(),
        format!("{upper}/"),
        format!("{base}//"),
        format!(" {base}"),
        format!("{base}\r\n"),
        format!("\t{base} \r"),
        format!("\u{feff}{base}"),
    ] {
        let options = [
            ("base_url", base.as_str()),
            ("username", SENIOR.username),
            ("password", SENIOR.password),
            ("timeout_ms", " 20000\r\n"),
            ("proxy", "none "),
        ];
        let account = Account::with("senior", &options);
        account.set("ca_file", &format!("{}\r\n", ground.ca_file().display())).unwrap();
        account.set("api_hosts", &format!(" LocalHost:{} ,\r\n", port(&ground))).unwrap();
        assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200, "{base:?}");
        let plain = format!("HTTP://LOCALHOST:{}/t/senior.com.br/bridge/1.0/rest/tms/echo", port(&ground));
        assert!(get(&account, &plain).is_ok(), "{base:?}");
    }
}
