//! A crowd whose token an API refused.

use crate::client::*;
use crate::crowd::{all_at_once, alone};
use crate::ground::Ground;

#[test]
fn a_thousand_reports_of_one_token_are_one_renewal() {
    let _alone = alone();
    let ground = Ground::new();
    ground.settings(|s| s.delay = std::time::Duration::from_millis(30));
    let account = ground.senior();
    let first = account.token();
    let tokens = all_at_once(1_000, |_| {
        account.reject(&first).unwrap();
        account.token()
    });
    assert!(tokens.iter().all(|token| *token == tokens[0] && *token != first));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn late_reports_cost_nothing_and_those_of_the_new_token_are_told_apart() {
    let _alone = alone();
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    account.reject(&first).unwrap();
    let second = account.token();
    let connections = ground.connections();
    let told = all_at_once(256, |number| {
        // Every other one has the new token already, and is refused for another reason than its age.
        let outcome = account.reject([&first, &second][number % 2]);
        (outcome, account.token())
    });
    for (number, (outcome, token)) in told.into_iter().enumerate() {
        assert_eq!(token, second);
        match number % 2 {
            0 => outcome.unwrap(),
            _ => drop(failed(outcome, ERPTOKEN_E_REFUSED_AGAIN)),
        }
    }
    assert_eq!(ground.connections(), connections);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}
