//! What the report tells of a client certificate.

use std::ffi::{c_char, c_void, CStr};
use std::ops::Deref;
use std::ptr;
use std::sync::Mutex;

use erptoken::abi::{accounts, process, requests};

use crate::answer;
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
    assert_eq!(field("subject"), "CN=TRANSPORTES AÇAÍ LTDA P256:12345678000195, C=BR, O=ICP-Brasil");
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

#[test]
fn what_cannot_be_used_sends_nothing_and_is_in_the_report() {
    let Some(made) = Made::new("unusable") else { return };
    let account = Offline::new();
    account.set("client_certificate", &made.path("rsa.chain")).unwrap();
    let words = ["without its private key", "TRANSPORTES AÇAÍ LTDA RSA", "\"client_key\""];
    // Where nobody listens, whatever was sent would be E_NETWORK.
    account.refused(ERPTOKEN_E_OPTION).assert_says(&words);
    failed(account.renew(), ERPTOKEN_E_OPTION).assert_says(&words);
    failed(answer::get(&account, "/x").map(drop), ERPTOKEN_E_OPTION).assert_says(&words);
    let report = Report::of(&account);
    assert_eq!(report.field("/advice/0/code").as_deref(), Some("ERPTOKEN_E_OPTION"));
    assert!(report.field("/advice/0/text").unwrap().contains("without its private key"));
    account.set("client_key", &made.path("rsa.key")).unwrap();
    let tried = account.get().unwrap_err().status;
    assert!([ERPTOKEN_E_NETWORK, ERPTOKEN_E_TIMEOUT].contains(&tried), "{}", status_name(tried));
}

/// As an authority of ICP-Brasil writes it: the company stands behind all the units.
#[test]
fn a_company_is_named_however_long_its_subject_is() {
    let Some(made) = Made::new("long") else { return };
    let units = "/OU=Secretaria#da#Receita#Federal#do#Brasil#-#RFB/OU=RFB#e-CNPJ#A1/OU=12345678000195/OU=videoconferencia";
    made.openssl(&format!(
        "req -x509 -newkey rsa:2048 -nodes -days 90 -utf8 -subj /C=BR/O=ICP-Brasil/ST=SC/L=Blumenau{units}/CN=COMÉRCIO#E#TRANSPORTES#DE#CARGAS#ITAJAÍ#LTDA:12345678000195 -keyout long.key -out long.pem"
    ));
    let account = Offline::new();
    account.set("client_certificate", &made.path("long.pem")).unwrap();
    account.set("client_key", &made.path("long.key")).unwrap();
    let subject = account.told().unwrap()[0].clone();
    assert!(
        subject.starts_with("CN=COMÉRCIO E TRANSPORTES DE CARGAS ITAJAÍ LTDA:12345678000195, C=BR"),
        "{subject}"
    );
}

static LOG: Mutex<String> = Mutex::new(String::new());

unsafe extern "C" fn keep(_: i32, line: *const c_char, _: *mut c_void) {
    let line = unsafe { CStr::from_ptr(line) }.to_str().unwrap();
    *LOG.lock().unwrap() += line;
}

#[test]
fn the_log_warns_once_from_30_days_before_the_end() {
    let Some(made) = Made::new("warning") else { return };
    for (kind, days) in [("near", 29), ("far", 32)] {
        made.client(kind, "-newkey rsa:2048", days);
        let export = "pkcs12 -export -inkey KIND.key -in KIND.pem -out KIND.pfx -passout pass:S3nha";
        made.openssl(&export.replace("KIND", kind));
    }
    assert_eq!(process::erptoken_log(Some(keep), ptr::null_mut(), 2), ERPTOKEN_OK);
    let account = Offline::new();
    for kind in ["near", "far"] {
        account.set("client_certificate_password", "S3nha").unwrap();
        account.set("client_certificate", &made.path(&format!("{kind}.pfx"))).unwrap();
        for _ in 0..3 {
            let _ = account.get();
        }
        account.set("timeout_ms", "900").unwrap();
    }
    let told =
        || LOG.lock().unwrap().matches("LTDA NEAR:12345678000195, C=BR, O=ICP-Brasil ends on 20").count();
    assert_eq!(told(), 1, "{}", LOG.lock().unwrap());
    account.set("client_certificate", &made.path("near.pfx")).unwrap();
    assert_eq!(told(), 2, "once for each time that it is read");
    assert_eq!(process::erptoken_log(Some(keep), ptr::null_mut(), 0), ERPTOKEN_OK);
    let log = LOG.lock().unwrap();
    assert!(log.contains("in 28 days") && !log.contains("LTDA FAR") && !log.contains("S3nha"), "{log}");
}
