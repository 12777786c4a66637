//! Options: what is refused when it is set, and that nothing is kept of it.

use crate::client::*;
use crate::ground::{Ground, ASSINE, SENIOR};

#[test]
fn an_unknown_option_lists_the_known_ones() {
    let account = Account::open("senior").unwrap();
    for wrong in ["user", "Username", "username ", "", "senha"] {
        failed(account.set(wrong, "x"), ERPTOKEN_E_OPTION).assert_says(&[
            "username",
            "password",
            "access_key",
            "timeout_ms",
            "base_url",
        ]);
    }
}

#[test]
fn a_value_that_is_not_usable_is_refused_and_the_old_one_stays() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("timeout_ms", "5000").unwrap();
    for (option, wrong) in [
        ("timeout_ms", "0"),
        ("timeout_ms", "-1"),
        ("timeout_ms", "5s"),
        ("timeout_ms", "5.5"),
        ("timeout_ms", "99999999999999999999"),
        ("connect_timeout_ms", "soon"),
        ("min_seconds_left", "-1"),
        ("renew_after_s", "0"),
        ("allow_http", "yes"),
        ("allow_http", "2"),
        ("base_url", "platform.senior.com.br"),
        ("base_url", "ftp://platform.senior.com.br"),
        ("base_url", "https://user:password@platform.senior.com.br"),
        ("base_url", "https://platform.senior.com.br/?a=b"),
        ("base_url", "https://platform.senior.com.br/ x"),
        ("base_url", "https://"),
        ("expires_at", "2027-01-31"),
        ("expires_at", "2027-01-31T23:59:00"),
        ("expires_at", "2027-01-31 23:59:00"),
        ("expires_at", "1800000000"),
        ("token", "both"),
        ("api_hosts", "https://api.example.com"),
        ("proxy", "socks5://127.0.0.1:1080"),
        ("max_response_bytes", "0"),
    ] {
        let failure = failed(account.set(option, wrong), ERPTOKEN_E_OPTION);
        failure.assert_says(&[option]);
    }
    account.token();
}

#[test]
fn a_value_that_is_too_long_is_refused_and_not_shown() {
    let account = Account::open("senior").unwrap();
    for option in ["username", "password", "access_token"] {
        let failure = failed(account.set(option, &"senha".repeat(20_000)), ERPTOKEN_E_OPTION);
        failure.assert_says(&[option, "65536 bytes"]);
        assert!(!failure.text.contains("senhasenha"), "{failure:?}");
    }
}

#[test]
fn a_very_long_option_name_does_not_hide_the_known_ones() {
    let account = Account::open("senior").unwrap();
    failed(account.set(&"x".repeat(2_000), "y"), ERPTOKEN_E_OPTION).assert_says(&["known are username"]);
}

#[test]
fn an_instant_without_a_zone_is_told_what_it_must_be() {
    let account = Account::open("senior").unwrap();
    failed(account.set("expires_at", "2027-01-31T23:59:00"), ERPTOKEN_E_OPTION).assert_says(&[
        "\"expires_at\"",
        "zone",
        "-03:00",
    ]);
    for right in ["2027-01-31T23:59:00-03:00", "2027-01-31T23:59:00Z", "2027-01-31T23:59:00.123Z"] {
        account.set("expires_at", right).unwrap();
    }
}

#[test]
fn application_tokens_are_handed_out_only_with_a_store() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.set("token", "application").unwrap();
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"store\"", "erptoken_configure"]);
    assert_eq!(ground.count("assine.login"), 0);
    account.set("token", "session").unwrap();
    account.token();
}

#[test]
fn an_empty_value_is_the_default() {
    let ground = Ground::new();
    let account = ground.senior();
    for option in ["scope", "tenant", "client_id", "timeout_ms", "expires_at", "proxy", "ca_file"] {
        account.set(option, "").unwrap();
        account.unset(option).unwrap();
    }
    assert_eq!(account.token(), ground.senior().token());
    account.set("password", "").unwrap();
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"password\""]);
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn another_user_name_forgets_the_password() {
    let ground = Ground::new();
    ground.add_user("senior", "outro@empresa.com.br", "outra senha");
    let account = ground.senior();
    let first = account.token();
    // The same name again forgets nothing.
    account.set("username", SENIOR.username).unwrap();
    assert_eq!(account.token(), first);
    account.set("username", "outro@empresa.com.br").unwrap();
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"password\""]);
    account.set("password", "outra senha").unwrap();
    assert_ne!(account.token(), first);
    let logins = ground.logins();
    assert_eq!((logins.len(), logins[1].username.as_str()), (2, "outro@empresa.com.br"));
}

#[test]
fn another_key_forgets_the_secret() {
    let ground = Ground::new();
    let base = ground.base("senior");
    let options =
        [("base_url", base.as_str()), ("access_key", "chave"), ("secret", "segredo"), ("tenant", "empresa")];
    let account = Account::with("senior", &options);
    account.token();
    account.set("access_key", "outra chave").unwrap();
    account.refused(ERPTOKEN_E_MISSING);
    assert_eq!(ground.count("senior.key"), 1);
}

#[test]
fn another_user_name_forgets_an_imported_token() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("access_token", "token-de-outra-pessoa").unwrap();
    assert_eq!(account.token(), "token-de-outra-pessoa");
    account.set("username", "outro@empresa.com.br").unwrap();
    account.refused(ERPTOKEN_E_MISSING);
}
