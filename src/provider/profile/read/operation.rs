//! One request of a profile and the rules for its answer.

use super::cursor::Cursor;
use crate::provider::profile::model::ErrorPaths;
use crate::provider::profile::operation::{
    IdTrim, Meaning, Method, Operation, OperationKind, Rule, TokenPaths,
};
use crate::provider::profile::ordered::Pairs;

const KEYS: [&str; 14] = [
    "needs",
    "method",
    "url",
    "authorize",
    "headers",
    "form",
    "json",
    "take",
    "means",
    "next",
    "keep",
    "cut",
    "items",
    "pages",
];
const METHODS: [Method; 5] = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

pub(super) fn operation(found: &Cursor, kind: OperationKind, kept: &[String]) -> Operation {
    let object = found.object(&KEYS);
    let method = object.given("method").and_then(|found| found.one_of(&METHODS.map(Method::as_str)));
    Operation {
        kind,
        needs: object.given("needs").map(|found| found.texts()).unwrap_or_default(),
        method: method.and_then(|index| METHODS.get(index).copied()).unwrap_or_default(),
        url: object.required("url").map(|found| found.template()).unwrap_or_default(),
        authorize: object.flag("authorize"),
        headers: object.given("headers").map(|found| found.templates()).unwrap_or_default(),
        form: object.get("form").map(|found| found.templates()),
        json: object.get("json").map(|found| found.json()),
        take: object.get("take").map(|found| token_paths(&found, kept)),
        means: object.given("means").map(|found| rules(&found)).unwrap_or_default(),
        next: object.get("next").map(|found| found.text()),
        keep: object.given("keep").map(|found| found.pairs(|one| one.path())).unwrap_or_default(),
        cut: object.given("cut").map(|found| cut(&found)).unwrap_or_default(),
        items: object.get("items").map(|found| found.pointer()),
        pages: object.get("pages").map(|found| found.pointer()),
    }
}

fn cut(found: &Cursor) -> IdTrim {
    IdTrim { id: found.object(&["id"]).get("id").map(|id| id.text()) }
}

pub(super) fn rules(found: &Cursor) -> Vec<Rule> {
    found.list(|one| rule(&one))
}

fn rule(found: &Cursor) -> Rule {
    let object = found.object(&["status", "has", "at", "equals", "is", "next", "keep", "any_body"]);
    let status = object.get("status").map(|found| found.number(100, 599).unwrap_or_default());
    let is = object.get("is").map(|found| found.one_of(&MEANINGS.map(Meaning::as_str)));
    Rule {
        status: status.and_then(|status| u16::try_from(status).ok()),
        has: object.get("has").map(|found| found.path()),
        at: object.get("at").map(|found| found.path()),
        equals: object.get("equals").map(|found| found.scalar()),
        is: is.map(|index| index.and_then(|index| MEANINGS.get(index).copied()).unwrap_or(Meaning::Response)),
        next: object.get("next").map(|found| found.text()),
        keep: object.given("keep").map(|found| found.pairs(|one| one.path())).unwrap_or_default(),
        any_body: object.flag("any_body"),
    }
}

/// Those that a profile can name.
const MEANINGS: [Meaning; 12] = [
    Meaning::Credentials,
    Meaning::Mfa,
    Meaning::PasswordChange,
    Meaning::Forbidden,
    Meaning::NotFound,
    Meaning::RateLimited,
    Meaning::Server,
    Meaning::Response,
    Meaning::Unsupported,
    Meaning::Argument,
    Meaning::RefreshRefused,
    Meaning::Client,
];

/// The fields that every profile has; beside them stand those of its own.
pub(in super::super) const TOKEN_FIELDS: [&str; 8] =
    ["access_token", "refresh_token", "expires_in", "expires_at", "token_type", "scope", "id", "allowed"];

pub(super) fn token_paths(found: &Cursor, kept: &[String]) -> TokenPaths {
    let object = found.object_with(&TOKEN_FIELDS, kept);
    let paths = |key| object.given(key).map(|found| found.paths()).unwrap_or_default();
    TokenPaths {
        access_token: paths("access_token"),
        refresh_token: paths("refresh_token"),
        expires_in: paths("expires_in"),
        expires_at: paths("expires_at"),
        token_type: paths("token_type"),
        scope: paths("scope"),
        id: paths("id"),
        allowed: paths("allowed"),
        own: Pairs(kept.iter().map(|name| (name.clone(), paths(name))).collect()),
    }
}

pub(super) fn error_paths(found: &Cursor) -> ErrorPaths {
    let object = found.object(&["code", "message"]);
    let paths = |key| object.given(key).map(|found| found.paths()).unwrap_or_default();
    ErrorPaths { code: paths("code"), message: paths("message") }
}
