//! Handles: numbers that stand for accounts, safe to close twice, to keep too long, to invent.
//!
//! A handle is 31 bits: the generation of its slot (18) above the slot's index (13). No lock is taken
//! anywhere, so nothing that another thread held at a fork can be found locked in the child.

use crate::account::Account;
use crate::error::{Error, Result, Status};
use crate::message::Message;
use crate::os;
use arc_swap::{ArcSwapOption, Guard};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

const INDEX_BITS: u32 = 13;
/// Handles open at once.
pub const MOST: usize = 1 << INDEX_BITS;
const GENERATIONS: u32 = 1 << (31 - INDEX_BITS);

/// What a handle stands for.
pub struct Object {
    handle: i32,
    /// The process it was opened in, counted by forks.
    epoch: u32,
    pub account: Account,
}

struct Slot {
    /// The generation, and whether the slot is taken: `generation << 1 | taken`.
    state: AtomicU32,
    object: ArcSwapOption<Object>,
}

static SLOTS: [Slot; MOST] =
    [const { Slot { state: AtomicU32::new(0), object: ArcSwapOption::const_empty() } }; MOST];
/// Where the search for a free slot begins: round robin, so that a slot is reused as late as possible.
static NEXT: AtomicU32 = AtomicU32::new(0);

fn stale(handle: i32) -> Error {
    Error::new(Status::Handle, Message::StaleHandle { handle, wanted: "account" })
}

fn slot(handle: i32) -> Option<&'static Slot> {
    u32::try_from(handle).ok().and_then(|handle| SLOTS.get(handle as usize % MOST))
}

/// A handle for the account.
pub fn open(account: Account) -> Result<i32> {
    os::watch_forks();
    let epoch = os::fork_epoch();
    let first = NEXT.fetch_add(1, Ordering::Relaxed) as usize;
    for index in (0..MOST).map(|step| (first + step) % MOST) {
        let slot = &SLOTS[index];
        let state = slot.state.load(Ordering::Acquire);
        // What the parent of a fork left taken is free in the child.
        let left = || slot.object.load().as_ref().is_some_and(|object| object.epoch != epoch);
        if state & 1 == 1 && !left() {
            continue;
        }
        // Generation 0 is left out: small numbers are what a program invents most easily.
        let generation = ((state >> 1) + 1) % GENERATIONS;
        let generation = generation.max(1);
        let taken = generation << 1 | 1;
        if slot.state.compare_exchange(state, taken, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            continue;
        }
        let handle = (generation << INDEX_BITS) as i32 | index as i32;
        let before = slot.object.swap(Some(Arc::new(Object { handle, epoch, account })));
        // The parent's object is never dropped here: another thread may have been changing it at the fork.
        std::mem::forget(before);
        return Ok(handle);
    }
    Err(Error::new(Status::Limit, Message::TooManyHandles { most: MOST }))
}

/// What the handle stands for, as long as the guard lives, whoever closes it meanwhile.
pub fn get(handle: i32) -> Result<Guard<Option<Arc<Object>>>> {
    let slot = slot(handle).ok_or_else(|| stale(handle))?;
    let object = slot.object.load();
    match object.as_ref() {
        Some(found) if found.handle == handle && found.epoch == os::fork_epoch() => Ok(object),
        Some(found) if found.handle == handle => Err(Error::new(Status::Handle, Message::HandleOfParent)),
        _ => Err(stale(handle)),
    }
}

/// Ends the handle. Calls that use it at this moment finish.
pub fn close(handle: i32) -> Result<()> {
    drop(get(handle)?);
    let slot = slot(handle).ok_or_else(|| stale(handle))?;
    let generation = handle as u32 >> INDEX_BITS;
    // Whoever takes the object out of the slot has closed it; a second close finds nothing.
    let object = slot.object.load();
    if object.as_ref().is_none_or(|found| found.handle != handle) {
        return Err(stale(handle));
    }
    let before = slot.object.compare_and_swap(&*object, None);
    let won = matches!((before.as_ref(), object.as_ref()), (Some(a), Some(b)) if Arc::ptr_eq(a, b));
    if !won {
        return Err(stale(handle));
    }
    slot.state.store(generation << 1, Ordering::Release);
    Ok(())
}

/// Ends every handle of this process.
pub fn close_all() {
    for slot in &SLOTS {
        let handle = slot.object.load().as_ref().map(|object| object.handle);
        if let Some(handle) = handle {
            let _ = close(handle);
        }
    }
}
