//! Application tokens in a store: kept for the next program, handed out by `token` = `application`, created once for all
//! processes.

use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{json, Value};

use crate::ground::{eventually, Ground, Known, ASSINE};
use crate::sandbox::Fault;
use crate::support::Folder;
use crate::worker::Worker;

fn program(ground: &Ground, store: &Path) -> Worker {
    let mut worker = Worker::at(store);
    worker.open(ground, &ASSINE, ASSINE.password);
    worker
}

/// A program that is handed out an application token.
fn application(ground: &Ground, store: &Path) -> Worker {
    let mut worker = program(ground, store);
    assert_eq!(worker.ask("set token application"), "OK");
    worker
}

fn list(worker: &mut Worker) -> Vec<Value> {
    let said = worker.ask("app_list");
    let list: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    list["tokens"].as_array().expect("tokens").clone()
}

/// The ids that are kept, as the provider lists them.
fn kept(worker: &mut Worker) -> Vec<String> {
    let kept = list(worker).into_iter().filter(|token| token["stored"] == 1);
    kept.map(|token| token["id"].as_str().expect("an id").to_owned()).collect()
}

fn counts(ground: &Ground) -> (usize, usize, usize) {
    (ground.count("assine.login"), ground.count("assine.app_create"), ground.count("assine.app_revoke"))
}

/// What the provider lists that lives for months: application tokens.
fn living(worker: &mut Worker) -> usize {
    let next_year = list(worker).into_iter().filter(|token| {
        let year: u64 =
            token["expires_at"].as_str().and_then(|at| at.get(..4)?.parse().ok()).expect("a year");
        year > SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() / 31_556_952 + 1970
    });
    next_year.count()
}

#[test]
fn a_created_token_is_there_for_the_next_program() {
    let (ground, folder) = (Ground::new(), Folder::new("app-kept"));
    let store = folder.join("store");
    let mut one = program(&ground, &store);
    let id = one.ask("app_create 365");
    let token = one.ask(&format!("app_get {id}"));
    assert!(ground.is_live(&token), "{token}");
    one.kill();
    let mut next = program(&ground, &store);
    assert_eq!(next.ask(&format!("app_get {id}")), token);
    assert_eq!(ground.count("assine.login"), 1, "nothing is asked for it");
    assert_eq!(kept(&mut next), [id.as_str()]);
    assert_eq!(next.ask(&format!("app_revoke {id}")), "OK");
    let mut last = program(&ground, &store);
    assert!(last.ask(&format!("app_get {id}")).starts_with("ERPTOKEN_E_NOT_FOUND"));
    // In no file is anything of it.
    for entry in std::fs::read_dir(&store).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}

