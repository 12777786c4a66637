//! The report, through the C ABI: what it finds, that it sends no credentials, and that nothing breaks it.

mod answers;
#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
#[path = "../sandbox/mod.rs"]
mod sandbox;

use client::*;
use erptoken::abi::{accounts, process, requests};
use ground::{Ground, ASSINE, INVOISYS, SENIOR};
use sandbox::{Certificate, Settings};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

/// A report that was made.
struct Report(i32);

impl Report {
    fn of(account: &Account) -> Report {
        let mut response = -7;
        let status = unsafe { process::erptoken_diagnose(account.handle(), &mut response) };
        assert_eq!(status, ERPTOKEN_OK, "{}", status_name(status));
        assert!(response > 0);
        Report(response)
    }

    fn field(&self, path: &str) -> Option<String> {
        let (response, path) = (self.0, c_text(path));
        let filled = fill_all(|buffer, length| unsafe {
            requests::erptoken_response_field(response, path.as_ptr(), buffer, length)
        });
        assert!([ERPTOKEN_OK, ERPTOKEN_E_NOT_FOUND].contains(&filled.status), "{}", filled.status);
        (filled.status == ERPTOKEN_OK).then_some(filled.text)
    }

    fn text(&self) -> String {
        self.field("/text").expect("the text for a person")
    }

    fn whole(&self) -> String {
        self.field("").expect("the whole report")
    }

    #[track_caller]
    fn is(&self, path: &str, wanted: &str) {
        assert_eq!(self.field(path).as_deref(), Some(wanted), "{path} of {}", self.whole());
    }

    #[track_caller]
    fn says(&self, words: &[&str]) {
        let text = self.text();
        words.iter().for_each(|words| assert!(text.contains(words), "`{words}` is not in:\n{text}"));
    }

    fn codes(&self) -> Vec<String> {
        let advice = (0..).map_while(|number| self.field(&format!("/advice/{number}/code")));
        advice.collect()
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        assert_eq!(accounts::erptoken_close(self.0), ERPTOKEN_OK);
    }
}

fn speak(language: &str) {
    let (option, value) = (c_text("language"), c_text(language));
    assert_eq!(unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) }, ERPTOKEN_OK);
}

fn secure(ground: &Ground) -> Account {
    let account = ground.senior();
    account.set("base_url", &ground.base_https("senior")).unwrap();
    account.set("ca_file", ground.ca_file().to_str().unwrap()).unwrap();
    account
}

