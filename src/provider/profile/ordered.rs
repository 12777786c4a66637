//! JSON objects in the author's order.

use super::template::{Slot, Template};

/// The members of an object.
pub(super) struct Pairs<T>(pub Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Pairs<T> {
        Pairs(Vec::new())
    }
}

impl<T> Pairs<T> {
    pub fn get(&self, name: &str) -> Option<&T> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }
}

/// A JSON body whose texts are templates.
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(Template),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Whether it holds of every name in its texts.
    pub fn every_slot(&self, holds: &mut dyn FnMut(&Slot) -> bool) -> bool {
        let mut all = true;
        self.each_template(&mut |template| all = all && template.slots().all(&mut *holds));
        all
    }
}
