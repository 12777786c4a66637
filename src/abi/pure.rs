//! Functions without state.

use super::constants::ERPTOKEN_ABI_VERSION;
use super::entry;
use super::text::Out;
use super::unit::Unit;
use crate::error::{Error, Result, Status};
use crate::messages::Message;
use std::ffi::c_char;

/// Returns the ABI's version of the loaded library: major * 1000 + number of additions.
///
/// @return The number itself, not a status. A program built against this header needs the same thousands and at least
///         ERPTOKEN_ABI_VERSION.
///
/// Threads: any; also from the log callback.
#[no_mangle]
pub extern "C" fn erptoken_abi_version() -> i32 {
    ERPTOKEN_ABI_VERSION
}

/// Reads the library's version, such as "0.1.0".
///
/// @param buffer  Receives the text, NUL-terminated.
/// @param length  As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
///
/// Threads: any; also from the log callback.
#[no_mangle]
pub unsafe extern "C" fn erptoken_version(buffer: *mut c_char, length: *mut i32) -> i32 {
    version(buffer, length)
}

pub unsafe fn version<U: Unit>(buffer: *mut U, length: *mut i32) -> i32 {
    entry::pure(|| Out::new(buffer, length)?.write(env!("CARGO_PKG_VERSION")))
}

/// Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
///
/// @param status  What a function returned.
/// @param buffer  Receives the name, NUL-terminated.
/// @param length  As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (also for a number that is not a status).
///
/// Threads: any; also from the log callback.
#[no_mangle]
pub unsafe extern "C" fn erptoken_status_name(status: i32, buffer: *mut c_char, length: *mut i32) -> i32 {
    status_name(status, buffer, length)
}

pub unsafe fn status_name<U: Unit>(status: i32, buffer: *mut U, length: *mut i32) -> i32 {
    entry::pure(|| {
        let out = Out::new(buffer, length)?;
        out.write(name(status).inspect_err(|_| out.clear())?)
    })
}

fn name(status: i32) -> Result<&'static str> {
    let unknown = || Error::new(Status::Argument, Message::UnknownStatus { status });
    match status {
        0 => Ok("ERPTOKEN_OK"),
        _ => Status::from_code(status).map(Status::name).ok_or_else(unknown),
    }
}

/// Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure itself
/// erptoken_error_retryable knows more.
///
/// @param status  What a function returned.
/// @return 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not a status.
///
/// Threads: any; also from the log callback.
#[no_mangle]
pub extern "C" fn erptoken_status_retryable(status: i32) -> i32 {
    Status::from_code(status).is_some_and(Status::retryable).into()
}
