//! A value of the profile on the way into the model: what it must be, and what is told when it is not. What cannot be
//! read becomes something empty, so that the rest is looked at as well.

use super::json::{Member, Node, Value};
use super::log::{shown, Log};
use super::place::{Place, WHOLE};
use crate::messages::Fault;
use crate::provider::profile::ordered::{Json, Pairs};
use crate::provider::profile::path::AnswerPath;
use crate::provider::profile::pointer::Pointer;
use crate::provider::profile::template::{is_name, Template};

/// Where a value stands, and the value.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    node: &'a Node,
    place: Place<'a>,
    log: &'a Log<'a>,
}

/// The members of an object, whose keys are known.
pub(super) struct Object<'a> {
    of: &'a Cursor<'a>,
    members: &'a [Member],
}

impl<'a> Object<'a> {
    /// Null counts as not there.
    pub fn get(&self, key: &str) -> Option<Cursor<'a>> {
        self.given(key).filter(|found| !matches!(found.node.value, Value::Null))
    }

    pub fn given(&self, key: &str) -> Option<Cursor<'a>> {
        let member = self.members.iter().find(|member| member.key == key)?;
        Some(self.of.member(member))
    }

    /// A key that must be there.
    pub fn required(&self, key: &str) -> Option<Cursor<'a>> {
        let found = self.given(key);
        if found.is_none() && !matches!(self.of.node.value, Value::Broken) {
            self.of.log.add(self.of.node.at, &self.of.place.key(key), Fault::Lacking, &[key], "", &[]);
        }
        found
    }

    pub fn text(&self, key: &str) -> String {
        self.given(key).map(|found| found.text()).unwrap_or_default()
    }

    pub fn flag(&self, key: &str) -> bool {
        self.given(key).is_some_and(|found| found.flag())
    }
}

impl<'a> Cursor<'a> {
    pub fn new(root: &'a Node, log: &'a Log<'a>) -> Cursor<'a> {
        Cursor { node: root, place: WHOLE, log }
    }

    pub fn fault(&self, fault: Fault, names: &[&str], word: &str, known: &[&str]) {
        self.log.add(self.node.at, &self.place, fault, names, word, known);
    }

    fn plain_fault(&self, fault: Fault) {
        self.fault(fault, &[], "", &[]);
    }

    /// What stands here is of another kind.
    fn wrong(&self, wanted: &str) {
        let found = match &self.node.value {
            Value::Null => "#null",
            Value::Bool(_) => "#bool",
            Value::Number(_) => "#number",
            Value::Text(_) => "#text",
            Value::List(_) => "#list",
            Value::Object(_) => "#object",
            Value::Broken => return,
        };
        self.fault(Fault::WrongKind, &[found, wanted], "", &[]);
    }

    fn member(&'a self, member: &'a Member) -> Cursor<'a> {
        Cursor { node: &member.node, place: self.place.key(&member.key), log: self.log }
    }

