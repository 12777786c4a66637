//! A store that is damaged, full, gone or taken away: a login at most, never a lost one and never a crash.

use std::fs::{self, Permissions};
use std::os::unix::fs::{symlink, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ground::{Ground, ASSINE, SENIOR};
use crate::support::Folder;
use crate::worker::{Worker, KEY};

/// The sealed records in a folder.
fn records(store: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(store).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().is_some_and(|name| name.len() == 32)).collect()
}

/// As a program that begins anew, in a process that is there already.
fn begin_anew(worker: &mut Worker, ground: &Ground, store: &Path) -> String {
    assert_eq!(worker.ask("shutdown"), "ERPTOKEN_OK");
    assert_eq!(worker.ask("forget"), "OK");
    worker.configured("store", &format!("file:{}", store.display()));
    worker.configured("store_key", KEY);
    let base = ground.base("senior");
    let line = format!("account senior {base} {} {}", SENIOR.username, SENIOR.password);
    assert_eq!(worker.ask(&line), "OK");
    worker.token()
}

#[test]
fn a_record_cut_at_any_byte_or_changed_in_any_is_a_login_and_healed() {
    let (ground, folder) = (Ground::new(), Folder::new("cut"));
    let store = folder.join("store");
    let mut worker = Worker::senior(&ground, &store);
    let mut token = worker.token();
    let record = records(&store).remove(0);
    let length = fs::read(&record).unwrap().len();
    let mut logins = 1;
    for at in 0..length {
        for cut in [true, false] {
            let mut bytes = fs::read(&record).unwrap();
            match cut {
                true => bytes.truncate(at),
                false => bytes[at] ^= 1 << (at % 8),
            }
            fs::write(&record, bytes).unwrap();
            logins += 1;
            let next = begin_anew(&mut worker, &ground, &store);
            assert!(next != token && ground.is_live(&next), "{at}");
            assert_eq!(ground.count("senior.login"), logins, "{at}");
            token = next;
        }
    }
    assert_eq!(begin_anew(&mut worker, &ground, &store), token);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (logins, 0));
    assert_eq!(records(&store).len(), 1);
}

