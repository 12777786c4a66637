//! Secrets with a recognisable text go every way through the library, well and badly, at providers that echo them in
//! every place and form; afterwards none of them is in a log line, an error text, a report, a file, or anything printed.
//!
//! The calls are made by a child of this test, so that what it prints is looked at too, and its memory of the process's
//! options and callbacks is nobody else's.

#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
mod debug;
mod echo;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
#[path = "../sandbox/mod.rs"]
mod sandbox;
mod search;
mod walk;

use search::Secrets;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const FOLDER: &str = "ERPTOKEN_CANARY_FOLDER";

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn no_secret_is_seen_anywhere() {
    if let Some(folder) = env::var_os(FOLDER) {
        return walk::everything(Path::new(&folder));
    }
    let folder = env::temp_dir().join(format!("erptoken-canary-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "no_secret_is_seen_anywhere", "--nocapture"])
        .env(FOLDER, &folder)
        .output()
        .unwrap();
    let printed = [child.stdout, child.stderr].concat();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&printed));

    // What the child knew to be secret, told by way of a file that is none of the library's.
    let known = folder.join(walk::SECRETS);
    let secrets = Secrets::read(&fs::read_to_string(&known).unwrap());
    fs::remove_file(&known).unwrap();
    let seen = files(&folder);
    let log = fs::read_to_string(folder.join(walk::LOG)).unwrap();
    assert!(log.lines().count() > 300, "there is a log to be looked at: {} lines", log.lines().count());
    secrets.are_not_in("what was printed", &printed);
    for path in &seen {
        secrets.are_not_in(&path.display().to_string(), &fs::read(path).unwrap());
    }
    fs::remove_dir_all(&folder).unwrap();
}
