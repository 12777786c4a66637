//! What every call goes through: no panic reaches the host, its floating-point state is kept, a call from
//! inside the log callback is refused, a failure is remembered for the thread.

use super::floats::Masked;
use super::{callbacks, last_error};
use crate::cache::hit_count;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::Message;
use crate::util::panics::{self, Inside};
use crate::util::thread_local;
use std::panic::{self, AssertUnwindSafe};

/// A call that may work: locks, requests, allocations.
pub fn call(work: impl FnOnce() -> Result<()>) -> i32 {
    panics::silence();
    hit_count::add();
    let status = {
        let _masked = Masked::new();
        status(caught(|| {
            if callbacks::inside() {
                return Err(Error::new(Status::Reentrant, Message::FromCallback));
            }
            work()
        }))
    };
    // Last of all, and outside of everything that is ours.
    if log::is_any() {
        callbacks::deliver();
    }
    status
}

/// A call without state, allowed everywhere.
pub fn pure(work: impl FnOnce() -> Result<()>) -> i32 {
    panics::silence();
    let _masked = Masked::new();
    status(caught(work))
}

/// A call that tells of the last error, and therefore never becomes it.
pub fn untouched(work: impl FnOnce() -> Result<()>) -> i32 {
    panics::silence();
    let _masked = Masked::new();
    caught(work).map_or_else(|error| error.status.code(), |()| 0)
}

/// Whether the quick way of a call may be tried before `call`. It executes no floating-point instruction, so the
/// host's state is left alone, and nothing that can panic: no index, no division, no allocation.
#[inline(always)]
pub fn is_quick() -> bool {
    // Lines that wait are delivered on the slow way.
    thread_local::with(|local| local.callback_frame.get() == 0) && !log::is_any()
}

/// For the functions that answer a plain number; 0 should the impossible happen.
pub fn plain(work: impl FnOnce() -> i32) -> i32 {
    panics::silence();
    let _masked = Masked::new();
    let _inside = Inside::enter();
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(0)
}

fn caught(work: impl FnOnce() -> Result<()>) -> Result<()> {
    let _inside = Inside::enter();
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(internal()))
}

#[inline]
fn status(result: Result<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => failed(&error),
    }
}

#[cold]
fn failed(error: &Error) -> i32 {
    // Asking for a size is no failure: the loop that does it must not lose the error before it.
    if error.status != Status::Buffer {
        last_error::remember(error);
        tell(error);
    }
    error.status.code()
}

/// What is told again was told when it happened; and a callback that calls must not bring on its own next line.
fn tell(error: &Error) {
    if error.age_s.is_none() && !callbacks::inside() {
        let _ = caught(|| {
            log::event(Level::Debug, || {
                let (status, why) = (error.status.name(), error.message.clone());
                LogRecord::of_process(Event::CallFailed { status, why })
            });
            Ok(())
        });
    }
}

#[cold]
fn internal() -> Error {
    Error::new(Status::Internal, Message::Internal { place: panics::take_place() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status_and_a_text_without_the_panics_words() {
        let code = call(|| panic!("password=senha"));
        assert_eq!(code, Status::Internal.code());
        last_error::text(|text| {
            assert!(text.contains("src/abi/entry.rs:") && !text.contains("senha"), "{text}")
        });
        assert_eq!(pure(|| panic!()), Status::Internal.code());
        assert_eq!(plain(|| panic!()), 0);
    }

    #[test]
    fn a_call_from_inside_the_callback_is_refused_and_a_pure_one_is_not() {
        // As if a callback ran further up the stack.
        thread_local::with(|local| local.callback_frame.set(usize::MAX));
        assert_eq!(call(|| Ok(())), Status::Reentrant.code());
        assert!(!is_quick(), "the slow way decides");
        assert_eq!(pure(|| Ok(())), 0);
        thread_local::with(|local| local.callback_frame.set(0));
        assert_eq!(call(|| Ok(())), 0);
    }
}
