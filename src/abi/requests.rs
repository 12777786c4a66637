//! Authorised requests, and the responses that they bring.

use super::text::{self, filling, Out};
use super::unit::Unit;
use super::{entry, handles};
use crate::client::request::{self, Request};
use crate::error::{Error, Status};
use crate::messages::Message;
use crate::net::response::Value;
use std::ffi::{c_char, c_void};

/// Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
///
/// @param account      From erptoken_open, with the options that the provider's login needs.
/// @param method       "GET", "POST" and so on.
/// @param url          Absolute, or beginning with "/" and then appended to the environment's API address. What is not
///                     visible ASCII in it must be percent-encoded.
/// @param headers      "Name: value" lines, or NULL. Authorization, Host, Content-Length, Transfer-Encoding and others
///                     that say where a message ends are set by the library.
/// @param body         The body, or NULL. It is not copied: leave it alone until the call returns.
/// @param body_length  Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
///                     application/json if the headers name no content type.
/// @param response     Receives a handle, to be closed with erptoken_close. Left as it is when the call fails.
/// @return ERPTOKEN_OK for any answer, whatever its HTTP status; ERPTOKEN_E_ARGUMENT (a url, method, header or length
///         that cannot be sent, or a body that is no JSON object where the profile puts credentials into it); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_LIMIT (the answer is above
///         "max_response_bytes", or there is no memory for one more handle); ERPTOKEN_E_INSECURE (plain http, or a host that is neither of
///         the chosen environment nor in "api_hosts": nothing was sent); ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
///         ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_RESPONSE (what came is not HTTP); or what kept the token from
///         being had or renewed, as erptoken_get.
///
/// A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
/// response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers all of
/// it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
/// (erptoken_error_retryable says so too).
///
/// Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
///
/// Example: erptoken_request(account, "POST", "/tms/freight", NULL, "{\"city\":\"Curitiba\"}", -1, &response);
#[no_mangle]
pub unsafe extern "C" fn erptoken_request(
    account: i32,
    method: *const c_char,
    url: *const c_char,
    headers: *const c_char,
    body: *const c_void,
    body_length: i32,
    response: *mut i32,
) -> i32 {
    request(account, method, url, headers, body, body_length, response)
}

pub unsafe fn request<U: Unit>(
    account: i32,
    method: *const U,
    url: *const U,
    headers: *const U,
    body: *const c_void,
    body_length: i32,
    response: *mut i32,
) -> i32 {
    entry::call(|| {
        text::check_number(response, "response")?;
        let (method, url) = (text::required(method, "method")?, text::required(url, "url")?);
        let headers = text::optional(headers, "headers")?;
        let written;
        let body = match (body_length, body.is_null()) {
            (0, true) => None,
            (_, true) => return Err(Error::new(Status::Argument, Message::NullArgument { name: "body" })),
            (-1, false) => {
                written = U::take(body.cast(), "body", i32::MAX as usize)?;
                Some(("application/json", written.as_bytes()))
            }
            (length, false) => {
                let length = usize::try_from(length)
                    .map_err(|_| Error::new(Status::Argument, Message::BodyLength { length: body_length }))?;
                // SAFETY: the host promises so many bytes, and that they stay until the call returns.
                Some(("", std::slice::from_raw_parts(body.cast::<u8>(), length)))
            }
        };
        let account = handles::account(account)?;
        handles::check_room()?;
        let headers = headers.as_deref().unwrap_or_default();
        let body = body.filter(|(_, bytes)| !bytes.is_empty());
        let answer = request::send(&account, &Request { method: &method, url: &url, headers, body })?;
        text::write_number(response, "response", handles::open_response(answer))
    })
}

/// Reads the HTTP status of a response.
///
/// @param response     From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
/// @param http_status  Receives the status, 100 to 999. Left as it is when the call fails.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_response_status(response: i32, http_status: *mut i32) -> i32 {
    entry::call(|| {
        text::check_number(http_status, "http_status")?;
        let status = handles::response(response).map(|response| response.http_status().into());
        text::write_number(http_status, "http_status", status)
    })
}

/// Reads a header of a response.
///
/// @param response  As for erptoken_response_status.
/// @param name      The header's name, in any case.
/// @param buffer    Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
/// @param length    As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
///         ERPTOKEN_E_NOT_FOUND (no such header).
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_response_header(
    response: i32,
    name: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    header(response, name, buffer, length)
}

pub unsafe fn header<U: Unit>(response: i32, name: *const U, buffer: *mut U, length: *mut i32) -> i32 {
    filling(buffer, length, |out| {
        let name = text::required(name, "name")?;
        out.write(&handles::response(response)?.header(&name)?)
    })
}

/// Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
///
/// @param response  As for erptoken_response_status.
/// @param buffer    Receives the text, NUL-terminated, whatever the character set of the server.
/// @param length    As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_RESPONSE (another
///         character set: read the bytes).
///
/// A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
/// the beginning is left out. A NUL inside the text counts in the length.
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_response_text(response: i32, buffer: *mut c_char, length: *mut i32) -> i32 {
    text(response, buffer, length)
}

