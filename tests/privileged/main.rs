//! A program with more rights than whoever started it: that person's environment names no proxy, which would see the
//! password, no authority, which would let a false provider see it, and no file to write a log to.
//!
//! Only root can make such a program, and only where the file system lets it have its rights.

#![cfg(target_os = "linux")]

#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../support/mod.rs"]
mod support;

use sandbox::Sandbox;
use std::ffi::{CStr, CString};
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{chown, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const OWNER: u32 = 61_001;
const ATTACKER: u32 = 61_002;
/// Nobody is there, and no name is asked for.
const FAR: &str = "https://192.0.2.1/t/senior.com.br/bridge/1.0";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rights {
    None,
    UserId,
    GroupId,
    Capability,
}

/// Goes with the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    fn new(within: &Path) -> Folder {
        let path = within.join(format!("erptoken-privileged-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("its rights");
        Folder(path)
    }

    /// The program and the library it is linked to.
    fn build(&self) {
        let library = self.0.join("liberptoken.so.1");
        fs::copy(support::built("liberptoken.so"), &library).expect("a copy of the library");
        fs::set_permissions(&library, Permissions::from_mode(0o755)).expect("its rights");
        let mut cc = Command::new(support::cc());
        cc.args(["-std=gnu99", "-Wall", "-Wextra", "-Werror", "-I"]).arg(support::project().join("include"));
        cc.arg(support::project().join("tests/privileged/program.c")).arg(&library);
        cc.arg(format!("-Wl,-rpath,{}", self.0.display())).arg("-o").arg(self.0.join("program"));
        support::succeed(&mut cc);
    }

    /// A copy of it with these rights; `None`: the system grants none.
    fn program(&self, rights: Rights) -> Option<PathBuf> {
        let program = self.0.join(format!("{rights:?}"));
        fs::copy(self.0.join("program"), &program).expect("a copy of the program");
        chown(&program, Some(OWNER), Some(OWNER)).expect("its owner");
        let mode = match rights {
            Rights::UserId => 0o4755,
            Rights::GroupId => 0o2755,
            Rights::None | Rights::Capability => 0o755,
        };
        fs::set_permissions(&program, Permissions::from_mode(mode)).expect("its rights");
        if rights == Rights::Capability {
            // As `setcap cap_net_bind_service=ep` writes it: the second revision, in force, bit 10.
            let value = [0x0200_0001u32, 1 << 10, 0, 0, 0].map(u32::to_le_bytes).concat();
            let (path, name) =
                (CString::new(program.as_os_str().as_bytes()).unwrap(), c"security.capability");
            let name: &CStr = name;
            // SAFETY: both texts end in a NUL, and the value is so long.
            unsafe { libc::setxattr(path.as_ptr(), name.as_ptr(), value.as_ptr().cast(), value.len(), 0) };
        }
        let told = self.run(&program, &[], &[]);
        (told == if rights == Rights::None { "0" } else { "1" }).then_some(program)
    }

    fn run(&self, program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(environment.iter().copied()).uid(ATTACKER).gid(ATTACKER);
        match command.current_dir("/").output() {
            Ok(ended) => String::from_utf8_lossy(&ended.stdout).into_owned(),
            Err(error) => error.to_string(),
        }
    }
}

/// Where such programs have their rights, and everybody may start them.
fn usable() -> Option<Folder> {
    let places = [env!("CARGO_TARGET_TMPDIR").into(), std::env::temp_dir(), "/var/tmp".into()];
    places.iter().map(|place| Folder::new(place)).find(|folder| {
        folder.build();
        folder.program(Rights::UserId).is_some()
    })
}

/// How many have come since this was asked last.
fn visitors(proxy: &TcpListener) -> usize {
    proxy.set_nonblocking(true).expect("no waiting");
    std::iter::from_fn(|| proxy.accept().ok()).count()
}

#[test]
fn the_environment_of_another_decides_nothing() {
    // SAFETY: takes nothing, changes nothing.
    let root = unsafe { libc::geteuid() } == 0;
    if !support::has(&support::cc()) {
        return;
    }
    let Some(folder) = root.then(usable).flatten() else {
        return println!("skipped: no program can be given rights here");
    };
    let sandbox = Sandbox::start();
    let authority = folder.0.join("authority.pem");
    fs::copy(sandbox.ca_file(), &authority).expect("the authority");
    fs::set_permissions(&authority, Permissions::from_mode(0o644)).expect("its rights");
    let authority = authority.to_str().expect("a path");
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a proxy");
    let address = format!("http://{}", proxy.local_addr().expect("its address"));
    // As /tmp is: for everybody.
    let logs = folder.0.join("logs");
    fs::create_dir(&logs).expect("a folder");
    fs::set_permissions(&logs, Permissions::from_mode(0o1777)).expect("its rights");
    let near = sandbox.base_https("senior");

    for rights in [Rights::None, Rights::UserId, Rights::GroupId, Rights::Capability] {
        let Some(program) = folder.program(rights) else {
            println!("skipped: {rights:?}");
            continue;
        };
        let believed = rights == Rights::None;
        for variable in ["HTTPS_PROXY", "https_proxy"] {
            let told = folder.run(&program, &[FAR], &[(variable, &address)]);
            assert_eq!(visitors(&proxy) > 0, believed, "{rights:?}, {variable}: {told}");
        }
        let log = logs.join(format!("{rights:?}.log"));
        let path = log.to_str().expect("a path");
        folder.run(&program, &[&near], &[("ERPTOKEN_LOG_FILE", path), ("ERPTOKEN_LOG_LEVEL", "debug")]);
        assert_eq!(log.exists(), believed, "{rights:?}: a log in a file that another chose");
        let before = sandbox.logins().len();
        let told = folder.run(&program, &[&near], &[("SSL_CERT_FILE", authority)]);
        assert_eq!(told == "token", believed, "{rights:?}: {told}");
        assert_eq!(sandbox.logins().len() > before, believed, "{rights:?}");
    }
}
