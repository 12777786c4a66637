//! Who holds a record's lock, and what is in it.

use super::server::{is_there, RedisServer};
use super::*;
use std::mem;
use std::thread;

#[test]
fn what_one_writes_the_others_read_and_nobody_else() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    take(&one).write(b"482ee3-secret").unwrap();
    assert_eq!(text_of(other.read(NAME)).unwrap(), "482ee3-secret");
    assert_eq!(under(&*take(&other)).unwrap(), "482ee3-secret");
    assert_eq!(
        text_of(one.read(RecordName { kind: RecordKind::Account, ..NAME })),
        None,
        "kinds are told apart"
    );
    assert_eq!(text_of(store_with(&server.url(), 2).read(NAME)), None, "another key");
    let [key] = &server.keys()[..] else { panic!("one name") };
    assert_eq!(server.command(&["TTL", key]), "-1", "a record does not go by itself");
    let all = server.command(&["HGETALL", key]);
    assert!(!key.contains("0707") && !all.contains("482ee3") && all.contains("erptoken"), "{key} {all}");
    take(&other).remove().unwrap();
    assert_eq!(text_of(one.read(NAME)), None);
    assert_ne!(server.command(&["TTL", key]), "-1", "the fence that is left of it does");
    assert!(store(&format!("{}/3", server.url())).read(NAME).unwrap().is_none(), "another database");
}

#[test]
fn a_lease_has_one_holder() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let held = try_lock(&one).expect("nobody has it");
    assert!(try_lock(&other).is_none() && try_lock(&one).is_none());
    assert!(other.lock(RecordName { id: [8; 16], ..NAME }, Instant::now()).unwrap().is_some());
    assert!(other.lock(NAME, Instant::now() + Duration::from_millis(50)).unwrap().is_none());
    thread::scope(|scope| {
        let waiting = scope.spawn(|| under(&*take(&other)).unwrap());
        held.write(b"by the first").unwrap();
        drop(held);
        assert_eq!(waiting.join().unwrap(), "by the first");
    });
    assert_eq!(server.leases(), 0);
}

#[test]
fn nothing_is_lost_between_many() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = store(&server.url());
                for _ in 0..10 {
                    let held = take(&store);
                    let number: u32 = under(&*held).map_or(0, |text| text.parse().unwrap());
                    held.write((number + 1).to_string().as_bytes()).unwrap();
                }
            });
        }
    });
    assert_eq!(text_of(store(&server.url()).read(NAME)).unwrap(), "40");
}

#[test]
fn a_killed_holder_is_waited_for_no_longer_than_its_lease() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    mem::forget(take(&one));
    let [key] = &server.keys()[..] else { panic!("one name") };
    let clock: u64 = server.command(&["TIME"]).lines().next().unwrap().parse().unwrap();
    let until: u64 = server.command(&["HGET", key, "until"]).parse().unwrap();
    assert!((until - clock * 1_000) <= LEASE_MS + 1_000, "{until} at {clock}");
    assert!(try_lock(&other).is_none());
    let almost = (clock + 1) * 1_000;
    server.command(&["HSET", key, "until", &almost.to_string()]);
    assert!(other.lock(NAME, Instant::now() + SOON).unwrap().is_some());
    // A server whose clock was set back by a day.
    mem::forget(take(&one));
    server.command(&["HSET", key, "until", &(until + 86_400_000).to_string()]);
    assert!(try_lock(&other).is_some());
}

#[test]
fn a_renewal_that_is_waited_for_longer_keeps_its_lease_for_as_long() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    for (wanted_s, least, most) in [(5, 30, 32), (60, 59, 62), (3_600, 59, 62)] {
        let held = take(&one);
        held.hold_until(Instant::now() + Duration::from_secs(wanted_s));
        held.write(b"a login is sent").unwrap();
        let [key] = &server.keys()[..] else { panic!("one name") };
        let clock: u64 = server.command(&["TIME"]).lines().next().unwrap().parse().unwrap();
        let until: u64 = server.command(&["HGET", key, "until"]).parse().unwrap();
        assert!((least..=most).contains(&(until / 1_000 - clock)), "{wanted_s} s: {until} at {clock}");
        assert!(try_lock(&other).is_none(), "{wanted_s} s");
        held.write(b"its token").unwrap();
    }
}

