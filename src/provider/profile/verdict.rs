//! The verdict on an answer: who speaks, and what it means for credentials, tokens and the next try.
//!
//! A gateway, a firewall or a load balancer answers in the provider's place with any status it likes. So the body is
//! looked at first: only what has the provider's form may end a refresh token or count as a refused password.

use super::answer::{BodyForm, ResponseView};
use super::model::Profile;
use super::operation::{Meaning, Operation, OperationKind, Rule};
use super::path::AnswerPath;
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
const ABOUT_THE_GRANT: [&str; 2] = ["unsupported_grant_type", "invalid_scope"];

impl Operation {
    /// The form of a body, with a look at where this provider puts what it says.
    pub(super) fn form(&self, profile: &Profile, answer: &ResponseView) -> BodyForm {
        let take = self.take.as_ref().unwrap_or(&profile.take);
        let fields = [&take.access_token, &take.refresh_token, &take.id, &take.allowed];
        let mut fields = fields.into_iter().flatten().chain(&self.items);
        // Any text may stand in a body that is no JSON, whoever wrote it.
        let is_place = |path: &&AnswerPath| !matches!(path, AnswerPath::Body);
        let says =
            |paths: &[AnswerPath]| paths.iter().filter(is_place).any(|path| telling(answer, path).is_some());
        let brings_token = || self.kind.brings_token() && (200..300).contains(&answer.status);
        if telling(answer, &AnswerPath::of_key("error")).is_some() {
            BodyForm::OAuth
        } else if says(&profile.error.code)
            || says(&profile.error.message)
            || fields.any(|path| is_place(&path) && answer.may_carry(path) && answer.has(path))
            || self
                .means
                .iter()
                .filter_map(|rule| rule.has.as_ref())
                .any(|path| is_place(&path) && answer.has(path))
            || self.means.iter().any(|rule| match &rule.at {
                Some(AnswerPath::Body) => answer.fits(rule),
                // An object is not what a rule compares: that `error` is of Google's make.
                Some(path) => answer.has(path) && answer.scalar(path).is_some_and(|text| !is_phrase(&text)),
                None => false,
            })
            || self.keep.0.iter().any(|(_, path)| is_place(&path) && answer.has(path))
            || brings_token() && answer.token(&take.access_token, profile).is_some()
        {
            BodyForm::Vendor
        } else {
            answer.form
        }
    }

    /// The rule that holds for an answer. What a status alone means is the provider's to say, and it says more by one of
    /// OAuth's codes.
    pub(super) fn rule(&self, profile: &Profile, answer: &ResponseView) -> Option<&Rule> {
        let refuses =
            || answer.form.is_providers() && !(self.kind.brings_token() && names_status(profile, answer));
        let rule = self.means.iter().find(|rule| {
            let heard = rule.any_body || rule.looks_inside() || refuses();
            heard && answer.fits(rule)
        })?;
        let by_code = || of_codes(self.kind, answer, &codes(profile, answer));
        let other = || matches!(by_code(), Some(Meaning::Client | Meaning::Response));
        (rule.any_body || rule.looks_inside() || !other()).then_some(rule)
    }

    /// The verdict on an answer that is no success and that no rule of the profile speaks of.
    pub(super) fn verdict(&self, profile: &Profile, answer: &ResponseView) -> Meaning {
        let codes = codes(profile, answer);
        let refreshes = self.kind == OperationKind::Refresh;
        match answer.status {
            408 | 425 | 500.. => Meaning::Server,
            429 => Meaning::RateLimited,
            _ if !answer.form.is_providers() => Meaning::Foreign,
            status => of_codes(self.kind, answer, &codes).unwrap_or(match status {
                400 | 401 | 403 if refreshes && !codes.is_empty() => Meaning::RefreshRefused,
                403 => Meaning::Forbidden,
                404 => Meaning::NotFound,
                _ => Meaning::Response,
            }),
        }
    }
}

/// Where the code should be, there is what the status is called, as frameworks put it there before a program is asked.
fn names_status(profile: &Profile, answer: &ResponseView) -> bool {
    let oauth = [AnswerPath::of_key("error")];
    let code = answer.text(&profile.error.code).or_else(|| answer.text(&oauth));
    code.is_some_and(|code| is_phrase(&code))
}

fn codes(profile: &Profile, answer: &ResponseView) -> Vec<Words> {
    let oauth = AnswerPath::of_key("error");
    profile.error.code.iter().chain([&oauth]).filter_map(|path| telling(answer, path)).collect()
}

/// What OAuth's codes say to a request for a token.
fn of_codes(kind: OperationKind, answer: &ResponseView, codes: &[Words]) -> Option<Meaning> {
    let is = |code: &Words, known: &&str| code.trim().eq_ignore_ascii_case(known);
    let said = |all: &[&str]| codes.iter().any(|code| all.iter().any(|known| is(code, known)));
    let refused = match kind {
        _ if !answer.form.is_providers() => return None,
        OperationKind::Login | OperationKind::Step => Meaning::Credentials,
        OperationKind::Mfa => Meaning::Mfa,
        OperationKind::Refresh => Meaning::RefreshRefused,
        _ => return None,
    };
    if said(&["invalid_grant"]) {
        Some(refused)
    } else if said(&["invalid_client", "unauthorized_client"]) {
        Some(Meaning::Client)
    } else if said(&["server_error", "temporarily_unavailable"]) {
        Some(Meaning::Server)
    } else {
        // To a login some servers say the others of a wrong password.
        let all = kind == OperationKind::Refresh;
        let about_the_request = if all { &ABOUT_THE_REQUEST[..] } else { &ABOUT_THE_GRANT[..] };
        let about = if answer.status == 403 { Meaning::Forbidden } else { Meaning::Response };
        said(about_the_request).then_some(about)
    }
}

/// The text at the path, if it says more than a status does.
pub(super) fn telling(answer: &ResponseView, path: &AnswerPath) -> Option<Words> {
    let text = answer.text(std::slice::from_ref(path))?;
    let is_number = text.trim().bytes().all(|byte| byte.is_ascii_digit());
    (!is_number && !is_phrase(&text)).then_some(text)
}

/// Whether it is only what a status is called.
pub(super) fn is_phrase(text: &str) -> bool {
    let bare = text.trim().trim_end_matches(['.', '!']);
    PHRASES.iter().any(|phrase| {
        let mut letters =
            bare.bytes().map(|byte| if byte == b'_' { b' ' } else { byte.to_ascii_lowercase() });
        bare.len() == phrase.len() && phrase.bytes().all(|byte| letters.next() == Some(byte))
    })
}
