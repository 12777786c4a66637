//! The provider's list of tokens, page by page.

use super::record::{AppTokenRecord, Role};
use super::session::OperationResponse;
use super::{AppOperation, AppTokens};
use crate::cache::policy::FailureClass;
use crate::cache::single_flight::RenewalFailure;
use crate::error::{Error, Status};
use crate::messages::AppToken;
use crate::provider::profile::{Expires, ParsedResponse, TokenPage};
use crate::util::clock::rfc3339;
use std::collections::HashSet;
use std::time::Instant;
use zeroize::Zeroizing;

/// A list that goes on beyond these does not end.
const MAX_PAGES: u32 = 1_000;
const MAX_TOKENS: usize = 100_000;

pub struct Listed {
    pub id: String,
    pub expires_ms: Option<i64>,
}

impl AppTokens {
    /// What the provider lists, each token once, the session tokens that it shows among them.
    pub(super) fn list_all(&self, until: Instant) -> std::result::Result<Vec<Listed>, RenewalFailure> {
        let operation = self.operation(|app| app.list.as_ref())?;
        let (mut listed, mut seen) = (Vec::new(), HashSet::new());
        for page in 1..=MAX_PAGES {
            let number = page.to_string();
            let answer = self.session.send_idempotent(operation, &[("page", &number)], until)?;
            let wall_ms = answer.reply.wall_ms();
            let TokenPage { items, pages } = match answer {
                OperationResponse { reading: ParsedResponse::Page(page), .. } => page,
                answer => return Err(self.refusal(answer, AppOperation::Other)),
            };
            let before = listed.len();
            for item in items {
                let expires_ms = match item.expires {
                    Expires::At(at) | Expires::Jwt { at_ms: at, .. } => Some(at),
                    Expires::Seconds(left) => Some(wall_ms.saturating_add(left.saturating_mul(1000))),
                    Expires::Missing => None,
                };
                let id = item.id.filter(|id| super::is_usable(id) && !seen.contains(id));
                if let Some(id) = id {
                    seen.insert(id.clone());
                    listed.push(Listed { id, expires_ms });
                }
            }
            if listed.len() > MAX_TOKENS {
                return Err(endless(MAX_TOKENS));
            }
            // A page that brings nothing new is the last, whatever the server counts.
            if page >= pages.unwrap_or(1) || listed.len() == before {
                return Ok(listed);
            }
        }
        Err(endless(MAX_PAGES as usize))
    }
}

fn endless(most: usize) -> RenewalFailure {
    RenewalFailure::new(
        Error::new(Status::Limit, AppToken::Endless { most }.into()),
        FailureClass::Persistent,
    )
}

/// As `erptoken_app_list` answers it.
pub fn json(listed: &[Listed], record: &AppTokenRecord) -> Zeroizing<String> {
    let is_kept = |id: &str| record.find(id).is_some_and(|kept| kept.role != Role::Former);
    let tokens: Vec<String> = listed
        .iter()
        .map(|token| {
            let id = serde_json::Value::from(token.id.as_str());
            let expires_at = token.expires_ms.map(rfc3339).unwrap_or_default();
            let stored = u8::from(is_kept(&token.id));
            format!(r#"{{"id":{id},"expires_at":"{expires_at}","stored":{stored}}}"#)
        })
        .collect();
    Zeroizing::new(format!(r#"{{"count":{},"tokens":[{}]}}"#, tokens.len(), tokens.join(",")))
}

#[cfg(test)]
mod tests {
    use super::super::record::StoredAppToken;
    use super::*;
    use crate::util::secret::Secret;

    #[test]
    fn the_list_is_told_byte_for_byte() {
        let kept = |id: &str, role| StoredAppToken {
            id: id.to_owned(),
            token: Secret::from("t"),
            expires_ms: 0,
            created_ms: 0,
            role,
        };
        let mut record = AppTokenRecord::default();
        for (id, role) in [("5347", Role::Program), ("5348", Role::Current), ("5349", Role::Former)] {
            record.add(kept(id, role));
        }
        let listed = |id: &str, expires_ms| Listed { id: id.to_owned(), expires_ms };
        let all = [
            listed("5347", Some(1_609_545_540_999)),
            listed("5348", None),
            listed("5349", Some(i64::MAX)),
            listed("a\"b\\", Some(0)),
        ];
        assert_eq!(
            json(&all, &record).as_str(),
            concat!(
                r#"{"count":4,"tokens":[{"id":"5347","expires_at":"2021-01-01T23:59:00Z","stored":1},"#,
                r#"{"id":"5348","expires_at":"","stored":1},{"id":"5349","expires_at":"","stored":0},"#,
                r#"{"id":"a\"b\\","expires_at":"1970-01-01T00:00:00Z","stored":0}]}"#
            )
        );
        assert_eq!(json(&[], &record).as_str(), r#"{"count":0,"tokens":[]}"#);
    }
}
