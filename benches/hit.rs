//! What a call costs that sends nothing, through the C ABI of the shared library as it is released, beside the
//! floor: a sequence lock, a coarse clock and a copy.
//!
//! `cargo bench --bench hit`. Floor and library are measured in turn in one run, so that the ratio holds when the
//! machine's speed drifts. The numbers are medians.

#[path = "../tests/sandbox/mod.rs"]
mod sandbox;
#[path = "../tests/support/mod.rs"]
mod support;

use std::ffi::{c_char, c_void, CString};
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::Barrier;
use std::time::Instant;

const CALLS: u32 = 200_000;
const ROUNDS: usize = 21;
/// A token of 256 bytes is what the acceptance numbers speak of.
const WORDS: usize = 32;
/// More than the processor's own cache holds, and nearly all handles that there are.
const ACCOUNTS: usize = 8_000;

/// The least that any cache must do: see that nobody writes, look at the clock, copy.
#[repr(align(64))]
struct Floor {
    sequence: AtomicU64,
    usable_until: AtomicI64,
    words: [AtomicU64; WORDS],
}

impl Floor {
    fn new() -> Floor {
        Floor {
            sequence: AtomicU64::new(0),
            usable_until: AtomicI64::new(i64::MAX),
            words: [const { AtomicU64::new(7) }; WORDS],
        }
    }

    /// With the signature of `erptoken_get` and its duties: nothing may be taken for granted that a host passes.
    #[inline(never)]
    extern "C" fn get(&self, buffer: *mut c_char, length: *mut i32) -> i32 {
        if buffer.is_null() || length.is_null() {
            return -1;
        }
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        let before = self.sequence.load(Ordering::Acquire);
        // SAFETY: writes one timespec of ours, then within the capacity that the caller told.
        unsafe {
            libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &mut time);
            if (*length as usize) <= WORDS * 8 {
                return -1;
            }
            for (number, word) in self.words.iter().enumerate() {
                buffer.cast::<u64>().add(number).write_unaligned(word.load(Ordering::Relaxed));
            }
            *buffer.add(WORDS * 8) = 0;
            *length = WORDS as i32 * 8;
        }
        std::sync::atomic::fence(Ordering::Acquire);
        let alive = time.tv_sec < self.usable_until.load(Ordering::Relaxed);
        i32::from(!alive || before != self.sequence.load(Ordering::Relaxed))
    }
}

type Open = unsafe extern "C" fn(*const c_char, *mut i32) -> i32;
type Set = unsafe extern "C" fn(i32, *const c_char, *const c_char) -> i32;
type Get = unsafe extern "C" fn(i32, *mut c_char, *mut i32) -> i32;
type GetWide = unsafe extern "system" fn(i32, *mut u16, *mut i32) -> i32;
type Close = unsafe extern "C" fn(i32) -> i32;

/// The shared library, loaded as a host loads it.
#[derive(Clone, Copy)]
struct Library {
    open: Open,
    set: Set,
    get: Get,
    get_wide: GetWide,
    close: Close,
}

impl Library {
    fn load() -> Library {
        let path = support::built("liberptoken.so").into_os_string().into_string().expect("a path in UTF-8");
        let path = text(&path);
        // SAFETY: the library's functions are what its header declares.
        unsafe {
            let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            assert!(!library.is_null(), "{path:?} can not be loaded");
            let symbol = |name: &str| -> *mut c_void {
                let symbol = libc::dlsym(library, text(name).as_ptr());
                assert!(!symbol.is_null(), "no {name}");
                symbol
            };
            Library {
                open: std::mem::transmute::<*mut c_void, Open>(symbol("erptoken_open")),
                set: std::mem::transmute::<*mut c_void, Set>(symbol("erptoken_set")),
                get: std::mem::transmute::<*mut c_void, Get>(symbol("erptoken_get")),
                get_wide: std::mem::transmute::<*mut c_void, GetWide>(symbol("erptokenw_get")),
                close: std::mem::transmute::<*mut c_void, Close>(symbol("erptoken_close")),
            }
        }
    }

    fn account(self, options: &[(&str, &str)]) -> i32 {
        let mut account = 0;
        // SAFETY: NUL-terminated texts, and a number of ours.
        unsafe {
            assert_eq!((self.open)(text("invoisys").as_ptr(), &mut account), 0);
            for (option, value) in options {
                assert_eq!((self.set)(account, text(option).as_ptr(), text(value).as_ptr()), 0, "{option}");
            }
        }
        account
    }

    fn get(self, account: i32, buffer: &mut [c_char; 512]) -> i32 {
        let mut length = 512;
        // SAFETY: a buffer with its capacity.
        let status = unsafe { (self.get)(account, buffer.as_mut_ptr(), &mut length) };
        black_box(buffer);
        status
    }
}

fn wide_get(library: Library, account: i32, buffer: &mut [u16; 512]) -> i32 {
    let mut length = 512;
    // SAFETY: a buffer with its capacity.
    let status = unsafe { (library.get_wide)(account, buffer.as_mut_ptr(), &mut length) };
    black_box(buffer);
    status
}

fn floor_get(floor: &Floor, buffer: &mut [c_char; 512]) -> i32 {
    let mut length = 512;
    let status = black_box(Floor::get as extern "C" fn(&Floor, *mut c_char, *mut i32) -> i32)(
        floor,
        buffer.as_mut_ptr(),
        &mut length,
    );
    black_box(buffer);
    status
}

fn text(text: &str) -> CString {
    CString::new(text).expect("no NUL")
}

