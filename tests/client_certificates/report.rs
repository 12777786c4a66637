//! What the report tells of a client certificate.

use std::ops::Deref;

use erptoken::abi::{accounts, process, requests};

use crate::client::*;
use crate::made::Made;

pub struct Report(i32);

impl Report {
    pub fn of(account: &Account) -> Report {
        let mut response = -7;
        let status = unsafe { process::erptoken_diagnose(account.handle(), &mut response) };
        assert_eq!(status, ERPTOKEN_OK, "{}", status_name(status));
        Report(response)
    }

    pub fn field(&self, path: &str) -> Option<String> {
        let (response, path) = (self.0, c_text(path));
        let filled = fill_all(|buffer, length| unsafe {
            requests::erptoken_response_field(response, path.as_ptr(), buffer, length)
        });
        (filled.status == ERPTOKEN_OK).then_some(filled.text)
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        assert_eq!(accounts::erptoken_close(self.0), ERPTOKEN_OK);
    }
}

/// An account that asks nobody.
pub struct Offline(Account);

impl Offline {
    pub fn new() -> Offline {
        let options = [
            ("base_url", "https://localhost:9/x"),
            ("username", "u"),
            ("password", "senha"),
            ("timeout_ms", "1000"),
            ("proxy", "none"),
        ];
        Offline(Account::with("senior", &options))
    }

    /// Of the certificate that is set: subject, kind of key, kind of file.
    pub fn told(&self) -> Option<[String; 3]> {
        let report = Report::of(self);
        let field = |name: &str| report.field(&format!("/client_certificate/{name}"));
        Some([field("subject")?, field("key")?, field("kind")?])
    }
}

impl Deref for Offline {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.0
    }
}

#[test]
fn the_report_tells_whose_the_certificate_is_by_whom_and_until_when() {
    let Some(made) = Made::new("report") else { return };
    let account = Offline::new();
    account.set("client_certificate", &made.path("p256.pem")).unwrap();
    account.set("client_key", &made.path("p256.key")).unwrap();
    let report = Report::of(&account);
    let field = |name: &str| report.field(&format!("/client_certificate/{name}")).unwrap();
    assert_eq!(field("subject"), "C=BR, O=ICP-Brasil, CN=TRANSPORTES AÇAÍ LTDA P256:12345678000195");
    assert_eq!(
        (field("issuer"), field("key"), field("kind")),
        ("CN=AC Exemplo".into(), "P-256".into(), "PEM".into())
    );
    assert!(field("from") < field("until") && field("until").ends_with('Z'));
    let text = report.field("/text").unwrap();
    assert!(
        text.contains("TRANSPORTES AÇAÍ LTDA P256:12345678000195") && text.contains(&field("until")),
        "{text}"
    );
    assert!(!text.contains("have it renewed"), "{text}");

    made.client("soon", "-newkey rsa:2048", 20);
    account.set("client_certificate", &made.path("soon.pem")).unwrap();
    account.set("client_key", &made.path("soon.key")).unwrap();
    let report = Report::of(&account);
    let codes: Vec<String> = (0..).map_while(|at| report.field(&format!("/advice/{at}/code"))).collect();
    assert!(codes.contains(&"CLIENT_CERTIFICATE".to_owned()), "{codes:?}");
}
