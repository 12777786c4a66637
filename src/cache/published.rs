//! What a hit reads: a handle's fast path leads to the published token of its identity, and that to a block of words.
//!
//! Both are sequence locks. A writer makes the sequence odd, writes, and makes it even again; a reader reads the
//! sequence, then the rest, then the sequence again, and takes the slow way over the locks where it is odd or has
//! changed. So no reader is registered, waited for or woken, and nothing that a stopped or killed thread leaves behind
//! holds up another one.
//!
//! That needs memory which a late reader may look at: published tokens and blocks come from a pool (`pool.rs`) and go
//! back to it, never to the allocator, and all that is read is atomic numbers. A torn length leads nowhere, because a block
//! knows its own size. The order of loads and stores is that of crossbeam's sequence lock and of the Linux kernel's
//! (`seqlock.h`): acquire, reads, acquire fence, read again; odd, release fence, writes, release. Pointers
//! are stored with release and loaded with acquire besides: a reader may see a new one too early, and must find it made.

use super::pool::{Block, Pool, WORD};
use crate::cache::policy::{Need, Validity};
use crate::cache::token::Bearer;
use crate::util::clock::Now;
use crate::util::sync::atomic::{fence, AtomicI64, AtomicPtr, AtomicU16, AtomicU32, AtomicU64, Ordering};
use crate::util::sync::{locked, Mutex};
use std::ptr;

/// A handle's way to its token. Empty: the call takes the way over the account.
pub struct FastPath {
    /// The handle's number above a sequence; odd while nothing is to be read here.
    state: AtomicU64,
    token: AtomicPtr<PublishedToken>,
    min_left_ms: AtomicI64,
    /// `i64::MAX`: not set.
    renew_after_ms: AtomicI64,
    /// Held by who writes.
    writer: Mutex<()>,
}

/// The part of a header's value that is asked for.
#[derive(Clone, Copy)]
pub enum Part {
    Token,
    HeaderValue,
}

/// A part of a text, as it stands in a block: to be copied before it is known whether it is whole.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    words: &'a [AtomicU64],
    /// Bytes of the first word that come before the text; less than a word has.
    skipped: u32,
    /// In bytes.
    pub length: usize,
}

/// Eight letters, the first of them in the lowest byte.
#[inline(always)]
pub fn load(word: &AtomicU64) -> u64 {
    u64::from_le(word.load(Ordering::Relaxed))
}

/// Where a text is copied to.
pub trait Sink {
    type Copied;
    fn copy(self, text: Words) -> Self::Copied;
}

impl Words<'_> {
    /// How many times eight letters there are.
    #[inline(always)]
    pub fn whole(&self) -> usize {
        self.length / WORD
    }

    /// The letters of the `nth` eight, the first of them in the lowest byte.
    #[inline(always)]
    fn eight(&self, nth: usize) -> u64 {
        let at = |nth: usize| self.words.get(nth).map_or(0, load);
        let down = self.skipped * 8;
        at(nth) >> down | (at(nth + 1) << 1) << (63 - down)
    }

    /// All of those letters.
    #[inline(always)]
    pub fn eights(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.whole()).map(|nth| self.eight(nth))
    }

    /// The words that they stand in, where they begin with one.
    #[inline(always)]
    pub fn aligned(&self) -> Option<&[AtomicU64]> {
        self.words.get(..self.whole()).filter(|_| self.skipped == 0)
    }

    /// The last letters, of which some may not belong to the text.
    #[inline(always)]
    pub fn last(&self) -> u64 {
        self.eight(self.whole())
    }
}

impl FastPath {
    pub fn new() -> Self {
        FastPath {
            state: AtomicU64::new(1),
            token: AtomicPtr::new(ptr::null_mut()),
            min_left_ms: AtomicI64::new(0),
            renew_after_ms: AtomicI64::new(i64::MAX),
            writer: Mutex::new(()),
        }
    }

    /// The handle that this belongs to, or did last.
    pub fn number(&self) -> u32 {
        (self.state.load(Ordering::Acquire) >> 32) as u32
    }

    pub fn is_open(&self) -> bool {
        self.state.load(Ordering::Acquire) & 1 == 0
    }

    /// Belongs to that handle from now on, and leads nowhere yet.
    pub fn open(&self, number: u32) {
        self.write(|state| Some(with_number(state, number)), None, Need::default());
    }

    /// Leads nowhere from now on. Nothing of it is left to hits that have begun.
    pub fn close(&self) {
        let _writer = locked(&self.writer);
        let state = self.state.load(Ordering::Relaxed);
        self.state.store(next(state) | 1, Ordering::Relaxed);
        fence(Ordering::Release);
    }

