//! What it is to look up a name, wherever that is done.

use crate::messages::SystemFault;
use std::fmt::{self, Debug};
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::time::Instant;

/// Why a name has no address; of several, the last of these is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    Unknown,
    /// The name servers cannot be reached, refuse, or fail.
    Failed,
    TimedOut,
    /// Nothing could be asked, for want of something on this machine: the system's number for it.
    Local(i32),
}

impl Failure {
    pub fn of(error: &io::Error) -> Failure {
        match error.raw_os_error() {
            _ if error.kind() == ErrorKind::TimedOut => Failure::TimedOut,
            Some(number) if SystemFault::of_socket(error).is_local() => Failure::Local(number),
            _ => Failure::Failed,
        }
    }
}

/// As an error of ureq needs it; what a person reads, `failure` decides.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no address")
    }
}

impl std::error::Error for Failure {}

/// Where names are looked up.
pub trait Names: Debug + Send + Sync + 'static {
    fn look_up(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Failure>;
}
