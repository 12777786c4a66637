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

use crate::clock::Now;

/// A token is handed out until this long before its end: it must still arrive alive.
const LAST_GASP_MS: i64 = 2_000;
/// No provider is believed beyond this.
pub const LONGEST_LIFE_MS: i64 = 400 * 24 * 3_600_000;
/// How long a caller waits for a better token inside the guard window.
pub const LINGER_MS: i64 = 2_000;
/// Without progress, and by `renew`, at most one request in this time.
pub const SHORTEST_PAUSE_MS: i64 = 10_000;
/// Jitter is drawn in thousandths.
pub const JITTER_SCALE: i64 = 1_000;

/// What the profile says of its tokens' lives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    pub use_at_most_ms: Option<i64>,
    pub renew_after_ms: Option<i64>,
    /// A refresh ends the token before it, also for others who hold it: renew late.
    pub refresh_kills_old: bool,
}

/// When one token was born and what its ages mean. Computed once, when the token arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    pub born: Now,
    pub refresh_from: i64,
    pub guard_from: i64,
    pub end: i64,
    pub dies: i64,
}

impl Life {
    /// `jitter` (0 to `JITTER_SCALE`) is drawn once per token: drawn per call, the busiest caller always wins it.
    pub fn new(born: Now, life_ms: i64, rules: Rules, jitter: i64) -> Life {
        let dies = life_ms.clamp(0, LONGEST_LIFE_MS);
        let end = (dies - LAST_GASP_MS).max(0);
        let useful = rules.use_at_most_ms.map_or(dies, |most| most.clamp(0, dies));
        let guard = (useful / 50).clamp(5_000, 60_000).min(useful / 4);
        let guard_from = (useful - guard).min(end);
        let planned = match rules.renew_after_ms {
            Some(after) => after,
            None if rules.refresh_kills_old => useful - (useful / 20).clamp(120_000, 900_000).min(useful / 4),
            None if useful >= 2 * 3_600_000 => useful / 2,
            None => useful / 4 * 3,
        };
        let planned = planned.clamp(0, guard_from);
        // An age that somebody chose is kept to.
        let window = if rules.renew_after_ms.is_some() { 0 } else { guard_from - planned };
        let jitter = window / 5 * jitter.clamp(0, JITTER_SCALE) / JITTER_SCALE;
        Life { born, refresh_from: planned + jitter, guard_from, end, dies }
    }

    /// Of a token that is handed out to nobody.
    pub fn none(born: Now) -> Life {
        Life { born, refresh_from: 0, guard_from: 0, end: 0, dies: 0 }
    }

    /// The provider handed the same life out again: asking sooner than this brings nothing better. So the token is
    /// handed out to its very end: in its last moments every call would be one more login. `left_ms`: what it had
    /// left by what was known before, as providers round.
    pub fn without_progress(mut self, now: Now, left_ms: i64) -> Life {
        self.dies = self.dies.max(self.age(now) + left_ms);
        self.end = self.dies;
        let next = (self.age(now) + SHORTEST_PAUSE_MS).max(self.dies - 15_000).min(self.end);
        self.refresh_from = next;
        self.guard_from = next;
        self
    }

    pub fn age(&self, now: Now) -> i64 {
        now.since(self.born)
    }

    /// What is left until the provider's own end.
    pub fn left_ms(&self, now: Now) -> i64 {
        (self.dies - self.age(now)).max(0)
    }

    /// The instant of an age, as wall time.
    pub fn wall_ms_at(&self, age: i64) -> i64 {
        self.born.wall_ms.saturating_add(age)
    }
}

/// What one caller wants of a token beyond being alive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Need {
    pub min_left_ms: i64,
    pub renew_after_ms: Option<i64>,
}

impl Need {
    /// Until which age this caller gets at once what others get until the age `until`; the token's last is `dies`.
    #[inline(always)]
    pub fn limit(&self, dies: i64, until: i64) -> i64 {
        until.min(dies - self.min_left_ms).min(self.renew_after_ms.unwrap_or(i64::MAX))
    }
}

