//! ERPs with gateways of their own: Sankhya, SAP Business One, Senior.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::asked::Asked;
use crate::books::{Books, Pair};
use crate::client::*;
use crate::http::Response;
use crate::play::*;
use crate::server::Server;
use crate::{jwt, table};

players! {
    sankhya, "sankhya", Sankhya;
    sankhya_login, "sankhya-login", SankhyaLogin;
    sap_business_one, "sap-business-one", ServiceLayer { balanced: true };
    sap_business_one_without_a_balancer, "sap-business-one", ServiceLayer { balanced: false };
    senior_gateway, "senior-gateway", Senior { by_key: false };
    senior_gateway_by_key, "senior-gateway", Senior { by_key: true };
}

const INTEGRATION: &str = "8fedf240-ea7f-11ed-a05b-0242ac120003";
const APP_KEY: &str = "db654b42-ea7f-11ed-a05b-0242ac120003";
const SERVICE: &str = "/mge/service.sbr?serviceName=DbExplorerSP.executeQuery&outputType=json";
const QUERY: &str = "{\"requestBody\":{\"sql\":\"SELECT 1\"}}";

fn gateway_error(status: u16, code: &str, text: &str) -> Response {
    Response::json(status, &json!({ "error": { "codigo": code, "descricao": text } }))
}

/// A service of Sankhya's gateway: a dead token is 403 with a code of its own.
fn sankhya_call(asked: &Asked, books: &mut Books) -> Response {
    match books.call(asked.bearer()) {
        true => Response::json(200, &json!({ "serviceName": "DbExplorerSP.executeQuery", "status": "1" })),
        false => gateway_error(403, "GTW3403", "Bearer Token inválido ou Expirado."),
    }
}

fn is_sankhya_call(asked: &Asked) -> bool {
    let body: Option<Value> = serde_json::from_str(QUERY).ok();
    asked.is("POST", "/gateway/v1/mge/service.sbr")
        && asked.query_is(&[("serviceName", "DbExplorerSP.executeQuery"), ("outputType", "json")])
        && asked.json() == body
}

struct Sankhya;

