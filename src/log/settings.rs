//! Which file the log is written to, and how much of it.

use super::{file, Level};
use crate::message::FileFault;
use crate::shown::Shown;
use std::path::PathBuf;
use std::sync::Arc;

/// What a file is told unless `log_level` says otherwise.
const DEFAULT: u8 = Level::Information as u8;

#[derive(Clone, Default)]
struct Settings {
    path: Option<Arc<PathBuf>>,
    level: Option<u8>,
}

/// Of the process and not of its state, so that a child of fork goes on writing.
static SETTINGS: Shown<Settings> = Shown::empty();

fn change(new: impl Fn(Settings) -> Settings) {
    loop {
        let current = SETTINGS.load();
        let settings = new(current.as_deref().cloned().unwrap_or_default());
        if SETTINGS.swap_if(current.as_ref(), Some(Arc::new(settings))) {
            break;
        }
    }
    // Who comes last has looked last.
    loop {
        let level = wanted();
        super::file_wants(level);
        if wanted() == level {
            break;
        }
    }
}

fn wanted() -> u8 {
    let settings = SETTINGS.load();
    let with_file = settings.filter(|settings| settings.path.is_some());
    with_file.map_or(0, |settings| settings.level.unwrap_or(DEFAULT))
}

/// Process option `log_file`; `None`: no file.
pub fn set_file(path: Option<&str>) -> Result<(), FileFault> {
    let path = path.map(file::checked).transpose()?.map(Arc::new);
    change(|settings| Settings { path: path.clone(), ..settings });
    Ok(())
}

/// Process option `log_level`; `None`: the default.
pub fn set_level(level: Option<u8>) {
    change(|settings| Settings { level, ..settings });
}

/// For a shutdown.
pub fn close() {
    change(|_| Settings::default());
}

pub(super) fn path() -> Option<Arc<PathBuf>> {
    SETTINGS.load().and_then(|settings| settings.path.clone())
}
