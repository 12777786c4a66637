//! The ways a provider can misbehave, and their names for the control endpoint.

use std::time::Duration;

use serde_json::Value;

use super::check;
use super::http::{Request, Response};
use super::vendor::{self, Provider, Route};

/// What goes wrong with one request. Unless it says that the work is done, the vendor changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// An error answer of the vendor's shape with this status.
    Status(u16),
    /// Any answer at all.
    StatusWith {
        /// The status.
        status: u16,
        /// The Content-Type.
        content_type: String,
        /// The body.
        body: Vec<u8>,
        /// Further headers.
        headers: Vec<(String, String)>,
    },
    /// An error answer with a Retry-After, in seconds or as an HTTP date.
    RetryAfter {
        /// 429 or 503.
        status: u16,
        /// The header's value.
        value: String,
    },
    /// A pause, then the work is done and answered.
    Slow(Duration),
    /// No answer until the sandbox stops.
    Hang,
    /// The work is done, the head is sent, the body never.
    HangAfterHeaders,
    /// The work is done; Content-Length promises more than what is sent, then the connection closes.
    CutBody,
    /// The connection is reset (RST) instead of an answer; over TLS it is closed without a farewell.
    Reset,
    /// The connection is closed instead of an answer.
    CloseBeforeAnswer,
    /// The work is done, then the connection is closed without an answer.
    DoneThenClose,
    /// 200 with the login page of a proxy.
    Html,
    /// 200 with `{}`.
    NoToken,
    /// 200 with JSON that breaks off.
    BadJson,
    /// 200 without a body.
    Empty,
    /// 200 with JSON of so many bytes, without a token.
    Huge(usize),
    /// The work is done; the answer comes one byte at a time, each after this pause.
    Trickle(Duration),
    /// 302 to this URL.
    Redirect(String),
    /// Bytes that are not HTTP.
    Garbage,
    /// The vendor's refusal of a password, in ISO-8859-1.
    Latin1Error,
    /// 400 with a message that quotes the received body and Authorization.
    EchoSecrets,
}

impl Fault {
    /// The fault of a name with its arguments after colons, such as `hang`, `slow:1500`, `status:503:2`.
    ///
    /// `answer:418` stands for any answer: `body` and `content_type` are what it then says; `answer-and-cookie:418` has
    /// the body in a cookie too.
    pub fn named(text: &str, content_type: &str, body: &[u8]) -> Option<Fault> {
        let (name, argument) = text.split_once(':').unwrap_or((text, ""));
        let pause = || argument.parse().ok().map(Duration::from_millis);
        let fault = match name {
            "status" => match argument.split_once(':') {
                Some((status, value)) => {
                    Fault::RetryAfter { status: status_code(status)?, value: value.to_string() }
                }
                None => Fault::Status(status_code(argument)?),
            },
            "retry-after" if !argument.is_empty() => {
                Fault::RetryAfter { status: 429, value: argument.to_string() }
            }
            "answer" => Fault::StatusWith {
                status: status_code(argument)?,
                content_type: content_type.to_string(),
                body: body.to_vec(),
                headers: Vec::new(),
            },
            "answer-and-cookie" => Fault::StatusWith {
                status: status_code(argument)?,
                content_type: content_type.to_string(),
                body: body.to_vec(),
                headers: vec![("Set-Cookie".to_string(), format!("body={}", String::from_utf8_lossy(body)))],
            },
            "slow" => Fault::Slow(pause()?),
            "trickle" => Fault::Trickle(pause()?),
            "huge" => Fault::Huge(argument.parse().ok()?),
            "redirect" if !argument.is_empty() => Fault::Redirect(argument.to_string()),
            _ if argument.is_empty() => plain(name)?,
            _ => return None,
        };
        Some(fault)
    }

