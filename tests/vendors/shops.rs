//! Shops and marketplaces: Mercado Livre, VTEX, Shopify, Nuvemshop, Magalu.

use serde_json::json;

use crate::http::Response;
use crate::play::*;
use crate::shape::*;

players! {
    mercado_livre, "mercado-livre", Consented { to: mercado_livre_vendor(), brings: MERCADO_LIVRE_CONSENT };
    mercado_livre_with_a_refresh_token_from_elsewhere, "mercado-livre", mercado_livre_vendor();
    vtex, "vtex", vtex_vendor();
    shopify, "shopify", shopify_vendor();
    nuvemshop, "nuvemshop", nuvemshop_vendor();
    magalu, "magalu", Consented { to: magalu_vendor(), brings: &[("code", "novo")] };
    magalu_with_a_refresh_token_from_elsewhere, "magalu", magalu_vendor();
}

const MERCADO_LIVRE_CONSENT: &[(&str, &str)] =
    &[("code", "TG-5b9032b4e4b0714aed1f959f-8035443"), ("redirect_uri", "https://erp.empresa.com.br/volta")];

/// A person consents; a refresh token works once.
fn mercado_livre_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts { renewal: Renewal::Consent, ..Facts::of("/users/me") },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("client_id", "5387223166827464".into()),
                ("client_secret", "nX5UtbRKqzvMjaUjKVkb7CrQQGVVvJNA".into()),
            ]
        },
        wrong: || vec![("client_secret", "de outra aplicação".into())],
        asks: |asked| {
            if asked.is("GET", "/users/me") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            if !asked.is("POST", "/oauth/token")
                || !asked.says("Accept", "application/json")
                || !asked.has_no_authorization()
            {
                return Asks::Strange("no login");
            }
            let more = [("redirect_uri", MERCADO_LIVRE_CONSENT[1].1)];
            let secrets = ["nX5UtbRKqzvMjaUjKVkb7CrQQGVVvJNA", "de outra aplicação"];
            consent(asked, &[("client_id", "5387223166827464")], secrets, &more, MERCADO_LIVRE_CONSENT[0].1)
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s,
                "scope": "offline_access read write", "user_id": 8035443, "refresh_token": pair.refresh });
            Response::json(200, &body)
        },
        refuses: || mercado_livre_error(400, "invalid_client", "invalid client_id or client_secret."),
        spent: || {
            mercado_livre_error(400, "invalid_grant", "Error validating grant. Your authorization code or refresh token may be expired or it was already used")
        },
        rotates: true,
        called: (200, || json!({ "id": 8035443, "nickname": "EMPRESA" })),
        unauthorised: || {
            let body = json!({ "message": "invalid access token", "error": "not_found", "status": 401, "cause": [] });
            Response::json(401, &body)
        },
    }
}

fn mercado_livre_error(status: u16, code: &str, text: &str) -> Response {
    let body =
        json!({ "error_description": text, "error": code, "status": status, "cause": [], "message": text });
    Response::json(status, &body)
}

/// Two headers of its own.
fn vtex_vendor() -> Key {
    Key {
        facts: Facts::fixed("/api/oms/pvt/orders?per_page=1"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("access_key", "vtexappkey-empresa-ABCDEF".into()),
                ("secret", "VHJNORGCMXKPLREWJWJNEUNRSTNJVAEG".into()),
            ]
        },
        wrong: || vec![("secret", "DE-OUTRA-CHAVE".into())],
        key: |asked| {
            let known = asked.is("GET", "/api/oms/pvt/orders")
                && asked.query_is(&[("per_page", "1")])
                && asked.says("X-VTEX-API-AppKey", "vtexappkey-empresa-ABCDEF")
                && asked.has_no_authorization();
            known.then(|| asked.header("X-VTEX-API-AppToken").unwrap_or_default().to_owned())
        },
        right: "VHJNORGCMXKPLREWJWJNEUNRSTNJVAEG",
        called: || json!({ "list": [], "paging": { "total": 0 } }),
        refuses: || {
            Response::json(
                401,
                &json!({ "error": { "code": "1", "message": "Acesso não autorizado", "exception": null } }),
            )
        },
    }
}

