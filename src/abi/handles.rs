//! Handles: numbers that stand for accounts and responses, safe to close twice, to keep too long, to invent.
//!
//! A handle is 31 bits: in the lowest four how many bits its slot's number has, then that number without its first
//! bit, which is always set, then the slot's generation. So a program with few handles has many generations, and one with a million has enough. A slot is taken
//! again when a quarter of all are free, the longest free first: a number comes again after 33 million others.

use super::text::Out;
use super::unit::Unit;
use crate::cache::hit_count;
use crate::cache::published::{FastPath, Part};
use crate::client::account::Account;
use crate::error::{Error, Result, Status};
use crate::messages::{Message, Opened};
use crate::net::response::Response;
use crate::sys;
use crate::util::clock;
use crate::util::lineage::Lineage;
use crate::util::sync::{locked, Mutex};
use once_cell::race::OnceBox;
use std::collections::VecDeque;
use std::sync::Arc;

const CLASS_BITS: u32 = 4;
/// Of the slot's number in the lowest class; each class has one bit more, and twice as many slots.
const SLOT_BITS: u32 = 10;
const CHUNK: usize = 1 << SLOT_BITS;
const CLASSES: u32 = 11;
/// Slots are numbered from `CHUNK` to below this: 2,096,128 handles open at once, where memory lasts.
const END_OF_SLOTS: usize = CHUNK << CLASSES;
/// Slots that stay free as long as there is memory for others.
const MIN_FREE: usize = 512;

/// What a handle stands for.
#[derive(Clone)]
enum Object {
    Account(Arc<Account>),
    Response(Arc<Response>),
}

#[repr(align(64))] // one line of the processor's cache
struct Slot {
    fast: FastPath,
    object: Mutex<Option<Object>>,
}

type Chunk = [Slot; CHUNK];

/// The handles of one process. Chunks of slots are made as handles are opened, and stay.
struct Table {
    chunks: [OnceBox<Chunk>; END_OF_SLOTS / CHUNK],
    free: Mutex<Free>,
}

#[derive(Default)]
struct Free {
    /// The longest free first. Has room for every slot that there is.
    slots: VecDeque<u32>,
    /// Slots given out at least once, and those that there are.
    used: usize,
    made: usize,
}

const MAX_SLOTS: usize = END_OF_SLOTS - CHUNK;

static TABLE: Lineage<Table> = Lineage::new();

fn class_of(slot: usize) -> u32 {
    (slot / CHUNK).ilog2()
}

fn handle_of(slot: usize, generation: u32) -> u32 {
    let class = class_of(slot);
    let bits = SLOT_BITS + class;
    (generation << bits | slot as u32 & ((1 << bits) - 1)) << CLASS_BITS | class
}

#[inline(always)]
fn slot_of(handle: u32) -> usize {
    let first_bit = (CHUNK as u32) << (handle & ((1 << CLASS_BITS) - 1));
    (handle >> CLASS_BITS & (first_bit - 1) | first_bit) as usize
}

/// The generation behind that of `last`, the slot's last handle, or the first. 0 is left out: small numbers are what
/// a program invents most easily.
fn generation_after(slot: usize, last: u32) -> u32 {
    let bits = SLOT_BITS + CLASS_BITS + class_of(slot);
    let next = (last >> bits) + 1;
    if next >> (31 - bits) == 0 {
        next
    } else {
        1
    }
}

impl Table {
    fn new() -> Table {
        Table { chunks: [const { OnceBox::new() }; END_OF_SLOTS / CHUNK], free: Mutex::default() }
    }

    #[inline(always)]
    fn slot(&self, number: usize) -> Option<&Slot> {
        self.chunks.get(number / CHUNK)?.get()?.get(number % CHUNK)
    }

