use super::*;

fn json(template: &str, values: &[(&str, &str)]) -> Result<String, Unfit> {
    let text = format!(
        r#"{{"erptoken_profile":1,"name":"x","environments":{{"one":{{"base":"http://h:1"}}}},
        "options":{{"own":null,"given":"7"}},"login":[{{"url":"{{base}}","json":{template}}}]}}"#
    );
    let profile = Profile::parse(&text).expect("valid");
    let login = login(&profile, &[]);
    Ok(body(&login.request(&profile, "http://h:1", &Set(values))?).to_owned())
}

#[test]
fn json_of_any_shape_keeps_its_order() {
    let template = r#"{"z":{"scopes":["{scope}","b","{own?}"],"n":1,"f":1.5,"t":true,"x":null,"neg":-2},"a":"{given}-{own?}","e":"","i":"{given:integer}"}"#;
    let sent = r#"{"z":{"scopes":["s","b"],"n":1,"f":1.5,"t":true,"x":null,"neg":-2},"e":"","i":7}"#;
    assert_eq!(json(template, &[("scope", "s")]).unwrap(), sent);
    assert_eq!(json(r#"["{own}"]"#, &[("own", "line\nend\u{1f}")]).unwrap(), r#"["line\nend\u001F"]"#);
    assert_eq!(json("{}", &[]).unwrap(), "{}");
    assert_eq!(json(r#"{"a":"{base}"}"#, &[]).unwrap(), r#"{"a":"http://h:1"}"#);
}

#[test]
fn what_is_rendered_is_what_is_meant() {
    let every: String = (0..0x250u32).filter_map(char::from_u32).chain(['\u{2028}', '😀']).collect();
    let sent = json(r#"{"p":"{own}"}"#, &[("own", &every)]).unwrap();
    let read: serde_json::Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(read["p"].as_str(), Some(every.as_str()));
}

#[test]
fn integers_of_any_length() {
    let sent = |digits| json(r#"["{own:integer}","{own:integer?}"]"#, &[("own", digits)]);
    assert_eq!(sent("000").unwrap(), "[0,0]");
    assert_eq!(
        sent("00123456789012345678901234567890").unwrap(),
        "[123456789012345678901234567890,123456789012345678901234567890]"
    );
    for bad in ["-1", "1.0", " 1", "１"] {
        assert_eq!(sent(bad).unwrap_err(), Unfit::NotDigits { option: "own".into() });
    }
    assert_eq!(sent("").unwrap_err(), Unfit::NotSet { option: "own".into() });
}

#[test]
fn headers_take_what_arrives_unchanged() {
    let text = small(
        r#","logout":{"url":"{base}/o","headers":{"X-P":"{password}","Content-Type":"text/x"},"form":{"a b":"{base}"}}"#,
    );
    let profile = Profile::parse(&text).unwrap();
    let logout = profile.logout().unwrap();
    let send = |password| logout.request(&profile, "https://h", &Set(&[("password", password)]));
    let request = send("p~ {x}").unwrap();
    assert_eq!(header(&request, "X-P"), Some("p~ {x}"));
    // The content type is the body's, once.
    assert_eq!((request.headers.len(), request.body.as_ref().unwrap().content_type.as_str()), (1, "text/x"));
    assert_eq!(body(&request), "a+b=https%3A%2F%2Fh");
    for bad in ["senha\r\nX: y", "ção", " edge", "edge ", "\u{7f}"] {
        let (option, header) = ("password".into(), "X-P".into());
        assert_eq!(send(bad).unwrap_err(), Unfit::NotForHeader { option, header });
    }
}

#[test]
fn owned_values_do_as_well() {
    struct Owned;
    impl Values for Owned {
        fn get(&self, name: &str) -> Option<Cow<'_, str>> {
            Some(Cow::Owned(format!("<{name}>")))
        }
    }
    let profile = Profile::parse(small("")).unwrap();
    let request = login(&profile, &[]).request(&profile, "https://h", &Owned).unwrap();
    assert_eq!(body(&request), r#"{"u":"<username>"}"#);
}

#[test]
fn nothing_shows_a_secret() {
    let profile = builtin("senior").unwrap();
    let values = [
        ("username", "u"),
        ("password", "hunter2"),
        ("refresh_token", "hunter2"),
        ("access_token", "hunter2"),
        ("tenant", "hunter2"),
    ];
    let login = login(profile, &["username", "password"]);
    for operation in [login, profile.refresh().unwrap(), profile.logout().unwrap()] {
        let request = operation.request(profile, "https://h", &Set(&values)).unwrap();
        let shown = format!("{request:?} {:?} {operation:?} {profile:?}", request.body);
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    for answer in [
        r#"{"access_token":"hunter2","refresh_token":"hunter2"}"#,
        r#"{"mfaInfo":{"temporaryToken":"hunter2"},"message":"hunter2","reason":"hunter2"}"#,
        r#"{"message":"hunter2","reason":"hunter2"}"#,
    ] {
        let shown = format!("{:?}", login.read(profile, 200, answer.as_bytes()));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
