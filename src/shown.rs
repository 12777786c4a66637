//! A value that many threads read without a lock and few replace: what a hit looks at.
//!
//! A reader marks its place for as long as it reads. Whoever replaces a value waits until every reader that was
//! inside has left, and only then gives the old value back to be dropped. The first threads have a place each, and
//! mark it with a plain store where the system lets the replacer make every thread pass a memory barrier; others
//! take a shared place with one locked instruction. No thread is registered, nothing is allocated, and no lock can be
//! found held in the child of a fork.

use crate::sync::atomic::{AtomicPtr, Ordering};
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;

mod barriers;
mod kept;
mod readers;
mod text;

pub use barriers::prepare;
pub use readers::{readers_have_left, Reading};
pub use text::ShownText;

/// A value shared by reference count, or none.
pub struct Shown<T> {
    value: AtomicPtr<T>,
    owned: PhantomData<Arc<T>>,
}

// SAFETY: it is an `Arc` that threads take turns in replacing.
unsafe impl<T: Send + Sync> Send for Shown<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Shown<T> {}

fn into_raw<T>(value: Option<Arc<T>>) -> *mut T {
    value.map_or(ptr::null_mut(), |value| Arc::into_raw(value).cast_mut())
}

impl<T: Send + Sync + 'static> Shown<T> {
    #[cfg(not(loom))]
    pub const fn empty() -> Self {
        Shown { value: AtomicPtr::new(ptr::null_mut()), owned: PhantomData }
    }
    #[cfg(loom)]
    pub fn empty() -> Self {
        Shown { value: AtomicPtr::new(ptr::null_mut()), owned: PhantomData }
    }

    /// The value, as long as the reading lasts.
    #[inline]
    pub fn get<'a>(&'a self, _: &'a Reading) -> Option<&'a T> {
        let value = self.value.load(Ordering::SeqCst);
        // SAFETY: it came from an `Arc` that this place owned after the reading began, and whoever takes it out
        // waits for the reading before the count goes down.
        unsafe { value.as_ref() }
    }

    /// The value, for longer than a reading should last.
    pub fn load(&self) -> Option<Arc<T>> {
        let reading = Reading::enter();
        let value: *const T = self.get(&reading)?;
        // SAFETY: it came from `Arc::into_raw`, and the reading keeps the count above zero until it is raised.
        unsafe {
            Arc::increment_strong_count(value);
            Some(Arc::from_raw(value))
        }
    }

    /// Puts `new` in the place of what is shown. When this returns, nobody reads the old value through this place.
    pub fn swap(&self, new: Option<Arc<T>>) -> Option<Arc<T>> {
        let old = self.value.swap(into_raw(new), Ordering::SeqCst);
        // SAFETY: this place owned it, and does so no more.
        unsafe { Self::taken_out(old) }
    }

    /// Puts `new` there if what is shown is `old` still; whether it was.
    #[allow(dead_code)]
    pub fn swap_if(&self, old: Option<&Arc<T>>, new: Option<Arc<T>>) -> bool {
        let expected = old.map_or(ptr::null_mut(), |old| Arc::as_ptr(old).cast_mut());
        let new = into_raw(new);
        match self.value.compare_exchange(expected, new, Ordering::SeqCst, Ordering::Relaxed) {
            Ok(old) => {
                // SAFETY: this place owned it and does so no more.
                drop(unsafe { Self::taken_out(old) });
                true
            }
            Err(_) => {
                // SAFETY: it came from `into_raw` above, and nobody else has seen it.
                drop(unsafe { (!new.is_null()).then(|| Arc::from_raw(new)) });
                false
            }
        }
    }

    /// Empties the place and never drops what was there: in the child of a fork it is the parent's, and a thread
    /// that exists no more may have been changing it.
    pub fn disown(&self) {
        self.value.store(ptr::null_mut(), Ordering::SeqCst);
    }

    /// Empties the place; whether nobody reads what was there.
    pub fn hide(&self) -> bool {
        let old = self.value.swap(ptr::null_mut(), Ordering::SeqCst);
        // SAFETY: this place owned it, and does so no more.
        unsafe { Self::given_back(old) }.1
    }

    /// # Safety
    /// `old` came from `into_raw` and is in no place any more.
    unsafe fn taken_out(old: *mut T) -> Option<Arc<T>> {
        Self::given_back(old).0
    }

    /// What was in the place, and whether nobody reads it.
    ///
    /// # Safety
    /// As `taken_out`.
    unsafe fn given_back(old: *mut T) -> (Option<Arc<T>>, bool) {
        if old.is_null() {
            return (None, true);
        }
        let old = Arc::from_raw(old);
        let left = readers_have_left();
        if left {
            kept::free();
        } else {
            kept::keep(&old);
        }
        (Some(old), left)
    }
}

impl<T> Drop for Shown<T> {
    fn drop(&mut self) {
        // No reader can be inside: it would hold a reference to this place.
        let value = self.value.load(Ordering::Relaxed);
        // SAFETY: it came from `into_raw`, and this place owned it.
        drop(unsafe { (!value.is_null()).then(|| Arc::from_raw(value)) });
    }
}

#[cfg(all(test, not(loom)))]
#[path = "shown_tests.rs"]
mod tests;

#[cfg(all(test, loom))]
#[path = "shown_model.rs"]
mod model;
