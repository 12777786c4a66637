//! What a person must do first: Senior's second factor and forced password change.

use serde_json::json;

use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::sandbox::Fault;

const USER: &str = "mfa@empresa.com.br";

fn account(ground: &Ground) -> Account {
    ground.account_of(&SENIOR, USER, "senhaUsuario")
}

#[test]
fn a_code_is_sent_as_a_number() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "012345").unwrap();
    let token = account.token();
    assert!(ground.is_live(&token));
    assert_eq!(ground.last_json("senior.mfa")["validationCode"], json!(12345));
    assert_eq!(ground.requests("senior.mfa")[0].header("Authorization"), None);
    assert_eq!((ground.count("senior.login"), ground.count("senior.mfa")), (1, 1));
    assert_eq!(account.number("logins"), 1);
}

#[test]
fn without_a_code_it_is_asked_for_and_the_provider_is_left_alone() {
    let ground = Ground::new();
    let account = account(&ground);
    let first = account.refused(ERPTOKEN_E_MFA);
    first.assert_says(&["second factor", "\"mfa_code\""]);
    assert_eq!(first.http_status, 200);
    let second = account.refused(ERPTOKEN_E_MFA);
    assert!(second.is_remembered() && second.retry_after > 0, "{second:?}");
    assert_eq!((ground.count("senior.login"), ground.count("senior.mfa")), (1, 0));
    assert_eq!(
        (account.info("state").as_str(), account.info("last_error").as_str()),
        ("action", "ERPTOKEN_E_MFA")
    );

    account.set("mfa_code", "012345").unwrap();
    account.token();
    assert_eq!((ground.count("senior.login"), ground.count("senior.mfa")), (2, 1));
    assert_eq!((account.info("state").as_str(), account.info("last_error").as_str()), ("fresh", ""));
}

#[test]
fn a_wrong_code_is_not_sent_again_and_another_is_tried_at_once() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "999999").unwrap();
    let failure = account.refused(ERPTOKEN_E_MFA);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (401, "UNAUTHORIZED"));
    failure.assert_says(&["refused the second factor", "Código de validação inválido", "\"mfa_code\""]);
    assert!(account.refused(ERPTOKEN_E_MFA).is_remembered());
    assert_eq!(ground.count("senior.mfa"), 1);
    account.set("mfa_code", "012345").unwrap();
    account.token();
    assert_eq!(ground.count("senior.mfa"), 2);
}

#[test]
fn wrong_codes_are_held_back_like_wrong_passwords() {
    let ground = Ground::new();
    let account = account(&ground);
    for code in ["000001", "000002"] {
        account.set("mfa_code", code).unwrap();
        account.refused(ERPTOKEN_E_MFA);
    }
    account.set("mfa_code", "000003").unwrap();
    let failure = account.refused(ERPTOKEN_E_RATE_LIMITED);
    assert_eq!(failure.server_code, "guard");
    assert!(failure.retry_after > 0, "{failure:?}");
    assert_eq!(ground.count("senior.mfa"), 2);
}

#[test]
fn a_code_that_is_no_number_is_said_to_be_none_and_can_be_corrected_at_once() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "12a345").unwrap();
    account.refused(ERPTOKEN_E_OPTION).assert_says(&["mfa_code"]);
    assert_eq!(ground.count("senior.mfa"), 0);
    account.set("mfa_code", "012345").unwrap();
    account.token();
}

#[test]
fn a_code_is_no_part_of_the_identity() {
    let ground = Ground::new();
    let first = account(&ground);
    first.set("mfa_code", "012345").unwrap();
    let token = first.token();
    assert_eq!(account(&ground).token(), token, "a handle without a code shares the token");
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn a_token_with_a_second_factor_is_refreshed_without_it() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "012345").unwrap();
    account.reject(&account.token()).unwrap();
    account.token();
    assert_eq!((ground.count("senior.mfa"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn a_code_that_was_good_once_is_not_sent_again_whatever_else_is_set() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "012345").unwrap();
    account.token();
    account.set("timeout_ms", "20000").unwrap();
    account.logout().unwrap();
    account.refused(ERPTOKEN_E_MFA);
    assert_eq!(ground.count("senior.mfa"), 1);
}

#[test]
fn a_failing_second_step_is_told_like_any_other() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "012345").unwrap();
    ground.fault("senior.mfa", Fault::Status(500), 1);
    let failure = account.refused(ERPTOKEN_E_SERVER);
    assert_eq!(failure.http_status, 500);
}

#[test]
fn the_temporary_token_of_a_second_step_is_not_shown() {
    let ground = Ground::new();
    let account = account(&ground);
    account.set("mfa_code", "012345").unwrap();
    ground.fault("senior.mfa", Fault::EchoSecrets, 1);
    let failure = account.refused(ERPTOKEN_E_RESPONSE);
    let temporary = ground.last_json("senior.mfa")["temporaryToken"].as_str().map(str::to_owned);
    assert!(!failure.text.contains(&temporary.unwrap()), "{failure:?}");
}

#[test]
fn a_forced_password_change_is_held_until_there_is_another_password() {
    let ground = Ground::new();
    let account = ground.account_of(&SENIOR, "troca@empresa.com.br", "senhaUsuario");
    let failure = account.refused(ERPTOKEN_E_PASSWORD_CHANGE);
    failure.assert_says(&["Senior", "password changed", "portal"]);
    assert!(account.refused(ERPTOKEN_E_PASSWORD_CHANGE).is_remembered());
    assert_eq!((account.info("state").as_str(), ground.count("senior.login")), ("action", 1));
    ground.add_user("senior", "troca@empresa.com.br", "outraSenha");
    account.set("password", "outraSenha").unwrap();
    account.token();
    assert_eq!(ground.count("senior.login"), 2);
}
