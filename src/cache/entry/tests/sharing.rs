//! Two processes as two entries on one store, on a clock moved by hand.

use super::*;
use crate::store::{Memory, RecordKind, RecordName, Store};
use std::sync::atomic::Ordering;

const DAY: i64 = 24 * H;
const NAME: RecordName = RecordName { kind: RecordKind::Token, id: [3; 16] };

/// A store that pretends to outlive the process: that is not the entry's concern.
fn store() -> Arc<dyn Store> {
    Arc::new(Memory::default())
}

/// The provider of all: its tokens are "t1", "t2" …, each with a life of two hours.
struct World {
    store: Arc<dyn Store>,
    clock: Clock,
    provider: Arc<Provider>,
}

impl World {
    fn new() -> World {
        let clock = Clock::fixed();
        let provider = bench_on(clock.clone(), false, true, |_| Ok(2 * H)).provider;
        World { store: store(), clock, provider }
    }

    fn asked(&self) -> usize {
        self.provider.asked()
    }

    fn locked(&self) -> Box<dyn crate::store::LockedRecord + '_> {
        self.store.lock(NAME, Instant::now()).unwrap().expect("nobody has it")
    }
}

/// A process that begins now.
fn process(World { store, clock, provider }: &World) -> Bench {
    let pool = Arc::new(WorkerThreads::default());
    pool.forbid(true);
    let entry = Entry::new(clock.clone(), Arc::default(), pool);
    let entry = Arc::new(entry.with_record(RecordHandle { store: Arc::clone(store), name: NAME }));
    let source = Arc::clone(provider) as Arc<dyn TokenSource>;
    Bench { cell: entry, clock: clock.clone(), provider: Arc::clone(provider), source }
}

#[test]
fn what_one_got_the_other_has_without_a_request() {
    let world = World::new();
    let (one, other) = (process(&world), process(&world));
    assert_eq!((one.get(), other.get(), world.asked()), (ok("t1"), ok("t1"), 1));
    assert_eq!(other.cell.counters.logins.load(Ordering::Relaxed), 0);
}

#[test]
fn a_token_without_a_life_costs_all_processes_one_login_in_ten_seconds() {
    let clock = Clock::fixed();
    let provider = bench_on(clock.clone(), false, false, |_| Ok(0)).provider;
    let world = World { store: store(), clock, provider };
    let processes = [process(&world), process(&world), process(&world)];
    for second in 0..30 {
        for process in &processes {
            assert_eq!(process.get(), ok(&format!("t{}", second / 10 + 1)), "after {second} s");
        }
        world.clock.advance(S);
    }
    assert_eq!(world.asked(), 3);
}

#[test]
fn a_wall_clock_set_by_a_day_costs_one_request_at_most() {
    for (wall, asked) in [(-DAY, 1), (DAY, 2)] {
        let world = World::new();
        process(&world).get().unwrap();
        world.clock.shift(1_000, wall);
        process(&world).get().unwrap();
        process(&world).get().unwrap();
        assert_eq!(world.asked(), asked, "{wall}");
    }
}

#[test]
fn a_token_that_died_in_its_sleep_is_not_taken_over() {
    let world = World::new();
    process(&world).get().unwrap();
    world.clock.advance(5 * H);
    assert_eq!((process(&world).get(), world.asked()), (ok("t2"), 2));
}

#[test]
fn nobody_with_a_good_token_waits_for_another_process() {
    let world = World::new();
    let (one, other) = (process(&world), process(&world));
    assert_eq!((one.get(), other.get()), (ok("t1"), ok("t1")));
    world.clock.advance(H + H / 2);
    let lock = world.locked();
    for _ in 0..100 {
        assert_eq!(other.get(), ok("t1"));
    }
    assert_eq!((world.asked(), other.cell.counters.failures.load(Ordering::Relaxed)), (1, 0));
    assert_eq!(other.cell.snapshot().last_error, None, "nothing failed");
    drop(lock);
    world.clock.advance(4 * S);
    assert_eq!((other.get(), world.asked()), (ok("t2"), 2));
    assert_eq!((one.get(), world.asked()), (ok("t2"), 2), "its successor is there by now");
}

#[test]
fn a_refresh_token_whose_record_is_lost_is_not_sent() {
    let world = World::new();
    let (one, other) = (process(&world), process(&world));
    assert_eq!((one.get(), other.get()), (ok("t1"), ok("t1")));
    world.locked().remove().unwrap();
    world.clock.advance(3 * H);
    assert_eq!(other.get(), ok("t2"));
    let counters = &other.cell.counters;
    assert_eq!(
        (counters.logins.load(Ordering::Relaxed), counters.refreshes.load(Ordering::Relaxed)),
        (1, 0),
        "others may have sent it"
    );
}

#[test]
fn a_process_without_a_token_can_refuse_the_one_in_the_store() {
    let world = World::new();
    process(&world).get().unwrap();
    let teller = process(&world);
    assert!(!teller.cell.reject("t0", &*teller.source).unwrap());
    assert_eq!(process(&world).get(), ok("t1"), "a late report costs nothing");
    let teller = process(&world);
    assert!(teller.cell.reject("t1", &*teller.source).unwrap());
    assert_eq!(process(&world).get(), ok("t2"));
    let teller = process(&world);
    assert_eq!(teller.cell.reject("t2", &*teller.source).unwrap_err().status, Status::RefusedAgain);
    assert_eq!(world.asked(), 2);
}
