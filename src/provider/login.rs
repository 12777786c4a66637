//! A source of session tokens: a profile, an account's credentials, and the wire.

use crate::cache::consents::SentConsents;
use crate::cache::entry::Entry;
use crate::cache::policy::{FailureClass, RefreshRules, Validity, MAX_LIFETIME_MS};
use crate::cache::single_flight::{RenewalFailure, TokenSource};
use crate::cache::token::{Issued, Origin, Token};
use crate::config::options::Values;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord, Subject};
use crate::messages::{Message, Unfit};
use crate::net;
use crate::provider::profile::{Operation, ParsedResponse, Profile};
use crate::util::clock;
use crate::util::deadline::Deadline;
use crate::util::random::{self, HashKey};
use crate::util::secret::Secret;
use std::ops::Deref;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

mod failures;
mod noted;
mod obtain;
mod operation;

pub use obtain::Brought;
pub use operation::TemplateValues;

/// A profile built in, or one that a program brought.
#[derive(Clone)]
pub enum ProfileRef {
    BuiltIn(&'static Profile),
    Brought(Arc<Profile>),
}

impl Deref for ProfileRef {
    type Target = Profile;
    fn deref(&self) -> &Profile {
        match self {
            ProfileRef::BuiltIn(profile) => profile,
            ProfileRef::Brought(profile) => profile,
        }
    }
}

impl ProfileRef {
    /// The provider's name as texts use it: the title up to what explains it.
    pub fn label(&self) -> String {
        self.title().split(':').next().unwrap_or_default().trim().to_owned()
    }
}

/// A client certificate that ends soon is told of once for each time that it is read.
pub fn warn_of_certificate(values: &Values, subject: impl FnOnce() -> Subject) {
    let Some((identity, days)) =
        values.client_identity().and_then(|identity| Some((identity, identity.warning()?)))
    else {
        return;
    };
    log::event(Level::Warning, || {
        let (whose, until) = (identity.shown().subject.clone(), identity.shown().until.clone());
        LogRecord::of(subject(), Event::CertificateEnds { whose, until, days })
    });
}

/// The login of one account as it is set now. Immutable: another setting makes another one.
pub struct Login {
    pub profile: ProfileRef,
    /// Where the profile is, if it is not built in.
    pub file: Option<String>,
    pub base: String,
    pub values: Arc<Values>,
    pub client: Arc<net::Client>,
    /// Makes the attempt number of a second factor.
    pub key: Arc<HashKey>,
    /// The attempt number of the second factor that was sent last; 0: none.
    pub code_used: Arc<AtomicU64>,
    /// The consents that this process sent.
    pub consents: Arc<SentConsents>,
    /// That of the session's tokens, where the report finds what was answered.
    pub entry: OnceLock<Weak<Entry>>,
}

impl Login {
    /// A client certificate that ends soon is told of once.
    pub fn warn_of_certificate(&self) {
        warn_of_certificate(&self.values, || self.subject());
    }

    fn is_set(&self, name: &str) -> bool {
        self.values.is_set(name) || self.profile.default_of(name).is_some()
    }

    /// The names of the options that a login lacks; `None` when it lacks nothing. What was good once lacks once it was sent.
    pub fn lacks(&self) -> Option<Vec<String>> {
        if self.profile.is_fixed() {
            return self.profile.lacks(&|name| self.is_set(name));
        }
        let login = match self.profile.choose_login(&|name| self.is_set(name)) {
            Ok(login) => login,
            Err(lacks) => return Some(lacks),
        };
        let used = self.uses_consent(login) && self.consents.has(self.consent());
        used.then(|| {
            login.needs().iter().filter(|name| self.profile.once().contains(name)).cloned().collect()
        })
    }

    /// Whether all that a login lacks is what a person's consent brings: till then the account lives on what is stored.
    pub fn awaits_consent(&self, lacks: &[String]) -> bool {
        lacks.iter().all(|name| self.profile.once().contains(name))
    }

    fn uses_consent(&self, login: &Operation) -> bool {
        login.needs().iter().any(|name| self.profile.once().contains(name))
    }

    /// Another number for each consent.
    fn consent(&self) -> u64 {
        let codes = self.profile.once().iter().filter_map(|name| self.values.get(name));
        let user = self.user();
        let whose = user.iter().map(|(_, value)| *value);
        self.number_of(std::iter::once(self.base.as_str()).chain(whose).chain(codes))
    }

