//! The lockout guard: how many refused logins an account may still risk.
//!
//! A provider locks a user after a few wrong passwords. The guard counts refusals per host and user, whatever
//! the identity, password or handle, and holds a login back before the provider would. With a store that outlives the
//! process all processes count together: one login of an account at a time, under the lock of its record. Without one,
//! those do that a process forked into.

use crate::cache::record::refusals;
use crate::cache::AccountId;
use crate::store::{LockedRecord, RecordBytes, RecordHandle};
use crate::util::clock::Now;
use crate::util::sync::{locked, wait_until, Condvar, Mutex};
use crate::util::upkeep;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

mod family;
mod spelling;

use family::{Family, Place};
pub use spelling::{host, user};

const MINUTE_MS: i64 = 60_000;
const MAX_REFUSALS_PER_MINUTE: usize = 2;
const QUARTER_HOUR_MS: i64 = 900_000;
const MAX_REFUSALS_PER_QUARTER_HOUR: usize = 4;
/// Time for a login is left after it, within the time for a renewal.
const MAX_PERMIT_WAIT: Duration = Duration::from_secs(22);
/// To tell other processes of a refusal.
const REPORT_TIMEOUT: Duration = Duration::from_secs(2);

/// The refused logins of one account, as this process counts them: they outlive a shutdown.
#[derive(Default)]
struct Refusals {
    state: Mutex<RefusalCounts>,
    decided: Condvar,
}

/// The refused logins of this process, by account: of those only that have any, or a login under way.
#[derive(Default)]
pub struct AllRefusals {
    accounts: Mutex<ByAccount>,
    family: Family,
}

#[derive(Default)]
struct ByAccount {
    refusals: HashMap<AccountId, Arc<Refusals>>,
    /// How many there are when those of which nothing is known are looked for: twice what was left, so that each
    /// account pays for one look at two.
    full: usize,
}

/// What is counted in this process, and what the store of now remembers of others.
#[derive(Default)]
pub struct LoginRateLimiter {
    all: Arc<AllRefusals>,
    account: AccountId,
    record: Option<Box<RecordHandle>>,
}

#[derive(Default)]
struct RefusalCounts {
    /// When logins were refused, oldest first, at most `MAX_REFUSALS_PER_QUARTER_HOUR` of them.
    times: Vec<Now>,
    /// Logins under way, whose outcome is not known yet.
    pending: usize,
}

/// Why a login is held back.
#[derive(Debug, PartialEq, Eq)]
pub struct Throttled {
    pub refused: usize,
    pub minutes: u64,
    pub wait_ms: i64,
}

impl RefusalCounts {
    fn throttled(&self, now_ms: i64) -> Option<Throttled> {
        let within = |window: i64, most: usize| {
            let times = self.times.iter().map(|at| at.boot_ms);
            let recent: Vec<i64> = times.filter(|at| now_ms - at < window).collect();
            (recent.len() >= most).then(|| Throttled {
                refused: recent.len(),
                minutes: (window / MINUTE_MS).unsigned_abs(),
                wait_ms: recent[recent.len() - most] + window - now_ms,
            })
        };
        within(QUARTER_HOUR_MS, MAX_REFUSALS_PER_QUARTER_HOUR)
            .or_else(|| within(MINUTE_MS, MAX_REFUSALS_PER_MINUTE))
    }

    /// Whether one more login could be one too many if all that are under way are refused.
    fn is_full(&self, now_ms: i64) -> bool {
        let recent = |window: i64| self.times.iter().filter(|at| now_ms - at.boot_ms < window).count();
        recent(MINUTE_MS) + self.pending >= MAX_REFUSALS_PER_MINUTE
            || recent(QUARTER_HOUR_MS) + self.pending >= MAX_REFUSALS_PER_QUARTER_HOUR
    }

    /// Takes in what all processes know, this one's own refusals among it.
    fn merge(&mut self, refused: &[Now]) {
        let own = self.times.clone();
        self.add(refused.iter().filter(|at| !own.contains(at)).copied());
    }

    fn add(&mut self, refused: impl IntoIterator<Item = Now>) {
        self.times.extend(refused);
        self.times.sort_by_key(|at| at.boot_ms);
        let old = self.times.len().saturating_sub(MAX_REFUSALS_PER_QUARTER_HOUR);
        self.times.drain(..old);
    }
}

impl AllRefusals {
    /// With those of the processes around it.
    pub fn of_process() -> Self {
        AllRefusals { family: Family::of_process(), ..AllRefusals::default() }
    }

    fn of(&self, account: AccountId, now_ms: i64) -> Arc<Refusals> {
        const FEW: usize = 64;
        let mut all = locked(&self.accounts);
        if all.refusals.len() >= all.full.max(FEW) {
            all.refusals.retain(|_, one| Arc::strong_count(one) > 1 || !one.is_forgotten(now_ms));
            all.full = 2 * all.refusals.len();
        }
        Arc::clone(all.refusals.entry(account).or_default())
    }
}

