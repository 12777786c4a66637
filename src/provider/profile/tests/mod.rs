//! The built-in profiles against the vendors' documented answers, and profiles no one should write.

mod assine;
mod computed;
mod invoisys;
mod lifetimes;
mod neighbours;
mod noise;
mod refusals;
mod senior;
mod shown;
mod templates;
mod validation;
mod validation_request;
mod verdicts;
mod wrong_files;

use std::borrow::Cow;

use super::*;
use crate::messages::Language;

/// Values of a test: pairs of name and value.
pub struct Set<'a>(pub &'a [(&'a str, &'a str)]);

impl Values for Set<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| Cow::Borrowed(*value))
    }
}

pub fn answer(status: u16, body: &[u8]) -> Answer<'_> {
    Answer { status, body, content_type: "", compressed: false, challenged: false, headers: &[] }
}

impl Operation {
    /// An answer without headers.
    pub fn read<'p>(&self, profile: &'p Profile, status: u16, body: &[u8]) -> ParsedResponse<'p> {
        self.judge(profile, &answer(status, body))
    }
}

impl ParsedResponse<'_> {
    /// The verdict's name.
    pub fn verdict(&self) -> &'static str {
        match self {
            ParsedResponse::Token(_) | ParsedResponse::Done(_) | ParsedResponse::Page(_) => "good",
            ParsedResponse::Next(_) => "next",
            ParsedResponse::Refused(refused) => refused.is.as_str(),
        }
    }
}

impl Profile {
    /// The other headers of an authorised call.
    pub fn extra_headers(&self, values: &dyn Values) -> Result<Vec<(String, String)>, Unfit> {
        let headers = self.authorization("", values, false)?.headers;
        let others = headers.into_iter().filter(|header| !header.carries);
        Ok(others.map(|header| (header.name.to_owned(), header.text.to_string())).collect())
    }

    pub fn dead(&self, status: u16, body: &[u8]) -> bool {
        self.is_dead(&answer(status, body))
    }
}

pub fn body(request: &Request) -> &str {
    let bytes = &request.body.as_ref().expect("a body").bytes;
    std::str::from_utf8(bytes).expect("UTF-8")
}

pub fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let found = request.headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

pub fn token(reading: ParsedResponse<'_>) -> TokenFields {
    match reading {
        ParsedResponse::Token(taken) => taken,
        other => panic!("no token: {other:?}"),
    }
}

pub fn refused(reading: ParsedResponse<'_>) -> Refusal {
    match reading {
        ParsedResponse::Refused(refused) => refused,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn login<'p>(profile: &'p Profile, set: &[&str]) -> &'p Operation {
    profile.choose_login(&|name| set.contains(&name)).expect("a login")
}

/// The smallest profile, to add to.
pub fn small(more: &str) -> String {
    format!(
        r#"{{"erptoken_profile":1,"name":"small","environments":{{"production":{{"base":"https://h.example"}}}},
        "login":[{{"url":"{{base}}/t","json":{{"u":"{{username}}"}}}}]{more}}}"#
    )
}

/// All that is wrong with a profile, as `place: text`.
pub fn problems_of(text: &str) -> Vec<String> {
    let problems = Profile::parse(text).expect_err(text);
    let told = |problem: Problem| [&problem.place, ": ", &problem.text(Language::English)].concat();
    problems.into_iter().map(told).collect()
}
