//! Application tokens: check, create, get, list, revoke.

use super::constants::ERPTOKEN_ID_SIZE;
use super::text::{self, filling};
use super::unit::Unit;
use super::{entry, handles};
use std::ffi::c_char;

/// Says whether this account may create application tokens (assine.online: a business account, "PJ").
///
/// @param account  From erptoken_open. The session token is used, whatever the option "token" says.
/// @param allowed  Receives 1 (may) or 0 (may not). Left as it is when the call fails.
/// @return ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED (the provider has no application tokens); ERPTOKEN_E_ARGUMENT;
///         ERPTOKEN_E_HANDLE; ERPTOKEN_E_FORBIDDEN (a new session token is refused too); else as erptoken_get.
///
/// Threads: any; waits "timeout_ms" at most.
#[no_mangle]
pub unsafe extern "C" fn erptoken_app_check(account: i32, allowed: *mut i32) -> i32 {
    entry::call(|| {
        text::check_number(allowed, "allowed")?;
        let (tokens, timeout) = handles::account(account)?.app_tokens()?;
        text::write_number(allowed, "allowed", tokens.check(timeout).map(i32::from))
    })
}

/// Creates an application token. The provider shows it this once: the library keeps it, in the store that
/// erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
///
/// @param account  From erptoken_open, with "password": it is sent again. The session token is used, whatever the
///                 option "token" says.
/// @param expires  How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
///                 ("2027-01-31T23:59:00-03:00"). 3650 days at most.
/// @param id       Receives the id, NUL-terminated.
/// @param length   In: capacity, ERPTOKEN_ID_SIZE at least: a smaller one is ERPTOKEN_E_BUFFER before anything is
///                 sent. Out: on ERPTOKEN_OK the id's length without the NUL, on ERPTOKEN_E_BUFFER ERPTOKEN_ID_SIZE.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER (nothing was sent); ERPTOKEN_E_ARGUMENT (expires without zone, in the past,
///         or not taken by the provider); ERPTOKEN_E_CREDENTIALS (the password is refused); ERPTOKEN_E_MISSING (no
///         password is set); ERPTOKEN_E_STORE (before anything was sent; or after it: then the text tells the id, and
///         erptoken_app_get gives the token until the process ends); ERPTOKEN_E_FORBIDDEN (not a business account);
///         ERPTOKEN_E_LIMIT (1000 living ones are kept for this account: nothing was sent); ERPTOKEN_E_UNSUPPORTED;
///         ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else as erptoken_get.
///
/// Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
/// understood), the text says so; look with erptoken_app_list before creating another one. Each refused password counts
/// for the lockout guard, as one refused at a login does.
///
/// Threads: any; waits "timeout_ms" at most.
///
/// Example: char id[ERPTOKEN_ID_SIZE]; int32_t n = sizeof id; erptoken_app_create(account, "365", id, &n);
#[no_mangle]
pub unsafe extern "C" fn erptoken_app_create(
    account: i32,
    expires: *const c_char,
    id: *mut c_char,
    length: *mut i32,
) -> i32 {
    create(account, expires, id, length)
}

pub unsafe fn create<U: Unit>(account: i32, expires: *const U, id: *mut U, length: *mut i32) -> i32 {
    filling(id, length, |out| {
        let expires = text::required(expires, "expires")?;
        let account = handles::account(account)?;
        out.require_capacity(ERPTOKEN_ID_SIZE)?;
        let (tokens, timeout) = account.app_tokens()?;
        out.write(&tokens.create(&expires, timeout)?)
    })
}

/// Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
/// than the provider took last from this user: then it logs in first, and a refused one gets nothing.
///
/// @param account  From erptoken_open, of the user who created the token.
/// @param id       The id, from erptoken_app_create or erptoken_app_list.
/// @param buffer   Receives the token, NUL-terminated.
/// @param length   As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_NOT_FOUND (it was never here, was revoked or has expired: no
///         provider shows a token twice); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
///         ERPTOKEN_E_MISSING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE; ERPTOKEN_E_UNSUPPORTED; where it logs in, else as
///         erptoken_get.
///
/// Threads: any; waits "timeout_ms" at most, where it logs in.
#[no_mangle]
pub unsafe extern "C" fn erptoken_app_get(
    account: i32,
    id: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    get(account, id, buffer, length)
}

pub unsafe fn get<U: Unit>(account: i32, id: *const U, buffer: *mut U, length: *mut i32) -> i32 {
    filling(buffer, length, |out| {
        let id = text::required(id, "id")?;
        let (tokens, timeout) = handles::account(account)?.app_tokens()?;
        out.write(tokens.get(&id, timeout)?.expose())
    })
}

/// Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
/// {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
///
/// @param account   From erptoken_open. The session token is used, whatever the option "token" says.
/// @param response  Receives a handle, to be read with the erptoken_response functions ("/count", "/tokens/0/id") and
///                  closed with erptoken_close. Left as it is when the call fails.
/// @return ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_LIMIT (a list that
///         does not end, or too many open handles); ERPTOKEN_E_FORBIDDEN (a new session token is refused too);
///         ERPTOKEN_E_STORE; else as erptoken_get.
///
/// "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get gives. The list
/// is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke all of
/// the program's own, revoke those with "stored" 1.
///
/// Threads: any; waits "timeout_ms" at most.
#[no_mangle]
pub unsafe extern "C" fn erptoken_app_list(account: i32, response: *mut i32) -> i32 {
    entry::call(|| {
        text::check_number(response, "response")?;
        let (tokens, timeout) = handles::account(account)?.app_tokens()?;
        let opened = tokens.list(timeout).and_then(handles::open_response);
        text::write_number(response, "response", opened)
    })
}

/// Revokes an application token at the provider and forgets it.
///
/// @param account  From erptoken_open. The session token is used, whatever the option "token" says.
/// @param id       The id, from erptoken_app_create or erptoken_app_list.
/// @return ERPTOKEN_OK; ERPTOKEN_E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here
///         too); ERPTOKEN_E_ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN_E_STORE (revoked, but the
///         store could not be changed); ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_HANDLE;
///         ERPTOKEN_E_ENCODING; else as erptoken_get.
///
/// Threads: any; waits "timeout_ms" at most.
#[no_mangle]
pub unsafe extern "C" fn erptoken_app_revoke(account: i32, id: *const c_char) -> i32 {
    revoke(account, id)
}

pub unsafe fn revoke<U: Unit>(account: i32, id: *const U) -> i32 {
    entry::call(|| handles::account(account)?.app_revoke(&text::required(id, "id")?))
}
