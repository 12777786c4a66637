//! A copy with more rights than whoever starts it believes nothing of that one's environment. Only root can make one.

use crate::run::*;
use std::fs::{self, Permissions};
use std::os::unix::fs::{chown, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const OWNER: u32 = 61_004;
const OTHER: u32 = 61_005;

struct Copies(PathBuf);

impl Drop for Copies {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Copies {
    fn of(&self, program: &Path, mode: u32) -> Option<PathBuf> {
        let copy = self.0.join(format!("{}-{mode:o}", program.file_name()?.to_str()?));
        fs::copy(program, &copy).ok()?;
        chown(&copy, Some(OWNER), Some(OWNER)).ok()?;
        fs::set_permissions(&copy, Permissions::from_mode(mode)).ok()?;
        Some(copy)
    }

    fn run(&self, program: &Path, words: &[&str]) -> Done {
        let mut command = Command::new(program);
        command.args(words).env_clear().env("LC_ALL", "C").uid(OTHER).gid(OTHER).current_dir("/");
        command.env("ERPTOKEN_USERNAME", USER).env("ERPTOKEN_LANGUAGE", "pt").env("ERPTOKEN_TOKEN", "x");
        done(command.env("ERPTOKEN_LOG_FILE", self.0.join("a.log")), b"")
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_privileged_copy_believes_no_variable() {
    let copies = Copies(std::env::temp_dir().join(format!("erptoken-command-{}", std::process::id())));
    fs::create_dir_all(&copies.0).expect("a folder");
    fs::set_permissions(&copies.0, Permissions::from_mode(0o777)).expect("its rights");
    let made = copies.of(Path::new("/usr/bin/id"), 0o4755);
    let has_rights = |id: &PathBuf| copies.run(id, &["-u"]).out.trim() == OWNER.to_string();
    let Some(_) = made.filter(has_rights) else {
        println!("skipped: not root, or no set-user-ID here");
        return;
    };
    let plain = copies.of(Path::new(PROGRAM), 0o755).expect("a copy");
    assert_eq!(copies.run(&plain, &["info", "senior", "username"]).good(), format!("{USER}\n"));
    assert!(copies.0.join("a.log").exists());
    fs::remove_file(copies.0.join("a.log")).expect("the log");
    let privileged = copies.of(Path::new(PROGRAM), 0o4755).expect("a copy");
    assert_eq!(copies.run(&privileged, &["info", "senior", "username"]).good(), "\n");
    copies.run(&privileged, &["fetch"]).bad(2, &["there is no subcommand"]);
    copies.run(&privileged, &["reject", "senior"]).bad(10, &["no token"]);
    assert!(!copies.0.join("a.log").exists());
}
