//! The vendors side by side: which request is which operation, and who answers it.

use serde_json::Value;

use super::api;
use super::check::{Checked, Fields};
use super::http::{Request, Response};
use super::state::{Kind, Login, State, Verdict};
use super::tokens::{self, Grant};
use super::{assine, check, consent, invoisys, senior};

use std::time::Duration;

/// A vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Senior,
    Invoisys,
    Assine,
    Consent,
}

/// Every operation that is counted and can be given a fault; `api` are the protected resources of all.
pub const OPERATIONS: [&str; 16] = [
    "senior.login",
    "senior.key",
    "senior.mfa",
    "senior.refresh",
    "senior.logout",
    "invoisys.login",
    "assine.login",
    "assine.refresh",
    "assine.revoke",
    "assine.app_check",
    "assine.app_create",
    "assine.app_list",
    "assine.app_revoke",
    "consent.page",
    "consent.token",
    "api",
];

impl Provider {
    /// The provider of this name.
    pub fn named(name: &str) -> Option<Provider> {
        match name {
            "senior" => Some(Provider::Senior),
            "invoisys" => Some(Provider::Invoisys),
            "assine" => Some(Provider::Assine),
            "consent" => Some(Provider::Consent),
            _ => None,
        }
    }

    /// The path that stands between the origin and the vendor's own paths.
    pub fn base_path(self) -> &'static str {
        match self {
            Provider::Senior => senior::BASE,
            Provider::Consent => consent::BASE,
            Provider::Invoisys | Provider::Assine => "",
        }
    }
}

/// The operation of this name, as the constant that the records use.
pub fn operation_named(name: &str) -> Option<&'static str> {
    OPERATIONS.iter().copied().find(|known| *known == name)
}

/// Where a request belongs.
#[derive(Clone, Copy)]
pub struct Route {
    pub provider: Provider,
    pub operation: &'static str,
}

/// The operation a request asks for; None: no vendor knows the path.
pub fn route(request: &Request) -> Option<Route> {
    let vendors = [
        (Provider::Senior, senior::operation(request)),
        (Provider::Invoisys, invoisys::operation(request)),
        (Provider::Assine, assine::operation(request)),
        (Provider::Consent, consent::operation(request)),
    ];
    vendors
        .into_iter()
        .find_map(|(provider, operation)| operation.map(|operation| Route { provider, operation }))
}

/// Does the work and answers; a client's mistake is recorded and refused in the vendor's way.
pub fn answer(route: Route, request: &Request, state: &mut State) -> Response {
    let answered = match (route.operation, route.provider) {
        ("api", provider) => api::answer(provider, request, state),
        (operation, Provider::Senior) => senior::answer(operation, request, state),
        (_, Provider::Invoisys) => invoisys::answer(request, state),
        (operation, Provider::Assine) => assine::answer(operation, request, state),
        (operation, Provider::Consent) => consent::answer(operation, request, state),
    };
    answered.unwrap_or_else(|complaint| {
        let note = format!("{}: {}", route.operation, complaint.text);
        state.violations.push(note);
        refusal(route, complaint.status, &complaint.text)
    })
}

/// An error answer in the vendor's shape.
pub fn refusal(route: Route, status: u16, message: &str) -> Response {
    match route.provider {
        Provider::Senior => senior::refusal(route.operation, status, message),
        Provider::Invoisys => invoisys::refusal(route.operation, status, message),
        Provider::Assine => assine::refusal(route.operation, status, message),
        Provider::Consent => consent::refusal(status, "invalid_request", message),
    }
}

/// The vendor's answer to a token that is dead or was never alive.
pub fn dead_token(provider: Provider) -> Response {
    match provider {
        Provider::Senior => senior::dead_token(),
        Provider::Invoisys => invoisys::dead_token(),
        Provider::Assine => assine::dead_token(),
        Provider::Consent => consent::refusal(401, "invalid_token", "token vencido"),
    }
}

/// The live token a request carries; None: it is dead or another vendor's.
pub fn bearer_of(provider: Provider, request: &Request, state: &State) -> Checked<Option<Grant>> {
    let token = check::bearer(request)?;
    let grant = state.tokens.live(&token);
    Ok(grant.filter(|g| g.provider == provider).cloned())
}

/// A login attempt, by its names at the vendor.
pub struct Attempt<'a> {
    pub operation: &'static str,
    pub provider: Provider,
    pub username: &'a str,
    pub password: &'a str,
    pub fields: &'a Fields,
}

/// Checks credentials and records them as received; `fits` says whether this kind of user may log in this way.
pub fn log_in(state: &mut State, attempt: &Attempt, fits: impl Fn(&Kind) -> bool) -> Verdict {
    let checked = state.check_password(attempt.provider, attempt.username, attempt.password);
    let verdict = match checked {
        Verdict::Right(kind) if !fits(&kind) => Verdict::Wrong,
        other => other,
    };
    state.logins.push(Login {
        operation: attempt.operation.to_string(),
        username: attempt.username.to_string(),
        password: attempt.password.to_string(),
        fields: Value::Object(attempt.fields.clone()),
        accepted: matches!(verdict, Verdict::Right(_)),
    });
    verdict
}

/// The `expires_in` to send (`Null`: leave it out) and how long the token then lives.
pub fn lifetime(state: &State, vendors_own: u64) -> (Value, Option<Duration>) {
    let set = state.settings.expires_in.clone();
    let expires_in = set.unwrap_or_else(|| Value::from(vendors_own));
    let life = tokens::life_of(&expires_in);
    (expires_in, life)
}
