//! From the description of an API to the profile that says it, or to the reason why none can.

use std::collections::BTreeSet;

use serde_json::{json, Map, Value};

/// Ways to sign in that need more than a token, or a person each time.
const NOT_TO_BE_SAID: [(&str, &str); 8] = [
    ("oauth1", "OAuth 1.0a signs each call"),
    ("aws_v4", "AWS Signature v4 signs each call"),
    ("signed", "each call is signed with its address, body or time"),
    ("digest", "HTTP Digest answers a challenge in each call"),
    ("ntlm", "NTLM and Kerberos sign in a connection"),
    ("soap", "the token call is XML"),
    ("browser", "a person is needed at each login"),
    ("host_of_answer", "an address comes out of an answer"),
];

/// Names that an account has without being told of them.
const KNOWN: [&str; 19] = [
    "username",
    "password",
    "access_key",
    "secret",
    "tenant",
    "client_id",
    "client_secret",
    "scope",
    "mfa_code",
    "client_key",
    "client_certificate",
    "access_token",
    "refresh_token",
    "base",
    "api",
    "basic",
    "assertion",
    "now",
    "uuid",
];

/// The profile of an API, or why there is none.
pub fn of(api: &Value) -> Result<Value, String> {
    let kind = api["kind"].as_str().unwrap_or("none");
    if let Some((_, why)) = NOT_TO_BE_SAID.iter().find(|(known, _)| *known == kind) {
        return Err((*why).to_owned());
    }
    let mut profile = json!({
        "erptoken_profile": 1,
        "name": "catalogue",
        "environments": { "production": { "base": api["base"].as_str().unwrap_or("https://customer.example") } },
    });
    if let Some(address) = api["api"].as_str() {
        profile["urls"] = json!({ "api": address });
    }
    if !api["values"].is_null() {
        profile["values"] = api["values"].clone();
    }
    place(&mut profile, &api["call"]);
    match kind {
        "key" => profile["fixed"] = fixed(api, "{access_key}"),
        "basic" => {
            profile["values"] =
                json!({ "basic": { "base64": api["basic"].as_str().unwrap_or("{username}:{password}") } });
            profile["fixed"] = fixed(api, "{basic}");
            if api["call"].is_null() {
                profile["authorize"] = json!({ "Authorization": "Basic {access_token}" });
            }
        }
        "jwt" => {
            profile["values"]["assertion"] = api["jwt"].clone();
            profile["fixed"] = fixed(api, "{assertion}");
        }
        "token" | "consent" => token(&mut profile, api, kind == "consent")?,
        other => return Err(format!("no such kind: {other}")),
    }
    declare(&mut profile);
    Ok(profile)
}

/// Where the token is carried.
fn place(profile: &mut Value, call: &Value) {
    for (from, to) in [("header", "authorize"), ("query", "authorize_query"), ("json", "authorize_json")] {
        if !call[from].is_null() {
            profile[to] = call[from].clone();
        }
    }
    if !call.is_null() && call["header"].is_null() {
        profile["authorize"] = json!({});
    }
}

fn fixed(api: &Value, usual: &str) -> Value {
    let token = api["token"].as_str().unwrap_or(usual);
    json!({ "access_token": token })
}

fn token(profile: &mut Value, api: &Value, consent: bool) -> Result<(), String> {
    let steps = match &api["token"] {
        Value::Array(steps) => steps.clone(),
        one => vec![one.clone()],
    };
    let mut operations = Vec::new();
    for step in &steps {
        operations.push(operation(profile, step)?);
    }
    for (number, step) in steps.iter().enumerate().take(steps.len().saturating_sub(1)) {
        operations[number]["next"] = json!(format!("step_{number}"));
        operations[number]["keep"] = step["keep"].clone();
    }
    let last = steps.last().cloned().unwrap_or_default();
    let mut later = operations.split_off(1);
    profile["login"] = json!([operations.remove(0)]);
    if !later.is_empty() {
        let named = later.drain(..).enumerate().map(|(number, one)| (format!("step_{number}"), one));
        profile["steps"] = Value::Object(named.collect());
    }
    for key in ["take", "life", "kept", "error", "dead"] {
        if !api[key].is_null() {
            profile[key] = api[key].clone();
        }
    }
    let refresh = if consent && api["refresh"].is_null() { json!({}) } else { api["refresh"].clone() };
    if refresh.is_object() {
        let mut step = last;
        for (key, value) in refresh.as_object().into_iter().flatten() {
            step[key] = value.clone();
        }
        if refresh["fields"].is_null() {
            let mut fields = step["fields"].as_object().cloned().unwrap_or_default();
            fields.retain(|name, _| {
                !["code", "redirect_uri", "code_verifier", "username", "password"].contains(&name.as_str())
            });
            fields.insert("grant_type".into(), json!("refresh_token"));
            fields.insert("refresh_token".into(), json!("{refresh_token}"));
            step["fields"] = Value::Object(fields);
        }
        profile["refresh"] = operation(profile, &step)?;
    }
    if consent {
        profile["once"] = json!(["code", "redirect_uri", "code_verifier"]);
        profile["login"][0]["needs"] = json!(["client_id", "code", "redirect_uri"]);
    }
    Ok(())
}

