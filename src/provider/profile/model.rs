//! The profile as it stands in JSON. Every unknown key is an error: a misspelt rule must not be ignored.

use std::fmt;

use serde::Deserialize;

use super::computed::Computed;
use super::operation::{App, Operation, OperationKind, Rule, TokenPaths};
use super::ordered::{Json, Pairs};
use super::path::AnswerPath;
use super::problem::Problem;
use super::template::Template;

/// The only format there is; another number is another format, not a newer spelling of this one.
const FORMAT: u64 = 1;

/// One provider. See the module's `README.md` for each key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where an editor finds the schema.
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(rename = "erptoken_profile")]
    _format: u64,
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) sources: Vec<String>,
    pub(super) environments: Pairs<Environment>,
    #[serde(default)]
    pub(super) urls: Pairs<Template>,
    #[serde(default = "bearer")]
    pub(super) authorize: Pairs<Template>,
    #[serde(default)]
    pub(super) authorize_query: Pairs<Template>,
    #[serde(default)]
    pub(super) authorize_json: Pairs<Json>,
    #[serde(default)]
    pub(super) values: Pairs<Computed>,
    #[serde(default = "unauthorized")]
    pub(super) dead: Vec<Rule>,
    #[serde(default)]
    pub(super) options: Pairs<Option<String>>,
    /// Options that a person's consent brings: good for one login, and no part of what the account is.
    #[serde(default)]
    pub(super) once: Vec<String>,
    #[serde(default)]
    pub(super) life: LifetimeRules,
    #[serde(default = "oauth_take")]
    pub(super) take: TokenPaths,
    #[serde(default = "oauth_error")]
    pub(super) error: ErrorPaths,
    /// Names of the profile's own in `take`: kept with the token.
    #[serde(default)]
    pub(super) kept: Vec<String>,
    #[serde(default)]
    pub(super) login: Vec<Operation>,
    pub(super) fixed: Option<Fixed>,
    #[serde(default)]
    pub(super) steps: Pairs<Operation>,
    pub(super) mfa: Option<Operation>,
    pub(super) refresh: Option<Operation>,
    pub(super) logout: Option<Operation>,
    pub(super) app: Option<App>,
}

/// Where one installation of the provider is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    pub base: String,
    /// Replace those of the profile.
    #[serde(default)]
    pub(super) urls: Pairs<Template>,
    /// Further hosts (`host` or `host:port`) that may get the token.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The one that the environment name `test` means.
    #[serde(default)]
    pub test: bool,
}

/// How this provider's tokens live.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields, default)]
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
#[derive(Deserialize, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    #[default]
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "min")]
    Minutes,
    #[serde(rename = "h")]
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
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fixed {
    #[serde(default)]
    pub needs: Vec<String>,
    pub access_token: Template,
}

/// Where an error answer says what is wrong.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
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

impl Profile {
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
        let lacks = |name: &&String| !is_set(name) && profile.default_of(name).is_none();
        self.needs.iter().filter(lacks).cloned().collect()
    }
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

/// JSON to model; each operation is told what it is for.
pub(super) fn read(text: &str) -> Result<Profile, Problem> {
    // Asked first: an unknown key of a later format must not hide the real cause.
    #[derive(Deserialize)]
    struct Version {
        erptoken_profile: u64,
    }
    let version: Version = serde_json::from_str(text).map_err(without_value)?;
    if version.erptoken_profile != FORMAT {
        return Err(Problem::at(
            "erptoken_profile",
            format_args!("this library reads format {FORMAT}, not {}", version.erptoken_profile),
        ));
    }
    let mut profile: Profile = serde_json::from_str(text).map_err(without_value)?;
    name_operations(&mut profile);
    Ok(profile)
}

fn name_operations(profile: &mut Profile) {
    let name = |operation: &mut Option<Operation>, kind| {
        if let Some(operation) = operation {
            operation.kind = kind;
        }
    };
    name(&mut profile.mfa, OperationKind::Mfa);
    name(&mut profile.refresh, OperationKind::Refresh);
    name(&mut profile.logout, OperationKind::Logout);
    if let Some(app) = &mut profile.app {
        name(&mut app.check, OperationKind::Check);
        name(&mut app.create, OperationKind::Create);
        name(&mut app.list, OperationKind::List);
        name(&mut app.revoke, OperationKind::Revoke);
    }
}

/// serde quotes the value it did not expect; what stands in a wrong place may be a secret.
fn without_value(error: serde_json::Error) -> Problem {
    let text = error.to_string();
    let quotes = text.starts_with("invalid type: ") || text.starts_with("invalid value: ");
    match (quotes, text.find(['"', '`']), text.rfind(", expected ")) {
        (true, Some(from), Some(to)) if from < to => {
            Problem::new(format!("{}{}", text[..from].trim_end(), &text[to..]))
        }
        _ => Problem::new(text),
    }
}

fn paths(texts: &[&str]) -> Vec<AnswerPath> {
    texts.iter().map(|text| AnswerPath::of_key(text)).collect()
}

fn bearer() -> Pairs<Template> {
    Pairs(vec![("Authorization".into(), Template::bearer())])
}

fn unauthorized() -> Vec<Rule> {
    vec![Rule { status: Some(401), ..Rule::default() }]
}

fn oauth_take() -> TokenPaths {
    TokenPaths {
        access_token: paths(&["access_token"]),
        refresh_token: paths(&["refresh_token"]),
        expires_in: paths(&["expires_in"]),
        token_type: paths(&["token_type"]),
        scope: paths(&["scope"]),
        ..TokenPaths::default()
    }
}

fn oauth_error() -> ErrorPaths {
    ErrorPaths { code: paths(&["error"]), message: paths(&["error_description", "message"]) }
}
