//! TOTVS: Protheus, RM, Datasul.

use serde_json::json;

use crate::asked::Asked;
use crate::books::{Books, Pair};
use crate::http::Response;
use crate::play::*;

players! {
    totvs_protheus, "totvs-protheus", Protheus { in_query: false };
    totvs_protheus_by_query, "totvs-protheus", Protheus { in_query: true };
}

/// The AppServer's REST: user and password in headers or, as older programs do, in the query; answers with 201.
struct Protheus {
    in_query: bool,
}

impl Protheus {
    fn good(&self, pair: &Pair, books: &Books) -> Response {
        let body = json!({ "access_token": pair.access, "refresh_token": pair.refresh, "scope": "default",
            "token_type": "Bearer", "expires_in": books.life_s, "hasMFA": false });
        Response::json(201, &body)
    }
}

impl Vendor for Protheus {
    fn facts(&self) -> Facts {
        Facts { renewal: Renewal::Refresh, ..Facts::of("/api/framework/v1/users?pageSize=2") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        let mut options = vec![
            ("base_url", format!("{at}/rest")),
            ("username", "integra".into()),
            ("password", "senha & chave=1".into()),
            ("tenant_id", "01,0101".into()),
        ];
        if self.in_query {
            options.push(("credentials_in_query", "1".into()));
            options[1].1 = "integração".into();
        }
        options
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("password", "outra senha".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let refused =
            || Response::json(401, &json!({ "code": 401, "message": "Usuário ou senha inválidos" }));
        if !asked.says("tenantId", "01,0101") {
            return books.strange("no tenantId", refused());
        }
        if asked.is("GET", "/rest/api/framework/v1/users") && asked.query_is(&[("pageSize", "2")]) {
            return match books.call(asked.bearer()) {
                true => Response::json(200, &json!({ "items": [], "hasNext": false })),
                false => {
                    Response::json(401, &json!({ "code": 401, "message": "Token inválido ou expirado" }))
                }
            };
        }
        if !asked.is("POST", "/rest/api/oauth2/v1/token")
            || !asked.has_no_body()
            || !asked.has_no_authorization()
        {
            return books.strange(
                "another request",
                Response::json(404, &json!({ "code": 404, "message": "Not found" })),
            );
        }
        let password = match self.in_query {
            true if asked.header("password").is_none()
                && asked.field("username").as_deref() == Some("integração") =>
            {
                asked.field("password")
            }
            false if asked.query_is(&[("grant_type", "password")]) && asked.says("username", "integra") => {
                asked.header("password").map(str::to_owned)
            }
            _ => None,
        };
        match password.as_deref() {
            Some("senha & chave=1") => {
                let pair = books.login();
                return self.good(&pair, books);
            }
            Some("outra senha") => return books.refuse(refused()),
            _ => {}
        }
        let refresh_token = asked.field("refresh_token").unwrap_or_default();
        if asked.query_is(&[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]) {
            if let Some(pair) = books.renew(&refresh_token, true) {
                return self.good(&pair, books);
            }
            return Response::json(401, &json!({ "code": 401, "message": "refresh_token inválido" }));
        }
        books.strange("another query", Response::json(400, &json!({ "code": 400, "message": "Bad request" })))
    }
}
