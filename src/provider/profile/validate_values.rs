//! Checks of what is computed, and of where credentials stand in a call.

use std::collections::HashMap;

use super::computed::Computed;
use super::fill::MAX_DEPTH;
use super::model::Profile;
use super::ordered::Json;
use super::problem::{ensure, Problem};
use super::template::{is_name, Form, Slot, Template};
use super::validate_operation::json_body;
use super::validate_text::{self as text, Names};

type Checked = Result<(), Problem>;

/// Names that change with each request.
pub(super) const PASSING: [&str; 2] = ["now", "uuid"];

pub(super) fn values(profile: &Profile, names: &Names) -> Checked {
    let mut known = HashMap::new();
    for (name, value) in &profile.values.0 {
        let place = format!("values.{name}");
        ensure(is_name(name), &place, "not a name (a-z, 0-9, `_`)")?;
        ensure(
            !names.is_taken(name) && !PASSING.contains(&name.as_str()),
            &place,
            "this name has another meaning",
        )?;
        one(value, names, &place)?;
        let fits = depth(name, profile, 0, &mut known).is_some();
        ensure(fits, &place, "it is made of itself, or of too many others in a row")?;
    }
    Ok(())
}

fn one(value: &Computed, names: &Names, place: &str) -> Checked {
    let texts = [&value.base64, &value.sha256, &value.md5, &value.hmac_sha256];
    let kinds = texts.iter().filter(|text| text.is_some()).count() + usize::from(value.jwt.is_some());
    ensure(kinds == 1, place, "one of base64, sha256, md5, hmac_sha256 and jwt")?;
    let keyed = value.jwt.is_some() || value.hmac_sha256.is_some();
    ensure(
        keyed == value.key.is_some(),
        format_args!("{place}.key"),
        "is needed by hmac_sha256 and jwt, and by no other",
    )?;
    let hash = value.sha256.is_some() || value.md5.is_some() || value.hmac_sha256.is_some();
    ensure(hash || value.form.is_none(), format_args!("{place}.as"), "is for sha256, md5 and hmac_sha256")?;
    let plain = value.base64.is_some() || value.charset.is_none();
    ensure(plain, format_args!("{place}.charset"), "is for base64")?;
    let claims = value.jwt.is_some() || value.header.0.is_empty() && value.claims.0.is_empty();
    ensure(claims, place, "`header` and `claims` are for jwt")?;
    let ours = value.header.get("alg").is_none();
    ensure(ours, format_args!("{place}.header.alg"), "is put in by `jwt`")?;
    for text in texts.into_iter().flatten() {
        names.check(text, place)?;
    }
    match &value.key {
        // There alone, and nowhere else.
        Some(key) if value.signs_with_key() && key.alone().is_some_and(|slot| slot.name == "client_key") => {}
        Some(key) => names.check(key, format_args!("{place}.key"))?,
        None => {}
    }
    members(&value.header.0, names, &format!("{place}.header"))?;
    members(&value.claims.0, names, &format!("{place}.claims"))
}

fn members(all: &[(String, Json)], names: &Names, place: &str) -> Checked {
    all.iter().try_for_each(|(name, value)| {
        text::literal_key(name, format_args!("{place}.{name}"))?;
        json_body(value, names, &format_args!("{place}.{name}"))
    })
}

/// Of how many values in a row it is made; `None`: of itself, or of too many. `known`: those that were looked at.
fn depth<'p>(
    name: &'p str,
    profile: &'p Profile,
    above: usize,
    known: &mut HashMap<&'p str, usize>,
) -> Option<usize> {
    let Some((name, value)) = profile.values.0.iter().find(|(known, _)| known == name) else {
        return Some(0);
    };
    let deepest = match known.get(name.as_str()) {
        Some(deepest) => *deepest,
        None => {
            let mut inside = Vec::new();
            value.every_slot(&mut |slot| {
                let named = profile.values.0.iter().find(|(known, _)| *known == slot.name);
                inside.extend(named.map(|(name, _)| name.as_str()));
                true
            });
            let mut deepest = 1;
            for name in inside {
                let own = (above < MAX_DEPTH).then(|| depth(name, profile, above + 1, known))??;
                deepest = deepest.max(own + 1);
            }
            known.insert(name, deepest);
            deepest
        }
    };
    (above + deepest <= MAX_DEPTH).then_some(deepest)
}

