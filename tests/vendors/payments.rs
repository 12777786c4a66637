//! Payments: Asaas, Pagar.me, PagBank, iugu, Mercado Pago, FitBank.

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::asked::Asked;
use crate::http::Response;
use crate::play::*;
use crate::shape::*;

players! {
    asaas, "asaas", asaas_vendor();
    pagarme, "pagarme", basic_key("/core/v5", "/customers", pagarme_key, pagarme_refuses);
    iugu, "iugu", basic_key("/v1", "/customers", iugu_key, iugu_refuses);
    pagbank, "pagbank", pagbank_vendor();
    mercado_pago, "mercado-pago", mercado_pago_vendor();
    fitbank, "fitbank", fitbank_vendor();
}

/// A header `access_token`, and somebody who asks.
fn asaas_vendor() -> Key {
    Key {
        facts: Facts::fixed("/customers?limit=1"),
        options: |at| {
            vec![
                ("base_url", format!("{at}/v3")),
                ("access_key", "$aact_prod_000MzkwODA2MWY2OGM3MWRlMDU2NWM3MzJlNzZmNGZhZGY6OjE=".into()),
            ]
        },
        wrong: || vec![("access_key", "$aact_hmlg_000MzkwODA2MWY2OGM3MWRlMDU2NWM3MzJl".into())],
        key: |asked| {
            let known = asked.is("GET", "/v3/customers")
                && asked.query_is(&[("limit", "1")])
                && asked.header("User-Agent").is_some_and(|agent| !agent.is_empty())
                && asked.has_no_authorization();
            known.then(|| asked.header("access_token").unwrap_or_default().to_owned())
        },
        right: "$aact_prod_000MzkwODA2MWY2OGM3MWRlMDU2NWM3MzJlNzZmNGZhZGY6OjE=",
        called: || json!({ "object": "list", "hasMore": false, "totalCount": 0, "data": [] }),
        refuses: || {
            let error = json!({ "code": "invalid_access_token", "description": "A chave de API fornecida é inválida" });
            Response::json(401, &json!({ "errors": [error] }))
        },
    }
}

/// The key is the user of HTTP Basic, and there is no password.
fn basic_key(
    version: &'static str,
    call: &'static str,
    key: fn(&Asked) -> Option<String>,
    refuses: fn() -> Response,
) -> Key {
    let options: fn(&str) -> Options = match version {
        "/v1" => |at| vec![("base_url", format!("{at}/v1")), ("access_key", "9F1C2D3E4B5A".into())],
        _ => |at| vec![("base_url", format!("{at}/core/v5")), ("access_key", "9F1C2D3E4B5A".into())],
    };
    Key {
        facts: Facts::fixed(call),
        options,
        wrong: || vec![("access_key", "de teste".into())],
        key,
        right: "9F1C2D3E4B5A",
        called: || json!({ "data": [] }),
        refuses,
    }
}

fn basic_user(asked: &Asked, path: &str) -> Option<String> {
    let (user, password) = asked.basic()?;
    (asked.is("GET", path) && password.is_empty()).then_some(user)
}

fn pagarme_key(asked: &Asked) -> Option<String> {
    basic_user(asked, "/core/v5/customers")
}

fn pagarme_refuses() -> Response {
    Response::json(401, &json!({ "message": "Authorization has been denied for this request." }))
}

fn iugu_key(asked: &Asked) -> Option<String> {
    basic_user(asked, "/v1/customers")
}

fn iugu_refuses() -> Response {
    Response::json(401, &json!({ "errors": "Unauthorized" }))
}

fn pagbank_vendor() -> Key {
    Key {
        facts: Facts::fixed("/orders/ORDE_1"),
        options: |at| vec![("base_url", at.into()), ("access_key", "a1b2c3d4-pagbank-token".into())],
        wrong: || vec![("access_key", "do outro ambiente".replace(' ', "-"))],
        key: |asked| {
            let known = asked.is("GET", "/orders/ORDE_1");
            known.then(|| asked.bearer().unwrap_or_default().to_owned())
        },
        right: "a1b2c3d4-pagbank-token",
        called: || json!({ "id": "ORDE_1", "charges": [] }),
        refuses: || {
            let error = json!({ "code": "UNAUTHORIZED", "description": "Invalid credential. Review AUTHORIZATION header" });
            Response::json(401, &json!({ "error_messages": [error] }))
        },
    }
}

fn mercado_pago_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/v1/payments/search?limit=1"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("client_id", "4934588586838432".into()),
                ("client_secret", "segredo da aplicação".into()),
            ]
        },
        wrong: || vec![("client_secret", "de outra aplicação".into())],
        asks: |asked| {
            if asked.is("GET", "/v1/payments/search") && asked.query_is(&[("limit", "1")]) {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let secret = asked.field("client_secret");
            let right = asked.is("POST", "/oauth/token")
                && asked.says("Accept", "application/json")
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", "4934588586838432"),
                    ("client_secret", secret.as_deref().unwrap_or_default()),
                ]);
            match right {
                true => login(secret.as_deref(), "segredo da aplicação", "de outra aplicação"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s,
                "scope": "offline_access payments write", "user_id": 1234567, "live_mode": true });
            Response::json(200, &body)
        },
        refuses: || {
            let body = json!({ "message": "invalid client_id or client_secret", "error": "invalid_client", "status": 400, "cause": [] });
            Response::json(400, &body)
        },
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "paging": { "total": 0 }, "results": [] })),
        unauthorised: || {
            let body = json!({ "message": "invalid access token", "error": "unauthorized", "status": 401, "cause": [] });
            Response::json(401, &body)
        },
    }
}

/// Scopes are an array, and the end is an instant.
fn fitbank_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/simulation/1"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", format!("{at}/api/external")),
                ("client_id", "empresa-957a-f8c494b3328c".into()),
                ("client_secret", "47a734df8b08a57cc16023be9c85d640".into()),
            ]
        },
        wrong: || vec![("client_secret", "de outro parceiro".into())],
        asks: |asked| {
            if asked.is("GET", "/api/external/simulation/1") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let body = asked.json().unwrap_or_default();
            let secret = body["client_secret"].as_str();
            let wanted = json!({ "client_id": "empresa-957a-f8c494b3328c", "client_secret": secret, "scopes": ["api-external"] });
            match asked.is("POST", "/client/auth") && asked.has_no_authorization() && body == wanted {
                true => login(secret, "47a734df8b08a57cc16023be9c85d640", "de outro parceiro"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let end = OffsetDateTime::now_utc() + Duration::seconds(life_s as i64);
            let end = end.format(&Rfc3339).expect("an instant");
            Response::json(200, &json!({ "access_token": pair.access, "expire_at": end }))
        },
        refuses: || Response::json(401, &json!({ "message": "Credenciais inválidas" })),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "id": 1 })),
        unauthorised: || Response::json(401, &json!({ "message": "Token expirado" })),
    }
}