fn nanoseconds(calls: u32, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

/// Millions of calls a second of `threads` threads together, each of which makes its work for itself.
fn throughput<W: FnMut()>(threads: usize, work: impl Fn(usize) -> W + Sync) -> f64 {
    let (start, done) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (start, done, work) = (&start, &done, &work);
            scope.spawn(move || {
                let mut work = work(thread);
                start.wait();
                (0..CALLS * 4).for_each(|_| work());
                done.wait();
            });
        }
        start.wait();
        let began = Instant::now();
        done.wait();
        f64::from(CALLS * 4) * threads as f64 / began.elapsed().as_secs_f64() / 1e6
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Both in turn, and their ratio round by round.
fn pairs(mut ours: impl FnMut() -> f64, mut floor: impl FnMut() -> f64) -> (f64, f64, f64) {
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (ours(), floor())).collect();
    let column = |of: fn(&(f64, f64)) -> f64| median(rounds.iter().map(of).collect());
    (column(|round| round.0), column(|round| round.1), column(|round| round.0 / round.1))
}

/// Numbers that no prefetcher foresees.
fn random() -> impl FnMut() -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) as usize
    }
}

fn main() {
    let library = Library::load();
    let token = "t".repeat(WORDS * 8);
    let imported = |user: &str| {
        library.account(&[
            ("username", user),
            ("password", "senha"),
            ("access_token", &token),
            ("expires_at", "2099-01-01T00:00:00Z"),
        ])
    };
    let account = imported("email@email.com.br");
    let floor = Floor::new();
    let (mut buffer, mut words) = ([0; 512], [0; 512]);

    let (hit, least, ratio) = pairs(
        || nanoseconds(CALLS, || assert_eq!(library.get(account, &mut buffer), 0)),
        || nanoseconds(CALLS, || assert_eq!(floor_get(&floor, &mut words), 0)),
    );
    println!("one account, one thread       {hit:7.1} ns   floor {least:7.1} ns   {ratio:5.2} x");

    let mut units = [0; 512];
    let (hit, least, ratio) = pairs(
        || nanoseconds(CALLS, || assert_eq!(wide_get(library, account, &mut units), 0)),
        || nanoseconds(CALLS, || assert_eq!(floor_get(&floor, &mut words), 0)),
    );
    println!("the same in UTF-16            {hit:7.1} ns   floor {least:7.1} ns   {ratio:5.2} x");

    let accounts: Vec<i32> = (0..ACCOUNTS).map(|number| imported(&format!("user{number}"))).collect();
    let floors: Vec<Floor> = (0..ACCOUNTS).map(|_| Floor::new()).collect();
    for account in &accounts {
        assert_eq!(library.get(*account, &mut buffer), 0);
    }
    let (mut next, mut also) = (random(), random());
    let (hit, least, ratio) = pairs(
        || nanoseconds(CALLS, || assert_eq!(library.get(accounts[next() % ACCOUNTS], &mut buffer), 0)),
        || nanoseconds(CALLS, || assert_eq!(floor_get(&floors[also() % ACCOUNTS], &mut words), 0)),
    );
    println!("{ACCOUNTS} accounts at random       {hit:7.1} ns   floor {least:7.1} ns   {ratio:5.2} x");

    let fresh = AtomicU64::new(0);
    for (name, shared) in [("one account", true), ("an account each", false)] {
        let run = |threads: usize| {
            // New identities each time: threads that are gone must not have left a mark.
            let users = [0, 1].map(|user| format!("run{}-{user}", fresh.fetch_add(1, Ordering::Relaxed)));
            let accounts = [imported(&users[0]), imported(&users[usize::from(!shared)])];
            let millions = throughput(threads, |thread: usize| {
                let (account, mut buffer) = (accounts[if shared { 0 } else { thread }], [0; 512]);
                move || assert_eq!(library.get(account, &mut buffer), 0)
            });
            for account in accounts {
                // SAFETY: a handle.
                assert_eq!(unsafe { (library.close)(account) }, 0);
            }
            millions
        };
        let one = median((0..7).map(|_| run(1)).collect());
        let two = median((0..7).map(|_| run(2)).collect());
        println!("threads, {name:18} {one:5.1} M/s with one, {two:5.1} M/s with two   {:5.2} x", two / one);
    }

    let run = |threads: usize| {
        throughput(threads, |thread: usize| {
            let (floor, mut words) = (&floors[thread * 2], [0; 512]);
            move || assert_eq!(floor_get(floor, &mut words), 0)
        })
    };
    let one = median((0..7).map(|_| run(1)).collect());
    let two = median((0..7).map(|_| run(2)).collect());
    println!(
        "threads, the floor          {one:5.1} M/s with one, {two:5.1} M/s with two   {:5.2} x",
        two / one
    );

    let sandbox = sandbox::Sandbox::start();
    let base = sandbox.base("invoisys");
    let refused =
        library.account(&[("base_url", &base), ("username", "email@email.com.br"), ("password", "errada")]);
    assert_eq!(library.get(refused, &mut buffer), -4001);
    let error = median(
        (0..ROUNDS)
            .map(|_| nanoseconds(2_000, || assert_eq!(library.get(refused, &mut buffer), -4001)))
            .collect(),
    );
    println!("a remembered error            {error:7.1} ns");

    let whole = median(
        (0..ROUNDS)
            .map(|_| {
                nanoseconds(1_000, || {
                    let account = imported("email@email.com.br");
                    assert_eq!(library.get(account, &mut buffer), 0);
                    // SAFETY: a handle.
                    assert_eq!(unsafe { (library.close)(account) }, 0);
                })
            })
            .collect(),
    );
    println!("open, four options, get, close{whole:8.1} ns");
}
