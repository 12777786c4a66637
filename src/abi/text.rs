//! Texts over the boundary: units in, checked and copied; a buffer with its length out, never a unit beyond. All
//! families go through here: which one it is follows from the pointer's type.

use super::entry;
use super::unit::Unit;
use crate::cache::published::{load, Sink, Words};
use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::net::response::Text;
use std::sync::atomic::AtomicU64;

/// Longest text taken: a program that passes more has lost the terminating NUL.
const MAX_TEXT_UNITS: usize = 1 << 20;

/// A text given by the host.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated text that lives as long as the result.
pub unsafe fn required<'a, U: Unit>(text: *const U, name: &'static str) -> Result<U::Taken<'a>> {
    optional(text, name)?.ok_or_else(|| Error::new(Status::Argument, Message::NullArgument { name }))
}

/// As `required`; NULL is `None`.
///
/// # Safety
/// As `required`.
pub unsafe fn optional<'a, U: Unit>(text: *const U, name: &'static str) -> Result<Option<U::Taken<'a>>> {
    if text.is_null() {
        return Ok(None);
    }
    U::take(text, name, MAX_TEXT_UNITS).map(Some)
}

/// Where a text goes: the host's buffer, and the length that is its capacity before and the text's after.
#[derive(Clone, Copy)]
pub struct Out<U> {
    buffer: *mut U,
    length: *mut i32,
    capacity: usize,
}

/// How long a copied text is, and whether there was room for it.
#[derive(Clone, Copy)]
pub struct Copied {
    count: usize,
    fits: bool,
}

impl<U: Unit> Out<U> {
    /// # Safety
    /// `length` is NULL or points to a number, `buffer` is NULL or points to `*length` writable units, both
    /// until the result is gone.
    #[inline(always)]
    pub unsafe fn usable(buffer: *mut U, length: *mut i32) -> Option<Self> {
        if length.is_null() {
            return None;
        }
        let capacity = usize::try_from(length.read_unaligned()).ok()?;
        (capacity == 0 || !buffer.is_null()).then_some(Out { buffer, length, capacity })
    }

    /// As `usable`, with the reason when it is not.
    ///
    /// # Safety
    /// As `usable`.
    pub unsafe fn new(buffer: *mut U, length: *mut i32) -> Result<Self> {
        Out::usable(buffer, length).ok_or_else(|| {
            let message = match (!length.is_null()).then(|| length.read_unaligned()) {
                None => Message::NullArgument { name: "length" },
                Some(capacity @ 0..) => Message::NullBuffer { capacity },
                Some(length) => Message::NegativeLength { length },
            };
            Error::new(Status::Argument, message)
        })
    }

    /// As `fill`, with an error when the text does not fit.
    pub fn write(self, text: &str) -> Result<()> {
        self.fill(text).then_some(()).ok_or_else(too_small)
    }

    /// As `write`, put into the host's units in its buffer and nowhere else.
    pub fn write_text(self, text: &Text) -> Result<()> {
        let mut count = 0;
        text.pieces(|piece| count += U::count(piece));
        let Ok(needed) = i32::try_from(count + 1) else {
            // No buffer is large enough: told as a size, it would be asked for again and again.
            let message = Message::TooLong { name: "text", most: i32::MAX as usize - 1 };
            return Err(Error::new(Status::Limit, message));
        };
        if count >= self.capacity {
            self.clear();
            // SAFETY: `new` was promised a number there.
            unsafe { self.length.write_unaligned(needed) };
            return Err(too_small());
        }
        self.clear();
        let mut at = 0;
        text.pieces(|piece| {
            let count = U::count(piece);
            // SAFETY: `new` was promised `capacity` units, and all pieces with the last NUL are not more.
            unsafe { U::put(piece, count, self.buffer.add(at)) };
            at += count;
        });
        // SAFETY: as above.
        unsafe { self.length.write_unaligned(needed - 1) };
        Ok(())
    }

    /// Writes the text with its NUL, or, when it does not fit, an empty text and the capacity needed. Whether it did.
    #[inline]
    pub fn fill(self, text: &str) -> bool {
        let count = U::count(text);
        let fits = count < self.capacity;
        let (shown, written, told) = if fits { (text, count, count) } else { ("", 0, count + 1) };
        // SAFETY: `new` was promised `capacity` units, and written < capacity unless both are 0.
        unsafe {
            if self.capacity > 0 {
                U::put(shown, written, self.buffer);
            }
            self.length.write_unaligned(i32::try_from(told).unwrap_or(i32::MAX));
        }
        fits
    }

