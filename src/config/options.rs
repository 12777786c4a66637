//! The options of an account: their names, what a value must be, and what each one is part of.

use crate::config::client_certificate::{self, ClientCertificate};
use crate::error::{Error, Result, Status};
use crate::messages::{FileFault, Message, Wanted};
use crate::net;
use crate::sys;
use crate::util::clock;
use crate::util::secret::Secret;
use std::path::Path;
use std::sync::Arc;

/// Longest value taken. An imported token may be long; nothing else comes near.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// What a value must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Text,
    /// Goes into a header as it is.
    Token,
    Url,
    Instant,
    Number {
        least: u64,
        most: u64,
    },
    Flag,
    OneOf(&'static [&'static str]),
    Proxy,
    CaFile,
    /// A file, or on Windows a certificate of the system's.
    Certificate,
    KeyFile,
    Hosts,
}

/// What an option is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OptionRole {
    /// Makes the account what it is, and is never shown.
    Secret,
    /// Makes the account what it is.
    Credential,
    /// Can change the provider's answer: part of the cache's identity, may be a default of the process.
    Identity,
    /// Changes only how the answer is fetched or handed out.
    Behaviour,
}

const YEAR_S: u64 = 400 * 24 * 3600;
const HOUR_MS: u64 = 3_600_000;

#[rustfmt::skip]
const OPTIONS: &[(&str, OptionRole, ValueKind)] = &[
    ("username",           OptionRole::Credential, ValueKind::Text),
    ("password",           OptionRole::Secret,     ValueKind::Text),
    ("access_key",         OptionRole::Credential, ValueKind::Text),
    ("secret",             OptionRole::Secret,     ValueKind::Text),
    ("tenant",             OptionRole::Credential, ValueKind::Text),
    ("client_id",          OptionRole::Credential, ValueKind::Text),
    ("client_secret",      OptionRole::Secret,     ValueKind::Text),
    ("scope",              OptionRole::Credential, ValueKind::Text),
    (client_certificate::CERTIFICATE, OptionRole::Credential, ValueKind::Certificate),
    (client_certificate::KEY, OptionRole::Credential, ValueKind::KeyFile),
    (client_certificate::PASSWORD, OptionRole::Secret, ValueKind::Text),
    ("mfa_code",           OptionRole::Secret,     ValueKind::Text),
    ("access_token",       OptionRole::Secret,     ValueKind::Token),
    ("refresh_token",      OptionRole::Secret,     ValueKind::Token),
    ("expires_at",         OptionRole::Credential, ValueKind::Instant),
    ("environment",        OptionRole::Behaviour,     ValueKind::Text),
    ("base_url",           OptionRole::Behaviour,     ValueKind::Url),
    ("api_url",            OptionRole::Behaviour,     ValueKind::Url),
    ("token",              OptionRole::Identity,   ValueKind::OneOf(&["session", "application"])),
    ("application_days",   OptionRole::Behaviour,     ValueKind::Number { least: 1, most: 3650 }),
    ("timeout_ms",         OptionRole::Behaviour,     ValueKind::Number { least: 1, most: HOUR_MS }),
    ("connect_timeout_ms", OptionRole::Behaviour,     ValueKind::Number { least: 1, most: HOUR_MS }),
    ("min_seconds_left",   OptionRole::Behaviour,     ValueKind::Number { least: 0, most: YEAR_S }),
    ("renew_after_s",      OptionRole::Behaviour,     ValueKind::Number { least: 1, most: YEAR_S }),
    ("proxy",              OptionRole::Identity,   ValueKind::Proxy),
    ("ca_file",            OptionRole::Identity,   ValueKind::CaFile),
    ("allow_http",         OptionRole::Behaviour,     ValueKind::Flag),
    ("api_hosts",          OptionRole::Behaviour,     ValueKind::Hosts),
    ("max_response_bytes", OptionRole::Behaviour,     ValueKind::Number { least: 1, most: i32::MAX as u64 }),
];

/// Names that identify an account: with another one, what belongs to the old one is forgotten.
pub const IDENTITY_OPTIONS: [&str; 2] = ["username", "access_key"];
pub const CLEARED_WITH_IDENTITY: [&str; 6] =
    ["password", "secret", "mfa_code", "access_token", "refresh_token", "expires_at"];
