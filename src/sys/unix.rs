//! Linux and its relatives.

use std::fs::File;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// As `wall_ms`, as of the system's last tick: a few milliseconds late, and much cheaper.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[inline(always)]
pub fn coarse_wall_ms() -> i64 {
    clock_ms(libc::CLOCK_REALTIME_COARSE)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn coarse_wall_ms() -> i64 {
    super::wall_ms()
}

/// Milliseconds since boot, time asleep included.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn boot_ms() -> i64 {
    clock_ms(libc::CLOCK_BOOTTIME)
}

/// Milliseconds since boot, time asleep included: on Apple's systems that is what CLOCK_MONOTONIC counts.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn boot_ms() -> i64 {
    clock_ms(libc::CLOCK_MONOTONIC)
}

#[inline(always)]
#[allow(clippy::useless_conversion)] // time_t and c_long are 32 bits wide on 32-bit systems
fn clock_ms(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a timespec of ours, and the kernel writes nothing else.
    unsafe { libc::clock_gettime(clock, &mut time) };
    // In 32 bits, where the division is a multiplication: less than a thousand million nanoseconds.
    i64::from(time.tv_sec) * 1000 + i64::from(time.tv_nsec as u32 / 1_000_000)
}

/// How many forks lie between this process and the one that loaded the library.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Changes in the child of a fork, and only there: what carries another number is the parent's.
#[inline(always)]
pub fn fork_epoch() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

/// Call it before anything of the process is kept: from now on a fork is noticed in the child.
pub fn prepare() {
    extern "C" fn in_child() {
        FORKS.fetch_add(1, Ordering::Relaxed);
        super::locked_files::close_all();
    }
    static WATCHING: AtomicBool = AtomicBool::new(false);
    // Nobody waits here for another thread: in the child of a fork that one does not exist. Two threads may both
    // install the hook, which only counts one fork twice.
    if !WATCHING.load(Ordering::Acquire) {
        super::family::share();
        // SAFETY: the hook touches atomic numbers and closes files, and the library is linked so that it stays loaded.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        WATCHING.store(true, Ordering::Release);
    }
}

/// Whether all these addresses lie in the stack that the system made for this thread. `false` too where the system does
/// not tell.
pub fn own_stack_holds(addresses: &[usize]) -> bool {
    own_stack().is_some_and(|own| addresses.iter().all(|address| own.contains(address)))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn own_stack() -> Option<Range<usize>> {
    let mut attributes = MaybeUninit::uninit();
    let (mut lowest, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: pthread_getattr_np makes the attributes, which are read and given back; the others write what is ours.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let told = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        let lowest = lowest as usize;
        (told == 0).then_some(lowest..lowest.saturating_add(size))
    }
}

#[cfg(target_vendor = "apple")]
fn own_stack() -> Option<Range<usize>> {
    // SAFETY: both take a thread that runs, and change nothing.
    let (top, size) = unsafe {
        let thread = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(thread) as usize, libc::pthread_get_stacksize_np(thread))
    };
    Some(top.saturating_sub(size)..top)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn own_stack() -> Option<Range<usize>> {
    None
}

/// The number of a network interface.
pub fn interface(name: &str) -> Option<u32> {
    let name = std::ffi::CString::new(name).ok()?;
    // SAFETY: the name ends with a NUL, and is only read.
    let number = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (number != 0).then_some(number)
}

/// Whether the program was given rights that whoever started it has not: set-user-ID, set-group-ID, capabilities of its
/// file, a transition of a security module.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn is_privileged() -> bool {
    // SAFETY: reads what the kernel told this process at its start.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn is_privileged() -> bool {
    extern "C" {
        fn issetugid() -> libc::c_int;
    }
    // SAFETY: takes nothing, changes nothing.
    unsafe { issetugid() != 0 }
}

/// The proxy that a user has set: here nothing but the environment tells of one.
pub fn user_proxy() -> Option<(String, String)> {
    None
}

