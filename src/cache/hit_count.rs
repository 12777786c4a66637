//! Hits that a thread counts for itself: threads that hit the same token must not write to the same line of the
//! processor's cache at each hit. They are added to the token's when the thread hits another one, calls anything else or
//! ends, and in between every `MAX_COUNTED`. So a running thread may hold back that many, and no hit is lost.

use super::published::PublishedToken;
use crate::util::clock;
use std::cell::Cell;
use std::ptr;

const MAX_COUNTED: u32 = 128;

struct HitCount {
    token: Cell<Option<&'static PublishedToken>>,
    /// Whose the token was then: it may be another identity's by the time the hits are added.
    owner: Cell<u16>,
    count: Cell<u32>,
    /// Hits since the clocks were looked at because of their number.
    unseen: Cell<u32>,
    /// Whether the end of the thread is seen to.
    registered: Cell<bool>,
}

/// What a thread does when it ends. The library stays loaded as long as a thread may have hit.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        HITS.with(HitCount::add);
    }
}

thread_local! {
    static HITS: HitCount = const {
        HitCount {
            token: Cell::new(None),
            owner: Cell::new(0),
            count: Cell::new(0),
            unseen: Cell::new(0),
            registered: Cell::new(false),
        }
    };
    static END: End = const { End };
}

/// A hit of this thread.
#[inline(always)]
pub fn count(token: &'static PublishedToken) {
    HITS.with(|hits| {
        let count = hits.count.get() + 1;
        match hits.token.get() {
            Some(same) if ptr::eq(same, token) && count <= MAX_COUNTED => hits.count.set(count),
            _ => hits.count_another(token),
        }
    });
}

/// At every other call: what is counted is added, and the end of the thread is seen to, so that no hit has to.
pub fn add() {
    HITS.with(|hits| {
        hits.see_to_the_end();
        hits.add();
    });
}

impl HitCount {
    fn see_to_the_end(&self) {
        if !self.registered.replace(true) {
            let _ = END.try_with(|_| ());
        }
    }

    #[cold]
    fn count_another(&self, token: &'static PublishedToken) {
        self.see_to_the_end();
        self.add();
        self.token.set(Some(token));
        self.owner.set(token.owner());
        self.count.set(1);
    }

    fn add(&self) {
        let Some(token) = self.token.take() else { return };
        let count = self.count.replace(0);
        if token.owner() == self.owner.get() {
            token.count_hits(count);
        }
        let unseen = self.unseen.get() + count;
        self.unseen.set(unseen % MAX_COUNTED);
        if unseen >= MAX_COUNTED {
            clock::distrust();
        }
    }
}
