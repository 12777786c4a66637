//! English: what messages say in passing.

use super::{Cause, FileFault, HttpFault, Opened, SystemFault, TlsFault, Unfit, Wanted};
use crate::messages::message::en::En;
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, Opened> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self.0 {
            Opened::Account => "account",
            Opened::Response => "response",
            Opened::Any => "account or response",
        })
    }
}

impl Display for En<'_, Wanted> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Wanted::*;
        match self.0 {
            AtMost { bytes } => write!(f, "at most {bytes} bytes long"),
            BareToken => {
                f.write_str("the token alone: visible ASCII characters, without \"Bearer\" and spaces")
            }
            Address => f.write_str("an address such as https://host/path, without user, ? and #"),
            Instant => f.write_str("an instant with its zone, such as 2027-01-31T23:59:00-03:00"),
            Number { least, most } => write!(f, "a whole number from {least} to {most}"),
            Switch => f.write_str("0 or 1"),
            OneOf { known } => write!(f, "one of {known}"),
            Hosts => f.write_str("hosts such as api.example.com,api.example.com:8443"),
            Proxy => f.write_str("\"none\", or of the form http://[user:password@]host:port"),
            CaFile { cause } => {
                write!(f, "the path of a readable PEM file with certificates: {}", En(cause))
            }
            LogFile { cause } => write!(f, "the absolute path of a file to write to: {}", En(cause)),
            Store => f.write_str(
                "\"memory\", file: and the absolute path of a folder, or redis://[user:password@]host[:port][/number]",
            ),
            StoreKey => f.write_str("64 hexadecimal digits, or file: and the path of a file that holds them"),
            StoreKeyFile { cause } => {
                write!(f, "file: and the path of a file that holds 64 hexadecimal digits: {}", En(cause))
            }
        }
    }
}

impl Display for En<'_, FileFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use FileFault::*;
        match self.0 {
            NotAFile => f.write_str("it is not a file"),
            NotAbsolute => f.write_str("the path does not begin at the root"),
            Link => f.write_str("it is a link"),
            TooLarge => f.write_str("it is larger than 1 MiB"),
            NotUtf8 { position } => write!(f, "it is not UTF-8 (byte {position})"),
            NotPem => f.write_str("it is not well-formed PEM"),
            NoCertificate => f.write_str("it holds no certificate (BEGIN CERTIFICATE) in PEM form"),
            NotAKey => f.write_str("it does not hold 64 hexadecimal digits"),
            OtherOwner => f.write_str(
                "it belongs to another user: make it the property (chown) of the one who runs this process, or of root",
            ),
            Writable => f.write_str("other users may change it: take that right away from them (chmod go-w)"),
            Replaceable => f.write_str(
                "other users may put another one in its place: take the right to change its folder away from them \
                 (chmod o-w)",
            ),
            HardLink => f.write_str("it has another name (a hard link): remove it, and it will be made anew"),
            NoRoot => f.write_str("none of its certificates can be used as a root"),
            System { fault } => En(fault).fmt(f),
        }
    }
}

impl Display for En<'_, Unfit> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Unfit::*;
        match self.0 {
            NotAnAddress => f.write_str("the address is not of the form https://host/path"),
            NotEncoded { position } => write!(
                f,
                "the address has a character (byte {position}) that must be percent-encoded, such as %20 for a space"
            ),
            OtherScheme => f.write_str("the address begins with neither https:// nor http://"),
            LoginInAddress => f.write_str("the address carries a user or a password"),
            Unusable => f.write_str("its address or a header is not usable"),
            Method => f.write_str("the method is not one, or cannot be sent"),
            HeaderLine => f.write_str("a line of the headers is not of the form Name: value"),
            HeaderName => f.write_str("the name of a header is not usable"),
            OurHeader { header } => write!(f, "the header {header} is set by this library"),
            HeaderValue { header } => {
                write!(f, "the value of the header {header} has characters that cannot be sent")
            }
            ContentType => f.write_str("the content type has characters that cannot be sent"),
            TooManyHeaders => f.write_str("too many headers"),
            TooLong => f.write_str("its address and headers are too long"),
            NotSet { option } => write!(f, "{option} is not set"),
            NotForHeader { option, header } => {
                write!(f, "{option}: the header {header} takes printable ASCII only, no space at either end")
            }
            Dots { option } => write!(f, "{option}: must not be `.` or `..` in a URL"),
            NotDigits { option } => write!(f, "{option}: must be digits only"),
            NotAnInstant { option } => {
                write!(f, "{option}: must be an RFC 3339 date and time with its zone")
            }
        }
    }
}

