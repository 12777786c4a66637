//! Checks of names, templates, headers and URLs.

use super::fill::header_safe;
use super::model::Profile;
use super::problem::{ensure, Problem};
use super::template::{Form, Part, Template};
use std::collections::HashSet;
use std::fmt::Display;

type Checked = Result<(), Problem>;

/// Account options that describe who asks.
const ACCOUNT_OPTIONS: [&str; 11] = [
    "username",
    "password",
    "access_key",
    "secret",
    "tenant",
    "client_id",
    "client_secret",
    "scope",
    "mfa_code",
    "client_certificate",
    "client_key",
];

/// Of these a profile gives no default: it is read, copied and mailed as if it held no secrets.
pub(super) const CREDENTIALS: [&str; 5] = ["username", "password", "access_key", "secret", "mfa_code"];

/// Names whose value comes with the call.
pub(super) const PASSING_NAMES: [&str; 5] = ["access_token", "refresh_token", "expires_at", "id", "page"];

/// Account options that steer the library; an option of a profile under such a name could never be set.
pub(super) const RESERVED_OPTIONS: [&str; 14] = [
    "environment",
    "base_url",
    "token",
    "application_days",
    "timeout_ms",
    "connect_timeout_ms",
    "min_seconds_left",
    "renew_after_s",
    "proxy",
    "ca_file",
    "client_certificate_password",
    "allow_http",
    "api_hosts",
    "max_response_bytes",
];

pub(super) fn is_account_name(name: &str) -> bool {
    ACCOUNT_OPTIONS.contains(&name) || PASSING_NAMES.contains(&name)
}

/// The names that the templates of a profile may use.
pub(super) struct Names<'p> {
    options: HashSet<&'p str>,
    urls: HashSet<&'p str>,
    kept: HashSet<&'p str>,
}

impl<'p> Names<'p> {
    pub fn of(profile: &'p Profile) -> Names<'p> {
        let rules = profile.login.iter().flat_map(|login| &login.means);
        let kept = rules.flat_map(|rule| &rule.keep.0);
        Names {
            options: profile.options.0.iter().map(|(name, _)| name.as_str()).collect(),
            urls: profile.urls.0.iter().map(|(name, _)| name.as_str()).collect(),
            kept: kept.map(|(name, _)| name.as_str()).collect(),
        }
    }

    /// An account option or one of the profile's own.
    pub fn is_option(&self, name: &str) -> bool {
        ACCOUNT_OPTIONS.contains(&name) || self.options.contains(name)
    }

    /// Whether it has a meaning already, so that nothing else can be called so.
    pub fn is_taken(&self, name: &str) -> bool {
        is_account_name(name) || self.options.contains(name) || self.is_address(name)
    }

    pub fn is_address(&self, name: &str) -> bool {
        name == "base" || self.urls.contains(name)
    }

    pub fn check(&self, template: &Template, place: impl Display) -> Checked {
        for slot in template.slots() {
            if !self.is_taken(&slot.name) && !self.kept.contains(slot.name.as_str()) {
                let what = format_args!("unknown name {{{}}}", slot.name);
                return Err(Problem::at(place, what));
            }
            let plain = slot.form == Form::Text && !slot.optional;
            let fits = plain || !self.is_address(&slot.name);
            ensure(fits, &place, "an address is always set and a text")?;
        }
        Ok(())
    }
}

/// Names of fields are sent as they are.
pub(super) fn literal_key(name: &str, place: impl Display) -> Checked {
    ensure(!name.contains(['{', '}']), place, "the name of a field cannot be a template")
}

pub(super) fn headers(all: &[(String, Template)], names: &Names, place: &str) -> Checked {
    let mut known = HashSet::new();
    for (name, template) in all {
        let place = format!("{place}.{name}");
        ensure(is_token(name), &place, "not the name of a header")?;
        ensure(known.insert(name.to_ascii_lowercase()), &place, "stands here twice")?;
        let transport = ["host", "content-length", "transfer-encoding", "connection"];
        let free = !transport.iter().any(|own| own.eq_ignore_ascii_case(name));
        ensure(free, &place, "this header is the transport's own")?;
        let printable = |text: &str| text.bytes().all(|b| (0x20..0x7f).contains(&b));
        let plain = template.parts().iter().all(|part| match part {
            Part::Literal(text) => printable(text),
            Part::Slot(_) => true,
        });
        let edges = match template.parts() {
            [Part::Literal(only)] => header_safe(only),
            [Part::Literal(first), .., Part::Literal(last)] => {
                !first.starts_with(' ') && !last.ends_with(' ')
            }
            [Part::Literal(first), ..] => !first.starts_with(' '),
            [.., Part::Literal(last)] => !last.ends_with(' '),
            _ => true,
        };
        ensure(plain && edges, &place, "printable ASCII only, no space at either end")?;
        names.check(template, &place)?;
    }
    Ok(())
}

/// RFC 9110.
fn is_token(name: &str) -> bool {
    let is_char = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_char)
}

/// A URL keeps its host whatever the options say: it begins with an address, and what follows begins a path.
pub(super) fn url(template: &Template, names: &Names, place: &str) -> Checked {
    names.check(template, place)?;
    let mut parts = template.parts().iter();
    let begins = match parts.next() {
        Some(Part::Slot(slot)) => names.is_address(&slot.name) && path_follows(parts.as_slice()),
        Some(Part::Literal(text)) => is_whole_address(text, parts.len() > 0),
        None => false,
    };
    ensure(begins, place, "begins with {base}, a name of `urls`, or https://host/; then `/` or `?`")?;
    for part in parts {
        match part {
            Part::Slot(slot) => {
                ensure(!names.is_address(&slot.name), place, "an address can only stand first")?;
                ensure(!slot.optional, place, "a URL has no field that `?` could leave out")?;
            }
            Part::Literal(text) => {
                ensure(is_url_text(text), place, "characters that a URL must encode")?;
            }
        }
    }
    Ok(())
}

fn path_follows(rest: &[Part]) -> bool {
    match rest.first() {
        None => true,
        Some(Part::Literal(text)) => text.starts_with(['/', '?']),
        Some(Part::Slot(_)) => false,
    }
}

/// The host must end within the literal, else an option could go on with it.
fn is_whole_address(text: &str, more_follows: bool) -> bool {
    let after = text.split_once("://").map(|(_, after)| after);
    let closed = after.is_some_and(|after| after.contains(['/', '?']));
    is_address(text) && (closed || !more_follows)
}

/// No space, no fragment, nothing beyond ASCII.
fn is_url_text(text: &str) -> bool {
    let is_char = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&b);
    text.bytes().all(is_char)
}

/// `http://` or `https://`, a host, no user.
pub(super) fn is_address(text: &str) -> bool {
    let after = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(after) = after else {
        return false;
    };
    let host = after.split(['/', '?', '#']).next().unwrap_or_default();
    // A source may point into a page; a base may not, and says so itself.
    is_host(host) && is_url_text(&text.replace('#', "/"))
}

/// `host` or `host:port`; an IPv6 address stands in brackets.
pub(super) fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let port_fits = port.is_none_or(|port| {
        port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_fits = match inside {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => is_host_name(host),
    };
    host_fits && port_fits
}

fn is_host_name(host: &str) -> bool {
    let is_char = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    !host.is_empty() && host.bytes().all(is_char) && !host.starts_with('.') && !host.contains("..")
}