/// Where the token goes: once at least, and in one header at most.
pub(super) fn authorize(profile: &Profile, names: &Names) -> Checked {
    text::headers(&profile.authorize.0, names, "authorize")?;
    let mut carrying = 0;
    for (name, template) in &profile.authorize.0 {
        let place = format!("authorize.{name}");
        template.slots().try_for_each(|slot| of_a_call(slot, names, &place))?;
        if template.uses("access_token") {
            carrying += 1;
            let alone = template.around("access_token").is_some();
            ensure(alone, &place, "{access_token} stands here once, as it is")?;
        }
    }
    ensure(carrying <= 1, "authorize", "one header at most can carry {access_token}")?;
    let mut elsewhere = false;
    for (name, template) in &profile.authorize_query.0 {
        let place = format!("authorize_query.{name}");
        text::literal_key(name, &place)?;
        names.check(template, &place)?;
        template.slots().try_for_each(|slot| of_a_call(slot, names, &place))?;
        elsewhere |= template.uses("access_token");
    }
    members(&profile.authorize_json.0, names, "authorize_json")?;
    for (name, value) in &profile.authorize_json.0 {
        let place = format!("authorize_json.{name}");
        let mut unfit = None;
        value.every_slot(&mut |slot| {
            elsewhere |= slot.name == "access_token";
            unfit = unfit.take().or(of_a_call(slot, names, &place).err());
            true
        });
        unfit.map_or(Ok(()), Err)?;
    }
    let carried = carrying == 1 || elsewhere;
    ensure(
        carried,
        "authorize",
        "nothing carries {access_token}: a header, or authorize_query or authorize_json, must",
    )
}

/// What a call of the program's has: the token and what was kept with it, and what the account is.
fn of_a_call(slot: &Slot, names: &Names, place: &str) -> Checked {
    let name = slot.name.as_str();
    let known = name == "access_token" || names.is_option(name) || names.is_made(name) || names.is_own(name);
    ensure(known, place, "only {access_token}, options, and names of `values` and `kept` can be used here")?;
    let plain = name != "access_token" || slot.form == Form::Text && !slot.optional;
    ensure(plain, place, "{access_token} stands here as it is")
}

pub(super) fn fixed(profile: &Profile, names: &Names) -> Checked {
    let Some(fixed) = &profile.fixed else {
        return ensure(!profile.login.is_empty(), "login", "there must be one alternative at least");
    };
    let alone = profile.login.is_empty()
        && profile.steps.0.is_empty()
        && [&profile.mfa, &profile.refresh, &profile.logout].iter().all(|one| one.is_none())
        && profile.app.is_none();
    ensure(alone, "fixed", "stands in the place of `login`, `steps`, `mfa`, `refresh`, `logout` and `app`")?;
    for (index, need) in fixed.needs.iter().enumerate() {
        ensure(names.is_option(need), format_args!("fixed.needs[{index}]"), "no option has this name")?;
    }
    let place = "fixed.access_token";
    names.check(&fixed.access_token, place)?;
    let passing = |slot: &Slot| !names.is_option(&slot.name) && !names.is_made(&slot.name);
    ensure(
        !fixed.access_token.slots().any(passing),
        place,
        "only options and names of `values` can be used here",
    )?;
    ensure(fixed.access_token.slots().next().is_some(), place, "a credential has no place in a profile")
}

/// Those of an environment have the names of the profile's.
pub(super) fn urls(profile: &Profile, own: &[(String, Template)], names: &Names, place: &str) -> Checked {
    for (name, template) in own {
        let place = format!("{place}.{name}");
        ensure(profile.urls.get(name).is_some(), &place, "no address in `urls` has this name")?;
        url(template, names, &place)?;
    }
    Ok(())
}

pub(super) fn url(template: &Template, names: &Names, place: &str) -> Checked {
    for slot in template.slots() {
        let known = slot.name == "base" || names.is_option(&slot.name) && !names.is_address(&slot.name);
        ensure(known, place, "only {base} and options can be used here")?;
    }
    text::url(template, names, place)
}
