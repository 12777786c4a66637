//! Checks of `values`, and of what in a profile is odd without being wrong.

use std::collections::HashSet;

use super::computed::{Algorithm, Computed};
use super::model::Profile;
use super::operation::Rule;
use super::read::place::{Place, WHOLE};
use super::template::{is_name, Template};
use super::validate::{each_operation, Report};
use super::validate_operation::json_body;
use super::validate_text::{self as text, Names};
use crate::messages::Fault;

/// Values and addresses may be made of others, so many levels deep.
const MAX_LEVELS: usize = 16;

pub(super) fn check(profile: &Profile, names: &Names, report: &Report) {
    let whole = WHOLE.key("values");
    for (name, computed) in &profile.values.0 {
        let place = whole.key(name);
        report.ensure(is_name(name), &place, Fault::NotAName);
        let free = !names.is_option(name) && !names.is_address(name) && !text::is_reserved(name);
        report.ensure(free, &place, Fault::NameTaken);
        for (key, template) in computed.texts() {
            // There the account's own key may stand, and nowhere else; of a misspelt algorithm nobody knows.
            let keyed_by_text = computed.jwt == Some(Algorithm::HS256) || computed.hmac_sha256.is_some();
            let own =
                |template: &&Template| key == "key" && !keyed_by_text && template.is_plain("client_key");
            if let Some(template) = template.filter(|template| !own(template)) {
                names.check(template, &place.key(key), report);
            }
        }
        for (key, members) in [("header", &computed.header), ("claims", &computed.claims)] {
            let place = place.key(key);
            for (name, value) in &members.0 {
                let place = place.key(name);
                report.ensure(key != "header" || name != "alg", &place, Fault::OurMember);
                text::literal_key(name, &place, report);
                json_body(value, names, &place, report);
            }
        }
    }
    circles(profile, names, report);
}

