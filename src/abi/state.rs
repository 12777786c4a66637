//! The one state of the process, made at the first call that needs it and anew after a fork or a shutdown.

use crate::os;
use crate::process::Process;
use crate::shown::Shown;
use std::sync::Arc;

struct Current {
    epoch: u32,
    process: Arc<Process>,
}

static CURRENT: Shown<Current> = Shown::empty();

/// The process's state. The parent's is left alone in the child of a fork: its locks may be held by threads
/// that do not exist there.
pub fn process() -> Arc<Process> {
    os::prepare();
    let epoch = os::fork_epoch();
    loop {
        let current = CURRENT.load();
        if let Some(found) = current.as_ref().filter(|found| found.epoch == epoch) {
            return Arc::clone(&found.process);
        }
        let process = match &current {
            Some(parents) => {
                // Never dropped here: dropping takes locks.
                std::mem::forget(Arc::clone(parents));
                parents.process.child()
            }
            None => Process::new(),
        };
        let new = Arc::new(Current { epoch, process: Arc::new(process) });
        CURRENT.swap_if(current.as_ref(), Some(new));
    }
}

/// Whether `process` is still the state of this process.
pub fn is_current(process: &Arc<Process>) -> bool {
    CURRENT.load().as_ref().is_some_and(|current| Arc::ptr_eq(&current.process, process))
}

/// Puts a new state in the place of the old one, which is given to be ended; `None` if there was none.
pub fn replace() -> Option<Arc<Process>> {
    let epoch = os::fork_epoch();
    let current = CURRENT.load().filter(|current| current.epoch == epoch)?;
    let process = Arc::new(current.process.successor());
    let won = CURRENT.swap_if(Some(&current), Some(Arc::new(Current { epoch, process })));
    won.then(|| Arc::clone(&current.process))
}