    /// The whole answer of a fault that is nothing but an answer; None for the others.
    pub fn response(&self, route: Route, request: &Request) -> Option<Response> {
        let ok = |media_type: &str, body: Vec<u8>| Response::new(200, media_type, body);
        Some(match self {
            Fault::Status(status) => vendor::refusal(route, *status, SCRIPTED),
            Fault::RetryAfter { status, value } => {
                vendor::refusal(route, *status, SCRIPTED).with("Retry-After", value)
            }
            Fault::StatusWith { status, content_type, body, headers } => headers
                .iter()
                .fold(Response::new(*status, content_type, body.clone()), |answer, (name, value)| {
                    answer.with(name, value)
                }),
            Fault::Html => ok("text/html; charset=utf-8", LOGIN_PAGE.into()),
            Fault::NoToken => ok("application/json", b"{}".to_vec()),
            Fault::BadJson => ok("application/json", b"{\"access_token\": \"48".to_vec()),
            Fault::Empty => Response::empty(200),
            Fault::Huge(length) => ok("application/json", huge(*length)),
            Fault::Redirect(url) => Response::empty(302).with("Location", url),
            Fault::Latin1Error => latin1_refusal(route),
            Fault::EchoSecrets => {
                let body = String::from_utf8_lossy(&request.body);
                let bearer = request.header("Authorization").unwrap_or("");
                let decoded = decoded_values(&body);
                let message = format!("Request invalid format: {body} {decoded} {bearer}");
                vendor::refusal(route, 400, &message)
            }
            _ => return None,
        })
    }
}

const SCRIPTED: &str = "a fault the sandbox was told to have";
const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Acesso à internet</title></head>\
    <body><form method=\"post\" action=\"/login\">Usuário: <input name=\"user\"></form></body></html>\n";

fn status_code(text: &str) -> Option<u16> {
    text.parse().ok().filter(|code| (200..600).contains(code))
}

fn plain(name: &str) -> Option<Fault> {
    Some(match name {
        "hang" => Fault::Hang,
        "hang-after-headers" => Fault::HangAfterHeaders,
        "cut-body" => Fault::CutBody,
        "reset" => Fault::Reset,
        "close-before-answer" => Fault::CloseBeforeAnswer,
        "done-then-close" => Fault::DoneThenClose,
        "html" => Fault::Html,
        "no-token" => Fault::NoToken,
        "bad-json" => Fault::BadJson,
        "empty" => Fault::Empty,
        "garbage" => Fault::Garbage,
        "latin1-error" => Fault::Latin1Error,
        "echo-secrets" => Fault::EchoSecrets,
        _ => return None,
    })
}

fn huge(length: usize) -> Vec<u8> {
    const FRAME: usize = "{\"filler\":\"\"}".len();
    let mut body = b"{\"filler\":\"".to_vec();
    body.resize(body.len() + length.saturating_sub(FRAME), b'x');
    body.extend_from_slice(b"\"}");
    body
}

fn latin1_refusal(route: Route) -> Response {
    let message = "Usuário ou senha inválidos: ação não permitida";
    let mut response = vendor::refusal(route, 401, message);
    let text = String::from_utf8_lossy(&response.body).into_owned();
    // Each of these letters is one byte there, with the number it has in Unicode.
    response.body = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    let media_type = match route.provider {
        Provider::Assine => "application/problem+json; charset=ISO-8859-1",
        Provider::Senior | Provider::Invoisys | Provider::Consent => "application/json; charset=ISO-8859-1",
    };
    response.headers[0].1 = media_type.to_string();
    response
}

/// The values of the body as the server understands them: a secret must not show in this form either.
fn decoded_values(body: &str) -> String {
    let values: Vec<String> = match serde_json::from_str(body) {
        Ok(Value::Object(fields)) => fields.values().filter_map(|v| v.as_str().map(str::to_string)).collect(),
        _ => {
            let pairs = check::pairs(body).unwrap_or_default();
            pairs.into_iter().map(|(_, value)| value).collect()
        }
    };
    values.join(" ")
}
