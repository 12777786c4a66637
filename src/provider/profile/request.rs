//! From an operation and values to the request as it is sent.

use std::fmt;

use zeroize::Zeroizing;

use super::authorize::{with_query, Insertion, Wins};
use super::fill::{Fill, Values};
use super::model::Profile;
use super::operation::Operation;
use super::ordered::Json;
use super::template::Template;
use super::text::{TemplateContext, Text};
use crate::messages::Unfit;
use crate::util::secret::Secret;

/// A request, complete but for what the transport adds. Any part of it may hold a secret.
pub struct Request {
    pub method: &'static str,
    pub url: Zeroizing<String>,
    /// Without `Content-Type` when there is a body: the body tells its own.
    pub headers: Vec<(String, Zeroizing<String>)>,
    pub body: Option<Body>,
    /// What was computed for it: as secret as what it was computed of.
    pub computed: Vec<Secret>,
}

pub struct Body {
    pub content_type: String,
    pub bytes: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Even the URL: Protheus takes its password in the query.
        write!(f, "Request({})", self.method)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

impl Operation {
    /// The request of this operation at `base`. `profile` is the one the operation belongs to.
    pub fn request(&self, profile: &Profile, base: &str, values: &dyn Values) -> Result<Request, Unfit> {
        let fill = Fill::new(profile, base, values);
        let mut url = fill.url(&self.url)?;
        let mut headers = Vec::new();
        let mut body = self.body(&fill)?;
        // What the operation says itself wins.
        if self.authorize {
            let [common, query, members] = profile.credentials(&fill, true)?;
            let common = common.into_iter().filter(|one| !has_header(&self.headers.0, one.name));
            headers.extend(common.map(|one| (one.name.to_owned(), one.text)));
            url = with_query(&url, &query, Wins::Call)?;
            if !members.is_empty() && self.form.is_none() && self.method.takes_body() {
                let own = body.as_ref().map_or(&b"{}"[..], |(_, bytes)| bytes);
                let whole = Insertion::into(own, &members, Wins::Call)?.apply(own)?;
                body = Some(("application/json", whole));
            }
        }
        let own = self.headers.0.iter().filter(|(_, template)| !template.left_out(&fill));
        for (name, template) in own {
            headers.push((name.clone(), template.render(TemplateContext::Header(name), &fill)?));
        }
        let body = body.map(|(usual, bytes)| Body {
            content_type: take_content_type(&mut headers).unwrap_or_else(|| usual.to_owned()),
            bytes,
        });
        Ok(Request { method: self.method.as_str(), url, headers, body, computed: fill.into_computed() })
    }

    fn body(&self, fill: &Fill) -> Result<Option<Filled>, Unfit> {
        let mut out = Text::default();
        if let Some(form) = &self.form {
            write_form(&mut out, &form.0, fill)?;
            return Ok(Some(("application/x-www-form-urlencoded", bytes(out))));
        }
        match &self.json {
            Some(json) if !left_out(json, fill) => {
                write_json(&mut out, json, fill)?;
                Ok(Some(("application/json", bytes(out))))
            }
            _ => Ok(None),
        }
    }
}

/// A body and its usual content type.
type Filled = (&'static str, Zeroizing<Vec<u8>>);

fn has_header<T>(headers: &[(String, T)], name: &str) -> bool {
    let mut names = headers.iter();
    names.any(|(known, _)| known.eq_ignore_ascii_case(name))
}

fn take_content_type(headers: &mut Vec<(String, Zeroizing<String>)>) -> Option<String> {
    let is_it = |(name, _): &(String, _)| name.eq_ignore_ascii_case("content-type");
    let index = headers.iter().position(is_it)?;
    Some(headers.remove(index).1.to_string())
}

/// The same memory under another type: no copy.
fn bytes(out: Text) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(std::mem::take(&mut *out.finish()).into_bytes())
}

fn write_form(out: &mut Text, fields: &[(String, Template)], fill: &Fill) -> Result<(), Unfit> {
    for (name, template) in fields {
        if template.left_out(fill) {
            continue;
        }
        if !out.is_empty() {
            out.push("&");
        }
        out.push_for(TemplateContext::Form, name);
        out.push("=");
        template.render_into(out, TemplateContext::Form, fill)?;
    }
    Ok(())
}

pub(super) fn left_out(json: &Json, fill: &Fill) -> bool {
    matches!(json, Json::Text(template) if template.left_out(fill))
}

/// Written straight into the wiped text: a tree in between would leave secrets in freed memory.
pub(super) fn write_json(out: &mut Text, json: &Json, fill: &Fill) -> Result<(), Unfit> {
    match json {
        Json::Null => out.push("null"),
        Json::Bool(value) => out.push(if *value { "true" } else { "false" }),
        Json::Number(value) => out.push(&value.to_string()),
        Json::Text(template) if template.integer().is_some() => {
            template.render_into(out, TemplateContext::Json, fill)?;
        }
        Json::Text(template) => {
            out.push("\"");
            template.render_into(out, TemplateContext::Json, fill)?;
            out.push("\"");
        }
        Json::List(items) => {
            out.push("[");
            let mut comma = "";
            for item in items.iter().filter(|item| !left_out(item, fill)) {
                out.push(comma);
                write_json(out, item, fill)?;
                comma = ",";
            }
            out.push("]");
        }
        Json::Object(members) => {
            out.push("{");
            write_members(out, "\"", members, fill)?;
            out.push("}");
        }
    }
    Ok(())
}

/// `first` stands before the first of them: its quotation mark, behind others a comma too.
pub(super) fn write_members(
    out: &mut Text,
    first: &'static str,
    members: &[(String, Json)],
    fill: &Fill,
) -> Result<(), Unfit> {
    let mut before = first;
    for (name, value) in members.iter().filter(|(_, value)| !left_out(value, fill)) {
        out.push(before);
        out.push_for(TemplateContext::Json, name);
        out.push("\":");
        write_json(out, value, fill)?;
        before = ",\"";
    }
    Ok(())
}
