//! State of one process alone: made at the first use, and made anew in the child of a fork.

use crate::sys;
use arc_swap::ArcSwapOption;
use std::mem;
use std::sync::Arc;

pub struct PerProcess<T>(ArcSwapOption<Made<T>>);

struct Made<T> {
    epoch: u32,
    state: Arc<T>,
}

impl<T> PerProcess<T> {
    pub const fn empty() -> Self {
        PerProcess(ArcSwapOption::const_empty())
    }

    /// What this process has made.
    pub fn get(&self) -> Option<Arc<T>> {
        let made = self.0.load();
        made.as_ref().filter(|made| made.epoch == sys::fork_epoch()).map(|made| Arc::clone(&made.state))
    }

    pub fn get_or_make(&self, make: impl Fn() -> T) -> Arc<T> {
        sys::prepare();
        loop {
            if let Some(state) = self.get() {
                return state;
            }
            let found = self.0.load_full();
            if found.as_ref().is_none_or(|found| found.epoch != sys::fork_epoch()) {
                self.swap(found.as_ref(), make());
            }
        }
    }

    /// Puts `new` in the place of `old`, if that is there.
    pub fn replace(&self, old: &Arc<T>, new: T) -> bool {
        let found = self.0.load_full().filter(|found| Arc::ptr_eq(&found.state, old));
        found.is_some_and(|found| self.swap(Some(&found), new))
    }

    fn swap(&self, old: Option<&Arc<Made<T>>>, new: T) -> bool {
        let epoch = sys::fork_epoch();
        // The parent's is never dropped: its locks may be held by threads that do not exist here.
        mem::forget(old.filter(|old| old.epoch != epoch).cloned());
        let old = old.cloned();
        let new = Arc::new(Made { epoch, state: Arc::new(new) });
        let found = self.0.compare_and_swap(&old, Some(new));
        found.as_ref().map(Arc::as_ptr) == old.as_ref().map(Arc::as_ptr)
    }
}
