//! What accounts cost, and that what is closed or evicted costs nothing any more.
//!
//! A program of its own with one test: it counts what its thread allocates and frees. With `background` 0 the library
//! does all its work there, and the sandbox's threads are not counted.

#![cfg(target_os = "linux")]

#[path = "providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "support/counting.rs"]
mod counting;
#[path = "providers/ground.rs"]
#[allow(dead_code)]
mod ground;
mod sandbox;

use std::ffi::{CStr, CString};
use std::io::{Read, Write};

use client::{ERPTOKEN_E_BUFFER, ERPTOKEN_E_NETWORK, ERPTOKEN_OK};
use counting::{growth, resident};
use erptoken::abi::{accounts, process, requests, tokens};
use ground::{Ground, SENIOR};

/// What an account in the cache may cost beyond the texts in it, and an open handle beside that.
const ACCOUNT: isize = 1024;
const HANDLE: isize = 652;
/// Just above what the tables of the cache hold before they double: their worst moment.
const ACCOUNTS: usize = 900;
/// What lists and tables may keep that once were longer.
const LEFTOVERS: isize = 2048;

fn ok(status: i32) {
    assert_eq!(status, ERPTOKEN_OK);
}

/// An account at Senior, by the bare functions: nothing but the library allocates.
fn open(options: &[(&CStr, &CStr)]) -> i32 {
    let mut handle = 0;
    ok(unsafe { accounts::erptoken_open(c"senior".as_ptr(), &mut handle) });
    for (option, value) in options {
        ok(unsafe { accounts::erptoken_set(handle, option.as_ptr(), value.as_ptr()) });
    }
    handle
}

fn close(handle: i32) {
    ok(accounts::erptoken_close(handle));
}

/// Asks for the token, with no room for it.
fn touch(handle: i32) {
    let mut length = 0;
    let status = unsafe { tokens::erptoken_get(handle, std::ptr::null_mut(), &mut length) };
    assert_eq!(status, ERPTOKEN_E_BUFFER);
}

fn text(text: &str) -> CString {
    CString::new(text).expect("no NUL")
}

#[test]
fn what_accounts_cost() {
    ok(unsafe { process::erptoken_configure(c"background".as_ptr(), c"0".as_ptr()) });
    let parts: [fn(); 4] = [
        what_is_only_announced_takes_no_memory, // The first: it looks at the most that there ever was.
        accounts_with_a_cached_token,
        opening_and_closing_leaves_nothing_behind,
        identities_that_come_and_go_are_bounded,
    ];
    let failed = parts.map(|part| std::panic::catch_unwind(part).is_err());
    assert_eq!(failed, [false; 4], "what failed is told above");
}

fn what_is_only_announced_takes_no_memory() {
    let most = || {
        let status = std::fs::read_to_string("/proc/self/status").expect("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
        line.trim().trim_end_matches(" kB").trim().parse::<isize>().expect("a number") * 1024
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n1");
        }
    });
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.set("api_hosts", &address).expect("api_hosts");
    account.token();
    let (before, url) = (most(), text(&format!("http://{address}/")));
    for _ in 0..16 {
        let mut response = 0;
        let status = unsafe {
            let (none, nothing) = (std::ptr::null(), std::ptr::null());
            requests::erptoken_request(
                account.handle(),
                c"POST".as_ptr(),
                url.as_ptr(),
                none,
                nothing,
                0,
                &mut response,
            )
        };
        assert_eq!(status, ERPTOKEN_E_NETWORK);
    }
    let more = most() - before;
    assert!(more < 16 << 20, "{more} bytes more for answers of one byte");
}

fn accounts_with_a_cached_token() {
    let ground = Ground::new();
    let users: Vec<String> = (0..=ACCOUNTS).map(|number| format!("user{number}@empresa.com.br")).collect();
    for user in &users {
        ground.add_user("senior", user, SENIOR.password);
    }
    let users: Vec<CString> = users.iter().map(|user| text(user)).collect();
    let (base, password) = (text(&ground.base("senior")), text(SENIOR.password));
    let open = |user: &CStr| open(&[(c"base_url", &base), (c"username", user), (c"password", &password)]);
    let each = |bytes: isize| bytes / ACCOUNTS as isize;
    // The table of handles keeps its places, 68 bytes each, for those that are opened later.
    users.iter().chain(&users).map(|user| open(user)).collect::<Vec<_>>().into_iter().for_each(close);
    // What there is one of for all.
    let first = open(&users[0]);
    touch(first);

    let cached = growth(|| {
        for user in &users[1..] {
            let handle = open(user);
            touch(handle);
            close(handle);
        }
    });
    assert_eq!(ground.count("senior.login"), ACCOUNTS + 1);
    let mut handles = Vec::with_capacity(ACCOUNTS);
    let held = growth(|| {
        for user in &users[1..] {
            let handle = open(user);
            touch(handle);
            handles.push(handle);
        }
    });
    assert_eq!(ground.count("senior.login"), ACCOUNTS + 1, "all of them were cached");
    let left = growth(|| handles.drain(..).for_each(close));
    close(first);

    println!("an account: {} bytes for its cached token, {} for its handle", each(cached), each(held));
    assert!((held + left).abs() <= LEFTOVERS, "{} bytes are left of closed handles", held + left);
    // The header's value and the refresh token.
    let token_texts = "Bearer ".len() as isize + 32 + 32;
    assert!(each(cached) <= ACCOUNT + token_texts, "{} bytes for a cached token", each(cached));
    // The address stands in the account twice: as it was set, and as it is used.
    let handle_texts = [base.as_c_str(), &base, &users[1], &password].map(|text| text.count_bytes() as isize);
    let most = HANDLE + handle_texts.iter().sum::<isize>();
    assert!(each(held) <= most, "{} bytes for an open handle", each(held));
}

fn opening_and_closing_leaves_nothing_behind() {
    let round = || {
        let options = [
            (c"base_url", c"http://127.0.0.1:9/x"),
            (c"username", c"ana@empresa.com.br"),
            (c"password", c"senhaUsuario"),
            (c"password", c"outra"),
            (c"scope", c"desktop"),
        ];
        close(open(&options));
    };
    (0..10_000).for_each(|_| round());
    let before = resident();
    let grown = growth(|| (0..100_000).for_each(|_| round()));
    assert_eq!(grown, 0, "bytes that closed accounts left");
    let resident = resident() - before;
    assert!(resident < 1 << 20, "the process grew by {resident} bytes");
}

fn identities_that_come_and_go_are_bounded() {
    let round = |number: usize| {
        // A token that was obtained elsewhere: no provider is asked, and it is cached like any other.
        let token = text(&format!("token-of-{number}"));
        let user = text(&format!("user{number}@empresa.com.br"));
        let handle = open(&[(c"username", &user), (c"access_token", &token), (c"refresh_token", &token)]);
        touch(handle);
        close(handle);
    };
    // The cache keeps 4096 identities; here it is full.
    let full = growth(|| (0..6_000).for_each(round));
    let before = resident();
    let grown = growth(|| (6_000..20_000).for_each(round));
    // It makes room for a sixteenth at once: that many may be there at one time and not at another.
    let most = 4096 / 16 * (ACCOUNT + 64);
    assert!(full <= 4096 * (ACCOUNT + 64), "{full} bytes of a full cache");
    assert!(grown <= most, "a full cache grew by {grown} bytes");
    let resident = resident() - before;
    assert!(resident < 2 << 20, "the process grew by {resident} bytes");
}
