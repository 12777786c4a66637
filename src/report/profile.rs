//! `erptoken_check_profile`: what is wrong with a profile, for its author, and what it would send. Nothing is sent.

use super::builder::{object, quoted, Json, ReportBuilder};
use crate::client::account::read_profile_file;
use crate::error::Result;
use crate::messages::Fact;
use crate::net::response::Response;
use crate::provider::profile::{self, Profile, Shown};

/// `provider`: a built-in name, or the absolute path of a profile. Any file that can be read has a report.
pub fn check(provider: &str) -> Result<Response> {
    let checked = match profile::builtin_text(provider) {
        Some(text) => Checked::of(text.as_bytes()),
        None => Checked::of(&read_profile_file(provider)?),
    };
    let mut report = ReportBuilder::default();
    let valid = checked.profile.as_ref().filter(|_| checked.problems.is_empty());
    report.value("valid", if valid.is_some() { "true" } else { "false" });
    let (name, title) = valid.map_or(("", ""), |profile| (profile.name(), profile.title()));
    report.value("name", &quoted(name));
    report.value("title", &quoted(title));
    report.line(match valid {
        Some(_) => Fact::ProfileValid { path: provider.to_owned(), title: title.to_owned() },
        None => Fact::ProfileInvalid { path: provider.to_owned(), problems: checked.problems.len() },
    });
    findings(&mut report, "problems", provider, &checked.problems);
    if !checked.warnings.is_empty() {
        report.line(Fact::ProfileWarnings { warnings: checked.warnings.len() });
    }
    findings(&mut report, "warnings", provider, &checked.warnings);
    requests(&mut report, valid);
    Ok(report.end())
}

fn findings(report: &mut ReportBuilder, name: &str, path: &str, all: &[Finding]) {
    let told = |one: &Finding| {
        object(&[
            ("line", Json::Number(one.line.into())),
            ("column", Json::Number(one.column.into())),
            ("place", (&one.place).into()),
            ("text", (&one.text).into()),
            ("hint", (&one.hint).into()),
        ])
    };
    report.list(name, &all.iter().map(told).collect::<Vec<_>>());
    for one in all {
        let at = match (one.line, one.place.is_empty()) {
            (0, _) => format!("{path}: {}", one.place),
            (line, true) => format!("{path}:{line}:{}", one.column),
            (line, false) => format!("{path}:{line}:{}: {}", one.column, one.place),
        };
        let hint = if one.hint.is_empty() { String::new() } else { format!(" ({})", one.hint) };
        report.quote("- ", &format!("{at}: {}{hint}", one.text));
    }
}

fn requests(report: &mut ReportBuilder, valid: Option<&Profile>) {
    let (requests, left_out) = valid.map(Profile::shown).unwrap_or_default();
    report.list("requests", &requests.iter().map(request).collect::<Vec<_>>());
    let mut environment = None;
    for one in &requests {
        if environment != Some(one.environment) {
            environment = Some(one.environment);
            report.line(Fact::Sends { environment: one.environment.to_owned() });
        }
        report.line(match (one.operation.as_str(), one.needs) {
            ("api", _) => Fact::SendsApi,
            (_, []) => Fact::SendsAlways { operation: one.operation.clone() },
            (_, needs) => Fact::SendsWith { operation: one.operation.clone(), options: needs.to_vec() },
        });
        report.quote("  ", &format!("{} {}", one.method, one.url));
        one.headers.iter().for_each(|(name, value)| report.quote("  ", &format!("{name}: {value}")));
        if !one.body.is_empty() {
            report.quote("  ", &one.body);
        }
    }
    if left_out > 0 {
        report.line(Fact::NotShown { requests: left_out });
    }
    let values: Vec<_> = valid.map(|profile| profile.shown_values().collect()).unwrap_or_default();
    let told: Vec<_> = values.iter().map(|(name, made)| (*name, made.into())).collect();
    report.value("values", &object(&told));
    if !values.is_empty() {
        report.line(Fact::Computed);
    }
    values.iter().for_each(|(name, made)| report.quote("  ", &format!("[{name}] = {made}")));
    if let Some(token) = valid.and_then(Profile::shown_fixed) {
        report.line(Fact::Fixed);
        report.quote("  ", &format!("[access_token] = {token}"));
    }
}

fn request(one: &Shown) -> String {
    let headers: Vec<_> = one.headers.iter().map(|(name, value)| (name.as_str(), value.into())).collect();
    object(&[
        ("environment", one.environment.into()),
        ("operation", (&one.operation).into()),
        ("needs", Json::List(one.needs.iter().map(|name| quoted(name)).collect())),
        ("method", one.method.into()),
        ("url", (&one.url).into()),
        ("headers", Json::Whole(object(&headers))),
        ("body", (&one.body).into()),
    ])
}

/// A fault, or what may be one.
struct Finding {
    line: u32,
    column: u32,
    place: String,
    text: String,
    hint: String,
}

struct Checked {
    profile: Option<Profile>,
    problems: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl Checked {
    fn of(bytes: &[u8]) -> Checked {
        let text = String::from_utf8_lossy(bytes);
        match Profile::parse(&text) {
            Ok(profile) => Checked { profile: Some(profile), problems: Vec::new(), warnings: Vec::new() },
            Err(problem) => {
                let problem = Finding {
                    line: 0,
                    column: 0,
                    place: String::new(),
                    text: problem.to_string(),
                    hint: String::new(),
                };
                Checked { profile: None, problems: vec![problem], warnings: Vec::new() }
            }
        }
    }
}
