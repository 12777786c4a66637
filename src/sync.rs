//! Locks and atomic numbers as this library uses them: a panic of another thread does not spoil a lock, and no
//! wait is endless. In the model checker (`--cfg loom`) they are the checker's own.

#[cfg(loom)]
pub use loom::sync::{atomic, Condvar, Mutex, MutexGuard};
#[cfg(not(loom))]
pub use std::sync::{atomic, Condvar, Mutex, MutexGuard};

use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// What the lock holds. Every change under a lock of ours is whole before anything in it can panic.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits to be woken; `None` when `until` came first.
pub fn wait_until<'a, T>(
    woken: &Condvar,
    guard: MutexGuard<'a, T>,
    until: Instant,
) -> Option<MutexGuard<'a, T>> {
    let left = until.saturating_duration_since(Instant::now());
    if left == Duration::ZERO {
        return None;
    }
    Some(woken.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0)
}