impl Computed {
    fn texts(&self) -> [(&'static str, Option<&Template>); 5] {
        [
            ("base64", self.base64.as_ref()),
            ("sha256", self.sha256.as_ref()),
            ("md5", self.md5.as_ref()),
            ("hmac_sha256", self.hmac_sha256.as_ref()),
            ("key", self.key.as_ref()),
        ]
    }

    pub fn each_template(&self, then: &mut dyn FnMut(&Template)) {
        self.texts().into_iter().filter_map(|(_, template)| template).for_each(&mut *then);
        let members = self.header.0.iter().chain(&self.claims.0);
        members.for_each(|(_, value)| value.each_template(then));
    }
}

/// What is made of itself would never be done.
fn circles(profile: &Profile, names: &Names, report: &Report) {
    let mut done: HashSet<&str> = HashSet::new();
    let is_done = |template: &Template, done: &HashSet<&str>| {
        template.slots().all(|slot| {
            let name = slot.name.as_str();
            let is_made = names.is_value(name) || names.is_address(name) && name != "base";
            !is_made || done.contains(name)
        })
    };
    let environments = || profile.environments.0.iter().flat_map(|(_, one)| &one.urls.0);
    for _ in 0..MAX_LEVELS {
        let mut waiting: HashSet<&str> = HashSet::new();
        for (name, computed) in &profile.values.0 {
            computed.each_template(&mut |template| {
                if !is_done(template, &done) {
                    waiting.insert(name);
                }
            });
        }
        for (name, template) in profile.urls.0.iter().chain(environments()) {
            if !is_done(template, &done) {
                waiting.insert(name);
            }
        }
        let made = profile.values.0.iter().map(|(name, _)| name);
        let made = made.chain(profile.urls.0.iter().map(|(name, _)| name)).map(String::as_str);
        let before = done.len();
        done.extend(made.filter(|name| !waiting.contains(name)));
        if done.len() == before {
            break;
        }
    }
    let all = [
        ("values", profile.values.0.iter().map(|(name, _)| name).collect::<Vec<_>>()),
        ("urls", profile.urls.0.iter().map(|(name, _)| name).collect()),
    ];
    for (key, made) in all {
        for name in made {
            report.ensure(done.contains(name.as_str()), &WHOLE.key(key).key(name), Fault::Circle);
        }
    }
}

/// What nothing uses, and rules that cannot hold.
pub(super) fn warn(profile: &Profile, report: &Report) {
    let mut used: HashSet<String> = HashSet::new();
    each_template(profile, &mut |template| {
        used.extend(template.slots().map(|slot| slot.name.clone()));
    });
    let mut next: HashSet<&str> = HashSet::new();
    let operations = profile.login.iter().chain(profile.steps.0.iter().map(|(_, one)| one));
    let mut brings_one = profile.refresh.is_none() || !used.contains("refresh_token");
    for one in operations.chain([&profile.mfa, &profile.refresh].into_iter().flatten()) {
        brings_one |= !one.take.as_ref().unwrap_or(&profile.take).refresh_token.is_empty();
        next.extend(
            one.next.iter().chain(one.means.iter().filter_map(|rule| rule.next.as_ref())).map(String::as_str),
        );
    }
    report.ensure(brings_one, &WHOLE.key("refresh"), Fault::NoRefreshToken);
    let unused = |is_used: bool, place: &Place| report.ensure(is_used, place, Fault::Unused);
    for (name, _) in &profile.options.0 {
        // An account option has a default here, perhaps for a library that knows more.
        let is_used = used.contains(name) || text::is_account_name(name);
        unused(is_used, &WHOLE.key("options").key(name));
    }
    for (name, _) in &profile.values.0 {
        unused(used.contains(name), &WHOLE.key("values").key(name));
    }
    for (name, _) in &profile.urls.0 {
        unused(name == "api" || used.contains(name), &WHOLE.key("urls").key(name));
    }
    for (name, _) in &profile.steps.0 {
        unused(next.contains(name.as_str()), &WHOLE.key("steps").key(name));
    }
    if profile.mfa.is_some() {
        unused(next.contains("mfa"), &WHOLE.key("mfa"));
    }
    for (index, name) in profile.kept.iter().enumerate() {
        unused(used.contains(name), &WHOLE.key("kept").item(index));
    }
    each_operation(profile, &mut |one, place| {
        let keep = place.key("keep");
        one.keep.0.iter().for_each(|(name, _)| unused(used.contains(name), &keep.key(name)));
        let means = place.key("means");
        for (index, rule) in one.means.iter().enumerate() {
            let place = means.item(index);
            let keep = place.key("keep");
            rule.keep.0.iter().for_each(|(name, _)| unused(used.contains(name), &keep.key(name)));
        }
        hidden(&one.means, &means, report);
    });
    hidden(&profile.dead, &WHOLE.key("dead"), report);
}

/// A status alone, twice.
fn hidden(rules: &[Rule], place: &Place, report: &Report) {
    let mut seen = HashSet::new();
    for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| !rule.looks_inside()) {
        let known = seen.contains(&(rule.status, true)) || !seen.insert((rule.status, rule.any_body));
        report.ensure(!known, &place.item(index), Fault::Hidden);
    }
}

/// All texts with names in them; a need is a name as well.
fn each_template(profile: &Profile, then: &mut dyn FnMut(&Template)) {
    let environments = profile.environments.0.iter().flat_map(|(_, one)| &one.urls.0);
    let pairs = profile.urls.0.iter().chain(&profile.authorize.0).chain(&profile.authorize_query.0);
    pairs.chain(environments).for_each(|(_, template)| then(template));
    profile.authorize_json.0.iter().for_each(|(_, value)| value.each_template(then));
    profile.values.0.iter().for_each(|(_, computed)| computed.each_template(then));
    if let Some(fixed) = &profile.fixed {
        then(&fixed.access_token);
        fixed.needs.iter().for_each(|name| then(&Template::of_name(name)));
    }
    each_operation(profile, &mut |one, _| {
        then(&one.url);
        one.headers.0.iter().chain(one.form.iter().flat_map(|form| &form.0)).for_each(|(_, one)| then(one));
        one.json.iter().for_each(|json| json.each_template(then));
        one.needs.iter().for_each(|name| then(&Template::of_name(name)));
    });
}
