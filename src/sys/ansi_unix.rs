//! 8-bit texts where the system has no code page for them: what such texts are in is Windows-1252.

use crate::util::windows_1252;

/// The character that the bytes begin with, and how many of them it takes. Five bytes are none.
pub fn ansi_char(bytes: &[u8]) -> Option<(char, usize)> {
    let character = windows_1252::character(*bytes.first()?);
    (!character.is_control()).then_some((character, 1))
}

/// The bytes of a character, and how many of them.
pub fn ansi_bytes(character: char) -> Option<([u8; 4], usize)> {
    let byte = windows_1252::byte(character).filter(|_| !character.is_control())?;
    Some(([byte, 0, 0, 0], 1))
}
