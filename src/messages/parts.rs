//! What a message says in passing: causes, what a value must be, why a request cannot be made.
//!
//! Names from elsewhere (options, headers, alerts of TLS) stand in every language as they are.

pub mod en;
pub mod pt;

use super::certificates::ClientFault;
use super::wording::told;
use crate::sys::Foreign;
use std::io::{self, ErrorKind};

told! {
    /// What a handle stands for.
    pub enum Opened {
        Account,
        Response,
        Any,
    }
}

told! {
    /// What the value of an option must be.
    pub enum Wanted {
        AtMost { bytes: usize },
        BareToken,
        Address,
        /// With letters that a host's name cannot have.
        AsciiHost,
        Instant,
        Number { least: u64, most: u64 },
        Switch,
        OneOf { known: String },
        Hosts,
        /// `kind`: the scheme of a proxy of another kind.
        Proxy { kind: Option<String> },
        CaFile { cause: FileFault },
        LogFile { cause: FileFault },
        Store,
        StoreKey,
        StoreKeyFile { cause: FileFault },
    }
}

told! {
    /// Why a file that a person named is of no use.
    pub enum FileFault {
        NotAFile,
        NotAbsolute,
        Link,
        /// Larger than 1 MiB.
        TooLarge,
        NotUtf8 { position: usize },
        NotPem,
        NoCertificate,
        OnlyKey,
        NoRoot,
        NotAKey,
        OtherOwner,
        Writable,
        Replaceable,
        HardLink,
        System { fault: SystemFault },
    }
}

told! {
    /// Why a request cannot be made as the profile and the options want it.
    pub enum Unfit {
        NotAnAddress,
        NotEncoded { position: usize },
        OtherScheme,
        LoginInAddress,
        Unusable,
        Method,
        HeaderLine,
        HeaderName,
        OurHeader { header: String },
        HeaderValue { header: String },
        ContentType,
        TooManyHeaders,
        TooLong,
        NotSet { option: String },
        NotForHeader { option: String, header: String },
        Dots { option: String },
        NotDigits { option: String },
        NotAnInstant { option: String },
        TooMuch { name: String },
        NotLatin1 { option: String },
        Key { option: String, fault: ClientFault },
        KeyNotRsa { option: String },
        KeyNotEc { option: String },
        /// A body that credentials cannot be put into.
        NotAnObject,
        OurMember { name: String },
    }
}

told! {
    /// Why there is no connection, or no longer.
    pub enum Cause {
        NoAddress,
        NoNameServer,
        NoAnswer { seconds: u64 },
        Closed,
        NotHttp,
        Unknown,
        System { fault: SystemFault },
    }
}

told! {
    /// An error of the system in words of ours: its own are in any language, or in English.
    pub enum SystemFault {
        Refused,
        Reset,
        Aborted,
        Broken,
        HostUnreachable,
        NetworkUnreachable,
        NetworkDown,
        TimedOut,
        NotFound,
        NotAFolder,
        Denied,
        ReadOnly,
        Full,
        QuotaUsed,
        TooLarge,
        Disk,
        // This machine has no more of it, or forbids it to this process.
        Descriptors,
        DescriptorsOfAll,
        Memory,
        Buffers,
        Ports,
        Forbidden,
        NoSuchProtocol,
        Other { name: String },
    }
}

impl SystemFault {
    /// Of a connection: what is denied there is no file.
    pub fn of_socket(error: &io::Error) -> SystemFault {
        match error.into() {
            SystemFault::Denied => SystemFault::Forbidden,
            fault => fault,
        }
    }

    /// Whether it lies in this machine, whatever is asked of whom: gone as soon as its cause is.
    pub fn is_local(&self) -> bool {
        use SystemFault::*;
        matches!(self, Descriptors | DescriptorsOfAll | Memory | Buffers | Ports | Forbidden | NoSuchProtocol)
    }
}

told! {
    /// What came where a provider's JSON should be.
    pub enum NoJson {
        Page,
        Text,
        Nothing,
        BreaksOff,
        Compressed,
    }
}

told! {
    /// Why what came is no answer of HTTP.
    pub enum HttpFault {
        SpeaksTls,
        HeadersTooLarge,
        /// `name`: the broken rule, as the HTTP library calls it.
        Protocol { name: String },
    }
}

