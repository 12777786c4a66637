//! One request as a caller gives it, and what it is told when no answer comes.

use crate::error::Error;
use crate::util::deadline::Deadline;
use std::time::Duration;
use ureq::http::Method;
use zeroize::Zeroizing;

/// Largest head of a request: first line and headers.
pub(super) const MAX_HEAD_BYTES: usize = 32 * 1024;
/// More than the largest head, so that one which is too large is seen to be.
pub(super) const BUFFER_BYTES: usize = 64 * 1024;

/// One request.
pub struct Call<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub headers: &'a [(String, Zeroizing<String>)],
    /// Content type and bytes. The content type gives way to one among the headers.
    pub body: Option<(&'a str, &'a [u8])>,
    /// When everything must be over.
    pub until: Deadline<'a>,
    /// For each of: the name, the connection, the proxy's consent.
    pub connect_timeout: Duration,
    /// For each of: TLS with the answer's headers, the answer's body.
    pub answer_timeout: Option<Duration>,
    pub max_answer_bytes: u64,
    pub allow_http: bool,
    /// The body is for us to read: a success that stays compressed is an error.
    pub plain: bool,
    pub reuse: Reuse,
}

impl Call<'_> {
    /// Whether its method says that twice is as good as once.
    pub fn is_idempotent(&self) -> bool {
        Method::from_bytes(self.method.as_bytes()).is_ok_and(|method| method.is_idempotent())
    }
}

/// Which connections that wait may be used, and whether this one waits for the next call: see `pool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// None: the way to the server itself is of interest.
    Never,
    /// Those of `MAX_IDLE_MS` where the method says that twice is as good as once.
    ByMethod,
    /// Those of `JUST_USED_MS`, and nothing is sent twice, whatever the method: what carries a password or a refresh token.
    Recent,
}

/// No answer, or none in full.
#[derive(Debug)]
pub struct CallFailure {
    pub error: Error,
    /// Some of the request was handed to the system: nobody can tell whether the server acted on it.
    pub may_have_arrived: bool,
    /// None of the request was: it can be sent again without harm.
    pub nothing_sent: bool,
    /// `until` was over, as opposed to a time-out of one of the steps.
    pub time_is_over: bool,
}

impl CallFailure {
    pub(super) fn before(error: Error) -> CallFailure {
        CallFailure { error, may_have_arrived: false, nothing_sent: true, time_is_over: false }
    }
}
