//! One renewal at a time (single flight): its steps, its thread, the result that all callers share.

use crate::cache::login_rate::{LoginRateLimiter, Throttled};
use crate::cache::policy::{self, FailureClass, Need};
use crate::cache::token::{Issued, Token};
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord, Subject};
use crate::messages::Message;
use crate::sys;
use crate::util::clock::Now;
use crate::util::deadline::{Deadline, Extension};
use crate::util::panics::Inside;
use crate::util::sync::atomic::{AtomicBool, Ordering};
use crate::util::sync::{locked, wait_until, Condvar, Mutex};
use crate::util::upkeep;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A renewal lives as long as its most patient caller waits, and at least so long.
pub const MIN_RENEWAL_TIME: Duration = Duration::from_secs(30);
/// Renewals at once; beyond that the caller runs its own.
const MAX_THREADS: usize = 64;
/// A wait that the provider asks for and that is short enough to be waited inside the renewal.
const MAX_INLINE_RETRY_AFTER_S: u32 = 2;
/// Pauses before the second and the third try, each up to twice as long by jitter.
const RETRY_DELAYS_MS: [u64; 2] = [200, 600];

/// Where tokens come from: a provider with an account's credentials. The cache knows no more of either.
pub trait TokenSource: Send + Sync {
    /// Exchanges the refresh token of `token`, which has one.
    fn refresh(&self, token: &Token, until: Deadline) -> std::result::Result<Issued, RenewalFailure>;
    fn login(&self, until: Deadline) -> std::result::Result<Issued, RenewalFailure>;
    /// Differs when a person has set something new to try, such as another second factor.
    fn attempt(&self) -> u64;
    /// Whether there is what a login needs.
    fn can_log_in(&self) -> bool {
        true
    }
    /// Whether something could take the place of a token that an API refused.
    fn can_replace(&self, token: &Token) -> bool {
        self.can_log_in() || token.refresh_token().is_some()
    }
    /// Whether one more login leaves the tokens of others alone.
    fn allows_parallel_sessions(&self) -> bool {
        true
    }
    /// As `reject` of a token that lies where only the source looks, without a request; whether it lay there.
    fn reject_kept(&self, _told: &str) -> Result<bool> {
        Ok(false)
    }
    /// Another token has taken the place of `old`, which lives still.
    fn replaced(&self, _old: &Token, _until: Instant) {}
    /// Whose it is, for the log.
    fn subject(&self) -> Subject {
        Subject::default()
    }
}

/// Why a source brought nothing.
#[derive(Debug)]
pub struct RenewalFailure {
    pub error: Error,
    pub class: FailureClass,
    /// The request may have been carried out although no answer came.
    pub outcome_unknown: bool,
    /// The provider knows the refresh token no more: a login may help.
    pub refresh_refused: bool,
    /// Nobody said that it is no longer good, so it is kept; after so many failures in a row a login may be tried.
    pub login_after: Option<u32>,
    /// It may have been used, works once, and is not worth another try: a login takes its place.
    pub refresh_spent: bool,
    /// The provider counts this against the account.
    pub login_refused: bool,
    /// Worth repeating at once: nothing was sent, or the provider said so.
    pub retry_now: bool,
    /// It happened to another process.
    pub peer: Option<PeerFailure>,
}

/// A failure that the store remembers.
#[derive(Clone, Copy, Debug)]
pub struct PeerFailure {
    /// How many of its kind there were in a row.
    pub nth: u32,
    pub since_ms: i64,
    pub until_ms: i64,
}

impl RenewalFailure {
    pub fn new(error: Error, class: FailureClass) -> Self {
        RenewalFailure {
            error,
            class,
            outcome_unknown: false,
            refresh_refused: false,
            login_after: None,
            refresh_spent: false,
            login_refused: false,
            retry_now: false,
            peer: None,
        }
    }
}

/// The steps of one renewal: the refresh token first, a login in the same renewal if it is refused.
pub struct RenewalSteps<'a> {
    pub source: &'a dyn TokenSource,
    /// What a refresh may be tried with.
    pub current: Option<&'a Token>,
    /// How many renewals failed in a row before this one.
    pub failed_before: u32,
    pub limiter: &'a LoginRateLimiter,
    pub now: &'a dyn Fn() -> Now,
    pub jitter: &'a dyn Fn() -> u64,
    /// Asked before a refresh token is sent: whether it may be.
    pub before_refresh: &'a dyn Fn() -> bool,
    /// Told before a login is sent.
    pub before_login: &'a dyn Fn(),
}

