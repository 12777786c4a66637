//! The few calls that the standard library lacks. The only place outside the boundary with `unsafe`.

#[cfg(unix)]
mod ansi_unix;
#[cfg(unix)]
mod folder_unix;
#[cfg(unix)]
use folder_unix as folder;
#[cfg(unix)]
mod family;
#[cfg(windows)]
mod folder_windows;
#[cfg(unix)]
mod locked_files;
#[cfg(windows)]
use folder_windows as folder;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;
mod wiping;

#[cfg(unix)]
pub use ansi_unix::{ansi_bytes, ansi_char};
#[cfg(unix)]
pub use family::shared_words;
pub use folder::{
    boot_id, exposed, foreign, is_same, read_at, write_at, Exposed, Folder, Foreign, RangeLock,
};
pub use system::{
    boot_ms, coarse_wall_ms, fork_epoch, largest_file, own_stack_holds, prepare, try_lock, user_proxy,
    without_size_signal,
};
#[cfg(unix)]
pub use unix::interface;
#[cfg(windows)]
pub use windows::{
    addresses, ansi_bytes, ansi_char, protect, store_certificate, unprotect, user, Padding, StoreKey,
};

use std::ffi::OsString;
use std::time::{Duration, SystemTime};
use std::{env, io, thread};

/// Enough for a TLS handshake in a debug build; small, because a 32-bit host has 2 GB for everything.
const STACK_BYTES: usize = 1 << 20;

/// Where nobody forks there is nothing to share.
#[cfg(windows)]
pub fn shared_words() -> Option<&'static [std::sync::atomic::AtomicU64]> {
    None
}

/// Milliseconds since 1970, UTC.
pub fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A variable of the environment that is set and not empty. None counts in a program that has rights which whoever
/// started it has not: its environment is that other's.
pub fn env_var(name: &str) -> Option<OsString> {
    let granted = !system::is_privileged();
    env::var_os(name).filter(|value| granted && !value.is_empty())
}

/// Runs `work` on a thread of ours. The host's signals are never delivered to it.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
    // The new thread inherits the mask, so there is no moment in which a signal could reach it.
    #[cfg(unix)]
    let _blocked = unix::BlockedSignals::all();
    builder.spawn(work).map(drop)
}

/// A pause in a retry; its own function so that no other place sleeps.
pub fn pause(time: Duration) {
    thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// What reads the environment in another way than by `env_var` is believed in a privileged program too.
    #[test]
    fn the_environment_is_read_in_one_place() {
        fn look(folder: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    look(&path, found);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                    let is_test = path.components().any(|part| part.as_os_str() == "tests")
                        || path.file_name().is_some_and(|name| name == "tests.rs");
                    let reads = ["env::var", "var_os", "getenv", "home_dir", "temp_dir", "env::{"];
                    let lines = shipped.lines().filter(|line| reads.iter().any(|read| line.contains(read)));
                    found
                        .extend(lines.filter(|_| !is_test).map(|line| format!("{}: {line}", path.display())));
                }
            }
        }
        let mut found = Vec::new();
        look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let [here] = found.as_slice() else { panic!("one place, and not {found:#?}") };
        assert!(here.contains("sys/mod.rs") || here.contains("sys\\mod.rs"), "{here}");
    }
}
