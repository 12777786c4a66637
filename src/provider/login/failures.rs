//! What came instead of a token, as a failure: status, text, and what it means for the next try.

use crate::cache::policy::FailureClass;
use crate::cache::single_flight::RenewalFailure;
use crate::error::{Error, Status};
use crate::messages::Message;
use crate::net;
use crate::provider::profile::{BodyKind, Meaning, Refusal};
use crate::util::secret::{self, Secret};

/// A server's code longer than this is no code.
const MAX_CODE_BYTES: usize = 64;

/// A success without what it is for.
pub(super) fn without_token(provider: String, reply: &net::Reply) -> RenewalFailure {
    let message = Message::FieldMissing {
        provider,
        field: "access_token".to_owned(),
        http_status: reply.http_status,
        bytes: reply.body.as_slice().len(),
        content_type: reply.content_type.clone(),
    };
    RenewalFailure::new(Error::new(Status::Response, message), FailureClass::Persistent)
}

/// An answer that is no success, as a failure: status, text, and what it means for the next try.
pub(super) fn refusal(
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
        Meaning::Unsupported => {
            (Status::Unsupported, FailureClass::Persistent, Message::NoOperation { provider })
        }
        Meaning::Response | Meaning::RefreshRefused | Meaning::Argument => {
            (Status::Response, FailureClass::Persistent, unexpected(provider, refused, reply, server))
        }
    };
    let mut error = Error::new(status, message);
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

fn unexpected(provider: String, refused: &Refusal, reply: &net::Reply, server: String) -> Message {
    let (http_status, bytes) = (reply.http_status, reply.body.as_slice().len());
    let content_type = reply.content_type.clone();
    match (refused.missing, &refused.body) {
        (Some(field), BodyKind::Json) => {
            Message::FieldMissing { provider, field: field.to_owned(), http_status, bytes, content_type }
        }
        (_, BodyKind::Json) => Message::Unexpected { provider, http_status, bytes, content_type, server },
        _ => Message::NotJson { provider, http_status, bytes, content_type },
    }
}

/// No answer came.
pub(super) fn lost(mut lost: net::CallFailure) -> RenewalFailure {
    if lost.time_is_over {
        lost.error.status = Status::Timeout;
    }
    let class = match lost.error.status {
        _ if matches!(lost.error.message, Message::LocalFault { .. }) => FailureClass::Local,
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
