//! A provider as data: which requests get, renew and revoke its tokens, and what its answers mean.
//!
//! A profile is one JSON document (`README.md` beside this file describes every key). Three are built in;
//! a program may bring its own. This module is pure: it turns a profile and option values into a [`Request`],
//! and an answer into a [`Reading`]. It sends nothing, logs nothing, and reads the
//! clock for `{now}` alone.

mod absent;
mod answer;
mod authorize;
mod computed;
mod cookie;
mod expiry;
mod fill;
mod hash;
mod model;
mod operation;
mod ordered;
mod path;
mod pointer;
mod read;
mod reading;
mod request;
mod shown;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod validate;
mod validate_operation;
mod validate_text;
mod validate_values;
mod verdict;

use once_cell::race::OnceBox;
use zeroize::Zeroizing;

pub use answer::{Answer, BodyForm};
pub use authorize::{with_query, Authorization, Insertion, Wins};
pub use expiry::Expires;
pub use fill::Values;
pub use model::{Environment, LifetimeRules, Profile};
pub use operation::{App, Meaning, Operation};
pub use reading::{ParsedResponse, Refusal, TokenFields, TokenPage};
#[cfg(test)]
use request::Request;
pub use shown::{Shown, SECRET_WORDS};

use crate::messages::{Problem, Unfit};
use crate::util::secret::Secret;
use fill::Fill;
use model::lacking;
use text::TemplateContext;

const BUILT_IN: [(&str, &str); 3] = [
    ("senior", include_str!("senior.json")),
    ("invoisys", include_str!("invoisys.json")),
    ("assine", include_str!("assine.json")),
];

/// The built-in profile of that name, read once and kept for the life of the process.
pub fn builtin(name: &str) -> Option<&'static Profile> {
    // Two threads may both read it, and one result stays: nobody waits for a thread that a fork may leave behind.
    static READ: [OnceBox<Option<Profile>>; BUILT_IN.len()] = [const { OnceBox::new() }; BUILT_IN.len()];
    let index = BUILT_IN.iter().position(|(known, _)| *known == name)?;
    let text = BUILT_IN.get(index)?.1;
    READ.get(index)?.get_or_init(|| Box::new(Profile::parse(text).ok())).as_ref()
}

/// The text of the built-in profile of that name.
pub fn builtin_text(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names [`builtin`] knows.
pub fn builtin_names() -> &'static [&'static str] {
    const NAMES: [&str; BUILT_IN.len()] = [BUILT_IN[0].0, BUILT_IN[1].0, BUILT_IN[2].0];
    &NAMES
}

/// The header that carries the access token, and the text right before and behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHeader<'p> {
    pub name: &'p str,
    pub prefix: &'p str,
    pub suffix: &'p str,
}

/// A token that is made of options alone.
pub struct FixedToken {
    pub token: Zeroizing<String>,
    /// The time is in it: it will be another one.
    pub passes: bool,
    pub expires: Expires,
}

impl Profile {
    /// Reads and checks a profile: what is odd in it without being wrong, or all that is wrong. A leading byte order
    /// mark is ignored.
    pub fn check(bytes: &[u8]) -> Result<(Profile, Vec<Problem>), Vec<Problem>> {
        read::read(bytes, true)
    }

