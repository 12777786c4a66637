//! Freight: Correios, Melhor Envio, Intelipost, Frete Rápido, Rodonaves, Braspress, Jadlog, DataFrete, TPL.

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::asked::Asked;
use crate::books::Pair;
use crate::http::Response;
use crate::play::*;
use crate::shape::*;

players! {
    correios_by_card, "correios", correios(0);
    correios_by_contract, "correios", correios(1);
    correios_by_user, "correios", correios(2);
    melhor_envio, "melhor-envio", Consented { to: melhor_envio_vendor(), brings: MELHOR_ENVIO_CONSENT };
    melhor_envio_with_a_refresh_token_from_elsewhere, "melhor-envio", melhor_envio_vendor();
    intelipost, "intelipost", intelipost_vendor();
    frete_rapido, "frete-rapido", frete_rapido_vendor();
    frete_rapido_contratacao, "frete-rapido-contratacao", frete_rapido_contratacao_vendor();
    rodonaves, "rodonaves", rodonaves_vendor();
    braspress, "braspress", braspress_vendor();
    jadlog, "jadlog", jadlog_vendor();
    datafrete, "datafrete", datafrete_vendor();
    tpl_oms, "tpl-oms", tpl_vendor();
}

/// HTTP Basic with the access code of "Meu Correios"; 201 with a local date, its zone in a field of its own.
fn correios(kind: usize) -> TokenEndpoint {
    let options: [fn(&str) -> Options; 3] = [
        |at| correios_options(at, &[("cartao", "0067599079"), ("contrato", "9912345678"), ("dr", "74")]),
        |at| correios_options(at, &[("contrato", "9912345678")]),
        |at| correios_options(at, &[]),
    ];
    let asks: [fn(&Asked) -> Asks; 3] = [
        |asked| {
            let body = json!({ "numero": "0067599079", "contrato": "9912345678", "dr": 74 });
            let right = asked.is("POST", "/token/v1/autentica/cartaopostagem") && asked.json_is(body);
            correios_asks(asked, right)
        },
        |asked| {
            let body = json!({ "numero": "9912345678" });
            let right = asked.is("POST", "/token/v1/autentica/contrato") && asked.json_is(body);
            correios_asks(asked, right)
        },
        |asked| {
            let right = asked.is("POST", "/token/v1/autentica") && asked.has_no_body();
            correios_asks(asked, right)
        },
    ];
    TokenEndpoint {
        facts: Facts::of("/cep/v2/enderecos/70002900"),
        options: options[kind],
        wrong: || vec![("password", "código de outro usuário".into())],
        asks: asks[kind],
        issues: correios_token,
        refuses: || {
            let body = json!({ "msgs": ["Usuário e/ou código de acesso inválidos"], "date": "2026-11-28T10:00:00",
                "method": "POST", "path": "/token/v1/autentica", "causa": "Não autorizado", "stackTrace": null });
            Response::json(400, &body)
        },
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "cep": "70002900", "uf": "DF", "localidade": "Brasília" })),
        unauthorised: || {
            Response::json(401, &json!({ "msgs": ["GTW-007: Token inválido."], "causa": "Não autorizado" }))
        },
    }
}

