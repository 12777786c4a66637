//! Takes a token out of use, here and for every other process: refused by an API, or logged out.

use super::{Entry, Inner};
use crate::cache::policy::Need;
use crate::cache::record::TokenRecord;
use crate::cache::single_flight::TokenSource;
use crate::cache::token::Token;
use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::util::clock::Now;
use crate::util::sync::MutexGuard;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A token that follows one refused less than this ago is not refused again: the cause is not the token.
const REFUSED_AGAIN_MS: i64 = 60_000;

impl Entry {
    /// An API refused a token, told by itself or by the header's value. Drops it only if it is still the current one;
    /// whether it was. What nothing can replace is kept: the next request may be allowed.
    pub fn reject(&self, told: &str, source: &dyn TokenSource) -> Result<bool> {
        // Another process may have got it, and given it to who tells.
        let has_none = self.lock_open()?.token.is_none();
        if has_none && !self.adopt_if_renewed_by_peer(Need::default()) {
            return source.reject_kept(told);
        }
        let Some((inner, token)) = self.current_if(told)? else { return Ok(false) };
        if !source.can_replace(&token) {
            return Err(Error::new(Status::RefusedAgain, Message::NothingRenews));
        }
        let now = self.clock.now();
        let just_replaced = inner
            .rejected
            .is_some_and(|(at, number)| now.boot_ms - at < REFUSED_AGAIN_MS && number < token.number);
        // A store may be slow.
        drop(inner);
        if self.has_just_replaced(&token, just_replaced, now) {
            return Err(Error::new(Status::RefusedAgain, Message::RefusedAgain));
        }
        let Some((mut inner, token)) = self.current_if(told)? else { return Ok(false) };
        inner.rejected = Some((now.boot_ms, token.number));
        token.mark_rejected();
        inner.shorten_backoff(now.boot_ms);
        self.publish(&inner);
        drop(inner);
        // For the others, and the next one after a process that ends now. What cannot be told is refused there too.
        if self.record.is_none() {
            let _ = source.reject_kept(told);
        }
        Ok(true)
    }

    fn current_if(&self, told: &str) -> Result<Option<(MutexGuard<'_, Inner>, Arc<Token>)>> {
        let inner = self.lock_open()?;
        let current = inner.current().map(Arc::clone);
        let same = current.filter(|token| token.issued.bearer.is(told));
        Ok(same.map(|token| (inner, token)))
    }

    /// Whether the token had replaced one that was refused a moment ago, by what this process or the store knows.
    /// Else the store is told of its end, unless another process holds the lock: that one is replacing it.
    fn has_just_replaced(&self, token: &Token, here: bool, now: Now) -> bool {
        let Some(record_handle) = &self.record else { return here };
        let Ok(Some(lock)) = record_handle.lock(Instant::now()) else { return here };
        let Some(mut record) = TokenRecord::of(lock.record(), now) else { return here };
        if !record.is(token.issued.bearer.access_token()) {
            // A newer one is there to be had.
            return here && !record.is_newer_than(token);
        }
        let recent = |at: Now| now.since(at) < REFUSED_AGAIN_MS;
        if here || record.rejected.is_some_and(|rejected| recent(rejected.at)) {
            return true;
        }
        record.reject(now);
        let _ = lock.write(record.encode().as_slice());
        false
    }

    /// Forgets the token and gives it to be revoked; an error tells what is left of it. Waits for a renewal under way, so
    /// that its token is not left alive at the provider; one that takes too long is disowned, and said to be.
    pub fn forget(&self, timeout: Duration) -> (Option<Arc<Token>>, Result<()>) {
        let until = Instant::now() + timeout;
        let flight = self.lock().flight.clone();
        let slow = flight.filter(|flight| flight.wait(until).is_none());
        let mut inner = self.lock();
        let token = inner.token.take();
        inner.shorten_backoff(self.clock.now().boot_ms);
        let disowned = slow.filter(|flight| self.detach(&mut inner, flight));
        self.publish(&inner);
        drop(inner);
        let unfinished =
            || Error::new(Status::Timeout, Message::LogoutUnfinished { ms: timeout.as_millis() });
        if let Some(flight) = disowned {
            flight.complete(Err(unfinished()));
            return (None, Err(unfinished()));
        }
        let Some(record_handle) = &self.record else { return (token, Ok(())) };
        let lock = match record_handle.lock(until) {
            Ok(Some(lock)) => lock,
            // Another process renews it.
            Ok(None) => return (None, Err(unfinished())),
            Err(error) => return (token, Err(error)),
        };
        // Revoked in the place of the own one, if it came after that.
        let stored = TokenRecord::of(lock.record(), self.clock.now()).filter(|record| {
            let newer = token.as_deref().is_none_or(|own| record.is_newer_than(own));
            newer && !record.bearer.access_token().is_empty()
        });
        let removed = lock.remove();
        (stored.map(|record| Arc::new(Token::new(record.issued(), 0))).or(token), removed)
    }
}
