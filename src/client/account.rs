//! An account: a provider, credentials and settings; from them the identity, the entry and the login.

use crate::cache::entry::{GetRequest, Obtained};
use crate::cache::policy::Need;
use crate::cache::published::FastPath;
use crate::cache::token::Token;
use crate::config::options::{self, Values};
use crate::config::process::Process;
use crate::error::{Error, Result, Status};
use crate::log::{Event, Level};
use crate::messages::{FileFault, Message};
use crate::provider::app_tokens::AppTokens;
use crate::provider::login::ProfileRef;
use crate::provider::profile::{self, Profile};
use crate::util::deadline::Caller;
use crate::util::sync::{locked, Mutex, MutexGuard};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

mod diagnostics;
mod logging;
mod resolved;

pub use diagnostics::DiagnosticsView;
pub use resolved::ResolvedConfig;

pub struct Account {
    process: Arc<Process>,
    profile: ProfileRef,
    /// Where the profile came from, if it is not built in.
    brought: Option<Box<Brought>>,
    settings: Mutex<Settings>,
    /// Where hits begin, for that handle; an account without one has none.
    fast: Option<(&'static FastPath, u32)>,
    /// The number of the last token that this account took part in getting.
    own_token: AtomicU64,
    /// The second factor that was sent, by its attempt number; 0: none.
    code_used: Arc<AtomicU64>,
}

struct Brought {
    path: String,
    /// Tells profiles of the same path but another text apart.
    text: Vec<u8>,
}

#[derive(Default)]
struct Settings {
    /// Shared with what was made of them: changed in a copy then.
    values: Arc<Values>,
    /// What the values amount to; empty after a change, made anew by the next call.
    resolved: Option<Arc<ResolvedConfig>>,
}

impl Account {
    /// `provider`: a built-in name, or the absolute path of a profile.
    pub fn open(process: Arc<Process>, provider: &str) -> Result<Self> {
        let (profile, brought) = match profile::builtin(provider) {
            Some(profile) => (ProfileRef::BuiltIn(profile), None),
            None => {
                let (profile, text) = read_profile(provider)?;
                (profile, Some(Box::new(Brought { path: provider.to_owned(), text })))
            }
        };
        let settings = Mutex::new(Settings { values: Arc::new(process.defaults()), ..Settings::default() });
        let account = Account {
            process,
            profile,
            brought,
            settings,
            fast: None,
            own_token: AtomicU64::new(0),
            code_used: Arc::default(),
        };
        account.log(Level::Debug, || Event::Opened);
        Ok(account)
    }

    /// With the place where the hits of its handle begin.
    pub fn attached(self, fast: &'static FastPath, handle: u32) -> Self {
        Account { fast: Some((fast, handle)), ..self }
    }

    /// Its handle is closed. Calls under way finish.
    pub fn detach(&self) {
        self.settings().resolved = None;
        self.log(Level::Debug, || Event::Closed);
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        locked(&self.settings)
    }

    fn invalidate(&self, settings: &mut Settings) {
        self.lead_hits(None);
        settings.resolved = None;
    }

    /// Nothing happens where the handle is closed: the place may be another one's then.
    fn lead_hits(&self, to: Option<&ResolvedConfig>) {
        if let Some((fast, handle)) = self.fast {
            fast.lead(
                handle,
                to.map(|resolved| &resolved.entry.published),
                to.map_or_else(Need::default, |resolved| resolved.need),
            );
        }
    }

    pub fn set(&self, name: &str, value: Option<&str>) -> Result<()> {
        if let ("environment", Some(wanted)) = (name, value.filter(|text| !text.is_empty())) {
            self.environment(Some(wanted))?;
        }
        if let ("token", Some("application"), None) = (name, value, self.profile.app()) {
            let message = Message::NoOperation { provider: self.profile.label() };
            return Err(Error::new(Status::Unsupported, message));
        }
        let own = |name: &str| self.profile.option_names().any(|known| known == name);
        let checked = options::check(name, value, &own).map_err(|mut error| {
            if let Message::UnknownOption { known, .. } = &mut error.message {
                *known = options::names(self.profile.option_names());
            }
            error
        })?;
        let defaults = self.process.defaults();
        let mut settings = self.settings();
        self.invalidate(&mut settings);
        let applied = Arc::make_mut(&mut settings.values).apply(checked, &defaults);
        drop(settings);
        applied?;
        self.log_option_set(name, value);
        self.warn_of_certificate();
        Ok(())
    }

    /// The further hosts of the chosen environment that may get the token.
    pub fn hosts(&self, resolved: &ResolvedConfig) -> Result<&[String]> {
        Ok(&self.environment(resolved.login.values.get("environment"))?.hosts)
    }

    fn environment(&self, wanted: Option<&str>) -> Result<&profile::Environment> {
        self.named_environment(wanted).map(|(_, environment)| environment)
    }

    fn named_environment(&self, wanted: Option<&str>) -> Result<(&str, &profile::Environment)> {
        self.profile.environment(wanted).map_err(|known| {
            let (provider, known) = (self.profile.label(), known.join(", "));
            let message = match wanted {
                Some(name) => Message::UnknownEnvironment { name: name.to_owned(), provider, known },
                None => Message::NoDefaultEnvironment { provider, known },
            };
            Error::new(Status::Option, message)
        })
    }

    /// A token for the caller.
    pub fn get(&self) -> Result<Arc<Token>> {
        let resolved = self.resolved()?;
        self.token(&resolved, &resolved.request())
    }

    /// What a request carries, had until then.
    pub fn token_until(&self, resolved: &ResolvedConfig, until: Instant) -> Result<Arc<Token>> {
        let timeout = until.saturating_duration_since(Instant::now());
        self.token(resolved, &GetRequest { remaining: timeout, ..resolved.request() })
    }

