//! The application tokens of one account: in the store, and in the process what the store did not take.

use super::record::{AppTokenRecord, MadeBy, StoredAppToken, MAX_TOKENS};
use crate::error::{Error, Result, Status};
use crate::messages::AppToken;
use crate::store::{self, LockedRecord, Memory, RecordName, Store};
use crate::util::clock;
use crate::util::deadline::Caller;
use crate::util::secret::Secret;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A token that is shown only once is saved even if the caller's time is over.
const MIN_SAVE_TIMEOUT: Duration = Duration::from_secs(5);

pub struct AppTokenRepository {
    store: Arc<dyn Store>,
    /// What the store did not take.
    fallback: Arc<Memory>,
    name: RecordName,
}

/// The record, while nobody else changes it.
pub struct LockedAppTokens<'a> {
    repository: &'a AppTokenRepository,
    lock: Box<dyn LockedRecord + 'a>,
    pub record: AppTokenRecord,
    /// The ids of what the process alone had.
    from_fallback: Vec<String>,
}

fn read(bytes: Option<&store::RecordBytes>) -> Result<AppTokenRecord> {
    let Some(bytes) = bytes else { return Ok(AppTokenRecord::default()) };
    // Never taken for empty: what is written next would be all that is left.
    AppTokenRecord::from_bytes(bytes)
        .ok_or_else(|| Error::new(Status::Store, AppToken::OfAnotherVersion.into()))
}

impl AppTokenRepository {
    pub fn new(store: Arc<dyn Store>, fallback: Arc<Memory>, name: RecordName) -> AppTokenRepository {
        AppTokenRepository { store, fallback, name }
    }

    pub fn outlives_process(&self) -> bool {
        self.store.outlives_process()
    }

    /// All that is kept.
    pub fn read(&self) -> Result<AppTokenRecord> {
        let mut record = read(self.store.read(self.name)?.as_ref())?;
        record.merge(self.fallback()?);
        Ok(record)
    }

    /// What can be had now: without the store what the process alone has.
    pub fn at_hand(&self) -> AppTokenRecord {
        self.read().or_else(|_| self.fallback()).unwrap_or_default()
    }

    /// The record in which a token of this id is, or is not. Without the store nobody knows that it is not.
    pub fn look_up(&self, id: &str) -> Result<AppTokenRecord> {
        self.read().or_else(|error| Some(self.fallback()?).filter(|own| own.find(id).is_some()).ok_or(error))
    }

    /// Who is entitled to what is kept. If the store does not take that now, the provider decides again.
    pub fn remember(&self, made_by: MadeBy) {
        if let Ok(mut held) = self.lock(Instant::now()) {
            held.remember(made_by);
        }
    }

    fn fallback(&self) -> Result<AppTokenRecord> {
        read(self.fallback.read(self.name)?.as_ref())
    }

    /// The texts that no error may show. None where they cannot be read.
    pub fn secrets(&self) -> Vec<Secret> {
        self.at_hand().tokens.into_iter().map(|kept| kept.token).collect()
    }

    pub fn lock(&self, until: Instant) -> Result<LockedAppTokens<'_>> {
        let busy = || Error::new(Status::Timeout, AppToken::Busy.into());
        let lock = self.store.lock(self.name, until)?.ok_or_else(busy)?;
        let mut record = read(lock.record())?;
        let fallback = self.fallback()?;
        let from_fallback = fallback.tokens.iter().map(|kept| kept.id.clone()).collect();
        record.merge(fallback);
        Ok(LockedAppTokens { repository: self, lock, record, from_fallback })
    }

    /// Whether the store takes what is there already: asked before a token is created that can be shown once only.
    pub fn check_writable(&self, until: Instant) -> Result<()> {
        self.lock(until)?.ensure_room()
    }

    /// Keeps a token that was created.
    pub fn save(&self, new: StoredAppToken, made_by: MadeBy, until: Instant) -> Result<()> {
        // The provider shows it this once.
        let _caller = Caller::waits_on();
        let saved = self.lock(until.max(Instant::now() + MIN_SAVE_TIMEOUT)).and_then(|mut held| {
            held.record.add(new.clone());
            held.record.made_by = Some(made_by);
            held.write()
        });
        saved.map_err(|error| self.save_to_fallback(new, made_by, error))
    }

    /// Keeps in the process what the store did not take, and says so.
    pub fn save_to_fallback(&self, new: StoredAppToken, made_by: MadeBy, error: Error) -> Error {
        let not_stored = AppToken::NotStored { id: new.id.clone() };
        let kept = self.update_fallback(|fallback| {
            fallback.add(new);
            fallback.made_by = Some(made_by);
        });
        kept.err().unwrap_or_else(|| error.and(not_stored.into()))
    }

    fn update_fallback(&self, change: impl FnOnce(&mut AppTokenRecord)) -> Result<()> {
        let busy = || Error::new(Status::Timeout, AppToken::Busy.into());
        let lock = self.fallback.lock(self.name, Instant::now() + MIN_SAVE_TIMEOUT)?.ok_or_else(busy)?;
        let mut fallback = read(lock.record())?;
        change(&mut fallback);
        if fallback.tokens.is_empty() {
            return lock.remove();
        }
        lock.write(fallback.to_bytes().as_slice())
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

impl LockedAppTokens<'_> {
    pub fn remember(&mut self, made_by: MadeBy) {
        self.record.made_by = Some(made_by);
        let _ = self.write();
    }

    /// Writes what there is, if there is room for one more.
    pub fn ensure_room(&mut self) -> Result<()> {
        if !self.record.has_room(clock::now().wall_ms) {
            return Err(Error::new(Status::Limit, AppToken::Full { most: MAX_TOKENS }.into()));
        }
        self.write()
    }

    pub fn write(&self) -> Result<()> {
        self.lock.write(self.record.to_bytes().as_slice())?;
        // What came there meanwhile is in no record yet.
        self.repository
            .update_fallback(|fallback| fallback.tokens.retain(|kept| !self.from_fallback.contains(&kept.id)))
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
