//! Application tokens: made for the program with the session token, shown once, and kept.

use crate::cache::entry::Entry;
use crate::cache::policy::FailureClass;
use crate::cache::single_flight::RenewalFailure;
use crate::cache::token::{constant_time_eq, Token};
use crate::cache::Identity;
use crate::error::{Error, Result, Status};
use crate::log::{Event, Level};
use crate::messages::{AppToken, Message, Unfit};
use crate::net::response::Response;
use crate::provider::login::{Login, TemplateValues};
use crate::provider::profile::{App, Meaning, Operation, ParsedResponse};
use crate::util::clock::{self, rfc3339};
use crate::util::secret::{self, Secret};
use std::sync::Arc;
use std::time::{Duration, Instant};

mod create;
mod expires;
mod list;
mod record;
mod repository;
mod session;
mod source;

pub use repository::AppTokenRepository;
pub use source::AppSource;

use record::{AppTokenRecord, MadeBy, Role};
use session::{OperationResponse, Session};

/// Longest id: `ERPTOKEN_ID_SIZE` without the NUL.
const MAX_ID_BYTES: usize = 64;

/// What works with the application tokens of one account.
pub struct AppTokens {
    session: Session,
    repository: AppTokenRepository,
    /// The identity of the session, which the password is part of.
    credentials: Identity,
}

/// What an answer was given to, as far as its failure is told in another way.
enum AppOperation {
    Create { expires_ms: i64 },
    Revoke,
    Other,
}

