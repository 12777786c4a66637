//! Sessions that each use prolongs.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::*;
use crate::own_profile::Folder;
use crate::raw::{json, Asked, Raw};

fn account(server: &Raw, folder: &Folder, idle_s: u32) -> Account {
    let profile = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": server.base } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login", "json": { "p": "{password}" } } ],
        "life": { "idle_s": idle_s, "default_s": 3600 }
    });
    Account::with(&folder.profile(&profile), &[("username", "u"), ("password", "s3nha-forte")])
}

fn play(_: &Asked, before: usize) -> crate::raw::Answer {
    json(200, json!({ "access_token": format!("s3ssion-{before}") }))
}

#[test]
fn a_token_that_was_not_handed_out_for_so_long_is_dead_and_one_in_use_lives() {
    let (server, folder) = (Raw::new(play), Folder::new());
    let account = account(&server, &folder, 3);
    assert_eq!(account.token(), "s3ssion-0");
    // Longer than the idle life in all, with hits and without; a machine that stops for seconds proves nothing.
    let (began, mut longest) = (Instant::now(), Duration::ZERO);
    while began.elapsed() < Duration::from_secs(5) {
        let asked = Instant::now();
        thread::sleep(Duration::from_millis(300));
        account.token();
        account.token();
        longest = longest.max(asked.elapsed());
    }
    if longest < Duration::from_secs(2) {
        assert_eq!((account.token(), server.count("/login")), ("s3ssion-0".into(), 1));
    }
    let logins = server.count("/login");
    thread::sleep(Duration::from_millis(3_100));
    assert_eq!(account.info("state"), "expired");
    account.token();
    assert_eq!(server.count("/login"), logins + 1);
}

#[test]
fn what_has_no_idle_life_is_not_watched() {
    let (server, folder) = (Raw::new(play), Folder::new());
    let account = account(&server, &folder, 1800);
    account.token();
    let hits = account.number("hits");
    for _ in 0..1000 {
        account.token();
    }
    assert_eq!((account.number("hits") - hits, server.count("/login")), (1000, 1));
}
