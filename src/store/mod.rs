//! Where things outlive a call, and where the program says so the process: named records with a lock for each name.
//!
//! A store knows nothing of what is in a record. One that outlives the process seals its records, and makes the names
//! that others can see of a key: nothing at rest helps to guess a password.

use crate::error::Result;
use crate::sys;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

mod fields;
mod folder;
mod key;
mod memory;
#[cfg(windows)]
mod protected;
#[cfg(feature = "redis")]
mod redis;
mod seal;

pub use fields::{Reader, Writer};
pub use folder::{check as check_folder, Folder};
#[cfg(feature = "redis")]
pub use key::missing as no_key;
pub use key::{default as default_key, key_of, parse as parse_key, KeySource};
pub use memory::Memory;
#[cfg(feature = "redis")]
pub use redis::{server as redis_server, Redis, Server as RedisServer};
pub use seal::{Sealer, StoreKey};

/// What a record is about; names of different kinds never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// The token of an identity.
    Token,
    /// The refused logins of a host and user.
    Account,
    /// The application tokens of an account.
    Application,
    /// How many tokens an identity has had, beside its record.
    Count,
}

/// A record's name: a kind, and the keyed hash that the cache has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordName {
    pub kind: RecordKind,
    pub id: [u8; 16],
}

/// What is in a record.
pub type RecordBytes = Zeroizing<Vec<u8>>;

/// Failures are `ERPTOKEN_E_STORE`, with a text for a person.
pub trait Store: Send + Sync {
    /// Whether another process, or the next one, finds what was written.
    fn outlives_process(&self) -> bool;

    /// The record of this name, whoever holds its lock: it is whole, and may be old when this returns. What was read
    /// and cannot be opened with the key is none. Whatever could not be read is an error: it may be good.
    fn read(&self, name: RecordName) -> Result<Option<RecordBytes>>;

    /// The lock of this name, which one holder has at a time, among all who use the store, and what was read under it;
    /// `None`: `until` came first. An `until` that has passed is one try. It is not counted: who has it must not ask
    /// again. Who cannot read has no lock: what he wrote would take the place of what he does not know.
    fn lock(&self, name: RecordName, until: Instant) -> Result<Option<Box<dyn LockedRecord + '_>>>;
}

/// The place of one record.
#[derive(Clone)]
pub struct RecordHandle {
    pub store: Arc<dyn Store>,
    pub name: RecordName,
}

impl RecordHandle {
    pub fn read(&self) -> Result<Option<RecordBytes>> {
        self.store.read(self.name)
    }

    pub fn lock(&self, until: Instant) -> Result<Option<Box<dyn LockedRecord + '_>>> {
        self.store.lock(self.name, until)
    }
}

/// A name whose lock is held, until this is dropped or the process ends. Only its holder writes, and one whose lock
/// was lost meanwhile fails to.
pub trait LockedRecord {
    /// As `Store::read`, when the lock was taken. What cannot be opened is set aside by then.
    fn record(&self) -> Option<&RecordBytes>;
    /// When this returns the record is kept, whatever happens to the process or the machine. If it fails, the one
    /// before is.
    fn write(&self, record: &[u8]) -> Result<()>;
    fn remove(&self) -> Result<()>;

    /// The highest number that was counted under this name, kept apart from the record: one with a lower number is not the
    /// last that was written. 0 where a store does not count, or has lost count.
    fn counted(&self) -> u64 {
        0
    }

    /// Counts, once a record with this number is kept. What cannot be counted is not.
    fn count(&self, _number: u64) {}
}

/// What there is under a name.
enum StoredRecord {
    Missing,
    /// Read whole, and not opened by the key.
    Damaged,
    Intact(RecordBytes),
}

impl StoredRecord {
    fn record(self) -> Option<RecordBytes> {
        match self {
            StoredRecord::Intact(record) => Some(record),
            StoredRecord::Missing | StoredRecord::Damaged => None,
        }
    }
}

/// Tries to have a lock until `until`, once if that has passed. No pause goes beyond it.
fn retry_until<T, E>(
    until: Instant,
    mut pause: impl FnMut() -> Duration,
    mut attempt: impl FnMut() -> std::result::Result<Option<T>, E>,
) -> std::result::Result<Option<T>, E> {
    loop {
        let had = attempt()?;
        let left = until.saturating_duration_since(Instant::now());
        if had.is_some() || left.is_zero() {
            return Ok(had);
        }
        sys::pause(pause().min(left));
    }
}