told! {
    /// What went wrong with TLS, in words that lead to the one who can mend it. `name` is the TLS library's.
    pub enum TlsFault {
        NoCertificate,
        PlainText,
        NotTls,
        OnlyOldVersions,
        SpeaksWrongly,
        NothingInCommon { name: String },
        RefusedVersions,
        FoundNothingInCommon,
        UnknownName,
        WantsCertificate,
        /// Ours; `code`: the system's number for it.
        KeyDidNotSign { code: String },
        /// Ours, whose it is; `name`: the alert.
        CertificateRefused { whose: String, name: String },
        Alert { name: String },
        NoAuthorities,
        NoClock,
        HostIsNoName,
        Expired,
        ExpiredOn { day: String, today: String },
        AuthorityExpired { name: String, day: String, today: String },
        NotYetValid,
        ValidFrom { day: String, today: String },
        OtherHost,
        OtherHosts { names: String },
        NoHost,
        /// An address among its names instead of among its addresses.
        AddressAsName { address: String },
        OnlyCommonName { name: String },
        OldVersion,
        UnknownIssuer { issuer: String },
        ShortKey { bits: usize },
        WeakSignature { name: &'static str },
        /// What the environment names instead of the system's authorities.
        AuthoritiesUnread { variable: &'static str, path: String, cause: FileFault },
        Revoked,
        BadSignature,
        Unreadable,
        SelfSigned { name: String },
        Invalid { name: String },
        Other { name: String },
    }
}

impl From<&io::Error> for SystemFault {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => SystemFault::Refused,
            ErrorKind::ConnectionReset => SystemFault::Reset,
            ErrorKind::ConnectionAborted => SystemFault::Aborted,
            ErrorKind::BrokenPipe | ErrorKind::NotConnected => SystemFault::Broken,
            ErrorKind::HostUnreachable => SystemFault::HostUnreachable,
            ErrorKind::NetworkUnreachable => SystemFault::NetworkUnreachable,
            ErrorKind::NetworkDown => SystemFault::NetworkDown,
            ErrorKind::AddrNotAvailable => SystemFault::Ports,
            ErrorKind::OutOfMemory => SystemFault::Memory,
            ErrorKind::TimedOut => SystemFault::TimedOut,
            ErrorKind::NotFound => SystemFault::NotFound,
            ErrorKind::NotADirectory => SystemFault::NotAFolder,
            ErrorKind::PermissionDenied => SystemFault::Denied,
            ErrorKind::ReadOnlyFilesystem => SystemFault::ReadOnly,
            ErrorKind::StorageFull => SystemFault::Full,
            ErrorKind::QuotaExceeded => SystemFault::QuotaUsed,
            ErrorKind::FileTooLarge => SystemFault::TooLarge,
            kind => match error.raw_os_error() {
                Some(number) => {
                    numbered(number).unwrap_or_else(|| SystemFault::Other { name: number.to_string() })
                }
                None => SystemFault::Other { name: format!("{kind:?}") },
            },
        }
    }
}

/// What the standard library has no kind for.
#[cfg(unix)]
fn numbered(number: i32) -> Option<SystemFault> {
    Some(match number {
        libc::EMFILE => SystemFault::Descriptors,
        libc::ENFILE => SystemFault::DescriptorsOfAll,
        libc::ENOBUFS => SystemFault::Buffers,
        libc::EAFNOSUPPORT | libc::EPROTONOSUPPORT => SystemFault::NoSuchProtocol,
        libc::EIO => SystemFault::Disk,
        _ => return None,
    })
}

#[cfg(windows)]
fn numbered(number: i32) -> Option<SystemFault> {
    use windows_sys::Win32::Foundation::{ERROR_IO_DEVICE, ERROR_TOO_MANY_OPEN_FILES};
    use windows_sys::Win32::Networking::WinSock::{WSAEAFNOSUPPORT, WSAEMFILE, WSAENOBUFS};
    Some(match number {
        WSAEMFILE => SystemFault::Descriptors,
        WSAENOBUFS => SystemFault::Buffers,
        WSAEAFNOSUPPORT => SystemFault::NoSuchProtocol,
        _ if number == ERROR_TOO_MANY_OPEN_FILES as i32 => SystemFault::Descriptors,
        _ if number == ERROR_IO_DEVICE as i32 => SystemFault::Disk,
        _ => return None,
    })
}

impl From<&io::Error> for FileFault {
    fn from(error: &io::Error) -> Self {
        FileFault::System { fault: error.into() }
    }
}

impl FileFault {
    /// As of the system.
    pub fn is_local(&self) -> bool {
        matches!(self, FileFault::System { fault } if fault.is_local())
    }
}

impl From<Foreign> for FileFault {
    fn from(foreign: Foreign) -> Self {
        match foreign {
            Foreign::Owner => FileFault::OtherOwner,
            Foreign::Writable => FileFault::Writable,
            Foreign::Replaceable => FileFault::Replaceable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn errors_of_the_system_have_words_of_ours_or_a_number() {
        let fault = |number| SystemFault::from(&io::Error::from_raw_os_error(number));
        assert_eq!(fault(libc::ECONNREFUSED), SystemFault::Refused);
        assert_eq!(fault(libc::EHOSTUNREACH), SystemFault::HostUnreachable);
        assert_eq!(fault(libc::ENOENT), SystemFault::NotFound);
        assert_eq!(fault(libc::ENOTDIR), SystemFault::NotAFolder);
        assert_eq!(fault(libc::EMFILE), SystemFault::Descriptors);
        assert_eq!(fault(libc::EDQUOT), SystemFault::QuotaUsed);
        assert_eq!(fault(libc::ENOMEM), SystemFault::Memory);
        assert_eq!(fault(libc::ENOTTY), SystemFault::Other { name: libc::ENOTTY.to_string() });
        for local in [
            libc::EMFILE,
            libc::ENFILE,
            libc::ENOMEM,
            libc::ENOBUFS,
            libc::EADDRNOTAVAIL,
            libc::EACCES,
            libc::EPERM,
            libc::EAFNOSUPPORT,
        ] {
            assert!(SystemFault::of_socket(&io::Error::from_raw_os_error(local)).is_local(), "{local}");
        }
        for far in [libc::ECONNREFUSED, libc::EHOSTUNREACH, libc::ENETUNREACH, libc::ENETDOWN] {
            assert!(!SystemFault::of_socket(&io::Error::from_raw_os_error(far)).is_local(), "{far}");
        }
        let ours = SystemFault::from(&io::Error::from(ErrorKind::WriteZero));
        assert_eq!(ours, SystemFault::Other { name: "WriteZero".to_owned() });
    }
}