impl RenewalSteps<'_> {
    pub fn run(&self, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        let refreshable = self.current.filter(|token| token.refresh_token().is_some());
        if let Some(token) = refreshable.filter(|_| (self.before_refresh)()) {
            match self.with_retries(until, || self.source.refresh(token, until)) {
                Err(failed) if failed.refresh_refused => {
                    token.mark_refresh_refused();
                    let refused = || LogRecord::of(self.source.subject(), Event::RefreshRefused);
                    log::event(Level::Information, refused);
                }
                Err(failed) if self.may_log_in_instead(token, &failed) => {}
                Err(failed) => {
                    if failed.refresh_spent {
                        token.mark_refresh_refused();
                    } else if failed.outcome_unknown {
                        token.mark_refresh_unanswered();
                    }
                    return Err(failed);
                }
                issued => return issued,
            }
        }
        self.login(until)
    }

    /// Not while a token lives: its refresh token may be good again before it ends.
    fn may_log_in_instead(&self, token: &Token, failed: &RenewalFailure) -> bool {
        let is_alive =
            || !token.is_rejected() && policy::is_usable(&token.validity(), (self.now)(), Need::default());
        failed.login_after.is_some_and(|times| self.failed_before >= times)
            && self.source.can_log_in()
            && !is_alive()
    }

    fn login(&self, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        let permit = self.limiter.acquire(self.now, until.instant()).map_err(throttled)?;
        (self.before_login)();
        let result = self.with_retries(until, || self.source.login(until));
        if matches!(&result, Err(failed) if failed.login_refused) {
            permit.refused((self.now)());
        }
        result
    }

    /// Repeats what failed without having been carried out, twice at most and never past `until`.
    fn with_retries(
        &self,
        until: Deadline,
        attempt: impl Fn() -> std::result::Result<Issued, RenewalFailure>,
    ) -> std::result::Result<Issued, RenewalFailure> {
        for pause in RETRY_DELAYS_MS {
            let failed = match attempt() {
                Err(failed) if failed.retry_now && failed.error.retry_after_s <= MAX_INLINE_RETRY_AFTER_S => {
                    failed
                }
                result => return result,
            };
            let asked = Duration::from_secs(failed.error.retry_after_s.into());
            let pause = Duration::from_millis(pause + pause * (self.jitter)() / 1000).max(asked);
            if Instant::now() + pause >= until.instant() {
                return Err(failed);
            }
            sys::pause(pause);
        }
        attempt()
    }
}

/// What sends a password must wait, as a failure; without a cause others are under way.
pub fn throttled(throttled: Option<Throttled>) -> RenewalFailure {
    let Some(throttled) = throttled else {
        return RenewalFailure::new(
            Error::new(Status::Timeout, Message::OthersLogIn),
            FailureClass::Misconfigured,
        );
    };
    let message = Message::Guarded { refused: throttled.refused, minutes: throttled.minutes };
    let mut error = Error::new(Status::RateLimited, message);
    error.server_code = "guard".to_owned();
    error.retry_after_s = u32::try_from(throttled.wait_ms.max(0) / 1000 + 1).unwrap_or(u32::MAX);
    RenewalFailure::new(error, FailureClass::Transient)
}

/// What a renewal ended with, for everybody who waited.
pub type Outcome = Result<Arc<Token>>;

/// One renewal under way.
#[derive(Default)]
pub struct SingleFlight {
    outcome: Mutex<Option<Outcome>>,
    completed: Condvar,
    /// When its work must be over.
    pub extension: Arc<Extension>,
    /// The longest that one of its callers waits in all, in milliseconds.
    timeout_ms: AtomicU64,
}

impl SingleFlight {
    /// Somebody waits for it until then, of a call that waits so long in all: what was sent is not given up before.
    pub fn wait_longer(&self, until: Instant, timeout: Duration) {
        self.extension.extend(until);
        self.timeout_ms.fetch_max(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX), Relaxed);
    }

    /// The longest that one of its callers waits in all.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.load(Relaxed))
    }

    /// The first outcome stays; those who come later change nothing.
    pub fn complete(&self, outcome: Outcome) {
        let mut slot = locked(&self.outcome);
        slot.get_or_insert(outcome);
        drop(slot);
        self.completed.notify_all();
    }

    /// The outcome, or `None` when `until` comes first. The renewal goes on either way.
    pub fn wait(&self, until: Instant) -> Option<Outcome> {
        let look = |left| self.wait_once(Instant::now() + left);
        self.wait_once(Instant::now()).or_else(|| upkeep::until(until, look))
    }

    fn wait_once(&self, until: Instant) -> Option<Outcome> {
        let mut slot = locked(&self.outcome);
        loop {
            if let Some(outcome) = &*slot {
                return Some(outcome.clone());
            }
            slot = wait_until(&self.completed, slot, until)?;
        }
    }
}

/// The threads of the library: how many run, and whether any may.
#[derive(Default)]
pub struct WorkerThreads {
    running: Mutex<usize>,
    ended: Condvar,
    forbidden: AtomicBool,
}

impl WorkerThreads {
    /// Process option `background`: 0 forbids threads, the caller does the work.
    pub fn forbid(&self, forbidden: bool) {
        self.forbidden.store(forbidden, Ordering::Release);
    }

    /// Runs `work` on a thread of its own. `false`: no thread may be had, the caller does the work.
    pub fn run(self: &Arc<Self>, work: impl FnOnce() + Send + 'static) -> bool {
        if self.forbidden.load(Ordering::Acquire) {
            return false;
        }
        {
            let mut running = locked(&self.running);
            if *running >= MAX_THREADS {
                return false;
            }
            *running += 1;
        }
        let permit = RunningThread(Arc::clone(self));
        sys::spawn("erptoken", move || {
            let _place = permit;
            let _inside = Inside::enter();
            work();
        })
        .is_ok()
    }

    /// Waits until no thread runs, `limit` at most.
    pub fn wait_until_idle(&self, limit: Duration) {
        let until = Instant::now() + limit;
        let mut running = locked(&self.running);
        while *running > 0 {
            let Some(woken) = wait_until(&self.ended, running, until) else { return };
            running = woken;
        }
    }
}

/// A thread's place: given back on every path, a panic included.
struct RunningThread(Arc<WorkerThreads>);

impl Drop for RunningThread {
    fn drop(&mut self) {
        *locked(&self.0.running) -= 1;
        self.0.ended.notify_all();
    }
}

#[cfg(all(test, not(loom)))]
mod tests;

#[cfg(all(test, loom))]
mod model;
