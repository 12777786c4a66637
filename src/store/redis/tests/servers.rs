//! Servers that are gone, slow, strange, or want to know who is asking.

use super::server::{impostor, is_there, RedisServer, SlowWay};
use super::*;
use std::fs;
use std::thread;

#[test]
fn a_server_that_was_started_again_is_found() {
    if !is_there() {
        return;
    }
    let mut server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let (one, other) = (store(&server.url()), store(&server.url()));
    let held = take(&one);
    held.write(b"one").unwrap();
    server.kill();
    assert!(server.run());
    held.write(b"two").unwrap();
    assert!(try_lock(&other).is_none(), "the lease outlives the server");
    drop(held);
    assert_eq!(under(&*take(&other)).unwrap(), "two");
}

#[test]
fn a_server_that_is_gone_is_not_asked_at_every_call() {
    if !is_there() {
        return;
    }
    let mut server = RedisServer::start(&[]);
    let store = store(&server.url());
    take(&store).write(b"one").unwrap();
    server.kill();
    let first = refused(store.read(NAME));
    assert_eq!(first.age_s, None);
    let again = refused(store.lock(NAME, Instant::now() + SOON).map(drop));
    assert!(again.age_s.is_some() && again.retry_after_s > 0, "{again}");
    assert!(server.run());
    let began = Instant::now();
    while store.read(NAME).is_err() {
        assert!(began.elapsed() < SOON);
        thread::sleep(Duration::from_millis(20));
    }
    take(&store).write(b"two").unwrap();
}

#[test]
fn a_slow_server_costs_no_more_than_its_time() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let way = SlowWay::to(server.port());
    let store = store(&way.url());
    take(&store).write(b"one").unwrap();
    way.delay(200);
    assert_eq!(text_of(store.read(NAME)).unwrap(), "one", "slow, but in time");
    way.delay(60_000);
    for url in [way.url(), impostor(b"+", Some(Duration::from_millis(100)))] {
        let store = store_with(&url, 1);
        let began = Instant::now();
        refused(store.read(NAME));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        let began = Instant::now();
        let held = refused(store.read(NAME));
        assert!(began.elapsed() < Duration::from_secs(1) && held.retry_after_s >= 5, "{held}");
    }
}

#[test]
fn a_caller_in_a_hurry_gives_a_silent_server_half_of_its_time() {
    let store = store_with(&impostor(b"+", Some(Duration::from_millis(100))), 1);
    let began = Instant::now();
    let _caller = crate::util::deadline::Caller::waits(began + Duration::from_millis(600));
    refused(store.read(NAME));
    refused(store.lock(NAME, began).map(drop));
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
}

#[test]
fn nothing_that_a_server_says_is_believed_too_far() {
    for nonsense in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"*1\r\n*1\r\n*1\r\n*1\r\n",
        b"*2147483647\r\n",
        b"$9223372036854775807\r\nx",
        b"$-9\r\n",
        b"$x\r\n",
        b":99999999999999999999\r\n",
        b":-1\r\n",
        b"+\xff\r\n",
        b"\0",
        b"-\r\n",
        b"+OK\r\n*1\r\n*1\r\n",
        b"|-1\r\n",
    ] {
        let url = impostor(nonsense, None);
        let store = store(&url);
        let _ = store.read(NAME).map(|record| assert!(record.is_none()));
        let taken = store.lock(NAME, Instant::now());
        assert!(!matches!(&taken, Ok(Some(_))), "{:?}", String::from_utf8_lossy(nonsense));
    }
    // Without end.
    let store = store(&impostor(&[b'+'; 65_536], Some(Duration::ZERO)));
    refused(store.read(NAME));
}

