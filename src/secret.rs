//! Text that must not be seen: wiped when dropped, absent from `Debug`.

use std::fmt;
use zeroize::Zeroizing;

/// What stands in a text where a secret stood.
const MASK: &str = "[secret]";

/// Secrets shorter than this are not searched for in server texts: replacing every `a` of an error
/// message would hide the message and not the password.
const SHORTEST_SEARCHED: usize = 4;

/// Longest server text that is passed on.
const LONGEST_SERVER_TEXT: usize = 300;

/// A password, key or token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        // `to_owned` allocates exactly once, so no unwiped shorter copy is left behind.
        Secret(Zeroizing::new(text.to_owned()))
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(text: Zeroizing<String>) -> Self {
        Secret(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Bytes that may hold a secret and grow while they are read: every block they outgrow is wiped.
#[derive(Default)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    pub fn extend(&mut self, more: &[u8]) {
        // Without room for more the process ends here, as everywhere else.
        let _ = self.reserve(more.len());
        self.0.extend_from_slice(more);
    }

    /// Makes room for so many more. The error tells how much there is none for.
    pub fn reserve(&mut self, more: usize) -> Result<(), usize> {
        let needed = self.0.len().saturating_add(more);
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::new());
            let wanted = needed.max(self.0.capacity().saturating_mul(2));
            larger.try_reserve_exact(wanted).map_err(|_| wanted)?;
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        Ok(())
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<String>> for SecretBytes {
    /// The same memory: no copy.
    fn from(mut text: Zeroizing<String>) -> Self {
        SecretBytes(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MASK} of {} bytes", self.0.len())
    }
}

/// Makes a text of a server fit to be shown: no secret of the account, no control characters, not long.
pub fn clean(text: &str, secrets: &[Secret]) -> String {
    let mut cleaned = Zeroizing::new(text.to_owned());
    for form in secrets.iter().flat_map(forms) {
        if cleaned.contains(form.as_str()) {
            cleaned = masked(&cleaned, form.as_str());
        }
    }
    let short: String = cleaned.chars().take(LONGEST_SERVER_TEXT).collect();
    one_line(&short).trim().to_owned()
}

/// Without the characters that begin another line, or turn or hide what is read.
pub fn one_line(text: &str) -> String {
    let blank = |character: char| character.is_control() || is_invisible(character);
    text.chars().map(|character| if blank(character) { ' ' } else { character }).collect()
}

/// With room for all of it from the beginning: what it grew out of may hold another secret.
fn masked(text: &str, form: &str) -> Zeroizing<String> {
    let mut out = String::with_capacity(text.len() + text.matches(form).count() * MASK.len());
    text.split(form).enumerate().for_each(|(number, part)| {
        out.push_str(if number > 0 { MASK } else { "" });
        out.push_str(part);
    });
    Zeroizing::new(out)
}

/// The ways in which a server may echo a secret: as it is, and as the request carried it.
fn forms(secret: &Secret) -> Vec<Form> {
    let text = secret.expose();
    if text.len() < SHORTEST_SEARCHED {
        return Vec::new();
    }
    let mut forms: Vec<Form> = [text, text.trim()].map(|text| written(text, |out, c| out.push(c))).into();
    forms.extend([json, ascii_json, html].map(|character| written(text, character)));
    for (space, upper) in [("%20", true), ("%20", false), ("+", true), ("+", false)] {
        forms.push(written(text, |out, character| percent(out, character, space, upper)));
    }
    // The longest first: a shorter one could break it in two.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

type Form = Zeroizing<String>;

/// Writes each character its own way, with room for the longest: a text that grew would leave unwiped ones behind.
fn written(text: &str, character: impl Fn(&mut String, char)) -> Form {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * LONGEST_FORM));
    text.chars().for_each(|next| character(&mut out, next));
    out
}

/// Bytes that one byte of a secret may become: "\u00e7".
const LONGEST_FORM: usize = 6;

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
    (0..4).rev().for_each(|place| out.push(digit((unit >> (4 * place)) as u8, false)));
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

/// As an address or a form has it.
fn percent(out: &mut String, character: char, space: &str, upper: bool) {
    match character {
        ' ' => out.push_str(space),
        'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '.' | '_' | '~' => out.push(character),
        _ => {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                out.extend(['%', digit(byte >> 4, upper), digit(byte, upper)]);
            }
        }
    }
}

fn digit(bits: u8, upper: bool) -> char {
    let digit = char::from_digit((bits & 15).into(), 16).unwrap_or('0');
    if upper {
        digit.to_ascii_uppercase()
    } else {
        digit
    }
}

/// Characters that turn or hide what is read: directional marks, zero-width characters.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", Secret::from("senha")), "[secret]");
        let mut bytes = SecretBytes::default();
        bytes.extend(b"senha");
        assert_eq!(format!("{bytes:?}"), "[secret] of 5 bytes");
    }

    #[test]
    fn bytes_grow_without_losing_any() {
        let mut bytes = SecretBytes::default();
        let mut expected = Vec::new();
        for part in 0..100u8 {
            bytes.extend(&vec![part; part as usize]);
            expected.extend(vec![part; part as usize]);
        }
        assert_eq!(bytes.as_slice(), expected);
    }

    #[test]
    fn an_echoed_secret_is_replaced_in_every_form() {
        let secrets = [Secret::from("a&b=ç \"x")];
        for echoed in [
            "a&b=ç \"x",
            "a&b=ç \\\"x",
            "a%26b%3D%C3%A7%20%22x",
            "a%26b%3D%C3%A7+%22x",
            "a%26b%3d%c3%a7+%22x",
            "a&b=\\u00e7 \\\"x",
        ] {
            assert_eq!(clean(&format!("got {echoed}!"), &secrets), "got [secret]!", "{echoed}");
        }
    }

    #[test]
    fn a_long_or_dirty_text_is_cut_and_freed_of_controls() {
        let shown = clean(&format!("\u{7}\nx\u{202e}{}", "é".repeat(1000)), &[]);
        assert!(shown.chars().count() <= 300 && !shown.chars().any(char::is_control));
        assert!(shown.starts_with("x "), "{shown}");
    }

    #[test]
    fn a_secret_cut_by_the_limit_does_not_survive_in_part() {
        let secret = "s3cr3t".repeat(20);
        let shown = clean(&format!("{}{secret}", "x".repeat(290)), &[Secret::from(secret.as_str())]);
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
