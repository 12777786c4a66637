//! Time, medians and the machine.

/// Nanoseconds that one of `calls` calls takes, of this thread's time on a processor: on a machine with other work that is
/// less than what passes.
pub fn nanoseconds(calls: u32, mut work: impl FnMut()) -> f64 {
    let start = processor_time();
    for _ in 0..calls {
        work();
    }
    (processor_time() - start) as f64 / f64::from(calls)
}

/// This thread's time on a processor, in nanoseconds.
pub fn processor_time() -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one timespec of ours.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) }, 0);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
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
        Turns::of(rounds, || std::array::from_fn(|number| works[number]()))
    }

    /// The same where one piece of code measures all of them.
    pub fn of(rounds: usize, mut round: impl FnMut() -> [f64; N]) -> Turns<N> {
        Turns { rounds: (0..rounds).map(|_| round()).collect() }
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
