//! Locks as this library uses them: a panic of another thread does not spoil them, and no wait is endless.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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
