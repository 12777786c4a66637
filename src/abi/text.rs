//! Texts over the boundary: bytes in, checked and copied; a buffer with its length out, never a byte beyond.

use crate::error::{Error, Result, Status};
use crate::message::Message;
use std::ffi::{c_char, CStr};

/// Longest text taken: a program that passes more has lost the terminating NUL.
const LONGEST: usize = 1 << 20;

/// A text given by the host, copied nowhere yet.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated text that lives as long as the result.
pub unsafe fn required<'a>(text: *const c_char, name: &'static str) -> Result<&'a str> {
    optional(text, name)?.ok_or_else(|| Error::new(Status::Argument, Message::NullArgument { name }))
}

/// As `required`; NULL is `None`.
///
/// # Safety
/// As `required`.
pub unsafe fn optional<'a>(text: *const c_char, name: &'static str) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    let bytes = CStr::from_ptr(text).to_bytes();
    if bytes.len() > LONGEST {
        return Err(Error::new(Status::Argument, Message::TooLong { name, most: LONGEST }));
    }
    std::str::from_utf8(bytes).map(Some).map_err(|error| {
        let position = error.valid_up_to();
        Error::new(Status::Encoding, Message::NotUtf8 { name, position })
    })
}

/// Where a text goes: the host's buffer, and the length that is its capacity before and the text's after.
#[derive(Clone, Copy)]
pub struct Out {
    buffer: *mut c_char,
    length: *mut i32,
    capacity: usize,
}

impl Out {
    /// # Safety
    /// `length` is NULL or points to a number, `buffer` is NULL or points to `*length` writable bytes, both
    /// until the result is gone.
    #[inline]
    pub unsafe fn new(buffer: *mut c_char, length: *mut i32) -> Result<Out> {
        if length.is_null() {
            return Err(Error::new(Status::Argument, Message::NullArgument { name: "length" }));
        }
        let given = length.read_unaligned();
        let capacity = usize::try_from(given)
            .map_err(|_| Error::new(Status::Argument, Message::NegativeLength { length: given }))?;
        if buffer.is_null() && capacity > 0 {
            return Err(Error::new(Status::Argument, Message::NullBuffer { capacity: given }));
        }
        Ok(Out { buffer, length, capacity })
    }

    /// Writes the text with its NUL, or, when it does not fit, an empty text and the capacity needed.
    #[inline]
    pub fn write(self, text: &str) -> Result<()> {
        let fits = text.len() < self.capacity;
        let (shown, told) = if fits { (text, text.len()) } else { ("", text.len() + 1) };
        // SAFETY: `new` was promised `capacity` bytes, and shown.len() < capacity unless both are 0.
        unsafe {
            if self.capacity > 0 {
                std::ptr::copy_nonoverlapping(shown.as_ptr(), self.buffer.cast::<u8>(), shown.len());
                self.buffer.add(shown.len()).write(0);
            }
            self.length.write_unaligned(i32::try_from(told).unwrap_or(i32::MAX));
        }
        if fits {
            Ok(())
        } else {
            Err(too_small())
        }
    }

    #[inline]
    pub fn fits(&self, text: &str) -> bool {
        text.len() < self.capacity
    }

    /// A call that fails leaves the length as it is, and in the buffer nothing that could be taken for a value.
    pub fn clear(self) {
        if self.capacity > 0 {
            // SAFETY: `new` was promised `capacity` bytes.
            unsafe { self.buffer.write(0) };
        }
    }
}

#[cold]
fn too_small() -> Error {
    // Never shown: asking for a size does not touch the thread's last error.
    Error::new(Status::Buffer, Message::NullArgument { name: "buffer" })
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
