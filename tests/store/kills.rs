//! Processes that are killed or stopped in the middle of a renewal, at a provider whose refresh tokens work once and
//! that takes a second use for a theft.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::ground::{eventually, Ground, ASSINE, SENIOR};
use crate::sandbox::Fault;
use crate::support::Folder;
use crate::worker::Worker;

const RENEWALS: usize = 10_000;
/// Far beyond what it takes; a machine that is this slow has shown enough by then.
const LONGEST: Duration = Duration::from_secs(150);

/// Those who wait for a process that is killed, at most: its locks end with it.
const HELD_UP: Duration = Duration::from_secs(6);

/// A folder in memory where there is one: what a killed process leaves does not depend on the disk, which only makes the
/// test slow.
struct Quick(PathBuf);

impl Quick {
    fn new(name: &str) -> Quick {
        let memory = Path::new("/dev/shm");
        let within = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        Quick(within.join(format!("erptoken-test-{name}-{}", std::process::id())))
    }
}

impl Drop for Quick {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn random(below: u64) -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish() % below
}

#[test]
fn ten_thousand_renewals_with_random_kills_spend_no_refresh_token_twice() {
    let folder = Quick::new("kills");
    std::fs::create_dir_all(&folder.0).unwrap();
    let log = folder.0.join("log");
    // Tokens of a second and of two, beside the two in which they are not handed out.
    let grounds = [Ground::new(), Ground::new()];
    let mut lines = Vec::new();
    for (ground, life, users) in [(&grounds[0], 3, 150), (&grounds[1], 4, 60)] {
        ground.settings(|s| {
            s.expires_in = Some(json!(life));
            s.reuse_revokes_family = true;
            s.delay = Duration::from_millis(1);
        });
        // Whoever was killed is not there to be answered.
        ground.tolerate_violations();
        for user in 0..users {
            ground.add_user("senior", &format!("u{user}"), "senha");
            lines.push(format!("account senior {} u{user} senha", ground.base("senior")));
        }
    }
    let count = |operation: &str| grounds.iter().map(|ground| ground.count(operation)).sum::<usize>();
    let renewals = || count("senior.login") + count("senior.refresh");
    let (ended, kills, gets) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    let mut worker = Worker::at(&folder.0.join("store"));
                    worker.configured("log_file", &log.display().to_string());
                    lines.iter().for_each(|line| assert_eq!(worker.ask(line), "OK"));
                    worker.tell("forever");
                    let until = Instant::now() + Duration::from_millis(30 + random(500));
                    while Instant::now() < until {
                        let said = worker.hear();
                        gets.fetch_add(1, Ordering::Relaxed);
                        if said.starts_with("ERPTOKEN") {
                            failures.lock().unwrap().push(said);
                        }
                    }
                    worker.kill();
                    kills.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while renewals() < RENEWALS && began.elapsed() < LONGEST {
            for ground in &grounds {
                ground.fault("senior.refresh", Fault::Slow(Duration::from_millis(random(40))), 1);
            }
            thread::sleep(Duration::from_millis(50));
        }
        ended.store(true, Ordering::Relaxed);
    });
    let (kills, logins) = (kills.into_inner(), count("senior.login"));
    println!(
        "{} renewals, {logins} of them logins, {kills} kills, {} calls in {:.0} s",
        renewals(),
        gets.into_inner(),
        began.elapsed().as_secs_f64()
    );
    assert_eq!(failures.into_inner().unwrap(), [""; 0]);
    let warned = std::fs::read_to_string(&log).unwrap().contains("not the last one that was written");
    assert!(!warned, "nobody put a record back");
    assert_eq!(grounds.iter().map(|ground| ground.reuses()).sum::<usize>(), 0, "families revoked");
    assert!(logins <= lines.len() + kills, "{logins} logins for {kills} kills");
    assert!(kills > 20 && renewals() > RENEWALS / 10, "this machine is too slow to show anything");
}

#[test]
fn a_refresh_token_that_a_killed_process_had_sent_is_not_sent_again() {
    for done in [Fault::Slow(Duration::from_millis(700)), Fault::Hang] {
        let (ground, folder) = (Ground::new(), Folder::new("sent"));
        ground.settings(|s| s.reuse_revokes_family = true);
        let store = folder.join("store");
        let mut one = Worker::senior(&ground, &store);
        let first = one.token();
        assert_eq!(one.ask(&format!("reject {first}")), "OK");
        ground.fault("senior.refresh", done, 1);
        one.tell("get");
        eventually("the refresh token is sent", || ground.count("senior.refresh") == 1);
        one.kill();
        let mut next = Worker::senior(&ground, &store);
        let second = next.token();
        thread::sleep(Duration::from_millis(800));
        assert!(ground.is_live(&second) && ground.reuses() == 0);
        assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 2));
        // From here on all is as before.
        assert_eq!(next.ask("set renew_after_s 1"), "OK");
        thread::sleep(Duration::from_millis(400));
        assert_ne!(next.token(), "");
        eventually("the new refresh token is used", || ground.count("senior.refresh") == 2);
        assert_eq!(ground.reuses(), 0);
    }
}

