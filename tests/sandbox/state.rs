//! What the three vendors know: users, faults to come, and a record of what they were asked.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::faults::Fault;
use super::http::Request;
use super::settings::Settings;
use super::tokens::Tokens;
use super::vendor::Provider;

/// The record of requests keeps the latest ones only, so that a long soak does not eat the memory.
const REQUESTS_KEPT: usize = 10_000;
const BODY_KEPT: usize = 1 << 20;

/// A login that a vendor looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// `senior.login`, `senior.key`, `invoisys.login` or `assine.login`.
    pub operation: String,
    /// The user name, or the access key, exactly as received.
    pub username: String,
    /// The password, or the secret, exactly as received.
    pub password: String,
    /// Every field of the body, decoded.
    pub fields: Value,
    /// Whether the credentials were right.
    pub accepted: bool,
}

/// A request that reached an operation.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The operation, such as `senior.refresh`.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The headers as sent.
    pub headers: Vec<(String, String)>,
    /// The body as sent, or the first MiB of it.
    pub body: Vec<u8>,
}

impl Seen {
    /// The value of a header; the name's case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What a user has to do, and may do.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An ordinary user; at assine.online a business account.
    Ordinary,
    /// Senior: a second factor with this code.
    Mfa(i64),
    /// Senior: the password must be changed first.
    MustChange,
    /// Senior: an application key of this tenant.
    Key(String),
    /// assine.online: a person's account, which may create no application tokens.
    Person,
}

struct User {
    provider: Provider,
    username: String,
    password: String,
    kind: Kind,
    wrong_passwords: usize,
}

/// What a vendor thinks of a pair of user name and password.
pub enum Verdict {
    Right(Kind),
    Wrong,
    Locked,
}

/// Everything behind the sandbox's one lock.
pub struct State {
    pub settings: Settings,
    pub tokens: Tokens,
    pub logins: Vec<Login>,
    pub violations: Vec<String>,
    users: Vec<User>,
    requests: VecDeque<Seen>,
    counts: BTreeMap<&'static str, usize>,
    /// The faults to come, each with how often it is still to happen.
    faults: BTreeMap<&'static str, VecDeque<(Fault, usize)>>,
}

impl State {
    /// The state at start, with the default users.
    pub fn new() -> State {
        let mut state = State {
            settings: Settings::default(),
            tokens: Tokens::default(),
            logins: Vec::new(),
            violations: Vec::new(),
            users: Vec::new(),
            requests: VecDeque::new(),
            counts: BTreeMap::new(),
            faults: BTreeMap::new(),
        };
        for (provider, username, password, kind) in default_users() {
            state.add_user(provider, username, password, kind);
        }
        state
    }

    /// Adds a user, or replaces the one of this name (which also unlocks it).
    pub fn add_user(&mut self, provider: Provider, username: &str, password: &str, kind: Kind) {
        self.users.retain(|u| u.provider != provider || u.username != username);
        self.users.push(User {
            provider,
            username: username.to_string(),
            password: password.to_string(),
            kind,
            wrong_passwords: 0,
        });
    }

    /// The kind of a user who logged in before.
    pub fn kind(&self, provider: Provider, username: &str) -> Option<Kind> {
        let user = self.users.iter().find(|u| u.provider == provider && u.username == username)?;
        Some(user.kind.clone())
    }

    /// Looks at a password, counts wrong ones, and locks the user when the settings say so.
    pub fn check_password(&mut self, provider: Provider, username: &str, password: &str) -> Verdict {
        let limit = self.settings.lockout_after.unwrap_or(usize::MAX);
        let mut users = self.users.iter_mut();
        let Some(user) = users.find(|u| u.provider == provider && u.username == username) else {
            return Verdict::Wrong;
        };
        if user.wrong_passwords >= limit {
            return Verdict::Locked;
        }
        if user.password != password {
            user.wrong_passwords += 1;
            return Verdict::Wrong;
        }
        user.wrong_passwords = 0;
        Verdict::Right(user.kind.clone())
    }

    /// True once the settings' number of wrong passwords was reached.
    pub fn is_locked(&self, provider: Provider, username: &str) -> bool {
        let limit = self.settings.lockout_after.unwrap_or(usize::MAX);
        self.users
            .iter()
            .any(|u| u.provider == provider && u.username == username && u.wrong_passwords >= limit)
    }

    /// Records a request and takes the fault that waits for its operation.
    pub fn arrive(&mut self, operation: &'static str, request: &Request) -> Option<Fault> {
        *self.counts.entry(operation).or_default() += 1;
        if self.requests.len() == REQUESTS_KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(Seen {
            operation: operation.to_string(),
            method: request.method.clone(),
            target: request.target(),
            headers: request.headers.clone(),
            body: request.body.iter().copied().take(BODY_KEPT).collect(),
        });
        self.take_fault(operation)
    }

    fn take_fault(&mut self, operation: &str) -> Option<Fault> {
        let queue = self.faults.get_mut(operation)?;
        let (fault, left) = queue.front_mut()?;
        let fault = fault.clone();
        *left -= 1;
        if *left == 0 {
            queue.pop_front();
        }
        Some(fault)
    }

    /// Queues a fault.
    pub fn add_fault(&mut self, operation: &'static str, fault: Fault, times: usize) {
        if times > 0 {
            self.faults.entry(operation).or_default().push_back((fault, times));
        }
    }

    /// Forgets the faults that have not happened yet.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// How often an operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        self.counts.get(operation).copied().unwrap_or(0)
    }

    /// All counts that are not zero.
    pub fn counts(&self) -> &BTreeMap<&'static str, usize> {
        &self.counts
    }

    /// The latest requests to an operation, oldest first.
    pub fn requests(&self, operation: &str) -> Vec<Seen> {
        let matching = self.requests.iter().filter(|s| s.operation == operation);
        matching.cloned().collect()
    }
}

fn default_users() -> [(Provider, &'static str, &'static str, Kind); 7] {
    use Provider::{Assine, Invoisys, Senior};
    let key = Kind::Key("empresa".to_string());
    [
        (Senior, "admin@empresa.com.br", "senhaUsuario", Kind::Ordinary),
        (Senior, "mfa@empresa.com.br", "senhaUsuario", Kind::Mfa(12345)),
        (Senior, "troca@empresa.com.br", "senhaUsuario", Kind::MustChange),
        (Senior, "chave", "segredo", key),
        (Invoisys, "email@email.com.br", "senha do usuário", Kind::Ordinary),
        (Assine, "siletic225@xhyemail.com", "INFORME_SENHA", Kind::Ordinary),
        (Assine, "pessoa@xhyemail.com", "INFORME_SENHA", Kind::Person),
    ]
}
