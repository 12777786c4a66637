//! What a hit costs through the C ABI, beside the floor: a sequence lock, a coarse clock and a copy.
//!
//! `cargo bench --bench hit`. Both are measured in turn in one run, so that the ratio holds when the machine's
//! speed drifts.

#[path = "../tests/sandbox/mod.rs"]
mod sandbox;

use erptoken::abi::{accounts::*, tokens::*};
use std::ffi::{c_char, CString};
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

const CALLS: u32 = 200_000;
const ROUNDS: usize = 21;

/// The least that any cache must do: see that nobody writes, look at the clock, copy.
struct Floor {
    sequence: AtomicU64,
    usable_until: AtomicI64,
    words: [AtomicU64; 40],
}

impl Floor {
    fn get(&self, buffer: &mut [u64; 40], words: usize) -> bool {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        let before = self.sequence.load(Ordering::Acquire);
        // SAFETY: writes one timespec of ours.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &mut time) };
        for (word, out) in self.words.iter().zip(buffer.iter_mut()).take(words) {
            *out = word.load(Ordering::Relaxed);
        }
        std::sync::atomic::fence(Ordering::Acquire);
        time.tv_sec < self.usable_until.load(Ordering::Relaxed)
            && before == self.sequence.load(Ordering::Relaxed)
    }
}

fn account(base_url: &str) -> i32 {
    let text = |text: &str| CString::new(text).expect("no NUL");
    let mut account = 0;
    let set = |account, option: &str, value: &str| {
        // SAFETY: NUL-terminated texts.
        let status = unsafe { erptoken_set(account, text(option).as_ptr(), text(value).as_ptr()) };
        assert_eq!(status, 0, "{option}");
    };
    // SAFETY: a NUL-terminated text and a number of ours.
    assert_eq!(unsafe { erptoken_open(text("invoisys").as_ptr(), &mut account) }, 0);
    set(account, "base_url", base_url);
    set(account, "username", "email@email.com.br");
    set(account, "password", "senha do usuário");
    account
}

fn nanoseconds(work: impl Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        work();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let sandbox = sandbox::Sandbox::start();
    let account = account(&sandbox.base("invoisys"));
    let get = || {
        let mut buffer = [0 as c_char; 1024];
        let mut length = 1024;
        // SAFETY: a buffer with its capacity.
        let status = unsafe { erptoken_get(account, buffer.as_mut_ptr(), &mut length) };
        assert_eq!(status, 0);
        black_box(&buffer);
        length
    };
    let words = (get() as usize).div_ceil(8);
    let floor = Floor {
        sequence: AtomicU64::new(0),
        usable_until: AtomicI64::new(i64::MAX),
        words: [const { AtomicU64::new(7) }; 40],
    };
    let least = || {
        let mut buffer = [0; 40];
        assert!(floor.get(&mut buffer, words));
        black_box(&buffer);
    };
    let hit = || {
        get();
    };
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (nanoseconds(hit), nanoseconds(least))).collect();
    let hits = median(rounds.iter().map(|round| round.0).collect());
    let floors = median(rounds.iter().map(|round| round.1).collect());
    let ratio = median(rounds.iter().map(|round| round.0 / round.1).collect());
    println!("hit   {hits:7.1} ns\nfloor {floors:7.1} ns\nratio {ratio:7.1}   (medians of {ROUNDS} rounds)");
}
