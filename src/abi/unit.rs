//! The units that texts are made of: bytes of UTF-8 in the narrow family, 16 bits of UTF-16 in the wide one, bytes of the
//! code page in the ANSI one. Every function has one body, which works with each.

use crate::error::{Error, Result, Status};
use crate::messages::Message;
use std::ffi::{c_char, CStr};
use std::ops::Deref;
use zeroize::Zeroizing;

mod ansi;

pub use ansi::Ansi;

#[cfg(all(target_arch = "x86", target_feature = "sse2"))]
use std::arch::x86 as arch;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use std::arch::x86_64 as arch;

pub trait Unit: Copy {
    /// A text of the host's, checked.
    type Taken<'a>: Deref<Target = str>;

    /// The text, of `most` bytes of UTF-8.
    ///
    /// # Safety
    /// `text` points to a NUL-terminated text that lives as long as the result.
    unsafe fn take<'a>(text: *const Self, name: &'static str, most: usize) -> Result<Self::Taken<'a>>;

    /// How many units the text takes, its NUL not included.
    fn count(text: &str) -> usize;

    /// Writes a text that takes `count` units, and its NUL.
    ///
    /// # Safety
    /// There is room for `count` units and one more.
    unsafe fn put(text: &str, count: usize, to: *mut Self);

    /// Writes eight letters of one byte each, the first of them in the lowest, and no NUL.
    ///
    /// # Safety
    /// There is room for them.
    unsafe fn put_letters(letters: u64, to: *mut Self);

    /// As `put_letters`, of one.
    ///
    /// # Safety
    /// There is room for it.
    unsafe fn put_letter(letter: u8, to: *mut Self);
}

fn too_long(name: &'static str, most: usize) -> Error {
    Error::new(Status::Argument, Message::TooLong { name, most })
}

impl Unit for c_char {
    type Taken<'a> = &'a str;

    unsafe fn take<'a>(text: *const c_char, name: &'static str, most: usize) -> Result<Self::Taken<'a>> {
        let bytes = CStr::from_ptr(text).to_bytes();
        if bytes.len() > most {
            return Err(too_long(name, most));
        }
        std::str::from_utf8(bytes).map_err(|error| {
            let position = error.valid_up_to();
            Error::new(Status::Encoding, Message::NotUtf8 { name, position })
        })
    }

    #[inline(always)]
    fn count(text: &str) -> usize {
        text.len()
    }

    #[inline(always)]
    unsafe fn put(text: &str, count: usize, to: *mut c_char) {
        std::ptr::copy_nonoverlapping(text.as_ptr(), to.cast::<u8>(), count);
        to.add(count).write(0);
    }

    #[inline(always)]
    unsafe fn put_letters(letters: u64, to: *mut c_char) {
        to.cast::<[u8; 8]>().write_unaligned(letters.to_le_bytes());
    }

    #[inline(always)]
    unsafe fn put_letter(letter: u8, to: *mut c_char) {
        to.cast::<u8>().write(letter);
    }
}

/// The text in units, with its NUL.
pub fn made<U: Unit>(text: &str) -> Vec<U> {
    let count = U::count(text);
    let mut units = Vec::with_capacity(count + 1);
    // SAFETY: there is room for so many, and all of them are written.
    unsafe {
        U::put(text, count, units.as_mut_ptr());
        units.set_len(count + 1);
    }
    units
}

/// A text made of the host's units. It may be a password.
pub struct ConvertedText(Zeroizing<String>);

impl ConvertedText {
    /// With room for all of it from the beginning: what it grew out of would be left unwiped.
    fn with_room(bytes: usize, name: &'static str) -> Result<ConvertedText> {
        let mut taken = Zeroizing::new(String::new());
        let no_memory = |_| Error::new(Status::Limit, Message::NoMemoryFor { name, bytes });
        taken.try_reserve_exact(bytes).map_err(no_memory)?;
        Ok(ConvertedText(taken))
    }

    fn push(&mut self, character: char, name: &'static str, most: usize) -> Result<()> {
        if self.0.len() + character.len_utf8() > most {
            return Err(too_long(name, most));
        }
        self.0.push(character);
        Ok(())
    }
}

impl Deref for ConvertedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Texts may lie at odd addresses: structures packed to bytes are common in old programs.
impl Unit for u16 {
    type Taken<'a> = ConvertedText;

