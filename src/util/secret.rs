//! Text that must not be seen: wiped when dropped, absent from `Debug`.

use std::fmt;
use zeroize::Zeroizing;

mod forms;

/// What stands in a text where a secret stood.
const MASK: &str = "[secret]";

/// Longest server text that is passed on.
const MAX_SERVER_TEXT_CHARS: usize = 300;

/// A password, key or token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(Zeroizing::new(Box::from(text)))
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(mut text: Zeroizing<String>) -> Self {
        Secret(Zeroizing::new(std::mem::take(&mut *text).into_boxed_str()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Bytes that may hold a secret, wiped when they are freed like all that the library allocates.
#[derive(Default)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    pub fn extend(&mut self, more: &[u8]) {
        self.0.extend_from_slice(more);
    }

    /// Makes room for so many more. The error tells how much there is none for.
    pub fn reserve(&mut self, more: usize) -> Result<(), usize> {
        self.0.try_reserve(more).map_err(|_| self.0.len().saturating_add(more))
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(mut bytes: Zeroizing<Vec<u8>>) -> Self {
        SecretBytes(std::mem::take(&mut *bytes))
    }
}

impl From<Zeroizing<String>> for SecretBytes {
    /// The same memory: no copy.
    fn from(mut text: Zeroizing<String>) -> Self {
        SecretBytes(std::mem::take(&mut *text).into_bytes())
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
    let fits = |secret: &&str| forms::may_stand_in(secret, text);
    let mut forms: Vec<_> = secrets.iter().map(Secret::expose).filter(fits).flat_map(forms::of).collect();
    // The longest first: a shorter one could break it in two.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    let masked = |text: &str| {
        let mut masked = None;
        for form in &forms {
            let text = masked.as_deref().map_or(text, String::as_str);
            if text.contains(form.as_str()) {
                masked = Some(Zeroizing::new(text.replace(form.as_str(), MASK)));
            }
        }
        masked
    };
    cleaned = masked(&cleaned).unwrap_or(cleaned);
    // Escaped in another way, perhaps twice: then it is shown without escapes.
    let mut plain = cleaned.clone();
    for _ in 0..if forms.is_empty() { 0 } else { 2 } {
        plain = forms::unescaped(&plain);
        if let Some(masked) = masked(&plain) {
            plain.clone_from(&masked);
            cleaned = masked;
        }
    }
    let short: String = cleaned.chars().take(MAX_SERVER_TEXT_CHARS).collect();
    one_line(&short).trim().to_owned()
}

/// Without the characters that begin another line, or turn or hide what is read.
pub fn one_line(text: &str) -> String {
    let blank = |character: char| character.is_control() || is_invisible(character);
    text.chars().map(|character| if blank(character) { ' ' } else { character }).collect()
}

/// Characters that turn or hide what is read, or show nothing at all: Unicode's format characters and separators of
/// lines (Cf, Zl, Zp), fillers, variation selectors, and all of plane 14, where tags are.
const INVISIBLE: [(char, char); 24] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
];
const PLANE_14: char = '\u{e0000}';

fn is_invisible(character: char) -> bool {
    (PLANE_14..'\u{f0000}').contains(&character)
        || INVISIBLE.iter().any(|(first, last)| (first..=last).contains(&&character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::util::encoding::base64;

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
            // A request in JSON, quoted by an answer in JSON.
            "a&b=ç \\\\\\\"x",
            "a&b=\\\\u00e7 \\\\\\\"x",
            "a&amp;b=\\u00e7 &quot;x",
        ] {
            assert_eq!(clean(&format!("got {echoed}!"), &secrets), "got [secret]!", "{echoed}");
        }
    }

    #[test]
    fn a_secret_is_replaced_however_it_is_escaped() {
        let secrets = [Secret::from("S3nha+F0rte/çã\"&<'")];
        for echoed in [
            "S3nha+F0rte/\\u00e7\\u00e3\\\"&<'",
            "S3nha\\u002BF0rte/\\u00E7\\u00E3\\u0022\\u0026\\u003C\\u0027",
            "S3nha+F0rte/çã&#34;&amp;&lt;&#039;",
            "S3nha+F0rte/&#231;&#xE3;&quot;&amp;&lt;&#x27;",
            "S3nha%252BF0rte%252F%25C3%25A7%25C3%25A3%2522%2526%253C%2527",
            "S3nha%2bF0rte/%c3%a7%C3%a3%22&%3c'",
        ] {
            assert_eq!(clean(&format!("got {echoed}!"), &secrets), "got [secret]!", "{echoed}");
        }
        for text in
            ["100% \\u &#; &#x; &#99999999; &x; %zz %+f % \\", "a&amp;b %41 \\u0041 &#65;", "%çç \\uççç &#ç;"]
        {
            assert_eq!(clean(text, &secrets), text);
        }
    }

    #[test]
    fn a_secret_inside_base64_is_replaced_wherever_it_stands() {
        let secrets = [Secret::from("senha>?secreta")];
        for before in ["", "u", "u:", "user:", "joao.silva:"] {
            for behind in ["", "x", "xy", "xyz"] {
                let encoded = base64(format!("{before}senha>?secreta{behind}").as_bytes());
                for encoded in [encoded.to_string(), encoded.replace('+', "-").replace('/', "_")] {
                    let shown = clean(&format!("Basic {encoded}"), &secrets);
                    assert!(shown.contains(MASK), "{shown}");
                    let left = shown.len() - "Basic ".len() - MASK.len();
                    assert!(left <= (before.len() + behind.len()) * 4 / 3 + 8, "{shown}");
                }
            }
        }
    }

    #[test]
    fn a_secret_inside_another_does_not_break_it() {
        let secrets = [Secret::from("abcdef"), Secret::from("123abcdef456")];
        assert_eq!(clean("it is 123abcdef456, not abcdef", &secrets), "it is [secret], not [secret]");
    }

    #[test]
    fn a_long_or_dirty_text_is_cut_and_freed_of_controls() {
        let shown = clean(&format!("\u{7}\nx\u{202e}{}", "é".repeat(1000)), &[]);
        assert!(shown.chars().count() <= 300 && !shown.chars().any(char::is_control));
        assert!(shown.starts_with("x "), "{shown}");
    }

    /// All that Unicode 16 calls Cf, Zl, Zp or ignorable, and what stands beside them.
    #[test]
    fn what_cannot_be_seen_is_not_shown() {
        let unseen = "\u{ad}\u{34f}\u{600}\u{605}\u{61c}\u{6dd}\u{70f}\u{890}\u{8e2}\u{115f}\u{1160}\u{17b4}\u{180b}\
            \u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2064}\u{2065}\u{2066}\
            \u{2069}\u{206a}\u{206f}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fff0}\u{fff9}\u{fffb}\u{110bd}\u{110cd}\
            \u{13430}\u{1343f}\u{1bca0}\u{1bca3}\u{1d173}\u{1d17a}\u{e0000}\u{e0001}\u{e0020}\u{e007f}\u{e0100}\u{e01ef}\
            \u{e0fff}\u{0}\u{7f}\u{85}\u{9f}\t\r\n";
        for one in unseen.chars() {
            assert_eq!(clean(&format!("a{one}b"), &[]), "a b", "U+{:04X}", u32::from(one));
        }
        let seen = "Ação não permitida: “R$ 1.000,00” – 50 % … ñ Ω 中 😀 \u{fffd}";
        assert_eq!(clean(seen, &[]), seen);
    }

    #[test]
    fn a_secret_cut_by_the_limit_does_not_survive_in_part() {
        let secret = "s3cr3t".repeat(20);
        let shown = clean(&format!("{}{secret}", "x".repeat(290)), &[Secret::from(secret.as_str())]);
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
