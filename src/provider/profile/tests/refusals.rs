use super::*;

#[test]
fn by_status_when_no_rule_holds() {
    let profile = Profile::parse(small("")).unwrap();
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
        assert_eq!(refused(login.read(&profile, status, br#"{"error":"x"}"#)).is, is, "{status}");
        let by_anybody =
            if matches!(is, Meaning::Server | Meaning::RateLimited) { is } else { Meaning::Foreign };
        assert_eq!(refused(login.read(&profile, status, b"")).is, by_anybody, "{status}");
    }
    // A token in an error answer is none.
    assert_eq!(refused(login.read(&profile, 500, br#"{"access_token":"a"}"#)).missing, None);
}

#[test]
fn a_refresh_is_refused_by_what_names_a_cause() {
    let rule = r#","refresh":{"url":"{base}/r","means":[{"status":409,"is":"server"},{"status":419,"is":"refresh_refused"}]}"#;
    let profile = Profile::parse(small(rule)).unwrap();
    let refresh = profile.refresh().unwrap();
    for status in 400..500 {
        let is = match status {
            408 | 409 | 425 => Meaning::Server,
            429 => Meaning::RateLimited,
            400 | 401 | 403 | 419 => Meaning::RefreshRefused,
            404 => Meaning::NotFound,
            _ => Meaning::Response,
        };
        assert_eq!(refused(refresh.read(&profile, status, br#"{"error":"gone"}"#)).is, is, "{status}");
    }
    let is = |status, body: &str| refused(refresh.read(&profile, status, body.as_bytes())).is;
    for status in [200, 201, 400, 401, 403, 404, 422] {
        assert_eq!(is(status, r#"{"error":"invalid_grant"}"#), Meaning::RefreshRefused, "{status}");
        assert_eq!(is(status, r#"{"error":"invalid_client"}"#), Meaning::Client, "{status}");
        assert_eq!(is(status, "{}"), Meaning::Foreign, "{status}");
        assert_eq!(is(status, r#"{"error":"Unauthorized"}"#), Meaning::Foreign, "{status}");
    }
    for code in ["invalid_request", "unsupported_grant_type", "invalid_scope"] {
        assert_eq!(is(400, &format!(r#"{{"error":"{code}"}}"#)), Meaning::Response, "{code}");
    }
    assert_eq!(is(502, "{}"), Meaning::Server);
}

#[test]
fn a_rule_with_a_status_alone_is_for_the_provider_unless_it_says_otherwise() {
    for (more, by_page) in [("", Meaning::Foreign), (r#","any_body":true"#, Meaning::Credentials)] {
        let text = small("").replace(
            r#""json":{"u":"{username}"}"#,
            &format!(r#""means":[{{"status":401,"is":"credentials"{more}}}]"#),
        );
        let profile = Profile::parse(&text).unwrap();
        let is = |body: &str| refused(login(&profile, &[]).read(&profile, 401, body.as_bytes())).is;
        for page in ["<html>", "", "Unauthorized", "{}", r#"{"message":"Unauthorized"}"#, "{\"error\":"] {
            assert_eq!(is(page), by_page, "{page}");
        }
        for own in [r#"{"error":"x"}"#, r#"{"message":"Usuário ou senha inválidos"}"#] {
            assert_eq!(is(own), Meaning::Credentials, "{own}");
        }
    }
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
    let profile = Profile::parse(small("")).unwrap();
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
            Profile::parse(small(&format!(r#","take":{{"access_token":["/a~1b","{path}"]}}"#))).unwrap();
        matches!(login(&profile, &[]).read(&profile, 200, text.as_bytes()), ParsedResponse::Token(_))
    };
    assert!(deep(0) && deep(1) && deep(4));
    assert!(!deep(5));
}

#[test]
fn nesting_does_not_exhaust_the_stack() {
    let profile = Profile::parse(small("")).unwrap();
    for open in ["[", r#"{"a":"#] {
        let refused = refused(login(&profile, &[]).read(&profile, 200, open.repeat(500_000).as_bytes()));
        assert_eq!(refused.missing, Some("access_token"));
    }
}
