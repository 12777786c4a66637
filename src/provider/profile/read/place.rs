//! Where something stands in a profile: `login[0].means[1].is`. Written only when there is something to tell.

use std::fmt;

use super::json::{Node, Value};
use super::log::looks_like_name;

#[derive(Clone, Copy)]
pub(in super::super) struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// The profile itself.
pub(in super::super) const WHOLE: Place = Place { above: None, step: Step::Item(0) };

impl<'a> Place<'a> {
    pub fn key(&'a self, key: &'a str) -> Place<'a> {
        Place { above: Some(self), step: Step::Key(key) }
    }

    pub fn item(&'a self, index: usize) -> Place<'a> {
        Place { above: Some(self), step: Step::Item(index) }
    }

    /// As it stands in a profile whose names are known to be names.
    pub fn whole(&self) -> String {
        let mut text = String::new();
        // To a text nothing fails.
        let _ = self.write(&mut text, |key| key);
        text
    }

    fn write(&self, out: &mut dyn fmt::Write, shown: fn(&str) -> &str) -> fmt::Result {
        let Some(above) = self.above else {
            return Ok(());
        };
        above.write(out, shown)?;
        match self.step {
            Step::Item(index) => write!(out, "[{index}]"),
            Step::Key(key) => {
                out.write_str(if above.above.is_some() { "." } else { "" })?;
                out.write_str(shown(key))
            }
        }
    }

    /// What stands there, or the last that there is on the way.
    pub fn find<'n>(&self, root: &'n Node) -> &'n Node {
        let Some(above) = self.above else {
            return root;
        };
        let above = above.find(root);
        let found = match (&above.value, self.step) {
            (Value::List(items), Step::Item(index)) => items.get(index),
            (Value::Object(members), Step::Key(key)) => {
                members.iter().find(|member| member.key == key).map(|member| &member.node)
            }
            _ => None,
        };
        found.unwrap_or(above)
    }
}

/// A key that may be something else than a name is not shown.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, |key| if looks_like_name(key) { key } else { "?" })
    }
}
