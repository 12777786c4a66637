//! An answer: what it is made of, which rules hold for it, what stands at its paths.

use serde_json::Value;
use zeroize::Zeroizing;

use super::model::Profile;
use super::operation::Rule;
use super::path::{self, AnswerPath};
use super::pointer::{without_mark, Tree};
use super::reading::sendable;
use super::verdict::{is_phrase, telling};

/// What is looked at of an answer.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
    pub content_type: &'a str,
    /// Its header says that the body is compressed.
    pub compressed: bool,
    /// It asks for the token that the profile sends (WWW-Authenticate).
    pub challenged: bool,
    pub headers: &'a [(String, Zeroizing<Vec<u8>>)],
}

/// What a body is: whether the provider can have written it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyForm {
    /// An object with an `error` that is a text: OAuth's form.
    OAuth,
    /// Something stands where the profile says that this provider puts it.
    Vendor,
    /// JSON of another kind.
    Json,
    /// A page.
    Html,
    Text,
    Empty,
    /// JSON that breaks off.
    Cut,
    /// Compressed, in a way that is not read here.
    Compressed,
}

impl BodyForm {
    /// Whether it is the provider that speaks, and not something in front of it.
    pub fn is_providers(self) -> bool {
        matches!(self, BodyForm::OAuth | BodyForm::Vendor)
    }

    pub fn is_json(self) -> bool {
        self.is_providers() || self == BodyForm::Json
    }

    /// The form without a look into the JSON.
    fn outside(answer: &Answer, is_json: bool) -> BodyForm {
        let is = |part: &str| answer.content_type.contains(part);
        let body = without_mark(answer.body).trim_ascii_start();
        match body.first() {
            _ if is_json => BodyForm::Json,
            None => BodyForm::Empty,
            // XML is how an API may speak.
            Some(b'<') if (is("xml") || body.starts_with(b"<?xml")) && !is("html") && !is_page(body) => {
                BodyForm::Text
            }
            Some(b'<') => BodyForm::Html,
            Some(b'{' | b'[') => BodyForm::Cut,
            _ if answer.compressed || body.starts_with(b"\x1f\x8b") => BodyForm::Compressed,
            _ if is("html") => BodyForm::Html,
            _ => BodyForm::Text,
        }
    }
}

/// Whether XML is a page all the same, by its beginning.
fn is_page(body: &[u8]) -> bool {
    let begin = body.get(..1024).unwrap_or(body);
    begin.windows(5).any(|five| five.eq_ignore_ascii_case(b"<html"))
}

/// A parsed answer. A body that is no JSON has nothing at any pointer.
pub(super) struct ResponseView<'a> {
    pub status: u16,
    /// Of JSON without a look at what it says: see `Operation::form`.
    pub form: BodyForm,
    pub tree: Tree,
    answer: Answer<'a>,
    /// A text that is no page, no JSON and no XML.
    is_text: bool,
    /// A page, or what cannot be read.
    is_page: bool,
}

impl<'a> ResponseView<'a> {
    pub fn new(answer: &Answer<'a>) -> ResponseView<'a> {
        let tree = Tree::read(answer.body);
        let form = BodyForm::outside(answer, tree.is_some());
        let is_text = form == BodyForm::Text;
        let is_page = matches!(form, BodyForm::Html | BodyForm::Compressed);
        let (status, tree) = (answer.status, tree.unwrap_or_default());
        ResponseView { status, form, tree, answer: *answer, is_text, is_page }
    }

    /// A part of the answer on its own.
    pub fn part(&self, part: &Value) -> ResponseView<'a> {
        let answer = Answer { body: &[], headers: &[], ..self.answer };
        ResponseView { tree: Tree::of(part), answer, is_text: false, ..*self }
    }

    pub fn headers<'v>(&'v self, name: &'v str) -> impl Iterator<Item = &'v [u8]> {
        let named = move |(known, _): &&(String, Zeroizing<Vec<u8>>)| known.eq_ignore_ascii_case(name);
        self.answer.headers.iter().filter(named).map(|(_, value)| value.as_slice())
    }