/// Whether the program can be given this id, and give it back.
fn is_usable(id: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

impl AppTokens {
    /// `entry` is that of the account's session tokens.
    pub fn new(
        login: Arc<Login>,
        entry: Arc<Entry>,
        repository: AppTokenRepository,
        credentials: Identity,
    ) -> AppTokens {
        AppTokens { session: Session::new(login, entry), repository, credentials }
    }

    /// Whether the account may create application tokens.
    pub fn check(&self, timeout: Duration) -> Result<bool> {
        let operation = self.operation(|app| app.check.as_ref()).map_err(error)?;
        let answer = self.session.send_idempotent(operation, &[], Instant::now() + timeout).map_err(error)?;
        match &answer.reading {
            ParsedResponse::Done(taken) => Ok(taken.allowed),
            _ => Err(self.refusal(answer, AppOperation::Other).error),
        }
    }

    /// Creates a token that lives until `expires`, and keeps it. Its id.
    pub fn create(&self, expires: &str, timeout: Duration) -> Result<String> {
        let until = Instant::now() + timeout;
        let expires_ms = expires::parse(expires, clock::now().wall_ms)?;
        self.creation().map_err(error)?;
        self.repository.check_writable(until)?;
        let made_by = self.made_by()?;
        let made = self.create_at_provider(expires_ms, Role::Program, until).map_err(error)?;
        let id = made.token.id.clone();
        self.repository.save(made.token, made_by, until).inspect_err(|error| self.log_unsaved(&id, error))?;
        if self.session.entry.is_closed() && !self.repository.outlives_process() {
            // What the shutdown has wiped cannot be had any more.
            return Err(Error::new(Status::Handle, Message::ShutDown).and(AppToken::MayExist.into()));
        }
        Ok(id)
    }

    /// A token that is kept. Sends nothing, unless these credentials are others than those that the provider took last.
    pub fn get(&self, id: &str, timeout: Duration) -> Result<Secret> {
        let id = self.id(id)?;
        let record = self.repository.look_up(&id)?;
        let kept = record.find(&id).filter(|kept| kept.role != Role::Former);
        let kept = kept.ok_or_else(|| Error::new(Status::NotFound, AppToken::Unknown.into()))?;
        if kept.expires_ms <= clock::now().wall_ms {
            let at = rfc3339(kept.expires_ms);
            return Err(Error::new(Status::NotFound, AppToken::Expired { at }.into()));
        }
        if !self.are_known(&record) {
            self.repository.remember(self.proven(&id, Instant::now() + timeout)?);
        }
        Ok(kept.token.clone())
    }

    fn made_by(&self) -> Result<MadeBy> {
        MadeBy::new(&self.session.login.key, &self.credentials)
    }

    /// Whether the provider took these credentials when what is kept was made or handed out. Who has others has to log in
    /// first: what is handed out is taken for a proof of the password.
    fn are_known(&self, record: &AppTokenRecord) -> bool {
        record.made_by.is_some_and(|made_by| made_by.is(&self.session.login.key, &self.credentials))
    }

    /// The provider takes these credentials, so that they are entitled to the token of this id.
    fn proven(&self, id: &str, until: Instant) -> Result<MadeBy> {
        self.session.token(until)?;
        // What was imported says nothing of the password, and may be another user's.
        let imported = self.session.login.imported().is_ok_and(|imported| imported.is_some());
        if imported && self.operation(|app| app.list.as_ref()).is_ok() {
            let listed = self.list_all(until).map_err(error)?;
            if listed.iter().all(|token| token.id != id) {
                return Err(Error::new(Status::NotFound, AppToken::Unknown.into()));
            }
        }
        self.made_by()
    }

    /// What the provider lists, as JSON.
    pub fn list(&self, timeout: Duration) -> Result<Response> {
        let listed = self.list_all(Instant::now() + timeout).map_err(error)?;
        Ok(Response::json(list::json(&listed, &self.repository.read()?)))
    }

    /// Revokes a token at the provider and forgets it.
    pub fn revoke(&self, id: &str, timeout: Duration) -> Result<()> {
        let (id, until) = (self.id(id)?, Instant::now() + timeout);
        let revoked = self.revoke_at_provider(&id, until);
        let gone = match &revoked {
            Ok(()) => true,
            Err(failed) => failed.error.status == Status::NotFound,
        };
        let removed = if gone { self.repository.remove(&id, until).map(drop) } else { Ok(()) };
        match (revoked, removed) {
            (Ok(()), Ok(())) => Ok(()),
            (Ok(()), Err(error)) => Err(error.and(AppToken::NotRemoved.into())),
            (Err(failed), _) => Err(failed.error),
        }
    }

    /// Whether `token` was handed out as the application token of this id.
    pub fn is(&self, token: &Token, id: &str) -> bool {
        let its_id = token.issued.refresh_token.as_ref().map(Secret::expose);
        self.id(id).is_ok_and(|id| its_id.is_some_and(|its_id| constant_time_eq(its_id, &id)))
    }

    /// Revokes at the provider.
    fn revoke_at_provider(&self, id: &str, until: Instant) -> std::result::Result<(), RenewalFailure> {
        let (operation, began) = (self.operation(|app| app.revoke.as_ref())?, Instant::now());
        let answer =
            self.session.send_idempotent(operation, &[("id", id)], until).map_err(|mut failed| {
                if is_about_id(&failed.error.message) {
                    failed.error = unusable_id();
                }
                failed
            })?;
        match &answer.reading {
            ParsedResponse::Refused(_) => Err(self.refusal(answer, AppOperation::Revoke)),
            _ => {
                let revoked = || Event::AppTokenRevoked { id: self.loggable_id(id) };
                self.session.log(Level::Information, began, revoked);
                Ok(())
            }
        }
    }

    /// An id fit for the log: a program may give a token in its place.
    fn loggable_id(&self, id: &str) -> String {
        let login = &self.session.login;
        let mut secrets = login.secrets(&TemplateValues::of(login));
        secrets.extend(self.repository.secrets());
        secret::clean(id, &secrets)
    }

    /// A token that is good and that the store did not take.
    fn log_unsaved(&self, id: &str, error: &Error) {
        let (status, why) = (error.status.name(), error.message.clone());
        let unsaved = || Event::AppTokenUnsaved { id: id.to_owned(), status, why };
        self.session.log(Level::Error, Instant::now(), unsaved);
    }

    /// The id in the form in which the provider takes it.
    fn id(&self, id: &str) -> Result<String> {
        let app = self.session.login.profile.app();
        let cut = app.and_then(|app| app.bare_id(id));
        cut.filter(|id| is_usable(id)).ok_or_else(unusable_id)
    }

    fn provider(&self) -> String {
        self.session.login.profile.label()
    }

    fn operation<'a>(
        &'a self,
        of: impl FnOnce(&'a App) -> Option<&'a Operation>,
    ) -> std::result::Result<&'a Operation, RenewalFailure> {
        self.session.login.profile.app().and_then(of).ok_or_else(|| {
            let message = Message::NoOperation { provider: self.provider() };
            RenewalFailure::new(Error::new(Status::Unsupported, message), FailureClass::Misconfigured)
        })
    }

    /// An answer that is no success, as a failure.
    fn refusal(&self, answer: OperationResponse, asked: AppOperation) -> RenewalFailure {
        let OperationResponse { reply, reading: ParsedResponse::Refused(refused), token, dead } = answer
        else {
            let message = Message::Internal { place: "app_token".to_owned() };
            return RenewalFailure::new(Error::new(Status::Internal, message), FailureClass::Persistent);
        };
        let (login, hidden) = (&self.session.login, self.repository.secrets());
        let values = TemplateValues::of(login).with_token(&token).hiding(&hidden);
        let mut failed = login.failed(&refused, &reply, &values);
        // That is for logins: here it is counted where the password was sent.
        (failed.login_refused, failed.refresh_refused) = (false, false);
        let server = secret::clean(&refused.message, &login.secrets(&values));
        let (provider, http_status) = (self.provider(), reply.http_status);
        // What has not the provider's form was said by something in front of it.
        let dead = dead && refused.form.is_providers();
        let is_password = dead || refused.is == Meaning::Credentials;
        let (status, class, message) = match (asked, refused.is) {
            (AppOperation::Create { .. }, _) if is_password => {
                let message = AppToken::PasswordRefused { provider, http_status, server };
                (Status::Credentials, FailureClass::Credentials, message)
            }
            (AppOperation::Create { expires_ms }, Meaning::Argument) => {
                let asked = rfc3339(expires_ms);
                let message = AppToken::ExpiresRefused { provider, http_status, asked, server };
                (Status::Argument, FailureClass::Persistent, message)
            }
            (_, _) if dead => (
                Status::Forbidden,
                FailureClass::Persistent,
                AppToken::SessionRefused { provider, http_status, server },
            ),
            (AppOperation::Revoke, Meaning::NotFound) => {
                (Status::NotFound, FailureClass::Persistent, AppToken::Gone { provider, http_status, server })
            }
            _ => return failed,
        };
        (failed.error.status, failed.class, failed.error.message) = (status, class, message.into());
        failed
    }
}

fn error(failed: RenewalFailure) -> Error {
    failed.error
}

fn unusable_id() -> Error {
    Error::new(Status::Argument, AppToken::UnusableId.into())
}

/// The id cannot stand where the profile wants it.
fn is_about_id(message: &Message) -> bool {
    let Message::RequestUnfit { problem, .. } = message else { return false };
    match problem {
        Unfit::Dots { option }
        | Unfit::NotDigits { option }
        | Unfit::NotForHeader { option, .. }
        | Unfit::NotAnInstant { option } => option == "id",
        _ => false,
    }
}
