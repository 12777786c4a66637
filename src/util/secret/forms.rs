//! The forms in which a secret may be found in a text.

use crate::util::encoding::{base64, base64url};
use percent_encoding::percent_encode_byte;
use std::fmt::Write;
use zeroize::Zeroizing;

/// Secrets shorter than this are not searched for in server texts: replacing every `a` of an error
/// message would hide the message and not the password.
const MIN_SEARCHED_BYTES: usize = 4;
/// And base64 of so few digits.
const FEWEST_DIGITS: usize = 6;
/// Of so many digits a hash is one.
const FEWEST_HEX: usize = 16;
/// Of a page: `&#x10ffff;`.
const MAX_ENTITY_BYTES: usize = 10;

/// Whether any form of the secret may be in that text at all. No form is shorter than the trimmed secret, but for what
/// base64 has of it: its first or last digit may be another's too.
pub(super) fn may_stand_in(secret: &str, text: &str) -> bool {
    secret.trim().len() <= text.len() + 1
}

/// The ways in which a server may echo a secret: as it is, and as the request carried it.
pub(super) fn of(text: &str) -> Vec<EscapedForm> {
    if text.len() < MIN_SEARCHED_BYTES {
        return Vec::new();
    }
    let mut forms: Vec<EscapedForm> =
        [text, text.trim()].map(|text| written(text, |out, c| out.push(c))).into();
    forms.extend([json, ascii_json, html].map(|character| written(text, character)));
    // And in a text of JSON that quotes it in one of these forms.
    for quoted in 0..forms.len() {
        for character in [json, ascii_json] {
            forms.extend(forms.get(quoted).map(|form| written(form, character)));
        }
    }
    for bare in UNESCAPED {
        for (space, upper) in [("%20", true), ("%20", false), ("+", true), ("+", false)] {
            forms.push(written(text, |out, character| percent(out, character, bare, space, upper)));
        }
    }
    // What reads as hexadecimal is a hash: who compares it may write it in the other case.
    if text.len() >= FEWEST_HEX && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        forms.push(written(text, |out, digit| out.push(digit.to_ascii_uppercase())));
        forms.push(written(text, |out, digit| out.push(digit.to_ascii_lowercase())));
    }
    forms.extend((0..3).flat_map(|before| inside_base64(text, before)));
    forms
}

type EscapedForm = Zeroizing<String>;

/// Writes each character its own way.
fn written(text: &str, character: impl Fn(&mut String, char)) -> EscapedForm {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    text.chars().for_each(|next| character(&mut out, next));
    out
}

/// As JSON has it.
fn json(out: &mut String, character: char) {
    match character {
        '"' | '\\' => out.extend(['\\', character]),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\0'..'\u{20}' => escaped(out, character as u16),
        _ => out.push(character),
    }
}

/// As PHP and others write JSON: nothing beyond ASCII, and slashes escaped.
fn ascii_json(out: &mut String, character: char) {
    match character {
        '"' | '\\' | '/' => out.extend(['\\', character]),
        ' '..='~' => out.push(character),
        _ => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped(out, *unit)),
    }
}

fn escaped(out: &mut String, unit: u16) {
    out.push_str("\\u");
    let _ = write!(out, "{unit:04x}");
}

/// As a page shows it.
fn html(out: &mut String, character: char) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        _ => out.push(character),
    }
}

/// What stands in an address, in a form and in what JavaScript writes as it is, beside letters and digits.
const UNESCAPED: [&str; 3] = ["-._~", "-._*", "-._~*!'()"];

/// As an address or a form has it.
fn percent(out: &mut String, character: char, bare: &str, space: &str, upper: bool) {
    match character {
        ' ' => out.push_str(space),
        character if character.is_ascii_alphanumeric() || bare.contains(character) => out.push(character),
        _ => {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let escape = percent_encode_byte(byte).chars();
                out.extend(escape.map(|c| if upper { c } else { c.to_ascii_lowercase() }));
            }
        }
    }
}

/// What base64 of something that holds the text has in it, with `before` bytes of three in front: the digits that only
/// the text decides. A header's login is such a thing. With the signs of addresses too.
fn inside_base64(text: &str, before: usize) -> Vec<EscapedForm> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(before + text.len()));
    bytes.resize(before, 0);
    bytes.extend_from_slice(text.as_bytes());
    let first = [0, 2, 3].get(before).copied().unwrap_or_default();
    let behind = [0, 3, 2].get(bytes.len() % 3).copied().unwrap_or_default();
    let core = |whole: EscapedForm| {
        let core = whole.get(first..whole.len().saturating_sub(behind))?;
        (core.len() >= FEWEST_DIGITS).then(|| Zeroizing::new(core.to_owned()))
    };
    [base64(&bytes), base64url(&bytes)].into_iter().filter_map(core).collect()
}

/// Without the escapes of JSON, of pages and of addresses.
pub(super) fn unescaped(text: &str) -> EscapedForm {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let byte = rest.strip_prefix('%').and_then(|rest| u8::from_str_radix(rest.get(..2)?, 16).ok());
        let escape = match first {
            '\\' => after_backslash(rest),
            '&' => entity(rest),
            _ => None,
        };
        let (character, length) = escape.unwrap_or((first, first.len_utf8()));
        match byte {
            Some(byte) => out.push(byte),
            None => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = rest.get(if byte.is_some() { 3 } else { length }..).unwrap_or_default();
    }
    Zeroizing::new(String::from_utf8_lossy(&out).into_owned())
}

/// What an escape stands for, and its length.
fn after_backslash(text: &str) -> Option<(char, usize)> {
    match text.chars().nth(1)? {
        'u' => {
            let unit = u32::from_str_radix(text.get(2..6)?, 16).ok()?;
            Some((char::from_u32(unit)?, 6))
        }
        character @ ('"' | '\\' | '/') => Some((character, 2)),
        _ => None,
    }
}

fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(MAX_ENTITY_BYTES).position(|byte| byte == b';')?;
    let character = match text.get(1..end)? {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        name => {
            let number = name.strip_prefix('#')?;
            let digits = number.strip_prefix(['x', 'X']);
            let number = digits.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
            char::from_u32(number.ok()?)?
        }
    };
    Some((character, end + 1))
}
