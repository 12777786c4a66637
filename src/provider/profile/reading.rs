//! What an answer means, by the profile's rules and else by its status.

use std::fmt;

use serde_json::Value;
use zeroize::Zeroizing;

use super::absent::Absent;
use super::answer::{text_of, Answer, BodyForm, ResponseView};
use super::expiry::{self, Expires};
use super::model::Profile;
use super::operation::{Meaning, Operation, OperationKind, Rule, TokenPaths};
use super::ordered::Pairs;
use super::path::AnswerPath;
use crate::util::secret::{self, Secret};

/// An answer, read.
#[derive(Debug)]
pub enum ParsedResponse<'p> {
    /// The access token that was wanted (and the id, of an application token).
    Token(TokenFields),
    /// Success of an operation that wants no token: check (see [`Taken::allowed`]), logout, revoke.
    Done(TokenFields),
    /// One page of a list.
    Page(TokenPage),
    /// The provider wants another step first.
    Next(NextStep<'p>),
    Refused(Refusal),
}

/// What a good answer held. Null and empty are absent.
#[derive(Default)]
pub struct TokenFields {
    /// Visible ASCII, so that it can stand in a header as it is.
    pub access_token: Option<Zeroizing<String>>,
    pub refresh_token: Option<Zeroizing<String>>,
    pub expires: Expires,
    /// What stands where the life should, and says nothing that is understood: raw, as the server sent it.
    pub life_unread: Option<String>,
    pub token_type: Option<String>,
    pub scope: Option<String>,
    pub id: Option<String>,
    /// Of the profile's own names (`kept`), those that came.
    pub kept: Vec<(String, Secret)>,
    /// The check found what it looks for.
    pub allowed: bool,
}

#[derive(Debug)]
pub struct TokenPage {
    /// Each with an id; entries without one are left out.
    pub items: Vec<TokenFields>,
    /// How many pages there are, as the server says. Cap the loop.
    pub pages: Option<u32>,
}

/// Do `operation` if none of its needs lacks, with `kept` among the values; else the answer is `otherwise`.
pub struct NextStep<'p> {
    pub operation: &'p Operation,
    pub kept: Vec<(String, Secret)>,
    pub otherwise: Refusal,
    /// Nothing was refused: it is how the profile goes on.
    pub after_success: bool,
}

/// No success, and why. `code` and `message` are the server's, raw: they may hold anything, secrets included.
pub struct Refusal {
    pub is: Meaning,
    pub code: Zeroizing<String>,
    pub message: Zeroizing<String>,
    /// The wanted field that a 2xx did not hold (or held in a form that cannot be sent).
    pub missing: Option<&'static str>,
    /// Of that field, for the author of the profile.
    pub absent: Option<Absent>,
    /// There is an access token, and it cannot stand in a header.
    pub unfit_token: bool,
    pub form: BodyForm,
    /// What was computed for the request: the server may repeat it.
    pub hidden: Vec<Secret>,
}

impl ParsedResponse<'_> {
    /// Texts of the server that are shown later, without what was computed for its request.
    pub fn hide(&mut self, computed: Vec<Secret>) {
        match self {
            _ if computed.is_empty() => {}
            ParsedResponse::Refused(refused) => refused.hidden = computed,
            ParsedResponse::Next(next) => next.otherwise.hidden = computed,
            ParsedResponse::Token(taken) => {
                let texts = [&mut taken.token_type, &mut taken.scope, &mut taken.life_unread];
                texts.into_iter().flatten().for_each(|text| *text = secret::clean(text, &computed));
            }
            ParsedResponse::Done(_) | ParsedResponse::Page(_) => {}
        }
    }
}

