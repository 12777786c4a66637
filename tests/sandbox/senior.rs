//! Senior X platform: login, application keys, second factor, rotating refresh tokens, logout.

use serde_json::{json, Value};

use super::check::{self, complaint, Checked};
use super::http::{Request, Response};
use super::settings::TokenShape;
use super::state::{Kind, State, Verdict};
use super::tokens::{Grant, Order};
use super::vendor::{self, Attempt, Provider};

/// The fixed path in front of everything; `senior.com.br` in it is no customer's tenant.
pub const BASE: &str = "/t/senior.com.br/bridge/1.0";

const SESSION_SECONDS: u64 = 85_846;
const KEY_SECONDS: u64 = 7_776_000;
const TENANT: &str = "empresa";

/// The operation of a request to Senior.
pub fn operation(request: &Request) -> Option<&'static str> {
    match request.path.strip_prefix(BASE)? {
        "/rest/platform/authentication/actions/login" => Some("senior.login"),
        "/anonymous/rest/platform/authentication/actions/loginWithKey" => Some("senior.key"),
        "/rest/platform/authentication/actions/loginMFA" => Some("senior.mfa"),
        "/rest/platform/authentication/actions/refreshToken" => Some("senior.refresh"),
        "/rest/platform/authentication/actions/logout" => Some("senior.logout"),
        path => path.strip_prefix("/rest/tms/").map(|_| "api"),
    }
}

/// Answers a request that is no protected resource.
pub fn answer(operation: &str, request: &Request, state: &mut State) -> Checked<Response> {
    check::method(request, "POST")?;
    check::no_query(request)?;
    match operation {
        "senior.login" => login(request, state),
        "senior.key" => login_with_key(request, state),
        "senior.mfa" => login_mfa(request, state),
        "senior.refresh" => refresh(request, state),
        _ => logout(request, state),
    }
}

/// An error as the platform writes it: `errorCode` names the answer, not the cause.
pub fn refusal(operation: &str, status: u16, message: &str) -> Response {
    let action = match operation {
        "senior.login" => "login",
        "senior.key" => "loginWithKey",
        "senior.mfa" => "loginMFA",
        "senior.refresh" => "refreshToken",
        "senior.logout" => "logout",
        _ => "freights",
    };
    let reason = match status {
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        429 => "TOO_MANY_REQUESTS",
        500.. => "INTERNAL_SERVER_ERROR",
        _ => "BAD_REQUEST",
    };
    let body = json!({
        "message": message,
        "errorCode": format!("{action}Response"),
        "reason": reason,
        "domain": "platform",
        "service": "authentication",
    });
    Response::json(status, &body)
}

/// What the gateway in front of the platform says of a dead token.
pub fn dead_token() -> Response {
    let body = json!({
        "error": "invalid_token",
        "error_description": "The access token is invalid or has expired",
    });
    let challenge = "Bearer realm=\"service\" error=\"invalid_token\" \
                     error_description=\"The access token is invalid or has expired\"";
    Response::json(401, &body).with("WWW-Authenticate", challenge)
}

fn login(request: &Request, state: &mut State) -> Checked<Response> {
    let fields = check::json_fields(request, &["username", "password"], &["scope"])?;
    let username = check::text(&fields, "username")?;
    let password = check::text(&fields, "password")?;
    let scope = check::optional_text(&fields, "scope")?;
    let attempt = Attempt {
        operation: "senior.login",
        provider: Provider::Senior,
        username: &username,
        password: &password,
        fields: &fields,
    };
    let verdict = vendor::log_in(state, &attempt, |kind| !matches!(kind, Kind::Key(_)));
    Ok(match verdict {
        Verdict::Right(Kind::Mfa(_)) => {
            let temporary_token = state.tokens.wait_for_code(&username);
            let info = json!({
                "temporaryToken": temporary_token, "mfaStatus": "CONFIGURED", "tenant": TENANT,
            });
            Response::json(200, &json!({ "mfaInfo": info }))
        }
        Verdict::Right(Kind::MustChange) => {
            let temporary_token = state.tokens.wait_for_code(&username);
            let info = json!({ "temporaryToken": temporary_token, "tenant": TENANT });
            Response::json(200, &json!({ "resetPasswordInfo": info }))
        }
        Verdict::Right(_) => session(state, &username, scope.as_deref().unwrap_or("default")),
        verdict => refused("senior.login", &verdict),
    })
}

