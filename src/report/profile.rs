//! `erptoken_check_profile`: what is wrong with a profile, for its author, and what it would send. Nothing is sent.

use super::builder::{object, quoted, Json, ReportBuilder};
use crate::client::account::read_profile_file;
use crate::error::Result;
use crate::messages::{Fact, Language, Problem};
use crate::net::response::Response;
use crate::provider::profile::{self, Profile, Shown};

/// `provider`: a built-in name, or the absolute path of a profile. Any file that can be read has a report.
pub fn check(provider: &str) -> Result<Response> {
    let checked = match profile::builtin_text(provider) {
        Some(text) => Profile::check(text.as_bytes()),
        None => Profile::check(&read_profile_file(provider)?),
    };
    let (valid, problems, warnings) = match checked {
        Ok((profile, warnings)) => (Some(profile), Vec::new(), warnings),
        Err(problems) => (None, problems, Vec::new()),
    };
    let valid = valid.as_ref();
    let mut report = ReportBuilder::default();
    report.value("valid", if valid.is_some() { "true" } else { "false" });
    let (name, title) = valid.map_or(("", ""), |profile| (profile.name(), profile.title()));
    report.value("name", &quoted(name));
    report.value("title", &quoted(title));
    report.line(match valid {
        Some(_) => Fact::ProfileValid { path: provider.to_owned(), title: title.to_owned() },
        None => Fact::ProfileInvalid { path: provider.to_owned(), problems: problems.len() },
    });
    findings(&mut report, "problems", provider, &problems);
    if !warnings.is_empty() {
        report.line(Fact::ProfileWarnings { warnings: warnings.len() });
    }
    findings(&mut report, "warnings", provider, &warnings);
    requests(&mut report, valid);
    Ok(report.end())
}

fn findings(report: &mut ReportBuilder, name: &str, path: &str, all: &[Problem]) {
    let language = Language::current();
    let told = |one: &Problem| {
        object(&[
            ("line", Json::Number(one.line as i64)),
            ("column", Json::Number(one.column as i64)),
            ("place", (&one.place).into()),
            ("text", (&one.text(language)).into()),
            ("hint", (&one.hint(language)).into()),
        ])
    };
    report.list(name, &all.iter().map(told).collect::<Vec<_>>());
    for one in all {
        let (text, hint) = (one.text(language), one.hint(language));
        let place = if one.place.is_empty() { "" } else { ": " };
        let cure = if hint.is_empty() { "" } else { "; " };
        let told = format!("{path}:{}:{}: {}{place}{text}{cure}{hint}", one.line, one.column, one.place);
        report.quote("- ", &told);
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
