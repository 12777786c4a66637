//! The host's log callbacks: who they are, and the moment in which they run.
//!
//! No lock: the list is a part of what is inherited, and a callback that is removed is waited for by counting who is
//! inside. So a callback that never returns holds up nobody but the one who removes it.

use super::floats::Masked;
use super::last_error;
use super::unit::{self, Ansi};
use crate::error::{Error, Result, Status};
use crate::log;
use crate::messages::Message;
use crate::sys;
use crate::util::inherited;
use crate::util::panics::Inside;
use crate::util::thread_local;
use std::ffi::{c_char, c_void};
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicU8, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Callbacks at once.
const MAX_CALLBACKS: usize = 16;
/// Lines that one call delivers at most: others may add to them all the time.
const MAX_LINES_PER_CALL: usize = 300;
/// How long a callback that is removed is waited for while it runs on another thread.
const MAX_REMOVAL_WAIT: Duration = Duration::from_secs(30);

/// So much stack every call may use.
const OWN_FRAMES: usize = 16 << 10;

/// A callback of one of the families.
#[derive(Clone, Copy)]
pub enum Function {
    Narrow(unsafe extern "C" fn(i32, *const c_char, *mut c_void)),
    Wide(unsafe extern "system" fn(i32, *const u16, *mut c_void)),
    Ansi(unsafe extern "system" fn(i32, *const Ansi, *mut c_void)),
}

impl Function {
    /// What tells one from another: the host's code is where it is.
    fn address(self) -> usize {
        match self {
            Function::Narrow(function) => function as usize,
            Function::Wide(function) => function as usize,
            Function::Ansi(function) => function as usize,
        }
    }
}

/// One callback with its user_data: what tells it apart.
struct Listener {
    function: Function,
    user_data: *mut c_void,
    /// 0: removed.
    level: AtomicU8,
    /// Threads inside, or about to look whether they may be; in the upper half, of which process.
    running: AtomicU64,
}

// SAFETY: the pointer is the host's, is never followed here, and the header says that any thread may be given it.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

impl Listener {
    fn new(function: Function, user_data: *mut c_void, level: u8) -> Listener {
        Listener { function, user_data, level: AtomicU8::new(level), running: AtomicU64::new(0) }
    }

    fn is(&self, function: Function, user_data: *mut c_void) -> bool {
        function.address() == self.function.address() && user_data == self.user_data
    }

    fn level(&self) -> u8 {
        self.level.load(Ordering::SeqCst)
    }

    /// Gives it the line, if it wants one of this level. Nothing of ours is held meanwhile but a count.
    fn give(&self, line: &Line) {
        let _running = Running::new(self);
        // After it is counted: who removes it takes the level away first and looks at the count then.
        if i32::from(self.level()) < line.level {
            return;
        }
        // SAFETY: the host promised a function of this kind, until it has removed it.
        match self.function {
            Function::Narrow(function) => unsafe {
                function(line.level, line.narrow.as_ptr(), self.user_data);
            },
            Function::Wide(function) => unsafe { function(line.level, line.wide.as_ptr(), self.user_data) },
            Function::Ansi(function) => unsafe { function(line.level, line.ansi.as_ptr(), self.user_data) },
        }
    }

    /// Counts this thread in or out. The parent's threads do not count in the child of a fork.
    fn count(&self, change: impl Fn(u32) -> u32) {
        let epoch = sys::fork_epoch();
        let counted = |running| Some(u64::from(epoch) << 32 | u64::from(change(threads(running))));
        let _ = self.running.fetch_update(Ordering::SeqCst, Ordering::SeqCst, counted);
    }

    fn is_running(&self) -> bool {
        threads(self.running.load(Ordering::SeqCst)) > 0
    }

    /// Waits until no thread is inside; whether that came in time.
    fn has_ended(&self, until: Instant) -> bool {
        loop {
            if !self.is_running() {
                return true;
            }
            if Instant::now() >= until {
                return false;
            }
            sys::pause(Duration::from_millis(1));
        }
    }
}

/// How many threads of this process are inside.
fn threads(running: u64) -> u32 {
    if running >> 32 == u64::from(sys::fork_epoch()) {
        running as u32
    } else {
        0
    }
}

/// A line as each family gets it.
struct Line {
    level: i32,
    narrow: Vec<c_char>,
    wide: Vec<u16>,
    ansi: Vec<Ansi>,
}

impl From<log::Line> for Line {
    fn from(line: log::Line) -> Line {
        let text = &line.text;
        let (narrow, wide, ansi) = (unit::made(text), unit::made(text), unit::made(text));
        Line { level: line.level as i32, narrow, wide, ansi }
    }
}

/// While it lives this thread is inside the callback.
struct Running<'a>(&'a Listener);

impl Running<'_> {
    fn new(listener: &Listener) -> Running<'_> {
        listener.count(|threads| threads.saturating_add(1));
        thread_local::with(|local| {
            local.callback.set(ptr::from_ref(listener).cast());
            local.callback_frame.set(stack_here());
        });
        Running(listener)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        thread_local::with(|local| local.callback_frame.set(0));
        self.0.count(|threads| threads.saturating_sub(1));
    }
}

/// Where the stack is now. It grows downwards.
#[inline(never)]
fn stack_here() -> usize {
    let here = 0u8;
    std::hint::black_box(&raw const here) as usize
}

