//! The application tokens kept for one account, and how they stand in a record of the store.

use crate::cache::Identity;
use crate::error::Result;
use crate::store::{Reader, Writer};
use crate::util::random::{self, HashKey};
use crate::util::secret::{Secret, SecretBytes};

/// The form that is written. One that is not known is none.
const FORMAT_VERSION: u8 = 2;
/// The form before it, which did not tell what made the tokens.
const WITHOUT_MADE_BY: u8 = 1;
/// Tokens kept for one account, and their bytes: a store takes no more than 8 MiB.
pub const MAX_TOKENS: usize = 1_000;
const MAX_RECORD_BYTES: usize = 4 << 20;

/// What a kept token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Made for the program by `erptoken_app_create`.
    Program = 0,
    /// What `token` = `application` hands out.
    Current = 1,
    /// What it handed out before, and is still to be revoked.
    Former = 2,
}

#[derive(Clone, Debug)]
pub struct StoredAppToken {
    pub id: String,
    pub token: Secret,
    /// Both by the provider's clock.
    pub expires_ms: i64,
    pub created_ms: i64,
    pub role: Role,
}

impl StoredAppToken {
    pub fn lifetime_ms(&self) -> i64 {
        self.expires_ms.saturating_sub(self.created_ms)
    }
}

/// The credentials that the provider took last: what is kept is handed out to no others. A hash under the key of the
/// store, within what that seals, and another one each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeBy {
    salt: [u8; 16],
    hash: [u8; 16],
}

impl MadeBy {
    pub fn new(key: &HashKey, credentials: &Identity) -> Result<MadeBy> {
        let mut salt = [0; 16];
        random::fill(&mut salt)?;
        Ok(MadeBy { salt, hash: key.hash([&salt[..], credentials]) })
    }

    /// Within, `None`: nothing is told.
    fn read(from: &mut Reader) -> Option<Option<MadeBy>> {
        match from.bytes()? {
            [] => Some(None),
            both => {
                let (salt, hash) = both.split_at_checked(16)?;
                Some(Some(MadeBy { salt: salt.try_into().ok()?, hash: hash.try_into().ok()? }))
            }
        }
    }

    pub fn is(&self, key: &HashKey, credentials: &Identity) -> bool {
        self.hash == key.hash([&self.salt[..], credentials])
    }
}

/// What is known of one account.
#[derive(Clone, Debug, Default)]
pub struct AppTokenRecord {
    pub tokens: Vec<StoredAppToken>,
    /// `None`: a version before this one wrote it, or nothing was made yet.
    pub made_by: Option<MadeBy>,
    /// When the token ends that was asked for without an answer, by `token` = `application`: it may exist.
    pub unanswered_ms: Option<i64>,
}

impl AppTokenRecord {
    pub fn find(&self, id: &str) -> Option<&StoredAppToken> {
        self.tokens.iter().find(|kept| kept.id == id)
    }

    pub fn current(&self) -> Option<&StoredAppToken> {
        self.tokens.iter().filter(|kept| kept.role == Role::Current).max_by_key(|kept| kept.created_ms)
    }

    /// Keeps a token, in the place of one with the same id.
    pub fn add(&mut self, new: StoredAppToken) {
        self.tokens.retain(|kept| kept.id != new.id);
        self.tokens.push(new);
    }

    /// Whether there is room for one more. What has expired is forgotten only for that: a clock that is wrong for a
    /// while must not cost what is good.
    pub fn has_room(&mut self, now_ms: i64) -> bool {
        let is_full = |record: &AppTokenRecord| {
            let bytes =
                record.tokens.iter().map(|kept| kept.token.expose().len() + kept.id.len()).sum::<usize>();
            record.tokens.len() >= MAX_TOKENS || bytes >= MAX_RECORD_BYTES
        };
        if is_full(self) {
            self.tokens.retain(|kept| kept.expires_ms > now_ms);
        }
        !is_full(self)
    }

