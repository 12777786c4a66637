//! Every token the vendors handed out, and which of them still live.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::vendor::Provider;

/// The first id that assine.online gives; ids count up from here.
const FIRST_ID: u64 = 5320;

/// An access token that lives or lived.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: u64,
    pub provider: Provider,
    pub username: String,
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub scope: String,
    /// The tokens that descend from one login by refreshing share this number.
    pub family: u64,
    /// When it dies by itself; None: never.
    pub dies: Option<Instant>,
}

impl Grant {
    /// What is left of its life.
    pub fn left(&self) -> Option<Duration> {
        self.dies.map(|dies| dies.saturating_duration_since(Instant::now()))
    }

    fn is_live(&self) -> bool {
        self.dies.is_none_or(|dies| Instant::now() < dies)
    }
}

/// A refresh token; a spent one is remembered, so that its reuse is noticed.
#[derive(Clone, Debug)]
pub struct Refresh {
    pub provider: Provider,
    pub username: String,
    pub scope: String,
    pub family: u64,
    /// The access token it was handed out with.
    pub access_token: String,
    pub spent: bool,
}

/// What a new token is to be.
pub struct Order<'a> {
    pub provider: Provider,
    pub username: &'a str,
    pub scope: &'a str,
    /// The family of the refresh token that was used; None: a login, which founds one.
    pub family: Option<u64>,
    pub life: Option<Duration>,
    pub refreshable: bool,
}

/// A person's consent that waits for its program.
pub struct Consent {
    pub redirect_uri: String,
    /// The hash of what only the program knows.
    pub challenge: String,
}

/// The store of tokens.
#[derive(Default)]
pub struct Tokens {
    issued: u64,
    grants: HashMap<String, Grant>,
    refreshes: HashMap<String, Refresh>,
    /// Senior's temporary tokens of a login that waits for its second factor, with the user.
    waiting: HashMap<String, String>,
    /// What persons consented to, by the code that is good for it once.
    consents: HashMap<String, Consent>,
    /// How often a refresh token came that was spent before.
    pub reuses: usize,
}

impl Tokens {
    /// Makes a token.
    pub fn issue(&mut self, order: &Order) -> Grant {
        let id = FIRST_ID + self.issued;
        self.issued += 1;
        let grant = Grant {
            id,
            provider: order.provider,
            username: order.username.to_string(),
            access_token: token_text(order.provider),
            refresh_token: order.refreshable.then(|| token_text(order.provider)),
            scope: order.scope.to_string(),
            family: order.family.unwrap_or(id),
            dies: order.life.and_then(|life| Instant::now().checked_add(life)),
        };
        if let Some(token) = &grant.refresh_token {
            let refresh = Refresh {
                provider: order.provider,
                username: grant.username.clone(),
                scope: grant.scope.clone(),
                family: grant.family,
                access_token: grant.access_token.clone(),
                spent: false,
            };
            self.refreshes.insert(token.clone(), refresh);
        }
        self.grants.insert(grant.access_token.clone(), grant.clone());
        grant
    }

    /// The live token of this text.
    pub fn live(&self, access_token: &str) -> Option<&Grant> {
        self.grants.get(access_token).filter(|g| g.is_live())
    }

    /// A user's live tokens at a provider, oldest first.
    pub fn live_of(&self, provider: Provider, username: &str) -> Vec<Grant> {
        let mine = |g: &&Grant| g.provider == provider && g.username == username && g.is_live();
        let mut grants: Vec<Grant> = self.grants.values().filter(mine).cloned().collect();
        grants.sort_by_key(|g| g.id);
        grants
    }

    /// Ends an access token; its refresh token stays good.
    pub fn expire(&mut self, access_token: &str) {
        self.grants.remove(access_token);
    }

    /// Ends every access token; refresh tokens stay good.
    pub fn expire_all(&mut self) {
        self.grants.clear();
    }

    /// Ends every refresh token; access tokens stay good.
    pub fn forget_refresh_tokens(&mut self) {
        self.refreshes.clear();
    }

    /// Ends an access token and the refresh token that came with it.
    pub fn revoke(&mut self, access_token: &str) {
        self.grants.remove(access_token);
        self.refreshes.retain(|_, r| r.access_token != access_token);
    }

    /// Ends whatever has this text, an access token or a refresh token.
    pub fn revoke_either(&mut self, token: &str) {
        self.grants.remove(token);
        self.refreshes.remove(token);
    }

    /// Ends every token that descends from one login.
    pub fn revoke_family(&mut self, family: u64) {
        self.grants.retain(|_, g| g.family != family);
        self.refreshes.retain(|_, r| r.family != family);
    }

    /// Looks a refresh token up and marks it as spent; the answer says whether it was spent before.
    pub fn spend(&mut self, provider: Provider, refresh_token: &str) -> Option<Refresh> {
        let refresh = self.refreshes.get_mut(refresh_token)?;
        if refresh.provider != provider {
            return None;
        }
        let before = refresh.clone();
        self.reuses += usize::from(before.spent);
        refresh.spent = true;
        Some(before)
    }

    /// The code of a consent.
    pub fn consent(&mut self, consent: Consent) -> String {
        let code = random_hex(40);
        self.consents.insert(code.clone(), consent);
        code
    }

    /// What a code stands for, once.
    pub fn redeem(&mut self, code: &str) -> Option<Consent> {
        self.consents.remove(code)
    }

    /// A temporary token for a login that waits for its second factor.
    pub fn wait_for_code(&mut self, username: &str) -> String {
        let token = random_hex(32);
        self.waiting.insert(token.clone(), username.to_string());
        token
    }

    /// The user of a temporary token.
    pub fn waiting(&self, temporary_token: &str) -> Option<String> {
        self.waiting.get(temporary_token).cloned()
    }

    /// Ends a temporary token.
    pub fn stop_waiting(&mut self, temporary_token: &str) {
        self.waiting.remove(temporary_token);
    }
}

/// How long a token with this `expires_in` lives: a positive number, also as text; anything else is no end.
pub fn life_of(expires_in: &Value) -> Option<Duration> {
    let seconds = match expires_in {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let life = Duration::try_from_secs_f64(seconds).ok()?;
    (!life.is_zero()).then_some(life)
}

fn token_text(provider: Provider) -> String {
    match provider {
        Provider::Senior => random_hex(32),
        Provider::Assine | Provider::Consent => random_hex(40),
        Provider::Invoisys => {
            const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let letters = random::<299>().map(|b| ALPHABET[usize::from(b % 64)]);
            letters.iter().copied().map(char::from).collect()
        }
    }
}

/// `digits` random lower-case hex digits, at most 64.
pub fn random_hex(digits: usize) -> String {
    let hex: String = random::<32>().iter().map(|b| format!("{b:02x}")).collect();
    hex[..digits].to_string()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).expect("random bytes");
    bytes
}
