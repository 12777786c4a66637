//! Names, by the system's own look-up that waits: where it has sources that are no name servers, and on a Windows that has
//! no other.
//!
//! `getaddrinfo` waits as long as it likes and cannot be stopped. So a thread of the library makes the call, and who
//! asked leaves on his own time; a thread that is left behind touches nothing but its own answer. There are a few at a
//! time, none where the program forbids threads, and none is known to the child of a fork.

use super::names::Failure;
use crate::sys;
use crate::util::panics::Inside;
use crate::util::upkeep;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError::Timeout};
use std::time::{Duration, Instant};

/// More where every name is looked up so.
const MOST: usize = if cfg!(windows) { 16 } else { 4 };
/// For each thread: the process that it is of, counted from 1.
static THREADS: [AtomicU32; MOST] = [const { AtomicU32::new(0) }; MOST];
static FORBIDDEN: AtomicBool = AtomicBool::new(false);

/// Process option `background`: 0 forbids threads.
pub fn forbid_threads(forbidden: bool) {
    FORBIDDEN.store(forbidden, Ordering::Relaxed);
}

/// The addresses of a name, not later than `until`. Without threads there is no such end: then a Windows that can ask in
/// no other way is asked all the same, and elsewhere the name is unknown.
pub fn look_up(name: &str, until: Instant) -> Result<Vec<IpAddr>, Failure> {
    if FORBIDDEN.load(Ordering::Relaxed) {
        return if cfg!(windows) { ask(name) } else { Err(Failure::Unknown) };
    }
    let place = Place::until(until)?;
    let (answer, answered) = mpsc::channel();
    let name = name.to_owned();
    let work = move || {
        let (_place, _inside) = (place, Inside::enter());
        let _ = answer.send(ask(&name));
    };
    sys::spawn("erptoken-name", work).map_err(|error| Failure::of(&error))?;
    let came = upkeep::until(until, |left| match answered.recv_timeout(left) {
        Err(Timeout) => None,
        came => Some(came.unwrap_or(Err(Failure::TimedOut))),
    });
    came.unwrap_or(Err(Failure::TimedOut))
}

fn ask(name: &str) -> Result<Vec<IpAddr>, Failure> {
    let found = (name, 0).to_socket_addrs().map_err(|_| Failure::Unknown)?;
    Ok(found.map(|address| address.ip()).collect())
}

struct Place(&'static AtomicU32, u32);

impl Place {
    /// The first that is free.
    fn until(until: Instant) -> Result<Place, Failure> {
        const AGAIN: Duration = Duration::from_millis(10);
        let look = |left| {
            let place = Place::take();
            if place.is_none() {
                sys::pause(AGAIN.min(left));
            }
            place
        };
        upkeep::until(until, look).ok_or(Failure::TimedOut)
    }

    fn take() -> Option<Place> {
        let own = sys::fork_epoch().wrapping_add(1);
        // What a parent has is none of its child's.
        let take = |place: &&'static AtomicU32| {
            let held = place.load(Ordering::Relaxed);
            held != own && place.compare_exchange(held, own, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        };
        THREADS.iter().find(take).map(|place| Place(place, own))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.0.compare_exchange(self.1, 0, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Whether an nsswitch.conf names sources for hosts that are neither files nor name servers.
#[cfg(unix)]
pub fn has_others(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let sources = text.lines().find_map(|line| line.trim().strip_prefix("hosts:"));
    let sources = sources.unwrap_or_default().split('#').next().unwrap_or_default();
    let mut action = false;
    sources.split_whitespace().any(|word| {
        let named = !(action || word.starts_with('['));
        action = !(named || word.ends_with(']'));
        named && !matches!(word, "files" | "dns" | "myhostname")
    })
}
