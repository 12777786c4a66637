//! The verdict on an answer: who speaks, and what it means for credentials, tokens and the next try.
//!
//! A gateway, a firewall or a load balancer answers in the provider's place with any status it likes. So the body is
//! looked at first: only what has the provider's form may end a refresh token or count as a refused password.

use super::answer::{BodyForm, ResponseView};
use super::model::Profile;
use super::operation::{Meaning, Operation, OperationKind};
use super::pointer::Pointer;
use zeroize::Zeroizing;

type Words = Zeroizing<String>;

/// What a status is called: whoever says no more than that says nothing, and anybody may have said it.
const PHRASES: [&str; 13] = [
    "bad request",
    "unauthorized",
    "payment required",
    "forbidden",
    "not found",
    "method not allowed",
    "not acceptable",
    "too many requests",
    "internal server error",
    "bad gateway",
    "service unavailable",
    "gateway timeout",
    "error",
];

/// What OAuth's codes say of the request rather than of the refresh token in it.
const ABOUT_THE_REQUEST: [&str; 5] =
    ["invalid_request", "unsupported_grant_type", "invalid_scope", "access_denied", "invalid_target"];

impl Operation {
    /// The form of a body, with a look at where this provider puts what it says.
    pub(super) fn form(&self, profile: &Profile, answer: &ResponseView) -> BodyForm {
        if answer.form != BodyForm::Json {
            return answer.form;
        }
        let take = self.take.as_ref().unwrap_or(&profile.take);
        let fields = [&take.access_token, &take.refresh_token, &take.id, &take.allowed];
        let mut fields = fields.into_iter().flatten().chain(&self.items);
        let says = |paths: &[Pointer]| paths.iter().any(|path| telling(answer, path).is_some());
        if telling(answer, &Pointer::of_key("error")).is_some() {
            BodyForm::OAuth
        } else if says(&profile.error.code)
            || says(&profile.error.message)
            || fields.any(|path| answer.has(path))
            || self.means.iter().any(|rule| answer.is_told(rule))
        {
            BodyForm::Vendor
        } else {
            BodyForm::Json
        }
    }

    /// The verdict on an answer that is no success and that no rule of the profile speaks of.
    pub(super) fn verdict(&self, profile: &Profile, answer: &ResponseView) -> Meaning {
        let oauth = Pointer::of_key("error");
        let paths = profile.error.code.iter().chain([&oauth]);
        let codes: Vec<Words> = paths.filter_map(|path| telling(answer, path)).collect();
        verdict(self.kind, answer.status, answer.form, &codes)
    }
}

fn verdict(kind: OperationKind, status: u16, form: BodyForm, codes: &[Words]) -> Meaning {
    let said = |all: &[&str]| codes.iter().any(|code| all.contains(&code.as_str()));
    match status {
        408 | 425 | 500.. => return Meaning::Server,
        429 => return Meaning::RateLimited,
        _ if !form.is_providers() => return Meaning::Foreign,
        _ => {}
    }
    let of_tokens = match kind {
        OperationKind::Login => Some(Meaning::Credentials),
        OperationKind::Mfa => Some(Meaning::Mfa),
        OperationKind::Refresh => Some(Meaning::RefreshRefused),
        _ => None,
    };
    if let Some(refused) = of_tokens {
        if said(&["invalid_grant"]) {
            return refused;
        }
        if said(&["invalid_client", "unauthorized_client"]) {
            return Meaning::Client;
        }
        if said(&["server_error", "temporarily_unavailable"]) {
            return Meaning::Server;
        }
    }
    let refreshes = kind == OperationKind::Refresh;
    match status {
        400 | 401 | 403 if refreshes && !codes.is_empty() && !said(&ABOUT_THE_REQUEST) => {
            Meaning::RefreshRefused
        }
        403 => Meaning::Forbidden,
        404 => Meaning::NotFound,
        _ => Meaning::Response,
    }
}

/// The text at the path, if it says more than a status does.
fn telling(answer: &ResponseView, path: &Pointer) -> Option<Words> {
    let text = answer.text(std::slice::from_ref(path))?;
    let bare = text.trim().trim_end_matches(['.', '!']);
    let is_phrase = |phrase: &&str| {
        let mut letters = bare.bytes().map(|byte| if byte == b'_' { b' ' } else { byte.to_ascii_lowercase() });
        bare.len() == phrase.len() && phrase.bytes().all(|byte| letters.next() == Some(byte))
    };
    let is_number = bare.bytes().all(|byte| byte.is_ascii_digit());
    (!is_number && !PHRASES.iter().any(|phrase| is_phrase(&phrase))).then_some(text)
}