impl Display for En<'_, Cause> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Cause::*;
        match self.0 {
            NoAddress => f.write_str("its name cannot be resolved"),
            NoAnswer { seconds } => write!(f, "no answer within {seconds} s"),
            Closed => f.write_str("it closed the connection"),
            NotHttp => f.write_str("its answer is not HTTP"),
            Unknown => f.write_str("why is not known"),
            System { fault } => En(fault).fmt(f),
        }
    }
}

impl Display for En<'_, SystemFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use SystemFault::*;
        f.write_str(match self.0 {
            Refused => "connection refused",
            Reset => "connection reset by the other side",
            Aborted => "connection aborted by this machine",
            Broken => "the connection is no longer there",
            HostUnreachable => "no way to this host",
            NetworkUnreachable => "no way to its network",
            NetworkDown => "this machine's network is down",
            NoLocalAddress => "no address that this machine can use",
            TimedOut => "no answer in time",
            NotFound => "there is no such file",
            NotAFolder => "a part of the path is not a folder",
            Denied => "permission denied",
            ReadOnly => "nothing can be written there",
            Full => "there is no space left",
            Other { name } => return write!(f, "error {name} of the system"),
        })
    }
}

impl Display for En<'_, HttpFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            HttpFault::SpeaksTls => f.write_str("it speaks TLS: write https, not http"),
            HttpFault::HeadersTooLarge => f.write_str("its headers are too large"),
            HttpFault::Protocol { name } => write!(f, "it breaks a rule of the protocol ({name})"),
        }
    }
}

impl Display for En<'_, TlsFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use TlsFault::*;
        f.write_str(match self.0 {
            NoCertificate => "it sent no certificate",
            PlainText => {
                "it answered in plain text instead of TLS: a port for plain http, or a proxy or portal in between?"
            }
            NotTls => "what it sends is not TLS: a wrong port?",
            OnlyOldVersions => "it speaks only versions of TLS older than 1.2, which are no longer safe",
            SpeaksWrongly => "it speaks TLS wrongly",
            NothingInCommon { name } => {
                return write!(f, "it has no way of TLS in common with this library ({name})");
            }
            RefusedVersions => "it refused the versions of TLS offered, 1.2 and 1.3",
            FoundNothingInCommon => {
                "it found no way of TLS in common: too old, or in want of a client certificate?"
            }
            UnknownName => "it does not know this host name",
            WantsCertificate => "it wants a client certificate",
            Alert { name } => return write!(f, "it ended TLS with the alert {name}"),
            NoAuthorities => {
                "this machine has no certificates of authorities: install the package ca-certificates, or set \
                 \"ca_file\""
            }
            NoClock => "this machine's clock cannot be read",
            HostIsNoName => "the host is not a name that a certificate can be for",
            Expired => "its certificate has expired (or is this machine's clock wrong?)",
            ExpiredOn { day, today } => {
                return write!(f, "its certificate expired on {day}, and this machine's clock says {today}");
            }
            NotYetValid => "its certificate is not valid yet: is this machine's clock right?",
            ValidFrom { day, today } => {
                return write!(
                    f,
                    "its certificate is not valid before {day}, and this machine's clock says {today}: is it right?"
                );
            }
            OtherHost => "its certificate is for another host name",
            OtherHosts { names } => {
                return write!(f, "its certificate is for another host name: it is for {names}");
            }
            NoHost => "its certificate is for no host at all",
            UnknownIssuer => {
                "its certificate is of an authority that is not trusted here: if a proxy or antivirus inspects TLS, or \
                 the server has its own authority, set \"ca_file\" to that authority's certificate; else bring the \
                 authorities of this machine up to date (on Linux the package ca-certificates), or have the server send \
                 its whole chain"
            }
            Revoked => "its certificate was revoked",
            BadSignature => {
                "its certificate is not signed by the authority it names: was that authority renewed, or does a proxy \
                 or antivirus imitate it? Set \"ca_file\" to the right one's certificate"
            }
            Unreadable => "its certificate cannot be read",
            SelfSigned => {
                "its certificate is self-signed as that of an authority: it needs one for its name, signed by an \
                 authority"
            }
            Invalid { name } => return write!(f, "its certificate is not valid ({name})"),
            Other { name } => return write!(f, "TLS failed ({name})"),
        })
    }
}
