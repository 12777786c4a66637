//! The places that readers mark while they read, and the wait until they have left.

use super::barriers;
use crate::os;
use crate::sync::atomic::{AtomicU64, Ordering};
use std::marker::PhantomData;
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
    pub(super) place: usize,
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

    pub(super) fn enter() -> Reading {
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
