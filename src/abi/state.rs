//! The one state of the process, made at the first call that needs it and anew after a fork or a shutdown.

use super::callbacks;
use crate::config::process::Process;
use crate::util::per_process::PerProcess;
use std::sync::Arc;

static CURRENT: PerProcess<Process> = PerProcess::empty();

pub fn process() -> Arc<Process> {
    CURRENT.get_or_make(|| {
        callbacks::tell_the_log();
        Process::new()
    })
}

/// Whether `process` is still the state of this process.
pub fn is_current(process: &Arc<Process>) -> bool {
    CURRENT.get().is_some_and(|current| Arc::ptr_eq(&current, process))
}

/// Puts a new state in the place of the old one, which is given to be ended; `None` if there was none.
pub fn replace() -> Option<Arc<Process>> {
    // Before it: what comes after the shutdown must not find them.
    Process::forget_settings();
    let current = CURRENT.get()?;
    let successor = current.successor();
    CURRENT.replace(&current, successor).then_some(current)
}
