//! The result of a renewal: stores the token or remembers the failure.

use super::counters::count;
use super::store_session::StoreSession;
use super::{CachedFailure, Entry, Inner};
use crate::cache::policy::{self, FailureClass, Need, MIN_REFRESH_INTERVAL_MS, SAME_AGAIN_MS};
use crate::cache::record::TokenRecord;
use crate::cache::single_flight::{Outcome, RenewalFailure, SingleFlight};
use crate::cache::token::{constant_time_eq, Issued, Origin, Token};
use crate::error::{Error, Status};
use crate::log::{Event, Level};
use crate::util::clock::Now;
use crate::util::random;
use std::sync::Arc;
use std::time::Duration;

/// A longer Retry-After is cut to this.
const MAX_RETRY_AFTER_S: u32 = 3_600;

/// What a renewal was tried with.
pub(super) struct Attempt {
    pub attempt: u64,
    pub timeout: Duration,
}

/// For the callers that wait, and for the log.
pub(super) type Settled = (Outcome, Level, Event);

struct RecordedFailure {
    /// For the callers that wait.
    error: Error,
    /// What is left of a token that is good still.
    left_ms: Option<i64>,
    nth: u32,
    backoff_ms: i64,
}

impl Attempt {
    fn failure(&self, failed: &RenewalFailure, since: i64, until: i64) -> CachedFailure {
        let Attempt { attempt, timeout } = *self;
        CachedFailure {
            error: failed.error.clone(),
            class: failed.class,
            since_ms: since,
            until_ms: until,
            attempt,
            timeout,
        }
    }
}

impl Entry {
    /// What the renewal ended with, for those who wait and for the log, and to the store for everybody else. `None`:
    /// shut down or disowned meanwhile, and what was brought is wiped here.
    pub(super) fn settle(
        &self,
        flight: &Arc<SingleFlight>,
        session: &StoreSession,
        tried: &Attempt,
        result: std::result::Result<Issued, RenewalFailure>,
    ) -> Option<Settled> {
        let now = self.clock.now();
        let mut inner = self.lock();
        if !self.detach(&mut inner, flight) {
            let closed = inner.closed;
            drop(inner);
            match result {
                // Another process, or the next one, need not log in for what this one did not live to use.
                Ok(issued) if closed => drop(session.save(&issued)),
                Err(failed) if closed => session.save_failure(&failed, 1, 0, now),
                _ => session.forget(),
            }
            return None;
        }
        match result {
            Ok(issued) => {
                let token = self.keep(&mut inner, session.token(), issued, now);
                let unread = token.issued.life_unread.clone().filter(|_| !inner.told_unread);
                inner.told_unread |= unread.is_some();
                self.publish(&inner);
                drop(inner);
                let before = session.latest_generation();
                match session.save(&token.issued) {
                    Some(generation) => token.set_stored_generation(generation),
                    // Else the spent refresh token in the store would pass for newer than the one that followed it.
                    None => token.came_after(before),
                }
                let (level, event) = brought(&token, unread);
                Some((Ok(token), level, event))
            }
            Err(failed) if failed.class == FailureClass::PeerRefreshing => {
                self.remember_peer(&mut inner, &failed, tried, now);
                self.publish(&inner);
                Some((Err(failed.error), Level::Debug, Event::RenewedElsewhere))
            }
            Err(mut failed) => {
                // A time-out says nothing to a caller with more time.
                if failed.error.status == Status::Timeout {
                    failed.class = FailureClass::DeadlineExceeded;
                }
                let RecordedFailure { error, left_ms, nth, backoff_ms } =
                    self.remember(&mut inner, &failed, tried, now);
                self.publish(&inner);
                drop(inner);
                session.save_failure(&failed, nth, backoff_ms, now);
                let (level, event) = failed_event(&error, left_ms);
                Some((Err(error), level, event))
            }
        }
    }

    /// Takes over what another process brought.
    pub(super) fn adopt(&self, flight: &Arc<SingleFlight>, record: &TokenRecord) -> Option<Settled> {
        let mut inner = self.lock();
        if !self.detach(&mut inner, flight) {
            return None;
        }
        let token = self.adopt_record(&mut inner, record);
        let life_s = token.issued.validity.expires_at_age_ms / 1000;
        Some((Ok(token), Level::Information, Event::Adopted { life_s }))
    }