/// What a caller gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The token, at once.
    Use,
    /// The token, at once; one renewal runs behind it.
    UseAndRenew,
    /// One renewal runs; the caller waits a moment for it and then takes the old token.
    Linger,
    /// One renewal runs; the caller waits for it.
    Renew,
    /// The failure remembered, at once.
    Refuse,
}

/// The decision. `holding`: a failure is remembered and its time has not passed.
pub fn decide(token: Option<&Life>, holding: bool, now: Now, need: Need) -> Verdict {
    let Some(life) = token.filter(|life| hands_out(life, now, need)) else {
        return if holding { Verdict::Refuse } else { Verdict::Renew };
    };
    let age = life.age(now);
    if holding || age < renewed_from(life, need) {
        Verdict::Use
    } else if age < life.guard_from {
        Verdict::UseAndRenew
    } else {
        Verdict::Linger
    }
}

/// From which age this caller's asking renews the token, while it is handed out.
pub fn renewed_from(life: &Life, need: Need) -> i64 {
    let chosen = need.renew_after_ms.unwrap_or(i64::MAX);
    life.refresh_from.min(chosen).min(life.guard_from).min(life.dies - need.min_left_ms)
}

/// Until which age `decide` says that the token is handed out at once with nothing else to do, as long as neither
/// `flying` (a renewal runs) nor the failure remembered changes: so a hit compares one number with the clock.
pub fn at_once_until(life: &Life, flying: bool, hold_left_ms: Option<i64>, now: Now) -> i64 {
    let planned = life.refresh_from.min(life.guard_from);
    let flown = if flying { life.guard_from } else { planned };
    let held = hold_left_ms.map_or(planned, |left| life.age(now).saturating_add(left));
    planned.max(flown).max(held).min(life.end)
}

/// Whether this token may be handed out at all: alive, and as long as the caller wants.
pub fn hands_out(life: &Life, now: Now, need: Need) -> bool {
    life.age(now) < life.end.min(life.dies - need.min_left_ms)
}

/// Why a renewal failed, as far as it matters for when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Network, time-out, 5xx, 429, a wrong answer: the next try may succeed.
    Transient,
    /// User, password or key refused.
    Credentials,
    /// A person must act: second factor, password change.
    Action,
    /// TLS, proxy, an answer that the profile does not describe: something must be configured.
    Config,
    /// The time that a caller gave it was over: one who gives more may try.
    Hurried,
    /// Nothing was sent, because the program's own settings forbid it: they may be right at the next call.
    Settings,
    /// Another process renews: what it brings is to be looked for in a moment.
    Elsewhere,
}

/// How long a failure is remembered. `nth` counts failures of this class in a row from 1; `left_ms` is what is
/// left of a token that may still be handed out; `jitter` as for a life.
pub fn hold_ms(class: Class, nth: u32, left_ms: Option<i64>, jitter: i64) -> i64 {
    let step = nth.saturating_sub(1).min(10);
    match (class, left_ms) {
        (Class::Transient | Class::Hurried, Some(left)) => {
            // 30 s doubling to 5 min, a fifth more or less, but at least three more tries before the end.
            let hold = (30_000 << step.min(4)).min(300_000);
            let spread = hold / 5 * (2 * jitter.clamp(0, JITTER_SCALE) - JITTER_SCALE) / JITTER_SCALE;
            (hold + spread).min(left / 4).max(1_000)
        }
        (Class::Transient | Class::Hurried, None) => {
            // Full jitter between half a second and the step, so that many machines do not return together.
            let top = (1_000 << step.min(5)).min(30_000);
            500 + (top - 500) * jitter.clamp(0, JITTER_SCALE) / JITTER_SCALE
        }
        (Class::Credentials, _) => [60_000, 300_000, 1_800_000][step.min(2) as usize],
        (Class::Action, _) => 900_000,
        (Class::Settings, _) => 0,
        (Class::Elsewhere, _) => 1_000 + 2 * jitter.clamp(0, JITTER_SCALE),
        (Class::Config, _) => [10_000, 60_000][step.min(1) as usize],
    }
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
