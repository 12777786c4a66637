//! Words of memory that a process shares with its children and theirs: what the lockout guard knows must not be told to
//! each of them anew. They are used as atomic numbers only, so that a process may be killed between any two of them.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// Two pages; what is not used is no memory.
const WORDS: usize = 1024;

static SHARED: AtomicPtr<AtomicU64> = AtomicPtr::new(ptr::null_mut());

/// Zeros at first. `None`: the system had none to give.
pub fn shared_words() -> Option<&'static [AtomicU64]> {
    let shared = SHARED.load(Ordering::Acquire);
    // SAFETY: mapped whole for as long as the process lives, readable, writable and aligned.
    (!shared.is_null()).then(|| unsafe { std::slice::from_raw_parts(shared, WORDS) })
}

/// Makes them, once. What was forked before has its own.
pub(super) extern "C" fn share() {
    if !SHARED.load(Ordering::Acquire).is_null() {
        return;
    }
    let bytes = WORDS * size_of::<AtomicU64>();
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: new memory at a place of the system's choice.
    let made =
        unsafe { libc::mmap(ptr::null_mut(), bytes, access, libc::MAP_SHARED | libc::MAP_ANON, -1, 0) };
    if made == libc::MAP_FAILED {
        return;
    }
    let first = SHARED.compare_exchange(ptr::null_mut(), made.cast(), Ordering::AcqRel, Ordering::Acquire);
    if first.is_err() {
        // SAFETY: nobody knows of it.
        unsafe { libc::munmap(made, bytes) };
    }
}

/// A server of the old kind loads the library, forks, and only its children call it.
#[used]
#[cfg_attr(target_vendor = "apple", link_section = "__DATA,__mod_init_func")]
#[cfg_attr(not(target_vendor = "apple"), link_section = ".init_array")]
static WHEN_LOADED: extern "C" fn() = share;
