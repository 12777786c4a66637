//! A fault in a profile.

use std::fmt;

/// What is wrong with a profile, and where: a line and column, or a place such as `login[0].means[1]`.
/// Values are never quoted, names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    pub(super) fn new(text: impl Into<String>) -> Problem {
        Problem(text.into())
    }

    pub(super) fn at(place: impl fmt::Display, what: impl fmt::Display) -> Problem {
        Problem(format!("{place}: {what}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// A fault at a place, unless `holds`. The place is only written then.
pub(super) fn ensure(holds: bool, place: impl fmt::Display, otherwise: &str) -> Result<(), Problem> {
    if holds {
        Ok(())
    } else {
        Err(Problem::at(place, otherwise))
    }
}
