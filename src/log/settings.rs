//! Which file the log is written to, and how much of it.

use super::{file, Level};
use crate::messages::FileFault;
use crate::util::inherited;
use std::path::PathBuf;
use std::sync::Arc;

/// What a file is told unless `log_level` says otherwise.
const DEFAULT: u8 = Level::Information as u8;

#[derive(Clone, Default)]
struct Settings {
    path: Option<Arc<PathBuf>>,
    level: Option<u8>,
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
    let settings = inherited::get::<Settings>();
    settings.path.as_ref().map_or(0, |_| settings.level.unwrap_or(DEFAULT))
}

/// Process option `log_file`; `None`: no file.
pub fn set_file(path: Option<&str>) -> Result<(), FileFault> {
    let path = path.map(file::checked).transpose()?.map(Arc::new);
    change(|settings| Settings { path: path.clone(), ..settings.clone() });
    Ok(())
}

/// Process option `log_level`; `None`: the default.
pub fn set_level(level: Option<u8>) {
    change(|settings| Settings { level, ..settings.clone() });
}

/// For a shutdown.
pub fn close() {
    change(|_| Settings::default());
}

pub(super) fn path() -> Option<Arc<PathBuf>> {
    inherited::get::<Settings>().path.clone()
}
