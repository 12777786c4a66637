//! A source of tokens for `token` = `application`: what is kept, else one that is created and takes its place.
//!
//! All of it happens under the lock of the account's record: of several processes one creates, the others take what it
//! kept.

use super::create::CreatedToken;
use super::expires::DAY_MS;
use super::record::{AppTokenRecord, MadeBy, Role, StoredAppToken};
use super::repository::LockedAppTokens;
use super::session::session_failure;
use super::{error, AppTokens};
use crate::cache::policy::{RefreshRules, Validity, MAX_LIFETIME_MS};
use crate::cache::single_flight::{RenewalFailure, TokenSource};
use crate::cache::token::{constant_time_eq, Issued, Origin, Token};
use crate::error::{Error, Result, Status};
use crate::log::{Event, Level, Subject};
use crate::messages::AppToken;
use crate::provider::login::Brought;
use crate::util::clock::{self, Now};
use crate::util::deadline::Deadline;
use crate::util::random;
use crate::util::secret::Secret;
use std::time::{Duration, Instant};

const MIN_AGE_TO_REPLACE_MS: i64 = 3_600_000;
/// How long callers that wait for the new token wait for the revocation of the old one.
const REVOKE_TIMEOUT: Duration = Duration::from_secs(5);

pub struct AppSource {
    tokens: AppTokens,
    days: i64,
}

type Obtained<T> = std::result::Result<T, RenewalFailure>;

impl AppSource {
    /// Where everything is there that it takes: a store, and all that an unanswered creation needs to be cleared up.
    pub fn new(tokens: AppTokens, days: i64) -> Result<AppSource> {
        tokens.operation(|app| app.create.as_ref()).map_err(error)?;
        tokens.operation(|app| app.list.as_ref()).map_err(error)?;
        tokens.operation(|app| app.revoke.as_ref()).map_err(error)?;
        if !tokens.repository.outlives_process() {
            return Err(Error::new(Status::Missing, AppToken::NeedsStore.into()));
        }
        Ok(AppSource { tokens, days })
    }

    /// Forgets the token and revokes it at the provider. It is forgotten also when the provider cannot be reached.
    pub fn retire(&self, until: Instant) -> Result<()> {
        let mut held = self.tokens.repository.lock(until)?;
        if demote(&mut held) {
            held.write()?;
        }
        if held.record.unanswered_ms.is_some() {
            self.revoke_unanswered(&mut held, until).map_err(error)?;
            held.write()?;
        }
        self.revoke_former(&mut held, until)
    }

    /// `old` is to be replaced, by what others have put in its place or by a new one.
    fn obtain(&self, old: Option<&Token>, until: Instant) -> Obtained<Issued> {
        let (tokens, repository) = (&self.tokens, &self.tokens.repository);
        // What is found fit is used without waiting for a process that replaces another token.
        let record = repository.at_hand();
        let (seen, known) = (candidate(&record, old), tokens.are_known(&record));
        let lock_until = match seen {
            Candidate::Usable(kept) => {
                return self.handed_out(&kept, known, until, |made_by| repository.remember(made_by));
            }
            Candidate::DueForReplacement(_) => Instant::now(),
            Candidate::None => until,
        };
        let mut held = match (repository.lock(lock_until), seen) {
            (Ok(held), _) => held,
            (Err(_), Candidate::DueForReplacement(kept)) => {
                return self.handed_out(&kept, known, until, |_| {});
            }
            (Err(error), _) => return Err(session_failure(error)),
        };
        let known = tokens.are_known(&held.record);
        let due = match candidate(&held.record, old) {
            Candidate::Usable(kept) => {
                return self.handed_out(&kept, known, until, |made_by| held.remember(made_by));
            }
            Candidate::DueForReplacement(kept) => Some(kept),
            Candidate::None => None,
        };
        let is_refused =
            |old: &Token| old.is_rejected() && held.record.current().is_some_and(|kept| is(old, kept));
        if old.is_some_and(is_refused) {
            demote(&mut held);
        }
        match (self.replace(&mut held, until), due) {
            (Ok(made), _) => {
                let total = made.token.lifetime_ms();
                self.issued(&made.token, validity(made.sent_at, total, total), Origin::Login)
            }
            // Not withheld because its successor cannot be had.
            (Err(_), Some(kept)) => self.handed_out(&kept, known, until, |made_by| held.remember(made_by)),
            // What may have arrived is in the record.
            (Err(mut failed), None) => {
                (failed.outcome_unknown, failed.error.may_be_done) = (false, false);
                Err(failed)
            }
        }
    }

