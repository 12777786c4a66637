//! The head of an answer, whatever hand wrote it, as the one clean form that ureq and we read.
//!
//! Read as curl reads it: what nobody needs does not cost the answer. Lines that are no headers are left out, folded ones
//! joined, blanks around names and control characters in values taken away. What says where the body ends is read once,
//! here, and in no doubtful way: lengths that contradict each other are refused, and a connection on which anything was
//! odd carries no second answer.

use crate::messages::HttpFault;
use zeroize::Zeroizing;

/// Where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    None,
    Bytes(u64),
    Chunked,
    UntilClosed,
}

pub struct Head {
    pub http_status: u16,
    pub extent: Extent,
    /// Another answer may follow on this connection.
    pub keeps: bool,
    /// `name:value`, with a tab between one and the next, and no other control character.
    pub clean: Zeroizing<Vec<u8>>,
}

pub fn rule(name: &str) -> HttpFault {
    HttpFault::Protocol { name: name.to_owned() }
}

/// Whether a line that begins so may be a status line; it need not be complete.
pub fn may_begin(line: &[u8]) -> bool {
    [&b"HTTP/"[..], b"ICY "]
        .iter()
        .any(|start| line.iter().zip(*start).all(|(a, b)| a.eq_ignore_ascii_case(b)))
}

/// Names and values of a clean form.
pub fn headers(clean: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    clean.split(|byte| *byte == b'\t').filter_map(|line| split(line, b':'))
}

/// The elements of all lists of this name.
pub fn elements<'a>(clean: &'a [u8], name: &'static str) -> impl Iterator<Item = &'a [u8]> {
    let named = headers(clean).filter(move |(known, _)| known.eq_ignore_ascii_case(name.as_bytes()));
    named.flat_map(|(_, value)| value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii)
}

impl Head {
    /// `bytes`: a status line, headers, the empty line. `bodiless`: the request was HEAD.
    pub fn parse(bytes: &[u8], bodiless: bool) -> Result<Head, HttpFault> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let (keeping_version, http_status) =
            lines.next().and_then(status_line).ok_or_else(|| rule("status line"))?;
        if bytes.contains(&0) {
            return Err(rule("NUL in a header"));
        }
        let (clean, odd) = cleaned(lines, bytes.len());
        let lists = |name: &'static str, wanted: &[u8]| {
            elements(&clean, name).any(|element| element.eq_ignore_ascii_case(wanted))
        };
        let coded = elements(&clean, "transfer-encoding").any(|coding| !is_identity(coding));
        let announces = elements(&clean, "content-length").next().is_some();
        let none = bodiless || matches!(http_status, 100..=199 | 204 | 304);
        let extent = match () {
            () if none => Extent::None,
            () if lists("transfer-encoding", b"chunked") => Extent::Chunked,
            () => content_length(&clean)?.map_or(Extent::UntilClosed, Extent::Bytes),
        };
        let keeps = keeping_version || lists("connection", b"keep-alive");
        let doubtful = match extent {
            // A body that must not be there, and comes all the same, would be taken for the next answer.
            Extent::None => !bodiless && (coded || announces && !lists("content-length", b"0")),
            Extent::Chunked => announces || !keeping_version,
            _ => coded,
        };
        let keeps = keeps && !(odd || doubtful || http_status == 101 || lists("connection", b"close"));
        Ok(Head { http_status, extent, keeps, clean })
    }
}

fn is_identity(coding: &[u8]) -> bool {
    coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
}

/// Headers in their clean form, and whether one was odd.
fn cleaned<'a>(lines: impl Iterator<Item = &'a [u8]>, room: usize) -> (Zeroizing<Vec<u8>>, bool) {
    // All of it at once, so that no shorter copy is left behind.
    let mut clean = Zeroizing::new(Vec::with_capacity(room));
    let (mut odd, mut kept) = (false, None);
    for line in lines {
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        let line = line.trim_ascii();
        odd |= folded || line.contains(&b'\r');
        match (kept, split(line, b':')) {
            _ if line.is_empty() => {}
            (Some(true), _) if folded => push(&mut clean, b' ', line),
            // It goes with the line that it belongs to.
            (Some(false), _) if folded => {}
            (_, Some((name, value))) if !name.trim_ascii().is_empty() => {
                odd |= name.iter().any(|byte| !byte.is_ascii_graphic());
                if !clean.is_empty() {
                    clean.push(b'\t');
                }
                push_cleaned(&mut clean, name.trim_ascii());
                push(&mut clean, b':', value.trim_ascii());
                kept = Some(true);
            }
            _ => (odd, kept) = (true, Some(false)),
        }
    }
    (clean, odd)
}

fn push(clean: &mut Vec<u8>, first: u8, text: &[u8]) {
    clean.push(first);
    push_cleaned(clean, text);
}

fn push_cleaned(clean: &mut Vec<u8>, text: &[u8]) {
    clean.extend(text.iter().map(|byte| if byte.is_ascii_control() { b' ' } else { *byte }));
}

fn split(line: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = line.iter().position(|byte| *byte == at)?;
    Some((line.get(..position)?, line.get(position + 1..)?))
}

/// Whether connections of this version are kept unless they say otherwise, and the status.
fn status_line(line: &[u8]) -> Option<(bool, u16)> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let keeps = match words.next()?.to_ascii_uppercase().as_slice() {
        b"HTTP/1.1" => true,
        b"HTTP/1.0" | b"ICY" => false,
        _ => return None,
    };
    let status = words.next().filter(|word| word.len() == 3 && word.iter().all(u8::is_ascii_digit))?;
    let status = std::str::from_utf8(status).ok()?.parse().ok()?;
    (status >= 100).then_some((keeps, status))
}

/// One length, however often it is told. One that no number holds is larger than every limit.
fn content_length(clean: &[u8]) -> Result<Option<u64>, HttpFault> {
    let mut length = None;
    for digits in elements(clean, "content-length") {
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(rule("Content-Length"));
        }
        let told =
            std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX);
        if length.is_some_and(|length| length != told) {
            return Err(rule("two lengths"));
        }
        length = Some(told);
    }
    Ok(length)
}
