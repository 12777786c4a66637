//! 8-bit texts: in the code page of the process, which is the system's unless its manifest says otherwise. One byte for a
//! character, one or two in the Far East, up to four where it is UTF-8.

use windows_sys::Win32::Globalization::{
    GetACP, IsDBCSLeadByteEx, MultiByteToWideChar, WideCharToMultiByte, CP_UTF8, MB_ERR_INVALID_CHARS,
    WC_NO_BEST_FIT_CHARS,
};

/// The character that the bytes, of which the first is not ASCII, begin with, and how many of them it takes. What the code
/// page does not define is none: the system's tables have a control character or one for private use in its place.
pub fn ansi_char(bytes: &[u8]) -> Option<(char, usize)> {
    let page = code_page();
    if page == CP_UTF8 {
        let character = bytes.get(..4).unwrap_or(bytes).utf8_chunks().next()?.valid().chars().next()?;
        return Some((character, character.len_utf8()));
    }
    // SAFETY: takes numbers only.
    let is_lead = unsafe { IsDBCSLeadByteEx(page, *bytes.first()?) } != 0;
    let count = 1 + usize::from(is_lead);
    let bytes = bytes.get(..count)?;
    let mut units = [0u16; 2];
    // SAFETY: reads those bytes and writes two units at most.
    let made = unsafe {
        let (from, into) = (bytes.as_ptr(), units.as_mut_ptr());
        MultiByteToWideChar(page, MB_ERR_INVALID_CHARS, from, count as i32, into, 2)
    };
    let [unit] = units.get(..usize::try_from(made).ok()?)? else { return None };
    let character = char::from_u32((*unit).into())?;
    let is_private = !is_lead && ('\u{e000}'..='\u{f8ff}').contains(&character);
    (!character.is_control() && !is_private).then_some((character, count))
}

/// The bytes of a character that is not ASCII, and how many of them. None for one that has no place in the code page,
/// whatever looks like it there.
pub fn ansi_bytes(character: char) -> Option<([u8; 4], usize)> {
    let (page, mut bytes) = (code_page(), [0u8; 4]);
    if page == CP_UTF8 {
        let count = character.encode_utf8(&mut bytes).len();
        return Some((bytes, count));
    }
    let unit = u16::try_from(u32::from(character)).ok().filter(|_| !character.is_control())?;
    let mut is_other = 0;
    // SAFETY: reads one unit and writes four bytes at most, and a number.
    let made = unsafe {
        let (into, other) = (bytes.as_mut_ptr(), &raw mut is_other);
        WideCharToMultiByte(page, WC_NO_BEST_FIT_CHARS, &unit, 1, into, 4, std::ptr::null(), other)
    };
    let count = usize::try_from(made).ok().filter(|count| *count > 0 && is_other == 0)?;
    Some((bytes, count))
}

fn code_page() -> u32 {
    // SAFETY: takes nothing, changes nothing.
    unsafe { GetACP() }
}
