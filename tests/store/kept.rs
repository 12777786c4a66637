//! What lives with a token is in the store with it, and so is when it was used.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::ground::eventually;
use crate::raw::{answer, json, Asked, Raw};
use crate::support::Folder;
use crate::worker::Worker;

fn play(asked: &Asked, before: usize) -> crate::raw::Answer {
    match asked.line.as_str() {
        "POST /login" => {
            let session = format!("Set-Cookie: SESSION=s3ssion-{before}");
            answer(200, &["Set-Cookie: ROUTE=n0de-kept; path=/", &session], "{\"refresh\":\"r3fresh\"}")
        }
        "POST /refresh" => json(200, json!({ "session": "r3newed" })),
        _ => answer(204, &[], ""),
    }
}

fn worker(server: &Raw, folder: &Folder, life: serde_json::Value) -> Worker {
    let path = folder.join("profile.json");
    let profile = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": server.base } },
        "kept": ["route"],
        "take": { "access_token": [{ "cookie": "SESSION" }, "/session"], "route": [{ "cookie": "ROUTE" }], "refresh_token": ["/refresh"] },
        "authorize": { "Cookie": "SESSION={access_token}; ROUTE={route}" },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login", "json": { "p": "{password}" } } ],
        "refresh": { "url": "{base}/refresh", "form": { "route": "{route}", "r": "{refresh_token}" } },
        "logout": { "url": "{base}/logout", "authorize": true },
        "life": life
    });
    fs::write(&path, profile.to_string()).expect("a profile");
    let mut worker = Worker::at(&folder.join("store"));
    for line in
        [format!("open {}", path.display()), "set username u".into(), "set password s3nha-forte".into()]
    {
        assert_eq!(worker.ask(&line), "OK", "{line}");
    }
    worker
}

#[test]
fn another_process_has_them_too_and_renews_with_them() {
    let (server, folder) = (Raw::new(play), Folder::new("kept"));
    let life = json!({});
    let (mut one, mut other) = (worker(&server, &folder, life.clone()), worker(&server, &folder, life));
    assert_eq!(one.token(), "s3ssion-0");
    assert_eq!((other.token(), other.info("source")), ("s3ssion-0".into(), "store".into()));
    assert_eq!(other.ask("reject s3ssion-0"), "OK");
    assert_eq!(other.token(), "r3newed");
    assert_eq!(server.last("/refresh").body, "r=r3fresh&route=n0de-kept");
    // The refresh brought no new one, so the one before is there for the first process.
    assert_eq!(one.ask("reject s3ssion-0"), "OK");
    assert_eq!((one.token(), one.info("source")), ("r3newed".into(), "store".into()));
    assert_eq!(one.ask("logout"), "OK");
    assert_eq!(server.last("/logout").header("cookie"), Some("SESSION=r3newed; ROUTE=n0de-kept"));
    assert_eq!(server.count("/login"), 1);
    // At rest nobody reads them.
    for file in fs::read_dir(folder.join("store")).expect("the store").flatten() {
        let bytes = fs::read(file.path()).unwrap_or_default();
        for secret in ["n0de-kept", "s3ssion", "r3newed"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
        }
    }
}

#[test]
fn a_session_that_died_unused_is_not_taken_over_and_one_in_use_is() {
    let (server, folder) = (Raw::new(play), Folder::new("idle"));
    let life = json!({ "idle_s": 4, "default_s": 3600 });
    let mut one = worker(&server, &folder, life.clone());
    assert_eq!(one.token(), "s3ssion-0");
    // In use for longer than an idle life, which others hear of.
    for _ in 0..14 {
        thread::sleep(Duration::from_millis(400));
        one.token();
    }
    let logins = server.count("/login") + server.count("/refresh");
    let mut other = worker(&server, &folder, life.clone());
    other.token();
    eventually("a busy machine may have let it die", || logins > 1 || other.info("source") == "store");
    // And the first one, which used it no more, lives on what the other did.
    let (began, mut longest) = (Instant::now(), Duration::ZERO);
    let before = server.count("/login") + server.count("/refresh");
    while began.elapsed() < Duration::from_millis(5_500) {
        let asked = Instant::now();
        thread::sleep(Duration::from_millis(300));
        other.token();
        longest = longest.max(asked.elapsed());
    }
    one.token();
    if longest < Duration::from_millis(900) {
        assert_eq!(server.count("/login") + server.count("/refresh"), before);
    }
    let before = server.count("/login") + server.count("/refresh");
    thread::sleep(Duration::from_millis(4_200));
    let mut late = worker(&server, &folder, life);
    late.token();
    assert_eq!(server.count("/login") + server.count("/refresh"), before + 1);
}
