//! Operations with the session token on them: a dead one is renewed once, and the operation repeated.

use crate::cache::entry::{Entry, GetRequest};
use crate::cache::policy::{FailureClass, Need};
use crate::cache::single_flight::{RenewalFailure, TokenSource};
use crate::cache::token::Token;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::Message;
use crate::net::Reply;
use crate::provider::login::{Login, TemplateValues};
use crate::provider::profile::{Operation, ParsedResponse};
use std::sync::Arc;
use std::time::Instant;

/// The session of an account: the login, and the entry of its tokens.
pub struct Session {
    pub login: Arc<Login>,
    pub entry: Arc<Entry>,
    source: Arc<dyn TokenSource>,
}

/// An answer, and the token that it was given to.
pub struct OperationResponse<'a> {
    pub reply: Reply,
    pub reading: ParsedResponse<'a>,
    pub token: Arc<Token>,
    /// It says that the token is dead.
    pub dead: bool,
}

impl OperationResponse<'_> {
    /// The provider itself says that the token, or what came with it, is refused.
    pub fn is_refusal(&self) -> bool {
        self.dead && matches!(&self.reading, ParsedResponse::Refused(refused) if refused.form.is_providers())
    }
}

impl Session {
    pub fn new(login: Arc<Login>, entry: Arc<Entry>) -> Session {
        Session { source: Arc::clone(&login) as Arc<dyn TokenSource>, login, entry }
    }

    pub fn token(&self, until: Instant) -> Result<Arc<Token>> {
        let left = until.saturating_duration_since(Instant::now());
        Ok(self.entry.get(&GetRequest::new(&self.source, Need::default(), left))?.token)
    }

    /// The token that follows one that is dead.
    pub fn renewed(&self, dead: &Token, until: Instant) -> Result<Arc<Token>> {
        self.entry.mark_rejected(dead, &*self.source);
        self.token(until)
    }

    pub fn log(&self, level: Level, began: Instant, event: impl FnOnce() -> Event) {
        log::event(level, || LogRecord::of(self.login.subject(), event()).took(began.elapsed()));
    }

    /// Sends an operation once.
    pub fn send(
        &self,
        operation: &Operation,
        given: &[(&str, &str)],
        token: Arc<Token>,
        until: Instant,
    ) -> std::result::Result<OperationResponse<'_>, RenewalFailure> {
        let values = TemplateValues::of(&self.login).with_token(&token).with(given);
        let (reply, reading) = self.login.perform(operation, &values, until.into())?;
        let refused = matches!(reading, ParsedResponse::Refused(_));
        let dead = refused && self.login.is_dead(&reply);
        Ok(OperationResponse { reply, reading, token, dead })
    }

    /// Sends an operation that may be sent twice.
    pub fn send_idempotent(
        &self,
        operation: &Operation,
        given: &[(&str, &str)],
        until: Instant,
    ) -> std::result::Result<OperationResponse<'_>, RenewalFailure> {
        let answer = self.send(operation, given, self.token(until).map_err(session_failure)?, until)?;
        if !answer.dead {
            return Ok(answer);
        }
        self.send(operation, given, self.renewed(&answer.token, until).map_err(session_failure)?, until)
    }
}

/// What kept a session or a store from being had, as a failure of what was to be done with it. How long it is
/// remembered there is the session's own matter as well.
pub fn session_failure(error: Error) -> RenewalFailure {
    let class = match error.status {
        Status::Credentials if matches!(error.message, Message::ClientRefused { .. }) => {
            FailureClass::Persistent
        }
        Status::Credentials => FailureClass::Credentials,
        Status::Mfa | Status::PasswordChange => FailureClass::UserActionRequired,
        Status::Missing | Status::Option | Status::Insecure | Status::Handle => FailureClass::Misconfigured,
        // Before anything was sent: it may be back at the next call, and remembers itself what costs time.
        Status::Store => FailureClass::Misconfigured,
        _ if error.status.retryable() => FailureClass::Transient,
        _ => FailureClass::Persistent,
    };
    RenewalFailure::new(error, class)
}