    /// What is kept, for who is known to be entitled to it, or proves it now.
    fn handed_out(
        &self,
        kept: &StoredAppToken,
        known: bool,
        until: Instant,
        remember: impl FnOnce(MadeBy),
    ) -> Obtained<Issued> {
        if !known {
            remember(self.tokens.proven(&kept.id, until).map_err(session_failure)?);
        }
        self.issued(kept, validity_of(kept, clock::now()), Origin::Store)
    }

    /// Creates a token, keeps it, and ends the one before.
    fn replace(&self, held: &mut LockedAppTokens, until: Instant) -> Obtained<CreatedToken> {
        self.tokens.creation()?;
        let made_by = self.tokens.made_by().map_err(session_failure)?;
        self.revoke_unanswered(held, until)?;
        // Told apart from other tokens by its end: not all are made for the same second.
        let spread = i64::from(random::below(3_600)) * 1000;
        let expires_ms = (clock::now().wall_ms + self.days * DAY_MS + spread) / 1000 * 1000;
        // The store first: one that is full or gone must not cost a token that is shown once.
        held.record.unanswered_ms = Some(expires_ms);
        held.ensure_room().map_err(session_failure)?;
        let made = match self.tokens.create_at_provider(expires_ms, Role::Current, until) {
            Ok(made) => made,
            Err(failed) => {
                if !failed.outcome_unknown {
                    held.record.unanswered_ms = None;
                    let _ = held.write(); // If it stays, the list is asked before the next try: no harm.
                }
                return Err(failed);
            }
        };
        demote(held);
        held.record.unanswered_ms = None;
        held.record.add(made.token.clone());
        held.record.made_by = Some(made_by);
        match held.write() {
            // Its program can still be handed out what it ended for.
            Ok(()) => drop(self.revoke_former(held, until.min(Instant::now() + REVOKE_TIMEOUT))),
            // The token is good; it is the process's until the store takes it.
            Err(error) => {
                let error = self.tokens.repository.save_to_fallback(made.token.clone(), made_by, error);
                self.tokens.log_unsaved(&made.token.id, &error);
            }
        }
        Ok(made)
    }

    /// Ends what an earlier creation may have left at the provider without an answer. Not created anew before.
    fn revoke_unanswered(&self, held: &mut LockedAppTokens, until: Instant) -> Obtained<()> {
        let Some(expires_ms) = held.record.unanswered_ms else { return Ok(()) };
        let listed = self.tokens.list_all(until)?;
        let mut left = listed.iter().filter(|token| {
            token.expires_ms.is_some_and(|at| at / 1000 == expires_ms / 1000)
                && held.record.find(&token.id).is_none()
        });
        // Several of the same second are not ours alone.
        if let (Some(token), None) = (left.next(), left.next()) {
            self.tokens.revoke_at_provider(&token.id, until).or_else(unless_gone)?;
        }
        held.record.unanswered_ms = None;
        Ok(())
    }

    /// Ends at the provider what was replaced. What cannot be ended now stays to be ended.
    fn revoke_former(&self, held: &mut LockedAppTokens, until: Instant) -> Result<()> {
        let former = held.record.tokens.iter().filter(|kept| kept.role == Role::Former);
        let former: Vec<String> = former.map(|kept| kept.id.clone()).collect();
        let mut ended = Ok(());
        for id in &former {
            match self.tokens.revoke_at_provider(id, until).or_else(unless_gone) {
                Ok(()) => drop(held.record.remove(id)),
                Err(RenewalFailure { error, .. }) => {
                    self.log_not_revoked(id, &error);
                    ended = Err(error);
                }
            }
        }
        if !former.is_empty() {
            held.write()?;
        }
        ended
    }

    fn log_not_revoked(&self, id: &str, error: &Error) {
        let (status, why) = (error.status.name(), error.message.clone());
        let left = || Event::AppTokenLeft { id: id.to_owned(), status, why };
        self.tokens.session.log(Level::Warning, Instant::now(), left);
    }

    /// A kept token, as the entry takes it. Its id takes the place of a refresh token: it is what a successor is
    /// asked for with.
    fn issued(&self, kept: &StoredAppToken, validity: Validity, origin: Origin) -> Obtained<Issued> {
        let refresh_token = Some(Secret::from(kept.id.as_str()));
        let brought = Brought { access_token: kept.token.expose(), refresh_token, ..Brought::default() };
        self.tokens.session.login.assemble(brought, validity, origin)
    }
}

