//! The log in a file: one line, one write, so that several processes may share it.
//!
//! The file is opened for each line. So nothing of ours is open in between that a host which closes all descriptors
//! could turn into another file, a file that somebody moved away is made anew, and a child of fork shares nothing.

use crate::messages::FileFault;
use crate::sys;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A file that has grown to this is put aside, as `name.1`.
const MAX_FILE_BYTES: u64 = 4 << 20;
/// Files put aside: `name.1` is the newest.
const KEPT_FILES: u32 = 4;

/// Lines that could not be written since the last one that could.
static UNWRITTEN: AtomicU64 = AtomicU64::new(0);
/// The last write ended in the middle of a line.
static TORN: AtomicBool = AtomicBool::new(false);

/// The path, if lines can be written there. Makes the file.
pub fn checked(path: PathBuf) -> Result<PathBuf, FileFault> {
    if !path.is_absolute() {
        return Err(FileFault::NotAbsolute);
    }
    open(&path).map(|_| path)
}

/// For appending, made for its owner alone if it is not there. No link is followed, so that a file in a folder of all
/// cannot be made another one; and what is no file is not opened, because a pipe would wait for its reader.
fn open(path: &Path) -> Result<File, FileFault> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    #[cfg(windows)]
    {
        const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, OPEN_REPARSE_POINT);
    }
    let file = options.open(path).map_err(|error| match path.symlink_metadata() {
        Ok(there) if there.file_type().is_symlink() => FileFault::Link,
        Ok(there) if !there.is_file() => FileFault::NotAFile,
        _ => FileFault::from(&error),
    })?;
    let there = file.metadata().map_err(|error| FileFault::from(&error))?;
    match there.file_type() {
        kind if kind.is_symlink() => return Err(FileFault::Link),
        kind if !kind.is_file() => return Err(FileFault::NotAFile),
        _ => {}
    }
    // What somebody else made, or has under a name of its own, may be anything.
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(&there) > 1 {
        return Err(FileFault::HardLink);
    }
    match sys::foreign(&file, path).map_err(|error| FileFault::from(&error))? {
        // It is looked at before each line.
        None | Some(sys::Foreign::Replaceable) => Ok(file),
        Some(how) => Err(how.into()),
    }
}

/// Writes a line. What cannot be written is counted, and `note` makes the line that says so once it can be again.
pub fn append(path: &Path, line: &str, note: impl FnOnce(u64) -> String) {
    let lost = UNWRITTEN.swap(0, Ordering::Relaxed);
    let mut text = String::with_capacity(line.len() + 2);
    text.push_str(if TORN.swap(false, Ordering::Relaxed) { "\n" } else { "" });
    if lost > 0 {
        text.extend([&*note(lost), "\n"]);
    }
    text.extend([line, "\n"]);
    if write(path, text.as_bytes(), MAX_FILE_BYTES).is_err() {
        UNWRITTEN.fetch_add(lost + 1, Ordering::Relaxed);
    }
}

fn write(path: &Path, bytes: &[u8], largest: u64) -> io::Result<()> {
    let failed = || io::Error::from(io::ErrorKind::Other);
    let granted = sys::largest_file();
    let grown = |file: &File| Ok::<_, io::Error>(file.metadata()?.len() + bytes.len() as u64);
    let mut file = open(path).map_err(|_| failed())?;
    if grown(&file)? > largest.min(granted) {
        put_aside(path, &file);
        file = open(path).map_err(|_| failed())?;
        // Another process may be about to put it aside; but the disk is not ours to fill.
        if grown(&file)? > granted.min(2 * largest) {
            return Err(failed());
        }
    }
    // Another process may have written meanwhile, or have less granted.
    let written = sys::without_size_signal(|| file.write(bytes))?;
    if written < bytes.len() {
        TORN.store(true, Ordering::Relaxed);
        return Err(io::Error::from(io::ErrorKind::WriteZero));
    }
    Ok(())
}

/// Renames the file to `name.1`, and those before it one further. One process does it at a time: the others go on
/// writing to the file that they have, wherever it goes.
fn put_aside(path: &Path, file: &File) {
    let empty = file.metadata().is_ok_and(|there| there.len() == 0);
    if empty || !sys::try_lock(file) || !is_there(path, file) {
        return;
    }
    for number in (1..KEPT_FILES).rev() {
        let _ = fs::rename(aside(path, number), aside(path, number + 1));
    }
    if fs::rename(path, aside(path, 1)).is_err() {
        // The folder is not ours to change: the file begins anew.
        let _ = file.set_len(0);
    }
}

fn aside(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

/// Whether the path still leads to this file: another process may have put it aside already.
fn is_there(path: &Path, file: &File) -> bool {
    let (Ok(there), Ok(own)) = (path.symlink_metadata(), file.metadata()) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (there.dev(), there.ino()) == (own.dev(), own.ino())
    }
    #[cfg(not(unix))]
    {
        there.len() >= own.len()
    }
}

#[cfg(test)]
mod tests;
