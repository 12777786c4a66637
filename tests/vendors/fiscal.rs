//! Electronic invoices: Nuvem Fiscal, Focus NFe, InvoiCy, NFE.io, PlugNotas.

use ring::hmac;
use serde_json::json;
use time::OffsetDateTime;

use crate::http::Response;
use crate::jwt;
use crate::play::*;
use crate::shape::*;

players! {
    nuvem_fiscal, "nuvem-fiscal", nuvem_fiscal_vendor();
    focus_nfe, "focus-nfe", focus_nfe_vendor();
    invoicy, "invoicy", invoicy_vendor();
    nfe_io, "nfe-io", nfe_io_vendor();
    plugnotas, "plugnotas", plugnotas_vendor();
}

/// Client credentials with scopes at a host of its own; an API whose errors are objects.
fn nuvem_fiscal_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/empresas?$top=1"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", at.into()),
                ("client_id", "AJReDlHes8aBNlTzTF9X".into()),
                ("client_secret", "3yMYNk2hzBLQihujZf0jfFyAKDRc403v&4D1InlmU".into()),
                ("scope", "empresa nfe cte".into()),
            ]
        },
        wrong: || vec![("client_secret", "de outra credencial".into())],
        asks: |asked| {
            if asked.is("GET", "/empresas") && asked.request.query == "$top=1" {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let secret = asked.field("client_secret");
            let right = asked.is("POST", "/oauth/token")
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", "AJReDlHes8aBNlTzTF9X"),
                    ("client_secret", secret.as_deref().unwrap_or_default()),
                    ("scope", "empresa nfe cte"),
                ]);
            match right {
                true => login(
                    secret.as_deref(),
                    "3yMYNk2hzBLQihujZf0jfFyAKDRc403v&4D1InlmU",
                    "de outra credencial",
                ),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "bearer", "scope": "empresa nfe cte",
                "expires_in": life_s });
            Response::json(200, &body)
        },
        refuses: || Response::json(400, &json!({ "error": "invalid_client" })),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "@count": 0, "data": [] })),
        unauthorised: || {
            let body = json!({ "error": { "code": "Unauthorized", "message": "O token de acesso é inválido ou expirou." } });
            Response::json(401, &body)
        },
    }
}

/// HTTP Basic with the token as user and no password. A wrong token is 403.
fn focus_nfe_vendor() -> Key {
    Key {
        facts: Facts { wrong: 403, dead: 403, ..Facts::fixed("/nfe/REF-1?completa=0") },
        options: |at| {
            vec![("base_url", format!("{at}/v2")), ("access_key", "6xJ0yyvUTwzNhWv5OJm6W9lq8NkcOd9k".into())]
        },
        wrong: || vec![("access_key", "token-de-producao-em-homologacao".into())],
        key: |asked| {
            let (user, password) = asked.basic()?;
            let known = asked.is("GET", "/v2/nfe/REF-1") && asked.query_is(&[("completa", "0")]);
            (known && password.is_empty()).then_some(user)
        },
        right: "6xJ0yyvUTwzNhWv5OJm6W9lq8NkcOd9k",
        called: || json!({ "ref": "REF-1", "status": "autorizado", "status_sefaz": "100" }),
        refuses: || {
            Response::json(403, &json!({ "codigo": "permissao_negada", "mensagem": "Access token inválido" }))
        },
    }
}

