//! A text shown without the pointer to its owner in between: one place in memory less to wait for.

use super::readers::{readers_have_left, Reading};
use crate::secret::Secret;
use crate::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use crate::sync::{locked, Mutex};
use std::ptr;
use std::sync::Arc;

/// A secret that hits read, and where it stands.
#[repr(C)] // what readers need comes first
pub struct ShownText {
    text: AtomicPtr<u8>,
    length: AtomicUsize,
    owner: Mutex<Option<Arc<Secret>>>,
}

impl ShownText {
    pub fn empty() -> Self {
        let text = AtomicPtr::new(ptr::null_mut());
        ShownText { text, length: AtomicUsize::new(0), owner: Mutex::new(None) }
    }

    /// The text, as long as the reading lasts.
    #[inline]
    pub fn get<'a>(&'a self, _: &'a Reading) -> Option<&'a str> {
        let text = self.text.load(Ordering::SeqCst);
        if text.is_null() {
            return None;
        }
        // SAFETY: the owner was in its place with this length when the text was shown, a secret never changes, and
        // whoever takes it away hides the text first and waits for the reading.
        unsafe {
            let bytes = std::slice::from_raw_parts(text, self.length.load(Ordering::Relaxed));
            Some(std::str::from_utf8_unchecked(bytes))
        }
    }

    /// Hides the text. When this answers `true` nobody reads it, or what else belongs to it. Else it is hidden, but a
    /// reader that does not move may still have it: nothing that belongs to it may be changed.
    pub fn hide(&self) -> bool {
        let mut owner = locked(&self.owner);
        self.text.swap(ptr::null_mut(), Ordering::SeqCst);
        let left = owner.is_none() || readers_have_left();
        if left {
            *owner = None;
        }
        left
    }

    /// Shows a text where none is; whether it does.
    pub fn show(&self, new: &Arc<Secret>) -> bool {
        let mut owner = locked(&self.owner);
        if owner.is_some() {
            return false;
        }
        let text = owner.insert(Arc::clone(new)).expose();
        self.length.store(text.len(), Ordering::Relaxed);
        self.text.store(text.as_ptr().cast_mut(), Ordering::SeqCst);
        true
    }
}
