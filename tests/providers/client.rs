//! The C ABI for tests: an account that closes itself, failures with everything that is told about them. Every text
//! of a failure is searched for the secrets that the account knows.

use std::ffi::{c_char, CString};
use std::fmt;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use erptoken::abi::{accounts, errors, pure, tokens};

pub use erptoken::abi::constants::*;

/// Shorter than this, a secret is part of too many words.
const SHORTEST_SECRET: usize = 4;
/// What the header promises to hold every error text.
const ERROR_TEXT: usize = 1201;
const SECRET_OPTIONS: [&str; 7] = [
    "password",
    "secret",
    "client_secret",
    "client_certificate_password",
    "mfa_code",
    "access_token",
    "refresh_token",
];

/// A failing call, with what the error functions told of it.
#[derive(Clone, PartialEq)]
pub struct Failure {
    pub status: i32,
    pub name: String,
    pub text: String,
    pub server_code: String,
    pub http_status: i32,
    pub retry_after: i32,
    pub retryable: bool,
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { name, text, server_code, http_status, retry_after, .. } = self;
        write!(f, "{name} [HTTP {http_status}, code {server_code:?}, again after {retry_after} s] {text}")
    }
}

pub type Outcome<T> = Result<T, Failure>;

/// One call that fills a buffer: what it answered, the text, and the length as it was left.
#[derive(Debug, PartialEq)]
pub struct Filled {
    pub status: i32,
    pub text: String,
    pub length: i32,
}

/// Calls a function that fills a buffer, with exactly this capacity; checks that nothing is written beyond it.
pub fn fill(capacity: usize, call: impl FnOnce(*mut c_char, *mut i32) -> i32) -> Filled {
    const GUARD: u8 = 0xA5;
    let mut buffer = vec![GUARD; capacity + 8];
    let mut length = i32::try_from(capacity).expect("a capacity");
    let status = call(buffer.as_mut_ptr().cast(), &mut length);
    assert!(buffer[capacity..].iter().all(|byte| *byte == GUARD), "written beyond the buffer");
    let end = buffer[..capacity].iter().position(|byte| *byte == 0);
    let text = match (end, capacity) {
        (Some(end), _) => String::from_utf8(buffer[..end].to_vec()).expect("UTF-8"),
        (None, 0) => String::new(),
        (None, _) => panic!("no NUL in a buffer of {capacity} (status {status})"),
    };
    if status == ERPTOKEN_OK {
        assert_eq!(length, text.len() as i32, "the length of {text:?}");
    } else {
        assert_eq!(text, "", "a failing call left a text");
    }
    Filled { status, text, length }
}

/// As `fill`, with a buffer that grows until the text fits.
pub fn fill_all(mut call: impl FnMut(*mut c_char, *mut i32) -> i32) -> Filled {
    let mut capacity = 512;
    loop {
        let filled = fill(capacity, &mut call);
        if filled.status != ERPTOKEN_E_BUFFER {
            return filled;
        }
        assert!(filled.length as usize > capacity, "the capacity needed is larger");
        capacity = filled.length as usize;
    }
}

pub fn c_text(text: &str) -> CString {
    CString::new(text).expect("no NUL in it")
}

/// The name of a status.
pub fn status_name(status: i32) -> String {
    if status == ERPTOKEN_OK {
        return "ERPTOKEN_OK".to_owned();
    }
    fill(64, |buffer, length| unsafe { pure::erptoken_status_name(status, buffer, length) }).text
}

/// What the error functions tell of this thread's last failing call, which answered `status`.
pub fn failure(status: i32) -> Failure {
    let text = fill(ERROR_TEXT, |buffer, length| unsafe { errors::erptoken_error_text(buffer, length) });
    let code =
        fill(ERROR_TEXT, |buffer, length| unsafe { errors::erptoken_error_server_code(buffer, length) });
    assert_eq!((text.status, code.status), (ERPTOKEN_OK, ERPTOKEN_OK), "they fit as promised");
    assert!(!text.text.is_empty(), "a failure without a text");
    assert!(!text.text.chars().any(char::is_control), "a control character in {:?}", text.text);
    let failure = Failure {
        status,
        name: status_name(status),
        text: text.text,
        server_code: code.text,
        http_status: errors::erptoken_error_http_status(),
        retry_after: errors::erptoken_error_retry_after(),
        retryable: errors::erptoken_error_retryable() == 1,
    };
    // It knows more than the number alone, and never promises more.
    assert!(!failure.retryable || pure::erptoken_status_retryable(status) == 1, "{failure:?}");
    assert!(failure.name.starts_with("ERPTOKEN_E_"), "{failure:?}");
    assert!(failure.retry_after >= 0 && (0..1000).contains(&failure.http_status), "{failure:?}");
    failure
}

/// The forms in which a secret may be in a text: as it is, in JSON, in a form, in a URL.
fn forms(secret: &str) -> [String; 4] {
    let json = serde_json::to_string(secret).expect("JSON");
    let percent = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let url: String = secret.bytes().map(percent).collect();
    [secret.to_owned(), json[1..json.len() - 1].to_owned(), url.replace("%20", "+"), url]
}

/// An open account. It remembers its secrets, and closes its handle when dropped.
pub struct Account {
    handle: i32,
    secrets: Mutex<Vec<String>>,
}

impl Account {
    pub fn open(provider: &str) -> Outcome<Account> {
        let mut handle = -7;
        let status = unsafe { accounts::erptoken_open(c_text(provider).as_ptr(), &mut handle) };
        if status != ERPTOKEN_OK {
            assert_eq!(handle, -7, "a failing open leaves the handle as it is");
            return Err(failure(status));
        }
        assert!(handle > 0, "{handle}");
        Ok(Account { handle, secrets: Mutex::default() })
    }

