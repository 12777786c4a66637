//! Two clocks, because each lies in its own way: the one that counts sleep cannot be set but starts anew
//! at boot, wall time can be set by anyone.

use crate::sys;
use std::sync::atomic::{fence, AtomicI64, AtomicU32, Ordering};
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

/// An instant on both clocks, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Since boot, time asleep included.
    pub boot_ms: i64,
    /// Since 1970, UTC.
    pub wall_ms: i64,
}

impl Now {
    /// Time since `earlier`: what the clock that says more says. So a token is dead if either clock says so,
    /// and a wall clock set back does not make it younger.
    #[inline(always)]
    pub fn since(self, earlier: Now) -> i64 {
        let boot = self.boot_ms.wrapping_sub(earlier.boot_ms);
        let wall = self.wall_ms.wrapping_sub(earlier.wall_ms);
        boot.max(wall)
    }
}

/// Where an entry reads the time: the machine's clocks, or in tests one that is moved by hand.
#[derive(Clone, Default)]
pub struct Clock {
    #[cfg(test)]
    virtual_time: Option<std::sync::Arc<std::sync::Mutex<Now>>>,
}

impl Clock {
    pub fn now(&self) -> Now {
        #[cfg(test)]
        if let Some(time) = &self.virtual_time {
            return *time.lock().unwrap();
        }
        now()
    }
}

/// How far the coarse clock may move before both precise ones are looked at. It jumps when the machine wakes and when
/// somebody sets it, so between two looks no token ages by more than this unseen.
const TRUSTED_MS: u64 = 25;

/// What the last look at both precise clocks saw: the wall clock, and by how much it was ahead of the boot clock.
static SEEN_WALL_MS: AtomicI64 = AtomicI64::new(i64::MIN);
static SEEN_AHEAD_MS: AtomicI64 = AtomicI64::new(0);

/// Both clocks as of the system's last tick, a few milliseconds ago, at a quarter of the price of `now`.
#[inline(always)]
pub fn coarse_now() -> Now {
    let wall_ms = sys::coarse_wall_ms();
    let seen = SEEN_WALL_MS.load(Ordering::Acquire);
    let ahead_ms = SEEN_AHEAD_MS.load(Ordering::Acquire);
    // Twice the same: nobody has written between the two, as in a sequence lock.
    if wall_ms.abs_diff(seen) <= TRUSTED_MS && SEEN_WALL_MS.load(Ordering::Relaxed) == seen {
        return Now { boot_ms: wall_ms - ahead_ms, wall_ms };
    }
    look()
}

/// Looks at both precise clocks, and lets others know unless somebody is just doing so.
#[cold]
fn look() -> Now {
    /// The fork epoch of who looks, plus 1. One who was looking at a fork is not in the child.
    static LOOKING: AtomicU32 = AtomicU32::new(0);
    let own = sys::fork_epoch().wrapping_add(1);
    let other = LOOKING.load(Ordering::Relaxed);
    let free =
        other != own && LOOKING.compare_exchange(other, own, Ordering::Acquire, Ordering::Relaxed).is_ok();
    let now = now();
    if free {
        SEEN_WALL_MS.store(i64::MIN, Ordering::Relaxed);
        fence(Ordering::Release);
        SEEN_AHEAD_MS.store(now.wall_ms - now.boot_ms, Ordering::Relaxed);
        SEEN_WALL_MS.store(now.wall_ms, Ordering::Release);
        LOOKING.store(0, Ordering::Release);
    }
    now
}

/// The next look at the coarse clock is one at both precise ones: should the wall clock stand still, no other would be.
#[cold]
pub fn distrust() {
    SEEN_WALL_MS.store(i64::MIN, Ordering::Relaxed);
}

/// The machine's clocks.
pub fn now() -> Now {
    Now { boot_ms: sys::boot_ms(), wall_ms: sys::wall_ms() }
}

/// An instant in RFC 3339, UTC; empty when it is beyond every calendar.
pub fn rfc3339(wall_ms: i64) -> String {
    let mut text = to_the_second(wall_ms);
    text.extend((!text.is_empty()).then_some('Z'));
    text
}

/// As `rfc3339`, to the millisecond.
pub fn rfc3339_ms(wall_ms: i64) -> String {
    format!("{}.{:03}Z", to_the_second(wall_ms), wall_ms.rem_euclid(1000))
}

/// The day of `rfc3339`.
pub fn day(wall_ms: i64) -> String {
    to_the_second(wall_ms).chars().take_while(|character| *character != 'T').collect()
}

/// An instant of RFC 3339 in milliseconds.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

fn to_the_second(wall_ms: i64) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(wall_ms.div_euclid(1000)) else { return String::new() };
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", u8::from(month))
}

#[cfg(test)]
impl Clock {
    pub fn fixed() -> Clock {
        let start = Now { boot_ms: 1_000_000, wall_ms: 1_700_000_000_000 };
        Clock { virtual_time: Some(std::sync::Arc::new(std::sync::Mutex::new(start))) }
    }

    /// Both clocks move on, as in life.
    pub fn advance(&self, ms: i64) {
        self.shift(ms, ms);
    }

    /// Each clock moves by itself: a wall clock that is set, a sleep that one of them missed.
    pub fn shift(&self, boot_ms: i64, wall_ms: i64) {
        let mut now = self.virtual_time.as_ref().expect("a virtual clock").lock().unwrap();
        now.boot_ms += boot_ms;
        now.wall_ms += wall_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_says_more_decides() {
        let born = Now { boot_ms: 100, wall_ms: 1000 };
        assert_eq!(Now { boot_ms: 150, wall_ms: 1010 }.since(born), 50, "wall time was set back");
        assert_eq!(Now { boot_ms: 110, wall_ms: 1050 }.since(born), 50, "wall time was set forward");
    }

    #[test]
    fn the_coarse_clocks_are_near_the_precise_ones() {
        for round in 0..1000 {
            let (coarse, precise) = (coarse_now(), now());
            let near = |coarse: i64, precise: i64| (-20..=1).contains(&(coarse - precise));
            assert!(
                near(coarse.wall_ms, precise.wall_ms) && near(coarse.boot_ms, precise.boot_ms),
                "{coarse:?}"
            );
            if round % 100 == 0 {
                distrust();
            }
        }
    }

    #[test]
    fn both_clocks_move() {
        let before = now();
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(now().since(before) >= 10);
        assert!(before.wall_ms > 1_600_000_000_000);
    }

    #[test]
    fn instants_are_utc() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_609_545_540_999), "2021-01-01T23:59:00Z");
        assert_eq!(rfc3339_ms(1_609_545_540_007), "2021-01-01T23:59:00.007Z");
        assert_eq!(rfc3339(i64::MAX), "");
    }
}
