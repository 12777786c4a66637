//! An account's options, resolved: its identity, its entry, what it needs of its token.

use super::Account;
use crate::cache::entry::{Entry, GetRequest};
use crate::cache::login_rate::{self, host};
use crate::cache::policy::Need;
use crate::cache::single_flight::TokenSource;
use crate::cache::{Held, Identity};
use crate::config::options::Values;
use crate::error::{Error, Result, Status};
use crate::messages::{Message, Wanted};
use crate::net;
use crate::provider::app_tokens::{AppSource, AppTokenRepository, AppTokens};
use crate::provider::login::Login;
use crate::store::{RecordKind, RecordName, Store};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const DEFAULT_TIMEOUT_MS: u64 = 30_000;
const DEFAULT_APPLICATION_DAYS: u64 = 365;

/// An account whose settings are complete.
pub struct ResolvedConfig {
    pub entry: Arc<Entry>,
    pub need: Need,
    pub timeout: Duration,
    pub login: Arc<Login>,
    /// That of the session's tokens: `entry`, unless application tokens are handed out.
    pub session_entry: Held,
    /// Where application tokens are cached and come from, if they are handed out.
    pub application: Option<Box<(Held, Arc<AppSource>)>>,
    source: Arc<dyn TokenSource>,
}

impl ResolvedConfig {
    pub fn request(&self) -> GetRequest<'_> {
        GetRequest::new(&self.source, self.need, self.timeout)
    }

    /// An API refused this token, or the header's value that carries it.
    pub fn reject(&self, token: &str) -> Result<bool> {
        self.entry.reject(token, &*self.source)
    }
}

impl Account {
    pub(super) fn resolve(&self, values: &Arc<Values>) -> Result<ResolvedConfig> {
        values.check_client_certificate()?;
        let environment = self.environment(values.get("environment"))?;
        let base = values.get("base_url").unwrap_or(&environment.base).to_owned();
        let client = self.process.client(net_settings(values));
        let binding = self.process.store_binding()?;
        let profile = self.profile.clone();
        let login = Arc::new(Login {
            profile,
            file: self.brought.as_ref().map(|brought| brought.path.clone()),
            base,
            values: Arc::clone(values),
            client,
            key: Arc::clone(&binding.key),
            code_used: Arc::clone(&self.code_used),
            consents: Arc::clone(&self.process.cache.consents),
            entry: OnceLock::new(),
        });
        let imported = login.imported()?;
        let lacking = login.lacks().filter(|lacks| imported.is_none() && !login.awaits_consent(lacks));
        if let Some(options) = lacking {
            let message = Message::Missing { provider: self.profile.label(), options };
            return Err(Error::new(Status::Missing, message));
        }
        let session = self.session(&login, &binding.store);
        let _ = login.entry.set(Arc::downgrade(&session));
        if let Some(issued) = imported {
            session.import(issued, &*login);
        }
        let application = match values.get("token") {
            Some("application") => Some(self.application(&login, &session)?),
            _ => None,
        };
        let ms = |name: &str| values.number(name).map(|seconds| seconds as i64 * 1000);
        let min_left_ms = ms("min_seconds_left").unwrap_or(0);
        let timeout = Duration::from_millis(values.number("timeout_ms").unwrap_or(DEFAULT_TIMEOUT_MS));
        Ok(match application {
            Some((entry, source)) => ResolvedConfig {
                entry: Arc::clone(&entry),
                // Its age is the profile's matter no more than the session's: a tenth of its life is left.
                need: Need { min_left_ms, renew_after_ms: None },
                timeout,
                source: Arc::clone(&source) as Arc<dyn TokenSource>,
                application: Some(Box::new((entry, source))),
                session_entry: session,
                login,
            },
            None => ResolvedConfig {
                entry: Arc::clone(&session),
                // What is fixed has nothing newer.
                need: Need {
                    min_left_ms,
                    renew_after_ms: ms("renew_after_s").filter(|_| !login.profile.is_fixed()),
                },
                timeout,
                source: Arc::clone(&login) as Arc<dyn TokenSource>,
                application: None,
                session_entry: session,
                login,
            },
        })
    }

