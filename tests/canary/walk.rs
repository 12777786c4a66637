//! Every way through the library, with secrets that can be recognised.

use crate::client::*;
use crate::echo;
use crate::ground::{eventually, Ground};
use crate::sandbox::Fault;
use crate::search::{encoded, Secrets, MARK};
use erptoken::abi::{app_tokens, errors, process, requests};
use std::ffi::{c_char, c_void, CStr};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::ptr;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

pub const SECRETS: &str = "secrets.json";
pub const LOG: &str = "erptoken.log";

/// What the callback was told.
static LINES: Mutex<String> = Mutex::new(String::new());

unsafe extern "C" fn on_line(_: i32, line: *const c_char, _: *mut c_void) {
    let line = unsafe { CStr::from_ptr(line) }.to_str().expect("UTF-8");
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.push_str(line);
    lines.push('\n');
}

fn configure(option: &str, value: &str) -> i32 {
    let (option, value) = (c_text(option), c_text(value));
    unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) }
}

struct Walk {
    ground: Ground,
    secrets: Secrets,
    /// Everything that a program can read of the library, but for tokens and bodies of answers.
    texts: String,
    users: u32,
}

pub fn everything(folder: &Path) {
    assert_eq!(configure("log_level", "debug"), ERPTOKEN_OK);
    assert_eq!(configure("log_file", folder.join(LOG).to_str().unwrap()), ERPTOKEN_OK);
    assert_eq!(process::erptoken_log(Some(on_line), ptr::null_mut(), 4), ERPTOKEN_OK);
    // Where the build has a store.
    let key = "c0ffee5ec2e7".repeat(6)[..64].to_owned();
    let store = format!("file:{}", folder.join("store").display());
    let mut secrets = Secrets::default();
    secrets.add(&key);
    if configure("store_key", &key) == ERPTOKEN_OK {
        assert_eq!(configure("store", &store), ERPTOKEN_OK);
    }

    let ground = Ground::new();
    ground.tolerate_violations();
    let mut walk = Walk { ground, secrets, texts: String::new(), users: 0 };
    walk.success("senior");
    walk.success("invoisys");
    walk.success("assine");
    walk.second_factor();
    walk.keys_and_client_secrets();
    walk.imported();
    walk.every_fault();
    walk.every_echo();
    walk.application_tokens();
    walk.proxy();
    walk.mistakes();
    assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK);

    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(lines.lines().count() > 300, "{} lines", lines.lines().count());
    walk.secrets.are_not_in("the callback's lines", lines.as_bytes());
    walk.secrets.are_not_in("error texts and reports", walk.texts.as_bytes());
    fs::write(folder.join(SECRETS), walk.secrets.written()).unwrap();
}

impl Walk {
    /// A secret nobody has had, with everything in it that is written in another way somewhere.
    fn secret(&mut self, what: &str) -> String {
        self.users += 1;
        let secret = format!("{MARK}-{what}{} &=+%\"<é\\/ç'>~", self.users);
        self.secrets.add(&secret);
        secret
    }

    /// One that may stand in a header as it is.
    fn plain_secret(&mut self, what: &str) -> String {
        self.users += 1;
        let secret = format!("{MARK}.{what}{}.zYx", self.users);
        self.secrets.add(&secret);
        secret
    }

    fn user(&mut self, provider: &str) -> (Account, String) {
        let password = self.secret("senha");
        (self.user_with(provider, &password), password)
    }

    fn user_with(&mut self, provider: &str, password: &str) -> Account {
        let username = format!("usuario{}@empresa.com.br", self.users);
        self.ground.add_user(provider, &username, password);
        let base = self.ground.base(provider);
        let options = [("base_url", base.as_str()), ("username", &username), ("password", password)];
        Account::with(provider, &options)
    }

    fn note(&mut self, text: &str) {
        self.texts.push_str(text);
        self.texts.push('\n');
    }

    /// What there is to read after a call.
    fn read(&mut self, account: &Account, outcome: Outcome<String>) {
        match outcome {
            Ok(token) => self.secrets.add(&token),
            Err(failure) => self.note(&format!("{failure:?}")),
        }
        for field in ["provider", "username", "token_type", "scope", "state", "last_error", "source"] {
            if let Ok(text) = account.try_info(field) {
                self.note(&text);
            }
        }
        let text = fill_all(|buffer, length| unsafe { errors::erptoken_error_text(buffer, length) });
        self.note(&text.text);
    }

    fn report(&mut self, account: &Account) {
        let mut response = 0;
        let status = unsafe { process::erptoken_diagnose(account.handle(), &mut response) };
        assert_eq!(status, ERPTOKEN_OK);
        let whole =
            fill_all(|buffer, length| unsafe { requests::erptoken_response_text(response, buffer, length) });
        assert!(whole.text.len() > 300);
        self.note(&whole.text);
        erptoken::abi::accounts::erptoken_close(response);
    }

