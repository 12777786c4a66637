//! What a person's consent brings is good once: which of it this process sent, by whichever account.

use crate::util::sync::{locked, Mutex};
use std::collections::VecDeque;

/// More consents than this are not made while a code lives.
const MAX_REMEMBERED: usize = 1024;

/// By a keyed hash.
#[derive(Default)]
pub struct SentConsents(Mutex<VecDeque<u64>>);

impl SentConsents {
    pub fn has(&self, consent: u64) -> bool {
        locked(&self.0).contains(&consent)
    }

    pub fn add(&self, consent: u64) {
        let mut sent = locked(&self.0);
        if sent.len() >= MAX_REMEMBERED {
            sent.pop_front();
        }
        sent.push_back(consent);
    }

    /// It was not sent after all.
    pub fn remove(&self, consent: u64) {
        locked(&self.0).retain(|sent| *sent != consent);
    }
}
