//! A key that is made once and kept in the folder, protected by Windows for a user or for the machine.

use super::folder::{failed, open};
use super::StoreKey;
use crate::error::{Error, Result};
use crate::os::{self, RangeLock};
use crate::random;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The lock under which a key is made: no name's.
const BYTE: u32 = (u32::MAX >> 1) - 1;
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const LARGEST: u64 = 4096;

pub fn key(path: &Path, machine: bool) -> Result<StoreKey> {
    let told = |error: std::io::Error| -> Error { failed(path, &error) };
    let folder = open(path)?;
    let _lock = lock(&folder).map_err(told)?;
    // Users who share a folder do not take each other's key for a damaged one.
    let user = || os::user().map_err(told);
    let name = &if machine { "key.machine".to_owned() } else { format!("key.{}", user()?) };
    let mut sealed = Vec::new();
    if let Ok(file) = folder.open_file(name) {
        file.take(LARGEST).read_to_end(&mut sealed).map_err(told)?;
        if let Some(key) = opened(&sealed) {
            return Ok(key);
        }
        // Of another user or machine, or of a password that was reset: what it sealed is lost.
        folder.rename(name, &format!("{name}.bad")).map_err(told)?;
    }
    let mut key = StoreKey::default();
    random::fill(&mut *key);
    let new = format!("{name}.new");
    let _ = folder.remove(&new);
    let mut file = folder.create_file(&new).map_err(told)?;
    file.write_all(&os::protect(&*key, machine).map_err(told)?).map_err(told)?;
    file.sync_all().map_err(told)?;
    drop(file);
    folder.rename(&new, name).map_err(told)?;
    Ok(key)
}

fn opened(sealed: &[u8]) -> Option<StoreKey> {
    let bytes: Zeroizing<Vec<u8>> = os::unprotect(sealed).ok()?;
    let mut key = StoreKey::default();
    (bytes.len() == key.len()).then(|| key.copy_from_slice(&bytes))?;
    Some(key)
}

fn lock(folder: &os::Folder) -> std::io::Result<RangeLock> {
    let until = Instant::now() + LONGEST_WAIT;
    loop {
        if let Some(lock) = RangeLock::try_take(folder.open_or_create("locks")?, BYTE)? {
            return Ok(lock);
        }
        if Instant::now() >= until {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        os::pause(Duration::from_millis(10));
    }
}
