//! Values of a JSON text, found where they stand: nothing of it is built up in memory, so a large answer costs no more
//! than its bytes. It is checked once; and where the last path went through lists is kept, so that a loop over their
//! items goes on from the one before instead of from the first.

use super::charset::Text;
use crate::util::sync::{locked, Mutex};
use serde::de::IgnoredAny;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// Lists inside lists of which the place is kept: a path of any length may come, into a body that is nothing but lists.
const MAX_NESTING_KEPT: usize = 8;

#[derive(Default)]
pub struct Json {
    valid: OnceLock<bool>,
    lists: Mutex<Vec<InList>>,
}

/// Where the last path went through a list.
#[derive(Clone)]
struct InList {
    /// The steps to the list are so many, and these, told apart by their text.
    path: String,
    index: usize,
    /// Where the item begins.
    at: usize,
}

/// The steps of a JSON Pointer (RFC 6901); `None` if it is none.
pub fn steps(path: &str) -> Option<Vec<String>> {
    if path.is_empty() {
        return Some(Vec::new());
    }
    path.strip_prefix('/')?.split('/').map(unescaped_step).collect()
}

fn unescaped_step(step: &str) -> Option<String> {
    let mut parts = step.split('~');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (character, rest) = part.split_at_checked(1)?;
        text.push(match character {
            "0" => '~',
            "1" => '/',
            _ => return None,
        });
        text.push_str(rest);
    }
    Some(text)
}

impl Json {
    pub fn is_json(&self, bytes: &[u8]) -> bool {
        *self.valid.get_or_init(|| serde_json::from_slice::<IgnoredAny>(bytes).is_ok())
    }

    /// The value at the end of the steps. The text is JSON.
    pub fn find<'a>(&self, text: Text<'a>, steps: &[String]) -> Option<Text<'a>> {
        let mut scan = Scan { text: text.bytes(), at: 0 };
        let before = std::mem::take(&mut *locked(&self.lists));
        let mut lists = Vec::new();
        let found = walk(&mut scan, text, steps, &before, &mut lists);
        *locked(&self.lists) = lists;
        found?;
        scan.skip_space();
        let from = scan.at;
        scan.skip_value();
        Some(text.part(from, scan.at))
    }
}

/// Goes to where the value at the end of the steps begins.
fn walk(
    scan: &mut Scan,
    text: Text,
    steps: &[String],
    before: &[InList],
    lists: &mut Vec<InList>,
) -> Option<()> {
    let mut path = String::new();
    for step in steps {
        scan.skip_space();
        match scan.next()? {
            b'{' => scan.member(text, step)?,
            b'[' => {
                let wanted = index(step)?;
                let known = before.iter().find(|list| list.path == path && list.index <= wanted);
                let mut index = 0;
                if let Some(known) = known {
                    (scan.at, index) = (known.at, known.index);
                }
                scan.item(wanted - index)?;
                if lists.len() < MAX_NESTING_KEPT {
                    lists.push(InList { path: path.clone(), index: wanted, at: scan.at });
                }
            }
            _ => return None,
        }
        // A length before each step, so that no two lists of steps look the same.
        path.push_str(&format!("{}:{step}", step.len()));
    }
    Some(())
}

/// RFC 6901: digits without leading zeros.
fn index(step: &str) -> Option<usize> {
    let digits = step.bytes().all(|byte| byte.is_ascii_digit());
    let plain = step == "0" || !step.starts_with('0');
    step.parse().ok().filter(|_| digits && plain)
}

/// A place in a text that is JSON.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// After the quote that begins it, to behind the one that ends it.
    fn skip_text(&mut self) {
        while let Some(byte) = self.next() {
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    fn skip_value(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.next() {
                None => return,
                Some(b'"') => self.skip_text(),
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth = depth.saturating_sub(1),
                Some(_) => {
                    // Of a number or a word, the rest; inside of something it makes no difference.
                    while depth == 0
                        && self
                            .peek()
                            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                    {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// After `{`: to the value of the member of that name.
    fn member(&mut self, text: Text, name: &str) -> Option<()> {
        loop {
            self.skip_space();
            if self.next()? != b'"' {
                return None;
            }
            let from = self.at;
            self.skip_text();
            let key = text.part(from, self.at.saturating_sub(1));
            let is_it = match key.bytes().contains(&b'\\') {
                true => unescaped(&key.copied()).as_str() == name,
                false => key.is(name),
            };
            self.skip_space();
            self.at += 1; // the colon
            if is_it {
                return Some(());
            }
            self.skip_space();
            self.skip_value();
            self.skip_space();
            if self.next()? != b',' {
                return None;
            }
        }
    }

    /// Before an item or after `[`: to the item that comes so many further.
    fn item(&mut self, further: usize) -> Option<()> {
        self.skip_space();
        if self.peek()? == b']' {
            return None;
        }
        for _ in 0..further {
            self.skip_space();
            self.skip_value();
            self.skip_space();
            if self.next()? != b',' {
                return None;
            }
        }
        Some(())
    }
}

/// What stands between the quotes; `None` if the value is no text.
pub fn inside(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""))
}

/// What the escapes stand for. Half of a pair is no character: it becomes U+FFFD.
pub fn unescaped(text: &str) -> Zeroizing<String> {
    // No escape is shorter than what it stands for: the text never moves and leaves no copy behind.
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut characters = after.chars();
        let escaped = characters.next().unwrap_or_default();
        rest = characters.as_str();
        match escaped {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let (character, after) = utf16(rest);
                out.push(character);
                rest = after;
            }
            itself => out.push(itself),
        }
    }
    out.push_str(rest);
    out
}

/// After `\u`: the character, and what follows it.
fn utf16(text: &str) -> (char, &str) {
    let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
    let after = text.get(4..).unwrap_or_default();
    let Some(first) = unit(text) else { return (char::REPLACEMENT_CHARACTER, after) };
    let second = after.strip_prefix("\\u").and_then(unit);
    let pair = [first, second.unwrap_or_default()];
    match char::decode_utf16(pair).next() {
        Some(Ok(character)) if character.len_utf16() == 2 => (character, after.get(6..).unwrap_or_default()),
        Some(Ok(character)) => (character, after),
        _ => (char::REPLACEMENT_CHARACTER, after),
    }
}
