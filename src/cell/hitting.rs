//! The part of a cell that a hit goes through: no lock, no allocation, one line of the processor's cache and the
//! token's text.

use super::counters::Owners;
use super::{Cell, Control, Hold};
use crate::clock::Now;
use crate::renewal::{self, Class, Need};
use crate::shown::{Reading, ShownText};
use crate::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use crate::token::{BearerText, Token};
use std::sync::Arc;

/// How far the coarse clock may move before a hit looks at both precise ones. It jumps when the machine wakes and
/// when somebody sets it, so between two looks no token ages by more than this unseen.
const TRUSTED_MS: u64 = 25;
/// How many hits of one thread may do so, should the wall clock stand still.
const UNCHECKED: u64 = 256;

/// No token is shown, or none can be.
const NONE: u64 = 0;
const UNSETTLED: u64 = u64::MAX;

/// What hits see. The numbers belong to the text that is shown: they change while it is hidden, all but `until`.
#[repr(C)] // what every hit reads comes first
pub(super) struct Face {
    /// When the token was born by the coarse clock of now, which may have been set since.
    birth_ms: AtomicI64,
    dies: AtomicI64,
    /// Until which age hits may hand the token out.
    until: AtomicI64,
    /// When a hit last looked at the precise clocks, by the coarse one.
    checked_ms: AtomicI64,
    /// Where in the text the access token stands.
    start: AtomicU32,
    end: AtomicU32,
    owners: Owners,
    text: ShownText,
    born_boot_ms: AtomicI64,
    born_wall_ms: AtomicI64,
    /// The number of the token shown.
    number: AtomicU64,
}

impl Face {
    pub(super) fn hidden() -> Face {
        let zero = || AtomicI64::new(0);
        Face {
            birth_ms: zero(),
            dies: zero(),
            until: zero(),
            checked_ms: zero(),
            start: AtomicU32::new(0),
            end: AtomicU32::new(0),
            owners: Owners::default(),
            text: ShownText::empty(),
            born_boot_ms: zero(),
            born_wall_ms: zero(),
            number: AtomicU64::new(NONE),
        }
    }
}

impl Cell {
    /// The token, if it can be handed out at once with nothing else to do.
    #[inline]
    pub fn hit<R>(&self, reading: &Reading, need: Need, read: impl FnOnce(BearerText) -> R) -> Option<R> {
        let face = &self.face;
        let value = face.text.get(reading)?;
        let limit = need.limit(face.dies.load(Ordering::Relaxed), face.until.load(Ordering::Relaxed));
        let wall_ms = self.clock.coarse_wall_ms();
        // Before the birth, which `check` writes first.
        let moved = wall_ms.abs_diff(face.checked_ms.load(Ordering::Acquire));
        if wall_ms - face.birth_ms.load(Ordering::Relaxed) >= limit {
            return None;
        }
        let nth = self.counters.hit(&face.owners, reading.thread());
        if (moved > TRUSTED_MS || nth % UNCHECKED == 0) && !self.check(limit, wall_ms) {
            return None;
        }
        let (start, end) = (face.start.load(Ordering::Relaxed), face.end.load(Ordering::Relaxed));
        Some(read(BearerText { value, start, end }))
    }

    /// Whether both precise clocks say that the token is young enough.
    #[cold]
    fn check(&self, limit: i64, wall_ms: i64) -> bool {
        let (face, now) = (&self.face, self.clock.now());
        let born = Now {
            boot_ms: face.born_boot_ms.load(Ordering::Relaxed),
            wall_ms: face.born_wall_ms.load(Ordering::Relaxed),
        };
        let age = now.since(born);
        let young = age < limit;
        if young {
            face.birth_ms.store(wall_ms - age, Ordering::Relaxed);
            face.checked_ms.store(wall_ms, Ordering::Release);
            self.last_used_ms.store(now.boot_ms, Ordering::Relaxed);
        }
        young
    }

    /// Lets hits hand out what `control` says, after everything in it that matters to them has changed.
    pub(super) fn show(&self, control: &Control) {
        let (face, now) = (&self.face, self.clock.now());
        let token = control.current();
        let number = token.map_or(NONE, |token| token.number);
        let other = face.number.swap(number, Ordering::Relaxed) != number;
        // First of all: no hit may take one token's numbers for another's.
        if other && !face.text.hide() {
            // A reader does not move. Until it does everybody takes the way over the lock.
            face.number.store(UNSETTLED, Ordering::Relaxed);
            return;
        }
        let Some(token) = token else { return };
        let life = &token.issued.life;
        // Who has something new to try, or more time, must not be kept from it by a hit.
        let for_all = |hold: &&Hold| !matches!(hold.class, Class::Action | Class::Hurried);
        let hold = control.hold.as_deref().filter(for_all);
        let left_ms = hold.map(|hold| hold.until - now.boot_ms).filter(|left| *left > 0);
        let until = renewal::at_once_until(life, control.flight.is_some(), left_ms, now);
        face.until.store(until, Ordering::Relaxed);
        if other {
            self.put(token, now);
        }
    }

    /// Shows the token, should that have been impossible before.
    pub(super) fn show_again(&self, control: &Control) {
        if self.face.number.load(Ordering::Relaxed) == UNSETTLED {
            self.show(control);
        }
    }

    fn put(&self, token: &Arc<Token>, now: Now) {
        let (face, life, bearer) = (&self.face, &token.issued.life, &token.issued.bearer);
        face.birth_ms.store(self.clock.coarse_wall_ms() - life.age(now), Ordering::Relaxed);
        face.dies.store(life.dies, Ordering::Relaxed);
        face.born_wall_ms.store(life.born.wall_ms, Ordering::Relaxed);
        face.born_boot_ms.store(life.born.boot_ms, Ordering::Relaxed);
        // Far from every time: the first hit looks at the clocks.
        face.checked_ms.store(i64::MIN, Ordering::Relaxed);
        let text = bearer.text();
        face.start.store(text.start, Ordering::Relaxed);
        face.end.store(text.end, Ordering::Relaxed);
        face.text.show(bearer.value());
    }
}
