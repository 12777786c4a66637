//! The token of one identity: hits without a lock, one renewal at a time, failures remembered.

use crate::clock::{Clock, Now};
use crate::error::{Error, Result, Status};
use crate::flight::{Flight, Source, Threads};
use crate::lockout::Budget;
use crate::message::Message;
use crate::renewal::{self, Class, Need, Verdict, LINGER_MS, SHORTEST_PAUSE_MS};
use crate::sync::locked;
use crate::token::{same_text, Issued, Token};
use arc_swap::ArcSwapOption;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

mod renewing;

/// A token that follows one refused less than this ago is not refused again: the cause is not the token.
const REFUSED_AGAIN_MS: i64 = 60_000;

/// Less time than this is none.
const NO_TIME: Duration = Duration::from_millis(10);

/// What one caller asks for.
pub struct Ask<'a> {
    pub source: &'a Arc<dyn Source>,
    pub need: Need,
    pub timeout: Duration,
}

/// A token, and the number of the one that this caller took part in getting: this one, or its successor, for which
/// a renewal runs behind the caller.
pub struct Got {
    pub token: Arc<Token>,
    pub own: Option<u64>,
}

pub struct Cell {
    token: ArcSwapOption<Token>,
    /// Until then (boot clock) a failure is remembered; 0: none.
    hold_until: AtomicI64,
    /// A renewal is under way: an ageing token needs nothing more.
    flying: AtomicBool,
    control: Mutex<Control>,
    pub counters: Counters,
    last_used_ms: AtomicI64,
    clock: Clock,
    budget: Arc<Budget>,
    threads: Arc<Threads>,
}

#[derive(Default)]
struct Control {
    flight: Option<Arc<Flight>>,
    hold: Option<Hold>,
    last_failure: Option<(Class, u32)>,
    last_error: Option<Status>,
    last_request_ms: Option<i64>,
    /// When, and as which number, a token was refused by an API.
    rejected: Option<(i64, u64)>,
    tokens: u64,
    closed: bool,
}

/// A failure remembered.
struct Hold {
    error: Error,
    class: Class,
    since: i64,
    until: i64,
    attempt: u64,
}

impl Hold {
    /// A person who sets something new is not made to wait for what failed before.
    fn applies(&self, now: Now, attempt: u64) -> bool {
        now.boot_ms < self.until && (self.class != Class::Action || self.attempt == attempt)
    }

    fn remembered(&self, now: Now) -> Error {
        self.error.remembered(now.boot_ms - self.since, self.until - now.boot_ms)
    }
}

/// How often what happened to one identity.
#[derive(Default)]
pub struct Counters {
    pub hits: AtomicU64,
    pub waits: AtomicU64,
    pub logins: AtomicU64,
    pub refreshes: AtomicU64,
    pub failures: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What `erptoken_info` tells of an identity.
pub struct Snapshot {
    pub token: Option<Arc<Token>>,
    pub state: &'static str,
    pub last_error: Option<Status>,
    pub now: Now,
}

impl Cell {
    pub fn new(clock: Clock, budget: Arc<Budget>, threads: Arc<Threads>) -> Self {
        Cell {
            token: ArcSwapOption::empty(),
            hold_until: AtomicI64::new(0),
            flying: AtomicBool::new(false),
            control: Mutex::default(),
            counters: Counters::default(),
            last_used_ms: AtomicI64::new(clock.now().boot_ms),
            clock,
            budget,
            threads,
        }
    }

    fn control(&self) -> MutexGuard<'_, Control> {
        locked(&self.control)
    }

    /// Starts with a token that the program obtained elsewhere, if there is none yet.
    pub fn import(&self, issued: Issued) {
        let mut control = self.control();
        if control.tokens == 0 {
            control.tokens = 1;
            self.token.store(Some(Arc::new(Token::new(issued, 1))));
        }
    }

    /// The token, if it can be handed out at once with nothing else to do: no lock, no allocation.
    pub fn hit<R>(&self, need: Need, read: impl FnOnce(&Token) -> R) -> Option<R> {
        let token = self.token.load();
        let token = token.as_ref()?;
        let now = self.clock.now();
        let holding = now.boot_ms < self.hold_until.load(Ordering::Relaxed);
        let ready = match renewal::decide(Some(&token.issued.life), holding, now, need) {
            Verdict::Use => true,
            Verdict::UseAndRenew => self.flying.load(Ordering::Relaxed),
            _ => false,
        };
        if !ready || token.is_rejected() {
            return None;
        }
        self.used(now);
        count(&self.counters.hits);
        Some(read(token))
    }

