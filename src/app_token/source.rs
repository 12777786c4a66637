//! A source of tokens for `token` = `application`: what is kept, else one that is created and takes its place.
//!
//! All of it happens under the lock of the account's record: of several processes one creates, the others take what it
//! kept.

use super::creating::Made;
use super::expires::DAY_MS;
use super::keeper::Held;
use super::record::{Kept, Role};
use super::session::failed;
use super::{error, AppTokens};
use crate::clock::{self, Now};
use crate::error::{Error, Result, Status};
use crate::flight::{Failed, Source};
use crate::log::Subject;
use crate::message::AppToken;
use crate::random;
use crate::renewal::{Life, Rules, LONGEST_LIFE_MS};
use crate::secret::Secret;
use crate::token::{same_text, Issued, Origin, Token};
use std::time::{Duration, Instant};

const YOUNG_MS: i64 = 3_600_000;
/// What those who wait for the new token may wait for the end of the old one.
const TO_REVOKE: Duration = Duration::from_secs(5);

pub struct AppSource {
    tokens: AppTokens,
    days: i64,
}

type Obtained<T> = std::result::Result<T, Failed>;

impl AppSource {
    /// Where everything is there that it takes: a store, and all that an unanswered creation needs to be cleared up.
    pub fn new(tokens: AppTokens, days: i64) -> Result<AppSource> {
        tokens.operation(|app| app.create.as_ref()).map_err(error)?;
        tokens.operation(|app| app.list.as_ref()).map_err(error)?;
        tokens.operation(|app| app.revoke.as_ref()).map_err(error)?;
        if !tokens.keeper.outlives_process() {
            return Err(Error::new(Status::Missing, AppToken::NeedsStore.into()));
        }
        Ok(AppSource { tokens, days })
    }

    /// Forgets the token and revokes it at the provider. It is forgotten also when the provider can not be reached.
    pub fn retire(&self, until: Instant) -> Result<()> {
        let mut held = self.tokens.keeper.lock(until)?;
        if demote(&mut held) {
            held.write()?;
        }
        self.revoke_former(&mut held, until)
    }

    /// `old` is to be replaced, by what others have put in its place or by a new one.
    fn obtain(&self, old: Option<&Token>, until: Instant) -> Obtained<Issued> {
        let mut held = self.tokens.keeper.lock(until).map_err(failed)?;
        let now = clock::now();
        let is_old =
            |kept: &Kept| old.filter(|old| same_text(old.issued.bearer.access_token(), kept.token.expose()));
        // Not withheld because its successor can not be had.
        let mut otherwise = None;
        if let Some(kept) = held.record.current().cloned() {
            let enough = match is_old(&kept) {
                Some(old) => !old.is_rejected() && is_young(&kept, now),
                None => !is_due(&kept, now),
            };
            if enough {
                return Ok(self.issued(&kept, now));
            }
            match is_old(&kept) {
                Some(old) if old.is_rejected() => drop(demote(&mut held)),
                Some(_) => {}
                None => otherwise = Some(kept).filter(|kept| kept.expires_ms > now.wall_ms),
            }
        }
        match (self.replace(&mut held, until), otherwise) {
            (Ok(made), _) => {
                let left = made.kept.expires_ms.saturating_sub(made.wall_ms);
                Ok(self.assemble(&made.kept, made.sent_at, left, left, Origin::Login))
            }
            (Err(_), Some(kept)) => Ok(self.issued(&kept, now)),
            // What may have arrived is in the record.
            (Err(failed), None) => Err(Failed { may_have_arrived: false, ..failed }),
        }
    }

    /// Creates a token, keeps it, and ends the one before.
    fn replace(&self, held: &mut Held, until: Instant) -> Obtained<Made> {
        self.tokens.creation()?;
        self.revoke_unanswered(held, until)?;
        // Told apart from other tokens by its end: not all are made for the same second.
        let spread = i64::from(random::below(3_600)) * 1000;
        let expires_ms = (clock::now().wall_ms + self.days * DAY_MS + spread) / 1000 * 1000;
        // The store first: one that is full or gone must not cost a token that is shown once.
        held.record.unanswered_ms = Some(expires_ms);
        held.write().map_err(failed)?;
        let made = match self.tokens.make(expires_ms, Role::Current, until) {
            Ok(made) => made,
            Err(failed) => {
                if !failed.may_have_arrived {
                    held.record.unanswered_ms = None;
                    let _ = held.write(); // If it stays, the list is asked before the next try: no harm.
                }
                return Err(failed);
            }
        };
        demote(held);
        held.record.unanswered_ms = None;
        held.record.add(made.kept.clone(), made.wall_ms);
        match held.write() {
            // Its program can still be handed out what it ended for.
            Ok(()) => drop(self.revoke_former(held, until.min(Instant::now() + TO_REVOKE))),
            // The token is good; it is the process's until the store takes it.
            Err(error) => drop(self.tokens.keeper.save_here(made.kept.clone(), made.wall_ms, error)),
        }
        Ok(made)
    }

