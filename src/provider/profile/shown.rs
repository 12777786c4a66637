//! What a profile sends, for its author: each request with `[name]` in place of every value, so that nothing is filled in
//! and nothing secret can be shown.

use super::authorize::{with_query, Credential, Wins};
use super::computed::{Computed, Encoding};
use super::model::{Environment, Profile};
use super::operation::Operation;
use super::ordered::Json;
use super::template::{Form, Part, Slot, Template};
use super::text::{TemplateContext, Text};
use super::validate::each_operation;
use std::cell::Cell;
use std::collections::HashSet;
use zeroize::Zeroizing;

/// Bytes of all requests together: a file of one megabyte could make gigabytes.
const MAX_SHOWN_BYTES: usize = 1 << 20;
/// Of one address; a longer one stands as its name.
const MAX_ADDRESS_BYTES: usize = 2048;
/// A text of the author's own under such a name may be a secret that has no place there.
pub const SECRET_WORDS: [&str; 13] = [
    "pass",
    "senha",
    "pwd",
    "secret",
    "segredo",
    "token",
    "key",
    "chave",
    "auth",
    "cookie",
    "creden",
    "signature",
    "assinatura",
];
const HIDDEN: &str = "[...]";

/// One request.
pub struct Shown<'p> {
    pub environment: &'p str,
    /// Its place in the profile; `api`: a call of the program's own.
    pub operation: String,
    pub needs: &'p [String],
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Profile {
    /// What each operation sends in the environment that is meant without a choice, and in the one for tests. The number
    /// is of those that there was no room for.
    pub fn shown(&self) -> (Vec<Shown<'_>>, usize) {
        let usual = self.environment(None).ok();
        let test = self.environment(Some("test")).ok();
        let first = || self.environments.0.first().map(|(name, one)| (name.as_str(), one));
        let mut chosen: Vec<_> = usual.or(test).or_else(first).into_iter().chain(test).collect();
        chosen.dedup_by_key(|(name, _)| *name);
        let (mut all, mut room, mut left_out) = (Vec::new(), MAX_SHOWN_BYTES, 0);
        for (environment, one) in chosen {
            let writer = Writer::new(self, Some(one));
            let operations = self.operations().into_iter().map(Some);
            for operation in operations.chain([None]) {
                if room == 0 {
                    left_out += 1;
                    continue;
                }
                let shown = match operation {
                    Some((place, operation)) => writer.request(environment, place, operation),
                    None => writer.api_call(environment),
                };
                room = room.saturating_sub(shown.len());
                all.push(shown);
            }
        }
        (all, left_out)
    }

    /// All operations, with their places.
    pub(super) fn operations(&self) -> Vec<(String, &Operation)> {
        let mut all = Vec::new();
        each_operation(self, &mut |one, place| all.push((place.whole(), one)));
        all
    }

    /// Each of `values`: its name, and what it is made of.
    pub fn shown_values(&self) -> impl Iterator<Item = (&str, String)> {
        let writer = Writer::new(self, None);
        self.values.0.iter().map(move |(name, one)| (name.as_str(), writer.computed(one)))
    }

    /// The token of a profile that sends nothing to get one.
    pub fn shown_fixed(&self) -> Option<String> {
        let writer = Writer::new(self, None);
        self.fixed.as_ref().map(|fixed| writer.text(TemplateContext::Plain, "token", &fixed.access_token))
    }
}

impl Shown<'_> {
    fn len(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        self.url.len() + self.body.len() + headers.sum::<usize>()
    }
}

struct Writer<'p> {
    profile: &'p Profile,
    /// Without one, addresses stand as their names.
    environment: Option<&'p Environment>,
    /// Bytes of addresses that may yet stand in place of their names.
    room: Cell<usize>,
}

