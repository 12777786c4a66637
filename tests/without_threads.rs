//! The process option `background` = 0: everything that holds for renewals holds without one thread of the library's.
//!
//! A program of its own, because the option is the whole process's, and so is the list of threads.

#![cfg(target_os = "linux")]

#[path = "providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "crowds/crowd.rs"]
#[allow(dead_code)]
mod crowd;
#[path = "providers/ground.rs"]
#[allow(dead_code)]
mod ground;
mod sandbox;

use std::collections::HashSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use client::*;
use crowd::{all_at_once, timed};
use erptoken::abi::process;
use ground::{eventually, Ground, ASSINE, SENIOR};
use sandbox::Fault;
use serde_json::json;

const MANY: usize = 256;
/// What a busy machine may add to a caller's own time.
const SLACK: Duration = Duration::from_millis(2_500);

/// The names of all threads of this process.
fn threads() -> Vec<String> {
    let threads = fs::read_dir("/proc/self/task").expect("the threads").flatten();
    // A thread may end between being listed and being looked at.
    let name = |path: fs::DirEntry| fs::read_to_string(path.path().join("comm")).ok();
    threads.filter_map(name).map(|name| name.trim_end().to_owned()).collect()
}

/// A part of the test, and its thread's name, which a panic tells.
type Part = (&'static str, fn());

/// Runs parts that mostly wait; the names of those that failed.
fn side_by_side(parts: &[Part]) -> Vec<&'static str> {
    thread::scope(|scope| {
        let start = |(name, part): &Part| {
            let thread = thread::Builder::new().name(format!("part-{name}"));
            (*name, thread.spawn_scoped(scope, *part).expect("a thread"))
        };
        let running: Vec<_> = parts.iter().map(start).collect();
        running.into_iter().filter_map(|(name, part)| part.join().err().map(|_| name)).collect()
    })
}

#[test]
fn renewals_without_a_thread_of_the_library() {
    let (option, value) = (c"background".as_ptr(), c"0".as_ptr());
    assert_eq!(unsafe { process::erptoken_configure(option, value) }, ERPTOKEN_OK);
    let (ended, foreign) = (AtomicBool::new(false), std::sync::Mutex::new(HashSet::new()));
    let ours: HashSet<String> = threads().into_iter().chain(["watcher".to_owned()]).collect();
    let look = || {
        let now = threads();
        let known = |name: &String| {
            let of_the_test = ["caller", "part-", "sandbox"].iter().any(|ours| name.starts_with(ours));
            ours.contains(name) || of_the_test
        };
        let callers = now.iter().filter(|name| *name == "caller").count();
        // A thread that is given no name has that of the one that started it.
        let unnamed = (callers > MANY).then(|| format!("{callers} callers"));
        let mut foreign = foreign.lock().unwrap();
        foreign.extend(now.iter().filter(|name| !known(name)).cloned().chain(unnamed));
    };
    thread::scope(|scope| {
        let watcher = thread::Builder::new().name("watcher".to_owned());
        let watch = || {
            while !ended.load(Ordering::Relaxed) {
                look();
                thread::sleep(Duration::from_millis(2));
            }
        };
        watcher.spawn_scoped(scope, watch).expect("a thread");
        let crowds: [Part; 4] = [
            ("cold", a_crowd_at_a_cold_cache_is_one_request),
            ("failing", a_crowd_shares_a_failure_which_is_remembered),
            ("refused", a_crowd_shares_a_refused_password),
            ("hanging", a_crowd_at_a_server_that_hangs_leaves_on_its_own_time),
        ];
        let waits: [Part; 5] = [
            ("one_renews", one_caller_renews_an_ageing_token_and_the_others_do_not_wait),
            ("not_repeated", a_renewal_that_failed_is_not_repeated_by_the_next_caller),
            ("dead_token", a_dead_token_is_not_handed_out_by_the_caller_who_could_not_renew_it),
            ("timed_out", a_request_that_timed_out_is_not_repeated_at_once),
            ("may_be_spent", a_refresh_token_that_works_once_is_not_sent_twice),
        ];
        let mut failed: Vec<&str> = crowds.iter().flat_map(|crowd| side_by_side(&[*crowd])).collect();
        failed.extend(side_by_side(&waits));
        ended.store(true, Ordering::Relaxed);
        let foreign = foreign.lock().unwrap();
        assert_eq!(*foreign, HashSet::new(), "threads that are not this program's");
        assert_eq!(failed, [""; 0], "why is told above");
    });
}

fn a_crowd_at_a_cold_cache_is_one_request() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(300)), 1);
    let shared = ground.senior();
    let tokens = all_at_once(MANY, |number| match number % 2 {
        0 => shared.token(),
        _ => ground.senior().token(),
    });
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    // Of an expired token as of none.
    let reported = all_at_once(MANY, |_| {
        shared.reject(&tokens[0]).unwrap();
        shared.token()
    });
    assert!(reported.iter().all(|token| *token == reported[0] && *token != tokens[0]));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

