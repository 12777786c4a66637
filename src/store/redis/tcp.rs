//! A socket that waits for nothing beyond the time of the command it serves.

use crate::http::{self, left};
use crate::message::{Cause, RedisFault};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub struct Tcp {
    stream: TcpStream,
    pub until: Instant,
    /// The first byte that the server sent.
    pub heard: Option<u8>,
}

impl Tcp {
    /// The first address that accepts. Each but the last gets half of the time that is left.
    pub fn connect(host: &str, port: u16, until: Instant) -> Result<Tcp, RedisFault> {
        let addresses = http::addresses(host, &http::System, until).map_err(|failure| {
            let cause = match failure {
                http::LookUpFailure::Unknown => Cause::NoAddress,
                http::LookUpFailure::TimedOut => cause(&ErrorKind::TimedOut.into()),
            };
            RedisFault::Lost { cause }
        })?;
        let mut failed = ErrorKind::TimedOut.into();
        for (index, address) in addresses.iter().enumerate() {
            let Some(left) = left(until) else { break };
            let wait = if index + 1 < addresses.len() { left / 2 } else { left };
            match TcpStream::connect_timeout(&SocketAddr::new(*address, port), wait) {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    return Ok(Tcp { stream, until, heard: None });
                }
                Err(error) => failed = error,
            }
        }
        Err(RedisFault::Lost { cause: cause(&failed) })
    }

    /// Tries again until the time is over, which the system's own time-outs only interrupt.
    fn within_time(
        &mut self,
        limit: impl Fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut step: impl FnMut(&mut TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let left = left(self.until).ok_or(ErrorKind::TimedOut)?;
            // Some systems refuse a time-out for a socket that the peer has closed: the step itself tells more.
            match limit(&self.stream, Some(left)) {
                Err(error) if error.kind() != ErrorKind::InvalidInput => return Err(error),
                _ => {}
            }
            match step(&mut self.stream) {
                Err(error) if is_pause(&error) => {}
                result => return result,
            }
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

impl Read for Tcp {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let amount = self.within_time(TcpStream::set_read_timeout, |stream| stream.read(room))?;
        let first = room.get(..amount).and_then(<[u8]>::first);
        self.heard = self.heard.or(first.copied());
        Ok(amount)
    }
}

impl Write for Tcp {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.within_time(TcpStream::set_write_timeout, |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn cause(error: &io::Error) -> Cause {
    match error.kind() {
        ErrorKind::UnexpectedEof => Cause::Closed,
        _ => Cause::System { fault: error.into() },
    }
}
