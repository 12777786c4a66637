//! What came back.

use super::call::{Call, CallFailure};
use super::failure::CallContext;
use super::head::{self, elements};
use super::progress::{self, Phase};
use super::{guard, inflate};
use crate::net::response::Headers;
use crate::util::clock::{self, Now};
use crate::util::media_type;
use crate::util::secret::SecretBytes;
use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use ureq::http::header::HeaderValue;
use ureq::http::Response;
use ureq::Body;
use zeroize::Zeroizing;

/// No server is believed to mean a longer pause.
const MAX_RETRY_AFTER_S: i64 = 3600;
/// Compressed so often an answer is read; as curl.
const MAX_CODINGS: usize = 5;

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
    /// The server asked for a client certificate: whose it was shown, if there is one.
    pub certificate_asked: Option<Option<String>>,
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
    call: &Call,
    began: Now,
    scene: &CallContext,
) -> Result<Reply, CallFailure> {
    let (parts, mut body) = answer.into_parts();
    let http_status = parts.status.as_u16();
    let sent_at = progress::get().sent_at.unwrap_or(began);
    progress::enter(Phase::Body);
    let told = |name| parts.headers.get(name).map_or(&[][..], HeaderValue::as_bytes);
    let clean = told(guard::HEADERS);
    let mut headers: Headers = head::headers(clean)
        .map(|(name, value)| (text(name).to_ascii_lowercase(), Zeroizing::new(value.to_vec())))
        .collect();
    if text(told(guard::LENGTH)).parse().is_ok_and(|length: u64| length > call.max_answer_bytes) {
        return Err(scene.too_large(http_status, call.max_answer_bytes));
    }
    let mut bytes = body_of(&mut body, call.max_answer_bytes, http_status, scene)?;
    let asked = call.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept-encoding"));
    // In the order in which they were applied. Who asked for the first kind reads it.
    let of_content = elements(clean, "content-encoding").filter(|_| !asked);
    let all = of_content.chain(elements(clean, "transfer-encoding"));
    let codings: Vec<&str> = all.filter_map(|coding| media_type::compression(&text(coding))).collect();
    let too_many = codings.len() > MAX_CODINGS;
    for coding in codings.into_iter().rev() {
        if bytes.as_slice().is_empty() {
            break;
        }
        let inflated = match too_many {
            true => Err(inflate::Fault::Unread),
            false => inflate::inflated(coding.as_bytes(), bytes.as_slice(), call.max_answer_bytes),
        };
        match inflated {
            Ok(plain) => {
                bytes = plain.into();
                // They told of other bytes than these.
                headers.retain(|(name, _)| !matches!(name.as_str(), "content-encoding" | "content-length"));
            }
            Err(inflate::Fault::TooLarge) => return Err(scene.too_large(http_status, call.max_answer_bytes)),
            Err(inflate::Fault::NoRoom(room)) => return Err(scene.no_room(http_status, room)),
            // Of one that nobody knows the body says whether it is any.
            Err(inflate::Fault::Unread)
                if call.plain && coding != media_type::UNKNOWN && parts.status.is_success() =>
            {
                return Err(scene.compressed(http_status, coding.to_owned()));
            }
            // As it came: its header says what it is.
            Err(inflate::Fault::Unread) => break,
        }
    }
    let value = |name: &str| {
        let found = headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| text(value)).unwrap_or_default()
    };
    let server_date = http_date(&value("date"));
    let now = server_date.unwrap_or_else(|| clock::now().wall_ms / 1000);
    Ok(Reply {
        http_status,
        content_type: media_type::shown(&value("content-type")),
        retry_after_s: retry_after_s(&value("retry-after"), now),
        body: bytes,
        sent_at,
        server_date_ms: server_date.map(|seconds| seconds.saturating_mul(1000)),
        certificate_asked: scene.certificate_asked(),
        headers,
    })
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// What the server announces is not what it sends: there is room for what came, and for as much again.
fn body_of(
    body: &mut Body,
    most: u64,
    http_status: u16,
    scene: &CallContext,
) -> Result<SecretBytes, CallFailure> {
    let mut bytes = SecretBytes::default();
    let mut piece = Zeroizing::new([0; 8 * 1024]);
    let mut reader = body.as_reader();
    loop {
        let amount = match reader.read(&mut *piece) {
            Ok(0) => return Ok(bytes),
            Ok(amount) => amount,
            Err(error) => return Err(scene.lost(error.into(), Some(http_status))),
        };
        let piece = piece.get(..amount).unwrap_or_default();
        if (bytes.as_slice().len() as u64).saturating_add(piece.len() as u64) > most {
            return Err(scene.too_large(http_status, most));
        }
        bytes.reserve(piece.len()).map_err(|bytes| scene.no_room(http_status, bytes))?;
        bytes.extend(piece);
    }
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
