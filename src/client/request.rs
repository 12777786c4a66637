//! A request of a program's own, with the token on it: where it may go, what it may carry, and one renewal when the
//! token turns out to be dead.

use crate::cache::token::{constant_time_eq, Token};
use crate::client::account::{Account, ResolvedConfig};
use crate::error::{Error, Result, Status};
use crate::messages::{Message, Unfit};
use crate::net::response::Response;
use crate::net::{self, Target};
use crate::provider::login::TemplateValues;
use crate::provider::profile::{with_query, Authorization, Insertion, Wins};
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
    let token = account.token_until(&resolved, until)?;
    let reply = outgoing.send(&token)?;
    if !resolved.login.is_dead(&reply) {
        return Ok(response(reply));
    }
    let refused = token.issued.bearer.access_token();
    let rejected = resolved.reject(refused);
    account.log_rejected(&rejected);
    // Refused again a moment after it was renewed, or never to be renewed: the answer says what the cause is.
    if rejected.is_err() {
        return Ok(response(reply));
    }
    let newer = account.token_until(&resolved, until)?;
    if constant_time_eq(newer.issued.bearer.access_token(), refused) {
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
        if !may_go(self.account, self.ready, &target)? {
            let message = Message::HostNotAllowed { host: target.shown };
            return Err(Error::new(Status::Insecure, message));
        }
        let authorization = self.authorization(None)?;
        let headers = self.all_headers(&authorization)?;
        let url = with_query(&self.url, &authorization.query, Wins::CallWithoutToken).map_err(unusable)?;
        self.insertion(&authorization)?;
        let call = self.call(&url, &headers, self.request.body);
        self.ready.login.client.check(&call).map_err(as_argument_error)
    }

    fn send(&self, token: &Token) -> Result<net::Reply> {
        let authorization = self.authorization(Some(token))?;
        let headers = self.all_headers(&authorization)?;
        let url = with_query(&self.url, &authorization.query, Wins::CallWithoutToken).map_err(unusable)?;
        let (content_type, own) = self.body();
        let whole = match self.insertion(&authorization)? {
            Some(insertion) => Some(insertion.apply(own).map_err(unusable)?),
            None => None,
        };
        let body = whole.as_ref().map(|whole| (content_type, whole.as_slice())).or(self.request.body);
        let (began, call) = (Instant::now(), self.call(&url, &headers, body));
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

    fn call<'c>(
        &'c self,
        url: &'c str,
        headers: &'c [(String, Zeroizing<String>)],
        body: Option<(&'c str, &'c [u8])>,
    ) -> net::Call<'c> {
        let values = &self.ready.login.values;
        net::Call {
            method: standard(self.request.method),
            url,
            headers,
            body,
            until: self.until.into(),
            connect_timeout: self.ready.login.connect_timeout(),
            answer_timeout: None,
            max_answer_bytes: values.number("max_response_bytes").unwrap_or(DEFAULT_MAX_RESPONSE_BYTES),
            allow_http: values.is_on("allow_http"),
            plain: false,
            reuse: net::Reuse::ByMethod,
        }
    }

    /// What the profile adds; before there is a token, without what has it in it.
    fn authorization(&self, token: Option<&Token>) -> Result<Authorization<'_>> {
        let login = &self.ready.login;
        let values = TemplateValues::of(login);
        let values = token.map_or(values, |token| values.with_token(token));
        let filled = login.profile.authorization(&login.base, &values, token.is_some());
        filled.map_err(|problem| unfit(self.ready, problem))
    }

    /// The program's headers win over what the profile adds beside the token.
    fn all_headers(&self, authorization: &Authorization) -> Result<Headers> {
        let mut all = self.headers.clone();
        for header in &authorization.headers {
            match (has(&self.headers, header.name), header.carries) {
                (true, true) => {
                    return Err(unusable(Unfit::OurHeader { header: header.name.to_owned() }));
                }
                (true, false) => {}
                (false, _) => all.push((header.name.to_owned(), header.text.clone())),
            }
        }
        Ok(all)
    }

    /// The program's body; where there is none, an empty object if its method takes one.
    fn body(&self) -> (&str, &[u8]) {
        let method = standard(self.request.method);
        match self.request.body {
            Some(body) => body,
            None if ["POST", "PUT", "PATCH"].contains(&method) => ("application/json", b"{}"),
            None => ("", b""),
        }
    }

    /// Where members go into the body, if any do.
    fn insertion<'c>(&self, authorization: &'c Authorization) -> Result<Option<Insertion<'c, 'c>>> {
        let (_, own) = self.body();
        if authorization.members.is_empty() || own.is_empty() {
            return Ok(None);
        }
        Insertion::into(own, &authorization.members, Wins::CallWithoutToken).map(Some).map_err(unusable)
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
