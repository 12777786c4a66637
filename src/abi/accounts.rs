//! Accounts: open, set, close.

use super::unit::Unit;
use super::{entry, handles, state, text};
use crate::client::account::Account;
use crate::error::Result;
use std::ffi::c_char;

/// Opens an account at a provider. Sends nothing.
///
/// @param provider  "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A
///                  profile decides where passwords go: treat the file as code.
/// @param account   Receives the handle, greater than 0. Left as it is when the call fails.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NULL); ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a
///         profile that cannot be read or is not valid: the text says where); ERPTOKEN_E_LIMIT (no memory
///         for one more handle; 2,096,128 can be open).
///
/// Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because tokens
/// are cached for the whole process and not in the handle. In the child of a fork the parent's handles are
/// ERPTOKEN_E_HANDLE: open accounts after forking.
///
/// Example: int32_t account = 0; erptoken_open("senior", &account);
#[no_mangle]
pub unsafe extern "C" fn erptoken_open(provider: *const c_char, account: *mut i32) -> i32 {
    open(provider, account)
}

pub unsafe fn open<U: Unit>(provider: *const U, account: *mut i32) -> i32 {
    entry::call(|| {
        let provider = text::required(provider, "provider")?;
        text::check_number(account, "account")?;
        text::write_number(account, "account", opened(&provider))
    })
}

fn opened(provider: &str) -> Result<i32> {
    loop {
        let process = state::process();
        let handle = handles::open(Account::open(process.clone(), provider)?)?;
        // A shutdown on another thread between the two lines would leave a handle into what it ended.
        if state::is_current(&process) {
            return Ok(handle);
        }
        let _ = handles::close(handle); // The shutdown may have closed it already.
    }
}

/// Sets one option of an account. Sends nothing; the next call works with the new value.
///
/// @param account  From erptoken_open.
/// @param option   Name of the option, such as "username" (README.md has the table).
/// @param value    The value as text, copied before the call returns. NULL or "": back to the default.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (option is NULL); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
///         ERPTOKEN_E_OPTION (unknown option, or a value that is not usable: the text says what it must be);
///         ERPTOKEN_E_UNSUPPORTED ("token" = "application" at a provider that has no application tokens).
///
/// Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle,
/// so that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
///
/// "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order. The
/// files are read when they are set. The call that makes them contradict each other (a wrong password, a key of another
/// certificate) answers ERPTOKEN_E_OPTION and sets its value all the same, and so does every call that needs the
/// certificate, without sending anything, until one of them is set to what fits.
///
/// Threads: any; calls of other threads that run at this moment finish with the old value.
///
/// Example: erptoken_set(account, "password", "senhaUsuario");
#[no_mangle]
pub unsafe extern "C" fn erptoken_set(account: i32, option: *const c_char, value: *const c_char) -> i32 {
    set(account, option, value)
}

pub unsafe fn set<U: Unit>(account: i32, option: *const U, value: *const U) -> i32 {
    entry::call(|| {
        let option = text::required(option, "option")?;
        let value = text::optional(value, "value")?;
        handles::account(account)?.set(&option, value.as_deref())
    })
}

/// Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
///
/// @param handle  The handle; 0 is nothing and OK.
/// @return ERPTOKEN_OK; ERPTOKEN_E_HANDLE (closed already, never opened, or of the parent process).
///
/// Threads: any. A call that uses the handle at this moment on another thread finishes or returns
/// ERPTOKEN_E_HANDLE. Nothing is revoked at the provider: erptoken_logout does that.
#[no_mangle]
pub extern "C" fn erptoken_close(handle: i32) -> i32 {
    entry::call(|| if handle == 0 { Ok(()) } else { handles::close(handle) })
}
