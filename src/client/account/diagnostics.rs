//! What the report needs of an account, which need not be able to log in.

use super::resolved::net_settings;
use super::{Account, ResolvedConfig};
use crate::config::options::Values;
use crate::error::Result;
use crate::net;
use crate::store::Store;
use crate::util::secret::Secret;
use std::sync::Arc;

pub struct DiagnosticsView {
    pub provider: String,
    pub title: String,
    pub values: Arc<Values>,
    /// The environment's name and base; none where options name one that is not there.
    pub environment: Result<(String, String)>,
    /// The options that a login lacks.
    pub lacks: Vec<String>,
    pub client: Arc<net::Client>,
    pub resolved: Result<Arc<ResolvedConfig>>,
    /// As the program named it, without a password.
    pub store_kind: String,
    pub store: Result<Arc<dyn Store>>,
}

impl Account {
    /// Sends nothing.
    pub fn diagnostics_view(&self) -> DiagnosticsView {
        let values = Arc::clone(&self.settings().values);
        let environment = self.environment_of(&values);
        let is_set = |name: &str| values.is_set(name) || self.profile.default_of(name).is_some();
        let lacks = self.profile.lacks(&is_set).unwrap_or_default();
        let client = self.process.client(net_settings(&values));
        DiagnosticsView {
            provider: self.provider().to_owned(),
            title: self.profile.label(),
            environment,
            lacks,
            client,
            resolved: self.resolved(),
            store_kind: self.process.store_name(),
            store: self.process.store_binding().map(|binding| Arc::clone(&binding.store)),
            values,
        }
    }

    fn environment_of(&self, values: &Values) -> Result<(String, String)> {
        let wanted = values.get("environment");
        let (name, environment) = self.named_environment(wanted)?;
        let base = values.get("base_url").unwrap_or(&environment.base);
        Ok((name.to_owned(), base.trim_end_matches('/').to_owned()))
    }

    /// What must not be seen in a text of elsewhere.
    pub fn secrets(&self) -> Vec<Secret> {
        let values = Arc::clone(&self.settings().values);
        let mut secrets: Vec<Secret> = values.secrets().cloned().collect();
        secrets.extend(values.proxy_password());
        secrets
    }
}