    /// Tells the length of what was copied, or, when it did not fit, the capacity needed. Whether it did.
    #[inline(always)]
    pub fn tell(self, Copied { count, fits }: Copied) -> bool {
        let told = if fits { count } else { count + 1 };
        // SAFETY: `new` was promised a number.
        unsafe { self.length.write_unaligned(i32::try_from(told).unwrap_or(i32::MAX)) };
        fits
    }

    /// Whether there is room for a text yet to be made, `needed` with its NUL: asked before it costs something.
    pub fn require_capacity(self, needed: i32) -> Result<()> {
        if usize::try_from(needed).is_ok_and(|needed| needed <= self.capacity) {
            return Ok(());
        }
        self.clear();
        // SAFETY: `new` was promised a number.
        unsafe { self.length.write_unaligned(needed) };
        Err(too_small())
    }

    /// A call that fails leaves the length as it is, and in the buffer nothing that could be taken for a value.
    pub fn clear(self) {
        if self.capacity > 0 {
            // SAFETY: `new` was promised `capacity` units.
            unsafe { U::put("", 0, self.buffer) };
        }
    }
}

/// # Safety
/// There is room for eight units.
#[inline(always)]
unsafe fn put_word<U: Unit>(word: &AtomicU64, to: *mut U) {
    U::put_letters(load(word), to);
}

impl<U: Unit> Sink for Out<U> {
    type Copied = Copied;

    /// Nothing is told of it yet: the text may turn out to be none.
    #[inline(always)]
    fn copy(self, text: Words) -> Copied {
        let count = text.length;
        let fits = count < self.capacity;
        let mut end = self.buffer;
        // SAFETY: `new` was promised `capacity` units, and there is less of the text.
        unsafe {
            if fits {
                match text.aligned() {
                    Some(mut words) => {
                        // Written out, without an iterator: a compiler that optimises for size leaves a loop a loop,
                        // and what an iterator does a call.
                        while let [a, b, c, d, e, f, g, h, rest @ ..] = words {
                            put_word(a, end);
                            put_word(b, end.add(8));
                            put_word(c, end.add(16));
                            put_word(d, end.add(24));
                            put_word(e, end.add(32));
                            put_word(f, end.add(40));
                            put_word(g, end.add(48));
                            put_word(h, end.add(56));
                            end = end.add(64);
                            words = rest;
                        }
                        while let [word, rest @ ..] = words {
                            put_word(word, end);
                            end = end.add(8);
                            words = rest;
                        }
                    }
                    None => {
                        for letters in text.eights() {
                            U::put_letters(letters, end);
                            end = end.add(8);
                        }
                    }
                }
                if !count.is_multiple_of(8) {
                    let mut letters = text.last();
                    let whole = self.buffer.add(count);
                    while end < whole {
                        U::put_letter(letters as u8, end);
                        letters >>= 8;
                        end = end.add(1);
                    }
                }
            }
            if self.capacity > 0 {
                U::put("", 0, end);
            }
        }
        Copied { count, fits }
    }
}

impl Out<std::ffi::c_char> {
    /// Writes bytes without a NUL; when they do not fit, nothing but how many there are.
    pub fn write_bytes(self, bytes: &[u8]) -> Result<()> {
        let fits = bytes.len() <= self.capacity;
        // SAFETY: `new` was promised `capacity` bytes; of a capacity of 0 no pointer is used.
        unsafe {
            if fits && !bytes.is_empty() {
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.buffer.cast::<u8>(), bytes.len());
            }
            self.length.write_unaligned(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
        }
        fits.then_some(()).ok_or_else(too_small)
    }
}

/// Never shown: asking for a size does not touch the thread's last error.
fn too_small() -> Error {
    Error::new(Status::Buffer, Message::NullArgument { name: "buffer" })
}

/// A call that fills a buffer: of one that fails, nothing in it could be taken for a value.
///
/// # Safety
/// As `Out::usable`.
pub unsafe fn filling<U: Unit>(
    buffer: *mut U,
    length: *mut i32,
    work: impl FnOnce(Out<U>) -> Result<()>,
) -> i32 {
    entry::call(|| {
        let out = Out::new(buffer, length)?;
        work(out).inspect_err(|error| {
            if error.status != Status::Buffer {
                out.clear();
            }
        })
    })
}

/// Where a number goes.
///
/// # Safety
/// `number` is NULL or points to a writable number.
pub unsafe fn write_number(number: *mut i32, name: &'static str, value: Result<i32>) -> Result<()> {
    let value = value?;
    check_number(number, name)?;
    number.write_unaligned(value);
    Ok(())
}

/// Whether there is a place for a number, asked before the work is done.
pub fn check_number(number: *mut i32, name: &'static str) -> Result<()> {
    if number.is_null() {
        return Err(Error::new(Status::Argument, Message::NullArgument { name }));
    }
    Ok(())
}
