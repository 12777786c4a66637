//! Application tokens: declared, to come.

use super::{entry, handles};
use crate::error::Error;
use crate::message::ToCome;
use std::ffi::c_char;

pub fn to_come(account: i32) -> i32 {
    entry::call(|| handles::account(account).and_then(|_| Err(Error::not_yet(ToCome::AppTokens))))
}

/// Tells whether this account may create application tokens (assine.online: a business account).
///
/// @param account  From erptoken_open. The call is made with the session token.
/// @param allowed  Receives 1 (may) or 0 (may not). Left as it is when the call fails.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_app_check(account: i32, allowed: *mut i32) -> i32 {
    let _ = allowed;
    to_come(account)
}

/// Creates an application token; the library keeps it until it is revoked or expires.
///
/// @param account  From erptoken_open. The call is made with the session token.
/// @param expires  A number of days ("365"), or an instant in RFC 3339 with its zone.
/// @param id       Receives the id, NUL-terminated.
/// @param length   In: capacity in bytes, ERPTOKEN_ID_SIZE at least, checked before anything is sent. Out: the id's
///                 length without the NUL.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any. Never repeated blindly.
#[no_mangle]
pub extern "C" fn erptoken_app_create(
    account: i32,
    expires: *const c_char,
    id: *mut c_char,
    length: *mut i32,
) -> i32 {
    let _ = (expires, id, length);
    to_come(account)
}

/// Gets an application token that this library created and keeps.
///
/// @param account  From erptoken_open.
/// @param id       The id from erptoken_app_create or erptoken_app_list.
/// @param buffer   Receives the token, NUL-terminated.
/// @param length   As for erptoken_get.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_app_get(
    account: i32,
    id: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    let _ = (id, buffer, length);
    to_come(account)
}

/// Lists the application tokens of the account, all pages, as JSON in a response.
///
/// @param account   From erptoken_open. The call is made with the session token.
/// @param response  Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_app_list(account: i32, response: *mut i32) -> i32 {
    let _ = response;
    to_come(account)
}

/// Revokes an application token at the provider and forgets it.
///
/// @param account  From erptoken_open. The call is made with the session token.
/// @param id       The id from erptoken_app_create or erptoken_app_list.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_app_revoke(account: i32, id: *const c_char) -> i32 {
    let _ = id;
    to_come(account)
}
