//! Texts with `{name}` in them: parsed once with the profile. `fill` fills them.

use crate::messages::Fault;

#[derive(Default)]
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

/// Names are lower case words, as options are.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Template {
    /// The errors quote nothing of the text: it may hold what an author should not have written there.
    pub fn parse(text: &str) -> Result<Template, Fault> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            if literal.ends_with('$') {
                return Err(Fault::Dollar);
            }
            if after.starts_with('{') {
                return Err(Fault::BraceTwice);
            }
            let (inside, after) = after.split_once('}').ok_or(Fault::BraceOpen)?;
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

    /// `{name}` and nothing else.
    pub fn of_name(name: &str) -> Template {
        Template(vec![Part::Slot(Slot { name: name.to_owned(), form: Form::Text, optional: false })])
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

fn push_literal(parts: &mut Vec<Part>, text: &str) -> Result<(), Fault> {
    if text.contains('}') {
        return Err(Fault::BraceClose);
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text.to_owned()));
    }
    Ok(())
}

fn slot(inside: &str) -> Result<Slot, Fault> {
    let (inside, optional) = match inside.strip_suffix('?') {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let (name, form) = match inside.split_once(':') {
        None => (inside, Form::Text),
        Some((name, "integer")) => (name, Form::Integer),
        Some((name, "utc")) => (name, Form::Utc),
        Some(_) => return Err(Fault::BraceForm),
    };
    if !is_name(name) {
        return Err(Fault::BraceName);
    }
    let name = name.to_owned();
    Ok(Slot { name, form, optional })
}