/// One request of a description.
fn operation(profile: &mut Value, step: &Value) -> Result<Value, String> {
    let mut made = json!({ "url": step["url"].as_str().unwrap_or("{base}") });
    let mut fields = step["fields"].as_object().cloned().unwrap_or_default();
    let mut headers = step["headers"].as_object().cloned().unwrap_or_default();
    match step["client"].as_str().unwrap_or("none") {
        "post" => {
            fields.insert("client_id".into(), json!("{client_id}"));
            fields.insert("client_secret".into(), json!("{client_secret}"));
        }
        "basic" => {
            profile["values"]["basic"] = json!({ "base64": "{client_id}:{client_secret}" });
            headers.insert("Authorization".into(), json!("Basic {basic}"));
        }
        "assertion" => {
            profile["values"]["assertion"] = step["jwt"].clone();
            if !step["fields"].to_string().contains("{assertion}") {
                let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                fields.insert("client_assertion_type".into(), json!(kind));
                fields.insert("client_assertion".into(), json!("{assertion}"));
            }
        }
        "certificate" => {
            fields.insert("client_id".into(), json!("{client_id}"));
            made["needs"] = json!(["client_certificate"]);
        }
        "none" => {}
        other => return Err(format!("no such way to show the client: {other}")),
    }
    let body = step["body"].as_str().unwrap_or("form");
    match body {
        _ if fields.is_empty() => {}
        "form" | "json" => made[body] = Value::Object(fields),
        "query" => {
            let pair =
                |(name, value): (String, Value)| format!("{name}={}", value.as_str().unwrap_or_default());
            let query: Vec<String> = fields.into_iter().map(pair).collect();
            let url = made["url"].as_str().unwrap_or_default();
            let joint = if url.contains('?') { '&' } else { '?' };
            made["url"] = json!(format!("{url}{joint}{}", query.join("&")));
        }
        other => return Err(format!("a body is form, json or query, not {other}")),
    }
    if !headers.is_empty() {
        made["headers"] = Value::Object(headers);
    }
    for key in ["method", "take", "means"] {
        if !step[key].is_null() {
            made[key] = step[key].clone();
        }
    }
    Ok(made)
}

/// Every name that the templates use and nobody knows becomes an option of the profile.
fn declare(profile: &mut Value) {
    let mut names = BTreeSet::new();
    names_in(profile, &mut names);
    let kept = kept_names(profile);
    let values: Vec<String> =
        profile["values"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let own =
        |name: &String| !KNOWN.contains(&name.as_str()) && !kept.contains(name) && !values.contains(name);
    let options: Map<String, Value> = names.into_iter().filter(own).map(|name| (name, Value::Null)).collect();
    if !options.is_empty() {
        profile["options"] = Value::Object(options);
    }
    let once = profile["once"].as_array().cloned().unwrap_or_default();
    for name in once.iter().filter_map(Value::as_str) {
        profile["options"][name] = Value::Null;
    }
}

fn kept_names(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    match value {
        Value::Object(members) => {
            let kept = members.get("keep").and_then(Value::as_object).into_iter().flatten();
            names.extend(kept.map(|(name, _)| name.clone()));
            let kept = members.get("kept").and_then(Value::as_array).into_iter().flatten();
            names.extend(kept.filter_map(|name| name.as_str().map(str::to_owned)));
            members.values().for_each(|value| names.extend(kept_names(value)));
        }
        Value::Array(items) => items.iter().for_each(|value| names.extend(kept_names(value))),
        _ => {}
    }
    names
}

/// What stands in braces, without its form.
fn names_in(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|value| names_in(value, names)),
        Value::Array(items) => items.iter().for_each(|value| names_in(value, names)),
        Value::String(text) => {
            for inside in text.split('{').skip(1) {
                let name = inside.split(['}', ':', '?', '+', '-']).next().unwrap_or_default();
                names.insert(name.to_owned());
            }
        }
        _ => {}
    }
}