#[test]
fn a_folder_that_goes_away_costs_no_token() {
    let (ground, folder) = (Ground::new(), Folder::new("away"));
    let store = folder.join("store");
    let mut worker = Worker::senior(&ground, &store);
    let first = worker.token();
    fs::remove_dir_all(&store).unwrap();
    assert_eq!(worker.token(), first);
    assert_eq!(worker.ask(&format!("reject {first}")), "OK");
    let second = worker.token();
    assert!(ground.is_live(&second));
    // It is there again, for its owner alone.
    assert_eq!(fs::metadata(&store).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(Worker::senior(&ground, &store).token(), second);
    assert_eq!(ground.reuses(), 0);
}

#[test]
fn a_folder_that_can_not_be_used_any_more_costs_the_sharing_and_no_token() {
    let (ground, folder) = (Ground::new(), Folder::new("spoilt"));
    ground.settings(|s| s.reuse_revokes_family = true);
    let (store, aside) = (folder.join("store"), folder.join("aside"));
    let spoil: [&dyn Fn(); 3] =
        [&|| symlink(&aside, &store).unwrap(), &|| fs::write(&store, "").unwrap(), &|| {
            fs::create_dir(&store).unwrap();
            fs::set_permissions(&store, Permissions::from_mode(0o777)).unwrap();
        }];
    for spoil in spoil {
        let mut workers = [Worker::senior(&ground, &store), Worker::senior(&ground, &store)];
        let first = workers[0].token();
        assert_eq!(workers[1].token(), first);
        fs::rename(&store, &aside).unwrap();
        spoil();
        for worker in &mut workers {
            assert_eq!(worker.token(), first);
            assert_eq!(worker.ask(&format!("reject {first}")), "OK");
            let second = worker.token();
            assert!(second != first && ground.is_live(&second));
        }
        assert_eq!(ground.reuses(), 0, "no refresh token that both know is sent by both");
        // Who begins now is told.
        let mut late = Worker::bare();
        let said = late.ask(&format!("configure store file:{}", store.display()));
        assert!(said.starts_with("ERPTOKEN_E_STORE"), "{said}");
        let _ = fs::remove_file(&store).or_else(|_| fs::remove_dir_all(&store));
        fs::remove_dir_all(&aside).unwrap();
    }
}

#[test]
fn a_store_spoilt_between_configuring_and_the_first_token_is_told_and_nothing_is_sent() {
    let (ground, folder) = (Ground::new(), Folder::new("between"));
    let store = folder.join("store");
    let mut worker = Worker::senior(&ground, &store);
    fs::set_permissions(&store, Permissions::from_mode(0o755)).unwrap();
    let said = worker.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_STORE") && said.contains("chmod 700"), "{said}");
    assert_eq!(ground.count("senior.login"), 0);
    fs::set_permissions(&store, Permissions::from_mode(0o700)).unwrap();
    worker.token();
}

#[test]
fn a_program_that_does_not_look_at_what_configure_says_does_not_get_memory_instead() {
    let (ground, folder) = (Ground::new(), Folder::new("unlooked"));
    let store = folder.join("store");
    fs::create_dir(&store).unwrap();
    fs::set_permissions(&store, Permissions::from_mode(0o755)).unwrap();
    let mut worker = Worker::bare();
    let said = worker.ask(&format!("configure store file:{}", store.display()));
    assert!(said.starts_with("ERPTOKEN_E_STORE"), "{said}");
    worker.configured("store_key", KEY);
    worker.open(&ground, &SENIOR, SENIOR.password);
    let said = worker.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_STORE") && said.contains("chmod 700"), "{said}");
    assert_eq!(ground.count("senior.login"), 0);
    fs::set_permissions(&store, Permissions::from_mode(0o700)).unwrap();
    worker.token();
}

/// A file system of one's own, which only the superuser can have.
struct Disk(PathBuf);

impl Disk {
    fn mount(path: &Path, options: &str) -> Option<Disk> {
        fs::create_dir_all(path).unwrap();
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", options, "erptoken-test"]).arg(path);
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        if !mounted {
            let required = std::env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
            let root = unsafe { libc::geteuid() } == 0;
            assert!(!(required && root), "no tmpfs could be mounted");
            println!("skipped: no tmpfs can be mounted");
        }
        mounted.then(|| Disk(path.to_owned()))
    }

    fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{options}")]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_and_one_that_can_not_be_written_cost_the_sharing_and_no_token() {
    let (ground, folder) = (Ground::new(), Folder::new("full"));
    ground.settings(|s| s.reuse_revokes_family = true);
    let Some(disk) = Disk::mount(&folder.join("disk"), "size=64k") else { return };
    let store = folder.join("disk/store");
    let mut workers = [Worker::senior(&ground, &store), Worker::senior(&ground, &store)];
    let mut known = workers[0].token();
    assert_eq!(workers[1].token(), known);
    let filler = folder.join("disk/filler");
    for read_only in [false, true] {
        if read_only {
            disk.remount("ro");
        } else {
            let _ = fs::write(&filler, vec![0; 1 << 20]);
        }
        for worker in &mut workers {
            let first = worker.token();
            assert_eq!(worker.ask(&format!("reject {first}")), "OK");
            let second = worker.token();
            assert!(second != first && ground.is_live(&second), "{read_only}");
        }
        assert_eq!(ground.reuses(), 0, "{read_only}");
        // With space again the next renewal is for all.
        if read_only {
            disk.remount("rw");
        } else {
            fs::remove_file(&filler).unwrap();
        }
        // A minute must pass before an API may refuse what just replaced a refused one: other processes.
        workers = [Worker::senior(&ground, &store), Worker::senior(&ground, &store)];
        known = workers[0].token();
        assert!(ground.is_live(&known));
        assert_eq!(workers[1].token(), known, "{read_only}");
    }
    disk.remount("ro");
    let said = Worker::bare().ask(&format!("configure store file:{}", store.display()));
    assert!(said.starts_with("ERPTOKEN_E_STORE") && said.contains("written"), "{said}");
    drop(workers);
    let _ = known;
}

#[test]
fn a_record_of_another_identity_in_its_place_is_a_login() {
    let (ground, folder) = (Ground::new(), Folder::new("copied"));
    ground.add_user("senior", "outro@empresa.com.br", "senhaUsuario");
    let store = folder.join("store");
    let mut worker = Worker::senior(&ground, &store);
    let own = worker.token();
    let record = records(&store).remove(0);
    assert_eq!(worker.ask("set username outro@empresa.com.br"), "OK");
    assert_eq!(worker.ask("set password senhaUsuario"), "OK");
    let others = worker.token();
    let other = records(&store).into_iter().find(|path| *path != record).expect("another record");
    fs::copy(&other, &record).unwrap();
    let token = Worker::senior(&ground, &store).token();
    assert!(token != own && token != others);
    assert_eq!(ground.count("senior.login"), 3);
}

/// The record of an account's application tokens: the one that is there besides its session's.
fn record_of_applications(store: &Path, session: &[PathBuf]) -> PathBuf {
    records(store).into_iter().find(|path| !session.contains(path)).expect("their record")
}

fn set_aside(store: &Path) -> usize {
    let entries = fs::read_dir(store).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "bad")).count()
}

