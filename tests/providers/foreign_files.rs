//! Files that decide where secrets go, or where lines go, and that somebody else may change.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{chown, symlink, PermissionsExt};
use std::path::{Path, PathBuf};

use erptoken::abi::process;

use crate::client::*;
use crate::ground::Ground;

const PROFILE: &str = include_str!("../../src/provider/profile/invoisys.json");
const SOMEBODY: u32 = 61_003;

/// Goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("erptoken-foreign-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        mode(&path, 0o755);
        Folder(path)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    // SAFETY: takes nothing, changes nothing.
    unsafe { libc::geteuid() == 0 }
}

/// Every way in which somebody else may have a hand in a file, and some in which nobody has. `of_log`: a folder that
/// anybody may change is of no matter.
fn ways(name: &str, content: &str, of_log: bool, tried: &dyn Fn(&Path, Option<&str>)) {
    let folder = Folder::new(name);
    let path = folder.file("x.json", content);
    for (bits, says) in [
        (0o600, None),
        (0o640, None),
        (0o644, None),
        (0o664, None), // of a group that the file's owner is in
        (0o666, Some("go-w")),
        (0o602, Some("go-w")),
        (0o646, Some("go-w")),
    ] {
        mode(&path, bits);
        tried(&path, says);
    }
    mode(&path, 0o644);
    mode(&folder.0, 0o777);
    tried(&path, (!of_log).then_some("o-w"));
    mode(&folder.0, 0o1777);
    tried(&path, None);
    mode(&folder.0, 0o755);
    if !is_root() {
        return println!("skipped: only root gives files away");
    }
    for (owner, group, bits, says) in [
        (SOMEBODY, 0, 0o644, Some("another user")),
        (SOMEBODY, SOMEBODY, 0o666, Some("another user")),
        (SOMEBODY, SOMEBODY, 0o600, Some("another user")),
        (0, SOMEBODY, 0o664, Some("go-w")),
        (0, SOMEBODY, 0o644, None),
    ] {
        chown(&path, Some(owner), Some(group)).unwrap();
        mode(&path, bits);
        tried(&path, says);
    }
    chown(&path, Some(0), Some(0)).unwrap();
    if !of_log {
        let link = folder.0.join("link.json");
        symlink(&path, &link).unwrap();
        tried(&link, None);
        std::os::unix::fs::lchown(&link, Some(SOMEBODY), None).unwrap();
        tried(&link, Some("another user"));
    }
}

#[test]
fn a_profile_that_others_may_change_is_refused() {
    ways("profile", PROFILE, false, &|path, says| {
        let path = path.to_str().unwrap();
        match (Account::open(path), says) {
            (Ok(_), None) => {}
            (Err(failure), Some(says)) => {
                failure.assert_is(ERPTOKEN_E_PROVIDER);
                failure.assert_says(&[path, "where passwords go", says]);
            }
            (opened, says) => panic!("{path}: wanted {says:?}, and it is {:?}", opened.err()),
        }
    });
}

#[test]
fn a_ca_file_that_others_may_change_is_refused() {
    let ground = Ground::new();
    let account = ground.senior();
    ways("ca", &ground.ca_pem(), false, &|path, says| match (
        account.set("ca_file", path.to_str().unwrap()),
        says,
    ) {
        (Ok(()), None) => {}
        (Err(failure), Some(says)) => {
            failure.assert_is(ERPTOKEN_E_OPTION);
            failure.assert_says(&["\"ca_file\"", says]);
        }
        (set, says) => panic!("{}: wanted {says:?}, and it is {set:?}", path.display()),
    });
}

#[test]
fn a_log_file_in_which_others_have_a_hand_is_refused() {
    let set = |path: &Path| {
        let (option, value) = (c_text("log_file"), c_text(path.to_str().unwrap()));
        let status = unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) };
        if status == ERPTOKEN_OK {
            Ok(())
        } else {
            Err(failure(status))
        }
    };
    let unset = || unsafe { process::erptoken_configure(c"log_file".as_ptr(), std::ptr::null()) };
    ways("log", "", true, &|path, says| {
        // Other tests may have something to log.
        unset();
        let before = fs::read(path).unwrap();
        match (set(path), says) {
            (Ok(()), None) => {}
            (Err(failure), Some(says)) => {
                failure.assert_is(ERPTOKEN_E_OPTION);
                failure.assert_says(&["\"log_file\"", says]);
                assert_eq!(fs::read(path).unwrap(), before, "something was written");
            }
            (set, says) => panic!("{}: wanted {says:?}, and it is {set:?}", path.display()),
        }
    });
    let folder = Folder::new("log-links");
    let (own, link) = (folder.file("own", "text\n"), folder.0.join("a.log"));
    fs::hard_link(&own, &link).unwrap();
    set(&link).unwrap_err().assert_is(ERPTOKEN_E_OPTION).assert_says(&["hard link"]);
    fs::remove_file(&link).unwrap();
    symlink(&own, &link).unwrap();
    set(&link).unwrap_err().assert_is(ERPTOKEN_E_OPTION).assert_says(&["link"]);
    fs::remove_file(&link).unwrap();
    // Made by the library, and exchanged afterwards.
    set(&link).unwrap();
    assert_eq!(fs::metadata(&link).unwrap().permissions().mode() & 0o777, 0o600);
    for exchange in
        [(&|| fs::hard_link(&own, &link).unwrap()) as &dyn Fn(), &|| symlink(&own, &link).unwrap(), &|| {
            fs::write(&link, "").unwrap();
            mode(&link, 0o666);
        }]
    {
        fs::remove_file(&link).unwrap();
        exchange();
        let before = fs::read(&link).unwrap();
        let _ = Account::open("senior").unwrap().set("username", "ana@x");
        let _ = Account::open("senior").unwrap().get();
        assert_eq!(fs::read(&link).unwrap(), before, "something was written");
    }
    unset();
}
