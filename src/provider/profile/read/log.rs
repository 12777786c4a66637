//! The faults found so far.

use std::cell::{Cell, RefCell};

use super::nearest;
use super::place::Place;
use crate::messages::{Fault, Problem};

/// More help nobody, and what is wrong everywhere must not take long.
const MAX_PROBLEMS: usize = 50;
/// Of a list of what is allowed, in bytes.
const MAX_LIST_BYTES: usize = 295;
const MAX_PLACE_BYTES: usize = 120;

pub(in super::super) struct Log<'t> {
    text: &'t str,
    found: RefCell<Vec<Problem>>,
    /// How many of them the reading found, before anything was checked.
    of_reading: Cell<usize>,
}

impl<'t> Log<'t> {
    pub fn new(text: &'t str) -> Log<'t> {
        Log { text, found: RefCell::default(), of_reading: Cell::new(0) }
    }

    pub fn finish(self) -> Vec<Problem> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|problem| (problem.line, problem.column));
        found
    }

    /// The reading is done.
    pub fn begin_checks(&self) {
        self.of_reading.set(self.found.borrow().len());
    }

    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.found.borrow().len() >= MAX_PROBLEMS
    }

    /// Of JSON itself, where a place has no name yet.
    pub fn syntax(&self, at: usize, fault: Fault, name: &str) {
        if !self.is_full() {
            let name = if fault == Fault::Twice { shown(name) } else { name.to_owned() };
            self.push(at, String::new(), fault, &[&name], "", &[]);
        }
    }

    /// What was looked for in a list of what is allowed: the list, and the word that is most like it.
    pub fn add(&self, at: usize, place: &Place, fault: Fault, names: &[&str], word: &str, known: &[&str]) {
        if self.is_full() {
            return;
        }
        let mut place = place.to_string();
        if place.len() > MAX_PLACE_BYTES {
            // Of a body: its beginning is where to look. Keys that are shown are ASCII.
            place.truncate(MAX_PLACE_BYTES);
        }
        // What follows from a fault that is told already is not told.
        let (above, key) = place.rsplit_once('.').unwrap_or(("", &place));
        let told = self.found.borrow().iter().enumerate().any(|(number, problem)| {
            let of_reading = number < self.of_reading.get();
            let same = problem.place == place && (of_reading || problem.fault == fault);
            // What should be in it.
            let inside = problem.fault == Fault::WrongKind
                && place.strip_prefix(&problem.place).is_some_and(|rest| rest.starts_with(['.', '[']));
            // What is missing is there, misspelt.
            let beside = problem.place.rsplit_once('.').map_or("", |(above, _)| above) == above;
            same || inside
                || beside && problem.fault == Fault::UnknownKey && problem.nearest.as_deref() == Some(key)
        });
        if !told {
            self.push(at, place, fault, names, word, known);
        }
    }

    fn push(&self, at: usize, place: String, fault: Fault, names: &[&str], word: &str, known: &[&str]) {
        let (line, column) = position(self.text, at);
        let mut list = String::new();
        // Another may have a line end in it, or be a value in the wrong place.
        let known: Vec<&str> = known.iter().copied().filter(|name| looks_like_name(name)).collect();
        for name in &known {
            let separator = if list.is_empty() { "" } else { ", " };
            if list.len() + name.len() > MAX_LIST_BYTES {
                list.push_str(", ...");
                break;
            }
            list.extend([separator, "`", name, "`"]);
        }
        self.found.borrow_mut().push(Problem {
            line,
            column,
            place,
            fault,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            nearest: nearest::of(word, &known).map(str::to_owned),
            known: list,
        });
    }
}

/// A name in backquotes, or a word for it when it may be something else.
pub(in super::super) fn shown(name: &str) -> String {
    if looks_like_name(name) {
        ["`", name, "`"].concat()
    } else {
        "#name".to_owned()
    }
}

/// What a person calls a key, a header or an option, and hardly a password.
pub(in super::super) fn looks_like_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte);
    !text.is_empty() && text.len() <= 40 && text.bytes().all(is_part)
}

/// Line and column of a byte, from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let lines = before.bytes().filter(|byte| *byte == b'\n').count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (lines + 1, line.chars().count() + 1)
}
