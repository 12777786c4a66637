//! Builds the report: as JSON for a program, as lines for a person.

use crate::error::Error;
use crate::messages::{Advice, Fact, Language};
use crate::net::response::Response;
use crate::util::secret::one_line;
use serde_json::{json, Map, Value};
use zeroize::Zeroizing;

#[derive(Default)]
pub struct ReportBuilder {
    members: Map<String, Value>,
    lines: Vec<String>,
    advice: Vec<(&'static str, String)>,
}

impl ReportBuilder {
    pub fn member(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    pub fn line(&mut self, fact: Fact) {
        self.lines.push(one_line(&fact.told(Language::current()).to_string()));
    }

    /// `code`: for a program, the same in every language.
    pub fn advise(&mut self, code: &'static str, advice: Advice) {
        let text = one_line(&advice.told(Language::current()).to_string());
        // The same failure may show itself at two steps.
        if !self.advice.iter().any(|(_, known)| *known == text) {
            self.advice.push((code, text));
        }
    }

    pub fn failed(&mut self, error: &Error) {
        self.advise(error.status.name(), Advice::Failed { why: error.message.clone() });
    }

    pub fn response(mut self) -> Response {
        let advice = |(code, text): &(&str, String)| json!({"code": code, "text": text});
        self.member("advice", self.advice.iter().map(advice).collect());
        if self.advice.is_empty() {
            self.advise("", Advice::AllWell);
        }
        self.line(Fact::Advice);
        self.lines.extend(self.advice.iter().map(|(_, text)| format!("- {text}")));
        let text = self.lines.join("\n") + "\n";
        self.member("text", json!(text));
        Response::json(Zeroizing::new(Value::Object(self.members).to_string()))
    }
}
