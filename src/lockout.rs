//! The lockout guard: how many refused logins an account may still risk.
//!
//! A provider locks a user after a few wrong passwords. The guard counts refusals per host and user, whatever
//! the identity, password or handle, and holds a login back before the provider would.

use crate::sync::{locked, wait_until, Condvar, Mutex};
use std::time::Instant;

const MINUTE_MS: i64 = 60_000;
const MOST_PER_MINUTE: usize = 2;
const QUARTER_MS: i64 = 900_000;
const MOST_PER_QUARTER: usize = 4;

/// The refused logins of one account.
#[derive(Default)]
pub struct Budget {
    state: Mutex<State>,
    decided: Condvar,
}

#[derive(Default)]
struct State {
    /// When logins were refused, oldest first, at most `MOST_PER_QUARTER` of them.
    refused: Vec<i64>,
    /// Logins under way, whose outcome is not known yet.
    pending: usize,
}

/// Why a login is held back.
#[derive(Debug, PartialEq, Eq)]
pub struct HeldBack {
    pub refused: usize,
    pub minutes: u64,
    pub wait_ms: i64,
}

impl State {
    fn held_back(&self, now_ms: i64) -> Option<HeldBack> {
        let within = |window: i64, most: usize| {
            let recent: Vec<i64> = self.refused.iter().copied().filter(|at| now_ms - at < window).collect();
            (recent.len() >= most).then(|| HeldBack {
                refused: recent.len(),
                minutes: (window / MINUTE_MS).unsigned_abs(),
                wait_ms: recent[recent.len() - most] + window - now_ms,
            })
        };
        within(QUARTER_MS, MOST_PER_QUARTER).or_else(|| within(MINUTE_MS, MOST_PER_MINUTE))
    }

    /// Whether one more login could be one too many if all that are under way are refused.
    fn is_full(&self, now_ms: i64) -> bool {
        let recent = |window: i64| self.refused.iter().filter(|at| now_ms - **at < window).count();
        recent(MINUTE_MS) + self.pending >= MOST_PER_MINUTE
            || recent(QUARTER_MS) + self.pending >= MOST_PER_QUARTER
    }
}

impl Budget {
    /// Takes a place for one login, waiting until `deadline` for others that are under way; `None`: they took longer.
    pub fn take(&self, now_ms: i64, deadline: Instant) -> Result<Place<'_>, Option<HeldBack>> {
        let mut state = locked(&self.state);
        loop {
            if let Some(held) = state.held_back(now_ms) {
                return Err(Some(held));
            }
            if !state.is_full(now_ms) {
                state.pending += 1;
                return Ok(Place(self));
            }
            state = wait_until(&self.decided, state, deadline).ok_or(None)?;
        }
    }

    /// A password was refused, by whatever looked at it.
    pub fn refused(&self, now_ms: i64) {
        let mut state = locked(&self.state);
        if state.refused.len() == MOST_PER_QUARTER {
            state.refused.remove(0);
        }
        state.refused.push(now_ms);
    }

    /// Whether nothing is known of this account any more.
    pub fn is_forgotten(&self, now_ms: i64) -> bool {
        let state = locked(&self.state);
        state.pending == 0 && state.refused.iter().all(|at| now_ms - at >= QUARTER_MS)
    }
}

/// A login under way. Dropped, it counts as not refused.
pub struct Place<'a>(&'a Budget);

impl Place<'_> {
    pub fn refused(self, now_ms: i64) {
        self.0.refused(now_ms);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).pending -= 1;
        self.0.decided.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn refuse(budget: &Budget, now_ms: i64) -> Result<(), Option<HeldBack>> {
        budget.take(now_ms, Instant::now()).map(|place| place.refused(now_ms))
    }

    #[test]
    fn two_refusals_a_minute_and_four_a_quarter_hour() {
        let budget = Budget::default();
        refuse(&budget, 0).unwrap();
        refuse(&budget, 1_000).unwrap();
        assert_eq!(refuse(&budget, 2_000), Err(Some(HeldBack { refused: 2, minutes: 1, wait_ms: 58_000 })));
        refuse(&budget, 60_000).unwrap();
        refuse(&budget, 61_000).unwrap();
        let held = refuse(&budget, 130_000).unwrap_err().unwrap();
        assert_eq!((held.refused, held.minutes, held.wait_ms), (4, 15, 770_000));
        refuse(&budget, 900_000).unwrap();
    }

    #[test]
    fn accepted_logins_cost_nothing() {
        let budget = Budget::default();
        for now in 0..100 {
            drop(budget.take(now, Instant::now()).unwrap());
        }
        assert!(budget.is_forgotten(100));
    }

    #[test]
    fn a_third_login_waits_for_two_under_way() {
        let budget = Budget::default();
        let first = budget.take(0, Instant::now()).unwrap();
        let second = budget.take(0, Instant::now()).unwrap();
        assert!(budget.take(0, Instant::now()).is_err(), "both could be refused");
        std::thread::scope(|scope| {
            let third = scope.spawn(|| budget.take(0, Instant::now() + Duration::from_secs(20)).is_ok());
            drop(first);
            assert!(third.join().unwrap(), "one was accepted");
        });
        second.refused(0);
    }
}
