//! One client's connection, plain or TLS: requests in, bytes out.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{HandshakeKind, ServerConfig, ServerConnection};

use super::http::{self, Parsed, Request, Response};

/// What `next_request` found.
pub enum Next {
    Request(Request),
    Malformed {
        status: u16,
        why: String,
    },
    /// The client closed, was idle for too long, or broke off.
    Gone,
}

/// A socket with what was read from it.
pub struct Connection {
    tcp: Arc<TcpStream>,
    tls: Option<Box<ServerConnection>>,
    buffer: Vec<u8>,
    /// Bytes at the end of `buffer` that were only peeked at and still lie in the socket (plain http only).
    /// A socket closed in that state answers with RST: the one way to reset with std alone.
    peeked: usize,
}

impl Connection {
    /// Takes over an accepted socket; `tls` makes it https.
    pub fn new(tcp: Arc<TcpStream>, tls: Option<Arc<ServerConfig>>) -> io::Result<Connection> {
        tcp.set_nodelay(true)?;
        let tls = match tls {
            Some(config) => Some(Box::new(ServerConnection::new(config).map_err(io::Error::other)?)),
            None => None,
        };
        Ok(Connection { tcp, tls, buffer: Vec::new(), peeked: 0 })
    }

    /// Waits for the next whole request; `idle` bounds the wait for its first byte.
    pub fn next_request(&mut self, idle: Option<Duration>) -> Next {
        let mut continued = false;
        loop {
            match http::parse(&self.buffer) {
                Parsed::Whole(request, taken) => {
                    self.buffer.drain(..taken);
                    return Next::Request(request);
                }
                Parsed::Malformed { status, why } => return Next::Malformed { status, why },
                Parsed::AwaitsContinue if !continued => {
                    continued = true;
                    if self.send(b"HTTP/1.1 100 Continue\r\n\r\n").is_err() {
                        return Next::Gone;
                    }
                }
                Parsed::AwaitsContinue | Parsed::Incomplete => {}
            }
            let limit = if self.buffer.is_empty() { idle } else { None };
            match self.tcp.set_read_timeout(limit).and_then(|()| self.fill()) {
                Ok(0) | Err(_) => return Next::Gone,
                Ok(_) => {}
            }
        }
    }

    /// Whether its TLS session is one that another connection began.
    pub fn has_resumed(&self) -> bool {
        self.tls.as_ref().and_then(|tls| tls.handshake_kind()) == Some(HandshakeKind::Resumed)
    }

    /// What the client showed of itself, where it was asked to.
    pub fn peer_certificate(&self) -> Option<Vec<u8>> {
        let first = self.tls.as_ref()?.peer_certificates()?.first()?;
        Some(first.as_ref().to_vec())
    }

    /// Takes the peeked bytes out of the socket: from here on it closes in the ordinary way.
    pub fn settle(&mut self) -> io::Result<()> {
        let mut rest = vec![0; self.peeked];
        self.peeked = 0;
        (&*self.tcp).read_exact(&mut rest)
    }

    fn fill(&mut self) -> io::Result<usize> {
        self.settle()?;
        let mut block = [0; 32 * 1024];
        let mut tcp = &*self.tcp;
        let count = match &mut self.tls {
            Some(tls) => rustls::Stream::new(tls.as_mut(), &mut tcp).read(&mut block)?,
            None => {
                self.peeked = tcp.peek(&mut block)?;
                self.peeked
            }
        };
        self.buffer.extend_from_slice(&block[..count]);
        Ok(count)
    }

    /// Writes all of `bytes`, in one write where the socket takes it.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut tcp = &*self.tcp;
        match &mut self.tls {
            Some(tls) => {
                let mut stream = rustls::Stream::new(tls.as_mut(), &mut tcp);
                stream.write_all(bytes)?;
                stream.flush()
            }
            None => tcp.write_all(bytes),
        }
    }

    /// Sends a whole answer.
    pub fn answer(&mut self, response: &Response, close: bool) -> io::Result<()> {
        self.send(&response.bytes(close))
    }

    /// Ends the connection as a well-behaved server does.
    pub fn close(mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            // A client that is already gone does not miss the farewell.
            let _ = tls.write_tls(&mut &*self.tcp);
        }
        let _ = self.tcp.shutdown(Shutdown::Write);
    }
}