/// Set between two logins of the same account, so not part of what it is.
const ONE_TIME_OPTION: &str = "mfa_code";

/// The name of an option: one of ours, by its place among them, or a profile's own.
#[derive(Clone)]
enum Name {
    Known(u8),
    Own(Box<str>),
}

impl Name {
    fn of(name: &str) -> Name {
        let place = OPTIONS.iter().position(|(known, ..)| *known == name);
        match place.and_then(|place| u8::try_from(place).ok()) {
            Some(place) => Name::Known(place),
            None => Name::Own(name.into()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Name::Known(place) => OPTIONS.get(usize::from(*place)).map_or("", |(name, ..)| name),
            Name::Own(name) => name,
        }
    }
}

/// The options that are set, by name. What is not here has its default.
#[derive(Clone, Default)]
pub struct Values {
    /// Sorted by name. Few: a list is smaller than a tree, and as quick.
    texts: Vec<(Name, Secret)>,
    /// The certificates of `ca_file`, read when it was set.
    ca_pem: Option<Arc<[u8]>>,
    /// Few have one.
    client: Option<Box<ClientCertificate>>,
}

fn find(name: &str) -> Option<&'static (&'static str, OptionRole, ValueKind)> {
    OPTIONS.iter().find(|(known, ..)| *known == name)
}

/// Whether the option is one of ours, and not a profile's own.
pub fn is_known(name: &str) -> bool {
    find(name).is_some()
}

/// Whether one of ours is never shown.
pub fn is_secret(name: &str) -> bool {
    find(name).is_some_and(|(_, role, _)| *role == OptionRole::Secret)
}

/// Whether the process may hold a default for this option.
pub fn may_be_default(name: &str) -> Option<bool> {
    find(name).map(|(_, role, _)| matches!(role, OptionRole::Identity | OptionRole::Behaviour))
}

/// The known names, for an error text.
pub fn names<'a>(more: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = OPTIONS.iter().map(|(name, ..)| *name).collect();
    names.extend(more.filter(|name| find(name).is_none()));
    names.join(", ")
}

/// An option with a value that is fit for it.
#[derive(Clone)]
pub struct Checked<'a> {
    name: &'a str,
    /// `None`: back to the default.
    value: Option<&'a str>,
    /// Of the file that it names, if it does.
    content: Option<Arc<[u8]>>,
}

/// Checks an option and its value; files are read here, before any lock is taken. `own`: the profile declares the name.
pub fn check<'a>(name: &'a str, value: Option<&'a str>, own: &dyn Fn(&str) -> bool) -> Result<Checked<'a>> {
    let kind = match find(name) {
        Some((_, _, kind)) => *kind,
        None if own(name) => ValueKind::Text,
        None => return Err(unknown(name, value)),
    };
    let bare =
        |text: &'a str| if matches!(kind, ValueKind::Text | ValueKind::Token) { text } else { trimmed(text) };
    let value = value.map(bare).filter(|text| !text.is_empty());
    let content = value.map_or(Ok(None), |text| check_value(name, kind, text))?;
    Ok(Checked { name, value, content: content.map(Arc::from) })
}

/// Without what editors, forms and files leave around a value.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// What the value must be; of a file what it holds.
fn check_value(name: &str, kind: ValueKind, text: &str) -> Result<Option<Vec<u8>>> {
    let unfit = |wanted: Wanted| Err(Error::bad_value(name, wanted));
    match kind {
        ValueKind::Text | ValueKind::Token if text.len() > MAX_VALUE_BYTES => {
            unfit(Wanted::AtMost { bytes: MAX_VALUE_BYTES })
        }
        ValueKind::Token if !text.bytes().all(|byte| byte.is_ascii_graphic()) => unfit(Wanted::BareToken),
        ValueKind::Url if !text.is_ascii() => unfit(Wanted::AsciiHost),
        ValueKind::Url if !is_plain_url(text) || net::Target::parse(text).is_err() => unfit(Wanted::Address),
        ValueKind::Instant if clock::parse_rfc3339(text).is_none() => unfit(Wanted::Instant),
        ValueKind::Number { least, most }
            if !text.parse().is_ok_and(|number: u64| (least..=most).contains(&number)) =>
        {
            unfit(Wanted::Number { least, most })
        }
        ValueKind::Flag if !matches!(text, "0" | "1") => unfit(Wanted::Switch),
        ValueKind::OneOf(known) if !known.contains(&text) => unfit(Wanted::OneOf { known: known.join(", ") }),
        ValueKind::Hosts if !text.split(',').all(|host| host.trim().is_empty() || is_host(host.trim())) => {
            unfit(Wanted::Hosts)
        }
        ValueKind::Proxy if !net::is_proxy(text) => {
            unfit(Wanted::Proxy { kind: net::other_kind_of_proxy(text) })
        }
        ValueKind::CaFile => {
            let read = read_limited(text).and_then(|pem| net::parse_ca(&pem).map(|()| pem));
            return read.map(Some).or_else(|cause| unfit(Wanted::CaFile { cause }).map(|()| None));
        }
        ValueKind::Certificate if client_certificate::is_in_store(text) => {
            return client_certificate::in_store(text).map(Some);
        }
        ValueKind::Certificate | ValueKind::KeyFile => return client_certificate::read(text).map(Some),
        _ => Ok(()),
    }
    .map(|()| None)
}

