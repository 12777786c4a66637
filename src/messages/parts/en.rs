//! English: what messages say in passing.

use super::{Cause, FileFault, HttpFault, NoJson, Opened, SystemFault, TlsFault, Unfit, Wanted};
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
            AsciiHost => f.write_str(
                "an address in ASCII: of a host with accents the form that begins with xn--, of a path with accents %C3 and \
                 the like",
            ),
            Instant => f.write_str("an instant with its zone, such as 2027-01-31T23:59:00-03:00"),
            Number { least, most } => write!(f, "a whole number from {least} to {most}"),
            Switch => f.write_str("0 or 1"),
            OneOf { known } => write!(f, "one of {known}"),
            Hosts => f.write_str("hosts such as api.example.com,api.example.com:8443"),
            Proxy { kind } => {
                f.write_str("\"none\", or of the form http://[user:password@]host:port")?;
                kind.iter().try_for_each(|kind| write!(f, " (proxies of the kind {kind} are not supported)"))
            }
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
            OnlyKey => f.write_str("it holds a private key, and no certificate"),
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
            TooMuch { name } => write!(f, "what {name} stands for becomes too long, or is made of too much: shorten it"),
            NotLatin1 { option } => write!(f, "{option}: has a character that Latin-1 does not have"),
            Key { option, fault } => write!(f, "{option}: {}", En(fault)),
            KeyNotRsa { option } => write!(f, "{option}: an RSA key of 2048 to 4096 bits is needed for this signature"),
            KeyNotEc { option } => write!(f, "{option}: a key on the curve P-256 is needed for this signature"),
            NotAnObject => f.write_str("the body must be a JSON object in UTF-8: the provider wants its credentials inside it"),
            OurMember { name } => write!(f, "{name} carries the token and is put in by this library: leave it out of the address and the body"),
            NotAnInstant { option } => {
                write!(f, "{option}: must be an RFC 3339 date and time with its zone")
            }
        }
    }
}

impl Display for En<'_, NoJson> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self.0 {
            NoJson::Page => "a page",
            NoJson::Text => "a plain text",
            NoJson::Nothing => "nothing at all",
            NoJson::BreaksOff => "JSON that breaks off",
            NoJson::Compressed => "compressed data that nobody asked for",
        })
    }
}

impl Display for En<'_, Cause> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Cause::*;
        match self.0 {
            NoAddress => f.write_str("its name cannot be resolved"),
            NoNameServer => f.write_str("the name servers of this machine cannot be reached, refuse or fail"),
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
            TimedOut => "no answer in time",
            NotFound => "there is no such file",
            NotAFolder => "a part of the path is not a folder",
            Denied => "permission denied",
            ReadOnly => "nothing can be written there",
            Full => "there is no space left: free some, and it goes on by itself",
            QuotaUsed => "the user's share of the disk (quota) is used up: free some of it, or have it raised",
            TooLarge => "this process may not write so large a file: raise its limit (ulimit -f)",
            Disk => "the disk or the network drive reports an error",
            Descriptors => {
                "this process has too many files and connections open: close some, or raise its limit (ulimit -n, \
                 LimitNOFILE)"
            }
            DescriptorsOfAll => {
                "this machine has too many files and connections open: end what holds them, or raise its limit"
            }
            Memory => "this machine or this process has no memory left: end what uses it, or raise its limit",
            Buffers => "this machine has no room left for network data: end what uses it, or give it more memory",
            Ports => {
                "this machine has no address or no port left to connect from: is its network up, or are too many \
                 connections open?"
            }
            Forbidden => {
                "this machine forbids the connection to this process: see its firewall, SELinux or AppArmor, and the \
                 limits of the service or container"
            }
            NoSuchProtocol => "this machine lacks the protocol for this address (is IPv6 switched off?)",
            Other { name } => return write!(f, "error {name} of the system"),
        })
    }
}

