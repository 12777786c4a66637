//! Bytes of the ANSI code page: the process's on Windows, Windows-1252 elsewhere.

use super::{is_ascii, too_long, ConvertedText, Unit};
use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::sys;
use std::ffi::c_char;

/// A byte of a text in the ANSI code page: the process's on Windows, Windows-1252 elsewhere.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Ansi(u8);

impl Unit for Ansi {
    type Taken<'a> = ConvertedText;

    unsafe fn take<'a>(text: *const Ansi, name: &'static str, most: usize) -> Result<Self::Taken<'a>> {
        // No character takes more bytes there than in UTF-8.
        let end = (0..=most).find(|at| text.add(*at).read().0 == 0);
        let count = end.ok_or_else(|| too_long(name, most))?;
        let mut bytes = std::slice::from_raw_parts(text.cast::<u8>(), count);
        let longest: usize = bytes.iter().map(|byte| if byte.is_ascii() { 1 } else { 3 }).sum();
        let mut taken = ConvertedText::with_room(longest.min(most), name)?;
        while let [first, rest @ ..] = bytes {
            if first.is_ascii() {
                taken.push(char::from(*first), name, most)?;
                bytes = rest;
                continue;
            }
            let position = count - bytes.len();
            let unknown = || Error::new(Status::Encoding, Message::NotAnsi { name, position });
            let (character, taking) = sys::ansi_char(bytes).ok_or_else(unknown)?;
            taken.push(character, name, most)?;
            bytes = bytes.get(taking..).unwrap_or_default();
        }
        Ok(taken)
    }

    #[inline(always)]
    fn count(text: &str) -> usize {
        if is_ascii(text.as_bytes()) {
            return text.len();
        }
        count_in_code_page(text)
    }

    #[inline(always)]
    unsafe fn put(text: &str, count: usize, to: *mut Ansi) {
        if is_ascii(text.as_bytes()) {
            // As every token is.
            return c_char::put(text, count, to.cast());
        }
        put_in_code_page(text, to.cast());
    }

    #[inline(always)]
    unsafe fn put_letters(letters: u64, to: *mut Ansi) {
        c_char::put_letters(letters, to.cast());
    }

    #[inline(always)]
    unsafe fn put_letter(letter: u8, to: *mut Ansi) {
        c_char::put_letter(letter, to.cast());
    }
}

// Not inlined everywhere: they are the rare case.

#[inline(never)]
fn count_in_code_page(text: &str) -> usize {
    text.chars().map(|character| in_code_page(character).1).sum()
}

/// # Safety
/// There is room for all of it, and its NUL.
#[inline(never)]
unsafe fn put_in_code_page(text: &str, mut to: *mut u8) {
    for character in text.chars() {
        let (bytes, count) = in_code_page(character);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
        to = to.add(count);
    }
    to.write(0);
}

/// The bytes of a character, and how many of them; a question mark for one that has no place there.
fn in_code_page(character: char) -> ([u8; 4], usize) {
    match u8::try_from(character) {
        Ok(letter) if letter.is_ascii() => ([letter, 0, 0, 0], 1),
        _ => sys::ansi_bytes(character).unwrap_or((*b"?\0\0\0", 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::made;
    use super::*;

    fn ansi(bytes: &[u8], most: usize) -> Result<String> {
        // SAFETY: NUL-terminated.
        unsafe { Ansi::take(bytes.as_ptr().cast(), "text", most).map(|made| made.to_string()) }
    }

    #[test]
    #[cfg(unix)]
    fn every_character_goes_out_in_the_code_page_and_comes_back() {
        let (mut known, all) = (0, (1..=0x10_ffff).filter_map(char::from_u32));
        for character in all {
            let units: Vec<Ansi> = made(character.encode_utf8(&mut [0; 4]));
            let [Ansi(byte), Ansi(0)] = units[..] else { panic!("{character:?}") };
            if byte != b'?' || character == '?' {
                assert_eq!(ansi(&[byte, 0], 3).unwrap(), character.to_string());
                known += 1;
            }
        }
        assert_eq!(known, 255 - 5);
    }

    #[test]
    fn a_text_of_the_code_page_never_outgrows_its_block() {
        for text in ["", "senha", "usu\u{e1}rio", "\u{20ac}\u{20ac}\u{20ac}a"] {
            let units: Vec<u8> = made::<Ansi>(text).iter().map(|unit| unit.0).collect();
            assert_eq!(ansi(&units, text.len()).unwrap(), text);
            if !text.is_empty() {
                assert_eq!(ansi(&units, text.len() - 1).unwrap_err().status, Status::Argument);
            }
        }
        // Not read to its end, which is not there.
        assert_eq!(ansi(b"aaa", 2).unwrap_err().status, Status::Argument);
    }
}
