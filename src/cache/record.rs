//! What of an identity outlives the process, and its form in the store. The store seals it and gives it a version.

use crate::cache::policy::Validity;
use crate::cache::token::{constant_time_eq, Bearer, Issued, Kept, Origin, Token};
use crate::store::{self, Reader, Writer};
use crate::util::clock::Now;
use crate::util::secret::{Secret, SecretBytes};
use ring::digest;

mod times;

use times::BootReference;

/// Whether a refresh token was sent already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshTokenUse {
    Never,
    /// So often, without an answer.
    Unanswered(u8),
    /// By a process that did not live to tell what came of it, or by the one that holds the lock.
    Pending,
}

/// The provider refused the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCredentials {
    pub provider: String,
    pub http_status: u16,
    /// The provider's own words, cleaned.
    pub server: String,
    pub server_code: String,
    /// How many times in a row.
    pub nth: u32,
    pub since: Now,
    pub backoff_ms: i64,
}

/// A token that an API refused, known by its hash only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectedToken {
    pub hash: [u8; 16],
    pub at: Now,
}

#[derive(Debug)]
pub struct TokenRecord {
    /// Counts the tokens of the identity, whoever got them.
    pub generation: u64,
    /// Without an access token where it was refused, or has no life.
    pub bearer: Bearer,
    pub token_type: String,
    pub scope: String,
    pub validity: Validity,
    pub refresh: Option<(Secret, RefreshTokenUse)>,
    pub kept: Kept,
    /// The last one; it may be an older token than this.
    pub rejected: Option<RejectedToken>,
    /// When a renewal was begun that has not ended.
    pub tried: Option<Now>,
    pub refused: Option<RefusedCredentials>,
}

/// Identifies a token that must not be stored.
pub fn hash(access_token: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&digest::digest(&digest::SHA256, access_token.as_bytes()).as_ref()[..16]);
    hash
}

impl TokenRecord {
    pub fn empty(now: Now) -> TokenRecord {
        TokenRecord {
            generation: 0,
            bearer: Bearer::new("", "", ""),
            token_type: String::new(),
            scope: String::new(),
            validity: Validity::none(now),
            refresh: None,
            kept: Kept::new(),
            rejected: None,
            tried: None,
            refused: None,
        }
    }

    pub fn has_token(&self) -> bool {
        !self.bearer.access_token().is_empty()
    }

    /// Puts a token in the place of the one before.
    pub fn put(&mut self, issued: &Issued, sent: RefreshTokenUse) {
        // A token without a life is given to those who waited and to nobody else.
        let lives = issued.validity.usable_until_age_ms > 0;
        self.bearer = if lives { issued.bearer.clone() } else { Bearer::new("", "", "") };
        self.validity = if lives { issued.validity } else { Validity::none(issued.validity.issued_at) };
        self.token_type.clone_from(&issued.token_type);
        self.scope.clone_from(&issued.scope);
        self.refresh = issued.refresh_token.clone().map(|token| (token, sent));
        self.kept.clone_from(&issued.kept);
    }

    /// Whether it holds this token, or held it until an API refused it. One without a life is known by its number only.
    pub fn is_of(&self, token: &Token) -> bool {
        let (access_token, generation) = (token.issued.bearer.access_token(), token.generation());
        self.is(access_token)
            || self.has_rejected(access_token)
            || generation > 0 && generation == self.generation
    }

    /// Whether its token is another one, and came after this.
    pub fn is_newer_than(&self, token: &Token) -> bool {
        !self.is(token.issued.bearer.access_token())
            && (self.generation > token.latest_generation()
                || self.validity.issued_at.boot_ms > token.issued.validity.issued_at.boot_ms)
    }

    /// Whether it is the same token, and others kept it alive by its use.
    pub fn was_used_after(&self, token: &Token) -> bool {
        self.is(token.issued.bearer.access_token())
            && !token.is_rejected()
            && self.validity.used_age_ms > token.validity().used_age_ms
    }

    pub fn is(&self, access_token: &str) -> bool {
        !access_token.is_empty() && constant_time_eq(self.bearer.access_token(), access_token)
    }

    /// The access token was refused: only what can replace it is kept.
    pub fn reject(&mut self, now: Now) {
        self.rejected = Some(RejectedToken { hash: hash(self.bearer.access_token()), at: now });
        self.bearer = Bearer::new("", "", "");
        self.validity = Validity::none(self.validity.issued_at);
    }

    pub fn has_rejected(&self, access_token: &str) -> bool {
        self.rejected.is_some_and(|rejected| rejected.hash == hash(access_token))
    }

    /// As a token of this process.
    pub fn issued(&self) -> Issued {
        Issued {
            bearer: self.bearer.clone(),
            refresh_token: self.refresh.as_ref().map(|(token, _)| token.clone()),
            kept: self.kept.clone(),
            token_type: self.token_type.clone(),
            scope: self.scope.clone(),
            validity: self.validity,
            life_unread: None,
            origin: Origin::Store,
        }
    }