impl Operation {
    /// Reads the answer to this operation's request. `profile` is the one the operation belongs to.
    pub fn judge<'p>(&self, profile: &'p Profile, answer: &Answer) -> ParsedResponse<'p> {
        let mut answer = ResponseView::new(answer);
        answer.form = self.form(profile, &answer);
        // Rules first: a 200 may carry no token but a demand.
        if let Some(rule) = self.rule(profile, &answer) {
            return self.by_rule(profile, rule, &answer);
        }
        let read = match self.kind {
            _ if !(200..300).contains(&answer.status) => Err(None),
            kind if kind.brings_token() => match self.next.as_deref().and_then(|name| profile.step(name)) {
                Some(next) => self.next(profile, &answer, next),
                None => self.token(profile, &answer, false),
            },
            OperationKind::Create => self.token(profile, &answer, true),
            OperationKind::Check => self.check(profile, &answer),
            OperationKind::List => self.page(profile, &answer),
            _ => nothing_wanted(&answer),
        };
        read.unwrap_or_else(|missing| {
            let is = self.verdict(profile, &answer);
            let mut refused = refused(profile, &answer, is, missing);
            let token = missing.and_then(|_| answer.token(&self.paths(profile).access_token, profile));
            refused.unfit_token = token.is_some_and(|token| !bare(&token, profile).is_empty());
            refused.absent = missing.and_then(|field| Absent::of(self, profile, &answer, field));
            ParsedResponse::Refused(refused)
        })
    }

    pub(super) fn paths<'a>(&'a self, profile: &'a Profile) -> &'a TokenPaths {
        self.take.as_ref().unwrap_or(&profile.take)
    }

    fn token<'p>(&self, profile: &Profile, answer: &ResponseView, with_id: bool) -> Success<'p> {
        let taken = self.taken(profile, self.paths(profile), answer);
        match (&taken.access_token, &taken.id) {
            (None, _) => Err(Some("access_token")),
            (_, None) if with_id => Err(Some("id")),
            _ => Ok(ParsedResponse::Token(taken)),
        }
    }

    /// A success that another operation follows.
    fn next<'p>(&self, profile: &'p Profile, answer: &ResponseView, operation: &'p Operation) -> Success<'p> {
        if self.keep.0.is_empty() {
            nothing_wanted(answer)?;
        }
        let kept = self.kept(profile, &self.keep, answer).ok_or(Some("keep"))?;
        let is = if operation.is_second_factor() { Meaning::Mfa } else { Meaning::Response };
        let otherwise = refused(profile, answer, is, None);
        Ok(ParsedResponse::Next(NextStep { operation, kept, otherwise, after_success: true }))
    }

    fn by_rule<'p>(&self, profile: &'p Profile, rule: &Rule, answer: &ResponseView) -> ParsedResponse<'p> {
        let otherwise = refused(profile, answer, rule.is.unwrap_or(Meaning::Response), None);
        let kept = || self.kept(profile, &rule.keep, answer);
        // Without everything it needs to keep, the next request could not be made.
        match rule.next.as_deref().and_then(|name| Some((profile.step(name)?, kept()?))) {
            Some((operation, kept)) => {
                ParsedResponse::Next(NextStep { operation, kept, otherwise, after_success: false })
            }
            None => ParsedResponse::Refused(otherwise),
        }
    }

    /// What is kept for the operations that follow, and of what is kept with the token all that is there already.
    fn kept(
        &self,
        profile: &Profile,
        keep: &Pairs<AnswerPath>,
        answer: &ResponseView,
    ) -> Option<Vec<(String, Secret)>> {
        let mut kept = self.own(profile, answer);
        for (name, path) in &keep.0 {
            let value = path.find(answer, &mut text_of)?;
            kept.retain(|(known, _)| known != name);
            kept.push((name.clone(), value.into()));
        }
        Some(kept)
    }

    fn check<'p>(&self, profile: &Profile, answer: &ResponseView) -> Success<'p> {
        if !answer.form.is_json() || answer.form == BodyForm::OAuth {
            return Err(Some("allowed"));
        }
        let paths = &self.paths(profile).allowed;
        // "Not allowed" is said by the object that is looked into, not by an object of another kind.
        if !paths.iter().any(|path| path.may_begin_in(&answer.tree)) {
            return Err(Some("allowed"));
        }
        let allowed = paths.iter().any(|path| answer.has(path));
        if !allowed && answer.text(&profile.error.code).is_some() {
            return Err(None);
        }
        Ok(ParsedResponse::Done(TokenFields { allowed, ..TokenFields::default() }))
    }

    fn page<'p>(&self, profile: &Profile, answer: &ResponseView) -> Success<'p> {
        let path = self.items.as_ref().ok_or(Some("items"))?;
        let items = path.find(answer, &mut |value| match value {
            Value::Array(items) => Some(self.items_of(profile, answer, items)),
            _ => None,
        });
        let pages =
            self.pages.as_ref().and_then(|path| path.find(answer, &mut |value| text_of(value)?.parse().ok()));
        let items = items.ok_or(Some("items"))?;
        Ok(ParsedResponse::Page(TokenPage { items, pages }))
    }

    fn items_of(&self, profile: &Profile, page: &ResponseView, items: &[Value]) -> Vec<TokenFields> {
        let taken = |item: &Value| self.taken(profile, self.paths(profile), &page.part(item));
        let all = items.iter().map(taken);
        all.filter(|item| item.id.is_some()).collect()
    }

    fn taken(&self, profile: &Profile, paths: &TokenPaths, answer: &ResponseView) -> TokenFields {
        let plain = |paths| answer.text(paths).map(|text| text.to_string());
        let access_token = answer.token(&paths.access_token, profile);
        let access_token = access_token.and_then(|text| sendable(&text, profile));
        let (expires, life_unread) =
            expiry::read(answer, paths, &profile.life, access_token.as_deref().map(String::as_str));
        TokenFields {
            expires,
            life_unread,
            access_token,
            refresh_token: answer.text(&paths.refresh_token),
            token_type: plain(&paths.token_type),
            scope: plain(&paths.scope),
            id: answer.text(&paths.id).and_then(|id| self.cut_id(&id)),
            kept: self.own(profile, answer),
            allowed: false,
        }
    }

    /// The profile's own names, as far as the answer has them.
    fn own(&self, profile: &Profile, answer: &ResponseView) -> Vec<(String, Secret)> {
        let own = self.paths(profile).own.0.iter();
        own.filter_map(|(name, paths)| Some((name.clone(), answer.text(paths)?.into()))).collect()
    }

    pub(super) fn cut_id(&self, id: &str) -> Option<String> {
        let end = self.cut.id.as_deref().and_then(|mark| id.find(mark));
        let id = id.get(..end.unwrap_or(id.len()))?.trim();
        Some(id.to_owned()).filter(|id| !id.is_empty())
    }
}