#[test]
fn who_was_stopped_for_too_long_overwrites_nothing_newer() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let stopped = take(&one);
    server.leases_end();
    let newer = take(&other);
    assert!(refused(stopped.write(b"old")).to_string().contains("too slow"), "while the other renews");
    newer.write(b"new").unwrap();
    refused(stopped.write(b"old"));
    refused(stopped.remove());
    drop(stopped);
    assert!(try_lock(&one).is_none(), "the other's lease is not ended by the first");
    drop(newer);
    assert_eq!(text_of(one.read(NAME)).unwrap(), "new");
    // Nobody has had the lease meanwhile: what was brought late is worth keeping.
    let late = take(&one);
    server.leases_end();
    late.write(b"late").unwrap();
    assert_eq!(text_of(other.read(NAME)).unwrap(), "late");
}

#[test]
fn a_server_that_lost_its_data_is_filled_again() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let held = take(&one);
    held.write(b"one").unwrap();
    server.command(&["FLUSHALL"]);
    held.write(b"two").unwrap();
    assert_eq!(text_of(other.read(NAME)).unwrap(), "two");
    server.command(&["FLUSHALL"]);
    let newer = take(&other);
    refused(held.write(b"three"));
    newer.write(b"newer").unwrap();
    drop((held, newer));
    // The fence alone was thrown out.
    let held = take(&one);
    server.command(&["HDEL", &server.keys()[0], "owner", "until"]);
    refused(held.write(b"old"));
    assert_eq!(text_of(one.read(NAME)).unwrap(), "newer");
}

#[test]
fn what_others_put_there_is_none() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = store(&server.url());
    take(&store).write(b"mine").unwrap();
    let key = server.keys().remove(0);
    for foreign in [&["SET", &key, "x"][..], &["RPUSH", &key, "x"], &["HSET", &key, "record", "x"]] {
        if foreign[0] != "HSET" {
            server.command(&["DEL", &key]);
        }
        server.command(foreign);
        assert_eq!(text_of(store.read(NAME)), None, "{foreign:?}");
        let held = take(&store);
        assert_eq!(under(&*held), None, "{foreign:?}");
        held.write(b"again").unwrap();
        drop(held);
        assert_eq!(text_of(store.read(NAME)).unwrap(), "again", "{foreign:?}");
    }
    // In the middle of it.
    let held = take(&store);
    server.command(&["SET", &key, "x"]);
    refused(held.write(b"again"));
    drop(held);
    take(&store).write(b"healed").unwrap();
    assert_eq!(server.command(&["TYPE", &format!("{key}:bad")]), "string", "it is set aside");
}

#[test]
fn application_tokens_that_can_not_be_opened_are_kept_for_who_can() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (store, name) = (store(&server.url()), RecordName { kind: RecordKind::Application, ..NAME });
    let lock = || store.lock(name, Instant::now() + SOON);
    lock().unwrap().unwrap().write(b"one").unwrap();
    let key = server.keys().remove(0);
    server.command(&["HSET", &key, "record", "erptoken\u{2}of a newer version"]);
    refused(store.read(name));
    refused(lock().map(drop));
    server.command(&["HSET", &key, "record", "damaged"]);
    let held = lock().unwrap().unwrap();
    assert!(held.record().is_none());
    held.write(b"two").unwrap();
    assert_eq!(server.command(&["HGET", &key, "bad"]), "damaged");
}

#[test]
fn a_write_that_fails_ends_the_lease_all_the_same() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let held = take(&one);
    server.command(&["ACL", "SETUSER", "default", "-hset"]);
    refused(held.write(b"one"));
    drop(held);
    server.command(&["ACL", "SETUSER", "default", "+hset"]);
    assert!(try_lock(&other).is_some());
}
