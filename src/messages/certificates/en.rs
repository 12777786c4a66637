//! English: client certificates.

use super::ClientFault;
use crate::messages::message::en::En;
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, ClientFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use ClientFault::*;
        f.write_str(match self.0 {
            File { cause } => return write!(f, "the file cannot be read: {}", En(cause)),
            NoKind => "the file is neither PEM (BEGIN CERTIFICATE) nor PKCS#12 (.pfx, .p12)",
            NoCertificate => "there is no certificate in the file: \"client_certificate\" needs one, with or without its key",
            NoKey => "there is no private key in the file (BEGIN PRIVATE KEY)",
            Damaged => "the file is damaged or cut short: export it again",
            Method { name } => {
                return write!(
                    f,
                    "the file is encrypted in a way that is not supported ({name}): export it again, with AES or 3DES"
                );
            }
            TooMuchWork => "to open the file would take too long (over 10000000 rounds): export it again",
            OldEncryption => {
                "the key is encrypted in an old way (Proc-Type): convert it with openssl pkcs8 -topk8, with or without a password"
            }
            WantsPassword => "the file is encrypted: set \"client_certificate_password\"",
            WrongPassword => "the password is wrong: check \"client_certificate_password\"",
            LacksKey { whose, until } => {
                return write!(
                    f,
                    "the certificate of {whose} (valid until {until}) came without its private key: set \"client_key\", or use \
                     the .pfx or .p12 file, which has both"
                );
            }
            OtherKey { whose, until } => {
                return write!(
                    f,
                    "the private key does not belong to the certificate of {whose} (valid until {until}): check \
                     \"client_key\" and \"client_certificate\""
                );
            }
            KindOfKey { name } => {
                return write!(
                    f,
                    "the private key is of a kind that is not supported ({name}): RSA of 2048 to 4096 bits, or elliptic \
                     P-256 or P-384"
                );
            }
            Expired { whose, day, today } => {
                return write!(
                    f,
                    "the certificate of {whose} expired on {day}, and this machine's clock says {today}: if that is right, it \
                     must be renewed"
                );
            }
            NotYet { whose, day, today } => {
                return write!(
                    f,
                    "the certificate of {whose} is not valid before {day}, and this machine's clock says {today}: is it right?"
                );
            }
            OnlyOnWindows => "store: is for Windows alone: elsewhere set \"client_certificate\" to the path of a file",
            NoThumbprint => "behind store: stands the certificate's thumbprint, 40 hexadecimal digits",
            NotInStore { thumbprint } => {
                return write!(
                    f,
                    "no certificate with the thumbprint {thumbprint} is among the personal ones (MY) of this user or of this \
                     machine: a service runs as another user"
                );
            }
            StoreKey { whose, code } => {
                return write!(
                    f,
                    "Windows does not give the private key of the certificate of {whose} ({code}): is the card or token \
                     there, and may this user use the key?"
                );
            }
        })
    }
}
