//! An authorization server of OAuth 2, as several vendors run one: what differs between them is told by its fields.

use serde_json::json;

use crate::asked::Asked;
use crate::books::{Books, Pair};
use crate::http::Response;
use crate::play::*;

pub const CLIENT: &str = "cliente-7c1f";
pub const SECRET: &str = "segredo+/= do cliente";
pub const WRONG: &str = "outro segredo";
pub const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
pub const CALLBACK: &str = "http://127.0.0.1:8765/volta";

/// How the client says who it is.
#[derive(Clone, Copy)]
pub enum Client {
    /// HTTP Basic.
    Basic,
    /// In the form.
    Post,
    /// The form's id, and the certificate of TLS.
    Certificate,
    /// A JWT that the client's key signed: whether it is one is asked of this.
    Assertion(fn(&str, &Asked) -> bool),
}

#[derive(Clone, Copy, PartialEq)]
pub enum Grant {
    /// The client's own.
    Client,
    /// User and password: `maria`, `senha ç&=`.
    Password,
    /// A person's consent.
    Code,
}

#[derive(Clone)]
pub struct OAuth {
    pub token_path: &'static str,
    pub client: Client,
    pub grant: Grant,
    /// Further fields of a login.
    pub fields: &'static [(&'static str, &'static str)],
    /// Headers that a token request must have.
    pub headers: &'static [(&'static str, &'static str)],
    pub call: (&'static str, &'static str, Option<&'static str>),
    /// The call's address as the server sees it.
    pub call_path: &'static str,
    /// Headers that a call must have beside the token.
    pub call_headers: &'static [(&'static str, &'static str)],
    /// Whether refresh tokens are given, and whether they work once.
    pub refresh: Option<bool>,
    /// An error of the token endpoint: status, code, description.
    pub error: fn(u16, &str, &str) -> Response,
    /// The status of a refused client.
    pub refused_client: u16,
    /// The answer to a dead token.
    pub dead: fn() -> Response,
    /// The profile's own options.
    pub options: fn(&str) -> Vec<(&'static str, String)>,
    /// The refresh token comes from elsewhere.
    pub imported: bool,
}

impl Default for OAuth {
    fn default() -> OAuth {
        OAuth {
            token_path: "/oauth/token",
            client: Client::Post,
            grant: Grant::Client,
            fields: &[],
            headers: &[],
            call: ("GET", "/v1/itens", None),
            call_path: "/api/v1/itens",
            call_headers: &[],
            refresh: None,
            error,
            refused_client: 401,
            dead: || error(401, "invalid_token", "The access token expired"),
            options: |at| vec![("base_url", format!("{at}/oauth/token")), ("api_url", format!("{at}/api"))],
            imported: false,
        }
    }
}

/// RFC 6749, 5.2.
pub fn error(status: u16, code: &str, description: &str) -> Response {
    Response::json(status, &json!({ "error": code, "error_description": description }))
}

impl OAuth {
    fn tokens(&self, pair: &Pair, books: &Books) -> Response {
        let mut body =
            json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": books.life_s });
        if self.refresh.is_some() {
            body["refresh_token"] = pair.refresh.clone().into();
        }
        Response::json(200, &body)
    }

    /// Who asks, by the way this server demands: `None` is a request of another shape.
    fn is_known(&self, asked: &Asked, form: &mut Vec<(String, String)>) -> Option<bool> {
        let mut take = |name: &str| {
            let place = form.iter().position(|(known, _)| known == name)?;
            Some(form.remove(place).1)
        };
        match self.client {
            Client::Basic => {
                let (id, secret) = asked.basic()?;
                Some(id == CLIENT && secret == SECRET)
            }
            _ if !asked.has_no_authorization() => None,
            Client::Post => Some(take("client_id")? == CLIENT && take("client_secret")? == SECRET),
            Client::Certificate => Some(take("client_id")? == CLIENT && asked.certificate.is_some()),
            Client::Assertion(is_good) => {
                let bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                let typed = take("client_assertion_type")? == bearer;
                let id = take("client_id");
                let assertion = take("client_assertion")?;
                let signed = is_good(&assertion, asked);
                typed.then(|| signed && id.is_none_or(|id| id == CLIENT))
            }
        }
    }

    fn token(&self, asked: &Asked, books: &mut Books) -> Response {
        let bad = |books: &mut Books, why: String| {
            books.strange(&why, (self.error)(400, "invalid_request", "malformed request"))
        };
        if self.headers.iter().any(|(name, value)| !asked.says(name, value)) {
            return bad(books, format!("without {:?}: {:?}", self.headers, asked.request.headers));
        }
        let mut form = asked.form();
        let Some(known) = self.is_known(asked, &mut form) else {
            return bad(books, format!("not how a client says who it is: {form:?}"));
        };
        if !known {
            return books.refuse((self.error)(
                self.refused_client,
                "invalid_client",
                "Client authentication failed",
            ));
        }
        let refreshes = form.iter().any(|(name, value)| name == "grant_type" && value == "refresh_token");
        for (name, value) in self.fields.iter().filter(|_| !refreshes) {
            let Some(place) = form.iter().position(|(n, v)| n == name && v == value) else {
                return bad(books, format!("no {name}={value}: {form:?}"));
            };
            form.remove(place);
        }
        let is = |wanted: &[(&str, &str)]| {
            form.iter().map(|(n, v)| (n.as_str(), v.as_str())).eq(wanted.iter().copied())
        };
        let logged_in = match self.grant {
            Grant::Client => is(&[("grant_type", "client_credentials")]),
            Grant::Code => {
                is(&[("code", CODE), ("grant_type", "authorization_code"), ("redirect_uri", CALLBACK)])
            }
            Grant::Password => {
                is(&[("grant_type", "password"), ("password", "senha ç&="), ("username", "maria")])
            }
        };
        if logged_in {
            let pair = books.login();
            return self.tokens(&pair, books);
        }
        if self.grant == Grant::Password
            && is(&[("grant_type", "password"), ("password", WRONG), ("username", "maria")])
        {
            return books.refuse((self.error)(400, "invalid_grant", "Invalid user credentials"));
        }
        let token = asked.field("refresh_token").unwrap_or_default();
        match self.refresh {
            Some(once) if is(&[("grant_type", "refresh_token"), ("refresh_token", &token)]) => {
                match books.renew(&token, once) {
                    Some(pair) => self.tokens(&pair, books),
                    None => (self.error)(400, "invalid_grant", "Token is not active"),
                }
            }
            _ => bad(books, format!("another form: {form:?}")),
        }
    }
}

impl Vendor for OAuth {
    fn facts(&self) -> Facts {
        let renewal = match self.refresh {
            None => Renewal::Login,
            Some(_) if self.imported => Renewal::Consent,
            Some(_) => Renewal::Refresh,
        };
        let certificate = matches!(self.client, Client::Certificate);
        Facts { call: self.call, renewal, certificate, ..Facts::of("") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        let mut options = vec![("client_id", CLIENT.to_owned())];
        if matches!(self.client, Client::Basic | Client::Post) {
            options.push(("client_secret", SECRET.to_owned()));
        }
        match self.grant {
            Grant::Password => {
                options.extend([("username", "maria".to_owned()), ("password", "senha ç&=".to_owned())]);
            }
            Grant::Code if !self.imported => {
                options.extend([("code", CODE.to_owned()), ("redirect_uri", CALLBACK.to_owned())]);
            }
            _ => {}
        }
        options.extend((self.options)(at));
        options
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        match (self.grant, self.client) {
            (Grant::Password, _) => vec![("password", WRONG.to_owned())],
            (_, Client::Basic | Client::Post) => vec![("client_secret", WRONG.to_owned())],
            _ => vec![("client_id", "outro-cliente".to_owned())],
        }
    }

    fn prepare(&mut self, books: &mut Books) -> Vec<(&'static str, String)> {
        if self.imported {
            vec![("refresh_token", books.consent())]
        } else {
            Vec::new()
        }
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        if asked.is("POST", self.token_path) && asked.request.query.is_empty() {
            return self.token(asked, books);
        }
        let target = asked.request.target();
        if asked.request.method == self.call.0 && target == self.call_path {
            if self.call_headers.iter().any(|(name, value)| !asked.says(name, value)) {
                return books.strange("a call without its headers", (self.dead)());
            }
            return match books.call(asked.bearer()) {
                true => Response::json(200, &json!({ "itens": [] })),
                false => (self.dead)(),
            };
        }
        let why = format!("{} {target}", asked.request.method);
        books.strange(&why, Response::json(404, &json!({ "error": "not_found" })))
    }
}