impl LoginRateLimiter {
    pub fn new(all: Arc<AllRefusals>, account: AccountId, record_handle: Option<RecordHandle>) -> Self {
        LoginRateLimiter { all, account, record: record_handle.map(Box::new) }
    }

    /// Takes a place for one login, waiting until `deadline` for others that are under way; `None`: they took longer.
    pub fn acquire(
        &self,
        now: &dyn Fn() -> Now,
        deadline: Instant,
    ) -> Result<LoginPermit<'_>, Option<Throttled>> {
        let refusals = self.all.of(self.account, now().boot_ms);
        let look = |until| match refusals.acquire(now().boot_ms, until) {
            Err(None) => None,
            decided => Some(decided),
        };
        let waited = || upkeep::until(deadline, |left| look(Instant::now() + left));
        let mut permit = look(Instant::now()).or_else(waited).unwrap_or(Err(None))?;
        let lock_until = deadline.min(Instant::now() + MAX_PERMIT_WAIT);
        let stored =
            self.record.as_deref().map(|record_handle| (record_handle, record_handle.lock(lock_until)));
        // A store that is gone, or a record that cannot be read, leaves what is counted without it.
        let Some((record_handle, Ok(lock))) = stored else {
            permit.place = self.all.family.acquire(self.account, now, deadline)?;
            return Ok(permit);
        };
        // No login takes that long: a process was stopped in one. What is known without it decides.
        if lock.is_none() && lock_until == deadline {
            return Err(None);
        }
        let now = now();
        match &lock {
            Some(lock) => refusals.merge(lock.record(), now),
            None => refusals.merge(record_handle.read().ok().flatten().as_ref(), now),
        }
        if let Some(throttled) = locked(&refusals.state).throttled(now.boot_ms) {
            return Err(Some(throttled));
        }
        permit.lock = lock;
        Ok(permit)
    }

    /// A password was refused, by whatever looked at it.
    pub fn refused(&self, now: Now) {
        let (until, refusals) = (Instant::now() + REPORT_TIMEOUT, self.all.of(self.account, now.boot_ms));
        let lock = self.record.as_ref().and_then(|record_handle| record_handle.lock(until).ok().flatten());
        if let Some(lock) = &lock {
            refusals.merge(lock.record(), now);
        }
        if lock.is_none() {
            self.all.family.refused(self.account, now);
        }
        refusals.count(now, lock.as_deref());
    }
}

impl Refusals {
    fn acquire<'a>(
        self: &Arc<Self>,
        now_ms: i64,
        deadline: Instant,
    ) -> Result<LoginPermit<'a>, Option<Throttled>> {
        let mut state = locked(&self.state);
        loop {
            if let Some(throttled) = state.throttled(now_ms) {
                return Err(Some(throttled));
            }
            if !state.is_full(now_ms) {
                state.pending += 1;
                return Ok(LoginPermit { refusals: Arc::clone(self), place: None, lock: None });
            }
            state = wait_until(&self.decided, state, deadline).ok_or(None)?;
        }
    }

    /// What others know of the account.
    fn merge(&self, record: Option<&RecordBytes>, now: Now) {
        let known = record.and_then(|bytes| refusals::decode(bytes, now));
        locked(&self.state).merge(&known.unwrap_or_default());
    }

    fn count(&self, now: Now, lock: Option<&(dyn LockedRecord + '_)>) {
        let mut state = locked(&self.state);
        state.add([now]);
        let all = refusals::encode(&state.times);
        drop(state);
        if let Some(lock) = lock {
            // If it fails this process still counts.
            let _ = lock.write(all.as_slice());
        }
    }

    /// Whether nothing is known of this account any more.
    fn is_forgotten(&self, now_ms: i64) -> bool {
        let state = locked(&self.state);
        state.pending == 0 && state.times.iter().all(|at| now_ms - at.boot_ms >= QUARTER_HOUR_MS)
    }
}

/// A login under way. Dropped, it counts as not refused.
pub struct LoginPermit<'a> {
    refusals: Arc<Refusals>,
    place: Option<Place>,
    lock: Option<Box<dyn LockedRecord + 'a>>,
}

impl LoginPermit<'_> {
    pub fn refused(mut self, now: Now) {
        if let Some(place) = self.place.take() {
            place.refused(now);
        }
        self.refusals.count(now, self.lock.as_deref());
    }
}

