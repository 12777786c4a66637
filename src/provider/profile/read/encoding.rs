//! What a file is written in.

use super::MAX_BYTES;
use crate::messages::Fault;

/// The text, or the line and column where it is none.
pub(super) fn text(bytes: &[u8]) -> Result<&str, ((usize, usize), Fault)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.len() > MAX_BYTES {
        return Err(((1, 1), Fault::TooLarge));
    }
    // With a mark or without, the first character is one of ASCII: half of it is zero.
    let marked = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    if marked || matches!(bytes, [first, second, ..] if (*first == 0) != (*second == 0)) {
        return Err(((1, 1), Fault::Utf16));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let column = String::from_utf8_lossy(last).chars().count();
        ((line + 1, column + 1), Fault::NotUtf8)
    })
}
