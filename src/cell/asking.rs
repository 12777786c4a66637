//! The part of a cell that a caller goes through who does not simply hit: what the decision says is done.

use super::counters::count;
use super::sharing::Want;
use super::{Ask, Cell, Control, Got};
use crate::clock::Now;
use crate::error::{Error, Result, Status};
use crate::flight::Outcome;
use crate::log::{self, Entry, Event, Level};
use crate::message::{Message, StoreFault};
use crate::renewal::{
    self, Decision, FailureClass, Need, MANDATORY_REFRESH_WAIT_MS, MIN_REFRESH_INTERVAL_MS,
};
use crate::sync::MutexGuard;
use crate::token::{Origin, Token};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// To be taken before a token's end by who waits for another one.
const HANDOVER_MARGIN_MS: i64 = 50;

/// Less time than this is none.
const MIN_REMAINING: Duration = Duration::from_millis(10);

impl Cell {
    /// A token for one caller: from the cache, or by a renewal that it starts or joins.
    pub fn get(self: &Arc<Self>, ask: &Ask) -> Result<Got> {
        let until = Instant::now() + ask.timeout;
        let control = self.open_control()?;
        // After the lock was waited for: what is held must be judged by the time in which it is seen.
        let now = self.clock.now();
        let current = control.current().map(Arc::clone);
        let held = control.held(now, ask);
        let validity = current.as_deref().map(|token| &token.issued.validity);
        let decision = renewal::decide(validity, held.is_some(), now, ask.need);
        match (decision, current) {
            (Decision::Fresh, Some(token)) => Ok(self.handed_out(token)),
            (Decision::AdvisoryRefresh, Some(token)) if control.flight.is_some() => {
                Ok(self.handed_out(token))
            }
            (Decision::AdvisoryRefresh, Some(token)) => {
                // On a thread behind the caller. Where there is none the caller has just done the work itself.
                let next = control.tokens + 1;
                let flight = self.join_or_start(control, ask, Want::Better, until);
                let token = match flight.wait(Instant::now()) {
                    Some(Ok(newer)) => newer,
                    // The caller's own work may have taken what was left of it.
                    Some(Err(error)) if !self.is_still_usable(&token, ask.need) => {
                        return self.get_again(Some(Err(error)), ask, until);
                    }
                    _ => self.handed_out(token).token,
                };
                Ok(Got { token, own: Some(next) })
            }
            (Decision::MandatoryRefresh, Some(token)) => self.wait_briefly(control, ask, token, until),
            (Decision::CachedError, _) => {
                let error = held.map_or_else(no_cached_failure, |hold| hold.remembered(now));
                drop(control);
                if self.adopt_if_renewed_by_peer(ask.need) {
                    let Got { token, .. } = self.get(ask)?;
                    let own = Some(token.number);
                    return Ok(Got { token, own });
                }
                Err(log_cached_failure(error, ask))
            }
            (_, current) => {
                if let Some(error) = too_short_for_now(&control, current.as_deref(), ask.need, now) {
                    return Err(error);
                }
                count(&self.counters.waits);
                let outcome = self.join_or_start(control, ask, Want::Any, until).wait(until);
                self.get_again(outcome, ask, until)
            }
        }
    }

    /// What a renewal brought that the caller waited for; or the caller's own try in the time that is left, where the
    /// renewal was another's and not meant for this one: without threads, others give up when their own time is over;
    /// behind a good token nobody waits for another process; and what that one left may be too short-lived here.
    fn get_again(self: &Arc<Self>, outcome: Option<Outcome>, ask: &Ask, until: Instant) -> Result<Got> {
        let left = until.saturating_duration_since(Instant::now());
        let not_meant = match &outcome {
            Some(Err(error)) => error.status == Status::Timeout,
            Some(Ok(token)) => {
                let stored = token.issued.origin == Origin::Store;
                stored && !renewal::is_usable(&token.issued.validity, self.clock.now(), ask.need)
            }
            None => false,
        };
        if not_meant && left > MIN_REMAINING {
            return self.get(&Ask { timeout: left, ..*ask });
        }
        self.satisfying(outcome_or_timeout(outcome, ask)?, ask.need)
    }