    /// The refresh tokens that the provider gave: the last ones it was shown.
    fn refresh_tokens(&mut self, provider: &str) {
        if provider == "invoisys" {
            return; // It has none.
        }
        for seen in self.ground.requests(&format!("{provider}.refresh")) {
            let body = String::from_utf8_lossy(&seen.body).into_owned();
            let value = serde_json::from_str::<serde_json::Value>(&body).ok();
            let json = value
                .as_ref()
                .and_then(|body| body["refreshToken"].as_str().or(body["refresh_token"].as_str()));
            let form = body.split('&').find_map(|pair| pair.strip_prefix("refresh_token="));
            if let Some(token) = json.or(form) {
                self.secrets.add(token);
            }
        }
    }

    fn request(&mut self, account: &Account, fault: Option<Fault>) {
        if let Some(fault) = fault {
            self.ground.fault("api", fault, 2);
        }
        let key = self.plain_secret("chave-na-url");
        let (method, url) = (c_text("GET"), c_text(&format!("/tms/frete?key={key}")));
        let headers = c_text(&format!("X-Key: {key}"));
        let mut response = 0;
        let status = unsafe {
            requests::erptoken_request(
                account.handle(),
                method.as_ptr(),
                url.as_ptr(),
                headers.as_ptr(),
                ptr::null(),
                0,
                &mut response,
            )
        };
        let outcome = account.checked(status).map(|()| String::new());
        self.read(account, outcome);
        if status == ERPTOKEN_OK {
            assert_eq!(erptoken::abi::accounts::erptoken_close(response), ERPTOKEN_OK);
        }
    }

    fn success(&mut self, provider: &str) {
        let (account, _) = self.user(provider);
        let first = account.get();
        self.read(&account, first.clone());
        let first = first.expect("a token");
        let header = account.authorization();
        self.read(&account, header);
        self.report(&account);
        self.request(&account, None);
        self.ground.expire_all();
        self.request(&account, None);
        account.reject(&first).unwrap();
        let second = account.get();
        self.read(&account, second.clone());
        account.renew().unwrap();
        let again = second.and_then(|second| account.reject(&second).map(|()| String::new()));
        self.read(&account, again);
        self.refresh_tokens(provider);
        let ended = account.logout().map(|()| String::new());
        self.read(&account, ended);
    }

    fn second_factor(&mut self) {
        let base = self.ground.base("senior");
        let options =
            [("base_url", base.as_str()), ("username", "mfa@empresa.com.br"), ("password", "senhaUsuario")];
        let account = Account::with("senior", &options);
        let wanted = account.get();
        assert!(wanted.is_err());
        self.read(&account, wanted);
        let code = "741852963";
        self.secrets.add(code);
        account.set("mfa_code", code).unwrap();
        self.ground.fault("senior.mfa", Fault::EchoSecrets, 1);
        let refused = account.get();
        assert!(refused.is_err());
        self.read(&account, refused);
        account.set("mfa_code", "741852963x").unwrap();
        let unfit = account.get();
        self.read(&account, unfit);
        self.report(&account);
        account.set("mfa_code", "012345").unwrap();
        let token = account.get();
        self.read(&account, token);
    }

    fn keys_and_client_secrets(&mut self) {
        let base = self.ground.base("senior");
        for fault in [None, Some(Fault::EchoSecrets), Some(Fault::Status(500))] {
            let secret = self.secret("segredo");
            let key = format!("chave{}", self.users);
            self.ground.add_key(&key, &secret, "empresa");
            let options = [
                ("base_url", base.as_str()),
                ("access_key", &key),
                ("secret", &secret),
                ("tenant", "empresa"),
            ];
            let account = Account::with("senior", &options);
            if let Some(fault) = fault {
                self.ground.fault("senior.key", fault, 3);
            }
            let token = account.get();
            self.read(&account, token);
            self.report(&account);
            self.ground.clear_faults();
        }
        for _ in 0..2 {
            let (account, _) = self.user("assine");
            let client_secret = self.secret("cliente");
            account.set("client_secret", &client_secret).unwrap();
            account.set("client_id", "programa").unwrap();
            for fault in echo::faults(&[&client_secret]).into_iter().take(3) {
                self.ground.fault("assine.login", fault, 1);
            }
            let outcome = account.get();
            self.read(&account, outcome);
            self.ground.clear_faults();
        }
    }

