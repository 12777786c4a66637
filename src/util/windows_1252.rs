//! The code page of western Windows, known to others as ANSI. Where it differs from ISO-8859-1 that has controls only.

/// From 0x80 to 0x9f. What is not defined stays the control character of that number.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

pub fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or_default(),
        _ => char::from(byte),
    }
}

/// `None` for a character that has no place in it.
#[cfg(unix)]
pub fn byte(character: char) -> Option<u8> {
    match u8::try_from(character) {
        Ok(byte @ (..0x80 | 0xa0..)) => Some(byte),
        _ => (0x80..=0x9f).find(|byte| self::character(*byte) == character),
    }
}
