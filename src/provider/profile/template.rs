//! Texts with `{name}` in them: parsed once with the profile. `fill` fills them.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(Vec<Part>);

pub(super) enum Part {
    Literal(String),
    Slot(Slot),
}

/// `{name}`, `{name?}`, `{name:integer}`, `{name:utc}`.
pub(super) struct Slot {
    pub name: String,
    pub form: Form,
    /// Leave the whole field or header out when unset.
    pub optional: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Integer,
    Utc,
}

impl TryFrom<String> for Template {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Template, &'static str> {
        Template::parse(&text)
    }
}

/// Names are lower case words, as options are.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Template {
    /// The errors quote nothing of the text: it may hold what an author should not have written there.
    pub fn parse(text: &str) -> Result<Template, &'static str> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}').ok_or("a `{` without its `}`")?;
            push_literal(&mut parts, literal)?;
            parts.push(Part::Slot(slot(inside)?));
            rest = after;
        }
        push_literal(&mut parts, rest)?;
        Ok(Template(parts))
    }

    pub fn bearer() -> Template {
        Template(vec![
            Part::Literal("Bearer ".into()),
            Part::Slot(Slot { name: "access_token".into(), form: Form::Text, optional: false }),
        ])
    }

    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Literal(_) => None,
        })
    }

    pub fn uses(&self, name: &str) -> bool {
        self.slots().any(|slot| slot.name == name)
    }

    /// The literals before and after a plain `{name}` that is all the template uses.
    pub fn around(&self, name: &str) -> Option<(&str, &str)> {
        let plain = |slot: &Slot| slot.name == name && !slot.optional && slot.form == Form::Text;
        match self.0.as_slice() {
            [Part::Slot(slot)] if plain(slot) => Some(("", "")),
            [Part::Literal(before), Part::Slot(slot)] if plain(slot) => Some((before, "")),
            [Part::Slot(slot), Part::Literal(after)] if plain(slot) => Some(("", after)),
            [Part::Literal(before), Part::Slot(slot), Part::Literal(after)] if plain(slot) => {
                Some((before, after))
            }
            _ => None,
        }
    }

    /// Its one slot, when it is nothing else and wants a number.
    pub fn integer(&self) -> Option<&Slot> {
        match self.0.as_slice() {
            [Part::Slot(slot)] if slot.form == Form::Integer => Some(slot),
            _ => None,
        }
    }
}

fn push_literal(parts: &mut Vec<Part>, text: &str) -> Result<(), &'static str> {
    if text.contains('}') {
        return Err("a `}` without its `{`");
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text.to_owned()));
    }
    Ok(())
}

fn slot(inside: &str) -> Result<Slot, &'static str> {
    let (inside, optional) = match inside.strip_suffix('?') {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let (name, form) = match inside.split_once(':') {
        None => (inside, Form::Text),
        Some((name, "integer")) => (name, Form::Integer),
        Some((name, "utc")) => (name, Form::Utc),
        Some(_) => return Err("after a name's `:` only `integer` and `utc` are known"),
    };
    if !is_name(name) {
        return Err("a `{` that no name (a-z, 0-9, _) follows");
    }
    let name = name.to_owned();
    Ok(Slot { name, form, optional })
}