    /// Leads to a token, or nowhere, if it is that handle's still.
    pub fn lead(&self, number: u32, to: Option<&Published>, need: Need) {
        let own = |state: u64| (state >> 32 == u64::from(number) && state & 1 == 0).then_some(state);
        self.write(own, to.and_then(|to| to.token), need);
    }

    fn write(&self, admit: impl FnOnce(u64) -> Option<u64>, to: Option<&'static PublishedToken>, need: Need) {
        let _writer = locked(&self.writer);
        let Some(state) = admit(self.state.load(Ordering::Relaxed)) else { return };
        let odd = next(state) | 1;
        self.state.store(odd, Ordering::Relaxed);
        fence(Ordering::Release);
        let to = to.map_or(ptr::null_mut(), |token| ptr::from_ref(token).cast_mut());
        self.token.store(to, Ordering::Release);
        self.min_left_ms.store(need.min_left_ms, Ordering::Relaxed);
        self.renew_after_ms.store(need.renew_after_ms.unwrap_or(i64::MAX), Ordering::Relaxed);
        self.state.store(next(odd), Ordering::Release);
    }

    /// Copies the token of the handle, if it can be had at once with nothing else to do.
    #[inline(always)]
    pub fn read<S: Sink>(
        &self,
        number: u32,
        now: Now,
        part: Part,
        to: S,
    ) -> Option<(S::Copied, &'static PublishedToken)> {
        let state = self.state.load(Ordering::Acquire);
        if state >> 32 != u64::from(number) || state & 1 != 0 {
            return None;
        }
        // SAFETY: null, or one of a pool's, which are never given back to the allocator and never borrowed mutably.
        let token = unsafe { self.token.load(Ordering::Acquire).cast_const().as_ref::<'static>() }?;
        let need = Need {
            min_left_ms: self.min_left_ms.load(Ordering::Relaxed),
            renew_after_ms: Some(self.renew_after_ms.load(Ordering::Relaxed)),
        };
        let copied = token.read(need, now, part, to)?;
        // What was read is this handle's, unless the way was changed meanwhile: behind the fence of `token.read`.
        (self.state.load(Ordering::Relaxed) == state).then_some((copied, token))
    }
}

/// The next state: the sequence alone is counted on.
fn next(state: u64) -> u64 {
    state & !0xffff_ffff | u64::from((state as u32).wrapping_add(1))
}

fn with_number(state: u64, number: u32) -> u64 {
    u64::from(number) << 32 | state & 0xffff_ffff
}

/// One line of the processor's cache, which hits read. Of a pool.
#[repr(C, align(64))]
pub struct PublishedToken {
    /// Odd: nothing is published, or a writer is at it.
    sequence: AtomicU32,
    /// Where in the block, in bytes, the header's value begins, the token in it, its end, the value's end.
    value_at: AtomicU16,
    /// Changes with the identity.
    owner: AtomicU16,
    token_at: AtomicU32,
    token_end: AtomicU32,
    value_end: AtomicU32,
    /// Stops at its largest value.
    hits: AtomicU32,
    born_boot_ms: AtomicI64,
    born_wall_ms: AtomicI64,
    /// The token's last age, and that until which it is handed out with nothing else to do.
    dies_ms: AtomicI64,
    until_ms: AtomicI64,
    block: AtomicPtr<AtomicU64>,
}

impl PublishedToken {
    pub fn new() -> Self {
        let (small, large) = (|| AtomicU32::new(0), || AtomicI64::new(0));
        PublishedToken {
            sequence: AtomicU32::new(1),
            value_at: AtomicU16::new(0),
            owner: AtomicU16::new(0),
            token_at: small(),
            token_end: small(),
            value_end: small(),
            hits: small(),
            born_boot_ms: large(),
            born_wall_ms: large(),
            dies_ms: large(),
            until_ms: large(),
            block: AtomicPtr::new(ptr::null_mut()),
        }
    }

    #[inline(always)]
    fn read<S: Sink>(&self, need: Need, now: Now, part: Part, to: S) -> Option<S::Copied> {
        let sequence = self.sequence.load(Ordering::Acquire);
        if sequence & 1 != 0 {
            return None;
        }
        let born = Now {
            boot_ms: self.born_boot_ms.load(Ordering::Relaxed),
            wall_ms: self.born_wall_ms.load(Ordering::Relaxed),
        };
        let until = self.until_ms.load(Ordering::Relaxed);
        // The coarse clock may be a tick behind the birth: no token is younger than nothing.
        if now.since(born).max(0) >= need.limit(self.dies_ms.load(Ordering::Relaxed), until) {
            return None;
        }
        let place = |place: &AtomicU32| place.load(Ordering::Relaxed) as usize;
        let (start, end) = match part {
            Part::Token => (place(&self.token_at), place(&self.token_end)),
            Part::HeaderValue => (self.value_at.load(Ordering::Relaxed).into(), place(&self.value_end)),
        };
        let block = block(self.block.load(Ordering::Acquire))?;
        let words = block.get(start / WORD..end.div_ceil(WORD))?;
        let length = end.checked_sub(start)?;
        // A token begins with a word.
        let skipped = if matches!(part, Part::Token) { 0 } else { (start % WORD) as u32 };
        let copied = to.copy(Words { words, skipped, length });
        fence(Ordering::Acquire);
        (self.sequence.load(Ordering::Relaxed) == sequence).then_some(copied)
    }