    /// A slot that nobody has.
    fn take(&self) -> Result<usize> {
        let mut free = locked(&self.free);
        let enough = (free.used / 4).max(MIN_FREE);
        if free.slots.len() < enough && free.used < MAX_SLOTS && self.has_made(&mut free) {
            free.used += 1;
            return Ok(CHUNK + free.used - 1);
        }
        free.slots.pop_front().map(|slot| slot as usize).ok_or_else(|| too_many(free.used))
    }

    fn check_room(&self) -> Result<()> {
        let mut free = locked(&self.free);
        let room = !free.slots.is_empty() || self.has_made(&mut free);
        room.then_some(()).ok_or_else(|| too_many(free.used))
    }

    /// Whether there is a slot that was never given out.
    fn has_made(&self, free: &mut Free) -> bool {
        if free.used < free.made {
            return true;
        }
        let mut slots = Vec::new();
        if slots.try_reserve_exact(CHUNK).is_err() {
            return false;
        }
        slots.resize_with(CHUNK, || Slot { fast: FastPath::new(), object: Mutex::new(None) });
        let Ok(chunk) = Box::<Chunk>::try_from(slots) else { return false };
        let wanted = free.made + CHUNK - free.slots.len();
        let Some(place) = self.chunks.get(free.made / CHUNK + 1) else { return false };
        if free.slots.try_reserve_exact(wanted).is_err() || place.set(chunk).is_err() {
            return false;
        }
        free.made += CHUNK;
        true
    }
}

fn stale(handle: i32, wanted: Opened) -> Error {
    Error::new(Status::Handle, Message::StaleHandle { handle, wanted })
}

fn too_many(most: usize) -> Error {
    Error::new(Status::Limit, Message::TooManyHandles { most })
}

/// A handle for the account.
pub fn open(account: Account) -> Result<i32> {
    open_kind(|fast, handle| Object::Account(Arc::new(account.attached(fast, handle))))
}

/// A handle for the response.
pub fn open_response(response: Response) -> Result<i32> {
    open_kind(|_, _| Object::Response(Arc::new(response)))
}

/// Whether there is one more: asked before a request whose response could not be handed out.
pub fn check_room() -> Result<()> {
    TABLE.get().map_or(Ok(()), Table::check_room)
}

