//! Escaping for each place, into a text that leaves no copy of a secret behind.

use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use zeroize::Zeroizing;

const IN_ADDRESS: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const IN_FORM: AsciiSet = NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// The place decides the escaping, so no value can leave it.
#[derive(Clone, Copy)]
pub(super) enum TemplateContext<'a> {
    Url,
    /// A field of an address's query, of which nothing is encoded yet.
    Query,
    Form,
    Json,
    Header(&'a str),
    /// What is computed of it: nothing is escaped.
    Plain,
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

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
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

    pub fn push_for(&mut self, place: TemplateContext, text: &str) {
        match place {
            TemplateContext::Url | TemplateContext::Query => self.push_percent(text, &IN_ADDRESS),
            TemplateContext::Form => self.push_form(text),
            TemplateContext::Json => self.push_json(text),
            TemplateContext::Header(_) | TemplateContext::Plain => self.push(text),
        }
    }

    fn push_percent(&mut self, text: &str, escaped: &'static AsciiSet) {
        utf8_percent_encode(text, escaped).for_each(|part| self.push(part));
    }

    /// As a form has it: a space is a plus.
    fn push_form(&mut self, text: &str) {
        for (number, word) in text.split(' ').enumerate() {
            self.push(if number > 0 { "+" } else { "" });
            self.push_percent(word, &IN_FORM);
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
                    self.push(&format!("\\u{:04X}", u32::from(character)));
                }
                _ => self.push_char(character),
            }
        }
    }

    fn push_char(&mut self, character: char) {
        self.push(character.encode_utf8(&mut [0; 4]));
    }
}
