//! A crowd with a wrong password, or one that a person must do something for first: the account is not locked.

use std::time::Duration;

use crate::client::*;
use crate::crowd::{all_at_once, alone};
use crate::ground::{Ground, Known, ALL, SENIOR};
use crate::sandbox::Fault;

const THREADS: usize = 64;
const CALLS: usize = 10;

/// So many calls from each thread of a crowd, each with an account of its own.
fn ten_calls_each(account: impl Fn(usize) -> Account + Sync) -> Vec<Failure> {
    let calls = |number: usize| {
        let account = account(number);
        (0..CALLS).map(|_| account.get().expect_err("no token")).collect::<Vec<_>>()
    };
    all_at_once(THREADS, calls).into_iter().flatten().collect()
}

#[test]
fn a_wrong_password_is_sent_once_however_many_ask() {
    let _alone = alone();
    let ground = Ground::new();
    ground.settings(|s| s.delay = Duration::from_millis(30));
    for failure in ten_calls_each(|_| ground.account_of(&SENIOR, SENIOR.username, "errada")) {
        failure.assert_is(ERPTOKEN_E_CREDENTIALS);
        assert!(failure.retry_after > 0, "{failure:?}");
    }
    assert_eq!(ground.count("senior.login"), 1);
    // The right one is not made to wait.
    ground.senior().token();
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn one_user_is_asked_for_twice_a_minute_whatever_the_identities() {
    let _alone = alone();
    let ground = Ground::new();
    ground.settings(|s| {
        s.delay = Duration::from_millis(30);
        s.lockout_after = Some(3);
    });
    let failures = ten_calls_each(|number| {
        let account = ground.account_of(&SENIOR, SENIOR.username, "errada");
        let value = number.to_string();
        match number % 6 {
            0 => account.set("scope", &value).unwrap(),
            1 => account.set("tenant", &value).unwrap(),
            2 => account.set("client_id", &value).unwrap(),
            3 => account.set("client_secret", &value).unwrap(),
            4 => account.set("password", &format!("errada {value}")).unwrap(),
            _ => account.set("proxy", "none").unwrap(),
        }
        account.set("min_seconds_left", &value).unwrap();
        account
    });
    assert_eq!(ground.count("senior.login"), 2);
    assert!(!ground.is_locked("senior", SENIOR.username));
    for failure in &failures {
        assert!(failure.retry_after > 0, "{failure:?}");
        let guarded = failure.status == ERPTOKEN_E_RATE_LIMITED && failure.server_code == "guard";
        assert!(guarded || failure.status == ERPTOKEN_E_CREDENTIALS, "{failure:?}");
    }
}

/// Sends wrong passwords for the same user, one account after the other; how many arrive.
fn refused_logins(ground: &Ground, known: &Known, accounts: &[Account]) -> usize {
    let before = ground.count(known.login);
    for account in accounts {
        let failure = account.get().expect_err("no token");
        let guarded = failure.status == ERPTOKEN_E_RATE_LIMITED && failure.server_code == "guard";
        assert!(guarded || failure.status == ERPTOKEN_E_CREDENTIALS, "{failure:?}");
    }
    ground.count(known.login) - before
}

#[test]
fn a_user_is_the_same_however_he_is_spelled() {
    let _alone = alone();
    let spelled: &[&[&str]] = &[
        &["boss", "Boss", " boss ", "BOSS", "\u{a0}boss", "boss\t", "ｂｏｓｓ", "bo\u{ad}ss", "\u{200b}boss"],
        &["João@Empresa.com.br", "joão@empresa.COM.BR", "JOÃO@EMPRESA.COM.BR", "joa\u{303}o@empresa.com.br"],
        &["maria da silva", "Maria  da Silva", "maria\u{a0}da silva\n"],
        &["123.456.789-09", "12345678909", " 123456789-09"],
    ];
    for known in &ALL {
        // At one host a user would be the same for all three.
        let ground = Ground::new();
        for user in spelled {
            let accounts: Vec<_> = user.iter().map(|name| ground.account_of(known, name, "errada")).collect();
            assert_eq!(refused_logins(&ground, known, &accounts), 2, "{user:?}");
        }
    }
}

#[test]
fn a_provider_is_the_same_however_its_address_is_spelled() {
    let _alone = alone();
    let ground = Ground::new();
    let base = ground.base("senior");
    let plain = base.split_once("://").expect("an address").1;
    let spelled = [
        base.clone(),
        format!("{base}/"),
        format!("{base}//"),
        format!("HTTP://{plain}"),
        format!("hTTp://{plain}/"),
        base.replacen("127.0.0.1:", "127.0.0.1:0", 1),
    ];
    let at = |base: &String| {
        let account = ground.account_of(&SENIOR, "boss", "errada");
        account.set("base_url", base).is_ok().then_some(account)
    };
    // What is refused as an address sends nothing.
    let accounts: Vec<_> = spelled.iter().filter_map(at).collect();
    assert!(accounts.len() >= 4);
    assert_eq!(refused_logins(&ground, &SENIOR, &accounts), 2);
}

#[test]
fn a_provider_in_trouble_does_not_spend_the_accounts_tries() {
    let _alone = alone();
    let ground = Ground::new();
    let account = |number: usize, password: &str| {
        let account = ground.account_of(&SENIOR, SENIOR.username, password);
        account.set("scope", &number.to_string()).unwrap();
        account
    };
    for number in 0..6 {
        let status = [429, 503][number % 2];
        ground.fault("senior.login", Fault::RetryAfter { status, value: "60".to_owned() }, 1);
        let failure = account(number, "errada").get().expect_err("no token");
        let expected = if status == 429 { ERPTOKEN_E_RATE_LIMITED } else { ERPTOKEN_E_SERVER };
        failure.assert_is(expected);
        assert_eq!((failure.retry_after, failure.server_code != "guard"), (60, true), "{failure:?}");
    }
    for number in 6..10 {
        ground.fault("senior.login", [Fault::Status(500), Fault::Html][number % 2].clone(), 1);
        account(number, "errada").get().expect_err("no token");
    }
    assert_eq!(ground.count("senior.login"), 10);
    // Both tries of this minute are left.
    account(10, "errada").refused(ERPTOKEN_E_CREDENTIALS);
    account(11, "errada").refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!(account(12, "errada").refused(ERPTOKEN_E_RATE_LIMITED).server_code, "guard");
    assert_eq!(ground.count("senior.login"), 12);
}

#[test]
fn refused_refresh_tokens_do_not_spend_the_accounts_tries() {
    let _alone = alone();
    let ground = Ground::new();
    for number in 0..5 {
        let account = ground.senior();
        account.set("scope", &number.to_string()).unwrap();
        account.reject(&account.token()).unwrap();
        ground.forget_refresh_tokens();
        account.token();
    }
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (5, 10));
    ground.account_of(&SENIOR, SENIOR.username, "errada 1").refused(ERPTOKEN_E_CREDENTIALS);
    ground.account_of(&SENIOR, SENIOR.username, "errada 2").refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!(ground.count("senior.login"), 12);
}

#[test]
fn what_a_person_must_do_is_asked_of_the_provider_once() {
    let _alone = alone();
    let ground = Ground::new();
    for (username, status) in
        [("mfa@empresa.com.br", ERPTOKEN_E_MFA), ("troca@empresa.com.br", ERPTOKEN_E_PASSWORD_CHANGE)]
    {
        let before = ground.count("senior.login");
        for failure in ten_calls_each(|_| ground.account_of(&SENIOR, username, "senhaUsuario")) {
            failure.assert_is(status);
            assert!(failure.retry_after >= 890, "{failure:?}");
        }
        assert_eq!(ground.count("senior.login") - before, 1, "{username}");
    }
    // The code is what was waited for.
    let account = ground.account_of(&SENIOR, "mfa@empresa.com.br", "senhaUsuario");
    account.set("mfa_code", "012345").unwrap();
    account.token();
    assert_eq!(ground.count("senior.mfa"), 1);
}
