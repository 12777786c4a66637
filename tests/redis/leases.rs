//! A renewal's lease: kept up however slow the renewal is, and soon over when its process is killed. Both with threads of
//! the library and without.

use std::thread;
use std::time::{Duration, Instant};

use crate::ground::{eventually, Ground, ASSINE, SENIOR};
use crate::machine::{Machine, KEY};
use crate::sandbox::Fault;
use crate::server::{is_there, RedisServer, SlowWay};

/// Several times as long as a lease lasts.
const SLOW: Duration = Duration::from_secs(13);
/// What a killed process costs the others is 5 s and a login. On a busy machine it takes them longer.
const KILLED: Duration = Duration::from_secs(11);

fn machine(ground: &Ground, url: &str, background: &str) -> Machine {
    let mut machine = Machine::bare(ground);
    machine.done(&["configure", "store", url]);
    machine.done(&["configure", "store_key", KEY]);
    machine.done(&["configure", "background", background]);
    machine.done(&["open", SENIOR.username, SENIOR.password]);
    machine.done(&["set", "timeout_ms", "60000"]);
    machine
}

/// The same with threads of the library and without, side by side: it is waiting, mostly.
fn both_ways(test: impl Fn(&str) + Sync) {
    if is_there() {
        let test = &test;
        thread::scope(|scope| ["1", "0"].map(|background| drop(scope.spawn(move || test(background)))));
    }
}

#[test]
fn a_slow_renewal_stays_the_only_one() {
    both_ways(|background| {
        let (ground, server) = (Ground::new(), RedisServer::start(&[]));
        let mut machines = [0; 2].map(|_| machine(&ground, &server.url(), background));
        // The login and its guard, the refresh, an answer that comes a byte at a time.
        for (operation, fault) in [
            ("senior.login", Fault::Slow(SLOW)),
            ("senior.refresh", Fault::Trickle(Duration::from_millis(80))),
        ] {
            ground.fault(operation, fault, 1);
            let before = ground.count("senior.login") + ground.count("senior.refresh");
            machines.iter_mut().for_each(|machine| machine.tell(&["get"]));
            let tokens = machines.each_mut().map(|machine| machine.hear().unwrap());
            assert_eq!(tokens[0], tokens[1]);
            let sent = ground.count("senior.login") + ground.count("senior.refresh") - before;
            assert_eq!(sent, 1, "{operation} with background {background}");
            if operation == "senior.login" {
                machines.iter_mut().for_each(|machine| drop(machine.done(&["reject", &tokens[0]])));
            }
        }
        assert_eq!(server.leases(), 0, "nothing is told after its end");
    });
}

#[test]
fn a_slow_way_and_a_server_that_pauses_leave_the_renewal_alone() {
    both_ways(|background| {
        let (ground, server) = (Ground::new(), RedisServer::start(&[]));
        let way = SlowWay::to(server.port());
        way.delay(300);
        let mut one = machine(&ground, &way.url(), background);
        let mut other = machine(&ground, &server.url(), background);
        ground.fault("senior.login", Fault::Slow(SLOW), 1);
        let began = Instant::now();
        one.tell(&["get"]);
        eventually("it logs in", || ground.count("senior.login") == 1);
        // Longer than a lease, in which nothing can be told to it.
        server.stop();
        thread::sleep(Duration::from_secs(7));
        server.go_on();
        let found = other.token();
        assert_eq!((one.hear().unwrap(), ground.count("senior.login")), (found, 1));
        assert!(began.elapsed() < SLOW * 2, "{:?}", began.elapsed());
    });
}

#[test]
fn a_killed_process_holds_up_the_others_for_a_lease_at_most() {
    both_ways(|background| {
        let (ground, server) = (Ground::new(), RedisServer::start(&[]));
        ground.settings(|s| s.reuse_revokes_family = true);
        // Whoever was killed is not there to be answered.
        ground.tolerate_violations();
        let mut other = machine(&ground, &server.url(), background);
        for operation in ["senior.login", "senior.refresh"] {
            let mut one = machine(&ground, &server.url(), background);
            if operation == "senior.refresh" {
                let first = one.token();
                assert_eq!(other.token(), first);
                one.done(&["reject", &first]);
                other.done(&["reject", &first]);
            }
            let sent = || (ground.count("senior.login"), ground.count("senior.refresh"));
            let before = ground.count(operation);
            ground.fault(operation, Fault::Hang, 1);
            one.tell(&["get"]);
            eventually("it is sent", || ground.count(operation) == before + 1);
            let under_way = sent();
            other.tell(&["get"]);
            // Its lease was kept up, and is as long as ever.
            thread::sleep(Duration::from_secs(6));
            assert_eq!(sent(), under_way, "it is waited for");
            let began = Instant::now();
            one.kill();
            let token = other.hear().unwrap();
            let took = began.elapsed();
            assert!(took < KILLED, "{operation} with background {background}: {took:?}");
            // What was sent is not sent again: it costs a login.
            assert_eq!(sent(), (under_way.0 + 1, under_way.1));
            assert!(ground.is_live(&token) && ground.reuses() == 0);
            other.done(&["logout"]);
        }
        eventually("no lease is left", || server.leases() == 0);
    });
}

#[test]
fn an_application_token_is_created_once_however_slow_the_session_is() {
    both_ways(|background| {
        let (ground, server) = (Ground::new(), RedisServer::start(&[]));
        let mut machines = [0; 2].map(|_| machine(&ground, &server.url(), background));
        for machine in &mut machines {
            let base = ground.base(ASSINE.provider);
            machine.done(&["account", ASSINE.provider, &base, ASSINE.username, ASSINE.password]);
            machine.done(&["set", "token", "application"]);
            machine.done(&["set", "timeout_ms", "60000"]);
        }
        ground.fault("assine.login", Fault::Slow(Duration::from_secs(7)), 1);
        ground.fault("assine.app_create", Fault::Slow(Duration::from_secs(7)), 1);
        machines.iter_mut().for_each(|machine| machine.tell(&["get"]));
        let tokens = machines.each_mut().map(|machine| machine.hear().unwrap());
        assert_eq!(tokens[0], tokens[1]);
        assert_eq!((ground.count("assine.app_create"), ground.count("assine.login")), (1, 1));
    });
}