    /// Renews now, whatever is left of the token.
    pub fn renew(self: &Arc<Self>, ask: &Ask) -> Result<()> {
        let until = Instant::now() + ask.timeout;
        let control = self.open_control()?;
        let now = self.clock.now();
        let held = control.held(now, ask).filter(|hold| hold.class != FailureClass::PeerRefreshing);
        if let Some(error) = held.map(|hold| hold.remembered(now)) {
            drop(control);
            return Err(log_cached_failure(error, ask));
        }
        if control.asked_recently(now) && control.current().is_some() {
            return Ok(());
        }
        let outcome = self.join_or_start(control, ask, Want::Newer, until).wait(until);
        let left = until.saturating_duration_since(Instant::now());
        let elsewhere =
            |error: &Error| matches!(error.message, Message::Store { fault: StoreFault::Elsewhere });
        if matches!(&outcome, Some(Err(error)) if elsewhere(error)) && left > MIN_REMAINING {
            return self.renew(&Ask { timeout: left, ..*ask });
        }
        outcome_or_timeout(outcome, ask).map(drop)
    }

    fn is_still_usable(&self, token: &Token, need: Need) -> bool {
        renewal::is_usable(&token.issued.validity, self.clock.now(), need) && !token.is_rejected()
    }

    fn handed_out(&self, token: Arc<Token>) -> Got {
        self.published.count_hit();
        Got { token, own: None }
    }

    fn satisfying(&self, token: Arc<Token>, need: Need) -> Result<Got> {
        let left = token.issued.validity.left_ms(self.clock.now());
        if need.min_left_ms > 0 && left < need.min_left_ms {
            return Err(too_short(left, need));
        }
        let own = Some(token.number);
        Ok(Got { token, own })
    }

    /// Inside the guard window: a better token if it comes in time, else the old one.
    fn wait_briefly(
        self: &Arc<Self>,
        control: MutexGuard<Control>,
        ask: &Ask,
        old: Arc<Token>,
        until: Instant,
    ) -> Result<Got> {
        // Not beyond the moment in which the old one can no longer be had.
        let validity = &old.issued.validity;
        let left_ms = validity.usable_until_age_ms.min(validity.expires_at_age_ms - ask.need.min_left_ms)
            - validity.age_ms(self.clock.now())
            - HANDOVER_MARGIN_MS;
        let moment = until.min(
            Instant::now()
                + Duration::from_millis(left_ms.clamp(0, MANDATORY_REFRESH_WAIT_MS).unsigned_abs()),
        );
        let flight = self.join_or_start(control, ask, Want::Better, until);
        match flight.wait(moment) {
            Some(Ok(token)) => self.satisfying(token, ask.need),
            failed => {
                if self.is_still_usable(&old, ask.need) {
                    return Ok(self.handed_out(old));
                }
                let outcome = failed.or_else(|| flight.wait(until));
                self.get_again(outcome, ask, until)
            }
        }
    }
}

/// Tells the log of a failure that is told again.
fn log_cached_failure(error: Error, ask: &Ask) -> Error {
    log::event(Level::Debug, || {
        let (status, age_s) = (error.status.name(), error.age_s.unwrap_or_default());
        let event = Event::AnsweredFromMemory { status, age_s, retry_in_s: error.retry_after_s };
        Entry::of(ask.source.subject(), event)
    });
    error
}

/// What the renewal ended with, for a caller who waited long enough to see it.
fn outcome_or_timeout(outcome: Option<Outcome>, ask: &Ask) -> Outcome {
    let too_long = || Error::new(Status::Timeout, Message::WaitedTooLong { ms: ask.timeout.as_millis() });
    outcome.unwrap_or_else(|| Err(too_long()))
}

/// The token is only too short for this caller, and the provider was asked a moment ago.
fn too_short_for_now(control: &Control, current: Option<&Token>, need: Need, now: Now) -> Option<Error> {
    let validity = &current?.issued.validity;
    let alive = renewal::is_usable(validity, now, Need::default());
    (alive && control.asked_recently(now)).then(|| too_short(validity.left_ms(now), need))
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