    /// Followed by another hash, which takes the place on the stack where the last of a password's may have been left.
    fn identity(&self, login: &Login, token: &str) -> Identity {
        let profile = self.brought.as_ref().map_or(self.provider().as_bytes(), |brought| &brought.text);
        let values = &login.values;
        let mut parts = vec![profile, login.base.trim_end_matches('/').as_bytes(), token.as_bytes()];
        parts.extend(values.identity_parts(login.profile.once()));
        // What is good for one login makes another token where there is none.
        let code = values.get("mfa_code").filter(|_| login.profile.is_fixed());
        parts.extend(code.map(str::as_bytes));
        // Where else requests go.
        let environment = self.named_environment(values.get("environment")).ok();
        let environment = environment.filter(|(_, one)| one.moves_urls()).map(|(name, _)| name);
        let api = values.get("api_url").map(|url| url.trim_end_matches('/'));
        for (name, place) in [("environment", environment), ("api_url", api)] {
            parts.extend(place.into_iter().flat_map(|place| [name.as_bytes(), place.as_bytes()]));
        }
        let identity = login.key.hash(parts.iter().copied());
        parts.clear();
        let _ = login.key.hash(parts.iter().copied());
        identity
    }

    fn session(&self, login: &Login, store: &Arc<dyn Store>) -> Held {
        let identity = self.identity(login, "session");
        let host = host(&login.base);
        let user: Vec<_> =
            login.user().into_iter().map(|(name, value)| (name, login_rate::user(value))).collect();
        let user = user.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        let account = login.key.hash([host.as_bytes()].into_iter().chain(user));
        // What is fixed is with everybody who may have it.
        self.process.cache.entry(identity, account, Some(store).filter(|_| !login.profile.is_fixed()))
    }

    /// Where the application tokens that are handed out are cached, and where they come from.
    fn application(&self, login: &Arc<Login>, session: &Arc<Entry>) -> Result<(Held, Arc<AppSource>)> {
        let identity = self.identity(login, "application");
        let tokens = self.tokens_of(login, session)?;
        let days = login.values.number("application_days").unwrap_or(DEFAULT_APPLICATION_DAYS);
        // Replaced when a tenth of its life is left, it cannot promise more.
        let most = days * 24 * 3600 / 10 * 9;
        if login.values.number("min_seconds_left").is_some_and(|wanted| wanted > most) {
            return Err(Error::bad_value("min_seconds_left", Wanted::Number { least: 0, most }));
        }
        let source = AppSource::new(tokens, days.try_into().unwrap_or(i64::MAX))?;
        // Of an account of its own: the source sends its password under the guard of the session's.
        Ok((self.process.cache.entry(identity, identity, None), Arc::new(source)))
    }

    pub(super) fn tokens_of(&self, login: &Arc<Login>, session: &Arc<Entry>) -> Result<AppTokens> {
        let store = Arc::clone(&self.process.store_binding()?.store);
        let repository = AppTokenRepository::new(
            store,
            Arc::clone(&self.process.app_token_fallback),
            app_tokens_record(login),
        );
        let credentials = self.identity(login, "session");
        Ok(AppTokens::new(Arc::clone(login), Arc::clone(session), repository, credentials))
    }
}

/// What the network is told of an account.
pub(super) fn net_settings(values: &Values) -> net::Settings {
    net::Settings::new(values.get("proxy"), values.ca_pem()).showing(values.client_identity())
}

/// The record of the application tokens of a user at one installation of a provider. Another password, or another
/// version of the profile, does not lose them.
fn app_tokens_record(login: &Login) -> RecordName {
    let values = &login.values;
    let value = |name: &'static str| Some((name, values.get(name)?));
    let mut user = login.user();
    if user.is_empty() {
        user.extend(["username", "access_key", "tenant"].into_iter().filter_map(value));
    }
    if user.is_empty() {
        // Nothing tells whose they are but the token that was imported.
        user.extend(["access_token", "refresh_token"].into_iter().filter_map(value));
    }
    let path = login.base.trim_end_matches('/').splitn(4, '/').nth(3).unwrap_or_default();
    let first = [login.profile.name().to_owned(), host(&login.base), path.to_owned()];
    let user = user.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    let id = login.key.hash(first.iter().map(String::as_bytes).chain(user));
    RecordName { kind: RecordKind::Application, id }
}
