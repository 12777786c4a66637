//! The way to a server, step by step, for a report: each with what came of it and how long it took. No credentials go
//! along: of a request there is one, for no page in particular, to read the server's clock.

use super::call::{Call, Reuse};
use super::certificate::{self, Certificate};
use super::progress::{self, Phase};
use super::proxy::Proxy;
use super::resolve::{self, Failure};
use super::socket::Socket;
use super::stream::Stream;
use super::target::Target;
use super::{tls_fault, tunnel, Client};
use crate::error::Error;
use crate::messages::{Cause, Message, SystemFault};
use crate::util::clock;
use crate::util::sync::{locked, Mutex};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::unversioned::transport::NextTimeout;

/// Addresses that are tried.
const MAX_ADDRESSES: usize = 6;
/// An answer without a body is asked for.
const MAX_RESPONSE_BYTES: u64 = 64 * 1024;

/// Our sockets keep the time by themselves.
const NO_TIMEOUT: NextTimeout = NextTimeout {
    after: ureq::unversioned::transport::time::Duration::NotHappening,
    reason: ureq::Timeout::Global,
    per_read: None,
    per_write: None,
};

/// What was found. A step that is not there was not reached.
pub struct Probe {
    pub loopback: bool,
    /// The proxy in between, or one that is set and does not cover this server.
    pub proxy: Option<String>,
    pub proxied: bool,
    pub lookup: Option<Lookup>,
    pub connections: Vec<Connection>,
    pub tls: Option<Tls>,
    pub answer: Option<Result<ProbeResponse, Error>>,
}

pub struct Lookup {
    pub host: String,
    pub found: Result<Vec<IpAddr>, Message>,
    pub took: Duration,
}

pub struct Connection {
    pub address: SocketAddr,
    pub ended: Result<(), Cause>,
    pub took: Duration,
}

#[derive(Default)]
pub struct Tls {
    /// Whether the handshake ended well. Nothing is said here of whether the certificate is trusted: that the request
    /// tells, which takes the usual way.
    pub done: bool,
    pub version: String,
    pub cipher: String,
    pub chain: Vec<Certificate>,
    pub took: Duration,
}

pub struct ProbeResponse {
    pub http_status: u16,
    pub took: Duration,
    /// The server's clock less this machine's.
    pub skew_ms: Option<i64>,
}

/// What a probe may do.
pub struct Limits {
    pub until: Instant,
    pub connect_timeout: Duration,
    pub allow_http: bool,
}

impl Client {
    /// Goes the way to the server of `base`.
    pub fn probe(&self, base: &str, limits: &Limits) -> Result<Probe, Error> {
        let target = Target::parse(base)?;
        let proxied = self.proxies.covers(&target)?;
        let proxy = self.proxies.proxy();
        let scheme = if target.https { "https" } else { "http" };
        let root = format!("{scheme}://{}/", target.shown);
        let call = limits.call(&root);
        progress::begin(&call, proxied, None);

        let mut probe = Probe {
            loopback: target.loopback,
            proxy: proxy.as_ref().map(|proxy| proxy.shown()),
            proxied,
            lookup: None,
            connections: Vec::new(),
            tls: None,
            answer: None,
        };
        let proxy = proxy.filter(|_| proxied);
        let stream = probe.connect(&target, proxy.as_deref(), limits);
        if let (Some(stream), true) = (stream, target.https) {
            probe.tls = handshake(stream, &target, proxy.as_deref());
        }
        // The usual way, with all its checks.
        let began = Instant::now();
        let call = limits.call(&root);
        let answer = self.send(&call).map_err(|lost| lost.error);
        // It may end well with a client certificate alone, which is shown to those who are trusted.
        if let (Some(tls), true) = (&mut probe.tls, answer.is_ok()) {
            tls.done = true;
        }
        probe.answer = Some(answer.map(|reply| {
            let took = began.elapsed();
            let half_ms = (clock::now().boot_ms - reply.sent_at.boot_ms) / 2;
            let skew = |date: i64| date - (reply.sent_at.wall_ms + half_ms);
            ProbeResponse { http_status: reply.http_status, took, skew_ms: reply.server_date_ms.map(skew) }
        }));
        Ok(probe)
    }
}