    /// Ends what an earlier creation may have left at the provider without an answer. Not created anew before.
    fn revoke_unanswered(&self, held: &mut Held, until: Instant) -> Obtained<()> {
        let Some(expires_ms) = held.record.unanswered_ms else { return Ok(()) };
        let listed = self.tokens.all(until)?;
        let mut left = listed.iter().filter(|token| {
            token.expires_ms.is_some_and(|at| at / 1000 == expires_ms / 1000)
                && held.record.find(&token.id).is_none()
        });
        // Several of the same second are not ours alone.
        if let (Some(token), None) = (left.next(), left.next()) {
            self.tokens.end(&token.id, until).or_else(unless_gone)?;
        }
        held.record.unanswered_ms = None;
        Ok(())
    }

    /// Ends at the provider what was replaced. What can not be ended now stays to be ended.
    fn revoke_former(&self, held: &mut Held, until: Instant) -> Result<()> {
        let former = held.record.kept.iter().filter(|kept| kept.role == Role::Former);
        let former: Vec<String> = former.map(|kept| kept.id.clone()).collect();
        let mut ended = Ok(());
        for id in &former {
            match self.tokens.end(id, until).or_else(unless_gone) {
                Ok(()) => drop(held.record.remove(id)),
                Err(failed) => ended = Err(failed.error),
            }
        }
        if !former.is_empty() {
            held.write()?;
        }
        ended
    }

    /// A kept token, as the cell takes it.
    fn issued(&self, kept: &Kept, now: Now) -> Issued {
        let total = kept.total_ms();
        let age = now.wall_ms - kept.made_ms;
        // Its whole life where that can be told, so that its age is right.
        if age >= 0 && total <= LONGEST_LIFE_MS {
            let born = Now { boot_ms: now.boot_ms - age, wall_ms: kept.made_ms };
            return self.assemble(kept, born, total, total, Origin::Store);
        }
        self.assemble(kept, now, kept.expires_ms.saturating_sub(now.wall_ms), total, Origin::Store)
    }

    /// Renewed when a tenth of its life is left. Its id takes the place of a refresh token: it is what a successor is
    /// asked for with.
    fn assemble(&self, kept: &Kept, born: Now, left_ms: i64, total_ms: i64, origin: Origin) -> Issued {
        let renew_after_ms = Some((left_ms - total_ms / 10).max(0));
        let rules = Rules { renew_after_ms, use_at_most_ms: None, refresh_kills_old: true };
        let life = Life::new(born, left_ms, rules, 0);
        let id = Secret::from(kept.id.as_str());
        self.tokens.session.login.assemble(kept.token.expose(), Some(id), life, origin, None, None)
    }
}

/// What is handed out becomes what was. Whether there was something.
fn demote(held: &mut Held) -> bool {
    let current = held.record.kept.iter_mut().filter(|kept| kept.role == Role::Current);
    current.map(|kept| kept.role = Role::Former).count() > 0
}

/// Whether a tenth of its life is left, or less.
fn is_due(kept: &Kept, now: Now) -> bool {
    kept.expires_ms.saturating_sub(now.wall_ms) <= kept.total_ms() / 10
}

/// Not replaced unless an API refused it, whatever life somebody wants of it: each token is one more at the provider.
fn is_young(kept: &Kept, now: Now) -> bool {
    let young = match kept.total_ms() / 10 {
        tenth @ 1.. => tenth.min(YOUNG_MS),
        _ => YOUNG_MS,
    };
    (0..young).contains(&now.wall_ms.saturating_sub(kept.made_ms))
}

fn unless_gone(failed: Failed) -> Obtained<()> {
    match failed.error {
        Error { status: Status::NotFound, .. } => Ok(()),
        _ => Err(failed),
    }
}

impl Source for AppSource {
    fn refresh(&self, token: &Token, until: Instant) -> Obtained<Issued> {
        self.obtain(Some(token), until)
    }

    fn login(&self, until: Instant) -> Obtained<Issued> {
        self.obtain(None, until)
    }

    fn subject(&self) -> Subject {
        self.tokens.session.login.subject()
    }

    /// As for the session, on which it depends.
    fn attempt(&self) -> u64 {
        self.tokens.session.login.attempt()
    }
}
