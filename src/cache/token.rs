//! A token in the cache: immutable, replaced as a whole.

use super::pool::PooledText;
use crate::cache::policy::Validity;
use crate::util::clock::Now;
use crate::util::secret::Secret;
use crate::util::sync::atomic::AtomicU64 as AtomicWord;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicU8, Ordering};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// How a token came into this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Login,
    Refresh,
    Import,
    /// Another process had got it.
    Store,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Login => "login",
            Origin::Refresh => "refresh",
            Origin::Import => "import",
            Origin::Store => "store",
        }
    }
}

/// The value of the header that carries the token, "Bearer 482ee3…", and where in it the token stands:
/// so both are handed out without being put together, and the token is kept once.
#[derive(Clone, Debug)]
pub struct Bearer {
    value: Arc<PooledText>,
    start: u32,
    end: u32,
}

/// A bearer as it is read.
#[derive(Clone, Copy)]
pub struct BearerText<'a> {
    pub value: &'a str,
    pub start: u32,
    pub end: u32,
}

impl Bearer {
    pub fn new(prefix: &str, access_token: &str, suffix: &str) -> Self {
        // No token is as long as that: an answer that carries one ends at 1 MiB.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let end = prefix.len() + access_token.len();
        let value = Arc::new(PooledText::new([prefix, access_token, suffix]));
        Bearer { value, start: place(prefix.len()), end: place(end) }
    }

    /// As `text` gave them; `None` where there is no such place in the text.
    pub fn from_parts(value: &str, start: u32, end: u32) -> Option<Self> {
        let (prefix, token) = value.split_at_checked(end as usize)?.0.split_at_checked(start as usize)?;
        Some(Bearer::new(prefix, token, value.get(end as usize..)?))
    }

    pub fn text(&self) -> BearerText<'_> {
        BearerText { value: self.value.expose(), start: self.start, end: self.end }
    }

    /// Where hits read it: the first word of its block, and where in the block the value begins, in bytes.
    pub fn place(&self) -> (*mut AtomicWord, u32) {
        self.value.place()
    }

    pub fn access_token(&self) -> &str {
        self.text().access_token()
    }

    /// Told by itself or by the header's value.
    pub fn is(&self, told: &str) -> bool {
        let text = self.text();
        constant_time_eq(text.access_token(), told) || constant_time_eq(text.header_value(), told)
    }
}

impl<'a> BearerText<'a> {
    #[inline]
    pub fn access_token(self) -> &'a str {
        self.value.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    #[inline]
    pub fn header_value(self) -> &'a str {
        self.value
    }
}

/// Values that an answer had, by name.
pub type Kept = Vec<(String, Secret)>;

/// What a login or a refresh brought, before the entry gives it its place.
#[derive(Debug)]
pub struct Issued {
    pub bearer: Bearer,
    pub refresh_token: Option<Secret>,
    /// What came with it and the provider wants to see with it, under the names of the profile.
    pub kept: Kept,
    pub token_type: String,
    pub scope: String,
    pub validity: Validity,
    /// What the provider said of the life, if it was not understood, to be logged.
    pub life_unread: Option<String>,
    pub origin: Origin,
}

/// A token in an entry.
#[derive(Debug)]
pub struct Token {
    pub issued: Issued,
    /// Counts the tokens of this identity.
    pub number: u64,
    rejected: AtomicBool,
    /// How often the refresh token was sent without an answer: it may be spent.
    unanswered: AtomicU8,
    refresh_refused: AtomicBool,
    /// Its number among all that the store had for this identity, or of the last of them that it came after.
    generation: AtomicU64,
    /// Others can find it there.
    stored: AtomicBool,
    /// The ages in which it was handed out last, and in which others were told so.
    used_age_ms: AtomicI64,
    told_age_ms: AtomicI64,
}

impl Token {
    pub fn new(issued: Issued, number: u64) -> Self {
        let used_age_ms = issued.validity.used_age_ms;
        Token {
            issued,
            number,
            rejected: AtomicBool::new(false),
            unanswered: AtomicU8::new(0),
            refresh_refused: AtomicBool::new(false),
            generation: AtomicU64::new(0),
            stored: AtomicBool::new(false),
            used_age_ms: AtomicI64::new(used_age_ms),
            told_age_ms: AtomicI64::new(used_age_ms),
        }
    }

    /// Its life, with when it was handed out last.
    pub fn validity(&self) -> Validity {
        Validity { used_age_ms: self.used_age_ms.load(Ordering::Relaxed), ..self.issued.validity }
    }

    /// It is handed out, where that prolongs its life. Whether it is time to tell others.
    pub fn mark_used(&self, now: Now) -> bool {
        let validity = &self.issued.validity;
        if !validity.ends_by_idleness() {
            return false;
        }
        let age_ms = validity.age_ms(now);
        self.used_age_ms.fetch_max(age_ms, Ordering::Relaxed);
        let told = self.told_age_ms.load(Ordering::Relaxed);
        let due = age_ms.saturating_sub(told) > validity.idle_ms / 4;
        due && self.told_age_ms.compare_exchange(told, age_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Its number among all that the store had for this identity; 0: others cannot find it there.
    pub fn generation(&self) -> u64 {
        if self.stored.load(Ordering::Acquire) {
            self.latest_generation()
        } else {
            0
        }
    }

    /// What has a higher number is newer.
    pub fn latest_generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    pub fn set_stored_generation(&self, generation: u64) {
        self.generation.store(generation, Ordering::Relaxed);
        self.stored.store(true, Ordering::Release);
    }

    /// The store did not take it.
    pub fn came_after(&self, generation: u64) {
        self.generation.store(generation, Ordering::Relaxed);
    }

    /// An API refused it: it is never handed out again.
    pub fn mark_rejected(&self) {
        self.rejected.store(true, Ordering::Release);
    }

    pub fn is_rejected(&self) -> bool {
        self.rejected.load(Ordering::Acquire)
    }

    /// The refresh token, while it is worth a request: not refused, and sent at most twice without an answer.
    pub fn refresh_token(&self) -> Option<&Secret> {
        let spent =
            self.refresh_refused.load(Ordering::Acquire) || self.unanswered.load(Ordering::Acquire) > 1;
        self.issued.refresh_token.as_ref().filter(|_| !spent)
    }

    pub fn mark_refresh_refused(&self) {
        self.refresh_refused.store(true, Ordering::Release);
    }

    /// How often the refresh token was sent without an answer.
    pub fn unanswered(&self) -> u8 {
        self.unanswered.load(Ordering::Acquire)
    }

    pub fn mark_refresh_unanswered(&self) {
        self.unanswered.fetch_add(1, Ordering::AcqRel);
    }
}

/// Compares in constant time.
pub fn constant_time_eq(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_and_header_value_share_one_text() {
        let bearer = Bearer::new("Bearer ", "482ee3", "");
        assert_eq!((bearer.access_token(), bearer.text().header_value()), ("482ee3", "Bearer 482ee3"));
        assert!(!format!("{bearer:?}").contains("482ee3"));
    }

    #[test]
    fn texts_are_compared_in_full() {
        assert!(
            constant_time_eq("abc", "abc")
                && !constant_time_eq("abc", "abd")
                && !constant_time_eq("abc", "ab")
                && constant_time_eq("", "")
        );
    }
}
