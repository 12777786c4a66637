//! How often what happened to one identity.

use crate::shown::{Reading, OWNERS};
use std::sync::atomic::{AtomicU64, Ordering};

/// Threads that count their hits alone; the others share one number.
const ALONE: usize = 2;

#[derive(Default)]
pub struct Counters {
    alone: [Line; ALONE],
    shared: AtomicU64,
    pub waits: AtomicU64,
    pub logins: AtomicU64,
    pub refreshes: AtomicU64,
    pub failures: AtomicU64,
}

/// A line of the processor's cache.
#[derive(Default)]
#[repr(align(64))]
struct Line(AtomicU64);

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    /// A hit. The first threads of the process do not need a locked instruction for it.
    #[inline]
    pub(super) fn hit(&self, reading: &Reading) {
        match self.alone.get(reading.place()) {
            Some(Line(own)) if OWNERS >= ALONE => {
                own.store(own.load(Ordering::Relaxed) + 1, Ordering::Relaxed)
            }
            _ => count(&self.shared),
        }
    }

    /// A token that was handed out from the cache, but not by a hit.
    pub(super) fn handed_out(&self) {
        count(&self.shared);
    }

    pub fn hits(&self) -> u64 {
        let alone: u64 = self.alone.iter().map(|Line(hits)| hits.load(Ordering::Relaxed)).sum();
        alone + self.shared.load(Ordering::Relaxed)
    }
}
