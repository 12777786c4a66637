//! What came back.

use super::call::CallFailure;
use super::failure::CallContext;
use super::progress::{self, Phase};
use crate::net::response::Headers;
use crate::util::clock::{self, Now};
use crate::util::media_type;
use crate::util::secret::SecretBytes;
use std::fmt;
use std::io::Read;
use ureq::http::header::{HeaderName, CONTENT_TYPE, DATE, RETRY_AFTER};
use ureq::http::Response;
use ureq::Body;
use zeroize::Zeroizing;

/// No server is believed to mean a longer pause.
const MAX_RETRY_AFTER_S: i64 = 3600;

/// An answer, whatever its status.
pub struct Reply {
    pub http_status: u16,
    /// As it may be shown; empty when there is none.
    pub content_type: String,
    pub retry_after_s: Option<u32>,
    pub headers: Headers,
    pub body: SecretBytes,
    /// Taken when the connection stood and before the request went out: a token's life starts here.
    pub sent_at: Now,
    /// The server's clock, by its Date header.
    pub server_date_ms: Option<i64>,
}

impl Reply {
    /// Wall time as the server has it, where it tells.
    pub fn wall_ms(&self) -> i64 {
        self.server_date_ms.unwrap_or(self.sent_at.wall_ms)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}, {}, {:?}", self.http_status, self.content_type, self.body)
    }
}

/// Reads the body and what the headers say. `began` serves if ureq never asked for a connection.
pub(super) fn read(
    answer: Response<Body>,
    most: u64,
    began: Now,
    scene: &CallContext,
) -> Result<Reply, CallFailure> {
    let (parts, mut body) = answer.into_parts();
    let http_status = parts.status.as_u16();
    let sent_at = progress::get().sent_at.unwrap_or(began);
    progress::enter(Phase::Body);
    let too_large = || scene.too_large(http_status, most);
    if body.content_length().is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let mut bytes = SecretBytes::default();
    // What the server announces is not what it sends: room in the address space, taken from the system as it fills.
    let announced = body.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let no_room = |bytes| scene.no_room(http_status, bytes);
    bytes.reserve(announced).map_err(no_room)?;
    let mut piece = Zeroizing::new([0; 8 * 1024]);
    let mut reader = body.as_reader();
    loop {
        let amount = match reader.read(&mut *piece) {
            Ok(0) => break,
            Ok(amount) => amount,
            Err(error) => return Err(scene.lost(error.into(), Some(http_status))),
        };
        let piece = piece.get(..amount).unwrap_or_default();
        if (bytes.as_slice().len() as u64).saturating_add(piece.len() as u64) > most {
            return Err(too_large());
        }
        bytes.reserve(piece.len()).map_err(no_room)?;
        bytes.extend(piece);
    }
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let server_date = text(DATE).and_then(http_date);
    let now = server_date.unwrap_or_else(|| clock::now().wall_ms / 1000);
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), Zeroizing::new(value.as_bytes().to_vec())));
    Ok(Reply {
        headers: headers.collect(),
        http_status,
        content_type: media_type::shown(text(CONTENT_TYPE).unwrap_or_default()),
        retry_after_s: text(RETRY_AFTER).and_then(|value| retry_after_s(value, now)),
        body: bytes,
        sent_at,
        server_date_ms: server_date.map(|seconds| seconds.saturating_mul(1000)),
    })
}

/// Retry-After: seconds, or a date, of which the server's own clock says how far away it is.
pub(super) fn retry_after_s(value: &str, now_s: i64) -> Option<u32> {
    let value = value.trim();
    let seconds = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().unwrap_or(MAX_RETRY_AFTER_S)
    } else {
        http_date(value)?.saturating_sub(now_s)
    };
    u32::try_from(seconds.clamp(0, MAX_RETRY_AFTER_S)).ok()
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`. The two forms that were obsolete in 1999 are not
/// read.
pub fn http_date(value: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = value.split_ascii_whitespace().skip(1);
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let (time, zone) = (words.next()?, words.next()?);
    if !matches!(zone, "GMT" | "UTC" | "+0000") {
        return None;
    }
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
    clock::parse_rfc3339(&format!("{year}-{month:02}-{day:0>2}T{time}Z")).map(|ms| ms / 1000)
}
