//! A renewal's access to the stored record: what was known before it, and what it brings.
//!
//! A refresh token is marked in the store before it is sent: whoever comes after a process that was killed does not
//! send it a second time, which providers take for a theft.

use crate::cache::policy::FailureClass;
use crate::cache::record::{RefreshTokenUse, RefusedCredentials, TokenRecord};
use crate::cache::single_flight::RenewalFailure;
use crate::cache::token::{constant_time_eq, Issued, Token};
use crate::error::Error;
use crate::messages::Message;
use crate::store::LockedRecord;
use crate::util::clock::Now;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

pub(super) struct StoreSession<'a> {
    /// None where there is no store, or none that can be had now.
    shared: Option<SharedRecord<'a>>,
    /// The token to renew, with what is known of its refresh token.
    token: Option<Arc<Token>>,
    refresh_allowed: bool,
    /// Why the store could not be used, or not in the end.
    fault: RefCell<Option<Error>>,
    /// The refresh token was not sent because that could not be noted in the store.
    withheld: Cell<bool>,
    /// The record is an older one: what can be sent of it may have been sent long ago.
    put_back: bool,
}

struct SharedRecord<'a> {
    lock: Box<dyn LockedRecord + 'a>,
    record: RefCell<TokenRecord>,
    /// What others can read of the refresh token is that it was not sent.
    read_by_others: bool,
    /// Something was written that the end of the renewal must replace.
    marked: Cell<bool>,
}

impl<'a> StoreSession<'a> {
    pub(super) fn without_record(token: Option<Arc<Token>>, may_refresh: bool) -> Self {
        StoreSession {
            shared: None,
            token,
            refresh_allowed: may_refresh,
            fault: RefCell::default(),
            withheld: Cell::default(),
            put_back: false,
        }
    }

    pub(super) fn without_store(token: Option<Arc<Token>>, may_refresh: bool, fault: Error) -> Self {
        StoreSession { fault: RefCell::new(Some(fault)), ..StoreSession::without_record(token, may_refresh) }
    }

    pub(super) fn was_put_back(&self) -> bool {
        self.put_back
    }

    pub(super) fn take_fault(&self) -> Option<Error> {
        self.fault.take()
    }

    /// Why the refresh token was not sent, where the store is the cause.
    pub(super) fn withheld(&self) -> Option<Error> {
        self.fault.borrow().clone().filter(|_| self.withheld.get())
    }

    /// `record` is what was read under the lock, `known` the token of this process.
    pub(super) fn open(
        lock: Box<dyn LockedRecord + 'a>,
        record: Option<TokenRecord>,
        known: Option<Arc<Token>>,
        can_log_in: bool,
        now: Now,
    ) -> Self {
        let stored = record.is_some();
        let mut record = record.unwrap_or_else(|| TokenRecord::empty(now));
        // Refused while the record could not be written.
        if known
            .as_ref()
            .is_some_and(|known| known.is_rejected() && record.is(known.issued.bearer.access_token()))
        {
            record.reject(now);
        }
        let put_back = record.generation < lock.counted() && record.refresh.is_some();
        lock.count(record.generation);
        if let (true, Some((_, sent))) = (put_back, &mut record.refresh) {
            *sent = RefreshTokenUse::Pending;
        }
        let own = known.filter(|known| !stored || !record.is_of(known) && !record.is_newer_than(known));
        let (token, may_refresh) = match own {
            // Another process logged out, or the record is lost: others may have sent what was in it.
            Some(own) if own.generation() > 0 => (Some(own), false),
            Some(own) => {
                record.put(&own.issued, sent_of(&own));
                (Some(own), true)
            }
            None if stored => (Some(Arc::new(as_token(&record, can_log_in))), true),
            None => (None, true),
        };
        let shared = SharedRecord {
            lock,
            record: RefCell::new(record),
            read_by_others: stored,
            marked: Cell::new(false),
        };
        StoreSession { shared: Some(shared), put_back, ..StoreSession::without_record(token, may_refresh) }
    }

    /// What a refresh can be tried with.
    pub(super) fn token(&self) -> Option<&Token> {
        self.token.as_deref()
    }

    pub(super) fn refreshable(&self) -> Option<&Token> {
        self.token().filter(|_| self.refresh_allowed)
    }

    /// The session that `new` has taken the place of, if it lives and nobody else can have it. `known`: that of this
    /// process; what was refused is in no record.
    pub(super) fn replaced_by(&self, new: &Token, known: Option<Arc<Token>>, now: Now) -> Option<Arc<Token>> {
        let text = |token: &Arc<Token>| !token.issued.bearer.access_token().is_empty();
        let refused = known.filter(|known| known.is_rejected());
        let old = self.token.clone().filter(text).or(refused).filter(|_| self.refresh_allowed)?;
        let (old_text, new_text) = (old.issued.bearer.access_token(), new.issued.bearer.access_token());
        (!constant_time_eq(old_text, new_text) && old.validity().is_alive(now)).then_some(old)
    }

