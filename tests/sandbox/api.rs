//! Protected resources, so that a program has something to use its token for. Senior has more than the others:
//!
//! | below `/rest/tms/` | answer |
//! |---|---|
//! | `echo`, any method | what was sent: method, target, headers, length and sum of the body, the text of a short one |
//! | `bytes/N` | N bytes, byte i is i * 31 % 251 |
//! | `charset/NAME` | `{"cidade":"São Paulo"}` in `utf-8`, `iso-8859-1`, `windows-1252` (with a `€`), `none` (Latin-1, not said), `utf-16` |
//! | `redirect` | 307 to another host |
//! | `empty` | 204 |
//! | another, such as `freights` | GET a small JSON, any other method what was sent |

use serde_json::{json, Value};

use super::check::{complaint, Checked};
use super::http::{Request, Response};
use super::state::State;
use super::vendor::{self, Provider};

const LONGEST_TEXT: usize = 64 * 1024;

/// A dead token gets the vendor's 401.
pub fn answer(provider: Provider, request: &Request, state: &State) -> Checked<Response> {
    let Some(grant) = vendor::bearer_of(provider, request, state)? else {
        return Ok(vendor::dead_token(provider));
    };
    let below = request.path.split_once("/rest/tms/").map(|(_, below)| below).unwrap_or_default();
    match (below.split_once('/').unwrap_or((below, "")), request.method.as_str()) {
        (("echo", ""), _) => Ok(echo(request)),
        (("bytes", count), _) => bytes(count),
        (("charset", name), _) => charset(name),
        (("redirect", ""), _) => Ok(Response::empty(307).with("Location", "http://127.0.0.1:1/elsewhere")),
        (("empty", ""), _) => Ok(Response::empty(204)),
        (_, "GET" | "HEAD") => Ok(resource(provider, request, &grant.username)),
        _ => Ok(echo(request)),
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
        Provider::Assine | Provider::Consent => json!({ "id": 474, "username": username }),
    };
    Response::json(200, &body)
}

fn echo(request: &Request) -> Response {
    let headers: serde_json::Map<String, Value> = request
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"))
        .map(|(name, value)| (name.to_ascii_lowercase(), json!(value)))
        .collect();
    let text = (request.body.len() <= LONGEST_TEXT).then(|| String::from_utf8_lossy(&request.body));
    let body = json!({
        "method": request.method,
        "content_type": request.header("Content-Type"),
        "headers": headers,
        "length": request.body.len(),
        "sum": sum(&request.body),
        "text": text,
        "target": request.target(),
    });
    Response::json(201, &body)
}

/// Told the same by the clients: each 61st byte moves what came before. All of 64 MiB would take a debug build long.
fn sum(bytes: &[u8]) -> u32 {
    bytes.iter().step_by(61).fold(0, |sum, byte| sum.rotate_left(1) ^ u32::from(*byte))
}

fn bytes(count: &str) -> Checked<Response> {
    let count: usize = count.parse().map_err(|_| complaint(404, "bytes/N".to_string()))?;
    let round: Vec<u8> = (0..251usize).map(|i| (i * 31 % 251) as u8).collect();
    let mut body = round.repeat(count / round.len() + 1);
    body.truncate(count);
    Ok(Response::new(200, "application/octet-stream", body))
}

fn charset(name: &str) -> Checked<Response> {
    const OLD: &[u8] = b"{\"cidade\":\"S\xe3o Paulo\"}";
    let (content_type, body) = match name {
        "utf-8" => ("application/json; charset=utf-8", "{\"cidade\":\"São Paulo\"}".as_bytes()),
        "iso-8859-1" => ("application/json; charset=ISO-8859-1", OLD),
        "windows-1252" => {
            ("application/json; charset=windows-1252", &b"{\"cidade\":\"S\xe3o Paulo \x80\"}"[..])
        }
        "none" => ("application/json", OLD),
        "utf-16" => ("text/plain; charset=utf-16", &b"\xff\xfea\0"[..]),
        _ => return Err(complaint(404, "no such charset".to_string())),
    };
    Ok(Response::new(200, content_type, body))
}
