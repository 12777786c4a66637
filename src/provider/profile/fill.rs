//! Templates filled for the place they stand in: their values, and what these must be to stand there.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::model::Profile;
use super::template::{Form, Part, Slot, Template};
use super::text::{TemplateContext, Text};
use crate::messages::Unfit;
use crate::util::clock;

/// Where a template's names get their values: options, tokens, what an answer had kept. Empty is unset.
/// Borrow where possible.
pub trait Values {
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;
}

/// What templates are filled from.
pub(super) struct Fill<'a> {
    profile: &'a Profile,
    base: &'a str,
    values: &'a dyn Values,
}

impl<'a> Fill<'a> {
    /// A base with a slash at its end is the same base.
    pub fn new(profile: &'a Profile, base: &'a str, values: &'a dyn Values) -> Fill<'a> {
        let base = base.trim_end_matches('/');
        Fill { profile, base, values }
    }

    /// `base` and the names of `urls`.
    pub fn address(&self, name: &str) -> Option<Result<Zeroizing<String>, Unfit>> {
        if let Some(url) = self.profile.urls.get(name) {
            return Some(url.render(TemplateContext::Url, self));
        }
        (name == "base").then(|| {
            let mut out = Text::default();
            out.push(self.base);
            Ok(out.finish())
        })
    }

    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let given = self.values.get(name).filter(|value| !value.is_empty());
        given.or_else(|| Some(Cow::Borrowed(self.profile.default_of(name)?)))
    }

    fn is_set(&self, name: &str) -> bool {
        name == "base" || self.profile.urls.get(name).is_some() || self.value(name).is_some()
    }

    fn slot(&self, slot: &Slot, out: &mut Text, place: TemplateContext) -> Result<(), Unfit> {
        let name = slot.name.as_str();
        if let Some(address) = self.address(name) {
            let address = address?;
            // In a URL an address is already encoded; anywhere else it is a value like others.
            if matches!(place, TemplateContext::Url) {
                out.push(&address);
                return Ok(());
            }
            refuse_unsendable(name, &address, place)?;
            out.push_for(place, &address);
            return Ok(());
        }
        let Some(value) = self.value(name) else {
            return Err(Unfit::NotSet { option: name.to_owned() });
        };
        let value: &str = &value;
        match slot.form {
            Form::Text => {
                refuse_unsendable(name, value, place)?;
                out.push_for(place, value);
            }
            Form::Integer => out.push(integer(name, value)?),
            Form::Utc => out.push_for(place, &utc(name, value)?),
        }
        Ok(())
    }
}

impl Template {
    /// Whether `{name?}` of it is unset, so that the field or header is not sent.
    pub fn left_out(&self, fill: &Fill) -> bool {
        self.slots().any(|slot| slot.optional && !fill.is_set(&slot.name))
    }

    pub fn render(&self, place: TemplateContext, fill: &Fill) -> Result<Zeroizing<String>, Unfit> {
        let mut out = Text::default();
        self.render_into(&mut out, place, fill)?;
        Ok(out.finish())
    }

    /// What stands before and behind `{name}`. There what is unset of `{other?}` is empty.
    pub fn render_around(
        &self,
        name: &str,
        place: TemplateContext,
        fill: &Fill,
    ) -> Result<[Zeroizing<String>; 2], Unfit> {
        let (mut before, mut behind, mut passed) = (Text::default(), Text::default(), false);
        for part in self.parts() {
            let out = if passed { &mut behind } else { &mut before };
            match part {
                Part::Literal(text) => out.push_for(place, text),
                Part::Slot(slot) if slot.name == name => passed = true,
                Part::Slot(slot) => match fill.slot(slot, out, place) {
                    Err(Unfit::NotSet { .. }) if slot.optional => {}
                    filled => filled?,
                },
            }
        }
        Ok([before.finish(), behind.finish()])
    }

    pub fn render_into(&self, out: &mut Text, place: TemplateContext, fill: &Fill) -> Result<(), Unfit> {
        for part in self.parts() {
            match part {
                // The literals of a URL are the author's: already encoded, `$USER_ID` stays raw.
                Part::Literal(text) if matches!(place, TemplateContext::Url) => out.push(text),
                Part::Literal(text) => out.push_for(place, text),
                Part::Slot(slot) => fill.slot(slot, out, place)?,
            }
        }
        Ok(())
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
