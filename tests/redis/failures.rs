//! Holders that are killed or stopped, servers that are gone, slow, strange, or empty of a sudden.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::ground::{eventually, Ground, SENIOR};
use crate::machine::Machine;
use crate::sandbox::Fault;
use crate::server::{is_there, RedisServer, SlowWay};

fn assert_no_refresh_token_was_sent_twice(ground: &Ground) {
    let sent: Vec<_> = ground.requests("senior.refresh").into_iter().map(|request| request.body).collect();
    let once = sent.iter().collect::<HashSet<_>>().len();
    assert_eq!(once, sent.len(), "a spent refresh token was sent");
}

#[test]
fn a_killed_holder_blocks_the_others_no_longer_than_its_lease() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let (mut one, mut other) =
        (Machine::start(&ground, &server.url()), Machine::start(&ground, &server.url()));
    ground.fault("senior.login", Fault::Hang, 1);
    one.tell(&["get"]);
    eventually("it logs in", || ground.count("senior.login") == 1);
    one.kill();
    other.tell(&["get"]);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(ground.count("senior.login"), 1, "nobody knows that it was killed");
    server.leases_end();
    other.hear().unwrap();
    assert_eq!(ground.count("senior.login"), 2);
    eventually("its lease ends with it", || server.leases() == 0);
}

#[test]
fn a_holder_that_was_stopped_overwrites_nothing_newer() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let (mut one, mut other) =
        (Machine::start(&ground, &server.url()), Machine::start(&ground, &server.url()));
    ground.fault("senior.login", Fault::Slow(Duration::from_secs(1)), 1);
    one.tell(&["get"]);
    eventually("it logs in", || ground.count("senior.login") == 1);
    one.stop();
    server.leases_end();
    let newer = other.token();
    one.go_on();
    let own = one.hear().unwrap();
    assert!(own != newer && ground.is_live(&own), "what it got is of use to it");
    assert_eq!(Machine::start(&ground, &server.url()).token(), newer);
    assert_eq!(ground.count("senior.login"), 2);
    assert!(one.log().contains("store"), "the log tells");
}

#[test]
fn a_server_gone_from_the_beginning_is_found_when_it_is_there() {
    if !is_there() {
        return;
    }
    let (ground, mut server) = (Ground::new(), RedisServer::start(&[]));
    server.kill();
    let (mut one, mut other) =
        (Machine::start(&ground, &server.url()), Machine::start(&ground, &server.url()));
    let (first, second) = (one.token(), other.token());
    assert_eq!((ground.count("senior.login"), one.token() == first), (2, true), "memory goes on");
    assert_ne!(first, second);
    let log = one.log();
    assert!(log.contains("the store") && log.contains("connection refused"), "{log}");
    assert!(server.run());
    // Longer than what is remembered of the failure.
    std::thread::sleep(Duration::from_millis(1_500));
    one.done(&["reject", &first]);
    let third = one.token();
    assert_eq!(Machine::start(&ground, &server.url()).token(), third);
}

