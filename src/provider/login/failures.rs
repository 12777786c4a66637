//! What came instead of a token, as a failure: status, text, and what it means for the next try.

use crate::cache::policy::FailureClass;
use crate::cache::single_flight::RenewalFailure;
use crate::error::{Error, Status};
use crate::messages::{Message, NoJson, TlsFault};
use crate::net::{self, Target};
use crate::provider::login::Login;
use crate::provider::profile::{BodyForm, Meaning, Refusal};
use crate::util::secret::{self, Secret};

/// So many failed renewals in a row, before a login is tried where something else answers the refresh: by then it is
/// no passing matter, and there may be providers that refuse a refresh token without a word.
const FOREIGN_BEFORE_LOGIN: u32 = 4;
/// A server's code longer than this is no code.
const MAX_CODE_BYTES: usize = 64;

/// A success without what it is for.
pub(super) fn without_token(provider: String, reply: &net::Reply) -> RenewalFailure {
    without_field(provider, reply, "access_token".to_owned())
}

pub(super) fn without_field(provider: String, reply: &net::Reply, field: String) -> RenewalFailure {
    let message = Message::FieldMissing {
        provider,
        field,
        http_status: reply.http_status,
        bytes: reply.body.as_slice().len(),
        content_type: reply.content_type.clone(),
    };
    RenewalFailure::new(Error::new(Status::Response, message), FailureClass::Persistent)
}

/// An answer that is no success, as a failure: status, text, and what it means for the next try.
pub(super) fn refusal(
    login: &Login,
    provider: String,
    secrets: &[Secret],
    refused: &Refusal,
    reply: &net::Reply,
) -> RenewalFailure {
    let server = secret::clean(&refused.message, secrets);
    let http_status = reply.http_status;
    let (status, class, message) = match refused.is {
        Meaning::Credentials => (
            Status::Credentials,
            FailureClass::Credentials,
            Message::Refused { provider, http_status, server },
        ),
        Meaning::Mfa if reply.http_status < 300 => {
            (Status::Mfa, FailureClass::UserActionRequired, Message::MfaWanted { provider })
        }
        Meaning::Mfa => (
            Status::Mfa,
            FailureClass::UserActionRequired,
            Message::MfaRefused { provider, http_status, server },
        ),
        Meaning::PasswordChange => {
            (Status::PasswordChange, FailureClass::UserActionRequired, Message::PasswordChange { provider })
        }
        Meaning::Forbidden => (
            Status::Forbidden,
            FailureClass::Persistent,
            Message::Forbidden { provider, http_status, server },
        ),
        Meaning::NotFound => {
            // For a token that is an answer like any other that the profile does not describe.
            (Status::Response, FailureClass::Persistent, Message::NotFound { provider, http_status, server })
        }
        Meaning::RateLimited => (
            Status::RateLimited,
            FailureClass::Transient,
            Message::RateLimited { provider, http_status, server },
        ),
        Meaning::Server => {
            (Status::Server, FailureClass::Transient, Message::ServerFailed { provider, http_status, server })
        }
        Meaning::Client => (
            Status::Credentials,
            FailureClass::Persistent,
            Message::ClientRefused { provider, http_status, server },
        ),
        Meaning::Foreign => (
            Status::Response,
            FailureClass::Transient,
            unexpected(login, provider, secrets, refused, reply, server),
        ),
        Meaning::Unsupported => {
            (Status::Unsupported, FailureClass::Persistent, Message::NoOperation { provider })
        }
        Meaning::Response | Meaning::RefreshRefused | Meaning::Argument => (
            Status::Response,
            FailureClass::Persistent,
            unexpected(login, provider, secrets, refused, reply, server),
        ),
    };
    // Whatever the status is taken for, a page is told as one, unless a rule says that the provider refuses by one.
    let by_rule = matches!(
        refused.is,
        Meaning::Credentials | Meaning::Client | Meaning::Mfa | Meaning::PasswordChange | Meaning::Forbidden
    );
    let page = if by_rule { None } else { page(login, refused, reply, secrets) };
    let asked = reply.certificate_asked.clone().filter(|_| page.is_some());
    let mut error = Error::new(status, page.unwrap_or(message));
    // As nginx does, which lets everybody in and then refuses what comes.
    if let (Some(whose), 400 | 401 | 403 | 495 | 496) = (asked, http_status) {
        error = error.and(Message::CertificateAsked { whose });
    }
    error.http_status = http_status;
    error.server_code = secret::clean(&refused.code, secrets).chars().take(MAX_CODE_BYTES).collect();
    error.retry_after_s = reply.retry_after_s.unwrap_or(0);
    let mut failed = RenewalFailure::new(error, class);
    failed.login_refused = refused.is == Meaning::Credentials;
    failed.refresh_refused = refused.is == Meaning::RefreshRefused;
    failed.retry_now =
        reply.retry_after_s.is_some() && matches!(http_status, 408 | 425 | 429 | 502 | 503 | 504);
    failed
}

