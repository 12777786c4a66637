//! Whether the parts of a profile fit each other. All that does not is told.

use std::collections::HashSet;

use super::model::{Environment, LifetimeRules, Profile};
use super::operation::{Operation, OperationKind};
use super::ordered::{Json, Pairs};
use super::path::AnswerPath;
use super::read::log::Log;
use super::read::place::{Place, WHOLE};
use super::read::{Node, TOKEN_FIELDS};
use super::template::{is_name, Form, Template};
use super::validate_operation as operation;
use super::validate_text::{self as text, Names};
use super::validate_values as values;
use crate::messages::Fault;

/// Each take is looked through for each of them.
pub(super) const MAX_KEPT: usize = 16;

/// Where faults are told, with their position in the file.
pub(super) struct Report<'r> {
    pub root: &'r Node,
    pub log: &'r Log<'r>,
}

impl Report<'_> {
    pub fn ensure(&self, holds: bool, place: &Place, otherwise: Fault) {
        if !holds {
            self.unknown(place, otherwise, &[], "", &[]);
        }
    }

    /// A word that is none of those that are known.
    pub fn unknown(&self, place: &Place, fault: Fault, names: &[&str], word: &str, known: &[&str]) {
        if self.log.is_full() {
            return;
        }
        let found = place.find(self.root);
        if found.is_broken() {
            return;
        }
        self.log.add(found.at, place, fault, names, word, known);
    }
}

pub(super) fn check(profile: &Profile, report: &Report) {
    report.ensure(is_profile_name(&profile.name), &WHOLE.key("name"), Fault::NotAPlainName);
    let sources = WHOLE.key("sources");
    for (index, source) in profile.sources.iter().enumerate() {
        report.ensure(text::is_address(source), &sources.item(index), Fault::NotAnAddress);
    }
    let names = Names::of(profile);
    environments(profile, &names, report);
    options(profile, report);
    kept(profile, &names, report);
    urls(&profile.urls, &names, &WHOLE.key("urls"), report);
    values::check(profile, &names, report);
    authorize(profile, &names, report);
    let dead = WHOLE.key("dead");
    for (index, rule) in profile.dead.iter().enumerate() {
        let place = dead.item(index);
        operation::conditions(rule, &place, report);
        let plain = rule.is.is_none() && rule.next.is_none() && rule.keep.0.is_empty();
        report.ensure(plain, &place, Fault::DeadRule);
    }
    life(&profile.life, report);
    operations(profile, &names, report);
}

fn is_profile_name(name: &str) -> bool {
    is_name(&name.replace('-', "_"))
}

fn environments(profile: &Profile, names: &Names, report: &Report) {
    let all: &[(String, Environment)] = &profile.environments.0;
    let whole = WHOLE.key("environments");
    report.ensure(!all.is_empty(), &whole, Fault::NoEnvironment);
    for (name, environment) in all {
        let place = whole.key(name);
        report.ensure(is_profile_name(name), &place, Fault::NotAPlainName);
        report.ensure(name != "test" || environment.test, &place, Fault::NamedTest);
        let base = &environment.base;
        let plain = text::is_address(base) && !base.contains(['?', '#']);
        report.ensure(plain, &place.key("base"), Fault::NotABase);
        let hosts = place.key("hosts");
        for (index, host) in environment.hosts.iter().enumerate() {
            report.ensure(text::is_host(host), &hosts.item(index), Fault::NotAHost);
        }
        let own = place.key("urls");
        for (name, template) in &environment.urls.0 {
            let place = own.key(name);
            if !report.log.is_full() && !names.is_address(name) {
                let known: Vec<&str> = profile.urls.0.iter().map(|(name, _)| name.as_str()).collect();
                report.unknown(&place, Fault::NoSuchUrl, &[], name, &known);
            }
            address(template, names, &place, report);
        }
    }
    let tests = all.iter().filter(|(_, one)| one.test).count();
    report.ensure(tests < 2, &whole, Fault::TwoTests);
}

fn options(profile: &Profile, report: &Report) {
    let whole = WHOLE.key("options");
    for (name, default) in &profile.options.0 {
        let place = whole.key(name);
        report.ensure(is_name(name), &place, Fault::NotAName);
        let name = name.as_str();
        let taken = text::RESERVED_OPTIONS.contains(&name)
            || text::PASSING_NAMES.contains(&name)
            || text::OWN_NAMES.contains(&name)
            || name == "base";
        report.ensure(!taken, &place, Fault::NameTaken);
        let harmless = !text::CREDENTIALS.contains(&name) || default.is_none();
        report.ensure(harmless, &place, Fault::Credential);
    }
    let once = WHOLE.key("once");
    for (index, name) in profile.once.iter().enumerate() {
        let own = profile.options.get(name).is_some_and(Option::is_none);
        report.ensure(own, &once.item(index), Fault::NotAnOwnOption);
    }
}

