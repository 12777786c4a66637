//! Random numbers and keyed hashes, both from `ring`, which TLS brings anyway.

use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::sys;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

/// Fills `bytes`, or tells that the system has no randomness now: what is drawn for a key must never be zeros.
pub fn fill(bytes: &mut [u8]) -> Result<()> {
    let failed = |_| Error::new(Status::Internal, Message::Internal { place: "random".to_owned() });
    SystemRandom::new().fill(bytes).map_err(failed)
}

/// A number from 0 to `limit` - 1, to spread what must not happen at once. Without randomness it is 0.
pub fn below(limit: u32) -> u32 {
    let mut bytes = [0; 4];
    let _ = SystemRandom::new().fill(&mut bytes);
    // The remainder favours small numbers by less than a millionth for the small limits in use.
    u32::from_ne_bytes(bytes).checked_rem(limit).unwrap_or(0)
}

/// A drawn share in thousandths, 0 to 1000, as `renewal` takes it.
pub fn jitter() -> i64 {
    below(1_001).into()
}

/// So many of the words that a fork shares hold a key of the family.
pub const SHARED_KEY_WORDS: usize = 4;

/// What makes names of secrets. Drawn for a process it is of no use to others but its children, or after it.
pub struct HashKey(hmac::Key);

impl HashKey {
    /// The same in all processes that were forked from the one which loaded the library, where they share memory: what
    /// they count together must have one name.
    fn drawn() -> Result<Self> {
        let words = sys::shared_words().and_then(|words| words.get(..SHARED_KEY_WORDS)).unwrap_or_default();
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        fill(&mut *bytes)?;
        for (part, word) in bytes.chunks_exact_mut(8).zip(words) {
            let mut drawn = [0; 8];
            drawn.copy_from_slice(part);
            // Each word is who comes first's; none is 0.
            let drawn = u64::from_ne_bytes(drawn).max(1);
            let first = word.compare_exchange(0, drawn, Ordering::SeqCst, Ordering::SeqCst);
            part.copy_from_slice(&first.map_or_else(|first| first, |_| drawn).to_ne_bytes());
        }
        Ok(HashKey::from_bytes(&bytes))
    }

    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        HashKey(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The parts are told apart: ("a", "bc") and ("ab", "c") differ.
    pub fn hash<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 16] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let tag = context.sign();
        let mut hash = [0; 16];
        hash.copy_from_slice(&tag.as_ref()[..16]);
        hash
    }
}

/// A key that is drawn when it is first needed, so that a failure is told to the call that needs it.
#[derive(Default)]
pub struct DrawnKey(OnceLock<Arc<HashKey>>);

impl DrawnKey {
    pub fn get(&self) -> Result<Arc<HashKey>> {
        if let Some(key) = self.0.get() {
            return Ok(Arc::clone(key));
        }
        let drawn = Arc::new(HashKey::drawn()?);
        // Of two that are drawn at the same time the first is everybody's.
        Ok(Arc::clone(self.0.get_or_init(|| drawn)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_and_keys_differ() {
        let key = HashKey::from_bytes(&[1; 32]);
        let hash = |key: &HashKey, parts: &[&str]| key.hash(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(hash(&key, &["a", "bc"]), hash(&key, &["a", "bc"]));
        assert_ne!(hash(&key, &["a", "bc"]), hash(&key, &["ab", "c"]));
        assert_ne!(hash(&key, &["a"]), hash(&HashKey::from_bytes(&[2; 32]), &["a"]));
    }

    #[test]
    fn numbers_stay_below_their_limit() {
        assert!((0..1_000).all(|_| below(7) < 7));
        assert_eq!(below(0), 0);
    }
}
