//! One login for all processes.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::ground::{Ground, ASSINE, SENIOR};
use crate::sandbox::Fault;
use crate::support::Folder;
use crate::worker::Worker;

const PROCESSES: usize = 8;
const THREADS: usize = 8;

fn crowd(ground: &Ground, folder: &Folder) -> Vec<Worker> {
    (0..PROCESSES).map(|_| Worker::senior(ground, &folder.join("store"))).collect()
}

/// What all threads of all processes get when they ask at once: it must be one token.
#[track_caller]
fn all_get(workers: &mut [Worker]) -> String {
    workers.iter_mut().for_each(|worker| worker.tell(&format!("many {THREADS}")));
    let tokens: Vec<String> = workers.iter_mut().map(Worker::hear).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0] && !token.contains(' ')), "{tokens:#?}");
    tokens[0].clone()
}

#[test]
fn eight_cold_processes_are_one_login_an_expired_token_one_renewal_and_a_refused_one_too() {
    let (ground, folder) = (Ground::new(), Folder::new("crowd"));
    ground.settings(|s| s.expires_in = Some(json!(7)));
    ground.fault("senior.login", Fault::Slow(Duration::from_millis(300)), 1);
    let mut workers = crowd(&ground, &folder);
    let first = all_get(&mut workers);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 0));
    // 2 s before its end it is handed out no more.
    ground.settings(|s| s.expires_in = None);
    thread::sleep(Duration::from_millis(5_100));
    let second = all_get(&mut workers);
    assert_ne!(first, second);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    // An API refuses it, and each process hears of it.
    for worker in &mut workers {
        assert_eq!(worker.ask(&format!("reject {second}")), "OK");
    }
    let third = all_get(&mut workers);
    assert_ne!(second, third);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 2));
    // Who comes later starts with what is there.
    let mut late = Worker::senior(&ground, &folder.join("store"));
    assert_eq!((late.token(), late.info("source"), late.info("logins")), (third, "store".into(), "0".into()));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 2));
}

#[test]
fn a_token_that_another_process_replaced_is_taken_over_when_an_api_refuses_it() {
    let (ground, folder) = (Ground::new(), Folder::new("replaced"));
    let store = folder.join("store");
    let (mut one, mut other) = (Worker::senior(&ground, &store), Worker::senior(&ground, &store));
    let first = one.token();
    assert_eq!(other.token(), first);
    assert_eq!(one.ask(&format!("reject {first}")), "OK");
    let second = one.token();
    assert_ne!(first, second);
    // The first one is dead, which only an API tells.
    assert_eq!(other.token(), first);
    assert_eq!(other.ask(&format!("reject {first}")), "OK");
    assert_eq!((other.token(), other.info("source")), (second.clone(), "store".into()));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    // Refused again at once: the cause is not the token, whichever process says it.
    for worker in [&mut one, &mut other, &mut Worker::senior(&ground, &store)] {
        assert_eq!(worker.token(), second);
        let said = worker.ask(&format!("reject {second}"));
        assert!(said.starts_with("ERPTOKEN_E_REFUSED_AGAIN"), "{said}");
        assert_eq!(worker.token(), second);
    }
    assert_eq!(ground.count("senior.refresh"), 1);
}

