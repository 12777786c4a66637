//! A report on a profile, as a program has it.

use crate::client::*;
use erptoken::abi::{accounts, process, requests};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

pub const LANGUAGES: [&str; 2] = ["en", "pt"];

pub struct Report {
    pub whole: Value,
    /// As it stands in the response.
    pub json: String,
    pub text: String,
}

/// The language is the process's, and tests run side by side.
fn speaking<R>(language: &str, then: impl FnOnce() -> R) -> R {
    static SPEAKS: Mutex<()> = Mutex::new(());
    let _guard = SPEAKS.lock().unwrap_or_else(PoisonError::into_inner);
    let (option, value) = (c_text("language"), c_text(language));
    assert_eq!(unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) }, ERPTOKEN_OK);
    then()
}

/// What is told of a profile.
pub fn check(path: &str, language: &str) -> Outcome<Report> {
    speaking(language, || {
        let mut response = -7;
        let status = unsafe { process::erptoken_check_profile(c_text(path).as_ptr(), &mut response) };
        if status != ERPTOKEN_OK {
            assert_eq!(response, -7, "a failing call leaves the handle as it is");
            return Err(failure(status));
        }
        let field = |path: &str| {
            let path = c_text(path);
            let filled = fill_all(|buffer, length| unsafe {
                requests::erptoken_response_field(response, path.as_ptr(), buffer, length)
            });
            assert_eq!(filled.status, ERPTOKEN_OK);
            filled.text
        };
        let (json, text) = (field(""), field("/text"));
        assert_eq!(accounts::erptoken_close(response), ERPTOKEN_OK);
        let whole = serde_json::from_str(&json).expect("a report is JSON");
        Ok(Report { whole, json, text })
    })
}

/// What `erptoken_open` says of a profile; nothing when it opens.
pub fn refused(path: &str, language: &str) -> Option<Failure> {
    speaking(language, || Account::open(path).err())
}

impl Report {
    pub fn is_valid(&self) -> bool {
        self.whole["valid"].as_bool().expect("a flag")
    }

    pub fn problems(&self) -> &[Value] {
        self.whole["problems"].as_array().expect("a list")
    }

    pub fn warnings(&self) -> &[Value] {
        self.whole["warnings"].as_array().expect("a list")
    }
}

/// A folder that is gone with the test, whose files nobody else may change.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("erptoken-check-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    pub fn profile(&self, content: impl AsRef<[u8]>) -> String {
        self.file("profile.json", content).to_str().unwrap().to_owned()
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The JSON files of a folder of the project, in the order of their names.
pub fn json_files(folder: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(project().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut all: Vec<_> = all.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    all.sort();
    all
}

/// The profiles that are right: the built-in ones, the ready ones and those made up for tests.
pub fn good_profiles() -> Vec<PathBuf> {
    let folders = ["src/provider/profile", "profiles", "tests/check_profile/good"];
    folders.iter().flat_map(|folder| json_files(folder)).collect()
}

/// The profiles that are wrong, or only odd: those told word for word here, and those of the reader's own tests.
pub fn wrong_profiles() -> Vec<PathBuf> {
    ["tests/check_profile/wrong", "tests/profiles_wrong"]
        .iter()
        .flat_map(|folder| json_files(folder))
        .collect()
}

pub fn name_of(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