    /// How often in a row the provider refused the credentials, as far as others know.
    pub(super) fn times_refused(&self) -> Option<u32> {
        let record = self.shared.as_ref()?.record.borrow();
        record.refused.as_ref().map(|refused| refused.nth)
    }

    /// A refresh is about to be sent; whether it may be.
    pub(super) fn mark_refresh_sent(&self, now: Now) -> bool {
        let Some(shared) = &self.shared else { return true };
        let mut record = shared.record.borrow_mut();
        if let Some((_, sent)) = &mut record.refresh {
            *sent = RefreshTokenUse::Pending;
        }
        record.tried = Some(now);
        drop(record);
        // Where nobody else can read it, nobody else sends it.
        let may_be_sent = self.mark(shared) || !shared.read_by_others;
        self.withheld.set(!may_be_sent);
        may_be_sent
    }

    /// A login is about to be sent although there is a token.
    pub(super) fn mark_login_sent(&self, now: Now) {
        if let Some(shared) = &self.shared {
            shared.record.borrow_mut().tried = Some(now);
            self.mark(shared);
        }
    }

    /// The number of the last token in the store that is known here.
    pub(super) fn latest_generation(&self) -> u64 {
        let own = self.token().map_or(0, Token::latest_generation);
        self.shared.as_ref().map_or(own, |shared| shared.record.borrow().generation.max(own))
    }

    /// A token came. Its number among all of the identity's if others can find it now.
    pub(super) fn save(&self, issued: &Issued) -> Option<u64> {
        let shared = self.shared.as_ref()?;
        let mut record = shared.record.borrow_mut();
        record.put(issued, RefreshTokenUse::Never);
        record.generation = record.generation.max(shared.lock.counted()).saturating_add(1);
        (record.tried, record.refused) = (None, None);
        let generation = record.generation;
        drop(record);
        let kept = self.write(shared).then_some(generation);
        kept.inspect(|generation| shared.lock.count(*generation))
    }

    /// None came. `backoff_ms`: how long that is remembered.
    pub(super) fn save_failure(&self, failed: &RenewalFailure, nth: u32, backoff_ms: i64, now: Now) {
        let Some(shared) = &self.shared else { return };
        let mut record = shared.record.borrow_mut();
        if let (Some(token), Some((_, sent))) = (self.token(), &mut record.refresh) {
            *sent = sent_of(token);
            if token.refresh_token().is_none() {
                record.refresh = None;
            }
        }
        let refused = refused(failed, nth, backoff_ms, now);
        let worth_it = shared.marked.get() || refused.is_some();
        record.refused = refused.or(record.refused.take());
        drop(record);
        if worth_it {
            self.write(shared);
        }
    }

    /// The program logged out meanwhile.
    pub(super) fn forget(&self) {
        if let Some(shared) = &self.shared {
            let _ = shared.lock.remove();
        }
    }

    fn write(&self, shared: &SharedRecord) -> bool {
        let encoded = shared.record.borrow().encode();
        match shared.lock.write(encoded.as_slice()) {
            Ok(()) => true,
            Err(error) => {
                self.fault.replace(Some(error));
                false
            }
        }
    }

    fn mark(&self, shared: &SharedRecord) -> bool {
        let written = self.write(shared);
        shared.marked.set(shared.marked.get() || written);
        written
    }
}

/// The record's token. What a process sent that did not live to tell is not sent again, unless nothing else is left.
fn as_token(record: &TokenRecord, can_log_in: bool) -> Token {
    let token = Token::new(record.issued(), 0);
    token.set_stored_generation(record.generation);
    match record.refresh {
        Some((_, RefreshTokenUse::Pending)) if can_log_in => token.mark_refresh_refused(),
        Some((_, RefreshTokenUse::Pending)) => token.mark_refresh_unanswered(),
        Some((_, RefreshTokenUse::Unanswered(times))) => {
            (0..times).for_each(|_| token.mark_refresh_unanswered())
        }
        _ => {}
    }
    token
}

fn sent_of(token: &Token) -> RefreshTokenUse {
    match token.unanswered() {
        0 => RefreshTokenUse::Never,
        times => RefreshTokenUse::Unanswered(times),
    }
}

/// What every process is to know: the provider counts these against the account.
fn refused(failed: &RenewalFailure, nth: u32, backoff_ms: i64, now: Now) -> Option<RefusedCredentials> {
    let error = &failed.error;
    match (&failed.class, &error.message) {
        (FailureClass::Credentials, Message::Refused { provider, http_status, server }) => {
            Some(RefusedCredentials {
                provider: provider.clone(),
                http_status: *http_status,
                server: server.clone(),
                server_code: error.server_code.clone(),
                nth,
                since: now,
                backoff_ms,
            })
        }
        _ => None,
    }
}