    pub fn parse(bytes: impl AsRef<[u8]>) -> Result<Profile, Vec<Problem>> {
        read::read(bytes.as_ref(), false).map(|(profile, _)| profile)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call the provider; the name when the profile gives no title.
    pub fn title(&self) -> &str {
        if self.title.is_empty() {
            &self.name
        } else {
            &self.title
        }
    }

    /// The vendor pages the profile was written from.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// The environment of that name; `test` is the one marked so. Without a name: `production`, else the only
    /// one. Never simply the first. The error lists the known names.
    pub fn environment(&self, wanted: Option<&str>) -> Result<(&str, &Environment), Vec<&str>> {
        let all = &self.environments.0;
        let found = match wanted {
            Some("test") => all.iter().find(|(_, one)| one.test),
            Some(name) => all.iter().find(|(known, _)| known == name),
            None => all.iter().find(|(known, _)| known == "production").or(match all.as_slice() {
                [only] => Some(only),
                _ => None,
            }),
        };
        found
            .map(|(name, one)| (name.as_str(), one))
            .ok_or_else(|| all.iter().map(|(name, _)| name.as_str()).collect())
    }

    /// The profile's `options`, in its order: its own names, and account options it gives a default.
    pub fn option_names(&self) -> impl Iterator<Item = &str> {
        self.options.0.iter().map(|(name, _)| name.as_str())
    }

    /// Those of them that are good for one login, and no part of what the account is. What is fixed has no login.
    pub fn once(&self) -> &[String] {
        if self.is_fixed() {
            return &[];
        }
        &self.once
    }

    /// The first login whose needs are all set (a default counts), else what the one that lacks least lacks: with a
    /// key and its secret set, it is the tenant that is missing and not a user. Among equals the last one.
    pub fn choose_login(&self, is_set: &dyn Fn(&str) -> bool) -> Result<&Operation, Vec<String>> {
        let mut fewest: Option<Vec<String>> = None;
        for login in &self.login {
            let lacks = login.lacks(self, is_set);
            if lacks.is_empty() {
                return Ok(login);
            }
            if fewest.as_ref().is_none_or(|fewest| lacks.len() <= fewest.len()) {
                fewest = Some(lacks);
            }
        }
        Err(fewest.unwrap_or_default())
    }

    /// What the token, or a login for one, lacks; `None` when it lacks nothing.
    pub fn lacks(&self, is_set: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
        match &self.fixed {
            Some(fixed) => Some(lacking(&fixed.needs, self, is_set)).filter(|lacks| !lacks.is_empty()),
            None => self.choose_login(is_set).err(),
        }
    }

    /// Whether the credentials are a token already.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// The token of such a profile.
    pub fn fixed_token(&self, base: &str, values: &dyn Values) -> Option<Result<FixedToken, Unfit>> {
        let template = &self.fixed.as_ref()?.access_token;
        let fill = Fill::new(self, base, values);
        let header = self.carrying_header().map(|(name, _)| name);
        let place = header.map_or(TemplateContext::Plain, TemplateContext::Header);
        Some(template.render(place, &fill).and_then(|token| match header {
            Some(header) if !fill::header_safe(&token) => {
                Err(Unfit::NotForHeader { option: "access_token".to_owned(), header: header.to_owned() })
            }
            _ if token.is_empty() => Err(Unfit::NotSet { option: "access_token".to_owned() }),
            _ => Ok(FixedToken { passes: fill.passes(), expires: expiry::of_token(&token), token }),
        }))
    }

    /// What is computed of the options whatever the request: a server may have it from another one. An assertion is
    /// another one each time.
    pub fn computed(&self, base: &str, values: &dyn Values) -> Vec<Secret> {
        let fill = Fill::new(self, base, values);
        for (name, value) in self.values.0.iter().filter(|(_, value)| value.jwt.is_none()) {
            let _ = fill.computed(name, value);
        }
        fill.into_computed()
    }

    pub fn refresh(&self) -> Option<&Operation> {
        self.refresh.as_ref()
    }

    pub fn logout(&self) -> Option<&Operation> {
        self.logout.as_ref()
    }

    pub fn app(&self) -> Option<&App> {
        self.app.as_ref()
    }

    pub fn life(&self) -> &LifetimeRules {
        &self.life
    }

    /// Whether this answer to an ordinary API call means that the access token is dead.
    pub fn is_dead(&self, answer: &Answer) -> bool {
        answer::any_matches(&self.dead, answer)
    }

    /// Whether a challenge (WWW-Authenticate) asks for the token that this profile sends.
    pub fn is_challenge(&self, challenge: &str) -> bool {
        let own = self.token_header().prefix.trim();
        let schemes = challenge.split(',').filter_map(|part| part.split_ascii_whitespace().next());
        let mut schemes = schemes.map(|scheme| scheme.split('=').next().unwrap_or_default());
        schemes.any(|scheme| scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case(own))
    }

    /// The header that carries the access token; without a name where none does.
    pub fn token_header(&self) -> TokenHeader<'_> {
        let Some((name, template)) = self.carrying_header() else {
            return TokenHeader { name: "", prefix: "", suffix: "" };
        };
        let (prefix, suffix) = template.around("access_token").unwrap_or_default();
        TokenHeader { name, prefix, suffix }
    }

    /// The address that a relative API path is appended to: `urls.api`, else the base.
    pub fn api_address(&self, base: &str, values: &dyn Values) -> Result<Zeroizing<String>, Unfit> {
        let fill = Fill::new(self, base, values);
        let name = match self.urls.get("api").is_some() || values.get("api_url").is_some() {
            true => "api",
            false => "base",
        };
        let missing = || Err(Unfit::NotSet { option: name.to_owned() });
        fill.address(name).unwrap_or_else(missing)
    }
}