    pub fn header_names(&self) -> impl Iterator<Item = &'a str> {
        self.answer.headers.iter().map(|(name, _)| name.as_str())
    }

    /// The body as a text, or the text, number or true/false that is all of its JSON. What begins like a page or like
    /// JSON is none.
    pub fn bare<R>(&self, then: &mut dyn FnMut(&Value) -> Option<R>) -> Option<R> {
        let text = match self.tree.top() {
            Value::String(text) => text.clone(),
            value @ (Value::Number(_) | Value::Bool(_)) => return then(value),
            _ if self.is_text => path::text(without_mark(self.answer.body)),
            _ => return None,
        };
        let text = text.trim();
        let is_bare = !text.is_empty() && !text.starts_with(['<', '{', '[']);
        is_bare.then(|| then(&Value::String(text.to_owned())))?
    }

    /// Whether all conditions of the rule hold.
    pub fn fits(&self, rule: &Rule) -> bool {
        status_fits(rule, self.status)
            && rule.has.as_ref().is_none_or(|path| self.has(path))
            && match (&rule.at, &rule.equals) {
                (Some(path), Some(wanted)) => self.equals(path, wanted),
                _ => true,
            }
    }

    /// Something is there: not null, false, or an empty text, list or object.
    pub fn has(&self, path: &AnswerPath) -> bool {
        let is_there = |value: &Value| match value {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(_) => true,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        };
        path.find(self, &mut |value| Some(is_there(value))).unwrap_or(false)
    }

    fn equals(&self, path: &AnswerPath, wanted: &Value) -> bool {
        let wanted = scalar(wanted);
        self.scalar(path).is_some_and(|found| Some(found) == wanted)
    }

    /// What a rule can compare, if that stands there.
    pub fn scalar(&self, path: &AnswerPath) -> Option<Zeroizing<String>> {
        path.find(self, &mut |value| scalar(value))
    }

    /// The first of the paths where a text (or a number, as text) stands.
    pub fn text(&self, paths: &[AnswerPath]) -> Option<Zeroizing<String>> {
        self.first(paths, &mut text_of)
    }

    /// As `text`, where the token should be. A body as it is may say anything: only what looks like a token is one. And
    /// cookies come with every answer, also with the page that asks for a login and with a refusal.
    pub fn token(&self, paths: &[AnswerPath], profile: &Profile) -> Option<Zeroizing<String>> {
        paths.iter().find_map(|path| {
            let text = path.find(self, &mut text_of)?;
            let is_one = match path {
                AnswerPath::Json(_) => true,
                AnswerPath::Body => sendable(&text, profile).is_some() && !is_phrase(&text),
                AnswerPath::Header(_) | AnswerPath::Cookie(_) => self.may_carry(path) && !self.tells_error(),
            };
            is_one.then_some(text)
        })
    }

    /// Whether what stands at the path comes of the provider's own program: with a page, headers and cookies are anybody's.
    pub fn may_carry(&self, path: &AnswerPath) -> bool {
        !self.is_page || !matches!(path, AnswerPath::Header(_) | AnswerPath::Cookie(_))
    }

    /// A text or an object says what went wrong.
    fn tells_error(&self) -> bool {
        let error = AnswerPath::of_key("error");
        let is_object = |value: &Value| value.as_object().map(|members| !members.is_empty());
        telling(self, &error).is_some() || error.find(self, &mut |value| is_object(value)).unwrap_or(false)
    }

    pub fn first<R>(&self, paths: &[AnswerPath], then: &mut dyn FnMut(&Value) -> Option<R>) -> Option<R> {
        paths.iter().find_map(|path| path.find(self, then))
    }
}

/// Whether any rule holds for an API's answer. A page is not the API's word on the token, unless it asks for one. The
/// body is only read when a rule looks into it: it may be large.
pub(super) fn any_matches(rules: &[Rule], answer: &Answer) -> bool {
    let fitting = || rules.iter().filter(|rule| status_fits(rule, answer.status));
    let is_foreign = || {
        let form = BodyForm::outside(answer, false);
        matches!(form, BodyForm::Html | BodyForm::Compressed) && !answer.challenged
    };
    if fitting().any(|rule| !rule.looks_inside() && (rule.any_body || !is_foreign())) {
        return true;
    }
    let mut inside = fitting().filter(|rule| rule.looks_inside()).peekable();
    if inside.peek().is_none() {
        return false;
    }
    let view = ResponseView::new(answer);
    inside.any(|rule| view.fits(rule))
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