/// Whether this thread is inside a callback, on whatever stack it calls from.
///
/// A callback may have been left by a jump over our frames, a longjmp or an exception of Delphi's, which it must not
/// be: then the mark is taken away. That is believed only where it is certain, when the callback's frame would lie on
/// the thread's own stack where this call's own frames go: those of a call from another stack never do, not even when the
/// host has made that one inside of the thread's.
pub fn inside() -> bool {
    thread_local::with(|local| {
        let (frame, here) = (local.callback_frame.get(), stack_here());
        let reach = here.wrapping_sub(frame);
        if frame == 0 || reach >= OWN_FRAMES || !sys::own_stack_holds(&[frame, here]) {
            return frame != 0;
        }
        local.callback_frame.set(0);
        // SAFETY: the list that holds it was in a frame that was jumped over, and so was never given back.
        let left = unsafe { local.callback.get().cast::<Listener>().as_ref() };
        left.inspect(|listener| listener.count(|threads| threads.saturating_sub(1)));
        false
    })
}

#[derive(Default)]
struct Listeners {
    all: Vec<Arc<Listener>>,
}

/// The callbacks of this process. The child of a fork has its parent's.
fn listeners() -> Arc<Listeners> {
    inherited::get()
}

/// Puts another list in the place of the one there, made from it.
fn change(make: impl Fn(&[Arc<Listener>]) -> Result<Vec<Arc<Listener>>>) -> Result<()> {
    sys::prepare();
    inherited::try_update(|old: &Listeners| Ok(Listeners { all: make(&old.all)? }))
}

/// Reads the log what is wanted now. Who comes last has looked last.
pub fn tell_the_log() {
    let wanted = || listeners().all.iter().map(|one| one.level()).max().unwrap_or(0);
    loop {
        let most = wanted();
        log::set_callback_level(most);
        if wanted() == most {
            break;
        }
    }
    if listeners().all.is_empty() {
        log::forget();
    }
}

/// Adds a callback, changes its level, or with level 0 removes it.
pub fn set(callback: Option<Function>, user_data: *mut c_void, level: i32) -> Result<()> {
    let argument = |message| Error::new(Status::Argument, message);
    let function = callback.ok_or_else(|| argument(Message::NullArgument { name: "callback" }))?;
    let level = u8::try_from(level).ok().filter(|level| *level <= log::Level::Debug as u8);
    let level = level.ok_or_else(|| argument(Message::NoLevel))?;
    let known = listeners().all.iter().find(|one| one.is(function, user_data)).cloned();
    match (known, level) {
        (None, 0) => Ok(()),
        (Some(listener), 0) => remove(&[listener], Instant::now() + MAX_REMOVAL_WAIT),
        (_, level) => add(function, user_data, level),
    }
}

fn add(function: Function, user_data: *mut c_void, level: u8) -> Result<()> {
    let added = change(|all| {
        let mut all = all.to_vec();
        // Removed by who did not wait for its end: it has ended since.
        all.retain(|one| one.level() > 0 || one.is(function, user_data) || one.is_running());
        match all.iter().find(|one| one.is(function, user_data)) {
            Some(known) => known.level.store(level, Ordering::SeqCst),
            None if all.len() >= MAX_CALLBACKS => {
                return Err(Error::new(Status::Limit, Message::TooManyCallbacks { most: MAX_CALLBACKS }));
            }
            None => all.push(Arc::new(Listener::new(function, user_data, level))),
        }
        Ok(all)
    });
    tell_the_log();
    added
}

/// None of them is called any more, and those that run have ended; only then are they taken off the list, so that
/// whoever removes one at the same time waits as well.
fn remove(gone: &[Arc<Listener>], until: Instant) -> Result<()> {
    gone.iter().for_each(|one| one.level.store(0, Ordering::SeqCst));
    tell_the_log();
    let ended = gone.iter().all(|one| one.has_ended(until));
    if !ended {
        return Err(Error::new(
            Status::Timeout,
            Message::CallbackRuns { seconds: MAX_REMOVAL_WAIT.as_secs() },
        ));
    }
    // Whoever wants one of them again meanwhile has given it a level.
    let stays = |one: &&Arc<Listener>| one.level() > 0 || !gone.iter().any(|gone| Arc::ptr_eq(gone, one));
    change(|all| Ok(all.iter().filter(stays).cloned().collect()))?;
    tell_the_log();
    Ok(())
}

/// For a shutdown.
pub fn remove_all(limit: Duration) {
    let _ = remove(&listeners().all, Instant::now() + limit);
}

/// Gives the lines that wait to the callbacks, on this thread, with the host's floating-point state. What the callback
/// asks of this library leaves the thread's last error as the call made it.
#[cold]
pub fn deliver() {
    if inside() {
        return;
    }
    let error = last_error::save();
    for _ in 0..MAX_LINES_PER_CALL {
        let Some((line, listeners)) = next() else { break };
        listeners.all.iter().for_each(|listener| listener.give(&line));
    }
    last_error::restore(error);
}

fn next() -> Option<(Line, Arc<Listeners>)> {
    let _masked = Masked::new();
    let _inside = Inside::enter();
    panic::catch_unwind(AssertUnwindSafe(|| Some((log::next()?.into(), listeners())))).ok().flatten()
}
