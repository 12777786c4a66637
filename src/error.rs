//! What a call answers when it fails: a status of the table, a text that says what to do, and what the
//! provider said.

use crate::messages::{Language, Message, Wanted};
use std::fmt;

macro_rules! statuses {
    ($($variant:ident = $number:literal, $name:literal, $retryable:literal;)*) => {
        /// The failures of the contract. Numbers are never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Status { $($variant = $number,)* }

        impl Status {
            #[cfg(test)]
            pub const ALL: &'static [Status] = &[$(Status::$variant,)*];

            pub fn from_code(code: i32) -> Option<Status> {
                match code { $($number => Some(Status::$variant),)* _ => None }
            }

            /// The name in the header, prefix included.
            pub fn name(self) -> &'static str {
                match self { $(Status::$variant => concat!("ERPTOKEN_E_", $name),)* }
            }

            /// Whether the same call may succeed later with nothing changed.
            pub fn retryable(self) -> bool {
                match self { $(Status::$variant => $retryable,)* }
            }
        }
    };
}

statuses! {
    Argument = -1001, "ARGUMENT", false;
    Handle = -1002, "HANDLE", false;
    Buffer = -1003, "BUFFER", false;
    Encoding = -1004, "ENCODING", false;
    Reentrant = -1005, "REENTRANT", false;
    Limit = -1006, "LIMIT", false;
    Provider = -2001, "PROVIDER", false;
    Option = -2002, "OPTION", false;
    Missing = -2003, "MISSING", false;
    Unsupported = -2004, "UNSUPPORTED", false;
    Insecure = -2005, "INSECURE", false;
    Store = -2006, "STORE", false;
    Network = -3001, "NETWORK", true;
    Timeout = -3002, "TIMEOUT", true;
    Tls = -3003, "TLS", false;
    Proxy = -3004, "PROXY", false;
    Credentials = -4001, "CREDENTIALS", false;
    Mfa = -4002, "MFA", false;
    PasswordChange = -4003, "PASSWORD_CHANGE", false;
    Forbidden = -4004, "FORBIDDEN", false;
    NotFound = -4005, "NOT_FOUND", false;
    RateLimited = -4006, "RATE_LIMITED", true;
    Server = -4007, "SERVER", true;
    Response = -4008, "RESPONSE", true;
    RefusedAgain = -4009, "REFUSED_AGAIN", false;
    Internal = -9001, "INTERNAL", false;
}

impl Status {
    pub fn code(self) -> i32 {
        self as i32
    }
}

/// One failure. Shared by all callers who waited for the same renewal.
#[derive(Clone, Debug)]
pub struct Error {
    pub status: Status,
    pub message: Message,
    /// 0: the provider did not answer.
    pub http_status: u16,
    /// The provider's own word for it, cleaned; `guard` is this library's lockout guard.
    pub server_code: String,
    /// Seconds after which it makes sense to ask again.
    pub retry_after_s: u32,
    /// Told after the message: what else the program must know.
    pub also: Option<Box<Message>>,
    /// The request may have been carried out: sent again, it may be carried out twice.
    pub may_be_done: bool,
    /// Set when nothing was sent, because the same failure happened a moment ago.
    pub age_s: Option<u32>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(status: Status, message: Message) -> Self {
        Error {
            status,
            message,
            http_status: 0,
            server_code: String::new(),
            retry_after_s: 0,
            also: None,
            may_be_done: false,
            age_s: None,
        }
    }

    /// Whether the same call may succeed later, and does no harm.
    pub fn retryable(&self) -> bool {
        self.status.retryable() && !self.may_be_done
    }

    /// The same failure, and what else there is to know.
    pub fn and(self, also: Message) -> Self {
        Error { also: Some(Box::new(also)), ..self }
    }

    pub fn bad_value(option: &str, wanted: Wanted) -> Self {
        let message = Message::BadValue { option: option.to_owned(), wanted };
        Error::new(Status::Option, message)
    }

    /// The same failure, told again without asking the provider.
    pub fn remembered(&self, age_ms: i64, retry_in_ms: i64) -> Self {
        let seconds = |ms: i64| u32::try_from(ms.max(0).saturating_add(999) / 1000).unwrap_or(u32::MAX);
        Error { age_s: Some(seconds(age_ms - 999)), retry_after_s: seconds(retry_in_ms), ..self.clone() }
    }
}

/// In the language that the process has set now, whenever it happened.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = Language::current();
        self.message.told(language).fmt(f)?;
        if let Some(also) = &self.also {
            also.told(language).fmt(f)?;
        }
        if let Some(age) = self.age_s {
            let remembered = Message::Remembered { age_s: age, retry_in_s: self.retry_after_s };
            remembered.told(language).fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_by_its_number() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(*status));
            assert!(status.name().starts_with("ERPTOKEN_E_"));
        }
        assert_eq!(Status::from_code(0), None);
        assert_eq!(Status::ALL.len(), 26);
    }

    #[test]
    fn a_remembered_failure_tells_its_age_and_when_to_ask_again() {
        let error = Error::new(Status::Network, Message::Internal { place: "x".into() });
        let again = error.remembered(12_300, 17_001);
        assert_eq!((again.age_s, again.retry_after_s), (Some(12), 18));
        assert!(again.to_string().contains("12 s"), "{again}");
    }
}