/// While it lives this thread takes no signals; dropped, the mask is what it was.
pub struct BlockedSignals(libc::sigset_t);

impl BlockedSignals {
    pub fn all() -> Self {
        let mut all = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: sigfillset and pthread_sigmask write the sets they are given, and cannot fail with these.
        unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
            BlockedSignals(before.assume_init())
        }
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: the mask is the one that was read from this thread.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

/// A write beyond the size that the system grants to files is an error to `work`, and no signal to the program.
pub fn without_size_signal<R>(work: impl FnOnce() -> R) -> R {
    let _blocked = BlockedSize::new();
    work()
}

/// While it lives this thread does not take SIGXFSZ.
struct BlockedSize {
    before: libc::sigset_t,
    /// It was waiting already, and is not ours to take away.
    waited: bool,
}

impl BlockedSize {
    fn new() -> Self {
        let (mut size, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let waited = size_signal_waits();
        // SAFETY: these write the sets they are given, and cannot fail with these.
        unsafe {
            libc::sigemptyset(size.as_mut_ptr());
            libc::sigaddset(size.as_mut_ptr(), libc::SIGXFSZ);
            libc::pthread_sigmask(libc::SIG_BLOCK, size.as_ptr(), before.as_mut_ptr());
            BlockedSize { before: before.assume_init(), waited }
        }
    }
}

impl Drop for BlockedSize {
    fn drop(&mut self) {
        // SAFETY: the sets are ours, the mask is the one that was read from this thread, and a signal that waits for
        // this thread is taken without waiting.
        unsafe {
            if !self.waited && size_signal_waits() {
                let mut size = MaybeUninit::uninit();
                libc::sigemptyset(size.as_mut_ptr());
                libc::sigaddset(size.as_mut_ptr(), libc::SIGXFSZ);
                take(size.as_ptr());
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, std::ptr::null_mut());
        }
    }
}

#[cfg(not(target_vendor = "apple"))]
unsafe fn take(signal: *const libc::sigset_t) {
    let no_time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the caller's set, and a time of ours.
    unsafe { libc::sigtimedwait(signal, std::ptr::null_mut(), &no_time) };
}

#[cfg(target_vendor = "apple")]
unsafe fn take(signal: *const libc::sigset_t) {
    let mut taken = 0;
    // SAFETY: the caller's set, and a number of ours.
    unsafe { libc::sigwait(signal, &mut taken) };
}

fn size_signal_waits() -> bool {
    let mut waiting = MaybeUninit::uninit();
    // SAFETY: sigpending writes the set that it is given.
    unsafe {
        libc::sigpending(waiting.as_mut_ptr()) == 0 && libc::sigismember(waiting.as_ptr(), libc::SIGXFSZ) == 1
    }
}

/// Locks the file among all who lock it, until it is closed; `false`: another has it.
pub fn try_lock(file: &File) -> bool {
    // SAFETY: takes numbers and touches no memory of the process.
    unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) == 0 }
}

/// How large a file of this process may become.
#[allow(clippy::useless_conversion)] // rlim_t is 32 bits wide on 32-bit systems
pub fn largest_file() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: writes a limit of ours.
    unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &mut limit) };
    u64::try_from(limit.rlim_cur).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::spawn;

    #[test]
    fn a_thread_of_ours_blocks_signals_and_the_caller_keeps_its_mask() {
        fn blocked(signal: i32) -> bool {
            let mut mask = std::mem::MaybeUninit::uninit();
            unsafe {
                libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), mask.as_mut_ptr());
                libc::sigismember(mask.as_ptr(), signal) == 1
            }
        }
        let (send, receive) = std::sync::mpsc::channel();
        spawn("erptoken-test", move || send.send(blocked(libc::SIGUSR1)).unwrap()).unwrap();
        assert!(receive.recv().unwrap());
        assert!(!blocked(libc::SIGUSR1));
    }
}
