//! Who holds a record's lock, and what is in it.

use super::server::{is_there, RedisServer, SlowWay};
use super::*;
use crate::util::upkeep;
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
    let forget = || {
        mem::forget(take(&one));
        upkeep::stop();
    };
    forget();
    let [key] = &server.keys()[..] else { panic!("one name") };
    let clock: u64 = server.command(&["TIME"]).lines().next().unwrap().parse().unwrap();
    let until: u64 = server.command(&["HGET", key, "until"]).parse().unwrap();
    assert!((until - clock * 1_000) <= LEASE_MS + 1_000, "{until} at {clock}");
    assert!(try_lock(&other).is_none());
    let almost = (clock + 1) * 1_000;
    server.command(&["HSET", key, "until", &almost.to_string()]);
    assert!(other.lock(NAME, Instant::now() + SOON).unwrap().is_some());
    // A server whose clock was set back by a day.
    forget();
    server.command(&["HSET", key, "until", &(until + 86_400_000).to_string()]);
    assert!(try_lock(&other).is_some());
}

/// How long the lease of the one name that there is lasts yet, by the server's clock.
fn left_ms(server: &RedisServer) -> i64 {
    let [key] = &server.keys()[..] else { panic!("one name") };
    let time = server.command(&["TIME"]);
    let mut time = time.lines().map(|number| number.parse::<i64>().unwrap());
    let now = time.next().unwrap() * 1_000 + time.next().unwrap() / 1_000;
    server.command(&["HGET", key, "until"]).parse::<i64>().unwrap() - now
}

/// A wait of this thread in which nothing comes, as one for a slow provider is.
fn wait(time: Duration) {
    let nothing: Option<()> = upkeep::until(Instant::now() + time, |left| {
        thread::sleep(left);
        None
    });
    assert_eq!(nothing, None);
}

#[test]
fn a_lease_that_is_waited_in_is_kept_up_and_a_forgotten_one_is_not() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let held = take(&one);
    wait(Duration::from_millis(2 * LEASE_MS));
    let left = left_ms(&server);
    assert!((1..=LEASE_MS as i64).contains(&left), "{left} ms");
    thread::scope(|scope| assert!(scope.spawn(|| try_lock(&other).is_none()).join().unwrap()));
    held.write(b"its token").unwrap();
    // Told, and not yet heard when the lease was ended: it does not begin anew.
    drop(held);
    let key = server.keys().remove(0);
    let owner = server.command(&["HGET", &key, "owner"]);
    one.server.tell(&hold(&key, &owner, LEASE_MS).get_packed_command());
    assert_eq!(
        text_of(one.read(NAME)).unwrap(),
        "its token",
        "the answer that is owed is not taken for this one"
    );
    assert_eq!(server.leases(), 0);
    let held = take(&one);
    upkeep::stop();
    wait(Duration::from_millis(2 * LEASE_MS));
    assert!(try_lock(&other).is_some(), "not longer than its lease");
    drop(held);
}

#[test]
fn a_server_that_pauses_or_a_way_that_ends_costs_no_lease_and_no_time() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let way = SlowWay::to(server.port());
    let (one, other) = (store(&way.url()), store(&server.url()));
    let held = take(&one);
    let began = Instant::now();
    server.stop();
    wait(Duration::from_millis(LEASE_MS + 2_000));
    server.go_on();
    assert!(left_ms(&server) > 0, "what was told during the pause is heard at its end");
    wait(Duration::from_secs(2));
    // What is told arrives nowhere any more, and nothing says so: the way through which it went is silent.
    way.swallow();
    wait(Duration::from_millis(LEASE_MS));
    thread::scope(|scope| assert!(scope.spawn(|| try_lock(&other).is_none()).join().unwrap()));
    let most = Duration::from_millis(2 * LEASE_MS + 4_000) + SOON / 4;
    assert!(began.elapsed() < most, "{:?}", began.elapsed());
    held.write(b"its token").unwrap();
}

#[test]
fn who_was_stopped_for_too_long_overwrites_nothing_newer() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let stopped = take(&one);
    upkeep::stop();
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
    upkeep::stop();
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
