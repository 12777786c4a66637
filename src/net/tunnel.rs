//! CONNECT: the way through a proxy to the server itself.

use super::progress::{self, Phase};
use super::proxy::Proxy;
use super::socket::Socket;
use super::target::Target;
use crate::util::encoding::base64;
use std::fmt;
use std::sync::Arc;
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout, Transport};
use ureq::Error;

/// Largest head of a proxy's answer.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Why there is no way through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Status(u16),
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
        if let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
            let status = status_of(heard);
            socket.buffers().input_consume(end.saturating_add(4));
            return match status {
                Some(200..=299) => Ok(()),
                Some(status) => Err(Error::Other(Refusal::Status(status).into())),
                None => Err(Error::Other(Refusal::NotHttp.into())),
            };
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

/// The number in `HTTP/1.1 407 Proxy Authentication Required`.
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line.get(..line.len().min(12))?).ok()?.split(' ');
    let (version, status) = (words.next()?, words.next()?);
    let number = status.parse().ok().filter(|_| status.len() == 3);
    number.filter(|_| version.starts_with("HTTP/1."))
}
