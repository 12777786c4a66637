//! Many threads that do the same at the same moment.

use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Twice what the header asks of a calling thread.
const STACK: usize = 256 * 1024;

/// One crowd at a time: two of them would measure each other.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a call brought, and how long it took.
pub struct Told<T> {
    pub result: T,
    pub took: Duration,
}

pub fn timed<T>(call: impl FnOnce() -> T) -> Told<T> {
    let began = Instant::now();
    let result = call();
    Told { result, took: began.elapsed() }
}

/// Runs `work` on so many threads, which begin together; each is told its number. The results in this order.
pub fn all_at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let together = Barrier::new(count);
    let (together, work) = (&together, &work);
    thread::scope(|scope| {
        let start = |number: usize| {
            let run = move || {
                together.wait();
                work(number)
            };
            thread::Builder::new().name("caller".to_owned()).stack_size(STACK).spawn_scoped(scope, run)
        };
        let threads: Vec<_> = (0..count).map(|number| start(number).expect("a thread")).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}