fn correios_options(at: &str, more: &[(&'static str, &str)]) -> Options {
    let mut options = vec![
        ("base_url", at.into()),
        ("username", "12345678000195".into()),
        ("password", "código de acesso".into()),
    ];
    options.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    options
}

fn correios_asks(asked: &Asked, right: bool) -> Asks {
    if asked.is("GET", "/cep/v2/enderecos/70002900") {
        return Asks::Call(asked.bearer().map(str::to_owned));
    }
    match asked.basic() {
        Some((user, password)) if right && user == "12345678000195" => {
            login(Some(&password), "código de acesso", "código de outro usuário")
        }
        _ => Asks::Strange("no login"),
    }
}

fn correios_token(pair: &Pair, life_s: u64) -> Response {
    let brasilia = UtcOffset::from_hms(-3, 0, 0).expect("an offset");
    let now = OffsetDateTime::now_utc().to_offset(brasilia);
    // Without zone and fraction.
    let local = |at: OffsetDateTime| at.format(&Rfc3339).expect("a date")[..19].to_owned();
    let body = json!({ "ambiente": "PRODUCAO", "id": "12345678000195", "ip": "200.1.2.3", "perfil": "PJ",
        "cnpj": "12345678000195", "emissao": local(now), "expiraEm": local(now + Duration::seconds(life_s as i64)),
        "zoneOffset": "-03:00", "token": pair.access });
    Response::json(201, &body)
}

const MELHOR_ENVIO_CONSENT: &[(&str, &str)] =
    &[("code", "def502003a&b=c"), ("redirect_uri", "https://erp.empresa.com.br/volta?de=1")];
const MELHOR_ENVIO_AGENT: &str = "ERP da Empresa (ti@empresa.com.br)";

/// Wants to know who asks, at every request. A person consents; the refresh token rotates.
fn melhor_envio_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts { renewal: Renewal::Consent, ..Facts::of("/me/shipment/agencies") },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("client_id", "3517".into()),
                ("client_secret", "segredo-do-aplicativo".into()),
                ("user_agent", MELHOR_ENVIO_AGENT.into()),
            ]
        },
        wrong: || vec![("client_secret", "de outro aplicativo".into())],
        asks: |asked| {
            if !asked.says("User-Agent", MELHOR_ENVIO_AGENT) {
                return Asks::Strange("who asks?");
            }
            if asked.is("GET", "/api/v2/me/shipment/agencies") {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            if !asked.is("POST", "/oauth/token") || !asked.says("Accept", "application/json") {
                return Asks::Strange("no login");
            }
            let more = [("redirect_uri", MELHOR_ENVIO_CONSENT[1].1)];
            let secrets = ["segredo-do-aplicativo", "de outro aplicativo"];
            consent(asked, &[("client_id", "3517")], secrets, &more, MELHOR_ENVIO_CONSENT[0].1)
        },
        issues: |pair, life_s| {
            let body = json!({ "token_type": "Bearer", "expires_in": life_s, "access_token": pair.access,
                "refresh_token": pair.refresh });
            Response::json(200, &body)
        },
        refuses: || melhor_envio_error(401, "invalid_client", "Client authentication failed"),
        spent: || melhor_envio_error(400, "invalid_grant", "The refresh token is invalid."),
        rotates: true,
        called: (200, || json!([])),
        unauthorised: || Response::json(401, &json!({ "message": "Unauthenticated." })),
    }
}

fn melhor_envio_error(status: u16, code: &str, text: &str) -> Response {
    let body = json!({ "error": code, "error_description": text, "hint": "", "message": text });
    Response::json(status, &body)
}

fn intelipost_vendor() -> Key {
    Key {
        facts: Facts::fixed("/shipment_order/110050004495625"),
        options: |at| {
            vec![
                ("base_url", format!("{at}/api/v1")),
                ("access_key", "0a1b2c3d4e5f60718293a4b5c6d7e8f9".into()),
                ("platform", "erp".into()),
            ]
        },
        wrong: || vec![("access_key", "chave-de-outro-cliente".into())],
        key: |asked| {
            let known = asked.is("GET", "/api/v1/shipment_order/110050004495625")
                && asked.says("platform", "erp")
                && asked.header("plugin").is_none()
                && asked.has_no_authorization();
            known.then(|| asked.header("api-key").unwrap_or_default().to_owned())
        },
        right: "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        called: || json!({ "status": "OK", "messages": [], "content": {}, "time": "12 ms" }),
        refuses: || {
            let message =
                json!({ "type": "ERROR", "key": "authentication.invalid", "text": "API key inválida" });
            Response::json(401, &json!({ "status": "ERROR", "messages": [message], "content": null }))
        },
    }
}

