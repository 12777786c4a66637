//! Users and passwords arrive as they were set, whatever is in them.

use crate::client::*;
use crate::ground::{Ground, ALL, SENIOR};

const DIFFICULT: [&str; 16] = [
    "ç ã & = + % \"",
    " vorne und hinten ",
    "  ",
    "caminhão 🚚 à porta",
    "100%25+%2B%20",
    "a\\b/c\\u00e7",
    "{password}{base}",
    "<senha>&amp;'#;--",
    "tab\tnova\nlinha\r",
    "\u{1}\u{1f}\u{7f}",
    "a\u{303} não composto",
    "\u{feff}bom",
    "€ßÿ ¿¡ 漢字 \u{10ffff}",
    "a=b&password=outra&c=d",
    "*-._~!()$,:@?",
    "null",
];

#[test]
fn passwords_arrive_unchanged() {
    for known in &ALL {
        let ground = Ground::new();
        for (number, password) in DIFFICULT.iter().enumerate() {
            let username = format!("user{number}@empresa.com.br");
            ground.add_user(known.provider, &username, password);
            ground.account_of(known, &username, password).token();
            let login = ground.logins().pop().unwrap();
            assert_eq!(login.password, *password, "{}", known.provider);
            assert!(login.accepted, "{}", known.provider);
        }
        assert_eq!(ground.count(known.login), DIFFICULT.len());
    }
}

#[test]
fn user_names_arrive_unchanged() {
    for known in &ALL {
        let ground = Ground::new();
        for username in ["joão+notas@empresa.com.br", "DOMÍNIO\\usuário", "a&b=c d%", "\"aspas\"", "🚚"]
        {
            ground.add_user(known.provider, username, "senha 1&2");
            let account = ground.account_of(known, username, "senha 1&2");
            account.token();
            assert_eq!(ground.logins().pop().unwrap().username, username, "{}", known.provider);
            assert_eq!(account.info("username"), username);
        }
    }
}

#[test]
fn keys_and_secrets_arrive_unchanged() {
    let ground = Ground::new();
    for (number, secret) in DIFFICULT.iter().enumerate() {
        let key = format!("chave {number} & ção");
        ground.add_key(&key, secret, "empresa é \"nós\"");
        let base = ground.base("senior");
        let options = [
            ("base_url", base.as_str()),
            ("access_key", &key),
            ("secret", secret),
            ("tenant", "empresa é \"nós\""),
        ];
        Account::with("senior", &options).token();
        let login = ground.logins().pop().unwrap();
        assert_eq!((login.username.as_str(), login.password.as_str()), (key.as_str(), *secret));
    }
}

#[test]
fn a_long_password_arrives_in_full() {
    for known in &ALL {
        let ground = Ground::new();
        let password = "senha longa ç ".repeat(4_000);
        ground.add_user(known.provider, known.username, &password);
        ground.account_of(known, known.username, &password).token();
        assert_eq!(ground.logins()[0].password, password, "{}", known.provider);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_advice() {
    let ground = Ground::new();
    let account = ground.senior();
    let windows_1252 = c"senha\xe7".as_ptr();
    let mut handle = 0;
    unsafe {
        assert_eq!(erptoken::abi::accounts::erptoken_open(c"senior".as_ptr(), &mut handle), ERPTOKEN_OK);
        let status = erptoken::abi::accounts::erptoken_set(handle, c"password".as_ptr(), windows_1252);
        assert_eq!(status, ERPTOKEN_E_ENCODING);
    }
    let text =
        fill(1201, |buffer, length| unsafe { erptoken::abi::errors::erptoken_error_text(buffer, length) });
    assert!(text.text.contains("UTF-8") && text.text.contains("Windows-1252"), "{}", text.text);
    assert_eq!(erptoken::abi::accounts::erptoken_close(handle), ERPTOKEN_OK);
    account.token();
    assert_eq!(ground.logins()[0].password, SENIOR.password);
}
