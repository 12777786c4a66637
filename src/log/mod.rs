//! What happens, told as it happens: one line for each event, for the host's callbacks and for a file.
//!
//! Any layer and any thread may tell an event. While nobody listens that costs one atomic load; the event is put
//! together only when somebody does. An event carries only what may be shown, as a message does. Tell it with no lock
//! held: a file may be slow.

use crate::messages::Language;
use crate::util::clock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

mod file;
mod line;
#[cfg(not(loom))] // Its lock is not the model checker's: nobody listens there.
mod settings;
#[cfg(not(loom))]
mod waiting;

pub use crate::messages::Event;
#[cfg(not(loom))]
pub use settings::{close, set_file, set_level, start};
#[cfg(not(loom))]
pub use waiting::{forget, is_any, next, Line};

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    Error = 1,
    Warning,
    Information,
    Debug,
}

impl Level {
    const ALL: [Level; 4] = [Level::Error, Level::Warning, Level::Information, Level::Debug];

    /// As the options name it: the same word in every language, so that a person can search for it.
    fn name(self) -> &'static str {
        ["error", "warning", "information", "debug"][self as usize - 1]
    }
}

/// How a program may name a level.
pub const LEVELS: &str = "off (0), error (1), warning (2), information (3), debug (4)";

/// A level as a program gives it, by number or by name; 0 is `off`.
pub fn level(text: &str) -> Option<u8> {
    let named = |level: &Level| level.name() == text || text == (*level as u8).to_string();
    match text {
        "off" | "0" => Some(0),
        _ => Level::ALL.into_iter().find(named).map(|level| level as u8),
    }
}

/// Whose event it is. Empty: the process's.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The provider's name as texts use it.
    pub provider: String,
    /// What tells a person which account it is, and is no secret.
    pub account: String,
}

/// One event with what belongs to it.
pub struct LogRecord {
    pub subject: Subject,
    pub event: Event,
    /// How long it took.
    pub took: Option<Duration>,
}

impl LogRecord {
    pub fn of_process(event: Event) -> LogRecord {
        LogRecord::of(Subject::default(), event)
    }

    pub fn of(subject: Subject, event: Event) -> LogRecord {
        LogRecord { subject, event, took: None }
    }

    pub fn took(self, time: Duration) -> LogRecord {
        LogRecord { took: Some(time), ..self }
    }
}

/// The highest levels that are wanted: of the callbacks in the lowest byte, of the file in the next.
static WANTED: AtomicU32 = AtomicU32::new(0);
const FILE_SHIFT: u32 = 8;

fn wanted() -> (u8, u8) {
    let wanted = WANTED.load(Ordering::Relaxed);
    (wanted as u8, (wanted >> FILE_SHIFT) as u8)
}

fn want(level: u8, shift: u32) {
    let change = |wanted: u32| Some(wanted & !(0xff << shift) | u32::from(level) << shift);
    let _ = WANTED.fetch_update(Ordering::SeqCst, Ordering::SeqCst, change);
}

/// What the callbacks want from now on; 0: there are none.
pub fn set_callback_level(level: u8) {
    want(level, 0);
}

#[cfg(not(loom))]
fn set_file_level(level: u8) {
    want(level, FILE_SHIFT);
}

/// Whether anybody would be told.
#[inline]
pub fn is_enabled(level: Level) -> bool {
    let (callbacks, file) = wanted();
    callbacks.max(file) >= level as u8
}

/// Tells an event. `entry` is called only when somebody wants it.
#[inline]
pub fn event(level: Level, entry: impl FnOnce() -> LogRecord) {
    if is_enabled(level) {
        tell(level, &entry());
    }
}

#[cfg(loom)]
fn tell(_: Level, _: &LogRecord) {}
#[cfg(loom)]
pub fn start() {}
#[cfg(loom)]
pub fn set_level(_: Option<u8>) {}
#[cfg(loom)]
pub fn set_file(_: Option<&str>) -> Result<(), crate::messages::FileFault> {
    Ok(())
}

#[cfg(not(loom))]
#[cold]
fn tell(level: Level, entry: &LogRecord) {
    let line = text(level, entry);
    let (callbacks, file) = wanted();
    if let Some(path) = settings::path().filter(|_| file >= level as u8) {
        let note = |lines| text(Level::Warning, &LogRecord::of_process(Event::LinesUnwritten { lines }));
        file::append(&path, &line, note);
    }
    if callbacks >= level as u8 {
        waiting::add(level, line);
    }
}

fn text(level: Level, entry: &LogRecord) -> String {
    line::text(clock::now().wall_ms, level, entry, Language::current())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_taken_as_numbers_and_as_names() {
        for (number, name) in ["off", "error", "warning", "information", "debug"].into_iter().enumerate() {
            assert_eq!(level(name), Some(number as u8));
            assert_eq!(level(&number.to_string()), Some(number as u8));
        }
        for garbage in ["", "5", "-1", "01", "Debug", "info", " 1"] {
            assert_eq!(level(garbage), None, "{garbage}");
        }
    }
}
