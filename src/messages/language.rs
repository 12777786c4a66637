//! The language of the process's texts.

use crate::util::inherited;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    /// Of Brazil.
    Portuguese,
}

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

    /// Of the process and not of its state: what is told after a shutdown or in the child of a fork, a stale handle
    /// above all, is told to the same people.
    pub fn current() -> Language {
        *inherited::get::<Language>()
    }

    pub fn make_current(self) {
        inherited::update(|_| self);
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
