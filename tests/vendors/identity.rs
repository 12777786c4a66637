//! Identity providers: Microsoft Entra ID, Keycloak, Amazon Cognito.

use serde_json::{json, Value};
use time::OffsetDateTime;

use crate::asked::Asked;
use crate::http::Response;
use crate::jwt;
use crate::play::*;
use crate::shape::*;

players! {
    entra_by_secret, "entra", entra_by_secret_vendor();
    entra_by_certificate, "entra", entra_by_certificate_vendor();
    keycloak_of_a_user, "keycloak-user", keycloak_of_a_user_vendor();
    keycloak_of_a_client, "keycloak", keycloak_of_a_client_vendor();
    keycloak_of_a_key, "keycloak", keycloak_of_a_key_vendor();
    cognito, "cognito", cognito_vendor();
}

const TENANT: &str = "9c7e1f52-4a5d-4d3c-8a6f-0f1e2d3c4b5a";
const ENTRA_SCOPE: &str = "https://api.businesscentral.dynamics.com/.default";

fn entra_by_secret_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/v2.0/production/api/v2.0/companies"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", at.into()),
                ("tenant", TENANT.into()),
                ("client_id", "6731de76-14a6-49ae-97bc-6eba6914391e".into()),
                ("client_secret", "qWgdYAmab0YSkuL1qKv5bPX~_".into()),
                ("scope", ENTRA_SCOPE.into()),
            ]
        },
        wrong: || vec![("client_secret", "o-identificador-do-segredo".into())],
        asks: |asked| {
            if asked.is("GET", "/v2.0/production/api/v2.0/companies") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let secret = asked.field("client_secret");
            let right = asked.is("POST", &format!("/{TENANT}/oauth2/v2.0/token"))
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", "6731de76-14a6-49ae-97bc-6eba6914391e"),
                    ("client_secret", secret.as_deref().unwrap_or_default()),
                    ("scope", ENTRA_SCOPE),
                ]);
            match right {
                true => login(secret.as_deref(), "qWgdYAmab0YSkuL1qKv5bPX~_", "o-identificador-do-segredo"),
                false => Asks::Strange("no login"),
            }
        },
        issues: entra_token,
        refuses: || {
            entra_error(401, "invalid_client", 7_000_215, "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.")
        },
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "value": [] })),
        unauthorised: entra_unauthorised,
    }
}

const ENTRA_CLIENT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";
const ENTRA_OTHER: &str = "00000000-14a6-49ae-97bc-6eba6914391e";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion that the certificate's key signed.
fn entra_by_certificate_vendor() -> TokenEndpoint {
    TokenEndpoint {
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", at.into()),
                ("tenant", TENANT.into()),
                ("client_id", ENTRA_CLIENT.into()),
                ("client_certificate", jwt::certificate_file()),
                ("scope", ENTRA_SCOPE.into()),
            ]
        },
        wrong: || vec![("client_id", ENTRA_OTHER.into())],
        asks: |asked| {
            if asked.is("GET", "/v2.0/production/api/v2.0/companies") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let path = format!("/{TENANT}/oauth2/v2.0/token");
            let (id, assertion) = (asked.field("client_id"), asked.field("client_assertion"));
            let (Some(id), Some(assertion)) = (id, assertion) else { return Asks::Strange("no assertion") };
            let right = asked.is("POST", &path)
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", &id),
                    ("scope", ENTRA_SCOPE),
                    ("client_assertion_type", JWT_BEARER),
                    ("client_assertion", &assertion),
                ]);
            let (_, header, claims, _) = jwt::parts(&assertion);
            let audience = format!("http://{}{path}", asked.header("Host").unwrap_or_default());
            let fits = header == json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": jwt::certificate_hash() })
                && jwt::is_signed(&assertion, "PS256")
                && is_claim_of(&claims, &id, &audience, 300)
                && claims["nbf"] == claims["iat"];
            match right && fits {
                true => login(Some(&id), ENTRA_CLIENT, ENTRA_OTHER),
                false => Asks::Strange("another assertion"),
            }
        },
        refuses: || {
            entra_error(400, "unauthorized_client", 700_016, "AADSTS700016: Application with identifier '00000000-14a6-49ae-97bc-6eba6914391e' was not found in the directory.")
        },
        ..entra_by_secret_vendor()
    }
}

