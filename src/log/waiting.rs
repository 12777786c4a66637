//! Lines that wait for a thread on which the callbacks may run: one that is about to leave a call.

use super::{text, Event, Level, LogRecord};
use crate::util::per_process::PerProcess;
use crate::util::sync::{locked, Mutex};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// Lines that wait at once; for one more the oldest is dropped.
const MAX_LINES: usize = 256;

pub struct Line {
    pub level: Level,
    pub text: String,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Line>,
    dropped: u64,
}

/// In the child of a fork the parent's lines are left alone: it delivers them itself.
static QUEUE: PerProcess<Mutex<Queue>> = PerProcess::empty();
/// Whether a line waits: for hits, which take no lock. Changed under the queue's lock.
static ANY: AtomicBool = AtomicBool::new(false);

fn queue() -> Arc<Mutex<Queue>> {
    QUEUE.get_or_make(Mutex::default)
}

pub(super) fn add(level: Level, text: String) {
    let queue = queue();
    let mut queue = locked(&queue);
    if queue.lines.len() >= MAX_LINES {
        queue.lines.pop_front();
        queue.dropped = queue.dropped.saturating_add(1);
    }
    queue.lines.push_back(Line { level, text });
    ANY.store(true, Ordering::Relaxed);
}

/// Whether a line waits.
#[inline]
pub fn is_any() -> bool {
    ANY.load(Ordering::Relaxed)
}

/// The next line, taken out. Where lines were dropped before it, one that says so.
pub fn next() -> Option<Line> {
    let queue = queue();
    let mut queue = locked(&queue);
    let line = match std::mem::take(&mut queue.dropped) {
        0 => queue.lines.pop_front(),
        lines => Some(dropped(lines)),
    };
    ANY.store(!queue.lines.is_empty(), Ordering::Relaxed);
    line
}

fn dropped(lines: u64) -> Line {
    let level = Level::Warning;
    Line { level, text: text(level, &LogRecord::of_process(Event::LinesDropped { lines })) }
}

/// Nobody is there for whom a line could wait.
pub fn forget() {
    let queue = queue();
    let mut queue = locked(&queue);
    *queue = Queue::default();
    ANY.store(false, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_are_dropped_and_counted() {
        forget();
        assert!(!is_any() && next().is_none());
        for number in 0..MAX_LINES + 3 {
            add(Level::Debug, number.to_string());
        }
        assert!(is_any());
        let note = next().unwrap();
        assert_eq!(note.level, Level::Warning);
        assert!(note.text.contains(": 3 lines of the log were dropped"), "{}", note.text);
        for number in 3..MAX_LINES + 3 {
            assert_eq!(next().unwrap().text, number.to_string());
        }
        assert!(!is_any() && next().is_none());
        add(Level::Error, "x".to_owned());
        forget();
        assert!(!is_any() && next().is_none());
    }
}
