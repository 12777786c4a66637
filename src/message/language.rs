//! The language in which the process is told things.

use std::sync::atomic::{AtomicU8, Ordering};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Language {
    #[default]
    English,
    /// Of Brazil.
    Portuguese,
}

/// Of the process and not of its state: what is told after a shutdown or in the child of a fork, a stale handle above
/// all, is told to the same people. Read for every error, so never behind a lock.
static CURRENT: AtomicU8 = AtomicU8::new(Language::English as u8);

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Portuguese];

    /// As the option `language` names it.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Portuguese => "pt",
        }
    }

    pub fn named(name: &str) -> Option<Language> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }

    pub fn current() -> Language {
        let current = CURRENT.load(Ordering::Relaxed);
        Self::ALL.into_iter().find(|language| *language as u8 == current).unwrap_or_default()
    }

    pub fn make_current(self) {
        CURRENT.store(self as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_is_found_by_its_name() {
        for language in Language::ALL {
            assert_eq!(Language::named(language.name()), Some(language));
        }
        assert_eq!(Language::named("pt-BR"), None);
        assert_eq!(Language::named("PT"), None);
        assert_eq!(Language::current(), Language::English, "until a program sets another one");
    }
}
