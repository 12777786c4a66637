//! Counters of one identity. Hits are counted where they read.

use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Default)]
pub struct Counters {
    pub waits: AtomicU32,
    pub logins: AtomicU32,
    pub refreshes: AtomicU32,
    pub failures: AtomicU32,
}

/// Stops at the largest value.
pub(super) fn count(counter: &AtomicU32) {
    let one_more = |count: u32| Some(count.saturating_add(1));
    let _ = counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
}
