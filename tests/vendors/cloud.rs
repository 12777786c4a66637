//! ERPs in the cloud: Omie, Bling, Tiny, Conta Azul.

use serde_json::json;

use crate::asked::Asked;
use crate::books::Books;
use crate::http::Response;
use crate::oauth::{Client, Grant, OAuth};
use crate::play::*;

players! {
    omie, "omie", Omie;
    bling, "bling", at_bling(false);
    bling_with_a_refresh_token_from_elsewhere, "bling", at_bling(true);
    tiny, "tiny", at_tiny();
    conta_azul, "conta-azul", at_conta_azul();
}

/// Key and secret are members of each request; whatever is wrong is a fault, of a wrong key with 403.
struct Omie;

const OMIE_CALL: &str =
    "{\"call\":\"ListarClientes\",\"param\":[{\"pagina\":1,\"apenas_importado_api\":\"N\"}]}";

impl Vendor for Omie {
    fn facts(&self) -> Facts {
        let call = ("POST", "/geral/clientes/", Some(OMIE_CALL));
        Facts { call, wrong: 403, dead: 403, ..Facts::fixed("") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", format!("{at}/api/v1")),
            ("access_key", "38333295000".into()),
            ("secret", "fed2163e2e8dccb53ff914ce9e2f1258".into()),
        ]
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("secret", "00000000000000000000000000000000".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let fault = |status, text: &str| {
            Response::json(status, &json!({ "faultstring": text, "faultcode": "SOAP-ENV:Server" }))
        };
        let mut body = asked.json().unwrap_or_default();
        let mut take = |name: &str| body.as_object_mut().and_then(|members| members.remove(name));
        let (key, secret) = (take("app_key"), take("app_secret"));
        let right_shape = asked.is("POST", "/api/v1/geral/clientes/")
            && asked.has_no_authorization()
            && asked.request.query.is_empty()
            && key == Some("38333295000".into())
            && body == serde_json::from_str::<serde_json::Value>(OMIE_CALL).expect("JSON");
        if !right_shape {
            return books
                .strange(&format!("{} {body}", asked.request.target()), fault(500, "ERROR: Not found"));
        }
        if books.fixed_call(secret == Some("fed2163e2e8dccb53ff914ce9e2f1258".into())) {
            return Response::json(
                200,
                &json!({ "pagina": 1, "total_de_paginas": 1, "clientes_cadastro": [] }),
            );
        }
        fault(403, "A chave de acesso não está preenchida ou não é válida.")
    }
}

fn bling_error(status: u16, code: &str, description: &str) -> Response {
    let error = json!({ "type": code, "message": code, "description": description });
    Response::json(status, &json!({ "error": error }))
}

/// Basic, refresh tokens that work once; errors are objects at `error`.
fn at_bling(imported: bool) -> OAuth {
    OAuth {
        token_path: "/Api/v3/oauth/token",
        client: Client::Basic,
        grant: Grant::Code,
        headers: &[("enable-jwt", "1")],
        call: ("GET", "/contatos?pagina=1&limite=100", None),
        call_path: "/Api/v3/contatos?pagina=1&limite=100",
        call_headers: &[("enable-jwt", "1")],
        refresh: Some(true),
        error: bling_error,
        dead: || bling_error(401, "UNAUTHORIZED", "Você não está autorizado a realizar esta operação."),
        options: |at| vec![("base_url", format!("{at}/Api/v3"))],
        imported,
        ..OAuth::default()
    }
}

/// Keycloak: the client in the form; token and API at two hosts.
fn at_tiny() -> OAuth {
    OAuth {
        token_path: "/realms/tiny/protocol/openid-connect/token",
        grant: Grant::Code,
        call: ("GET", "/pedidos?situacao=3", None),
        call_path: "/public-api/v3/pedidos?situacao=3",
        refresh: Some(true),
        dead: || Response::json(401, &json!({ "mensagem": "Token inválido", "detalhes": [] })),
        options: |at| {
            vec![
                ("base_url", format!("{at}/realms/tiny/protocol/openid-connect")),
                ("api_url", format!("{at}/public-api/v3")),
            ]
        },
        ..OAuth::default()
    }
}

/// Cognito: Basic; token and API at two hosts.
fn at_conta_azul() -> OAuth {
    OAuth {
        token_path: "/auth/oauth2/token",
        client: Client::Basic,
        grant: Grant::Code,
        call: ("GET", "/v1/servicos?pagina=1", None),
        call_path: "/v1/servicos?pagina=1",
        refresh: Some(true),
        error: |status, code, _| Response::json(status, &json!({ "error": code })),
        refused_client: 400,
        dead: || Response::json(401, &json!({ "message": "The incoming token has expired" })),
        options: |at| vec![("base_url", format!("{at}/auth")), ("api_url", at.to_owned())],
        ..OAuth::default()
    }
}
