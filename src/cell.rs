//! The token of one identity: hits without a lock, one renewal at a time, failures remembered.
//!
//! What a hit reads is published from here; `asking` is the way of every other caller, `renewing` and `settling` that of a renewal,
//! `sharing` and `desk` its dealings with other processes; `rejecting` is how a token goes out of use.

use crate::clock::{Clock, Now};
use crate::error::{Error, Result, Status};
use crate::flight::{SingleFlight, TokenSource, WorkerThreads};
use crate::lockout::LoginRateLimiter;
use crate::message::Message;
use crate::published::Published;
use crate::random;
use crate::record::TokenRecord;
use crate::renewal::{self, FailureClass, Need, MIN_REFRESH_INTERVAL_MS};
use crate::store::RecordHandle;
use crate::sync::{locked, Mutex, MutexGuard};
use crate::token::{Issued, Token};
use std::sync::atomic::AtomicI64;
use std::sync::Arc;
use std::time::Duration;

mod asking;
mod counters;
mod desk;
mod rejecting;
mod renewing;
mod settling;
mod sharing;

use counters::Counters;

/// What one caller asks for.
pub struct Ask<'a> {
    pub source: &'a Arc<dyn TokenSource>,
    pub need: Need,
    /// How long the caller waits from the beginning of its call, and what is left of it.
    pub patience: Duration,
    pub timeout: Duration,
}

impl<'a> Ask<'a> {
    pub fn new(source: &'a Arc<dyn TokenSource>, need: Need, timeout: Duration) -> Self {
        Ask { source, need, patience: timeout, timeout }
    }
}

/// A token, and the number of the one that this caller took part in getting: this one, or its successor, for which
/// a renewal runs behind the caller.
pub struct Got {
    pub token: Arc<Token>,
    pub own: Option<u64>,
}

pub struct Cell {
    /// What hits read: follows every change of `control` that matters to them.
    pub published: Published,
    /// When the store was looked at because of a failure that is remembered, by the boot clock.
    store_polled_ms: AtomicI64,
    clock: Clock,
    limiter: Arc<LoginRateLimiter>,
    threads: Arc<WorkerThreads>,
    /// Where other processes find the token; `None`: nowhere.
    record: Option<Box<RecordHandle>>,
    control: Mutex<Control>,
    pub counters: Counters,
}

#[derive(Default)]
struct Control {
    token: Option<Arc<Token>>,
    flight: Option<Arc<SingleFlight>>,
    hold: Option<Box<Hold>>,
    last_failure: Option<(FailureClass, u32)>,
    last_error: Option<Status>,
    last_request_ms: Option<i64>,
    /// When, and as which number, a token was refused by an API.
    rejected: Option<(i64, u64)>,
    tokens: u64,
    /// Tokens up to this number were logged out.
    forgotten: u64,
    closed: bool,
}

impl Control {
    /// The token, unless an API refused it.
    fn current(&self) -> Option<&Arc<Token>> {
        self.token.as_ref().filter(|token| !token.is_rejected())
    }

    /// The failure remembered, while its time has not passed. A person who sets something new is not made to wait
    /// for what failed before, nor a patient caller for what a hurried one gave up.
    fn held(&self, now: Now, ask: &Ask) -> Option<&Hold> {
        let hold = self.hold.as_deref().filter(|hold| now.boot_ms < hold.until)?;
        let applies = match hold.class {
            FailureClass::UserActionRequired => hold.attempt == ask.source.attempt(),
            FailureClass::DeadlineExceeded => ask.patience <= hold.patience,
            FailureClass::PeerRefreshing => {
                self.current().is_some_and(|token| renewal::is_usable(&token.issued.validity, now, ask.need))
            }
            _ => true,
        };
        applies.then_some(hold)
    }

    /// The token is gone for which a failure could be waited out: from now on it is held as one without a token.
    fn shorten_hold(&mut self, now_ms: i64) {
        if let (Some(hold), Some((FailureClass::Transient, nth))) = (&mut self.hold, self.last_failure) {
            let without = renewal::backoff_ms(FailureClass::Transient, nth, None, random::jitter());
            let asked = hold.since + 1_000 * i64::from(hold.error.retry_after_s);
            hold.until = hold.until.min(asked.max(now_ms + without));
        }
    }

    /// The provider was asked a moment ago, and has answered.
    fn asked_recently(&self, now: Now) -> bool {
        let recent = self.last_request_ms.is_some_and(|at| now.boot_ms - at < MIN_REFRESH_INTERVAL_MS);
        recent && self.flight.is_none()
    }
}

/// A failure remembered.
struct Hold {
    error: Error,
    class: FailureClass,
    since: i64,
    until: i64,
    attempt: u64,
    /// How long the provider was waited for at most.
    patience: Duration,
}

impl Hold {
    fn remembered(&self, now: Now) -> Error {
        self.error.remembered(now.boot_ms - self.since, self.until - now.boot_ms)
    }
}

/// What `erptoken_info` tells of an identity.
pub struct Snapshot {
    pub token: Option<Arc<Token>>,
    pub state: &'static str,
    pub last_error: Option<Status>,
    /// The failure that is remembered.
    pub held: Option<Error>,
    pub now: Now,
}