impl Values {
    /// Sets an option, or puts back what the process holds as its default. A client certificate that does not go with
    /// what was set before is an error and set all the same: what it lacks may follow.
    pub fn apply(&mut self, checked: Checked, defaults: &Values) -> Result<()> {
        let name = checked.name;
        let mut outcome = Ok(());
        if client_certificate::is_part(name) {
            let is_password = name == client_certificate::PASSWORD;
            let password = if is_password { checked.value } else { self.get(client_certificate::PASSWORD) };
            let replaces = self.get(name).is_some();
            let (changed, told) = self.client.clone().unwrap_or_default().with(
                name,
                checked.content.clone(),
                password,
                replaces,
            );
            match changed {
                Some(changed) => self.client = Some(Box::new(changed)),
                None => return told,
            }
            outcome = told;
        }
        if IDENTITY_OPTIONS.contains(&name) && self.get(name) != checked.value && self.get(name).is_some() {
            for gone in CLEARED_WITH_IDENTITY {
                self.put(gone, None);
            }
        }
        let value = match checked.value {
            Some(text) => Some(Secret::from(text)),
            None => defaults.secret(name).cloned(),
        };
        if name == "ca_file" {
            self.ca_pem = checked.content.or_else(|| defaults.ca_pem.clone());
        }
        self.put(name, value);
        outcome
    }

    fn put(&mut self, name: &str, value: Option<Secret>) {
        match (self.place(name), value) {
            (Ok(place), Some(value)) => self.texts[place].1 = value,
            (Ok(place), None) => drop(self.texts.remove(place)),
            (Err(place), Some(value)) => {
                self.texts.reserve_exact(1);
                self.texts.insert(place, (Name::of(name), value));
            }
            (Err(_), None) => {}
        }
    }

    fn place(&self, name: &str) -> std::result::Result<usize, usize> {
        self.texts.binary_search_by(|(known, _)| known.text().cmp(name))
    }

    fn secret(&self, name: &str) -> Option<&Secret> {
        self.place(name).ok().map(|place| &self.texts[place].1)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.secret(name).map(Secret::expose)
    }

    /// What tells a person which account it is, and is no secret. Of an access key only the beginning: some are half
    /// of one, or all of it.
    pub fn label(&self) -> String {
        let beginning = |key: &str| key.chars().take((key.chars().count() / 3).min(6)).chain(['…']).collect();
        let key = || self.get("access_key").map(beginning);
        let user = self.get("username").map(str::to_owned).or_else(key);
        let certified = || self.client_identity().map(|identity| identity.shown().subject.clone());
        user.or_else(|| self.get("client_id").map(str::to_owned)).or_else(certified).unwrap_or_default()
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    pub fn is_on(&self, name: &str) -> bool {
        self.get(name) == Some("1")
    }

    pub fn ca_pem(&self) -> Option<&[u8]> {
        self.ca_pem.as_deref()
    }

    /// What is set of a client certificate can be used, as far as it goes.
    pub fn check_client_certificate(&self) -> Result<()> {
        self.client.as_ref().map_or(Ok(()), |client| client.check())
    }

    pub fn client_identity(&self) -> Option<&Arc<net::ClientIdentity>> {
        self.client.as_ref()?.credential()?.identity()
    }

    /// The key of the client certificate, or one that is set without a certificate.
    pub fn client_key(&self) -> Option<&net::ClientKey> {
        Some(self.client.as_ref()?.credential()?.key())
    }

    /// Whether there is a value for that name: a key may come with its certificate.
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some() || (name == client_certificate::KEY && self.client_key().is_some())
    }

