//! A login or a refresh to its end: the first operation, the steps that answers ask for, and the token of the last one.

use super::{failures, Login, TemplateValues};
use crate::cache::policy::{FailureClass, Validity};
use crate::cache::single_flight::{RenewalFailure, TokenSource};
use crate::cache::token::{Bearer, Issued, Kept, Origin, Token};
use crate::error::{Error, Status};
use crate::messages::{Message, Unfit};
use crate::net;
use crate::provider::profile::{Meaning, Operation, ParsedResponse, TokenFields};
use crate::util::deadline::Deadline;
use crate::util::random;
use crate::util::secret::{self, Secret};
use std::sync::atomic::Ordering;

/// So many steps follow the first operation at most: a circle ends.
const MAX_STEPS: usize = 4;
/// Of a life that is not understood so much is logged, in letters.
const MAX_SHOWN_LIFE: usize = 60;

/// What makes a token.
#[derive(Default)]
pub struct Brought<'a> {
    pub access_token: &'a str,
    pub refresh_token: Option<Secret>,
    pub kept: Kept,
    pub token_type: Option<&'a str>,
    pub scope: Option<&'a str>,
}

type Obtained<T> = std::result::Result<T, RenewalFailure>;

impl Login {
    /// Does `first` and what the answers ask for next, until a token comes.
    pub(super) fn obtain<'a>(
        &'a self,
        first: &'a Operation,
        values: &TemplateValues<'a>,
        origin: Origin,
        until: Deadline,
    ) -> Obtained<Issued> {
        self.check_header()?;
        let (mut operation, mut kept, mut hidden) = (first, Kept::new(), values.hidden.to_vec());
        for step in 0..=MAX_STEPS {
            let step_name = self.profile.step_name(operation);
            let values = TemplateValues { kept: &kept, step: step_name, hidden: &hidden, ..*values };
            let after = |others: bool, failed| match others {
                true => self.after_others(operation, origin, failed),
                false => failed,
            };
            let follows = |failed| after(step > 0, failed);
            // The refresh token was taken, and what it brought is lost.
            let unfinished = |failed| after(step > 0 || origin != Origin::Login, failed);
            let (reply, reading) = self.perform(operation, &values, until).map_err(follows)?;
            let next = match reading {
                ParsedResponse::Token(taken) => {
                    return self.issued(&taken, &reply, origin, &values).map_err(unfinished)
                }
                ParsedResponse::Next(next) => next,
                ParsedResponse::Refused(refused) => {
                    let mut failed = self.failed(&refused, &reply, &values);
                    if origin == Origin::Refresh {
                        failures::of_refresh(&mut failed, &refused, self.can_log_in());
                    }
                    if operation.is_second_factor() {
                        // It did not reach the provider, or was not looked at: it is good still.
                        let is_unread = matches!(refused.is, Meaning::Server | Meaning::RateLimited);
                        if refused.is == Meaning::Foreign || is_unread && !refused.form.is_providers() {
                            self.code_used.store(0, Ordering::Relaxed);
                        }
                        // A wrong code is counted by providers like a wrong password.
                        failed.login_refused |= failed.error.status == Status::Mfa;
                    }
                    return Err(follows(failed));
                }
                _ => return Err(follows(failures::without_token(self.label(&values), &reply))),
            };
            let lacks = next.operation.lacks(&self.profile, &|name| self.is_set(name));
            if !lacks.is_empty() && next.after_success && !next.operation.is_second_factor() {
                let lacking = TemplateValues { step: self.profile.step_name(next.operation), ..values };
                let message = Message::Missing { provider: self.label(&lacking), options: lacks };
                let error = Error::new(Status::Missing, message);
                return Err(unfinished(RenewalFailure::new(error, FailureClass::UserActionRequired)));
            }
            // A code is good once: sent again it is refused, and counted against the account.
            if !lacks.is_empty() || next.operation.is_second_factor() && self.has_sent_second_factor() {
                return Err(unfinished(self.failed(&next.otherwise, &reply, &values)));
            }
            operation = next.operation;
            kept.retain(|(name, _)| next.kept.iter().all(|(new, _)| new != name));
            kept.extend(next.kept);
            // A later answer may repeat it.
            hidden.extend(next.otherwise.hidden);
        }
        let message = Message::TooManySteps { provider: self.profile.label(), most: MAX_STEPS };
        let failed = RenewalFailure::new(Error::new(Status::Response, message), FailureClass::Persistent);
        Err(self.after_others(operation, origin, failed))
    }

    fn has_sent_second_factor(&self) -> bool {
        self.code_used.swap(self.second_factor(), Ordering::Relaxed) == self.second_factor()
    }

    /// A failure behind operations that were carried out, and are not repeated because of it.
    fn after_others(
        &self,
        operation: &Operation,
        origin: Origin,
        mut failed: RenewalFailure,
    ) -> RenewalFailure {
        if operation.is_second_factor() {
            // An unfit code: the login before it was sent, so only another code is worth another one.
            if failed.class == FailureClass::Misconfigured {
                failed.class = FailureClass::UserActionRequired;
            }
            // Nor is this one, if it arrived.
            failed.error.may_be_done = failed.outcome_unknown;
        } else {
            if failed.class == FailureClass::Misconfigured {
                failed.class = FailureClass::Persistent;
            }
            failed.retry_now = false;
        }
        if origin == Origin::Refresh {
            // It was sent, and what it brought is lost.
            failed.outcome_unknown = true;
            // A login sends them under its guard, and is counted.
            failed.refresh_refused |= failed.login_refused;
        }
        failed
    }

    fn issued(
        &self,
        taken: &TokenFields,
        reply: &net::Reply,
        origin: Origin,
        values: &TemplateValues,
    ) -> Obtained<Issued> {
        let Some(access_token) = &taken.access_token else {
            return Err(failures::without_token(self.label(values), reply));
        };
        let life_ms = taken.expires.left_ms(reply.server_date_ms, reply.sent_at.wall_ms);
        let life_ms = life_ms.unwrap_or_else(|| self.default_life_ms());
        let validity = Validity::new(reply.sent_at, life_ms, self.rules(), random::jitter());
        // No new refresh token came: the old one stays good unless the profile says that one use ends it.
        let previous = values.token.filter(|_| origin == Origin::Refresh);
        let good_still = previous.filter(|_| !self.profile.life().refresh_token_once);
        let refresh_token = match &taken.refresh_token {
            Some(new) => Some(Secret::from(new.as_str())),
            None => good_still.and_then(|old| old.issued.refresh_token.clone()),
        };
        let brought = Brought {
            access_token,
            refresh_token,
            kept: self.kept(taken, values.kept, previous),
            token_type: taken.token_type.as_deref(),
            scope: taken.scope.as_deref(),
        };
        let mut issued = self.assemble(brought, validity, origin).map_err(|mut failed| {
            // What the token's header needs did not come with it.
            if let Message::RequestUnfit { problem: Unfit::NotSet { option }, .. } = &failed.error.message {
                failed = failures::without_field(self.label(values), reply, option.clone());
            }
            (failed.error.status, failed.class) = (Status::Response, FailureClass::Persistent);
            failed
        })?;
        issued.life_unread = taken.life_unread.as_deref().map(|text| {
            let new = [Some(Secret::from(access_token.as_str())), issued.refresh_token.clone()];
            let mut secrets = self.secrets(values);
            secrets.extend(new.into_iter().flatten());
            secrets.extend(issued.kept.iter().map(|(_, value)| value.clone()));
            secret::clean(text, &secrets).chars().take(MAX_SHOWN_LIFE).collect()
        });
        Ok(issued)
    }

    /// What lives with the token: what came with it, or else before it in a step, or with the one that it renews.
    fn kept(&self, taken: &TokenFields, steps: &Kept, previous: Option<&Token>) -> Kept {
        let old = previous.map(|old| &old.issued.kept);
        let sources = || [Some(&taken.kept), Some(steps), old].into_iter().flatten().flatten();
        let value = |name: &String| sources().find(|(known, _)| known == name).cloned();
        self.profile.kept().iter().filter_map(value).collect()
    }

    /// Asked before anything is sent: whether what else the token's header holds is set and can be sent.
    fn check_header(&self) -> Obtained<()> {
        let kept = self.profile.kept().iter().map(|name| (name.clone(), Secret::from("0"))).collect();
        let comes = |option: &String| self.profile.kept().contains(option);
        match self.around_token(&kept) {
            // What stands in is no date, as it is no text of its own.
            Err(failed) => match &failed.error.message {
                Message::RequestUnfit { problem: Unfit::NotAnInstant { option }, .. } if comes(option) => {
                    Ok(())
                }
                _ => Err(failed),
            },
            Ok(_) => Ok(()),
        }
    }

    fn around_token(&self, kept: &Kept) -> Obtained<[zeroize::Zeroizing<String>; 2]> {
        let values = TemplateValues { kept, ..TemplateValues::of(self) };
        self.profile.around_token(&self.base, &values).map_err(|problem| self.misconfigured(problem))
    }

    pub fn assemble(&self, brought: Brought, validity: Validity, origin: Origin) -> Obtained<Issued> {
        // What comes around a token that is not there yet may come with it.
        let [before, behind] = match brought.access_token {
            "" => Default::default(),
            _ => self.around_token(&brought.kept)?,
        };
        let clean = |text: &str| secret::clean(text, &self.secrets(&TemplateValues::of(self)));
        Ok(Issued {
            bearer: Bearer::new(&before, brought.access_token, &behind),
            refresh_token: brought.refresh_token,
            kept: brought.kept,
            token_type: brought.token_type.map_or_else(|| "Bearer".to_owned(), clean),
            scope: brought.scope.map(clean).unwrap_or_default(),
            validity,
            life_unread: None,
            origin,
        })
    }
}
