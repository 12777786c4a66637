//! The profile as it stands in JSON.

use std::fmt;

use super::computed::Computed;
use super::operation::{App, Operation, Rule, TokenPaths};
use super::ordered::{Json, Pairs};
use super::path::AnswerPath;
use super::template::Template;

/// One provider. See the module's `README.md` for each key.
pub struct Profile {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) sources: Vec<String>,
    pub(super) environments: Pairs<Environment>,
    pub(super) urls: Pairs<Template>,
    pub(super) authorize: Pairs<Template>,
    pub(super) authorize_query: Pairs<Template>,
    pub(super) authorize_json: Pairs<Json>,
    pub(super) values: Pairs<Computed>,
    pub(super) dead: Vec<Rule>,
    pub(super) options: Pairs<Option<String>>,
    /// Options that a person's consent brings: good for one login, and no part of what the account is.
    pub(super) once: Vec<String>,
    pub(super) life: LifetimeRules,
    pub(super) take: TokenPaths,
    pub(super) error: ErrorPaths,
    /// Names of the profile's own in `take`: kept with the token.
    pub(super) kept: Vec<String>,
    pub(super) login: Vec<Operation>,
    pub(super) fixed: Option<Fixed>,
    pub(super) steps: Pairs<Operation>,
    pub(super) mfa: Option<Operation>,
    pub(super) refresh: Option<Operation>,
    pub(super) logout: Option<Operation>,
    pub(super) app: Option<App>,
}

/// Where one installation of the provider is.
pub struct Environment {
    pub base: String,
    /// Replace those of the profile.
    pub(super) urls: Pairs<Template>,
    /// Further hosts (`host` or `host:port`) that may get the token.
    pub hosts: Vec<String>,
    /// The one that the environment name `test` means.
    pub test: bool,
}

/// How this provider's tokens live.
#[derive(Debug, Clone)]
pub struct LifetimeRules {
    /// Seconds when an answer tells no lifetime. 300: too short only costs a login, too long a dead token.
    pub default_s: u32,
    /// Age at which a token is replaced though it would live longer.
    pub use_at_most_s: Option<u32>,
    /// Age from which a token is renewed behind the callers' backs; without it the caller's own rule.
    pub renew_after_s: Option<u32>,
    /// A refresh ends the old access token at once.
    pub refresh_kills_old: bool,
    /// A refresh token works once: when no new one came, drop the old.
    pub refresh_token_once: bool,
    /// Two logins may answer the same token.
    pub login_may_share: bool,
    /// Of `expires_in`.
    pub unit: TimeUnit,
    /// The offset of dates that have none.
    pub zone: Option<String>,
    /// A token that was not handed out for so long is dead: each use prolongs its life.
    pub idle_s: Option<u32>,
    /// A session that was replaced is logged out.
    pub logout_replaced: bool,
}

/// What `expires_in` counts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    #[default]
    Seconds,
    Milliseconds,
    Minutes,
    Hours,
}

impl Default for LifetimeRules {
    fn default() -> LifetimeRules {
        LifetimeRules {
            default_s: 300,
            use_at_most_s: None,
            renew_after_s: None,
            refresh_kills_old: false,
            refresh_token_once: false,
            login_may_share: false,
            unit: TimeUnit::Seconds,
            zone: None,
            idle_s: None,
            logout_replaced: false,
        }
    }
}

/// Credentials that are a token already: nothing is sent to get one.
pub(super) struct Fixed {
    pub needs: Vec<String>,
    pub access_token: Template,
}

/// Where an error answer says what is wrong.
#[derive(Default)]
pub(super) struct ErrorPaths {
    pub code: Vec<AnswerPath>,
    pub message: Vec<AnswerPath>,
}

impl Profile {
    pub fn default_of(&self, option: &str) -> Option<&str> {
        let default = self.options.get(option)?.as_deref()?;
        Some(default).filter(|text| !text.is_empty())
    }
}

impl Environment {
    /// Whether more than the base is another one.
    pub fn moves_urls(&self) -> bool {
        !self.urls.0.is_empty()
    }
}

impl Profile {
    /// What `steps` calls it, if it is one of them.
    pub fn step_name(&self, operation: &Operation) -> Option<&str> {
        let step = self.steps.0.iter().find(|(_, step)| std::ptr::eq(step, operation));
        step.map(|(name, _)| name.as_str())
    }

    /// As logs and reports name it.
    pub fn name_of(&self, operation: &Operation) -> String {
        self.step_name(operation).unwrap_or(operation.name()).to_owned()
    }

    /// Where it stands in the profile.
    pub fn place_of(&self, operation: &Operation) -> String {
        let found = self.operations().into_iter().find(|(_, one)| std::ptr::eq(*one, operation));
        found.map(|(place, _)| place).unwrap_or_default()
    }

    /// The names of its own that `take` may have.
    pub fn kept(&self) -> &[String] {
        &self.kept
    }

    /// The operation that a `next` names.
    pub(super) fn step(&self, name: &str) -> Option<&Operation> {
        match name {
            "mfa" => self.mfa.as_ref(),
            _ => self.steps.get(name),
        }
    }
}

impl Operation {
    /// Those of its needs that are not set and have no default.
    pub fn lacks(&self, profile: &Profile, is_set: &dyn Fn(&str) -> bool) -> Vec<String> {
        lacking(&self.needs, profile, is_set)
    }
}

pub(super) fn lacking(needs: &[String], profile: &Profile, is_set: &dyn Fn(&str) -> bool) -> Vec<String> {
    let lacks = |name: &&String| !is_set(name) && profile.default_of(name).is_none();
    needs.iter().filter(lacks).cloned().collect()
}

// A profile of one's own may hold anything: only names are shown.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({})", self.name)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({})", self.base)
    }
}

fn paths(texts: &[&str]) -> Vec<AnswerPath> {
    texts.iter().map(|text| AnswerPath::of_key(text)).collect()
}

/// What a profile without any key means: nothing is sent yet, and OAuth 2 is spoken.
impl Default for Profile {
    fn default() -> Profile {
        Profile {
            name: String::new(),
            title: String::new(),
            sources: Vec::new(),
            environments: Pairs::default(),
            urls: Pairs::default(),
            authorize: Pairs(vec![("Authorization".into(), Template::bearer())]),
            authorize_query: Pairs::default(),
            authorize_json: Pairs::default(),
            values: Pairs::default(),
            dead: vec![Rule { status: Some(401), ..Rule::default() }],
            options: Pairs::default(),
            once: Vec::new(),
            life: LifetimeRules::default(),
            take: TokenPaths {
                access_token: paths(&["access_token"]),
                refresh_token: paths(&["refresh_token"]),
                expires_in: paths(&["expires_in"]),
                token_type: paths(&["token_type"]),
                scope: paths(&["scope"]),
                ..TokenPaths::default()
            },
            error: ErrorPaths { code: paths(&["error"]), message: paths(&["error_description", "message"]) },
            kept: Vec::new(),
            login: Vec::new(),
            fixed: None,
            steps: Pairs::default(),
            mfa: None,
            refresh: None,
            logout: None,
            app: None,
        }
    }
}