    fn used(&self, now: Now) {
        // Written once a second at most, so that hits on several processors do not fight for it.
        if now.boot_ms - self.last_used_ms.load(Ordering::Relaxed) > 1_000 {
            self.last_used_ms.store(now.boot_ms, Ordering::Relaxed);
        }
    }

    /// A token for one caller: from the cache, or by a renewal that it starts or joins.
    pub fn get(self: &Arc<Self>, ask: &Ask) -> Result<Got> {
        let until = Instant::now() + ask.timeout;
        let now = self.clock.now();
        self.used(now);
        let control = self.open_control()?;
        let current = self.current();
        let holding = control.hold.as_ref().is_some_and(|hold| hold.applies(now, ask.source.attempt()));
        let life = current.as_deref().map(|token| &token.issued.life);
        let verdict = renewal::decide(life, holding, now, ask.need);
        match (verdict, current) {
            (Verdict::Use, Some(token)) => Ok(self.handed_out(token)),
            (Verdict::UseAndRenew, Some(token)) if control.flight.is_some() => Ok(self.handed_out(token)),
            (Verdict::UseAndRenew, Some(token)) => {
                // On a thread behind the caller. Where there is none the caller has just done the work itself.
                let next = control.tokens + 1;
                let flight = self.board(control, ask, until);
                let token = match flight.wait(Instant::now()) {
                    Some(Ok(newer)) => newer,
                    _ => self.handed_out(token).token,
                };
                Ok(Got { token, own: Some(next) })
            }
            (Verdict::Linger, Some(token)) => self.linger(control, ask, token, until),
            (Verdict::Refuse, _) => Err(self.refusal(&control, now)),
            (_, current) => {
                if let Some(error) = self.hopeless(&control, current.as_deref(), ask.need, now) {
                    return Err(error);
                }
                count(&self.counters.waits);
                let outcome = self.board(control, ask, until).wait(until);
                let left = until.saturating_duration_since(Instant::now());
                // Without threads another caller did the work, and gave up when its own time was over.
                if matches!(&outcome, Some(Err(error)) if error.status == Status::Timeout) && left > NO_TIME {
                    return self.get(&Ask { timeout: left, ..*ask });
                }
                self.satisfying(outcome.unwrap_or_else(|| Err(waited_too_long(ask)))?, ask.need)
            }
        }
    }

    /// Renews now, whatever is left of the token.
    pub fn renew(self: &Arc<Self>, ask: &Ask) -> Result<()> {
        let until = Instant::now() + ask.timeout;
        let now = self.clock.now();
        let control = self.open_control()?;
        if control.hold.as_ref().is_some_and(|hold| hold.applies(now, ask.source.attempt())) {
            return Err(self.refusal(&control, now));
        }
        let recent = control.last_request_ms.is_some_and(|at| now.boot_ms - at < SHORTEST_PAUSE_MS);
        if recent && control.flight.is_none() && self.current().is_some() {
            return Ok(());
        }
        let outcome = self.board(control, ask, until).wait(until);
        outcome.unwrap_or_else(|| Err(waited_too_long(ask))).map(drop)
    }

    /// An API refused `access_token`. Drops it only if it is still the current one.
    pub fn reject(&self, access_token: &str) -> Result<()> {
        let mut control = self.open_control()?;
        let Some(token) = self.current() else { return Ok(()) };
        if !same_text(token.issued.bearer.access_token(), access_token) {
            return Ok(());
        }
        let now = self.clock.now().boot_ms;
        if control.rejected.is_some_and(|(at, number)| now - at < REFUSED_AGAIN_MS && number < token.number) {
            return Err(Error::new(Status::RefusedAgain, Message::RefusedAgain));
        }
        control.rejected = Some((now, token.number));
        token.reject();
        Ok(())
    }

    /// Forgets the token and gives it to be revoked. Waits for a renewal under way, so that its token is not
    /// left alive at the provider; one that takes too long is disowned, and said to be.
    pub fn forget(&self, timeout: Duration) -> Result<Option<Arc<Token>>> {
        let until = Instant::now() + timeout;
        let flight = self.control().flight.clone();
        let slow = flight.filter(|flight| flight.wait(until).is_none());
        let mut control = self.control();
        let token = self.token.swap(None);
        match slow.filter(|flight| self.take_off(&mut control, flight)) {
            None => Ok(token),
            Some(flight) => {
                let message = Message::LogoutUnfinished { ms: timeout.as_millis() };
                let disowned = Error::new(Status::Timeout, message);
                flight.land(Err(disowned.clone()));
                Err(disowned)
            }
        }
    }

