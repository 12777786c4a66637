//! From an operation and values to the request as it is sent.

use std::fmt;

use zeroize::Zeroizing;

use super::fill::{Fill, Values};
use super::model::Profile;
use super::operation::Operation;
use super::ordered::Json;
use super::template::Template;
use super::text::{TemplateContext, Text};
use crate::messages::Unfit;

/// A request, complete but for what the transport adds. Any part of it may hold a secret.
pub struct Request {
    pub method: &'static str,
    pub url: Zeroizing<String>,
    /// Without `Content-Type` when there is a body: the body tells its own.
    pub headers: Vec<(String, Zeroizing<String>)>,
    pub body: Option<Body>,
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
        let mut headers = self.all_headers(profile, &fill)?;
        let body = self.body(&fill)?;
        let body = body.map(|(usual, bytes)| Body {
            content_type: take_content_type(&mut headers).unwrap_or_else(|| usual.to_owned()),
            bytes,
        });
        Ok(Request {
            method: self.method.as_str(),
            url: self.url.render(TemplateContext::Url, &fill)?,
            headers,
            body,
        })
    }

    /// The operation's own headers win over the profile's `authorize`.
    fn all_headers(&self, profile: &Profile, fill: &Fill) -> Result<Vec<(String, Zeroizing<String>)>, Unfit> {
        let own = &self.headers.0;
        let common = profile.authorize.0.iter();
        let common = common.filter(|(name, _)| self.authorize && !has_header(own, name));
        headers(common.chain(own), fill)
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

pub(super) fn headers<'t>(
    templates: impl Iterator<Item = &'t (String, Template)>,
    fill: &Fill,
) -> Result<Vec<(String, Zeroizing<String>)>, Unfit> {
    templates
        .filter(|(_, template)| !template.left_out(fill))
        .map(|(name, template)| Ok((name.clone(), template.render(TemplateContext::Header(name), fill)?)))
        .collect()
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

fn left_out(json: &Json, fill: &Fill) -> bool {
    matches!(json, Json::Text(template) if template.left_out(fill))
}

/// Written straight into the wiped text: a tree in between would leave secrets in freed memory.
fn write_json(out: &mut Text, json: &Json, fill: &Fill) -> Result<(), Unfit> {
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
            let mut comma = "\"";
            for (name, value) in members.iter().filter(|(_, value)| !left_out(value, fill)) {
                out.push(comma);
                out.push_for(TemplateContext::Json, name);
                out.push("\":");
                write_json(out, value, fill)?;
                comma = ",\"";
            }
            out.push("}");
        }
    }
    Ok(())
}
