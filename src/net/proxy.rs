//! Which requests go through which proxy.

use super::target::Target;
use super::user_proxy::{self, UserProxy};
use crate::error::{Error, Status};
use crate::messages::Message;
use crate::sys;
use crate::util::encoding::from_percent;
use crate::util::secret::Secret;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A proxy that understands CONNECT, reached in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    pub host: String,
    pub port: u16,
    /// user:password, as they are.
    pub login: Option<Secret>,
}

impl Hash for Proxy {
    /// Without the login: equal proxies still have equal hashes.
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.host, self.port).hash(state);
    }
}

impl Proxy {
    /// Fit for a text: without the login.
    pub fn shown(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum ProxySetting {
    /// HTTPS_PROXY and NO_PROXY, on Windows then what the user has set. Not HTTP_PROXY: in a CGI program its value comes
    /// from the client.
    #[default]
    Environment,
    Direct,
    Via(Proxy),
    Unusable,
}

impl ProxySetting {
    pub fn new(text: &str) -> ProxySetting {
        parse(text).unwrap_or(ProxySetting::Unusable)
    }
}

pub fn parse(text: &str) -> Option<ProxySetting> {
    if text == "none" {
        return Some(ProxySetting::Direct);
    }
    let (scheme, address) = text.split_once("://")?;
    let address = Some(address).filter(|_| scheme.eq_ignore_ascii_case("http"));
    address.and_then(parse_address).map(ProxySetting::Via)
}

/// The scheme of a proxy of another kind. Any other word could be a part of something that is not to be shown.
pub fn other_kind(text: &str) -> Option<String> {
    let scheme = text.split_once("://")?.0.to_ascii_lowercase();
    ["https", "socks", "socks4", "socks4a", "socks5", "socks5h"]
        .contains(&scheme.as_str())
        .then(|| scheme + "://")
}

/// `[user:password@]host:port`. The last `@` ends the password, so it need not be escaped.
fn parse_address(text: &str) -> Option<Proxy> {
    let (login, address) = match text.rsplit_once('@') {
        Some((login, address)) => (Some(from_percent(login)?), address),
        None => (None, text),
    };
    let (host, port) = host_and_port(address.trim_end_matches('/'), None)?;
    Some(Proxy { host, port, login })
}

/// `host:port`, and `host` alone where there is a usual port.
pub fn host_and_port(address: &str, usual: Option<u16>) -> Option<(String, u16)> {
    let named = address.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
    let (host, port) = match named {
        Some((host, port)) => (host, port.parse().ok().filter(|port: &u16| *port != 0)?),
        None => (address, usual?),
    };
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) if address.parse::<IpAddr>().is_ok() => address,
        Some(_) => return None,
        None => host,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let fits = !host.is_empty() && (host.chars().all(is_name) || host.parse::<IpAddr>().is_ok());
    fits.then(|| (host.to_owned(), port))
}

/// What a client knows of proxies.
pub struct Proxies {
    proxy: Option<Arc<Proxy>>,
    /// What goes past it, in lower case.
    exceptions: Vec<String>,
    /// Whether they are written as Windows does, and not as in NO_PROXY.
    of_user: bool,
    /// The setting that is no proxy, and its kind: no request may go past it in silence.
    unusable: Option<(&'static str, Option<String>)>,
}

impl Proxies {
    pub fn new(choice: &ProxySetting) -> Proxies {
        match choice {
            ProxySetting::Environment => {
                // What is not UTF-8 is none, but must not be passed by as if nothing were set.
                let variable = |name: &str| Some(sys::env_var(name)?.to_string_lossy().into_owned());
                Proxies::of_environment(&variable, sys::user_proxy)
            }
            ProxySetting::Direct => Proxies::made(None, None),
            ProxySetting::Via(proxy) => Proxies::made(Some(proxy.clone()), None),
            ProxySetting::Unusable => Proxies::made(None, Some(("\"proxy\"", None))),
        }
    }

