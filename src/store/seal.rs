//! What a key makes of names and records before anybody else can see them.

use super::{RecordBytes, RecordKind, RecordName, StoredRecord};
use crate::error::{Error, Result, Status};
use crate::messages::{AppToken, Message};
use crate::util::random::{self, HashKey};
use ring::aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, NONCE_LEN};
use ring::hmac;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The key of a store, from which all others are made.
pub type StoreKey = Zeroizing<[u8; 32]>;

/// What is sealed is so much longer.
pub const SEAL_BYTES: usize = HEADER.len() + NONCE_LEN + 16;

/// What a sealed record begins with: whose it is, and the version of all that is in it.
const HEADER: [u8; 9] = *b"erptoken\x01";

pub struct Sealer {
    names: hmac::Key,
    records: LessSafeKey,
    hashes: Arc<HashKey>,
}

impl Sealer {
    pub fn new(key: &StoreKey) -> Result<Self> {
        let master = hmac::Key::new(hmac::HMAC_SHA256, &key[..]);
        let derived = |purpose: &[u8]| {
            let mut bytes = Zeroizing::new([0; 32]);
            bytes.copy_from_slice(hmac::sign(&master, purpose).as_ref());
            bytes
        };
        // Every key has the right length.
        let records = UnboundKey::new(&AES_256_GCM, &*derived(b"erptoken records")).map_err(internal)?;
        Ok(Sealer {
            names: hmac::Key::new(hmac::HMAC_SHA256, &*derived(b"erptoken names")),
            records: LessSafeKey::new(records),
            hashes: Arc::new(HashKey::from_bytes(&derived(b"erptoken identities"))),
        })
    }

    /// Makes ids of identities: the same in every process that has the key.
    pub fn hash_key(&self) -> Arc<HashKey> {
        Arc::clone(&self.hashes)
    }

    /// A record's name as others see it.
    pub fn sealed_name(&self, name: RecordName) -> [u8; 16] {
        let kind = match name.kind {
            RecordKind::Token => b't',
            RecordKind::Account => b'a',
            RecordKind::Application => b'p',
            RecordKind::Count => b'c',
        };
        let mut context = hmac::Context::with_key(&self.names);
        context.update(&[kind]);
        context.update(&name.id);
        let mut sealed = [0; 16];
        sealed.copy_from_slice(&context.sign().as_ref()[..16]);
        sealed
    }

    pub fn seal(&self, name: RecordName, record: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        random::fill(&mut nonce)?;
        let mut sealed = Vec::with_capacity(HEADER.len() + NONCE_LEN + record.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&HEADER);
        sealed.extend_from_slice(&nonce);
        // Encrypted in its place: no copy of it in the clear is left behind.
        let mut body = Zeroizing::new(record.to_vec());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.records.seal_in_place_separate_tag(nonce, self.bound_to(name), body.as_mut_slice());
        sealed.extend_from_slice(&body);
        sealed.extend_from_slice(tag.map_err(internal)?.as_ref());
        Ok(sealed)
    }

    /// What bytes that were read whole are under this name.
    pub(super) fn found(&self, name: RecordName, sealed: &[u8]) -> Result<StoredRecord> {
        if let Some(record) = self.open(name, sealed) {
            return Ok(StoredRecord::Intact(record));
        }
        let of_another_version = sealed.len() > HEADER.len()
            && sealed.starts_with(&HEADER[..HEADER.len() - 1])
            && !sealed.starts_with(&HEADER);
        // A session is had again by a login. Application tokens are shown once: that version is to find them.
        if name.kind == RecordKind::Application && of_another_version {
            return Err(Error::new(Status::Store, AppToken::OfAnotherVersion.into()));
        }
        Ok(StoredRecord::Damaged)
    }

    /// `None`: of another key, name or version, or not as it was written.
    pub fn open(&self, name: RecordName, sealed: &[u8]) -> Option<RecordBytes> {
        let rest = sealed.strip_prefix(&HEADER)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut record = RecordBytes::new(body.to_vec());
        let length =
            self.records.open_in_place(nonce, self.bound_to(name), record.as_mut_slice()).ok()?.len();
        record.truncate(length);
        Some(record)
    }

    /// A record is good under its own name only, and with the version that it was written as.
    fn bound_to(&self, name: RecordName) -> Aad<[u8; 25]> {
        let mut bound = [0; 25];
        bound[..9].copy_from_slice(&HEADER);
        bound[9..].copy_from_slice(&self.sealed_name(name));
        Aad::from(bound)
    }
}

fn internal(_: ring::error::Unspecified) -> Error {
    Error::new(Status::Internal, Message::Internal { place: "seal".to_owned() })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const NAME: RecordName = RecordName { kind: RecordKind::Token, id: [7; 16] };

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&StoreKey::new([byte; 32])).unwrap()
    }

    #[test]
    fn only_the_same_key_under_the_same_name_opens_what_was_sealed() {
        let sealed = sealer(1).seal(NAME, b"482ee3").unwrap();
        assert_eq!(sealer(1).open(NAME, &sealed).unwrap().as_slice(), b"482ee3");
        assert!(!sealed.windows(6).any(|part| part == b"482ee3"));
        assert!(sealer(2).open(NAME, &sealed).is_none());
        assert!(sealer(1).open(RecordName { kind: RecordKind::Account, ..NAME }, &sealed).is_none());
        assert!(sealer(1).open(RecordName { id: [8; 16], ..NAME }, &sealed).is_none());
        assert_ne!(sealed, sealer(1).seal(NAME, b"482ee3").unwrap(), "no nonce comes twice");
        assert_ne!(sealer(1).sealed_name(NAME), sealer(2).sealed_name(NAME));
    }

    #[test]
    fn nothing_else_opens() {
        let sealed = sealer(1).seal(NAME, b"482ee3").unwrap();
        for length in 0..sealed.len() {
            assert!(sealer(1).open(NAME, &sealed[..length]).is_none(), "cut to {length} bytes");
        }
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut flipped = sealed.clone();
                flipped[at] ^= 1 << bit;
                assert!(sealer(1).open(NAME, &flipped).is_none(), "byte {at}");
            }
        }
    }
}