    /// Opens an account and sets its options.
    pub fn with(provider: &str, options: &[(&str, &str)]) -> Account {
        let account = Account::open(provider).unwrap_or_else(|failure| panic!("{provider}: {failure:?}"));
        for (name, value) in options {
            account.set(name, value).unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        }
        account
    }

    fn secrets(&self) -> MutexGuard<'_, Vec<String>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this must be in no text.
    pub fn keep_secret(&self, secret: &str) {
        if secret.len() >= SHORTEST_SECRET {
            self.secrets().push(secret.to_owned());
        }
    }

    #[allow(dead_code)] // for the tests of requests
    pub fn handle(&self) -> i32 {
        self.handle
    }

    /// An answer of a call with this account, with what the error functions told.
    pub fn checked(&self, status: i32) -> Outcome<()> {
        if status == ERPTOKEN_OK {
            return Ok(());
        }
        let failure = failure(status);
        for secret in self.secrets().iter() {
            for form in forms(secret) {
                let shown = failure.text.contains(&form) || failure.server_code.contains(&form);
                assert!(!shown, "a secret ({form}) is in {failure:?}");
            }
        }
        Err(failure)
    }

    pub fn set(&self, option: &str, value: &str) -> Outcome<()> {
        if SECRET_OPTIONS.contains(&option) {
            self.keep_secret(value);
        }
        let (option, value) = (c_text(option), c_text(value));
        self.checked(unsafe { accounts::erptoken_set(self.handle, option.as_ptr(), value.as_ptr()) })
    }

    /// Back to the default.
    pub fn unset(&self, option: &str) -> Outcome<()> {
        self.checked(unsafe { accounts::erptoken_set(self.handle, c_text(option).as_ptr(), ptr::null()) })
    }

    pub fn get(&self) -> Outcome<String> {
        let filled = fill_all(|buffer, length| unsafe { tokens::erptoken_get(self.handle, buffer, length) });
        self.checked(filled.status)?;
        self.keep_secret(&filled.text);
        Ok(filled.text)
    }

    /// One call of erptoken_get with a buffer of this capacity.
    pub fn get_into(&self, capacity: usize) -> Filled {
        fill(capacity, |buffer, length| unsafe { tokens::erptoken_get(self.handle, buffer, length) })
    }

    /// One call of erptoken_get with NULL and 0: the status and the capacity needed.
    pub fn get_size(&self) -> (i32, i32) {
        let mut length = 0;
        let status = unsafe { tokens::erptoken_get(self.handle, ptr::null_mut(), &mut length) };
        (status, length)
    }

    pub fn authorization(&self) -> Outcome<String> {
        let filled =
            fill_all(|buffer, length| unsafe { tokens::erptoken_authorization(self.handle, buffer, length) });
        self.checked(filled.status).map(|()| filled.text)
    }

    pub fn renew(&self) -> Outcome<()> {
        self.checked(tokens::erptoken_renew(self.handle))
    }

    pub fn reject(&self, token: &str) -> Outcome<()> {
        self.checked(unsafe { tokens::erptoken_reject(self.handle, c_text(token).as_ptr()) })
    }

    pub fn logout(&self) -> Outcome<()> {
        self.checked(tokens::erptoken_logout(self.handle))
    }

    pub fn try_info(&self, field: &str) -> Outcome<String> {
        let field = c_text(field);
        let filled = fill_all(|buffer, length| unsafe {
            tokens::erptoken_info(self.handle, field.as_ptr(), buffer, length)
        });
        self.checked(filled.status).map(|()| filled.text)
    }

    pub fn info(&self, field: &str) -> String {
        self.try_info(field).unwrap_or_else(|failure| panic!("{field}: {failure:?}"))
    }

    pub fn try_number(&self, field: &str) -> Outcome<i32> {
        let mut number = -7;
        let status = unsafe { tokens::erptoken_info_int(self.handle, c_text(field).as_ptr(), &mut number) };
        let checked = self.checked(status);
        if checked.is_err() {
            assert_eq!(number, -7, "a failing call leaves the number as it is");
        }
        checked.map(|()| number)
    }

    pub fn number(&self, field: &str) -> i32 {
        self.try_number(field).unwrap_or_else(|failure| panic!("{field}: {failure:?}"))
    }

    /// A token, which the test takes for granted.
    pub fn token(&self) -> String {
        self.get().unwrap_or_else(|failure| panic!("no token: {failure:?}"))
    }

    /// A failing get with this status.
    pub fn refused(&self, status: i32) -> Failure {
        match self.get() {
            Ok(_) => panic!("a token instead of {}", status_name(status)),
            Err(failure) => {
                failure.assert_is(status);
                failure
            }
        }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let status = accounts::erptoken_close(self.handle);
        if !std::thread::panicking() {
            assert_eq!(status, ERPTOKEN_OK);
        }
    }
}

impl Failure {
    #[track_caller]
    pub fn assert_is(&self, status: i32) -> &Failure {
        assert_eq!(self.status, status, "{} was expected: {self:?}", status_name(status));
        self
    }

    /// All of these words are in the text.
    #[track_caller]
    pub fn assert_says(&self, words: &[&str]) -> &Failure {
        for word in words {
            assert!(self.text.contains(word), "`{word}` is not in: {self:?}");
        }
        self
    }

    pub fn is_remembered(&self) -> bool {
        self.text.contains("remembered")
    }
}

/// The failure of a call that must fail, with this status.
#[track_caller]
pub fn failed<T: fmt::Debug>(outcome: Outcome<T>, status: i32) -> Failure {
    let failure = outcome.expect_err("a failure");
    failure.assert_is(status);
    failure
}
