//! The last answers that were not what was asked for, for the report: what came, and what it was taken for.

use std::collections::VecDeque;

/// A person who helps looks at the last ones; more would be memory for nothing.
const MAX_ANSWERS: usize = 10;

/// What a call for a token brought instead of one that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAnswer {
    pub wall_ms: i64,
    /// `login`, `refresh`, …
    pub operation: String,
    /// 0: no answer.
    pub http_status: u16,
    pub content_type: String,
    pub bytes: usize,
    /// What it was taken for.
    pub verdict: &'static str,
    /// How far the server's clock is ahead of this machine's, by its Date.
    pub ahead_s: Option<i64>,
}

/// The last of them, the newest at the end. Nothing is allocated while all is well.
#[derive(Default)]
pub struct BadAnswers(VecDeque<BadAnswer>);

impl BadAnswers {
    pub fn add(&mut self, answer: BadAnswer) {
        if self.0.len() >= MAX_ANSWERS {
            self.0.pop_front();
        }
        self.0.push_back(answer);
    }

    pub fn all(&self) -> Vec<BadAnswer> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ten_are_kept_in_their_order() {
        let mut answers = BadAnswers::default();
        let answer = |wall_ms| BadAnswer {
            wall_ms,
            operation: "login".to_owned(),
            http_status: 403,
            content_type: "text/html".to_owned(),
            bytes: 7,
            verdict: "foreign",
            ahead_s: None,
        };
        (0..25).for_each(|at| answers.add(answer(at)));
        assert_eq!(answers.all(), (15..25).map(answer).collect::<Vec<_>>());
    }
}
