//! Checks of one request and its rules.

use super::model::Profile;
use super::operation::{Operation, OperationKind, Rule};
use super::ordered::{Json, Pairs};
use super::path::AnswerPath;
use super::read::place::Place;
use super::template::{is_name, Form, Template};
use super::validate::Report;
use super::validate_text::{self as text, Names};
use crate::messages::Fault;

pub(super) fn check(profile: &Profile, names: &Names, one: &Operation, place: &Place, report: &Report) {
    needs(&one.needs, names, place, report);
    text::url(&one.url, names, &place.key("url"), report);
    text::headers(&one.headers.0, names, &place.key("headers"), report);
    body(one, names, place, report);
    if one.authorize && !profile.authorize_json.0.is_empty() {
        report.ensure(one.form.is_none(), &place.key("form"), Fault::AuthorizedBody);
        let object = matches!(one.json, None | Some(Json::Object(_)));
        report.ensure(object, &place.key("json"), Fault::AuthorizedBody);
    }
    let means = place.key("means");
    for (index, rule) in one.means.iter().enumerate() {
        let place = means.item(index);
        conditions(rule, &place, report);
        report.ensure(rule.is.is_some(), &place.key("is"), Fault::NoMeaning);
        next(profile, names, one, (&rule.next, &rule.keep), &place, report);
    }
    next(profile, names, one, (&one.next, &one.keep), place, report);
    let marked = one.cut.id.as_deref() != Some("");
    report.ensure(marked, &place.key("cut").key("id"), Fault::EmptyCut);
    paging(one, place, report);
}

pub(super) fn needs(needs: &[String], names: &Names, place: &Place, report: &Report) {
    let place = place.key("needs");
    for (index, need) in needs.iter().enumerate() {
        if !report.log.is_full() && !names.is_option(need) {
            report.unknown(&place.item(index), Fault::NoSuchOption, &[], need, &names.all_options());
        }
    }
}

/// Nothing that a login brings is there before it.
pub(super) fn first_request(one: &Operation, place: &Place, report: &Report) {
    let early = |template: &Template, place: &Place| {
        for name in ["access_token", "refresh_token"] {
            if template.uses(name) {
                report.unknown(place, Fault::TooEarly, &[name], "", &[]);
            }
        }
    };
    early(&one.url, &place.key("url"));
    let headers = place.key("headers");
    one.headers.0.iter().for_each(|(name, template)| early(template, &headers.key(name)));
    let form = place.key("form");
    one.form.iter().flat_map(|form| &form.0).for_each(|(name, template)| early(template, &form.key(name)));
    let json = place.key("json");
    if let Some(Json::Object(members)) = &one.json {
        for (name, value) in members {
            value.each_template(&mut |template| early(template, &json.key(name)));
        }
    }
}

fn body(one: &Operation, names: &Names, place: &Place, report: &Report) {
    let both = one.form.is_some() && one.json.is_some();
    report.ensure(!both, place, Fault::TwoBodies);
    let has_body = one.form.is_some() || one.json.is_some();
    report.ensure(one.method.takes_body() || !has_body, place, Fault::NoBody);
    let form = place.key("form");
    for (name, template) in one.form.iter().flat_map(|form| &form.0) {
        let place = form.key(name);
        text::literal_key(name, &place, report);
        names.check(template, &place, report);
    }
    if let Some(json) = &one.json {
        json_body(json, names, &place.key("json"), report);
    }
}

pub(super) fn json_body(json: &Json, names: &Names, place: &Place, report: &Report) {
    match json {
        Json::Text(template) => {
            let number = template.slots().any(|slot| slot.form == Form::Integer);
            report.ensure(!number || template.integer().is_some(), place, Fault::IntegerAlone);
            names.check(template, place, report);
        }
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                json_body(item, names, &place.item(index), report);
            }
        }
        Json::Object(members) => {
            for (name, value) in members {
                let place = place.key(name);
                text::literal_key(name, &place, report);
                json_body(value, names, &place, report);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// What `means` and `dead` have in common.
pub(super) fn conditions(rule: &Rule, place: &Place, report: &Report) {
    let some = rule.status.is_some() || rule.looks_inside() || rule.equals.is_some();
    report.ensure(some, place, Fault::NoCondition);
    report.ensure(rule.at.is_some() == rule.equals.is_some(), place, Fault::AtEquals);
}

/// What follows, and what is kept for it.
fn next(
    profile: &Profile,
    names: &Names,
    one: &Operation,
    (next, keep): (&Option<String>, &Pairs<AnswerPath>),
    place: &Place,
    report: &Report,
) {
    let kept = place.key("keep");
    let Some(step) = next else {
        report.ensure(keep.0.is_empty(), &kept, Fault::KeepWithoutNext);
        return;
    };
    let place = place.key("next");
    report.ensure(one.kind.brings_token(), &place, Fault::NextHere);
    if !report.log.is_full() && profile.step(step).is_none() {
        let mfa = profile.mfa.iter().map(|_| "mfa");
        let known: Vec<&str> = mfa.chain(profile.steps.0.iter().map(|(name, _)| name.as_str())).collect();
        report.unknown(&place, Fault::NoSuchStep, &[], step, &known);
    }
    for (name, _) in &keep.0 {
        let place = kept.key(name);
        report.ensure(is_name(name), &place, Fault::NotAName);
        report.ensure(!names.is_taken(name), &place, Fault::NameTaken);
    }
}

fn paging(one: &Operation, place: &Place, report: &Report) {
    if one.kind == OperationKind::List {
        report.ensure(one.items.is_some(), &place.key("items"), Fault::NoItems);
    } else {
        let none = one.items.is_none() && one.pages.is_none();
        report.ensure(none, place, Fault::ListOnly);
    }
}
