//! Connections that wait for the next request to the same server.
//!
//! A server may close one at any time, also while the next request is on its way to it, and then nobody can tell
//! whether that was acted on. So a request that does no harm twice is sent again if the connection ends without a byte of
//! an answer (`Client::send`); any other, a login or a refresh above all, uses only a connection that was in use a moment
//! ago, which is what a program does that sends many. No thread watches over them: the next request closes those that have
//! waited too long.

use super::target::Target;
use crate::sys;
use crate::util::clock;
use crate::util::sync::{locked, Mutex};
use std::fmt;
use ureq::unversioned::transport::Transport;

/// Connections that wait at once; beyond that the oldest are closed.
const MAX_IDLE: usize = 8;
/// Shorter than what takes a connection away in silence: firewalls and address translation, after minutes.
pub const MAX_IDLE_MS: i64 = 30_000;
/// For a request that must not be sent twice: shorter than the time-outs of servers, which begin at two seconds.
pub const JUST_USED_MS: i64 = 1_000;

/// Where a connection leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    https: bool,
    host: String,
    port: u16,
}

impl Key {
    pub fn of(target: &Target) -> Key {
        Key { https: target.https, host: target.host.to_ascii_lowercase(), port: target.port }
    }
}

struct IdleConnection {
    key: Key,
    /// By the boot clock: a machine that slept has no connections.
    since_ms: i64,
    below: Box<dyn Transport>,
}

pub struct Pool {
    /// The latest at the end; `None` once it is closed.
    waiting: Mutex<Option<Vec<IdleConnection>>>,
    /// A child of fork must not speak on its parent's connections.
    epoch: u32,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}

impl Default for Pool {
    fn default() -> Self {
        Pool { waiting: Mutex::new(Some(Vec::new())), epoch: sys::fork_epoch() }
    }
}

impl Pool {
    /// A connection that has not waited longer.
    pub fn take(&self, key: &Key, longest_ms: i64) -> Option<Box<dyn Transport>> {
        if self.epoch != sys::fork_epoch() {
            return None;
        }
        let now = clock::now().boot_ms;
        let old = self.change(|waiting| {
            let old =
                waiting.iter().position(|one| now - one.since_ms < MAX_IDLE_MS).unwrap_or(waiting.len());
            waiting.drain(..old).collect::<Vec<_>>()
        });
        drop(old); // Outside of the lock: closing takes the system's time.
        loop {
            let mut found = self.change(|waiting| {
                let fits = |one: &IdleConnection| one.key == *key && now - one.since_ms < longest_ms;
                let at = waiting.iter().rposition(fits)?;
                Some(waiting.remove(at).below)
            })??;
            if found.is_open() {
                return Some(found);
            }
        }
    }

    pub fn put(&self, key: Key, below: Box<dyn Transport>) {
        if self.epoch != sys::fork_epoch() {
            return;
        }
        let since_ms = clock::now().boot_ms;
        let oldest = self.change(|waiting| {
            waiting.push(IdleConnection { key, since_ms, below });
            (waiting.len() > MAX_IDLE).then(|| waiting.remove(0))
        });
        drop(oldest);
    }

    /// Closes those that wait, and from now on each that comes.
    pub fn close(&self) {
        let all = locked(&self.waiting).take();
        drop(all);
    }

    fn change<R>(&self, work: impl FnOnce(&mut Vec<IdleConnection>) -> R) -> Option<R> {
        locked(&self.waiting).as_mut().map(work)
    }
}
