use super::*;

#[test]
fn by_status_when_no_rule_holds() {
    let profile = Profile::parse(&small("")).unwrap();
    let login = login(&profile, &[]);
    for (status, is) in [
        (400, Meaning::Response),
        (401, Meaning::Response),
        (403, Meaning::Forbidden),
        (404, Meaning::NotFound),
        (408, Meaning::Server),
        (425, Meaning::Server),
        (429, Meaning::RateLimited),
        (500, Meaning::Server),
        (503, Meaning::Server),
        (302, Meaning::Response),
        (0, Meaning::Response),
    ] {
        assert_eq!(refused(login.read(&profile, status, b"")).is, is, "{status}");
    }
    // A token in an error answer is none.
    assert_eq!(refused(login.read(&profile, 500, br#"{"access_token":"a"}"#)).missing, None);
}

#[test]
fn a_refresh_is_refused_by_every_lasting_4xx() {
    let rule = r#","refresh":{"url":"{base}/r","means":[{"status":409,"is":"server"},{"status":419,"is":"refresh_refused"}]}"#;
    let profile = Profile::parse(&small(rule)).unwrap();
    let refresh = profile.refresh().unwrap();
    for status in 400..500 {
        let is = match status {
            408 | 409 | 425 => Meaning::Server,
            429 => Meaning::RateLimited,
            _ => Meaning::RefreshRefused,
        };
        assert_eq!(refused(refresh.read(&profile, status, b"{}")).is, is, "{status}");
    }
    assert_eq!(refused(refresh.read(&profile, 502, b"{}")).is, Meaning::Server);
    assert_eq!(refused(refresh.read(&profile, 200, b"{}")).is, Meaning::Response);
}

#[test]
fn a_step_that_can_not_be_taken_is_its_meaning() {
    let text = small(r#","mfa":{"url":"{base}/m","json":{"t":"{temp}"}}"#).replace(
        r#""json":{"u":"{username}"}"#,
        r#""means":[{"has":"/mfa","is":"mfa","next":"mfa","keep":{"temp":"/mfa/token"}}]"#,
    );
    let profile = Profile::parse(&text).unwrap();
    let login = login(&profile, &[]);
    assert_eq!(refused(login.read(&profile, 200, br#"{"mfa":{"x":1}}"#)).is, Meaning::Mfa);
    assert!(matches!(login.read(&profile, 200, br#"{"mfa":{"token":"t"}}"#), ParsedResponse::Next(_)));
    token(login.read(&profile, 200, br#"{"mfa":{},"access_token":"a"}"#));
}

#[test]
fn a_token_that_no_header_takes_is_none() {
    let profile = Profile::parse(&small("")).unwrap();
    for bad in [r"a\r\nX: y", "a b", "ã", " ", r"\u0000"] {
        let answer = format!(r#"{{"access_token":"{bad}"}}"#);
        let refused = refused(login(&profile, &[]).read(&profile, 200, answer.as_bytes()));
        assert_eq!(refused.missing, Some("access_token"), "{bad}");
    }
}

#[test]
fn paths_read_strings_but_not_for_ever() {
    let deep = |levels: usize| {
        let mut text = r#"{"access_token":"a"}"#.to_owned();
        let mut path = "/access_token".to_owned();
        for _ in 0..levels {
            text = format!(r#"{{"s":{}}}"#, serde_json::Value::String(text));
            path.insert_str(0, "/s");
        }
        let profile =
            Profile::parse(&small(&format!(r#","take":{{"access_token":["/a~1b","{path}"]}}"#))).unwrap();
        matches!(login(&profile, &[]).read(&profile, 200, text.as_bytes()), ParsedResponse::Token(_))
    };
    assert!(deep(0) && deep(1) && deep(4));
    assert!(!deep(5));
}

#[test]
fn nesting_does_not_exhaust_the_stack() {
    let profile = Profile::parse(&small("")).unwrap();
    for open in ["[", r#"{"a":"#] {
        let refused = refused(login(&profile, &[]).read(&profile, 200, open.repeat(500_000).as_bytes()));
        assert_eq!(refused.missing, Some("access_token"));
    }
}
