//! A value that many threads read without a lock and few replace: what a hit looks at.
//!
//! A reader marks its place for as long as it reads. Whoever replaces a value waits until every reader that was
//! inside has left, and only then gives the old value back to be dropped. The first threads have a place each, and
//! mark it with a plain store where the system lets the replacer make every thread pass a memory barrier; others
//! take a shared place with one locked instruction. No thread is registered, nothing is allocated, and no lock can be
//! found held in the child of a fork.

use crate::os;
use crate::secret::Secret;
use crate::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use crate::sync::{locked, Mutex};
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

/// Threads with a place of their own.
#[cfg(not(loom))]
pub const OWNERS: usize = 32;
#[cfg(loom)]
pub const OWNERS: usize = 0;
/// Places for the others.
#[cfg(not(loom))]
const SHARED: usize = 32;
#[cfg(loom)]
const SHARED: usize = 2;
/// Shared places that a reader in a hurry tries.
const TRIES: usize = 4;
/// How long a replacer waits for a reader: first spinning, then giving way, then in steps of a millisecond.
const SPINS: u32 = 64;
const YIELDS: u32 = 128;
const PATIENCE: u32 = YIELDS + 200;

/// The fork epoch above a counter that is odd while a reader is inside. Two lines of the processor's cache for each,
/// because they are fetched in pairs: readers on several processors must not disturb each other.
#[repr(align(128))]
struct Place {
    reader: AtomicU64,
    /// The reader that was waited for in vain.
    lost: AtomicU64,
}

#[cfg(not(loom))]
static PLACES: [Place; OWNERS + SHARED] =
    [const { Place { reader: AtomicU64::new(0), lost: AtomicU64::new(0) } }; OWNERS + SHARED];
#[cfg(loom)]
loom::lazy_static! {
    static ref PLACES: [Place; SHARED] =
        [(); SHARED].map(|()| Place { reader: AtomicU64::new(0), lost: AtomicU64::new(0) });
}

/// What stands in a place that is free for this process; readers of the parent are none in the child of a fork.
#[inline]
fn free(seen: u64, epoch: u64) -> Option<u64> {
    match (seen >> 32 == epoch, seen & 1 == 0) {
        (true, true) => Some(seen),
        (true, false) => None,
        (false, _) => Some(epoch << 32),
    }
}

/// While it lives, nothing that is read through it goes away. Short: no wait, no lock, no allocation inside.
pub struct Reading {
    place: usize,
    taken: u64,
    thread: u32,
    /// Belongs to its thread's moment.
    _local: PhantomData<*const ()>,
}

impl Reading {
    /// A place, unless all that were tried are taken.
    #[inline(always)]
    pub fn try_enter() -> Option<Reading> {
        let epoch = u64::from(os::fork_epoch());
        let thread = thread_number();
        let reader = thread as usize - 1;
        if reader < OWNERS {
            let seen = PLACES[reader].reader.load(Ordering::Relaxed);
            // Not free in a signal handler that interrupted a reading.
            if let Some(free) = free(seen, epoch) {
                mark(reader, free + 1);
                return Some(Reading { place: reader, taken: free + 1, thread, _local: PhantomData });
            }
        }
        Reading::share(thread, epoch)
    }

    #[cold]
    fn share(thread: u32, epoch: u64) -> Option<Reading> {
        let first = thread as usize;
        (first..first + TRIES).find_map(|number| {
            let place = OWNERS + number % SHARED;
            let seen = PLACES[place].reader.load(Ordering::Relaxed);
            let taken = free(seen, epoch)? + 1;
            // Before every read that follows, in the one order in which replacers write and look.
            PLACES[place].reader.compare_exchange(seen, taken, Ordering::SeqCst, Ordering::Relaxed).ok()?;
            #[cfg(loom)] // The checker knows this order of fences only.
            loom::sync::atomic::fence(Ordering::SeqCst);
            Some(Reading { place, taken, thread, _local: PhantomData })
        })
    }

