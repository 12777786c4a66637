//! Texts with `{name}` in them: parsed once with the profile. `fill` fills them.

use crate::messages::Fault;

#[derive(Default)]
pub(super) struct Template(Vec<Part>);

pub(super) enum Part {
    Literal(String),
    Slot(Slot),
}

/// `{name}`, `{name?}`, `{name:integer}`, `{name:utc}`, `{now+300}`, `{client_certificate:sha256}`.
pub(super) struct Slot {
    pub name: String,
    /// Seconds from `now`.
    pub offset_s: i64,
    pub form: Form,
    /// Leave the whole field or header out when unset.
    pub optional: bool,
}

impl Slot {
    fn plain(name: &str) -> Slot {
        Slot { name: name.to_owned(), offset_s: 0, form: Form::Text, optional: false }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Integer,
    Utc,
    /// Hashes of a certificate, in base64url.
    Sha1,
    Sha256,
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
        Template(vec![Part::Literal("Bearer ".into()), Part::Slot(Slot::plain("access_token"))])
    }

    /// `{name}` and nothing else.
    pub fn of_name(name: &str) -> Template {
        Template(vec![Part::Slot(Slot::plain(name))])
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

    /// The literals right before and behind a plain `{name}`, which stands once.
    pub fn around(&self, name: &str) -> Option<(&str, &str)> {
        let plain = |slot: &Slot| slot.name == name && !slot.optional && slot.form == Form::Text;
        let mut places = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, part)| matches!(part, Part::Slot(slot) if slot.name == name));
        let (at, _) = places.next().filter(|(_, part)| matches!(part, Part::Slot(slot) if plain(slot)))?;
        let literal = |at: Option<usize>| match at.and_then(|at| self.0.get(at)) {
            Some(Part::Literal(text)) => text.as_str(),
            _ => "",
        };
        places.next().is_none().then(|| (literal(at.checked_sub(1)), literal(at.checked_add(1))))
    }

    /// Its one slot, when it is nothing else.
    pub fn alone(&self) -> Option<&Slot> {
        match self.0.as_slice() {
            [Part::Slot(slot)] => Some(slot),
            _ => None,
        }
    }

    /// Whether it is `{name}` and nothing else.
    pub fn is_plain(&self, name: &str) -> bool {
        self.alone().is_some_and(|slot| slot.name == name && slot.form == Form::Text && !slot.optional)
    }

    /// Its one slot, when it is nothing else and wants a number.
    pub fn integer(&self) -> Option<&Slot> {
        self.alone().filter(|slot| slot.form == Form::Integer)
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
        Some((name, "sha1")) => (name, Form::Sha1),
        Some((name, "sha256")) => (name, Form::Sha256),
        Some(_) => return Err(Fault::BraceForm),
    };
    let hashed = matches!(form, Form::Sha1 | Form::Sha256);
    if hashed != (name == "client_certificate") {
        return Err(Fault::BraceForm);
    }
    let (name, offset_s) = match name.strip_prefix("now").filter(|rest| rest.starts_with(['+', '-'])) {
        Some(offset) => ("now", offset_of(offset).ok_or(Fault::BraceName)?),
        None => (name, 0),
    };
    if !is_name(name) {
        return Err(Fault::BraceName);
    }
    let name = name.to_owned();
    Ok(Slot { name, offset_s, form, optional })
}

/// `+300` or `-300`: ten digits are three centuries.
fn offset_of(text: &str) -> Option<i64> {
    let plain = text.len() <= 11 && text.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}
