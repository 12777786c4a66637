//! Files with locks, to be closed in the child of a fork: it would keep the lock when its parent is gone.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicI32, Ordering};

const MAX_FILES: usize = 160;
/// Descriptors plus one.
static FILES: [AtomicI32; MAX_FILES] = [const { AtomicI32::new(0) }; MAX_FILES];

pub fn add(file: RawFd) {
    let take = |place: &&AtomicI32| {
        place.compare_exchange(0, file + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    };
    let _ = FILES.iter().find(take);
}

pub fn remove(file: RawFd) {
    let free = |place: &&AtomicI32| {
        place.compare_exchange(file + 1, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    };
    let _ = FILES.iter().find(free);
}

/// In the child, where no other thread is.
pub fn close_all() {
    for place in &FILES {
        let file = place.swap(0, Ordering::Relaxed) - 1;
        if file >= 0 {
            // SAFETY: it is a descriptor that this process has a copy of; nothing here uses it any more.
            unsafe { libc::close(file) };
        }
    }
}
