//! A folder on this machine: a sealed file for each name, and one file whose bytes are the locks of all names. In that one
//! their counts are kept too, so that a record which somebody puts back is seen to be an older one.
//!
//! The folder is opened anew for each step and everything happens inside what was opened, so nothing is left open
//! between calls and a link put in its place is refused. A record appears under its name complete and on the disk, or
//! not at all. Besides `NAME` there may be `NAME.new`, which a process that was killed left behind, and `NAME.bad`,
//! which was read whole and could not be opened. Of application tokens all of those are kept, as `NAME.TIME.bad`.

use super::seal::SEAL_BYTES;
use super::{retry_until, LockedRecord, RecordBytes, RecordKind, RecordName, Sealer, Store, StoredRecord};
use crate::error::{Error, Result, Status};
use crate::messages::{FolderFault, Message, StoreFault};
use crate::sys::{self, RangeLock};
use crate::util::encoding::hex;
use crate::util::random;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Far above what the library writes.
const MAX_RECORD_BYTES: u64 = 8 << 20;
const LOCKS: &str = "locks";
/// In the file of locks: places of counts, each of which two names may share. Then nothing is known of the one that was
/// counted first.
const COUNTS: u32 = 1 << 14;
const COUNT_BYTES: u32 = 64;
/// Between two tries to have a lock.
const LOCK_RETRY_MS: u32 = 12;
/// What is written may be the only refresh token that is still good: a failure that passes by is waited out.
const MAX_WRITES: u32 = 3;
const WRITE_PAUSE: Duration = Duration::from_millis(20);

pub struct Folder {
    path: PathBuf,
    sealer: Arc<Sealer>,
}

impl Folder {
    /// A folder that can be used now.
    pub fn new(path: &Path, sealer: Arc<Sealer>) -> Result<Self> {
        check(path)?;
        Ok(Folder { path: path.to_owned(), sealer })
    }

    fn failed(&self, error: &io::Error) -> Error {
        failed(&self.path, error)
    }

    fn open(&self) -> Result<sys::Folder> {
        open(&self.path)
    }

    fn file_name(&self, name: RecordName) -> String {
        hex(&self.sealer.sealed_name(name))
    }

    /// The byte that is this name's lock. Two names may share one: then they wait for each other.
    fn lock_byte(&self, name: RecordName) -> u32 {
        let [a, b, c, d, ..] = self.sealer.sealed_name(name);
        // Positive in every system's count of bytes.
        u32::from_be_bytes([a, b, c, d]) >> 1
    }

    /// Where this name's count is, and under which name it is sealed.
    fn place_of_count(&self, name: RecordName) -> (u64, RecordName) {
        let place = self.lock_byte(name) % COUNTS * COUNT_BYTES;
        (place.into(), RecordName { kind: RecordKind::Count, ..name })
    }

    fn counted(&self, locks: &File, name: RecordName) -> Option<u64> {
        let (place, name) = self.place_of_count(name);
        let mut sealed = [0; SEAL_BYTES + 8];
        sys::read_at(locks, &mut sealed, place).ok()?;
        let count = self.sealer.open(name, &sealed)?;
        Some(u64::from_le_bytes(count.as_slice().try_into().ok()?))
    }

    /// A failure says nothing of the record.
    fn find(&self, folder: &sys::Folder, name: RecordName) -> Result<StoredRecord> {
        let file = match folder.open_file(&self.file_name(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(StoredRecord::Missing),
            Err(error) if is_link(&error) => return self.not_ours(name, FolderFault::NotAFile),
            Err(error) => return Err(self.failed(&error)),
        };
        let metadata = file.metadata().map_err(|error| self.failed(&error))?;
        if !metadata.is_file() || metadata.len() > MAX_RECORD_BYTES {
            return self.not_ours(name, FolderFault::NotAFile);
        }
        if let Some(exposed) = folder.exposes(&file).map_err(|error| self.failed(&error))? {
            return self.not_ours(name, exposed.into());
        }
        let mut sealed = Vec::new();
        file.take(MAX_RECORD_BYTES).read_to_end(&mut sealed).map_err(|error| self.failed(&error))?;
        if sealed.len() as u64 != metadata.len() {
            return Err(self.failed(&ErrorKind::UnexpectedEof.into()));
        }
        self.sealer.found(name, &sealed)
    }

    /// Something that no process of ours left there. Application tokens exist nowhere else, and somebody may only have
    /// changed the rights of their file: nobody but a person takes that away.
    fn not_ours(&self, name: RecordName, fault: FolderFault) -> Result<StoredRecord> {
        match name.kind {
            RecordKind::Application => Err(unusable(&self.path.join(self.file_name(name)), fault)),
            _ => Ok(StoredRecord::Damaged),
        }
    }

    fn set_aside(&self, folder: &sys::Folder, name: RecordName) -> Result<()> {
        let file = self.file_name(name);
        let aside = match name.kind {
            RecordKind::Application => format!("{file}.{}.bad", sys::wall_ms()),
            _ => format!("{file}.bad"),
        };
        let _ = folder.remove(&aside);
        folder.rename(&file, &aside).map_err(|error| self.failed(&error))
    }

    fn try_lock(&self, name: RecordName) -> Result<Option<FolderLock<'_>>> {
        let folder = self.open()?;
        let file = folder.open_or_create(LOCKS).map_err(|error| self.failed(&error))?;
        let locked =
            RangeLock::try_take(file, self.lock_byte(name)).map_err(|error| no_locks(&self.path, &error))?;
        let Some(lock) = locked else { return Ok(None) };
        // The lock of a file that was taken away meanwhile is nobody's.
        let same = |file: File| Ok(sys::is_same(&file.metadata()?, &lock.file().metadata()?));
        match folder.open_file(LOCKS).and_then(same) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
        }
        let found = self.find(&folder, name)?;
        if matches!(found, StoredRecord::Damaged) {
            self.set_aside(&folder, name)?;
        }
        let counted = Cell::new(self.counted(lock.file(), name).unwrap_or(0));
        Ok(Some(FolderLock { store: self, folder, name, record: found.record(), counted, lock }))
    }
}