impl Cell {
    pub fn new(clock: Clock, limiter: Arc<LoginRateLimiter>, threads: Arc<WorkerThreads>) -> Self {
        Cell {
            published: Published::new(),
            counters: Counters::default(),
            store_polled_ms: AtomicI64::new(i64::MIN / 2),
            clock,
            control: Mutex::default(),
            limiter,
            threads,
            record: None,
        }
    }

    /// Shares its token with other processes there.
    pub fn with_record(self, record_handle: RecordHandle) -> Self {
        Cell { record: Some(Box::new(record_handle)), ..self }
    }

    fn control(&self) -> MutexGuard<'_, Control> {
        locked(&self.control)
    }

    fn open_control(&self) -> Result<MutexGuard<'_, Control>> {
        let control = self.control();
        if control.closed {
            return Err(Error::new(Status::Handle, Message::ShutDown));
        }
        Ok(control)
    }

    /// Lets hits hand out what `control` says, after everything in it that matters to them has changed.
    fn publish(&self, control: &Control) {
        let Some(token) = control.current() else { return self.published.clear() };
        let (validity, now) = (&token.issued.validity, self.clock.now());
        // Who has something new to try, or more time, must not be kept from it by a hit.
        let for_all = |hold: &&Hold| {
            !matches!(hold.class, FailureClass::UserActionRequired | FailureClass::DeadlineExceeded)
        };
        let hold = control.hold.as_deref().filter(for_all);
        let left_ms = hold.map(|hold| hold.until - now.boot_ms).filter(|left| *left > 0);
        let until = renewal::fresh_until_age_ms(validity, control.flight.is_some(), left_ms, now);
        self.published.publish(token.number, &token.issued.bearer, validity, until);
    }

    /// By a shutdown.
    pub fn is_closed(&self) -> bool {
        self.control().closed
    }

    /// The lockout guard of the account, and its clock.
    pub fn limiter(&self) -> (&LoginRateLimiter, &Clock) {
        (&self.limiter, &self.clock)
    }

    /// Starts with a token that the program obtained elsewhere, if there is none yet; or with what another process has
    /// made of the same one.
    pub fn import(&self, issued: Issued) {
        if self.control().tokens > 0 {
            return;
        }
        let read = self.record.as_ref().and_then(|record_handle| record_handle.read().ok().flatten());
        let record = TokenRecord::of(read.as_ref(), self.clock.now());
        let token = match record {
            Some(record) => {
                let token = Token::new(record.issued(), 1);
                token.set_stored_generation(record.generation);
                token
            }
            None => Token::new(issued, 1),
        };
        let mut control = self.control();
        if control.tokens == 0 && !control.closed {
            control.tokens = 1;
            control.token = Some(Arc::new(token));
            self.publish(&control);
        }
    }

    /// A token proved dead where its provider must know: another one follows, however often that happens.
    pub fn mark_rejected(&self, token: &Token) {
        let control = self.control();
        token.mark_rejected();
        self.publish(&control);
    }

    /// This token is no longer to be had, and nothing is wrong with what follows it.
    pub fn drop_token(&self, token: &Token) {
        let mut control = self.control();
        control.token.take_if(|current| current.number == token.number);
        self.publish(&control);
    }

    /// Wipes everything; those who wait are told at once.
    pub fn close(&self) {
        let mut control = self.control();
        control.closed = true;
        control.token = None;
        self.publish(&control);
        if let Some(flight) = control.flight.take() {
            flight.complete(Err(Error::new(Status::Handle, Message::ShutDown)));
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_for(Need::default())
    }

    /// What it is to an account with that need.
    pub fn snapshot_for(&self, need: Need) -> Snapshot {
        let control = self.control();
        let now = self.clock.now();
        let token = control.current().map(Arc::clone);
        let validity = token.as_ref().map(|token| token.issued.validity);
        let hold = control.hold.as_ref().filter(|hold| now.boot_ms < hold.until);
        let held = hold.map(|hold| hold.class);
        let state = match (validity.filter(|validity| renewal::is_usable(validity, now, need)), held) {
            (Some(validity), _) if validity.age_ms(now) < renewal::renewed_from(&validity, need) => "fresh",
            (Some(_), _) => "ageing",
            (None, Some(FailureClass::Credentials)) => "refused",
            (None, Some(FailureClass::UserActionRequired)) => "action",
            (None, Some(_)) => "waiting",
            (None, None) if control.flight.is_some() => "waiting",
            (None, None) if control.token.is_some() => "expired",
            (None, None) => "none",
        };
        let held = hold.map(|hold| hold.remembered(now));
        Snapshot { token, state, last_error: control.last_error, held, now }
    }

    /// Whether this token of the identity may still be handed out to a caller for whom it was kept.
    pub fn may_still_hand_out(&self, token: &Token) -> bool {
        let control = self.control();
        !control.closed && token.number > control.forgotten && !token.is_rejected()
    }
}

#[cfg(all(test, not(loom)))]
#[path = "cell_tests.rs"]
mod tests;

#[cfg(all(test, loom))]
#[path = "cell_model.rs"]
mod model;