impl Drop for LoginPermit<'_> {
    fn drop(&mut self) {
        locked(&self.refusals.state).pending -= 1;
        self.refusals.decided.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Memory, RecordKind, RecordName, Store};

    fn at(ms: i64) -> Now {
        Now { boot_ms: ms, wall_ms: ms }
    }

    fn refuse(limiter: &LoginRateLimiter, now_ms: i64) -> Result<(), Option<Throttled>> {
        limiter.acquire(&|| at(now_ms), Instant::now()).map(|permit| permit.refused(at(now_ms)))
    }

    #[test]
    fn two_refusals_a_minute_and_four_a_quarter_hour() {
        let limiter = LoginRateLimiter::default();
        refuse(&limiter, 0).unwrap();
        refuse(&limiter, 1_000).unwrap();
        assert_eq!(refuse(&limiter, 2_000), Err(Some(Throttled { refused: 2, minutes: 1, wait_ms: 58_000 })));
        refuse(&limiter, 60_000).unwrap();
        refuse(&limiter, 61_000).unwrap();
        let throttled = refuse(&limiter, 130_000).unwrap_err().unwrap();
        assert_eq!((throttled.refused, throttled.minutes, throttled.wait_ms), (4, 15, 770_000));
        refuse(&limiter, 900_000).unwrap();
    }

    #[test]
    fn accepted_logins_cost_nothing() {
        let limiter = LoginRateLimiter::default();
        for now in 0..100 {
            drop(limiter.acquire(&|| at(now), Instant::now()).unwrap());
        }
        assert!(limiter.all.of(limiter.account, 100).is_forgotten(100));
    }

    #[test]
    fn only_refused_accounts_are_remembered() {
        let all = Arc::<AllRefusals>::default();
        let of = |number: u32| {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&number.to_le_bytes());
            LoginRateLimiter::new(Arc::clone(&all), id, None)
        };
        refuse(&of(0), 0).unwrap();
        refuse(&of(0), 0).unwrap();
        (1..10_000).for_each(|number| drop(of(number).acquire(&|| at(0), Instant::now()).unwrap()));
        assert!(locked(&all.accounts).refusals.len() <= 64);
        assert!(refuse(&of(0), 0).is_err());
    }

    #[test]
    fn a_third_login_waits_for_two_under_way() {
        let limiter = LoginRateLimiter::default();
        let first = limiter.acquire(&|| at(0), Instant::now()).unwrap();
        let second = limiter.acquire(&|| at(0), Instant::now()).unwrap();
        assert!(limiter.acquire(&|| at(0), Instant::now()).is_err(), "both could be refused");
        std::thread::scope(|scope| {
            let third =
                scope.spawn(|| limiter.acquire(&|| at(0), Instant::now() + Duration::from_secs(20)).is_ok());
            drop(first);
            assert!(third.join().unwrap(), "one was accepted");
        });
        second.refused(at(0));
    }

    #[test]
    fn two_processes_count_together() {
        let store: Arc<dyn Store> = Arc::new(Memory::default());
        let name = RecordName { kind: RecordKind::Account, id: [1; 16] };
        let process = || {
            LoginRateLimiter::new(
                Arc::default(),
                name.id,
                Some(RecordHandle { store: Arc::clone(&store), name }),
            )
        };
        let (one, other) = (process(), process());
        // The decoded times lie in this boot.
        refuse(&one, 0).unwrap();
        refuse(&other, 1_000).unwrap();
        assert_eq!(refuse(&one, 2_000), Err(Some(Throttled { refused: 2, minutes: 1, wait_ms: 58_000 })));
        assert!(refuse(&process(), 2_000).is_err(), "a process that begins anew");
        let under_way = one.acquire(&|| at(60_000), Instant::now()).unwrap();
        assert_eq!(refuse(&other, 60_000), Err(None), "its outcome decides");
        drop(under_way);
        refuse(&other, 60_000).unwrap();
    }

    #[test]
    fn what_was_refused_outlives_a_shutdown_and_the_store_does_not() {
        let name = RecordName { kind: RecordKind::Account, id: [1; 16] };
        let (old, new): (Arc<dyn Store>, Arc<dyn Store>) =
            (Arc::<Memory>::default(), Arc::<Memory>::default());
        let refusals = Arc::<AllRefusals>::default();
        let of = |store: &Arc<dyn Store>| {
            LoginRateLimiter::new(
                Arc::clone(&refusals),
                name.id,
                Some(RecordHandle { store: Arc::clone(store), name }),
            )
        };
        refuse(&of(&old), 0).unwrap();
        assert_eq!(Arc::strong_count(&old), 1, "nothing is left of it");
        refuse(&of(&new), 1_000).unwrap();
        assert!(refuse(&of(&new), 2_000).is_err(), "both are counted");
        assert_eq!(refusals::decode(&new.read(name).unwrap().unwrap(), at(2_000)).unwrap().len(), 2);
    }
}
