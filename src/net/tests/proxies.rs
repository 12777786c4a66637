//! Proxies: when they are used, and when they fail.

use super::super::proxy::parse;
use super::*;

fn through(proxy: SocketAddr, url: &str) -> Result<Reply, CallFailure> {
    let settings = Settings::new(Some(&format!("http://eu:secret@{proxy}")), None);
    Client::new(&settings).send(&Call { allow_http: true, ..call(url) })
}

#[test]
fn a_proxy_that_refuses_is_told() {
    let url = "http://api.example.test/x";
    for (answer, says) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "wants a login"),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nforbidden", "(HTTP 403)"),
        ("HTTP/1.0 500 x\r\n\r\n", "(HTTP 500)"),
        ("HTTP/1.0 403 x\n\n", "(HTTP 403)"),
        ("HTTP/1.1 511 Network Authentication Required\r\n\r\n", "(HTTP 511)"),
        ("HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n", "(HTTP 302)"),
        ("SSH-2.0-OpenSSH\r\n", "not HTTP"),
        ("HTTP/1.1 2x0 OK\r\n\r\n", "not HTTP"),
        ("HTTP/1.1", "closed the connection"),
        ("", "closed the connection"),
    ] {
        let lost = through(answering(answer), url).unwrap_err();
        check(&lost, Status::Proxy, false, says);
        assert!(lost.error.to_string().contains("127.0.0.1:"), "{}", lost.error);
    }
    let long = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(20_000));
    check(&through(answering(long), url).unwrap_err(), Status::Proxy, false, "not HTTP");
}

#[test]
fn what_is_behind_a_proxy_and_does_not_answer_may_answer_later() {
    for status in 502..=504 {
        let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 4\r\n\r\npage");
        let lost = through(answering(answer), "https://api.example.test/x").unwrap_err();
        check(&lost, Status::Network, false, &format!("did not reach api.example.test (HTTP {status})"));
        assert!(lost.error.status.retryable() && lost.error.to_string().contains("the proxy 127.0.0.1:"));
    }
}

#[test]
fn the_ways_in_which_a_proxy_wants_a_login_are_told_if_ours_is_not_among_them() {
    for (offers, ways) in [
        ("Proxy-Authenticate: NTLM\r\n", Some("NTLM")),
        ("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n", Some("Negotiate, NTLM")),
        ("proxy-authenticate:Negotiate, NTLM\r\n", Some("Negotiate, NTLM")),
        ("Proxy-Authenticate: Digest realm=\"a, b\", nonce=\"x\", qop=\"auth\"\r\n", Some("Digest")),
        ("Proxy-Authenticate: NTLM TlRMTVNTUAAC\r\n", Some("NTLM")),
        ("Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=\"x\"\r\n", None),
        ("Proxy-Authenticate: Digest realm=\"x\", BASIC realm=\"y\"\r\n", None),
        ("Proxy-Authenticate: basic\r\n", None),
        ("", None),
    ] {
        for status in [407, 401] {
            let answer = format!(
                "HTTP/1.1 {status} Proxy Authentication Required\r\n{offers}Connection: close\r\n\r\n<html>"
            );
            let lost = through(answering(answer), "https://api.example.test/x").unwrap_err();
            let says = match ways {
                Some(ways) => format!("a login by {ways} (HTTP {status})"),
                None => format!("(HTTP {status}): set \"proxy\" to"),
            };
            check(&lost, Status::Proxy, false, &says);
            let portuguese = lost.error.message.told(crate::messages::Language::ALL[1]).to_string();
            assert!(
                ways.is_none_or(|ways| portuguese.contains(ways) && portuguese.contains("cntlm")),
                "{portuguese}"
            );
        }
    }
}

#[test]
fn a_dead_proxy_is_told_and_a_slow_one_held_to_the_time() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lost = through(address, "https://api.example.test/").unwrap_err();
    check(&lost, Status::Proxy, false, "connection refused");
    let slow = serve(|mut stream| {
        while stream.write_all(b"H").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let began = Instant::now();
    let settings = Settings::new(Some(&format!("http://{slow}")), None);
    let connect_timeout = Duration::from_millis(300);
    let lost = Client::new(&settings)
        .send(&Call { connect_timeout, ..call("https://api.example.test/") })
        .unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2));
    check(&lost, Status::Proxy, false, "the proxy");
    // The proxy's own name.
    let proxies = Proxies::new(&ProxySetting::new("http://proxy.example.test:3128"));
    let client = Client::with(&Settings::default(), proxies, Fixed(Vec::new()));
    let lost = client.send(&call("https://api.example.test/")).unwrap_err();
    check(&lost, Status::Proxy, false, "its name cannot be resolved");
}

