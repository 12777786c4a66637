//! The three options in every order, and replaced by others.

use crate::client::*;
use crate::made::Made;
use crate::report::Offline;

#[test]
fn the_order_of_the_options_does_not_matter() {
    let Some(made) = Made::new("order") else { return };
    made.openssl("pkcs8 -topk8 -in p256.key -out locked.key -passout pass:S3nha");
    let options = [
        ("client_certificate", made.path("p256.chain")),
        ("client_key", made.path("locked.key")),
        ("client_certificate_password", "S3nha".to_owned()),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let account = Offline::new();
        for (set, at) in order.into_iter().enumerate() {
            let (name, value) = &options[at];
            account.set(name, value).unwrap_or_else(|failure| panic!("{order:?}, {name}: {failure:?}"));
            if set < 2 && (order[0] == 0 || order[1] == 0) && (order[0] == 0 || set == 1) {
                let failure = account.refused(ERPTOKEN_E_OPTION);
                assert!(
                    failure.text.contains("without its private key") || failure.text.contains("is encrypted")
                );
            }
        }
        assert!(account.told().is_some(), "{order:?}");
    }
}

#[test]
fn all_of_them_can_be_replaced_in_every_order() {
    let Some(made) = Made::new("replaced") else { return };
    for (kind, password) in [("rsa", "a1234"), ("p256", "b5678")] {
        made.openssl(&format!(
            "pkcs12 -export -inkey {kind}.key -in {kind}.pem -out {kind}.pfx -passout pass:{password}"
        ));
        made.openssl(&format!("pkcs8 -topk8 -in {kind}.key -out {kind}.locked -passout pass:{password}"));
    }
    let one = |kind: &str, password: &str| {
        [
            ("client_certificate", made.path(&format!("{kind}.pem"))),
            ("client_key", made.path(&format!("{kind}.locked"))),
            ("client_certificate_password", password.to_owned()),
        ]
    };
    let (first, second) = (one("rsa", "a1234"), one("p256", "b5678"));
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let account = Offline::new();
        first.iter().for_each(|(name, value)| account.set(name, value).unwrap());
        for (set, at) in order.into_iter().enumerate() {
            let (name, value) = &second[at];
            account.set(name, value).unwrap_or_else(|failure| panic!("{order:?}, {name}: {failure:?}"));
            if set < 2 {
                account.refused(ERPTOKEN_E_OPTION);
            }
        }
        assert_eq!(account.told().unwrap()[1], "P-256", "{order:?}");
    }
    for order in [[0, 1], [1, 0]] {
        let account = Offline::new();
        let set = |kind: &str, password: &str, at: usize| match at {
            0 => account.set("client_certificate", &made.path(&format!("{kind}.pfx"))),
            _ => account.set("client_certificate_password", password),
        };
        order.into_iter().for_each(|at| set("rsa", "a1234", at).unwrap());
        order.into_iter().for_each(|at| set("p256", "b5678", at).unwrap());
        assert_eq!(account.told().unwrap()[1..], ["P-256".to_owned(), "PKCS#12".to_owned()], "{order:?}");
        account.unset("client_certificate").unwrap();
        assert_eq!(account.told(), None);
    }
}

#[test]
fn a_key_of_another_certificate_is_told_with_whose_and_until_when() {
    let Some(made) = Made::new("other") else { return };
    for [first, second] in [["client_certificate", "client_key"], ["client_key", "client_certificate"]] {
        let path = |option: &str| made.path(if option == "client_key" { "p256.key" } else { "rsa.pem" });
        let account = Offline::new();
        account.set(first, &path(first)).unwrap();
        let failure = failed(account.set(second, &path(second)), ERPTOKEN_E_OPTION);
        failure.assert_says(&[
            "does not belong",
            "TRANSPORTES AÇAÍ LTDA RSA:12345678000195",
            "valid until 20",
        ]);
        account.refused(ERPTOKEN_E_OPTION).assert_says(&["does not belong"]);
        account.set("client_key", &made.path("rsa.key")).unwrap();
        assert!(account.told().is_some());
    }
}
