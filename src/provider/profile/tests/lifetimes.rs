use super::*;

fn expires(field: &str) -> Expires {
    expires_of("tok", field)
}

fn expires_of(access_token: &str, field: &str) -> Expires {
    let paths = r#","take":{"access_token":["/t"],"expires_in":["/in","/in2"],"expires_at":["/at","/o/at"]}"#;
    let profile = Profile::parse(&small(paths)).unwrap();
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
    ] {
        assert_eq!(expires(&format!(r#","at":{value}"#)), Expires::At(AT), "{value}");
    }
    assert_eq!(expires(r#","o":"{\"at\":1609545540}""#), Expires::At(AT));
    assert_eq!(expires(r#","at":"2021-01-01T23:59:00.25Z""#), Expires::At(AT + 250));
    let elsewhere = r#","at":{"date":"2021-01-01 20:59:00","timezone_type":3,"timezone":"Europe/Paris"}"#;
    assert_eq!(expires(elsewhere), Expires::Missing);
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
}
