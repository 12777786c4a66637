//! Handles: numbers that stand for accounts and responses, safe to close twice, to keep too long, to invent.
//!
//! A handle is 31 bits: the generation of its slot (17) above the slot's index (14). There are twice as many slots as
//! handles can be open: so a number comes again only after a thousand million others. No lock is taken
//! anywhere, so nothing that another thread held at a fork can be found locked in the child.

use crate::account::{Account, Shortcut};
use crate::error::{Error, Result, Status};
use crate::message::{Message, Opened};
use crate::os;
use crate::response::Response;
use crate::shown::{self, Reading, Shown};
use crate::token::BearerText;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::Arc;

const INDEX_BITS: u32 = 14;
const SLOTS_THERE: usize = 1 << INDEX_BITS;
/// Handles open at once.
pub const MOST: usize = SLOTS_THERE / 2;
const GENERATIONS: u32 = 1 << (31 - INDEX_BITS);

struct Object {
    handle: i32,
    kind: Kind,
}

/// What a handle stands for.
enum Kind {
    Account(Arc<Account>),
    Response(Arc<Response>),
}

#[repr(align(64))] // a hit reads one line of the processor's cache
struct Slot {
    state: AtomicU64,
    object: Shown<Object>,
    shortcut: Shortcut,
}

/// Who has a slot, in one number: the process (counted by forks), the generation, what happens to it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    epoch: u32,
    generation: u32,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Free,
    Open,
    /// Somebody opens or closes it.
    Moving,
}

impl State {
    /// The state in which `handle` is open.
    #[inline]
    fn open(handle: i32) -> State {
        State { epoch: os::fork_epoch(), generation: handle as u32 >> INDEX_BITS, phase: Phase::Open }
    }

    #[inline]
    fn number(self) -> u64 {
        u64::from(self.epoch) << 32 | u64::from(self.generation) << 2 | self.phase as u64
    }

    fn of(number: u64) -> State {
        let phase = [Phase::Free, Phase::Open, Phase::Moving, Phase::Moving][number as usize & 3];
        State { epoch: (number >> 32) as u32, generation: number as u32 >> 2, phase }
    }
}

static SLOTS: [Slot; SLOTS_THERE] =
    [const { Slot { state: AtomicU64::new(0), object: Shown::empty(), shortcut: Shortcut::empty() } };
        SLOTS_THERE];
/// Where the search for a free slot begins: round robin, so that a slot is reused as late as possible.
static NEXT: AtomicU32 = AtomicU32::new(0);

fn stale(handle: i32, wanted: Opened) -> Error {
    Error::new(Status::Handle, Message::StaleHandle { handle, wanted })
}

#[inline]
fn slot(handle: i32) -> Option<&'static Slot> {
    u32::try_from(handle).ok().and_then(|handle| SLOTS.get(handle as usize % SLOTS_THERE))
}

/// How many handles are open, below the fork epoch in which they were counted.
static OPEN: AtomicU64 = AtomicU64::new(0);

/// Counts one more, or one less; `false`: there are as many as may be.
fn counted(more: bool) -> bool {
    let epoch = u64::from(os::fork_epoch()) << 32;
    let changed = OPEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| {
        // The parent's are none in the child of a fork.
        let open = if open & !0xffff_ffff == epoch { open } else { epoch };
        let count = open & 0xffff_ffff;
        match more {
            true => (count < MOST as u64).then_some(open + 1),
            false => Some(open - u64::from(count > 0)),
        }
    });
    changed.is_ok()
}

/// A handle for the account.
pub fn open(account: Account) -> Result<i32> {
    open_kind(|shortcut| Kind::Account(Arc::new(account.attached(shortcut))))
}

/// A handle for the response.
pub fn open_response(response: Response) -> Result<i32> {
    open_kind(|_| Kind::Response(Arc::new(response)))
}

/// Whether there is one more: asked before a request whose response could not be handed out.
pub fn check_room() -> Result<()> {
    let open = OPEN.load(Ordering::Relaxed);
    let own = open >> 32 == u64::from(os::fork_epoch());
    if own && open & 0xffff_ffff >= MOST as u64 {
        return Err(too_many());
    }
    Ok(())
}

fn too_many() -> Error {
    Error::new(Status::Limit, Message::TooManyHandles { most: MOST })
}