/// Client credentials at the store's own host, with a header of its own.
fn shopify_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/2026-10/shop.json"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("client_id", "2f6a0c9c5b7e4d1f".into()),
                ("client_secret", "shpss_0123456789abcdef".into()),
            ]
        },
        wrong: || vec![("client_secret", "shpss_de_outro_app".into())],
        asks: |asked| {
            if asked.is("GET", "/admin/api/2026-10/shop.json") && asked.has_no_authorization() {
                return Asks::Call(asked.header("X-Shopify-Access-Token").map(str::to_owned));
            }
            let secret = asked.field("client_secret");
            let right = asked.is("POST", "/admin/oauth/access_token")
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", "2f6a0c9c5b7e4d1f"),
                    ("client_secret", secret.as_deref().unwrap_or_default()),
                ]);
            match right {
                true => login(secret.as_deref(), "shpss_0123456789abcdef", "shpss_de_outro_app"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "scope": "read_products,write_products", "expires_in": life_s });
            Response::json(200, &body)
        },
        refuses: || oauth_error(400, "invalid_client", "Client authentication failed"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "shop": { "id": 1 } })),
        unauthorised: || {
            let text = "[API] Invalid API key or access token (unrecognized login or wrong password)";
            Response::json(401, &json!({ "errors": text }))
        },
    }
}

/// `Authentication` instead of `Authorization`, and the store's number in the address.
fn nuvemshop_vendor() -> Key {
    Key {
        facts: Facts::fixed("/products?per_page=1"),
        options: |at| {
            vec![
                ("base_url", format!("{at}/v1")),
                ("store_id", "123456".into()),
                ("access_key", "61181d08b7e328d256736hdcb671c3ce50b8af5".into()),
                ("user_agent", "ERP da Empresa (ti@empresa.com.br)".into()),
            ]
        },
        wrong: || vec![("access_key", "da-loja-que-desinstalou".into())],
        key: |asked| {
            let known = asked.is("GET", "/v1/123456/products")
                && asked.query_is(&[("per_page", "1")])
                && asked.says("User-Agent", "ERP da Empresa (ti@empresa.com.br)")
                && asked.has_no_authorization();
            let key = asked.header("Authentication").and_then(|value| value.strip_prefix("bearer "));
            known.then(|| key.unwrap_or_default().to_owned())
        },
        right: "61181d08b7e328d256736hdcb671c3ce50b8af5",
        called: || json!([]),
        refuses: || {
            let body =
                json!({ "code": 401, "message": "Unauthorized", "description": "Invalid access token" });
            Response::json(401, &body)
        },
    }
}

/// ID Magalu wants the address of return at every request.
fn magalu_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts { renewal: Renewal::Consent, ..Facts::of("/seller/v1/portfolios/skus?_limit=1") },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", at.into()),
                ("client_id", "aY5eE2ZPE7".into()),
                ("client_secret", "segredo do app".into()),
                ("redirect_uri", "https://erp.empresa.com.br/magalu".into()),
            ]
        },
        wrong: || vec![("client_secret", "de outro app".into())],
        asks: |asked| {
            if asked.is("GET", "/seller/v1/portfolios/skus") && asked.query_is(&[("_limit", "1")]) {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            if !asked.is("POST", "/oauth/token") || !asked.has_no_authorization() {
                return Asks::Strange("no login");
            }
            let of_client =
                [("client_id", "aY5eE2ZPE7"), ("redirect_uri", "https://erp.empresa.com.br/magalu")];
            consent(asked, &of_client, ["segredo do app", "de outro app"], &[], "novo")
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s,
                "refresh_token": pair.refresh, "scope": "open:portfolio:read", "created_at": 1_764_000_000 });
            Response::json(200, &body)
        },
        refuses: || oauth_error(401, "invalid_client", "Client authentication failed"),
        spent: || oauth_error(400, "invalid_grant", "The provided authorization grant is invalid"),
        rotates: true,
        called: (200, || json!({ "results": [] })),
        unauthorised: || Response::json(401, &json!({ "message": "Unauthorized" })),
    }
}
