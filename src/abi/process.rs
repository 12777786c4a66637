//! The whole process: defaults, log, report, shutdown.

use super::callbacks::{self, Function};
use super::constants::ERPTOKEN_ABI_VERSION;
use super::unit::Unit;
use super::{entry, handles, state, text};
use crate::log::{self as journal, Event, Level, LogRecord};
use crate::report;
use std::ffi::{c_char, c_void};
use std::time::Duration;

/// How long a shutdown waits for log callbacks that run on other threads.
const CALLBACKS_END: Duration = Duration::from_secs(2);

/// Receives one line of the log: when, how bad, which process, which account, what, how long, in the "language" of the
/// process. `line` is NUL-terminated UTF-8 without line ends, and lives until the callback returns.
///
/// It is called on a thread of the program that is inside a call of this library, just before that call returns; by
/// several threads at once if several are inside calls. No lock is held and the floating-point state is the program's.
/// Inside it every function but the pure and the erptoken_error_ ones is ERPTOKEN_E_REENTRANT. It must return: no
/// longjmp, and no exception may leave it.
#[allow(non_camel_case_types)]
pub type erptoken_log_fn =
    Option<unsafe extern "C" fn(level: i32, line: *const c_char, user_data: *mut c_void)>;

/// Sets an option of the process, or the default of an account option for accounts opened later.
///
/// @param option  "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
///                ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
///                "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
///                "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and
///                "store_key" (see below), or an account option that is not a credential, such as "timeout_ms".
/// @param value   The value as text. NULL or "": back to the default.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE;
///         ERPTOKEN_E_UNSUPPORTED (of another build or system).
///
/// The language is that of every error text from the next failing call on, on all threads, also where an earlier
/// failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
/// translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
///
/// The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to "name.1",
/// those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may share it. What
/// cannot be written later is counted, and told in the file when it can be again. erptoken_shutdown ends the file too.
/// Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL
/// count, read at the first call; never in a set-user-ID program.
///
/// "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
/// "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with them. The
/// folder is made for its owner alone if it is not there; one that is a link, another user's, open to others, or that cannot
///  be written or locked is ERPTOKEN_E_STORE, here and at the first call that needs a token. What fails later costs the
/// sharing and no token: the process goes on with its memory, and the log says so.
/// "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with the same
/// server and "store_key" share them. A build without the cargo feature redis returns ERPTOKEN_E_UNSUPPORTED. A server
/// that refuses is ERPTOKEN_E_STORE here; while one is away, memory goes on.
///
/// "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them and
/// is its owner's alone (read now: ERPTOKEN_E_OPTION if it cannot be, ERPTOKEN_E_STORE if others may); on Windows
/// "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without a key is
/// ERPTOKEN_E_MISSING at the first call that needs a token.
///
/// The first call that needs a token fixes both, until erptoken_shutdown: another value is ERPTOKEN_E_OPTION then.
///
/// A child of a fork starts with everything that its parent has set.
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

/// Adds a log callback, changes its level, or removes it.
///
/// @param callback   Called with one line at a time.
/// @param user_data  Given back to the callback; with it, it is what tells callbacks apart.
/// @param level      1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this
///                   call returns ERPTOKEN_OK it does not run and will not run again; OK too if it was not there.
/// @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NULL, or no level); ERPTOKEN_E_LIMIT (16 callbacks are there);
///         ERPTOKEN_E_TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).
///
/// Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells how
/// many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
/// erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
/// waited there.
///
/// Threads: any. Do not remove a callback while holding a lock that it takes.
#[no_mangle]
pub extern "C" fn erptoken_log(callback: erptoken_log_fn, user_data: *mut c_void, level: i32) -> i32 {
    log(callback.map(Function::Narrow), user_data, level)
}

pub fn log(callback: Option<Function>, user_data: *mut c_void, level: i32) -> i32 {
    entry::call(|| callbacks::set(callback, user_data, level))
}