fn open_kind(kind: impl FnOnce(&'static Shortcut) -> Kind) -> Result<i32> {
    os::prepare();
    shown::prepare();
    let epoch = os::fork_epoch();
    if !counted(true) {
        return Err(too_many());
    }
    let first = NEXT.load(Ordering::Relaxed) as usize;
    for index in (0..SLOTS_THERE).map(|step| (first + step) % SLOTS_THERE) {
        let slot = &SLOTS[index];
        let number = slot.state.load(Ordering::Acquire);
        let before = State::of(number);
        // What the parent of a fork left taken is free in the child.
        if before.phase != Phase::Free && before.epoch == epoch {
            continue;
        }
        // Generation 0 is left out: small numbers are what a program invents most easily.
        let generation = ((before.generation + 1) % GENERATIONS).max(1);
        let state = State { epoch, generation, phase: Phase::Moving };
        let claimed =
            slot.state.compare_exchange(number, state.number(), Ordering::AcqRel, Ordering::Relaxed);
        if claimed.is_err() {
            continue;
        }
        NEXT.store((index as u32 + 1) % SLOTS_THERE as u32, Ordering::Relaxed);
        if before.epoch != epoch {
            slot.object.disown();
            slot.shortcut.disown();
        }
        let handle = (generation << INDEX_BITS) as i32 | index as i32;
        slot.object.swap(Some(Arc::new(Object { handle, kind: kind(&slot.shortcut) })));
        slot.state.store(State { phase: Phase::Open, ..state }.number(), Ordering::Release);
        return Ok(handle);
    }
    counted(false);
    Err(too_many())
}

/// The account of the handle, to be kept as long as the call lasts, whoever closes it meanwhile.
pub fn account(handle: i32) -> Result<Arc<Account>> {
    match &get(handle, Opened::Account)?.kind {
        Kind::Account(account) => Ok(Arc::clone(account)),
        Kind::Response(_) => Err(stale(handle, Opened::Account)),
    }
}

/// The response of the handle, likewise.
pub fn response(handle: i32) -> Result<Arc<Response>> {
    match &get(handle, Opened::Response)?.kind {
        Kind::Response(response) => Ok(Arc::clone(response)),
        Kind::Account(_) => Err(stale(handle, Opened::Response)),
    }
}

fn get(handle: i32, wanted_kind: Opened) -> Result<Arc<Object>> {
    let slot = slot(handle).ok_or_else(|| stale(handle, wanted_kind.clone()))?;
    let wanted = State::open(handle);
    let state = State::of(slot.state.load(Ordering::Acquire));
    if state != wanted {
        let parents = state.epoch != wanted.epoch && state.generation == wanted.generation;
        let of_parent = || Error::new(Status::Handle, Message::HandleOfParent);
        let open = parents && state.phase == Phase::Open;
        return Err(if open { of_parent() } else { stale(handle, wanted_kind) });
    }
    // Closed and opened anew since the look at the state, it is another one's.
    let object = slot.object.load().filter(|object| object.handle == handle);
    object.ok_or_else(|| stale(handle, wanted_kind))
}

/// The token of the handle's account, if it can be read at once: no lock, no allocation, one locked instruction.
#[inline]
pub fn hit<R>(handle: i32, read: impl FnOnce(BearerText) -> R) -> Option<R> {
    let slot = slot(handle)?;
    let wanted = State::open(handle).number();
    let reading = Reading::try_enter()?;
    let (cell, need) = slot.shortcut.look(&reading)?;
    // After the look: what was seen belongs to this handle and not to its successor in the slot.
    if slot.state.load(Ordering::Acquire) != wanted {
        return None;
    }
    cell.hit(&reading, need, read)
}

/// Ends the handle. Calls that use it at this moment finish.
pub fn close(handle: i32) -> Result<()> {
    get(handle, Opened::Any)?;
    let slot = slot(handle).ok_or_else(|| stale(handle, Opened::Any))?;
    let state = State::open(handle);
    let moving = State { phase: Phase::Moving, ..state }.number();
    // Whoever moves it first closes it; a second close finds nothing.
    slot.state
        .compare_exchange(state.number(), moving, Ordering::AcqRel, Ordering::Relaxed)
        .map_err(|_| stale(handle, Opened::Any))?;
    if let Some(Kind::Account(account)) = slot.object.swap(None).as_deref().map(|object| &object.kind) {
        account.detach();
    }
    slot.state.store(State { phase: Phase::Free, ..state }.number(), Ordering::Release);
    counted(false);
    Ok(())
}

/// Ends every handle of this process.
pub fn close_all() {
    for slot in &SLOTS {
        let state = State::of(slot.state.load(Ordering::Acquire));
        let own = state.phase == Phase::Open && state.epoch == os::fork_epoch();
        if let Some(object) = own.then(|| slot.object.load()).flatten() {
            let _ = close(object.handle);
        }
    }
}
