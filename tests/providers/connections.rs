//! Token calls share connections, and a connection that ends under one of them costs no refresh token.

use std::thread;
use std::time::Duration;

use crate::client::*;
use crate::ground::{Ground, Known, ASSINE, SENIOR};
use crate::sandbox::Fault;

/// An account that shares its connections with no other test: nobody else trusts this sandbox's authority.
fn account_of(ground: &Ground, known: &Known, base: &str, username: &str) -> Account {
    let options = [("base_url", base), ("username", username), ("password", known.password)];
    let account = Account::with(known.provider, &options);
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    account
}

/// One of many users.
fn user(ground: &Ground, number: usize) -> Account {
    let username = format!("user{number}@empresa.com.br");
    ground.add_user("senior", &username, SENIOR.password);
    account_of(ground, &SENIOR, &ground.base_https("senior"), &username)
}

/// Another token for one that an API refused.
fn refresh(account: &Account) -> Outcome<String> {
    account.reject(&account.token()).unwrap();
    account.get()
}

#[test]
fn accounts_that_log_in_one_after_another_share_a_connection() {
    let ground = Ground::new();
    let accounts: Vec<Account> = (0..20).map(|number| user(&ground, number)).collect();
    for account in &accounts {
        account.token();
    }
    for account in &accounts {
        refresh(account).unwrap();
        account.logout().unwrap();
    }
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (20, 20));
    assert_eq!(ground.connections(), 1);
}

#[test]
fn application_tokens_too() {
    let ground = Ground::new();
    let account = account_of(&ground, &ASSINE, &ground.base_https("assine"), ASSINE.username);
    account.app_create("2030-01-01T00:00:00Z").unwrap();
    account.app_list().unwrap();
    assert_eq!(ground.connections(), 1);
}

#[test]
fn after_a_while_a_new_connection_takes_up_the_tls_session() {
    let ground = Ground::new();
    user(&ground, 0).token();
    for round in 1..3 {
        thread::sleep(Duration::from_millis(1100));
        user(&ground, round).token();
        assert_eq!((ground.connections(), ground.resumed()), (round + 1, round));
    }
}

#[test]
fn a_connection_that_the_server_closes_between_logins_is_not_noticed() {
    let ground = Ground::new();
    ground.settings(|s| s.idle_timeout = Some(Duration::from_millis(100)));
    for round in 0..5 {
        let account = user(&ground, round);
        account.token();
        thread::sleep(Duration::from_millis(400));
        refresh(&account).unwrap();
        thread::sleep(Duration::from_millis(400));
        assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (round + 1, round + 1));
        assert_eq!(ground.connections(), 2 * (round + 1));
    }
    assert_eq!(ground.reuses(), 0);
}

#[test]
fn a_shutdown_of_the_server_in_the_middle_of_a_call_never_sends_it_twice() {
    for fault in [Fault::CloseBeforeAnswer, Fault::DoneThenClose, Fault::Reset] {
        let ground = Ground::new();
        let account = user(&ground, 0);
        account.token();
        ground.fault("senior.refresh", fault.clone(), 1);
        failed(refresh(&account), ERPTOKEN_E_NETWORK);
        assert_eq!((ground.count("senior.refresh"), ground.connections()), (1, 1), "{fault:?}");

        let other = user(&ground, 1);
        account_of(&ground, &SENIOR, &ground.base_https("senior"), SENIOR.username).token();
        let before = (ground.count("senior.login"), ground.connections());
        ground.fault("senior.login", fault.clone(), 1);
        other.refused(ERPTOKEN_E_NETWORK);
        assert_eq!(
            (ground.count("senior.login"), ground.connections()),
            (before.0 + 1, before.1),
            "{fault:?}"
        );
    }
}
