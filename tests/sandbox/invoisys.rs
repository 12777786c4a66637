//! Invoisys: one form-encoded password grant, no refresh token, errors always 400.

use serde_json::json;

use super::check::{self, complaint, Checked};
use super::http::{Request, Response};
use super::state::{State, Verdict};
use super::tokens::Order;
use super::vendor::{self, Attempt, Provider};

const SECONDS: u64 = 92_843;
const MEDIA_TYPE: &str = "application/json; charset=utf-8";

/// The operation of a request to Invoisys.
pub fn operation(request: &Request) -> Option<&'static str> {
    if request.path == "/api/token" {
        return Some("invoisys.login");
    }
    let key = request.path.strip_prefix("/api/nfe/getbychave/")?;
    (!key.is_empty() && !key.contains('/')).then_some("api")
}

/// Answers a request for a token.
pub fn answer(request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "POST")?;
    check::no_query(request)?;
    check::media_type(request, "application/x-www-form-urlencoded")?;
    let accept = request.header("Accept").unwrap_or("");
    if !accept.contains("application/json") {
        return Err(complaint(406, format!("Accept is `{accept}`")));
    }
    let fields = check::form_fields(request, &["username", "password"], &["grant_type"])?;
    if fields.get("grant_type").is_none_or(|v| v != "password") {
        state.violations.push("invoisys.login: grant_type is not `password`".to_string());
        return Ok(error(400, "unsupported_grant_type", None));
    }
    let username = check::text(&fields, "username")?;
    let password = check::text(&fields, "password")?;
    let attempt = Attempt {
        operation: "invoisys.login",
        provider: Provider::Invoisys,
        username: &username,
        password: &password,
        fields: &fields,
    };
    Ok(match vendor::log_in(state, &attempt, |_| true) {
        Verdict::Right(_) => token_answer(state, &username),
        Verdict::Wrong => refusal("invoisys.login", 401, "Credenciais inválidas."),
        Verdict::Locked => refusal("invoisys.login", 401, "Usuário bloqueado."),
    })
}

/// An error as the vendor writes it: the token endpoint knows 400 only for what a client can do wrong.
pub fn refusal(operation: &str, status: u16, message: &str) -> Response {
    if operation == "api" {
        let body = json!({ "Message": message }).to_string();
        return Response::new(status, MEDIA_TYPE, body);
    }
    match status {
        // The server reads any body as a form, so that it finds no grant type in JSON.
        415 => error(400, "unsupported_grant_type", None),
        401 => error(400, "credenciais_invalidas", Some(message)),
        500.. => error(status, "server_error", Some(message)),
        _ => error(status, "invalid_request", Some(message)),
    }
}

/// What the vendor says of a dead token.
pub fn dead_token() -> Response {
    let message = "Authorization has been denied for this request.";
    refusal("api", 401, message).with("WWW-Authenticate", "Bearer")
}

fn error(status: u16, code: &str, description: Option<&str>) -> Response {
    let mut body = json!({ "error": code });
    if let Some(description) = description {
        body["error_description"] = json!(description);
    }
    Response::new(status, MEDIA_TYPE, body.to_string()).with("Cache-Control", "no-cache")
}

fn token_answer(state: &mut State, username: &str) -> Response {
    let (expires_in, life) = vendor::lifetime(state, SECONDS);
    let grant = state.tokens.issue(&Order {
        provider: Provider::Invoisys,
        username,
        scope: "",
        family: None,
        life,
        refreshable: false,
    });
    let mut body = json!({ "access_token": grant.access_token, "token_type": "bearer" });
    if !expires_in.is_null() {
        body["expires_in"] = expires_in;
    }
    Response::new(200, MEDIA_TYPE, body.to_string()).with("Cache-Control", "no-cache")
}