    fn made(proxy: Option<Proxy>, unusable: Option<(&'static str, Option<String>)>) -> Proxies {
        Proxies { proxy: proxy.map(Arc::new), exceptions: Vec::new(), of_user: false, unusable }
    }

    /// An empty variable is one that is not set. The scheme may be missing there. `user`: what the system has for its
    /// user, where it has such a thing.
    pub fn of_environment(
        variable: &dyn Fn(&str) -> Option<String>,
        user: impl FnOnce() -> Option<(String, String)>,
    ) -> Proxies {
        let either = |name: &str| {
            let values = [variable(name), variable(&name.to_ascii_lowercase())];
            values.into_iter().flatten().map(Zeroizing::new).find(|value| !value.trim().is_empty())
        };
        let Some(text) = either("HTTPS_PROXY") else {
            return user().map_or_else(
                || Proxies::made(None, None),
                |(server, bypass)| Proxies::of_user(&UserProxy { server, bypass }),
            );
        };
        // A command line may have left its quotes.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '"');
        // What follows another scheme would be taken for a login.
        let bare = match text.split_once("://") {
            Some((scheme, address)) => Some(address).filter(|_| scheme.eq_ignore_ascii_case("http")),
            None => Some(text),
        };
        let proxy = bare.and_then(parse_address);
        let unusable = proxy.is_none().then(|| ("HTTPS_PROXY", other_kind(text)));
        let exceptions = user_proxy::entries(&either("NO_PROXY").unwrap_or_default());
        Proxies { exceptions, ..Proxies::made(proxy, unusable) }
    }

    fn of_user(user: &UserProxy) -> Proxies {
        let Some(address) = user.address() else { return Proxies::made(None, None) };
        let proxy = parse_address(&address);
        let unusable = proxy.is_none().then_some(("Windows (ProxyServer)", None));
        Proxies {
            exceptions: user_proxy::entries(&user.bypass),
            of_user: true,
            ..Proxies::made(proxy, unusable)
        }
    }

    pub fn proxy(&self) -> Option<Arc<Proxy>> {
        self.proxy.clone()
    }

    /// Whether a request to `target` goes through the proxy.
    pub fn covers(&self, target: &Target) -> Result<bool, Error> {
        let excepted = |entry: &String| match self.of_user {
            true => user_proxy::excepts(entry, &target.host, target.port, target.https),
            false => excepts(entry, target),
        };
        if target.loopback || self.exceptions.iter().any(excepted) {
            return Ok(false);
        }
        match &self.unusable {
            None => Ok(self.proxy.is_some()),
            Some((setting, kind)) => {
                Err(Error::new(Status::Proxy, Message::ProxyUnusable { setting, kind: kind.clone() }))
            }
        }
    }
}

/// Whether an entry of NO_PROXY means the target: `*`, an address, a network (10.0.0.0/8, 10.*), or a name, which
/// stands for the names below it too, with or without a leading dot; each may end in a port.
fn excepts(entry: &str, target: &Target) -> bool {
    let entry = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    let host = target.host.trim_end_matches('.').to_ascii_lowercase();
    let parsed = |text: &str| {
        text.trim_matches(['[', ']']).parse::<IpAddr>().ok().map(|address| address.to_canonical())
    };
    let address = parsed(&host);
    let entry = match entry.split_once('/') {
        Some((network, bits)) => match (address, parsed(network), mask_bits(bits)) {
            (Some(address), Some(network), Some(bits)) => return is_within(address, network, bits),
            _ => network,
        },
        None => entry,
    };
    if entry == "*" || entry == "<local>" || entry.trim_start_matches('*').contains('*') {
        return user_proxy::excepts(entry, &host, target.port, target.https);
    }
    let (name, port) = match entry.rsplit_once(':') {
        Some((name, port)) if parsed(entry).is_none() => (name, Some(port)),
        _ => (entry, None),
    };
    if port.is_some_and(|port| port.parse() != Ok(target.port)) {
        return false;
    }
    if let Some(excepted) = parsed(name) {
        return address == Some(excepted);
    }
    let name = name.trim_start_matches('*').trim_start_matches('.').trim_end_matches('.');
    let below = host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !name.is_empty() && address.is_none() && below
}

/// Of `8`, or of `255.0.0.0`.
fn mask_bits(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| Some(text.parse::<Ipv4Addr>().ok()?.to_bits().leading_ones()))
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (address.to_bits().into(), network.to_bits().into(), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return false,
    };
    let differ: u128 = address ^ network;
    bits <= width && differ.checked_shr(width - bits).unwrap_or(0) == 0
}
