//! A key that is made once and kept in the folder, protected by Windows for a user or for the machine.

use super::folder::{failed, open};
use super::{retry_until, StoreKey};
use crate::error::{Error, Result};
use crate::sys::{self, RangeLock};
use crate::util::random;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The lock under which a key is made: no name's.
const LOCK_BYTE: u32 = (u32::MAX >> 1) - 1;
const MAX_LOCK_WAIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);
const MAX_KEY_FILE_BYTES: u64 = 4096;

pub fn key(path: &Path, machine: bool) -> Result<StoreKey> {
    let told = |error: io::Error| -> Error { failed(path, &error) };
    let folder = open(path)?;
    let _lock = lock(&folder).map_err(told)?;
    // Users who share a folder do not take each other's key for a damaged one.
    let user = || sys::user().map_err(told);
    let name = &if machine { "key.machine".to_owned() } else { format!("key.{}", user()?) };
    if let Some(key) = find(&folder, name).map_err(told)? {
        return Ok(key);
    }
    let mut key = StoreKey::default();
    random::fill(&mut *key)?;
    let protected = sys::protect(&*key, machine).map_err(told)?;
    let new = format!("{name}.new");
    let _ = folder.remove(&new);
    let mut file = folder.create_file(&new).map_err(told)?;
    file.write_all(&protected).map_err(told)?;
    file.sync_all().map_err(told)?;
    drop(file);
    folder.rename(&new, name).map_err(told)?;
    Ok(key)
}

/// The key that is there. A failure says nothing of it: a new one in its place would end all that it sealed.
fn find(folder: &sys::Folder, name: &str) -> io::Result<Option<StoreKey>> {
    let file = match folder.open_file(name) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut protected = Vec::new();
    file.take(MAX_KEY_FILE_BYTES).read_to_end(&mut protected)?;
    let mut key = StoreKey::default();
    match sys::unprotect(&protected)? {
        Some(bytes) if bytes.len() == key.len() => {
            key.copy_from_slice(&bytes);
            Ok(Some(key))
        }
        // Of another user or machine, or of a password that was reset: what it sealed is lost, unless that comes back.
        _ => folder.rename(name, &format!("{name}.{}.bad", sys::wall_ms())).map(|()| None),
    }
}

fn lock(folder: &sys::Folder) -> io::Result<RangeLock> {
    let attempt = || RangeLock::try_take(folder.open_or_create("locks")?, LOCK_BYTE);
    let lock = retry_until(Instant::now() + MAX_LOCK_WAIT, || PAUSE, attempt)?;
    lock.ok_or_else(|| ErrorKind::TimedOut.into())
}
