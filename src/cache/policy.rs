//! The renewal decision, pure: from a token's life, the clocks and the failures remembered to what a caller gets.
//!
//! A token's life in ages, 0 being the moment in which the request that brought it was sent:
//!
//! ```text
//! 0 ............ refresh_from ............ guard_from ...... end .. dies
//!     fresh             ageing                closing          expired
//!   handed out    handed out, renewed     renewed; the caller   never handed out
//!                     behind it          waits a moment for it
//! ```

use crate::util::clock::Now;

/// A token is handed out until this long before it expires: it must still be valid when it arrives.
pub const EXPIRY_MARGIN_MS: i64 = 2_000;
/// A longer lifetime is cut to this.
pub const MAX_LIFETIME_MS: i64 = 400 * 24 * 3_600_000;
/// The age that no token reaches: with room for what is added to it.
const ENDLESS_MS: i64 = i64::MAX / 4;
/// How long a caller waits for a better token inside the guard window.
pub const MANDATORY_REFRESH_WAIT_MS: i64 = 2_000;
/// Without progress, and by `renew`, at most one request in this time.
pub const MIN_REFRESH_INTERVAL_MS: i64 = 10_000;
/// What was good until now and came once more is handed out so long beyond its end: its successor is about to come.
pub const SAME_AGAIN_MS: i64 = 1_000;
/// A life that ends when the token is not handed out: of that time the margin that it must still be good when it
/// arrives, and the part in which hits hand it out without being told of.
const IDLE_MARGIN: i64 = 8;
const IDLE_SLICE: i64 = 32;
/// Jitter is drawn in thousandths.
pub const JITTER_SCALE: i64 = 1_000;

/// What the profile says of its tokens' lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefreshRules {
    pub max_use_ms: Option<i64>,
    pub renew_after_ms: Option<i64>,
    /// A refresh ends the token before it, also for others who hold it: renew late.
    pub refresh_revokes_previous: bool,
    /// It is dead when it was not handed out for so long.
    pub idle_ms: Option<i64>,
}

/// When a token was issued and what its ages mean, in milliseconds. Computed once, when it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    pub issued_at: Now,
    pub refresh_at_age_ms: i64,
    pub must_refresh_at_age_ms: i64,
    pub usable_until_age_ms: i64,
    pub expires_at_age_ms: i64,
    /// The age in which it was handed out last, and how long it lives from then; `i64::MAX`: that ends nothing.
    pub used_age_ms: i64,
    pub idle_ms: i64,
}

impl Validity {
    /// `jitter` (0 to `JITTER_SCALE`) is drawn once per token: drawn per call, the busiest caller always wins it.
    pub fn new(born: Now, life_ms: i64, rules: RefreshRules, jitter: i64) -> Validity {
        let dies = life_ms.clamp(0, MAX_LIFETIME_MS);
        let end = (dies - EXPIRY_MARGIN_MS).max(0);
        let useful = rules.max_use_ms.map_or(dies, |most| most.clamp(0, dies));
        let guard = (useful / 50).clamp(5_000, 60_000).min(useful / 4);
        let guard_from = (useful - guard).min(end);
        let planned = match rules.renew_after_ms {
            Some(after) => after,
            None if rules.refresh_revokes_previous => {
                useful - (useful / 20).clamp(120_000, 900_000).min(useful / 4)
            }
            None if useful >= 2 * 3_600_000 => useful / 2,
            None => useful / 4 * 3,
        };
        let planned = planned.clamp(0, guard_from);
        // An age that somebody chose is kept to.
        let window = if rules.renew_after_ms.is_some() { 0 } else { guard_from - planned };
        let jitter = window / 5 * jitter.clamp(0, JITTER_SCALE) / JITTER_SCALE;
        Validity {
            issued_at: born,
            refresh_at_age_ms: planned + jitter,
            must_refresh_at_age_ms: guard_from,
            usable_until_age_ms: end,
            expires_at_age_ms: dies,
            used_age_ms: 0,
            idle_ms: rules.idle_ms.unwrap_or(i64::MAX),
        }
    }

    /// Of a token that never ends, and that nothing renews.
    pub fn endless(born: Now) -> Validity {
        Validity {
            refresh_at_age_ms: ENDLESS_MS,
            must_refresh_at_age_ms: ENDLESS_MS,
            usable_until_age_ms: ENDLESS_MS,
            expires_at_age_ms: ENDLESS_MS,
            ..Validity::none(born)
        }
    }

