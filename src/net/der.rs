//! Values in DER, read where they stand.

use std::fmt::Write;

pub const INTEGER: u8 = 0x02;
pub const BITS: u8 = 0x03;
pub const OCTETS: u8 = 0x04;
pub const OBJECT: u8 = 0x06;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
/// The kind of a key.
pub const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// What is left to be read.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next value with its tag.
    pub fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    /// The content of the next value, which must be of this kind.
    pub fn value(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, value)| value)
    }

    /// The next value, which must be of this kind, to be read in turn.
    pub fn inside(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.value(tag).map(Reader)
    }

    /// The same where it may be missing.
    pub fn option(&mut self, tag: u8) -> Option<Reader<'a>> {
        (self.0.first() == Some(&tag)).then(|| self.inside(tag)).flatten()
    }

    /// What comes with its kind and parameters.
    pub fn algorithm(&mut self) -> Option<(&'a [u8], Reader<'a>)> {
        let mut inside = self.inside(SEQUENCE)?;
        Some((inside.value(OBJECT)?, inside))
    }
}

/// An object's number as people write it.
pub fn dotted(object: &[u8]) -> String {
    let mut text = String::new();
    let mut number: u64 = 0;
    for byte in object {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            let _ = match text.is_empty() {
                true => write!(text, "{}.{}", (number / 40).min(2), number - (number / 40).min(2) * 40),
                false => write!(text, ".{number}"),
            };
            number = 0;
        }
    }
    text.truncate(60);
    text
}
