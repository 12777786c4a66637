//! How often what happened to one identity.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

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

/// The first threads to hit, by their numbers; 0: none yet. They need no locked instruction to count. Kept apart from
/// the counts, because every hit reads it.
#[derive(Default)]
pub(super) struct Owners([AtomicU32; ALONE]);

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    /// Counts a hit: the how-manieth it is of this thread, or of those who share.
    #[inline]
    pub(super) fn hit(&self, owners: &Owners, thread: u32) -> u64 {
        match owners.0.iter().position(|owner| owner.load(Ordering::Relaxed) == thread) {
            Some(own) => self.alone[own].add_one(),
            None => self.hit_by_another(owners, thread),
        }
    }

    #[cold]
    fn hit_by_another(&self, owners: &Owners, thread: u32) -> u64 {
        let claim = |owner: &AtomicU32| {
            owner.compare_exchange(0, thread, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        };
        match owners.0.iter().position(claim) {
            Some(own) => self.alone[own].add_one(),
            None => self.shared.fetch_add(1, Ordering::Relaxed) + 1,
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

impl Line {
    /// By its owner alone.
    #[inline]
    fn add_one(&self) -> u64 {
        let more = self.0.load(Ordering::Relaxed) + 1;
        self.0.store(more, Ordering::Relaxed);
        more
    }
}