/// Makes a report about an account and its way to the provider that a person can send to support. No secrets.
///
/// @param account   From erptoken_open; it need not be able to log in, nor have its options.
/// @param response  Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
///                  Left as it is when the call fails.
/// @return ERPTOKEN_OK, whatever the report says: what is broken is in it; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE;
///         ERPTOKEN_E_LIMIT (no memory for one more handle).
///
/// The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
/// erptoken_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
/// "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set: subject,
/// issuer, from, until, key, kind), "token" (state, last error), "store", "proxy",
/// "dns", "tcp", "tls" (with the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one)
/// and "advice" (a list of "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
///
/// It looks the provider's host up, connects, looks at its certificates and asks for no page in particular. Credentials and
/// tokens are not sent, the token is neither got nor changed. A client certificate that is set is shown to a server that asks
/// for one and is trusted. A user name is shown.
///
/// Threads: any; waits "timeout_ms" at most.
#[no_mangle]
pub unsafe extern "C" fn erptoken_diagnose(account: i32, response: *mut i32) -> i32 {
    entry::call(|| {
        text::check_number(response, "response")?;
        let account = handles::account(account)?;
        handles::check_room()?;
        let report = report::report(&account, ERPTOKEN_ABI_VERSION);
        text::write_number(response, "response", handles::open_response(report))
    })
}

/// Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
///
/// @param path      The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
/// @param response  Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
///                  Left as it is when the call fails.
/// @return ERPTOKEN_OK for any file that can be read, valid or not; ERPTOKEN_E_ARGUMENT (NULL); ERPTOKEN_E_ENCODING;
///         ERPTOKEN_E_PROVIDER (unknown name, or a file that cannot be read: the text says why); ERPTOKEN_E_LIMIT (no
///         memory for one more handle).
///
/// The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
/// erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name", "title",
/// "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings alone is valid),
/// "requests" (of a valid profile, in its usual and its test environment: "environment", "operation", "needs", "method",
/// "url", "headers" and "body", with [name] in place of every value, such as [password], and [...] in place of what stands in
/// the profile itself under the name of a secret; "api" is a call of the program's own) and "values" (what is computed, and
/// of what). No value of an option is needed, or shown.
///
/// Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
///
/// Example: int32_t response = 0; erptoken_check_profile("C:\\erp\\rm.json", &response);
#[no_mangle]
pub unsafe extern "C" fn erptoken_check_profile(path: *const c_char, response: *mut i32) -> i32 {
    check_profile(path, response)
}

pub unsafe fn check_profile<U: Unit>(path: *const U, response: *mut i32) -> i32 {
    entry::call(|| {
        let path = text::required(path, "path")?;
        text::check_number(response, "response")?;
        handles::check_room()?;
        let report = report::profile::check(&path)?;
        text::write_number(response, "response", handles::open_response(report))
    })
}

/// Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes every
/// log callback after the last lines.
///
/// @return ERPTOKEN_OK, also when there was nothing to end.
///
/// For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
/// starts afresh. Calls that wait for a token on other threads return ERPTOKEN_E_HANDLE. Those that send something
/// themselves (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own time, and a response that
/// one of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at most: let it end
/// before what it uses is freed. Nothing is revoked at the providers.
///
/// Threads: any, but not from DllMain.
#[no_mangle]
pub extern "C" fn erptoken_shutdown() -> i32 {
    let status = entry::call(|| {
        let process = state::replace();
        handles::close_all();
        if let Some(process) = process {
            process.cache.close();
            process.close_idle_connections();
        }
        journal::event(Level::Information, || LogRecord::of_process(Event::ShutDown));
        Ok(())
    });
    // A call of its own: the one before has told the callbacks of itself.
    if status == 0 {
        entry::call(|| {
            journal::close();
            callbacks::remove_all(CALLBACKS_END);
            Ok(())
        });
    }
    status
}
