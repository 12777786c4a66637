//! The least that any cache must do: see that nobody writes, look at the clock, copy.

use std::ffi::c_char;
use std::hint::black_box;
use std::sync::atomic::{fence, AtomicI64, AtomicU64, Ordering};

use super::WORDS;

/// One token under a sequence lock.
#[repr(align(64))]
pub struct Floor {
    sequence: AtomicU64,
    usable_until: AtomicI64,
    words: [AtomicU64; WORDS],
}

impl Floor {
    pub fn new() -> Floor {
        Floor {
            sequence: AtomicU64::new(0),
            usable_until: AtomicI64::new(i64::MAX),
            words: [const { AtomicU64::new(7) }; WORDS],
        }
    }

    /// With the signature of `erptoken_get` and its duties: nothing may be taken for granted that a host passes.
    #[inline(never)]
    extern "C" fn copy_out(&self, buffer: *mut c_char, length: *mut i32) -> i32 {
        if buffer.is_null() || length.is_null() {
            return -1;
        }
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        let before = self.sequence.load(Ordering::Acquire);
        // SAFETY: writes one timespec of ours, then within the capacity that the caller told.
        unsafe {
            libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &mut time);
            if (*length as usize) <= WORDS * 8 {
                return -1;
            }
            for (number, word) in self.words.iter().enumerate() {
                buffer.cast::<u64>().add(number).write_unaligned(word.load(Ordering::Relaxed));
            }
            *buffer.add(WORDS * 8) = 0;
            *length = WORDS as i32 * 8;
        }
        fence(Ordering::Acquire);
        let alive = time.tv_sec < self.usable_until.load(Ordering::Relaxed);
        i32::from(!alive || before != self.sequence.load(Ordering::Relaxed))
    }

    /// Called as a function of a shared library is: the compiler sees neither into it nor which one it is.
    pub fn get(&self, buffer: &mut [c_char; 512]) -> i32 {
        let mut length = 512;
        let call = black_box(Floor::copy_out as extern "C" fn(&Floor, *mut c_char, *mut i32) -> i32);
        let status = call(self, buffer.as_mut_ptr(), &mut length);
        black_box(buffer);
        status
    }
}
