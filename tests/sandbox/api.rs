//! One protected resource per vendor, so that a program has something to use its token for.

use serde_json::json;

use super::check::{complaint, Checked};
use super::http::{Request, Response};
use super::state::State;
use super::vendor::{self, Provider};

/// GET answers a small JSON, POST echoes what it was sent; a dead token gets the vendor's 401.
pub fn answer(provider: Provider, request: &Request, state: &State) -> Checked<Response> {
    let Some(grant) = vendor::bearer_of(provider, request, state)? else {
        return Ok(vendor::dead_token(provider));
    };
    match request.method.as_str() {
        "GET" => Ok(resource(provider, request, &grant.username)),
        "POST" => Ok(echo(request)),
        method => Err(complaint(405, format!("the method is {method}"))),
    }
}

fn resource(provider: Provider, request: &Request, username: &str) -> Response {
    let body = match provider {
        Provider::Senior => json!({
            "freights": [{ "id": 1, "city": "São Paulo", "value": 125.5 }],
            "username": username,
        }),
        Provider::Invoisys => {
            let key = request.path.rsplit('/').next();
            json!({ "chave": key, "situacao": "autorizada", "usuario": username })
        }
        Provider::Assine => json!({ "id": 474, "username": username }),
    };
    Response::json(200, &body)
}

fn echo(request: &Request) -> Response {
    let body = json!({
        "content_type": request.header("Content-Type"),
        "length": request.body.len(),
        "text": String::from_utf8_lossy(&request.body),
        "target": request.target(),
    });
    Response::json(201, &body)
}
