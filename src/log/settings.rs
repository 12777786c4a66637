//! Which file the log is written to, and how much of it.

use super::{file, Event, Level, LogRecord, LEVELS};
use crate::messages::{FileFault, Message, Wanted};
use crate::sys;
use crate::util::inherited;
use once_cell::race::OnceBox;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

/// What a person who looks for a fault sets where the program cannot be changed.
const FILE_VARIABLE: &str = "ERPTOKEN_LOG_FILE";
const LEVEL_VARIABLE: &str = "ERPTOKEN_LOG_LEVEL";

/// What a file is told unless `log_level` says otherwise.
const DEFAULT: u8 = Level::Information as u8;

#[derive(Clone, Default)]
struct Settings {
    path: Option<Arc<PathBuf>>,
    level: Option<u8>,
}

/// What the environment asks for: it counts where the program has set nothing. Read once.
static OF_ENVIRONMENT: OnceBox<Settings> = OnceBox::new();

impl Settings {
    /// With what cannot be had: no call of the program fails for it.
    fn of_environment() -> (Settings, Vec<Message>) {
        let (mut settings, mut ignored) = (Settings::default(), Vec::new());
        let mut ignore = |variable: &str, wanted| {
            ignored.push(Message::BadValue { option: variable.to_owned(), wanted });
        };
        if let Some(value) = sys::env_var(FILE_VARIABLE) {
            match file::checked(unquoted(value)) {
                Ok(path) => settings.path = Some(Arc::new(path)),
                Err(cause) => ignore(FILE_VARIABLE, Wanted::LogFile { cause }),
            }
        }
        if let Some(value) = sys::env_var(LEVEL_VARIABLE) {
            settings.level = value.to_str().and_then(|text| super::level(&text.trim().to_ascii_lowercase()));
            if settings.level.is_none() {
                ignore(LEVEL_VARIABLE, Wanted::OneOf { known: LEVELS.to_owned() });
            }
        }
        (settings, ignored)
    }
}

/// Windows' `set NAME="value"` has the quotes in it, and a path that begins with one is none.
fn unquoted(value: OsString) -> PathBuf {
    value.to_str().map_or_else(|| value.clone().into(), |text| text.trim().trim_matches('"').into())
}

/// For the first call of the process, or of a child of fork. Its parent's other threads may have set the log, and have
/// come no further.
pub fn start() {
    if OF_ENVIRONMENT.get().is_some() {
        return refresh();
    }
    let (settings, ignored) = Settings::of_environment();
    let has_file = settings.path.is_some();
    let is_first = OF_ENVIRONMENT.set(Box::new(settings)).is_ok();
    refresh();
    if is_first && has_file {
        begin();
    }
    for why in ignored.into_iter().filter(|_| is_first) {
        super::event(Level::Warning, || LogRecord::of_process(Event::VariableIgnored { why: why.clone() }));
    }
}

fn begin() {
    super::event(Level::Information, || {
        let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
        LogRecord::of_process(Event::LogBegins { version: env!("CARGO_PKG_VERSION"), system, processor })
    });
}

fn change(new: impl Fn(&Settings) -> Settings) {
    inherited::update(new);
    refresh();
}

/// Tells `wants` what is wanted now. Who comes last has looked last.
pub fn refresh() {
    loop {
        let level = wanted();
        super::set_file_level(level);
        if wanted() == level {
            break;
        }
    }
}

fn wanted() -> u8 {
    let (settings, environment) = (inherited::get::<Settings>(), OF_ENVIRONMENT.get());
    let level = settings.level.or(environment.and_then(|from| from.level)).unwrap_or(DEFAULT);
    path().map_or(0, |_| level)
}

/// Process option `log_file`; `None`: no file.
pub fn set_file(path: Option<&str>) -> Result<(), FileFault> {
    let path = path.map(|path| file::checked(path.into())).transpose()?.map(Arc::new);
    change(|settings| Settings { path: path.clone(), ..settings.clone() });
    if path.is_some() {
        begin();
    }
    Ok(())
}

/// Process option `log_level`; `None`: the default.
pub fn set_level(level: Option<u8>) {
    change(|settings| Settings { level, ..settings.clone() });
}

/// For a shutdown. What the environment asks for stays.
pub fn close() {
    change(|_| Settings::default());
}

pub(super) fn path() -> Option<Arc<PathBuf>> {
    let own = inherited::get::<Settings>().path.clone();
    own.or_else(|| OF_ENVIRONMENT.get().and_then(|from| from.path.clone()))
}