impl Limits {
    fn call<'a>(&self, url: &'a str) -> Call<'a> {
        Call {
            method: "HEAD",
            url,
            headers: &[],
            body: None,
            until: self.until.into(),
            connect_timeout: self.connect_timeout,
            answer_timeout: Some(self.until.saturating_duration_since(Instant::now()) / 2),
            max_answer_bytes: MAX_RESPONSE_BYTES,
            plain: false,
            allow_http: self.allow_http,
            reuse: Reuse::Never,
        }
    }

    /// What one step may take: it leaves something for the next.
    fn step(&self) -> Duration {
        let left = self.until.saturating_duration_since(Instant::now());
        self.connect_timeout.min(left / 2).max(Duration::from_millis(1))
    }
}

impl Probe {
    /// Looks the name up and tries every address; the first that accepts.
    fn connect(&mut self, target: &Target, proxy: Option<&Proxy>, limits: &Limits) -> Option<Stream> {
        let (host, port) = proxy.map_or((&target.host, target.port), |proxy| (&proxy.host, proxy.port));
        let began = Instant::now();
        let found = resolve::addresses(host, &resolve::System, began + limits.step());
        let took = began.elapsed();
        let found = found.map_err(|failure| {
            let host = host.clone();
            match failure {
                Failure::Unknown => Message::UnknownHost { host },
                Failure::Failed => Message::LookupFailed { host },
                Failure::TimedOut => Message::LookupTimedOut { host, seconds: took.as_secs() },
                Failure::Local(number) => {
                    let fault = SystemFault::of_socket(&io::Error::from_raw_os_error(number));
                    Message::LocalFault { host, fault }
                }
            }
        });
        let addresses = found.clone().unwrap_or_default();
        self.lookup = Some(Lookup { host: host.clone(), found, took });
        let mut first = None;
        for address in addresses.into_iter().take(MAX_ADDRESSES) {
            let (address, began) = (SocketAddr::new(address, port), Instant::now());
            let connected = Stream::connect(&[address], began + limits.step());
            let took = began.elapsed();
            let ended = match connected {
                Ok(stream) => {
                    first = first.or(Some(stream));
                    Ok(())
                }
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    Err(Cause::NoAnswer { seconds: took.as_secs() })
                }
                Err(error) => Err(Cause::System { fault: SystemFault::of_socket(&error) }),
            };
            self.connections.push(Connection { address, ended, took });
        }
        first
    }
}

/// A handshake, to see what the server shows. Nothing is sent afterwards.
fn handshake(stream: Stream, target: &Target, proxy: Option<&Proxy>) -> Option<Tls> {
    let began = Instant::now();
    let mut stream = match proxy {
        None => stream,
        Some(proxy) => {
            let mut socket = Socket::over(stream);
            progress::enter(Phase::Tunnel);
            tunnel::ask(&mut socket, proxy, target, NO_TIMEOUT).ok()?;
            socket.into_stream()
        }
    };
    progress::enter(Phase::Handshake);
    let provider = Arc::new(crypto::ring::default_provider());
    let seen = Arc::new(RecordingVerifier { provider: Arc::clone(&provider), chain: Mutex::default() });
    let witness: Arc<dyn ServerCertVerifier> = Arc::<RecordingVerifier>::clone(&seen);
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    let config = config.dangerous().with_custom_certificate_verifier(witness).with_no_client_auth();
    let name = ServerName::try_from(target.host.trim_end_matches('.').to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config), name).ok()?;
    stream.until = progress::deadline();
    let done = connection.complete_io(&mut stream).is_ok();
    connection.send_close_notify();
    let _ = connection.write_tls(&mut stream);
    let version = connection.protocol_version().map(|version| tls_fault::technical(&version));
    let cipher = connection.negotiated_cipher_suite().map(|suite| tls_fault::technical(&suite.suite()));
    let chain = locked(&seen.chain);
    Some(Tls {
        done,
        version: version.unwrap_or_default(),
        cipher: cipher.unwrap_or_default(),
        chain: chain.iter().map(|der| certificate::read(der)).collect(),
        took: began.elapsed(),
    })
}

/// Looks at the server's certificates and trusts whoever shows them: only for a connection on which nothing is sent.
#[derive(Debug)]
struct RecordingVerifier {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

/// Certificates that are looked at.
const MAX_CHAIN_LENGTH: usize = 6;

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = [own].into_iter().chain(others).take(MAX_CHAIN_LENGTH);
        let mut seen = locked(&self.chain);
        *seen = chain.map(|der| der.clone().into_owned()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
