//! A vendor that wants a person's consent, once: authorization code with PKCE, rotating refresh tokens. The person here
//! consents at once, so that programs can be tried without a browser.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use ring::digest;
use serde_json::json;

use super::check::{self, complaint, Checked, Fields};
use super::http::{Request, Response};
use super::state::State;
use super::tokens::{Consent, Order};
use super::vendor::{self, Provider};

pub const BASE: &str = "/consent";

/// The only client, and who consents.
const CLIENT: (&str, &str) = ("erp-da-empresa", "segredo-do-cliente");
const PERSON: &str = "dona@empresa.com.br";
const SECONDS: u64 = 21_600;

/// The operation of a request to it.
pub fn operation(request: &Request) -> Option<&'static str> {
    match request.path.strip_prefix(BASE)? {
        "/oauth/authorize" => Some("consent.page"),
        "/oauth/token" => Some("consent.token"),
        path => path.strip_prefix("/api/").map(|_| "api"),
    }
}

/// Answers a request that is no protected resource.
pub fn answer(operation: &str, request: &Request, state: &mut State) -> Checked<Response> {
    match operation {
        "consent.page" => page(request, state),
        _ => token(request, state),
    }
}

/// As OAuth writes an error.
pub fn refusal(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({ "error": code, "error_description": message }))
}

/// Where the browser comes: a person would be asked, and then sent back with a code.
fn page(request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "GET")?;
    let fields = check::query_fields(request)?;
    let wanted = |name: &str| check::text(&fields, name);
    if wanted("response_type")? != "code" || wanted("code_challenge_method")? != "S256" {
        return Err(complaint(400, "response_type is code and code_challenge_method S256"));
    }
    if wanted("client_id")? != CLIENT.0 {
        return Err(complaint(400, "no such client"));
    }
    let back = wanted("redirect_uri")?;
    if !back.starts_with("http://127.0.0.1:") {
        return Err(complaint(400, "the redirect_uri is not one of this client"));
    }
    let (state_of_program, challenge) = (wanted("state")?, wanted("code_challenge")?);
    let code = state.tokens.consent(Consent { redirect_uri: back.clone(), challenge });
    let target = format!("{back}?code={code}&state={state_of_program}");
    Ok(Response::new(302, "text/plain", target.clone()).with("Location", &target))
}

fn token(request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "POST")?;
    check::no_query(request)?;
    let known = ["code", "redirect_uri", "code_verifier", "refresh_token"];
    let fields = check::form_fields(request, &["grant_type", "client_id", "client_secret"], &known)?;
    let text = |name: &str| check::text(&fields, name);
    if (text("client_id")?.as_str(), text("client_secret")?.as_str()) != CLIENT {
        return Ok(refusal(401, "invalid_client", "client desconhecido"));
    }
    let family = match text("grant_type")?.as_str() {
        "authorization_code" if is_consented(&fields, state)? => None,
        "refresh_token" => match state.tokens.spend(Provider::Consent, &text("refresh_token")?) {
            Some(old) if !old.spent => Some(old.family),
            Some(old) => {
                state.tokens.revoke_family(old.family);
                return Ok(refusal(400, "invalid_grant", "refresh token já usado"));
            }
            None => return Ok(refusal(400, "invalid_grant", "refresh token desconhecido")),
        },
        "authorization_code" => return Ok(refusal(400, "invalid_grant", "código inválido")),
        _ => return Ok(refusal(400, "unsupported_grant_type", "grant_type")),
    };
    let (expires_in, life) = vendor::lifetime(state, SECONDS);
    let order =
        Order { provider: Provider::Consent, username: PERSON, scope: "", family, life, refreshable: true };
    let grant = state.tokens.issue(&order);
    let mut body = json!({
        "access_token": grant.access_token, "refresh_token": grant.refresh_token, "token_type": "Bearer",
    });
    if !expires_in.is_null() {
        body["expires_in"] = expires_in;
    }
    Ok(Response::json(200, &body))
}

/// A code is good once, for the address it was sent to and the program that knows what was hashed.
fn is_consented(fields: &Fields, state: &mut State) -> Checked<bool> {
    let Some(consent) = state.tokens.redeem(&check::text(fields, "code")?) else { return Ok(false) };
    let hash = digest::digest(&digest::SHA256, check::text(fields, "code_verifier")?.as_bytes());
    Ok(consent.redirect_uri == check::text(fields, "redirect_uri")?
        && consent.challenge == URL_SAFE_NO_PAD.encode(hash))
}
