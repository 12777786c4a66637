//! What an account's settings amount to: its identity, its cell, what it wants of its token.

use super::Account;
use crate::cell::{Ask, Cell};
use crate::error::{Error, Result, Status};
use crate::flight::Source;
use crate::http;
use crate::login::Login;
use crate::message::Message;
use crate::options::Values;
use crate::renewal::Need;
use std::sync::Arc;
use std::time::Duration;

const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// An account whose settings are complete.
pub struct Ready {
    pub cell: Arc<Cell>,
    pub need: Need,
    pub timeout: Duration,
    pub login: Arc<Login>,
    source: Arc<dyn Source>,
}

impl Ready {
    pub fn ask(&self) -> Ask<'_> {
        Ask::new(&self.source, self.need, self.timeout)
    }
}

impl Account {
    pub(super) fn prepare(&self, values: &Arc<Values>) -> Result<Ready> {
        let environment = self.environment(values.get("environment"))?;
        let base = values.get("base_url").unwrap_or(&environment.base).trim_end_matches('/').to_owned();
        let client = self.process.client(http::Settings::new(values.get("proxy"), values.ca_pem()));
        let key = Arc::clone(&self.process.keeping()?.key);
        let profile = self.profile.clone();
        let login = Arc::new(Login {
            profile,
            base,
            values: Arc::clone(values),
            client,
            key,
            code_used: Arc::clone(&self.code_used),
        });
        let imported = login.imported();
        if let (Some(options), None) = (login.lacks(), &imported) {
            let message = Message::Missing { provider: self.profile.label(), options };
            return Err(Error::new(Status::Missing, message));
        }
        let cell = self.cell(&login);
        if let Some(issued) = imported {
            cell.import(issued);
        }
        let ms = |name: &str| values.number(name).map(|seconds| seconds as i64 * 1000);
        Ok(Ready {
            cell,
            need: Need {
                min_left_ms: ms("min_seconds_left").unwrap_or(0),
                renew_after_ms: ms("renew_after_s"),
            },
            timeout: Duration::from_millis(values.number("timeout_ms").unwrap_or(DEFAULT_TIMEOUT_MS)),
            source: Arc::clone(&login) as Arc<dyn Source>,
            login,
        })
    }

    fn cell(&self, login: &Login) -> Arc<Cell> {
        let base = login.base.as_bytes();
        let first = [self.profile_text.as_slice(), base];
        let identity = login.key.hash(first.into_iter().chain(login.values.identity_parts()));
        let host = host(&login.base);
        let user = login.user();
        let user = user.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        let account = login.key.hash([host.as_bytes()].into_iter().chain(user));
        self.process.cache.cell(identity, account)
    }
}

/// The host of a base, so that it is the same however it is written.
fn host(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let usual = if scheme.eq_ignore_ascii_case("http") { ":80" } else { ":443" };
    host.strip_suffix(usual).unwrap_or(&host).to_owned()
}
