//! A request of a program's own, with the token on it: where it may go, what it may carry, and one renewal when the
//! token turns out to be dead.

use crate::cache::token::{constant_time_eq, Bearer};
use crate::client::account::{Account, ResolvedConfig};
use crate::error::{Error, Result, Status};
use crate::messages::{Message, Unfit};
use crate::net::response::Response;
use crate::net::{self, Target};
use crate::provider::login::TemplateValues;
use std::net::IpAddr;
use std::time::Instant;
use zeroize::Zeroizing;

const DEFAULT_MAX_RESPONSE_BYTES: u64 = 64 << 20;

/// What a program wants to have sent.
pub struct Request<'a> {
    pub method: &'a str,
    /// Absolute, or a path that is appended to the environment's API address.
    pub url: &'a str,
    /// `Name: value` lines.
    pub headers: &'a str,
    /// The bytes, and their content type where the headers name none; empty: none.
    pub body: Option<(&'static str, &'a [u8])>,
}

type Headers = Vec<(String, Zeroizing<String>)>;

/// Sends the request, and once more with a newer token when the answer says that this one is dead. Any other answer is
/// the response, whatever its status.
pub fn send(account: &Account, request: &Request) -> Result<Response> {
    let headers = headers(request.headers)?;
    let resolved = account.resolved()?;
    let until = Instant::now() + resolved.timeout;
    let url = address(&resolved, request.url)?;
    let outgoing = Outgoing { account, ready: &resolved, until, url, headers, request };
    outgoing.check()?;
    let bearer = account.bearer(&resolved, until)?;
    let reply = outgoing.send(&bearer)?;
    if !resolved.login.is_dead(&reply) {
        return Ok(response(reply));
    }
    let rejected = resolved.entry.reject(bearer.access_token());
    account.log_rejected(&rejected);
    // Refused again a moment after it was renewed: the cause is not the token, and the answer says what it is.
    if rejected.is_err() {
        return Ok(response(reply));
    }
    let newer = account.bearer(&resolved, until)?;
    if constant_time_eq(newer.access_token(), bearer.access_token()) {
        return Ok(response(reply));
    }
    drop(reply); // It may be large.
    outgoing.send(&newer).map(response)
}

fn response(reply: net::Reply) -> Response {
    Response::new(reply.http_status, reply.headers, reply.body)
}

fn unusable(problem: Unfit) -> Error {
    Error::new(Status::Argument, Message::RequestUnfit { provider: None, problem })
}

/// What the profile and the options are to blame for, and not the call.
fn unfit(resolved: &ResolvedConfig, problem: Unfit) -> Error {
    let provider = Some(resolved.login.profile.label());
    Error::new(Status::Option, Message::RequestUnfit { provider, problem })
}

struct Outgoing<'a> {
    account: &'a Account,
    ready: &'a ResolvedConfig,
    until: Instant,
    url: Zeroizing<String>,
    headers: Headers,
    request: &'a Request<'a>,
}

impl Outgoing<'_> {
    /// Whether it may be sent at all: asked before a token is.
    fn check(&self) -> Result<()> {
        let target = Target::parse(&self.url).map_err(as_argument_error)?;
        let token_header = self.ready.login.profile.token_header().name;
        if has(&self.headers, token_header) {
            return Err(unusable(Unfit::OurHeader { header: token_header.to_owned() }));
        }
        if !may_go(self.account, self.ready, &target)? {
            let message = Message::HostNotAllowed { host: target.shown };
            return Err(Error::new(Status::Insecure, message));
        }
        let headers = self.all_headers(None)?;
        self.ready.login.client.check(&self.call(&headers)).map_err(as_argument_error)
    }

    fn send(&self, bearer: &Bearer) -> Result<net::Reply> {
        let headers = self.all_headers(Some(bearer))?;
        let (began, call) = (Instant::now(), self.call(&headers));
        let reply = self.ready.login.client.send(&call).map_err(|lost| {
            let mut error = as_argument_error(lost.error);
            error.may_be_done = lost.may_have_arrived && !call.is_idempotent();
            if lost.time_is_over {
                error.status = Status::Timeout;
            }
            if let Message::AnswerTooLarge { host, http_status, most } = error.message {
                error.status = Status::Limit;
                error.message = Message::ResponseTooLarge { host, http_status, most };
            }
            self.account.log_unanswered(call.method, call.url, &error.message);
            error
        })?;
        let host = Target::parse(call.url).map(|target| target.shown).unwrap_or_default();
        self.account.log_request(call.method, &host, reply.http_status, began);
        Ok(reply)
    }

    fn call<'c>(&'c self, headers: &'c [(String, Zeroizing<String>)]) -> net::Call<'c> {
        let values = &self.ready.login.values;
        net::Call {
            method: standard(self.request.method),
            url: &self.url,
            headers,
            body: self.request.body,
            until: self.until.into(),
            connect_timeout: self.ready.login.connect_timeout(),
            answer_timeout: None,
            max_answer_bytes: values.number("max_response_bytes").unwrap_or(DEFAULT_MAX_RESPONSE_BYTES),
            allow_http: values.is_on("allow_http"),
            plain: false,
            reuse: net::Reuse::ByMethod,
        }
    }

    /// The program's headers win over what the profile adds beside the token.
    fn all_headers(&self, bearer: Option<&Bearer>) -> Result<Headers> {
        let login = &self.ready.login;
        let mut all = self.headers.clone();
        let more = login
            .profile
            .extra_headers(&TemplateValues::of(login))
            .map_err(|problem| unfit(self.ready, problem))?;
        all.extend(more.into_iter().filter(|(name, _)| !has(&self.headers, name)));
        let value = bearer.map(|bearer| Zeroizing::new(bearer.text().header_value().to_owned()));
        all.extend(value.map(|value| (login.profile.token_header().name.to_owned(), value)));
        Ok(all)
    }
}

