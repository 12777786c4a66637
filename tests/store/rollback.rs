//! A record that is put back: by a backup of it, or by somebody who can write the folder and has no key.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::ground::{eventually, Ground, SENIOR};
use crate::support::Folder;
use crate::worker::Worker;

const PUT_BACK: &str = "not the last one that was written";

/// The store, what was in it at some moment, and the log.
struct Scene {
    ground: Ground,
    folder: Folder,
}

impl Scene {
    fn new(name: &str) -> Scene {
        let ground = Ground::new();
        ground.settings(|s| {
            s.reuse_revokes_family = true;
            // Of which the last two are not used.
            s.expires_in = Some(json!(3));
        });
        Scene { ground, folder: Folder::new(name) }
    }

    fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    fn begins(&self) -> Worker {
        let mut worker = Worker::at(&self.store());
        worker.configured("log_file", &self.folder.join("log").display().to_string());
        worker.open(&self.ground, &SENIOR, SENIOR.password);
        worker
    }

    /// The files of the records.
    fn records(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let files = fs::read_dir(self.store()).unwrap().map(|entry| entry.unwrap().path());
        let records = files.filter(|path| path.file_name().is_some_and(|name| name.len() == 32));
        records.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    fn put_back(records: &[(PathBuf, Vec<u8>)]) {
        records.iter().for_each(|(path, bytes)| write(path, bytes));
    }

    fn warnings(&self) -> usize {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default().matches(PUT_BACK).count()
    }

    fn asked(&self) -> (usize, usize, usize) {
        (self.ground.count("senior.login"), self.ground.count("senior.refresh"), self.ground.reuses())
    }
}

/// As what restores a backup does: another file of the same name.
fn write(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let _ = fs::remove_file(path);
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// When the token that there is has had its time: another one.
fn renewed(worker: &mut Worker) -> String {
    thread::sleep(Duration::from_millis(1_200));
    worker.token()
}

#[test]
fn a_spent_refresh_token_that_is_put_back_is_not_sent() {
    // So many renewals later.
    for later in [1, 3] {
        let scene = Scene::new(&format!("rollback-{later}"));
        let mut one = scene.begins();
        one.token();
        let old = scene.records();
        assert_eq!(old.len(), 1);
        let mut last = String::new();
        for _ in 0..later {
            last = renewed(&mut one);
        }
        assert_eq!(scene.asked(), (1, later, 0));
        one.kill();
        Scene::put_back(&old);
        let mut next = scene.begins();
        let token = renewed(&mut next);
        assert!(scene.ground.is_live(&token) && token != last);
        assert_eq!(scene.asked(), (2, later, 0), "a login and no refresh");
        assert_eq!(scene.warnings(), 1);
        // From here on all is as before, for everybody.
        let mut other = scene.begins();
        assert_eq!(other.token(), token);
        renewed(&mut other);
        assert_eq!((scene.asked(), scene.warnings()), ((2, later + 1, 0), 1));
        // Put back in front of a process that knows better.
        Scene::put_back(&old);
        renewed(&mut other);
        assert_eq!(scene.asked(), (3, later + 1, 0));
    }
}

#[test]
fn what_was_logged_out_and_is_put_back_is_not_sent_either() {
    let scene = Scene::new("rollback-logout");
    let mut one = scene.begins();
    one.token();
    let old = scene.records();
    assert_eq!(one.ask("logout"), "OK");
    one.kill();
    Scene::put_back(&old);
    renewed(&mut scene.begins());
    assert_eq!((scene.asked(), scene.warnings()), ((2, 0, 0), 1));
}

#[test]
fn where_no_login_is_possible_it_is_tried_all_the_same() {
    let scene = Scene::new("rollback-import");
    let refresh = scene.ground.refresh_token_for("senior", SENIOR.username);
    let imported = || {
        let mut worker = Worker::at(&scene.store());
        worker.configured("log_file", &scene.folder.join("log").display().to_string());
        assert_eq!(worker.ask("open senior"), "OK");
        assert_eq!(worker.ask(&format!("set base_url {}", scene.ground.base("senior"))), "OK");
        assert_eq!(worker.ask(&format!("set refresh_token {refresh}")), "OK");
        worker
    };
    let mut one = imported();
    one.token();
    let old = scene.records();
    renewed(&mut one);
    one.kill();
    Scene::put_back(&old);
    thread::sleep(Duration::from_millis(1_200));
    let mut next = imported();
    let said = next.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_MISSING"), "the provider refuses it: {said}");
    assert_eq!(scene.warnings(), 1);
}

#[test]
fn without_counts_all_is_as_before() {
    let scene = Scene::new("rollback-uncounted");
    let mut one = scene.begins();
    let first = renewed(&mut one);
    one.kill();
    let locks = scene.store().join("locks");
    // As a version before left it, spoilt, of another key, gone.
    let spoilt = vec![7; 1 << 20];
    for (at, bytes) in [Some(&b""[..]), Some(&spoilt), None].into_iter().enumerate() {
        match bytes {
            Some(bytes) => write(&locks, bytes),
            None => fs::remove_file(&locks).unwrap(),
        }
        let mut next = scene.begins();
        next.token();
        assert_ne!(renewed(&mut next), first);
        assert_eq!((scene.asked(), scene.warnings()), ((1, at + 1, 0), 0));
        next.kill();
    }
    let mut last = scene.begins();
    eventually("the lock is free", || last.ask("get").len() == 32);
    assert!(fs::metadata(&locks).unwrap().len() <= 1 << 20);
}