/// Where servers put what they say to a person, from the likeliest.
const PLACES_OF_WORDS: [&str; 12] = [
    "error_description",
    "message",
    "mensagem",
    "Message",
    "Mensagem",
    "detail",
    "error/message",
    "errors/0/message",
    "errors/0",
    "Errors/0",
    "mensagem/0",
    "msg",
];

/// The error is the wanted field that is missing, if it is one.
type Success<'p> = Result<ParsedResponse<'p>, Option<&'static str>>;

/// The token as it can stand behind the profile's prefix.
pub(super) fn sendable(text: &str, profile: &Profile) -> Option<Zeroizing<String>> {
    let bare = bare(text, profile);
    let sendable = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_graphic());
    sendable.then(|| Zeroizing::new(bare.to_owned()))
}

/// Without blanks and line ends around it, and without the name of the scheme, which some servers put before it, also
/// where they have no token.
fn bare<'a>(text: &'a str, profile: &Profile) -> &'a str {
    let text = text.trim_matches(|letter: char| letter.is_ascii_whitespace() || letter == '\0');
    let (first, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let schemes = ["Bearer", profile.token_header().prefix.trim()];
    let is_scheme = schemes.iter().any(|scheme| first.eq_ignore_ascii_case(scheme));
    if is_scheme {
        rest.trim_ascii_start()
    } else {
        text
    }
}

/// An empty answer will do, and what the vendor says; no page, and no error.
fn nothing_wanted<'p>(answer: &ResponseView) -> Success<'p> {
    match answer.form {
        BodyForm::Html | BodyForm::Compressed | BodyForm::OAuth => Err(None),
        _ => Ok(ParsedResponse::Done(TokenFields::default())),
    }
}

fn refused(profile: &Profile, answer: &ResponseView, is: Meaning, missing: Option<&'static str>) -> Refusal {
    // Beside what the profile names, OAuth's own places: its servers speak so wherever they stand. And where others put
    // their words, which say more than that there is no token.
    let words = |paths, others: &[&str]| {
        let other = |place: &&str| answer.text(&[AnswerPath::of_keys(place)]);
        answer.text(paths).or_else(|| others.iter().find_map(other))
    };
    Refusal {
        is,
        code: words(&profile.error.code, &["error"]).unwrap_or_default(),
        message: words(&profile.error.message, &PLACES_OF_WORDS).unwrap_or_default(),
        missing,
        absent: None,
        unfit_token: false,
        form: answer.form,
        hidden: Vec::new(),
    }
}

// Debug shows which parts there are, never what they hold.
impl fmt::Debug for TokenFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taken")
            .field("access_token", &self.access_token.is_some())
            .field("refresh_token", &self.refresh_token.is_some())
            .field("expires", &self.expires)
            .field("id", &self.id.is_some())
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NextStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept: Vec<&str> = self.kept.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Next")
            .field("operation", &self.operation)
            .field("kept", &kept)
            .field("otherwise", &self.otherwise)
            .finish()
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("is", &self.is)
            .field("missing", &self.missing)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}
