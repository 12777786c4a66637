//! The locks of the feature `lock-check`: a thread looks for circles of threads that wait for each other's locks, and
//! ends the program when it finds one. Only for tests; `Cargo.toml` says why.

use parking_lot::deadlock;
pub use parking_lot::{Condvar, Mutex, MutexGuard};
use std::sync::Once;
use std::time::{Duration, Instant};
use std::{process, thread};

pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| drop(thread::spawn(watch)));
    mutex.lock()
}

pub fn wait_until<'a, T>(
    woken: &Condvar,
    mut guard: MutexGuard<'a, T>,
    until: Instant,
) -> Option<MutexGuard<'a, T>> {
    if until <= Instant::now() {
        return None;
    }
    woken.wait_until(&mut guard, until);
    Some(guard)
}

fn watch() {
    loop {
        thread::sleep(Duration::from_millis(100));
        let circles = deadlock::check_deadlock();
        for thread in circles.iter().flatten() {
            eprintln!("deadlock: thread {:?} waits at\n{:?}", thread.thread_id(), thread.backtrace());
        }
        if !circles.is_empty() {
            process::abort();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;
    use std::sync::Barrier;

    const CIRCLE: &str = "util::sync::checked::tests::two_threads_wait_for_each_other";

    #[test]
    #[ignore = "a deadlock: started by the next test, in a process of its own"]
    fn two_threads_wait_for_each_other() {
        let (one, other) = (Mutex::new(()), Mutex::new(()));
        let both = Barrier::new(2);
        let take = |first, second| {
            let _first = locked(first);
            both.wait();
            let _second = locked(second);
        };
        thread::scope(|scope| {
            scope.spawn(|| take(&one, &other));
            scope.spawn(|| take(&other, &one));
        });
    }

    /// Else no lock would be checked, and every test would pass.
    #[test]
    fn a_deadlock_made_on_purpose_ends_the_program_and_is_told() {
        let program = std::env::current_exe().expect("the path of this test");
        let output = Command::new(program)
            .args(["--exact", CIRCLE, "--ignored", "--nocapture"])
            .output()
            .expect("this test starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{told}");
        assert_eq!(told.matches("deadlock: thread").count(), 2, "{told}");
    }
}
