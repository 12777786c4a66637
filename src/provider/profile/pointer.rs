//! JSON Pointer (RFC 6901) with one addition: a string met on the way is read as JSON. Senior's
//! `jsonToken` is an object in its documents and a string holding one on the wire; one path reads both.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::messages::Fault;

/// How often one path may step through a string: an answer must not decide how deep we go.
const TEXT_LEVELS: u8 = 4;

#[derive(Default)]
pub(super) struct Pointer(Vec<String>);

impl Pointer {
    pub fn parse(text: &str) -> Result<Pointer, Fault> {
        if text.is_empty() {
            return Ok(Pointer(Vec::new()));
        }
        let steps = text.strip_prefix('/').ok_or(Fault::PathStart)?;
        steps.split('/').map(unescape).collect::<Option<_>>().map(Pointer).ok_or(Fault::PathTilde)
    }

    /// As it is written.
    pub fn text(&self) -> String {
        self.0.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
    }

    /// The path of one member of the top object.
    pub fn of_key(key: &str) -> Pointer {
        Pointer(vec![key.to_owned()])
    }

    /// The path of what is found by one key behind the other, with `/` between them.
    pub fn of_keys(keys: &str) -> Pointer {
        Pointer(keys.split('/').map(str::to_owned).collect())
    }

    /// Whether there is an object that could hold what stands at the path, and the first of several steps is in it.
    pub fn may_begin_in(&self, tree: &Tree) -> bool {
        match (&tree.0, self.0.as_slice()) {
            (Value::Object(members), [first, _, ..]) => members.contains_key(first),
            (value, _) => value.is_object() || value.is_array(),
        }
    }

    /// What `then` makes of the value found; it sees the value in place, so nothing is copied.
    pub fn find<R>(&self, tree: &Tree, then: &mut dyn FnMut(&Value) -> Option<R>) -> Option<R> {
        walk(&tree.0, &self.0, 0, then)
    }
}

fn unescape(step: &str) -> Option<String> {
    let mut parts = step.split('~');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match (part.strip_prefix('0'), part.strip_prefix('1')) {
            (Some(rest), _) => text.extend(["~", rest]),
            (_, Some(rest)) => text.extend(["/", rest]),
            _ => return None,
        }
    }
    Some(text)
}

fn walk<R>(
    value: &Value,
    steps: &[String],
    texts: u8,
    then: &mut dyn FnMut(&Value) -> Option<R>,
) -> Option<R> {
    let Some((step, rest)) = steps.split_first() else {
        return then(value);
    };
    match value {
        Value::Object(members) => walk(members.get(step)?, rest, texts, then),
        Value::Array(items) => walk(items.get(index(step)?)?, rest, texts, then),
        Value::String(text) if texts < TEXT_LEVELS => {
            let inner = Tree::read(text.as_bytes())?;
            walk(&inner.0, steps, texts + 1, then)
        }
        _ => None,
    }
}

/// RFC 6901: digits without leading zeros.
fn index(step: &str) -> Option<usize> {
    let digits = step.bytes().all(|byte| byte.is_ascii_digit());
    let plain = step == "0" || !step.starts_with('0');
    step.parse().ok().filter(|_| digits && plain)
}

/// A JSON answer.
#[derive(Default)]
pub(super) struct Tree(Value);

impl Tree {
    pub fn top(&self) -> &Value {
        &self.0
    }

    /// A part of an answer on its own.
    pub fn of(part: &Value) -> Tree {
        Tree(part.clone())
    }

    /// Ignores a byte order mark; takes bytes that are not UTF-8 as Latin-1, which old servers answer.
    pub fn read(bytes: &[u8]) -> Option<Tree> {
        let bytes = without_mark(bytes);
        let value = match std::str::from_utf8(bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_str(&latin1(bytes)),
        };
        value.ok().map(Tree)
    }
}

/// Without a byte order mark.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn latin1(bytes: &[u8]) -> Zeroizing<String> {
    // Two bytes of UTF-8 at most for each: the text never moves and leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(2)));
    text.extend(bytes.iter().copied().map(char::from));
    text
}