#[test]
fn who_may_not_is_told_so_at_once_and_without_the_password() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&["--requirepass", "senha-certa"]);
    let at = |login: &str| format!("redis://{login}127.0.0.1:{}", server.port());
    for wrong in ["", ":senha-errada@", "erp:senha-errada@"] {
        let text = refused(check(&at(wrong))).to_string();
        assert!(text.contains("password") && text.contains("127.0.0.1"), "{text}");
        assert!(!text.contains("senha"), "{text}");
    }
    check(&at(":senha-certa@")).unwrap();
    check(&at("default:senha-certa@")).unwrap();
    let acl = |words: &[&str]| {
        let words = [&["-a", "senha-certa", "--no-auth-warning", "ACL", "SETUSER"], words].concat();
        assert_eq!(server.command(&words), "OK");
    };
    // As the README has it.
    acl(&[
        "erp",
        "on",
        ">p@ss:w",
        "~erptoken:*",
        "+@hash",
        "+eval",
        "+type",
        "+time",
        "+rename",
        "+expire",
        "+persist",
    ]);
    check(&at("erp:p%40ss:w@")).unwrap();
    let store = store(&at("erp:p@ss:w@"));
    take(&store).write(b"one").unwrap();
    assert_eq!(text_of(store.read(NAME)).unwrap(), "one");
    take(&store).remove().unwrap();
    acl(&["other", "on", ">senha", "~other:*", "+@all"]);
    let text = refused(check(&at("other:senha@"))).to_string();
    assert!(text.contains("erptoken:*"), "{text}");
    let read_only =
        RedisServer::start(&["--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "yes"]);
    assert!(refused(check(&read_only.url())).to_string().contains("replica"));
}

#[test]
fn who_is_away_may_be_back_tomorrow() {
    if !is_there() {
        return;
    }
    let mut server = RedisServer::start(&[]);
    server.kill();
    check(&server.url()).unwrap();
    check("redis://does-not-exist.invalid").unwrap();
    let server = RedisServer::start(&["--maxmemory", "1", "--maxmemory-policy", "noeviction"]);
    check(&server.url()).unwrap();
    let text = refused(store(&server.url()).lock(NAME, Instant::now()).map(drop)).to_string();
    assert!(text.contains("OOM"), "{text}");
}

#[test]
fn tls_is_that_of_the_process() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start_with_tls();
    let ca = fs::read(server.ca()).unwrap();
    let trusting = |url: &str| super::server(url, Some(&ca)).expect("an address");
    trusting(&server.url()).check().unwrap();
    trusting(&server.url().replace("127.0.0.1", "localhost")).check().unwrap();
    let store = Redis::new(
        Arc::new(trusting(&server.url())),
        Arc::new(Sealer::new(&StoreKey::new([1; 32])).unwrap()),
    );
    take(&store).write(&[b'x'; 100_000]).unwrap();
    assert_eq!(text_of(store.read(NAME)).unwrap().len(), 100_000);
    assert!(refused(check(&server.url())).to_string().contains("ca_file"), "the system does not trust it");
    let plain = RedisServer::start(&[]);
    let store = super::server(&plain.url().replace("redis", "rediss"), Some(&ca)).expect("an address");
    let text = refused(store.ask(&cmd("PING"))).to_string();
    assert!(text.contains("speak TLS"), "{text}");
    let store = super::server(&server.url().replace("rediss", "redis"), None).expect("an address");
    let text = refused(store.ask(&cmd("PING"))).to_string();
    assert!(text.contains("use rediss://"), "{text}");
}

#[test]
fn a_child_of_a_fork_has_connections_of_its_own() {
    if !is_there() {
        return;
    }
    let server = RedisServer::start(&[]);
    let parent = store(&server.url());
    take(&parent).write(b"one").unwrap();
    let clients = || server.command(&["CLIENT", "LIST", "TYPE", "normal"]).lines().count() - 1;
    assert_eq!(clients(), 1, "one connection serves one after the other");
    let child = Redis::new(Arc::new(parent.server.anew()), Arc::clone(&parent.sealer));
    assert_eq!(text_of(child.read(NAME)).unwrap(), "one");
    assert_eq!(clients(), 2);
    drop((parent, child));
}