    pub fn encode(&self) -> SecretBytes {
        let mut out = Writer::default();
        times::write_boot(&mut out);
        out.number(self.generation as i64);
        let text = self.bearer.text();
        out.bytes(text.value.as_bytes());
        out.number(text.start.into());
        out.number(text.end.into());
        out.bytes(self.token_type.as_bytes());
        out.bytes(self.scope.as_bytes());
        times::write(&mut out, self.validity.issued_at);
        for age in [
            self.validity.refresh_at_age_ms,
            self.validity.must_refresh_at_age_ms,
            self.validity.usable_until_age_ms,
            self.validity.expires_at_age_ms,
        ] {
            out.number(age);
        }
        out.byte(self.refresh.is_some().into());
        if let Some((token, sent)) = &self.refresh {
            out.bytes(token.expose().as_bytes());
            out.byte(match sent {
                RefreshTokenUse::Never => 0,
                RefreshTokenUse::Unanswered(times) => (*times).clamp(1, 254),
                RefreshTokenUse::Pending => 255,
            });
        }
        out.byte(self.rejected.is_some().into());
        if let Some(rejected) = &self.rejected {
            out.bytes(&rejected.hash);
            times::write(&mut out, rejected.at);
        }
        out.byte(self.tried.is_some().into());
        if let Some(at) = self.tried {
            times::write(&mut out, at);
        }
        out.byte(self.refused.is_some().into());
        if let Some(refused) = &self.refused {
            refused.encode(&mut out);
        }
        // A record that ends here has none of this; one that has it is unreadable to what does not know of it.
        if !self.kept.is_empty() || self.validity.ends_by_idleness() {
            out.number(self.validity.idle_ms);
            out.number(self.validity.used_age_ms);
            out.number(i64::try_from(self.kept.len()).unwrap_or(i64::MAX));
            for (name, value) in &self.kept {
                out.bytes(name.as_bytes());
                out.bytes(value.expose().as_bytes());
            }
        }
        out.finished()
    }

    /// What is in a record that was read. `None`: there is none, or not as it was written.
    pub fn of(bytes: Option<&store::RecordBytes>, now: Now) -> Option<TokenRecord> {
        TokenRecord::decode(bytes?, now)
    }

    fn decode(bytes: &[u8], now: Now) -> Option<TokenRecord> {
        let mut from = Reader(bytes);
        let since = times::read_boot(&mut from, now)?;
        let generation = from.number()? as u64;
        let value = from.text()?;
        let (start, end) = (from.number()?.try_into().ok()?, from.number()?.try_into().ok()?);
        let bearer = Bearer::from_parts(value, start, end)?;
        let (token_type, scope) = (from.text()?.to_owned(), from.text()?.to_owned());
        let born = times::read(&mut from, since)?;
        let [refresh_from, guard_from, end, dies] =
            [from.number()?, from.number()?, from.number()?, from.number()?];
        // Its age is unknown, so it is not used; its refresh token is.
        let validity = born.map_or(Validity::none(now), |born| Validity {
            issued_at: born,
            refresh_at_age_ms: refresh_from,
            must_refresh_at_age_ms: guard_from,
            usable_until_age_ms: end,
            expires_at_age_ms: dies,
            ..Validity::none(born)
        });
        let refresh = match from.byte()? {
            0 => None,
            _ => Some((Secret::from(from.text()?), sent(from.byte()?))),
        };
        let rejected = match from.byte()? {
            0 => None,
            _ => {
                let hash = from.bytes()?.try_into().ok()?;
                times::read(&mut from, since)?.map(|at| RejectedToken { hash, at })
            }
        };
        let tried = match from.byte()? {
            0 => None,
            _ => times::read(&mut from, since)?,
        };
        let refused = match from.byte()? {
            0 => None,
            _ => RefusedCredentials::decode(&mut from, since)?,
        };
        let (mut validity, mut kept) = (validity, Kept::new());
        if !from.0.is_empty() {
            (validity.idle_ms, validity.used_age_ms) = (from.number()?, from.number()?);
            for _ in 0..from.number()? {
                kept.push((from.text()?.to_owned(), Secret::from(from.text()?)));
            }
        }
        let record = TokenRecord {
            generation,
            bearer,
            token_type,
            scope,
            validity,
            refresh,
            kept,
            rejected,
            tried,
            refused,
        };
        from.0.is_empty().then_some(record)
    }
}

fn sent(byte: u8) -> RefreshTokenUse {
    match byte {
        0 => RefreshTokenUse::Never,
        255 => RefreshTokenUse::Pending,
        times => RefreshTokenUse::Unanswered(times),
    }
}

impl RefusedCredentials {
    fn encode(&self, out: &mut Writer) {
        for text in [&self.provider, &self.server, &self.server_code] {
            out.bytes(text.as_bytes());
        }
        out.number(self.http_status.into());
        out.number(self.nth.into());
        times::write(out, self.since);
        out.number(self.backoff_ms);
    }

    fn decode(from: &mut Reader, since: BootReference) -> Option<Option<RefusedCredentials>> {
        let mut text = || from.text().map(str::to_owned);
        let (provider, server, server_code) = (text()?, text()?, text()?);
        let (http_status, nth) = (from.number()?.try_into().ok()?, from.number()?.try_into().ok()?);
        let (at, backoff_ms) = (times::read(from, since)?, from.number()?);
        Some(at.map(|since| RefusedCredentials {
            provider,
            http_status,
            server,
            server_code,
            nth,
            since,
            backoff_ms,
        }))
    }
}

/// The refused logins of an account: when they were, oldest first.
pub mod refusals {
    use super::*;

    pub fn encode(refused: &[Now]) -> SecretBytes {
        let mut out = Writer::default();
        times::write_boot(&mut out);
        for at in refused {
            times::write(&mut out, *at);
        }
        out.finished()
    }

    pub fn decode(bytes: &[u8], now: Now) -> Option<Vec<Now>> {
        let mut from = Reader(bytes);
        let since = times::read_boot(&mut from, now)?;
        let mut refused = Vec::new();
        while !from.0.is_empty() {
            refused.extend(times::read(&mut from, since)?);
        }
        Some(refused)
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
