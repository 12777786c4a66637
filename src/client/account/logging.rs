//! What an account logs.

use super::Account;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord, Subject};
use crate::messages::Message;
use crate::net::Target;
use crate::provider::login::warn_of_certificate;
use crate::util::secret;
use crate::util::sync::locked;
use std::sync::Arc;
use std::time::Instant;

impl Account {
    pub fn subject(&self) -> Subject {
        Subject { provider: self.profile.label(), account: locked(&self.settings).values.label() }
    }

    /// Not to be called with the settings locked.
    pub(super) fn log(&self, level: Level, event: impl FnOnce() -> Event) {
        log::event(level, || LogRecord::of(self.subject(), event()));
    }

    pub(super) fn warn_of_certificate(&self) {
        let values = Arc::clone(&self.settings().values);
        warn_of_certificate(&values, || self.subject());
    }

    pub(super) fn log_option_set(&self, name: &str, value: Option<&str>) {
        self.log(Level::Debug, || {
            let option = name.to_owned();
            match value.filter(|text| !text.is_empty()) {
                Some(_) => Event::OptionSet { option },
                None => Event::OptionCleared { option },
            }
        });
    }

    /// A request of the program's own.
    pub fn log_request(&self, method: &str, host: &str, http_status: u16, began: Instant) {
        log::event(Level::Debug, || {
            let (method, host) = (method.to_owned(), host.to_owned());
            LogRecord::of(self.subject(), Event::Answered { method, host, http_status }).took(began.elapsed())
        });
    }

    /// A request of the program's own that brought no answer, or none that can be read. A query may hold a key.
    pub fn log_unanswered(&self, method: &str, url: &str, why: &Message) {
        self.log(Level::Debug, || {
            let target = Target::parse(url);
            let address = target.map(|target| target.shown + target.uri.path()).unwrap_or_default();
            let address = secret::clean(&address, &self.secrets());
            Event::Unanswered {
                operation: "request".to_owned(),
                method: method.to_owned(),
                address,
                why: why.clone(),
            }
        });
    }

    /// `rejected`: whether the token was the current one.
    pub fn log_rejected(&self, rejected: &Result<bool>) {
        match rejected {
            Ok(true) => self.log(Level::Warning, || Event::Rejected),
            Ok(false) => self.log(Level::Debug, || Event::RejectedLate),
            Err(Error { message: Message::NothingRenews, .. }) => {
                self.log(Level::Warning, || Event::RejectedForGood);
            }
            Err(Error { status: Status::RefusedAgain, .. }) => {
                self.log(Level::Warning, || Event::RejectedAgain);
            }
            Err(_) => {}
        }
    }

    pub(super) fn log_logged_out(&self, ended: &Result<()>, began: Instant) {
        let (level, event) = match ended {
            Ok(()) => (Level::Information, Event::LoggedOut),
            Err(error) => {
                let (status, why) = (error.status.name(), error.message.clone());
                (Level::Warning, Event::LogoutFailed { status, why })
            }
        };
        log::event(level, || LogRecord::of(self.subject(), event).took(began.elapsed()));
    }
}
