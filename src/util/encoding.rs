//! Bytes as text and back, without leaving a copy of a secret behind.

use crate::util::secret::Secret;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::{alphabet, Engine};
use zeroize::Zeroizing;

pub fn base64(bytes: &[u8]) -> Zeroizing<String> {
    encoded(&STANDARD, bytes)
}

/// With the signs that may stand in an address.
pub fn base64url(bytes: &[u8]) -> Zeroizing<String> {
    encoded(&URL_SAFE, bytes)
}

fn encoded(engine: &GeneralPurpose, bytes: &[u8]) -> Zeroizing<String> {
    let mut room = Zeroizing::new(vec![0; bytes.len().div_ceil(3) * 4]);
    let _ = engine.encode_slice(bytes, &mut room); // What it says is that the room is enough.
                                                   // The vector itself becomes the text.
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *room)).unwrap_or_default())
}

/// With or without the signs at the end that only fill up.
pub fn from_base64url(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true);
    const ENGINE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    let mut bytes = Zeroizing::new(vec![0; text.len()]);
    let length = ENGINE.decode_slice(text.trim_end_matches('='), &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of exactly as many bytes.
pub fn from_hex<const N: usize>(text: &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    if text.len() != 2 * N {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

/// Percent signs that are followed by two digits are escapes; others are themselves.
pub fn from_percent(text: &str) -> Option<Secret> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_encoding::percent_decode_str(text));
    std::str::from_utf8(&bytes).ok().map(Secret::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        for (bytes, text) in
            [(&b""[..], ""), (b"a", "YQ=="), (b"ab\xff", "YWL/"), (b"\xfb\xff\xfe>", "+//+Pg==")]
        {
            assert_eq!(*base64(bytes), text);
            let in_address = base64url(bytes);
            assert_eq!(*in_address, text.replace('+', "-").replace('/', "_"));
            for written in [in_address.as_str(), in_address.trim_end_matches('=')] {
                assert_eq!(from_base64url(written).unwrap().as_slice(), bytes);
            }
        }
        assert_eq!(from_base64url("YR").unwrap().as_slice(), b"a", "bits that nobody needs");
        for wrong in ["Y+==", "Y Q", "Y=Q", "é", "YQ\n"] {
            assert!(from_base64url(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn hex_both_ways() {
        assert_eq!(hex(&[0, 0xab, 0x10]), "00ab10");
        assert_eq!(from_hex::<3>(b"00aB10").as_deref(), Some(&[0, 0xab, 0x10]));
        for wrong in [&b"00ab1"[..], b"00ab1g", b"00ab100", b"+0ab10"] {
            assert!(from_hex::<3>(wrong).is_none());
        }
    }

    #[test]
    fn percent_signs() {
        for (text, plain) in
            [("a%20b", "a b"), ("50%", "50%"), ("%zz%4", "%zz%4"), ("%C3%a7", "ç"), ("a+b", "a+b")]
        {
            assert_eq!(from_percent(text).unwrap().expose(), plain);
        }
        assert!(from_percent("%ff").is_none());
    }
}
