//! The logins of all processes that one was forked into, where no store counts them: a server that forks a child for each
//! customer would send as many wrong passwords as it has children.
//!
//! One word for each login, in memory that a fork shares. It is put there before the login is sent and taken away when
//! that was accepted. Whoever dies meanwhile leaves it: then it counts as refused.

use super::{RefusalCounts, Throttled, MINUTE_MS, QUARTER_HOUR_MS};
use crate::cache::AccountId;
use crate::sys;
use crate::util::clock::Now;
use crate::util::random::{self, SHARED_KEY_WORDS};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};
use std::{mem, ptr};

/// Instants are kept in tenths of a second: 31 bits are six years since boot.
const TICK_MS: i64 = 100;
/// Between two looks at what others are doing.
const RETRY_MS: u32 = 20;

#[derive(Clone, Copy, Default)]
pub struct Family(&'static [AtomicU64]);

/// The word of a login. Dropped, it counts as not refused.
pub struct Place {
    at: &'static AtomicU64,
    word: u64,
}

/// What the words of an account have in their upper half.
fn mark([a, b, c, d, ..]: AccountId) -> u32 {
    u32::from_be_bytes([a, b, c, d])
}

/// Below the mark the instant, and whether the outcome is not known yet. Never 0.
fn word(mark: u32, at_ms: i64, pending: bool) -> u64 {
    let ticks = (at_ms / TICK_MS + 1) as u64 & 0x7fff_ffff;
    u64::from(mark) << 32 | ticks << 1 | u64::from(pending)
}

fn instant_ms(word: u64) -> i64 {
    ((word as u32 >> 1) as i64 - 1) * TICK_MS
}

fn is_over(word: u64, now_ms: i64) -> bool {
    word == 0 || now_ms - instant_ms(word) >= QUARTER_HOUR_MS
}

impl Family {
    pub fn of_process() -> Family {
        Family(sys::shared_words().and_then(|words| words.get(SHARED_KEY_WORDS..)).unwrap_or_default())
    }

    /// What is known of an account, but for one word.
    fn counts(&self, mark: u32, now_ms: i64, except: Option<&Place>) -> RefusalCounts {
        let mut counts = RefusalCounts::default();
        for place in self.0 {
            let word = place.load(SeqCst);
            let is_own = except.is_some_and(|own| ptr::eq(own.at, place));
            if is_own || word >> 32 != u64::from(mark) || is_over(word, now_ms) {
                continue;
            }
            let at = instant_ms(word);
            // No login takes that long: its process is gone.
            if word & 1 == 1 && now_ms - at < MINUTE_MS {
                counts.pending += 1;
            } else {
                counts.add([Now { boot_ms: at, wall_ms: 0 }]);
            }
        }
        counts
    }

    /// `None`: every word is in use.
    fn put(&self, word: u64, now_ms: i64) -> Option<Place> {
        let free = |place: &&AtomicU64| {
            let old = place.load(SeqCst);
            is_over(old, now_ms) && place.compare_exchange(old, word, SeqCst, SeqCst).is_ok()
        };
        self.0.iter().find(free).map(|at| Place { at, word })
    }

    /// A place for one login, or none where there is no memory for it. As `LoginRateLimiter::acquire`.
    pub fn acquire(
        &self,
        account: AccountId,
        now: &dyn Fn() -> Now,
        deadline: Instant,
    ) -> Result<Option<Place>, Option<Throttled>> {
        let mark = mark(account);
        loop {
            let now_ms = now().boot_ms;
            let counts = self.counts(mark, now_ms, None);
            if let Some(throttled) = counts.throttled(now_ms) {
                return Err(Some(throttled));
            }
            if !counts.is_full(now_ms) {
                let place = self.put(word(mark, now_ms, true), now_ms);
                // Others may have put theirs at the same moment: who finds too many steps back.
                if !self.counts(mark, now_ms, place.as_ref()).is_full(now_ms) {
                    return Ok(place);
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(None);
            }
            sys::pause(Duration::from_millis(1 + u64::from(random::below(RETRY_MS))).min(left));
        }
    }

    pub fn refused(&self, account: AccountId, now: Now) {
        mem::forget(self.put(word(mark(account), now.boot_ms, false), now.boot_ms));
    }
}

impl Place {
    pub fn refused(self, now: Now) {
        self.replace(word((self.word >> 32) as u32, now.boot_ms, false));
        mem::forget(self);
    }

    /// Unless it is another's by now: this process was stopped for a quarter of an hour.
    fn replace(&self, new: u64) {
        let _ = self.at.compare_exchange(self.word, new, SeqCst, SeqCst);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.replace(0);
    }
}
