//! Creates a token: never repeated when the outcome is unknown; limited as logins are, because it sends the password.

use super::record::{Role, StoredAppToken};
use super::session::{session_failure, OperationResponse};
use super::{AppOperation, AppTokens};
use crate::cache::policy::FailureClass;
use crate::cache::single_flight::{throttled, RenewalFailure};
use crate::cache::token::Token;
use crate::error::{Error, Status};
use crate::log::{Event, Level};
use crate::messages::{AppToken, Message};
use crate::provider::login::TemplateValues;
use crate::provider::profile::{Expires, Meaning, Operation, ParsedResponse};
use crate::util::clock::{rfc3339, Now};
use crate::util::secret::{self, Secret};
use std::sync::Arc;
use std::time::Instant;

/// A token that the provider has just shown.
pub struct CreatedToken {
    pub token: StoredAppToken,
    pub sent_at: Now,
}

type SendResult<T> = std::result::Result<T, RenewalFailure>;

impl AppTokens {
    /// The operation, if all that it needs is there.
    pub(super) fn creation(&self) -> SendResult<&Operation> {
        let operation = self.operation(|app| app.create.as_ref())?;
        let options = operation
            .lacks(&self.session.login.profile, &|name| self.session.login.values.get(name).is_some());
        if options.is_empty() {
            return Ok(operation);
        }
        let message = AppToken::MissingToCreate { provider: self.provider(), options };
        Err(RenewalFailure::new(Error::new(Status::Missing, message.into()), FailureClass::Misconfigured))
    }

    /// Creates a token. A session that is dead, which shows before anything is created, is renewed once.
    pub(super) fn create_at_provider(
        &self,
        expires_ms: i64,
        role: Role,
        until: Instant,
    ) -> SendResult<CreatedToken> {
        let (operation, began) = (self.creation()?, Instant::now());
        let expires = rfc3339(expires_ms);
        let session = self.session.token(until).map_err(session_failure)?;
        let mut answer = self.send_password(operation, &expires, session, until)?;
        if answer.dead {
            // Either the session or the password: if the next is refused as well, both were the password.
            answer = match self.session.renewed(&answer.token, until) {
                Ok(session) => {
                    let again = self.send_password(operation, &expires, session, until)?;
                    self.count_refusals(if again.is_refusal() { 2 } else { 0 });
                    again
                }
                Err(error) => {
                    self.count_refusals(usize::from(matches!(error.message, Message::Refused { .. })));
                    return Err(session_failure(error));
                }
            };
        }
        let made = self.created(answer, expires_ms, role)?;
        let id = || made.token.id.clone();
        self.session.log(Level::Information, began, || Event::AppTokenCreated { id: id() });
        Ok(made)
    }

    fn count_refusals(&self, times: usize) {
        let (limiter, clock) = self.session.entry.limiter();
        (0..times).for_each(|_| limiter.refused(clock.now()));
    }

    fn send_password(
        &self,
        operation: &Operation,
        expires: &str,
        session: Arc<Token>,
        until: Instant,
    ) -> SendResult<OperationResponse<'_>> {
        let (limiter, clock) = self.session.entry.limiter();
        let permit = limiter.acquire(&|| clock.now(), until).map_err(throttled)?;
        let sent = self.session.send(operation, &[("expires_at", expires)], session, until);
        let answer = sent.map_err(|failed| {
            let may_exist = failed.outcome_unknown;
            with_unknown_outcome(failed, may_exist)
        })?;
        match &answer.reading {
            ParsedResponse::Refused(refused) if refused.is == Meaning::Credentials && !answer.dead => {
                permit.refused(clock.now())
            }
            _ => drop(permit),
        }
        Ok(answer)
    }

    fn created(&self, answer: OperationResponse, expires_ms: i64, role: Role) -> SendResult<CreatedToken> {
        let status = answer.reply.http_status;
        let ParsedResponse::Token(taken) = &answer.reading else {
            let may_exist = matches!(status, 200..=299 | 408 | 500..);
            return Err(with_unknown_outcome(
                self.refusal(answer, AppOperation::Create { expires_ms }),
                may_exist,
            ));
        };
        // An id is shown and logged: one that quotes a secret is none.
        let login = &self.session.login;
        let mut secrets = login.secrets(&TemplateValues::of(login).with_token(&answer.token));
        secrets.extend(taken.access_token.as_deref().map(|token| Secret::from(token.as_str())));
        let is_fit = |id: &&str| super::is_usable(id) && secret::clean(id, &secrets) == **id;
        let (Some(token), Some(id)) = (&taken.access_token, taken.id.as_deref().filter(is_fit)) else {
            let message = Message::FieldMissing {
                provider: self.provider(),
                field: "id".to_owned(),
                http_status: status,
                bytes: answer.reply.body.as_slice().len(),
                content_type: answer.reply.content_type.clone(),
            };
            let mut error = Error::new(Status::Response, message);
            error.http_status = status;
            return Err(with_unknown_outcome(RenewalFailure::new(error, FailureClass::Persistent), true));
        };
        let wall_ms = answer.reply.wall_ms();
        let expires_ms = match taken.expires {
            Expires::At(at) | Expires::Jwt { at_ms: at, .. } => at,
            Expires::Seconds(left) => wall_ms.saturating_add(left.saturating_mul(1000)),
            Expires::Missing => expires_ms,
        };
        let (id, token) = (id.to_owned(), Secret::from(token.as_str()));
        let kept = StoredAppToken { id, token, expires_ms, created_ms: wall_ms, role };
        Ok(CreatedToken { token: kept, sent_at: answer.reply.sent_at })
    }
}

/// Whether the token exists is not known, and the text says so.
fn with_unknown_outcome(mut failed: RenewalFailure, may_exist: bool) -> RenewalFailure {
    failed.outcome_unknown = may_exist;
    failed.error.may_be_done = may_exist;
    if may_exist {
        failed.error = failed.error.and(AppToken::MayExist.into());
    }
    failed
}