    fn members(&self) -> &'a [Member] {
        match &self.node.value {
            Value::Object(members) => members,
            _ => {
                self.wrong("#object");
                &[]
            }
        }
    }

    /// An object with these keys and, with `own`, those of the profile's own.
    pub fn object_with(&'a self, known: &[&str], own: &[String]) -> Object<'a> {
        let members = self.members();
        for member in members {
            if !known.contains(&member.key.as_str()) && !own.contains(&member.key) {
                let own = own.iter().map(String::as_str).filter(|name| is_name(name));
                let all: Vec<&str> = known.iter().copied().chain(own).collect();
                let place = self.place.key(&member.key);
                self.log.add(member.at, &place, Fault::UnknownKey, &[&shown(&member.key)], &member.key, &all);
            }
        }
        Object { of: self, members }
    }

    pub fn object(&'a self, known: &[&str]) -> Object<'a> {
        self.object_with(known, &[])
    }

    /// A member before the others are looked at.
    pub fn peek(&'a self, key: &str) -> Option<Cursor<'a>> {
        let Value::Object(members) = &self.node.value else {
            return None;
        };
        members.iter().find(|member| member.key == key).map(|member| self.member(member))
    }

    /// A whole number that is not this one.
    pub fn other_number(&self, known: u32) -> Option<String> {
        match &self.node.value {
            Value::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                (text.len() < 10 && text.parse() != Ok(known)).then(|| text.clone())
            }
            _ => None,
        }
    }

    pub fn is_object(&self) -> bool {
        matches!(self.node.value, Value::Object(_))
    }

    pub fn each_member(&'a self, then: &mut dyn FnMut(&str, Cursor)) {
        for member in self.members() {
            then(&member.key, self.member(member));
        }
    }

    pub fn pairs<T>(&'a self, of: impl Fn(Cursor) -> T) -> Pairs<T> {
        let mut pairs = Vec::new();
        self.each_member(&mut |key, value| pairs.push((key.to_owned(), of(value))));
        Pairs(pairs)
    }

    pub fn each(&'a self, then: &mut dyn FnMut(Cursor)) {
        let Value::List(items) = &self.node.value else {
            return self.wrong("#list");
        };
        for (index, node) in items.iter().enumerate() {
            then(Cursor { node, place: self.place.item(index), log: self.log });
        }
    }

    pub fn list<T>(&'a self, of: impl Fn(Cursor) -> T) -> Vec<T> {
        let mut list = Vec::new();
        self.each(&mut |item| list.push(of(item)));
        list
    }

    fn text_of(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => {
                self.wrong("#text");
                None
            }
        }
    }

    pub fn text(&self) -> String {
        self.text_of().unwrap_or_default().to_owned()
    }

    pub fn texts(&self) -> Vec<String> {
        self.list(|item| item.text())
    }

    pub fn text_or_null(&self) -> Option<String> {
        match self.node.value {
            Value::Null => None,
            _ => Some(self.text()),
        }
    }

    pub fn flag(&self) -> bool {
        match self.node.value {
            Value::Bool(value) => value,
            _ => {
                self.wrong("#bool");
                false
            }
        }
    }

    /// A whole number within the bounds.
    pub fn number(&self, least: u32, most: u32) -> Option<u32> {
        let Value::Number(text) = &self.node.value else {
            self.wrong("#number");
            return None;
        };
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let bounds = [least.to_string(), most.to_string()];
            self.fault(Fault::OutOfRange, &[&bounds[0], &bounds[1]], "", &[]);
        }
        number
    }

    /// Which of these words it is.
    pub fn one_of(&self, known: &[&str]) -> Option<usize> {
        let text = self.text_of()?;
        let found = known.iter().position(|word| *word == text);
        if found.is_none() {
            self.fault(Fault::UnknownWord, &[], text, known);
        }
        found
    }

    pub fn template(&self) -> Template {
        let read = Template::parse(self.text_of().unwrap_or_default());
        read.unwrap_or_else(|fault| {
            self.plain_fault(fault);
            Template::default()
        })
    }

    pub fn templates(&self) -> Pairs<Template> {
        self.pairs(|value| value.template())
    }

    pub fn json(&self) -> Json {
        match &self.node.value {
            Value::Null | Value::Broken => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(_) => self.json_number().map_or(Json::Null, Json::Number),
            Value::Text(_) => Json::Text(self.template()),
            Value::List(_) => Json::List(self.list(|item| item.json())),
            Value::Object(_) => Json::Object(self.json_members().0),
        }
    }

    pub fn json_members(&self) -> Pairs<Json> {
        self.pairs(|value| value.json())
    }

    /// A text, a number, true or false.
    pub fn scalar(&self) -> serde_json::Value {
        match &self.node.value {
            Value::Text(text) => text.as_str().into(),
            Value::Bool(value) => (*value).into(),
            Value::Number(_) => {
                self.json_number().map_or(serde_json::Value::from(0), serde_json::Value::Number)
            }
            Value::Broken => false.into(),
            _ => {
                self.plain_fault(Fault::Comparable);
                false.into()
            }
        }
    }

    fn json_number(&self) -> Option<serde_json::Number> {
        let Value::Number(text) = &self.node.value else {
            return None;
        };
        let number = text.parse().ok();
        if number.is_none() {
            self.plain_fault(Fault::BadNumber);
        }
        number
    }

    /// A path of JSON alone.
    pub fn pointer(&self) -> AnswerPath {
        AnswerPath::Json(self.text_of().map(|text| self.pointer_of(text)).unwrap_or_default())
    }

    fn pointer_of(&self, text: &str) -> Pointer {
        Pointer::parse(text).unwrap_or_else(|fault| {
            self.plain_fault(fault);
            Pointer::default()
        })
    }

    /// A path, also of a header, a cookie or the body.
    pub fn path(&self) -> AnswerPath {
        match &self.node.value {
            Value::Text(_) => return self.pointer(),
            Value::Object(members) if members.len() != 1 => self.wrong("#path"),
            Value::Object(_) => {
                let object = self.object(&["header", "cookie", "body"]);
                if let Some(header) = object.given("header") {
                    return AnswerPath::Header(header.name(&|name| !is_token(name), Fault::NotAHeader));
                }
                if let Some(cookie) = object.given("cookie") {
                    return AnswerPath::Cookie(cookie.name(&|name| !is_token(name), Fault::NotACookie));
                }
                if let Some(body) = object.given("body") {
                    if !body.flag() {
                        body.fault(Fault::UnknownWord, &[], "", &["true"]);
                    }
                    return AnswerPath::Body;
                }
            }
            _ => self.wrong("#path"),
        }
        AnswerPath::Json(Pointer::default())
    }

    fn name(&self, is_wrong: &dyn Fn(&str) -> bool, fault: Fault) -> String {
        let text = self.text_of();
        if text.is_some_and(is_wrong) {
            self.plain_fault(fault);
        }
        text.unwrap_or_default().to_owned()
    }

    /// Alternatives; one alone needs no list.
    pub fn paths(&self) -> Vec<AnswerPath> {
        match self.node.value {
            Value::List(_) => self.list(|item| item.path()),
            _ => vec![self.path()],
        }
    }
}

/// The name of a header, as RFC 9110 has it.
pub(in super::super) fn is_token(name: &str) -> bool {
    let is_char = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_char)
}
