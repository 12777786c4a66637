//! Time, medians and the machine.

use std::time::Instant;

/// Nanoseconds that one of `calls` calls takes.
pub fn nanoseconds(calls: u32, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What was measured of two or more in turn.
pub struct Turns<const N: usize> {
    rounds: Vec<[f64; N]>,
}

impl<const N: usize> Turns<N> {
    /// Each of `works` in turn, so that what else the machine does hits all of them.
    pub fn take(rounds: usize, mut works: [&mut dyn FnMut() -> f64; N]) -> Turns<N> {
        let rounds = (0..rounds).map(|_| std::array::from_fn(|number| works[number]())).collect();
        Turns { rounds }
    }

    pub fn median(&self, of: usize) -> f64 {
        median(self.rounds.iter().map(|round| round[of]).collect())
    }

    /// One to another, round by round, so that the ratio holds when the machine's speed drifts.
    pub fn ratio(&self, one: usize, other: usize) -> f64 {
        median(self.rounds.iter().map(|round| round[one] / round[other]).collect())
    }
}

/// Numbers that no prefetcher foresees.
pub fn random() -> impl FnMut() -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) as usize
    }
}

/// What the numbers hold for: the processor, how many of it there are, and how busy they are.
pub fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("?", |m| m.1);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = read("/proc/loadavg");
    format!("{model}, {cores} cores, load {}", load.split(' ').next().unwrap_or("?"))
}
