//! What is in a record: numbers and texts one after the other.

use crate::util::secret::SecretBytes;

#[derive(Default)]
pub struct Writer(SecretBytes);

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.0.extend(&[byte]);
    }

    pub fn number(&mut self, number: i64) {
        self.0.extend(&number.to_le_bytes());
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.0.extend(bytes);
    }

    pub fn finished(self) -> SecretBytes {
        self.0
    }
}

/// Every answer is `None` once there was not enough.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub fn number(&mut self) -> Option<i64> {
        Some(i64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}