/// A JWT that the client signs with the company's key is changed for tokens, at the address that refreshes them too. A
/// dead token is 400, its title in quotes of its own.
fn invoicy_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts {
            renewal: Renewal::Refresh,
            call: ("POST", "/companies/nfe/series", Some(r#"{"serie":1}"#)),
            dead: 400,
            ..Facts::of("")
        },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("username", "12345678000195".into()),
                ("access_key", "chave-de-parceiro/1==".into()),
                ("secret", "chave de acesso da empresa ção".into()),
            ]
        },
        wrong: || vec![("secret", "chave de outra empresa".into())],
        asks: |asked| {
            if asked.is("POST", "/companies/nfe/series") && asked.json_is(json!({ "serie": 1 })) {
                return Asks::Call(asked.header("Authorization").map(str::to_owned));
            }
            if !asked.is("POST", "/oauth2/invoicy/auth") || !asked.has_no_authorization() {
                return Asks::Strange("no login");
            }
            let body = asked.json().unwrap_or_default();
            if let Some(token) = body["refreshToken"].as_str() {
                return match body == json!({ "refreshToken": token }) {
                    true => Asks::Refresh(token.to_owned()),
                    false => Asks::Strange("a refresh with more in it"),
                };
            }
            let token = body["token"].as_str().unwrap_or_default();
            if body != json!({ "token": token }) {
                return Asks::Strange("a login with more in it");
            }
            let (_, _, claims, _) = jwt::parts(token);
            let now = OffsetDateTime::now_utc().unix_timestamp();
            let (iat, exp) = (claims["iat"].as_i64().unwrap_or(0), claims["exp"].as_i64().unwrap_or(0));
            let fits = (now - 60..=now + 5).contains(&iat)
                && exp > now
                && exp - iat <= 120
                && claims.as_object().map_or(0, |all| all.len()) == 4
                && claims["sub"] == "12345678000195"
                && claims["partnerKey"] == "chave-de-parceiro/1==";
            let signed = |key| is_hs256(token, key);
            match (fits, signed("chave de acesso da empresa ção"), signed("chave de outra empresa")) {
                (true, true, _) => Asks::Login(true),
                (true, _, true) => Asks::Login(false),
                (true, ..) => Asks::Strange("a signature of another key"),
                _ => Asks::Strange("other claims"),
            }
        },
        issues: |pair, life_s| {
            let now = OffsetDateTime::now_utc().unix_timestamp();
            let body = json!({ "accessToken": pair.access, "accessTokenExpireAt": now + life_s as i64,
                "refreshToken": pair.refresh, "refreshTokenExpireAt": now + 86_400 });
            Response::json(200, &body)
        },
        refuses: || invoicy_error("\"Invalid signature\""),
        spent: || invoicy_error("\"Invalid token\""),
        rotates: true,
        called: (200, || json!([{ "Serie": 1 }])),
        unauthorised: || invoicy_error("\"Invalid token\""),
    }
}

fn invoicy_error(title: &str) -> Response {
    let body = json!({ "type": "https://tools.ietf.org/html/rfc7231#section-6.5.1", "title": title, "status": 400,
        "traceId": "|5f1c2e3a-4d5b6c7d." });
    Response::json(400, &body)
}

/// Whether this key signed it.
fn is_hs256(token: &str, key: &str) -> bool {
    let (signed, header, _, signature) = jwt::parts(token);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    header == json!({ "alg": "HS256", "typ": "JWT" })
        && hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
}

/// The key alone is the header `Authorization`.
fn nfe_io_vendor() -> Key {
    Key {
        facts: Facts::fixed("/companies"),
        options: |at| {
            vec![("base_url", format!("{at}/v1")), ("access_key", "chave-de-nota-fiscal-0123456789".into())]
        },
        wrong: || vec![("access_key", "chave-de-dados".into())],
        key: |asked| {
            let known = asked.is("GET", "/v1/companies");
            known.then(|| asked.header("Authorization").unwrap_or_default().to_owned())
        },
        right: "chave-de-nota-fiscal-0123456789",
        called: || json!({ "companies": [], "totalResults": 0, "totalPages": 1, "page": 1 }),
        refuses: || Response::new(401, "text/plain", "Unauthorized"),
    }
}

fn plugnotas_vendor() -> Key {
    Key {
        facts: Facts::fixed("/nfse/5ba2b4d6a4d0a2e3f6b1c0d9"),
        options: |at| {
            vec![("base_url", at.into()), ("access_key", "2da392a6-79d2-4304-a8b7-959572c7e44d".into())]
        },
        wrong: || vec![("access_key", "00000000-79d2-4304-a8b7-959572c7e44d".into())],
        key: |asked| {
            let known = asked.is("GET", "/nfse/5ba2b4d6a4d0a2e3f6b1c0d9") && asked.has_no_authorization();
            known.then(|| asked.header("x-api-key").unwrap_or_default().to_owned())
        },
        right: "2da392a6-79d2-4304-a8b7-959572c7e44d",
        called: || json!({ "id": "5ba2b4d6a4d0a2e3f6b1c0d9", "status": "CONCLUIDO" }),
        refuses: || {
            Response::json(
                401,
                &json!({ "error": { "message": "Não foi possível autenticar: x-api-key inválida" } }),
            )
        },
    }
}
