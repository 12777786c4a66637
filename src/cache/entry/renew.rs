//! Runs a renewal: on which thread, and its steps.

use super::peers::{RefreshGoal, RefreshMode, RenewalStart};
use super::settle::Attempt;
use super::store_session::StoreSession;
use super::{Entry, GetRequest, Inner};
use crate::cache::policy::FailureClass;
use crate::cache::single_flight::{
    RenewalFailure, RenewalSteps, SingleFlight, TokenSource, MAX_RENEWAL_TIME,
};
use crate::cache::token::Issued;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::Message;
use crate::util::random;
use crate::util::sync::MutexGuard;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longer than another process's renewal takes.
const MAX_PEER_WAIT: Duration = MAX_RENEWAL_TIME.saturating_add(Duration::from_secs(2));

impl Entry {
    /// The renewal under way, or a new one: on a thread of ours, else it has been run when this returns.
    pub(super) fn join_or_start(
        self: &Arc<Self>,
        mut inner: MutexGuard<Inner>,
        request: &GetRequest,
        mode: RefreshMode,
        until: Instant,
    ) -> Arc<SingleFlight> {
        if let Some(flight) = &inner.flight {
            return Arc::clone(flight);
        }
        let flight = Arc::new(SingleFlight::default());
        inner.flight = Some(Arc::clone(&flight));
        self.publish(&inner);
        drop(inner);
        log::event(Level::Debug, || LogRecord::of(request.source.subject(), Event::RenewalBegan));

        let goal = RefreshGoal { mode, need: request.need };
        let (entry, source, own) = (Arc::clone(self), Arc::clone(request.source), Arc::clone(&flight));
        let taken = self.threads.run(move || entry.run(&*source, &own, goal, None, MAX_RENEWAL_TIME));
        if !taken {
            self.run(
                &**request.source,
                &flight,
                goal,
                Some(until),
                request.total_timeout.min(MAX_RENEWAL_TIME),
            );
        }
        flight
    }

    /// Takes the renewal out of the entry, if it is still the one there.
    pub(super) fn detach(&self, inner: &mut Inner, flight: &Arc<SingleFlight>) -> bool {
        inner.flight.take_if(|current| Arc::ptr_eq(current, flight)).is_some()
    }

    /// `limit`: the end of the caller's time, where a caller does the work.
    fn run(
        &self,
        source: &dyn TokenSource,
        flight: &Arc<SingleFlight>,
        goal: RefreshGoal,
        limit: Option<Instant>,
        timeout: Duration,
    ) {
        let completion = CompleteOnDrop { cell: self, flight };
        let began = Instant::now();
        let within = |longest: Duration| {
            let end = Instant::now() + longest;
            limit.map_or(end, |limit| limit.min(end))
        };
        let tried = Attempt { attempt: source.attempt(), timeout };
        let settled = match self.begin(source, goal, within(MAX_PEER_WAIT)) {
            RenewalStart::Adopt(record) => self.adopt(flight, &record),
            RenewalStart::Fail(failed) => {
                self.settle(flight, &StoreSession::without_record(None, false), &tried, Err(failed))
            }
            RenewalStart::Renew(session) => self.mark_started(flight, &session).and_then(|()| {
                if session.was_put_back() {
                    log::event(Level::Warning, || LogRecord::of(source.subject(), Event::RecordPutBack));
                }
                let result = self.renewed(source, &session, within(MAX_RENEWAL_TIME));
                let settled = self.settle(flight, &session, &tried, result);
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
        until: Instant,
    ) -> std::result::Result<Issued, RenewalFailure> {
        let steps = RenewalSteps {
            source,
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
