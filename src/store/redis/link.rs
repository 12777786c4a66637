//! One connection: TCP, perhaps TLS, and the server's answers, each within its time.
//!
//! The redis crate writes commands and reads answers. The connection is ours, as for HTTP: the crate's own counts a
//! time-out anew for every byte and asks a resolver that knows none. Only answers of one value are read: what a
//! server nests deeply, or says without end, must not take the host's stack or memory.

use crate::messages::{Cause, RedisFault, SystemFault, TlsFault};
use crate::net::{self, Stream};
use ::redis::{Parser, Value};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Far above what the library writes.
const MAX_REPLY_BYTES: usize = 8 << 20;

/// What an answer of one value begins with.
const SINGLE_VALUE_TYPES: &[u8] = b"+-:$_";
/// What a server that speaks TLS answers to anything else begins with.
const TLS_ALERT: u8 = 21;

/// Who answers nothing for so long, although asked, is gone or at the end of a way that leads nowhere any more.
const MAX_SILENCE: Duration = Duration::from_secs(2);
/// For what has begun to arrive.
const ARRIVAL: Duration = Duration::from_millis(20);

pub struct Connection {
    wire: Wire,
    parser: Parser,
    /// Answers that nobody waits for, and since when there is no sign of the next one.
    owed: u32,
    silent_since: Instant,
}

impl Connection {
    pub fn open(
        host: &str,
        port: u16,
        tls: Option<Arc<ClientConfig>>,
        until: Instant,
    ) -> Result<Connection, RedisFault> {
        let tcp = connect(host, port, until)?;
        let wire = match tls {
            None => Wire::Plain(tcp),
            Some(config) => {
                let name = ServerName::try_from(host.to_owned());
                let name = name.map_err(|_| RedisFault::Tls { cause: TlsFault::HostIsNoName })?;
                let connection =
                    ClientConnection::new(config, name).map_err(|error| tls_fault(&error, None))?;
                Wire::Tls(Box::new(StreamOwned::new(connection, tcp)))
            }
        };
        Ok(Connection { wire, parser: Parser::new(), owed: 0, silent_since: Instant::now() })
    }

    /// Sends a command and reads its answer, which may be that the server refuses it. After a failure the connection
    /// is of no more use: what comes next on it may be the answer to this.
    pub fn ask(&mut self, command: &[u8], until: Instant) -> Result<Value, RedisFault> {
        self.send(command, until)?;
        for _ in 0..std::mem::take(&mut self.owed) {
            self.answer()?;
        }
        let answer = self.answer();
        // What is left in this one is no answer to anything.
        self.parser = Parser::new();
        answer
    }

    /// Sends a command whose answer nobody waits for. `false`: this connection is of no more use.
    pub fn tell(&mut self, command: &[u8], until: Instant) -> bool {
        if self.owed > 0 && matches!(self.wire.tcp().peek(), Ok(1..)) {
            self.wire.tcp().until = Instant::now() + ARRIVAL;
            while self.owed > 0 {
                match self.answer() {
                    // It refuses, and this too.
                    Ok(Value::ServerError(_)) => return false,
                    Ok(_) => self.owed -= 1,
                    Err(_) => break,
                }
                self.silent_since = Instant::now();
            }
        }
        let now = Instant::now();
        if self.owed == 0 {
            self.silent_since = now;
        }
        self.owed = self.owed.saturating_add(1);
        now < self.silent_since + MAX_SILENCE && self.send(command, until).is_ok()
    }

    fn send(&mut self, command: &[u8], until: Instant) -> Result<(), RedisFault> {
        let wire = &mut self.wire;
        wire.tcp().until = until;
        let sent = wire.write_all(command).and_then(|()| wire.flush());
        sent.map_err(|error| wire.fault(&error))
    }

    fn answer(&mut self) -> Result<Value, RedisFault> {
        let mut answer = ReplyReader { wire: &mut self.wire, size: 0, failed: None };
        let parsed = self.parser.parse_value(&mut answer);
        let failed = answer.failed.take();
        parsed.map_err(|_| match failed {
            Some(error) => self.wire.fault(&error),
            None if self.wire.tcp().heard == Some(TLS_ALERT) => RedisFault::SpeaksTls,
            None => RedisFault::NotRedis,
        })
    }
}

fn connect(host: &str, port: u16, until: Instant) -> Result<Stream, RedisFault> {
    let lost = |cause| RedisFault::Lost { cause };
    let found = net::addresses(host, &net::System, until).map_err(|failure| match failure {
        net::LookUpFailure::Unknown => lost(Cause::NoAddress),
        net::LookUpFailure::Failed => lost(Cause::NoNameServer),
        net::LookUpFailure::TimedOut => lost(cause(&ErrorKind::TimedOut.into())),
        net::LookUpFailure::Local(number) => lost(cause(&io::Error::from_raw_os_error(number))),
    })?;
    let addresses: Vec<SocketAddr> = found.into_iter().map(|ip| (ip, port).into()).collect();
    Stream::connect(&addresses, until).map_err(|error| lost(cause(&error)))
}

enum Wire {
    Plain(Stream),
    Tls(Box<StreamOwned<ClientConnection, Stream>>),
}

impl Wire {
    fn tcp(&mut self) -> &mut Stream {
        match self {
            Wire::Plain(tcp) => tcp,
            Wire::Tls(stream) => &mut stream.sock,
        }
    }

    fn fault(&mut self, error: &io::Error) -> RedisFault {
        let heard = self.tcp().heard;
        let silent = heard.is_none();
        let closed = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset);
        match (net::tls_error(error), &self) {
            (Some(error), _) => tls_fault(error, heard),
            // It waits for the end of what it takes for a command.
            (None, Wire::Tls(_)) if silent => RedisFault::NoTls,
            (None, Wire::Plain(_)) if silent && closed => RedisFault::SpeaksTls,
            (None, _) => RedisFault::Lost { cause: cause(error) },
        }
    }
}

impl Read for Wire {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(tcp) => tcp.read(room),
            Wire::Tls(stream) => stream.read(room),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(tcp) => tcp.write(bytes),
            Wire::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(_) => Ok(()),
            Wire::Tls(stream) => stream.flush(),
        }
    }
}

fn cause(error: &io::Error) -> Cause {
    match error.kind() {
        ErrorKind::UnexpectedEof => Cause::Closed,
        _ => Cause::System { fault: SystemFault::of_socket(error) },
    }
}

fn tls_fault(error: &rustls::Error, heard: Option<u8>) -> RedisFault {
    // A server that speaks no TLS answers an error in its own words.
    if heard == Some(b'-') {
        return RedisFault::NoTls;
    }
    RedisFault::Tls { cause: net::tls_fault(error, heard) }
}

/// Reads one answer.
struct ReplyReader<'a> {
    wire: &'a mut Wire,
    size: usize,
    failed: Option<io::Error>,
}

impl Read for ReplyReader<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.wire.read(room).and_then(|amount| match amount {
            0 if !room.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(amount),
        });
        let amount = match read {
            Ok(amount) => amount,
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                return Err(kind.into());
            }
        };
        let first = room.first().filter(|_| self.size == 0 && amount > 0);
        self.size = self.size.saturating_add(amount);
        if first.is_some_and(|first| !SINGLE_VALUE_TYPES.contains(first)) || self.size > MAX_REPLY_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(amount)
    }
}
