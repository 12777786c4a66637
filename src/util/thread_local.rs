//! What is kept for each thread, in one place so that a call looks it up once. Nothing in it needs a destructor.

use std::cell::Cell;

pub struct Local {
    /// How many of our frames are on this thread's stack.
    pub depth: Cell<u32>,
    /// While the host's log callback runs, called by us: where on the stack. 0: it does not.
    pub callback_frame: Cell<usize>,
    /// Which one it is.
    pub callback: Cell<*const ()>,
}

thread_local! {
    static LOCAL: Local = const {
        Local { depth: Cell::new(0), callback_frame: Cell::new(0), callback: Cell::new(std::ptr::null()) }
    };
}

#[inline(always)]
pub fn with<R>(work: impl FnOnce(&Local) -> R) -> R {
    LOCAL.with(work)
}
