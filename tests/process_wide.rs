//! What concerns the whole process, in one test of its own program: no other test must run beside it.

#[path = "providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "providers/ground.rs"]
#[allow(dead_code)]
mod ground;
mod sandbox;

use std::ffi::CString;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use client::*;
use erptoken::abi::{accounts, process, tokens};
use ground::{eventually, Ground, ASSINE, SENIOR};
use sandbox::Fault;
use serde_json::json;

fn configure(option: &str, value: Option<&str>) -> i32 {
    let option = CString::new(option).unwrap();
    let value = value.map(|value| CString::new(value).unwrap());
    let value = value.as_ref().map_or(std::ptr::null(), |value| value.as_ptr());
    unsafe { process::erptoken_configure(option.as_ptr(), value) }
}

/// Whether a thread of the library is there now.
#[cfg(target_os = "linux")]
fn library_thread_is_there() -> bool {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let mut names = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    names.any(|name| name.trim_end() == "erptoken")
}

#[cfg(not(target_os = "linux"))]
fn library_thread_is_there() -> bool {
    false
}

/// Runs this and tells whether the library had a thread meanwhile.
fn had_a_thread(work: impl FnOnce()) -> bool {
    let (ended, seen) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                seen.fetch_or(library_thread_is_there(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(1));
            }
        });
        work();
        ended.store(true, Ordering::Relaxed);
    });
    seen.into_inner()
}

#[test]
fn the_whole_process() {
    assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK, "there is nothing to end yet");
    defaults_are_for_accounts_opened_later();
    a_thread_works_behind_the_callers();
    without_background_the_caller_does_the_work();
    an_ageing_token_is_renewed_by_its_caller();
    the_callers_time_bounds_its_own_work();
    a_shutdown_ends_everything();
    a_shutdown_does_not_forget_refused_logins();
    a_shutdown_tells_those_who_wait();
    options_of_the_process();
}

/// Whether this build has the store at a Redis server.
const REDIS: bool = cfg!(feature = "redis");

fn options_of_the_process() {
    for (option, value, status) in [
        ("background", "2", ERPTOKEN_E_OPTION),
        ("max_idle_tokens", "-1", ERPTOKEN_E_OPTION),
        ("max_idle_tokens", "100000", ERPTOKEN_OK),
        ("no_such_option", "1", ERPTOKEN_E_OPTION),
        ("username", "u", ERPTOKEN_E_OPTION),
        ("password", "senha", ERPTOKEN_E_OPTION),
        ("client_secret", "senha", ERPTOKEN_E_OPTION),
        ("access_token", "senha", ERPTOKEN_E_OPTION),
        ("timeout_ms", "soon", ERPTOKEN_E_OPTION),
        ("store", "memory", ERPTOKEN_OK),
        ("store", "redis://:senha@", if REDIS { ERPTOKEN_E_OPTION } else { ERPTOKEN_E_UNSUPPORTED }),
        ("language", "en", ERPTOKEN_OK),
    ] {
        assert_eq!(configure(option, Some(value)), status, "{option} = {value}");
    }
    for option in [
        "store",
        "background",
        "max_idle_tokens",
        "language",
        "timeout_ms",
        "proxy",
        "ca_file",
        "log_level",
        "log_file",
        "store_key",
    ] {
        assert_eq!(configure(option, None), ERPTOKEN_OK, "{option} back to its default");
    }
}

fn defaults_are_for_accounts_opened_later() {
    let ground = Ground::new();
    let before = ground.senior();
    assert_eq!(configure("timeout_ms", Some("60")), ERPTOKEN_OK);
    let after = ground.senior();
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(400)), 1);
    let began = Instant::now();
    after.refused(ERPTOKEN_E_TIMEOUT);
    assert!(began.elapsed() < Duration::from_millis(350));
    before.token();
    assert_eq!(configure("timeout_ms", None), ERPTOKEN_OK);
    ground.senior().token();
    assert_eq!(ground.count("senior.login"), 1);
}

