//! Where credentials go in an authorised call: headers, the query, the members of a JSON body.

use std::collections::HashSet;
use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use zeroize::Zeroizing;

use super::fill::{Fill, Values};
use super::model::Profile;
use super::ordered::Json;
use super::request::{left_out, write_json};
use super::template::{Part, Slot, Template};
use super::text::{TemplateContext, Text};
use crate::messages::Unfit;
use crate::util::secret::Secret;

/// What an authorised call carries, filled in.
pub struct Authorization<'p> {
    pub headers: Vec<Credential<'p>>,
    pub query: Vec<Credential<'p>>,
    pub members: Vec<Credential<'p>>,
    /// What was computed for it: as secret as what it was computed of.
    pub computed: Vec<Secret>,
}

/// One of them, escaped for its place.
pub struct Credential<'p> {
    pub name: &'p str,
    /// Empty before there is a token, where it needs one.
    pub text: Zeroizing<String>,
    /// It has the token in it.
    pub carries: bool,
}

impl Profile {
    /// `has_token`: `values` know it, and what was kept with it. Else what needs it is told by name only.
    pub fn authorization(
        &self,
        base: &str,
        values: &dyn Values,
        has_token: bool,
    ) -> Result<Authorization<'_>, Unfit> {
        let fill = Fill::new(self, base, values);
        let [headers, query, members] = self.credentials(&fill, has_token)?;
        Ok(Authorization { headers, query, members, computed: fill.into_computed() })
    }

    /// Headers, the query's fields and members of the body.
    pub(super) fn credentials(
        &self,
        fill: &Fill,
        has_token: bool,
    ) -> Result<[Vec<Credential<'_>>; 3], Unfit> {
        let headers = self.authorize.0.iter().map(|(name, template)| (name, Value::Header(template)));
        let query = self.authorize_query.0.iter().map(|(name, template)| (name, Value::Query(template)));
        let members = self.authorize_json.0.iter().map(|(name, json)| (name, Value::Member(json)));
        Ok([
            self.filled(headers, fill, has_token)?,
            self.filled(query, fill, has_token)?,
            self.filled(members, fill, has_token)?,
        ])
    }

    fn filled<'p>(
        &'p self,
        all: impl Iterator<Item = (&'p String, Value<'p>)>,
        fill: &Fill,
        has_token: bool,
    ) -> Result<Vec<Credential<'p>>, Unfit> {
        let mut filled = Vec::new();
        for (name, value) in all {
            let carries = value.any_slot(&mut |slot| slot.name == "access_token");
            let waits = !has_token && value.any_slot(&mut |slot| self.comes_with_token(&slot.name));
            if !waits && value.left_out(fill, carries) {
                continue;
            }
            let text = match if waits { Ok(Zeroizing::default()) } else { value.render(name, fill) } {
                // What is computed of them waits too.
                Err(Unfit::NotSet { option }) if !has_token && self.comes_with_token(&option) => {
                    Zeroizing::default()
                }
                text => text?,
            };
            filled.push(Credential { name, text, carries });
        }
        Ok(filled)
    }

    fn comes_with_token(&self, name: &str) -> bool {
        name == "access_token" || self.kept.iter().any(|kept| kept == name)
    }

    /// What stands before and behind the token in the header that carries it.
    pub fn around_token(&self, base: &str, values: &dyn Values) -> Result<[Zeroizing<String>; 2], Unfit> {
        let (mut before, mut behind) = (Text::default(), Text::default());
        if let Some((name, template)) = self.carrying_header() {
            let fill = Fill::new(self, base, values);
            let is_token = |part: &Part| matches!(part, Part::Slot(slot) if slot.name == "access_token");
            let mut parts = template.parts().iter();
            for part in parts.by_ref().take_while(|part| !is_token(part)) {
                fill.part(part, &mut before, TemplateContext::Header(name))?;
            }
            for part in parts {
                fill.part(part, &mut behind, TemplateContext::Header(name))?;
            }
        }
        Ok([before.finish(), behind.finish()])
    }

    /// The header that has the token in it, if one has.
    pub(super) fn carrying_header(&self) -> Option<(&str, &Template)> {
        let carrying = self.authorize.0.iter().find(|(_, template)| template.uses("access_token"));
        carrying.map(|(name, template)| (name.as_str(), template))
    }
}

