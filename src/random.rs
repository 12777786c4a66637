//! Random numbers and keyed hashes, both from `ring`, which TLS brings anyway.

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

/// Fills `bytes`. A system without randomness leaves them as they are: jitter is then none.
pub fn fill(bytes: &mut [u8]) {
    let _ = SystemRandom::new().fill(bytes);
}

/// A number from 0 to `limit` - 1.
pub fn below(limit: u32) -> u32 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    // The remainder favours small numbers by less than a millionth for the small limits in use.
    u32::from_ne_bytes(bytes).checked_rem(limit).unwrap_or(0)
}

/// A drawn share in thousandths, 0 to 1000, as `renewal` takes it.
pub fn jitter() -> i64 {
    below(1_001).into()
}

/// What makes names of secrets. Drawn for one process it is of no use outside it, or after it.
pub struct HashKey(hmac::Key);

impl HashKey {
    pub fn random() -> Self {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        fill(&mut *bytes);
        HashKey::from_bytes(&bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_and_keys_differ() {
        let key = HashKey::random();
        let hash = |key: &HashKey, parts: &[&str]| key.hash(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(hash(&key, &["a", "bc"]), hash(&key, &["a", "bc"]));
        assert_ne!(hash(&key, &["a", "bc"]), hash(&key, &["ab", "c"]));
        assert_ne!(hash(&key, &["a"]), hash(&HashKey::random(), &["a"]));
    }

    #[test]
    fn numbers_stay_below_their_limit() {
        assert!((0..1_000).all(|_| below(7) < 7));
        assert_eq!(below(0), 0);
    }
}
