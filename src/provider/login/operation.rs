//! One operation of a profile over the wire: filled in, sent, read; and its failure in words.

use super::noted::Asked;
use super::{failures, Login};
use crate::cache::policy::FailureClass;
use crate::cache::single_flight::RenewalFailure;
use crate::cache::token::{Kept, Token};
use crate::config::options::Values;
use crate::error::{Error, Status};
use crate::messages::Message;
use crate::net;
use crate::provider::profile::{self, Answer, Operation, ParsedResponse, Profile, Refusal};
use crate::util::deadline::Deadline;
use crate::util::media_type;
use crate::util::secret::Secret;
use std::borrow::Cow;
use std::time::Duration;

/// A token answer larger than this is none.
const MAX_RESPONSE_BYTES: u64 = 1 << 20;

/// What templates are filled from: what an answer had kept, what comes with the call, then the token, then the options.
#[derive(Clone, Copy)]
pub struct TemplateValues<'a> {
    pub(super) options: &'a Values,
    pub(super) token: Option<&'a Token>,
    pub(super) kept: &'a Kept,
    /// The name of the step that they are for.
    pub(super) step: Option<&'a str>,
    pub(super) given: &'a [(&'a str, &'a str)],
    pub(super) hidden: &'a [Secret],
}

impl<'a> TemplateValues<'a> {
    pub fn of(login: &'a Login) -> Self {
        TemplateValues {
            options: &login.values,
            token: None,
            kept: const { &Kept::new() },
            step: None,
            given: &[],
            hidden: &[],
        }
    }

    pub fn with_token(self, token: &'a Token) -> Self {
        TemplateValues { token: Some(token), ..self }
    }

    /// `given` is no secret: an instant, an id, the number of a page.
    pub fn with(self, given: &'a [(&'a str, &'a str)]) -> Self {
        TemplateValues { given, ..self }
    }

    /// Further secrets that a text of the server may not show.
    pub fn hiding(self, hidden: &'a [Secret]) -> Self {
        TemplateValues { hidden, ..self }
    }
}

impl profile::Values for TemplateValues<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let own = self.token.map(|token| &token.issued.kept);
        let mut kept = self.kept.iter().chain(own.into_iter().flatten());
        if let Some((_, value)) = kept.find(|(kept, _)| kept == name) {
            return Some(Cow::Borrowed(value.expose()));
        }
        if let Some((_, value)) = self.given.iter().find(|(given, _)| *given == name) {
            return Some(Cow::Borrowed(value));
        }
        let text = match (name, self.token) {
            ("access_token", Some(token)) => Some(token.issued.bearer.access_token()),
            ("refresh_token", Some(token)) => token.issued.refresh_token.as_ref().map(Secret::expose),
            // An imported token is the entry's matter, never a value for a login.
            ("access_token" | "refresh_token" | "expires_at", _) => None,
            _ => self.options.get(name),
        };
        text.map(Cow::Borrowed)
    }

    fn client_key(&self) -> Option<&net::ClientKey> {
        self.options.client_key()
    }

    fn client_certificate(&self) -> Option<&[u8]> {
        self.options.client_identity().map(|identity| identity.certificate_der())
    }
}

/// What counts of an answer. Only a short one is looked into: that of a refusal is, and the parser needs many times the
/// size of what it reads.
fn answer<'a>(profile: &Profile, reply: &'a net::Reply) -> Answer<'a> {
    let is = |header: &str, wanted: &dyn Fn(&str) -> bool| {
        let mut values = reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
        values.any(|(_, value)| wanted(&String::from_utf8_lossy(value)))
    };
    let body = reply.body.as_slice();
    Answer {
        status: reply.http_status,
        body: body.get(..MAX_RESPONSE_BYTES as usize).unwrap_or(body),
        content_type: &reply.content_type,
        compressed: is("content-encoding", &|value| media_type::compression(value).is_some()),
        challenged: is("www-authenticate", &|value| profile.is_challenge(value)),
        headers: &reply.headers,
    }
}

impl Login {
    pub fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.values.number("connect_timeout_ms").unwrap_or(5_000))
    }

    /// Sends one operation and reads its answer.
    pub fn perform(
        &self,
        operation: &Operation,
        values: &TemplateValues,
        until: Deadline,
    ) -> std::result::Result<(net::Reply, ParsedResponse<'_>), RenewalFailure> {
        let request = operation.request(&self.profile, &self.base, values).map_err(|problem| {
            let message = Message::RequestUnfit { provider: Some(self.label(values)), problem };
            RenewalFailure::new(Error::new(Status::Option, message), FailureClass::Misconfigured)
        })?;
        let call = net::Call {
            method: request.method,
            url: &request.url,
            headers: &request.headers,
            body: request.body.as_ref().map(|body| (body.content_type.as_str(), &**body.bytes)),
            until,
            connect_timeout: self.connect_timeout(),
            // A slow answer is waited for as long as somebody waits for the token.
            answer_timeout: None,
            max_answer_bytes: MAX_RESPONSE_BYTES,
            allow_http: self.values.is_on("allow_http"),
            plain: true,
            reuse: net::Reuse::Recent,
        };
        self.warn_of_certificate();
        let hidden = [values.hidden, &request.computed].concat();
        let asked =
            Asked { operation, values: &values.hiding(&hidden), method: request.method, url: &request.url };
        let reply = self.client.send(&call).map_err(|lost| {
            let failed = failures::lost(lost);
            self.note_lost(&asked, &failed);
            failed
        })?;
        let mut reading = operation.judge(&self.profile, &answer(&self.profile, &reply));
        self.note(&asked, &reply, &reading);
        reading.hide(request.computed);
        Ok((reply, reading))
    }

    /// Whether the answer to a call with the access token says that it is dead.
    pub fn is_dead(&self, reply: &net::Reply) -> bool {
        self.profile.is_dead(&answer(&self.profile, reply))
    }

    /// The provider, with the step that an answer belongs to.
    pub(super) fn label(&self, values: &TemplateValues) -> String {
        let provider = self.profile.label();
        values.step.map_or(provider.clone(), |step| format!("{provider} ({step})"))
    }

    /// An answer that is no success, as a failure.
    pub fn failed(&self, refused: &Refusal, reply: &net::Reply, values: &TemplateValues) -> RenewalFailure {
        let hidden = [values.hidden, &refused.hidden].concat();
        failures::refusal(self, self.label(values), &self.secrets(&values.hiding(&hidden)), refused, reply)
    }

    /// What must not be seen in a text of the server.
    pub fn secrets(&self, values: &TemplateValues) -> Vec<Secret> {
        let mut secrets: Vec<Secret> = self.values.secrets().cloned().collect();
        secrets.extend(self.values.proxy_password());
        secrets.extend(values.kept.iter().map(|(_, value)| value.clone()));
        secrets.extend(values.hidden.iter().cloned());
        secrets.extend(self.profile.computed(&self.base, values));
        if let Some(token) = values.token {
            secrets.push(token.issued.bearer.access_token().into());
            secrets.extend(token.issued.refresh_token.clone());
            secrets.extend(token.issued.kept.iter().map(|(_, value)| value.clone()));
        }
        secrets
    }
}
