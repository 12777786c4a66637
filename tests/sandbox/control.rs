//! `/_sandbox/…` on both ports: what the Rust methods do, for programs in other languages. None of it is counted.
//!
//! | request | effect |
//! |---|---|
//! | `POST fault?operation=O&fault=F&times=N` | the next N calls of O get the fault F; N is 1 unless given |
//! | `POST clear` | forgets the faults to come |
//! | `POST expire`, `POST expire?what=refresh` | every access token dies, every refresh token dies |
//! | `POST settings` with `{"expires_in": 60, …}` | the fields of `Settings`, see `Settings::update` |
//! | `POST user` with `{"provider", "username", "password"}` | adds a user or changes its password |
//! | `GET counts` | calls per operation, and connections |
//! | `GET violations` | what clients did wrong, as a list of sentences |
//!
//! Operations: `vendor::OPERATIONS`. Faults: `status:503`, `status:503:2` (with Retry-After), `retry-after:2` (429),
//! `answer:418` (the body and Content-Type of this very request), `answer-and-cookie:418` (the body in a cookie too),
//! `slow:MS`, `trickle:MS`, `huge:BYTES`, `redirect:URL`, `hang`, `hang-after-headers`, `cut-body`, `reset`,
//! `close-before-answer`, `done-then-close`, `html`, `no-token`, `bad-json`, `empty`, `garbage`, `latin1-error`,
//! `echo-secrets`.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use serde_json::{json, Value};

use super::check;
use super::faults::Fault;
use super::http::{Request, Response};
use super::server::Shared;
use super::state::{Kind, State};
use super::vendor::{self, Provider};

const PREFIX: &str = "/_sandbox/";

/// True for a request to the sandbox itself.
pub fn is_control(request: &Request) -> bool {
    request.path.starts_with(PREFIX)
}

/// Does what is asked; 400 with a sentence when it makes no sense.
pub fn answer(request: &Request, shared: &Shared) -> Response {
    let action = request.path.strip_prefix(PREFIX).unwrap_or("");
    let mut state = shared.state();
    let done = match (request.method.as_str(), action) {
        ("POST", "fault") => fault(request, &mut state),
        ("POST", "clear") => {
            state.clear_faults();
            Ok(())
        }
        ("POST", "expire") => expire(request, &mut state),
        ("POST", "settings") => {
            body_json(request).and_then(|v| shared.change(&mut state, |settings| settings.update(&v)))
        }
        ("POST", "user") => body_json(request).and_then(|v| user(&v, &mut state)),
        ("GET", "counts") => {
            let mut counts = json!(state.counts());
            counts["connections"] = json!(shared.connections.load(Ordering::SeqCst));
            return Response::json(200, &counts);
        }
        ("GET", "violations") => return Response::json(200, &json!(state.violations)),
        _ => Err(ACTIONS.to_string()),
    };
    match done {
        Ok(()) => Response::empty(204),
        Err(why) => Response::new(400, "text/plain; charset=utf-8", why + "\n"),
    }
}

const ACTIONS: &str = "known: POST fault, clear, expire, settings, user; GET counts, violations";

fn fault(request: &Request, state: &mut State) -> Result<(), String> {
    let query = query(request)?;
    let get = |name: &str| query.get(name).map(String::as_str);
    let operation = get("operation").and_then(vendor::operation_named);
    let operation =
        operation.ok_or_else(|| format!("operation is one of {}", vendor::OPERATIONS.join(", ")))?;
    let content_type = request.header("Content-Type").unwrap_or("application/json");
    let fault = get("fault").and_then(|name| Fault::named(name, content_type, &request.body));
    let fault = fault.ok_or("no such fault")?;
    let times = get("times").unwrap_or("1").parse();
    let times = times.map_err(|_| "times is not a number")?;
    state.add_fault(operation, fault, times);
    Ok(())
}

fn expire(request: &Request, state: &mut State) -> Result<(), String> {
    match request.query.as_str() {
        "" => state.tokens.expire_all(),
        "what=refresh" => state.tokens.forget_refresh_tokens(),
        _ => return Err("the query is empty, or what=refresh".to_string()),
    }
    Ok(())
}

fn user(json: &Value, state: &mut State) -> Result<(), String> {
    let text = |name: &str| {
        let value = json[name].as_str();
        value.ok_or_else(|| format!("{name} is missing or no text"))
    };
    let provider = Provider::named(text("provider")?).ok_or("no such provider")?;
    state.add_user(provider, text("username")?, text("password")?, Kind::Ordinary);
    Ok(())
}

fn query(request: &Request) -> Result<BTreeMap<String, String>, String> {
    Ok(check::pairs(&request.query)?.into_iter().collect())
}

fn body_json(request: &Request) -> Result<Value, String> {
    serde_json::from_slice(&request.body).map_err(|e| format!("the body is not JSON: {e}"))
}
