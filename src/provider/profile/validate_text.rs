//! Checks of names, templates, headers and URLs.

use super::fill::header_safe;
use super::model::Profile;
use super::read::is_token;
use super::read::log::shown;
use super::read::place::Place;
use super::template::{is_name, Form, Part, Template};
use super::validate::Report;
use crate::messages::Fault;
use std::collections::HashSet;

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
pub(super) const CREDENTIALS: [&str; 7] =
    ["username", "password", "access_key", "secret", "mfa_code", "client_certificate", "client_key"];

/// Names whose value comes with the call.
pub(super) const PASSING_NAMES: [&str; 5] = ["access_token", "refresh_token", "expires_at", "id", "page"];

/// Names whose value the library makes anew for each request.
pub(super) const OWN_NAMES: [&str; 2] = ["now", "uuid"];

/// Account options that steer the library; an option of a profile under such a name could never be set.
pub(super) const RESERVED_OPTIONS: [&str; 15] = [
    "environment",
    "base_url",
    "api_url",
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

/// Headers that say where a message ends or what becomes of the connection.
const TRANSPORT: [&str; 8] =
    ["host", "content-length", "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade"];

pub(super) fn is_account_name(name: &str) -> bool {
    ACCOUNT_OPTIONS.contains(&name) || PASSING_NAMES.contains(&name)
}

/// What nothing of a profile's own can be called.
pub(super) fn is_reserved(name: &str) -> bool {
    is_account_name(name) || OWN_NAMES.contains(&name)
}

/// The names that the templates of a profile may use.
pub(super) struct Names<'p> {
    options: HashSet<&'p str>,
    urls: HashSet<&'p str>,
    values: HashSet<&'p str>,
    /// With the token.
    kept: HashSet<&'p str>,
    /// For the next request.
    passed: HashSet<&'p str>,
}

impl<'p> Names<'p> {
    pub fn of(profile: &'p Profile) -> Names<'p> {
        let steps = profile.steps.0.iter().map(|(_, step)| step);
        let operations = profile.login.iter().chain(steps).chain(&profile.mfa).chain(&profile.refresh);
        let mut passed = HashSet::new();
        for one in operations {
            passed.extend(one.keep.0.iter().map(|(name, _)| name.as_str()));
            for rule in &one.means {
                passed.extend(rule.keep.0.iter().map(|(name, _)| name.as_str()));
            }
        }
        Names {
            options: profile.options.0.iter().map(|(name, _)| name.as_str()).collect(),
            urls: profile.urls.0.iter().map(|(name, _)| name.as_str()).collect(),
            values: profile.values.0.iter().map(|(name, _)| name.as_str()).collect(),
            kept: profile.kept.iter().map(String::as_str).collect(),
            passed,
        }
    }

    /// An account option or one of the profile's own.
    pub fn is_option(&self, name: &str) -> bool {
        ACCOUNT_OPTIONS.contains(&name) || self.options.contains(name)
    }

    /// Those that a person may have meant.
    pub fn all_options(&self) -> Vec<&str> {
        let own = self.options.iter().filter(|name| !ACCOUNT_OPTIONS.contains(name)).copied();
        let mut all: Vec<&str> = own.collect();
        all.sort_unstable();
        all.extend(ACCOUNT_OPTIONS);
        all
    }

    pub fn is_value(&self, name: &str) -> bool {
        self.values.contains(name)
    }

    pub fn is_kept(&self, name: &str) -> bool {
        self.kept.contains(name)
    }

    /// Whether it has a meaning already, so that nothing else can be called so.
    pub fn is_taken(&self, name: &str) -> bool {
        is_reserved(name) || self.options.contains(name) || self.is_address(name) || self.is_value(name)
    }

    pub fn is_address(&self, name: &str) -> bool {
        name == "base" || self.urls.contains(name)
    }

    /// Whether a template may have it.
    pub fn is_known(&self, name: &str) -> bool {
        self.is_option(name)
            || PASSING_NAMES.contains(&name)
            || OWN_NAMES.contains(&name)
            || self.is_address(name)
            || self.is_value(name)
            || self.is_kept(name)
            || self.passed.contains(name)
    }

    fn all(&self) -> Vec<&str> {
        let mut own: Vec<&str> = Vec::new();
        for names in [&self.urls, &self.values, &self.kept, &self.passed] {
            // What is none may be a value in the wrong place.
            own.extend(names.iter().copied().filter(|name| is_name(name)));
        }
        own.sort_unstable();
        own.dedup();
        let mut all = own;
        all.push("base");
        all.extend(self.all_options());
        all.extend(PASSING_NAMES);
        all.extend(OWN_NAMES);
        all
    }

    pub fn check(&self, template: &Template, place: &Place, report: &Report) {
        for slot in template.slots() {
            if !report.log.is_full() && !self.is_known(&slot.name) {
                let name = shown(&slot.name);
                report.unknown(place, Fault::UnknownName, &[&name], &slot.name, &self.all());
            }
            report.ensure(slot.name != "client_key", place, Fault::ClientKeySigns);
            let plain = slot.form == Form::Text && !slot.optional;
            report.ensure(plain || !self.is_address(&slot.name), place, Fault::AddressPlain);
        }
    }
}

/// Names of fields are sent as they are.
pub(super) fn literal_key(name: &str, place: &Place, report: &Report) {
    report.ensure(!name.contains(['{', '}']), place, Fault::FieldKey);
}

pub(super) fn headers(all: &[(String, Template)], names: &Names, whole: &Place, report: &Report) {
    let mut known = HashSet::new();
    for (name, template) in all {
        let place = whole.key(name);
        report.ensure(is_token(name), &place, Fault::NotAHeader);
        if !known.insert(name.to_ascii_lowercase()) {
            report.unknown(&place, Fault::Twice, &[&shown(name)], "", &[]);
        }
        let free = !TRANSPORT.iter().any(|own| own.eq_ignore_ascii_case(name));
        report.ensure(free, &place, Fault::OwnHeader);
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
        report.ensure(plain && edges, &place, Fault::HeaderText);
        names.check(template, &place, report);
    }
}

/// A URL keeps its host whatever the options say: it begins with an address, and what follows begins a path.
pub(super) fn url(template: &Template, names: &Names, place: &Place, report: &Report) {
    names.check(template, place, report);
    let mut parts = template.parts().iter();
    let begins = match parts.next() {
        // What is no name at all is told already.
        Some(Part::Slot(slot)) if !names.is_known(&slot.name) => true,
        Some(Part::Slot(slot)) => names.is_address(&slot.name) && path_follows(parts.as_slice()),
        Some(Part::Literal(text)) => is_whole_address(text, parts.len() > 0),
        None => false,
    };
    report.ensure(begins, place, Fault::UrlBegins);
    for part in parts {
        match part {
            Part::Slot(slot) => {
                report.ensure(!names.is_address(&slot.name), place, Fault::AddressFirst);
                report.ensure(!slot.optional, place, Fault::UrlOptional);
            }
            Part::Literal(text) => report.ensure(is_url_text(text), place, Fault::UrlText),
        }
    }
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
