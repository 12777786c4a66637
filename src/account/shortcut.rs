//! The way of a hit: from a handle straight to the cell of its identity.

use crate::cell::Cell;
use crate::renewal::Need;
use crate::shown::{self, Reading, Shown};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::Arc;

/// Where an account that is ready shows its cell. Empty: the call takes the way over the account.
pub struct Shortcut {
    cell: Shown<Cell>,
    /// A reader that does not move may still have the cell that was here, and must not take another's need for its.
    doubtful: AtomicBool,
    min_left_ms: AtomicI64,
    /// 0: not set. All zero where nothing is, so that the handles' table costs nothing in the library's file.
    renew_after_ms: AtomicI64,
}

impl Shortcut {
    #[cfg(not(loom))] // static, as the handles that use it
    pub const fn empty() -> Self {
        Shortcut {
            cell: Shown::empty(),
            doubtful: AtomicBool::new(false),
            min_left_ms: AtomicI64::new(0),
            renew_after_ms: AtomicI64::new(0),
        }
    }

    /// The cell, and what the account wants of its token.
    #[inline]
    pub fn look<'a>(&'a self, reading: &'a Reading) -> Option<(&'a Cell, Need)> {
        let cell = self.cell.get(reading)?;
        let min_left_ms = self.min_left_ms.load(Ordering::Relaxed);
        let renew_after_ms = Some(self.renew_after_ms.load(Ordering::Relaxed)).filter(|after| *after != 0);
        Some((cell, Need { min_left_ms, renew_after_ms }))
    }

    pub(super) fn open(&self, cell: &Arc<Cell>, need: Need) {
        // Shut first: no reader may take one need for the other.
        self.shut();
        if self.doubtful.load(Ordering::Relaxed) && !shown::readers_have_left() {
            return;
        }
        self.doubtful.store(false, Ordering::Relaxed);
        self.min_left_ms.store(need.min_left_ms, Ordering::Relaxed);
        self.renew_after_ms.store(need.renew_after_ms.unwrap_or(0), Ordering::Relaxed);
        self.cell.swap(Some(Arc::clone(cell)));
    }

    pub(super) fn shut(&self) {
        if !self.cell.hide() {
            self.doubtful.store(true, Ordering::Relaxed);
        }
    }

    /// Forgets what a parent process left here.
    pub fn disown(&self) {
        self.cell.disown();
    }
}
