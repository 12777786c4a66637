//! Where a Redis server is, and as whom it is asked: `redis://[user:password@]host[:port][/number]`.

use crate::net;
use crate::util::encoding::from_percent;
use crate::util::secret::Secret;

const DEFAULT_PORT: u16 = 6379;

#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub tls: bool,
    pub host: String,
    pub port: u16,
    /// Of the database.
    pub number: u32,
    pub login: Option<Credentials>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Empty: the server's default user.
    pub user: Secret,
    pub password: Secret,
}

impl Address {
    /// Percent signs escape in user and password. The last `@` ends the password, so it need not be escaped.
    pub fn parse(text: &str) -> Option<Address> {
        let (scheme, rest) = text.split_once("://")?;
        let tls = match scheme {
            "redis" => false,
            "rediss" => true,
            _ => return None,
        };
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(Credentials::parse(login)?), place),
            None => (None, rest),
        };
        let (place, number) = place.split_once('/').unwrap_or((place, ""));
        let number = if number.is_empty() { 0 } else { digits(number)? };
        let (host, port) = net::host_and_port(place, Some(DEFAULT_PORT))?;
        Some(Address { tls, host, port, number, login })
    }

    /// Fit for a text: without the login.
    pub fn shown(&self) -> String {
        let Address { host, port, number, .. } = self;
        let scheme = if self.tls { "rediss" } else { "redis" };
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        format!("{scheme}://{host}:{port}/{number}")
    }
}

impl Credentials {
    /// A password without a name is `:password`: of `name` alone nobody could tell which of both it is.
    fn parse(text: &str) -> Option<Credentials> {
        let (user, password) = text.split_once(':')?;
        let (user, password) = (from_percent(user)?, from_percent(password)?);
        (!password.expose().is_empty()).then_some(Credentials { user, password })
    }
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_the_usual() {
        let address = Address::parse("redis://cache.example.com").unwrap();
        assert_eq!(address.shown(), "redis://cache.example.com:6379/0");
        assert!(address.login.is_none() && !address.tls);
        let address = Address::parse("rediss://erp:p%40ss/w:@rd@[::1]:7000/12").unwrap();
        assert_eq!(address.shown(), "rediss://[::1]:7000/12");
        let login = address.login.unwrap();
        assert_eq!((login.user.expose(), login.password.expose()), ("erp", "p@ss/w:@rd"));
        let login = Address::parse("redis://:senha@10.0.0.1").unwrap().login.unwrap();
        assert_eq!((login.user.expose(), login.password.expose()), ("", "senha"));
    }

    #[test]
    fn nothing_is_guessed() {
        for wrong in [
            "redis:/",
            "redis://",
            "redis://:6379",
            "http://host",
            "redis://host:0",
            "redis://host:x",
            "redis://host:65536",
            "redis://host/x",
            "redis://host/-1",
            "redis://host/0/1",
            "redis://host?db=1",
            "redis://host/0?db=1",
            "redis://host#1",
            "redis://secret@host",
            "redis://user:@host",
            "redis://ho st",
            "redis://[host]",
            "redis://::1",
        ] {
            assert!(Address::parse(wrong).is_none(), "{wrong}");
        }
    }
}
