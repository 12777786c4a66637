//! Authorised requests: declared, to come.

use super::{entry, handles};
use crate::error::Error;
use crate::message::ToCome;
use std::ffi::{c_char, c_void};

pub fn to_come() -> i32 {
    entry::call(|| Err(Error::not_yet(ToCome::Requests)))
}

/// Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats once when the token is refused.
///
/// @param account      From erptoken_open.
/// @param method       "GET", "POST" and so on.
/// @param url          Absolute, or beginning with "/" and then appended to the environment's API address.
/// @param headers      "Name: value" lines, or NULL.
/// @param body         The body, or NULL.
/// @param body_length  Its bytes; -1: a NUL-terminated text, sent as UTF-8.
/// @param response     Receives a handle, to be closed with erptoken_close. Any HTTP status is ERPTOKEN_OK here.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any; sent on the caller's thread.
#[no_mangle]
pub extern "C" fn erptoken_request(
    account: i32,
    method: *const c_char,
    url: *const c_char,
    headers: *const c_char,
    body: *const c_void,
    body_length: i32,
    response: *mut i32,
) -> i32 {
    let _ = (method, url, headers, body, body_length, response);
    entry::call(|| handles::get(account).and_then(|_| Err(Error::not_yet(ToCome::Requests))))
}

/// Tells the HTTP status of a response.
///
/// @param response     From erptoken_request.
/// @param http_status  Receives the status, 100 to 999.
/// @return ERPTOKEN_E_UNSUPPORTED in this build.
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_response_status(response: i32, http_status: *mut i32) -> i32 {
    let _ = (response, http_status);
    to_come()
}

/// Reads a header of a response.
///
/// @param response  From erptoken_request.
/// @param name      The header's name, in any case.
/// @param buffer    Receives the value, NUL-terminated.
/// @param length    As for erptoken_get.
/// @return ERPTOKEN_E_UNSUPPORTED in this build.
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_response_header(
    response: i32,
    name: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    let _ = (response, name, buffer, length);
    to_come()
}

/// Reads the body of a response as text, from the character set that it declares.
///
/// @param response  From erptoken_request.
/// @param buffer    Receives the text in UTF-8, NUL-terminated.
/// @param length    As for erptoken_get.
/// @return ERPTOKEN_E_UNSUPPORTED in this build.
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_response_text(response: i32, buffer: *mut c_char, length: *mut i32) -> i32 {
    let _ = (response, buffer, length);
    to_come()
}

/// Reads one value of a JSON body.
///
/// @param response  From erptoken_request.
/// @param path      JSON Pointer, such as "/items/0/id"; "" is the whole body.
/// @param buffer    Receives the value as text, NUL-terminated.
/// @param length    As for erptoken_get.
/// @return ERPTOKEN_E_UNSUPPORTED in this build.
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_response_field(
    response: i32,
    path: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    let _ = (response, path, buffer, length);
    to_come()
}

/// Reads the body of a response as bytes, with no NUL behind them.
///
/// @param response  From erptoken_request.
/// @param buffer    Receives the bytes; nothing is written when it is too small.
/// @param length    In: capacity in bytes. Out: the body's bytes.
/// @return ERPTOKEN_E_UNSUPPORTED in this build.
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_response_bytes(response: i32, buffer: *mut c_void, length: *mut i32) -> i32 {
    let _ = (response, buffer, length);
    to_come()
}
