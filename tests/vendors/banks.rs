//! Banks: client credentials, most behind a client certificate.

use serde_json::json;

use crate::asked::Asked;
use crate::books::Pair;
use crate::http::Response;
use crate::play::*;
use crate::shape::*;

players! {
    inter, "inter", inter_vendor();
    itau, "itau", itau_vendor();
    sicoob, "sicoob", sicoob_vendor();
    sicredi, "sicredi", sicredi_vendor();
    banco_do_brasil, "banco-do-brasil", banco_do_brasil_vendor();
    banco_do_brasil_cobranca, "banco-do-brasil-cobranca", banco_do_brasil_cobranca_vendor();
    santander, "santander", santander_vendor();
    santander_cobranca, "santander-cobranca", santander_cobranca_vendor();
    bradesco, "bradesco", bradesco_vendor();
    efi, "efi", efi_vendor();
    bankly, "bankly", bankly_vendor();
    bs2, "bs2", bs2_vendor();
}

const SECRET: &str = "8f1c-segredo+do/app=&ção";
const OTHER: &str = "de outra aplicação";

fn with_certificate(path: &'static str) -> Facts {
    Facts { certificate: true, ..Facts::of(path) }
}

fn wrong_secret() -> Options {
    vec![("client_secret", OTHER.into())]
}

fn client(at: &str, more: &[(&'static str, &str)]) -> Options {
    let mut options = vec![
        ("base_url", at.to_owned()),
        ("client_id", "c1d2e3f4-0000".into()),
        ("client_secret", SECRET.into()),
    ];
    options.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    options
}

/// A client in the form's fields.
fn in_form(asked: &Asked, path: &str, more: &[(&str, &str)]) -> Asks {
    let secret = asked.field("client_secret");
    let of_client =
        [("client_id", "c1d2e3f4-0000"), ("client_secret", secret.as_deref().unwrap_or_default())];
    let right = asked.is("POST", path)
        && asked.has_no_authorization()
        && asked.form_is(&[&of_client[..], more].concat());
    match right {
        true => login(secret.as_deref(), SECRET, OTHER),
        false => Asks::Strange("no login"),
    }
}

/// A client by HTTP Basic; `right` says whether the body is.
fn by_basic(asked: &Asked, path: &str, right: bool) -> Asks {
    match asked.basic() {
        Some((user, secret)) if asked.is("POST", path) && user == "c1d2e3f4-0000" && right => {
            login(Some(&secret), SECRET, OTHER)
        }
        _ => Asks::Strange("no login"),
    }
}

/// The bank that this account is, by its certificate; without one there is no request at all.
fn known(asked: &Asked) -> bool {
    asked.certificate.is_some()
}

fn problem(status: u16, title: &str, detail: &str) -> Response {
    let body = json!({ "type": "https://pix.bcb.gov.br/api/v2/error/AcessoNegado", "title": title, "status": status, "detail": detail });
    Response::new(status, "application/problem+json", body.to_string())
}

fn inter_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/banking/v2/saldo"),
        options: |at| {
            client(at, &[("scope", "extrato.read boleto-cobranca.write"), ("conta_corrente", "123456789")])
        },
        wrong: wrong_secret,
        asks: |asked| {
            if !known(asked) {
                return Asks::Strange("no certificate");
            }
            if asked.is("GET", "/banking/v2/saldo") && asked.says("x-conta-corrente", "123456789") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let more =
                [("grant_type", "client_credentials"), ("scope", "extrato.read boleto-cobranca.write")];
            in_form(asked, "/oauth/v2/token", &more)
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s,
                "scope": "extrato.read boleto-cobranca.write" });
            Response::json(200, &body)
        },
        refuses: || oauth_error(400, "invalid_client", "Invalid client or Invalid client credentials"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "disponivel": 1000.5 })),
        unauthorised: || problem(401, "Não autorizado", "Token inválido ou expirado"),
    }
}

fn itau_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/pix_recebimentos/v2/cob/7978c0c97ea847e78e8849634473c1f1"),
        options: |at| client(at, &[("api_url", at)]),
        wrong: wrong_secret,
        asks: |asked| {
            let is_uuid = |name| asked.header(name).is_some_and(|value| value.len() == 36);
            if !known(asked) || !is_uuid("x-itau-correlationID") {
                return Asks::Strange("no certificate, or no correlation");
            }
            if asked.is("GET", "/pix_recebimentos/v2/cob/7978c0c97ea847e78e8849634473c1f1")
                && asked.says("x-itau-apikey", "c1d2e3f4-0000")
            {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            match is_uuid("x-itau-flowID") {
                true => in_form(asked, "/api/oauth/token", &[("grant_type", "client_credentials")]),
                false => Asks::Strange("no flow"),
            }
        },
        // It tells a refresh token that nothing takes.
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s,
                "refresh_token": pair.refresh, "scope": "pix", "active": true });
            Response::json(200, &body)
        },
        refuses: || oauth_error(401, "invalid_client", "Credenciais inválidas"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "txid": "7978c0c97ea847e78e8849634473c1f1", "status": "ATIVA" })),
        unauthorised: || problem(401, "Acesso negado", "Token expirado"),
    }
}