pub unsafe fn text<U: Unit>(response: i32, buffer: *mut U, length: *mut i32) -> i32 {
    filling(buffer, length, |out| {
        let response = handles::response(response)?;
        out.write_text(&response.text()?)
    })
}

/// Reads one value of a JSON body.
///
/// @param response  As for erptoken_response_status.
/// @param path      JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
/// @param buffer    Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true,
///                  false, null, an object or a list as its JSON stands in the body.
/// @param length    As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (the path is neither empty nor begins with "/");
///         ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_NOT_FOUND (nothing is there: a loop over "/items/0",
///         "/items/1" ends so); ERPTOKEN_E_RESPONSE (the body is not JSON).
///
/// The body is read in place: a loop over a large list goes on where the call before it was.
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_response_field(
    response: i32,
    path: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    field(response, path, buffer, length)
}

pub unsafe fn field<U: Unit>(response: i32, path: *const U, buffer: *mut U, length: *mut i32) -> i32 {
    filling(buffer, length, |out| {
        let path = text::required(path, "path")?;
        match handles::response(response)?.field(&path)? {
            Value::There(text) => out.write_text(&text),
            Value::Unescaped(text) => out.write(text.expose()),
        }
    })
}

/// Reads the body of a response as bytes, with no NUL behind them.
///
/// @param response  As for erptoken_response_status.
/// @param buffer    Receives the bytes; nothing is written when it is too small. May be NULL with a length of 0.
/// @param length    In: capacity in bytes. Out: on ERPTOKEN_OK the body's bytes, on ERPTOKEN_E_BUFFER the capacity
///                  needed, which is the same number; else left as it is.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_response_bytes(
    response: i32,
    buffer: *mut c_void,
    length: *mut i32,
) -> i32 {
    entry::call(|| {
        let out = Out::new(buffer.cast::<c_char>(), length)?;
        out.write_bytes(handles::response(response)?.bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::accounts::{erptoken_close, erptoken_open, erptoken_set};
    use crate::abi::tokens::erptoken_get;
    use crate::error::Status;
    use crate::net::response::Response;
    use std::ptr;
    use zeroize::Zeroizing;

    fn opened(json: &str) -> i32 {
        handles::open_response(Response::json(Zeroizing::new(json.to_owned()))).unwrap()
    }

    #[test]
    fn a_response_is_read_into_the_hosts_buffers_and_not_beyond() {
        let response = opened("{\"a\":\"ç\"}");
        let (mut status, mut buffer) = (-7, [0x55u8; 12]);
        let read = |buffer: &mut [u8], capacity: i32, path: &std::ffi::CStr| unsafe {
            let mut length = capacity;
            let status =
                erptoken_response_field(response, path.as_ptr(), buffer.as_mut_ptr().cast(), &mut length);
            (status, length)
        };
        unsafe {
            assert_eq!((erptoken_response_status(response, &mut status), status), (0, 200));
            assert_eq!(read(&mut buffer, 3, c"/a"), (0, 2));
            assert_eq!(&buffer[..4], b"\xc3\xa7\0\x55");
            assert_eq!(read(&mut buffer, 2, c"/a"), (Status::Buffer.code(), 3));
            assert_eq!(&buffer[..4], b"\0\xa7\0\x55", "an empty text");
            assert_eq!(read(&mut buffer, 12, c"/b"), (Status::NotFound.code(), 12));
            let mut length = 9;
            let bytes =
                |buffer: *mut u8, length: &mut i32| erptoken_response_bytes(response, buffer.cast(), length);
            buffer.fill(0x55);
            assert_eq!((bytes(buffer.as_mut_ptr(), &mut length), length), (Status::Buffer.code(), 10));
            assert_eq!(buffer, [0x55; 12], "nothing is written");
            assert_eq!((bytes(buffer.as_mut_ptr(), &mut length), length), (0, 10));
            assert_eq!(&buffer, b"{\"a\":\"\xc3\xa7\"}\x55\x55");
            length = 0;
            assert_eq!((bytes(ptr::null_mut(), &mut length), length), (Status::Buffer.code(), 10));
        }
        assert_eq!((erptoken_close(response), erptoken_close(response)), (0, Status::Handle.code()));
    }

    #[test]
    fn accounts_and_responses_are_not_taken_for_each_other() {
        let (response, mut account, mut number) = (opened("{}"), 0, -7);
        unsafe {
            assert_eq!(erptoken_open(c"senior".as_ptr(), &mut account), 0);
            let stale = Status::Handle.code();
            assert_eq!(erptoken_response_status(account, &mut number), stale);
            assert_eq!(erptoken_get(response, ptr::null_mut(), &mut 0), stale);
            assert_eq!(erptoken_set(response, c"username".as_ptr(), ptr::null()), stale);
        }
        assert_eq!(number, -7);
        assert_eq!((erptoken_close(response), erptoken_close(account)), (0, 0));
    }
}
