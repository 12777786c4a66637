//! A call as ureq takes it.

use super::call::{Call, LARGEST_HEAD};
use super::target::{unfit, Target};
use crate::error::Error;
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
    let unfit = |problem: String| unfit(&target.shown, problem);
    let method = Method::from_bytes(call.method.as_bytes()).ok();
    let method = method
        .filter(|method| *method != Method::CONNECT && (call.body.is_none() || *method != Method::HEAD))
        .ok_or_else(|| unfit("the method is none, or can not be sent".to_owned()))?;
    let mut headers = HeaderMap::new();
    for (name, value) in call.headers {
        // The value is a secret as often as not: only the name is told, and only if it is one.
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| unfit("the name of a header is not usable".to_owned()))?;
        if OURS.contains(&name) {
            return Err(unfit(format!("the header {name} is set by this library")));
        }
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            unfit(format!("the value of the header {name} has characters that can not be sent"))
        })?;
        value.set_sensitive(true);
        headers.try_append(name, value).map_err(|_| unfit("too many headers".to_owned()))?;
    }
    if let Some((content_type, _)) = call.body {
        if !content_type.is_empty() && !headers.contains_key(CONTENT_TYPE) {
            let value = HeaderValue::from_str(content_type)
                .map_err(|_| unfit("the content type has characters that can not be sent".to_owned()))?;
            headers.try_append(CONTENT_TYPE, value).map_err(|_| unfit("too many headers".to_owned()))?;
        }
    }
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    if call.method.len() + 2 * call.url.len() + lines.sum::<usize>() + ROOM_FOR_OURS > LARGEST_HEAD {
        return Err(unfit("its address and headers are too long".to_owned()));
    }
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = target.uri.clone();
    *request.headers_mut() = headers;
    Ok(request)
}
