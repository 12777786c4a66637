//! How a renewal begins where other processes share the token: what one of them brought is taken over without a
//! request, and the lock of the identity is held from then to the end.

use super::store_session::StoreSession;
use super::{Entry, Inner};
use crate::cache::policy::{self, FailureClass, Need, MIN_REFRESH_INTERVAL_MS};
use crate::cache::record::{RefusedCredentials, TokenRecord};
use crate::cache::single_flight::{PeerFailure, RenewalFailure, TokenSource, MIN_RENEWAL_TIME};
use crate::cache::token::{Origin, Token};
use crate::error::{Error, Status};
use crate::messages::{Message, StoreFault};
use crate::util::clock::Now;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Instant;

/// Who has a token does not begin what another process began this short ago: it may have been killed in it, and the
/// next one would be too.
const RECENT_ATTEMPT_MS: i64 = 30_000;
/// While a failure is remembered, the store is looked at this often.
const STORE_POLL_INTERVAL_MS: i64 = 1_000;

/// What a renewal is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefreshMode {
    /// A better token than there is: nobody waits for another process.
    Better,
    Required,
    Newer,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct RefreshGoal {
    pub mode: RefreshMode,
    pub need: Need,
}

pub(super) enum RenewalStart<'a> {
    /// Another process brought a token.
    Adopt(TokenRecord),
    /// Nothing is to be sent.
    Fail(RenewalFailure),
    Renew(Box<StoreSession<'a>>),
}

impl<'a> RenewalStart<'a> {
    fn renew(session: StoreSession<'a>) -> Self {
        RenewalStart::Renew(Box::new(session))
    }
}

impl RefreshGoal {
    /// Whether the record ends the matter: its token is fit for this goal, and newer than the known one. Who asks for
    /// a newer one where none is known does not get what is lying there, unless it came just now.
    fn adopts(&self, record: &TokenRecord, known: Option<&Token>, now: Now) -> bool {
        let newer = known.map(|known| record.is_newer_than(known));
        let just_now =
            record.validity.age_ms(now) < MIN_REFRESH_INTERVAL_MS && !known.is_some_and(Token::is_rejected);
        // Asking again at once brings nothing that lives longer.
        let need = if just_now { Need::default() } else { self.need };
        policy::is_usable(&record.validity, now, need)
            && match self.mode {
                RefreshMode::Newer => newer.unwrap_or(false) || just_now,
                RefreshMode::Better => newer.unwrap_or(true),
                RefreshMode::Required => {
                    newer.unwrap_or(true) || known.is_some_and(|known| record.was_used_after(known))
                }
            }
    }

    /// What the record alone decides; else the record again.
    fn decided(
        &self,
        record: Option<TokenRecord>,
        known: Option<&Token>,
        now: Now,
    ) -> Result<RenewalStart<'static>, Option<TokenRecord>> {
        match record {
            Some(record) if self.adopts(&record, known, now) => Ok(RenewalStart::Adopt(record)),
            Some(record) => failure_of_peer(&record, now).map(RenewalStart::Fail).ok_or(Some(record)),
            None => Err(None),
        }
    }
}

/// What another process was told of these credentials, while its time has not passed.
fn failure_of_peer(record: &TokenRecord, now: Now) -> Option<RenewalFailure> {
    let RefusedCredentials { provider, http_status, server, server_code, nth, since, backoff_ms } =
        record.refused.clone()?;
    let until_ms = since.boot_ms.saturating_add(backoff_ms);
    if now.boot_ms >= until_ms {
        return None;
    }
    let mut error = Error::new(Status::Credentials, Message::Refused { provider, http_status, server });
    (error.http_status, error.server_code) = (http_status, server_code);
    let mut failed = RenewalFailure::new(error, FailureClass::Credentials);
    failed.peer = Some(PeerFailure { nth, since_ms: since.boot_ms, until_ms });
    Some(failed)
}

fn wait_for_peer(fault: StoreFault, class: FailureClass) -> RenewalStart<'static> {
    RenewalStart::Fail(RenewalFailure::new(Error::new(Status::Timeout, Message::Store { fault }), class))
}

/// The store is gone, or the record cannot be read: memory goes on, and the record stays as it is. What others may have
/// sent is not sent again: that is what was stored, and what they may have imported too.
fn without_store(source: &dyn TokenSource, known: Option<Arc<Token>>, fault: Error) -> RenewalStart<'static> {
    let is_own = |token: &Token| token.generation() == 0 && token.issued.origin != Origin::Import;
    let own = known.as_deref().is_some_and(is_own);
    let withheld = !own && known.as_deref().is_some_and(|known| known.refresh_token().is_some());
    if withheld && !source.can_log_in() {
        return RenewalStart::Fail(RenewalFailure::new(fault, FailureClass::Misconfigured));
    }
    RenewalStart::renew(StoreSession::without_store(known, own, fault))
}

