//! The few calls that the standard library lacks. The only place outside the boundary with `unsafe`.

#[cfg(unix)]
mod folder_unix;
#[cfg(unix)]
use folder_unix as folder;
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

pub use folder::{boot_id, exposed, is_same, Exposed, Folder, RangeLock};
pub use system::{
    boot_ms, coarse_wall_ms, fork_epoch, largest_file, own_stack_holds, prepare, try_lock, user_proxy,
};
#[cfg(windows)]
pub use windows::{addresses, protect, unprotect, user};

use std::time::{Duration, SystemTime};
use std::{io, thread};

/// Enough for a TLS handshake in a debug build; small, because a 32-bit host has 2 GB for everything.
const STACK_BYTES: usize = 1 << 20;

/// Milliseconds since 1970, UTC.
pub fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
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