enum Value<'p> {
    Header(&'p Template),
    Query(&'p Template),
    Member(&'p Json),
}

impl Value<'_> {
    fn any_slot(&self, holds: &mut dyn FnMut(&Slot) -> bool) -> bool {
        match self {
            Value::Header(template) | Value::Query(template) => template.slots().any(holds),
            Value::Member(json) => !json.every_slot(&mut |slot| !holds(slot)),
        }
    }

    /// In the header that carries the token what is not set is empty.
    fn left_out(&self, fill: &Fill, carries: bool) -> bool {
        match self {
            Value::Header(template) => !carries && template.left_out(fill),
            Value::Query(template) => template.left_out(fill),
            Value::Member(json) => left_out(json, fill),
        }
    }

    fn render(&self, name: &str, fill: &Fill) -> Result<Zeroizing<String>, Unfit> {
        match self {
            Value::Header(template) => template.render(TemplateContext::Header(name), fill),
            Value::Query(template) => template.render(TemplateContext::Query, fill),
            Value::Member(json) => {
                let mut out = Text::default();
                write_json(&mut out, json, fill)?;
                Ok(out.finish())
            }
        }
    }
}

/// Whose a field is that both have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wins {
    /// The call's own, always.
    Call,
    /// The call's own, but for the token: that it cannot have.
    CallWithoutToken,
}

/// Those that the call does not have itself.
fn missing<'c, 'p>(
    all: &'c [Credential<'p>],
    wins: Wins,
    is_own: impl Fn(&str) -> bool,
) -> Result<Vec<&'c Credential<'p>>, Unfit> {
    let mut missing = Vec::new();
    for one in all {
        match (is_own(one.name), one.carries && wins == Wins::CallWithoutToken) {
            (false, _) => missing.push(one),
            (true, true) => return Err(Unfit::OurMember { name: one.name.to_owned() }),
            (true, false) => {}
        }
    }
    Ok(missing)
}

/// The address with the fields behind what it asks for itself.
pub fn with_query(url: &str, fields: &[Credential], wins: Wins) -> Result<Zeroizing<String>, Unfit> {
    let mut out = Text::default();
    if fields.is_empty() {
        out.push(url);
        return Ok(out.finish());
    }
    // What follows `#` is never sent.
    let url = url.split('#').next().unwrap_or_default();
    let own = url.split_once('?').map(|(_, query)| query);
    let names = own.unwrap_or_default().split('&');
    let names: HashSet<String> =
        names.map(|field| decoded(field.split('=').next().unwrap_or_default())).collect();
    let is_own = |name: &str| names.contains(name);
    out.push(url);
    let mut before = match own {
        None => "?",
        Some(own) if own.is_empty() || own.ends_with('&') => "",
        Some(_) => "&",
    };
    for field in missing(fields, wins, is_own)? {
        out.push(before);
        out.push_for(TemplateContext::Query, field.name);
        out.push("=");
        out.push(&field.text);
        before = "&";
    }
    Ok(out.finish())
}

fn decoded(name: &str) -> String {
    let spaced = name.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Where members are put into a body, and which.
pub struct Insertion<'c, 'p> {
    at: usize,
    is_empty: bool,
    members: Vec<&'c Credential<'p>>,
}

impl<'c, 'p> Insertion<'c, 'p> {
    /// The body must be a JSON object; not a byte of it is changed.
    pub fn into(body: &[u8], all: &'c [Credential<'p>], wins: Wins) -> Result<Self, Unfit> {
        let text = std::str::from_utf8(body).map_err(|_| Unfit::NotAnObject)?;
        let json = text.trim_start_matches('\u{feff}');
        let names = all.iter().map(|one| one.name).collect();
        let mut own = Own { names, found: HashSet::new(), is_empty: true };
        let mut reader = serde_json::Deserializer::from_str(json);
        let read = reader.deserialize_map(&mut own).and_then(|()| reader.end());
        read.map_err(|_| Unfit::NotAnObject)?;
        // Nothing but blanks stands before it.
        let at = text.find('{').map_or(0, |at| at + 1);
        let is_own = |name: &str| own.found.contains(name);
        Ok(Insertion { at, is_empty: own.is_empty, members: missing(all, wins, is_own)? })
    }

    /// The body with them, behind what opens it.
    pub fn apply(&self, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unfit> {
        let mut put = Text::default();
        for (index, member) in self.members.iter().enumerate() {
            put.push(if index > 0 { ",\"" } else { "\"" });
            put.push_for(TemplateContext::Json, member.name);
            put.push("\":");
            put.push(&member.text);
        }
        if !put.is_empty() && !self.is_empty {
            put.push(",");
        }
        let put = put.finish();
        let (front, rest) = body.split_at_checked(self.at).ok_or(Unfit::NotAnObject)?;
        let mut whole = Zeroizing::new(Vec::new());
        whole.try_reserve_exact(body.len() + put.len()).map_err(|_| Unfit::TooLong)?;
        for part in [front, put.as_bytes(), rest] {
            whole.extend_from_slice(part);
        }
        Ok(whole)
    }
}

/// Looks for these names among those of an object.
struct Own<'a> {
    names: HashSet<&'a str>,
    found: HashSet<String>,
    is_empty: bool,
}

impl<'de> Visitor<'de> for &mut Own<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
            self.is_empty = false;
            if self.names.contains(name.as_str()) {
                self.found.insert(name);
            }
        }
        Ok(())
    }
}
