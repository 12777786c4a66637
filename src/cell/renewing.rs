//! The part of a cell that runs a renewal and settles what comes of it.

use super::counters::count;
use super::{Ask, Cell, Control, Hold};
use crate::clock::Now;
use crate::error::{Error, Result, Status};
use crate::flight::{Failed, Flight, Outcome, Source, Steps, LONGEST};
use crate::log::{self, Entry, Event, Level};
use crate::message::Message;
use crate::random;
use crate::renewal::{self, Class, Need};
use crate::sync::MutexGuard;
use crate::token::{same_text, Issued, Origin, Token};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// No provider makes us wait longer than this.
const LONGEST_RETRY_AFTER_S: u32 = 3_600;

/// What a renewal was tried with.
struct Tried {
    attempt: u64,
    patience: Duration,
}

impl Cell {
    /// The renewal under way, or a new one: on a thread of ours, else it has been run when this returns.
    pub(super) fn board(
        self: &Arc<Self>,
        mut control: MutexGuard<Control>,
        ask: &Ask,
        until: Instant,
    ) -> Arc<Flight> {
        if let Some(flight) = &control.flight {
            return Arc::clone(flight);
        }
        let flight = Arc::new(Flight::default());
        control.flight = Some(Arc::clone(&flight));
        control.last_request_ms = Some(self.clock.now().boot_ms);
        self.show(&control);
        drop(control);
        log::event(Level::Debug, || Entry::of(ask.source.subject(), Event::RenewalBegan));

        let (cell, source, own) = (Arc::clone(self), Arc::clone(ask.source), Arc::clone(&flight));
        let taken = self.threads.run(move || cell.fly(&*source, &own, Instant::now() + LONGEST, LONGEST));
        if !taken {
            self.fly(&**ask.source, &flight, until.min(Instant::now() + LONGEST), ask.patience.min(LONGEST));
        }
        flight
    }

    /// Takes the flight out of the cell, if it is still the one there.
    pub(super) fn take_off(&self, control: &mut Control, flight: &Arc<Flight>) -> bool {
        control.flight.take_if(|current| Arc::ptr_eq(current, flight)).is_some()
    }

    fn fly(&self, source: &dyn Source, flight: &Arc<Flight>, until: Instant, patience: Duration) {
        let landing = Landing { cell: self, flight };
        let began = Instant::now();
        // A refused token's refresh token may still be good, so the token is taken as it is.
        let previous = self.control().token.clone();
        let steps = Steps {
            source,
            current: previous.as_deref(),
            budget: &self.budget,
            now_ms: &|| self.clock.now().boot_ms,
            jitter: &|| random::jitter().unsigned_abs(),
        };
        let tried = Tried { attempt: source.attempt(), patience };
        let result = panic::catch_unwind(AssertUnwindSafe(|| steps.run(until))).unwrap_or_else(|_| {
            let message = Message::Internal { place: "renewal".to_owned() };
            Err(Failed::new(Error::new(Status::Internal, message), Class::Config))
        });
        if let Some((outcome, level, event)) = self.settle(flight, previous.as_deref(), &tried, result) {
            // Before those who wait go: a line is delivered by a call that returns.
            log::event(level, || Entry::of(source.subject(), event).took(began.elapsed()));
            flight.land(outcome);
        }
        drop(landing);
    }

    /// What the renewal ended with, for those who wait and for the log. `None`: shut down or disowned meanwhile, and
    /// what was brought is wiped.
    fn settle(
        &self,
        flight: &Arc<Flight>,
        previous: Option<&Token>,
        tried: &Tried,
        result: std::result::Result<Issued, Failed>,
    ) -> Option<(Outcome, Level, Event)> {
        let now = self.clock.now();
        let mut control = self.control();
        if !self.take_off(&mut control, flight) {
            return None;
        }
        let settled = match result {
            Ok(issued) => {
                let token = self.keep(&mut control, previous, issued, now);
                let event = brought(&token);
                (Ok(token), Level::Information, event)
            }
            Err(mut failed) => {
                // The time was over, which says nothing to who has more of it.
                if failed.error.status == Status::Timeout {
                    failed.class = Class::Hurried;
                }
                let (error, left_ms) = self.remember(&mut control, failed, tried, now);
                let (level, event) = failed_event(&error, left_ms);
                (Err(error), level, event)
            }
        };
        self.show(&control);
        Some(settled)
    }