    fn imported(&mut self) {
        let (access, refresh) = (self.plain_secret("acesso"), self.plain_secret("refresh"));
        let base = self.ground.base("senior");
        let account = Account::with(
            "senior",
            &[("base_url", base.as_str()), ("access_token", &access), ("refresh_token", &refresh)],
        );
        let token = account.get();
        self.read(&account, token);
        self.report(&account);
        self.request(&account, Some(Fault::EchoSecrets));
        self.ground.fault("senior.refresh", Fault::EchoSecrets, 3);
        account.reject(&access).unwrap();
        let refused = account.get();
        self.read(&account, refused);
        self.ground.fault("senior.logout", Fault::EchoSecrets, 3);
        let ended = account.logout().map(|()| String::new());
        self.read(&account, ended);
    }

    /// What the sandbox can do wrong, at each operation that carries a secret.
    fn every_fault(&mut self) {
        let faults = || {
            [
                Fault::Status(400),
                Fault::Status(401),
                Fault::Status(403),
                Fault::Status(404),
                Fault::Status(429),
                Fault::Status(500),
                Fault::RetryAfter { status: 503, value: "90".to_owned() },
                Fault::Hang,
                Fault::HangAfterHeaders,
                Fault::CutBody,
                Fault::Reset,
                Fault::CloseBeforeAnswer,
                Fault::DoneThenClose,
                Fault::Html,
                Fault::NoToken,
                Fault::BadJson,
                Fault::Empty,
                Fault::Huge(2 << 20),
                Fault::Trickle(Duration::from_millis(1)),
                Fault::Redirect("https://example.com/".to_owned()),
                Fault::Garbage,
                Fault::Latin1Error,
                Fault::EchoSecrets,
            ]
        };
        for provider in ["senior", "invoisys", "assine"] {
            for fault in faults() {
                self.faulty(provider, "login", fault);
            }
        }
        for fault in faults() {
            self.faulty("senior", "refresh", fault.clone());
            self.faulty("assine", "refresh", fault.clone());
            self.faulty("senior", "logout", fault.clone());
            self.faulty("assine", "revoke", fault.clone());
            if let ("Hang" | "HangAfterHeaders", _) | (_, Fault::StatusWith { .. }) =
                (&*format!("{fault:?}"), &fault)
            {
                continue;
            }
            let (account, _) = self.user("senior");
            self.request(&account, Some(fault));
            self.ground.clear_faults();
        }
    }

    /// One account, one fault at one operation, and all that can be read of it.
    fn faulty(&mut self, provider: &str, operation: &str, fault: Fault) {
        let (account, _) = self.user(provider);
        let name = format!("{provider}.{operation}");
        if operation != "login" {
            let token = account.get();
            self.read(&account, token.clone());
            account.reject(&token.expect("a token")).unwrap();
            if operation != "refresh" {
                let token = account.get();
                self.read(&account, token);
            }
        }
        account.set("timeout_ms", "400").unwrap();
        self.ground.fault(&name, fault, 3);
        let outcome = match operation {
            "login" | "refresh" => account.get(),
            _ => account.logout().map(|()| String::new()),
        };
        self.read(&account, outcome);
        // Told again.
        let outcome = account.get();
        self.read(&account, outcome);
        if self.users.is_multiple_of(3) {
            self.report(&account);
        }
        self.ground.clear_faults();
        self.refresh_tokens(provider);
    }

    fn every_echo(&mut self) {
        for provider in ["senior", "invoisys", "assine"] {
            let made = |walk: &mut Walk, plain| {
                if plain {
                    walk.plain_secret("senha")
                } else {
                    walk.secret("senha")
                }
            };
            for plain in [false, true] {
                let count = echo::faults(&[&made(self, plain)]).len();
                // All of them at one provider, every third at the others: what cleans them is the same.
                let step = if provider == "senior" { 1 } else { 3 };
                for number in (0..count).step_by(step) {
                    let password = made(self, plain);
                    let account = self.user_with(provider, &password);
                    let fault = echo::faults(&[&password]).into_iter().nth(number).expect("as many for each");
                    self.ground.fault(&format!("{provider}.login"), fault, 3);
                    let outcome = account.get();
                    self.read(&account, outcome);
                    if number % 8 == 0 {
                        self.report(&account);
                    }
                    self.ground.clear_faults();
                }
            }
        }
        // Tokens are echoed where they are sent.
        for number in 0..40 {
            let (account, password) = self.user("senior");
            let token = account.token();
            self.secrets.add(&token);
            let faults = echo::faults(&[&token, &password]);
            let fault = faults[number * 7 % faults.len()].clone();
            self.ground.fault("senior.logout", fault, 3);
            let ended = account.logout().map(|()| String::new());
            self.read(&account, ended);
            self.ground.clear_faults();
        }
    }

