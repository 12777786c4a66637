//! One request over the network: TLS, proxy, limits, time-outs, names, and whether an unanswered request
//! may have arrived.
//!
//! ureq speaks HTTP and rustls TLS. What lies below is ours, because ureq's own parts cannot promise what
//! is promised here: its resolver starts a thread that outlives the time-out, its CONNECT and its writes
//! count the time anew for every byte, and none of it tells whether a request has left. From the bottom up:
//! `stream` (TCP until an instant), `socket` (names, the time of each step), `tunnel` (CONNECT through a proxy), `tls`, `pool`
//! (connections that wait for another request), and `guard` (notes that the request leaves, reads answers with `answer`
//! and `head`, wipes buffers).
//! `progress` is what they know of the call they work for.
//!
//! Everything runs on the caller's thread, no signal is used, nothing is printed, and no thread is started but for a
//! name that the name servers do not know, and for each on Windows before 8 (`last_resort`).

mod answer;
#[cfg_attr(any(windows, target_vendor = "apple"), path = "authorities_of_system.rs")]
mod authorities;
mod call;
mod certificate;
mod client_key;
mod connect;
mod der;
#[cfg(unix)]
mod dns;
mod failure;
mod guard;
mod head;
mod identity;
mod inflate;
mod last_resort;
mod names;
mod password_based;
mod pem;
mod pkcs12;
mod pool;
mod probe;
mod progress;
mod proxy;
mod reply;
mod request;
mod resolve;
mod roots;
mod socket;
#[cfg(windows)]
mod store_key;
mod stream;
mod target;
mod tls;
mod tls_fault;
mod tunnel;
mod user_proxy;
mod verifier;
mod written_key;

pub mod response;
#[cfg(test)]
mod tests;

pub use call::{Call, CallFailure, Reuse};
pub use certificate::Certificate;
pub use client_key::ClientKey;
pub use identity::{ClientCredential, ClientFiles, ClientIdentity, IN_STORE};
pub use last_resort::forbid_threads;
pub use probe::{Connection, Limits, Probe, Tls};
pub use reply::{http_date, Reply};
pub use target::Target;

// For the store at a Redis server, which is reached without HTTP.
#[cfg(feature = "redis")]
pub use {
    names::Failure as LookUpFailure,
    proxy::host_and_port,
    resolve::{addresses, System},
    roots::Roots,
    stream::Stream,
    tls::config as tls_config,
    tls_fault::{fault as tls_fault, inside as tls_error},
};

use crate::error::{Error, Status};
use crate::messages::{FileFault, Message};
use crate::util::clock;
use call::BUFFER_BYTES;
use connect::Pooled;
use failure::CallContext;
use pool::Pool;
use progress::Progress;
use proxy::{Proxies, ProxySetting};
use resolve::{Later, Resolver};
#[cfg(not(feature = "redis"))]
use roots::Roots;
use socket::Tcp;
use std::sync::Arc;
use tls::Tls as Secure;
use tunnel::Tunnel;
use ureq::http::{Request, Response};
use ureq::unversioned::transport::Connector;
use ureq::{config::Config, Agent, Body};

/// What the network is told once: two accounts with the same settings can share a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Settings {
    proxy: ProxySetting,
    roots: Option<Roots>,
    /// Another one has connections of its own, whose server knows us by it.
    identity: Option<Arc<ClientIdentity>>,
}

impl Settings {
    /// `proxy` and `ca_pem` as `is_proxy` and `parse_ca` accept them. What they refuse never widens what
    /// is trusted: such a proxy fails every request, such roots trust nobody.
    pub fn new(proxy: Option<&str>, ca_pem: Option<&[u8]>) -> Settings {
        Settings {
            proxy: proxy.map_or(ProxySetting::Environment, ProxySetting::new),
            roots: ca_pem.map(|pem| Roots::read(pem).unwrap_or_default()),
            identity: None,
        }
    }

    pub fn showing(self, identity: Option<&Arc<ClientIdentity>>) -> Settings {
        Settings { identity: identity.cloned(), ..self }
    }
}

/// Whether `text` is a value for a proxy.
pub fn is_proxy(text: &str) -> bool {
    proxy::parse(text).is_some()
}

pub use proxy::other_kind as other_kind_of_proxy;

/// Whether `pem` holds certificates that can be trusted; the error says what is wrong.
pub fn parse_ca(pem: &[u8]) -> Result<(), FileFault> {
    Roots::read(pem).map(drop)
}

/// Sends requests. The one agent makes the certificates of the system be read once, and at the first use.
pub struct Client {
    agent: Agent,
    pool: Arc<Pool>,
    proxies: Proxies,
    identity: Option<Arc<ClientIdentity>>,
}