/// RFC 7523, 3: of this client for this server, and not for long.
fn is_claim_of(claims: &Value, client: &str, audience: &str, life_s: i64) -> bool {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let (iat, exp) = (claims["iat"].as_i64().unwrap_or(0), claims["exp"].as_i64().unwrap_or(0));
    claims["iss"] == client
        && claims["sub"] == client
        && claims["aud"] == audience
        && claims["jti"].as_str().is_some_and(|id| id.len() == 36)
        && (now - 60..=now + 5).contains(&iat)
        && exp == iat + life_s
}

fn entra_token(pair: &crate::books::Pair, life_s: u64) -> Response {
    let body = json!({ "token_type": "Bearer", "expires_in": life_s, "ext_expires_in": life_s, "access_token": pair.access });
    Response::json(200, &body)
}

fn entra_error(status: u16, code: &str, number: u32, text: &str) -> Response {
    let body = json!({ "error": code, "error_description": text, "error_codes": [number],
        "timestamp": "2026-11-28 12:00:00Z", "trace_id": "0a", "correlation_id": "0b",
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}") });
    Response::json(status, &body)
}

fn entra_unauthorised() -> Response {
    let error = json!({ "code": "Authentication_InvalidCredentials", "message": "The server has rejected the client credentials." });
    Response::json(401, &json!({ "error": error }))
}

const REALM: &str = "/realms/empresa ltda/protocol/openid-connect";

fn realm(path: &str) -> String {
    format!("{}/{path}", REALM.replace(' ', "%20"))
}

fn keycloak_token(pair: &crate::books::Pair, life_s: u64) -> Response {
    let body = json!({ "access_token": pair.access, "expires_in": life_s, "refresh_expires_in": 1800,
        "refresh_token": pair.refresh, "token_type": "Bearer", "not-before-policy": 0, "session_state": "1b2c",
        "scope": "email profile" });
    Response::json(200, &body)
}

fn keycloak_unauthorised() -> Response {
    Response::json(401, &json!({ "error": "HTTP 401 Unauthorized" }))
}

/// A user's session: refreshed, and ended by a revocation.
fn keycloak_of_a_user_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts { renewal: Renewal::Refresh, logs_out: true, ..Facts::of("/erp/pedidos") },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("tenant", "empresa ltda".into()),
                ("client_id", "erp".into()),
                ("username", "integração".into()),
                ("password", "s&nha=1+1".into()),
            ]
        },
        wrong: || vec![("password", "outra".into())],
        asks: |asked| {
            if asked.is("GET", "/erp/pedidos") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            if !asked.has_no_authorization() {
                return Asks::Strange("Authorization");
            }
            let token = asked.field("token").unwrap_or_default();
            let revoke =
                [("client_id", "erp"), ("token", token.as_str()), ("token_type_hint", "access_token")];
            if asked.is("POST", &realm("revoke")) && asked.form_is(&revoke) {
                return Asks::Logout(Some(token));
            }
            if !asked.is("POST", &realm("token")) {
                return Asks::Strange("another address");
            }
            let token = asked.field("refresh_token").unwrap_or_default();
            let refresh =
                [("grant_type", "refresh_token"), ("client_id", "erp"), ("refresh_token", token.as_str())];
            if asked.form_is(&refresh) {
                return Asks::Refresh(token);
            }
            let password = asked.field("password");
            let wanted = [
                ("grant_type", "password"),
                ("client_id", "erp"),
                ("username", "integração"),
                ("password", password.as_deref().unwrap_or_default()),
            ];
            match asked.form_is(&wanted) {
                true => login(password.as_deref(), "s&nha=1+1", "outra"),
                false => Asks::Strange("another form"),
            }
        },
        issues: keycloak_token,
        refuses: || oauth_error(401, "invalid_grant", "Invalid user credentials"),
        spent: || oauth_error(400, "invalid_grant", "Token is not active"),
        rotates: true,
        called: (200, || json!([])),
        unauthorised: keycloak_unauthorised,
    }
}

