//! One request of a profile, and the rules by which its answer is read.

use std::fmt;

use super::ordered::{Json, Pairs};
use super::path::AnswerPath;
use super::template::Template;

/// One rule of `means` or `dead`: all its conditions must hold.
#[derive(Default)]
pub(super) struct Rule {
    pub status: Option<u16>,
    pub has: Option<AnswerPath>,
    pub at: Option<AnswerPath>,
    pub equals: Option<serde_json::Value>,
    pub is: Option<Meaning>,
    /// `mfa`, or a name of `steps`.
    pub next: Option<String>,
    pub keep: Pairs<AnswerPath>,
    /// Holds whatever the body is, also a page that something in front of the provider may have put there.
    pub any_body: bool,
}

impl Rule {
    pub fn looks_inside(&self) -> bool {
        self.has.is_some() || self.at.is_some()
    }
}

/// What an answer that is no success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Credentials,
    Mfa,
    PasswordChange,
    Forbidden,
    NotFound,
    RateLimited,
    Server,
    Response,
    Unsupported,
    /// A value that came with the call is not taken.
    Argument,
    /// The refresh token is no longer good; a login may well succeed.
    RefreshRefused,
    /// `client_id` or `client_secret` refused, not the user.
    Client,
    /// It is not the provider that speaks, but something in front of it: it says nothing about credentials or tokens.
    Foreign,
}

impl Meaning {
    /// The verdict's name, for logs and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Meaning::Credentials => "credentials",
            Meaning::Mfa => "mfa",
            Meaning::PasswordChange => "password_change",
            Meaning::Forbidden => "forbidden",
            Meaning::NotFound => "not_found",
            Meaning::RateLimited => "rate_limited",
            Meaning::Server => "server",
            Meaning::Response => "response",
            Meaning::Unsupported => "unsupported",
            Meaning::Argument => "argument",
            Meaning::RefreshRefused => "refresh_refused",
            Meaning::Client => "client",
            Meaning::Foreign => "foreign",
        }
    }
}

/// One request and how to read its answer.
pub struct Operation {
    pub(super) kind: OperationKind,
    pub(super) needs: Vec<String>,
    pub(super) method: Method,
    pub(super) url: Template,
    pub(super) authorize: bool,
    pub(super) headers: Pairs<Template>,
    pub(super) form: Option<Pairs<Template>>,
    pub(super) json: Option<Json>,
    pub(super) take: Option<TokenPaths>,
    pub(super) means: Vec<Rule>,
    /// What follows a success: `mfa`, or a name of `steps`.
    pub(super) next: Option<String>,
    /// What of the answer the next operation may use.
    pub(super) keep: Pairs<AnswerPath>,
    pub(super) cut: IdTrim,
    /// Of JSON.
    pub(super) items: Option<AnswerPath>,
    /// Of JSON.
    pub(super) pages: Option<AnswerPath>,
}

/// Where the fields of a good answer are: alternatives, the first that is not empty wins.
#[derive(Default)]
pub(super) struct TokenPaths {
    pub access_token: Vec<AnswerPath>,
    pub refresh_token: Vec<AnswerPath>,
    pub expires_in: Vec<AnswerPath>,
    pub expires_at: Vec<AnswerPath>,
    pub token_type: Vec<AnswerPath>,
    pub scope: Vec<AnswerPath>,
    pub id: Vec<AnswerPath>,
    pub allowed: Vec<AnswerPath>,
    /// Names of the profile's own (`kept`).
    pub own: Pairs<Vec<AnswerPath>>,
}

/// What an operation is for, hence what its answer must hold.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum OperationKind {
    #[default]
    Login,
    Mfa,
    Step,
    Refresh,
    Logout,
    Check,
    Create,
    List,
    Revoke,
}

impl OperationKind {
    /// Whether a session token is what it is for.
    pub(super) fn brings_token(self) -> bool {
        matches!(
            self,
            OperationKind::Login | OperationKind::Mfa | OperationKind::Step | OperationKind::Refresh
        )
    }
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    #[default]
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn takes_body(self) -> bool {
        !matches!(self, Method::Get | Method::Delete)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Where a taken field ends: assine answers the id with a query string behind it.
#[derive(Default)]
pub(super) struct IdTrim {
    pub id: Option<String>,
}

/// Tokens that a program makes for itself with a session token.
#[derive(Debug)]
pub struct App {
    pub check: Option<Operation>,
    pub create: Option<Operation>,
    pub list: Option<Operation>,
    pub revoke: Option<Operation>,
}

impl App {
    /// An id as this provider's requests want it, from one as its answers have it.
    pub fn bare_id(&self, id: &str) -> Option<String> {
        match self.create.as_ref().or(self.list.as_ref()) {
            Some(operation) => operation.cut_id(id),
            None => Some(id.to_owned()),
        }
    }
}

impl Operation {
    /// As logs and reports name it.
    pub fn name(&self) -> &'static str {
        match self.kind {
            OperationKind::Login => "login",
            OperationKind::Mfa => "mfa",
            OperationKind::Step => "step",
            OperationKind::Refresh => "refresh",
            OperationKind::Logout => "logout",
            OperationKind::Check => "app_check",
            OperationKind::Create => "app_create",
            OperationKind::List => "app_list",
            OperationKind::Revoke => "app_revoke",
        }
    }

    /// Its code is good once.
    pub fn is_second_factor(&self) -> bool {
        self.kind == OperationKind::Mfa
    }

    /// The options that must be set before this operation is worth trying.
    pub fn needs(&self) -> &[String] {
        &self.needs
    }
}

// As with the profile, only a name is shown.
impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({:?})", self.kind)
    }
}