impl Display for En<'_, HttpFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            HttpFault::SpeaksTls => f.write_str("it speaks TLS: write https, not http"),
            HttpFault::HeadersTooLarge => {
                f.write_str("its headers, or what stands between the pieces of its body, are too large")
            }
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
            RefusedVersions => {
                "it refused the versions of TLS offered, 1.2 and 1.3: it speaks only older ones, which are no longer safe"
            }
            FoundNothingInCommon => {
                "it found no way of TLS in common (handshake_failure): its ciphers or keys are too old, or it serves no \
                 such host"
            }
            UnknownName => "it does not know this host name (unrecognized_name): check base_url",
            WantsCertificate => "it wants a client certificate, and there is none: set \"client_certificate\"",
            KeyDidNotSign { code } => {
                return write!(
                    f,
                    "it wants a client certificate, whose key did not sign ({code}): is the card or token there, and its PIN \
                     right (\"client_certificate_password\")?"
                );
            }
            CertificateRefused { whose, name } => {
                return write!(
                    f,
                    "it refused the client certificate of {whose} with the alert {name}: is it the one that this server knows, \
                     of an authority that it accepts, and with its whole chain?"
                );
            }
            Alert { name } => return write!(f, "it ended TLS with the alert {name}"),
            NoAuthorities => {
                "this machine has no certificates of authorities: install the package ca-certificates, or set \
                 \"ca_file\""
            }
            NoClock => "this machine's clock cannot be read",
            HostIsNoName => "the host is not a name that a certificate can be for",
            Expired => "its certificate has expired (or is this machine's clock wrong?)",
            ExpiredOn { day, today } => {
                return write!(
                    f,
                    "its certificate expired on {day}, and this machine's clock says {today}: if that is right, whoever \
                     runs the server must renew it"
                );
            }
            AuthorityExpired { name, day, today } => {
                return write!(
                    f,
                    "the certificate of the authority {name}, which the server sends along, expired on {day}, and this \
                     machine's clock says {today}: if that is right, whoever runs the server must replace it"
                );
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
            AddressAsName { address } => {
                return write!(
                    f,
                    "its certificate has the address {address} among its names (DNS), where no address counts: it needs \
                     one with it among its addresses (IP)"
                );
            }
            OnlyCommonName { name } => {
                return write!(
                    f,
                    "its certificate names a host only in its subject (CN {name}), which no longer counts: it needs one \
                     with subjectAltName; or set \"ca_file\" to this very certificate, if its CN is the host"
                );
            }
            OldVersion => {
                "its certificate is of a version older than 3, which cannot name hosts: it needs a newer one; or set \
                 \"ca_file\" to this very certificate"
            }
            UnknownIssuer { issuer } => {
                return write!(
                    f,
                    "its certificate is of an authority that is not trusted here ({issuer}): if a proxy or antivirus \
                     inspects TLS, or the server has its own authority, set \"ca_file\" to that authority's certificate; \
                     else bring the authorities of this machine up to date (on Linux the package ca-certificates), or \
                     have the server send its whole chain"
                );
            }
            ShortKey { bits } => {
                return write!(f, "an RSA key of the server or of its authority is too short ({bits} bits): 2048 are needed");
            }
            WeakSignature { name } => {
                return write!(f, "its certificate is signed with {name}, which is no longer safe: it needs a newer one");
            }
            AuthoritiesUnread { variable, path, cause } => {
                return write!(
                    f,
                    "the authorities to trust cannot be read: {variable} names {path}: {}; mend or unset it, or set \
                     \"ca_file\"",
                    En(cause)
                );
            }
            Revoked => "its certificate was revoked",
            BadSignature => {
                "its certificate is not signed by the authority it names: was that authority renewed, or does a proxy \
                 or antivirus imitate it? Set \"ca_file\" to the right one's certificate"
            }
            Unreadable => "its certificate cannot be read",
            SelfSigned { name } => {
                return write!(
                    f,
                    "its certificate ({name}) is self-signed or that of an authority, and not trusted here: if it is the \
                     right one, set \"ca_file\" to it; else does a proxy or antivirus inspect TLS?"
                );
            }
            Invalid { name } => return write!(f, "its certificate is not valid ({name})"),
            Other { name } => return write!(f, "TLS failed ({name})"),
        })
    }
}