fn a_crowd_shares_a_failure_which_is_remembered() {
    let ground = Ground::new();
    ground.settings(|s| s.delay = Duration::from_millis(100));
    ground.fault("assine.login", Fault::Status(500), usize::MAX);
    let account = ground.account(&ASSINE);
    let began = Instant::now();
    let until = began + Duration::from_secs(1);
    all_at_once(MANY, |_| {
        while Instant::now() < until {
            let failure = account.refused(ERPTOKEN_E_SERVER);
            assert!(!failure.is_remembered() || failure.retry_after > 0, "{failure:?}");
            thread::sleep(Duration::from_millis(40));
        }
    });
    let asked = ground.count("assine.login");
    assert!(asked as f64 <= 3.0 * began.elapsed().as_secs_f64().max(1.0), "{asked} requests");
    assert_eq!(account.number("failures"), asked as i32);
}

fn a_crowd_shares_a_refused_password() {
    let ground = Ground::new();
    ground.settings(|s| s.delay = Duration::from_millis(30));
    all_at_once(64, |_| {
        let account = ground.account_of(&SENIOR, SENIOR.username, "errada");
        for _ in 0..10 {
            account.refused(ERPTOKEN_E_CREDENTIALS);
        }
    });
    ground.senior().token();
    assert_eq!(ground.count("senior.login"), 2);
}

fn a_crowd_at_a_server_that_hangs_leaves_on_its_own_time() {
    let ground = Ground::new();
    ground.fault("assine.login", Fault::Hang, usize::MAX);
    let accounts: Vec<Account> = (0..8)
        .map(|number| {
            let account = ground.account(&ASSINE);
            account.set("timeout_ms", &(100 + 50 * number).to_string()).unwrap();
            account
        })
        .collect();
    let told = all_at_once(MANY, |number| timed(|| accounts[number % 8].get()));
    for (number, told) in told.into_iter().enumerate() {
        let least = Duration::from_millis(100 + 50 * (number as u64 % 8));
        failed(told.result, ERPTOKEN_E_TIMEOUT);
        let took = told.took;
        assert!(took + Duration::from_millis(15) >= least && took < least + SLACK, "{took:?} of {least:?}");
    }
    // Who is out of time hands the work on to one who is not.
    let asked = ground.count("assine.login");
    assert!(asked <= 8, "{asked} requests for eight time-outs");
}

/// A token of ten seconds that is to be renewed after one.
fn ageing(ground: &Ground) -> (Account, String) {
    ground.settings(|s| s.expires_in = Some(json!(10)));
    let account = ground.senior();
    account.set("renew_after_s", "1").unwrap();
    let token = account.token();
    thread::sleep(Duration::from_millis(1_050));
    (account, token)
}

fn one_caller_renews_an_ageing_token_and_the_others_do_not_wait() {
    let ground = Ground::new();
    let (account, first) = ageing(&ground);
    ground.fault("senior.refresh", Fault::Slow(Duration::from_millis(1_000)), 1);
    let told = all_at_once(64, |_| timed(|| account.token()));
    let waited = told.iter().filter(|told| told.took > Duration::from_millis(900)).count();
    let newer = told.iter().filter(|told| told.result != first).count();
    assert_eq!((waited, newer), (1, 1), "one of them does the work, and has the new token for it");
    assert_eq!(ground.count("senior.refresh"), 1);
}

fn a_renewal_that_failed_is_not_repeated_by_the_next_caller() {
    let ground = Ground::new();
    let (account, first) = ageing(&ground);
    ground.fault("senior.refresh", Fault::Status(503), usize::MAX);
    for told in all_at_once(64, |_| account.token()) {
        assert_eq!(told, first);
    }
    for _ in 0..50 {
        assert_eq!(account.token(), first);
    }
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
    assert_eq!(account.number("failures"), 1);
}

fn a_dead_token_is_not_handed_out_by_the_caller_who_could_not_renew_it() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(4)));
    let account = ground.senior();
    account.set("renew_after_s", "1").unwrap();
    let first = account.token();
    thread::sleep(Duration::from_millis(1_050));
    ground.fault("senior.refresh", Fault::Hang, usize::MAX);
    // Ageing when the caller comes, dead when the caller has tried to renew it.
    account.set("timeout_ms", "3500").unwrap();
    let told = account.get();
    assert_ne!(told.as_ref(), Ok(&first), "{} s after its birth", account.number("age"));
}

fn a_request_that_timed_out_is_not_repeated_at_once() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Hang, usize::MAX);
    let account = ground.senior();
    account.set("timeout_ms", "100").unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(1) {
        account.get().expect_err("no token");
    }
    let asked = ground.count("senior.login");
    assert!(asked <= 3, "{asked} requests in the first second");
    eventually("a token, when the provider is back", || {
        ground.clear_faults();
        account.set("timeout_ms", "5000").unwrap();
        account.get().is_ok()
    });
}

fn a_refresh_token_that_works_once_is_not_sent_twice() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.reject(&account.token()).unwrap();
    ground.fault("assine.refresh", Fault::Slow(Duration::from_millis(1_000)), 1);
    account.set("timeout_ms", "300").unwrap();
    account.refused(ERPTOKEN_E_TIMEOUT);
    // Whoever has more time logs in: the server may have carried out what nobody waited for.
    account.set("timeout_ms", "5000").unwrap();
    eventually("a token", || account.get().is_ok());
    assert_eq!((ground.count("assine.refresh"), ground.count("assine.login")), (1, 2));
}
