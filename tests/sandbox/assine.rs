//! assine.online: OAuth with a refresh token that works once, and revocation.

use serde_json::{json, Value};

use super::assine_app;
use super::check::{self, Checked};
use super::http::{Request, Response};
use super::state::{Kind, State, Verdict};
use super::tokens::Order;
use super::vendor::{self, Attempt, Provider};

const SECONDS: u64 = 3600;
const PROBLEM: &str = "application/problem+json";
const PROBLEM_PAGE: &str = "http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html";

/// The operation of a request to assine.online.
pub fn operation(request: &Request) -> Option<&'static str> {
    match request.path.as_str() {
        // Login and refresh share one URL.
        "/oauth" => {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let refreshes = body["grant_type"] == "refresh_token";
            Some(if refreshes { "assine.refresh" } else { "assine.login" })
        }
        "/oauth/revoke" => Some("assine.revoke"),
        "/v1/user" if request.query.is_empty() => Some("api"),
        "/v1/user" => Some("assine.app_check"),
        "/v1/access-token" if request.method == "POST" => Some("assine.app_create"),
        "/v1/access-token" => Some("assine.app_list"),
        path => {
            path.strip_prefix("/v1/access-token/")?;
            Some("assine.app_revoke")
        }
    }
}

/// Answers a request that is no protected resource.
pub fn answer(operation: &str, request: &Request, state: &mut State) -> Checked<Response> {
    match operation {
        "assine.login" => login(request, state),
        "assine.refresh" => refresh(request, state),
        "assine.revoke" => revoke(request, state),
        _ => assine_app::answer(operation, request, state),
    }
}

/// An error as the vendor writes it.
pub fn refusal(operation: &str, status: u16, message: &str) -> Response {
    let title = match (operation, status) {
        ("assine.login", 401) | ("assine.refresh", 400) => "invalid_grant",
        (_, 400) => "invalid_request",
        (_, 401) => "invalid_token",
        (_, 403) => "Forbidden",
        (_, 404) => "Not Found",
        (_, 405) => "Method Not Allowed",
        (_, 415) => "Unsupported Media Type",
        (_, 422) => "Unprocessable Entity",
        (_, 429) => "Too Many Requests",
        (_, 500..) => "Internal Server Error",
        _ => "Error",
    };
    problem(status, title, message)
}

/// What the vendor says of a dead token.
pub fn dead_token() -> Response {
    let detail = "The access token provided has expired";
    problem(401, "expired_token", detail).with("WWW-Authenticate", "Bearer realm=\"Service\"")
}

/// The fields of an API problem; the answer to a created token has them too.
pub fn problem_fields(status: u16, title: &str, detail: &str) -> Value {
    json!({ "type": PROBLEM_PAGE, "title": title, "status": status, "detail": detail })
}

/// An answer whose body is an API problem.
pub fn problem_answer(status: u16, body: &Value) -> Response {
    Response::new(status, PROBLEM, body.to_string())
}

/// An API problem.
pub fn problem(status: u16, title: &str, detail: &str) -> Response {
    problem_answer(status, &problem_fields(status, title, detail))
}

fn login(request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "POST")?;
    check::no_query(request)?;
    let required = ["grant_type", "client_id", "client_secret", "username", "password"];
    let fields = check::json_fields(request, &required, &[])?;
    if check::text(&fields, "grant_type")? != "password" {
        return Err(check::complaint(400, "grant_type is not `password`"));
    }
    let username = check::text(&fields, "username")?;
    let password = check::text(&fields, "password")?;
    if let Some(refused) = wrong_client(&fields)? {
        return Ok(refused);
    }
    let attempt = Attempt {
        operation: "assine.login",
        provider: Provider::Assine,
        username: &username,
        password: &password,
        fields: &fields,
    };
    Ok(match vendor::log_in(state, &attempt, |_| true) {
        Verdict::Right(_) => {
            let refreshable = state.settings.refresh_tokens;
            token_answer(state, &username, None, refreshable)
        }
        Verdict::Wrong => problem(401, "invalid_grant", "Invalid username and password combination"),
        Verdict::Locked => problem(401, "invalid_grant", "User blocked"),
    })
}

fn refresh(request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "POST")?;
    check::no_query(request)?;
    let required = ["grant_type", "client_id", "client_secret", "refresh_token"];
    let fields = check::json_fields(request, &required, &[])?;
    let refresh_token = check::text(&fields, "refresh_token")?;
    if let Some(refused) = wrong_client(&fields)? {
        return Ok(refused);
    }
    match state.tokens.spend(Provider::Assine, &refresh_token) {
        // Unlike Senior, the access token that came with it lives on.
        Some(old) if !old.spent => {
            let refreshable = state.settings.new_refresh_token;
            let family = Some(old.family);
            Ok(token_answer(state, &old.username, family, refreshable))
        }
        _ => Ok(problem(400, "invalid_grant", "Invalid refresh token")),
    }
}

fn revoke(request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "POST")?;
    check::no_query(request)?;
    let fields = check::json_fields(request, &["token"], &["token_type_hint"])?;
    let token = check::text(&fields, "token")?;
    // A token that nobody knows counts as revoked.
    state.tokens.revoke_either(&token);
    Ok(Response::json(200, &json!({ "revoked": true })))
}

fn wrong_client(fields: &check::Fields) -> Checked<Option<Response>> {
    let id = check::text(fields, "client_id")?;
    let secret = check::text(fields, "client_secret")?;
    let right = id == "app" && secret == "app";
    let detail = "The client credentials are invalid";
    Ok((!right).then(|| problem(400, "invalid_client", detail)))
}

/// True for accounts that may create application tokens.
pub fn is_business(state: &State, username: &str) -> bool {
    state.kind(Provider::Assine, username) == Some(Kind::Ordinary)
}

fn token_answer(state: &mut State, username: &str, family: Option<u64>, refreshable: bool) -> Response {
    let (expires_in, life) = vendor::lifetime(state, SECONDS);
    let grant = state.tokens.issue(&Order {
        provider: Provider::Assine,
        username,
        scope: "",
        family,
        life,
        refreshable,
    });
    let mut body = json!({
        "access_token": grant.access_token, "token_type": "Bearer", "scope": "",
    });
    if !expires_in.is_null() {
        body["expires_in"] = expires_in;
    }
    if let Some(refresh_token) = &grant.refresh_token {
        body["refresh_token"] = json!(refresh_token);
    }
    Response::json(200, &body)
}
