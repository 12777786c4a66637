//! Where something stands in an answer: in its JSON, its headers, its cookies, or the body as it is.

use serde_json::Value;

use super::answer::ResponseView;
use super::cookie;
use super::pointer::{Pointer, Tree};
use crate::net::http_date;

pub(super) enum AnswerPath {
    Json(Pointer),
    /// The value of the first header of that name.
    Header(String),
    /// The value of the cookie that `Set-Cookie` sets.
    Cookie(String),
    /// The whole body as text.
    Body,
}

impl AnswerPath {
    /// As it is written.
    pub fn text(&self) -> String {
        match self {
            AnswerPath::Json(pointer) => pointer.text(),
            AnswerPath::Header(name) => format!("{{\"header\": \"{name}\"}}"),
            AnswerPath::Cookie(name) => format!("{{\"cookie\": \"{name}\"}}"),
            AnswerPath::Body => "{\"body\": true}".to_owned(),
        }
    }

    /// The path of one member of the top object.
    pub fn of_key(key: &str) -> AnswerPath {
        AnswerPath::Json(Pointer::of_key(key))
    }

    /// The path of what is found by one key behind the other, with `/` between them.
    pub fn of_keys(keys: &str) -> AnswerPath {
        AnswerPath::Json(Pointer::of_keys(keys))
    }

    /// Whether there is something that could hold what stands at the path.
    pub fn may_begin_in(&self, tree: &Tree) -> bool {
        match self {
            AnswerPath::Json(pointer) => pointer.may_begin_in(tree),
            _ => false,
        }
    }

    /// What `then` makes of the value found; it sees the value in place, so nothing is copied.
    pub fn find<R>(&self, answer: &ResponseView, then: &mut dyn FnMut(&Value) -> Option<R>) -> Option<R> {
        let text = match self {
            AnswerPath::Json(pointer) => return pointer.find(&answer.tree, then),
            AnswerPath::Header(name) => answer.headers(name).map(text).find(|text| !text.is_empty())?,
            AnswerPath::Cookie(name) => {
                let date = answer.headers("date").next().and_then(|date| http_date(&text(date)));
                cookie::value(name, answer.headers("set-cookie").map(text), date)?
            }
            AnswerPath::Body => return answer.bare(then),
        };
        then(&Value::String(text))
    }
}

/// A header's value. What is not UTF-8 is Latin-1.
pub(super) fn text(value: &[u8]) -> String {
    let text = std::str::from_utf8(value).map(str::to_owned);
    let text = text.unwrap_or_else(|_| value.iter().copied().map(char::from).collect());
    text.trim().to_owned()
}
