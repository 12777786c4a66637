//! What a call costs that sends nothing, through the C ABI of the shared library as it is released, beside the
//! floor: a sequence lock, a coarse clock and a copy of 256 bytes, as a function with the same signature.
//!
//! `cargo bench --bench hit`. Floor and library are measured in turn in one run, so that the ratio holds when the
//! machine's speed drifts. The times are medians.

#[path = "host/mod.rs"]
mod host;
#[path = "../tests/sandbox/mod.rs"]
mod sandbox;
#[path = "hit/threads.rs"]
mod threads;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use host::floor::Floor;
use host::timing::{machine, median, nanoseconds, random, Turns};
use host::{Library, E_LIMIT};
use threads::two_threads;

const CALLS: u32 = 100_000;
const ROUNDS: usize = 31;
const RUNS: usize = 5;
const THREADS_ALIVE: usize = 40;
const THREADS_ENDED: usize = 1_000;
const CROWDS: [usize; 2] = [10_000, 1_000_000];
/// A library that opens them more slowly is not waited for.
const OPENING: Duration = Duration::from_secs(30);

fn main() {
    let library = Library::load();
    let account = library.imported("email@email.com.br");
    println!("{}", machine());
    println!("{:42}{:>12}{:>12}{:>9}", "", "erptoken", "floor", "ratio");

    hits("one thread", library, account);
    wide(library, account);
    let first = move || hits("first thread of a pool", library, account);
    std::thread::spawn(first).join().expect("a thread that measures");
    let each = ["ana", "bia"].map(|user| library.imported(user));
    two_threads("two threads, one account", library, [account; 2]);
    two_threads("two threads, an account each", library, each);
    with_threads_alive(library, account);
    after_threads_ended(library, account);
    two_threads("two threads after them, one account", library, [account; 2]);
    two_threads("two threads after them, an account each", library, each);
    remembered_error(library);
    opening("open, four options, get, close", library);
    at_random(library);
}

fn line(name: &str, turns: &Turns<2>) {
    let (ours, floor) = (turns.median(0), turns.median(1));
    print!("{name:42}{ours:9.1} ns{floor:9.1} ns{:7.2} x", turns.ratio(0, 1));
}

/// One account on this thread: the median of some runs, with the best and the worst of them.
fn hits(name: &str, library: Library, account: i32) {
    let floor = Floor::new();
    let (mut token, mut words) = ([0; 512], [0; 512]);
    assert_eq!(library.get(account, &mut token), 0);
    let mut ours = || nanoseconds(CALLS, || assert_eq!(library.get(account, &mut token), 0));
    let mut least = || nanoseconds(CALLS, || assert_eq!(floor.get(&mut words), 0));
    let mut runs: Vec<Turns<2>> = (0..RUNS).map(|_| Turns::take(ROUNDS, [&mut ours, &mut least])).collect();
    runs.sort_by(|one, other| one.ratio(0, 1).total_cmp(&other.ratio(0, 1)));
    line(name, &runs[RUNS / 2]);
    println!("   {:.2} to {:.2} in {RUNS} runs", runs[0].ratio(0, 1), runs[RUNS - 1].ratio(0, 1));
}

fn wide(library: Library, account: i32) {
    let floor = Floor::new();
    let (mut units, mut words) = ([0; 512], [0; 512]);
    let mut ours = || nanoseconds(CALLS, || assert_eq!(library.get_wide(account, &mut units), 0));
    let mut least = || nanoseconds(CALLS, || assert_eq!(floor.get(&mut words), 0));
    line("one thread, UTF-16", &Turns::take(ROUNDS, [&mut ours, &mut least]));
    println!();
}

