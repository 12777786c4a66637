//! What serde cannot see: whether the parts of a profile fit each other. Each message begins with its place.

use super::model::{Environment, LifetimeRules, Profile};
use super::operation::{App, Operation, OperationKind, TokenPaths};
use super::path::AnswerPath;
use super::problem::{ensure, Problem};
use super::template::{is_name, Template};
use super::validate_operation as operation;
use super::validate_text::{self as text, Names};

type Checked = Result<(), Problem>;

pub(super) fn check(profile: &Profile) -> Checked {
    ensure(is_profile_name(&profile.name), "name", "a-z, 0-9, `-` and `_` only, a letter first")?;
    for (index, source) in profile.sources.iter().enumerate() {
        let place = format!("sources[{index}]");
        ensure(text::is_address(source), &place, "not an http(s) URL")?;
    }
    environments(&profile.environments.0)?;
    let names = Names::of(profile);
    options(profile)?;
    urls(profile, &names)?;
    authorize(&profile.authorize.0, &names)?;
    for (index, rule) in profile.dead.iter().enumerate() {
        let place = format!("dead[{index}]");
        operation::conditions(rule, &place)?;
        let plain = rule.is.is_none() && rule.next.is_none() && rule.keep.0.is_empty();
        ensure(plain, &place, "`is`, `next` and `keep` have no meaning here")?;
    }
    life(&profile.life)?;
    operations(profile, &names)
}

fn is_profile_name(name: &str) -> bool {
    is_name(&name.replace('-', "_"))
}

fn environments(all: &[(String, Environment)]) -> Checked {
    ensure(!all.is_empty(), "environments", "there must be one at least")?;
    for (name, environment) in all {
        let place = format!("environments.{name}");
        ensure(is_profile_name(name), &place, "not a name (a-z, 0-9, `-`, `_`)")?;
        let meant = name != "test" || environment.test;
        ensure(meant, &place, "the name `test` is that of the environment marked `test`")?;
        let base = &environment.base;
        let plain = text::is_address(base) && !base.contains(['?', '#']);
        ensure(plain, format_args!("{place}.base"), "not an http(s) URL without user, query and fragment")?;
        for (index, host) in environment.hosts.iter().enumerate() {
            let is_host = text::is_host(host);
            ensure(is_host, format_args!("{place}.hosts[{index}]"), "not `host` or `host:port`")?;
        }
    }
    let tests = all.iter().filter(|(_, one)| one.test).count();
    ensure(tests < 2, "environments", "two are marked `test`")
}

fn options(profile: &Profile) -> Checked {
    for (name, default) in &profile.options.0 {
        let place = format!("options.{name}");
        ensure(is_name(name), &place, "not a name (a-z, 0-9, `_`)")?;
        let taken = text::RESERVED_OPTIONS.contains(&name.as_str())
            || text::PASSING_NAMES.contains(&name.as_str())
            || name == "base";
        ensure(!taken, &place, "this name has another meaning")?;
        let credential = text::CREDENTIALS.contains(&name.as_str());
        let harmless = !credential || default.is_none();
        ensure(harmless, &place, "a credential has no place in a profile")?;
    }
    for (index, name) in profile.once.iter().enumerate() {
        let own = profile.options.get(name).is_some_and(Option::is_none);
        ensure(own, format_args!("once[{index}]"), "not an option of this profile without a default")?;
    }
    Ok(())
}

fn urls(profile: &Profile, names: &Names) -> Checked {
    for (name, template) in &profile.urls.0 {
        let place = format!("urls.{name}");
        ensure(is_name(name), &place, "not a name (a-z, 0-9, `_`)")?;
        let free = name != "base" && !text::is_account_name(name) && !names.is_option(name);
        ensure(free, &place, "this name has another meaning")?;
        for slot in template.slots() {
            let known = slot.name == "base" || names.is_option(&slot.name) && !names.is_address(&slot.name);
            ensure(known, &place, "only {base} and options can be used here")?;
        }
        text::url(template, names, &place)?;
    }
    Ok(())
}

fn authorize(headers: &[(String, Template)], names: &Names) -> Checked {
    text::headers(headers, names, "authorize")?;
    let mut carrying = 0;
    for (name, template) in headers {
        let place = format!("authorize.{name}");
        let known = |one: &str| one == "access_token" || names.is_option(one);
        let known = template.slots().all(|slot| known(&slot.name));
        ensure(known, &place, "only {access_token} and options can be used here")?;
        if template.uses("access_token") {
            carrying += 1;
            let alone = template.around("access_token").is_some();
            ensure(alone, &place, "{access_token} once and nothing but text around it")?;
        }
    }
    ensure(carrying == 1, "authorize", "one header must carry {access_token}")
}

fn life(life: &LifetimeRules) -> Checked {
    let above_zero = |seconds: Option<u32>| seconds != Some(0);
    let rule = "must be above 0";
    ensure(above_zero(Some(life.default_s)), "life.default_s", rule)?;
    ensure(above_zero(life.use_at_most_s), "life.use_at_most_s", rule)?;
    ensure(above_zero(life.renew_after_s), "life.renew_after_s", rule)
}

fn operations(profile: &Profile, names: &Names) -> Checked {
    let some = !profile.login.is_empty();
    ensure(some, "login", "there must be one alternative at least")?;
    for (index, login) in profile.login.iter().enumerate() {
        one(profile, names, login, &format!("login[{index}]"))?;
    }
    optional(profile, names, &profile.mfa, "mfa")?;
    optional(profile, names, &profile.refresh, "refresh")?;
    optional(profile, names, &profile.logout, "logout")?;
    match &profile.app {
        Some(app) => app_tokens(profile, names, app),
        None => Ok(()),
    }
}

fn app_tokens(profile: &Profile, names: &Names, app: &App) -> Checked {
    optional(profile, names, &app.check, "app.check")?;
    optional(profile, names, &app.create, "app.create")?;
    optional(profile, names, &app.list, "app.list")?;
    optional(profile, names, &app.revoke, "app.revoke")
}

fn optional(profile: &Profile, names: &Names, operation: &Option<Operation>, place: &str) -> Checked {
    match operation {
        Some(operation) => one(profile, names, operation, place),
        None => Ok(()),
    }
}

fn one(profile: &Profile, names: &Names, checked: &Operation, place: &str) -> Checked {
    operation::check(profile, names, checked, place)?;
    wanted(profile, checked, place)
}

/// An operation that wants a field must say where it is.
fn wanted(profile: &Profile, operation: &Operation, place: &str) -> Checked {
    let take: &TokenPaths = operation.take.as_ref().unwrap_or(&profile.take);
    let place = match operation.take {
        Some(_) => format!("{place}.take"),
        None => "take".to_owned(),
    };
    let demand_field = |paths: &[AnswerPath], field: &str| {
        ensure(!paths.is_empty(), format_args!("{place}.{field}"), "no path, but this field is wanted")
    };
    match operation.kind {
        OperationKind::Login | OperationKind::Mfa | OperationKind::Refresh => {
            demand_field(&take.access_token, "access_token")
        }
        OperationKind::Create => {
            demand_field(&take.access_token, "access_token")?;
            demand_field(&take.id, "id")
        }
        OperationKind::Check => demand_field(&take.allowed, "allowed"),
        OperationKind::List => demand_field(&take.id, "id"),
        OperationKind::Logout | OperationKind::Revoke => Ok(()),
    }
}