#[test]
fn an_application_token_is_created_once_and_found_again() {
    let (ground, folder) = (Ground::new(), Folder::new("app-once"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    let token = one.token();
    assert!(ground.is_live(&token));
    assert_eq!(counts(&ground), (1, 1, 0));
    assert_eq!((one.info("source"), one.info("state")), ("login".into(), "fresh".into()));
    let days = |worker: &mut Worker, field: &str| worker.info(field).parse::<i64>().unwrap() / 86_400;
    assert_eq!((days(&mut one, "expires_in"), days(&mut one, "renew_in")), (365, 328));
    assert_eq!(one.token(), token);
    assert_eq!(kept(&mut one).len(), 1);

    // The next program asks the provider for nothing.
    let mut next = application(&ground, &store);
    assert_eq!(next.token(), token);
    assert_eq!((next.info("source"), next.info("logins")), ("store".into(), "0".into()));
    assert_eq!((days(&mut next, "expires_in"), days(&mut next, "renew_in")), (365, 328));
    assert_eq!(counts(&ground), (1, 1, 0));
    // A session token is another one.
    assert_eq!(next.ask("set token session"), "OK");
    assert_ne!(next.token(), token);
}

/// A program that is handed out an application token, if the provider takes this password.
fn with_password(ground: &Ground, store: &Path, password: &str) -> Worker {
    let mut worker = Worker::at(store);
    worker.open(ground, &ASSINE, password);
    assert_eq!(worker.ask("set token application"), "OK");
    worker
}

#[test]
fn what_is_kept_is_handed_out_to_no_other_password() {
    let (ground, folder) = (Ground::new(), Folder::new("app-password"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    let token = one.token();
    let id = kept(&mut one).remove(0);
    assert_eq!(counts(&ground), (1, 1, 0));
    for (number, wrong) in ["errada", "outra senha"].into_iter().enumerate() {
        let mut other = with_password(&ground, &store, wrong);
        for line in ["get".to_owned(), format!("app_get {id}")] {
            let said = other.ask(&line);
            assert!(said.starts_with("ERPTOKEN_E_CREDENTIALS") && !said.contains(&token), "{line}: {said}");
        }
        assert_eq!(ground.count("assine.login"), 2 + number);
    }
    // Held back, it is no proof either.
    let said = with_password(&ground, &store, "mais outra").ask(&format!("app_get {id}"));
    assert!(said.starts_with("ERPTOKEN_E_RATE_LIMITED"), "{said}");
    // It takes nothing away from the right one.
    let mut right = application(&ground, &store);
    assert_eq!((right.token(), right.ask(&format!("app_get {id}"))), (token.clone(), token));
    assert_eq!(counts(&ground), (3, 1, 0));
}

#[test]
fn a_password_that_was_changed_logs_in_once() {
    let (ground, folder) = (Ground::new(), Folder::new("app-changed"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    let token = one.token();
    let id = kept(&mut one).remove(0);
    ground.add_user("assine", ASSINE.username, "nova senha");
    ground.fault("assine.login", Fault::Status(503), 1);
    let said = with_password(&ground, &store, "nova senha").ask(&format!("app_get {id}"));
    assert!(said.starts_with("ERPTOKEN_E_SERVER"), "not known yet: {said}");
    let mut next = with_password(&ground, &store, "nova senha");
    assert_eq!(next.token(), token);
    assert_eq!(counts(&ground), (3, 1, 0));
    // From now on it is the one that is known, and the one before is not.
    for _ in 0..2 {
        let mut last = with_password(&ground, &store, "nova senha");
        assert_eq!((last.token(), last.ask(&format!("app_get {id}"))), (token.clone(), token.clone()));
    }
    assert_eq!(counts(&ground), (3, 1, 0));
}

#[test]
fn an_imported_session_is_no_proof_of_the_password() {
    let (ground, folder) = (Ground::new(), Folder::new("app-imported"));
    let store = folder.join("store");
    let token = application(&ground, &store).token();
    let foreign = {
        ground.add_user("assine", "outro@empresa.com.br", "senha");
        let mut other = Worker::at(&folder.join("elsewhere"));
        other.open(&ground, &Known { username: "outro@empresa.com.br", ..ASSINE }, "senha");
        other.token()
    };
    let mut other = with_password(&ground, &store, "errada");
    assert_eq!(other.ask(&format!("set access_token {foreign}")), "OK");
    let said = other.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_NOT_FOUND") && !said.contains(&token), "{said}");
    let mut own = application(&ground, &store);
    let session = {
        assert_eq!(own.ask("set token session"), "OK");
        own.token()
    };
    let mut imported = with_password(&ground, &store, "errada");
    assert_eq!(imported.ask(&format!("set access_token {session}")), "OK");
    assert_eq!(imported.token(), token, "the provider says whose it is");
}

#[test]
fn days_are_the_programs() {
    let (ground, folder) = (Ground::new(), Folder::new("app-days"));
    let mut one = application(&ground, &folder.join("store"));
    assert_eq!(one.ask("set application_days 30"), "OK");
    assert_eq!(one.ask("set min_seconds_left 2332801"), "OK");
    let said = one.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_OPTION") && said.contains("2332800"), "{said}");
    assert_eq!(one.ask("set min_seconds_left 2332800"), "OK");
    one.token();
    assert_eq!(one.info("expires_in").parse::<i64>().unwrap() / 86_400, 30);
    assert_eq!(one.ask("renew"), "OK");
    assert_eq!(counts(&ground), (1, 1, 0), "one that was just made is not replaced");
}

#[test]
fn a_refused_token_is_replaced_and_revoked_for_all_programs() {
    let (ground, folder) = (Ground::new(), Folder::new("app-refused"));
    let store = folder.join("store");
    let (mut one, mut other) = (application(&ground, &store), application(&ground, &store));
    let first = one.token();
    assert_eq!(other.token(), first);
    assert_eq!(one.ask(&format!("reject {first}")), "OK");
    let second = one.token();
    assert!(second != first && ground.is_live(&second) && !ground.is_live(&first));
    assert_eq!(counts(&ground), (1, 2, 1));
    // The other one has the dead token until an API says so, and then the new one without a request.
    assert_eq!(other.token(), first);
    assert_eq!(other.ask(&format!("reject {first}")), "OK");
    assert_eq!(other.token(), second);
    assert_eq!(counts(&ground), (1, 2, 1));
    assert!(other.ask(&format!("reject {second}")).starts_with("ERPTOKEN_E_REFUSED_AGAIN"));
    assert_eq!(kept(&mut one).len(), 1);
    assert_eq!(application(&ground, &store).token(), second);
}

#[test]
fn many_processes_create_one() {
    let (ground, folder) = (Ground::new(), Folder::new("app-crowd"));
    let store = folder.join("store");
    ground.fault("assine.app_create", Fault::Slow(Duration::from_millis(300)), 1);
    let mut workers: Vec<Worker> = (0..6).map(|_| application(&ground, &store)).collect();
    let mut all = |line: &str| -> Vec<String> {
        workers.iter_mut().for_each(|worker| worker.tell(line));
        workers.iter_mut().map(Worker::hear).collect()
    };
    let tokens = all("many 4");
    assert!(tokens.iter().all(|token| *token == tokens[0] && !token.contains(' ')), "{tokens:#?}");
    assert_eq!(counts(&ground), (1, 1, 0));
    let reject = format!("reject {}", tokens[0]);
    assert!(all(&reject).iter().all(|said| said == "OK"));
    let next = all("many 4");
    assert!(next.iter().all(|token| *token == next[0] && !token.contains(' ')), "{next:#?}");
    assert_ne!(next[0], tokens[0]);
    assert_eq!(counts(&ground), (1, 2, 1));
}

#[test]
fn what_may_have_been_created_is_cleared_up_before_another_one() {
    let (ground, folder) = (Ground::new(), Folder::new("app-unanswered"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    ground.fault("assine.app_create", Fault::DoneThenClose, 1);
    let said = one.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_NETWORK") && said.contains("may have been created"), "{said}");
    assert_eq!(living(&mut one), 1);
    // Whoever comes next: this process after its pause, or another one.
    one.kill();
    let mut next = application(&ground, &store);
    ground.fault("assine.app_list", Fault::Status(500), 1);
    let said = next.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_SERVER"), "what is not known is not created: {said}");
    let mut token = String::new();
    eventually("it is tried again", || {
        token = next.ask("get");
        !token.starts_with("ERPTOKEN")
    });
    assert!(ground.is_live(&token));
    assert_eq!((living(&mut next), kept(&mut next).len()), (1, 1));
    assert_eq!((ground.count("assine.app_create"), ground.count("assine.app_revoke")), (2, 1));
}

#[test]
fn logging_out_clears_up_what_was_not_answered() {
    let (ground, folder) = (Ground::new(), Folder::new("app-logout-unanswered"));
    let mut one = application(&ground, &folder.join("store"));
    ground.fault("assine.app_create", Fault::DoneThenClose, 1);
    assert!(one.ask("get").starts_with("ERPTOKEN_E_NETWORK"));
    assert_eq!(living(&mut one), 1);
    assert_eq!(one.ask("logout"), "OK");
    assert_eq!(living(&mut one), 0);
    let listed = ground.count("assine.app_list");
    assert_eq!(one.ask("logout"), "OK");
    assert_eq!(ground.count("assine.app_list"), listed, "once");
}

#[test]
fn a_process_that_is_killed_while_it_creates_leaves_nothing_behind() {
    let (ground, folder) = (Ground::new(), Folder::new("app-killed"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    ground.fault("assine.app_create", Fault::HangAfterHeaders, 1);
    one.tell("get");
    eventually("it is being created", || ground.count("assine.app_create") == 1);
    thread::sleep(Duration::from_millis(100));
    one.kill();
    let mut next = application(&ground, &store);
    let token = next.token();
    assert!(ground.is_live(&token));
    assert_eq!((living(&mut next), counts(&ground)), (1, (1, 2, 1)));
}

#[test]
fn logging_out_revokes_both_tokens() {
    let (ground, folder) = (Ground::new(), Folder::new("app-logout"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    let token = one.token();
    assert_eq!(one.ask("logout"), "OK");
    assert!(!ground.is_live(&token));
    assert_eq!((counts(&ground), ground.count("assine.revoke")), ((1, 1, 1), 1));
    let mut next = application(&ground, &store);
    let second = next.token();
    assert_ne!(second, token);
    // The provider is gone: forgotten all the same, and ended when it is there again.
    ground.fault("assine.app_revoke", Fault::Status(503), 1);
    assert!(next.ask("logout").starts_with("ERPTOKEN_E_SERVER"));
    assert!(ground.is_live(&second));
    let third = next.token();
    assert!(third != second && !ground.is_live(&second) && ground.is_live(&third));
    assert_eq!(living(&mut next), 1);
}

#[test]
fn a_program_may_revoke_what_it_is_handed_out() {
    let (ground, folder) = (Ground::new(), Folder::new("app-own"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    let token = one.token();
    let id = kept(&mut one).remove(0);
    assert_eq!(one.ask(&format!("app_get {id}")), token);
    assert_eq!(one.ask(&format!("app_revoke {id}")), "OK");
    let second = one.token();
    assert!(second != token && ground.is_live(&second));
    assert_eq!(application(&ground, &store).token(), second);
}

#[test]
fn programs_that_create_and_revoke_at_once_lose_nothing() {
    const ROUNDS: usize = 12;
    let (ground, folder) = (Ground::new(), Folder::new("app-both"));
    let store = folder.join("store");
    let mut workers: Vec<Worker> = (0..3).map(|_| program(&ground, &store)).collect();
    workers[0].token();
    let mut created: Vec<Vec<String>> = vec![Vec::new(); workers.len()];
    for round in 0..ROUNDS {
        for (worker, own) in workers.iter_mut().zip(&created) {
            match own.last().filter(|_| round % 3 == 2) {
                Some(id) => worker.tell(&format!("app_revoke {id}")),
                None => worker.tell("app_create 365"),
            }
        }
        for (worker, own) in workers.iter_mut().zip(&mut created) {
            match worker.hear().as_str() {
                "OK" => drop(own.pop()),
                id => own.push(id.to_owned()),
            }
        }
    }
    let mut all: Vec<String> = created.concat();
    assert_eq!(all.len(), 3 * (ROUNDS / 3));
    all.sort();
    for worker in &mut workers {
        let mut kept = kept(worker);
        kept.sort();
        assert_eq!(kept, all);
        for id in &all {
            let token = worker.ask(&format!("app_get {id}"));
            assert!(ground.is_live(&token), "{token}");
        }
    }
}

const ROOM: u64 = 1 << 30;
const SLOW: Fault = Fault::Slow(Duration::from_millis(2_500));

/// The disk is full when the answer comes.
fn full_while_it_is_created(ground: &Ground, worker: &Worker) {
    eventually("it is being created", || ground.count("assine.app_create") == 1);
    worker.limit_files(0);
}

#[test]
fn a_full_disk_costs_no_token() {
    let (ground, folder) = (Ground::new(), Folder::new("app-full"));
    let store = folder.join("store");
    let mut one = program(&ground, &store);
    one.token();
    one.limit_files(0);
    let said = one.ask("app_create 365");
    assert!(said.starts_with("ERPTOKEN_E_STORE"), "{said}");
    assert_eq!(ground.count("assine.app_create"), 0, "tried before");
    // Full in the middle of it: the text tells the id, and the token stays in the process.
    one.limit_files(ROOM);
    ground.fault("assine.app_create", SLOW, 1);
    one.tell("app_create 365");
    full_while_it_is_created(&ground, &one);
    let said = one.hear();
    assert!(said.starts_with("ERPTOKEN_E_STORE"), "{said}");
    let told = said.split("token ").filter_map(|rest| rest.split(' ').next());
    let id = told.into_iter().find(|word| word.bytes().all(|byte| byte.is_ascii_digit())).expect("an id");
    assert!(said.contains("erptoken_app_get"), "{said}");
    let token = one.ask(&format!("app_get {id}"));
    assert!(ground.is_live(&token), "{token}");
    assert_eq!(kept(&mut one), [id]);
    // Room again: the next that is kept takes it along.
    one.limit_files(ROOM);
    let second = one.ask("app_create 365");
    one.kill();
    let mut next = program(&ground, &store);
    assert_eq!(next.ask(&format!("app_get {id}")), token);
    assert_eq!(kept(&mut next), [id, second.as_str()]);
}

#[test]
fn what_is_handed_out_outlives_a_store_that_fails_in_the_middle() {
    let (ground, folder) = (Ground::new(), Folder::new("app-full-own"));
    let store = folder.join("store");
    let mut full = application(&ground, &store);
    full.limit_files(0);
    assert!(full.ask("get").starts_with("ERPTOKEN_E_STORE"));
    assert_eq!(ground.count("assine.app_create"), 0);
    let mut one = application(&ground, &store);
    ground.fault("assine.app_create", SLOW, 1);
    one.tell("get");
    full_while_it_is_created(&ground, &one);
    let token = one.hear();
    assert!(ground.is_live(&token), "{token}");
    assert_eq!(one.token(), token);
    // Another program does not know it: what may have been created without an answer it ends, and creates its own.
    let mut other = application(&ground, &store);
    let second = other.token();
    assert!(second != token && !ground.is_live(&token));
    assert_eq!(one.ask(&format!("reject {token}")), "OK");
    assert_eq!(one.token(), second);
    assert_eq!(living(&mut other), 1);
}

#[test]
fn a_valid_token_is_handed_out_although_its_successor_can_not_be_had() {
    let (ground, folder) = (Ground::new(), Folder::new("app-due"));
    let store = folder.join("store");
    let mut one = application(&ground, &store);
    // Made long ago by the provider's clock, and so in the last tenth of its life.
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 10 * 86_400;
    let made =
        json!({ "accessToken": "5499d5cac5d19926adcbcda7987c01854065554f", "id": "77", "expires": at });
    let fault = Fault::StatusWith {
        status: 201,
        content_type: "application/problem+json".to_owned(),
        body: made.to_string().into_bytes(),
        headers: vec![("Date".to_owned(), "Sun, 01 Feb 2026 08:49:37 GMT".to_owned())],
    };
    ground.fault("assine.app_create", fault, 1);
    let token = one.token();
    one.kill();
    ground.fault("assine.app_create", Fault::Status(403), 1);
    let mut next = application(&ground, &store);
    assert_eq!(next.token(), token);
    assert_eq!((next.info("source"), ground.count("assine.app_create")), ("store".into(), 2));
    // As soon as it can be had, it is; who comes meanwhile does not wait for it.
    let mut last = application(&ground, &store);
    ground.fault("assine.app_create", SLOW, 1);
    last.tell("get");
    eventually("it is being created", || ground.count("assine.app_create") == 3);
    assert_eq!(application(&ground, &store).token(), token);
    let second = last.hear();
    assert!(second != token && ground.is_live(&second));
    assert_eq!(kept(&mut last).len(), 1);
    assert_eq!(ground.requests("assine.app_revoke")[0].target, "/v1/access-token/77");
}

#[test]
fn a_hurried_caller_leaves_and_the_creation_goes_on() {
    let (ground, folder) = (Ground::new(), Folder::new("app-hurried"));
    let mut one = application(&ground, &folder.join("store"));
    one.token();
    let first = one.token();
    assert_eq!(one.ask(&format!("reject {first}")), "OK");
    assert_eq!(one.ask("set timeout_ms 300"), "OK");
    ground.fault("assine.app_create", Fault::Slow(Duration::from_millis(1_000)), 1);
    assert!(one.ask("get").starts_with("ERPTOKEN_E_TIMEOUT"));
    assert_eq!(one.ask("set timeout_ms"), "OK");
    let second = one.token();
    assert!(second != first && ground.is_live(&second));
    assert_eq!(ground.count("assine.app_create"), 2);
}

#[test]
fn without_threads_the_caller_creates_it() {
    let (ground, folder) = (Ground::new(), Folder::new("app-background"));
    let mut one = application(&ground, &folder.join("store"));
    one.configured("background", "0");
    let first = one.token();
    assert_eq!(one.ask(&format!("reject {first}")), "OK");
    let second = one.token();
    assert!(second != first && ground.is_live(&second) && !ground.is_live(&first));
    assert_eq!(one.ask("logout"), "OK");
    assert!(!ground.is_live(&second));
    assert_eq!(counts(&ground), (1, 2, 2));
}
