//! CONNECT: the way through a proxy to the server itself.

use super::progress::{self, Phase};
use super::proxy::Proxy;
use super::socket::Socket;
use super::target::Target;
use crate::util::encoding::base64;
use crate::util::secret::clean;
use std::fmt;
use std::sync::Arc;
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout, Transport};
use ureq::Error;

/// Largest head of a proxy's answer.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Ways of logging in that are listed.
const MAX_WAYS: usize = 5;

/// Why there is no way through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Status(u16),
    /// It wants a login, in ways that are not ours: their names.
    Ways(u16, String),
    NotHttp,
    Closed,
}

/// As an error of ureq needs it; what a person reads, `failure` decides.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Refusal {}

#[derive(Debug)]
pub struct Tunnel {
    pub proxy: Option<Arc<Proxy>>,
}

impl Connector<Socket> for Tunnel {
    type Out = Socket;

    /// A request over plain http takes this way too: one way to be right about.
    fn connect(&self, details: &ConnectionDetails, socket: Option<Socket>) -> Result<Option<Socket>, Error> {
        let Some(mut socket) = socket else { return Ok(None) };
        if let Some(proxy) = self.proxy.as_ref().filter(|_| progress::get().proxied) {
            progress::enter(Phase::Tunnel);
            let target = Target::of(details.uri.clone()).map_err(|_| Error::ConnectionFailed)?;
            ask(&mut socket, proxy, &target, details.timeout)?;
        }
        if details.needs_tls() {
            progress::enter(Phase::Handshake);
        }
        Ok(Some(socket))
    }
}

pub fn ask(socket: &mut Socket, proxy: &Proxy, target: &Target, timeout: NextTimeout) -> Result<(), Error> {
    let host = if target.host.contains(':') { format!("[{}]", target.host) } else { target.host.clone() };
    let (host, agent) = (format!("{host}:{}", target.port), env!("CARGO_PKG_VERSION"));
    let head = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: erptoken/{agent}\r\n");
    put(socket, head.as_bytes(), timeout)?;
    if let Some(login) = &proxy.login {
        put(socket, b"Proxy-Authorization: Basic ", timeout)?;
        put(socket, base64(login.expose().as_bytes()).as_bytes(), timeout)?;
        put(socket, b"\r\n", timeout)?;
    }
    put(socket, b"\r\n", timeout)?;
    loop {
        let more = socket.await_input(timeout)?;
        let heard = socket.buffers().input();
        if let Some(length) = head_length(heard) {
            let head = heard.get(..length).unwrap_or_default();
            let refusal = match status_of(head) {
                Some(200..=299) => None,
                Some(status @ (407 | 401)) => Some(match ways_of(head) {
                    Some(ways) => Refusal::Ways(status, ways),
                    None => Refusal::Status(status),
                }),
                Some(status) => Some(Refusal::Status(status)),
                None => Some(Refusal::NotHttp),
            };
            socket.buffers().input_consume(length);
            return refusal.map_or(Ok(()), |refusal| Err(Error::Other(refusal.into())));
        }
        let is_http = heard.iter().zip(b"HTTP/").all(|(heard, wanted)| heard == wanted);
        if !is_http || heard.len() > MAX_HEAD_BYTES {
            return Err(Error::Other(Refusal::NotHttp.into()));
        }
        if !more {
            return Err(Error::Other(Refusal::Closed.into()));
        }
    }
}

fn put(socket: &mut Socket, mut bytes: &[u8], timeout: NextTimeout) -> Result<(), Error> {
    while !bytes.is_empty() {
        let room = socket.buffers().output();
        let amount = bytes.len().min(room.len());
        if let (Some(room), Some(now)) = (room.get_mut(..amount), bytes.get(..amount)) {
            room.copy_from_slice(now);
        }
        socket.transmit_output(amount, timeout)?;
        bytes = bytes.get(amount..).unwrap_or_default();
    }
    Ok(())
}

/// The head ends at an empty line, which some end with a line feed alone.
fn head_length(heard: &[u8]) -> Option<usize> {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let found = ends.map(|end| Some(heard.windows(end.len()).position(|bytes| bytes == end)? + end.len()));
    found.into_iter().flatten().min()
}

/// The ways in which a login is wanted, if ours (Basic) is not among them.
fn ways_of(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let offers = lines.filter(|(name, _)| name.trim().eq_ignore_ascii_case("Proxy-Authenticate"));
    // Of a way that follows another in one line, only that it is a word of its own tells it from a parameter.
    let ways =
        offers.flat_map(|(_, value)| value.split(',')).filter_map(|part| part.split_whitespace().next());
    let mut ways: Vec<&str> = ways.filter(|way| !way.contains(['=', '"'])).take(MAX_WAYS).collect();
    ways.dedup();
    let ours = ways.iter().any(|way| way.eq_ignore_ascii_case("Basic"));
    (!ours && !ways.is_empty()).then(|| clean(&ways.join(", "), &[]))
}

/// The number in `HTTP/1.1 407 Proxy Authentication Required`.
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let mut words = std::str::from_utf8(line.get(..line.len().min(12))?).ok()?.split(' ');
    let (version, status) = (words.next()?, words.next()?);
    let number = status.parse().ok().filter(|_| status.len() == 3);
    number.filter(|_| version.starts_with("HTTP/1."))
}
