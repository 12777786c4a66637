//! An answer: what it is made of, which rules hold for it, what stands at its paths.

use serde_json::Value;
use zeroize::Zeroizing;

use super::operation::Rule;
use super::pointer::{Pointer, Tree};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    Json,
    Empty,
    /// Begins with `<`: a proxy's or a login page.
    Html,
    Other,
}

/// A parsed answer. A body that is no JSON has nothing at any path.
pub(super) struct ResponseView {
    pub status: u16,
    pub kind: BodyKind,
    pub tree: Tree,
}

impl ResponseView {
    pub fn new(status: u16, body: &[u8]) -> ResponseView {
        let tree = Tree::read(body);
        let kind = match (&tree, body.trim_ascii_start().first()) {
            (Some(_), _) => BodyKind::Json,
            (None, None) => BodyKind::Empty,
            (None, Some(b'<')) => BodyKind::Html,
            (None, Some(_)) => BodyKind::Other,
        };
        ResponseView { status, kind, tree: tree.unwrap_or_default() }
    }

    /// Whether all conditions of the rule hold.
    pub fn matches(&self, rule: &Rule) -> bool {
        status_fits(rule, self.status)
            && rule.has.as_ref().is_none_or(|path| self.has(path))
            && match (&rule.at, &rule.equals) {
                (Some(path), Some(wanted)) => self.equals(path, wanted),
                _ => true,
            }
    }

    /// Something is there: not null, false, or an empty text, list or object.
    pub fn has(&self, path: &Pointer) -> bool {
        let is_there = |value: &Value| match value {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(_) => true,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        };
        path.find(&self.tree, &mut |value| Some(is_there(value))).unwrap_or(false)
    }

    fn equals(&self, path: &Pointer, wanted: &Value) -> bool {
        let wanted = scalar(wanted);
        path.find(&self.tree, &mut |value| scalar(value)).is_some_and(|found| Some(found) == wanted)
    }

    /// The first of the paths where a text (or a number, as text) stands.
    pub fn text(&self, paths: &[Pointer]) -> Option<Zeroizing<String>> {
        self.first(paths, &mut text_of)
    }

    pub fn first<R>(&self, paths: &[Pointer], then: &mut dyn FnMut(&Value) -> Option<R>) -> Option<R> {
        paths.iter().find_map(|path| path.find(&self.tree, then))
    }
}

/// Whether any rule holds. The body is only read when a rule looks into it: it may be large.
pub(super) fn any_matches(rules: &[Rule], status: u16, body: &[u8]) -> bool {
    let fitting = || rules.iter().filter(|rule| status_fits(rule, status));
    if fitting().any(|rule| rule.has.is_none() && rule.at.is_none()) {
        return true;
    }
    if fitting().next().is_none() {
        return false;
    }
    let answer = ResponseView::new(status, body);
    fitting().any(|rule| answer.matches(rule))
}

fn status_fits(rule: &Rule, status: u16) -> bool {
    rule.status.is_none_or(|wanted| wanted == status)
}

pub(super) fn text_of(value: &Value) -> Option<Zeroizing<String>> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(Zeroizing::new(text.clone())),
        Value::Number(number) => Some(Zeroizing::new(number.to_string())),
        _ => None,
    }
}

/// A value that a rule can compare, as text: `"200"` and `200` are the same here.
fn scalar(value: &Value) -> Option<Zeroizing<String>> {
    match value {
        Value::Bool(value) => Some(Zeroizing::new(value.to_string())),
        other => text_of(other),
    }
}
