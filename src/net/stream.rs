//! TCP until an instant: no wait, and no sum of waits, ends later. What speaks to a server stands on this: HTTP, a proxy,
//! name servers, the store at Redis, the report's look at the way.

use crate::messages::SystemFault;
use crate::util::upkeep;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection whose wait is interrupted is tried anew, not sooner than this: no answer takes longer that comes at all.
const CONNECT_TRY: Duration = Duration::from_secs(2);

pub struct Stream {
    tcp: TcpStream,
    /// Reading and writing answer `TimedOut` from then on.
    pub until: Instant,
    /// The first byte that the peer sent: tells TLS from plain text.
    pub heard: Option<u8>,
}

impl Stream {
    /// The first address that accepts. Each but the last gets half of the time that is left, so that one which
    /// does not answer leaves time for the next.
    pub fn connect(addresses: &[SocketAddr], until: Instant) -> io::Result<Stream> {
        let mut failed: Option<io::Error> = None;
        for (index, address) in addresses.iter().enumerate() {
            let whole = left(until).ok_or(ErrorKind::TimedOut)?;
            let by = Instant::now() + if index + 1 < addresses.len() { whole / 2 } else { whole };
            let accepted = upkeep::until(by, |turn| {
                let wait = left(by)?.min(turn.max(CONNECT_TRY));
                let tried = TcpStream::connect_timeout(address, wait);
                Some(tried).filter(|tried| !tried.as_ref().is_err_and(is_pause))
            });
            match accepted.unwrap_or_else(|| Err(ErrorKind::TimedOut.into())) {
                Ok(tcp) => {
                    // Requests leave in one piece anyway; this is for those too large to be held back.
                    let _ = tcp.set_nodelay(true);
                    return Ok(Stream { tcp, until, heard: None });
                }
                // That there is no way to one of them does not explain what became of another.
                Err(error) if failed.is_some() && no_way(&error) => {}
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.unwrap_or_else(|| ErrorKind::AddrNotAvailable.into()))
    }

    /// Looks for something to read without waiting for it.
    pub fn peek(&self) -> io::Result<usize> {
        self.tcp.set_nonblocking(true)?;
        let peeked = self.tcp.peek(&mut [0]);
        self.tcp.set_nonblocking(false)?;
        peeked
    }
}

impl Read for Stream {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let tcp = &mut self.tcp;
        let amount = within(self.until, tcp, TcpStream::set_read_timeout, |tcp| tcp.read(room))?;
        self.heard = self.heard.or(room.get(..amount).and_then(<[u8]>::first).copied());
        Ok(amount)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        within(self.until, &mut self.tcp, TcpStream::set_write_timeout, |tcp| tcp.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One step on a socket, tried again until the time is over: the system's own time-outs and signals only interrupt it.
pub fn within<S, R>(
    until: Instant,
    socket: &mut S,
    limit: impl Fn(&S, Option<Duration>) -> io::Result<()>,
    mut step: impl FnMut(&mut S) -> io::Result<R>,
) -> io::Result<R> {
    let ended = upkeep::until(until, |left| {
        match limit(socket, Some(shorter(left))) {
            // Some systems refuse a time-out for a socket that the peer has closed: the step itself tells more.
            Err(error) if error.kind() != ErrorKind::InvalidInput => return Some(Err(error)),
            _ => {}
        }
        Some(step(socket)).filter(|result| !result.as_ref().is_err_and(is_pause))
    });
    ended.unwrap_or_else(|| Err(ErrorKind::TimedOut.into()))
}

/// What is left until `until`; none when it is over. A system's time-out of zero would be none at all, so never less
/// than it can tell from zero.
pub fn left(until: Instant) -> Option<Duration> {
    let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
    left.map(|left| left.max(Duration::from_millis(1)))
}

/// What to ask the system for: Linux may end a wait an eighth later than it was told to. The clock decides whether there
/// is another try.
fn shorter(left: Duration) -> Duration {
    (left - left / 8).max(Duration::from_millis(1))
}

/// As every address of IPv6 has it where there is none.
fn no_way(error: &io::Error) -> bool {
    use ErrorKind::{AddrNotAvailable, HostUnreachable, NetworkUnreachable};
    matches!(error.kind(), NetworkUnreachable | HostUnreachable | AddrNotAvailable)
        || SystemFault::of_socket(error) == SystemFault::NoSuchProtocol
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