/// No secret but the certificate: another client's certificate does not fit.
fn sicoob_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/pix/api/v2/cob/7978c0c97ea847e78e8849634473c1f1"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", at.into()),
                ("client_id", "86849d09-141d-4c35".into()),
                ("scope", "cob.read cob.write pix.read".into()),
            ]
        },
        wrong: || vec![("client_id", "de-outro-certificado".into())],
        asks: |asked| {
            let call = "/pix/api/v2/cob/7978c0c97ea847e78e8849634473c1f1";
            if known(asked) && asked.is("GET", call) && asked.says("client_id", "86849d09-141d-4c35") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let id = asked.field("client_id");
            let right = known(asked)
                && asked.is("POST", "/auth/realms/cooperado/protocol/openid-connect/token")
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", id.as_deref().unwrap_or_default()),
                    ("scope", "cob.read cob.write pix.read"),
                ]);
            match right {
                true => login(id.as_deref(), "86849d09-141d-4c35", "de-outro-certificado"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "expires_in": life_s, "refresh_expires_in": 0,
                "token_type": "Bearer", "not-before-policy": 0, "scope": "cob.read cob.write pix.read" });
            Response::json(200, &body)
        },
        refuses: || oauth_error(400, "invalid_client", "Client certificate missing, or it does not match"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "txid": "7978c0c97ea847e78e8849634473c1f1", "status": "ATIVA" })),
        unauthorised: || problem(401, "Acesso negado", "Token inválido"),
    }
}

fn sicredi_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/cob/7978c0c97ea847e78e8849634473c1f1"),
        options: |at| client(at, &[("scope", "cob.read pix.read")]),
        wrong: wrong_secret,
        asks: |asked| {
            if known(asked) && asked.is("GET", "/api/v2/cob/7978c0c97ea847e78e8849634473c1f1") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let form = [("grant_type", "client_credentials"), ("scope", "cob.read pix.read")];
            by_basic(asked, "/oauth/token", known(asked) && asked.form_is(&form))
        },
        issues: bearer,
        refuses: invalid_client,
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "status": "ATIVA" })),
        unauthorised: || problem(401, "Acesso negado", "Token inválido"),
    }
}

const BANCO_DO_BRASIL_KEY: (&str, &str) = ("gw-dev-app-key", "d27b67790affabd0136de17db0050e56");

fn banco_do_brasil_token(pair: &Pair, life_s: u64) -> Response {
    let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s, "scope": "cob.read" });
    Response::json(201, &body)
}

/// Both a refused client and a dead token.
fn banco_do_brasil_refuses() -> Response {
    let body = json!({ "statusCode": 401, "error": "Unauthorized", "message": "Bad Credentials", "attributes": { "error": "Bad Credentials" } });
    Response::json(401, &body)
}

fn banco_do_brasil_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/cob?inicio=2026-11-28T00:00:00Z"),
        options: |at| {
            let api = format!("{at}/pix/v2");
            client(at, &[("api_url", &api), ("developer_application_key", BANCO_DO_BRASIL_KEY.1)])
        },
        wrong: wrong_secret,
        asks: |asked| {
            if known(asked)
                && asked.is("GET", "/pix/v2/cob")
                && asked.query_is(&[("inicio", "2026-11-28T00:00:00Z"), BANCO_DO_BRASIL_KEY])
            {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let form = [("grant_type", "client_credentials")];
            by_basic(asked, "/oauth/token", known(asked) && asked.form_is(&form))
        },
        issues: banco_do_brasil_token,
        refuses: banco_do_brasil_refuses,
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "cobs": [] })),
        unauthorised: banco_do_brasil_refuses,
    }
}

fn banco_do_brasil_cobranca_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/cobrancas/v2/boletos"),
        options: |at| {
            let more = [
                ("api_url", at),
                ("developer_application_key", BANCO_DO_BRASIL_KEY.1),
                ("scope", "cobrancas.boletos-info"),
            ];
            client(at, &more)
        },
        wrong: wrong_secret,
        asks: |asked| {
            if asked.is("GET", "/cobrancas/v2/boletos") && asked.query_is(&[BANCO_DO_BRASIL_KEY]) {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let form = [("grant_type", "client_credentials"), ("scope", "cobrancas.boletos-info")];
            by_basic(asked, "/oauth/token", asked.form_is(&form))
        },
        issues: banco_do_brasil_token,
        refuses: || oauth_error(401, "invalid_client", "Client inválido"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "boletos": [] })),
        unauthorised: banco_do_brasil_refuses,
    }
}