fn a_thread_works_behind_the_callers() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let ground = Ground::new();
    ground.settings(|s| s.delay = Duration::from_millis(100));
    assert!(had_a_thread(|| drop(ground.senior().token())), "this is how a thread is noticed");
    eventually("it is short-lived", || !library_thread_is_there());
}

fn without_background_the_caller_does_the_work() {
    assert_eq!(configure("background", Some("0")), ERPTOKEN_OK);
    let ground = Ground::new();
    ground.settings(|s| s.delay = Duration::from_millis(60));
    let account = ground.senior();
    let threads = had_a_thread(|| {
        let first = account.token();
        account.reject(&first).unwrap();
        assert_ne!(account.token(), first);
        ground.account_of(&SENIOR, SENIOR.username, "errada").refused(ERPTOKEN_E_CREDENTIALS);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| ground.account(&ASSINE).token());
            }
        });
        account.logout().unwrap();
    });
    assert!(!threads, "no thread is ever started");
    assert_eq!((ground.count("senior.login"), ground.count("assine.login")), (2, 1));
}

fn an_ageing_token_is_renewed_by_its_caller() {
    let ground = Ground::new();
    let account = ground.senior();
    account.set("renew_after_s", "1").unwrap();
    let first = account.token();
    let threads = had_a_thread(|| eventually("a renewal", || account.token() != first));
    assert!(!threads && ground.count("senior.refresh") == 1);
    // A failing renewal is no failure of the caller, who has a token.
    let second = account.token();
    ground.fault("senior.refresh", Fault::Status(500), 9);
    eventually("a failing renewal", || {
        assert_eq!(account.token(), second);
        ground.count("senior.refresh") == 2
    });
}

fn the_callers_time_bounds_its_own_work() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::Hang, 1);
    let account = ground.senior();
    account.set("timeout_ms", "200").unwrap();
    let began = Instant::now();
    account.refused(ERPTOKEN_E_TIMEOUT);
    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    assert_eq!(configure("background", None), ERPTOKEN_OK);
}

fn a_shutdown_ends_everything() {
    let ground = Ground::new();
    let account = ground.senior();
    let first = account.token();
    assert_eq!(configure("timeout_ms", Some("4321")), ERPTOKEN_OK);
    assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK);
    account.get().expect_err("a closed handle").assert_is(ERPTOKEN_E_HANDLE);
    account.set("scope", "x").expect_err("a closed handle").assert_is(ERPTOKEN_E_HANDLE);
    account.try_info("state").expect_err("a closed handle").assert_is(ERPTOKEN_E_HANDLE);
    // Its handle is closed already.
    mem::forget(account);
    assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK, "a second time");
    // Nothing was revoked, and everything starts afresh.
    assert!(ground.is_live(&first));
    let again = ground.senior();
    assert_ne!(again.token(), first);
    assert_eq!((ground.count("senior.login"), again.number("logins")), (2, 1));
}

fn a_shutdown_does_not_forget_refused_logins() {
    let ground = Ground::new();
    for _ in 0..4 {
        let account = ground.account_of(&SENIOR, SENIOR.username, "errada");
        account.get().expect_err("a wrong password");
        assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK);
        mem::forget(account);
    }
    assert_eq!(ground.count("senior.login"), 2);
}

fn a_shutdown_tells_those_who_wait() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(600)));
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(600)), 1);
    let account = ground.senior();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| account.get());
        eventually("the login is under way", || ground.count("senior.login") == 1);
        let began = Instant::now();
        assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK);
        assert!(began.elapsed() < Duration::from_millis(2_500), "{:?}", began.elapsed());
        waiting.join().unwrap().expect_err("what was waited for").assert_is(ERPTOKEN_E_HANDLE);
    });
    mem::forget(account);
    let mut handle = 0;
    unsafe { accounts::erptoken_open(c"senior".as_ptr(), &mut handle) };
    assert_eq!(tokens::erptoken_renew(handle), ERPTOKEN_E_MISSING);
    assert_eq!(accounts::erptoken_close(handle), ERPTOKEN_OK);
}
