use super::*;

/// A value for each name, whose text is found again in what is sent.
struct Marked;

impl Values for Marked {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(match name {
            // Another address in place of the profile's.
            "api_url" => return None,
            "id" => "70001".into(),
            "mfa_code" => "70002".into(),
            "page" => "70003".into(),
            "expires_at" => "2030-01-02T03:04:05Z".into(),
            name => format!("Z{name}Z").into(),
        })
    }
}

/// With the marks in place of those values.
fn marked(text: &str) -> String {
    let text = text.replace("70001", "[id]").replace("70002", "[mfa_code]").replace("70003", "[page]");
    let mut text = text.replace("2030-01-02 03:04:05", "[expires_at]");
    while let Some((before, rest)) = text.split_once('Z') {
        let (name, behind) = rest.split_once('Z').expect("a whole mark");
        text = format!("{before}[{name}]{behind}");
    }
    text
}

#[test]
fn what_is_shown_is_what_is_sent() {
    let text = small(
        r#","options":{"key":null},"authorize":{"A":"{access_token}","X-Key":"{key}"},
        "authorize_query":{"api key":"{key}","v":"1"},"authorize_json":{"app":{"key":"{key}"},"n":1},
        "urls":{"api":"{base}/api/{tenant}"},
        "refresh":{"url":"{api}/r?v=2","authorize":true,"headers":{"a":"{scope}"},"json":{"n":2,"t":"{refresh_token}"}},
        "logout":{"url":"{base}/l","authorize":true,"method":"PUT"},
        "mfa":{"url":"{base}/m","form":{"a":"{mfa_code}"}},
        "app":{"revoke":{"url":"{api}/{id}","authorize":true,"method":"DELETE"},
               "check":{"url":"{api}/?","authorize":true,"method":"GET","take":{"allowed":["/a"]}}}"#,
    );
    let small_one = Profile::parse(text).unwrap();
    // A base that is a whole address keeps its slash.
    let text = small(r#","mfa":{"url":"{base}"},"logout":{"url":"{base}/l"}"#);
    let slashed = Profile::parse(text.replace("https://h.example", "https://h.example/o/")).unwrap();
    let own = [&small_one, &slashed];
    for profile in builtin_names().iter().map(|name| builtin(name).unwrap()).chain(own) {
        let name = profile.name();
        let (shown, left_out) = profile.shown();
        assert_eq!(left_out, 0);
        let environments: Vec<&str> = shown.iter().map(|one| one.environment).collect();
        assert!(environments.contains(&"production"), "{name}");
        let mut seen = 0;
        for (place, operation) in profile.operations() {
            for one in shown.iter().filter(|one| one.operation == place) {
                let (_, environment) = profile.environment(Some(one.environment)).unwrap();
                let sent = operation.request(profile, &environment.base, &Marked).unwrap();
                assert_eq!((one.method, one.url.as_str()), (sent.method, marked(&sent.url).as_str()));
                assert_eq!(one.body, sent.body.as_ref().map(|_| marked(body(&sent))).unwrap_or_default());
                for (header, value) in &sent.headers {
                    let told = one.headers.iter().find(|(name, _)| name == header);
                    assert_eq!(told.map(|(_, value)| value), Some(&marked(value)), "{place}: {header}");
                }
                let typed = usize::from(sent.body.is_some());
                assert_eq!(one.headers.len(), sent.headers.len() + typed, "{place}");
                seen += 1;
            }
        }
        let calls = shown.iter().filter(|one| one.operation == "api").count();
        assert_eq!(seen + calls, shown.len(), "{name}");
    }
}

#[test]
fn a_secret_that_an_author_wrote_down_is_not_shown() {
    let text = small(
        r#","authorize":{"Authorization":"Bearer {access_token}","X-Api-Key":"hunter2"},
        "refresh":{"url":"{base}/r","authorize":true,"headers":{"authorization":"Basic hunter2"},
        "json":{"senha":"hunter2","Password":["hunter2",7],"grant_type":"refresh_token","n":8}},
        "values":{"a":{"base64":"app:hunter2"},"b":{"hmac_sha256":"{scope}","key":"hunter2"}},
        "logout":{"url":"{base}/l?v=1&api_key=hunter2&secret={secret}","headers":{"X":"{a}{b}"},"form":{"client_secret":"hunter2","a b":"ç&{scope}"}}"#,
    );
    let profile = Profile::parse(&text).unwrap();
    let (shown, _) = profile.shown();
    let of = |place: &str| shown.iter().find(|one| one.operation == place).expect("shown");
    assert_eq!(
        of("refresh").body,
        r#"{"senha":"[...]","Password":["[...]",[...]],"grant_type":"refresh_token","n":8}"#
    );
    assert_eq!(of("logout").url, "https://h.example/l?v=1&api_key=[...]&secret=[secret]");
    assert!(profile.shown_values().all(|(_, made)| !made.contains("hunter2")));
    assert_eq!(of("logout").body, "client_secret=[...]&a+b=%C3%A7%26[scope]");
    for one in &shown {
        assert!(!one.headers.iter().any(|(_, value)| value.contains("hunter2")), "{:?}", one.headers);
    }
    let api = of("api");
    assert_eq!((api.method, api.url.as_str()), ("GET", "https://h.example/[path]"));
    assert_eq!(api.headers[0], ("Authorization".to_owned(), "Bearer [access_token]".to_owned()));
}

#[test]
fn what_is_shown_has_a_bound() {
    let long = "x".repeat(2000);
    let many: Vec<String> = (0..2000).map(|n| format!(r#""k{n}":"{{a}}{{a}}{{a}}{{a}}""#)).collect();
    let text = small(&format!(
        r#","urls":{{"a":"{{base}}/{long}"}},"mfa":{{"url":"{{a}}/m","json":{{{}}}}}"#,
        many.join(",")
    ));
    let profile = Profile::parse(&text).unwrap();
    let (shown, _) = profile.shown();
    let bytes: usize = shown.iter().map(|one| one.body.len()).sum();
    assert!((100_000..3_000_000).contains(&bytes), "{bytes}");
}
