//! A local provider that speaks the contracts of Senior X, Invoisys and assine.online over http and https.
//!
//! It answers at once, is strict about what it is asked (`violations` tells every mistake of a client in a sentence)
//! and misbehaves on demand (`fault`). Programs in other languages start it with `cargo run --example sandbox` and
//! steer it through `/_sandbox/…` (control.rs). It uses nothing of the library that it tests.
//!
//! Users at start:
//!
//! | provider | user, or access key | password, or secret | |
//! |---|---|---|---|
//! | senior | `admin@empresa.com.br` | `senhaUsuario` | |
//! | senior | `mfa@empresa.com.br` | `senhaUsuario` | wants the code 012345 |
//! | senior | `troca@empresa.com.br` | `senhaUsuario` | must change the password |
//! | senior | `chave` | `segredo` | application key of the tenant `empresa` |
//! | invoisys | `email@email.com.br` | `senha do usuário` | |
//! | assine | `siletic225@xhyemail.com` | `INFORME_SENHA` | a company's account |
//! | assine | `pessoa@xhyemail.com` | `INFORME_SENHA` | a person's account |
//! | consent | client `erp-da-empresa` | `segredo-do-cliente` | a person consents at once |

// Each test program uses its own part of this.
#![allow(dead_code, unused_imports)]

mod api;
mod assine;
mod assine_app;
mod check;
mod connection;
mod consent;
mod control;
mod faults;
mod http;
mod invoisys;
mod senior;
mod server;
mod settings;
mod state;
mod tls;
mod tokens;
pub mod utc;
mod vendor;

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

pub use faults::Fault;
pub use settings::{Settings, TokenShape};
pub use state::{Login, Seen};
pub use tls::Certificate;

use server::Shared;
use state::Kind;
use vendor::Provider;

/// A running sandbox; dropping it ends it and closes every connection.
pub struct Sandbox {
    shared: Arc<Shared>,
    http: SocketAddr,
    https: SocketAddr,
    acceptors: Vec<(SocketAddr, JoinHandle<()>)>,
    process: u32,
    ca_file: OnceLock<PathBuf>,
}

impl Sandbox {
    /// Starts a sandbox on two free ports of 127.0.0.1.
    pub fn start() -> Sandbox {
        let shared = Arc::new(Shared::new());
        let (http, http_threads) = server::listen(&shared, false).expect("a port for http");
        let (https, https_threads) = server::listen(&shared, true).expect("a port for https");
        Sandbox {
            shared,
            http,
            https,
            acceptors: http_threads
                .into_iter()
                .map(|t| (http, t))
                .chain(https_threads.into_iter().map(|t| (https, t)))
                .collect(),
            process: std::process::id(),
            ca_file: OnceLock::new(),
        }
    }

    /// The plain origin, `http://127.0.0.1:PORT`.
    pub fn http(&self) -> String {
        format!("http://{}", self.http)
    }

    /// The TLS origin, `https://localhost:PORT`.
    pub fn https(&self) -> String {
        format!("https://localhost:{}", self.https.port())
    }

    /// The certificate of the sandbox's CA, as PEM.
    pub fn ca_pem(&self) -> String {
        self.shared.tls.ca_pem.clone()
    }

    /// The same in a temporary file, which is made at the first call and removed on drop.
    pub fn ca_file(&self) -> PathBuf {
        let make = || {
            let name = format!("erptoken-sandbox-{}-{}.pem", self.process, self.https.port());
            let path = std::env::temp_dir().join(name);
            // A program that was killed may have left one of the same name.
            let _ = fs::remove_file(&path);
            let mut options = fs::OpenOptions::new();
            let mut file = options.write(true).create_new(true).open(&path).expect("the CA's file");
            file.write_all(self.shared.tls.ca_pem.as_bytes()).expect("the CA's file");
            path
        };
        self.ca_file.get_or_init(make).clone()
    }

    /// The plain `base_url` of "senior", "invoisys" or "assine".
    pub fn base(&self, provider: &str) -> String {
        self.http() + provider_named(provider).base_path()
    }

    /// The TLS `base_url` of "senior", "invoisys" or "assine".
    pub fn base_https(&self, provider: &str) -> String {
        self.https() + provider_named(provider).base_path()
    }

