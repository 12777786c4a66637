//! Escaping for each place, into a text that leaves no copy of a secret behind.

use zeroize::Zeroizing;

/// The place decides the escaping, so no value can leave it.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Url,
    Form,
    Json,
    Header(&'a str),
}

/// A text under construction. It may hold secrets: it grows by moving to a larger one and wiping the old.
#[derive(Default)]
pub(super) struct Text(Zeroizing<String>);

impl Text {
    pub fn finish(self) -> Zeroizing<String> {
        self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn push(&mut self, text: &str) {
        let wanted = self.0.len().saturating_add(text.len());
        if wanted > self.0.capacity() {
            let room = wanted.max(self.0.capacity().saturating_mul(2)).max(256);
            let mut larger = Zeroizing::new(String::with_capacity(room));
            larger.push_str(&self.0);
            self.0 = larger;
        }
        self.0.push_str(text);
    }

    pub fn push_for(&mut self, place: Place, text: &str) {
        match place {
            Place::Url => self.push_percent(text, b"-._~", "%20"),
            Place::Form => self.push_percent(text, b"*-._", "+"),
            Place::Json => self.push_json(text),
            Place::Header(_) => self.push(text),
        }
    }

    fn push_percent(&mut self, text: &str, plain: &[u8], space: &str) {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
                self.push_char(char::from(byte));
            } else if byte == b' ' {
                self.push(space);
            } else {
                self.push_char('%');
                self.push_hex(byte);
            }
        }
    }

    fn push_json(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '"' => self.push("\\\""),
                '\\' => self.push("\\\\"),
                '\n' => self.push("\\n"),
                '\r' => self.push("\\r"),
                '\t' => self.push("\\t"),
                '\0'..='\x1f' => {
                    self.push("\\u00");
                    self.push_hex(character as u8);
                }
                _ => self.push_char(character),
            }
        }
    }

    fn push_hex(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        self.push_char(char::from(HEX[usize::from(byte >> 4)]));
        self.push_char(char::from(HEX[usize::from(byte & 15)]));
    }

    fn push_char(&mut self, character: char) {
        self.push(character.encode_utf8(&mut [0; 4]));
    }
}
