//! The second family, for UTF-16: the same functions in the same order, with the bodies of the first. On 32-bit Windows
//! they are stdcall, elsewhere plain C. Functions without texts differ in nothing but that.
//!
//! `erptokenw.h` and the declarations for other languages are made from the comments of the first family.

use super::callbacks::Function;
use super::{accounts, app_tokens, errors, process, pure, requests, tokens};
use std::ffi::c_void;

/// As `erptoken_log_fn`, with a line in UTF-16.
type LogFn = Option<unsafe extern "system" fn(level: i32, line: *const u16, user_data: *mut c_void)>;

macro_rules! exported {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) = $body:expr;)*) => {$(
        #[no_mangle]
        pub unsafe extern "system" fn $name($($argument: $kind),*) -> i32 {
            $body($($argument),*)
        }
    )*};
}

exported! {
    fn erptokenw_open(provider: *const u16, account: *mut i32) = accounts::open;
    fn erptokenw_set(account: i32, option: *const u16, value: *const u16) = accounts::set;
    fn erptokenw_close(handle: i32) = accounts::erptoken_close;

    fn erptokenw_get(account: i32, buffer: *mut u16, length: *mut i32) = tokens::get;
    fn erptokenw_authorization(account: i32, buffer: *mut u16, length: *mut i32) = tokens::authorization;
    fn erptokenw_renew(account: i32) = tokens::erptoken_renew;
    fn erptokenw_reject(account: i32, token: *const u16) = tokens::reject;
    fn erptokenw_logout(account: i32) = tokens::erptoken_logout;
    fn erptokenw_info(account: i32, field: *const u16, buffer: *mut u16, length: *mut i32) = tokens::info;
    fn erptokenw_info_int(account: i32, field: *const u16, value: *mut i32) = tokens::info_int;

    fn erptokenw_app_check(account: i32, allowed: *mut i32) = app_tokens::erptoken_app_check;
    fn erptokenw_app_create(account: i32, expires: *const u16, id: *mut u16, length: *mut i32) =
        app_tokens::create;
    fn erptokenw_app_get(account: i32, id: *const u16, buffer: *mut u16, length: *mut i32) =
        app_tokens::get;
    fn erptokenw_app_list(account: i32, response: *mut i32) = app_tokens::erptoken_app_list;
    fn erptokenw_app_revoke(account: i32, id: *const u16) = app_tokens::revoke;

    fn erptokenw_request(
        account: i32,
        method: *const u16,
        url: *const u16,
        headers: *const u16,
        body: *const c_void,
        body_length: i32,
        response: *mut i32
    ) = requests::request;
    fn erptokenw_response_status(response: i32, http_status: *mut i32) = requests::erptoken_response_status;
    fn erptokenw_response_header(response: i32, name: *const u16, buffer: *mut u16, length: *mut i32) =
        requests::header;
    fn erptokenw_response_text(response: i32, buffer: *mut u16, length: *mut i32) =
        requests::text;
    fn erptokenw_response_field(response: i32, path: *const u16, buffer: *mut u16, length: *mut i32) =
        requests::field;
    fn erptokenw_response_bytes(response: i32, buffer: *mut c_void, length: *mut i32) =
        requests::erptoken_response_bytes;

    fn erptokenw_configure(option: *const u16, value: *const u16) = process::configure;
    fn erptokenw_log(callback: LogFn, user_data: *mut c_void, level: i32) =
        |callback: LogFn, user_data, level| process::log(callback.map(Function::Wide), user_data, level);
    fn erptokenw_diagnose(account: i32, response: *mut i32) = process::erptoken_diagnose;
    fn erptokenw_check_profile(path: *const u16, response: *mut i32) = process::check_profile;
    fn erptokenw_shutdown() = process::erptoken_shutdown;

    fn erptokenw_abi_version() = pure::erptoken_abi_version;
    fn erptokenw_version(buffer: *mut u16, length: *mut i32) = pure::version;
    fn erptokenw_status_name(status: i32, buffer: *mut u16, length: *mut i32) = pure::status_name;
    fn erptokenw_status_retryable(status: i32) = pure::erptoken_status_retryable;

    fn erptokenw_error_text(buffer: *mut u16, length: *mut i32) = errors::text;
    fn erptokenw_error_server_code(buffer: *mut u16, length: *mut i32) = errors::server_code;
    fn erptokenw_error_http_status() = errors::erptoken_error_http_status;
    fn erptokenw_error_retry_after() = errors::erptoken_error_retry_after;
    fn erptokenw_error_retryable() = errors::erptoken_error_retryable;
}
