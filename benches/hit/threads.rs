//! What two threads get done beside what one of them does alone.

use std::sync::{Barrier, Mutex};
use std::time::Instant;

use crate::host::floor::Floor;
use crate::host::timing::Turns;
use crate::host::Library;

const CALLS: u32 = 20_000;
const ROUNDS: usize = 21;
/// On a machine with other work most rounds are disturbed: they are repeated, but not for ever.
const TRIES: usize = 2_000;

/// What a thread did in a round, and whether it had its processor for itself all the time.
struct Span {
    began: Instant,
    ended: Instant,
    undisturbed: bool,
}

impl Span {
    fn of(work: impl FnOnce()) -> Span {
        let (before, began) = (interruptions(), Instant::now());
        work();
        let ended = Instant::now();
        Span { began, ended, undisturbed: before == interruptions() }
    }
}

/// How often the system took this thread off its processor.
fn interruptions() -> i64 {
    // SAFETY: numbers may be zero, and the system fills them in.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_THREAD, &mut usage), 0);
        usage.ru_nivcsw
    }
}

/// The seconds of a round, if nobody was disturbed and all worked at the same time.
fn seconds(spans: &[Span]) -> (f64, bool) {
    let began = || spans.iter().map(|span| span.began);
    let ended = || spans.iter().map(|span| span.ended);
    let all = ended().max().expect("a span") - began().min().expect("a span");
    let together = ended().min().expect("a span").saturating_duration_since(began().max().expect("a span"));
    let good = spans.iter().all(|span| span.undisturbed) && together > all * 9 / 10;
    (all.as_secs_f64(), good)
}

/// Both threads on these accounts, for the library and, on one value or on two, for the floor.
pub fn two_threads(name: &str, library: Library, accounts: [i32; 2]) {
    let floors: [Floor; 2] = std::array::from_fn(|_| Floor::new());
    let ours = |thread: usize| {
        let mut token = [0; 512];
        (0..CALLS).for_each(|_| assert_eq!(library.get(accounts[thread], &mut token), 0));
    };
    let least = |thread: usize| {
        let (floor, mut words) = (&floors[thread * usize::from(accounts[0] != accounts[1])], [0; 512]);
        (0..CALLS).for_each(|_| assert_eq!(floor.get(&mut words), 0));
    };
    // What is to be done: how many threads, and whether by the library. None ends the threads.
    let task = Mutex::new(None);
    let (gate, spans) = (Barrier::new(3), Mutex::new(Vec::new()));
    let mut disturbed = 0;
    let turns = std::thread::scope(|scope| {
        for thread in 0..2 {
            let (task, gate, spans, ours, least) = (&task, &gate, &spans, &ours, &least);
            scope.spawn(move || loop {
                gate.wait();
                let Some((threads, by_library)) = *task.lock().expect("a task") else { return };
                if thread < threads {
                    let span = Span::of(|| if by_library { ours(thread) } else { least(thread) });
                    spans.lock().expect("spans").push(span);
                }
                gate.wait();
            });
        }
        let mut tries = 0;
        let mut millions = |threads: usize, by_library: bool| loop {
            *task.lock().expect("a task") = Some((threads, by_library));
            gate.wait();
            gate.wait();
            let (seconds, good) = seconds(&std::mem::take(&mut *spans.lock().expect("spans")));
            tries += 1;
            disturbed += usize::from(!good && tries > TRIES);
            if good || tries > TRIES {
                return f64::from(CALLS) * threads as f64 / seconds / 1e6;
            }
        };
        let turns = Turns::of(ROUNDS, || {
            [(1, true), (2, true), (1, false), (2, false)]
                .map(|(threads, by_library)| millions(threads, by_library))
        });
        *task.lock().expect("a task") = None;
        gate.wait();
        turns
    });
    let [ours, least] = [turns.ratio(1, 0), turns.ratio(3, 2)];
    print!("{name:42}{:8.1} M/s{:8.1} M/s", turns.median(1), turns.median(3));
    print!("{:12}{ours:.2} and {least:.2} x the throughput of one", "");
    println!("{}", if disturbed > ROUNDS { " (no: the machine is busy)" } else { "" });
}
