//! Files inside a folder. Links are never followed.

use super::pause;
use super::windows::rights;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Error, ErrorKind};
use std::os::windows::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};
use std::time::Duration;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_DELETE_PENDING, ERROR_IO_PENDING, ERROR_LOCK_VIOLATION,
    ERROR_SHARING_VIOLATION,
};
use windows_sys::Win32::Storage::FileSystem::{
    LockFileEx, UnlockFileEx, FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS,
    FILE_FLAG_OPEN_REPARSE_POINT, LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, READ_CONTROL,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

/// What keeps a file or a folder from being its owner's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposed {
    #[allow(dead_code)] // Its owner is of no matter here, the list of its rights says it all.
    OtherOwner,
    ToOthers,
}

/// `None`: nobody may do anything with it but whom its list of rights names, and that is not everybody.
pub fn exposed(file: &File) -> io::Result<Option<Exposed>> {
    Ok(rights::is_open_to_others(file)?.then_some(Exposed::ToOthers))
}

/// How somebody else may have, or get, a hand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code)]
pub enum Foreign {
    Owner,
    Writable,
    Replaceable,
}

/// Not looked at: what lies below the root of a disk is by its rights everybody's to change, old programs included.
pub fn foreign(_: &File, _: &Path) -> io::Result<Option<Foreign>> {
    Ok(None)
}

pub struct Folder(PathBuf);

impl Folder {
    /// Opens a folder, which is made for its owner alone if it is not there.
    pub fn open(path: &Path) -> io::Result<Folder> {
        let metadata = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                match rights::make_own_folder(path) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                }
                fs::symlink_metadata(path)?
            }
            found => found?,
        };
        if !metadata.is_dir() || metadata.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
            return Err(ErrorKind::NotADirectory.into());
        }
        Ok(Folder(path.to_owned()))
    }

    pub fn exposed(&self) -> io::Result<Option<Exposed>> {
        let mut options = OpenOptions::new();
        options
            .access_mode(READ_CONTROL)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
        exposed(&options.open(&self.0)?)
    }

    /// What keeps a file of the folder from being its owner's alone: it has the rights that the folder hands on.
    pub fn exposes(&self, _file: &File) -> io::Result<Option<Exposed>> {
        Ok(None)
    }

    fn open_at(&self, name: &str, options: &mut OpenOptions) -> io::Result<File> {
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
        let file = patiently(|| options.open(self.0.join(name)))?;
        if file.metadata()?.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
            return Err(ErrorKind::InvalidInput.into());
        }
        Ok(file)
    }

    pub fn open_file(&self, name: &str) -> io::Result<File> {
        self.open_at(name, OpenOptions::new().read(true))
    }

    /// A file that was not there before.
    pub fn create_file(&self, name: &str) -> io::Result<File> {
        self.open_at(name, OpenOptions::new().write(true).create_new(true))
    }

    /// A file that may be there and may be not.
    pub fn open_or_create(&self, name: &str) -> io::Result<File> {
        self.open_at(name, OpenOptions::new().read(true).write(true).create(true))
    }

    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        patiently(|| fs::rename(self.0.join(from), self.0.join(to)))
    }

    pub fn remove(&self, name: &str) -> io::Result<()> {
        patiently(|| fs::remove_file(self.0.join(name)))
    }

    /// The file system keeps a journal of its names.
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A file that somebody else has open cannot always be opened, replaced or removed: another process that reads it, an
/// antivirus that looks into what is new. It is a matter of moments.
fn patiently<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    const TRIES: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(20);
    let in_use = [ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_DELETE_PENDING].map(|code| code as i32);
    for _ in 0..TRIES {
        match act() {
            Err(error) if error.raw_os_error().is_some_and(|code| in_use.contains(&code)) => pause(PAUSE),
            result => return result,
        }
    }
    act()
}

/// Few bytes, which come and go in one piece; not while another process has the lock of one of them.
pub fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    whole(file.seek_read(bytes, at)?, bytes)
}

pub fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    whole(file.seek_write(bytes, at)?, bytes)
}

fn whole(done: usize, of: &[u8]) -> io::Result<()> {
    (done == of.len()).then_some(()).ok_or_else(|| ErrorKind::UnexpectedEof.into())
}

/// Whether both are the same file. A file that is open for its lock cannot be taken away here.
pub fn is_same(_one: &Metadata, _other: &Metadata) -> bool {
    true
}

/// A byte of a file, locked by this object among all processes. The kernel gives it back when the process ends.
pub struct RangeLock {
    file: File,
    byte: u32,
}

impl RangeLock {
    /// Tries; `None`: another one holds it. The byte need not exist.
    pub fn try_take(file: File, byte: u32) -> io::Result<Option<RangeLock>> {
        let mut place = place(byte);
        let flags = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY;
        // SAFETY: the file is open, and the place is a local of ours until the call returns.
        if unsafe { LockFileEx(file.as_raw_handle(), flags, 0, 1, 0, &mut place) } != 0 {
            return Ok(Some(RangeLock { file, byte }));
        }
        let error = Error::last_os_error();
        let taken = [ERROR_LOCK_VIOLATION, ERROR_IO_PENDING].map(|code| Some(code as i32));
        if taken.contains(&error.raw_os_error()) {
            return Ok(None);
        }
        Err(error)
    }

    pub fn file(&self) -> &File {
        &self.file
    }
}

impl Drop for RangeLock {
    fn drop(&mut self) {
        let mut place = place(self.byte);
        // SAFETY: as above.
        unsafe { UnlockFileEx(self.file.as_raw_handle(), 0, 1, 0, &mut place) };
    }
}

fn place(byte: u32) -> OVERLAPPED {
    // SAFETY: all zeros is a value of this type.
    let mut place: OVERLAPPED = unsafe { std::mem::zeroed() };
    place.Anonymous.Anonymous.Offset = byte;
    place
}

/// Not known here: stored times are judged by the wall clock.
pub fn boot_id() -> Option<[u8; 16]> {
    None
}