fn kept(profile: &Profile, names: &Names, report: &Report) {
    let whole = WHOLE.key("kept");
    if profile.kept.len() > MAX_KEPT {
        report.unknown(&whole, Fault::TooMany, &[&MAX_KEPT.to_string()], "", &[]);
    }
    let mut known = HashSet::new();
    for (index, name) in profile.kept.iter().enumerate() {
        let place = whole.item(index);
        report.ensure(is_name(name), &place, Fault::NotAName);
        let free = !names.is_taken(name) && !TOKEN_FIELDS.contains(&name.as_str());
        report.ensure(free && known.insert(name), &place, Fault::NameTaken);
    }
}

fn urls(urls: &Pairs<Template>, names: &Names, whole: &Place, report: &Report) {
    for (name, template) in &urls.0 {
        let place = whole.key(name);
        report.ensure(is_name(name), &place, Fault::NotAName);
        let free = name != "base" && !names.is_option(name) && !text::is_reserved(name);
        report.ensure(free, &place, Fault::NameTaken);
        address(template, names, &place, report);
    }
}

fn address(template: &Template, names: &Names, place: &Place, report: &Report) {
    for slot in template.slots() {
        let name = slot.name.as_str();
        let known = name == "base" || names.is_option(name) || names.is_value(name);
        report.ensure(known || !names.is_known(name), place, Fault::OnlyOptions);
    }
    text::url(template, names, place, report);
}

/// Whether a call carries the token, and nothing that is not there.
fn authorize(profile: &Profile, names: &Names, report: &Report) {
    let whole = WHOLE.key("authorize");
    text::headers(&profile.authorize.0, names, &whole, report);
    let mut carrying = 0;
    for (name, template) in &profile.authorize.0 {
        let place = whole.key(name);
        call_names(template, names, &place, report);
        let mut count = 0;
        for slot in template.slots().filter(|slot| slot.name == "access_token") {
            count += 1;
            let plain = !slot.optional && slot.form == Form::Text;
            report.ensure(plain && count == 1, &place, Fault::TokenPlain);
        }
        carrying += usize::from(count > 0);
    }
    report.ensure(carrying < 2, &whole, Fault::CarriesTwice);
    let query = WHOLE.key("authorize_query");
    for (name, template) in &profile.authorize_query.0 {
        let place = query.key(name);
        text::literal_key(name, &place, report);
        names.check(template, &place, report);
        call_names(template, names, &place, report);
    }
    let json = WHOLE.key("authorize_json");
    for (name, value) in &profile.authorize_json.0 {
        let place = json.key(name);
        text::literal_key(name, &place, report);
        operation::json_body(value, names, &place, report);
        value.each_template(&mut |template| call_names(template, names, &place, report));
    }
    let mut carried = carrying > 0;
    let mut look = |template: &Template| carried |= template.uses("access_token");
    profile.authorize_query.0.iter().for_each(|(_, template)| look(template));
    profile.authorize_json.0.iter().for_each(|(_, value)| value.each_template(&mut look));
    report.ensure(carried, &whole, Fault::CarriesNothing);
}

/// What is known at a call of an API.
fn call_names(template: &Template, names: &Names, place: &Place, report: &Report) {
    for slot in template.slots() {
        let name = slot.name.as_str();
        let known = name == "access_token"
            || names.is_option(name)
            || names.is_value(name)
            || names.is_kept(name)
            || text::OWN_NAMES.contains(&name);
        report.ensure(known || !names.is_known(name), place, Fault::OnlyCallNames);
    }
}

/// That the numbers are above zero the reading has seen.
fn life(life: &LifetimeRules, report: &Report) {
    let zone = life.zone.as_deref().is_none_or(is_offset);
    report.ensure(zone, &WHOLE.key("life").key("zone"), Fault::Zone);
}

/// `-03:00`.
fn is_offset(text: &str) -> bool {
    let Some((hours, minutes)) = text.strip_prefix(['+', '-']).and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let fits = |digits: &str, below: u8| {
        digits.len() == 2
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.parse::<u8>().is_ok_and(|number| number < below)
    };
    fits(hours, 15) && fits(minutes, 60)
}