    fn application_tokens(&mut self) {
        for number in 0..24 {
            let (account, password) = self.user("assine");
            let token = account.token();
            self.secrets.add(&token);
            let faults = echo::faults(&[&password, &token]);
            let operations =
                ["assine.app_check", "assine.app_create", "assine.app_list", "assine.app_revoke"];
            if number > 0 {
                let fault = faults[number * 5 % faults.len()].clone();
                self.ground.fault(operations[number % 4], fault, 3);
            }
            let mut allowed = 0;
            let status = unsafe { app_tokens::erptoken_app_check(account.handle(), &mut allowed) };
            let outcome = account.checked(status).map(|()| String::new());
            self.read(&account, outcome);
            let (days, mut id) = (c_text("30"), String::new());
            let created = fill(65, |buffer, length| unsafe {
                app_tokens::erptoken_app_create(account.handle(), days.as_ptr(), buffer, length)
            });
            let outcome = account.checked(created.status).map(|()| String::new());
            self.read(&account, outcome);
            if created.status == ERPTOKEN_OK {
                id = created.text;
                let text = c_text(&id);
                let got = fill_all(|buffer, length| unsafe {
                    app_tokens::erptoken_app_get(account.handle(), text.as_ptr(), buffer, length)
                });
                self.secrets.add(&got.text);
            }
            let mut list = 0;
            let status = unsafe { app_tokens::erptoken_app_list(account.handle(), &mut list) };
            let outcome = account.checked(status).map(|()| String::new());
            self.read(&account, outcome);
            if status == ERPTOKEN_OK {
                let whole = fill_all(|buffer, length| unsafe {
                    requests::erptoken_response_text(list, buffer, length)
                });
                self.note(&whole.text);
                erptoken::abi::accounts::erptoken_close(list);
            }
            let text = c_text(if id.is_empty() { "1" } else { &id });
            let status = unsafe { app_tokens::erptoken_app_revoke(account.handle(), text.as_ptr()) };
            let outcome = account.checked(status).map(|()| String::new());
            self.read(&account, outcome);
            self.ground.clear_faults();
        }
    }

    /// A proxy that repeats its login wherever it can.
    fn proxy(&mut self) {
        let password = self.plain_secret("proxy");
        let login = encoded(format!("joao:{password}").as_bytes());
        let answers = [
            format!(
                "HTTP/1.1 407 {password}\r\nProxy-Authenticate: Basic {login}\r\nContent-Length: 0\r\n\r\n"
            ),
            format!(
                "HTTP/1.1 403 Basic {login}\r\nContent-Type: text/{password}\r\nContent-Length: 0\r\n\r\n"
            ),
            format!("{password} {login}\r\n\r\n"),
            format!("HTTP/1.1 200 OK\r\n\r\n{password}{login}"),
            String::new(),
        ];
        for answer in answers {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            thread::spawn(move || {
                for stream in listener.incoming() {
                    let Ok(mut stream) = stream else { continue };
                    let mut head = [0; 1024];
                    let _ = stream.read(&mut head);
                    let _ = stream.write_all(answer.as_bytes());
                }
            });
            let user_password = self.secret("senha");
            let account = Account::with(
                "senior",
                &[
                    ("base_url", "https://senior.example/x"),
                    ("proxy", &format!("http://joao:{password}@{address}")),
                    ("username", "u"),
                    ("password", &user_password),
                    ("timeout_ms", "3000"),
                ],
            );
            let outcome = account.get();
            assert!(outcome.is_err());
            self.read(&account, outcome);
            self.report(&account);
        }
    }

    /// Secrets in the wrong place.
    fn mistakes(&mut self) {
        let secret = self.plain_secret("lugar-errado");
        let account = Account::open("senior").unwrap();
        for (option, value) in [
            (secret.as_str(), "x"),
            (&secret, "password"),
            ("timeout_ms", &secret),
            ("proxy", &format!("socks://u:{secret}@h:1")),
            ("base_url", &format!("https://u:{secret}@h/")),
            ("access_token", &format!("{secret} x")),
            ("ca_file", &format!("/nowhere/{secret}")),
            ("environment", ""),
            ("expires_at", &secret),
        ] {
            let outcome = account.set(option, value).map(|()| String::new());
            self.read(&account, outcome);
        }
        for (option, value) in
            [(secret.as_str(), "x"), ("password", &secret), ("log_level", &secret), ("store", &secret)]
        {
            assert_ne!(configure(option, value), ERPTOKEN_OK);
            let text = fill_all(|buffer, length| unsafe { errors::erptoken_error_text(buffer, length) });
            self.note(&text.text);
        }
        let outcome = account.reject(&secret).map(|()| String::new());
        self.read(&account, outcome);
        self.report(&account);
        eventually("the log has the last line", || {
            !LINES.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
        });
    }
}