fn has(headers: &Headers, name: &str) -> bool {
    headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Methods are told apart by case; nobody means another one by "get".
fn standard(method: &str) -> &str {
    const STANDARD: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    STANDARD.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap_or(method)
}

/// What cannot be sent as it is given.
fn as_argument_error(error: Error) -> Error {
    match error.message {
        Message::RequestUnfit { .. } => Error { status: Status::Argument, ..error },
        _ => error,
    }
}

/// The request's address. What a server and this library could understand in two ways is refused.
fn address(resolved: &ResolvedConfig, url: &str) -> Result<Zeroizing<String>> {
    let sendable = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if let Some(position) = url.bytes().position(|byte| !sendable(byte)) {
        return Err(unusable(Unfit::NotEncoded { position }));
    }
    if !url.starts_with('/') {
        return Ok(Zeroizing::new(url.to_owned()));
    }
    let api = api_address(resolved)?;
    let api = api.trim_end_matches('/');
    let mut whole = Zeroizing::new(String::with_capacity(api.len() + url.len()));
    whole.push_str(api);
    whole.push_str(url);
    Ok(whole)
}

fn api_address(resolved: &ResolvedConfig) -> Result<Zeroizing<String>> {
    let login = &resolved.login;
    login
        .profile
        .api_address(&login.base, &TemplateValues::of(login))
        .map_err(|problem| unfit(resolved, problem))
}

/// Whether the token may go there: to a host of the chosen environment, or of the program's own list.
fn may_go(account: &Account, resolved: &ResolvedConfig, target: &Target) -> Result<bool> {
    let is_target = |host: &str, port: Option<u16>| {
        host.eq_ignore_ascii_case(&target.host) && port.unwrap_or(target.usual_port()) == target.port
    };
    for address in [Zeroizing::new(resolved.login.base.clone()), api_address(resolved)?] {
        // Not on the same port by chance: http has another one unless it is written.
        let known = Target::parse(&address)?;
        if is_target(&known.host, Some(known.port)) {
            return Ok(true);
        }
    }
    let own = resolved.login.values.get("api_hosts").unwrap_or_default();
    let mut listed = account.hosts(resolved)?.iter().map(String::as_str).chain(own.split(','));
    Ok(listed.any(|entry| {
        let (host, port) = host_and_port(entry.trim());
        is_target(host, port)
    }))
}

/// `host`, `host:port`, `[address]:port`, or an address alone. A port that is none fits nowhere.
fn host_and_port(entry: &str) -> (&str, Option<u16>) {
    if entry.parse::<IpAddr>().is_ok() {
        return (entry, None);
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if !entry.ends_with(']') => (host, Some(port.parse().unwrap_or(0))),
        _ => (entry, None),
    };
    (host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host), port)
}

/// `Name: value` lines, however they end.
fn headers(text: &str) -> Result<Headers> {
    const NOT_FOR_PROGRAMS: [&str; 4] = ["authorization", "host", "content-length", "transfer-encoding"];
    let mut all = Headers::new();
    for line in text.trim_end_matches(['\r', '\n']).split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() && text.trim().is_empty() {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| unusable(Unfit::HeaderLine))?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(unusable(Unfit::HeaderName));
        }
        let header = || name.to_ascii_lowercase();
        if NOT_FOR_PROGRAMS.contains(&header().as_str()) {
            return Err(unusable(Unfit::OurHeader { header: header() }));
        }
        if value.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(unusable(Unfit::HeaderValue { header: header() }));
        }
        all.push((name.to_owned(), Zeroizing::new(value.trim_matches(' ').to_owned())));
    }
    Ok(all)
}
