//! A folder on this machine: a sealed file for each name, and one file whose bytes are the locks of all names.
//!
//! The folder is opened anew for each step and everything happens inside what was opened, so nothing is left open
//! between calls and a link put in its place is refused. A record appears under its name complete and on the disk, or
//! not at all. Besides `NAME` there may be `NAME.new`, which a process that was killed left behind, and `NAME.bad`,
//! which could not be opened; never more than one of each.

use super::{Locked, Name, Record, Sealer, Store};
use crate::encoding::hex;
use crate::error::{Error, Result, Status};
use crate::message::{FolderFault, Message, StoreFault};
use crate::os::{self, RangeLock};
use crate::random;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// No record of ours comes near.
const LARGEST: u64 = 8 << 20;
const LOCKS: &str = "locks";
/// Between two tries to have a lock.
const PAUSE_MS: u32 = 12;

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

    fn open(&self) -> Result<os::Folder> {
        open(&self.path)
    }

    fn file_name(&self, name: Name) -> String {
        hex(&self.sealer.sealed_name(name))
    }

    /// The byte that is this name's lock. Two names may share one: then they wait for each other.
    fn lock_byte(&self, name: Name) -> u32 {
        let [a, b, c, d, ..] = self.sealer.sealed_name(name);
        // Positive in every system's count of bytes.
        u32::from_be_bytes([a, b, c, d]) >> 1
    }

    /// The record, or that there is something that can not be opened.
    fn read_in(&self, folder: &os::Folder, name: Name) -> Result<Found> {
        let file = match folder.open_file(&self.file_name(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            // A link, or rights that somebody took away.
            Err(_) => return Ok(Found::Unreadable),
        };
        Ok(self.read_from(folder, file, name).map_or(Found::Unreadable, Found::Record))
    }

    fn read_from(&self, folder: &os::Folder, file: File, name: Name) -> Option<Record> {
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || folder.exposes(&file) || metadata.len() > LARGEST {
            return None;
        }
        let mut sealed = Vec::new();
        file.take(LARGEST).read_to_end(&mut sealed).ok()?;
        self.sealer.open(name, &sealed)
    }

    fn try_lock(&self, name: Name) -> Result<Option<Held<'_>>> {
        let folder = self.open()?;
        let file = folder.open_or_create(LOCKS).map_err(|error| self.failed(&error))?;
        let locked =
            RangeLock::try_take(file, self.lock_byte(name)).map_err(|error| no_locks(&self.path, &error))?;
        let Some(lock) = locked else { return Ok(None) };
        // The lock of a file that was taken away meanwhile is nobody's.
        let stays = folder
            .open_file(LOCKS)
            .and_then(|file| Ok(os::is_same(&file.metadata()?, &lock.file().metadata()?)));
        Ok(stays.unwrap_or(false).then_some(Held { store: self, folder, name, _lock: lock }))
    }
}

enum Found {
    Nothing,
    Unreadable,
    Record(Record),
}

impl Store for Folder {
    fn outlives_process(&self) -> bool {
        true
    }

    fn read(&self, name: Name) -> Result<Option<Record>> {
        Ok(match self.read_in(&self.open()?, name)? {
            Found::Record(record) => Some(record),
            // Left where it is: whoever holds the lock may be about to replace it.
            Found::Nothing | Found::Unreadable => None,
        })
    }

    fn lock(&self, name: Name, until: Instant) -> Result<Option<Box<dyn Locked + '_>>> {
        loop {
            if let Some(held) = self.try_lock(name)? {
                return Ok(Some(Box::new(held)));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return Ok(None);
            }
            let pause = Duration::from_millis(u64::from(PAUSE_MS / 2 + random::below(PAUSE_MS)));
            os::pause(pause.min(left));
        }
    }
}

struct Held<'a> {
    store: &'a Folder,
    folder: os::Folder,
    name: Name,
    _lock: RangeLock,
}

impl Held<'_> {
    fn put(&self, record: &[u8]) -> io::Result<()> {
        let name = self.store.file_name(self.name);
        let new = format!("{name}.new");
        let sealed = self.store.sealer.seal(self.name, record).ok_or(ErrorKind::Unsupported)?;
        // Of a process that was killed: only the holder of the lock makes one.
        let _ = self.folder.remove(&new);
        let written = self.folder.create_file(&new).and_then(|mut file| {
            file.write_all(&sealed)?;
            file.sync_all()
        });
        if let Err(error) = written.and_then(|()| self.folder.rename(&new, &name)) {
            let _ = self.folder.remove(&new);
            return Err(error);
        }
        self.folder.sync()
    }
}

impl Locked for Held<'_> {
    fn read(&self) -> Result<Option<Record>> {
        match self.store.read_in(&self.folder, self.name)? {
            Found::Record(record) => return Ok(Some(record)),
            Found::Nothing => {}
            Found::Unreadable => {
                let name = self.store.file_name(self.name);
                let aside = format!("{name}.bad");
                let _ = self.folder.remove(&aside);
                let _ = self.folder.rename(&name, &aside);
            }
        }
        Ok(None)
    }

    fn write(&self, record: &[u8]) -> Result<()> {
        self.put(record).map_err(|error| self.store.failed(&error))
    }

    fn remove(&self) -> Result<()> {
        match self.folder.remove(&self.store.file_name(self.name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.store.failed(&error)),
            _ => self.folder.sync().map_err(|error| self.store.failed(&error)),
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

pub(super) fn open(path: &Path) -> Result<os::Folder> {
    let folder = os::Folder::open(path).map_err(|error| failed(path, &error))?;
    match folder.exposed().map_err(|error| failed(path, &error))? {
        Some(os::Exposed::OtherOwner) => Err(unusable(path, FolderFault::OtherOwner)),
        Some(os::Exposed::ToOthers) => Err(unusable(path, FolderFault::OpenToOthers)),
        None => Ok(folder),
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
#[path = "folder_tests.rs"]
mod tests;
