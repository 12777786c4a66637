//! One token for everybody with the same settings, and no token for anybody else.

use std::thread;

use crate::client::*;
use crate::ground::{Ground, ALL, ASSINE, SENIOR};

#[test]
fn handles_with_the_same_settings_share_one_token() {
    for known in &ALL {
        let ground = Ground::new();
        let (first, second) = (ground.account(known), ground.account(known));
        assert_eq!(first.token(), second.token());
        assert_eq!(first.authorization().unwrap(), second.authorization().unwrap());
        assert_eq!((first.info("source").as_str(), second.info("source").as_str()), ("login", "memory"));
        assert_eq!((second.number("logins"), ground.count(known.login)), (1, 1));
    }
}

#[test]
fn the_order_of_setting_is_no_matter() {
    let ground = Ground::new();
    let token = ground.senior().token();
    let base = ground.base("senior");
    let options = [
        ("password", SENIOR.password),
        ("scope", "phone"),
        ("username", SENIOR.username),
        ("base_url", &base),
    ];
    let account = Account::with("senior", &options);
    account.unset("scope").unwrap();
    // The first user name of a handle replaces none, so that the password set before it stays.
    assert_eq!(account.token(), token);
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn closing_and_opening_again_costs_no_login() {
    let ground = Ground::new();
    let token = ground.senior().token();
    for _ in 0..50 {
        assert_eq!(ground.senior().token(), token);
    }
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn whatever_can_change_the_answer_makes_another_identity() {
    let ground = Ground::new();
    let token = ground.senior().token();
    let changes = [
        ("scope", "tablet".to_owned()),
        ("tenant", "empresa".to_owned()),
        ("client_id", "7d2f-41".to_owned()),
        ("base_url", ground.base("senior").replace("127.0.0.1", "localhost")),
        ("ca_file", ground.ca_file().to_str().unwrap().to_owned()),
        ("proxy", "none".to_owned()),
    ];
    for (number, (option, value)) in changes.iter().enumerate() {
        let account = ground.senior();
        account.set(option, value).unwrap();
        assert_ne!(account.token(), token, "{option}");
        assert_eq!(ground.count("senior.login"), number + 2, "{option}");
        account.unset(option).unwrap();
        if *option != "base_url" {
            assert_eq!(account.token(), token, "{option} taken back");
        }
    }
}

#[test]
fn a_wrong_password_never_gets_the_token_of_the_right_one() {
    for known in &ALL {
        let ground = Ground::new();
        let account = ground.account(known);
        let token = account.token();
        account.set("password", "errada").unwrap();
        account.refused(ERPTOKEN_E_CREDENTIALS);
        ground.account_of(known, known.username, "errada").refused(ERPTOKEN_E_CREDENTIALS);
        account.set("password", known.password).unwrap();
        assert_eq!(account.token(), token);
        assert_eq!(ground.count(known.login), 2);
    }
}

#[test]
fn what_changes_only_the_manner_makes_no_other_identity() {
    let ground = Ground::new();
    let token = ground.senior().token();
    for (option, value) in [
        ("timeout_ms", "1234"),
        ("connect_timeout_ms", "4321"),
        ("min_seconds_left", "60"),
        ("renew_after_s", "3600"),
        ("allow_http", "1"),
        ("api_hosts", "api.senior.com.br"),
        ("max_response_bytes", "65536"),
        ("application_days", "30"),
        ("token", "session"),
        ("mfa_code", "012345"),
    ] {
        let account = ground.senior();
        account.set(option, value).unwrap();
        assert_eq!(account.token(), token, "{option}");
    }
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn users_never_get_each_others_token() {
    let ground = Ground::new();
    let users: Vec<String> = (0..20).map(|number| format!("user{number}@empresa.com.br")).collect();
    for user in &users {
        ground.add_user("senior", user, user);
    }
    let ground = &ground;
    let tokens: Vec<String> = thread::scope(|scope| {
        let all: Vec<_> = users
            .iter()
            .map(|user| scope.spawn(move || ground.account_of(&SENIOR, user, user).token()))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for (user, token) in users.iter().zip(&tokens) {
        assert_eq!(&ground.account_of(&SENIOR, user, user).token(), token);
        assert_eq!(tokens.iter().filter(|one| *one == token).count(), 1);
    }
    assert_eq!(ground.count("senior.login"), 20);
}

#[test]
fn many_threads_on_a_cold_cache_are_one_login() {
    for known in &ALL {
        let ground = Ground::new();
        ground.settings(|s| s.delay = std::time::Duration::from_millis(50));
        let shared = ground.account(known);
        let (ground, shared) = (&ground, &shared);
        let tokens: Vec<String> = thread::scope(|scope| {
            let all: Vec<_> = (0..32)
                .map(|number| {
                    scope.spawn(
                        move || if number % 2 == 0 { shared.token() } else { ground.account(known).token() },
                    )
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(tokens.iter().all(|token| *token == tokens[0]));
        assert_eq!(ground.count(known.login), 1);
    }
}

#[test]
fn a_refused_token_is_told_with_or_without_the_headers_words() {
    for with_header in [false, true] {
        let ground = Ground::new();
        let account = ground.account(&ASSINE);
        let first = account.token();
        let told = if with_header { account.authorization().unwrap() } else { first.clone() };
        account.reject(&told).unwrap();
        assert_eq!(account.info("state"), "expired", "it is never handed out again");
        assert_ne!(account.token(), first);
        assert_eq!(ground.count("assine.refresh"), 1);
    }
}

#[test]
fn a_late_or_foreign_report_drops_nothing() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject("never-seen").unwrap();
    let first = account.token();
    account.reject("never-seen").unwrap();
    account.reject(&first[..31]).unwrap();
    assert_eq!(account.token(), first);
    account.reject(&first).unwrap();
    let second = account.token();
    for _ in 0..20 {
        account.reject(&first).unwrap();
    }
    assert_eq!(account.token(), second);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn many_reports_of_one_token_are_one_renewal() {
    let ground = Ground::new();
    ground.settings(|s| s.delay = std::time::Duration::from_millis(20));
    let account = ground.senior();
    let first = account.token();
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                account.reject(&first).unwrap();
                assert_ne!(account.token(), first);
            });
        }
    });
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn a_token_refused_right_after_its_predecessor_is_kept() {
    let ground = Ground::new();
    let account = ground.senior();
    account.reject(&account.token()).unwrap();
    let second = account.token();
    for told in [second.clone(), account.authorization().unwrap()] {
        let failure = failed(account.reject(&told), ERPTOKEN_E_REFUSED_AGAIN);
        failure.assert_says(&["60 s", "permission"]);
        assert_eq!(account.token(), second);
    }
    assert_eq!((ground.count("senior.refresh"), account.info("state").as_str()), (1, "fresh"));
}

#[test]
fn an_empty_token_is_no_report() {
    let ground = Ground::new();
    let account = ground.senior();
    failed(account.reject(""), ERPTOKEN_E_ARGUMENT);
    let nothing = Account::open("senior").unwrap();
    failed(nothing.reject("something"), ERPTOKEN_E_MISSING);
    failed(nothing.logout(), ERPTOKEN_E_MISSING);
    failed(nothing.renew(), ERPTOKEN_E_MISSING);
}

#[test]
fn a_logout_of_one_handle_is_felt_by_the_others() {
    let ground = Ground::new();
    let (first, second) = (ground.senior(), ground.senior());
    let token = first.token();
    assert_eq!(second.token(), token);
    second.logout().unwrap();
    assert_ne!(first.token(), token);
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn numbers_that_are_no_handles() {
    let closed = {
        let mut handle = 0;
        unsafe { erptoken::abi::accounts::erptoken_open(c"senior".as_ptr(), &mut handle) };
        assert_eq!(erptoken::abi::accounts::erptoken_close(handle), ERPTOKEN_OK);
        handle
    };
    for handle in [closed, -1, i32::MIN, i32::MAX, 1 << 30] {
        let filled =
            fill(64, |buffer, length| unsafe { erptoken::abi::tokens::erptoken_get(handle, buffer, length) });
        assert_eq!((filled.status, filled.length), (ERPTOKEN_E_HANDLE, 64), "{handle}");
        assert_eq!(erptoken::abi::tokens::erptoken_renew(handle), ERPTOKEN_E_HANDLE);
        assert_eq!(erptoken::abi::tokens::erptoken_logout(handle), ERPTOKEN_E_HANDLE);
        assert_eq!(erptoken::abi::accounts::erptoken_close(handle), ERPTOKEN_E_HANDLE);
    }
    assert_eq!(erptoken::abi::accounts::erptoken_close(0), ERPTOKEN_OK);
}
