//! Locks and atomic numbers as this library uses them: a panic of another thread does not spoil a lock, and no
//! wait is endless. In the model checker (`--cfg loom`) they are the checker's own; with the feature `lock-check` they
//! are parking_lot's, which sees when threads wait for each other.

#[cfg(feature = "lock-check")]
mod checked;
#[cfg(feature = "lock-check")]
pub use checked::{locked, wait_until, Condvar, Mutex, MutexGuard};
#[cfg(loom)]
pub use loom::sync::{atomic, Condvar, Mutex, MutexGuard};
#[cfg(not(loom))]
pub use std::sync::atomic;
#[cfg(not(any(loom, feature = "lock-check")))]
pub use std::sync::{Condvar, Mutex, MutexGuard};

/// What the lock holds. Every change under a lock of ours is whole before anything in it can panic.
#[cfg(not(feature = "lock-check"))]
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Waits to be woken; `None` when `until` came first.
#[cfg(not(feature = "lock-check"))]
pub fn wait_until<'a, T>(
    woken: &Condvar,
    guard: MutexGuard<'a, T>,
    until: std::time::Instant,
) -> Option<MutexGuard<'a, T>> {
    let left = until.saturating_duration_since(std::time::Instant::now());
    if left.is_zero() {
        return None;
    }
    Some(woken.wait_timeout(guard, left).unwrap_or_else(std::sync::PoisonError::into_inner).0)
}