    /// `expires_at` in milliseconds since 1970.
    pub fn expires_at_ms(&self) -> Option<i64> {
        clock::parse_rfc3339(self.get("expires_at")?)
    }

    /// Everything that can change the provider's answer to a login, in a fixed order. `once`: options that serve one login.
    pub fn identity_parts<'a>(&'a self, once: &'a [String]) -> impl Iterator<Item = &'a [u8]> {
        let texts = self.texts.iter().map(|(name, value)| (name.text(), value));
        let texts = texts.filter(|(name, _)| !once.iter().any(|once| once == name));
        let identifying = texts.filter(|(name, _)| {
            let role = find(name).map_or(OptionRole::Identity, |(_, role, _)| *role);
            let is_told_otherwise =
                [ONE_TIME_OPTION, "ca_file", "token"].contains(name) || client_certificate::is_part(name);
            role != OptionRole::Behaviour && !is_told_otherwise
        });
        let texts = identifying.flat_map(|(name, value)| [name.as_bytes(), value.expose().as_bytes()]);
        let client =
            self.client.as_ref().and_then(|client| client.credential()).map(net::ClientCredential::digest);
        texts.chain(self.ca_pem.as_deref()).chain(client)
    }

    /// The names of what is set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(name, _)| name.text())
    }

    /// What must not appear in a text. An access key may be all that a provider asks for.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let hidden = |name: &str| {
            name == "access_key" || find(name).is_none_or(|(_, role, _)| *role == OptionRole::Secret)
        };
        self.texts.iter().filter(move |(name, _)| hidden(name.text())).map(|(_, value)| value)
    }

    /// The password in `proxy`, which stands inside a longer text.
    pub fn proxy_password(&self) -> Option<Secret> {
        let (login, _) = self.get("proxy")?.rsplit_once('@')?;
        let (_, password) = login.split_once("://").map_or(login, |(_, login)| login).split_once(':')?;
        Some(password.into())
    }
}

/// An option nobody knows. Its name is shown only where it looks like one: it may be a value in the wrong place.
fn unknown(name: &str, value: Option<&str>) -> Error {
    if let Some(option) = value.filter(|value| find(value).is_some()) {
        return Error::new(Status::Option, Message::Swapped { option: option.to_owned() });
    }
    let (name, known) = (shown_name(name), names(std::iter::empty()));
    Error::new(Status::Option, Message::UnknownOption { name, known })
}

/// A name that nobody knows, if it looks like one of an option.
pub fn shown_name(name: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (name.len() <= 32 && name.bytes().all(plain)).then(|| name.to_owned())
}

/// Absolute, http or https, and nothing in it that could carry a secret or move the path.
fn is_plain_url(text: &str) -> bool {
    let schemed = text.split_once("://");
    let rest =
        schemed.filter(|(scheme, _)| ["https", "http"].contains(&scheme.to_ascii_lowercase().as_str()));
    let rest = rest.map(|(_, rest)| rest);
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    visible
        && rest
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['@', '?', '#']))
}

fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, Some(port)),
        _ => (text, None),
    };
    let named =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | b':');
    !host.is_empty() && host.bytes().all(named) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// A file that a person named and nobody else can change: not endless.
pub fn read_limited(path: &str) -> std::result::Result<Vec<u8>, FileFault> {
    use std::io::Read;
    const MAX_BYTES: u64 = 1 << 20;
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    // A pipe would wait for somebody to write to it, and so would some files that are none.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path).map_err(|error| FileFault::from(&error))?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(FileFault::NotAFile);
    }
    if let Some(how) = sys::foreign(&file, Path::new(path)).map_err(|error| FileFault::from(&error))? {
        return Err(how.into());
    }
    let mut content = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut content).map_err(|error| FileFault::from(&error))?;
    if content.len() as u64 > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    Ok(content)
}

#[cfg(test)]
mod tests;
