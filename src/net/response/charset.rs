//! Bytes of a server as text: UTF-8, ISO-8859-1, Windows-1252.

use crate::util::windows_1252;
use zeroize::Zeroizing;

/// Bytes that are told at once.
const PIECE: usize = 1024;
/// Of Windows-1252 in UTF-8.
const MAX_CHARACTER_BYTES: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    /// ISO-8859-1 too, as browsers read it: where the two differ it has no characters, only controls.
    Windows1252,
}

const NAMES_OF_UTF8: [&str; 3] = ["", "utf-8", "utf8"];
const NAMES_OF_1252: [&str; 11] = [
    "windows-1252",
    "cp1252",
    "cp-1252",
    "x-cp1252",
    "ansi",
    "iso-8859-1",
    "iso8859-1",
    "iso_8859-1",
    "latin1",
    "us-ascii",
    "ascii",
];

/// The charset that a content type names, in lower case; empty: none.
pub fn declared(content_type: &str) -> String {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let value = charsets.next().map(|(_, value)| value.trim().trim_matches(['"', '\'']).trim());
    value.unwrap_or_default().to_ascii_lowercase()
}

/// The body without the mark that some servers put before UTF-8.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

impl Charset {
    /// `None`: one that is not known here. What is not UTF-8 although nothing else is declared is Windows-1252 in
    /// every case that is met.
    pub fn of(declared: &str, bytes: &[u8]) -> Option<Charset> {
        if NAMES_OF_1252.contains(&declared) {
            return Some(Charset::Windows1252);
        }
        NAMES_OF_UTF8.contains(&declared).then(|| Charset::guessed(bytes))
    }

    fn guessed(bytes: &[u8]) -> Charset {
        if std::str::from_utf8(bytes).is_ok() {
            Charset::Utf8
        } else {
            Charset::Windows1252
        }
    }
}

/// Bytes with what they mean, made UTF-8 only where that goes.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    bytes: &'a [u8],
    charset: Charset,
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {} bytes", self.charset, self.bytes.len())
    }
}

impl<'a> Text<'a> {
    /// `bytes` that are promised to be UTF-8 must be.
    pub(super) fn new(bytes: &'a [u8], charset: Charset) -> Text<'a> {
        Text { bytes, charset }
    }

    pub(super) fn guessed(bytes: &'a [u8]) -> Text<'a> {
        Text { bytes, charset: Charset::guessed(bytes) }
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// A part of it.
    pub(super) fn part(&self, from: usize, to: usize) -> Text<'a> {
        Text { bytes: self.bytes.get(from..to).unwrap_or_default(), charset: self.charset }
    }

    /// Tells it piece by piece in UTF-8, so that no copy of all of it is needed.
    pub fn pieces(&self, mut tell: impl FnMut(&str)) {
        match self.charset {
            Charset::Utf8 => tell(std::str::from_utf8(self.bytes).unwrap_or_default()),
            Charset::Windows1252 => {
                let mut piece = Zeroizing::new(String::with_capacity(PIECE * MAX_CHARACTER_BYTES));
                for bytes in self.bytes.chunks(PIECE) {
                    piece.extend(old_chars(bytes));
                    tell(&piece);
                    piece.clear();
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        let mut length = 0;
        self.pieces(|piece| length += piece.len());
        length
    }

    pub(super) fn copied(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(self.len()));
        self.pieces(|piece| out.push_str(piece));
        out
    }

    pub(super) fn is(&self, text: &str) -> bool {
        match self.charset {
            Charset::Utf8 => self.bytes == text.as_bytes(),
            Charset::Windows1252 => old_chars(self.bytes).eq(text.chars()),
        }
    }
}

fn old_chars(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    bytes.iter().map(|byte| windows_1252::character(*byte))
}