impl<'p> Writer<'p> {
    fn new(profile: &'p Profile, environment: Option<&'p Environment>) -> Writer<'p> {
        Writer { profile, environment, room: Cell::new(MAX_SHOWN_BYTES) }
    }

    fn base(&self) -> &'p str {
        self.environment.map_or("", |one| one.base.trim_end_matches('/'))
    }

    fn request(&self, environment: &'p str, operation: String, one: &'p Operation) -> Shown<'p> {
        let mut headers = Vec::new();
        for (name, template) in &self.profile.authorize.0 {
            let own = one.headers.0.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            if one.authorize && !own {
                headers.push(self.header(name, template));
            }
        }
        headers.extend(one.headers.0.iter().map(|(name, template)| self.header(name, template)));
        let mut body = Text::default();
        let common: &[_] = match one.authorize && one.method.takes_body() {
            true => &self.profile.authorize_json.0,
            false => &[],
        };
        let mut kind = "application/json";
        match (&one.form, &one.json) {
            (Some(form), _) => {
                self.fields(&mut body, &form.0);
                kind = "application/x-www-form-urlencoded";
            }
            (None, Some(Json::Object(own))) => {
                let names: HashSet<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
                let missing = common.iter().filter(|(name, _)| !names.contains(name.as_str()));
                self.object(&mut body, "", &mut missing.chain(own));
            }
            (None, Some(json)) => self.json(&mut body, "", json),
            (None, None) if !common.is_empty() => self.object(&mut body, "", &mut common.iter()),
            (None, None) => kind = "",
        }
        content_type(&mut headers, kind);
        let mut url = Text::default();
        match self.environment {
            Some(environment) if one.url.is_plain("base") && environment.base.len() <= MAX_ADDRESS_BYTES => {
                url.push(&environment.base);
            }
            _ => self.template(&mut url, TemplateContext::Url, "", &one.url),
        }
        let url = without_secrets(&plain(url));
        let url = if one.authorize { self.query(&url) } else { url };
        Shown {
            environment,
            operation,
            needs: &one.needs,
            method: one.method.as_str(),
            url,
            headers,
            body: plain(body),
        }
    }

    /// A call of the program's own: only what the profile puts into it.
    fn api_call(&self, environment: &'p str) -> Shown<'p> {
        let profile = self.profile;
        let api = if profile.urls.get("api").is_some() { "api" } else { "base" };
        let url = self.query(&(self.address(api).unwrap_or_else(|| format!("[{api}]")) + "/[path]"));
        let mut headers: Vec<_> =
            profile.authorize.0.iter().map(|(name, template)| self.header(name, template)).collect();
        let (mut body, members) = (Text::default(), &profile.authorize_json.0);
        if !members.is_empty() {
            self.object(&mut body, "", &mut members.iter());
            content_type(&mut headers, "application/json");
        }
        Shown {
            environment,
            operation: "api".to_owned(),
            needs: profile.fixed.as_ref().map_or(&[], |fixed| &fixed.needs),
            method: if members.is_empty() { "GET" } else { "POST" },
            url,
            headers,
            body: plain(body),
        }
    }

    /// What the address asks for itself wins.
    fn query(&self, url: &str) -> String {
        let fields = self.profile.authorize_query.0.iter().map(|(name, template)| {
            let text = Zeroizing::new(self.text(TemplateContext::Query, name, template));
            Credential { name, text, carries: false }
        });
        let fields: Vec<Credential> = fields.collect();
        with_query(url, &fields, Wins::Call).map(|url| url.to_string()).unwrap_or_default()
    }

    fn header(&self, name: &str, template: &Template) -> (String, String) {
        (name.to_owned(), self.text(TemplateContext::Header(name), name, template))
    }

    fn fields(&self, out: &mut Text, fields: &[(String, Template)]) {
        for (name, template) in fields {
            out.push(if out.is_empty() { "" } else { "&" });
            out.push_for(TemplateContext::Form, name);
            out.push("=");
            self.template(out, TemplateContext::Form, name, template);
        }
    }

    fn json(&self, out: &mut Text, name: &str, json: &Json) {
        match json {
            Json::Null => out.push("null"),
            Json::Bool(value) => out.push(if *value { "true" } else { "false" }),
            Json::Number(_) if is_secret(name) => out.push(HIDDEN),
            Json::Number(value) => out.push(&value.to_string()),
            Json::Text(template) => {
                let quote = if template.integer().is_some() { "" } else { "\"" };
                out.push(quote);
                self.template(out, TemplateContext::Json, name, template);
                out.push(quote);
            }
            Json::List(items) => {
                let mut comma = "[";
                for item in items {
                    out.push(comma);
                    self.json(out, name, item);
                    comma = ",";
                }
                out.push(if items.is_empty() { "[]" } else { "]" });
            }
            Json::Object(members) => self.object(out, name, &mut members.iter()),
        }
    }

    /// What stands within a secret is one.
    fn object(&self, out: &mut Text, above: &str, members: &mut dyn Iterator<Item = &(String, Json)>) {
        let mut comma = "{\"";
        for (name, value) in members {
            out.push(comma);
            out.push_for(TemplateContext::Json, name);
            out.push("\":");
            self.json(out, if is_secret(above) { above } else { name }, value);
            comma = ",\"";
        }
        out.push(if comma == "{\"" { "{}" } else { "}" });
    }

    fn text(&self, place: TemplateContext, name: &str, template: &Template) -> String {
        let mut out = Text::default();
        self.template(&mut out, place, name, template);
        plain(out)
    }

    fn template(&self, out: &mut Text, place: TemplateContext, name: &str, template: &Template) {
        if template.slots().next().is_none() && is_secret(name) {
            return out.push(HIDDEN);
        }
        for part in template.parts() {
            match part {
                Part::Literal(text) if matches!(place, TemplateContext::Url) => out.push(text),
                // What is computed, or is the token itself.
                Part::Literal(text)
                    if matches!(place, TemplateContext::Plain)
                        && text.bytes().any(|byte| byte.is_ascii_alphanumeric()) =>
                {
                    out.push(HIDDEN)
                }
                Part::Literal(text) => out.push_for(place, text),
                Part::Slot(slot) => match self.address(&slot.name) {
                    Some(address) => out.push(&address),
                    None => mark(out, slot),
                },
            }
        }
    }

    /// `base` and the names of `urls`, as long as there is room for them.
    fn address(&self, name: &str) -> Option<String> {
        let environment = self.environment?;
        let address = match environment.urls.get(name).or(self.profile.urls.get(name)) {
            Some(template) => self.url(template)?,
            None => Some(self.base().to_owned())
                .filter(|base| name == "base" && base.len() <= MAX_ADDRESS_BYTES)?,
        };
        self.room.set(self.room.get().checked_sub(address.len())?);
        Some(address)
    }

    /// One of `urls`, which are made of the base and options.
    fn url(&self, template: &Template) -> Option<String> {
        let mut out = Text::default();
        for part in template.parts() {
            let text = match part {
                Part::Literal(text) => text,
                Part::Slot(slot) if slot.name == "base" => self.base(),
                Part::Slot(slot) => &slot.name,
            };
            if out.len() + text.len() > MAX_ADDRESS_BYTES {
                return None;
            }
            match part {
                Part::Slot(slot) if slot.name != "base" => mark(&mut out, slot),
                _ => out.push(text),
            }
        }
        Some(plain(out))
    }

    /// As `hmac_sha256([username], key [client_secret]) as base64`.
    fn computed(&self, one: &Computed) -> String {
        let mut out = Text::default();
        let kinds = [
            ("base64(", &one.base64),
            ("sha256(", &one.sha256),
            ("md5(", &one.md5),
            ("hmac_sha256(", &one.hmac_sha256),
        ];
        for (kind, template) in kinds {
            if let Some(template) = template {
                out.push(kind);
                self.template(&mut out, TemplateContext::Plain, "key", template);
            }
        }
        if let Some(algorithm) = one.jwt {
            out.push(algorithm.name());
            out.push("(");
            self.object(&mut out, "", &mut one.claims.0.iter());
            if !one.header.0.is_empty() {
                out.push(", header ");
                self.object(&mut out, "", &mut one.header.0.iter());
            }
        }
        if let Some(key) = &one.key {
            out.push(", key ");
            self.template(&mut out, TemplateContext::Plain, "key", key);
        }
        out.push(")");
        if let Some(form) = one.form {
            out.push(match form {
                Encoding::Hex => " as hex",
                Encoding::Base64 => " as base64",
                Encoding::Base64url => " as base64url",
            });
        }
        plain(out)
    }
}

