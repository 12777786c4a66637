//! Secrets, and the search for them in every form in which they may have been written.

use std::fmt::Write;

/// What the secrets of this test begin with.
pub const MARK: &str = "C4n4ry";
/// Shorter than this, a secret is part of too many words.
const SHORTEST: usize = 6;
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[derive(Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    pub fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST && !self.0.iter().any(|known| known == secret) {
            self.0.push(secret.to_owned());
        }
    }

    /// One to a line, in JSON.
    pub fn read(text: &str) -> Secrets {
        Secrets(text.lines().map(|line| serde_json::from_str(line).expect("a text")).collect())
    }

    pub fn written(&self) -> String {
        self.0.iter().map(|secret| serde_json::to_string(secret).expect("JSON") + "\n").collect()
    }

    /// Nor in another case.
    pub fn are_not_in(&self, place: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let lower = text.to_lowercase();
        let line = |at: usize| {
            let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
            text[start..].lines().next().unwrap_or_default().to_owned()
        };
        // Every secret of ours begins with the mark, which all forms but base64 leave as it is: not even a part may be
        // there.
        if let Some(at) = lower.find(&MARK.to_lowercase()) {
            panic!("a secret is in {place}: {}", line_of(&lower, at));
        }
        let others = self.0.iter().filter(|secret| !secret.starts_with(MARK));
        for secret in others.clone() {
            assert!(!lower.contains(&secret.to_lowercase()), "{secret} is in {place}");
        }
        for form in base64(MARK).into_iter().chain(others.flat_map(|secret| base64(secret))) {
            if let Some(at) = text.find(&form) {
                panic!("{form:?}, of a secret, is in {place}: {}", line(at));
            }
        }
    }
}

/// The whole line, so that it is known who wrote it.
fn line_of(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// As it is, in JSON (two ways), in HTML, in a URL, in a form.
pub fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("JSON");
    let mut ascii = String::new();
    for unit in secret.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\' | b'/')) => write!(ascii, "\\{}", char::from(byte)),
            Ok(byte @ b' '..=b'~') => write!(ascii, "{}", char::from(byte)),
            _ => write!(ascii, "\\u{unit:04x}"),
        }
        .expect("a text");
    }
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let html = html.replace('"', "&quot;").replace('\'', "&#39;");
    let percent = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let url: String = secret.bytes().map(percent).collect();
    vec![secret.to_owned(), json[1..json.len() - 1].to_owned(), ascii, html, url.replace("%20", "+"), url]
}

/// What every base64 that holds the secret has in it, wherever the secret stands in what was encoded.
pub fn base64(secret: &str) -> Vec<String> {
    let cores = (0..3).flat_map(|before| {
        let mut bytes = vec![0; before];
        bytes.extend(secret.bytes());
        let whole = encoded(&bytes);
        // Digits that also depend on what stands before and behind are left out.
        let first = [0, 2, 3][before];
        let last = whole.len() - [0, 3, 2][bytes.len() % 3];
        let core = whole[first..last].to_owned();
        [core.replace('+', "-").replace('/', "_"), core]
    });
    cores.collect()
}

pub fn encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > three.len() { '=' } else { char::from(DIGITS[value as usize]) });
        }
    }
    text
}