#[test]
fn a_way_on_which_nothing_is_wrong() {
    let ground = Ground::new();
    let account = secure(&ground);
    let report = Report::of(&account);
    assert_eq!(ground.logins().len(), 0, "a report logs nobody in");
    assert_eq!(report.codes(), [""; 0], "{}", report.text());
    report.is("/library/version", env!("CARGO_PKG_VERSION"));
    report.is("/library/abi", &ERPTOKEN_ABI_VERSION.to_string());
    report.is("/provider/name", "senior");
    report.is("/environment/name", "production");
    report.is("/environment/base", &ground.base_https("senior"));
    report.is("/account/user", SENIOR.username);
    report.is("/account/options", r#"["base_url","ca_file","password","username"]"#);
    report.is("/account/missing", "[]");
    report.is("/token/state", "none");
    report.is("/store/kind", "memory");
    report.is("/store/usable", "true");
    report.is("/proxy/used", "false");
    report.is("/dns/host", "localhost");
    report.is("/tcp/0/accepts", "true");
    report.is("/tls/done", "true");
    report.is("/tls/version", "TLSv1_3");
    let issuer = report.field("/tls/chain/0/issuer").unwrap();
    assert!(issuer.starts_with("CN=") || issuer.contains(", CN="), "{issuer}");
    assert!(report.field("/tls/chain/0/until").unwrap().ends_with('Z'));
    assert!(report.field("/http/status").unwrap().len() == 3);
    report.says(&["Provider: Senior X platform (senior)", "TLS: TLSv1_3", "Certificate 1: "]);
    report.says(&["What to do:\n- nothing is wrong"]);
    assert!(!report.whole().contains(SENIOR.password));

    let token = account.token();
    let report = Report::of(&account);
    report.is("/token/state", "fresh");
    report.is("/token/logins", "1");
    report.says(&["The token lives until 20", "1 logins, 0 refreshes, 0 failures"]);
    assert!(!report.whole().contains(&token));
    assert_eq!(account.token(), token, "a report changes no token");
    assert_eq!(ground.logins().len(), 1);
}

#[test]
fn an_account_without_options_and_one_that_is_refused() {
    let ground = Ground::new();
    let account = Account::open("assine").unwrap();
    account.set("base_url", &ground.base("assine")).unwrap();
    let report = Report::of(&account);
    report.is("/account/missing", r#"["username","password"]"#);
    report.is("/tcp/0/accepts", "true");
    assert_eq!(report.codes(), ["ERPTOKEN_E_MISSING"]);
    report.says(&["Account: no user is set", "a login needs \"username\" and \"password\""]);

    let account = ground.account_of(&ASSINE, ASSINE.username, "uma senha errada");
    account.refused(ERPTOKEN_E_CREDENTIALS);
    let report = Report::of(&account);
    report.is("/token/state", "refused");
    report.is("/token/last_error", "ERPTOKEN_E_CREDENTIALS");
    assert_eq!(report.codes(), ["ERPTOKEN_E_CREDENTIALS"]);
    report.says(&["the last renewal failed (ERPTOKEN_E_CREDENTIALS)", "refused the user, password or key"]);
    assert!(!report.whole().contains("uma senha errada"));
    assert_eq!(ground.logins().len(), 1);
}

#[test]
fn a_certificate_that_is_not_trusted() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("base_url", &ground.base_https("senior")).unwrap();
    let report = Report::of(&account);
    // The handshake to look at it goes well all the same.
    report.is("/tls/done", "true");
    let issuer = report.field("/tls/chain/0/issuer").unwrap();
    assert_eq!(report.codes(), ["ERPTOKEN_E_TLS", "ISSUER"]);
    report.says(&["of an authority that is not trusted here", &format!("was issued by {issuer}")]);

    ground.settings(|settings: &mut Settings| settings.certificate = Certificate::Expired);
    let account = secure(&ground);
    let report = Report::of(&account);
    assert_eq!(report.codes(), ["ERPTOKEN_E_TLS"]);
    report.says(&["expired on"]);
}

#[test]
fn nobody_answers() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let account = Account::with(
        "invoisys",
        &[("base_url", &format!("http://{closed}")), ("username", "u"), ("password", INVOISYS.password)],
    );
    let report = Report::of(&account);
    report.is("/tcp/0/address", &closed.to_string());
    report.is("/tcp/0/accepts", "false");
    assert_eq!(report.codes(), ["ERPTOKEN_E_NETWORK"]);
    report.says(&["does not accept", "connection refused", "Request: no answer"]);

    account.set("base_url", "https://nowhere.invalid/x").unwrap();
    account.set("proxy", "none").unwrap();
    account.set("connect_timeout_ms", "1500").unwrap();
    let report = Report::of(&account);
    report.is("/dns/addresses", "[]");
    report.is("/tcp", "[]");
    assert!(report.codes().contains(&"ERPTOKEN_E_NETWORK".to_owned()), "{}", report.text());
    report.says(&["Name: nowhere.invalid was not found"]);

    account.set("base_url", "http://example.com").unwrap();
    let report = Report::of(&account);
    assert!(report.codes().contains(&"ERPTOKEN_E_INSECURE".to_owned()));
}

#[test]
fn a_proxy_is_told_without_its_login() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let account = Account::with(
        "senior",
        &[
            ("base_url", "https://senior.example/x"),
            ("proxy", &format!("http://joao:senhaDoProxy@{closed}")),
            ("username", "u"),
            ("password", "senha do usuário"),
        ],
    );
    account.keep_secret("senhaDoProxy");
    let report = Report::of(&account);
    report.is("/proxy/address", &closed.to_string());
    report.is("/proxy/from", "\"proxy\"");
    report.is("/proxy/used", "true");
    assert_eq!(report.codes(), ["ERPTOKEN_E_PROXY"]);
    let whole = report.whole();
    assert!(!whole.contains("senhaDoProxy") && !whole.contains("joao") && !whole.contains("senha do"));
    // This machine is never asked for by a proxy.
    account.set("base_url", &format!("http://{closed}")).unwrap();
    let report = Report::of(&account);
    report.is("/proxy/used", "false");
    report.says(&["is set, but not for this machine itself"]);
}

/// Answers every connection with these bytes, the head of the request read.
fn server(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let answer = answer.clone();
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    format!("http://{address}")
}

