//! Why the last failing call of a thread failed. A fixed block without a destructor: a thread that ends, or a
//! library that is unloaded, has nothing to run.

use crate::error::Error;
use std::cell::RefCell;
use std::fmt::Write;

const TEXT: usize = 1200;
const CODE: usize = 256;

/// A text in a fixed block, cut between two characters.
#[derive(Clone)]
struct Fixed<const SIZE: usize> {
    bytes: [u8; SIZE],
    length: usize,
}

impl<const SIZE: usize> Fixed<SIZE> {
    const EMPTY: Self = Fixed { bytes: [0; SIZE], length: 0 };

    fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl<const SIZE: usize> Write for Fixed<SIZE> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let mut fitting = text.len().min(SIZE - self.length);
        while !text.is_char_boundary(fitting) {
            fitting -= 1;
        }
        self.bytes[self.length..self.length + fitting].copy_from_slice(&text.as_bytes()[..fitting]);
        self.length += fitting;
        // After a cut nothing may follow, or the text would read as if nothing were missing.
        if fitting < text.len() {
            return Err(std::fmt::Error);
        }
        Ok(())
    }
}

#[derive(Clone)]
pub struct LastError {
    text: Fixed<TEXT>,
    code: Fixed<CODE>,
    http_status: i32,
    retry_after_s: i32,
    retryable: bool,
}

thread_local! {
    static SLOT: RefCell<LastError> = const {
        RefCell::new(LastError {
            text: Fixed::EMPTY,
            code: Fixed::EMPTY,
            http_status: 0,
            retry_after_s: 0,
            retryable: false,
        })
    };
}

pub fn remember(error: &Error) {
    SLOT.with(|slot| {
        let Ok(mut slot) = slot.try_borrow_mut() else { return };
        slot.text.length = 0;
        let _ = write!(slot.text, "{error}");
        slot.code.length = 0;
        let _ = slot.code.write_str(&error.server_code);
        slot.http_status = error.http_status.into();
        let retry_after_s = if error.may_be_done { 0 } else { error.retry_after_s };
        slot.retry_after_s = i32::try_from(retry_after_s).unwrap_or(i32::MAX);
        slot.retryable = error.retryable();
    });
}

/// What `restore` puts back, whatever fails in between.
pub fn save() -> Option<LastError> {
    SLOT.with(|slot| slot.try_borrow().ok().map(|slot| slot.clone()))
}

pub fn restore(saved: Option<LastError>) {
    SLOT.with(|slot| {
        if let (Ok(mut slot), Some(saved)) = (slot.try_borrow_mut(), saved) {
            *slot = saved;
        }
    });
}

pub fn text<R>(read: impl FnOnce(&str) -> R) -> R {
    SLOT.with(|slot| match slot.try_borrow() {
        Ok(slot) => read(slot.text.as_str()),
        Err(_) => read(""),
    })
}

pub fn server_code<R>(read: impl FnOnce(&str) -> R) -> R {
    SLOT.with(|slot| match slot.try_borrow() {
        Ok(slot) => read(slot.code.as_str()),
        Err(_) => read(""),
    })
}

pub fn http_status() -> i32 {
    SLOT.with(|slot| slot.try_borrow().map_or(0, |slot| slot.http_status))
}

pub fn retry_after_s() -> i32 {
    SLOT.with(|slot| slot.try_borrow().map_or(0, |slot| slot.retry_after_s))
}

pub fn is_retryable() -> bool {
    SLOT.with(|slot| slot.try_borrow().is_ok_and(|slot| slot.retryable))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;
    use crate::messages::Message;

    #[test]
    fn the_block_has_no_destructor() {
        assert!(!std::mem::needs_drop::<LastError>());
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let host = "é".repeat(TEXT);
        remember(&Error::new(Status::Network, Message::UnknownHost { host }));
        text(|text| assert!(text.len() > TEXT - 4 && text.starts_with("the name é"), "{}", text.len()));
    }

    #[test]
    fn each_thread_has_its_own() {
        remember(&Error::new(Status::Network, Message::UnknownHost { host: "a".into() }));
        std::thread::spawn(|| text(|text| assert_eq!(text, ""))).join().unwrap();
        text(|text| assert!(text.contains("the name a")));
    }
}