    /// Whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.tokens.len();
        self.tokens.retain(|kept| kept.id != id);
        self.tokens.len() < before
    }

    /// What `self` lacks of `other`. Of two that are handed out the later one goes on to be.
    pub fn merge(&mut self, other: AppTokenRecord) {
        for kept in other.tokens {
            if self.find(&kept.id).is_none() {
                self.tokens.push(kept);
            }
        }
        let latest = self.current().map(|kept| kept.id.clone());
        let current = self.tokens.iter_mut().filter(|kept| kept.role == Role::Current);
        current.filter(|kept| Some(&kept.id) != latest.as_ref()).for_each(|kept| kept.role = Role::Former);
        self.unanswered_ms = self.unanswered_ms.or(other.unanswered_ms);
        self.made_by = other.made_by.or(self.made_by);
    }

    pub fn to_bytes(&self) -> SecretBytes {
        let mut out = Writer::default();
        out.byte(FORMAT_VERSION);
        out.number(self.unanswered_ms.unwrap_or(0));
        let made_by = self.made_by.map(|made_by| [made_by.salt, made_by.hash].concat());
        out.bytes(&made_by.unwrap_or_default());
        for kept in &self.tokens {
            out.byte(kept.role as u8);
            out.number(kept.expires_ms);
            out.number(kept.created_ms);
            out.bytes(kept.id.as_bytes());
            out.bytes(kept.token.expose().as_bytes());
        }
        out.finished()
    }

    /// `None`: of another version of this library, or not from us.
    pub fn from_bytes(bytes: &[u8]) -> Option<AppTokenRecord> {
        let mut rest = Reader(bytes);
        let version = rest.byte()?;
        let unanswered_ms = Some(rest.number()?).filter(|at| *at != 0);
        let made_by = match version {
            WITHOUT_MADE_BY => None,
            FORMAT_VERSION => MadeBy::read(&mut rest)?,
            _ => return None,
        };
        let mut record = AppTokenRecord { tokens: Vec::new(), made_by, unanswered_ms };
        while !rest.0.is_empty() {
            let role = match rest.byte()? {
                0 => Role::Program,
                1 => Role::Current,
                2 => Role::Former,
                _ => return None,
            };
            let (expires_ms, made_ms) = (rest.number()?, rest.number()?);
            let (id, token) = (rest.text()?.to_owned(), Secret::from(rest.text()?));
            record.tokens.push(StoredAppToken { id, token, expires_ms, created_ms: made_ms, role });
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(id: &str, expires_ms: i64, role: Role) -> StoredAppToken {
        StoredAppToken { id: id.to_owned(), token: Secret::from("5499d5ca"), expires_ms, created_ms: 7, role }
    }

    fn filled() -> AppTokenRecord {
        let made_by = Some(MadeBy { salt: [1; 16], hash: [2; 16] });
        let mut record = AppTokenRecord { tokens: Vec::new(), made_by, unanswered_ms: Some(-3) };
        record.add(kept("5347", i64::MAX, Role::Program));
        record.add(kept("ç", i64::MIN, Role::Current));
        record.add(kept("", 0, Role::Former));
        record
    }

    fn shown(record: &AppTokenRecord) -> String {
        let kept = |k: &StoredAppToken| {
            format!("{} {} {} {} {:?}", k.id, k.token.expose(), k.expires_ms, k.created_ms, k.role)
        };
        let tokens: Vec<_> = record.tokens.iter().map(kept).collect();
        format!("{tokens:?} {:?} {:?}", record.unanswered_ms, record.made_by)
    }

    #[test]
    fn what_was_written_is_read() {
        for record in [AppTokenRecord::default(), filled()] {
            let read = AppTokenRecord::from_bytes(record.to_bytes().as_slice()).unwrap();
            assert_eq!(shown(&read), shown(&record));
        }
        assert!(!format!("{:?}", filled()).contains("5499d5ca"));
    }

    #[test]
    fn the_form_before_this_one_is_read() {
        let whole = filled().to_bytes();
        let before = [&[WITHOUT_MADE_BY], &whole.as_slice()[1..9], &whole.as_slice()[49..]].concat();
        let read = AppTokenRecord::from_bytes(&before).unwrap();
        assert_eq!(shown(&read), shown(&AppTokenRecord { made_by: None, ..filled() }));
    }

    #[test]
    fn only_the_same_credentials_made_it() {
        let (key, other) = (HashKey::from_bytes(&[1; 32]), HashKey::from_bytes(&[2; 32]));
        let made_by = MadeBy::new(&key, &[7; 16]).unwrap();
        assert!(made_by.is(&key, &[7; 16]) && !made_by.is(&key, &[8; 16]) && !made_by.is(&other, &[7; 16]));
        assert_ne!(made_by, MadeBy::new(&key, &[7; 16]).unwrap(), "no two are the same");
    }

    #[test]
    fn what_is_no_record_is_none() {
        let whole = filled().to_bytes();
        let whole = whole.as_slice();
        let ends: Vec<usize> =
            (0..whole.len()).filter(|end| AppTokenRecord::from_bytes(&whole[..*end]).is_some()).collect();
        assert_eq!(ends.len(), 3, "only between two tokens: {ends:?}");
        let changed = |at: usize, to: u8| {
            let mut bytes = whole.to_vec();
            bytes[at] = to;
            AppTokenRecord::from_bytes(&bytes).is_some()
        };
        assert!(
            !changed(0, 3) && !changed(9, 31) && !changed(49, 3) && !changed(66, 255) && !changed(73, 255)
        );
    }

    #[test]
    fn a_token_of_the_same_id_takes_the_place_of_the_other() {
        let mut record = filled();
        record.add(kept("5347", 5, Role::Former));
        assert_eq!((record.tokens.len(), record.find("5347").unwrap().expires_ms), (3, 5));
        assert!(record.remove("5347") && !record.remove("5347"));
        record.merge(filled());
        assert_eq!((record.tokens.len(), record.find("5347").unwrap().expires_ms), (3, i64::MAX));
    }

    #[test]
    fn a_full_record_loses_what_expired_and_never_what_is_good() {
        let mut record = AppTokenRecord::default();
        for number in 0..MAX_TOKENS {
            assert!(record.has_room(20));
            record.add(kept(&number.to_string(), if number % 2 == 0 { 10 } else { 30 }, Role::Program));
        }
        assert!(!record.has_room(9) && record.tokens.len() == MAX_TOKENS);
        assert!(record.has_room(20) && record.tokens.len() == MAX_TOKENS / 2);
        assert!(record.tokens.iter().all(|kept| kept.expires_ms == 30));
        let large = Secret::from("x".repeat(1 << 20).as_str());
        for id in ["a", "b", "c", "d"] {
            assert!(record.has_room(20));
            record.add(StoredAppToken { token: large.clone(), ..kept(id, 30, Role::Program) });
        }
        assert!(!record.has_room(20) && record.to_bytes().as_slice().len() < 6 << 20);
    }
}