    pub fn owner(&self) -> u16 {
        self.owner.load(Ordering::Relaxed)
    }

    pub fn count_hits(&self, more: u32) {
        let add = |hits: u32| Some(hits.saturating_add(more));
        let _ = self.hits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Lets `write` change what is published. Its caller is the one writer; when it ends, `published` tells whether
    /// there is something to read.
    fn write(&self, published: bool, write: impl FnOnce()) {
        let odd = self.sequence.load(Ordering::Relaxed) | 1;
        self.sequence.store(odd, Ordering::Relaxed);
        fence(Ordering::Release);
        write();
        self.sequence.store(odd.wrapping_add(u32::from(published)), Ordering::Release);
    }
}

/// The words of a block that begins there.
#[inline(always)]
fn block(first: *mut AtomicU64) -> Option<Block> {
    // SAFETY: null, or the first word of a pool's block, which holds how many words there are and never changes. Its
    // memory is never given back, and the pointer was made from the whole of it.
    unsafe {
        let words = first.cast_const().as_ref::<'static>()?.load(Ordering::Relaxed) as usize;
        Some(std::slice::from_raw_parts(first, words))
    }
}

/// What is published for one identity, as its writers see it.
pub struct Published {
    /// `None`: there was no memory, and every call takes the way over the locks.
    token: Option<&'static PublishedToken>,
    pool: &'static Pool,
    /// The number of the token that is published, and its text. Held by who writes.
    current: Mutex<Option<(u64, Bearer)>>,
}

impl Published {
    pub fn new() -> Self {
        let (pool, current) = (Pool::current(), Mutex::new(None));
        let token = pool.token().inspect(|token| {
            token.owner.fetch_add(1, Ordering::Relaxed);
            token.hits.store(0, Ordering::Relaxed);
        });
        Published { token, pool, current }
    }

    /// Lets hits hand out this token until that age. One number means one token.
    pub fn publish(&self, number: u64, bearer: &Bearer, validity: &Validity, until_ms: i64) {
        let Some(token) = self.token else { return };
        let mut current = locked(&self.current);
        if current.as_ref().is_some_and(|(published, _)| *published == number) {
            return token.until_ms.store(until_ms, Ordering::Relaxed);
        }
        let (text, (first_word, value_at)) = (bearer.text(), bearer.place());
        // Letters of one byte only: so each of them is one unit in every family.
        let fit = text.value.is_ascii();
        token.write(fit, || {
            let place = |place: &AtomicU32, at: usize| place.store(value_at + at as u32, Ordering::Relaxed);
            token.value_at.store(value_at as u16, Ordering::Relaxed);
            place(&token.token_at, text.start as usize);
            place(&token.token_end, text.end as usize);
            place(&token.value_end, text.value.len());
            token.born_boot_ms.store(validity.issued_at.boot_ms, Ordering::Relaxed);
            token.born_wall_ms.store(validity.issued_at.wall_ms, Ordering::Relaxed);
            token.until_ms.store(until_ms, Ordering::Relaxed);
            token.dies_ms.store(validity.expires_at_age_ms, Ordering::Relaxed);
            token.block.store(first_word, Ordering::Release);
        });
        // The old text, if nobody else has it, is wiped here.
        *current = fit.then(|| (number, bearer.clone()));
    }

    /// Nothing is handed out any more by hits that begin now.
    pub fn clear(&self) {
        let mut current = locked(&self.current);
        if current.is_some() {
            self.token.into_iter().for_each(|token| token.write(false, || ()));
        }
        *current = None;
    }

    /// Hits of this identity, but for those that threads count still.
    pub fn hits(&self) -> u32 {
        self.token.map_or(0, |token| token.hits.load(Ordering::Relaxed))
    }

    pub fn count_hit(&self) {
        self.token.into_iter().for_each(|token| token.count_hits(1));
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        self.clear();
        if let Some(token) = self.token.filter(|_| ptr::eq(self.pool, Pool::current())) {
            self.pool.take_token_back(token);
        }
    }
}

#[cfg(all(test, not(loom)))]
pub mod tests;

#[cfg(all(test, loom))]
mod model;
