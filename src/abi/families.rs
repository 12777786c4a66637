//! The second and the third family, for UTF-16 and for 8-bit texts in the ANSI code page: the same functions in the same
//! order, with the bodies of the first. On 32-bit Windows they are stdcall, elsewhere plain C. Functions without texts
//! differ in nothing but that.
//!
//! Their headers and the declarations for other languages are made from the comments of the first family.

use super::callbacks::Function;
use super::unit::Ansi;
use super::{accounts, app_tokens, errors, process, pure, requests, tokens};
use std::ffi::c_void;

/// Both families from one row of each function: `U` is what the family's texts are made of.
macro_rules! exported {
    ($($row:tt)*) => {
        family! { wide, "erptokenw_", u16, Function::Wide; $($row)* }
        family! { ansi, "erptokena_", Ansi, Function::Ansi; $($row)* }
    };
}

macro_rules! family {
    (
        $family:ident, $prefix:literal, $unit:ty, $listening:expr;
        $(fn $name:ident($($argument:ident: $kind:ty),*) = $body:expr;)*
    ) => {
        mod $family {
            use super::*;

            type U = $unit;
            /// As `erptoken_log_fn`, with a line of the family's.
            type LogFn = Option<Listener>;
            type Listener = unsafe extern "system" fn(level: i32, line: *const U, user_data: *mut c_void);
            #[allow(non_upper_case_globals)] // As the variant that it is.
            const Listening: fn(Listener) -> Function = $listening;

            $(
                #[export_name = concat!($prefix, stringify!($name))]
                pub unsafe extern "system" fn $name($($argument: $kind),*) -> i32 {
                    $body($($argument),*)
                }
            )*
        }
    };
}

exported! {
    fn open(provider: *const U, account: *mut i32) = accounts::open;
    fn set(account: i32, option: *const U, value: *const U) = accounts::set;
    fn close(handle: i32) = accounts::erptoken_close;

    fn get(account: i32, buffer: *mut U, length: *mut i32) = tokens::get;
    fn authorization(account: i32, buffer: *mut U, length: *mut i32) = tokens::authorization;
    fn renew(account: i32) = tokens::erptoken_renew;
    fn reject(account: i32, token: *const U) = tokens::reject;
    fn logout(account: i32) = tokens::erptoken_logout;
    fn info(account: i32, field: *const U, buffer: *mut U, length: *mut i32) = tokens::info;
    fn info_int(account: i32, field: *const U, value: *mut i32) = tokens::info_int;

    fn app_check(account: i32, allowed: *mut i32) = app_tokens::erptoken_app_check;
    fn app_create(account: i32, expires: *const U, id: *mut U, length: *mut i32) =
        app_tokens::create;
    fn app_get(account: i32, id: *const U, buffer: *mut U, length: *mut i32) =
        app_tokens::get;
    fn app_list(account: i32, response: *mut i32) = app_tokens::erptoken_app_list;
    fn app_revoke(account: i32, id: *const U) = app_tokens::revoke;

    fn request(
        account: i32,
        method: *const U,
        url: *const U,
        headers: *const U,
        body: *const c_void,
        body_length: i32,
        response: *mut i32
    ) = requests::request;
    fn response_status(response: i32, http_status: *mut i32) = requests::erptoken_response_status;
    fn response_header(response: i32, name: *const U, buffer: *mut U, length: *mut i32) =
        requests::header;
    fn response_text(response: i32, buffer: *mut U, length: *mut i32) =
        requests::text;
    fn response_field(response: i32, path: *const U, buffer: *mut U, length: *mut i32) =
        requests::field;
    fn response_bytes(response: i32, buffer: *mut c_void, length: *mut i32) =
        requests::erptoken_response_bytes;

    fn configure(option: *const U, value: *const U) = process::configure;
    fn log(callback: LogFn, user_data: *mut c_void, level: i32) =
        |callback: LogFn, user_data, level| process::log(callback.map(Listening), user_data, level);
    fn diagnose(account: i32, response: *mut i32) = process::erptoken_diagnose;
    fn check_profile(path: *const U, response: *mut i32) = process::check_profile;
    fn shutdown() = process::erptoken_shutdown;

    fn abi_version() = pure::erptoken_abi_version;
    fn version(buffer: *mut U, length: *mut i32) = pure::version;
    fn status_name(status: i32, buffer: *mut U, length: *mut i32) = pure::status_name;
    fn status_retryable(status: i32) = pure::erptoken_status_retryable;

    fn error_text(buffer: *mut U, length: *mut i32) = errors::text;
    fn error_server_code(buffer: *mut U, length: *mut i32) = errors::server_code;
    fn error_http_status() = errors::erptoken_error_http_status;
    fn error_retry_after() = errors::erptoken_error_retry_after;
    fn error_retryable() = errors::erptoken_error_retryable;
}
