//! Files with locks, to be closed in the child of a fork: it would keep the lock when its parent is gone.

use once_cell::race::OnceBox;
use std::iter;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicI32, Ordering};

/// As many as are rarely held at once; behind them the next that are needed, which stay.
struct Files {
    /// Descriptors plus one.
    places: [AtomicI32; 64],
    more: OnceBox<Files>,
}

static FILES: Files = Files::new();

impl Files {
    const fn new() -> Files {
        Files { places: [const { AtomicI32::new(0) }; 64], more: OnceBox::new() }
    }

    fn all(&'static self) -> impl Iterator<Item = &'static AtomicI32> {
        iter::successors(Some(self), |files| files.more.get()).flat_map(|files| &files.places)
    }
}

/// Puts `new` in the first place that holds `old`; whether there was one.
fn put(old: i32, new: i32) -> bool {
    FILES.all().any(|place| place.compare_exchange(old, new, Ordering::Relaxed, Ordering::Relaxed).is_ok())
}

pub fn add(file: RawFd) {
    while !put(0, file + 1) {
        let last = iter::successors(Some(&FILES), |files| files.more.get()).last().unwrap_or(&FILES);
        last.more.get_or_init(|| Box::new(Files::new()));
    }
}

pub fn remove(file: RawFd) {
    put(file + 1, 0);
}

/// In the child, where no other thread is.
pub fn close_all() {
    for place in FILES.all() {
        let file = place.swap(0, Ordering::Relaxed) - 1;
        if file >= 0 {
            // SAFETY: it is a descriptor that this process has a copy of; nothing here uses it any more.
            unsafe { libc::close(file) };
        }
    }
}
