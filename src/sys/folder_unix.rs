//! Files inside a folder that is open: what happens to its path meanwhile does not matter. Links are never followed.

use super::locked_files;
use super::unix::{fork_epoch, is_privileged};
use std::ffi::CString;
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Error, ErrorKind};
use std::mem::{self, ManuallyDrop};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// What keeps a file or a folder from being its owner's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposed {
    OtherOwner,
    ToOthers,
}

/// `None`: it belongs to who runs this process, and nobody else may do anything with it.
pub fn exposed(file: &File) -> io::Result<Option<Exposed>> {
    let of = file.metadata()?;
    // SAFETY: takes nothing, changes nothing.
    if of.uid() != unsafe { libc::geteuid() } {
        return Ok(Some(Exposed::OtherOwner));
    }
    Ok((of.mode() & 0o077 != 0).then_some(Exposed::ToOthers))
}

/// How somebody else may have, or get, a hand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// It, or the link that leads to it, is neither ours nor the administrator's.
    Owner,
    Writable,
    /// Anybody may put another file in its place.
    Replaceable,
}

/// `None`: only who runs this process and the administrator decide what is in the file, which was opened at `path`.
pub fn foreign(file: &File, path: &Path) -> io::Result<Option<Foreign>> {
    let of = file.metadata()?;
    // SAFETY: both take nothing, and change nothing.
    let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
    let is_ours = |of: &Metadata| of.uid() == user || of.uid() == ADMINISTRATOR;
    let link = path.symlink_metadata().ok().filter(|there| there.is_symlink());
    if !is_ours(&of) || link.is_some_and(|link| !is_ours(&link)) {
        return Ok(Some(Foreign::Owner));
    }
    // Where each user has a group of the same name, it may write to what the user makes. But the group of a privileged
    // program may be that of who started it.
    let own_group = of.gid() == group && !is_privileged();
    let others = if own_group || of.gid() == ADMINISTRATOR { 0o002 } else { 0o022 };
    if of.mode() & others != 0 {
        return Ok(Some(Foreign::Writable));
    }
    let folder = path.parent().and_then(|folder| folder.metadata().ok());
    let all_may = |folder: Metadata| folder.mode() & 0o1002 == 0o002;
    Ok(folder.is_some_and(all_may).then_some(Foreign::Replaceable))
}

/// root, and its group.
const ADMINISTRATOR: u32 = 0;

pub struct Folder(File);

impl Folder {
    /// Opens a folder, which is made for its owner alone if it is not there.
    pub fn open(path: &Path) -> io::Result<Folder> {
        let open = || {
            let flags = libc::O_DIRECTORY | libc::O_NOFOLLOW;
            OpenOptions::new().read(true).custom_flags(flags).open(path).map(Folder)
        };
        match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(path)?;
                open()
            }
            opened => opened,
        }
    }

    pub fn exposed(&self) -> io::Result<Option<Exposed>> {
        exposed(&self.0)
    }

    /// What keeps a file of the folder from being its owner's alone.
    pub fn exposes(&self, file: &File) -> io::Result<Option<Exposed>> {
        exposed(file)
    }

    fn open_at(&self, name: &str, flags: libc::c_int) -> io::Result<File> {
        let name = CString::new(name)?;
        // A pipe would wait for somebody at its other end.
        let flags = flags | libc::O_CLOEXEC | libc::O_NOFOLLOW | libc::O_NONBLOCK;
        loop {
            // SAFETY: the folder is open, the name ends with a NUL, and the new descriptor is ours alone.
            let opened = unsafe {
                match libc::openat(self.0.as_raw_fd(), name.as_ptr(), flags, 0o600) {
                    -1 => Err(Error::last_os_error()),
                    file => Ok(File::from_raw_fd(file)),
                }
            };
            if !opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::Interrupted) {
                return opened;
            }
        }
    }

    pub fn open_file(&self, name: &str) -> io::Result<File> {
        self.open_at(name, libc::O_RDONLY)
    }

    /// A file that was not there before.
    pub fn create_file(&self, name: &str) -> io::Result<File> {
        self.open_at(name, libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL)
    }

    /// A file that may be there and may be not.
    pub fn open_or_create(&self, name: &str) -> io::Result<File> {
        self.open_at(name, libc::O_RDWR | libc::O_CREAT)
    }

    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to, folder) = (CString::new(from)?, CString::new(to)?, self.0.as_raw_fd());
        // SAFETY: the folder is open, and the names end with a NUL.
        done(unsafe { libc::renameat(folder, from.as_ptr(), folder, to.as_ptr()) })
    }

    pub fn remove(&self, name: &str) -> io::Result<()> {
        let name = CString::new(name)?;
        // SAFETY: the folder is open, and the name ends with a NUL.
        done(unsafe { libc::unlinkat(self.0.as_raw_fd(), name.as_ptr(), 0) })
    }

    /// What was renamed and removed stays so, also should the machine stop.
    pub fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }
}

fn done(answer: libc::c_int) -> io::Result<()> {
    if answer == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}

pub fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    file.read_exact_at(bytes, at)
}

pub fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    file.write_all_at(bytes, at)
}

/// Whether both are the same file.
pub fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// A byte of a file, locked by this object among all processes. The kernel gives it back when the process ends.
pub struct RangeLock {
    /// Of the process that took it.
    epoch: u32,
    file: ManuallyDrop<File>,
}

impl RangeLock {
    /// Tries; `None`: another one holds it. The byte need not exist.
    pub fn try_take(file: File, byte: u32) -> io::Result<Option<RangeLock>> {
        let lock = RangeLock { epoch: fork_epoch(), file: ManuallyDrop::new(file) };
        // Before the lock is there, so that no child has it.
        locked_files::add(lock.file.as_raw_fd());
        match set(lock.file.as_raw_fd(), libc::F_WRLCK, byte, 1) {
            Ok(()) => Ok(Some(lock)),
            Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub fn file(&self) -> &File {
        &self.file
    }
}

impl Drop for RangeLock {
    fn drop(&mut self) {
        if self.epoch != fork_epoch() {
            return; // Closed at the fork; the number may be another file's.
        }
        let file = self.file.as_raw_fd();
        // By name and not by closing: a child of a fork that was not noticed has the file open too.
        let _ = set(file, libc::F_UNLCK, 0, 0);
        locked_files::remove(file);
        // SAFETY: dropped here and nowhere else.
        unsafe { ManuallyDrop::drop(&mut self.file) };
    }
}

fn set(file: RawFd, kind: libc::c_int, byte: u32, bytes: libc::off_t) -> io::Result<()> {
    // SAFETY: all zeros is a value of this type.
    let mut range: libc::flock = unsafe { mem::zeroed() };
    range.l_type = kind as _;
    range.l_whence = libc::SEEK_SET as _;
    range.l_start = byte as _;
    range.l_len = bytes;
    // SAFETY: the range is ours, and the kernel writes nowhere else.
    match unsafe { libc::fcntl(file, SET_LOCK, &mut range) } {
        -1 => Err(Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A lock of the open file and not of the process: two of them exclude each other inside one process too, and closing
/// another descriptor of the file gives none of them back.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
const SET_LOCK: libc::c_int = libc::F_OFD_SETLK;
/// No such command: where there is no such lock, it cannot be had.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
const SET_LOCK: libc::c_int = -1;

/// A number that is another one after each boot, where the system has it.
pub fn boot_id() -> Option<[u8; 16]> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let number = u128::from_str_radix(&text.trim().replace('-', ""), 16).ok()?;
    Some(number.to_be_bytes())
}
