//! A crowd at a cold cache, and at a server that is down: few requests, one error for all, and no convoy.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::*;
use crate::crowd::{all_at_once, alone, timed, Told};
use crate::ground::{eventually, Ground, ASSINE};
use crate::sandbox::Fault;

const MANY: usize = 256;
/// What a busy machine may add to a caller's own time. A convoy of so many would take minutes.
const SLACK: Duration = Duration::from_millis(2_500);
const FIRST_SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_crowd_at_a_cold_cache_is_one_request() {
    let _alone = alone();
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(300)), 1);
    let shared = ground.senior();
    let tokens = all_at_once(MANY, |number| match number % 4 {
        // Whatever a caller wants beyond a token, it is the same renewal.
        0 => shared.token(),
        1 => ground.senior().token(),
        2 => {
            let account = ground.senior();
            account.set("min_seconds_left", "60").unwrap();
            account.token()
        }
        _ => {
            let account = ground.senior();
            account.renew().unwrap();
            account.token()
        }
    });
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!((ground.count("senior.login"), ground.connections()), (1, 1));
}

/// Every call of a crowd that asks again and again in the first second. `pause` keeps the machine free for others.
fn first_second(calls: impl Fn(usize) -> Outcome<String> + Sync) -> Vec<Told<Outcome<String>>> {
    let until = Instant::now() + FIRST_SECOND;
    let calls = |number: usize| {
        let mut told = vec![timed(|| calls(number))];
        while Instant::now() < until {
            thread::sleep(Duration::from_millis(40));
            told.push(timed(|| calls(number)));
        }
        told
    };
    all_at_once(MANY, calls).into_iter().flatten().collect()
}

/// The failures, each within the caller's time and with what a program needs to know.
fn failures(told: Vec<Told<Outcome<String>>>, status: i32, timeout: Duration) -> Vec<Failure> {
    let fit = |told: Told<Outcome<String>>| {
        let failure = failed(told.result, status);
        assert!(told.took < timeout + SLACK, "it took {:?} of {timeout:?}", told.took);
        if failure.is_remembered() {
            assert!(failure.retry_after > 0, "{failure:?}");
            failure.assert_says(&[" s ago", "tried again"]);
        }
        failure
    };
    told.into_iter().map(fit).collect()
}

#[test]
fn a_crowd_at_a_server_that_fails_is_three_requests_a_second_at_most() {
    let _alone = alone();
    let ground = Ground::new();
    // One after the other they would take half a minute.
    ground.settings(|s| s.delay = Duration::from_millis(120));
    ground.fault("assine.login", Fault::Status(500), usize::MAX);
    let account = ground.account(&ASSINE);
    let began = Instant::now();
    let told = first_second(|_| account.get());
    // A machine that is too busy to end in time has had more than the first second.
    let seconds = began.elapsed().as_secs_f64().max(1.0);
    let asked = ground.count("assine.login");
    assert!(asked as f64 <= 3.0 * seconds, "{asked} requests in {seconds} s");
    let failures = failures(told, ERPTOKEN_E_SERVER, Duration::from_secs(30));
    let remembered = failures.iter().filter(|failure| failure.is_remembered()).count();
    assert!(remembered > MANY, "{remembered} of {} calls sent nothing", failures.len());
    assert_eq!(account.number("failures"), ground.count("assine.login") as i32);
    // It ends with the outage.
    ground.clear_faults();
    eventually("a token", || account.get().is_ok());
}

/// A port on which nobody listens, and nobody will while this lives.
struct Dead {
    base: String,
    // Bound and not listening: a connection is refused, and no other test is given the port.
    _socket: std::os::fd::OwnedFd,
}

impl Dead {
    fn new() -> Dead {
        use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        // A socket that is shut down listens no more and keeps its port.
        let socket = unsafe { OwnedFd::from_raw_fd(libc::dup(listener.as_raw_fd())) };
        assert_eq!(unsafe { libc::shutdown(socket.as_raw_fd(), libc::SHUT_RDWR) }, 0);
        Dead { base, _socket: socket }
    }
}

#[test]
fn a_crowd_at_a_port_where_nobody_listens_shares_one_failure() {
    let _alone = alone();
    let dead = Dead::new();
    let options = [("base_url", dead.base.as_str()), ("username", "u"), ("password", "senha")];
    let open = |timeout_ms: &str| {
        let account = Account::with("assine", &options);
        account.set("timeout_ms", timeout_ms).unwrap();
        account
    };
    let (patient, hurried) = (open("20000"), open("60"));
    let told = all_at_once(MANY, |number| timed(|| [&patient, &hurried][number % 2].get()));
    let (even, odd): (Vec<_>, Vec<_>) = told.into_iter().enumerate().partition(|(number, _)| number % 2 == 0);
    let part = |told: Vec<(usize, Told<_>)>| told.into_iter().map(|(_, told)| told).collect();
    // The renewal is of three connections, about a second; those in a hurry do not stay for it.
    for failure in failures(part(odd), ERPTOKEN_E_TIMEOUT, Duration::from_millis(60)) {
        failure.assert_says(&["goes on"]);
    }
    for failure in failures(part(even), ERPTOKEN_E_NETWORK, Duration::from_secs(3)) {
        failure.assert_says(&["no connection to 127.0.0.1"]);
        assert!(failure.retry_after > 0, "{failure:?}");
    }
    assert_eq!(patient.number("failures"), 1, "one renewal for all");
    let again = all_at_once(MANY, |_| timed(|| patient.get()));
    failures(again, ERPTOKEN_E_NETWORK, Duration::from_secs(3));
    // The failure is remembered for half a second at least, which a busy machine may need to get here.
    assert!(patient.number("failures") <= 2);
}

#[test]
fn a_crowd_at_a_server_that_hangs_leaves_on_its_own_time() {
    let _alone = alone();
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Hang, usize::MAX);
    let accounts: Vec<Account> = (0..8)
        .map(|number| {
            let account = ground.senior();
            account.set("timeout_ms", &(60 + 50 * number).to_string()).unwrap();
            account
        })
        .collect();
    let timeout = |number: usize| Duration::from_millis(60 + 50 * (number as u64 % 8));
    let told = first_second(|number| accounts[number % 8].get());
    for failure in failures(told, ERPTOKEN_E_TIMEOUT, timeout(7)) {
        assert!(!failure.is_remembered(), "{failure:?}");
    }
    // Each its own time, and not the longest one's.
    let told = all_at_once(MANY, |number| timed(|| accounts[number % 8].get()));
    for (number, told) in told.into_iter().enumerate() {
        let (least, took) = (timeout(number), told.took);
        failed(told.result, ERPTOKEN_E_TIMEOUT);
        assert!(took + Duration::from_millis(5) >= least && took < least + SLACK, "{took:?} of {least:?}");
    }
    assert_eq!((ground.count("senior.login"), ground.connections()), (1, 1), "all of them wait for one");
}

#[test]
fn a_crowd_that_left_too_early_finds_the_token_that_came_later() {
    let _alone = alone();
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(1_500)), 1);
    let account = ground.senior();
    account.set("timeout_ms", "100").unwrap();
    for told in all_at_once(MANY, |_| account.get()) {
        failed(told, ERPTOKEN_E_TIMEOUT);
    }
    eventually("the token that nobody waited for", || account.info("state") == "fresh");
    let tokens = all_at_once(MANY, |_| account.token());
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!((ground.count("senior.login"), account.number("logins")), (1, 1));
}
