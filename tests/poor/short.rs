//! Machines on which the program is well all the same: without threads, without a home, with a clock that is off.

use crate::place::{on_a_machine, on_a_machine_with, Want};
use crate::worker::Worker;

#[test]
fn without_threads_the_caller_does_the_work() {
    on_a_machine("threads", |place| {
        place.account();
        place.arm(Want::Threads, 1);
        let first = place.program.token();
        assert_eq!(place.program.ask(&format!("reject {first}")), "OK");
        let second = place.program.token();
        assert!(place.ground.is_live(&second) && second != first);
        place.arm(Want::Threads, 0);
        place.is_well("threads");
    });
}

#[test]
fn without_a_home_and_an_environment() {
    let bare = |command: &mut std::process::Command| {
        for variable in ["HOME", "PATH", "USER", "LANG", "TMPDIR"] {
            command.env_remove(variable);
        }
    };
    on_a_machine_with("home", bare, |place| {
        place.account();
        place.is_well("home");
    });
}

/// Three hours off either way, and the clock of a machine whose battery is empty.
#[test]
fn a_clock_that_is_off_costs_no_login_more() {
    const YEARS_46: i32 = 46 * 365 * 24 * 60;
    for minutes in [180, -180, -YEARS_46] {
        on_a_machine(&format!("clock{minutes}"), |place| {
            place.arm(Want::Clock, minutes);
            place.account();
            let first = place.program.token();
            for _ in 0..5 {
                assert_eq!(place.program.token(), first, "{minutes}");
            }
            // It is set right while the program runs.
            place.arm(Want::Clock, 0);
            assert_eq!(place.program.token(), first, "{minutes}");
            assert_eq!(place.ground.count("senior.login"), 1, "{minutes}");
        });
    }
}

/// The store of one machine is read by another process, whose clock is right.
#[test]
fn a_process_with_a_clock_that_is_off_does_not_spoil_the_store() {
    on_a_machine("clock-store", |place| {
        place.arm(Want::Clock, -180);
        let disk = place.disk();
        assert_eq!(place.store(&disk), "OK");
        place.account();
        let first = place.program.token();
        let mut other = Worker::senior(&place.ground, &disk);
        let second = other.token();
        assert!(place.ground.is_live(&first) && place.ground.is_live(&second));
        assert!(place.ground.count("senior.login") <= 2);
    });
}
