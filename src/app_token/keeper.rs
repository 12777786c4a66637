//! Where the application tokens of one account are kept: in the store, and what that did not take in the process.

use super::record::{Kept, Record, MOST};
use crate::clock;
use crate::error::{Error, Result, Status};
use crate::message::AppToken;
use crate::secret::Secret;
use crate::store::{self, Locked, Memory, Name, Store};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A token that was shown once is worth more than its caller's time.
const TO_SAVE: Duration = Duration::from_secs(5);

pub struct Keeper {
    store: Arc<dyn Store>,
    /// What the store did not take.
    spare: Arc<Memory>,
    name: Name,
}

/// The record, while nobody else changes it.
pub struct Held<'a> {
    keeper: &'a Keeper,
    lock: Box<dyn Locked + 'a>,
    pub record: Record,
    /// The ids of what the process alone had.
    from_spare: Vec<String>,
}

fn read(bytes: Option<&store::Record>) -> Result<Record> {
    let Some(bytes) = bytes else { return Ok(Record::default()) };
    // Never taken for empty: what is written next would be all that is left.
    Record::from_bytes(bytes).ok_or_else(|| Error::new(Status::Store, AppToken::OfAnotherVersion.into()))
}

impl Keeper {
    pub fn new(store: Arc<dyn Store>, spare: Arc<Memory>, name: Name) -> Keeper {
        Keeper { store, spare, name }
    }

    pub fn outlives_process(&self) -> bool {
        self.store.outlives_process()
    }

    /// All that is kept.
    pub fn read(&self) -> Result<Record> {
        let mut record = read(self.store.read(self.name)?.as_ref())?;
        record.merge(self.spare()?);
        Ok(record)
    }

    /// What can be had now: without the store what the process alone has.
    pub fn at_hand(&self) -> Record {
        self.read().or_else(|_| self.spare()).unwrap_or_default()
    }

    /// A token that is kept. Without the store nobody knows that one is not.
    pub fn find(&self, id: &str) -> Result<Option<Kept>> {
        match self.read() {
            Ok(record) => Ok(record.find(id).cloned()),
            Err(error) => self.spare()?.find(id).cloned().map(Some).ok_or(error),
        }
    }

    fn spare(&self) -> Result<Record> {
        read(self.spare.read(self.name)?.as_ref())
    }

    /// The texts that no error may show. None where they can not be read.
    pub fn secrets(&self) -> Vec<Secret> {
        self.at_hand().kept.into_iter().map(|kept| kept.token).collect()
    }

    pub fn lock(&self, until: Instant) -> Result<Held<'_>> {
        let busy = || Error::new(Status::Timeout, AppToken::Busy.into());
        let lock = self.store.lock(self.name, until)?.ok_or_else(busy)?;
        let mut record = read(lock.record())?;
        let spare = self.spare()?;
        let from_spare = spare.kept.iter().map(|kept| kept.id.clone()).collect();
        record.merge(spare);
        Ok(Held { keeper: self, lock, record, from_spare })
    }

    /// Whether the store takes what is there already: asked before a token is created that can be shown once only.
    pub fn try_out(&self, until: Instant) -> Result<()> {
        self.lock(until)?.make_room()
    }

    /// Keeps a token that was created.
    pub fn save(&self, new: Kept, until: Instant) -> Result<()> {
        let saved = self.lock(until.max(Instant::now() + TO_SAVE)).and_then(|mut held| {
            held.record.add(new.clone());
            held.write()
        });
        saved.map_err(|error| self.save_here(new, error))
    }

    /// Keeps in the process what the store did not take, and says so.
    pub fn save_here(&self, new: Kept, error: Error) -> Error {
        let not_stored = AppToken::NotStored { id: new.id.clone() };
        let kept = self.change_spare(|spare| spare.add(new));
        kept.err().unwrap_or_else(|| error.and(not_stored.into()))
    }

    fn change_spare(&self, change: impl FnOnce(&mut Record)) -> Result<()> {
        let busy = || Error::new(Status::Timeout, AppToken::Busy.into());
        let lock = self.spare.lock(self.name, Instant::now() + TO_SAVE)?.ok_or_else(busy)?;
        let mut spare = read(lock.record())?;
        change(&mut spare);
        if spare.kept.is_empty() {
            return lock.remove();
        }
        lock.write(spare.to_bytes().as_slice())
    }

    /// Forgets a token. Whether it was here.
    pub fn remove(&self, id: &str, until: Instant) -> Result<bool> {
        let mut held = self.lock(until)?;
        let was_here = held.record.remove(id);
        if was_here {
            held.write()?;
        }
        Ok(was_here)
    }
}

impl Held<'_> {
    /// Writes what there is, if there is room for one more.
    pub fn make_room(&mut self) -> Result<()> {
        if !self.record.has_room(clock::now().wall_ms) {
            return Err(Error::new(Status::Limit, AppToken::Full { most: MOST }.into()));
        }
        self.write()
    }

    pub fn write(&self) -> Result<()> {
        self.lock.write(self.record.to_bytes().as_slice())?;
        // What came there meanwhile is in no record yet.
        self.keeper.change_spare(|spare| spare.kept.retain(|kept| !self.from_spare.contains(&kept.id)))
    }
}

#[cfg(all(test, not(loom)))]
#[path = "keeper_tests.rs"]
mod tests;
