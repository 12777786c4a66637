//! The top of a connection: notes that the request is on its way, reads where the answer ends, wipes what the layers
//! below held, and lets the connection wait for the next request if it may.
//!
//! ureq's own reading of answers is as strict as its parser, which knows 128 headers, no folded and no broken lines, no
//! size of a chunk behind a blank, and refuses `100 Continue` with headers. So ureq never sees an answer as it came: what
//! it gets is a status line, one header that holds all of those that came (`HEADERS`), another with the length of the body
//! where that is told (`LENGTH`), and a body that lasts until the connection ends.

use super::answer::{Answer, Step, LOOKED_AT_BYTES};
use super::head::{Extent, Head};
use super::pool::{Key, Pool};
use super::progress;
use super::socket::is_end;
use crate::messages::HttpFault;
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};
use ureq::Error;
use zeroize::{Zeroize, Zeroizing};

/// What ureq sees for a header: all of them, in their clean form.
pub const HEADERS: &str = "h";
pub const LENGTH: &str = "n";

/// What ends an answer before its end.
#[derive(Debug)]
pub enum Broken {
    Cut,
    Rule(HttpFault),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Broken {}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Error {
        Error::Other(Box::new(broken))
    }
}

pub struct Guard {
    below: Box<dyn Transport>,
    /// Where it waits afterwards.
    home: Option<(Arc<Pool>, Key)>,
    answer: Answer,
    /// Of the answer, what ureq is to read, and how much of that it has read.
    ready: Zeroizing<Vec<u8>>,
    read: usize,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl Guard {
    pub fn new(below: Box<dyn Transport>, home: Option<(Arc<Pool>, Key)>) -> Guard {
        let answer = Answer::new(progress::get().bodiless);
        Guard { below, home, answer, ready: Zeroizing::default(), read: 0 }
    }

    fn skip(&mut self, amount: usize) {
        self.below.buffers().input_consume(amount);
    }

    /// The clean head as one that ureq reads.
    fn show(&mut self, head: &Head) {
        let length = match head.extent {
            Extent::Bytes(length) => length,
            _ => 0,
        };
        let first = format!("HTTP/1.1 {} \r\n{LENGTH}: {length}\r\n{HEADERS}: ", head.http_status);
        let mut shown = Zeroizing::new(Vec::with_capacity(first.len() + head.clean.len() + 4));
        for part in [first.as_bytes(), &head.clean, b"\r\n\r\n"] {
            shown.extend_from_slice(part);
        }
        (self.ready, self.read) = (shown, 0);
    }

    /// Whether there is more for ureq to read.
    fn go_on(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        loop {
            let input = self.below.buffers().input();
            let input = input.get(..LOOKED_AT_BYTES).unwrap_or(input);
            match self.answer.next(input).map_err(Broken::Rule)? {
                Step::Skip(amount) => self.skip(amount),
                Step::Head(amount, head) => {
                    self.skip(amount);
                    self.show(&head);
                    return Ok(true);
                }
                Step::Body(amount) => {
                    if self.ready.capacity() < LOOKED_AT_BYTES {
                        self.ready = Zeroizing::new(Vec::with_capacity(LOOKED_AT_BYTES));
                    }
                    self.ready.clear();
                    self.ready.extend_from_slice(input.get(..amount).unwrap_or_default());
                    self.read = 0;
                    self.skip(amount);
                    return Ok(true);
                }
                Step::Done => return Ok(false),
                Step::More => {
                    if self.answer.has_body() {
                        progress::hurry();
                    }
                    match self.below.await_input(timeout) {
                        Ok(true) => progress::answered(),
                        Ok(false) => return self.closed(None),
                        Err(Error::Io(error)) if is_end(&error) => return self.closed(Some(error.into())),
                        Err(error) => return Err(error),
                    }
                }
            }
        }
    }

    fn closed(&mut self, error: Option<Error>) -> Result<bool, Error> {
        match (self.answer.closed(), error) {
            // An end ends a body without a length, also one without the farewell of TLS; a reset may come anywhere in it.
            (Some(true), Some(Error::Io(error)))
                if !self.answer.has_body() && error.kind() != ErrorKind::UnexpectedEof =>
            {
                Err(Broken::Cut.into())
            }
            (Some(true), _) => Ok(false),
            (Some(false), _) => Err(Broken::Cut.into()),
            (None, error) => error.map_or(Ok(false), Err),
        }
    }
}

impl Transport for Guard {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if amount > 0 {
            progress::request_waits();
        }
        self.below.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        match self.go_on(timeout) {
            // Whatever becomes of what follows a body that is whole.
            Err(_) if self.answer.has_body() => Ok(false),
            more => more,
        }
    }

    /// It waits in our pool, not in ureq's: for ureq it ends here.
    fn is_open(&mut self) -> bool {
        false
    }

    fn is_tls(&self) -> bool {
        self.below.is_tls()
    }
}

impl Buffers for Guard {
    fn output(&mut self) -> &mut [u8] {
        self.below.buffers().output()
    }

    fn input(&self) -> &[u8] {
        self.ready.get(self.read..).unwrap_or_default()
    }

    /// Only what is below receives.
    fn input_append_buf(&mut self) -> &mut [u8] {
        &mut []
    }

    fn input_appended(&mut self, _: usize) {}

    fn input_consume(&mut self, amount: usize) {
        self.read = self.read.saturating_add(amount).min(self.ready.len());
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.below.buffers().tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        self.read < self.ready.len()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Nothing is left that nobody waits for: neither here nor on its way.
        let keeps = self.answer.keeps() && self.below.buffers().input().is_empty() && self.below.is_open();
        // Passwords went out through these buffers, and tokens came in. With nothing left unread, the room
        // for input is the whole buffer. Its type allocates it once, for its size never changes.
        let buffers = self.below.buffers();
        buffers.output().zeroize();
        let unread = buffers.input().len();
        buffers.input_consume(unread);
        buffers.input_append_buf().zeroize();
        if let Some((pool, key)) = self.home.take().filter(|_| keeps) {
            // In its place something that is never used.
            pool.put(key, std::mem::replace(&mut self.below, Box::new(())));
        }
    }
}
