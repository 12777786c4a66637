//! How the vendors behave until told otherwise.

use std::time::Duration;

use serde_json::Value;

use super::tls::Certificate;

/// Where Senior puts the token in its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenShape {
    /// `jsonToken` is text that holds JSON: what the platform really sends.
    #[default]
    JsonText,
    /// `jsonToken` is an object: what the vendor's page shows.
    Object,
    /// The fields stand at top level.
    TopLevel,
}

/// What a test may change while the sandbox runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// None: each vendor's own number. `Value::Null`: the field is left out. Anything else is sent as it is, and a
    /// positive number (or text of one) is also how long the token really lives.
    pub expires_in: Option<Value>,
    /// The shape of Senior's token answer.
    pub senior_shape: TokenShape,
    /// Senior: a login hands out the user's live token again, with what is left of its life.
    pub senior_login_shares: bool,
    /// Senior and assine.online: logins hand out a refresh token (default true).
    pub refresh_tokens: bool,
    /// assine.online: a refresh answers with a new refresh token (default false: the used one is gone, none follows).
    pub new_refresh_token: bool,
    /// Senior: a spent refresh token kills every token that descends from the same login.
    pub reuse_revokes_family: bool,
    /// After so many wrong passwords in a row even the right one is refused; None: never.
    pub lockout_after: Option<usize>,
    /// A pause before each answer of a vendor.
    pub delay: Duration,
    /// Connections stay open after an answer (default true).
    pub keep_alive: bool,
    /// An idle connection is closed after this time; None: never.
    pub idle_timeout: Option<Duration>,
    /// The certificate that https shows to new connections.
    pub certificate: Certificate,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            expires_in: None,
            senior_shape: TokenShape::default(),
            senior_login_shares: false,
            refresh_tokens: true,
            new_refresh_token: false,
            reuse_revokes_family: false,
            lockout_after: None,
            delay: Duration::ZERO,
            keep_alive: true,
            idle_timeout: None,
            certificate: Certificate::default(),
        }
    }
}

impl Settings {
    /// Takes settings by name from JSON, all or none; durations are `delay_ms` and `idle_timeout_ms`.
    pub fn update(&mut self, json: &Value) -> Result<(), String> {
        let Value::Object(fields) = json else {
            return Err("settings are a JSON object".to_string());
        };
        let mut new = self.clone();
        for (name, value) in fields {
            new.set(name, value).ok_or_else(|| format!("no such setting: {name} = {value}"))?;
        }
        *self = new;
        Ok(())
    }

    fn set(&mut self, name: &str, value: &Value) -> Option<()> {
        match name {
            "expires_in" if value == "default" => self.expires_in = None,
            "expires_in" => self.expires_in = Some(value.clone()),
            "senior_shape" => {
                self.senior_shape = match value.as_str()? {
                    "json-text" => TokenShape::JsonText,
                    "object" => TokenShape::Object,
                    "top-level" => TokenShape::TopLevel,
                    _ => return None,
                }
            }
            "senior_login_shares" => self.senior_login_shares = value.as_bool()?,
            "refresh_tokens" => self.refresh_tokens = value.as_bool()?,
            "new_refresh_token" => self.new_refresh_token = value.as_bool()?,
            "reuse_revokes_family" => self.reuse_revokes_family = value.as_bool()?,
            "lockout_after" if value.is_null() => self.lockout_after = None,
            "lockout_after" => self.lockout_after = Some(usize::try_from(value.as_u64()?).ok()?),
            "delay_ms" => self.delay = Duration::from_millis(value.as_u64()?),
            "keep_alive" => self.keep_alive = value.as_bool()?,
            "idle_timeout_ms" if value.is_null() => self.idle_timeout = None,
            // A socket takes no time-out of zero.
            "idle_timeout_ms" => {
                self.idle_timeout = Some(Duration::from_millis(value.as_u64()?.max(1)));
            }
            "certificate" => {
                self.certificate = match value.as_str()? {
                    "good" => Certificate::Good,
                    "expired" => Certificate::Expired,
                    "other-name" => Certificate::OtherName,
                    _ => return None,
                }
            }
            _ => return None,
        }
        Some(())
    }
}
