//! A call that is no hit: carries out what the policy decides.

use super::counters::count;
use super::peers::RefreshMode;
use super::{Entry, GetRequest, Inner, Obtained};
use crate::cache::policy::{
    self, Decision, FailureClass, Need, MANDATORY_REFRESH_WAIT_MS, MIN_REFRESH_INTERVAL_MS,
};
use crate::cache::single_flight::Outcome;
use crate::cache::token::{Origin, Token};
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::{Message, StoreFault};
use crate::util::clock::Now;
use crate::util::sync::MutexGuard;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A caller that waits for a newer token takes the old one this long before its end.
const HANDOVER_MARGIN_MS: i64 = 50;

/// With less time than this left nothing is begun.
const MIN_REMAINING: Duration = Duration::from_millis(10);

impl Entry {
    /// A token for one caller: from the cache, or by a renewal that it starts or joins.
    pub fn get(self: &Arc<Self>, request: &GetRequest) -> Result<Obtained> {
        let until = Instant::now() + request.remaining;
        let inner = self.lock_open()?;
        // After the lock was waited for: what is held must be judged by the time in which it is seen.
        let now = self.clock.now();
        let current = inner.current().map(Arc::clone);
        let held = inner.cached_failure(now, request);
        let validity = current.as_deref().map(Token::validity);
        let decision = policy::decide(validity.as_ref(), held.is_some(), now, request.need);
        match (decision, current) {
            (Decision::Fresh, Some(token)) => Ok(self.handed_out_again(inner, token)),
            (Decision::AdvisoryRefresh, Some(token)) if inner.flight.is_some() => {
                Ok(self.handed_out_again(inner, token))
            }
            (Decision::AdvisoryRefresh, Some(token)) => {
                // On a thread behind the caller. Where there is none the caller has just done the work itself.
                let next = inner.tokens + 1;
                let flight = self.join_or_start(inner, request, RefreshMode::Better, until);
                let token = match flight.wait(Instant::now()) {
                    Some(Ok(newer)) => newer,
                    // The caller's own work may have taken what was left of it.
                    Some(Err(error)) if !self.is_still_usable(&token, request.need) => {
                        return self.get_again(Some(Err(error)), request, until);
                    }
                    _ => self.handed_out(token).token,
                };
                Ok(Obtained { token, own_number: Some(next) })
            }
            (Decision::MandatoryRefresh, Some(token)) => self.wait_briefly(inner, request, token, until),
            (Decision::CachedError, _) => {
                let error = held.map_or_else(no_cached_failure, |failure| failure.as_error(now));
                drop(inner);
                if self.adopt_if_renewed_by_peer(request.need) {
                    let Obtained { token, .. } = self.get(request)?;
                    let own = Some(token.number);
                    return Ok(Obtained { token, own_number: own });
                }
                Err(log_cached_failure(error, request))
            }
            (_, current) => {
                if let Some(error) = too_short_for_now(&inner, current.as_deref(), request.need, now) {
                    return Err(error);
                }
                count(&self.counters.waits);
                let outcome = self.join_or_start(inner, request, RefreshMode::Required, until).wait(until);
                self.get_again(outcome, request, until)
            }
        }
    }

    /// What a renewal brought that the caller waited for; or the caller's own try in the time that is left, where the
    /// renewal was another's and not meant for this one: without threads, others give up when their own time is over;
    /// behind a good token nobody waits for another process; and what that one left may be too short-lived here.
    fn get_again(
        self: &Arc<Self>,
        outcome: Option<Outcome>,
        request: &GetRequest,
        until: Instant,
    ) -> Result<Obtained> {
        let left = until.saturating_duration_since(Instant::now());
        let not_meant = match &outcome {
            Some(Err(error)) => error.status == Status::Timeout,
            Some(Ok(token)) => {
                let stored = token.issued.origin == Origin::Store;
                stored && !policy::is_usable(&token.validity(), self.clock.now(), request.need)
            }
            None => false,
        };
        if not_meant && left > MIN_REMAINING {
            return self.get(&GetRequest { remaining: left, ..*request });
        }
        self.with_enough_left(outcome_or_timeout(outcome, request)?, request.need)
    }

    /// Renews now, whatever is left of the token.
    pub fn renew(self: &Arc<Self>, request: &GetRequest) -> Result<()> {
        let until = Instant::now() + request.remaining;
        let inner = self.lock_open()?;
        let now = self.clock.now();
        let held = inner
            .cached_failure(now, request)
            .filter(|failure| failure.class != FailureClass::PeerRefreshing);
        if let Some(error) = held.map(|failure| failure.as_error(now)) {
            drop(inner);
            return Err(log_cached_failure(error, request));
        }
        // A token that is dead is no newer one: then what was asked brought none.
        let need = Need { min_left_ms: 0, ..request.need };
        let is_good = |token: &Arc<Token>| policy::is_usable(&token.validity(), now, need);
        if inner.asked_recently(now) && inner.current().is_some_and(is_good) {
            return Ok(());
        }
        let outcome = self.join_or_start(inner, request, RefreshMode::Newer, until).wait(until);
        let left = until.saturating_duration_since(Instant::now());
        let elsewhere =
            |error: &Error| matches!(error.message, Message::Store { fault: StoreFault::Elsewhere });
        if matches!(&outcome, Some(Err(error)) if elsewhere(error)) && left > MIN_REMAINING {
            return self.renew(&GetRequest { remaining: left, ..*request });
        }
        outcome_or_timeout(outcome, request).map(drop)
    }

