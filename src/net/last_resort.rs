//! Names, by the system's own look-up: it may have sources that are no name servers.
//!
//! `getaddrinfo` waits as long as it likes and cannot be stopped. So a thread of the library makes the call, and who
//! asked leaves on his own time; a thread that is left behind touches nothing but its own answer. There are a few at a
//! time, none where the program forbids threads, and none is known to the child of a fork.

use crate::sys;
use crate::util::panics::Inside;
use crate::util::upkeep;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError::Timeout};
use std::time::Instant;

/// For each thread: the process that it is of, counted from 1.
static THREADS: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4];
static FORBIDDEN: AtomicBool = AtomicBool::new(false);

/// Process option `background`: 0 forbids threads.
pub fn forbid_threads(forbidden: bool) {
    FORBIDDEN.store(forbidden, Ordering::Relaxed);
}

/// The addresses of a name, not later than `until`; `None`: nobody knows any, or there was no time to ask.
pub fn look_up(name: &str, until: Instant) -> Option<Vec<IpAddr>> {
    until.checked_duration_since(Instant::now())?;
    let place = Place::take().filter(|_| !FORBIDDEN.load(Ordering::Relaxed))?;
    let (answer, answered) = mpsc::channel();
    let name = name.to_owned();
    let work = move || {
        let (_place, _inside) = (place, Inside::enter());
        let found = (name.as_str(), 0).to_socket_addrs();
        let _ = answer.send(found.map(|all| all.map(|address| address.ip()).collect()));
    };
    sys::spawn("erptoken-name", work).ok()?;
    let came = upkeep::until(until, |left| match answered.recv_timeout(left) {
        Err(Timeout) => None,
        came => Some(came.ok()),
    });
    let found: Vec<IpAddr> = came??.ok()?;
    (!found.is_empty()).then_some(found)
}

struct Place(&'static AtomicU32, u32);

impl Place {
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
