//! Builds the report: as JSON for a program, as lines for a person.

use crate::error::Error;
use crate::messages::{Advice, Fact, Language};
use crate::net::response::Response;
use crate::util::secret::one_line;
use zeroize::Zeroizing;

/// A value of the report's JSON.
pub enum Json<'a> {
    Null,
    Flag(bool),
    Number(i64),
    Text(&'a str),
    List(Vec<String>),
    /// In JSON already.
    Whole(String),
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Json<'a> {
        Json::Text(text)
    }
}

impl<'a> From<&'a String> for Json<'a> {
    fn from(text: &'a String) -> Json<'a> {
        Json::Text(text)
    }
}

impl<'a, T: Into<Json<'a>>> From<Option<T>> for Json<'a> {
    fn from(value: Option<T>) -> Json<'a> {
        value.map_or(Json::Null, Into::into)
    }
}

/// In JSON.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Members in JSON.
pub fn object(members: &[(&str, Json)]) -> String {
    let told = members.iter().map(|(name, value)| {
        let value = match value {
            Json::Null => "null".to_owned(),
            Json::Flag(flag) => flag.to_string(),
            Json::Number(number) => number.to_string(),
            Json::Text(text) => quoted(text),
            Json::List(items) => list(items),
            Json::Whole(json) => json.clone(),
        };
        format!("{}:{value}", quoted(name))
    });
    format!("{{{}}}", told.collect::<Vec<_>>().join(","))
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

#[derive(Default)]
pub struct ReportBuilder {
    /// Each in JSON, with its name.
    members: Vec<String>,
    lines: Vec<String>,
    advice: Vec<(&'static str, String)>,
}

impl ReportBuilder {
    pub fn member(&mut self, name: &str, members: &[(&str, Json)]) {
        self.value(name, &object(members));
    }

    pub fn list(&mut self, name: &str, items: &[String]) {
        self.value(name, &list(items));
    }

    pub fn value(&mut self, name: &str, json: &str) {
        self.members.push(format!("\"{name}\":{json}"));
    }

    pub fn line(&mut self, fact: Fact) {
        self.quote("", &fact.told(Language::current()).to_string());
    }

    /// A line that no language changes.
    pub fn quote(&mut self, before: &str, text: &str) {
        self.lines.push(format!("{before}{}", one_line(text)));
    }

    /// `code`: for a program, the same in every language.
    pub fn advise(&mut self, code: &'static str, advice: Advice) {
        let text = one_line(&advice.told(Language::current()).to_string());
        // The same failure may show itself at two steps, and a clock with another second at each.
        let is_same = |(told, known): &(&str, String)| *known == text || (code == "CLOCK" && *told == code);
        if !self.advice.iter().any(is_same) {
            self.advice.push((code, text));
        }
    }

    pub fn failed(&mut self, error: &Error) {
        self.advise(error.status.name(), Advice::Failed { why: error.message.clone() });
    }

    pub fn response(mut self) -> Response {
        let advice = |(code, text): &(&'static str, String)| {
            object(&[("code", (*code).into()), ("text", text.into())])
        };
        let all: Vec<String> = self.advice.iter().map(advice).collect();
        self.list("advice", &all);
        if self.advice.is_empty() {
            self.advise("", Advice::AllWell);
        }
        self.line(Fact::Advice);
        self.lines.extend(self.advice.iter().map(|(_, text)| format!("- {text}")));
        self.end()
    }

    /// What was told, and no advice.
    pub fn end(mut self) -> Response {
        let text = self.lines.join("\n") + "\n";
        self.value("text", &quoted(&text));
        Response::json(Zeroizing::new(format!("{{{}}}", self.members.join(","))))
    }
}