/// The life of a token that was found, as far as it can be told by the clock here.
fn validity_of(kept: &StoredAppToken, now: Now) -> Validity {
    let (total, age) = (kept.lifetime_ms(), now.wall_ms.saturating_sub(kept.created_ms));
    if age >= 0 && total <= MAX_LIFETIME_MS {
        let born = Now { boot_ms: now.boot_ms.saturating_sub(age), wall_ms: kept.created_ms };
        return validity(born, total, total);
    }
    validity(now, kept.expires_ms.saturating_sub(now.wall_ms), total)
}

/// Renewed when a tenth of all its life is left.
fn validity(born: Now, left_ms: i64, total_ms: i64) -> Validity {
    let renew_after_ms = Some((left_ms - total_ms / 10).max(0));
    Validity::new(
        born,
        left_ms,
        RefreshRules { renew_after_ms, max_use_ms: None, refresh_revokes_previous: true, idle_ms: None },
        0,
    )
}

/// What a record has for who is to have another token than `old`.
enum Candidate {
    Usable(StoredAppToken),
    /// Good still, and to be replaced.
    DueForReplacement(StoredAppToken),
    None,
}

fn candidate(record: &AppTokenRecord, old: Option<&Token>) -> Candidate {
    let (now, Some(kept)) = (clock::now(), record.current().cloned()) else { return Candidate::None };
    match old.filter(|old| is(old, &kept)) {
        Some(old) if !old.is_rejected() && is_young(&kept, now) => Candidate::Usable(kept),
        None if !is_due(&kept, now) => Candidate::Usable(kept),
        None if kept.expires_ms > now.wall_ms => Candidate::DueForReplacement(kept),
        _ => Candidate::None,
    }
}

fn is(token: &Token, kept: &StoredAppToken) -> bool {
    constant_time_eq(token.issued.bearer.access_token(), kept.token.expose())
}

/// What is handed out becomes what was. Whether there was something.
fn demote(held: &mut LockedAppTokens) -> bool {
    let current = held.record.tokens.iter_mut().filter(|kept| kept.role == Role::Current);
    current.map(|kept| kept.role = Role::Former).count() > 0
}

/// Whether a tenth of its life is left, or less.
fn is_due(kept: &StoredAppToken, now: Now) -> bool {
    kept.expires_ms.saturating_sub(now.wall_ms) <= kept.lifetime_ms() / 10
}

/// Not replaced unless an API refused it, whatever life somebody wants of it: each token is one more at the provider.
fn is_young(kept: &StoredAppToken, now: Now) -> bool {
    let young = match kept.lifetime_ms() / 10 {
        tenth @ 1.. => tenth.min(MIN_AGE_TO_REPLACE_MS),
        _ => MIN_AGE_TO_REPLACE_MS,
    };
    // The provider's clock may be ahead of ours.
    (-MIN_AGE_TO_REPLACE_MS..young).contains(&now.wall_ms.saturating_sub(kept.created_ms))
}

fn unless_gone(failed: RenewalFailure) -> Obtained<()> {
    match failed.error {
        Error { status: Status::NotFound, .. } => Ok(()),
        _ => Err(failed),
    }
}

impl TokenSource for AppSource {
    fn refresh(&self, token: &Token, until: Deadline) -> Obtained<Issued> {
        self.obtain(Some(token), until.instant())
    }

    fn login(&self, until: Deadline) -> Obtained<Issued> {
        self.obtain(None, until.instant())
    }

    /// It is what was, for every process, as when this one had handed it out.
    fn reject_kept(&self, told: &str) -> Result<bool> {
        // Who holds the lock is replacing it.
        let Ok(mut held) = self.tokens.repository.lock(Instant::now()) else { return Ok(false) };
        let Some(kept) = held.record.current() else { return Ok(false) };
        let issued = self.issued(kept, validity_of(kept, clock::now()), Origin::Store);
        if !issued.is_ok_and(|issued| issued.bearer.is(told)) {
            return Ok(false);
        }
        demote(&mut held);
        held.write().map(|()| true)
    }

    fn subject(&self) -> Subject {
        self.tokens.session.login.subject()
    }

    /// As for the session, on which it depends.
    fn attempt(&self) -> u64 {
        self.tokens.session.login.attempt()
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