#[test]
fn a_clock_that_is_wrong() {
    let year_ago = "HTTP/1.1 200 OK\r\nDate: Tue, 05 Jan 2021 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
    let account = Account::with("invoisys", &[("base_url", &server(year_ago.to_owned()))]);
    let report = Report::of(&account);
    let ahead: i64 = report.field("/clock/ahead_s").unwrap().parse().unwrap();
    assert!(ahead < -100_000_000, "{ahead}");
    assert!(report.codes().contains(&"CLOCK".to_owned()));
    report.says(&[&format!("this machine's clock is {} s fast", -ahead)]);

    let later = "HTTP/1.1 200 OK\r\nDate: Fri, 05 Jan 2080 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
    let account = Account::with("invoisys", &[("base_url", &server(later.to_owned()))]);
    Report::of(&account).says(&[" s slow"]);

    let silent = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let account = Account::with("invoisys", &[("base_url", &server(silent.to_owned()))]);
    let report = Report::of(&account);
    report.is("/http/status", "403");
    report.says(&["did not tell its time"]);
    assert_eq!(report.field("/clock"), None);
}

#[test]
fn a_server_that_hangs_takes_no_longer_than_the_account_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for scheme in ["http", "https"] {
        let account = Account::with(
            "senior",
            &[("base_url", &format!("{scheme}://{address}")), ("timeout_ms", "1500")],
        );
        let began = Instant::now();
        let report = Report::of(&account);
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        report.is("/tcp/0/accepts", "true");
        report.says(&["Request: no answer"]);
        if scheme == "https" {
            report.is("/tls/done", "false");
        }
    }
}

#[test]
fn garbage_is_no_reason_to_fail() {
    for answer in ["nonsense\r\n\r\n", "HTTP/1.1 999 \u{7}\r\n\r\n", ""] {
        for scheme in ["http", "https"] {
            let base = server(answer.to_owned()).replace("http://", &format!("{scheme}://"));
            let account = Account::with("senior", &[("base_url", &base), ("timeout_ms", "2000")]);
            let report = Report::of(&account);
            assert!(!report.codes().is_empty(), "{}", report.text());
            let text = report.text();
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}

#[test]
fn what_is_no_account_has_no_report() {
    let mut response = -7;
    let account = Account::open("senior").unwrap();
    let handle = account.handle();
    unsafe {
        assert_eq!(process::erptoken_diagnose(handle, std::ptr::null_mut()), ERPTOKEN_E_ARGUMENT);
        assert_eq!(process::erptoken_diagnose(77, &mut response), ERPTOKEN_E_HANDLE);
    }
    assert_eq!(response, -7);
}

/// The language is the process's: the others run beside this test, and look at what is not translated or at their own
/// language first.
#[test]
fn the_report_in_portuguese() {
    // A process of its own, or the other tests would read Portuguese.
    if std::env::var_os("ERPTOKEN_IN_PORTUGUESE").is_none() {
        let test = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_report_in_portuguese"])
            .env("ERPTOKEN_IN_PORTUGUESE", "1")
            .output()
            .unwrap();
        assert!(test.status.success(), "{}", String::from_utf8_lossy(&test.stdout));
        return;
    }
    speak("pt");
    let folder = std::env::temp_dir().join(format!("erptoken-report-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store = format!("file:{}", folder.join("store").display());
    for (option, value) in [("store_key", "5e".repeat(32)), ("store", store.clone())] {
        let (option, value) = (c_text(option), c_text(&value));
        assert_eq!(unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) }, ERPTOKEN_OK);
    }
    let ground = Ground::new();
    let account = secure(&ground);
    let report = Report::of(&account);
    report.is("/store/kind", &store);
    report.is("/store/usable", "true");
    report.says(&[&format!("{store}, permite gravar e ler")]);
    std::fs::remove_dir_all(&folder).unwrap();
    report.says(&[
        "Relatório da erptoken",
        "Provedor: Senior X platform (senior)",
        "Opções definidas: base_url",
    ]);
    report.says(&["Certificado 1: ", "O que fazer:\n- nada está errado"]);
    let account = Account::open("invoisys").unwrap();
    account.set("base_url", &ground.base("invoisys")).unwrap();
    Report::of(&account).says(&["nenhum usuário definido", "falta definir \"username\" e \"password\""]);
}