/// What a failed refresh means for the refresh token, which lives on unless it was refused.
pub(super) fn of_refresh(failed: &mut RenewalFailure, refused: &Refusal, can_log_in: bool) {
    let is_success = (200..300).contains(&failed.error.http_status);
    let told = !refused.code.is_empty() || !refused.message.is_empty();
    let is_token = match refused.form {
        BodyForm::Cut => true,
        BodyForm::Vendor => !told || refused.unfit_token,
        _ => false,
    };
    // Carried out, it seems, but the new tokens did not come: it may be spent. Where it is all there is, it is tried on.
    failed.outcome_unknown = is_success && is_token && can_log_in;
    failed.login_after = match refused.is {
        Meaning::Foreign if !failed.outcome_unknown => Some(FOREIGN_BEFORE_LOGIN),
        Meaning::Response | Meaning::Forbidden | Meaning::NotFound if !failed.outcome_unknown => Some(0),
        _ => None,
    };
    if failed.class == FailureClass::Persistent && !failed.refresh_refused {
        failed.class = FailureClass::Transient;
    }
}

fn unexpected(
    login: &Login,
    provider: String,
    secrets: &[Secret],
    refused: &Refusal,
    reply: &net::Reply,
    server: String,
) -> Message {
    let (http_status, bytes) = (reply.http_status, reply.body.as_slice().len());
    let content_type = reply.content_type.clone();
    match refused.missing {
        Some("access_token") if refused.unfit_token => Message::UnfitToken { provider, http_status },
        Some(field) if refused.code.is_empty() => match (&login.file, &refused.absent) {
            (Some(file), Some(absent)) => Message::FieldElsewhere {
                whose: file.clone(),
                field: absent.field.clone(),
                places: absent.places.clone(),
                operation: absent.operation.clone(),
                there: secret::clean(&absent.there.join(", "), secrets),
                server,
            },
            // An error inside a success says more than what is not there.
            _ if !server.is_empty() => {
                Message::Unexpected { provider, http_status, bytes, content_type, server }
            }
            _ => {
                Message::FieldMissing { provider, field: field.to_owned(), http_status, bytes, content_type }
            }
        },
        _ => Message::Unexpected { provider, http_status, bytes, content_type, server },
    }
}

/// An answer without JSON, and one that points elsewhere.
fn page(login: &Login, refused: &Refusal, reply: &net::Reply, secrets: &[Secret]) -> Option<Message> {
    let (provider, http_status) = (login.profile.label(), reply.http_status);
    if let (300..=399, Some(target)) = (http_status, location(login, reply)) {
        let target = secret::clean(&target, secrets);
        return Some(Message::Redirected { provider, http_status, target });
    }
    let what = match refused.form {
        BodyForm::OAuth | BodyForm::Vendor | BodyForm::Json => return None,
        BodyForm::Html => NoJson::Page,
        // Where the profile finds words in it, they are what is told.
        BodyForm::Text if !refused.message.is_empty() => return None,
        BodyForm::Text | BodyForm::Empty if refused.absent.as_ref().is_some_and(|absent| absent.outside) => {
            return None;
        }
        BodyForm::Text => NoJson::Text,
        BodyForm::Empty => NoJson::Nothing,
        BodyForm::Cut => NoJson::BreaksOff,
        BodyForm::Compressed => NoJson::Compressed,
    };
    let (bytes, content_type) = (reply.body.as_slice().len(), reply.content_type.clone());
    Some(Message::NotJson { provider, what, http_status, bytes, content_type })
}

/// Where an answer points, as far as it may be shown: scheme and host.
fn location(login: &Login, reply: &net::Reply) -> Option<String> {
    let (_, value) = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"))?;
    let address = String::from_utf8_lossy(value);
    let address = address.trim();
    let own = || Target::parse(&login.base).ok();
    let target = if address.starts_with("//") {
        let scheme = if own()?.https { "https:" } else { "http:" };
        parsed(&format!("{scheme}{address}"))
    } else {
        parsed(address)
    };
    // Relative, or no address at all: the same host.
    let target = target.or_else(own)?;
    Some(format!("{}://{}", if target.https { "https" } else { "http" }, target.shown))
}

/// Without path, query and user.
fn parsed(address: &str) -> Option<Target> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    Target::parse(&format!("{scheme}://{host}/")).ok()
}

/// Something on this machine is missing, and may be there in a moment.
fn is_local(message: &Message) -> bool {
    use TlsFault::{AuthoritiesUnread, NoAuthorities, NoClock};
    match message {
        Message::LocalFault { .. } => true,
        Message::Tls { cause, .. } => matches!(cause, NoAuthorities | AuthoritiesUnread { .. } | NoClock),
        _ => false,
    }
}

/// No answer came.
pub(super) fn lost(mut lost: net::CallFailure) -> RenewalFailure {
    if lost.time_is_over {
        lost.error.status = Status::Timeout;
    }
    let class = match lost.error.status {
        _ if is_local(&lost.error.message) => FailureClass::Local,
        Status::Network | Status::Timeout | Status::Limit => FailureClass::Transient,
        Status::Insecure | Status::Option => FailureClass::Misconfigured,
        _ => FailureClass::Persistent,
    };
    let slow = matches!(lost.error.message, Message::ConnectTimedOut { .. } | Message::LookupTimedOut { .. });
    let mut failed = RenewalFailure::new(lost.error, class);
    failed.outcome_unknown = lost.may_have_arrived;
    // What failed slowly has already taken the caller's time.
    failed.retry_now = lost.nothing_sent && class == FailureClass::Transient && !slow && !lost.time_is_over;
    failed
}
