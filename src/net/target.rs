//! Where a request goes.

use crate::error::{Error, Status};
use crate::messages::{Message, Unfit};
use std::net::IpAddr;
use ureq::http::uri::Scheme;
use ureq::http::Uri;

#[derive(Debug)]
pub struct Target {
    pub uri: Uri,
    pub https: bool,
    /// This machine: never by way of a proxy, and plain http does no harm.
    pub loopback: bool,
    /// Name or address, without the brackets of an IPv6 address.
    pub host: String,
    pub port: u16,
    /// For texts: the host, and the port if it is not the usual one. No user, path or query.
    pub shown: String,
}

/// The request cannot be made as it is written. `host` where it is known.
pub fn unfit(host: Option<&str>, problem: Unfit) -> Error {
    let provider = host.map(str::to_owned);
    Error::new(Status::Option, Message::RequestUnfit { provider, problem })
}

impl Target {
    pub fn parse(url: &str) -> Result<Target, Error> {
        let not_an_url = || unfit(None, Unfit::NotAnAddress);
        // The parser takes only lower case for the schemes that it knows.
        let (scheme, rest) = url.split_once("://").ok_or_else(not_an_url)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(unfit(None, Unfit::OtherScheme)),
        };
        let scheme = if https { "https" } else { "http" };
        Target::of(Uri::try_from(format!("{scheme}://{rest}")).map_err(|_| not_an_url())?)
    }

    pub fn of(uri: Uri) -> Result<Target, Error> {
        let not_an_url = || unfit(None, Unfit::NotAnAddress);
        let https = uri.scheme() == Some(&Scheme::HTTPS);
        let authority = uri.authority().ok_or_else(not_an_url)?;
        if authority.as_str().contains('@') {
            return Err(unfit(None, Unfit::LoginInAddress));
        }
        let bracketed = authority.host();
        let host = bracketed.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(bracketed);
        let usual = usual_port(https);
        // A port that is no number must not become the usual one.
        let port = match authority.as_str().strip_prefix(bracketed) {
            Some("") => usual,
            _ => authority.port_u16().filter(|port| *port != 0).ok_or_else(not_an_url)?,
        };
        if host.is_empty() || !(https || uri.scheme() == Some(&Scheme::HTTP)) {
            return Err(not_an_url());
        }
        let shown = if port == usual { bracketed.to_owned() } else { format!("{bracketed}:{port}") };
        let (host, loopback) = (host.to_owned(), is_loopback(host));
        Ok(Target { https, loopback, host, port, shown, uri })
    }
}

impl Target {
    /// The port of an address that names none.
    pub fn usual_port(&self) -> u16 {
        usual_port(self.https)
    }
}

fn usual_port(https: bool) -> u16 {
    if https {
        443
    } else {
        80
    }
}

fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}
