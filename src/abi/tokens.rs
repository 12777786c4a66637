//! Tokens: get, renew, reject, log out, tell.

use super::entry;
use super::handles;
use super::text::{self, Out};
use super::unit::Unit;
use crate::cache::published::Part;
use crate::client::info;
use crate::error::{Error, Status};
use crate::messages::Message;
use std::ffi::c_char;

/// Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
///
/// @param account  From erptoken_open, with the options that the provider's login needs.
/// @param buffer   Receives the token, NUL-terminated. May be NULL with a length of 0, to ask for the size.
/// @param length   In: capacity of the buffer in bytes, the NUL included. Out: on ERPTOKEN_OK the token's length
///                 without the NUL, on ERPTOKEN_E_BUFFER the capacity needed; else left as it is.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop,
///         because a renewed token may be longer); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING;
///         ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_INSECURE; ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
///         ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_CREDENTIALS; ERPTOKEN_E_MFA; ERPTOKEN_E_PASSWORD_CHANGE;
///         ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_NOT_FOUND; ERPTOKEN_E_RATE_LIMITED; ERPTOKEN_E_SERVER;
///         ERPTOKEN_E_RESPONSE.
///
/// Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind
/// the caller well before: call this for every request instead of keeping the token. One that the provider sends without
/// a life is handed out for 10 s, in which nothing is sent.
///
/// Threads: any; all who ask while a renewal runs wait for that one and share its result.
///
/// Example: char token[4096]; int32_t n = sizeof token; int32_t status = erptoken_get(account, token, &n);
#[no_mangle]
pub unsafe extern "C" fn erptoken_get(account: i32, buffer: *mut c_char, length: *mut i32) -> i32 {
    get(account, buffer, length)
}

#[inline(always)]
pub unsafe fn get<U: Unit>(account: i32, buffer: *mut U, length: *mut i32) -> i32 {
    hand_out(account, buffer, length, Part::Token)
}

/// Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
///
/// @param account  As for erptoken_get.
/// @param buffer   Receives the value, NUL-terminated.
/// @param length   As for erptoken_get.
/// @return As erptoken_get.
///
/// The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in providers. Do not
/// let the HTTP component encode the value again: "Bearer%20..." is refused.
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_authorization(account: i32, buffer: *mut c_char, length: *mut i32) -> i32 {
    authorization(account, buffer, length)
}

#[inline(always)]
pub unsafe fn authorization<U: Unit>(account: i32, buffer: *mut U, length: *mut i32) -> i32 {
    hand_out(account, buffer, length, Part::HeaderValue)
}

#[inline(always)]
unsafe fn hand_out<U: Unit>(account: i32, buffer: *mut U, length: *mut i32, part: Part) -> i32 {
    let out = if entry::is_quick() { Out::usable(buffer, length) } else { None };
    // Each of the four functions has a hit of its own, which knows the part: a closure would be shared by two.
    let hit = match out {
        Some(out) => handles::hit(account, part, out),
        None => None,
    };
    match hit {
        Some(true) => 0,
        Some(false) => Status::Buffer.code(),
        None => hand_out_slowly(account, buffer, length, part),
    }
}

#[cold]
unsafe fn hand_out_slowly<U: Unit>(account: i32, buffer: *mut U, length: *mut i32, part: Part) -> i32 {
    entry::call(|| {
        let out = Out::new(buffer, length)?;
        let token = handles::account(account).and_then(|account| account.get());
        let written = token.and_then(|token| {
            let text = token.issued.bearer.text();
            match part {
                Part::Token => out.write(text.access_token()),
                Part::HeaderValue => out.write(text.header_value()),
            }
        });
        written.inspect_err(|error| {
            if error.status != Status::Buffer {
                out.clear();
            }
        })
    })
}