impl Client {
    /// Reads no file and asks no server. The environment is read here and not for every request, because
    /// a host may change it on another thread.
    pub fn new(settings: &Settings) -> Client {
        Client::with(settings, Proxies::new(&settings.proxy), resolve::System)
    }

    fn with(settings: &Settings, proxies: Proxies, names: impl resolve::Names) -> Client {
        let proxy = proxies.proxy();
        let pool = Arc::new(Pool::default());
        let resolver = Resolver { proxy: proxy.clone(), names };
        let secure = Secure { config: tls::config(settings.roots.as_ref(), settings.identity.clone()) };
        let new = Tcp { resolver }.chain(Tunnel { proxy }).chain(secure);
        let agent = Agent::with_parts(config(), Pooled { new, pool: Arc::clone(&pool) }, Later);
        Client { agent, pool, proxies, identity: settings.identity.clone() }
    }

    /// Closes the connections that wait. Requests under way finish.
    pub fn close(&self) {
        self.pool.close();
    }

    /// Whether the call can be made at all. Sends nothing.
    pub fn check(&self, call: &Call) -> Result<(), Error> {
        self.prepare(call).map(drop)
    }

    fn prepare(&self, call: &Call) -> Result<(Target, Request<()>, bool), Error> {
        let target = Target::parse(call.url)?;
        if !(target.https || target.loopback || call.allow_http) {
            let message = Message::PlainHttp { url: format!("http://{}", target.shown) };
            return Err(Error::new(Status::Insecure, message));
        }
        if let Some(cause) = self.identity.as_ref().and_then(|identity| identity.out_of_date()) {
            return Err(Error::new(Status::Option, Message::ClientCertificate { cause }));
        }
        let request = request::build(call, &target)?;
        let proxied = self.proxies.covers(&target)?;
        Ok((target, request, proxied))
    }

    /// Sends one request and reads the answer, whatever its status. Redirects are answers.
    pub fn send(&self, call: &Call) -> Result<Reply, CallFailure> {
        let (target, request, proxied) = self.prepare(call).map_err(CallFailure::before)?;
        let began = clock::now();
        let repeatable = call.reuse == Reuse::ByMethod && call.is_idempotent();
        let longest_wait_ms = if repeatable { pool::MAX_IDLE_MS } else { pool::JUST_USED_MS };
        progress::begin(call, proxied, (call.reuse != Reuse::Never).then_some(longest_wait_ms));
        let proxy = self.proxies.proxy().filter(|_| proxied).map(|proxy| proxy.shown());
        let scene = CallContext { target: &target, proxy, identity: self.identity.as_deref() };
        if progress::time_left().is_none() {
            return Err(scene.lost(ureq::Error::Timeout(ureq::Timeout::Global), None));
        }
        let mut answer = self.run(call, request.clone());
        // The server closed the connection while it waited, and the request met it on its way.
        if answer.as_ref().is_err_and(|error| ended_unheard(error, &progress::get(), repeatable)) {
            progress::begin_again(call, proxied);
            answer = self.run(call, request);
        }
        let answer = answer.map_err(|error| scene.lost(error, None))?;
        if answer.status().is_informational() {
            return Err(scene.unasked(answer.status().as_u16()));
        }
        reply::read(answer, call, began, &scene)
    }

    fn run(&self, call: &Call, request: Request<()>) -> Result<Response<Body>, ureq::Error> {
        match call.body {
            Some((_, body)) => self.agent.run(request.map(|()| body)),
            // A method that means to carry something says that it is nothing.
            None if matches!(call.method, "POST" | "PUT" | "PATCH") => {
                self.agent.run(request.map(|()| &[] as &[u8]))
            }
            None => self.agent.run(request),
        }
    }
}

fn config() -> Config {
    // No time-out of ureq's: ours are kept where the waiting is, in the socket.
    Config::builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .max_response_header_size(2 * answer::MAX_OVERHEAD_BYTES)
        .input_buffer_size(BUFFER_BYTES)
        .output_buffer_size(BUFFER_BYTES)
        .allow_non_standard_methods(true)
        .accept_encoding("identity")
        .user_agent(concat!("erptoken/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Whether a connection that had waited ended before a byte of the answer came, and no harm is done by sending the
/// request once more: twice is as good as once, or the system took nothing of it.
fn ended_unheard(error: &ureq::Error, at: &Progress, repeatable: bool) -> bool {
    let ended = matches!(error, ureq::Error::Io(error) if socket::is_end(error));
    ended && at.reused && !at.answered && (repeatable || !at.taken)
}
