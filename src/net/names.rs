//! What it is to look up a name, wherever that is done.

use std::fmt::Debug;
use std::net::IpAddr;
use std::time::Instant;

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Unknown,
    TimedOut,
}

/// Where names are looked up.
pub trait Names: Debug + Send + Sync + 'static {
    fn look_up(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Failure>;
}
