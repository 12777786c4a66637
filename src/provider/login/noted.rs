//! What is noted of an answer that is not what was asked for: a line of the log, and a row of the report.

use super::{Login, TemplateValues};
use crate::cache::answers::BadAnswer;
use crate::cache::policy::EXPIRY_MARGIN_MS;
use crate::cache::single_flight::{RenewalFailure, TokenSource};
use crate::log::{self, Event, Level, LogRecord};
use crate::net::{self, Target};
use crate::provider::profile::{BodyForm, Operation, ParsedResponse};
use crate::util::clock;
use crate::util::secret;
use std::sync::Weak;
use zeroize::Zeroizing;

/// How much of an answer's beginning is looked at, and how much of it is shown.
const MAX_LOOKED_AT_BYTES: usize = 2_000;
const MAX_SHOWN_CHARS: usize = 200;
/// What is longer and looks like a token may be one that nobody here knows.
const MAX_WORD_CHARS: usize = 24;

/// The call that was answered.
pub(super) struct Asked<'a> {
    pub operation: &'a Operation,
    pub values: &'a TemplateValues<'a>,
    pub method: &'static str,
    pub url: &'a str,
}

impl Login {
    /// Tells what an answer is taken for, unless it is what was asked for.
    pub(super) fn note(&self, asked: &Asked, reply: &net::Reply, reading: &ParsedResponse) {
        let (verdict, may_show) = match reading {
            // What was looked for stands there under another name, or is no token as it stands.
            ParsedResponse::Refused(refused) => {
                let is_good = refused.missing.is_some() && refused.form != BodyForm::OAuth;
                (refused.is.as_str(), !(refused.unfit_token || is_good && refused.form.is_json()))
            }
            ParsedResponse::Next(next) if next.after_success => return,
            // What it holds is as good as a token.
            ParsedResponse::Next(next) => (next.otherwise.is.as_str(), false),
            ParsedResponse::Token(taken) => {
                let left_ms = taken.expires.left_ms(reply.server_date_ms, reply.sent_at.wall_ms);
                if left_ms.is_some_and(|left_ms| left_ms <= EXPIRY_MARGIN_MS) {
                    self.remember(asked.operation, reply, "dead_on_arrival");
                }
                return;
            }
            ParsedResponse::Done(_) | ParsedResponse::Page(_) => return,
        };
        log::event(Level::Debug, || {
            let body = reply.body.as_slice();
            let start = body.get(..MAX_LOOKED_AT_BYTES).unwrap_or(body);
            let text = read(if may_show { start } else { &[] });
            let start = secret::clean(&text, &self.secrets(asked.values));
            let event = Event::AnswerJudged {
                operation: self.profile.name_of(asked.operation),
                method: asked.method,
                address: self.address(asked),
                http_status: reply.http_status,
                content_type: reply.content_type.clone(),
                bytes: body.len(),
                verdict,
                start: without_tokens(&start).chars().take(MAX_SHOWN_CHARS).collect(),
            };
            LogRecord::of(self.subject(), event)
        });
        self.remember(asked.operation, reply, verdict);
    }

    /// No answer came, or none that could be read.
    pub(super) fn note_lost(&self, asked: &Asked, failed: &RenewalFailure) {
        log::event(Level::Debug, || {
            let event = Event::Unanswered {
                operation: self.profile.name_of(asked.operation),
                method: asked.method.to_owned(),
                address: self.address(asked),
                why: failed.error.message.clone(),
            };
            LogRecord::of(self.subject(), event)
        });
        self.add(BadAnswer {
            wall_ms: clock::now().wall_ms,
            operation: self.profile.name_of(asked.operation),
            http_status: failed.error.http_status,
            content_type: String::new(),
            bytes: 0,
            verdict: "no_answer",
            ahead_s: None,
        });
    }

    /// For the report.
    pub(super) fn remember(&self, operation: &Operation, reply: &net::Reply, verdict: &'static str) {
        let now_ms = clock::now().wall_ms;
        self.add(BadAnswer {
            wall_ms: now_ms,
            operation: self.profile.name_of(operation),
            http_status: reply.http_status,
            content_type: reply.content_type.clone(),
            bytes: reply.body.as_slice().len(),
            verdict,
            ahead_s: reply.server_date_ms.map(|date_ms| date_ms.saturating_sub(now_ms) / 1000),
        });
    }

    fn add(&self, answer: BadAnswer) {
        if let Some(entry) = self.entry.get().and_then(Weak::upgrade) {
            entry.add_answer(answer);
        }
    }

    /// Host and path. What a query holds may be a key.
    fn address(&self, asked: &Asked) -> String {
        let Ok(target) = Target::parse(asked.url) else { return String::new() };
        let path = secret::clean(target.uri.path(), &self.secrets(asked.values));
        target.shown + &path
    }
}

/// The beginning of a text, in UTF-8 or else in Latin-1: a secret is to be found in both.
fn read(start: &[u8]) -> Zeroizing<String> {
    let text = String::from_utf8_lossy(start);
    // At its end a character may be cut.
    if text.trim_end_matches(char::REPLACEMENT_CHARACTER).contains(char::REPLACEMENT_CHARACTER) {
        return Zeroizing::new(start.iter().map(|byte| char::from(*byte)).collect());
    }
    Zeroizing::new(text.into_owned())
}

/// A token that the profile does not know of may stand anywhere: long words with digits in them are not shown.
fn without_tokens(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_+/=.~".contains(letter);
    let shown = text.split_inclusive(|letter: char| !is_part(letter)).map(|word| {
        let bare = word.trim_end_matches(|letter: char| !is_part(letter));
        let is_token = bare.len() > MAX_WORD_CHARS && bare.bytes().any(|byte| byte.is_ascii_digit());
        if is_token {
            format!("[…]{}", word.get(bare.len()..).unwrap_or_default())
        } else {
            word.to_owned()
        }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::{read, without_tokens};

    #[test]
    fn a_beginning_is_read_in_the_set_of_characters_that_it_has() {
        assert_eq!(*read("senha inválida: coração".as_bytes()), "senha inválida: coração");
        assert_eq!(*read(b"senha inv\xe1lida: cora\xe7\xe3o"), "senha inválida: coração");
        assert_eq!(*read(b"cora\xc3\xa7\xc3"), "coraç\u{fffd}");
    }

    #[test]
    fn what_may_be_a_token_is_not_shown_and_words_are() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";
        let shown = without_tokens(&format!("{{\"token\":\"{jwt}\",\"x\":\"ação\"}} {jwt}"));
        assert_eq!(shown, "{\"token\":\"[…]\",\"x\":\"ação\"} […]");
        for text in [
            "",
            "<html><head><title>403 Forbidden</title>",
            "Your support ID is: 12345678901234567890",
            "authenticationrequiredauthenticationrequired",
            "ação é 1",
        ] {
            assert_eq!(without_tokens(text), text);
        }
    }
}