    fn number_of<'a>(&self, codes: impl Iterator<Item = &'a str>) -> u64 {
        let hash = self.key.hash(codes.map(str::as_bytes));
        u64::from_le_bytes(hash[..8].try_into().unwrap_or_default())
    }

    /// Another number for each code.
    fn second_factor(&self) -> u64 {
        self.number_of(std::iter::once(self.values.get("mfa_code").unwrap_or_default()))
    }

    /// What tells the account's user apart, by name: what the login needs and is no secret. Where a profile uses only
    /// names of its own, the first of them. What may vary for one user is left out: it would multiply the guard.
    pub fn user(&self) -> Vec<(&str, &str)> {
        let Ok(operation) = self.profile.choose_login(&|name| self.is_set(name)) else { return Vec::new() };
        let needs = || operation.needs().iter().map(String::as_str);
        let is_user = |name: &&str| ["username", "access_key", "tenant"].contains(name);
        let mut user: Vec<&str> = needs().filter(is_user).collect();
        if user.is_empty() {
            user.extend(needs().find(|name| *name == "client_id").or(needs().next()));
        }
        let value = |name| self.values.get(name).or(self.profile.default_of(name)).unwrap_or_default();
        user.into_iter().map(|name| (name, value(name))).collect()
    }

    /// The token that the program obtained elsewhere, if it set one, or that its credentials are.
    pub fn imported(&self) -> Result<Option<Issued>> {
        let access_token = self.values.get("access_token");
        let refresh_token = self.values.get("refresh_token").map(Secret::from);
        if access_token.is_none() && refresh_token.is_none() {
            let fixed = self.fixed().filter(|_| self.lacks().is_none()).transpose();
            return fixed.map_err(|failed| failed.error);
        }
        let now = clock::now();
        let access_token = access_token.unwrap_or_default();
        let ends = self.values.expires_at_ms().map(|at| at.saturating_sub(now.wall_ms));
        let life_ms = match (access_token, ends) {
            ("", _) => 0,
            (_, Some(left)) => left,
            // Nothing could replace it.
            _ if (refresh_token.is_none() || self.profile.refresh().is_none()) && self.lacks().is_some() => {
                MAX_LIFETIME_MS
            }
            _ => self.default_life_ms(),
        };
        let validity = Validity::new(now, life_ms, self.rules(), random::jitter());
        let brought = Brought { access_token, refresh_token, ..Brought::default() };
        self.assemble(brought, validity, Origin::Import).map(Some).map_err(|failed| failed.error)
    }

    /// The token that is made of the options alone. It ends only where the time is in it: then as it says itself.
    fn fixed(&self) -> Option<std::result::Result<Issued, RenewalFailure>> {
        let made = self.profile.fixed_token(&self.base, &TemplateValues::of(self))?;
        let now = clock::now();
        Some(made.map_err(|problem| self.misconfigured(problem)).and_then(|made| {
            let validity = match made.passes {
                true => {
                    let left_ms = made.expires.left_ms(None, now.wall_ms);
                    let life_ms = left_ms.unwrap_or_else(|| self.default_life_ms());
                    Validity::new(now, life_ms, self.rules(), random::jitter())
                }
                false => Validity::endless(now),
            };
            let brought = Brought { access_token: &made.token, ..Brought::default() };
            self.assemble(brought, validity, Origin::Import)
        }))
    }

    /// What the profile and the options are to blame for: nothing is sent until they are others.
    fn misconfigured(&self, problem: Unfit) -> RenewalFailure {
        let message = Message::RequestUnfit { provider: Some(self.profile.label()), problem };
        RenewalFailure::new(Error::new(Status::Option, message), FailureClass::Misconfigured)
    }

    /// Nothing can be sent without these options.
    fn lacking(&self, options: Vec<String>) -> RenewalFailure {
        let provider = self.profile.label();
        let message = if self.awaits_consent(&options) {
            Message::ConsentMissing { provider, options }
        } else {
            Message::MissingToRenew { provider, options }
        };
        RenewalFailure::new(Error::new(Status::Missing, message), FailureClass::Misconfigured)
    }