/// Gets a newer token now, whatever is left of the current one.
///
/// @param account  As for erptoken_get.
/// @return ERPTOKEN_OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
///         profile's credentials are a fixed key; else as erptoken_get. While a failure is remembered the call returns it and sends nothing.
///
/// Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
#[no_mangle]
pub extern "C" fn erptoken_renew(account: i32) -> i32 {
    entry::call(|| handles::account(account)?.renew())
}

/// Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
///
/// @param account  The account that gave the token.
/// @param token    The token that was refused, from erptoken_get or erptoken_authorization. If it is no longer the
///                 current one, a newer one exists already and nothing is dropped: a late report costs nothing.
/// @return ERPTOKEN_OK; ERPTOKEN_E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is
///         a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API); ERPTOKEN_E_ARGUMENT (NULL or empty); ERPTOKEN_E_HANDLE;
///         ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING; ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED.
///
/// Another process may have got the token: one that has none looks into the "store" first.
///
/// Threads: any; a thousand threads that report the same token cause one renewal.
#[no_mangle]
pub unsafe extern "C" fn erptoken_reject(account: i32, token: *const c_char) -> i32 {
    reject(account, token)
}

pub unsafe fn reject<U: Unit>(account: i32, token: *const U) -> i32 {
    entry::call(|| {
        let token = text::required(token, "token")?;
        if token.is_empty() {
            return Err(Error::new(Status::Argument, Message::EmptyArgument { name: "token" }));
        }
        handles::account(account)?.reject(&token)
    })
}

/// Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
///
/// @param account  As for erptoken_get.
/// @return ERPTOKEN_OK, also where the provider has no such operation, the token is dead already or there is none;
///         ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING; ERPTOKEN_E_STORE (revoked, but what the store has of it could not be
///         removed: call again); else what kept the provider from revoking it, as erptoken_get.
///
/// Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
/// too. Closing the account is enough in most cases.
///
/// Threads: any; waits "timeout_ms" at most.
#[no_mangle]
pub extern "C" fn erptoken_logout(account: i32) -> i32 {
    entry::call(|| handles::account(account)?.logout())
}

/// Reads one field of the account as text. Sends nothing.
///
/// @param account  From erptoken_open.
/// @param field    "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing"
///                 (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused"
///                 (credentials), "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of
///                 this process), "store", "import"; "last_error": a status name or empty; instants in RFC 3339, UTC:
///                 "expires_at", "obtained_at", "renew_at". The fields of erptoken_info_int too. Of what never ends
///                 "expires_at" and "renew_at" are empty; "header_name" is, where the token goes in no header.
/// @param buffer   Receives the text, NUL-terminated; empty while there is no token.
/// @param length   As for erptoken_get.
/// @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
///         ERPTOKEN_E_OPTION (unknown field: the text lists the known ones).
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_info(
    account: i32,
    field: *const c_char,
    buffer: *mut c_char,
    length: *mut i32,
) -> i32 {
    info(account, field, buffer, length)
}

pub unsafe fn info<U: Unit>(account: i32, field: *const U, buffer: *mut U, length: *mut i32) -> i32 {
    entry::call(|| {
        let out = Out::new(buffer, length)?;
        let told = (|| {
            let field = text::required(field, "field")?;
            info::text(handles::account(account)?.as_ref(), &field)
        })();
        out.write(&told.inspect_err(|_| out.clear())?)
    })
}

/// Reads one field of the account as a number. Sends nothing.
///
/// @param account  From erptoken_open.
/// @param field    "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never
///                 ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits",
///                 "failures", which stop at 2147483647.
/// @param value    Receives the number, 0 or more. Left as it is when the call fails.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION (unknown field,
///         or one that is a text).
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_info_int(account: i32, field: *const c_char, value: *mut i32) -> i32 {
    info_int(account, field, value)
}

pub unsafe fn info_int<U: Unit>(account: i32, field: *const U, value: *mut i32) -> i32 {
    entry::call(|| {
        let field = text::required(field, "field")?;
        text::check_number(value, "value")?;
        let number = info::number(handles::account(account)?.as_ref(), &field);
        text::write_number(value, "value", number)
    })
}
