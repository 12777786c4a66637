//! Where one answer ends on its connection: its heads, its chunks, what follows them. Pure; `guard` feeds it.

use super::head::{self, rule, Extent, Head};
use crate::messages::HttpFault;
use crate::util::secret::SecretBytes;

/// What an answer may need beside its body: heads, chunk extensions, trailers. As much as curl reads.
pub const MAX_OVERHEAD_BYTES: usize = 300 * 1024;
/// A line between chunks; less than what is looked at.
const MAX_LINE_BYTES: usize = LOOKED_AT_BYTES / 2;
/// Of the input, what is looked at in one step.
pub const LOOKED_AT_BYTES: usize = 16 * 1024;
/// A chunk's size that does not count: any number of honest chunks may come.
const CHUNK_LINE_BYTES: usize = 20;

#[derive(Debug, PartialEq, Eq)]
enum At {
    Head,
    Bytes(u64),
    UntilClosed,
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    Done,
}

/// What the input begins with.
pub enum Step {
    /// So many bytes that are not of the body: look again behind them.
    Skip(usize),
    /// The end of the head.
    Head(usize, Head),
    Body(usize),
    /// Nothing that is complete.
    More,
    Done,
}

pub struct Answer {
    at: At,
    bodiless: bool,
    head: SecretBytes,
    /// Where its last line begins.
    line: usize,
    overhead: usize,
    keeps: bool,
}

impl Answer {
    /// `bodiless`: to a request that was HEAD.
    pub fn new(bodiless: bool) -> Answer {
        let head = SecretBytes::default();
        Answer { at: At::Head, bodiless, head, line: 0, overhead: 0, keeps: false }
    }

    /// Every byte of the body came; what may follow is of no interest.
    pub fn has_body(&self) -> bool {
        matches!(self.at, At::Trailers | At::Done)
    }

    /// It ended where it said, and its connection may carry another.
    pub fn keeps(&self) -> bool {
        self.keeps && self.at == At::Done
    }

    /// The connection ended. Whether that is the end of the answer; `None`: there was no answer.
    pub fn closed(&mut self) -> Option<bool> {
        if self.at == At::Head {
            return None;
        }
        self.keeps = false;
        Some(self.has_body() || self.at == At::UntilClosed)
    }

    pub fn next(&mut self, input: &[u8]) -> Result<Step, HttpFault> {
        let most = |left: u64| usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
        match self.at {
            At::Done => Ok(Step::Done),
            _ if input.is_empty() => Ok(Step::More),
            At::Head => self.head_line(input),
            At::UntilClosed => Ok(Step::Body(input.len())),
            At::Bytes(left) => {
                self.at = match left.saturating_sub(most(left) as u64) {
                    0 => At::Done,
                    left => At::Bytes(left),
                };
                Ok(Step::Body(most(left)))
            }
            At::Chunk(left) => {
                self.at = match left.saturating_sub(most(left) as u64) {
                    0 => At::ChunkEnd,
                    left => At::Chunk(left),
                };
                Ok(Step::Body(most(left)))
            }
            At::ChunkSize | At::ChunkEnd | At::Trailers => self.line_between(input),
        }
    }

    fn count(&mut self, bytes: usize) -> Result<(), HttpFault> {
        self.overhead = self.overhead.saturating_add(bytes);
        if self.overhead > MAX_OVERHEAD_BYTES {
            return Err(HttpFault::HeadersTooLarge);
        }
        Ok(())
    }

    fn head_line(&mut self, input: &[u8]) -> Result<Step, HttpFault> {
        let (line, complete) = first_line(input);
        let taken = line.len();
        self.count(taken)?;
        self.head.extend(line);
        let line = trimmed(self.head.as_slice().get(self.line..).unwrap_or_default());
        if self.line == 0 && !head::may_begin(line) {
            return Err(rule("status line"));
        }
        if !complete {
            return Ok(Step::Skip(taken));
        }
        if !line.is_empty() {
            self.line = self.head.as_slice().len();
            return Ok(Step::Skip(taken));
        }
        let bytes = std::mem::take(&mut self.head);
        // Empty lines before it.
        if std::mem::take(&mut self.line) == 0 {
            return Ok(Step::Skip(taken));
        }
        let head = Head::parse(bytes.as_slice(), self.bodiless)?;
        // 100 Continue, 103 Early Hints: the answer is still to come.
        if matches!(head.http_status, 100 | 102..=199) {
            return Ok(Step::Skip(taken));
        }
        self.keeps = head.keeps;
        self.at = match head.extent {
            Extent::None | Extent::Bytes(0) => At::Done,
            Extent::Bytes(length) => At::Bytes(length),
            Extent::Chunked => At::ChunkSize,
            Extent::UntilClosed => At::UntilClosed,
        };
        Ok(Step::Head(taken, head))
    }

    fn line_between(&mut self, input: &[u8]) -> Result<Step, HttpFault> {
        let (line, complete) = first_line(input);
        if !complete {
            return if line.len() > MAX_LINE_BYTES {
                Err(HttpFault::HeadersTooLarge)
            } else {
                Ok(Step::More)
            };
        }
        let (taken, line) = (line.len(), trimmed(line));
        self.at = match self.at {
            At::ChunkSize => {
                self.count(line.len().saturating_sub(CHUNK_LINE_BYTES))?;
                match chunk_size(line).ok_or_else(|| rule("size of a chunk"))? {
                    0 => At::Trailers,
                    size => At::Chunk(size),
                }
            }
            At::ChunkEnd if line.is_empty() => At::ChunkSize,
            At::ChunkEnd => return Err(rule("end of a chunk")),
            _ if line.is_empty() => At::Done,
            _ => {
                self.count(taken)?;
                At::Trailers
            }
        };
        Ok(Step::Skip(taken))
    }
}

/// Up to the first line end, which is part of it; whether there is one.
fn first_line(input: &[u8]) -> (&[u8], bool) {
    match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (input.get(..=end).unwrap_or(input), true),
        None => (input, false),
    }
}

/// Without its end, however that is written.
fn trimmed(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u64::from_str_radix(digits, 16).ok()
}
