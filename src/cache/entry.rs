//! The token of one identity: hits without a lock, one renewal at a time, failures remembered.
//!
//! What a hit reads is published from here; `get` is the way of every other caller, `renew` and `settle` that of a
//! renewal, `peers` and `store_session` its dealings with other processes; `reject` is how a token goes out of use.

use crate::cache::answers::{BadAnswer, BadAnswers};
use crate::cache::login_rate::LoginRateLimiter;
use crate::cache::policy::{self, FailureClass, Need, MIN_REFRESH_INTERVAL_MS};
use crate::cache::published::Published;
use crate::cache::record::TokenRecord;
use crate::cache::single_flight::{SingleFlight, TokenSource, WorkerThreads};
use crate::cache::token::{Issued, Token};
use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::store::RecordHandle;
use crate::util::clock::{Clock, Now};
use crate::util::random;
use crate::util::sync::{locked, Mutex, MutexGuard};
use std::sync::atomic::AtomicI64;
use std::sync::Arc;
use std::time::Duration;

mod counters;
mod get;
mod peers;
mod reject;
mod renew;
mod settle;
mod store_session;

use counters::Counters;

/// What one caller asks for.
pub struct GetRequest<'a> {
    pub source: &'a Arc<dyn TokenSource>,
    pub need: Need,
    /// How long the caller waits from the beginning of its call, and what is left of it.
    pub total_timeout: Duration,
    pub remaining: Duration,
}

impl<'a> GetRequest<'a> {
    pub fn new(source: &'a Arc<dyn TokenSource>, need: Need, timeout: Duration) -> Self {
        GetRequest { source, need, total_timeout: timeout, remaining: timeout }
    }
}

/// A token, and the number of the one that this caller took part in getting: this one, or its successor, for which
/// a renewal runs behind the caller.
pub struct Obtained {
    pub token: Arc<Token>,
    pub own_number: Option<u64>,
}

pub struct Entry {
    /// What hits read: follows every change of the state that matters to them.
    pub published: Published,
    /// When the store was looked at because of a failure that is remembered, by the boot clock.
    store_polled_ms: AtomicI64,
    clock: Clock,
    limiter: Arc<LoginRateLimiter>,
    threads: Arc<WorkerThreads>,
    /// Where other processes find the token; `None`: nowhere.
    record: Option<Box<RecordHandle>>,
    lock: Mutex<Inner>,
    pub counters: Counters,
}

#[derive(Default)]
struct Inner {
    token: Option<Arc<Token>>,
    flight: Option<Arc<SingleFlight>>,
    failure: Option<Box<CachedFailure>>,
    last_failure: Option<(FailureClass, u32)>,
    last_error: Option<Status>,
    last_request_ms: Option<i64>,
    /// When, and as which number, a token was refused by an API.
    rejected: Option<(i64, u64)>,
    tokens: u64,
    /// That the provider's word for a life is not understood was logged.
    told_unread: bool,
    closed: bool,
    bad_answers: BadAnswers,
}

impl Inner {
    /// The token, unless an API refused it.
    fn current(&self) -> Option<&Arc<Token>> {
        self.token.as_ref().filter(|token| !token.is_rejected())
    }

    /// The failure remembered, while its time has not passed. A person who sets something new is not made to wait
    /// for what failed before, nor a patient caller for what a hurried one gave up.
    fn cached_failure(&self, now: Now, request: &GetRequest) -> Option<&CachedFailure> {
        let failure = self.failure.as_deref().filter(|failure| now.boot_ms < failure.until_ms)?;
        let applies = match failure.class {
            FailureClass::UserActionRequired => failure.attempt == request.source.attempt(),
            FailureClass::DeadlineExceeded => request.total_timeout <= failure.timeout,
            FailureClass::PeerRefreshing => {
                self.current().is_some_and(|token| policy::is_usable(&token.validity(), now, request.need))
            }
            _ => true,
        };
        applies.then_some(failure)
    }

    /// The token is gone for which a failure could be waited out: from now on it is held as one without a token.
    fn shorten_backoff(&mut self, now_ms: i64) {
        if let (Some(failure), Some((FailureClass::Transient, nth))) = (&mut self.failure, self.last_failure)
        {
            let without = policy::backoff_ms(FailureClass::Transient, nth, None, random::jitter());
            let asked = failure.since_ms + 1_000 * i64::from(failure.error.retry_after_s);
            failure.until_ms = failure.until_ms.min(asked.max(now_ms + without));
        }
    }

    /// The provider was asked a moment ago, and has answered.
    fn asked_recently(&self, now: Now) -> bool {
        let recent = self.last_request_ms.is_some_and(|at| now.boot_ms - at < MIN_REFRESH_INTERVAL_MS);
        recent && self.flight.is_none()
    }
}

/// A failure remembered.
struct CachedFailure {
    error: Error,
    class: FailureClass,
    since_ms: i64,
    until_ms: i64,
    attempt: u64,
    /// How long the provider was waited for at most.
    timeout: Duration,
}

impl CachedFailure {
    fn as_error(&self, now: Now) -> Error {
        self.error.remembered(now.boot_ms - self.since_ms, self.until_ms - now.boot_ms)
    }
}

/// What `erptoken_info` tells of an identity.
pub struct Snapshot {
    pub token: Option<Arc<Token>>,
    pub state: &'static str,
    pub last_error: Option<Status>,
    /// The failure that is remembered.
    pub failure: Option<Error>,
    pub now: Now,
}

