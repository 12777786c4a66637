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
use crate::log::{Event, Level, Subject};
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
                return Ok(self.issued(&kept, life_of(&kept, now), Origin::Store));
            }
            match is_old(&kept) {
                Some(old) if old.is_rejected() => drop(demote(&mut held)),
                Some(_) => {}
                None => otherwise = Some(kept).filter(|kept| kept.expires_ms > now.wall_ms),
            }
        }
        match (self.replace(&mut held, until), otherwise) {
            (Ok(made), _) => {
                let total = made.kept.total_ms();
                Ok(self.issued(&made.kept, life(made.sent_at, total, total), Origin::Login))
            }
            (Err(_), Some(kept)) => Ok(self.issued(&kept, life_of(&kept, now), Origin::Store)),
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
        held.make_room().map_err(failed)?;
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
        held.record.add(made.kept.clone());
        match held.write() {
            // Its program can still be handed out what it ended for.
            Ok(()) => drop(self.revoke_former(held, until.min(Instant::now() + TO_REVOKE))),
            // The token is good; it is the process's until the store takes it.
            Err(error) => {
                let error = self.tokens.keeper.save_here(made.kept.clone(), error);
                self.tokens.tell_unsaved(&made.kept.id, &error);
            }
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
                Err(Failed { error, .. }) => {
                    self.tell_left(id, &error);
                    ended = Err(error);
                }
            }
        }
        if !former.is_empty() {
            held.write()?;
        }
        ended
    }

    fn tell_left(&self, id: &str, error: &Error) {
        let (status, why) = (error.status.name(), error.message.clone());
        let left = || Event::AppTokenLeft { id: id.to_owned(), status, why };
        self.tokens.session.tell(Level::Warning, Instant::now(), left);
    }

    /// A kept token, as the cell takes it. Its id takes the place of a refresh token: it is what a successor is asked for
    /// with.
    fn issued(&self, kept: &Kept, life: Life, origin: Origin) -> Issued {
        let id = Secret::from(kept.id.as_str());
        self.tokens.session.login.assemble(kept.token.expose(), Some(id), life, origin, None, None)
    }
}

/// The life of a token that was found, as far as it can be told by the clock here.
fn life_of(kept: &Kept, now: Now) -> Life {
    let (total, age) = (kept.total_ms(), now.wall_ms.saturating_sub(kept.made_ms));
    if age >= 0 && total <= LONGEST_LIFE_MS {
        let born = Now { boot_ms: now.boot_ms.saturating_sub(age), wall_ms: kept.made_ms };
        return life(born, total, total);
    }
    life(now, kept.expires_ms.saturating_sub(now.wall_ms), total)
}

/// Renewed when a tenth of all its life is left.
fn life(born: Now, left_ms: i64, total_ms: i64) -> Life {
    let renew_after_ms = Some((left_ms - total_ms / 10).max(0));
    Life::new(born, left_ms, Rules { renew_after_ms, use_at_most_ms: None, refresh_kills_old: true }, 0)
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
    // The provider's clock may be ahead of ours.
    (-YOUNG_MS..young).contains(&now.wall_ms.saturating_sub(kept.made_ms))
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const NOW: Now = Now { boot_ms: 50 * DAY_MS, wall_ms: 20_000 * DAY_MS };

    /// Made so many days ago, for so many days.
    fn kept(age: i64, days: i64) -> Kept {
        let made_ms = NOW.wall_ms - age * DAY_MS;
        let (id, token) = ("1".to_owned(), Secret::from("t"));
        Kept { id, token, expires_ms: made_ms + days * DAY_MS, made_ms, role: Role::Current }
    }

    fn days_until(life: Life, age: i64) -> i64 {
        (age - life.age(NOW)) / DAY_MS
    }

    #[test]
    fn a_token_is_replaced_when_a_tenth_of_its_life_is_left() {
        for (age, days, until) in [(0, 365, 328), (100, 365, 228), (328, 365, 0), (0, 400, 360)] {
            let life = life_of(&kept(age, days), NOW);
            assert_eq!(
                (days_until(life, life.refresh_from), life.left_ms(NOW)),
                (until, (days - age) * DAY_MS)
            );
            assert_eq!(life.age(NOW), age * DAY_MS);
        }
        let due = |age, days| is_due(&kept(age, days), NOW);
        assert!(!due(328, 365) && due(329, 365) && due(365, 365) && due(500, 365));
        assert!(!due(0, 1) && due(1, 1));
    }

    #[test]
    fn a_life_longer_than_any_that_is_believed_is_looked_at_again() {
        let life = life_of(&kept(500, 3_650), NOW);
        assert_eq!((days_until(life, life.dies), life.age(NOW)), (400, 0));
        assert!(days_until(life, life.refresh_from) >= 399);
        assert!(!is_due(&kept(500, 3_650), NOW));
        let life = life_of(&kept(3_000, 3_650), NOW);
        assert_eq!((days_until(life, life.refresh_from), days_until(life, life.dies)), (285, 400));
    }

    #[test]
    fn a_clock_that_was_set_does_not_end_it() {
        // Made in what is the future by the clock here.
        let life = life_of(&kept(-700, 365), NOW);
        assert_eq!((life.age(NOW), life.left_ms(NOW)), (0, LONGEST_LIFE_MS));
        // Long gone by the clock here.
        assert_eq!(life_of(&kept(700, 365), NOW).left_ms(NOW), 0);
        let broken = Kept { made_ms: i64::MIN, expires_ms: i64::MAX, ..kept(0, 0) };
        assert!(life_of(&broken, NOW).left_ms(NOW) > 0 && !is_young(&broken, NOW));
        let broken = Kept { made_ms: i64::MAX, expires_ms: i64::MIN, ..kept(0, 0) };
        assert!(life_of(&broken, NOW).left_ms(NOW) == 0 && is_due(&broken, NOW));
    }

    #[test]
    fn what_was_just_made_is_not_replaced_for_its_life() {
        let made = |minutes_ago: i64, life_ms: i64| {
            let made_ms = NOW.wall_ms - minutes_ago * 60_000;
            Kept { made_ms, expires_ms: made_ms + life_ms, ..kept(0, 0) }
        };
        let young = |minutes_ago, life_ms| is_young(&made(minutes_ago, life_ms), NOW);
        assert!(young(59, 365 * DAY_MS) && !young(60, 365 * DAY_MS));
        assert!(young(2, 30 * 60_000) && !young(3, 30 * 60_000), "it must be replaced before it dies");
        assert!(young(59, 0) && young(59, -5) && !young(60, 0), "a provider that tells nonsense");
        assert!(young(-60, 365 * DAY_MS) && !young(-61, 365 * DAY_MS));
    }
}