    /// Adds an ordinary user (at assine.online a company's), or gives the one of this name a new password.
    pub fn add_user(&self, provider: &str, username: &str, password: &str) {
        let provider = provider_named(provider);
        let mut state = self.shared.state();
        state.add_user(provider, username, password, Kind::Ordinary);
    }

    /// Adds an application key of Senior's.
    pub fn add_key(&self, access_key: &str, secret: &str, tenant: &str) {
        let kind = Kind::Key(tenant.to_string());
        let mut state = self.shared.state();
        state.add_user(Provider::Senior, access_key, secret, kind);
    }

    /// True once the user had `Settings::lockout_after` wrong passwords in a row.
    pub fn is_locked(&self, provider: &str, username: &str) -> bool {
        let provider = provider_named(provider);
        self.shared.state().is_locked(provider, username)
    }

    /// The next `times` calls of an operation get this fault; faults queue up.
    pub fn fault(&self, operation: &str, fault: Fault, times: usize) {
        let operation = operation_named(operation);
        self.shared.state().add_fault(operation, fault, times);
    }

    /// Forgets the faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.shared.state().clear_faults();
    }

    /// How many calls reached an operation, faults included.
    pub fn count(&self, operation: &str) -> usize {
        let operation = operation_named(operation);
        self.shared.state().count(operation)
    }

    /// Changes the settings.
    pub fn settings(&self, change: impl FnOnce(&mut Settings)) {
        self.shared.change(&mut self.shared.state(), change);
    }

    /// This access token dies now; its refresh token stays good.
    pub fn expire_token(&self, access_token: &str) {
        self.shared.state().tokens.expire(access_token);
    }

    /// Every access token dies now; refresh tokens stay good.
    pub fn expire_all(&self) {
        self.shared.state().tokens.expire_all();
    }

    /// Every refresh token dies now; access tokens stay good.
    pub fn forget_refresh_tokens(&self) {
        self.shared.state().tokens.forget_refresh_tokens();
    }

    /// A refresh token of a login that nobody made, to be imported.
    pub fn refresh_token_for(&self, provider: &str, username: &str) -> String {
        let order = tokens::Order {
            provider: provider_named(provider),
            username,
            scope: "desktop",
            family: None,
            life: None,
            refreshable: true,
        };
        self.shared.state().tokens.issue(&order).refresh_token.expect("a refresh token")
    }

    /// How often a refresh token came that was spent before.
    pub fn reuses(&self) -> usize {
        self.shared.state().tokens.reuses
    }

    /// True while a vendor would take this access token.
    pub fn is_live(&self, access_token: &str) -> bool {
        self.shared.state().tokens.live(access_token).is_some()
    }

    /// The logins that a vendor looked at, with the credentials exactly as received.
    pub fn logins(&self) -> Vec<Login> {
        self.shared.state().logins.clone()
    }

    /// The latest requests that reached an operation (10 000 of all are kept), oldest first.
    pub fn requests(&self, operation: &str) -> Vec<Seen> {
        let operation = operation_named(operation);
        self.shared.state().requests(operation)
    }

    /// What clients did against the contracts, one sentence each.
    pub fn violations(&self) -> Vec<String> {
        self.shared.state().violations.clone()
    }

    /// How many connections were accepted so far, on both ports.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many of them took up an earlier TLS session.
    pub fn resumed(&self) -> usize {
        self.shared.resumed.load(Ordering::SeqCst)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // In a forked child the threads are missing, and the sockets are the parent's too.
        if self.process != std::process::id() {
            return;
        }
        self.shared.stop();
        // An accept that waits returns only for a connection.
        for (address, _) in &self.acceptors {
            let _ = TcpStream::connect(address);
        }
        for (_, acceptor) in self.acceptors.drain(..) {
            let _ = acceptor.join();
        }
        if let Some(path) = self.ca_file.get() {
            let _ = fs::remove_file(path);
        }
    }
}

// A wrong name is a mistake in the test, which should hear of it at once.

fn provider_named(name: &str) -> Provider {
    Provider::named(name).unwrap_or_else(|| panic!("the sandbox has no provider {name}"))
}

fn operation_named(name: &str) -> &'static str {
    vendor::operation_named(name).unwrap_or_else(|| panic!("the sandbox has no operation {name}"))
}
