//! The few calls that the standard library lacks. The only place outside the boundary with `unsafe`.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, SystemTime};
use std::{io, thread};

/// Enough for a TLS handshake in a debug build; small, because a 32-bit host has 2 GB for everything.
const STACK: usize = 1 << 20;

/// Milliseconds since 1970, UTC.
pub fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// As `wall_ms`, as of the system's last tick: a few milliseconds late, and much cheaper.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[inline]
pub fn coarse_wall_ms() -> i64 {
    clock_ms(libc::CLOCK_REALTIME_COARSE)
}

/// As `wall_ms`, as of the system's last tick: a few milliseconds late, and much cheaper.
#[cfg(windows)]
pub fn coarse_wall_ms() -> i64 {
    extern "system" {
        fn GetSystemTimeAsFileTime(time: *mut [u32; 2]);
    }
    let mut time = [0; 2];
    // SAFETY: writes the two halves of one number.
    unsafe { GetSystemTimeAsFileTime(&mut time) };
    let since_1601 = i64::from(time[1]) << 32 | i64::from(time[0]);
    since_1601 / 10_000 - 11_644_473_600_000
}

#[cfg(not(any(target_os = "linux", target_os = "android", windows)))]
pub fn coarse_wall_ms() -> i64 {
    wall_ms()
}

/// Milliseconds since boot, time asleep included.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn boot_ms() -> i64 {
    clock_ms(libc::CLOCK_BOOTTIME)
}

/// Milliseconds since boot, time asleep included: on Apple's systems that is what CLOCK_MONOTONIC counts.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
pub fn boot_ms() -> i64 {
    clock_ms(libc::CLOCK_MONOTONIC)
}

#[cfg(unix)]
#[inline]
#[allow(clippy::useless_conversion)] // time_t and c_long are 32 bits wide on 32-bit systems
fn clock_ms(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a timespec of ours, and the kernel writes nothing else.
    unsafe { libc::clock_gettime(clock, &mut time) };
    i64::from(time.tv_sec) * 1000 + i64::from(time.tv_nsec) / 1_000_000
}

/// Milliseconds since boot, time asleep included.
#[cfg(windows)]
pub fn boot_ms() -> i64 {
    extern "system" {
        fn GetTickCount64() -> u64;
    }
    // SAFETY: takes nothing, changes nothing.
    unsafe { GetTickCount64() as i64 }
}

/// How many forks lie between this process and the one that loaded the library.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Changes in the child of a fork, and only there: what carries another number is the parent's.
pub fn fork_epoch() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

/// From now on a fork is noticed in the child. Call it before the first handle is given out.
pub fn watch_forks() {
    #[cfg(unix)]
    {
        extern "C" fn in_child() {
            FORKS.fetch_add(1, Ordering::Relaxed);
        }
        static WATCHING: AtomicBool = AtomicBool::new(false);
        // Nobody waits here for another thread: in the child of a fork that one does not exist. Two threads may both
        // install the hook, which only counts one fork twice.
        if !WATCHING.load(Ordering::Acquire) {
            // SAFETY: the hook touches one atomic number, and the library is linked so that it stays loaded.
            unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
            WATCHING.store(true, Ordering::Release);
        }
    }
}

/// Asks for `pass_barriers` to be had. Where it can not, `false`.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn prepare_barriers() -> bool {
    membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
}

/// Every other thread of the process passes a full memory barrier before this returns. `false`: it could not be had.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn pass_barriers() -> bool {
    // A child of a fork has its parent's registration; should a kernel see that otherwise, it is made anew.
    membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
        || prepare_barriers() && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: takes numbers and touches no memory of the process.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
}

#[cfg(windows)]
pub fn prepare_barriers() -> bool {
    true
}

/// Every other thread of the process passes a full memory barrier before this returns.
#[cfg(windows)]
pub fn pass_barriers() -> bool {
    extern "system" {
        fn FlushProcessWriteBuffers();
    }
    // SAFETY: takes nothing, changes nothing.
    unsafe { FlushProcessWriteBuffers() };
    true
}

#[cfg(not(any(target_os = "linux", target_os = "android", windows)))]
pub fn prepare_barriers() -> bool {
    false
}

#[cfg(not(any(target_os = "linux", target_os = "android", windows)))]
pub fn pass_barriers() -> bool {
    false
}

/// Runs `work` on a thread of ours. The host's signals are never delivered to it.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = thread::Builder::new().name(name.to_owned()).stack_size(STACK);
    // The new thread inherits the mask, so there is no moment in which a signal could reach it.
    let blocked = signals::Blocked::all();
    let spawned = builder.spawn(work);
    drop(blocked);
    spawned.map(drop)
}

#[cfg(unix)]
mod signals {
    use std::mem::MaybeUninit;

    /// While it lives this thread takes no signals; dropped, the mask is what it was.
    pub struct Blocked(libc::sigset_t);

    impl Blocked {
        pub fn all() -> Self {
            let mut all = MaybeUninit::uninit();
            let mut before = MaybeUninit::uninit();
            // SAFETY: sigfillset and pthread_sigmask write the sets they are given, and can not fail with these.
            unsafe {
                libc::sigfillset(all.as_mut_ptr());
                libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
                Blocked(before.assume_init())
            }
        }
    }

    impl Drop for Blocked {
        fn drop(&mut self) {
            // SAFETY: the mask is the one that was read from this thread.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
        }
    }
}

#[cfg(not(unix))]
mod signals {
    pub struct Blocked;
    impl Blocked {
        pub fn all() -> Self {
            Blocked
        }
    }
}

/// A pause in a retry; its own function so that no other place sleeps.
pub fn pause(time: Duration) {
    thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
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