fn login_with_key(request: &Request, state: &mut State) -> Checked<Response> {
    let required = ["accessKey", "secret", "tenantName"];
    let fields = check::json_fields(request, &required, &["scope"])?;
    let access_key = check::text(&fields, "accessKey")?;
    let secret = check::text(&fields, "secret")?;
    let tenant = check::text(&fields, "tenantName")?;
    let scope = check::optional_text(&fields, "scope")?;
    if request.header("Authorization").is_some() {
        return Err(complaint(400, "an anonymous action carries an Authorization"));
    }
    let attempt = Attempt {
        operation: "senior.key",
        provider: Provider::Senior,
        username: &access_key,
        password: &secret,
        fields: &fields,
    };
    let verdict = vendor::log_in(state, &attempt, |kind| *kind == Kind::Key(tenant.clone()));
    if !matches!(verdict, Verdict::Right(_)) {
        return Ok(refused("senior.key", &verdict));
    }
    let (expires_in, life) = vendor::lifetime(state, KEY_SECONDS);
    let grant = state.tokens.issue(&Order {
        provider: Provider::Senior,
        username: &access_key,
        scope: scope.as_deref().unwrap_or("am_application_scope"),
        family: None,
        life,
        refreshable: false,
    });
    Ok(token_answer(state, &grant, expires_in, false))
}

fn login_mfa(request: &Request, state: &mut State) -> Checked<Response> {
    let fields = check::json_fields(request, &["temporaryToken", "validationCode"], &[])?;
    let temporary_token = check::text(&fields, "temporaryToken")?;
    let Some(code) = fields["validationCode"].as_i64() else {
        return Err(complaint(400, "validationCode is not an integer"));
    };
    let user = state.tokens.waiting(&temporary_token);
    let kind = user.as_deref().and_then(|u| state.kind(Provider::Senior, u));
    Ok(match (user, kind) {
        (Some(username), Some(Kind::Mfa(right))) if code == right => {
            state.tokens.stop_waiting(&temporary_token);
            session(state, &username, "default")
        }
        (Some(_), _) => refusal("senior.mfa", 401, "Código de validação inválido"),
        (None, _) => refusal("senior.mfa", 401, "Token temporário não encontrado"),
    })
}

fn refresh(request: &Request, state: &mut State) -> Checked<Response> {
    let fields = check::json_fields(request, &["refreshToken"], &["scope"])?;
    let refresh_token = check::text(&fields, "refreshToken")?;
    check::optional_text(&fields, "scope")?;
    if request.header("X-Tenant") == Some("") {
        return Err(complaint(400, "the header X-Tenant is empty"));
    }
    let refused = refusal("senior.refresh", 401, "Refresh token inválido");
    let Some(old) = state.tokens.spend(Provider::Senior, &refresh_token) else {
        return Ok(refused);
    };
    if old.spent {
        if state.settings.reuse_revokes_family {
            state.tokens.revoke_family(old.family);
        }
        return Ok(refused);
    }
    // The old pair dies at once, for everybody who still holds it.
    state.tokens.expire(&old.access_token);
    let (expires_in, life) = vendor::lifetime(state, SESSION_SECONDS);
    let grant = state.tokens.issue(&Order {
        provider: Provider::Senior,
        username: &old.username,
        scope: &old.scope,
        family: Some(old.family),
        life,
        refreshable: state.settings.refresh_tokens,
    });
    Ok(token_answer(state, &grant, expires_in, true))
}

fn logout(request: &Request, state: &mut State) -> Checked<Response> {
    let fields = check::json_fields(request, &["accessToken"], &[])?;
    let access_token = check::text(&fields, "accessToken")?;
    if check::bearer(request)? != access_token {
        return Err(complaint(400, "accessToken is not the token of the header"));
    }
    if vendor::bearer_of(Provider::Senior, request, state)?.is_none() {
        return Ok(dead_token());
    }
    state.tokens.revoke(&access_token);
    Ok(Response::empty(204))
}

fn refused(operation: &str, verdict: &Verdict) -> Response {
    let message = match verdict {
        Verdict::Locked => "Usuário bloqueado por excesso de tentativas",
        _ => "Usuário ou senha inválidos",
    };
    refusal(operation, 401, message)
}

fn session(state: &mut State, username: &str, scope: &str) -> Response {
    if state.settings.senior_login_shares {
        let live = state.tokens.live_of(Provider::Senior, username);
        if let Some(grant) = live.last() {
            let left = grant.left().map(|left| Value::from(left.as_secs()));
            return token_answer(state, grant, left.unwrap_or_default(), true);
        }
    }
    let (expires_in, life) = vendor::lifetime(state, SESSION_SECONDS);
    let grant = state.tokens.issue(&Order {
        provider: Provider::Senior,
        username,
        scope,
        family: None,
        life,
        refreshable: state.settings.refresh_tokens,
    });
    token_answer(state, &grant, expires_in, true)
}

fn token_answer(state: &State, grant: &Grant, expires_in: Value, of_user: bool) -> Response {
    let mut token = json!({
        "scope": grant.scope,
        "token_type": "Bearer",
        "access_token": grant.access_token,
    });
    if !expires_in.is_null() {
        token["expires_in"] = expires_in;
    }
    if of_user {
        token["username"] = json!(grant.username);
    }
    if let Some(refresh_token) = &grant.refresh_token {
        token["refresh_token"] = json!(refresh_token);
    }
    let body = match state.settings.senior_shape {
        TokenShape::JsonText => json!({ "jsonToken": token.to_string() }),
        TokenShape::Object => json!({ "jsonToken": token }),
        TokenShape::TopLevel => token,
    };
    Response::json(200, &body)
}