    fn is_still_usable(&self, token: &Token, need: Need) -> bool {
        policy::is_usable(&token.validity(), self.clock.now(), need) && !token.is_rejected()
    }

    fn handed_out(self: &Arc<Self>, token: Arc<Token>) -> Obtained {
        self.published.count_hit();
        self.note_use(&token);
        Obtained { token, own_number: None }
    }

    /// Hits may hand it out from now on.
    fn handed_out_again(self: &Arc<Self>, inner: MutexGuard<Inner>, token: Arc<Token>) -> Obtained {
        let due = token.mark_used(self.clock.now());
        if token.issued.validity.ends_by_idleness() {
            self.publish(&inner);
        }
        drop(inner);
        self.published.count_hit();
        if due {
            self.tell_use(&token);
        }
        Obtained { token, own_number: None }
    }

    fn note_use(self: &Arc<Self>, token: &Arc<Token>) {
        if token.mark_used(self.clock.now()) {
            self.tell_use(token);
        }
    }

    fn with_enough_left(self: &Arc<Self>, token: Arc<Token>, need: Need) -> Result<Obtained> {
        let left = token.issued.validity.left_ms(self.clock.now());
        if need.min_left_ms > 0 && left < need.min_left_ms {
            return Err(too_short(left, need));
        }
        self.note_use(&token);
        let own = Some(token.number);
        Ok(Obtained { token, own_number: own })
    }

    /// Inside the guard window: a better token if it comes in time, else the old one.
    fn wait_briefly(
        self: &Arc<Self>,
        inner: MutexGuard<Inner>,
        request: &GetRequest,
        old: Arc<Token>,
        until: Instant,
    ) -> Result<Obtained> {
        // Not beyond the moment in which the old one can no longer be had.
        let validity = old.validity();
        let left_ms = request.need.usable_until(validity.expires_at_age_ms, validity.usable_until())
            - validity.age_ms(self.clock.now())
            - HANDOVER_MARGIN_MS;
        let moment = until.min(
            Instant::now()
                + Duration::from_millis(left_ms.clamp(0, MANDATORY_REFRESH_WAIT_MS).unsigned_abs()),
        );
        let flight = self.join_or_start(inner, request, RefreshMode::Better, until);
        match flight.wait(moment) {
            Some(Ok(token)) => self.with_enough_left(token, request.need),
            failed => {
                if self.is_still_usable(&old, request.need) {
                    return Ok(self.handed_out(old));
                }
                let outcome = failed.or_else(|| flight.wait(until));
                self.get_again(outcome, request, until)
            }
        }
    }
}

/// Logs that a cached failure is returned.
fn log_cached_failure(error: Error, request: &GetRequest) -> Error {
    log::event(Level::Debug, || {
        let (status, age_s) = (error.status.name(), error.age_s.unwrap_or_default());
        let event = Event::AnsweredFromMemory { status, age_s, retry_in_s: error.retry_after_s };
        LogRecord::of(request.source.subject(), event)
    });
    error
}

/// What the renewal ended with, for a caller who waited long enough to see it.
fn outcome_or_timeout(outcome: Option<Outcome>, request: &GetRequest) -> Outcome {
    let too_long =
        || Error::new(Status::Timeout, Message::WaitedTooLong { ms: request.remaining.as_millis() });
    outcome.unwrap_or_else(|| Err(too_long()))
}

/// The token is too short for this caller, also when it has just come, and the provider was asked a moment ago.
fn too_short_for_now(inner: &Inner, current: Option<&Token>, need: Need, now: Now) -> Option<Error> {
    let validity = current?.validity();
    let alive = policy::is_usable(&validity, now, Need::default());
    let never = need.min_left_ms > 0 && validity.expires_at_age_ms <= need.min_left_ms;
    ((alive || never) && inner.asked_recently(now)).then(|| too_short(validity.left_ms(now), need))
}

fn too_short(left_ms: i64, need: Need) -> Error {
    let message = Message::TooShortLived { left_s: left_ms / 1000, wanted_s: need.min_left_ms / 1000 };
    let mut error = Error::new(Status::Response, message);
    error.retry_after_s = u32::try_from(MIN_REFRESH_INTERVAL_MS / 1000).unwrap_or_default();
    error
}

/// The decision refuses only where a failure is held.
fn no_cached_failure() -> Error {
    Error::new(Status::Internal, Message::Internal { place: "cell".to_owned() })
}
