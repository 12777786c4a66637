use super::*;

fn no(_: &str) -> bool {
    false
}

fn set(values: &mut Values, name: &str, value: &str) {
    let checked = check(name, Some(value), &no).unwrap_or_else(|error| panic!("{name}: {error}"));
    values.apply(checked, &Values::default()).unwrap();
}

fn refused(name: &str, value: &str) -> String {
    let error = check(name, Some(value), &no).err().expect(name);
    assert_eq!(error.status, Status::Option, "{name}");
    error.to_string()
}

#[test]
fn another_user_forgets_what_belongs_to_the_old_one() {
    for identifying in ["username", "access_key"] {
        let mut values = Values::default();
        for name in CLEARED_WITH_IDENTITY.iter().filter(|name| **name != "expires_at") {
            set(&mut values, name, "value");
        }
        set(&mut values, identifying, "first");
        assert_eq!(values.get("password"), Some("value"), "the first name belongs to what was set before it");
        set(&mut values, identifying, "first");
        assert_eq!(values.get("password"), Some("value"), "the same name changes nothing");
        set(&mut values, identifying, "second");
        for name in CLEARED_WITH_IDENTITY {
            assert_eq!(values.get(name), None, "{name}");
        }
    }
}

#[test]
fn unfit_values_are_refused_with_what_they_must_be() {
    assert!(refused("timeout_ms", "0").contains("from 1 to 3600000"));
    assert!(refused("timeout_ms", "ten").contains("whole number"));
    assert!(refused("allow_http", "yes").contains("0 or 1"));
    assert!(refused("expires_at", "2027-01-31T23:59:00").contains("zone"));
    assert!(refused("base_url", "ftp://x").contains("https://"));
    assert!(refused("base_url", "https://user@host").contains("without user"));
    assert!(refused("base_url", "https://host/a?b").contains("without user"));
    assert!(refused("base_url", "https://host name").contains("https://"));
    assert!(refused("api_hosts", "a b").contains("hosts such as"));
    assert!(refused("ca_file", "/nowhere/ca.pem").contains("PEM"));
    assert!(refused("token", "both").contains("session, application"));
    let unknown = refused("pasword", "x");
    assert!(unknown.contains("\"pasword\"") && unknown.contains("password, "), "{unknown}");
    assert!(refused("proxy", "proxy:3128").contains("http://[user:password@]host:port"));
    assert!(names(std::iter::empty()).len() <= 500, "the texts that list the names have room for so much");
}

#[test]
fn what_is_left_around_a_value_does_no_harm() {
    let around = ["", " ", "\t", "\r", "\n", "\r\n", "\u{feff}", "\u{a0}", " \t\r\n"];
    for (name, value) in [
        ("base_url", "https://api.example.com/v1"),
        ("base_url", "HTTPS://API.Example.com:8443"),
        ("base_url", "Http://localhost:1/"),
        ("proxy", "none"),
        ("proxy", "HTTP://u:p@proxy:3128/"),
        ("api_hosts", "api.example.com, API.example.com:8443,"),
        ("timeout_ms", "9000"),
        ("allow_http", "1"),
        ("token", "application"),
        ("expires_at", "2027-01-31T23:59:00-03:00"),
    ] {
        for before in around {
            for after in around {
                let mut values = Values::default();
                set(&mut values, name, &format!("{before}{value}{after}"));
                assert_eq!(values.get(name), Some(value), "{name} {before:?} {after:?}");
            }
        }
    }
    // Of a password every character counts.
    let mut values = Values::default();
    set(&mut values, "password", " senha\t");
    assert_eq!(values.get("password"), Some(" senha\t"));
    set(&mut values, "proxy", "HTTP://u:senha@proxy:3128");
    assert_eq!(values.proxy_password().map(|password| password.expose().to_owned()), Some("senha".into()));
}

#[test]
fn addresses_that_are_none_are_told_as_what_they_are() {
    for wrong in [
        "https://user@host",
        "https://host/a?b",
        "https://host/#c",
        "https:/host",
        "host",
        "//host",
        "https://",
        "https:///path",
        "https://ho st",
        "https://host/a\u{1}b",
        "ftp://host",
        "httpss://host",
        "://host",
    ] {
        assert!(refused("base_url", wrong).contains("https://host/path, without user, ? and #"), "{wrong}");
    }
    for accents in ["https://expressão.com.br", "https://host/a\u{e7}\u{e3}o", "https://host\u{200b}/"] {
        assert!(refused("base_url", accents).contains("xn--"), "{accents}");
    }
    assert!(refused("proxy", "socks5://p:1").contains("socks5:// are not supported"));
    assert!(refused("proxy", "HTTPS://p:1").contains("https:// are not supported"));
}

#[test]
fn no_text_of_an_option_shows_its_value() {
    for (name, ..) in OPTIONS {
        if let Err(error) = check(name, Some("s3cr3t\u{1}"), &no) {
            assert!(!error.to_string().contains("s3cr3t"), "{error}");
        }
    }
}

#[test]
fn an_empty_value_is_the_default() {
    let mut values = Values::default();
    set(&mut values, "username", "x");
    set(&mut values, "username", "");
    assert_eq!(values.get("username"), None);

    let mut defaults = Values::default();
    set(&mut defaults, "timeout_ms", "400");
    set(&mut values, "timeout_ms", "9000");
    values.apply(check("timeout_ms", None, &no).unwrap(), &defaults).unwrap();
    assert_eq!(values.number("timeout_ms"), Some(400), "the process's default");
}

#[test]
fn time_outs_and_codes_are_not_part_of_the_identity_and_secrets_are() {
    let parts = |name: &str, value: &str| {
        let mut values = Values::default();
        set(&mut values, name, value);
        values.identity_parts(&[]).count()
    };
    for name in
        ["timeout_ms", "connect_timeout_ms", "min_seconds_left", "renew_after_s", "max_response_bytes"]
    {
        assert_eq!(parts(name, "7"), 0, "{name}");
    }
    assert_eq!(parts("api_hosts", "a,b:8443"), 0);
    assert_eq!(parts("mfa_code", "012345"), 0);
    for name in ["username", "password", "access_key", "secret", "tenant", "scope", "access_token"] {
        assert_eq!(parts(name, "x"), 2, "{name}");
    }
}

#[test]
fn secrets_are_told_apart_from_names() {
    let mut values = Values::default();
    set(&mut values, "username", "ann");
    set(&mut values, "password", "senha");
    values.apply(check("partner", Some("chave"), &|_| true).unwrap(), &Values::default()).unwrap();
    set(&mut values, "proxy", "http://ann:proxypass@127.0.0.1:3128");
    let secrets: Vec<&str> = values.secrets().map(Secret::expose).collect();
    assert_eq!(secrets, ["chave", "senha"], "an option of a profile may be anything, so it is hidden");
    assert_eq!(
        values.proxy_password().map(|password| password.expose().to_owned()),
        Some("proxypass".into())
    );
}

#[test]
fn the_readme_names_every_option() {
    let readme = include_str!("../../../README.md");
    for (name, ..) in OPTIONS {
        assert!(readme.contains(&format!("`{name}`")), "README.md lacks {name}");
    }
}