    unsafe fn take<'a>(text: *const u16, name: &'static str, most: usize) -> Result<Self::Taken<'a>> {
        let units = (0..).map(|at| text.add(at).read_unaligned()).take_while(|unit| *unit != 0);
        let bytes: usize = units.clone().take(most.saturating_add(1)).map(longest).sum();
        let mut taken = ConvertedText::with_room(bytes, name)?;
        let mut position = 0;
        for character in char::decode_utf16(units) {
            let lonely = || Error::new(Status::Encoding, Message::NotUtf16 { name, position });
            let character = character.map_err(|_| lonely())?;
            taken.push(character, name, most)?;
            position += character.len_utf16();
        }
        Ok(taken)
    }

    #[inline(always)]
    fn count(text: &str) -> usize {
        if is_ascii(text.as_bytes()) {
            return text.len();
        }
        // Every character begins once, and those of four bytes take two units.
        text.bytes().map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)).sum()
    }

    #[inline(always)]
    unsafe fn put(text: &str, count: usize, to: *mut u16) {
        if count == text.len() {
            // As every token is.
            let eights = text.as_bytes().chunks_exact(8);
            let rest = eights.remainder();
            for (nth, eight) in eights.enumerate() {
                Self::put_letters(word(eight), to.add(nth * 8));
            }
            for (nth, letter) in rest.iter().enumerate() {
                Self::put_letter(*letter, to.add(count - rest.len() + nth));
            }
        } else {
            for (at, unit) in text.encode_utf16().enumerate() {
                to.add(at).write_unaligned(unit);
            }
        }
        to.add(count).write_unaligned(0);
    }

    #[inline(always)]
    unsafe fn put_letters(letters: u64, to: *mut u16) {
        to.cast::<Eight>().write_unaligned(widened(letters));
    }

    #[inline(always)]
    unsafe fn put_letter(letter: u8, to: *mut u16) {
        to.write_unaligned(letter.into());
    }
}

// Letters by the word, because a compiler that optimises for size makes no vectors of a loop.

#[inline(always)]
fn word(eight: &[u8]) -> u64 {
    u64::from_le_bytes(eight.try_into().unwrap_or_default())
}

#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let eights = bytes.chunks_exact(8);
    let rest = eights.remainder();
    eights.fold(0, |all, eight| all | word(eight)) & 0x8080_8080_8080_8080 == 0 && rest.is_ascii()
}

/// Eight units: one register, where every processor of a kind has those.
#[cfg(target_feature = "sse2")]
type Eight = arch::__m128i;
#[cfg(not(target_feature = "sse2"))]
type Eight = [u16; 8];

#[cfg(target_feature = "sse2")]
#[inline(always)]
fn widened(letters: u64) -> Eight {
    // SAFETY: the processor has these instructions; the address is that of eight bytes.
    unsafe {
        let letters = arch::_mm_loadl_epi64(std::ptr::from_ref(&letters).cast());
        arch::_mm_unpacklo_epi8(letters, arch::_mm_setzero_si128())
    }
}

#[cfg(not(target_feature = "sse2"))]
#[inline(always)]
fn widened(letters: u64) -> Eight {
    letters.to_le_bytes().map(u16::from)
}

/// The bytes of UTF-8 that a unit becomes at most; of a pair each half has two of the four.
fn longest(unit: u16) -> usize {
    match unit {
        0..=0x7f => 1,
        0x80..=0x7ff | 0xd800..=0xdfff => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(units: &[u16], most: usize) -> Result<String> {
        // SAFETY: NUL-terminated, at an odd address too.
        unsafe {
            let even = <u16 as Unit>::take(units.as_ptr(), "text", most).map(|made| made.to_string());
            let mut bytes = vec![0u8; units.len() * 2 + 1];
            bytes[1..].copy_from_slice(&units.iter().flat_map(|unit| unit.to_ne_bytes()).collect::<Vec<_>>());
            let odd = <u16 as Unit>::take(bytes[1..].as_ptr().cast(), "text", most);
            assert_eq!(odd.map(|made| made.to_string()).ok(), even.as_ref().ok().cloned());
            even
        }
    }

    #[test]
    fn every_character_comes_in_and_goes_out() {
        let all: Vec<char> = (1..=0x10_ffff).filter_map(char::from_u32).collect();
        for part in all.chunks(1000) {
            let text: String = part.iter().collect();
            let mut units: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(u16::count(&text), units.len());
            let mut out = vec![0xffff; units.len() + 2];
            // SAFETY: there is room for one more than needed.
            unsafe { u16::put(&text, units.len(), out.as_mut_ptr()) };
            units.push(0);
            assert_eq!(out[..units.len()], units);
            assert_eq!(out[units.len()], 0xffff);
            let made = taken(&units, text.len()).unwrap();
            assert_eq!(made, text);
        }
    }

    #[test]
    fn the_text_never_outgrows_its_block() {
        for text in ["", "senha", "usuário", "€", "😀", "a😀ç€z"] {
            let units: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(units.iter().copied().map(longest).sum::<usize>(), text.len(), "{text}");
        }
    }

    #[test]
    fn half_a_pair_is_refused_with_its_place() {
        let halves: [(&[u16], usize); 5] = [
            (&[0xd83d, 0], 0),
            (&[0x61, 0xde00, 0], 1),
            (&[0xd83d, 0xde00, 0xd83d, 0x61, 0], 2),
            (&[0xde00, 0xd83d, 0], 0),
            (&[0x20ac, 0xd83d, 0xd83d, 0xde00, 0], 1),
        ];
        for (units, place) in halves {
            let error = taken(units, 100).unwrap_err();
            assert!(
                matches!(error.message, Message::NotUtf16 { position, .. } if position == place),
                "{error}"
            );
            assert_eq!(error.status, Status::Encoding);
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_and_not_read_to_its_end() {
        assert_eq!(taken(&[0x61, 0x61, 0], 2).unwrap(), "aa");
        for units in [[0x61, 0x61, 0x61, 0], [0xe7, 0x61, 0xd83d, 0], [0x20ac, 0, 0, 0]] {
            assert_eq!(taken(&units, 2).unwrap_err().status, Status::Argument);
        }
    }
}