#[test]
fn renewing_is_taking_over_what_another_process_renewed() {
    let (ground, folder) = (Ground::new(), Folder::new("renewing"));
    let store = folder.join("store");
    let (mut one, mut other) = (Worker::senior(&ground, &store), Worker::senior(&ground, &store));
    let first = one.token();
    assert_eq!(other.token(), first);
    // At most one request in 10 s, whichever process it is.
    assert_eq!((other.ask("renew"), one.ask("renew")), ("OK".into(), "OK".into()));
    assert_eq!((other.token(), one.token()), (first.clone(), first.clone()));
    thread::sleep(Duration::from_millis(10_100));
    assert_eq!((one.ask("renew"), other.ask("renew")), ("OK".into(), "OK".into()));
    let second = one.token();
    assert_eq!(other.token(), second);
    assert_ne!(first, second);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn a_refused_token_is_not_handed_out_by_the_next_program() {
    let (ground, folder) = (Ground::new(), Folder::new("refused"));
    let store = folder.join("store");
    let mut one = Worker::senior(&ground, &store);
    let first = one.token();
    assert_eq!(one.ask(&format!("reject {first}")), "OK");
    drop(one);
    let mut next = Worker::senior(&ground, &store);
    assert_ne!(next.token(), first);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn logging_out_is_for_everybody_who_comes_later() {
    let (ground, folder) = (Ground::new(), Folder::new("logout"));
    let store = folder.join("store");
    let (mut one, mut other) = (Worker::senior(&ground, &store), Worker::senior(&ground, &store));
    let first = one.token();
    assert_eq!(other.token(), first);
    assert_eq!(one.ask(&format!("reject {first}")), "OK");
    let second = one.token();
    // Not the token that this process knows, but the one that lives.
    assert_eq!(other.ask("logout"), "OK");
    assert!(!ground.is_live(&second));
    let mut next = Worker::senior(&ground, &store);
    let third = next.token();
    assert!(third != second && ground.is_live(&third));
    assert_eq!(ground.count("senior.login"), 2);
    // Who has the dead one learns it from an API, and finds the new one.
    assert_eq!(one.ask(&format!("reject {second}")), "OK");
    assert_eq!(one.token(), third);
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn a_new_process_does_not_wait_for_one_that_renews_a_good_token() {
    let (ground, folder) = (Ground::new(), Folder::new("ageing"));
    let store = folder.join("store");
    ground.settings(|s| s.expires_in = Some(json!(60)));
    let mut one = Worker::senior(&ground, &store);
    assert_eq!(one.ask("set renew_after_s 1"), "OK");
    let first = one.token();
    thread::sleep(Duration::from_millis(1_200));
    ground.fault("senior.refresh", Fault::Hang, 1);
    assert_eq!(one.token(), first, "renewed behind the caller");
    crate::ground::eventually("the renewal is under way", || ground.count("senior.refresh") == 1);
    let mut next = Worker::senior(&ground, &store);
    assert_eq!(next.ask("set renew_after_s 1"), "OK");
    for _ in 0..20 {
        assert_eq!(next.token(), first);
    }
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn other_users_and_providers_share_the_folder_and_nothing_else() {
    let (ground, folder) = (Ground::new(), Folder::new("others"));
    ground.add_user("senior", "outro@empresa.com.br", "senhaUsuario");
    let store = folder.join("store");
    let mut senior = Worker::senior(&ground, &store);
    let mut tokens = vec![senior.token()];
    senior.open(&ground, &ASSINE, ASSINE.password);
    tokens.push(senior.token());
    assert_eq!(senior.ask("open senior"), "OK");
    senior.open(&ground, &SENIOR, SENIOR.password);
    assert_eq!(senior.ask("set username outro@empresa.com.br"), "OK");
    assert_eq!(senior.ask("set password senhaUsuario"), "OK");
    tokens.push(senior.token());
    tokens.dedup();
    assert_eq!((tokens.len(), ground.count("senior.login"), ground.count("assine.login")), (3, 2, 1));
}

#[test]
fn a_shutdown_keeps_what_a_renewal_brings_for_the_next_program() {
    let (ground, folder) = (Ground::new(), Folder::new("shutdown"));
    let store = folder.join("store");
    let mut one = Worker::senior(&ground, &store);
    assert_eq!(one.ask("set renew_after_s 1"), "OK");
    let first = one.token();
    thread::sleep(Duration::from_millis(1_200));
    ground.fault("senior.refresh", Fault::Slow(Duration::from_millis(500)), 1);
    assert_eq!(one.token(), first);
    crate::ground::eventually("the renewal is under way", || ground.count("senior.refresh") == 1);
    assert_eq!(one.ask("shutdown"), "ERPTOKEN_OK");
    one.kill();
    let mut next = Worker::senior(&ground, &store);
    let second = next.token();
    assert!(second != first && ground.is_live(&second));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
}

#[test]
fn a_token_too_short_for_everybody_is_asked_for_once_in_ten_seconds() {
    let (ground, folder) = (Ground::new(), Folder::new("short"));
    ground.settings(|s| s.expires_in = Some(json!(600)));
    let began = std::time::Instant::now();
    for _ in 0..4 {
        let mut worker = Worker::senior(&ground, &folder.join("store"));
        assert_eq!(worker.ask("set min_seconds_left 3000"), "OK");
        for _ in 0..3 {
            let said = worker.ask("get");
            assert!(said.starts_with("ERPTOKEN_E_RESPONSE") && said.contains("min_seconds_left"), "{said}");
        }
    }
    let asked = ground.count("senior.login") + ground.count("senior.refresh");
    assert!(asked as u64 <= 1 + began.elapsed().as_secs() / 10, "{asked}");
}

#[test]
fn a_page_instead_of_a_refresh_ends_it_for_no_process() {
    let (ground, folder) = (Ground::new(), Folder::new("page"));
    let store = folder.join("store");
    let mut one = Worker::senior(&ground, &store);
    let token = one.token();
    assert_eq!(one.ask(&format!("reject {token}")), "OK");
    for status in [200, 401] {
        let (content_type, body) = ("text/html".to_owned(), b"<html>".to_vec());
        let page = Fault::StatusWith { status, content_type, body, headers: Vec::new() };
        ground.fault("senior.refresh", page, 1);
        let mut asked = Worker::senior(&ground, &store);
        assert!(asked.ask("get").contains("ERPTOKEN_E_RESPONSE"));
    }
    let mut other = Worker::senior(&ground, &store);
    assert_ne!(other.token(), token);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 3));
}
