//! What a good answer has in the place of what was looked for, for the author of a profile: names, never values.

use super::answer::{text_of, ResponseView};
use super::cookie;
use super::model::Profile;
use super::operation::Operation;
use super::path::{self, AnswerPath};
use serde_json::Value;

/// So many names are told, so long each, and so deep in the JSON.
const MAX_NAMES: usize = 20;
const MAX_NAME_BYTES: usize = 40;
const MAX_DEPTH: usize = 3;
/// What is longer and has digits in it may be a token or somebody's number.
const MAX_NUMBERED_BYTES: usize = 24;

/// A field that is not where the profile says that it is.
pub struct Absent {
    pub field: String,
    /// Of the operation, in the profile.
    pub operation: String,
    pub places: String,
    /// It is looked for outside the JSON.
    pub outside: bool,
    /// The names of what is there instead.
    pub there: Vec<String>,
}

impl Absent {
    pub(super) fn of(
        operation: &Operation,
        profile: &Profile,
        answer: &ResponseView,
        field: &str,
    ) -> Option<Absent> {
        let paths = operation.paths(profile);
        let lacks = |(_, path): &&(String, AnswerPath)| path.find(answer, &mut text_of).is_none();
        let (field, places): (&str, Vec<&AnswerPath>) = match field {
            "access_token" => (field, paths.access_token.iter().collect()),
            "id" => (field, paths.id.iter().collect()),
            "items" => (field, operation.items.iter().collect()),
            "keep" => operation.keep.0.iter().find(lacks).map(|(name, path)| (name.as_str(), vec![path]))?,
            _ => return None,
        };
        let mut there = Vec::new();
        if places.iter().any(|path| matches!(path, AnswerPath::Json(_))) {
            names_in(answer.tree.top(), "", 1, &mut there);
        }
        if places.iter().any(|path| matches!(path, AnswerPath::Cookie(_))) {
            let cookies = answer.headers("set-cookie").map(path::text);
            cookies.for_each(|header| add(&mut there, "", cookie::pair(&header).0));
        }
        if places.iter().any(|path| matches!(path, AnswerPath::Header(_))) {
            answer.header_names().for_each(|name| add(&mut there, "", name));
        }
        let outside = places.iter().any(|path| !matches!(path, AnswerPath::Json(_)));
        let places: Vec<String> = places.into_iter().map(AnswerPath::text).collect();
        let (field, operation) = (field.to_owned(), profile.place_of(operation));
        Some(Absent { field, operation, places: places.join(", "), outside, there })
    }
}

fn names_in(value: &Value, before: &str, depth: usize, there: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        if there.len() >= MAX_NAMES {
            return;
        }
        match value {
            Value::Object(inside) if depth < MAX_DEPTH && !inside.is_empty() && is_name(name) => {
                names_in(value, &format!("{before}{name}/"), depth + 1, there);
            }
            _ => add(there, before, name),
        }
    }
}

fn add(there: &mut Vec<String>, before: &str, name: &str) {
    if !is_name(name) || there.len() >= MAX_NAMES {
        return;
    }
    let whole = format!("{before}{name}");
    if !there.contains(&whole) {
        there.push(whole);
    }
}

/// Whether it looks like a name: a key may as well be somebody's number.
fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:@$".contains(&byte);
    let numbered = text.len() > MAX_NUMBERED_BYTES && text.bytes().any(|byte| byte.is_ascii_digit());
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || "_@$".contains(first));
    begins && text.len() <= MAX_NAME_BYTES && text.bytes().all(is_part) && !numbered
}