fn open_kind(object: impl FnOnce(&'static FastPath, u32) -> Object) -> Result<i32> {
    sys::prepare();
    let table = TABLE.get_or_make(Table::new);
    let number = table.take()?;
    let slot = table.slot(number).ok_or_else(|| too_many(number))?;
    // In the child of a fork behind the last one of its parents, the nearest that had one: theirs must stay none.
    let last = match slot.fast.number() {
        0 => {
            let lasts = TABLE.of_parents().filter_map(|table| Some(table.slot(number)?.fast.number()));
            lasts.filter(|last| *last != 0).last().unwrap_or(0)
        }
        last => last,
    };
    let handle = handle_of(number, generation_after(number, last));
    let mut place = locked(&slot.object);
    *place = Some(object(&slot.fast, handle));
    slot.fast.open(handle);
    Ok(handle as i32)
}

/// The account of the handle, to be kept as long as the call lasts, whoever closes it meanwhile.
pub fn account(handle: i32) -> Result<Arc<Account>> {
    match object(handle, Opened::Account, |object| object.clone())?.1 {
        Object::Account(account) => Ok(account),
        Object::Response(_) => Err(stale(handle, Opened::Account)),
    }
}

/// The response of the handle, likewise.
pub fn response(handle: i32) -> Result<Arc<Response>> {
    match object(handle, Opened::Response, |object| object.clone())?.1 {
        Object::Response(response) => Ok(response),
        Object::Account(_) => Err(stale(handle, Opened::Response)),
    }
}

/// What `take` takes of the handle's object, under its lock, with its slot.
fn object(
    handle: i32,
    wanted: Opened,
    take: impl FnOnce(&mut Option<Object>) -> Option<Object>,
) -> Result<(&'static Slot, Object)> {
    let found = (|| {
        let slot = TABLE.get()?.slot(slot_of(number(handle)?))?;
        let mut place = locked(&slot.object);
        // The slot's last handle: what it stood for is there as long as it is open.
        let own = slot.fast.number() == number(handle)?;
        Some((slot, own.then(|| take(&mut place)).flatten()?))
    })();
    found.ok_or_else(|| {
        let parents = || TABLE.of_parents().any(|table| is_open_in(table, handle));
        if parents() {
            Error::new(Status::Handle, Message::HandleOfParent)
        } else {
            stale(handle, wanted)
        }
    })
}

/// Without a lock.
fn is_open_in(table: &Table, handle: i32) -> bool {
    let slot = number(handle).and_then(|number| table.slot(slot_of(number)));
    slot.is_some_and(|slot| slot.fast.is_open() && Some(slot.fast.number()) == number(handle))
}

#[inline(always)]
fn number(handle: i32) -> Option<u32> {
    u32::try_from(handle).ok()
}

/// Hands out the token of the handle's account, if it can be read at once: no lock, no allocation, no locked
/// instruction. Whether it fitted.
#[inline(always)]
pub fn hit<U: Unit>(handle: i32, part: Part, out: Out<U>) -> Option<bool> {
    let handle = number(handle)?;
    let slot = TABLE.get()?.slot(slot_of(handle))?;
    let now = clock::coarse_now();
    let (copied, token) = slot.fast.read(handle, now, part, out)?;
    hit_count::count(token);
    Some(out.tell(copied))
}

/// Ends the handle. Calls that use it at this moment finish.
pub fn close(handle: i32) -> Result<()> {
    let (slot, object) = object(handle, Opened::Any, |place| place.take())?;
    // Until here it is open to nobody, and not free yet.
    slot.fast.close();
    if let Object::Account(account) = &object {
        account.detach();
    }
    if let (Some(table), Some(number)) = (TABLE.get(), number(handle)) {
        locked(&table.free).slots.push_back(slot_of(number) as u32);
    }
    Ok(())
}

/// Ends every handle of this process.
pub fn close_all() {
    let Some(table) = TABLE.get() else { return };
    let chunks = table.chunks.iter().skip(1).map_while(OnceBox::get);
    for slot in chunks.flatten() {
        let _ = close(slot.fast.number() as i32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_leads_to_its_slot_and_comes_again_after_all_its_generations() {
        for slot in (CHUNK..5000).chain((5000..END_OF_SLOTS).step_by(997)).chain([END_OF_SLOTS - 1]) {
            let (first, mut last, mut times) = (handle_of(slot, 1), 0, 0);
            loop {
                let generation = generation_after(slot, last);
                last = handle_of(slot, generation);
                assert_eq!(slot_of(last), slot);
                assert!(i32::try_from(last).is_ok_and(|handle| handle >= 1 << 14), "{last}");
                times += 1;
                if last == first && times > 1 || times > 200 {
                    break;
                }
            }
            assert!(times > 127, "{slot}: {times}");
        }
    }

    #[test]
    fn without_a_slot_an_error_says_how_many_are_open_and_one_that_is_closed_serves() {
        let table = Table::new();
        (locked(&table.free).used, locked(&table.free).made) = (MAX_SLOTS, MAX_SLOTS);
        for result in [table.take().map(drop), table.check_room()] {
            let error = result.unwrap_err();
            assert_eq!(error.status, Status::Limit);
            assert!(error.to_string().contains("2096128 handles are open"), "{error}");
        }
        locked(&table.free).slots.push_back(1234);
        assert!(table.check_room().is_ok());
        assert_eq!(table.take().unwrap(), 1234);
    }

    #[test]
    fn slots_have_handles_of_their_own() {
        let mut all: Vec<u32> =
            (CHUNK..CHUNK + 20_000).flat_map(|slot| [handle_of(slot, 1), handle_of(slot, 2)]).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 40_000);
    }
}