    fn keep(
        &self,
        control: &mut Control,
        previous: Option<&Token>,
        mut issued: Issued,
        now: Now,
    ) -> Arc<Token> {
        match issued.origin {
            Origin::Login => count(&self.counters.logins),
            Origin::Refresh => count(&self.counters.refreshes),
            Origin::Store | Origin::Import => {}
        }
        // What others kept was asked of no provider.
        let comparable = previous.filter(|old| !old.is_rejected() && issued.origin != Origin::Store);
        if let Some(left_ms) = comparable.and_then(|old| no_progress(old, &issued, now)) {
            issued.life = issued.life.without_progress(now, left_ms);
        }
        control.tokens += 1;
        control.hold = None;
        control.last_failure = None;
        control.last_error = None;
        let token = Arc::new(Token::new(issued, control.tokens));
        control.token = Some(Arc::clone(&token));
        token
    }

    /// The error for those who wait, and what is left of a token that is good still.
    fn remember(
        &self,
        control: &mut Control,
        failed: Failed,
        tried: &Tried,
        now: Now,
    ) -> (Error, Option<i64>) {
        count(&self.counters.failures);
        let nth = match control.last_failure {
            Some((class, times)) if class == failed.class => times.saturating_add(1),
            _ => 1,
        };
        control.last_failure = Some((failed.class, nth));
        control.last_error = Some(failed.error.status);
        let left = control
            .current()
            .filter(|token| renewal::hands_out(&token.issued.life, now, Need::default()))
            .map(|token| token.issued.life.left_ms(now));
        let asked = i64::from(failed.error.retry_after_s.min(LONGEST_RETRY_AFTER_S)) * 1000;
        let hold = renewal::hold_ms(failed.class, nth, left, random::jitter()).max(asked);
        let until = now.boot_ms + hold;
        let mut error = failed.error.clone();
        error.retry_after_s = u32::try_from((hold + 999) / 1000).unwrap_or(u32::MAX);
        let Tried { attempt, patience } = *tried;
        let held =
            Hold { error: failed.error, class: failed.class, since: now.boot_ms, until, attempt, patience };
        control.hold = (hold > 0).then(|| Box::new(held));
        (error, left)
    }
}

fn brought(token: &Token) -> Event {
    let life_s = token.issued.life.dies / 1000;
    match token.issued.origin {
        Origin::Refresh => Event::Refreshed { life_s },
        _ => Event::LoggedIn { life_s },
    }
}

fn failed_event(error: &Error, left_ms: Option<i64>) -> (Level, Event) {
    let (status, why, retry_in_s) = (error.status.name(), error.message.clone(), error.retry_after_s);
    match left_ms {
        Some(left_ms) => {
            let left_s = left_ms / 1000;
            (Level::Warning, Event::RenewalFailedInTime { status, retry_in_s, left_s, why })
        }
        None => (Level::Error, Event::RenewalFailed { status, retry_in_s, why }),
    }
}

/// The provider handed out what it had handed out before, or something that lives hardly longer than what is
/// still handed out. What is left of the old token then.
fn no_progress(old: &Token, new: &Issued, now: Now) -> Option<i64> {
    let left = old.issued.life.left_ms(now);
    if same_text(old.issued.bearer.access_token(), new.bearer.access_token()) {
        return Some(left);
    }
    let alive = renewal::hands_out(&old.issued.life, now, Need::default());
    let gained = new.life.left_ms(now) - left;
    (alive && (0..new.life.dies / 20).contains(&gained)).then_some(0)
}

/// Lands the flight on every path: those who wait must never wait for nobody.
struct Landing<'a> {
    cell: &'a Cell,
    flight: &'a Arc<Flight>,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let lost: Result<_> =
            Err(Error::new(Status::Internal, Message::Internal { place: "landing".to_owned() }));
        self.flight.land(lost);
        let mut control = self.cell.control();
        if self.cell.take_off(&mut control, self.flight) {
            self.cell.show(&control);
        }
    }
}
