//! The key that a store is sealed with, as a program or a file gives it.

use super::StoreKey;
use crate::error::{Error, Result, Status};
use crate::messages::{FileFault, Message, StoreFault, Wanted};
use crate::sys;
use crate::util::encoding::from_hex;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;
use zeroize::Zeroizing;

const DIGITS: usize = 64;

/// The value of `store_key`.
#[derive(Clone, PartialEq)]
pub enum KeySource {
    Given(StoreKey),
    /// Made once and kept in the store, protected by Windows for the user, or for all of the machine.
    #[cfg(windows)]
    Protected {
        machine: bool,
    },
}

impl KeySource {
    /// The key, if it is the same wherever it is used.
    #[cfg(feature = "redis")]
    pub fn given(&self) -> Option<&StoreKey> {
        match self {
            KeySource::Given(key) => Some(key),
            #[cfg(windows)]
            KeySource::Protected { .. } => None,
        }
    }
}

/// Reads the value of `store_key`, and the file that it names.
pub fn parse(value: &str) -> Result<KeySource> {
    if let Some(path) = value.strip_prefix("file:") {
        return read(path).map(KeySource::Given);
    }
    if value == "dpapi:machine" {
        #[cfg(windows)]
        return Ok(KeySource::Protected { machine: true });
        #[cfg(not(windows))]
        return Err(told(Status::Unsupported, StoreFault::OnlyOnWindows { value: value.to_owned() }));
    }
    let key = from_hex(value.as_bytes()).ok_or_else(|| Error::bad_value("store_key", Wanted::StoreKey))?;
    Ok(KeySource::Given(key))
}

/// What a store without `store_key` uses. Nothing is invented where the system keeps no keys.
pub fn default() -> Result<KeySource> {
    #[cfg(windows)]
    return Ok(KeySource::Protected { machine: false });
    #[cfg(not(windows))]
    return Err(missing());
}

#[cfg(any(not(windows), feature = "redis"))]
pub fn missing() -> Error {
    told(Status::Missing, StoreFault::KeyMissing)
}

/// The key itself. What Windows protects is in the folder.
#[cfg_attr(not(windows), allow(unused_variables))]
pub fn key_of(source: &KeySource, folder: &Path) -> Result<StoreKey> {
    match source {
        KeySource::Given(key) => Ok(key.clone()),
        #[cfg(windows)]
        KeySource::Protected { machine } => super::protected::key(folder, *machine),
    }
}

fn told(status: Status, fault: StoreFault) -> Error {
    Error::new(status, Message::Store { fault })
}

fn read(path: &str) -> Result<StoreKey> {
    let unreadable = |cause| Error::bad_value("store_key", Wanted::StoreKeyFile { cause });
    let file = open(path).map_err(|error| unreadable(FileFault::from(&error)))?;
    let metadata = file.metadata().map_err(|error| unreadable(FileFault::from(&error)))?;
    if !metadata.is_file() {
        return Err(unreadable(FileFault::NotAFile));
    }
    if let Some(exposed) = sys::exposed(&file).map_err(|error| unreadable(FileFault::from(&error)))? {
        return Err(told(
            Status::Store,
            StoreFault::KeyExposed { path: path.to_owned(), cause: exposed.into() },
        ));
    }
    // With room for what an editor puts behind a line. A longer file is no key.
    let mut content = Zeroizing::new([0; DIGITS + 16]);
    let mut length = 0;
    let mut file = file;
    while let Some(rest) = content.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(FileFault::from(&error))),
        }
    }
    let text = content.get(..length).unwrap_or_default().trim_ascii();
    from_hex(text).ok_or_else(|| unreadable(FileFault::NotAKey))
}

fn open(path: &str) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // A pipe would wait for somebody to write to it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    options.open(path)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_digits() {
        let key = parse(&"0aF1".repeat(16)).unwrap();
        assert!(key == KeySource::Given(Zeroizing::new([0x0a, 0xf1].repeat(16).try_into().unwrap())));
        for wrong in
            ["", "0", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32), "dpapi:user"]
        {
            assert_eq!(parse(wrong).err().map(|error| error.status), Some(Status::Option), "{wrong}");
        }
    }
}
