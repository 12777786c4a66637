//! English: the store.

#[cfg(feature = "redis")]
use super::RedisFault;
use super::{FolderFault, StoreFault};
use crate::messages::message::en::En;
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, StoreFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use StoreFault::*;
        match self.0 {
            Unusable { folder, cause } => write!(f, "the store {folder} cannot be used: {}", En(cause)),
            KeyMissing => f.write_str(
                "the store needs a key: set store_key to 64 hexadecimal digits, or to file: and the path of a file that \
                 holds them",
            ),
            KeyExposed { path, cause } => write!(f, "the key of the store, {path}, is not secret: {}", En(cause)),
            OnlyOnWindows { value } => write!(
                f,
                "store_key = {value} is for Windows: set 64 hexadecimal digits, or file: and the path of a file that holds \
                 them"
            ),
            Fixed { option } => write!(
                f,
                "{option} is fixed, because tokens are kept already: set it before the first call that needs a token"
            ),
            Occupied { seconds } => write!(
                f,
                "another process has been renewing this token for more than {seconds} s: is it stopped? End it, or try \
                 again later"
            ),
            Elsewhere => f.write_str("another process is renewing this token: try again in a moment"),
            #[cfg(not(feature = "redis"))]
            NotBuilt => f.write_str(
                "this build has no store at a Redis server: take that of a release, or build it without --no-default-features",
            ),
            #[cfg(feature = "redis")]
            Redis { server, cause } => write!(f, "the store {server} cannot be used: {}", En(cause)),
        }
    }
}

impl Display for En<'_, FolderFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use FolderFault::*;
        match self.0 {
            NotAbsolute => f.write_str("its path is not absolute"),
            NotAFolder => f.write_str("it is not a folder, or a link"),
            NotAFile => f.write_str("it is not a file that this library made"),
            OtherOwner => f.write_str(
                "it belongs to another user: make it the property of the one who runs this process",
            ),
            OpenToOthers => f.write_str(
                "other users may use it: take their rights away (a folder: chmod 700, a file: chmod 600; on Windows: \
                 Properties, Security)",
            ),
            NoLocks { fault } => write!(f, "its file system has no locks: {}", En(fault)),
            System { fault } => En(fault).fmt(f),
        }
    }
}

#[cfg(feature = "redis")]
impl Display for En<'_, RedisFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use RedisFault::*;
        match self.0 {
            Lost { cause } => En(cause).fmt(f),
            Tls { cause } => En(cause).fmt(f),
            NoTls => f.write_str("it does not answer with TLS: if it does not speak TLS, use redis:// instead of rediss://"),
            SpeaksTls => f.write_str("it closes the connection without an answer: if it speaks TLS, use rediss:// instead of redis://"),
            NotRedis => f.write_str("its answer is not that of a Redis server: is the port right?"),
            LoginRefused { server } => write!(f, "it does not accept the user or the password ({server})"),
            Forbidden { server } => {
                write!(f, "its user needs the keys erptoken:* and the commands that a store uses ({server})")
            }
            Unready { server } => write!(f, "it does not serve now ({server})"),
            ReadOnly => f.write_str("it is a replica, which cannot be written: use the address of its master"),
            Cluster => f.write_str("it belongs to a cluster whose nodes do not agree on who has these keys"),
            Refused { server } => write!(f, "it refused a command ({server})"),
            Overtaken => f.write_str(
                "this process was too slow: another one has had the lock since, and what that one wrote stays",
            ),
        }
    }
}
