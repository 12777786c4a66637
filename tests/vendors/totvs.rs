//! TOTVS: Protheus, RM, Datasul.

use serde_json::json;

use crate::asked::Asked;
use crate::books::{Books, Pair};
use crate::http::Response;
use crate::jwt;
use crate::play::*;

players! {
    totvs_protheus, "totvs-protheus", Protheus { in_query: false };
    totvs_protheus_by_query, "totvs-protheus", Protheus { in_query: true };
    totvs_rm, "totvs-rm", Rm { alias: None };
    totvs_rm_with_an_alias, "totvs-rm", Rm { alias: Some("CorporeRM") };
    totvs_datasul, "totvs-datasul", Datasul;
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
        let life_s = books.life_s;
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
                let pair = books.login_as(|number| jwt::access_token(number, life_s));
                return self.good(&pair, books);
            }
            Some("outra senha") => return books.refuse(refused()),
            _ => {}
        }
        let refresh_token = asked.field("refresh_token").unwrap_or_default();
        if asked.query_is(&[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]) {
            if let Some(pair) =
                books.renew_as(&refresh_token, true, |number| jwt::access_token(number, life_s))
            {
                return self.good(&pair, books);
            }
            return Response::json(401, &json!({ "code": 401, "message": "refresh_token inválido" }));
        }
        books.strange("another query", Response::json(400, &json!({ "code": 400, "message": "Bad request" })))
    }
}

/// The host of RM: JSON, five minutes, a refresh token that is JSON in base64.
struct Rm {
    alias: Option<&'static str>,
}

impl Vendor for Rm {
    fn facts(&self) -> Facts {
        Facts { renewal: Renewal::Refresh, ..Facts::of("/educational/v1/StudentContexts") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        let mut options = vec![
            ("base_url", at.to_owned()),
            ("username", "mestre".into()),
            ("password", "totvs \"ç\"".into()),
        ];
        options.extend(self.alias.map(|alias| ("service_alias", alias.to_owned())));
        options
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("password", "outra".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let life_s = books.life_s;
        let error = |status, code: &str, text: &str| {
            Response::json(status, &json!({ "code": code, "message": text, "detailedMessage": "" }))
        };
        if asked.is("GET", "/api/educational/v1/StudentContexts") {
            return match books.call(asked.bearer()) {
                true => Response::json(200, &json!({ "data": [] })),
                false => error(401, "FE009", "Token inválido ou expirado"),
            };
        }
        let login = |password: &str| {
            let mut body = json!({ "grant_type": "password", "username": "mestre", "password": password });
            if let Some(alias) = self.alias {
                body["servicealias"] = alias.into();
            }
            asked.json_is(body)
        };
        let (good, wrong) = (login("totvs \"ç\""), login("outra"));
        if !asked.is("POST", "/api/connect/token") || !asked.has_no_authorization() {
            return books.strange(&asked.request.target(), error(404, "FE001", "Recurso não encontrado"));
        }
        if wrong {
            return books.refuse(error(401, "FE010", "Usuário ou senha inválidos"));
        }
        let pair = if good {
            books.login_as(|number| jwt::access_token(number, life_s))
        } else {
            let body = asked.json().unwrap_or_default();
            let token = body["refresh_token"].as_str().unwrap_or_default();
            if !asked.json_is(json!({ "grant_type": "refresh_token", "refresh_token": token })) {
                return books.strange(&body.to_string(), error(400, "FE002", "Requisição inválida"));
            }
            match books.renew_as(token, true, |number| jwt::access_token(number, life_s)) {
                Some(pair) => pair,
                None => return error(401, "FE011", "Refresh token inválido"),
            }
        };
        Response::json(
            200,
            &json!({ "access_token": pair.access, "expires_in": books.life_s, "refresh_token": pair.refresh,
                     "token_type": "Bearer" }),
        )
    }
}

/// The login service of Datasul: the grant in the query, Basic for the client and none for a refresh.
struct Datasul;

impl Vendor for Datasul {
    fn facts(&self) -> Facts {
        Facts { renewal: Renewal::Refresh, ..Facts::of("/api/btb/v1/companies") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", at.to_owned()),
            ("client_id", "integra".into()),
            ("client_secret", "senha:ç&".into()),
        ]
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("client_secret", "outra".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let error = |status, code: &str| Response::json(status, &json!({ "error": code }));
        if asked.is("GET", "/api/btb/v1/companies") {
            return match books.call(asked.bearer()) {
                true => Response::json(200, &json!({ "items": [], "hasNext": false })),
                false => error(401, "invalid_token"),
            };
        }
        if !asked.is("POST", "/totvs-login-oauth2/oauth2/token") {
            return books.strange(&asked.request.target(), error(404, "not_found"));
        }
        let pair = if asked.query_is(&[("grant_type", "client_credentials")]) && asked.has_no_body() {
            match asked.basic() {
                Some((id, secret)) if id == "integra" && secret == "senha:ç&" => books.login(),
                Some(_) => return books.refuse(error(401, "invalid_client")),
                None => return books.strange("no client", error(401, "invalid_client")),
            }
        } else {
            let token = asked.field("refresh_token").unwrap_or_default();
            let refreshes = asked.query_is(&[("grant_type", "refresh_token")])
                && asked.form_is(&[("refresh_token", &token)])
                && asked.has_no_authorization();
            if !refreshes {
                return books.strange(&asked.request.target(), error(400, "invalid_request"));
            }
            match books.renew(&token, false) {
                Some(pair) => pair,
                None => return error(400, "invalid_grant"),
            }
        };
        Response::json(
            200,
            &json!({ "access_token": pair.access, "refresh_token": pair.refresh, "token_type": "Bearer",
                     "expires_in": books.life_s }),
        )
    }
}
