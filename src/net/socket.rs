//! TCP with a clock: no wait, and no sum of waits, is longer than the step of the call that it belongs to.

use super::call::BUFFER_BYTES;
use super::progress::{self, timed_out, Phase};
use super::resolve::{Names, Resolver};
use super::stream::Stream;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};
use ureq::Error;
use zeroize::{Zeroize, Zeroizing};

/// More than this is not held back to be sent in one piece.
const MAX_PENDING_BYTES: usize = BUFFER_BYTES / 2;

#[derive(Debug)]
pub struct Tcp<N> {
    pub resolver: Resolver<N>,
}

impl<N: Names> Connector<()> for Tcp<N> {
    type Out = Socket;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Socket>, Error> {
        let addresses = self.resolver.addresses(details.uri)?;
        progress::enter(Phase::Connect);
        let stream = Stream::connect(&addresses, progress::deadline()).map_err(ended)?;
        Ok(Some(Socket::over(stream)))
    }
}

/// What ended a step, as ureq has it.
fn ended(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::TimedOut => timed_out(),
        _ => error.into(),
    }
}

/// The other side is gone.
pub fn is_end(error: &io::Error) -> bool {
    use ErrorKind::*;
    matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe | NotConnected)
}

pub struct Socket {
    stream: Stream,
    buffers: SocketBuffers,
    /// A write failed in the middle: what follows would be read as something else.
    broken: bool,
    /// It failed because the server had answered before it had heard all, and closed: what it said can still be read.
    answered_early: bool,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Socket")
    }
}

impl Socket {
    pub fn over(stream: Stream) -> Socket {
        Socket { stream, buffers: SocketBuffers::default(), broken: false, answered_early: false }
    }

    pub fn into_stream(self) -> Stream {
        self.stream
    }

    /// Sends what was held back.
    fn flush(&mut self) -> Result<(), Error> {
        let pending = std::mem::take(&mut self.buffers.pending);
        if pending == 0 {
            return Ok(());
        }
        let Some(output) = self.buffers.output.get_mut(..pending) else { return Err(broken()) };
        if self.broken {
            output.zeroize();
            return if self.answered_early { Ok(()) } else { Err(broken()) };
        }
        self.broken = true;
        let written = write_all(&mut self.stream, output);
        output.zeroize();
        self.broken = written.is_err();
        if matches!(&written, Err(Error::Io(error)) if is_end(error))
            && progress::get().phase == Phase::Request
        {
            self.answered_early = matches!(self.stream.peek(), Ok(1));
        }
        if self.answered_early {
            Ok(())
        } else {
            written
        }
    }

    fn read(&mut self) -> Result<usize, Error> {
        let room = self.buffers.input_append_buf();
        if room.is_empty() {
            return Ok(0);
        }
        let amount = loop {
            self.stream.until = progress::deadline();
            match self.stream.read(room) {
                // Put off meanwhile.
                Err(error) if error.kind() == ErrorKind::TimedOut && progress::time_left().is_some() => {}
                read => break read.map_err(ended)?,
            }
        };
        if let Some(first) = room.get(..amount).and_then(<[u8]>::first) {
            progress::heard(*first);
        }
        self.buffers.input_appended(amount);
        Ok(amount)
    }
}

fn broken() -> Error {
    io::Error::from(ErrorKind::BrokenPipe).into()
}

fn write_all(stream: &mut Stream, mut rest: &[u8]) -> Result<(), Error> {
    progress::writing();
    stream.until = progress::deadline();
    while !rest.is_empty() {
        let amount = stream.write(rest).map_err(ended)?;
        if amount == 0 {
            return Err(ended(ErrorKind::WriteZero.into()));
        }
        progress::taken();
        rest = rest.get(amount..).unwrap_or_default();
    }
    Ok(())
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    /// Held back until an answer is waited for, so that headers and body leave in one write: the second of
    /// two small writes may wait for the first to be acknowledged.
    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        self.buffers.pending = self.buffers.pending.saturating_add(amount);
        if self.buffers.pending > MAX_PENDING_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        self.flush()?;
        self.read().map(|amount| amount > 0)
    }

    /// Nothing came that nobody waits for: an end, an alert of TLS, bytes beyond an answer.
    fn is_open(&mut self) -> bool {
        let silent = || matches!(self.stream.peek(), Err(error) if error.kind() == ErrorKind::WouldBlock);
        !self.broken && self.buffers.pending == 0 && silent()
    }
}

/// The buffers of a socket: wiped when dropped, never moved, hence never copied.
struct SocketBuffers {
    input: Zeroizing<Vec<u8>>,
    /// Of the input, what is not yet consumed.
    start: usize,
    end: usize,
    /// Whether the last attempt to consume got anywhere.
    progress: bool,
    output: Zeroizing<Vec<u8>>,
    /// Of the output, what is not yet sent.
    pending: usize,
}

impl Default for SocketBuffers {
    fn default() -> Self {
        let buffer = || Zeroizing::new(vec![0; BUFFER_BYTES]);
        SocketBuffers { input: buffer(), start: 0, end: 0, progress: false, output: buffer(), pending: 0 }
    }
}

impl Buffers for SocketBuffers {
    fn output(&mut self) -> &mut [u8] {
        self.output.get_mut(self.pending..).unwrap_or_default()
    }

    fn input(&self) -> &[u8] {
        self.input.get(self.start..self.end).unwrap_or_default()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        self.input.get_mut(self.end..).unwrap_or_default()
    }

    fn input_appended(&mut self, amount: usize) {
        self.end = self.end.saturating_add(amount).min(self.input.len());
    }

    fn input_consume(&mut self, amount: usize) {
        self.progress = amount > 0;
        self.start = self.start.saturating_add(amount).min(self.end);
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.input_append_buf();
        let input = self.input.get_mut(self.end..).unwrap_or_default();
        (input, self.output.get_mut(self.pending..).unwrap_or_default())
    }

    fn can_use_input(&self) -> bool {
        self.progress && self.start < self.end
    }
}