#[test]
fn plain_http_goes_through_too_and_this_machine_never_does() {
    let (send, receive) = mpsc::channel();
    let proxy = serve(move |mut stream| {
        let asked = read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 x\r\n\r\n").unwrap();
        send.send([asked, read_request(&mut stream)]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    through(proxy, "http://api.example.test/x").unwrap();
    let [asked, request] = receive.recv().unwrap();
    assert!(asked.starts_with("CONNECT api.example.test:80 "), "{asked}");
    assert!(request.starts_with("POST /x "), "{request}");
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(through(dead, &format!("http://{address}/")).unwrap().http_status, 200);
}

#[test]
fn proxies_as_they_are_written() {
    let via = |text: &str| match parse(text) {
        Some(ProxySetting::Via(proxy)) => {
            Some((proxy.shown(), proxy.login.map(|login| login.expose().to_owned()).unwrap_or_default()))
        }
        _ => None,
    };
    let some = |address: &str, login: &str| Some((address.to_owned(), login.to_owned()));
    assert_eq!(via("http://proxy:3128"), some("proxy:3128", ""));
    assert_eq!(via("http://10.0.0.1:80/"), some("10.0.0.1:80", ""));
    assert_eq!(via("http://[::1]:80"), some("[::1]:80", ""));
    assert_eq!(via("http://u:p@ss%25%zz:x@proxy.local:1"), some("proxy.local:1", "u:p@ss%%zz:x"));
    assert_eq!(via("HTTP://Proxy:3128//"), some("Proxy:3128", ""));
    assert_eq!(
        via("http://EMPRESA%5Cjo%C3%A3o:a%40b%3A%2F@proxy:3128"),
        some("proxy:3128", "EMPRESA\\jo\u{e3}o:a@b:/")
    );
    assert_eq!(parse("none"), Some(ProxySetting::Direct));
    for wrong in [
        "",
        "proxy:3128",
        "http://",
        "http://proxy",
        "http://proxy:0",
        "http://proxy:99999",
        "http://:80",
        "https://proxy:443",
        "socks5://proxy:1080",
        "http://a b:80",
        "http://proxy:80/x",
        "http://%ff@proxy:80",
        "http://[x]:80",
        "http://pr\noxy:80",
        "None",
    ] {
        assert!(!is_proxy(wrong), "{wrong}");
    }
}

fn environment(values: &'static [(&str, &str)]) -> Proxies {
    let variable =
        |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Proxies::of_environment(&variable, || None)
}

#[test]
fn what_the_user_has_set_serves_where_the_environment_says_nothing() {
    let user = |server: &str| Some((server.to_owned(), "*.empresa.test;<local>".to_owned()));
    let proxies = Proxies::of_environment(&|_| None, || user("http=web:80;https=safe:3128"));
    let covers = |proxies: &Proxies, url: &str| proxies.covers(&Target::parse(url).unwrap());
    assert_eq!(proxies.proxy().map(|proxy| proxy.shown()).as_deref(), Some("safe:3128"));
    assert!(matches!(covers(&proxies, "https://api.example.test/"), Ok(true)));
    for past in ["https://erp.empresa.test/", "https://erp/", "https://127.0.0.1/"] {
        assert!(matches!(covers(&proxies, past), Ok(false)), "{past}");
    }
    let proxies = Proxies::of_environment(&|_| None, || user("socks=socks:1080"));
    let refused = covers(&proxies, "https://api.example.test/").unwrap_err();
    assert!(refused.to_string().contains("ProxyServer"), "{refused}");
    let proxies = Proxies::of_environment(&|name| Some(format!("{name}:1")), || panic!("not asked"));
    assert!(proxies.proxy().is_some());
}

#[test]
fn the_environment_names_a_proxy_and_its_exceptions() {
    let covers = |proxies: &Proxies, url: &str| proxies.covers(&Target::parse(url).unwrap());
    let none =
        environment(&[("HTTP_PROXY", "http://x:1"), ("ALL_PROXY", "http://x:1"), ("HTTPS_PROXY", " ")]);
    assert!(!covers(&none, "https://a.test/").unwrap());
    let lower = environment(&[("https_proxy", "proxy:3128")]);
    assert_eq!(lower.proxy().unwrap().shown(), "proxy:3128");
    assert!(covers(&lower, "https://a.test/").unwrap());
    let exceptions = "one.test, .two.test,*.three.test:8443,10.0.0.0/8,192.168.1.1,[fd00::]/8,fd00::/8,::2,";
    let exceptions = Box::leak(Box::new([("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", exceptions)]));
    let proxies = environment(exceptions);
    for (url, proxied) in [
        ("https://ONE.test./", false),
        ("https://a.one.test/", false),
        ("https://notone.test/", true),
        ("https://b.two.test/", false),
        ("https://c.three.test/", true),
        ("https://c.three.test:8443/", false),
        ("https://10.9.8.7/", false),
        ("https://11.0.0.1/", true),
        ("https://192.168.1.1/", false),
        ("https://192.168.1.2/", true),
        ("https://[fd12::1]/", false),
        ("https://[fe12::1]/", true),
        ("https://[::2]/", false),
        ("https://localhost/", false),
        ("https://127.1.2.3/", false),
        ("https://[::1]/", false),
    ] {
        assert_eq!(covers(&proxies, url).unwrap(), proxied, "{url}");
    }
    for (entry, past, through) in [
        (" one.test ;\ttwo.test\r\n", &["one.test", "b.two.test"][..], &["three.test"][..]),
        ("one.test two.test", &["one.test", "two.test"], &["notone.test"]),
        ("\"one.test\"", &["one.test"], &["two.test"]),
        ("10.*", &["10.1.2.3"], &["110.1.2.3", "11.0.0.1"]),
        ("10.*.*.*;192.168.*", &["10.1.2.3", "192.168.7.7"], &["192.169.0.1"]),
        ("10.*:8443", &["10.1.2.3:8443"], &["10.1.2.3"]),
        ("10.0.0.0/8", &["10.255.0.1", "10.0.0.1:8443"], &["11.0.0.1", "ten.test"]),
        ("10.1.2.3/32,172.16.0.0/12", &["10.1.2.3", "172.31.1.1"], &["10.1.2.4", "172.32.0.1"]),
        ("10.0.0.0/255.0.0.0", &["10.9.9.9"], &["11.0.0.1"]),
        ("0.0.0.0/0", &["8.8.8.8"], &["eight.test"]),
        ("10.0.0.0/33,10.0.0.0/x", &[], &["10.0.0.1"]),
        ("[fd00::]/8", &["[fd12::1]"], &["[fe80::1]"]),
        ("[fd00::1]:8443", &["[fd00::1]:8443"], &["[fd00::1]", "[fd00::2]:8443"]),
        ("[fd00::1],fd00::2", &["[fd00::1]", "[fd00::2]", "[FD00:0::2]"], &["[fd00::3]"]),
        ("10.1.2.3", &["[::ffff:10.1.2.3]"], &["[::ffff:10.1.2.4]"]),
        (".ONE.test", &["one.TEST", "a.one.test."], &["notone.test"]),
        ("*.one.test.", &["a.b.one.test"], &["one.test.evil.test"]),
        ("api.*.test", &["api.one.test"], &["web.one.test"]),
        ("https://one.test/", &["one.test"], &["two.test"]),
        ("one.test:443", &["one.test"], &["one.test:8443"]),
        ("one.test:x,:443,.,/,//,*x*", &[], &["one.test"]),
        ("<local>", &["erp"], &["erp.test"]),
        ("* ", &["one.test", "10.0.0.1"], &[]),
    ] {
        let values = Box::leak(Box::new([("https_proxy", "proxy:3128"), ("no_proxy", entry)]));
        let proxies = environment(values);
        for (hosts, proxied) in [(past, false), (through, true)] {
            for host in hosts {
                let covered = covers(&proxies, &format!("https://{host}/")).unwrap();
                assert_eq!(covered, proxied, "{entry:?} and {host}");
            }
        }
    }
    let all = environment(&[("HTTPS_PROXY", "http://proxy:3128"), ("no_proxy", "*")]);
    assert!(!covers(&all, "https://a.test/").unwrap());
}

#[test]
fn a_proxy_that_can_not_be_used_is_not_passed_by() {
    for (value, says) in [
        ("socks5://eu:secret@proxy:1080", "of the kind socks5://"),
        ("SOCKS5h://proxy:1080/", "of the kind socks5h://"),
        (" https://eu:secret@proxy:443 ", "of the kind https://"),
        ("secret://proxy:443", "HTTPS_PROXY"),
        ("http://", "http://[user:password@]host:port"),
        ("http://proxy", "http://[user:password@]host:port"),
        ("http://secret proxy:3128", "http://[user:password@]host:port"),
        ("http://proxy\u{fffd}:3128", "http://[user:password@]host:port"),
    ] {
        let values = Box::leak(Box::new([("HTTPS_PROXY", value)]));
        let client = Client::with(&Settings::default(), environment(values), Fixed(Vec::new()));
        let lost = client.send(&call("https://api.example.test/")).unwrap_err();
        check(&lost, Status::Proxy, false, "HTTPS_PROXY");
        check(&lost, Status::Proxy, false, says);
    }
    for value in
        ["http://proxy:3128/", "HTTP://proxy:3128", "proxy:3128/", "\t\"http://u%40v:p%25@proxy:3128\" \r\n"]
    {
        let values = Box::leak(Box::new([("https_proxy", value)]));
        assert_eq!(
            environment(values).proxy().map(|proxy| proxy.shown()).as_deref(),
            Some("proxy:3128"),
            "{value}"
        );
    }
    let lost = Client::new(&Settings::new(Some("x"), None)).send(&call("https://a.test/")).unwrap_err();
    check(&lost, Status::Proxy, false, "\"proxy\"");
}

#[test]
fn settings_are_equal_when_they_mean_the_same() {
    let settings = |proxy| Settings::new(proxy, None);
    assert_eq!(settings(Some("http://u:p@h:1")), settings(Some("http://u:p@h:1")));
    assert_ne!(settings(Some("http://u:p@h:1")), settings(Some("http://u:q@h:1")));
    assert_ne!(settings(Some("none")), settings(None));
    assert!(!format!("{:?}", settings(Some("http://u:senha@h:1"))).contains("senha"));
}
