//! The providers as they should answer: which call a request is, and the answer to it.

use serde_json::{json, Value};

/// What logs in; everything else is refused in the provider's own form.
pub const PASSWORD: &str = "senha certa";
pub const TOKEN: &str = "token-bom-0123456789abcdef";
/// Of a refresh.
pub const NEWER_TOKEN: &str = "token-novo-fedcba9876543210";
pub const REFRESH_TOKEN: &str = "renovador-0123456789abcdef";

/// A call of a provider, or of an API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    Login,
    Key,
    Mfa,
    Refresh,
    Logout,
    Api,
    AppCheck,
    AppCreate,
    AppList,
}

/// Which call a request is, by its method, path and body.
pub fn call(method: &str, path: &str, body: &[u8]) -> Call {
    let has = |words: &str| body.windows(words.len()).any(|window| window == words.as_bytes());
    match path {
        _ if path.ends_with("/actions/login") || path == "/api/token" || path == "/own/login" => Call::Login,
        _ if path.ends_with("/actions/loginWithKey") => Call::Key,
        _ if path.ends_with("/actions/loginMFA") => Call::Mfa,
        _ if path.ends_with("/actions/refreshToken") || path == "/own/refresh" => Call::Refresh,
        _ if path.ends_with("/actions/logout") || path == "/oauth/revoke" => Call::Logout,
        "/oauth" if has("refresh_token\"") && has("\"grant_type\":\"refresh_token\"") => Call::Refresh,
        "/oauth" => Call::Login,
        _ if path.starts_with("/v1/user?") => Call::AppCheck,
        _ if path.starts_with("/v1/access-token") && method == "POST" => Call::AppCreate,
        _ if path.starts_with("/v1/access-token") => Call::AppList,
        _ => Call::Api,
    }
}

/// The body of a provider's good answer.
pub fn body(provider: &str, call: Call) -> String {
    let token = match call {
        Call::Refresh => NEWER_TOKEN,
        _ => TOKEN,
    };
    let session = json!({
        "access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": REFRESH_TOKEN,
    });
    let answer = match (provider, call) {
        (_, Call::Api) => json!({ "ok": true }),
        (_, Call::Logout) => json!({}),
        (_, Call::AppCheck) => {
            json!({ "_embedded": { "user": [{ "_embedded": { "businessUnit": { "id": 24 } } }] } })
        }
        (_, Call::AppCreate) => {
            json!({ "id": "5347?x", "accessToken": "aplicacao-0123456789", "expires": utc_date("2030-01-01 10:00:00") })
        }
        (_, Call::AppList) => {
            let item = json!({ "id": "5347", "expires": utc_date("2030-01-01 10:00:00") });
            json!({ "page_count": 1, "_embedded": { "access_token": [item] } })
        }
        ("senior", _) => json!({ "jsonToken": session.to_string() }),
        _ => session,
    };
    answer.to_string()
}

fn utc_date(date: &str) -> Value {
    json!({ "date": date, "timezone_type": 3, "timezone": "UTC" })
}

/// A refused password in the provider's own form.
pub fn refusal(provider: &str) -> (u16, String) {
    let words = "Usuário ou senha inválidos";
    match provider {
        "senior" => (
            401,
            json!({ "message": words, "errorCode": "loginResponse", "reason": "UNAUTHORIZED" }).to_string(),
        ),
        "invoisys" | "own" => {
            (400, json!({ "error": "credenciais_invalidas", "error_description": words }).to_string())
        }
        _ => (
            401,
            json!({ "type": "about:blank", "title": "invalid_grant", "status": 401, "detail": words })
                .to_string(),
        ),
    }
}