/// The grant stands in the address, and what it calls a refresh token is an address.
fn santander_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/cob/7978c0c97ea847e78e8849634473c1f1"),
        options: |at| client(at, &[]),
        wrong: wrong_secret,
        asks: |asked| {
            if known(asked) && asked.is("GET", "/api/v1/cob/7978c0c97ea847e78e8849634473c1f1") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            match known(asked) && asked.query_is(&[("grant_type", "client_credentials")]) {
                true => in_form(asked, "/oauth/token", &[]),
                false => Asks::Strange("no certificate, or no grant"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "refresh_token_expires_in": "0", "api_product_list": "[pix]", "token_type": "Bearer",
                "client_id": "c1d2e3f4-0000", "access_token": pair.access, "scope": "", "expires_in": life_s.to_string(),
                "refresh_token": "https://trust-pix.santander.com.br/oauth/refresh", "status": "approved" });
            Response::json(200, &body)
        },
        refuses: invalid_client,
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "status": "ATIVA" })),
        unauthorised: || {
            let fault = json!({ "faultstring": "Invalid access token", "detail": { "errorcode": "keymanagement.service.invalid_access_token" } });
            Response::json(401, &json!({ "fault": fault }))
        },
    }
}

fn santander_cobranca_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/collection_bill_management/v2/workspaces"),
        options: |at| client(at, &[]),
        wrong: wrong_secret,
        asks: |asked| {
            if known(asked)
                && asked.is("GET", "/collection_bill_management/v2/workspaces")
                && asked.says("X-Application-Key", "c1d2e3f4-0000")
            {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            match known(asked) {
                true => in_form(asked, "/auth/oauth/v2/token", &[("grant_type", "client_credentials")]),
                false => Asks::Strange("no certificate"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "expires_in": life_s, "token_type": "Bearer",
                "not-before-policy": 1_614_173_461, "session_state": "1b2c", "scope": "" });
            Response::json(200, &body)
        },
        refuses: || oauth_error(401, "unauthorized_client", "Invalid client secret"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "_content": [] })),
        unauthorised: || Response::json(401, &json!({ "_errorCode": "401", "_message": "Unauthorized" })),
    }
}

fn bradesco_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/cob/7978c0c97ea847e78e8849634473c1f1"),
        options: |at| client(at, &[]),
        wrong: wrong_secret,
        asks: |asked| {
            if known(asked) && asked.is("GET", "/v2/cob/7978c0c97ea847e78e8849634473c1f1") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let form = [("grant_type", "client_credentials")];
            by_basic(asked, "/auth/server/oauth/token", known(asked) && asked.form_is(&form))
        },
        issues: bearer,
        refuses: invalid_client,
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "status": "ATIVA" })),
        unauthorised: || problem(401, "Acesso negado", "Token inválido"),
    }
}

fn efi_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/v2/gn/saldo"),
        options: |at| client(at, &[]),
        wrong: wrong_secret,
        asks: |asked| {
            if known(asked) && asked.is("GET", "/v2/gn/saldo") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let body = json!({ "grant_type": "client_credentials" });
            by_basic(asked, "/oauth/token", known(asked) && asked.json_is(body))
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "Bearer", "expires_in": life_s,
                "scope": "cob.read cob.write pix.read" });
            Response::json(200, &body)
        },
        refuses: || oauth_error(401, "invalid_client", "Invalid or inactive credentials"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "saldo": "100.00" })),
        unauthorised: || oauth_error(401, "invalid_token", "The access token is invalid"),
    }
}

/// No secret but the certificate.
fn bankly_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: with_certificate("/accounts"),
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("api_url", at.into()),
                ("client_id", "registro-dinamico".into()),
                ("scope", "account.read pix.account.read".into()),
            ]
        },
        wrong: || vec![("client_id", "de-outro-registro".into())],
        asks: |asked| {
            if known(asked) && asked.is("GET", "/accounts") && asked.says("api-version", "1.0") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let id = asked.field("client_id");
            let right = known(asked)
                && asked.is("POST", "/oauth2/token")
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "client_credentials"),
                    ("client_id", id.as_deref().unwrap_or_default()),
                    ("scope", "account.read pix.account.read"),
                ]);
            match right {
                true => login(id.as_deref(), "registro-dinamico", "de-outro-registro"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "expires_in": life_s, "token_type": "Bearer",
                "scope": "account.read pix.account.read", "claims": "company" });
            Response::json(200, &body)
        },
        refuses: || Response::json(400, &json!({ "error": "invalid_client" })),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!([])),
        unauthorised: || Response::empty(401).with("WWW-Authenticate", "Bearer error=\"invalid_token\""),
    }
}

fn bs2_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts::of("/pix/direto/forintegration/v1/cob"),
        options: |at| client(at, &[("scope", "cob.read cob.write")]),
        wrong: wrong_secret,
        asks: |asked| {
            if asked.is("GET", "/pix/direto/forintegration/v1/cob") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let form = [("grant_type", "client_credentials"), ("scope", "cob.read cob.write")];
            by_basic(asked, "/auth/oauth/v2/token", asked.form_is(&form))
        },
        issues: bearer,
        refuses: || oauth_error(401, "invalid_client", "The given client credentials were not valid"),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!([])),
        unauthorised: || Response::json(401, &json!({ "message": "Token inválido" })),
    }
}