impl Entry {
    pub fn new(clock: Clock, limiter: Arc<LoginRateLimiter>, threads: Arc<WorkerThreads>) -> Self {
        Entry {
            published: Published::new(),
            counters: Counters::default(),
            store_polled_ms: AtomicI64::new(i64::MIN / 2),
            clock,
            lock: Mutex::default(),
            limiter,
            threads,
            record: None,
        }
    }

    /// Shares its token with other processes there.
    pub fn with_record(self, record_handle: RecordHandle) -> Self {
        Entry { record: Some(Box::new(record_handle)), ..self }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        locked(&self.lock)
    }

    fn lock_open(&self) -> Result<MutexGuard<'_, Inner>> {
        let inner = self.lock();
        if inner.closed {
            return Err(Error::new(Status::Handle, Message::ShutDown));
        }
        Ok(inner)
    }

    /// Publishes the state for hits. To be called after every change of what they depend on.
    fn publish(&self, inner: &Inner) {
        let Some(token) = inner.current() else { return self.published.clear() };
        let (validity, now) = (&token.validity(), self.clock.now());
        // Those with something new to try, or with more time, must not be served by a hit.
        let for_all = |failure: &&CachedFailure| {
            !matches!(failure.class, FailureClass::UserActionRequired | FailureClass::DeadlineExceeded)
        };
        let failure = inner.failure.as_deref().filter(for_all);
        let left_ms = failure.map(|failure| failure.until_ms - now.boot_ms).filter(|left| *left > 0);
        let until = policy::fresh_until_age_ms(validity, inner.flight.is_some(), left_ms, now);
        self.published.publish(token.number, &token.issued.bearer, validity, until);
    }

    pub fn add_answer(&self, answer: BadAnswer) {
        self.lock().bad_answers.add(answer);
    }

    /// The last answers that were not what was asked for.
    pub fn bad_answers(&self) -> Vec<BadAnswer> {
        self.lock().bad_answers.all()
    }

    /// By a shutdown.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The lockout guard of the account, and its clock.
    pub fn limiter(&self) -> (&LoginRateLimiter, &Clock) {
        (&self.limiter, &self.clock)
    }

    /// Starts with a token that the program obtained elsewhere, if there is none yet; or with what another process has
    /// made of the same one.
    pub fn import(&self, issued: Issued, source: &dyn TokenSource) {
        if self.lock().tokens > 0 {
            return;
        }
        let read = self.record.as_ref().and_then(|record_handle| record_handle.read().ok().flatten());
        let record = TokenRecord::of(read.as_ref(), self.clock.now());
        let own = Token::new(issued, 1);
        // One that was refused is good for nothing where nothing replaces it.
        let is_good = |record: &TokenRecord| record.has_token() || source.can_replace(&own);
        let token = match record.filter(is_good) {
            Some(record) => {
                let token = Token::new(record.issued(), 1);
                token.set_stored_generation(record.generation);
                token
            }
            None => own,
        };
        let mut inner = self.lock();
        if inner.tokens == 0 && !inner.closed {
            inner.tokens = 1;
            inner.token = Some(Arc::new(token));
            self.publish(&inner);
        }
    }

    /// The provider itself refused the token: it is replaced, without the limit that `reject` has. Only of tokens that
    /// are dead on arrival not one after the other is: the next would be no better.
    pub fn mark_rejected(&self, token: &Token, source: &dyn TokenSource) {
        if !source.can_replace(token) {
            return;
        }
        let mut inner = self.lock();
        if token.issued.validity.is_dead_on_arrival() {
            let now_ms = self.clock.now().boot_ms;
            let again =
                |(at, number): (i64, u64)| now_ms - at < MIN_REFRESH_INTERVAL_MS && number < token.number;
            if inner.rejected.is_some_and(again) {
                return;
            }
            inner.rejected = Some((now_ms, token.number));
        }
        token.mark_rejected();
        self.publish(&inner);
    }

    /// This token is no longer to be had, and nothing is wrong with what follows it.
    pub fn drop_token(&self, token: &Token) {
        let mut inner = self.lock();
        inner.token.take_if(|current| current.number == token.number);
        self.publish(&inner);
    }

    /// Wipes everything and ends every wait at once.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.token = None;
        self.publish(&inner);
        if let Some(flight) = inner.flight.take() {
            flight.complete(Err(Error::new(Status::Handle, Message::ShutDown)));
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_for(Need::default())
    }

    /// What it is to an account with that need.
    pub fn snapshot_for(&self, need: Need) -> Snapshot {
        let inner = self.lock();
        let now = self.clock.now();
        let token = inner.current().map(Arc::clone);
        let validity = token.as_ref().map(|token| token.validity());
        let failure = inner.failure.as_ref().filter(|failure| now.boot_ms < failure.until_ms);
        let held = failure.map(|failure| failure.class);
        let state = match (validity.filter(|validity| policy::is_usable(validity, now, need)), held) {
            (Some(validity), _) if validity.is_dead_on_arrival() => "expired",
            (Some(validity), _) if validity.age_ms(now) < policy::renewed_from(&validity, need) => "fresh",
            (Some(_), _) => "ageing",
            (None, Some(FailureClass::Credentials)) => "refused",
            (None, Some(FailureClass::UserActionRequired)) => "action",
            (None, Some(_)) => "waiting",
            (None, None) if inner.flight.is_some() => "waiting",
            (None, None) if inner.token.is_some() => "expired",
            (None, None) => "none",
        };
        let held = failure.map(|failure| failure.as_error(now));
        Snapshot { token, state, last_error: inner.last_error, failure: held, now }
    }
}

#[cfg(all(test, not(loom)))]
mod tests;

#[cfg(all(test, loom))]
mod model;
