//! Where something stands in an answer: in its JSON, its headers, its cookies, or the body as it is.

use serde_json::Value;

use super::pointer::{Pointer, Tree};

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
    pub fn find<R>(&self, tree: &Tree, then: &mut dyn FnMut(&Value) -> Option<R>) -> Option<R> {
        match self {
            AnswerPath::Json(pointer) => pointer.find(tree, then),
            // Not looked at yet.
            AnswerPath::Header(_) | AnswerPath::Cookie(_) | AnswerPath::Body => None,
        }
    }
}