impl Entry {
    /// Waits for another process until `until`, unless there is a token.
    pub(super) fn begin(
        &self,
        source: &dyn TokenSource,
        goal: RefreshGoal,
        until: Instant,
    ) -> RenewalStart<'_> {
        // A refused token's refresh token may still be good, so the token is taken as it is.
        let known = self.lock().token.clone();
        let Some(record_handle) = &self.record else {
            return RenewalStart::renew(StoreSession::without_record(known, true));
        };
        let now = self.clock.now();
        // What cannot be read now is read again under the lock.
        let seen = record_handle.read().ok().and_then(|bytes| TokenRecord::of(bytes.as_ref(), now));
        // What is found fit is used without waiting for a process that renews it.
        if let Ok(decided) = goal.decided(seen, known.as_deref(), now) {
            return decided;
        }
        let better = goal.mode == RefreshMode::Better;
        let lock = match record_handle.lock(if better { Instant::now() } else { until }) {
            Ok(Some(lock)) => lock,
            Ok(None) if better => return wait_for_peer(StoreFault::Elsewhere, FailureClass::PeerRefreshing),
            Ok(None) if source.allows_parallel_sessions() => {
                return RenewalStart::renew(StoreSession::without_record(known, false))
            }
            Ok(None) => {
                return wait_for_peer(
                    StoreFault::Occupied { seconds: MIN_RENEWAL_TIME.as_secs() },
                    FailureClass::DeadlineExceeded,
                );
            }
            Err(fault) => return without_store(source, known, fault),
        };
        let now = self.clock.now();
        let record = match goal.decided(TokenRecord::of(lock.record(), now), known.as_deref(), now) {
            Ok(decided) => return decided,
            Err(record) => record,
        };
        let tried = record.as_ref().and_then(|record| record.tried);
        if better && tried.is_some_and(|at| now.since(at) < RECENT_ATTEMPT_MS) {
            return wait_for_peer(StoreFault::Elsewhere, FailureClass::PeerRefreshing);
        }
        RenewalStart::renew(StoreSession::open(lock, record, known, source.can_log_in(), now))
    }

    /// Whether another process brought a token for this need since a failure is remembered here. Looks once a second.
    pub(super) fn adopt_if_renewed_by_peer(&self, need: Need) -> bool {
        let Some(record_handle) = &self.record else { return false };
        let now = self.clock.now();
        let looked = self.store_polled_ms.load(Ordering::Relaxed);
        let due = now.boot_ms - looked >= STORE_POLL_INTERVAL_MS;
        if !due
            || self
                .store_polled_ms
                .compare_exchange(looked, now.boot_ms, Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return false;
        }
        let read = record_handle.read().ok().and_then(|bytes| TokenRecord::of(bytes.as_ref(), now));
        let mut inner = self.lock();
        let newer =
            |record: &TokenRecord| inner.token.as_ref().is_none_or(|known| record.is_newer_than(known));
        let Some(record) =
            read.filter(|record| policy::is_usable(&record.validity, now, need) && newer(record))
        else {
            return false;
        };
        if inner.closed || inner.flight.is_some() {
            return false;
        }
        self.adopt_record(&mut inner, &record);
        true
    }

    /// Lets other processes know that the token is in use, behind the caller. What cannot be told costs them a login.
    pub(super) fn tell_use(self: &Arc<Self>, token: &Arc<Token>) {
        if self.record.is_none() {
            return;
        }
        let (entry, token) = (Arc::clone(self), Arc::clone(token));
        self.threads.run(move || {
            let lock =
                entry.record.as_ref().and_then(|record_handle| record_handle.lock(Instant::now()).ok()?);
            let Some(lock) = lock else { return };
            let record = TokenRecord::of(lock.record(), entry.clock.now());
            let record = record.filter(|record| record.is(token.issued.bearer.access_token()));
            let Some(mut record) = record else { return };
            record.validity.used_age_ms = record.validity.used_age_ms.max(token.validity().used_age_ms);
            let _ = lock.write(record.encode().as_slice());
        });
    }

    /// Takes what another process brought, and what is known of when it asked for it.
    pub(super) fn adopt_record(&self, inner: &mut Inner, record: &TokenRecord) -> Arc<Token> {
        let token = inner.replace_token(record.issued());
        token.set_stored_generation(record.generation);
        inner.last_request_ms = inner.last_request_ms.max(Some(record.validity.issued_at.boot_ms));
        self.publish(inner);
        token
    }
}