fn keycloak_of_a_client_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/erp/pedidos"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("tenant", "empresa ltda".into()),
                ("client_id", "erp-servico".into()),
                ("client_secret", "Kq3x9segredo".into()),
            ]
        },
        wrong: || vec![("client_secret", "de-outro".into())],
        asks: |asked| {
            if asked.is("GET", "/erp/pedidos") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            keycloak_client(asked)
        },
        // Without a refresh token, as every client's grant since version 13.
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "expires_in": life_s, "refresh_expires_in": 0,
                "token_type": "Bearer", "not-before-policy": 0, "scope": "email profile" });
            Response::json(200, &body)
        },
        refuses: || oauth_error(401, "unauthorized_client", "Invalid client or Invalid client credentials"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!([])),
        unauthorised: keycloak_unauthorised,
    }
}

fn keycloak_client(asked: &Asked) -> Asks {
    let secret = asked.field("client_secret");
    let of_client = [("client_id", "erp-servico"), ("client_secret", secret.as_deref().unwrap_or_default())];
    let wanted = [&of_client[..], &[("grant_type", "client_credentials")]].concat();
    match asked.is("POST", &realm("token")) && asked.has_no_authorization() && asked.form_is(&wanted) {
        true => login(secret.as_deref(), "Kq3x9segredo", "de-outro"),
        false => Asks::Strange("no login"),
    }
}

/// A client whose key signs.
fn keycloak_of_a_key_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/erp/pedidos"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("tenant", "empresa".into()),
                ("client_id", "erp-assinado".into()),
                ("client_key", jwt::key_file()),
            ]
        },
        wrong: || vec![("client_id", "outro".into())],
        asks: |asked| {
            if asked.is("GET", "/erp/pedidos") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let (id, assertion) = (asked.field("client_id"), asked.field("client_assertion"));
            let (Some(id), Some(assertion)) = (id, assertion) else { return Asks::Strange("no assertion") };
            let right = asked.is("POST", "/realms/empresa/protocol/openid-connect/token")
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", &id),
                    ("client_assertion_type", JWT_BEARER),
                    ("client_assertion", &assertion),
                ]);
            let (_, _, claims, _) = jwt::parts(&assertion);
            let audience = format!("http://{}/realms/empresa", asked.header("Host").unwrap_or_default());
            let fits = jwt::is_signed(&assertion, "RS256") && is_claim_of(&claims, &id, &audience, 60);
            match right && fits {
                true => login(Some(&id), "erp-assinado", "outro"),
                false => Asks::Strange("another assertion"),
            }
        },
        refuses: || oauth_error(401, "invalid_client", "Invalid client or Invalid client credentials"),
        ..keycloak_of_a_client_vendor()
    }
}

fn cognito_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/pedidos"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", format!("{at}/prod")),
                ("client_id", "1example23456789".into()),
                ("client_secret", "9example87654321".into()),
                ("scope", "erp/leitura erp/escrita".into()),
            ]
        },
        wrong: || vec![("client_secret", "de outro".into())],
        asks: |asked| {
            if asked.is("GET", "/prod/pedidos") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let form = [("grant_type", "client_credentials"), ("scope", "erp/leitura erp/escrita")];
            match asked.basic() {
                Some((user, secret))
                    if asked.is("POST", "/oauth2/token")
                        && user == "1example23456789"
                        && asked.form_is(&form) =>
                {
                    login(Some(&secret), "9example87654321", "de outro")
                }
                _ => Asks::Strange("no login"),
            }
        },
        issues: bearer,
        refuses: || Response::json(400, &json!({ "error": "invalid_client" })),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!([])),
        unauthorised: || Response::json(401, &json!({ "message": "Unauthorized" })),
    }
}