    pub fn is_endless(&self) -> bool {
        self.expires_at_age_ms == ENDLESS_MS
    }

    /// Of a token that is never handed out.
    pub fn none(born: Now) -> Validity {
        Validity {
            issued_at: born,
            refresh_at_age_ms: 0,
            must_refresh_at_age_ms: 0,
            usable_until_age_ms: 0,
            expires_at_age_ms: 0,
            used_age_ms: 0,
            idle_ms: i64::MAX,
        }
    }

    /// The age in which it ends, by its life and by its use.
    pub fn usable_until(&self) -> i64 {
        let margin = (self.idle_ms / IDLE_MARGIN).min(EXPIRY_MARGIN_MS);
        self.usable_until_age_ms.min(self.used_age_ms.saturating_add(self.idle_ms - margin))
    }

    /// By what the provider said, to the very end.
    pub fn is_alive(&self, now: Now) -> bool {
        self.age_ms(now) < self.expires_at_age_ms.min(self.used_age_ms.saturating_add(self.idle_ms))
    }

    pub fn ends_by_idleness(&self) -> bool {
        self.idle_ms != i64::MAX
    }

    /// The provider handed the same life out again: asking sooner than this brings nothing better. So the token is
    /// handed out to its very end: in its last moments every call would be one more login. `left_ms`: what it had
    /// left by what was known before, as providers round.
    pub fn without_progress(mut self, now: Now, left_ms: i64) -> Validity {
        self.expires_at_age_ms = self.expires_at_age_ms.max(self.age_ms(now) + left_ms);
        self.usable_until_age_ms = self.expires_at_age_ms;
        let next = (self.age_ms(now) + MIN_REFRESH_INTERVAL_MS)
            .max(self.expires_at_age_ms - 15_000)
            .min(self.usable_until_age_ms);
        self.refresh_at_age_ms = next;
        self.must_refresh_at_age_ms = next;
        self
    }

    /// It came without a life that anybody could use, and asking again at once would bring the next such one. So it is
    /// handed out for a moment all the same, to those who waited and to who asks then: the provider may mean something
    /// else by its number, or one of the clocks is wrong. Its end stays what the provider said.
    pub fn shared_although_dead(mut self, now: Now, for_ms: i64) -> Validity {
        let until = self.age_ms(now) + for_ms;
        self.refresh_at_age_ms = until;
        self.must_refresh_at_age_ms = until;
        self.usable_until_age_ms = until;
        self
    }

    pub fn is_dead_on_arrival(&self) -> bool {
        self.usable_until_age_ms > self.expires_at_age_ms
    }

    pub fn age_ms(&self, now: Now) -> i64 {
        now.since(self.issued_at)
    }

    /// What is left until the provider's own end.
    pub fn left_ms(&self, now: Now) -> i64 {
        (self.expires_at_age_ms - self.age_ms(now)).max(0)
    }

    /// The instant of an age, as wall time.
    pub fn wall_ms_at(&self, age: i64) -> i64 {
        self.issued_at.wall_ms.saturating_add(age)
    }
}

/// What one caller needs of a token beyond being valid.
#[derive(Clone, Copy, Debug, Default)]
pub struct Need {
    pub min_left_ms: i64,
    pub renew_after_ms: Option<i64>,
}

impl Need {
    /// Until which age this caller gets at once what others get until the age `until`; the token's last is
    /// `expires_at_age_ms`.
    #[inline(always)]
    pub fn limit(&self, dies: i64, until: i64) -> i64 {
        self.usable_until(dies, until).min(self.renew_after_ms.unwrap_or(i64::MAX))
    }

    /// Who asks for no life gets also what has none.
    #[inline(always)]
    pub fn usable_until(&self, dies: i64, until: i64) -> i64 {
        if self.min_left_ms > 0 {
            until.min(dies - self.min_left_ms)
        } else {
            until
        }
    }
}

/// What is to be done for a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The token, at once.
    Fresh,
    /// The token, at once; one renewal runs behind it.
    AdvisoryRefresh,
    /// One renewal runs; the caller waits a moment for it and then takes the old token.
    MandatoryRefresh,
    /// One renewal runs; the caller waits for it.
    BlockingRefresh,
    /// The cached failure, at once.
    CachedError,
}

