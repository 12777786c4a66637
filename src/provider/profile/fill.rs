//! Templates filled for the place they stand in: their values, and what these must be to stand there.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};

use zeroize::Zeroizing;

use super::model::{Environment, Profile};
use super::template::{Form, Part, Slot, Template};
use super::text::{TemplateContext, Text};
use super::{computed, hash};
use crate::messages::Unfit;
use crate::net::ClientKey;
use crate::util::secret::Secret;
use crate::util::{clock, random};

/// No text of a request is longer.
const MAX_TEXT_BYTES: usize = 1 << 20;
/// So deep may a value be made of others, and so many bytes are worked on for one request. Each value counts as
/// a page at least.
pub(super) const MAX_DEPTH: usize = 16;
const MAX_WORK_BYTES: usize = 4 << 20;
const LEAST_WORK_BYTES: usize = 4 << 10;

/// Where a template's names get their values: options, tokens, what an answer had kept. Empty is unset.
/// Borrow where possible.
pub trait Values {
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;

    /// The key of the account's client certificate, or one without.
    fn client_key(&self) -> Option<&ClientKey> {
        None
    }

    /// The account's client certificate, in DER.
    fn client_certificate(&self) -> Option<&[u8]> {
        None
    }
}

/// What the templates of one request are filled from.
pub(super) struct Fill<'a> {
    profile: &'a Profile,
    base: &'a str,
    environment: Option<&'a Environment>,
    pub values: &'a dyn Values,
    now_s: i64,
    uuid: OnceCell<String>,
    /// The time or the random number was used.
    passes: Cell<bool>,
    /// What was computed: it may hold a credential in a form that nothing else tells.
    computed: RefCell<Vec<Secret>>,
    depth: Cell<usize>,
    worked: Cell<usize>,
}

impl<'a> Fill<'a> {
    pub fn new(profile: &'a Profile, base: &'a str, values: &'a dyn Values) -> Fill<'a> {
        Fill {
            profile,
            base,
            environment: profile.environment(values.get("environment").as_deref()).ok().map(|(_, one)| one),
            values,
            now_s: clock::now().wall_ms.div_euclid(1000),
            uuid: OnceCell::new(),
            passes: Cell::new(false),
            computed: RefCell::default(),
            depth: Cell::new(0),
            worked: Cell::new(0),
        }
    }

    /// Whether another request has another text, of the same values.
    pub fn passes(&self) -> bool {
        self.passes.get()
    }

    /// What was computed for the request.
    pub fn into_computed(self) -> Vec<Secret> {
        self.computed.into_inner()
    }

    /// The address of a request. A base with a slash at its end is the same base, unless it is all of the address.
    pub fn url(&self, template: &Template) -> Result<Zeroizing<String>, Unfit> {
        if template.is_plain("base") {
            return Ok(Zeroizing::new(self.base.to_owned()));
        }
        template.render(TemplateContext::Url, self)
    }

    /// `base` and the names of `urls`, as the environment and the options have them.
    pub fn address(&self, name: &str) -> Option<Result<Zeroizing<String>, Unfit>> {
        let given = match name {
            "base" => Some(Cow::Borrowed(self.base)),
            "api" => self.values.get("api_url"),
            _ => None,
        };
        if let Some(given) = given {
            let mut out = Text::default();
            out.push(given.trim_end_matches('/'));
            return Some(Ok(out.finish()));
        }
        let own = self.environment.and_then(|environment| environment.urls.get(name));
        let url = own.or_else(|| self.profile.urls.get(name))?;
        Some(url.render(TemplateContext::Url, self))
    }

    fn is_address(&self, name: &str) -> bool {
        name == "base" || self.profile.urls.get(name).is_some()
    }

    fn value(&self, slot: &Slot) -> Result<Option<Cow<'_, str>>, Unfit> {
        let name = slot.name.as_str();
        let at_s = self.now_s.saturating_add(slot.offset_s);
        let own = match (name, slot.form) {
            ("now", Form::Utc) => Some(clock::rfc3339(at_s.saturating_mul(1000)).into()),
            ("now", _) => Some(at_s.to_string().into()),
            ("uuid", _) => Some(self.uuid()?.into()),
            // A key signs; it is nothing to be sent.
            ("client_key", _) => return Ok(None),
            (_, form @ (Form::Sha1 | Form::Sha256)) => {
                self.values.client_certificate().map(|der| hash::thumbprint(form == Form::Sha256, der).into())
            }
            _ => None,
        };
        let given = own.or_else(|| self.values.get(name)).filter(|value| !value.is_empty());
        Ok(given.or_else(|| Some(Cow::Borrowed(self.profile.default_of(name)?))))
    }