/// Version 3 of the quotes: who asks is an object at the top of the question.
fn frete_rapido_vendor() -> Key {
    Key {
        facts: Facts {
            call: (
                "POST",
                "/quote/simulate",
                Some(r#"{"recipient":{"type":0,"zipcode":1311000},"dispatchers":[]}"#),
            ),
            ..Facts::fixed("")
        },
        options: |at| {
            vec![
                ("base_url", format!("{at}/api/v3")),
                ("username", "25438296000158".into()),
                ("access_key", "1d52a9b6b78cf07b08586152459a5c90".into()),
                ("platform_code", "5AKVkHqCn".into()),
            ]
        },
        wrong: || vec![("access_key", "ffffffffffffffffffffffffffffffff".into())],
        key: |asked| {
            let body = asked.json()?;
            let key = body["shipper"]["token"].as_str()?.to_owned();
            let shipper =
                json!({ "registered_number": "25438296000158", "token": key, "platform_code": "5AKVkHqCn" });
            let wanted = json!({ "recipient": { "type": 0, "zipcode": 1311000 }, "dispatchers": [], "shipper": shipper });
            let known = asked.is("POST", "/api/v3/quote/simulate") && asked.has_no_authorization();
            (known && body == wanted && asked.request.query.is_empty()).then_some(key)
        },
        right: "1d52a9b6b78cf07b08586152459a5c90",
        called: || json!({ "dispatchers": [{ "id": "5f7c6b1d2a", "offers": [] }] }),
        refuses: || Response::json(401, &json!({ "error": "Token inválido" })),
    }
}

/// Version 1: the token stands in the address.
fn frete_rapido_contratacao_vendor() -> Key {
    Key {
        facts: Facts::fixed("/quotes/FR200306DADFW/occurrences?desde=1"),
        options: |at| {
            vec![
                ("base_url", format!("{at}/api/external/embarcador/v1")),
                ("access_key", "1d52a9b6&b78cf07b=08586152+45 9a".into()),
            ]
        },
        wrong: || vec![("access_key", "ffffffffffffffffffffffffffffffff".into())],
        key: |asked| {
            let key = asked.field("token")?;
            let known = asked.is("GET", "/api/external/embarcador/v1/quotes/FR200306DADFW/occurrences")
                && asked.query_is(&[("desde", "1"), ("token", &key)])
                && asked.has_no_authorization();
            known.then_some(key)
        },
        right: "1d52a9b6&b78cf07b=08586152+45 9a",
        called: || json!([{ "codigo": 3, "nome": "Entregue" }]),
        refuses: || Response::json(401, &json!({ "error": "Token inválido" })),
    }
}

/// OWIN with two fields of its own.
fn rodonaves_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts {
            call: ("POST", "/api/v1/gera-cotacao", Some(r#"{"TotalWeight":10}"#)),
            ..Facts::of("")
        },
        options: |at| {
            vec![
                ("base_url", at.into()),
                ("username", "EMPRESA".into()),
                ("password", "s&nha=1+1 ção".into()),
            ]
        },
        wrong: || vec![("password", "outra senha".into())],
        asks: |asked| {
            if asked.is("POST", "/api/v1/gera-cotacao") && asked.json_is(json!({ "TotalWeight": 10 })) {
                return Asks::Call(asked.bearer().map(str::to_owned));
            }
            let password = asked.field("password");
            let right = asked.is("POST", "/token")
                && asked.has_no_authorization()
                && asked.form_is(&[
                    ("grant_type", "password"),
                    ("username", "EMPRESA"),
                    ("password", password.as_deref().unwrap_or_default()),
                    ("companyId", "1"),
                    ("auth_type", "DEV"),
                ]);
            match right {
                true => login(password.as_deref(), "s&nha=1+1 ção", "outra senha"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, life_s| {
            let body = json!({ "access_token": pair.access, "token_type": "bearer", "expires_in": life_s });
            Response::json(200, &body)
        },
        refuses: || oauth_error(400, "invalid_grant", "Usuário ou senha inválidos."),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "Value": 57.9 })),
        unauthorised: || {
            Response::json(401, &json!({ "Message": "Authorization has been denied for this request." }))
        },
    }
}

fn braspress_vendor() -> Key {
    Key {
        facts: Facts::fixed("/tracking/byNf/60701190000104/123/json"),
        options: |at| {
            vec![
                ("base_url", format!("{at}/v1")),
                ("username", "CLIENTE_PRD".into()),
                ("password", "senha:com dois pontos".into()),
            ]
        },
        wrong: || vec![("password", "de homologação".into())],
        key: |asked| {
            let (user, password) = asked.basic()?;
            let known = asked.is("GET", "/v1/tracking/byNf/60701190000104/123/json");
            (known && user == "CLIENTE_PRD").then_some(password)
        },
        right: "senha:com dois pontos",
        called: || json!({ "conhecimentos": [] }),
        refuses: || {
            let body =
                json!({ "statusCode": 401, "message": "UNAUTHORIZED", "dateTime": "28/11/2026 10:00:00" });
            Response::json(401, &body)
        },
    }
}

fn jadlog_vendor() -> Key {
    Key {
        facts: Facts {
            call: ("POST", "/tracking/consultar", Some(r#"{"consulta":[{"codigo":"1"}]}"#)),
            ..Facts::fixed("")
        },
        options: |at| {
            vec![
                ("base_url", format!("{at}/embarcador/api")),
                ("access_key", "eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJjbGllbnRlIn0.c2lnbmF0dXJl".into()),
            ]
        },
        wrong: || vec![("access_key", "eyJhbGciOiJIUzUxMiJ9.e30.c2ln".into())],
        key: |asked| {
            let known = asked.is("POST", "/embarcador/api/tracking/consultar")
                && asked.json_is(json!({ "consulta": [{ "codigo": "1" }] }));
            known.then(|| asked.bearer().unwrap_or_default().to_owned())
        },
        right: "eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJjbGllbnRlIn0.c2lnbmF0dXJl",
        called: || json!({ "consulta": [{ "codigo": "1", "tracking": { "status": "EMISSAO" } }] }),
        refuses: || Response::json(401, &json!({ "error": { "id": -1, "descricao": "Token inválido" } })),
    }
}

fn datafrete_vendor() -> Key {
    Key {
        facts: Facts { call: ("POST", "/pedido", Some(r#"{"pedidos":[]}"#)), ..Facts::fixed("") },
        options: |at| {
            vec![("base_url", at.into()), ("access_key", "8c1f0a5e-2f9d-4c7b-9d2e-0a1b2c3d4e5f".into())]
        },
        wrong: || vec![("access_key", "00000000-2f9d-4c7b-9d2e-0a1b2c3d4e5f".into())],
        key: |asked| {
            let known = asked.is("POST", "/pedido")
                && asked.json_is(json!({ "pedidos": [] }))
                && asked.has_no_authorization();
            known.then(|| asked.header("X-api-key").unwrap_or_default().to_owned())
        },
        right: "8c1f0a5e-2f9d-4c7b-9d2e-0a1b2c3d4e5f",
        called: || json!({ "codigo_retorno": 1, "data": [] }),
        refuses: || Response::json(401, &json!({ "codigo_retorno": 401, "data": "Token inválido" })),
    }
}

/// The token stands in the JSON of each call. It tells no life, and refuses by numbers.
fn tpl_vendor() -> TokenEndpoint {
    TokenEndpoint {
        facts: Facts {
            call: ("POST", "/get/valid-zipcode", Some(r#"{"zipcode":1311000}"#)),
            ends: Ends::Within(3590, 3600),
            dead: 500,
            ..Facts::of("")
        },
        options: |at| {
            vec![
                ("base_url", format!("{at}/api")),
                ("username", "ti@empresa.com.br".into()),
                ("access_key", "apikey-do-cliente".into()),
                ("secret", "token-do-cliente".into()),
            ]
        },
        wrong: || vec![("secret", "token-de-outro".into())],
        asks: |asked| {
            let body = asked.json().unwrap_or_default();
            if !asked.has_no_authorization() {
                return Asks::Strange("Authorization");
            }
            if asked.is("POST", "/api/get/valid-zipcode") {
                let token = body["auth"].as_str().map(str::to_owned);
                let known = body == json!({ "zipcode": 1_311_000, "auth": token });
                return if known { Asks::Call(token) } else { Asks::Strange("another call") };
            }
            let secret = body["token"].as_str();
            let wanted =
                json!({ "apikey": "apikey-do-cliente", "token": secret, "email": "ti@empresa.com.br" });
            match asked.is("POST", "/api/get/auth") && body == wanted {
                true => login(secret, "token-do-cliente", "token-de-outro"),
                false => Asks::Strange("no login"),
            }
        },
        issues: |pair, _| Response::json(200, &json!({ "auth": pair.access, "id": 4711 })),
        refuses: || Response::json(404, &json!({ "code": 404 })),
        spent: no_refresh,
        rotates: false,
        called: (200, || json!({ "code": 200, "message": "OK", "dados": [] })),
        unauthorised: || Response::json(500, &json!({ "code": 500, "message": "Auth inválido" })),
    }
}
