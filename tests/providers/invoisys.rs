//! Invoisys: a form, a lower-case bearer, both errors of the vendor's page, no refresh token, 12 hours.

use crate::client::*;
use crate::ground::{Ground, INVOISYS};

#[test]
fn a_login_is_the_form_of_the_vendors_page() {
    let ground = Ground::new();
    let account = ground.account(&INVOISYS);
    let token = account.token();
    assert!(token.len() == 299 && ground.is_live(&token));
    let login = &ground.requests("invoisys.login")[0];
    assert_eq!((login.method.as_str(), login.target.as_str()), ("POST", "/api/token"));
    assert_eq!(login.header("Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(login.header("Accept"), Some("application/json"));
    let body = "grant_type=password&username=email%40email.com.br&password=senha+do+usu%C3%A1rio";
    assert_eq!(String::from_utf8_lossy(&login.body), body);
}

#[test]
fn a_lower_case_bearer_is_written_as_apis_want_it() {
    let ground = Ground::new();
    let account = ground.account(&INVOISYS);
    let value = account.authorization().unwrap();
    assert_eq!(value, format!("Bearer {}", account.token()));
    assert_eq!(account.info("token_type"), "bearer");
    assert_eq!(account.info("header_name"), "Authorization");
}

#[test]
fn a_token_is_used_for_twelve_hours_at_most() {
    let ground = Ground::new();
    let account = ground.account(&INVOISYS);
    account.token();
    assert!((92_833..=92_843).contains(&account.number("expires_in")));
    assert!(account.number("renew_in") <= 12 * 3600, "{}", account.number("renew_in"));
    // RFC 3339 in UTC compares as text.
    assert!(account.info("renew_at") < account.info("expires_at"));
}

#[test]
fn without_a_refresh_token_there_is_a_login() {
    let ground = Ground::new();
    let account = ground.account(&INVOISYS);
    let first = account.token();
    account.reject(&first).unwrap();
    assert_ne!(account.token(), first);
    assert_eq!(ground.count("invoisys.login"), 2);
    assert_eq!((account.number("logins"), account.number("refreshes")), (2, 0));
}

#[test]
fn wrong_credentials_are_the_vendors_400() {
    let ground = Ground::new();
    let account = ground.account_of(&INVOISYS, INVOISYS.username, "errada");
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (400, "credenciais_invalidas"));
    failure.assert_says(&["Invoisys", "400", "Credenciais inválidas.", "not sent again"]);
    assert_eq!((account.info("state").as_str(), account.number("failures")), ("refused", 1));
}

#[test]
fn a_wrong_grant_type_is_no_matter_of_the_password() {
    let ground = Ground::new();
    let body = r#"{ "error": "unsupported_grant_type" }"#;
    ground.answer("invoisys.login", 400, "application/json; charset=utf-8", body);
    let failure = ground.account(&INVOISYS).refused(ERPTOKEN_E_RESPONSE);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (400, "unsupported_grant_type"));
}

#[test]
fn the_error_of_the_newer_endpoints_is_read_too() {
    let ground = Ground::new();
    let body = r#"{ "mensagem": "Usuário inativo", "token": null }"#;
    ground.answer("invoisys.login", 400, "application/json", body);
    ground.account(&INVOISYS).refused(ERPTOKEN_E_CREDENTIALS).assert_says(&["Usuário inativo"]);
}

#[test]
fn a_logout_forgets_and_sends_nothing() {
    let ground = Ground::new();
    let account = ground.account(&INVOISYS);
    let first = account.token();
    account.logout().unwrap();
    assert!(ground.is_live(&first), "the provider has no such operation");
    assert_ne!(account.token(), first);
    assert_eq!(ground.count("invoisys.login"), 2);
}

#[test]
fn fields_that_the_server_adds_do_no_harm() {
    let ground = Ground::new();
    let body = r#"{ "access_token": "482ee34ec1ba44b7", "token_type": "bearer", "expires_in": 92843,
        "userName": "email@email.com.br", ".issued": "Mon, 01 Jan 2024 00:00:00 GMT" }"#;
    ground.answer("invoisys.login", 200, "application/json", body);
    assert_eq!(ground.account(&INVOISYS).token(), "482ee34ec1ba44b7");
}
