//! When work must be over.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An end that those who come to wait for the work put off.
#[derive(Debug)]
pub struct Extension {
    from: Instant,
    ms: AtomicU64,
}

impl Default for Extension {
    fn default() -> Self {
        Extension { from: Instant::now(), ms: AtomicU64::new(0) }
    }
}

impl Extension {
    /// Never brings the end nearer.
    pub fn extend(&self, until: Instant) {
        let ms = until.saturating_duration_since(self.from).as_millis();
        self.ms.fetch_max(u64::try_from(ms).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub fn end(&self) -> Instant {
        let whole = Duration::from_millis(self.ms.load(Ordering::Relaxed));
        self.from.checked_add(whole).unwrap_or(self.from)
    }
}

/// An instant, or one that may be put off.
#[derive(Clone, Copy, Debug)]
pub struct Deadline<'a> {
    at: Instant,
    pub extension: Option<&'a Arc<Extension>>,
}

impl From<Instant> for Deadline<'_> {
    fn from(at: Instant) -> Self {
        Deadline { at, extension: None }
    }
}

impl<'a> Deadline<'a> {
    pub fn of(extension: &'a Arc<Extension>) -> Self {
        Deadline { at: extension.end(), extension: Some(extension) }
    }

    /// As it is now.
    pub fn instant(self) -> Instant {
        self.extension.map_or(self.at, |extension| extension.end().max(self.at))
    }
}

thread_local! {
    static CALLER: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Until when the caller of this thread waits, for what is not told so by its own callers. Ends when this is dropped.
pub struct Caller(Option<Instant>);

impl Caller {
    pub fn waits(until: Instant) -> Caller {
        Caller(CALLER.replace(Some(until)))
    }

    /// For what is to be done however long it takes.
    pub fn waits_on() -> Caller {
        Caller(CALLER.replace(None))
    }

    #[cfg(feature = "redis")]
    pub fn until() -> Option<Instant> {
        CALLER.get()
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        CALLER.set(self.0);
    }
}
