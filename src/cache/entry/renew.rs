//! Runs a renewal: on which thread, and its steps.

use super::peers::{RefreshGoal, RefreshMode, RenewalStart};
use super::settle::Attempt;
use super::store_session::StoreSession;
use super::{Entry, GetRequest, Inner};
use crate::cache::policy::FailureClass;
use crate::cache::single_flight::{
    RenewalFailure, RenewalSteps, SingleFlight, TokenSource, MIN_RENEWAL_TIME,
};
use crate::cache::token::Issued;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::Message;
use crate::util::deadline::Deadline;
use crate::util::random;
use crate::util::sync::MutexGuard;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longer than another process's renewal takes where nobody waits for longer; that may as well be stopped.
const MAX_PEER_WAIT: Duration = MIN_RENEWAL_TIME.saturating_add(Duration::from_secs(2));

/// What may come of a session that was replaced: behind the callers, and by one who does the work.
const MAX_LOGOUT: Duration = Duration::from_secs(10);
const MAX_OWN_LOGOUT: Duration = Duration::from_secs(2);

impl Entry {
    /// The renewal under way, or a new one: on a thread of ours, else it has been run when this returns. It goes on until
    /// the time of all who joined it is over.
    pub(super) fn join_or_start(
        self: &Arc<Self>,
        mut inner: MutexGuard<Inner>,
        request: &GetRequest,
        mode: RefreshMode,
        until: Instant,
    ) -> Arc<SingleFlight> {
        if let Some(flight) = &inner.flight {
            flight.wait_longer(until, request.total_timeout);
            return Arc::clone(flight);
        }
        let flight = Arc::new(SingleFlight::default());
        flight.wait_longer(until, request.total_timeout);
        inner.flight = Some(Arc::clone(&flight));
        self.publish(&inner);
        drop(inner);
        log::event(Level::Debug, || LogRecord::of(request.source.subject(), Event::RenewalBegan));

        let goal = RefreshGoal { mode, need: request.need };
        let (entry, source, own) = (Arc::clone(self), Arc::clone(request.source), Arc::clone(&flight));
        let taken = self.threads.run(move || {
            own.wait_longer(Instant::now(), MIN_RENEWAL_TIME);
            entry.run(&*source, &own, goal, None);
        });
        if !taken {
            self.run(&**request.source, &flight, goal, Some((until, request.total_timeout)));
        }
        flight
    }

    /// Takes the renewal out of the entry, if it is still the one there.
    pub(super) fn detach(&self, inner: &mut Inner, flight: &Arc<SingleFlight>) -> bool {
        inner.flight.take_if(|current| Arc::ptr_eq(current, flight)).is_some()
    }

    /// `own`: the end of the caller's time and how long that is in all, where a caller does the work: it waits for nobody
    /// else's sake.
    fn run(
        &self,
        source: &dyn TokenSource,
        flight: &Arc<SingleFlight>,
        goal: RefreshGoal,
        own: Option<(Instant, Duration)>,
    ) {
        let completion = CompleteOnDrop { cell: self, flight };
        let began = Instant::now();
        let timeout = || own.map_or_else(|| flight.timeout(), |(_, timeout)| timeout);
        let attempt = source.attempt();
        let peer_until = began + MAX_PEER_WAIT;
        let peer_until = own.map_or(peer_until, |(until, _)| until.min(peer_until));
        let (known, mut replaced) = (self.lock().token.clone(), None);
        let settled = match self.begin(source, goal, peer_until) {
            RenewalStart::Adopt(record) => self.adopt(flight, &record),
            RenewalStart::Fail(failed) => {
                let tried = Attempt { attempt, timeout: timeout().min(MIN_RENEWAL_TIME) };
                self.settle(flight, &StoreSession::without_record(None, false), &tried, Err(failed))
            }
            RenewalStart::Renew(session) => self.mark_started(flight, &session).and_then(|()| {
                if session.was_put_back() {
                    log::event(Level::Warning, || LogRecord::of(source.subject(), Event::RecordPutBack));
                }
                flight.extension.extend(Instant::now() + MIN_RENEWAL_TIME);
                let until = own.map_or_else(|| Deadline::of(&flight.extension), |(until, _)| until.into());
                let result = self.renewed(source, &session, until);
                let tried = Attempt { attempt, timeout: timeout() };
                let settled = self.settle(flight, &session, &tried, result);
                if let Some((Ok(token), ..)) = &settled {
                    replaced = session.replaced_by(token, known, self.clock.now());
                }
                if let Some(fault) = session.take_fault() {
                    let event = || LogRecord::of(source.subject(), Event::StoreFailed { why: fault.message });
                    log::event(Level::Warning, event);
                }
                settled
            }),
        };
        if let Some((outcome, level, event)) = settled {
            // Before the waiting calls return: they deliver the line.
            log::event(level, || LogRecord::of(source.subject(), event).took(began.elapsed()));
            flight.complete(outcome);
        }
        drop(completion);
        if let Some(old) = replaced {
            let most = Instant::now() + own.map_or(MAX_LOGOUT, |_| MAX_OWN_LOGOUT);
            source.replaced(&old, own.map_or(most, |(until, _)| until.min(most)));
        }
    }

    /// A request is about to be sent. `None`: the renewal was detached, do not send.
    fn mark_started(&self, flight: &Arc<SingleFlight>, session: &StoreSession) -> Option<()> {
        let mut inner = self.lock();
        inner.flight.as_ref().filter(|current| Arc::ptr_eq(current, flight))?;
        inner.last_request_ms = Some(self.clock.now().boot_ms);
        if let Some(nth) = session.times_refused() {
            inner.last_failure.get_or_insert((FailureClass::Credentials, nth));
        }
        Some(())
    }

    fn renewed(
        &self,
        source: &dyn TokenSource,
        session: &StoreSession,
        until: Deadline,
    ) -> std::result::Result<Issued, RenewalFailure> {
        let failed_before = self.lock().last_failure.map_or(0, |(_, times)| times);
        let steps = RenewalSteps {
            source,
            failed_before,
            current: session.refreshable(),
            limiter: &self.limiter,
            now: &|| self.clock.now(),
            jitter: &|| random::jitter().unsigned_abs(),
            before_refresh: &|| session.mark_refresh_sent(self.clock.now()),
            before_login: &|| session.mark_login_sent(self.clock.now()),
        };
        let result = panic::catch_unwind(AssertUnwindSafe(|| steps.run(until))).unwrap_or_else(|_| {
            let message = Message::Internal { place: "renewal".to_owned() };
            Err(RenewalFailure::new(Error::new(Status::Internal, message), FailureClass::Persistent))
        });
        match session.withheld() {
            Some(fault) if result.is_err() && !source.can_log_in() => {
                Err(RenewalFailure::new(fault, FailureClass::Misconfigured))
            }
            _ => result,
        }
    }
}

/// Completes the renewal on every path, a panic included, so that no caller waits in vain.
struct CompleteOnDrop<'a> {
    cell: &'a Entry,
    flight: &'a Arc<SingleFlight>,
}

impl Drop for CompleteOnDrop<'_> {
    fn drop(&mut self) {
        let lost: Result<_> =
            Err(Error::new(Status::Internal, Message::Internal { place: "landing".to_owned() }));
        self.flight.complete(lost);
        let mut inner = self.cell.lock();
        if self.cell.detach(&mut inner, self.flight) {
            self.cell.publish(&inner);
        }
    }
}