/// The decision. `has_cached_failure`: a failure is remembered and its time has not passed.
pub fn decide(token: Option<&Validity>, holding: bool, now: Now, need: Need) -> Decision {
    let Some(validity) = token.filter(|validity| is_usable(validity, now, need)) else {
        return if holding { Decision::CachedError } else { Decision::BlockingRefresh };
    };
    let age = validity.age_ms(now);
    if holding || validity.is_dead_on_arrival() || age < renewed_from(validity, need) {
        Decision::Fresh
    } else if age < validity.must_refresh_at_age_ms {
        Decision::AdvisoryRefresh
    } else {
        Decision::MandatoryRefresh
    }
}

/// From which age this caller's asking renews the token, while it is handed out.
pub fn renewed_from(validity: &Validity, need: Need) -> i64 {
    let chosen = need.renew_after_ms.unwrap_or(i64::MAX);
    validity
        .refresh_at_age_ms
        .min(chosen)
        .min(validity.must_refresh_at_age_ms)
        .min(validity.expires_at_age_ms - need.min_left_ms)
}

/// Until which age `decide` says that the token is handed out at once with nothing else to do, as long as neither
/// `flying` (a renewal runs) nor the failure remembered changes: so a hit compares one number with the clock.
pub fn fresh_until_age_ms(validity: &Validity, flying: bool, hold_left_ms: Option<i64>, now: Now) -> i64 {
    let planned = validity.refresh_at_age_ms.min(validity.must_refresh_at_age_ms);
    let flown = if flying { validity.must_refresh_at_age_ms } else { planned };
    let held = hold_left_ms.map_or(planned, |left| validity.age_ms(now).saturating_add(left));
    // So long at most it is not known here that it is in use: what counts is when that was known last.
    let told = validity.used_age_ms.saturating_add(validity.idle_ms / IDLE_SLICE);
    planned.max(flown).max(held).min(validity.usable_until()).min(told)
}

/// Whether this token may be handed out at all: valid, and for as long as the caller needs.
pub fn is_usable(validity: &Validity, now: Now, need: Need) -> bool {
    validity.age_ms(now) < need.usable_until(validity.expires_at_age_ms, validity.usable_until())
}

/// Why a renewal failed, as far as it matters for when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// Network, time-out, 5xx, 429, a wrong answer: the next try may succeed.
    Transient,
    /// User, password or key refused.
    Credentials,
    /// A person must act: second factor, password change.
    UserActionRequired,
    /// TLS, proxy, an answer that the profile does not describe: something must be configured.
    Persistent,
    /// Nothing was sent, for want of something on this machine (descriptors, memory, authorities): it may be there in a
    /// moment.
    Local,
    /// The time that a caller gave it was over: one who gives more may try.
    DeadlineExceeded,
    /// Nothing was sent, because the program's own settings forbid it: they may be right at the next call.
    Misconfigured,
    /// Another process renews: what it brings is to be looked for in a moment.
    PeerRefreshing,
}

/// How long a failure is remembered. `nth` counts failures of this class in a row from 1; `left_ms` is what is
/// left of a token that may still be handed out; `jitter` as for a life.
pub fn backoff_ms(class: FailureClass, nth: u32, left_ms: Option<i64>, jitter: i64) -> i64 {
    let step = nth.saturating_sub(1).min(10);
    match (class, left_ms) {
        (FailureClass::Transient | FailureClass::DeadlineExceeded, Some(left)) => {
            // 30 s doubling to 5 min, a fifth more or less, but at least three more tries before the end.
            let hold = (30_000 << step.min(4)).min(300_000);
            let spread = hold / 5 * (2 * jitter.clamp(0, JITTER_SCALE) - JITTER_SCALE) / JITTER_SCALE;
            (hold + spread).min(left / 4).max(1_000)
        }
        (FailureClass::Transient | FailureClass::DeadlineExceeded, None) => {
            // Full jitter between half a second and the step, so that many machines do not return together.
            let top = (1_000 << step.min(5)).min(30_000);
            500 + (top - 500) * jitter.clamp(0, JITTER_SCALE) / JITTER_SCALE
        }
        (FailureClass::Credentials, _) => [60_000, 300_000, 1_800_000][step.min(2) as usize],
        (FailureClass::UserActionRequired, _) => 900_000,
        (FailureClass::Misconfigured, _) => 0,
        (FailureClass::Local, _) => 500 + jitter.clamp(0, JITTER_SCALE) / 2,
        (FailureClass::PeerRefreshing, _) => 1_000 + 2 * jitter.clamp(0, JITTER_SCALE),
        (FailureClass::Persistent, _) => [10_000, 60_000][step.min(1) as usize],
    }
}

#[cfg(test)]
mod tests;
