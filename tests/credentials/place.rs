//! What a test works with: a profile in a file, and the log of the process.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::OnceLock;

use erptoken::abi::{process, requests};
use serde_json::{json, Value};

use crate::client::*;

/// The folder of this process's files, and its log in it, which is on from then.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("erptoken-credentials-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let log = folder.join("log");
        for (option, value) in [("log_file", log.to_str().unwrap()), ("log_level", "debug")] {
            let (option, value) = (c_text(option), c_text(value));
            assert_eq!(unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) }, ERPTOKEN_OK);
        }
        folder
    })
}

/// What was logged so far.
pub fn log() -> String {
    fs::read_to_string(folder().join("log")).unwrap()
}

/// None of these is in the log, and something is.
#[track_caller]
pub fn assert_not_logged(secrets: &[&str]) {
    let log = log();
    assert!(log.contains("answered") || log.contains("opened"), "{log}");
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} was logged:\n{log}");
    }
}

/// Writes a profile and gives its path.
pub fn profile(profile: &Value) -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let path = folder().join(format!("{}.json", NUMBER.fetch_add(1, Ordering::Relaxed)));
    fs::write(&path, serde_json::to_string_pretty(profile).unwrap()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A profile at that base, with the members of `more` put in.
pub fn at(base: &str, more: Value) -> Value {
    let mut whole = json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": base } }
    });
    for (name, value) in more.as_object().unwrap() {
        whole[name] = value.clone();
    }
    whole
}

/// The report of an account.
pub fn report(account: &Account) -> String {
    let mut response = 0;
    assert_eq!(unsafe { process::erptoken_diagnose(account.handle(), &mut response) }, ERPTOKEN_OK);
    let read = |buffer, length| unsafe { requests::erptoken_response_text(response, buffer, length) };
    let text = fill_all(read).text;
    assert_eq!(erptoken::abi::accounts::erptoken_close(response), ERPTOKEN_OK);
    text
}