/// The last of threads that all used the library and still live.
fn with_threads_alive(library: Library, account: i32) {
    let (touched, done) = (Barrier::new(THREADS_ALIVE), Barrier::new(THREADS_ALIVE));
    std::thread::scope(|scope| {
        for _ in 1..THREADS_ALIVE {
            scope.spawn(|| {
                assert_eq!(library.get(account, &mut [0; 512]), 0);
                touched.wait();
                done.wait();
            });
        }
        scope.spawn(|| {
            touched.wait();
            hits(&format!("thread {THREADS_ALIVE} of {THREADS_ALIVE} alive"), library, account);
            done.wait();
        });
    });
}

/// A thread of a pool that ended and replaced many.
fn after_threads_ended(library: Library, account: i32) {
    for _ in 0..THREADS_ENDED {
        let touch = move || assert_eq!(library.get(account, &mut [0; 512]), 0);
        std::thread::spawn(touch).join().expect("a thread that gets a token");
    }
    let last = move || hits(&format!("thread of a pool after {THREADS_ENDED} ended"), library, account);
    std::thread::spawn(last).join().expect("a thread that measures");
}

fn remembered_error(library: Library) {
    let sandbox = sandbox::Sandbox::start();
    let base = sandbox.base("invoisys");
    let refused =
        library.account(&[("base_url", &base), ("username", "email@email.com.br"), ("password", "errada")]);
    let mut buffer = [0; 512];
    assert_eq!(library.get(refused, &mut buffer), -4001);
    let mut ask = || nanoseconds(500, || assert_eq!(library.get(refused, &mut buffer), -4001));
    println!("{:42}{:9.1} ns", "a remembered error", median((0..ROUNDS).map(|_| ask()).collect()));
    library.close(refused);
}

fn opening(name: &str, library: Library) {
    let mut buffer = [0; 512];
    let mut whole = || {
        nanoseconds(100, || {
            let account = library.imported("email@email.com.br");
            assert_eq!(library.get(account, &mut buffer), 0);
            library.close(account);
        })
    };
    println!("{name:42}{:9.1} ns", median((0..ROUNDS).map(|_| whole()).collect()));
}

/// More accounts than the processor's cache holds, in an order that it does not foresee.
fn at_random(library: Library) {
    let mut accounts = Vec::new();
    for crowd in CROWDS {
        let complete = open(library, &mut accounts, crowd);
        let count = accounts.len();
        let floors: Vec<Floor> = (0..count).map(|_| Floor::new()).collect();
        let (mut token, mut words) = ([0; 512], [0; 512]);
        let (mut next, mut also) = (random(), random());
        let mut ours =
            || nanoseconds(CALLS, || assert_eq!(library.get(accounts[next() % count], &mut token), 0));
        let mut least = || nanoseconds(CALLS, || assert_eq!(floors[also() % count].get(&mut words), 0));
        line(&format!("{count} accounts at random"), &Turns::take(ROUNDS, [&mut ours, &mut least]));
        println!();
        opening(&format!("open ... close beside {count} accounts"), library);
        if let Err(why) = complete {
            println!("{crowd} accounts are not possible here: {why}");
            break;
        }
    }
    accounts.into_iter().for_each(|account| library.close(account));
}

/// Opens accounts until there are so many, each with a token of its own.
fn open(library: Library, accounts: &mut Vec<i32>, crowd: usize) -> Result<(), String> {
    let began = Instant::now();
    let mut buffer = [0; 512];
    while accounts.len() < crowd {
        match library.try_imported(&format!("user{}", accounts.len())) {
            Ok(account) => accounts.push(account),
            Err(E_LIMIT) => {
                // Room for the one that is opened and closed beside them.
                library.close(accounts.pop().expect("an account"));
                return Err(format!("ERPTOKEN_E_LIMIT after {}", accounts.len() + 1));
            }
            Err(status) => panic!("an account answers {status}"),
        }
        assert_eq!(library.get(accounts[accounts.len() - 1], &mut buffer), 0);
        if began.elapsed() > OPENING {
            return Err(format!("{} took {OPENING:?} to open", accounts.len()));
        }
    }
    Ok(())
}
