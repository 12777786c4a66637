//! Names to addresses, on the caller's thread and within the call's time.

#[cfg(unix)]
use super::dns;
use super::last_resort;
pub use super::names::{Failure, Names};
use super::progress::{self, timed_out, Phase};
use super::proxy::Proxy;
use super::target::Target;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as UreqResolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::Error;

/// More are not tried.
const MAX_ADDRESSES: usize = 16;

/// As this machine is set up. On Windows the system itself is asked. Elsewhere the hosts file, then the name servers:
/// read for each look-up, because both change while a program runs (a laptop, a VPN), and they are small. What they do
/// not bring, the system is asked for, which may have more sources (nsswitch.conf: LDAP, mDNS, WINS).
#[derive(Debug)]
pub struct System;

#[cfg(unix)]
impl Names for System {
    fn look_up(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
        let hosts = read_small("/etc/hosts")?;
        let listed = in_hosts(&String::from_utf8_lossy(&hosts), name);
        if !listed.is_empty() {
            return Ok(listed);
        }
        let setup = dns::Setup::read(&read_small("/etc/resolv.conf")?);
        // Name servers that are silent leave some time to sources that are none.
        let left = deadline.saturating_duration_since(Instant::now());
        let others =
            cfg!(target_vendor = "apple") || last_resort::has_others(&read_small("/etc/nsswitch.conf")?);
        let own = dns::look_up(name, &setup, if others { deadline - left / 3 } else { deadline });
        own.or_else(|failed| match failed {
            Failure::Local(_) => Err(failed),
            // It would ask the same name servers once more.
            Failure::Unknown if !others => Err(failed),
            _ => last_resort::look_up(name, deadline).map_err(|_| failed),
        })
    }
}

#[cfg(windows)]
impl Names for System {
    fn look_up(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
        match crate::sys::addresses(name, deadline) {
            Some(found) => found.map_err(|error| Failure::of(&error)),
            None => last_resort::look_up(name, deadline),
        }
    }
}

/// Nothing where there is no such file, or it cannot be read; but what the machine wants of just now is no such thing.
#[cfg(unix)]
fn read_small(path: &str) -> Result<Vec<u8>, Failure> {
    use std::io::{ErrorKind, Read};
    const MAX_BYTES: u64 = 1 << 20;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    match read.map_err(|error| (error.kind(), Failure::of(&error))) {
        Err((kind, failed @ Failure::Local(_))) if kind != ErrorKind::PermissionDenied => Err(failed),
        _ => Ok(bytes),
    }
}

/// The addresses that a hosts file gives a name.
#[cfg(unix)]
pub fn in_hosts(hosts: &str, name: &str) -> Vec<IpAddr> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut found = Vec::new();
    for line in hosts.trim_start_matches('\u{feff}').lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let address = words.next().and_then(|word| word.parse().ok());
        if let (Some(address), true) = (address, words.any(|word| word.eq_ignore_ascii_case(name))) {
            found.push(address);
        }
    }
    found
}

/// The addresses of a host, the ones to be tried first in front.
pub fn addresses(host: &str, names: &dyn Names, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let bare = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    // No server is asked for this machine: plain http may go there, and an answer could send it elsewhere.
    if bare == "localhost" || bare.ends_with(".localhost") {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let mut found = names.look_up(host, deadline)?;
    found.retain(is_usable);
    // IPv4 first: many company networks hand out IPv6 addresses that lead nowhere, and finding that out
    // takes half of the time to connect.
    found.sort_by_key(IpAddr::is_ipv6);
    found.dedup();
    found.truncate(MAX_ADDRESSES);
    if found.is_empty() {
        return Err(Failure::Unknown);
    }
    Ok(found)
}

/// Not an address that is given for names which are meant to be blocked, or that no connection can be made to.
fn is_usable(address: &IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(address.is_unspecified() || address.is_multicast() || broadcast)
}

/// Where a connection goes: for a request through a proxy, to the proxy's address. The server's name is the proxy's
/// matter then, and may be unknown here.
#[derive(Debug)]
pub struct Resolver<N> {
    pub proxy: Option<Arc<Proxy>>,
    pub names: N,
}

impl<N: Names> Resolver<N> {
    pub fn addresses(&self, uri: &Uri) -> Result<Vec<SocketAddr>, Error> {
        progress::enter(Phase::Lookup);
        let target = Target::of(uri.clone()).map_err(|_| Error::HostNotFound)?;
        let (host, port) = match self.proxy.as_ref().filter(|_| progress::get().proxied) {
            Some(proxy) => (proxy.host.as_str(), proxy.port),
            None => (target.host.as_str(), target.port),
        };
        let found = addresses(host, &self.names, progress::deadline()).map_err(|failure| match failure {
            Failure::Unknown => Error::HostNotFound,
            Failure::TimedOut => timed_out(),
            Failure::Failed | Failure::Local(_) => Error::Other(Box::new(failure)),
        })?;
        Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }
}

/// ureq asks before it knows whether a new connection is needed; the one that connects looks up the name.
#[derive(Debug)]
pub struct Later;

impl UreqResolver for Later {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}
