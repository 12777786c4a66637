//! Texts with `{name}` in them: parsed once with the profile. `fill` fills them.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(try_from = "String")]
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

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Integer,
    Utc,
    /// Hashes of a certificate, in base64url.
    Sha1,
    Sha256,
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
            Part::Slot(Slot { name: "access_token".into(), offset_s: 0, form: Form::Text, optional: false }),
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

    /// Its one slot, when it is nothing else and wants a number.
    pub fn integer(&self) -> Option<&Slot> {
        self.alone().filter(|slot| slot.form == Form::Integer)
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
        Some((name, "sha1")) => (name, Form::Sha1),
        Some((name, "sha256")) => (name, Form::Sha256),
        Some(_) => return Err("after a name's `:` only `integer` and `utc` are known"),
    };
    let hashed = matches!(form, Form::Sha1 | Form::Sha256);
    if hashed != (name == "client_certificate") {
        return Err(
            "`:sha256` and `:sha1` are for `client_certificate`, and it stands with one of them only",
        );
    }
    let (name, offset_s) = match name.strip_prefix("now").filter(|rest| rest.starts_with(['+', '-'])) {
        Some(offset) => ("now", offset_of(offset).ok_or("seconds from `now` are whole: `{now+300}`")?),
        None => (name, 0),
    };
    if !is_name(name) {
        return Err("a `{` that no name (a-z, 0-9, _) follows");
    }
    let name = name.to_owned();
    Ok(Slot { name, offset_s, form, optional })
}

/// `+300` or `-300`: ten digits are three centuries.
fn offset_of(text: &str) -> Option<i64> {
    let plain = text.len() <= 11 && text.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}