    /// Wipes everything; those who wait are told at once.
    pub fn close(&self) {
        let mut control = self.control();
        control.closed = true;
        self.token.store(None);
        if let Some(flight) = control.flight.take() {
            flight.land(Err(Error::new(Status::Handle, Message::ShutDown)));
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        let control = self.control();
        let now = self.clock.now();
        let token = self.token.load_full();
        let usable = token.as_deref().filter(|token| !token.is_rejected()).map(|token| token.issued.life);
        let held = control.hold.as_ref().filter(|hold| now.boot_ms < hold.until).map(|hold| hold.class);
        let state = match (usable.filter(|life| renewal::hands_out(life, now, Need::default())), held) {
            (Some(life), _) if life.age(now) < life.refresh_from => "fresh",
            (Some(_), _) => "ageing",
            (None, Some(Class::Credentials)) => "refused",
            (None, Some(Class::Action)) => "action",
            (None, Some(_)) => "waiting",
            (None, None) if control.flight.is_some() => "waiting",
            (None, None) if token.is_some() => "expired",
            (None, None) => "none",
        };
        // What is told of a token would mislead where it is not handed out any more.
        let token = token.filter(|token| !token.is_rejected());
        Snapshot { token, state, last_error: control.last_error, now }
    }

    pub fn last_used_ms(&self) -> i64 {
        self.last_used_ms.load(Ordering::Relaxed)
    }

    /// Whether dropping this cell loses nothing: no token that could be handed out, no failure to remember.
    pub fn is_spent(&self) -> bool {
        let snapshot = self.snapshot();
        matches!(snapshot.state, "none" | "expired")
    }

    fn open_control(&self) -> Result<MutexGuard<'_, Control>> {
        let control = self.control();
        if control.closed {
            return Err(Error::new(Status::Handle, Message::ShutDown));
        }
        Ok(control)
    }

    /// The token, unless an API refused it.
    fn current(&self) -> Option<Arc<Token>> {
        self.token.load_full().filter(|token| !token.is_rejected())
    }

    fn handed_out(&self, token: Arc<Token>) -> Got {
        count(&self.counters.hits);
        Got { token, own: None }
    }

    fn refusal(&self, control: &Control, now: Now) -> Error {
        match &control.hold {
            Some(hold) => hold.remembered(now),
            None => Error::new(Status::Internal, Message::Internal { place: "cell".to_owned() }),
        }
    }

    /// The token is only too short for this caller, and the provider was asked a moment ago.
    fn hopeless(&self, control: &Control, current: Option<&Token>, need: Need, now: Now) -> Option<Error> {
        let life = &current?.issued.life;
        let recent = control.last_request_ms.is_some_and(|at| now.boot_ms - at < SHORTEST_PAUSE_MS);
        let alive = renewal::hands_out(life, now, Need::default());
        (recent && alive && control.flight.is_none()).then(|| too_short(life.left_ms(now), need))
    }

    fn satisfying(&self, token: Arc<Token>, need: Need) -> Result<Got> {
        let left = token.issued.life.left_ms(self.clock.now());
        if need.min_left_ms > 0 && left < need.min_left_ms {
            return Err(too_short(left, need));
        }
        let own = Some(token.number);
        Ok(Got { token, own })
    }

    /// Inside the guard window: a better token if it comes in time, else the old one.
    fn linger(
        self: &Arc<Self>,
        control: MutexGuard<Control>,
        ask: &Ask,
        old: Arc<Token>,
        until: Instant,
    ) -> Result<Got> {
        let moment = until.min(Instant::now() + Duration::from_millis(LINGER_MS.unsigned_abs()));
        let flight = self.board(control, ask, until);
        match flight.wait(moment) {
            Some(Ok(token)) => self.satisfying(token, ask.need),
            failed => {
                if renewal::hands_out(&old.issued.life, self.clock.now(), ask.need) && !old.is_rejected() {
                    return Ok(self.handed_out(old));
                }
                let outcome = failed.or_else(|| flight.wait(until));
                self.satisfying(outcome.unwrap_or_else(|| Err(waited_too_long(ask)))?, ask.need)
            }
        }
    }
}

fn too_short(left_ms: i64, need: Need) -> Error {
    let message = Message::TooShortLived { left_s: left_ms / 1000, wanted_s: need.min_left_ms / 1000 };
    let mut error = Error::new(Status::Response, message);
    error.retry_after_s = u32::try_from(SHORTEST_PAUSE_MS / 1000).unwrap_or_default();
    error
}

fn waited_too_long(ask: &Ask) -> Error {
    Error::new(Status::Timeout, Message::WaitedTooLong { ms: ask.timeout.as_millis() })
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod tests;
