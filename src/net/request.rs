//! A call as ureq takes it.

use super::call::{Call, MAX_HEAD_BYTES};
use super::target::{unfit, Target};
use crate::error::Error;
use crate::messages::Unfit;
use ureq::http::header::{
    HeaderMap, HeaderName, HeaderValue, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use ureq::http::{Method, Request};

/// Headers that say where a message ends or what becomes of the connection. Wrong ones would let a second
/// request hide in the first.
const OURS: [HeaderName; 8] =
    [CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// For the headers that ureq adds. The host's name is counted with the address.
const ROOM_FOR_OURS: usize = 1024;

pub fn build(call: &Call, target: &Target) -> Result<Request<()>, Error> {
    let unfit = |problem| unfit(Some(&target.shown), problem);
    let method = Method::from_bytes(call.method.as_bytes()).ok();
    let method = method
        .filter(|method| *method != Method::CONNECT && (call.body.is_none() || *method != Method::HEAD))
        .ok_or_else(|| unfit(Unfit::Method))?;
    let mut headers = HeaderMap::new();
    for (name, value) in call.headers {
        // The value is a secret as often as not: only the name is told, and only if it is one.
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit(Unfit::HeaderName))?;
        if OURS.contains(&name) {
            return Err(unfit(Unfit::OurHeader { header: name.to_string() }));
        }
        let mut value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| unfit(Unfit::HeaderValue { header: name.to_string() }))?;
        value.set_sensitive(true);
        headers.try_append(name, value).map_err(|_| unfit(Unfit::TooManyHeaders))?;
    }
    if let Some((content_type, _)) = call.body {
        if !content_type.is_empty() && !headers.contains_key(CONTENT_TYPE) {
            let value = HeaderValue::from_str(content_type).map_err(|_| unfit(Unfit::ContentType))?;
            headers.try_append(CONTENT_TYPE, value).map_err(|_| unfit(Unfit::TooManyHeaders))?;
        }
    }
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    if call.method.len() + 2 * call.url.len() + lines.sum::<usize>() + ROOM_FOR_OURS > MAX_HEAD_BYTES {
        return Err(unfit(Unfit::TooLong));
    }
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = target.uri.clone();
    *request.headers_mut() = headers;
    Ok(request)
}