#[test]
fn a_server_that_is_started_again_is_used_again() {
    if !is_there() {
        return;
    }
    let ground = Ground::new();
    let mut server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let mut one = Machine::start(&ground, &server.url());
    let first = one.token();
    server.kill();
    assert!(server.run());
    assert_eq!(Machine::start(&ground, &server.url()).token(), first, "it was kept");
    one.done(&["reject", &first]);
    let second = one.token();
    assert_eq!(Machine::start(&ground, &server.url()).token(), second, "over a new connection");
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn a_server_that_ends_during_a_renewal_loses_nothing() {
    if !is_there() {
        return;
    }
    let ground = Ground::new();
    ground.settings(|s| s.reuse_revokes_family = true);
    let mut server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let mut one = Machine::start(&ground, &server.url());
    let first = one.token();
    one.done(&["reject", &first]);
    ground.fault("senior.refresh", Fault::Slow(Duration::from_secs(1)), 1);
    one.tell(&["get"]);
    eventually("it refreshes", || ground.count("senior.refresh") == 1);
    server.kill();
    assert!(server.run());
    let second = one.hear().unwrap();
    let mut other = Machine::start(&ground, &server.url());
    let found = other.token();
    assert!(ground.is_live(&found) && found == second, "no second login");
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn a_slow_server_does_not_hold_the_callers() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let way = SlowWay::to(server.port());
    let mut one = Machine::start(&ground, &way.url());
    let first = one.token();
    way.delay(60_000);
    let began = Instant::now();
    for _ in 0..1_000 {
        assert_eq!(one.token(), first);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "a hit does not ask it");
    one.done(&["set", "timeout_ms", "300"]);
    let began = Instant::now();
    one.done(&["reject", &first]);
    let _ = one.ask(&["get"]);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    one.done(&["set", "timeout_ms", "30000"]);
    assert_ne!(one.token(), first, "memory goes on");
}

#[test]
fn a_store_that_refuses_is_an_error_at_once() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&["--requirepass", "senha-certa"]));
    let mut one = Machine::bare(&ground);
    let at = |login: &str| format!("redis://{login}127.0.0.1:{}", server.port());
    for login in ["", "erp:senha-errada@", ":senha-errada@"] {
        let (status, text) = one.ask(&["configure", "store", &at(login)]).expect_err("who are you?");
        assert_eq!(status, "ERPTOKEN_E_STORE", "{text}");
        assert!(text.contains("127.0.0.1") && !text.contains("senha"), "{text}");
    }
    for wrong in ["redis://senha@127.0.0.1", "redis://", "redis://h/senha", "rediss://:senha@h:0"] {
        let (status, text) = one.ask(&["configure", "store", wrong]).expect_err("no address");
        assert_eq!(status, "ERPTOKEN_E_OPTION", "{text}");
        assert!(!text.contains("senha@") && !text.contains("h/senha"), "{text}");
    }
    one.done(&["configure", "store", &at(":senha-certa@")]);
    one.done(&["open", SENIOR.username, SENIOR.password]);
    let (status, text) = one.ask(&["get"]).expect_err("no key");
    assert!(status == "ERPTOKEN_E_MISSING" && text.contains("store_key"), "{status} {text}");
    one.done(&["configure", "store_key", crate::machine::KEY]);
    one.done(&["configure", "store", &at(":senha-certa@")]);
    one.token();
    one.done(&["configure", "store", &at(":senha-certa@")]);
    let (status, _) = one.ask(&["configure", "store", "memory"]).expect_err("it is in use");
    assert_eq!(status, "ERPTOKEN_E_OPTION");
    assert!(!one.log().contains("senha"));
}

#[test]
fn data_that_vanishes_during_renewals_costs_logins_and_no_family() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    ground.settings(|s| {
        s.reuse_revokes_family = true;
        s.expires_in = Some(3.into());
        s.delay = Duration::from_millis(5);
    });
    let mut machines: Vec<_> = (0..2).map(|_| Machine::start(&ground, &server.url())).collect();
    let (mut flushed, mut tokens) = (0, Vec::new());
    for round in 0..8 {
        machines.iter_mut().for_each(|machine| machine.tell(&["get"]));
        if round % 2 == 1 {
            server.command(&["FLUSHALL"]);
            flushed += 1;
        }
        tokens.clear();
        tokens.extend(machines.iter_mut().map(|machine| machine.hear().unwrap()));
        for token in &tokens {
            assert!(ground.is_live(token), "killed by a spent refresh token, in round {round}");
        }
        // What is handed out for a second.
        std::thread::sleep(Duration::from_millis(1_050));
    }
    assert_no_refresh_token_was_sent_twice(&ground);
    let logins = ground.count("senior.login");
    assert!((1..=1 + 2 * flushed).contains(&logins), "{logins} logins");
    assert!(ground.count("senior.refresh") > 0);
}

#[test]
fn a_holder_that_is_killed_at_any_step_costs_a_login_at_most() {
    if !is_there() {
        return;
    }
    const ROUNDS: usize = 10;
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    ground.settings(|s| {
        s.reuse_revokes_family = true;
        s.expires_in = Some(3.into());
        s.delay = Duration::from_millis(10);
    });
    let mut survivor = Machine::start(&ground, &server.url());
    survivor.token();
    for round in 0..ROUNDS {
        let mut doomed = Machine::start(&ground, &server.url());
        // What is handed out for a second.
        std::thread::sleep(Duration::from_millis(1_050));
        doomed.tell(&["get"]);
        std::thread::sleep(Duration::from_millis(4 * round as u64));
        doomed.kill();
        server.leases_end();
        assert!(ground.is_live(&survivor.token()), "in round {round}");
    }
    assert_no_refresh_token_was_sent_twice(&ground);
    let logins = ground.count("senior.login");
    assert!(logins <= 1 + ROUNDS, "{logins} logins");
}
