//! What is kept for each thread, in one place so that a call looks it up once.

use crate::clock;
use crate::published::PublishedToken;
use std::cell::Cell;
use std::ptr;

pub struct Local {
    /// How many of our frames are on this thread's stack.
    pub depth: Cell<u32>,
    /// While the host's log callback runs, called by us: where on the stack. 0: it does not.
    pub callback_frame: Cell<usize>,
    /// Which one it is.
    pub callback: Cell<*const ()>,
    pub hits: HitCount,
}

/// Hits that this thread counts for itself: threads that hit the same token must not write to the same line of the
/// processor's cache at each hit. They are added to the token's when the thread hits another one, calls anything else
/// or ends, and in between every `MAX_COUNTED`.
pub struct HitCount {
    token: Cell<Option<&'static PublishedToken>>,
    count: Cell<u32>,
    /// Hits since the clocks were looked at because of their number.
    unseen: Cell<u32>,
    /// Whether the end of the thread is seen to.
    registered: Cell<bool>,
}

const MAX_COUNTED: u32 = 128;

impl HitCount {
    const fn new() -> Self {
        HitCount {
            token: Cell::new(None),
            count: Cell::new(0),
            unseen: Cell::new(0),
            registered: Cell::new(false),
        }
    }

    #[inline(always)]
    pub fn count(&self, token: &'static PublishedToken) {
        let count = self.count.get() + 1;
        match self.token.get() {
            Some(same) if ptr::eq(same, token) && count <= MAX_COUNTED => self.count.set(count),
            _ => self.count_another(token),
        }
    }

    /// Sees to the thread's end: before its first hit, which allocates nothing then.
    #[inline]
    pub fn begin(&self) {
        if !self.registered.replace(true) {
            let _ = END.try_with(|_| ());
        }
    }

    #[cold]
    fn count_another(&self, token: &'static PublishedToken) {
        self.begin();
        let unseen = self.unseen.get() + self.count.get() + 1;
        self.unseen.set(unseen % MAX_COUNTED);
        if unseen >= MAX_COUNTED {
            clock::distrust();
        }
        self.add();
        self.token.set(Some(token));
        self.count.set(1);
    }

    /// Adds what is counted to the token's own number.
    pub fn add(&self) {
        if let Some(token) = self.token.take() {
            token.count_hits(self.count.replace(0));
        }
    }
}

/// What a thread does when it ends. The library stays loaded as long as a thread may have hit.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        with(|local| local.hits.add());
    }
}

thread_local! {
    static END: End = const { End };
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            depth: Cell::new(0),
            callback_frame: Cell::new(0),
            callback: Cell::new(std::ptr::null()),
            hits: HitCount::new(),
        }
    };
}

#[inline(always)]
pub fn with<R>(work: impl FnOnce(&Local) -> R) -> R {
    LOCAL.with(work)
}
