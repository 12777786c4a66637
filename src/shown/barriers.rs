//! Whether replacers can make every thread pass a memory barrier. Asked for once, before the first handle.

use crate::os;
use std::sync::atomic::{AtomicBool, Ordering};

pub static AT_HAND: AtomicBool = AtomicBool::new(false);

pub fn prepare() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    if !ASKED.load(Ordering::Relaxed) && !ASKED.swap(true, Ordering::SeqCst) && os::prepare_barriers() {
        AT_HAND.store(true, Ordering::SeqCst);
    }
}

/// Makes the places of readers seen. `false`: the system has begun to refuse, so this time somebody may be unseen;
/// from now on readers see to it themselves.
pub fn passed() -> bool {
    let passed = !AT_HAND.load(Ordering::SeqCst) || os::pass_barriers();
    if !passed {
        AT_HAND.store(false, Ordering::SeqCst);
        os::pause(std::time::Duration::from_millis(1));
    }
    passed
}
