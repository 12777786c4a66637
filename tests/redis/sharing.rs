//! One login for all machines.

use std::time::Duration;

use crate::ground::{eventually, Ground, SENIOR};
use crate::machine::Machine;
use crate::server::{is_there, RedisServer};

#[test]
fn cold_machines_log_in_once() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    ground.settings(|s| s.delay = Duration::from_millis(100));
    let mut machines: Vec<_> = (0..3).map(|_| Machine::start(&ground, &server.url())).collect();
    machines.iter_mut().for_each(|machine| machine.tell(&["crowd", "8"]));
    let tokens: Vec<_> = machines.iter_mut().map(|machine| machine.hear().unwrap()).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(ground.count("senior.login"), 1);
    // One that starts later asks nobody but the store, and hits not even that.
    let mut late = Machine::start(&ground, &server.url());
    assert_eq!(late.token(), tokens[0]);
    assert_eq!(late.done(&["info", "source"]), "store");
    let asked = server.command(&["INFO", "commandstats"]);
    for machine in &mut machines {
        machine.token();
    }
    let calls = |stats: &str| stats.lines().find(|line| line.contains("_eval:")).map(str::to_owned);
    assert_eq!(calls(&asked), calls(&server.command(&["INFO", "commandstats"])));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 0));
}

#[test]
fn one_renews_and_all_have_it() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    ground.settings(|s| s.reuse_revokes_family = true);
    let (mut one, mut other) =
        (Machine::start(&ground, &server.url()), Machine::start(&ground, &server.url()));
    let first = one.token();
    assert_eq!(other.token(), first);
    // An API refused it, to both.
    one.done(&["reject", &first]);
    let second = one.token();
    other.done(&["reject", &first]);
    assert_eq!(other.token(), second);
    assert!(second != first && ground.is_live(&second));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    // Logged out on one machine, it is gone on all that start later.
    one.done(&["logout"]);
    assert_ne!(Machine::start(&ground, &server.url()).token(), second);
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn an_expired_token_is_renewed_once() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    ground.settings(|s| s.expires_in = Some(4.into()));
    let (mut one, mut other) =
        (Machine::start(&ground, &server.url()), Machine::start(&ground, &server.url()));
    let first = one.token();
    assert_eq!(other.token(), first);
    ground.settings(|s| s.expires_in = None);
    eventually("it expires", || one.done(&["info", "state"]) == "expired");
    eventually("it expires there too", || other.done(&["info", "state"]) == "expired");
    // A hit looks at the coarse clock, which is a tick behind, 2 s before the provider's own end.
    std::thread::sleep(std::time::Duration::from_millis(50));
    one.tell(&["crowd", "8"]);
    other.tell(&["crowd", "8"]);
    assert_eq!(one.hear().unwrap(), other.hear().unwrap());
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn wrong_passwords_are_counted_together() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let mut machines: Vec<_> = (0..4).map(|_| Machine::start(&ground, &server.url())).collect();
    for (number, machine) in machines.iter_mut().enumerate() {
        machine.done(&["open", SENIOR.username, &format!("errada-{number}")]);
        machine.tell(&["get"]);
    }
    let mut refused = Vec::new();
    for machine in &mut machines {
        refused.push(machine.hear().expect_err("a wrong password").0);
    }
    refused.sort();
    assert_eq!(ground.count("senior.login"), 2, "{refused:?}");
    let (wrong, held) = ("ERPTOKEN_E_CREDENTIALS", "ERPTOKEN_E_RATE_LIMITED");
    assert_eq!(refused, [wrong, wrong, held, held]);
    let mut next = Machine::start(&ground, &server.url());
    assert_eq!(next.ask(&["get"]).expect_err("the budget is spent").0, held);
}

#[test]
fn the_child_of_a_fork_finds_it_over_its_own_connection() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let mut parent = Machine::start(&ground, &server.url());
    let token = parent.token();
    assert_eq!(parent.done(&["fork", SENIOR.username, SENIOR.password]), token);
    parent.done(&["reject", &token]);
    assert_ne!(parent.token(), token, "the parent's connection is as it was");
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn nothing_at_the_server_tells_a_secret_or_a_name() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let mut machine = Machine::start(&ground, &server.url());
    let token = machine.token();
    machine.done(&["open", SENIOR.username, "senha-errada"]);
    machine.ask(&["get"]).expect_err("a wrong password");
    let keys = server.keys();
    assert!(keys.len() >= 2, "{keys:?}");
    for key in keys {
        let all = format!("{key} {}", server.command(&["HGETALL", &key]));
        for secret in [token.as_str(), SENIOR.username, SENIOR.password, "senha-errada", "senior", "admin"] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
    }
}

#[test]
fn a_machine_over_tls_shares_with_it() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start_with_tls());
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mut machine = Machine::bare(&ground);
        let (status, text) = machine.ask(&["configure", "store", &server.url()]).expect_err("its authority");
        assert!(status == "ERPTOKEN_E_STORE" && text.contains("ca_file"), "{status} {text}");
        machine.done(&["configure", "ca_file", server.ca().to_str().unwrap()]);
        machine.done(&["configure", "store", &server.url()]);
        machine.done(&["configure", "store_key", crate::machine::KEY]);
        machine.done(&["open", SENIOR.username, SENIOR.password]);
        tokens.push(machine.token());
    }
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn after_a_shutdown_refused_logins_are_counted_and_no_connection_is_left() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let connections = || server.command(&["CLIENT", "LIST", "TYPE", "normal"]).lines().count() - 1;
    let mut machine = Machine::start(&ground, &server.url());
    machine.done(&["set", "password", "senha-errada"]);
    assert_eq!(machine.ask(&["get"]).expect_err("a wrong password").0, "ERPTOKEN_E_CREDENTIALS");
    assert!(connections() > 0);
    machine.done(&["shutdown"]);
    eventually("what waited for the next command is closed", || connections() == 0);
    machine.done(&["configure", "store", &server.url()]);
    machine.done(&["configure", "store_key", crate::machine::KEY]);
    // What this process counted, whatever the server still knows.
    server.command(&["FLUSHALL"]);
    for (wrong, status) in [("falsa", "ERPTOKEN_E_CREDENTIALS"), ("outra", "ERPTOKEN_E_RATE_LIMITED")] {
        machine.done(&["open", SENIOR.username, wrong]);
        assert_eq!(machine.ask(&["get"]).expect_err("a wrong password").0, status);
    }
    assert_eq!(ground.count("senior.login"), 2);
}
