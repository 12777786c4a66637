//! Refused logins are counted for the machine, and a restart does not forget them.

use std::time::Instant;

use crate::ground::{eventually, Ground, SENIOR};
use crate::sandbox::Fault;
use crate::support::Folder;
use crate::worker::Worker;

#[test]
fn a_wrong_password_in_eight_processes_of_64_threads_is_sent_once_and_the_right_one_at_once() {
    let (ground, folder) = (Ground::new(), Folder::new("wrong"));
    let store = folder.join("store");
    let began = Instant::now();
    let worker = |_| {
        let mut worker = Worker::at(&store);
        worker.open(&ground, &SENIOR, "errada");
        worker
    };
    let mut workers: Vec<Worker> = (0..8).map(worker).collect();
    for _ in 0..3 {
        workers.iter_mut().for_each(|worker| worker.tell("many 64"));
        for worker in &mut workers {
            let said = worker.hear();
            assert!(said.starts_with("ERPTOKEN_E_CREDENTIALS") && said.contains("[HTTP 401"), "{said}");
        }
    }
    assert!(began.elapsed().as_secs() < 60, "the minute in which this must hold");
    assert_eq!(ground.count("senior.login"), 1);
    // As the first one told it, also to a program that begins later.
    let said = worker(0).ask("get");
    assert!(said.starts_with("ERPTOKEN_E_CREDENTIALS") && said.contains("remembered"), "{said}");
    assert_eq!(ground.count("senior.login"), 1);
    let mut right = Worker::senior(&ground, &store);
    assert_eq!((right.token().len(), ground.count("senior.login")), (32, 2));
}

#[test]
fn many_wrong_passwords_of_many_processes_are_two_logins_a_minute() {
    let (ground, folder) = (Ground::new(), Folder::new("wrongs"));
    ground.settings(|s| s.lockout_after = Some(3));
    let store = folder.join("store");
    let began = Instant::now();
    let worker = |number: usize| {
        let mut worker = Worker::at(&store);
        worker.open(&ground, &SENIOR, &format!("errada {number}"));
        worker
    };
    let mut workers: Vec<Worker> = (0..8).map(worker).collect();
    workers.iter_mut().for_each(|worker| worker.tell("many 64"));
    let said: Vec<String> = workers.iter_mut().map(Worker::hear).collect();
    assert_eq!(ground.count("senior.login"), 2, "{said:#?}");
    // Killed and started anew.
    workers.into_iter().for_each(Worker::kill);
    let said = worker(9).ask("get");
    assert!(said.starts_with("ERPTOKEN_E_RATE_LIMITED") && said.contains("\"guard\""), "{said}");
    assert!(began.elapsed().as_secs() < 60, "the minute in which this must hold");
    assert_eq!(ground.count("senior.login"), 2);
    assert!(!ground.is_locked("senior", SENIOR.username));
}

#[test]
fn a_remembered_failure_ends_when_another_process_has_a_token() {
    let (ground, folder) = (Ground::new(), Folder::new("unlocked"));
    let store = folder.join("store");
    let mut one = Worker::senior(&ground, &store);
    ground.fault("senior.login", Fault::Status(401), 1);
    let said = one.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_CREDENTIALS"), "{said}");
    // A person says that it is in order now.
    let mut other = Worker::senior(&ground, &store);
    assert_eq!(other.ask("logout"), "OK");
    let token = other.token();
    eventually("the first one finds it", || one.ask("get") == token);
    assert_eq!((ground.count("senior.login"), one.info("source")), (2, "store".into()));
}