fn operations(profile: &Profile, names: &Names, report: &Report) {
    let login = WHOLE.key("login");
    match &profile.fixed {
        Some(fixed) => {
            let place = WHOLE.key("fixed");
            operation::needs(&fixed.needs, names, &place, report);
            let place = place.key("access_token");
            report.ensure(!fixed.access_token.parts().is_empty(), &place, Fault::EmptyToken);
            names.check(&fixed.access_token, &place, report);
            for slot in fixed.access_token.slots() {
                let name = slot.name.as_str();
                let known = names.is_option(name) || names.is_value(name) || names.is_address(name);
                let known = known || text::OWN_NAMES.contains(&name);
                report.ensure(known || !names.is_known(name), &place, Fault::OnlyOptions);
            }
            report.ensure(profile.login.is_empty(), &login, Fault::LoginOrFixed);
            let others = [("refresh", &profile.refresh), ("mfa", &profile.mfa), ("logout", &profile.logout)];
            for (key, other) in others {
                report.ensure(other.is_none(), &WHOLE.key(key), Fault::BesideFixed);
            }
            report.ensure(profile.steps.0.is_empty(), &WHOLE.key("steps"), Fault::BesideFixed);
            report.ensure(profile.app.is_none(), &WHOLE.key("app"), Fault::BesideFixed);
        }
        None => {
            let has_key = login.find(report.root).at != report.root.at;
            let fault = if has_key { Fault::NoLogin } else { Fault::LoginOrFixed };
            report.ensure(!profile.login.is_empty(), &login, fault);
        }
    }
    let steps = WHOLE.key("steps");
    for (name, _) in &profile.steps.0 {
        report.ensure(is_name(name), &steps.key(name), Fault::NotAName);
        report.ensure(name != "mfa", &steps.key(name), Fault::NameTaken);
    }
    for (index, one) in profile.login.iter().enumerate() {
        operation::first_request(one, &login.item(index), report);
    }
    each_operation(profile, &mut |one, place| {
        operation::check(profile, names, one, place, report);
        wanted(profile, one, place, report);
    });
}

/// Every operation, with its place.
pub(super) fn each_operation<'p>(profile: &'p Profile, then: &mut dyn FnMut(&'p Operation, &Place)) {
    let login = WHOLE.key("login");
    for (index, one) in profile.login.iter().enumerate() {
        then(one, &login.item(index));
    }
    let steps = WHOLE.key("steps");
    for (name, one) in &profile.steps.0 {
        then(one, &steps.key(name));
    }
    let app = WHOLE.key("app");
    let of_app = profile.app.as_ref();
    for (above, key, one) in [
        (&WHOLE, "mfa", profile.mfa.as_ref()),
        (&WHOLE, "refresh", profile.refresh.as_ref()),
        (&WHOLE, "logout", profile.logout.as_ref()),
        (&app, "check", of_app.and_then(|app| app.check.as_ref())),
        (&app, "create", of_app.and_then(|app| app.create.as_ref())),
        (&app, "list", of_app.and_then(|app| app.list.as_ref())),
        (&app, "revoke", of_app.and_then(|app| app.revoke.as_ref())),
    ] {
        if let Some(one) = one {
            then(one, &above.key(key));
        }
    }
}

/// An operation that wants a field must say where it is.
fn wanted(profile: &Profile, operation: &Operation, place: &Place, report: &Report) {
    let (take, above) = match &operation.take {
        Some(take) => (take, place),
        None => (&profile.take, &WHOLE),
    };
    let place = above.key("take");
    let demand = |paths: &[AnswerPath], field: &str| {
        report.ensure(!paths.is_empty(), &place.key(field), Fault::NoPath);
    };
    match operation.kind {
        // The last of several brings the token.
        kind if kind.brings_token() && operation.next.is_some() => {}
        kind if kind.brings_token() => demand(&take.access_token, "access_token"),
        OperationKind::Create => {
            demand(&take.access_token, "access_token");
            demand(&take.id, "id");
        }
        OperationKind::Check => demand(&take.allowed, "allowed"),
        OperationKind::List => demand(&take.id, "id"),
        _ => {}
    }
}

impl Json {
    pub(super) fn each_template(&self, then: &mut dyn FnMut(&Template)) {
        match self {
            Json::Text(template) => then(template),
            Json::List(items) => items.iter().for_each(|item| item.each_template(then)),
            Json::Object(members) => members.iter().for_each(|(_, value)| value.each_template(then)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}
