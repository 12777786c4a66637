//! What a reader that does not move may still read: freed when it has moved and somebody replaces something.

use crate::os;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

type Values = Vec<Arc<dyn Send + Sync>>;

/// With the fork epoch of the process that they are from.
static VALUES: Mutex<(u32, Values)> = Mutex::new((0, Vec::new()));
static ANY: AtomicBool = AtomicBool::new(false);

/// The lock is never waited for: it may have been taken at a fork.
fn with(work: impl FnOnce(&mut Values)) -> bool {
    let Ok(mut values) = VALUES.try_lock() else { return false };
    if values.0 != os::fork_epoch() {
        // The parent's: dropping them would take locks that it held.
        std::mem::forget(std::mem::take(&mut values.1));
        values.0 = os::fork_epoch();
    }
    work(&mut values.1);
    true
}

pub fn keep<T: Send + Sync + 'static>(value: &Arc<T>) {
    let value: Arc<dyn Send + Sync> = Arc::<T>::clone(value);
    let own = Arc::clone(&value);
    if !with(|values| values.push(own)) {
        std::mem::forget(value);
    }
    ANY.store(true, Ordering::Relaxed);
}

/// When readers have left: those of now, and so those of all that was kept before.
pub fn free() {
    if ANY.load(Ordering::Relaxed) {
        let mut old = Values::new();
        with(|values| old.append(values));
        ANY.store(false, Ordering::Relaxed);
    }
}