impl Vendor for Sankhya {
    fn facts(&self) -> Facts {
        Facts { call: ("POST", SERVICE, Some(QUERY)), dead: 403, ..Facts::of("") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", at.to_owned()),
            ("client_id", "d511487e".into()),
            ("client_secret", "dUAKx+HU=".into()),
            ("integration_token", INTEGRATION.into()),
        ]
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("client_secret", "outro".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        if is_sankhya_call(asked) {
            return sankhya_call(asked, books);
        }
        let secret = asked.field("client_secret").unwrap_or_default();
        let form =
            [("client_id", "d511487e"), ("client_secret", &secret), ("grant_type", "client_credentials")];
        let shape = asked.is("POST", "/authenticate")
            && asked.request.query.is_empty()
            && asked.says("X-Token", INTEGRATION)
            && asked.has_no_authorization()
            && asked.form_is(&form);
        match secret.as_str() {
            _ if !shape => books.strange(&asked.request.target(), gateway_error(400, "GTW2500", "Requisição inválida")),
            "dUAKx+HU=" => {
                let life_s = books.life_s;
                let pair = books.login_as(|number| jwt::access_token(number, life_s));
                Response::json(
                    200,
                    &json!({ "access_token": pair.access, "expires_in": life_s, "refresh_expires_in": 0,
                             "token_type": "Bearer", "not-before-policy": 0, "scope": "email profile" }),
                )
            }
            _ => books.refuse(Response::json(
                401,
                &json!({ "error": "invalid_client", "error_description": "Invalid client or Invalid client credentials" }),
            )),
        }
    }
}

/// The older login: everything in headers, an empty body, a session that each use prolongs.
struct SankhyaLogin;

impl Vendor for SankhyaLogin {
    fn facts(&self) -> Facts {
        let call = ("POST", SERVICE, Some(QUERY));
        Facts { call, dead: 403, ends: Ends::Unused, logs_out: true, ..Facts::of("") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", at.to_owned()),
            ("username", "integracao@empresa.com.br".into()),
            ("password", "senha 1".into()),
            ("integration_token", INTEGRATION.into()),
            ("app_key", APP_KEY.into()),
        ]
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("password", "outra".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let answer = |token: Value, error: Value| json!({ "bearerToken": token, "error": error });
        if !asked.says("appkey", APP_KEY) {
            let error = json!({ "codigo": "4405", "descricao": "Token e Appkey nao associados." });
            return books.strange("no appkey", Response::json(200, &answer(Value::Null, error)));
        }
        if is_sankhya_call(asked) {
            return sankhya_call(asked, books);
        }
        let logout = [("serviceName", "MobileLoginSP.logout"), ("outputType", "json")];
        if asked.is("GET", "/gateway/v1/mge/service.sbr") && asked.query_is(&logout) {
            return match books.logout(asked.bearer()) {
                true => Response::json(200, &json!({ "serviceName": "MobileLoginSP.logout", "status": "1" })),
                false => gateway_error(403, "GTW3403", "Bearer Token inválido ou Expirado."),
            };
        }
        let shape = asked.is("POST", "/login")
            && asked.request.query.is_empty()
            && asked.has_no_body()
            && asked.says("token", INTEGRATION)
            && asked.says("username", "integracao@empresa.com.br");
        match asked.header("password") {
            _ if !shape => books.strange(&asked.request.target(), Response::empty(404)),
            Some("senha 1") => {
                // Its end is a day away, and means nothing: half an hour without use is the end.
                let token = books.login_as(|number| jwt::access_token(number, 24 * 3600)).access;
                Response::json(200, &answer(token.into(), Value::Null))
            }
            _ => {
                let error = json!({ "codigo": "GTW3502", "descricao": "Password invalido." });
                books.refuse(Response::json(200, &answer(Value::Null, error)))
            }
        }
    }
}

/// Sessions are cookies, and where there are several nodes, a second one leads to the session's node.
struct ServiceLayer {
    balanced: bool,
}

impl Vendor for ServiceLayer {
    fn facts(&self) -> Facts {
        Facts {
            ends: Ends::Within(29 * 60, 30 * 60),
            logs_out: true,
            ..Facts::of("/BusinessPartners('C20000')?$select=CardCode,CardName")
        }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        vec![
            ("base_url", format!("{at}/b1s/v1")),
            ("tenant", "SBO_EMPRESA".into()),
            ("username", "manager".into()),
            ("password", "senha \"1\"".into()),
        ]
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![("password", "outra".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let error = |status, code: i64, text: &str| {
            let message = json!({ "lang": "en-us", "value": text });
            Response::json(status, &json!({ "error": { "code": code, "message": message } }))
        };
        let dead = || error(401, 301, "Invalid session or session already timeout.");
        if asked.is("POST", "/b1s/v1/Login") {
            let login = |password: &str| {
                let body = json!({ "CompanyDB": "SBO_EMPRESA", "UserName": "manager", "Password": password });
                asked.json_is(body) && asked.header("Cookie").is_none()
            };
            if login("outra") {
                return books.refuse(error(401, 100000027, "Login failed"));
            }
            if !login("senha \"1\"") {
                return books.strange("another login", error(400, -1, "Invalid request"));
            }
            let session =
                books.login_as(|number| format!("5a8e2f1c-0b6d-11ee-{number:04x}-000c29b36ff1")).access;
            let body = json!({ "odata.metadata": "…", "SessionId": session, "Version": "1000190", "SessionTimeout": 30 });
            let answer =
                Response::json(200, &body).with("Set-Cookie", &format!("B1SESSION={session};HttpOnly;"));
            return match self.balanced {
                true => answer.with("Set-Cookie", "ROUTEID=.node3; path=/b1s"),
                false => answer,
            };
        }
        let routed = match self.balanced {
            true => asked.cookie("ROUTEID") == Some(".node3"),
            false => asked.cookie("ROUTEID").is_none_or(str::is_empty),
        };
        if !routed || !asked.has_no_authorization() {
            return books.strange(&format!("cookies: {:?}", asked.header("Cookie")), dead());
        }
        let session = asked.cookie("B1SESSION");
        if asked.is("POST", "/b1s/v1/Logout") {
            return if books.logout(session) { Response::empty(204) } else { dead() };
        }
        if asked.is("GET", "/b1s/v1/BusinessPartners('C20000')") {
            return match books.call(session) {
                true => Response::json(200, &json!({ "CardCode": "C20000" })),
                false => dead(),
            };
        }
        books.strange(&asked.request.target(), error(404, -2028, "No matching records found"))
    }
}

/// The gateway of the platform: the application's id in a header of its own, tokens as JSON in a text.
struct Senior {
    by_key: bool,
}

impl Senior {
    fn tokens(&self, pair: &Pair, books: &Books) -> Response {
        let mut inner = json!({ "scope": "default", "expires_in": books.life_s, "token_type": "Bearer",
            "access_token": pair.access });
        if !self.by_key {
            inner["username"] = "admin@empresa.com.br".into();
            inner["refresh_token"] = pair.refresh.clone().into();
        }
        Response::json(200, &json!({ "jsonToken": inner.to_string() }))
    }
}

impl Vendor for Senior {
    fn facts(&self) -> Facts {
        let renewal = if self.by_key { Renewal::Login } else { Renewal::Refresh };
        Facts { renewal, logs_out: true, ..Facts::of("/erpx_fin/contas/entities/titulo?size=10") }
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        let mut options = vec![
            ("base_url", at.to_owned()),
            ("client_id", "0c2f-app".into()),
            ("tenant", "empresacombr".into()),
        ];
        match self.by_key {
            true => options.extend([("access_key", "0e090b52".into()), ("secret", "0468c3c3".into())]),
            false => options
                .extend([("username", "admin@empresa.com.br".into()), ("password", "senhaUsuário".into())]),
        }
        options
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        vec![(if self.by_key { "secret" } else { "password" }, "outra".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let error = |code: &str| {
            let body = json!({ "message": "Usuário e/ou senha inválido.", "errorCode": code, "reason": "UNAUTHORIZED",
                "domain": "platform", "service": "authentication" });
            Response::json(401, &body)
        };
        if !asked.says("client_id", "0c2f-app") {
            return books.strange(
                "no client_id",
                Response::json(401, &json!({ "message": "Could not find a required APP" })),
            );
        }
        if asked.is("GET", "/erpx_fin/contas/entities/titulo") && asked.query_is(&[("size", "10")]) {
            return match books.call(asked.bearer()) {
                true => Response::json(200, &json!({ "contents": [] })),
                false => Response::json(
                    401,
                    &json!({ "error": "invalid_token", "error_description": "The access token is invalid or has expired" }),
                ),
            };
        }
        let body = asked.json().unwrap_or_default();
        let platform = |action: &str| asked.is("POST", &format!("/platform/authentication/{action}"));
        if platform("logout") && asked.bearer().is_some_and(|token| body == json!({ "accessToken": token })) {
            return if books.logout(asked.bearer()) { Response::empty(204) } else { error("logoutResponse") };
        }
        if !asked.has_no_authorization() {
            return books.strange("an Authorization where none belongs", error("loginResponse"));
        }
        let token = body["refreshToken"].as_str().unwrap_or_default();
        if platform("refreshToken")
            && body == json!({ "refreshToken": token })
            && asked.says("X-Tenant", "empresacombr")
        {
            return match books.renew(token, true) {
                Some(pair) => self.tokens(&pair, books),
                None => error("refreshTokenResponse"),
            };
        }
        let is = |secret: &str| match self.by_key {
            true => {
                platform("anonymous/loginWithKey")
                    && body
                        == json!({ "accessKey": "0e090b52", "secret": secret, "tenantName": "empresacombr" })
            }
            false => {
                platform("login") && body == json!({ "username": "admin@empresa.com.br", "password": secret })
            }
        };
        if is("outra") {
            return books.refuse(error("loginResponse"));
        }
        if is("0468c3c3") || is("senhaUsuário") {
            let pair = books.login();
            return self.tokens(&pair, books);
        }
        books.strange(&format!("{} {body}", asked.request.target()), error("loginResponse"))
    }
}

/// Sessions are licensed: one that was replaced is logged out at its node.
#[test]
fn sap_business_one_leaves_no_session_behind() {
    let server = Server::start(Box::new(ServiceLayer { balanced: true }), 3600);
    let options = ServiceLayer { balanced: true }.options(&server.origin());
    let options: Vec<_> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let account = Account::with(&table::path("sap-business-one"), &options);
    let first = account.token();
    // A renewal that the program asks for is sent once in ten seconds, and the login was one.
    thread::sleep(Duration::from_millis(10_100));
    account.renew().unwrap();
    let second = account.token();
    assert_ne!(first, second);
    let until = Instant::now() + Duration::from_secs(10);
    while server.books(|books| books.logouts) == 0 {
        assert!(Instant::now() < until, "the replaced session is still there");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(server.books(|books| !books.is_live(&first) && books.is_live(&second)));
    assert_eq!(server.books(|books| books.strange.clone()), [""; 0]);
}

/// A user with a second factor: the code once, the refresh token from then on.
#[test]
fn senior_gateway_with_a_second_factor() {
    let server = Server::start(Box::new(SecondFactor(Senior { by_key: false })), 3600);
    let options = Senior { by_key: false }.options(&server.origin());
    let options: Vec<_> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let account = Account::with(&table::path("senior-gateway"), &options);
    account.refused(ERPTOKEN_E_MFA);
    account.set("mfa_code", "654321").unwrap();
    account.refused(ERPTOKEN_E_MFA);
    account.set("mfa_code", "012345").unwrap();
    let token = account.token();
    assert!(server.books(|books| books.is_live(&token)));
    assert_eq!(server.books(|books| (books.logins, books.strange.clone())), (1, Vec::new()));
}

/// A login is answered by a demand, and the code is a number there, without the zeros before it.
struct SecondFactor(Senior);

impl Vendor for SecondFactor {
    fn facts(&self) -> Facts {
        self.0.facts()
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        self.0.options(at)
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        self.0.wrong()
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let body = asked.json().unwrap_or_default();
        if asked.is("POST", "/platform/authentication/login") && body["password"] == "senhaUsuário" {
            let demand =
                json!({ "temporaryToken": "t-91", "mfaStatus": "CONFIGURED", "tenant": "empresacombr" });
            return Response::json(200, &json!({ "mfaInfo": demand }));
        }
        if asked.is("POST", "/platform/authentication/loginMFA") && asked.says("client_id", "0c2f-app") {
            if body == json!({ "temporaryToken": "t-91", "validationCode": 12345 }) {
                let pair = books.login();
                return self.0.tokens(&pair, books);
            }
            let body = json!({ "message": "Código inválido", "errorCode": "loginMFAResponse", "reason": "UNAUTHORIZED" });
            return Response::json(401, &body);
        }
        self.0.answer(asked, books)
    }
}
