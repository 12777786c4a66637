//! The numbers of the header.

/// The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version().
pub const ERPTOKEN_ABI_VERSION: i32 = 1001;
/// Capacity that holds every id of an application token, its NUL included.
pub const ERPTOKEN_ID_SIZE: i32 = 65;

/// It worked.
pub const ERPTOKEN_OK: i32 = 0;
/// An argument is NULL, negative or malformed. Not worth repeating.
pub const ERPTOKEN_E_ARGUMENT: i32 = -1001;
/// The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
pub const ERPTOKEN_E_HANDLE: i32 = -1002;
/// The buffer is too small: *length says what is needed, call again. The last error is left as it is.
pub const ERPTOKEN_E_BUFFER: i32 = -1003;
/// A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating.
pub const ERPTOKEN_E_ENCODING: i32 = -1004;
/// Called from inside the log callback. Not worth repeating.
pub const ERPTOKEN_E_REENTRANT: i32 = -1005;
/// Too many open handles, or an answer above max_response_bytes. Not worth repeating.
pub const ERPTOKEN_E_LIMIT: i32 = -1006;
/// Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
pub const ERPTOKEN_E_PROVIDER: i32 = -2001;
/// Unknown option or field, or a bad value. Not worth repeating.
pub const ERPTOKEN_E_OPTION: i32 = -2002;
/// A required option is not set: the text names it. Not worth repeating.
pub const ERPTOKEN_E_MISSING: i32 = -2003;
/// This provider, or this build, has no such operation. Not worth repeating.
pub const ERPTOKEN_E_UNSUPPORTED: i32 = -2004;
/// Plain http without allow_http, or a host the token may not go to. Not worth repeating.
pub const ERPTOKEN_E_INSECURE: i32 = -2005;
/// The store that the program named cannot be used. Not worth repeating.
pub const ERPTOKEN_E_STORE: i32 = -2006;
/// Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
pub const ERPTOKEN_E_NETWORK: i32 = -3001;
/// The caller's time ran out. Worth repeating.
pub const ERPTOKEN_E_TIMEOUT: i32 = -3002;
/// TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
pub const ERPTOKEN_E_TLS: i32 = -3003;
/// The proxy refused, or wants a login (407). Not worth repeating.
pub const ERPTOKEN_E_PROXY: i32 = -3004;
/// User, password or key refused. Not worth repeating.
pub const ERPTOKEN_E_CREDENTIALS: i32 = -4001;
/// A second factor is wanted: set mfa_code and ask again. Not worth repeating.
pub const ERPTOKEN_E_MFA: i32 = -4002;
/// The provider wants the password changed first. Not worth repeating.
pub const ERPTOKEN_E_PASSWORD_CHANGE: i32 = -4003;
/// The account may not do this. Not worth repeating.
pub const ERPTOKEN_E_FORBIDDEN: i32 = -4004;
/// No such application token, header or field. Not worth repeating.
pub const ERPTOKEN_E_NOT_FOUND: i32 = -4005;
/// The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
pub const ERPTOKEN_E_RATE_LIMITED: i32 = -4006;
/// The provider failed (5xx). Worth repeating.
pub const ERPTOKEN_E_SERVER: i32 = -4007;
/// The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
pub const ERPTOKEN_E_RESPONSE: i32 = -4008;
/// From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth repeating.
pub const ERPTOKEN_E_REFUSED_AGAIN: i32 = -4009;
/// A bug in this library, caught. Not worth repeating.
pub const ERPTOKEN_E_INTERNAL: i32 = -9001;

#[cfg(test)]
mod tests {
    use crate::error::Status;

    #[test]
    fn the_header_tells_the_numbers_names_and_repeats_of_the_table() {
        let header = include_str!("constants.rs");
        for status in Status::ALL {
            let line = format!("pub const {}: i32 = {};", status.name(), status.code());
            let (before, _) = header.split_once(&line).unwrap_or_else(|| panic!("{line} is missing"));
            let comment = before.trim_end().rsplit('\n').next().unwrap_or_default();
            let said = !comment.ends_with("Not worth repeating.") && comment.ends_with("Worth repeating.");
            if *status != Status::Buffer {
                assert_eq!(said, status.retryable(), "{comment}");
            }
        }
        let readme = include_str!("../../README.md");
        for status in Status::ALL {
            let again = if status.retryable() { "yes" } else { "no" };
            let row = format!("| `{}` | {} | {again} |", status.name(), status.code());
            assert!(readme.contains(&row), "README.md lacks {row}");
        }
        assert_eq!(
            header.matches("pub const ERPTOKEN_E_").count(),
            Status::ALL.len() + 1 /* this line */
        );
    }
}
