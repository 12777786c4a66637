//! Where a test stands: its own sandbox, and accounts at it.

use std::collections::HashSet;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::Account;
use crate::sandbox::{Fault, Sandbox};

/// The user, the password and the login's operation of a provider.
pub struct Known {
    pub provider: &'static str,
    pub username: &'static str,
    pub password: &'static str,
    pub login: &'static str,
}

pub const SENIOR: Known = Known {
    provider: "senior",
    username: "admin@empresa.com.br",
    password: "senhaUsuario",
    login: "senior.login",
};

pub const INVOISYS: Known = Known {
    provider: "invoisys",
    username: "email@email.com.br",
    password: "senha do usuário",
    login: "invoisys.login",
};

pub const ASSINE: Known = Known {
    provider: "assine",
    username: "siletic225@xhyemail.com",
    password: "INFORME_SENHA",
    login: "assine.login",
};

pub const ALL: [Known; 3] = [SENIOR, INVOISYS, ASSINE];

/// A sandbox of this test alone. When it is dropped, clients must have done nothing against the contracts.
pub struct Ground {
    sandbox: Sandbox,
    tolerates_violations: AtomicBool,
}

impl Ground {
    /// Starts a sandbox on ports that no test before had: what is cached and counted for those would still count.
    pub fn new() -> Ground {
        static USED: Mutex<Option<HashSet<String>>> = Mutex::new(None);
        loop {
            let sandbox = Sandbox::start();
            let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
            let used = used.get_or_insert_default();
            let port = |origin: String| origin.rsplit(':').next().unwrap_or_default().to_owned();
            // Both are taken in, whichever was seen before.
            let new = [used.insert(port(sandbox.http())), used.insert(port(sandbox.https()))];
            if new == [true, true] {
                return Ground { sandbox, tolerates_violations: AtomicBool::new(false) };
            }
        }
    }

    pub fn tolerate_violations(&self) {
        self.tolerates_violations.store(true, Ordering::Relaxed);
    }

    /// An account of the provider's usual user, over plain http.
    pub fn account(&self, known: &Known) -> Account {
        self.account_of(known, known.username, known.password)
    }

    /// An account of any user.
    pub fn account_of(&self, known: &Known, username: &str, password: &str) -> Account {
        let base = self.base(known.provider);
        Account::with(
            known.provider,
            &[("base_url", base.as_str()), ("username", username), ("password", password)],
        )
    }

    /// An account of Senior's usual user.
    pub fn senior(&self) -> Account {
        self.account(&SENIOR)
    }

    /// Any answer at all, once.
    pub fn answer(&self, operation: &str, status: u16, content_type: &str, body: &str) {
        let fault = Fault::StatusWith {
            status,
            content_type: content_type.to_owned(),
            body: body.as_bytes().to_vec(),
            headers: Vec::new(),
        };
        self.fault(operation, fault, 1);
    }

    /// The JSON body of the latest request to an operation.
    pub fn last_json(&self, operation: &str) -> serde_json::Value {
        let requests = self.requests(operation);
        let last = requests.last().unwrap_or_else(|| panic!("{operation} was never asked"));
        serde_json::from_slice(&last.body).expect("a JSON body")
    }
}

impl Deref for Ground {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if !thread::panicking() && !self.tolerates_violations.load(Ordering::Relaxed) {
            assert_eq!(self.sandbox.violations(), [""; 0]);
        }
    }
}

/// The token that follows this one, whose life is short.
#[track_caller]
pub fn token_after(account: &Account, before: &str) -> String {
    let mut token = String::new();
    eventually("the next token", || {
        token = account.token();
        token != before
    });
    token
}

/// Asks again and again until it is so, 5 s at most.
#[track_caller]
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(5);
    while !is_so() {
        assert!(Instant::now() < until, "within 5 s: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
