//! What a program may configure, and when.

use std::fs::{self, Permissions};
use std::os::unix::fs::{symlink, PermissionsExt};

use crate::ground::{Ground, SENIOR};
use crate::support::Folder;
use crate::worker::{Worker, KEY};

#[track_caller]
fn refused(said: String, status: &str, words: &[&str]) {
    assert!(said.starts_with(status), "{status} was expected: {said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
}

#[test]
fn a_store_that_can_not_be_used_is_told_when_it_is_configured() {
    let folder = Folder::new("configure");
    let mut worker = Worker::bare();
    let mut configure = |value: &str| worker.ask(&format!("configure store {value}"));
    let path = folder.join("store").display().to_string();
    for value in ["disk", "file", "file:", &path] {
        refused(configure(value), "ERPTOKEN_E_OPTION", &["\"memory\"", "file:"]);
    }
    #[cfg(not(feature = "redis"))]
    refused(configure("redis://localhost"), "ERPTOKEN_E_UNSUPPORTED", &["Redis"]);
    refused(configure("file:store"), "ERPTOKEN_E_STORE", &["store", "not absolute"]);
    refused(configure("file:/proc/erptoken"), "ERPTOKEN_E_STORE", &["/proc/erptoken"]);
    fs::write(&path, "").unwrap();
    refused(configure(&format!("file:{path}")), "ERPTOKEN_E_STORE", &[&path, "not a folder"]);
    fs::remove_file(&path).unwrap();
    symlink(folder.path(), &path).unwrap();
    for link in [path.clone(), format!("{path}/"), format!("{path}/.")] {
        refused(configure(&format!("file:{link}")), "ERPTOKEN_E_STORE", &[&path, "link"]);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
    refused(configure(&format!("file:{path}")), "ERPTOKEN_E_STORE", &[&path, "chmod 700"]);
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(configure(&format!("file:{path}")), "OK");
    if unsafe { libc::geteuid() } == 0 {
        let other = folder.join("other");
        fs::create_dir(&other).unwrap();
        fs::set_permissions(&other, Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::chown(&other, Some(12_345), None).unwrap();
        refused(configure(&format!("file:{}", other.display())), "ERPTOKEN_E_STORE", &["another user"]);
    }
}

#[test]
fn a_key_is_64_digits_or_a_file_that_is_its_owners_alone() {
    let folder = Folder::new("key");
    let mut worker = Worker::bare();
    let mut configure = |value: &str| worker.ask(&format!("configure store_key {value}"));
    for value in ["1234", &KEY[1..], &format!("{KEY}0"), "file:", "dpapi:user"] {
        refused(configure(value), "ERPTOKEN_E_OPTION", &["64"]);
    }
    refused(configure("dpapi:machine"), "ERPTOKEN_E_UNSUPPORTED", &["Windows"]);
    let path = folder.join("key");
    let named = format!("file:{}", path.display());
    refused(configure(&named), "ERPTOKEN_E_OPTION", &["no such file"]);
    refused(configure(&format!("file:{}", folder.path().display())), "ERPTOKEN_E_OPTION", &["not a file"]);
    fs::write(&path, format!("{KEY}\n")).unwrap();
    for rights in [0o644, 0o640, 0o604] {
        fs::set_permissions(&path, Permissions::from_mode(rights)).unwrap();
        refused(configure(&named), "ERPTOKEN_E_STORE", &["chmod 600", path.to_str().unwrap()]);
    }
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(configure(&named), "OK");
    assert_eq!(configure(KEY), "OK");
    for content in ["", "segredo", &format!("{KEY} {KEY}"), &"0".repeat(10_000)] {
        fs::write(&path, content).unwrap();
        let said = configure(&named);
        refused(said.clone(), "ERPTOKEN_E_OPTION", &["64"]);
        assert!(!said.contains("segredo"), "{said}");
    }
}

#[test]
fn without_a_key_nothing_is_kept_and_nothing_is_sent() {
    let (ground, folder) = (Ground::new(), Folder::new("keyless"));
    let store = folder.join("store");
    let mut worker = Worker::bare();
    worker.configured("store", &format!("file:{}", store.display()));
    worker.open(&ground, &SENIOR, SENIOR.password);
    refused(worker.ask("get"), "ERPTOKEN_E_MISSING", &["store_key"]);
    assert_eq!(ground.count("senior.login"), 0);
    // Said in time after all.
    worker.configured("store_key", KEY);
    worker.token();
    assert_eq!(Worker::senior(&ground, &store).token(), worker.token());
    assert_eq!(ground.count("senior.login"), 1);
}

#[test]
fn the_first_token_fixes_the_store_and_a_shutdown_forgets_it() {
    let (ground, folder) = (Ground::new(), Folder::new("fixed"));
    let (store, other) = (folder.join("store"), folder.join("other"));
    let mut worker = Worker::senior(&ground, &store);
    worker.configured("store", &format!("file:{}", other.display()));
    worker.configured("store", &format!("file:{}", store.display()));
    let first = worker.token();
    for (option, value) in [
        ("store", format!("file:{}", other.display())),
        ("store", "memory".into()),
        ("store_key", "00".repeat(32)),
    ] {
        refused(
            worker.ask(&format!("configure {option} {value}")),
            "ERPTOKEN_E_OPTION",
            &[option, "first call that needs a token"],
        );
    }
    // What is so already may be said again: there may be several plugins.
    worker.configured("store", &format!("file:{}", store.display()));
    worker.configured("store_key", KEY);
    assert_eq!(worker.ask("shutdown"), "ERPTOKEN_OK");
    assert_eq!(worker.ask("forget"), "OK");
    worker.configured("store", &format!("file:{}", other.display()));
    worker.configured("store_key", KEY);
    worker.open(&ground, &SENIOR, SENIOR.password);
    assert_ne!(worker.token(), first);
    assert_eq!(Worker::senior(&ground, &store).token(), first);
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn another_key_finds_nothing_and_spoils_nothing() {
    let (ground, folder) = (Ground::new(), Folder::new("keys"));
    let store = folder.join("store");
    let mut one = Worker::senior(&ground, &store);
    let mut other = Worker::bare();
    other.configured("store", &format!("file:{}", store.display()));
    other.configured("store_key", &"ab".repeat(32));
    other.open(&ground, &SENIOR, SENIOR.password);
    let tokens = (one.token(), other.token());
    assert!(tokens.0 != tokens.1 && ground.count("senior.login") == 2);
    assert_eq!(Worker::senior(&ground, &store).token(), tokens.0);
    assert_eq!(ground.count("senior.login"), 2);
}

#[test]
fn nothing_in_the_folder_shows_a_secret_or_a_name() {
    let (ground, folder) = (Ground::new(), Folder::new("sealed"));
    let store = folder.join("store");
    let mut worker = Worker::senior(&ground, &store);
    let token = worker.token();
    worker.open(&ground, &SENIOR, "senha errada");
    worker.ask("get");
    let mut files = 0;
    for entry in fs::read_dir(&store).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let mut bytes = path.to_string_lossy().into_owned().into_bytes();
        bytes.extend(fs::read(&path).unwrap());
        for text in [&token, SENIOR.username, SENIOR.password, "senha errada", "empresa", "127.0.0.1"] {
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text} in {path:?}");
        }
        files += 1;
    }
    // The token, the refused password, the count of refusals, the locks.
    assert_eq!(files, 4);
}

#[test]
fn memory_writes_nothing() {
    let (ground, folder) = (Ground::new(), Folder::new("memory"));
    let mut worker = Worker::bare();
    worker.configured("store", "memory");
    worker.configured("store_key", KEY);
    worker.open(&ground, &SENIOR, SENIOR.password);
    let before = files_written(&worker);
    let first = worker.token();
    assert_eq!(worker.ask(&format!("reject {first}")), "OK");
    worker.token();
    worker.open(&ground, &SENIOR, "errada");
    worker.ask("get");
    assert_eq!(files_written(&worker), before, "bytes that went to the disk");
    // This is how it shows.
    let mut worker = Worker::senior(&ground, &folder.join("store"));
    let before = files_written(&worker);
    worker.token();
    assert_ne!(files_written(&worker), before);
}

/// Bytes that the process caused to be written to files, as the kernel counts them. Pipes and sockets do not count.
fn files_written(worker: &Worker) -> String {
    let io = fs::read_to_string(format!("/proc/{}/io", worker.id())).unwrap();
    io.lines().find(|line| line.starts_with("write_bytes")).expect("the count").to_owned()
}

/// System calls that read or wrote, in this process.
fn calls(worker: &Worker) -> Vec<u64> {
    let io = fs::read_to_string(format!("/proc/{}/io", worker.id())).unwrap();
    let count = |name: &str| {
        let line = io.lines().find(|line| line.starts_with(name)).expect("the count");
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    vec![count("syscr"), count("syscw")]
}

#[test]
fn a_hit_touches_no_file() {
    let (ground, folder) = (Ground::new(), Folder::new("hit"));
    let mut worker = Worker::senior(&ground, &folder.join("store"));
    worker.token();
    // The calls that talk to the test are the same ones each time.
    assert!(worker.ask("hits 1").starts_with("OK"));
    let one = calls(&worker);
    assert!(worker.ask("hits 2").starts_with("OK"));
    let two = calls(&worker);
    fs::remove_dir_all(folder.join("store")).unwrap();
    assert!(worker.ask("hits 100000").starts_with("OK"));
    let many = calls(&worker);
    let steps = |from: &[u64], to: &[u64]| from.iter().zip(to).map(|(a, b)| b - a).max().unwrap();
    // The kernel counts a call when it returns, which may be after what it wrote was heard: each look may miss one.
    let (few, most) = (steps(&one, &two), steps(&two, &many));
    assert!(most <= few + 2, "100000 hits cost what two cost: {most} calls, and {few}");
    assert!(!folder.join("store").exists());
}
