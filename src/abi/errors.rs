//! Why the last failing call of this thread failed. None of these functions touches what it tells.

use super::text::Out;
use super::unit::Unit;
use super::{entry, last_error};
use std::ffi::c_char;

/// Says what happened and what to do about it, in one sentence or two. Contains no secret.
///
/// @param buffer  Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes
///                hold every text. In the language that erptoken_configure had set when the call failed.
/// @param length  As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
///
/// Threads: about the calling thread only. A call that succeeds changes nothing here.
#[no_mangle]
pub unsafe extern "C" fn erptoken_error_text(buffer: *mut c_char, length: *mut i32) -> i32 {
    text(buffer, length)
}

pub unsafe fn text<U: Unit>(buffer: *mut U, length: *mut i32) -> i32 {
    entry::untouched(|| {
        let out = Out::new(buffer, length)?;
        last_error::text(|text| out.write(text))
    })
}

/// Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
/// guard.
///
/// @param buffer  Receives the code, NUL-terminated; empty if the provider gave none.
/// @param length  As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
///
/// Threads: about the calling thread only.
#[no_mangle]
pub unsafe extern "C" fn erptoken_error_server_code(buffer: *mut c_char, length: *mut i32) -> i32 {
    server_code(buffer, length)
}

pub unsafe fn server_code<U: Unit>(buffer: *mut U, length: *mut i32) -> i32 {
    entry::untouched(|| {
        let out = Out::new(buffer, length)?;
        last_error::server_code(|code| out.write(code))
    })
}

/// Reads the HTTP status of the failure.
///
/// @return The status, or 0 if no answer came. Not an ERPTOKEN status.
///
/// Threads: about the calling thread only.
#[no_mangle]
pub extern "C" fn erptoken_error_http_status() -> i32 {
    entry::plain(last_error::http_status)
}

/// Says after how many seconds it makes sense to call again.
///
/// @return Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an ERPTOKEN status.
///
/// Threads: about the calling thread only.
#[no_mangle]
pub extern "C" fn erptoken_error_retry_after() -> i32 {
    entry::plain(last_error::retry_after_s)
}

/// Says whether the call that failed may be made again with nothing changed. It knows more than
/// erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
/// erptoken_request whose answer did not come. Look first whether it was.
///
/// @return 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked at first, or
///         no call of this thread failed yet. Not an ERPTOKEN status.
///
/// Threads: about the calling thread only.
#[no_mangle]
pub extern "C" fn erptoken_error_retryable() -> i32 {
    entry::plain(|| last_error::is_retryable().into())
}
