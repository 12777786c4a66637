use super::*;

fn expires(field: &str) -> Expires {
    expires_of("tok", field)
}

fn expires_of(access_token: &str, field: &str) -> Expires {
    let paths = r#","take":{"access_token":["/t"],"expires_in":["/in","/in2"],"expires_at":["/at","/o/at"]}"#;
    let profile = Profile::parse(small(paths)).unwrap();
    let answer = format!(r#"{{"t":"{access_token}"{field}}}"#);
    token(login(&profile, &[]).read(&profile, 200, answer.as_bytes())).expires
}

#[test]
fn seconds_in_many_forms() {
    for (value, seconds) in [
        ("3600", 3600),
        (r#""3600""#, 3600),
        (r#"" 3600.0 ""#, 3600),
        ("3600.9", 3600),
        ("3.6e3", 3600),
        ("0", 0),
        ("-5", -5),
        (r#""-5""#, -5),
        ("99999999999999999999999", i64::MAX),
        (r#""1e300""#, i64::MAX),
        (r#""9e999""#, i64::MAX),
        ("18446744073709551615", i64::MAX),
        ("-1e300", i64::MIN),
    ] {
        assert_eq!(expires(&format!(r#","in":{value}"#)), Expires::Seconds(seconds), "{value}");
    }
}

fn expires_with(life: &str, field: &str) -> Expires {
    let paths = r#","take":{"access_token":["/t"],"expires_in":["/in"],"expires_at":["/at"]}"#;
    let profile = Profile::parse(small(&format!(r#"{paths},"life":{{{life}}}"#))).unwrap();
    token(login(&profile, &[]).read(&profile, 200, format!(r#"{{"t":"tok",{field}}}"#).as_bytes())).expires
}

#[test]
fn a_life_counts_in_the_profiles_unit() {
    for (unit, value, seconds) in [
        ("s", "90", 90),
        ("ms", "3600000", 3600),
        ("ms", r#""1999""#, 1),
        ("ms", "1800000000", 1_800_000),
        ("min", "30", 1800),
        ("min", r#""0.5""#, 30),
        ("h", "8", 28_800),
        ("h", "1.5", 5400),
        ("h", "-1", -3600),
        ("h", "9223372036854775807", i64::MAX),
    ] {
        let unit = format!(r#""unit":"{unit}""#);
        assert_eq!(
            expires_with(&unit, &format!(r#""in":{value}"#)),
            Expires::Seconds(seconds),
            "{unit} {value}"
        );
    }
    for unit in ["s", "ms", "min", "h"] {
        let of = |value| expires_with(&format!(r#""unit":"{unit}""#), &format!(r#""in":{value}"#));
        assert_eq!(of("1800000000000"), Expires::At(1_800_000_000_000), "{unit}");
        if unit != "ms" {
            assert_eq!(of("1800000000"), Expires::At(1_800_000_000_000), "{unit}");
        }
    }
}

#[test]
fn a_date_without_zone_has_the_profiles() {
    const AT: i64 = 1_609_545_540_000;
    for value in [
        r#""2021-01-01T20:59:00""#,
        r#""2021-01-01 20:59:00.000""#,
        r#""2021-01-01 20:59""#,
        r#""01/01/2021 20:59:00""#,
        r#"{"date":"2021-01-01 20:59:00.000000"}"#,
        r#""20210101205900""#,
        "20210101205900",
        // Its own wins.
        r#""2021-01-01T23:59:00Z""#,
        r#""2021-01-01T21:59:00-0200""#,
        r#"{"date":"2021-01-01 23:59:00.000000","timezone":"UTC"}"#,
    ] {
        for field in ["at", "in"] {
            let expires = expires_with(r#""zone":"-03:00""#, &format!(r#""{field}":{value}"#));
            assert_eq!(expires, Expires::At(AT), "{value}");
        }
    }
    for value in
        [r#""2021-01-01 08:59:00 PM""#, r#""2021-01-01""#, r#""2021-01-01T20:59:00 XYZ""#, r#""soon""#]
    {
        let expires = expires_with(r#""zone":"-03:00""#, &format!(r#""at":{value}"#));
        assert_eq!(expires, Expires::Missing, "{value}");
    }
    for zone in ["3", "-3", "BRST", "03:00", "-25:00", ""] {
        assert!(Profile::parse(small(&format!(r#","life":{{"zone":"{zone}"}}"#))).is_err(), "{zone}");
    }
}

#[test]
fn what_is_no_lifetime_is_missing() {
    for value in
        ["null", r#""""#, r#""soon""#, r#""inf""#, r#""NaN""#, r#""-""#, "true", "[]", "{}", r#""1e""#]
    {
        assert_eq!(expires(&format!(r#","in":{value}"#)), Expires::Missing, "{value}");
        assert_eq!(expires(&format!(r#","in":{value},"in2":60"#)), Expires::Seconds(60), "{value}");
        assert_eq!(expires(&format!(r#","at":{value}"#)), Expires::Missing, "{value}");
    }
    assert_eq!(expires(""), Expires::Missing);
    // Without zone nobody knows when.
    assert_eq!(expires(r#","at":"2023-10-07T08:23:48""#), Expires::Missing);
}

#[test]
fn instants_in_many_forms() {
    const AT: i64 = 1_609_545_540_000;
    for value in [
        r#""2021-01-01T23:59:00Z""#,
        r#""2021-01-01T20:59:00.000-03:00""#,
        "1609545540",
        "1609545540000",
        r#""1609545540""#,
        r#"{"date":"2021-01-01 23:59:00.000000","timezone_type":3,"timezone":"UTC"}"#,
        r#"{"date":"2021-01-01 20:59:00.000000","timezone_type":1,"timezone":"-03:00"}"#,
        r#"{"date":"2021-01-01 20:59:00.000000","timezone_type":2,"timezone":"BRT"}"#,
        r#"{"date":"2021-01-01 20:59:00.000000","timezone_type":3,"timezone":"America/Sao_Paulo"}"#,
        r#"{"date":"2021-01-01 21:59:00","timezone_type":3,"timezone":"america/noronha"}"#,
        r#"{"date":"2021-01-01 19:59:00","timezone_type":3,"timezone":"America/Manaus"}"#,
        r#"{"date":"2021-01-01 18:59:00","timezone_type":3,"timezone":"America/Rio_Branco"}"#,
        r#"{"date":"2021-01-02 05:29:00","timezone_type":1,"timezone":"+05:30"}"#,
        r#""2021-01-01T20:59:00.000-0300""#,
        r#""2021-01-01T20:59:00-03""#,
        r#""2021-01-01 23:59:00Z""#,
        r#""2021-01-01 20:59:00 -03:00""#,
        r#""2021-01-01 20:59 -0300""#,
        r#""2021-01-01T23:59:00.0000000+00:00""#,
        r#""2021-01-01T20:59:00-03:00[America/Sao_Paulo]""#,
        r#""2021-01-01 23:59:00 UTC""#,
        r#""2021/01/01 20:59:00 BRT""#,
        r#""01/01/2021 20:59:00 -03:00""#,
        r#""Fri, 01 Jan 2021 23:59:00 GMT""#,
        r#""Fri, 1 Jan 2021 20:59:00 -0300""#,
        r#""\/Date(1609545540000)\/""#,
        r#""/Date(1609545540000-0300)/""#,
        r#""/Date(1609545540000+0000)/""#,
    ] {
        assert_eq!(expires(&format!(r#","at":{value}"#)), Expires::At(AT), "{value}");
    }
    assert_eq!(expires(r#","o":"{\"at\":1609545540}""#), Expires::At(AT));
    assert_eq!(expires(r#","at":"2021-01-01T23:59:00.25Z""#), Expires::At(AT + 250));
    assert_eq!(expires(r#","at":"2021-01-01T20:59:00,25-03:00""#), Expires::At(AT + 250));
    let elsewhere = r#","at":{"date":"2021-01-01 20:59:00","timezone_type":3,"timezone":"Europe/Paris"}"#;
    assert_eq!(expires(elsewhere), Expires::Missing);
    assert_eq!(expires(r#","in":"2021-01-01T23:59:00Z""#), Expires::At(AT), "in the other's place");
    assert_eq!(expires(r#","at":"/Date(-1000)/""#), Expires::At(-1000));
    for unknown in [
        "2021-01-01 20:59:00",
        "01/01/2021 20:59:00",
        "2021-01-01",
        "2021-01-01T",
        "/Date()/",
        "/Date(x)/",
        "/Date(-)/",
        "/Date(é)/",
        "2021-01-0é 20:59:00 -03:00",
        "2021-13-01T20:59:00Z",
        "2021-01-01T20:59:00+99",
        "01.01.2021 20:59:00",
        "amanhã às dez",
        "Fri, 01 Jan 2021 23:59:00 XYZ",
        "Fri, 01 Jan 2021 23:59:00",
        "Fri, 01 Jan 2021",
        // No instant of the year 2612, but a date without a zone.
        "20210101205900",
    ] {
        assert_eq!(expires(&format!(r#","at":"{unknown}""#)), Expires::Missing, "{unknown}");
    }
    assert_eq!(expires(r#","at":20210101205900"#), Expires::Missing);
    // Both: seconds need no common clock.
    assert_eq!(expires(r#","in":60,"at":1609545540"#), Expires::Seconds(60));
}

#[test]
fn the_end_of_a_jwt() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiLDpyIsImV4cCI6MTYwOTU0NTU0MH0.c2ln";
    assert_eq!(expires_of(jwt, ""), Expires::At(1_609_545_540_000));
    assert_eq!(expires_of(jwt, r#","in":9"#), Expires::Seconds(9));
    for none in
        ["a.b.c", "a.b", "..", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "a.eyJleHAiOjF9.b.c", "a.eyJleHAiOj!9.b"]
    {
        assert_eq!(expires_of(none, ""), Expires::Missing, "{none}");
    }
    assert_eq!(expires_of("e30.eyJleHAiOjF9.", ""), Expires::At(1000));
    // {"exp":1609545540,"iat":1609541940}
    let made = "e30.eyJleHAiOjE2MDk1NDU1NDAsImlhdCI6MTYwOTU0MTk0MH0.";
    assert_eq!(expires_of(made, ""), Expires::Jwt { at_ms: 1_609_545_540_000, whole_ms: 3_600_000 });
}

#[test]
fn a_wrong_clock_does_not_make_a_good_token_dead() {
    const NOW: i64 = 1_800_000_000_000;
    const H: i64 = 3_600_000;
    const Y1980: i64 = 315_532_800_000;
    let at = Expires::At(NOW + H);
    for (server, own, left) in [
        (Some(NOW), NOW, H),
        (None, NOW, H),
        // Either clock three hours off, either way.
        (Some(NOW), NOW + 3 * H, H),
        (Some(NOW), NOW - 3 * H, H),
        (Some(NOW + 3 * H), NOW, H),
        (Some(NOW - 3 * H), NOW, H),
        // A machine that has lost its clock.
        (Some(NOW), Y1980, H),
        (Some(NOW + H), NOW + 3 * H, 0),
    ] {
        assert_eq!(at.left_ms(server, own), Some(left), "{server:?} {own}");
    }
    assert_eq!(at.left_ms(None, Y1980), None, "nobody can tell");
    assert_eq!(Expires::Missing.left_ms(Some(NOW), NOW), None);
    assert_eq!(Expires::Seconds(-5).left_ms(None, Y1980), Some(-5_000));
    // One that says how long it lives in all, made now by a clock that may be wrong too.
    let jwt = |off: i64| Expires::Jwt { at_ms: NOW + off + H, whole_ms: H };
    for off in [0, -3 * H, 3 * H, -40 * 365 * 24 * H] {
        for (server, own) in [(Some(NOW + off), NOW), (Some(NOW), NOW + off), (None, NOW + off)] {
            assert_eq!(jwt(off).left_ms(server, own), Some(H), "{off} {server:?} {own}");
        }
    }
    assert_eq!(jwt(-3 * H).left_ms(Some(NOW), NOW), Some(H), "local time taken for UTC");
    assert_eq!(jwt(-H / 2).left_ms(Some(NOW), NOW), Some(H / 2), "one that was handed out before");
    assert_eq!(jwt(-H / 2).left_ms(Some(NOW - H / 2), NOW), Some(H), "half an hour slow");
}

#[test]
fn what_is_there_and_not_understood_is_told() {
    let unread = |field: &str| {
        let paths = r#","take":{"access_token":["/t"],"expires_in":["/in"],"expires_at":["/at"]}"#;
        let profile = Profile::parse(small(paths)).unwrap();
        let answer = format!(r#"{{"t":"tok"{field}}}"#);
        token(login(&profile, &[]).read(&profile, 200, answer.as_bytes())).life_unread
    };
    for nothing in
        ["", r#","in":null"#, r#","in":"","at":" ""#, r#","in":60,"at":"soon""#, r#","in":"x","at":1"#]
    {
        assert_eq!(unread(nothing), None, "{nothing}");
    }
    assert_eq!(unread(r#","in":"forever""#).as_deref(), Some("forever"));
    assert_eq!(unread(r#","at":"28/11/2026 10:00:00""#).as_deref(), Some("28/11/2026 10:00:00"));
    assert_eq!(unread(r#","in":true"#).as_deref(), Some("true"));
}

#[test]
fn a_life_outside_the_json_is_read_as_one_inside_it() {
    let take = r#","take":{"access_token":["/t"],"expires_in":[{"header":"X-Lasts"}],"expires_at":[{"cookie":"ends"}]}"#;
    let profile = Profile::parse(small(take)).unwrap();
    let read = |name: &str, value: &str| {
        let headers = [(name.to_owned(), Zeroizing::new(value.as_bytes().to_vec()))];
        let answer = Answer { headers: &headers, ..answer(200, br#"{"t":"tok"}"#) };
        let taken = token(login(&profile, &[]).judge(&profile, &answer));
        (taken.expires, taken.life_unread)
    };
    assert_eq!(read("x-lasts", " 60 "), (Expires::Seconds(60), None));
    assert_eq!(read("Set-Cookie", "ends=\"2021-01-01T23:59:00Z\"; Path=/").0, Expires::At(1_609_545_540_000));
    assert_eq!(read("X-Lasts", "amanh\u{e3}"), (Expires::Missing, Some("amanh\u{e3}".to_owned())));
    assert_eq!(read("Set-Cookie", "ends=soon").1.as_deref(), Some("soon"));
    assert_eq!(read("X-Other", "60"), (Expires::Missing, None));
}
