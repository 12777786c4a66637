//! Checks of one request and its rules.

use super::model::Profile;
use super::operation::{Method, Operation, OperationKind, Rule};
use super::ordered::Json;
use super::problem::{ensure, Problem};
use super::template::{Form, Template};
use super::validate_text::{self as text, Names};
use std::fmt::Display;

type Checked = Result<(), Problem>;

pub(super) fn check(profile: &Profile, names: &Names, one: &Operation, place: &str) -> Checked {
    for (index, need) in one.needs.iter().enumerate() {
        let place = format!("{place}.needs[{index}]");
        ensure(names.is_option(need), &place, "no option has this name")?;
    }
    text::url(&one.url, names, &format!("{place}.url"))?;
    text::headers(&one.headers.0, names, &format!("{place}.headers"))?;
    body(one, names, place)?;
    for (index, rule) in one.means.iter().enumerate() {
        meaning(profile, names, one, rule, &format!("{place}.means[{index}]"))?;
    }
    let marked = one.cut.id.as_deref() != Some("");
    ensure(marked, format_args!("{place}.cut.id"), "cut at what?")?;
    paging(one, place)
}

fn body(one: &Operation, names: &Names, place: &str) -> Checked {
    let both = one.form.is_some() && one.json.is_some();
    ensure(!both, place, "a body is `form` or `json`, not both")?;
    let bodiless = one.method == Method::Get || one.method == Method::Delete;
    let has_body = one.form.is_some() || one.json.is_some();
    ensure(!(bodiless && has_body), place, "this method takes no body")?;
    if let Some(form) = &one.form {
        for (name, template) in &form.0 {
            let place = format!("{place}.form.{name}");
            text::literal_key(name, &place)?;
            names.check(template, &place)?;
        }
    }
    match &one.json {
        Some(json) => json_body(json, names, &format_args!("{place}.json")),
        None => Ok(()),
    }
}

/// The place is written when there is a fault there: each value would have a long one.
fn json_body(json: &Json, names: &Names, place: &dyn Display) -> Checked {
    match json {
        Json::Text(template) => json_text(template, names, place),
        Json::List(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| json_body(item, names, &format_args!("{place}[{index}]"))),
        Json::Object(members) => members.iter().try_for_each(|(name, value)| {
            text::literal_key(name, format_args!("{place}.{name}"))?;
            json_body(value, names, &format_args!("{place}.{name}"))
        }),
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
    }
}

fn json_text(template: &Template, names: &Names, place: &dyn Display) -> Checked {
    let number = template.slots().any(|slot| slot.form == Form::Integer);
    let alone = !number || template.integer().is_some();
    ensure(alone, place, "in `json`, `:integer` must be the whole text: it becomes a number")?;
    names.check(template, place)
}

/// What `means` and `dead` have in common.
pub(super) fn conditions(rule: &Rule, place: &str) -> Checked {
    let some = rule.status.is_some() || rule.has.is_some() || rule.at.is_some();
    ensure(some, place, "a rule needs `status`, `has` or `at` with `equals`")?;
    let pair = rule.at.is_some() == rule.equals.is_some();
    ensure(pair, place, "`at` and `equals` stand together")?;
    let possible = rule.status.is_none_or(|status| (100..600).contains(&status));
    ensure(possible, format_args!("{place}.status"), "not an HTTP status")?;
    let comparable = match &rule.equals {
        Some(value) => value.is_string() || value.is_number() || value.is_boolean(),
        None => true,
    };
    ensure(comparable, format_args!("{place}.equals"), "a text, a number or true/false")
}

fn meaning(profile: &Profile, names: &Names, one: &Operation, rule: &Rule, place: &str) -> Checked {
    conditions(rule, place)?;
    ensure(rule.is.is_some(), format_args!("{place}.is"), "missing: what does it mean?")?;
    let Some(step) = &rule.next else {
        let empty = rule.keep.0.is_empty();
        return ensure(empty, format_args!("{place}.keep"), "is for `next` only");
    };
    let next = format!("{place}.next");
    ensure(one.kind == OperationKind::Login, &next, "only a login has a next step")?;
    ensure(profile.step(step).is_some(), &next, "the profile has no such step")?;
    for (name, _) in &rule.keep.0 {
        let place = format!("{place}.keep.{name}");
        let free = !names.is_taken(name);
        ensure(super::template::is_name(name), &place, "not a name (a-z, 0-9, `_`)")?;
        ensure(free, &place, "this name has another meaning")?;
    }
    Ok(())
}

fn paging(one: &Operation, place: &str) -> Checked {
    if one.kind == OperationKind::List {
        return ensure(one.items.is_some(), format_args!("{place}.items"), "missing: where is the list?");
    }
    let none = one.items.is_none() && one.pages.is_none();
    ensure(none, place, "`items` and `pages` are for app.list only")
}
