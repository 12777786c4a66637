//! PEM: certificates and keys as text, whatever stands before, between and behind them.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use zeroize::Zeroizing;

pub struct Block<'a> {
    pub label: &'a str,
    body: Option<&'a str>,
}

impl Block<'_> {
    pub fn der(&self) -> Option<Zeroizing<Vec<u8>>> {
        let body = Zeroizing::new(self.body?.replace(|letter: char| letter.is_ascii_whitespace(), ""));
        STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
    }

    /// It is encrypted in the way of before PKCS #8, which begins with lines that say so.
    pub fn is_encrypted_in_the_old_way(&self) -> bool {
        self.body.is_some_and(|body| body.contains("ENCRYPTED"))
    }
}

pub fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, begun) = rest.split_once("-----BEGIN ")?;
        let (label, after) = begun.split_once("-----")?;
        rest = after;
        let body = after.split_once("-----END ").map(|(body, behind)| {
            // Where the end of this one is missing, another one begins in it.
            if !body.contains("-----BEGIN ") {
                rest = behind;
            }
            body
        });
        Some(Block { label, body })
    })
}

/// What of a text is ASCII, which PEM is: without a byte order mark, and of UTF-16 the one byte of each two.
pub fn ascii(content: &[u8]) -> Zeroizing<String> {
    let letters = content.iter().filter(|byte| byte.is_ascii() && **byte != 0);
    Zeroizing::new(letters.map(|byte| char::from(*byte)).collect())
}