    fn token(&self, resolved: &ResolvedConfig, request: &GetRequest) -> Result<Arc<Token>> {
        let _caller = Caller::waits(Instant::now() + request.remaining);
        let Obtained { token, own_number: own } = resolved.entry.get(request)?;
        if let Some(number) = own {
            self.own_token.store(number, Ordering::Relaxed);
        }
        Ok(token)
    }

    /// What never ends is as new as can be.
    pub fn renew(&self) -> Result<()> {
        let resolved = self.resolved()?;
        if resolved.entry.snapshot().token.is_some_and(|token| token.issued.validity.is_endless()) {
            return Ok(());
        }
        let _caller = Caller::waits(Instant::now() + resolved.timeout);
        resolved.entry.renew(&resolved.request())
    }

    /// `token` is the access token, or the header's value that carries it.
    pub fn reject(&self, token: &str) -> Result<()> {
        let resolved = self.resolved()?;
        let _caller = Caller::waits(Instant::now() + resolved.timeout);
        let rejected = resolved.reject(token);
        self.log_rejected(&rejected);
        rejected.map(drop)
    }

    pub fn logout(&self) -> Result<()> {
        let resolved = self.resolved()?;
        if self.profile.is_fixed() {
            // Nobody gave it, and it stays as long as the options that it is made of.
            return Ok(());
        }
        let until = Instant::now() + resolved.timeout;
        let (began, _caller) = (Instant::now(), Caller::waits(until));
        // The application token first: its end is asked for with the session.
        let application = resolved.application.as_ref().map_or(Ok(()), |application| {
            let (_, forgotten) = resolved.entry.forget(resolved.timeout);
            application.1.retire(until).and(forgotten)
        });
        let left = until.saturating_duration_since(Instant::now());
        let (token, forgotten) = resolved.session_entry.forget(left);
        let revoked = token.map_or(Ok(()), |token| resolved.login.logout(&token, until));
        let ended = application.and(revoked).and(forgotten);
        self.log_logged_out(&ended, began);
        ended
    }

    /// What works with the account's application tokens, and how long it may take.
    pub fn app_tokens(&self) -> Result<(AppTokens, Duration)> {
        if self.profile.app().is_none() {
            let message = Message::NoOperation { provider: self.profile.label() };
            return Err(Error::new(Status::Unsupported, message));
        }
        let resolved = self.resolved()?;
        Ok((self.tokens_of(&resolved.login, &resolved.session_entry)?, resolved.timeout))
    }

    /// Revokes an application token. The account's own, where it is that one, is not handed out any more.
    pub fn app_revoke(&self, id: &str) -> Result<()> {
        let (tokens, timeout) = self.app_tokens()?;
        let revoked = tokens.revoke(id, timeout);
        let gone = !matches!(&revoked, Err(error) if error.status != Status::NotFound);
        let resolved = self.resolved()?;
        let current = resolved.entry.snapshot().token.filter(|_| gone && resolved.application.is_some());
        if let Some(token) = current.filter(|token| tokens.is(token, id)) {
            resolved.entry.drop_token(&token);
        }
        revoked
    }

    /// What the settings amount to. Sends nothing.
    pub fn resolved(&self) -> Result<Arc<ResolvedConfig>> {
        // Under the lock, so that a value set meanwhile is not overtaken by what was made without it.
        let mut settings = self.settings();
        if let Some(resolved) = &settings.resolved {
            return Ok(Arc::clone(resolved));
        }
        let resolved = Arc::new(self.resolve(&settings.values)?);
        settings.resolved = Some(Arc::clone(&resolved));
        self.lead_hits(Some(&resolved));
        Ok(resolved)
    }

    pub fn provider(&self) -> &str {
        self.brought.as_ref().map_or(self.profile.name(), |brought| &brought.path)
    }

    pub fn username(&self) -> String {
        self.settings().values.get("username").unwrap_or_default().to_owned()
    }

    pub fn header_name(&self) -> &str {
        self.profile.token_header().name
    }

    /// Whether this account took part in getting that token.
    pub fn took_part_in(&self, token: &Token) -> bool {
        self.own_token.load(Ordering::Relaxed) >= token.number
    }
}

/// The text of a profile that a program brought. Its path is absolute: what decides where passwords go is never searched.
pub fn read_profile_file(provider: &str) -> Result<Vec<u8>> {
    let is_path = Path::new(provider).is_absolute()
        && Path::new(provider).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if !is_path {
        let known = profile::builtin_names().join(", ");
        let name = provider.chars().take(64).collect();
        return Err(Error::new(Status::Provider, Message::UnknownProvider { name, known }));
    }
    let path = provider.to_owned();
    options::read_limited(provider).map_err(|cause| {
        let message = match cause {
            FileFault::OtherOwner | FileFault::Writable | FileFault::Replaceable => {
                Message::ProfileExposed { path, cause }
            }
            cause => Message::ProfileUnreadable { path, cause },
        };
        Error::new(Status::Provider, message)
    })
}

fn read_profile(provider: &str) -> Result<(ProfileRef, Vec<u8>)> {
    let bytes = read_profile_file(provider)?;
    let profile = Profile::parse(&bytes).map_err(|problems| {
        let (more, path) = (problems.len().saturating_sub(1), provider.to_owned());
        let first =
            problems.into_iter().next().map(|problem| Message::ProfileInvalid { path, problem, more });
        Error::new(Status::Provider, first.unwrap_or(Message::Internal { place: "read_profile".to_owned() }))
    })?;
    Ok((ProfileRef::Brought(Arc::new(profile)), bytes))
}