    fn enter() -> Reading {
        let mut tries = 0;
        loop {
            if let Some(reading) = Reading::try_enter() {
                return reading;
            }
            pause(&mut tries);
        }
    }

    /// The number of the thread that reads, from 1: no other has it.
    #[inline]
    pub fn thread(&self) -> u32 {
        self.thread
    }
}

impl Drop for Reading {
    #[inline]
    fn drop(&mut self) {
        // The counter wraps within its half.
        let left = self.taken & !0xffff_ffff | u64::from((self.taken as u32).wrapping_add(1));
        PLACES[self.place].reader.store(left, Ordering::Release);
    }
}

/// Marks a place of the thread's own.
#[inline(always)]
fn mark(place: usize, taken: u64) {
    if barriers::AT_HAND.load(Ordering::Acquire) {
        PLACES[place].reader.store(taken, Ordering::Relaxed);
        // The processor may still read before it stores; the replacer's barrier ends that.
        std::sync::atomic::compiler_fence(Ordering::SeqCst);
    } else {
        PLACES[place].reader.swap(taken, Ordering::SeqCst);
    }
}

/// The number of this thread, from 1: the first ones have a place each.
#[cfg(not(loom))]
#[inline(always)]
fn thread_number() -> u32 {
    use std::sync::atomic::AtomicU32;
    static THREADS: AtomicU32 = AtomicU32::new(1);
    #[cold]
    fn first_time() -> u32 {
        // After four thousand million threads numbers come again, but never one that has a place.
        let next = |number: u32| Some(number.checked_add(1).unwrap_or(OWNERS as u32 + 1));
        let number = THREADS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        number.unwrap_or_else(|number| number)
    }
    crate::local::with(|local| {
        if local.number.get() == 0 {
            local.number.set(first_time());
        }
        local.number.get()
    })
}
#[cfg(loom)]
fn thread_number() -> u32 {
    1
}

/// Whether replacers can make every thread pass a memory barrier. Asked for once, before the first handle.
mod barriers {
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
}

pub use barriers::prepare;

/// One step of waiting; whether it is worth another one.
fn pause(tries: &mut u32) -> bool {
    *tries = tries.saturating_add(1);
    #[cfg(loom)]
    loom::thread::yield_now();
    #[cfg(not(loom))]
    match *tries {
        ..SPINS => std::hint::spin_loop(),
        SPINS..YIELDS => std::thread::yield_now(),
        _ => os::pause(Duration::from_millis(1)),
    }
    *tries <= PATIENCE
}

/// Waits for the readers that are inside. `false`: one of them does not move, because its thread was stopped or ended
/// inside. What it may read must then stay as it is. It is waited for once, and found there by those who come later.
pub fn readers_have_left() -> bool {
    let epoch = u64::from(os::fork_epoch());
    #[cfg(loom)]
    loom::sync::atomic::fence(Ordering::SeqCst);
    if !barriers::passed() {
        return false;
    }
    let (mut tries, mut left) = (0, true);
    for Place { reader, lost } in PLACES.iter() {
        let seen = reader.load(Ordering::SeqCst);
        while free(seen, epoch).is_none() && reader.load(Ordering::Acquire) == seen {
            if lost.load(Ordering::Relaxed) == seen || tries > PATIENCE {
                left = false;
                break;
            }
            if !pause(&mut tries) {
                lost.store(seen, Ordering::Relaxed);
            }
        }
    }
    left
}

/// What a reader that does not move may still read: freed when it has moved and somebody replaces something.
mod kept {
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
}

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

/// A text shown without the pointer to its owner in between: one place in memory less to wait for.
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

#[cfg(all(test, not(loom)))]
#[path = "shown_tests.rs"]
mod tests;

#[cfg(all(test, loom))]
#[path = "shown_model.rs"]
mod model;