    /// Revokes `token` at the provider. Nothing to do where the provider has no such operation.
    pub fn logout(&self, token: &Token, until: Instant) -> Result<()> {
        let Some(operation) = self.profile.logout() else { return Ok(()) };
        if token.issued.bearer.access_token().is_empty() {
            return Ok(());
        }
        let values = TemplateValues::of(self).with_token(token);
        let (reply, reading) =
            self.perform(operation, &values, until.into()).map_err(|failed| failed.error)?;
        match reading {
            ParsedResponse::Refused(_) if self.is_dead(&reply) => Ok(()),
            ParsedResponse::Refused(refused) => Err(self.failed(&refused, &reply, &values).error),
            _ => Ok(()),
        }
    }

    fn default_life_ms(&self) -> i64 {
        i64::from(self.profile.life().default_s) * 1000
    }

    fn rules(&self) -> RefreshRules {
        let validity = self.profile.life();
        let ms = |seconds: Option<u32>| seconds.map(|seconds| i64::from(seconds) * 1000);
        RefreshRules {
            max_use_ms: ms(validity.use_at_most_s),
            renew_after_ms: ms(validity.renew_after_s),
            refresh_revokes_previous: validity.refresh_kills_old || validity.logout_replaced,
            idle_ms: ms(validity.idle_s),
        }
    }
}

impl TokenSource for Login {
    fn refresh(&self, token: &Token, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        let Some(operation) = self.profile.refresh() else {
            let message = Message::NoRefresh { provider: self.profile.label() };
            let mut failed =
                RenewalFailure::new(Error::new(Status::Unsupported, message), FailureClass::Persistent);
            failed.refresh_refused = true;
            return Err(failed);
        };
        let values = TemplateValues::of(self).with_token(token);
        self.obtain(operation, &values, Origin::Refresh, until).map_err(|mut failed| {
            // A refresh that cannot even be asked for is no reason not to log in.
            failed.refresh_refused |= matches!(failed.error.message, Message::RequestUnfit { .. });
            failed.refresh_spent =
                failed.outcome_unknown && self.profile.life().refresh_token_once && self.can_log_in();
            failed
        })
    }

    fn login(&self, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        if let Some(options) = self.lacks() {
            return Err(self.lacking(options));
        }
        if let Some(fixed) = self.fixed() {
            return fixed;
        }
        let operation =
            self.profile.choose_login(&|name| self.is_set(name)).map_err(|lacks| self.lacking(lacks))?;
        let values = TemplateValues::of(self);
        if !self.uses_consent(operation) {
            return self.obtain(operation, &values, Origin::Login, until);
        }
        // A code that is sent twice makes some providers revoke what it brought.
        self.consents.add(self.consent());
        self.obtain(operation, &values, Origin::Login, until).map_err(|mut failed| {
            if failed.retry_now && failed.error.http_status == 0 {
                self.consents.remove(self.consent());
            }
            // Another consent is worth another try at once: it is no password that was wrong.
            if failed.class == FailureClass::Credentials {
                failed.class = FailureClass::UserActionRequired;
                failed.login_refused = false;
            }
            failed
        })
    }

    fn replaced(&self, old: &Token, until: Instant) {
        if !self.profile.life().logout_replaced {
            return;
        }
        if let Err(error) = self.logout(old, until) {
            let failed = || Event::LogoutFailed { status: error.status.name(), why: error.message };
            log::event(Level::Warning, || LogRecord::of(self.subject(), failed()));
        }
    }

    fn subject(&self) -> Subject {
        Subject { provider: self.profile.label(), account: self.values.label() }
    }

    fn can_log_in(&self) -> bool {
        self.lacks().is_none()
    }

    /// What came of a login can come of another, if only of one that a person makes.
    fn can_replace(&self, token: &Token) -> bool {
        let refreshable = token.refresh_token().is_some() && self.profile.refresh().is_some();
        let brought = token.issued.origin != Origin::Import;
        !self.profile.is_fixed() && (brought || refreshable || self.can_log_in())
    }

    fn allows_parallel_sessions(&self) -> bool {
        let validity = self.profile.life();
        !validity.refresh_kills_old && !validity.login_may_share
    }

    fn attempt(&self) -> u64 {
        self.second_factor() ^ self.consent()
    }
}
