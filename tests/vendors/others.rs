//! ZapSign, CIGAM, TOTVS Consinco.

use serde_json::{json, Value};

use crate::asked::Asked;
use crate::http::Response;
use crate::play::*;
use crate::shape::*;

players! {
    zapsign, "zapsign", zapsign_vendor();
    cigam, "cigam", cigam_vendor();
    totvs_consinco_of_a_group, "totvs-consinco", consinco_vendor();
    totvs_consinco_of_a_company, "totvs-consinco", consinco_of_a_company_vendor();
}

/// Tells no life, and a refresh brings an access token alone.
fn zapsign_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts { renewal: Renewal::Refresh, ends: Ends::Within(3590, 3600), ..Facts::of("/docs/") },
        options: |at| {
            vec![
                ("base_url", format!("{at}/api/v1")),
                ("tenant", "54321".into()),
                ("username", "dev@empresa.com.br".into()),
                ("password", "StrongPassword123".into()),
            ]
        },
        wrong: || vec![("password", "WeakPassword".into())],
        asks: |asked| {
            if asked.is("GET", "/api/v1/docs/") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let body = asked.json().unwrap_or_default();
            if asked.is("POST", "/api/v1/auth/token-refresh/") {
                return match body["refresh"].as_str() {
                    Some(token) if body == json!({ "refresh": token }) => Asks::Refresh(token.to_owned()),
                    _ => Asks::Strange("another refresh"),
                };
            }
            let password = body["password"].as_str();
            let wanted = json!({ "username": "dev@empresa.com.br", "password": password });
            match asked.is("POST", "/api/v1/auth/token/54321/")
                && asked.has_no_authorization()
                && body == wanted
            {
                true => login(password, "StrongPassword123", "WeakPassword"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, _| match pair.access.starts_with("acc.0001") {
            true => Response::json(200, &json!({ "refresh": pair.refresh, "access": pair.access })),
            false => Response::json(200, &json!({ "access": pair.access })),
        },
        refuses: || {
            Response::json(401, &json!({ "detail": "No active account found with the given credentials" }))
        },
        spent: || {
            Response::json(
                401,
                &json!({ "detail": "Token is invalid or expired", "code": "token_not_valid" }),
            )
        },
        rotates: false,
        called: (200, || json!({ "count": 0, "results": [] })),
        unauthorised: || {
            Response::json(
                401,
                &json!({ "detail": "Given token not valid for any token type", "code": "token_not_valid" }),
            )
        },
    }
}

/// A refusal is a 200 that says so, and no life is told.
fn cigam_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts { ends: Ends::Within(290, 300), ..Facts::of("/genericos/ge/Empresa/Buscar") },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("username", "integracao".into()),
                ("password", "senha".into()),
                ("portal", "1".into()),
            ]
        },
        wrong: || vec![("password", "outra senha".into())],
        asks: |asked| {
            if asked.is("GET", "/api/genericos/ge/Empresa/Buscar") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let body = asked.json().unwrap_or_default();
            let password = body["Senha"].as_str();
            let wanted = json!({ "NomeUsuario": "integracao", "Senha": password, "Portal": "1" });
            let right =
                asked.is("POST", "/api/genericos/ge/Login/Autenticar") && asked.has_no_authorization();
            match right && body == wanted {
                true => login(password, "senha", "outra senha"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, _| {
            let body =
                json!({ "success": true, "hash": pair.access, "messages": [], "data": {}, "tipoLogin": 1 });
            Response::json(200, &body)
        },
        refuses: || {
            let body = json!({ "success": false, "hash": null, "messages": ["Usuário ou senha inválidos"], "data": null, "tipoLogin": 0 });
            Response::json(200, &body)
        },
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "success": true, "data": [] })),
        unauthorised: || Response::json(401, &json!({ "success": false, "messages": ["Sessão expirada"] })),
    }
}

/// Seconds are a text; its refresh token has no address of its own.
fn consinco_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/api/v1/produtos?page=1"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("username", "integra@empresa.com.br".into()),
                ("password", "senha ç".into()),
                ("group_id", "1".into()),
            ]
        },
        wrong: || vec![("password", "outra".into())],
        asks: |asked| consinco_asks(asked, "/api/v1/auth/corp/login", ("groupId", json!(1))),
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "bearer", "expires_in": life_s.to_string(),
                "refresh_token": pair.refresh, "username": "integra@empresa.com.br", "id": 7, "isExt": false });
            Response::json(200, &body)
        },
        refuses: || oauth_error(400, "invalid_grant", "The user name or password is incorrect."),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "items": [] })),
        unauthorised: || {
            Response::json(401, &json!({ "Message": "Authorization has been denied for this request." }))
        },
    }
}

fn consinco_of_a_company_vendor() -> TokenEndpoint {
    TokenEndpoint {
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("username", "integra@empresa.com.br".into()),
                ("password", "senha ç".into()),
                ("company", "empresa".into()),
            ]
        },
        asks: |asked| consinco_asks(asked, "/api/v1/auth/login", ("company", json!("empresa"))),
        ..consinco_vendor()
    }
}

fn consinco_asks(asked: &Asked, path: &str, of: (&str, Value)) -> Asks {
    if asked.is("GET", "/api/v1/produtos") && asked.query_is(&[("page", "1")]) {
        return Asks::Call(asked.bearer().map(str::to_owned));
    }
    let body = asked.json().unwrap_or_default();
    let password = body["password"].as_str();
    let mut wanted = json!({ "username": "integra@empresa.com.br", "password": password });
    wanted[of.0] = of.1;
    match asked.is("POST", path) && asked.has_no_authorization() && body == wanted {
        true => login(password, "senha ç", "outra"),
        false => Asks::Strange("no login"),
    }
}
