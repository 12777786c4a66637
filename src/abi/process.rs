//! The whole process: defaults, log, report, shutdown.

use super::unit::Unit;
use super::{entry, handles, state, text};
use crate::error::Error;
use crate::message::ToCome;
use std::ffi::{c_char, c_void};

/// Receives one line of the log. `line` is NUL-terminated UTF-8 and lives until the callback returns.
#[allow(non_camel_case_types)]
pub type erptoken_log_fn =
    Option<unsafe extern "C" fn(level: i32, line: *const c_char, user_data: *mut c_void)>;

/// Sets an option of the process, or the default of an account option for accounts opened later.
///
/// @param option  "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
///                ("en"; "pt": Portuguese of Brazil), or an account option that is no credential, such as
///                "timeout_ms". "store", "store_key", "log_level" and "log_file" take only their defaults in this
///                build.
/// @param value   The value as text. NULL or "": back to the default.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED (to come).
///
/// The language is that of every error text from the next failing call on, on all threads, also where an earlier
/// failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
/// translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
///
/// Threads: any.
#[no_mangle]
pub unsafe extern "C" fn erptoken_configure(option: *const c_char, value: *const c_char) -> i32 {
    configure(option, value)
}

pub unsafe fn configure<U: Unit>(option: *const U, value: *const U) -> i32 {
    entry::call(|| {
        let option = text::required(option, "option")?;
        state::process().configure(&option, text::optional(value, "value")?.as_deref())
    })
}

/// Adds, changes or removes a log callback.
///
/// @param callback   Called with one line at a time, only on threads that are inside a call of this library.
/// @param user_data  Given back to the callback; with it, it is what tells callbacks apart.
/// @param level      1 error, 2 warning, 3 information, 4 debug; 0 removes it.
/// @return ERPTOKEN_E_UNSUPPORTED in this build: there is no log yet.
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_log(callback: erptoken_log_fn, user_data: *mut c_void, level: i32) -> i32 {
    let _ = (callback, user_data, level);
    entry::call(|| Err(Error::not_yet(ToCome::Log)))
}

/// Makes a report about an account and its way to the provider that a person can send to support. No secrets.
///
/// @param account   From erptoken_open; it need not be able to log in.
/// @param response  Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
/// @return ERPTOKEN_E_UNSUPPORTED in this build (ERPTOKEN_E_HANDLE for a handle that is not open).
///
/// Threads: any.
#[no_mangle]
pub extern "C" fn erptoken_diagnose(account: i32, response: *mut i32) -> i32 {
    let _ = response;
    entry::call(|| handles::account(account).and_then(|_| Err(Error::not_yet(ToCome::Report))))
}

/// Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way.
///
/// @return ERPTOKEN_OK, also when there was nothing to end.
///
/// For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
/// starts afresh. Calls that wait on other threads answer ERPTOKEN_E_HANDLE. Nothing is revoked at the providers.
///
/// Threads: any, but not from DllMain.
#[no_mangle]
pub extern "C" fn erptoken_shutdown() -> i32 {
    entry::call(|| {
        let process = state::replace();
        handles::close_all();
        if let Some(process) = process {
            process.cache.close();
        }
        Ok(())
    })
}
