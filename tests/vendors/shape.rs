//! Two shapes that most vendors have: a token endpoint, and a key that goes with every call. What is of one vendor only
//! (where it looks, what it answers) are functions and bodies of its own.

use serde_json::Value;

use crate::asked::Asked;
use crate::books::{Books, Pair};
use crate::http::Response;
use crate::play::*;

pub type Options = Vec<(&'static str, String)>;

/// What a vendor takes a request for.
pub enum Asks {
    /// A login, with the right secret or the wrong one.
    Login(bool),
    /// A refresh with this token, in a request that is right otherwise.
    Refresh(String),
    Logout(Option<String>),
    /// A call with this token.
    Call(Option<String>),
    /// What the vendor does not know.
    Strange(&'static str),
}

/// The fields of a form that a consent's client sends.
pub fn consent(
    asked: &Asked,
    client: &[(&str, &str)],
    secrets: [&str; 2],
    more: &[(&str, &str)],
    code: &str,
) -> Asks {
    let secret = asked.field("client_secret").unwrap_or_default();
    let token = asked.field("refresh_token").unwrap_or_default();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let consent = [("grant_type", "authorization_code"), ("code", code)];
    let client = [client, &[("client_secret", secret.as_str())]].concat();
    let refreshes = asked.form_is(&[&client[..], &refresh].concat());
    if !refreshes && !asked.form_is(&[&client[..], &consent, more].concat()) {
        return Asks::Strange("another form");
    }
    match login(Some(&secret), secrets[0], secrets[1]) {
        Asks::Login(true) if refreshes => Asks::Refresh(token),
        asks => asks,
    }
}

/// A login of which everything but the secret was right.
pub fn login(secret: Option<&str>, right: &str, wrong: &str) -> Asks {
    match secret {
        Some(secret) if secret == right => Asks::Login(true),
        Some(secret) if secret == wrong => Asks::Login(false),
        _ => Asks::Strange("a secret that nobody set"),
    }
}

/// A vendor with a token endpoint.
pub struct TokenEndpoint {
    pub facts: Facts,
    pub options: fn(at: &str) -> Options,
    pub wrong: fn() -> Options,
    pub asks: fn(&Asked) -> Asks,
    /// A good answer of the token endpoint: the tokens, and the seconds that the access token lives.
    pub issues: fn(&Pair, u64) -> Response,
    pub refuses: fn() -> Response,
    /// What a refresh token that is spent or over gets.
    pub spent: fn() -> Response,
    /// A refresh brings a new refresh token, and the old one is spent.
    pub rotates: bool,
    pub called: (u16, fn() -> Value),
    pub unauthorised: fn() -> Response,
}

impl Vendor for TokenEndpoint {
    fn facts(&self) -> Facts {
        self.facts.clone()
    }

    fn options(&self, at: &str) -> Options {
        (self.options)(at)
    }

    fn wrong(&self) -> Options {
        (self.wrong)()
    }

    fn prepare(&mut self, books: &mut Books) -> Options {
        match self.facts.renewal {
            Renewal::Consent => vec![("refresh_token", books.consent())],
            _ => Vec::new(),
        }
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        match (self.asks)(asked) {
            Asks::Login(true) => {
                let pair = books.login();
                (self.issues)(&pair, books.life_s)
            }
            Asks::Login(false) => books.refuse((self.refuses)()),
            Asks::Refresh(token) => match books.renew(&token, self.rotates) {
                Some(pair) => (self.issues)(&pair, books.life_s),
                None => (self.spent)(),
            },
            Asks::Logout(token) => {
                books.logout(token.as_deref());
                Response::new(200, "application/json", Vec::<u8>::new())
            }
            Asks::Call(token) => match books.call(token.as_deref()) {
                true => Response::json(self.called.0, &(self.called.1)()),
                false => (self.unauthorised)(),
            },
            Asks::Strange(why) => {
                let seen = format!("{why}: {} {}", asked.request.method, asked.request.target());
                books.strange(&seen, Response::json(404, &serde_json::json!({})))
            }
        }
    }
}

/// The same with a person's consent at hand, where the other imports a refresh token.
pub struct Consented {
    pub to: TokenEndpoint,
    pub brings: &'static [(&'static str, &'static str)],
}

impl Vendor for Consented {
    fn facts(&self) -> Facts {
        Facts { renewal: Renewal::Refresh, ..self.to.facts() }
    }

    fn options(&self, at: &str) -> Options {
        let brought = self.brings.iter().map(|(name, value)| (*name, (*value).to_owned()));
        self.to.options(at).into_iter().chain(brought).collect()
    }

    fn wrong(&self) -> Options {
        self.to.wrong()
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        self.to.answer(asked, books)
    }
}

/// A vendor whose key goes with every call.
pub struct Key {
    pub facts: Facts,
    pub options: fn(at: &str) -> Options,
    pub wrong: fn() -> Options,
    /// The key of a call that is right otherwise.
    pub key: fn(&Asked) -> Option<String>,
    pub right: &'static str,
    pub called: fn() -> Value,
    pub refuses: fn() -> Response,
}

impl Vendor for Key {
    fn facts(&self) -> Facts {
        self.facts.clone()
    }

    fn options(&self, at: &str) -> Options {
        (self.options)(at)
    }

    fn wrong(&self) -> Options {
        (self.wrong)()
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let Some(key) = (self.key)(asked) else {
            let seen = format!("another call: {} {}", asked.request.method, asked.request.target());
            return books.strange(&seen, (self.refuses)());
        };
        match books.fixed_call(key == self.right) {
            true => Response::json(200, &(self.called)()),
            false => (self.refuses)(),
        }
    }
}

/// OAuth's usual answer, without a refresh token.
pub fn bearer(pair: &Pair, life_s: u64) -> Response {
    let body =
        serde_json::json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s });
    Response::json(200, &body)
}

/// OAuth's usual refusal of a client.
pub fn invalid_client() -> Response {
    oauth_error(401, "invalid_client", "Client authentication failed")
}

pub fn oauth_error(status: u16, code: &str, text: &str) -> Response {
    Response::json(status, &serde_json::json!({ "error": code, "error_description": text }))
}

pub fn no_refresh() -> Response {
    oauth_error(400, "unsupported_grant_type", "there is no refresh")
}