#[test]
fn a_process_killed_in_its_login_leaves_nothing_locked() {
    let (ground, folder) = (Ground::new(), Folder::new("login"));
    let store = folder.join("store");
    ground.fault("senior.login", Fault::Hang, 1);
    let mut one = Worker::senior(&ground, &store);
    one.tell("get");
    eventually("the login is sent", || ground.count("senior.login") == 1);
    let mut next = Worker::senior(&ground, &store);
    next.tell("get");
    thread::sleep(Duration::from_millis(300));
    assert_eq!(ground.count("senior.login"), 1, "it waits for the first one");
    one.kill();
    let began = Instant::now();
    assert_eq!((next.hear().len(), ground.count("senior.login")), (32, 2));
    assert!(began.elapsed() < HELD_UP, "it was held up: {:?}", began.elapsed());
}

#[test]
fn a_child_of_a_killed_process_keeps_no_lock() {
    let (ground, folder) = (Ground::new(), Folder::new("child"));
    let store = folder.join("store");
    ground.fault("senior.login", Fault::Hang, 1);
    let mut one = Worker::senior(&ground, &store);
    assert_eq!(one.ask("behind"), "OK");
    eventually("the login is sent", || ground.count("senior.login") == 1);
    // It lives on when its parent is gone, with all that it inherited.
    let child: i32 = one.ask("fork").parse().expect("a process's number");
    one.kill();
    assert_eq!(unsafe { libc::kill(child, 0) }, 0, "the child is there");
    let began = Instant::now();
    let mut next = Worker::senior(&ground, &store);
    next.token();
    let took = began.elapsed();
    unsafe { libc::kill(child, libc::SIGKILL) };
    assert!(took < HELD_UP, "it waited for the child: {took:?}");
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn a_child_of_fork_keeps_its_tokens_where_its_parent_does() {
    let (ground, folder) = (Ground::new(), Folder::new("forked"));
    let mut one = Worker::senior(&ground, &folder.join("store"));
    let first = one.token();
    assert_eq!(one.ask("become-child"), "OK");
    one.open(&ground, &SENIOR, SENIOR.password);
    assert_eq!((one.token(), one.info("source")), (first, "store".into()));
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn a_stopped_process_holds_the_others_up_for_as_long_as_they_want_and_not_for_ever() {
    let (ground, folder) = (Ground::new(), Folder::new("stopped"));
    let store = folder.join("store");
    let mut stopped = Vec::new();
    for known in [&SENIOR, &ASSINE] {
        ground.fault(known.login, Fault::Slow(Duration::from_millis(300)), 1);
        let mut worker = Worker::at(&store);
        worker.open(&ground, known, known.password);
        worker.tell("get");
        eventually("the login is sent", || ground.count(known.login) == 1);
        worker.signal(libc::SIGSTOP);
        stopped.push(worker);
    }
    let mut waiting: Vec<Worker> = Vec::new();
    for known in [&SENIOR, &ASSINE] {
        let mut worker = Worker::at(&store);
        worker.open(&ground, known, known.password);
        assert_eq!(worker.ask("set timeout_ms 1000"), "OK");
        let began = Instant::now();
        assert!(worker.ask("get").starts_with("ERPTOKEN_E_TIMEOUT"));
        assert!(began.elapsed() < Duration::from_secs(10), "its own time");
        assert_eq!(worker.ask("set timeout_ms 90000"), "OK");
        worker.tell("get");
        waiting.push(worker);
    }
    // assine.online lets one more session live: that one logs in beside the other.
    assert_eq!(waiting[1].hear().len(), 40);
    assert_eq!((ground.count("senior.login"), ground.count("assine.login")), (1, 2));
    for worker in &stopped {
        worker.signal(libc::SIGCONT);
    }
    // Its time is over; the lock is free again, and one token is everybody's.
    let token = waiting[0].hear();
    assert_eq!(token.len(), 32);
    for (worker, token) in stopped.iter_mut().zip([Some(token), None]) {
        assert!(worker.hear().starts_with("ERPTOKEN_E_TIMEOUT"));
        eventually("its token", || {
            let said = worker.ask("get");
            token.as_ref().map_or(said.len() == 40, |token| said == *token)
        });
    }
    assert!(ground.count("senior.login") <= 2 && ground.count("assine.login") <= 3);
}
