//! What an account tells of itself, in each of its states.

use std::time::Duration;

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

use crate::client::*;
use crate::ground::{eventually, Ground, ASSINE, INVOISYS, SENIOR};
use crate::sandbox::Fault;

const TEXTS: [&str; 11] = [
    "provider",
    "username",
    "token_type",
    "scope",
    "header_name",
    "state",
    "source",
    "last_error",
    "expires_at",
    "obtained_at",
    "renew_at",
];
const NUMBERS: [&str; 8] =
    ["expires_in", "age", "renew_in", "logins", "refreshes", "hits", "waits", "failures"];

#[test]
fn an_account_that_nobody_set_up_has_answers_too() {
    for provider in ["senior", "invoisys", "assine"] {
        let account = Account::open(provider).unwrap();
        for field in TEXTS {
            let expected = match field {
                "provider" => provider,
                "header_name" => "Authorization",
                "state" => "none",
                _ => "",
            };
            assert_eq!(account.info(field), expected, "{provider} {field}");
        }
        for field in NUMBERS {
            assert_eq!((account.number(field), account.info(field).as_str()), (0, "0"), "{provider} {field}");
        }
    }
}

#[test]
fn a_token_has_its_instants_and_counters() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let before = OffsetDateTime::now_utc().unix_timestamp();
    let token = account.token();
    account.token();
    account.token();
    let instant = |field: &str| {
        let text = account.info(field);
        assert!(text.ends_with('Z') && text.len() == 20, "{field}: {text}");
        OffsetDateTime::parse(&text, &Rfc3339).unwrap().unix_timestamp()
    };
    let (obtained, renew, expires) = (instant("obtained_at"), instant("renew_at"), instant("expires_at"));
    assert!((before - 1..before + 10).contains(&obtained));
    assert!(obtained < renew && renew < expires);
    assert!((3599..=3600).contains(&(expires - obtained)));
    assert!(account.number("age") < 10 && account.number("expires_in") > 3580);
    assert!((1..3600).contains(&account.number("renew_in")));
    let counters = ["logins", "refreshes", "hits", "waits", "failures"].map(|field| account.number(field));
    assert_eq!(counters, [1, 0, 2, 1, 0]);
    assert_eq!(account.info("hits"), "2");
    assert_eq!(account.info("provider"), "assine");
    assert_eq!(
        (account.info("username").as_str(), account.info("state").as_str()),
        (ASSINE.username, "fresh")
    );
    for field in TEXTS.iter().chain(&NUMBERS) {
        assert!(!account.info(field).contains(&token), "{field}");
    }
}

#[test]
fn nothing_is_sent_for_an_answer() {
    let ground = Ground::new();
    let account = ground.senior();
    for field in TEXTS.iter().chain(&NUMBERS) {
        account.info(field);
    }
    assert_eq!((ground.connections(), account.info("state").as_str()), (0, "none"));
}

#[test]
fn an_unknown_field_lists_the_known_ones() {
    let ground = Ground::new();
    let account = ground.senior();
    for wrong in ["access_token", "State", "", "password"] {
        let text = failed(account.try_info(wrong), ERPTOKEN_E_OPTION);
        let number = failed(account.try_number(wrong), ERPTOKEN_E_OPTION);
        for field in TEXTS.iter().chain(&NUMBERS) {
            text.assert_says(&[field]);
            number.assert_says(&[field]);
        }
    }
    for field in TEXTS {
        failed(account.try_number(field), ERPTOKEN_E_OPTION).assert_says(&[field, "erptoken_info"]);
    }
}

#[test]
fn every_state_is_told() {
    let ground = Ground::new();
    let state = |account: &Account| account.info("state");

    let account = ground.account(&INVOISYS);
    assert_eq!(state(&account), "none");
    account.token();
    assert_eq!((state(&account), account.number("renew_in") > 0), ("fresh".to_owned(), true));
    account.reject(&account.token()).unwrap();
    assert_eq!(state(&account), "expired");
    ground.fault("invoisys.login", Fault::Slow(Duration::from_millis(300)), 1);
    account.set("timeout_ms", "30").unwrap();
    account.refused(ERPTOKEN_E_TIMEOUT);
    assert_eq!(state(&account), "waiting", "a renewal is under way");
    eventually("it ends", || state(&account) == "fresh");

    let refused = ground.account_of(&SENIOR, SENIOR.username, "errada");
    refused.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!(
        (state(&refused).as_str(), refused.info("last_error").as_str()),
        ("refused", "ERPTOKEN_E_CREDENTIALS")
    );

    let waiting = ground.account(&ASSINE);
    ground.fault("assine.login", Fault::Status(503), 1);
    waiting.refused(ERPTOKEN_E_SERVER);
    assert_eq!(
        (state(&waiting).as_str(), waiting.info("last_error").as_str()),
        ("waiting", "ERPTOKEN_E_SERVER")
    );

    let action = ground.account_of(&SENIOR, "troca@empresa.com.br", "senhaUsuario");
    action.refused(ERPTOKEN_E_PASSWORD_CHANGE);
    assert_eq!((state(&action).as_str(), action.number("failures")), ("action", 1));
}

#[test]
fn an_account_tells_what_it_will_do_itself() {
    let ground = Ground::new();
    let usual = ground.account(&INVOISYS);
    usual.token();
    let life = usual.number("expires_in");
    // The same identity: one token, and accounts that want different things of it.
    let eager = ground.account(&INVOISYS);
    eager.set("renew_after_s", "5").unwrap();
    assert!((1..=5).contains(&eager.number("renew_in")), "{}", eager.number("renew_in"));
    assert!(usual.number("renew_in") > 60);
    assert!(eager.info("renew_at") < usual.info("renew_at"));
    assert_eq!((state(&eager).as_str(), state(&usual).as_str()), ("fresh", "fresh"));

    let careful = ground.account(&INVOISYS);
    careful.set("min_seconds_left", &(life - 100).to_string()).unwrap();
    assert!((90..=100).contains(&careful.number("renew_in")), "{}", careful.number("renew_in"));
    careful.set("min_seconds_left", &(life + 100).to_string()).unwrap();
    assert_eq!((state(&careful).as_str(), careful.number("renew_in")), ("expired", 0));
    eager.set("renew_after_s", "1").unwrap();
    eventually("its time has come", || state(&eager) == "ageing" && eager.number("renew_in") == 0);
    assert_eq!(state(&usual), "fresh");
    assert_eq!(ground.count("invoisys.login"), 1);
}

fn state(account: &Account) -> String {
    account.info("state")
}

#[test]
fn an_expired_token_has_no_time_left() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(0)));
    let account = ground.account(&INVOISYS);
    account.token();
    assert_eq!((account.info("state").as_str(), account.number("expires_in")), ("expired", 0));
    assert_eq!(account.number("renew_in"), 0);
}

#[test]
fn a_small_buffer_is_told_the_size() {
    let ground = Ground::new();
    let account = ground.senior();
    account.token();
    let mut handle = 0;
    unsafe { erptoken::abi::accounts::erptoken_open(c"invoisys".as_ptr(), &mut handle) };
    for capacity in 0..=8 {
        let filled = fill(capacity, |buffer, length| unsafe {
            erptoken::abi::tokens::erptoken_info(handle, c"provider".as_ptr(), buffer, length)
        });
        assert_eq!((filled.status, filled.length), (ERPTOKEN_E_BUFFER, 9), "{capacity}");
    }
    assert_eq!(erptoken::abi::accounts::erptoken_close(handle), ERPTOKEN_OK);
}
