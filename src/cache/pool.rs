//! Memory that a late reader may look at: blocks of atomic words, which are wiped and go back to a pool when their
//! text is dropped, and never to the allocator.

use super::published::PublishedToken;
use crate::util::lineage::Lineage;
use crate::util::sync::atomic::{fence, AtomicU64, Ordering};
use crate::util::sync::{locked, Mutex};
use std::{fmt, ptr};

/// Its first word is the number of all its words.
pub type Block = &'static [AtomicU64];

pub const WORD: usize = size_of::<u64>();

/// Tokens and blocks that are free. What it made stays for as long as the process lives.
#[derive(Default)]
pub struct Pool {
    tokens: Mutex<Vec<&'static PublishedToken>>,
    /// By size: multiples of `STEP` words, then powers of two.
    blocks: [Mutex<Vec<Block>>; SIZES],
}

const STEP: usize = 8;
const STEPS: usize = 8;
/// Up to 2 MiB: no token is larger.
const SIZES: usize = STEPS + 12;

#[cfg(not(loom))]
static POOL: Lineage<Pool> = Lineage::new();
#[cfg(loom)]
loom::lazy_static! {
    static ref POOL: Pool = Pool::default();
}

/// Which size serves so many words, and how many it has.
fn size(words: usize) -> (usize, usize) {
    if words <= STEP * STEPS {
        let steps = words.div_ceil(STEP).max(1);
        return (steps - 1, steps * STEP);
    }
    let power = words.next_power_of_two();
    (STEPS + (power / (STEP * STEPS)).ilog2() as usize - 1, power)
}

/// Without memory for the list it is lost, and nothing else.
fn put_back<T>(list: &Mutex<Vec<T>>, one: T) {
    let mut list = locked(list);
    if list.try_reserve(1).is_ok() {
        list.push(one);
    }
}

impl Pool {
    /// This process's.
    #[cfg(not(loom))]
    pub fn current() -> &'static Pool {
        POOL.get_or_make(Pool::default)
    }
    #[cfg(loom)]
    pub fn current() -> &'static Pool {
        &POOL
    }

    /// `None`: no memory.
    pub fn token(&self) -> Option<&'static PublishedToken> {
        let mut tokens = locked(&self.tokens);
        if tokens.is_empty() {
            let mut more = Vec::new();
            more.try_reserve_exact(64).ok()?;
            more.resize_with(64, PublishedToken::new);
            tokens.try_reserve(64).ok()?;
            tokens.extend(&*more.leak());
        }
        tokens.pop()
    }

    pub fn take_token_back(&self, token: &'static PublishedToken) {
        put_back(&self.tokens, token);
    }

    fn block(&self, words: usize) -> Block {
        let (size, words) = size(words + 1);
        let free = self.blocks.get(size).and_then(|blocks| locked(blocks).pop());
        // What is written to it from now on may be seen only by who also sees that it was taken from its last owner.
        fence(Ordering::Release);
        free.unwrap_or_else(|| {
            let number = |nth| if nth == 0 { words as u64 } else { 0 };
            (0..words).map(|nth| AtomicU64::new(number(nth))).collect::<Vec<_>>().leak()
        })
    }

    /// Wiped. Late readers may still look at it: what they read they throw away, for they see that it was given back.
    fn take_back(&self, block: Block) {
        fence(Ordering::Release);
        block.iter().skip(1).for_each(|word| word.store(0, Ordering::Relaxed));
        if let Some(blocks) = self.blocks.get(size(block.len()).0) {
            put_back(blocks, block);
        }
    }
}

/// A secret text in a block.
pub struct PooledText {
    pool: &'static Pool,
    block: Block,
    /// In bytes.
    at: u32,
    length: u32,
    #[cfg(loom)] // The checker's numbers are no bytes in memory.
    text: String,
}

impl PooledText {
    /// The parts, one behind the other. The second begins with a word.
    pub fn new(parts: [&str; 3]) -> Self {
        let (pool, length) = (Pool::current(), parts.iter().map(|part| part.len()).sum::<usize>());
        let at = WORD + (WORD - parts[0].len() % WORD) % WORD;
        let block = pool.block((at - WORD + length).div_ceil(WORD));
        let mut bytes = parts.iter().flat_map(|part| part.bytes());
        let (mut skip, mut left) = (at - WORD, length);
        for word in block.iter().skip(1) {
            let mut letters = [0; WORD];
            letters.iter_mut().skip(skip).zip(&mut bytes).for_each(|(to, from)| *to = from);
            word.store(u64::from_ne_bytes(letters), Ordering::Relaxed);
            left = left.saturating_sub(WORD - skip);
            skip = 0;
            if left == 0 {
                break;
            }
        }
        PooledText {
            pool,
            block,
            at: at as u32,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            #[cfg(loom)]
            text: parts.concat(),
        }
    }

    /// The first word of its block, and where in the block the text begins, in bytes.
    pub fn place(&self) -> (*mut AtomicU64, u32) {
        (self.block.as_ptr().cast_mut(), self.at)
    }

    #[cfg(not(loom))]
    pub fn expose(&self) -> &str {
        // SAFETY: the letters of the text were written there before it was shared, and nobody writes them until it is
        // dropped; others only read them.
        unsafe {
            let first = self.block.as_ptr().cast::<u8>().add(self.at as usize);
            std::str::from_utf8_unchecked(std::slice::from_raw_parts(first, self.length as usize))
        }
    }
    #[cfg(loom)]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl Drop for PooledText {
    fn drop(&mut self) {
        // In the child of a fork a parent's text stays as it is: its pool's locks may be held by nobody.
        if ptr::eq(self.pool, Pool::current()) {
            self.pool.take_back(self.block);
        }
    }
}

impl fmt::Debug for PooledText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_what_its_parts_were_and_the_second_begins_with_a_word() {
        for parts in
            [["", "", ""], ["Bearer ", "token", ""], ["", "çã", "x"], ["123456789", "a", "bcdefghijkl"]]
        {
            let text = PooledText::new(parts);
            assert_eq!(text.expose(), parts.concat());
            assert_eq!((text.at as usize + parts[0].len()) % WORD, 0);
            assert_eq!(format!("{text:?}"), "[secret]");
        }
        let long = "a".repeat(1 << 20);
        assert_eq!(PooledText::new(["Bearer ", &long, ""]).expose().len(), long.len() + 7);
    }

    #[test]
    fn what_is_dropped_is_wiped_and_serves_again() {
        // A size that no other test uses.
        let text = PooledText::new(["Bearer ", &"s3cr3t".repeat(3000), ""]);
        let block = text.block;
        drop(text);
        assert!(block.iter().skip(1).all(|word| word.load(Ordering::Relaxed) == 0), "wiped");
        let next = PooledText::new(["Bearer ", &"an0ther".repeat(2600), ""]);
        assert!(ptr::eq(next.block, block), "the same memory");
        for words in 1..10_000 {
            let (place, holds) = size(words);
            assert!(place < SIZES && holds >= words && size(holds) == (place, holds), "{words}");
        }
    }
}