impl Store for Folder {
    fn outlives_process(&self) -> bool {
        true
    }

    fn read(&self, name: RecordName) -> Result<Option<RecordBytes>> {
        // What is damaged is left where it is: whoever holds the lock may be about to replace it.
        Ok(self.find(&self.open()?, name)?.record())
    }

    fn lock(&self, name: RecordName, until: Instant) -> Result<Option<Box<dyn LockedRecord + '_>>> {
        let pause = || Duration::from_millis(u64::from(LOCK_RETRY_MS / 2 + random::below(LOCK_RETRY_MS)));
        let held = retry_until(until, pause, || self.try_lock(name))?;
        Ok(held.map(|held| Box::new(held) as Box<dyn LockedRecord>))
    }
}

struct FolderLock<'a> {
    store: &'a Folder,
    folder: sys::Folder,
    name: RecordName,
    record: Option<RecordBytes>,
    counted: Cell<u64>,
    lock: RangeLock,
}

impl FolderLock<'_> {
    fn put(&self, sealed: &[u8]) -> io::Result<()> {
        let name = self.store.file_name(self.name);
        let new = format!("{name}.new");
        // Of a process that was killed: only the holder of the lock makes one.
        let _ = self.folder.remove(&new);
        let written = self.folder.create_file(&new).and_then(|mut file| {
            sys::without_size_signal(|| file.write_all(sealed))?;
            file.sync_all()
        });
        if let Err(error) = written.and_then(|()| self.folder.rename(&new, &name)) {
            let _ = self.folder.remove(&new);
            return Err(error);
        }
        self.folder.sync()
    }

    fn take_away(&self) -> io::Result<()> {
        match self.folder.remove(&self.store.file_name(self.name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => self.folder.sync(),
        }
    }

    fn insist(&self, step: impl Fn() -> io::Result<()>) -> Result<()> {
        for _ in 1..MAX_WRITES {
            if step().is_ok() {
                return Ok(());
            }
            sys::pause(WRITE_PAUSE);
        }
        step().map_err(|error| self.store.failed(&error))
    }
}

impl LockedRecord for FolderLock<'_> {
    fn record(&self) -> Option<&RecordBytes> {
        self.record.as_ref()
    }

    fn write(&self, record: &[u8]) -> Result<()> {
        let sealed = self.store.sealer.seal(self.name, record)?;
        self.insist(|| self.put(&sealed))
    }

    fn remove(&self) -> Result<()> {
        self.insist(|| self.take_away())?;
        // Should it come back, it is an older one.
        if self.counted() > 0 {
            self.count(self.counted().saturating_add(1));
        }
        Ok(())
    }

    fn counted(&self) -> u64 {
        self.counted.get()
    }

    fn count(&self, number: u64) {
        if number <= self.counted() {
            return;
        }
        self.counted.set(number);
        let (place, name) = self.store.place_of_count(self.name);
        let Ok(sealed) = self.store.sealer.seal(name, &number.to_le_bytes()) else { return };
        // Not made sure of: a count that is too low after a loss of power hides something and spoils nothing.
        if place + sealed.len() as u64 <= sys::largest_file() {
            let _ = sys::write_at(self.lock.file(), &sealed, place);
        }
    }
}

/// Makes the folder if it is not there, and tells what is wrong with it.
pub fn check(path: &Path) -> Result<()> {
    if !path.is_absolute() {
        return Err(unusable(path, FolderFault::NotAbsolute));
    }
    let folder = open(path)?;
    let file = folder.open_or_create(LOCKS).map_err(|error| failed(path, &error))?;
    // Of no name. Who has it at this moment shows that locks are to be had.
    RangeLock::try_take(file, u32::MAX >> 1).map(drop).map_err(|error| no_locks(path, &error))
}

pub(super) fn open(path: &Path) -> Result<sys::Folder> {
    let folder = sys::Folder::open(path).map_err(|error| failed(path, &error))?;
    match folder.exposed().map_err(|error| failed(path, &error))? {
        Some(exposed) => Err(unusable(path, exposed.into())),
        None => Ok(folder),
    }
}

impl From<sys::Exposed> for FolderFault {
    fn from(exposed: sys::Exposed) -> Self {
        match exposed {
            sys::Exposed::OtherOwner => FolderFault::OtherOwner,
            sys::Exposed::ToOthers => FolderFault::OpenToOthers,
        }
    }
}

pub(super) fn failed(path: &Path, error: &io::Error) -> Error {
    let not_a_folder = error.kind() == ErrorKind::NotADirectory || is_link(error);
    let fault =
        if not_a_folder { FolderFault::NotAFolder } else { FolderFault::System { fault: error.into() } };
    unusable(path, fault)
}

fn no_locks(path: &Path, error: &io::Error) -> Error {
    unusable(path, FolderFault::NoLocks { fault: error.into() })
}

fn unusable(path: &Path, cause: FolderFault) -> Error {
    let fault = StoreFault::Unusable { folder: path.display().to_string(), cause };
    Error::new(Status::Store, Message::Store { fault })
}

/// A link where none is followed.
fn is_link(error: &io::Error) -> bool {
    #[cfg(unix)]
    let link = error.raw_os_error() == Some(libc::ELOOP);
    #[cfg(windows)]
    let link = error.kind() == ErrorKind::InvalidInput;
    link
}

#[cfg(all(test, unix, not(loom)))]
mod tests;
