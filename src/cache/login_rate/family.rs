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
            // Rarely does a login take that long: its process may be gone.
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const BOSS: AccountId = [1; 16];

    fn family(words: usize) -> Family {
        Family((0..words).map(|_| AtomicU64::new(0)).collect::<Vec<_>>().leak())
    }

    fn acquire(family: Family, account: AccountId, now_ms: i64) -> Result<Option<Place>, Option<Throttled>> {
        family.acquire(account, &|| Now { boot_ms: now_ms, wall_ms: 0 }, Instant::now())
    }

    fn refuse(family: Family, now_ms: i64) {
        let place = acquire(family, BOSS, now_ms).unwrap().unwrap();
        place.refused(Now { boot_ms: now_ms, wall_ms: 0 });
    }

    #[test]
    fn places_are_given_back_unless_the_password_was_refused() {
        let family = family(8);
        for now_ms in 0..100 {
            drop(acquire(family, BOSS, now_ms).unwrap().unwrap());
        }
        refuse(family, 1_000);
        let under_way = acquire(family, BOSS, 2_000).unwrap().unwrap();
        assert_eq!(acquire(family, BOSS, 2_000).err(), Some(None), "its outcome decides");
        assert!(acquire(family, [2; 16], 2_000).is_ok(), "another account");
        drop(under_way);
        refuse(family, 2_000);
        let throttled = acquire(family, BOSS, 3_000).err().flatten().unwrap();
        assert_eq!((throttled.refused, throttled.minutes, throttled.wait_ms), (2, 1, 58_000));
        refuse(family, 61_000);
        family.refused(BOSS, Now { boot_ms: 62_000, wall_ms: 0 });
        assert_eq!(acquire(family, BOSS, 130_000).err().flatten().unwrap().minutes, 15);
        refuse(family, 901_000);
    }

    #[test]
    fn a_login_whose_process_died_counts_as_refused() {
        let family = family(8);
        mem::forget(acquire(family, BOSS, 0));
        mem::forget(acquire(family, BOSS, 0));
        assert_eq!(acquire(family, BOSS, 59_000).err(), Some(None));
        refuse(family, 60_000);
        refuse(family, 60_000);
        assert_eq!(acquire(family, BOSS, 130_000).err().flatten().map(|why| why.refused), Some(4));
        refuse(family, 900_000);
    }

    #[test]
    fn without_room_nothing_is_held_back() {
        let family = family(1);
        let first = acquire(family, BOSS, 0).unwrap().unwrap();
        assert!(acquire(family, [2; 16], 0).unwrap().is_none());
        // Its place was another's after a quarter of an hour.
        let second = acquire(family, [2; 16], 900_000).unwrap().unwrap();
        drop(first);
        assert_eq!(family.counts(mark([2; 16]), 900_000, None).pending, 1);
        drop(second);
        assert!(acquire(Family::default(), BOSS, 0).unwrap().is_none());
    }

    #[test]
    fn however_many_ask_at_once_no_more_are_let_through() {
        for _ in 0..20 {
            let family = family(64);
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let until = Instant::now() + Duration::from_secs(20);
                        let now = || Now { boot_ms: 0, wall_ms: 0 };
                        match family.acquire(BOSS, &now, until) {
                            Ok(place) => place.unwrap().refused(now()),
                            Err(throttled) => assert_eq!(throttled.map(|why| why.refused), Some(2)),
                        }
                    });
                }
            });
            assert_eq!(family.counts(mark(BOSS), 0, None).times.len(), 2);
        }
    }
}