/// As `[password]`, `[now+300]`, `[client_certificate:sha256]`.
fn mark(out: &mut Text, slot: &Slot) {
    let offset = if slot.offset_s == 0 { String::new() } else { format!("{:+}", slot.offset_s) };
    let form = match slot.form {
        Form::Sha1 => ":sha1",
        Form::Sha256 => ":sha256",
        Form::Text | Form::Integer | Form::Utc => "",
    };
    for part in ["[", &slot.name, &offset, form, "]"] {
        out.push(part);
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// The address without what an author wrote in its query under the name of a secret.
fn without_secrets(url: &str) -> String {
    let mut shown = String::new();
    for (number, field) in url.split('&').enumerate() {
        let named = field.split_once('=').filter(|(_, value)| !value.contains('['));
        let named = named.filter(|(name, _)| is_secret(name.rsplit('?').next().unwrap_or_default()));
        let (field, hidden) = named.map_or((field, ""), |(name, _)| (name, HIDDEN));
        let (joint, equals) = (if number > 0 { "&" } else { "" }, if hidden.is_empty() { "" } else { "=" });
        shown.extend([joint, field, equals, hidden]);
    }
    shown
}

fn content_type(headers: &mut Vec<(String, String)>, usual: &str) {
    if !usual.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".to_owned(), usual.to_owned()));
    }
}

fn plain(text: Text) -> String {
    std::mem::take(&mut *text.finish())
}