    fn is_set(&self, slot: &Slot) -> bool {
        let name = slot.name.as_str();
        if let Some(value) = self.profile.values.get(name) {
            // Where it ends is told by who computes it.
            return !self.may_go_deeper(0)
                || self.deeper(|| value.every_slot(&mut |slot| slot.optional || self.is_set(slot)));
        }
        match name {
            "client_key" => self.values.client_key().is_some(),
            _ => self.is_address(name) || self.value(slot).is_ok_and(|value| value.is_some()),
        }
    }

    /// A random one, the same for all of the request.
    fn uuid(&self) -> Result<&str, Unfit> {
        if self.uuid.get().is_none() {
            let mut bytes = [0; 16];
            random::fill(&mut bytes).map_err(|_| Unfit::NotSet { option: "uuid".to_owned() })?;
            let _ = self.uuid.set(uuid_of(bytes));
        }
        Ok(self.uuid.get().map_or("", String::as_str))
    }

    /// Counts the work, of so many bytes.
    fn may_go_deeper(&self, bytes: usize) -> bool {
        let worked = self.worked.get().saturating_add(bytes.max(LEAST_WORK_BYTES));
        self.worked.set(worked);
        self.depth.get() < MAX_DEPTH && worked <= MAX_WORK_BYTES
    }

    fn deeper<T>(&self, work: impl FnOnce() -> T) -> T {
        self.depth.set(self.depth.get() + 1);
        let done = work();
        self.depth.set(self.depth.get() - 1);
        done
    }

    /// What a name of `values` is now. Kept for nobody but who hides it.
    pub fn computed(&self, name: &str, value: &computed::Computed) -> Result<Zeroizing<String>, Unfit> {
        let too_much = || Unfit::TooMuch { name: name.to_owned() };
        if !self.may_go_deeper(0) {
            return Err(too_much());
        }
        let made = self.deeper(|| value.evaluate(name, self))?;
        if !self.may_go_deeper(made.len()) {
            return Err(too_much());
        }
        let mut computed = self.computed.borrow_mut();
        computed.push(Secret::from(made.as_str()));
        // A server may repeat its claims alone, or its signature.
        if value.jwt.is_some() {
            computed.extend(made.split('.').map(Secret::from));
        }
        Ok(made)
    }

    pub fn part(&self, part: &Part, out: &mut Text, place: TemplateContext) -> Result<(), Unfit> {
        match part {
            // The literals of a URL are the author's: already encoded, `$USER_ID` stays raw.
            Part::Literal(text) if matches!(place, TemplateContext::Url) => out.push(text),
            Part::Literal(text) => out.push_for(place, text),
            Part::Slot(slot) => {
                self.slot(slot, out, place)?;
                if out.len() > MAX_TEXT_BYTES {
                    return Err(Unfit::TooMuch { name: slot.name.clone() });
                }
            }
        }
        Ok(())
    }

    /// Each use of a value counts: there may be many headers and fields.
    fn count(&self, name: &str, value: &str) -> Result<(), Unfit> {
        let worked = self.worked.get().saturating_add(value.len());
        self.worked.set(worked);
        if worked > MAX_WORK_BYTES {
            return Err(Unfit::TooMuch { name: name.to_owned() });
        }
        Ok(())
    }