#[test]
fn application_tokens_that_can_not_be_opened_are_kept_for_who_can() {
    let (ground, folder) = (Ground::new(), Folder::new("app-damaged"));
    let store = folder.join("store");
    let mut worker = Worker::at(&store);
    worker.open(&ground, &ASSINE, ASSINE.password);
    worker.token();
    let session = records(&store);
    let id = worker.ask("app_create 365");
    let line = format!("app_get {id}");
    let token = worker.ask(&line);
    let record = record_of_applications(&store, &session);
    let whole = fs::read(&record).unwrap();
    let refused = |said: String, why: &str| {
        assert!(said.starts_with("ERPTOKEN_E_STORE") && said.contains(why), "{said}");
    };

    // Somebody else's rights, or those of a newer version: it stays, and nothing is created beside it.
    let created = ground.count("assine.app_create");
    fs::set_permissions(&record, Permissions::from_mode(0o640)).unwrap();
    refused(worker.ask(&line), "chmod 600");
    refused(worker.ask("app_create 365"), "chmod 600");
    fs::set_permissions(&record, Permissions::from_mode(0o600)).unwrap();
    let newer = [b"erptoken\x02".as_slice(), &whole[9..]].concat();
    fs::write(&record, &newer).unwrap();
    refused(worker.ask(&line), "newer version");
    refused(worker.ask("app_create 365"), "newer version");
    assert_eq!(fs::read(&record).unwrap(), newer);
    fs::write(&record, &whole).unwrap();
    assert_eq!(worker.ask(&line), token);
    assert_eq!((ground.count("assine.app_create"), set_aside(&store)), (created, 0));

    // Damaged: it is none, and goes on to be there as often as that happens.
    for times in 1..=3 {
        let mut damaged = fs::read(&record).unwrap();
        damaged[40] ^= 1;
        fs::write(&record, damaged).unwrap();
        assert!(worker.ask(&line).starts_with("ERPTOKEN_E_NOT_FOUND"));
        let next = worker.ask("app_create 365");
        let said = worker.ask(&format!("app_get {next}"));
        assert!(ground.is_live(&said), "{said}");
        assert_eq!(set_aside(&store), times);
    }
}