    fn keep(&self, inner: &mut Inner, previous: Option<&Token>, mut issued: Issued, now: Now) -> Arc<Token> {
        match issued.origin {
            Origin::Login => count(&self.counters.logins),
            Origin::Refresh => count(&self.counters.refreshes),
            Origin::Store | Origin::Import => {}
        }
        // The provider has just heard of it.
        issued.validity.used_age_ms = issued.validity.age_ms(now).max(0);
        // What others kept was asked of no provider.
        let comparable = previous.filter(|old| !old.is_rejected() && issued.origin != Origin::Store);
        let mut moment_ms = MIN_REFRESH_INTERVAL_MS;
        if let Some((old, left_ms)) = comparable.and_then(|old| Some((old, no_progress(old, &issued, now)?)))
        {
            issued.validity = issued.validity.without_progress(now, left_ms);
            if !old.issued.validity.is_dead_on_arrival() {
                moment_ms = SAME_AGAIN_MS;
            }
        }
        if !policy::is_usable(&issued.validity, now, Need::default()) {
            issued.validity = issued.validity.shared_although_dead(now, moment_ms);
        }
        inner.replace_token(issued)
    }

    /// Another process renews a token that is good still: nothing failed, and nothing is to be done for a moment.
    fn remember_peer(&self, inner: &mut Inner, failed: &RenewalFailure, tried: &Attempt, now: Now) {
        let backoff = policy::backoff_ms(failed.class, 1, None, random::jitter());
        inner.failure = Some(Box::new(tried.failure(failed, now.boot_ms, now.boot_ms + backoff)));
    }

    fn remember(
        &self,
        inner: &mut Inner,
        failed: &RenewalFailure,
        tried: &Attempt,
        now: Now,
    ) -> RecordedFailure {
        let nth = match (failed.peer, inner.last_failure) {
            (Some(recalled), _) => recalled.nth,
            (None, Some((class, times))) if class == failed.class => times.saturating_add(1),
            _ => 1,
        };
        if failed.peer.is_none() {
            count(&self.counters.failures);
        }
        inner.last_failure = Some((failed.class, nth));
        inner.last_error = Some(failed.error.status);
        let left_ms = inner
            .current()
            .filter(|token| policy::is_usable(&token.validity(), now, Need::default()))
            .map(|token| token.issued.validity.left_ms(now));
        let asked = i64::from(failed.error.retry_after_s.min(MAX_RETRY_AFTER_S)) * 1000;
        let drawn = policy::backoff_ms(failed.class, nth, left_ms, random::jitter()).max(asked);
        let (since, until) = match failed.peer {
            Some(recalled) => (recalled.since_ms, recalled.until_ms),
            None => (now.boot_ms, now.boot_ms + drawn),
        };
        let failure = tried.failure(failed, since, until);
        let error = match failed.peer {
            Some(_) => failure.as_error(now),
            None => {
                let mut error = failed.error.clone();
                error.retry_after_s = u32::try_from((drawn + 999) / 1000).unwrap_or(u32::MAX);
                error
            }
        };
        inner.failure = (until > since).then(|| Box::new(failure));
        RecordedFailure { error, left_ms, nth, backoff_ms: until - since }
    }
}

impl Inner {
    /// Puts a token in the place of the one before.
    pub(super) fn replace_token(&mut self, issued: Issued) -> Arc<Token> {
        self.tokens += 1;
        self.failure = None;
        self.last_failure = None;
        self.last_error = None;
        let token = Arc::new(Token::new(issued, self.tokens));
        self.token = Some(Arc::clone(&token));
        token
    }
}

fn brought(token: &Token, unread: Option<String>) -> (Level, Event) {
    let life_s = token.issued.validity.expires_at_age_ms / 1000;
    match (unread, token.issued.origin) {
        (Some(text), _) => (Level::Warning, Event::LifeUnread { text, life_s }),
        _ if token.issued.validity.is_dead_on_arrival() => (Level::Warning, Event::DeadOnArrival { life_s }),
        (_, Origin::Refresh) => (Level::Information, Event::Refreshed { life_s }),
        _ => (Level::Information, Event::LoggedIn { life_s }),
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
    let left = old.issued.validity.left_ms(now);
    if constant_time_eq(old.issued.bearer.access_token(), new.bearer.access_token()) {
        return Some(left);
    }
    let alive = policy::is_usable(&old.validity(), now, Need::default());
    let gained = new.validity.left_ms(now) - left;
    (alive && (0..new.validity.expires_at_age_ms / 20).contains(&gained)).then_some(0)
}