    fn slot(&self, slot: &Slot, out: &mut Text, place: TemplateContext) -> Result<(), Unfit> {
        let name = slot.name.as_str();
        if self.is_address(name) {
            let not_set = || Err(Unfit::NotSet { option: name.to_owned() });
            let address = self.address(name).unwrap_or_else(not_set)?;
            self.count(name, &address)?;
            // In a URL an address is already encoded; anywhere else it is a value like others.
            if matches!(place, TemplateContext::Url) {
                out.push(&address);
                return Ok(());
            }
            refuse_unsendable(name, &address, place)?;
            out.push_for(place, &address);
            return Ok(());
        }
        let made;
        let given;
        let value: &str = match self.profile.values.get(name) {
            Some(_) if slot.optional && !self.is_set(slot) => return Ok(()),
            Some(value) => {
                made = self.computed(name, value)?;
                &made
            }
            None => {
                given = self.value(slot)?;
                match &given {
                    Some(given) => given,
                    None if slot.optional => return Ok(()),
                    None => return Err(Unfit::NotSet { option: name.to_owned() }),
                }
            }
        };
        self.count(name, value)?;
        self.passes.set(self.passes.get() || matches!(name, "now" | "uuid"));
        match slot.form {
            Form::Integer => out.push(integer(name, value)?),
            Form::Utc => out.push_for(place, &utc(name, value)?),
            Form::Text | Form::Sha1 | Form::Sha256 => {
                refuse_unsendable(name, value, place)?;
                out.push_for(place, value);
            }
        }
        Ok(())
    }
}

impl Template {
    /// Whether `{name?}` of it is unset, so that the field or header is not sent.
    pub fn left_out(&self, fill: &Fill) -> bool {
        self.slots().any(|slot| slot.optional && !fill.is_set(slot))
    }

    pub fn render(&self, place: TemplateContext, fill: &Fill) -> Result<Zeroizing<String>, Unfit> {
        let mut out = Text::default();
        self.render_into(&mut out, place, fill)?;
        Ok(out.finish())
    }

    /// What is not set of `{name?}` is empty: what is left out for it is not asked for.
    pub fn render_into(&self, out: &mut Text, place: TemplateContext, fill: &Fill) -> Result<(), Unfit> {
        self.parts().iter().try_for_each(|part| fill.part(part, out, place))
    }
}

/// What escaping cannot make harmless.
fn refuse_unsendable(name: &str, value: &str, place: TemplateContext) -> Result<(), Unfit> {
    match place {
        TemplateContext::Header(header) if !header_safe(value) => {
            Err(Unfit::NotForHeader { option: name.to_owned(), header: header.to_owned() })
        }
        // Percent-encoded or not, servers and proxies step up at a segment of dots.
        TemplateContext::Url if value == "." || value == ".." => Err(Unfit::Dots { option: name.to_owned() }),
        _ => Ok(()),
    }
}

/// Servers strip spaces around a header's value: a password with one would become another password.
pub(super) fn header_safe(value: &str) -> bool {
    value.bytes().all(|b| (0x20..0x7f).contains(&b)) && value.trim_ascii() == value
}

/// A JSON number has no leading zeros; the option keeps them.
fn integer<'v>(name: &str, value: &'v str) -> Result<&'v str, Unfit> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unfit::NotDigits { option: name.to_owned() });
    }
    match value.trim_start_matches('0') {
        "" => Ok("0"),
        digits => Ok(digits),
    }
}

fn utc(name: &str, value: &str) -> Result<String, Unfit> {
    let text = clock::parse_rfc3339(value).map(clock::rfc3339).unwrap_or_default();
    // A year before 0 begins with a sign.
    match text.strip_suffix('Z').filter(|text| !text.starts_with('-')) {
        Some(text) => Ok(text.replace('T', " ")),
        None => Err(Unfit::NotAnInstant { option: name.to_owned() }),
    }
}

/// Version 4, of RFC 9562.
fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = crate::util::encoding::hex(&bytes);
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}
