//! The C programs of `tests/c`, each compiled against the header, linked to the library of this build, and run
//! beside a sandbox: against the shared library, some against the static one, and all under valgrind.
//!
//! `ERPTOKEN_REQUIRE_ALL=1` makes a missing compiler or valgrind a failure. `CC` names another compiler.
//! `ERPTOKEN_C_LIBRARIES` names a folder with other libraries, which may be for another processor: `ERPTOKEN_C_COMPILER`
//! compiles for it, and `ERPTOKEN_C_RUNNER` runs its programs, if this machine cannot. `tests/systems/run.sh` sets them.

#![cfg(target_os = "linux")]

mod sandbox;
mod support;

use sandbox::Sandbox;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use support::Folder;

const LIMIT: Duration = Duration::from_secs(60);
/// Under valgrind, in an emulator, or where cryptography has no assembly.
const LIMIT_IN_ANOTHER: Duration = Duration::from_secs(300);

/// What a static library of Rust's needs, as `rustc --print native-static-libs` tells it.
const NATIVE: [&str; 6] = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"];

/// A setting that is there and says something.
fn told(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn library(name: &str) -> PathBuf {
    told("ERPTOKEN_C_LIBRARIES").map_or_else(|| support::built(name), |folder| folder.join(name))
}

fn compiler() -> String {
    told("ERPTOKEN_C_COMPILER").map_or_else(support::cc, |compiler| compiler.display().to_string())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Linked {
    /// To the shared library.
    Shared,
    /// To the static library.
    Archive,
    /// To the shared library, by the functions of its ANSI family: what a program does with texts of ASCII works with both.
    Ansi,
    /// To nothing: the program loads the library by its name.
    Nothing,
}

fn compiled(name: &str, linked: Linked, folder: &Folder) -> PathBuf {
    let shared = library("liberptoken.so");
    for link in ["liberptoken.so", "liberptoken.so.1"] {
        std::os::unix::fs::symlink(&shared, folder.join(link)).expect("a link to the library");
    }
    let sources = support::project().join("tests/c");
    let program = folder.join(name);
    let mut cc = Command::new(compiler());
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-pthread"])
        // A function that is looked up at its first call has all registers saved to the stack, with letters of a secret that
        // was copied by them: secrets.c would find those.
        .arg("-Wl,-z,now")
        .arg("-I")
        .arg(support::project().join("include"))
        .arg(sources.join(name).with_extension("c"))
        .arg("-o")
        .arg(&program);
    if cfg!(feature = "lock-check") {
        cc.arg("-DLOCK_CHECK=1");
    }
    if linked == Linked::Ansi {
        let header =
            std::fs::read_to_string(support::project().join("include/erptoken.h")).expect("the header");
        let functions =
            header.split("ERPTOKEN_CALL erptoken_").skip(1).filter_map(|rest| rest.split_once('('));
        cc.args(functions.map(|(name, _)| format!("-Derptoken_{name}=erptokena_{name}")));
    }
    match linked {
        Linked::Shared | Linked::Ansi => cc.arg("-L").arg(folder.path()).args(["-lerptoken", "-lm", "-ldl"]),
        Linked::Archive => cc.arg(library("liberptoken.a")).args(NATIVE),
        Linked::Nothing => cc.arg("-ldl"),
    };
    support::succeed(&mut cc);
    program
}

fn command(program: &Path, valgrind: bool, sandbox: &Sandbox, folder: &Folder) -> Command {
    let mut command = if valgrind {
        let mut command = Command::new("valgrind");
        command.args([
            "--quiet",
            "--error-exitcode=99",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite",
            "--show-leak-kinds=definite",
            "--fair-sched=yes",
            // A child looks at what valgrind found in it by itself; what fork left behind there is no leak.
            "--child-silent-after-fork=yes",
            "--num-callers=30",
        ]);
        let suppressions = support::project().join("tests/c/valgrind.supp");
        command.arg(format!("--suppressions={}", suppressions.display()));
        command.arg(program).env("ERPTOKEN_LIGHT", "1");
        command
    } else if let Some(runner) = told("ERPTOKEN_C_RUNNER") {
        let mut command = Command::new(runner);
        command.arg(program);
        command
    } else {
        let mut command = Command::new(program);
        command.env_remove("ERPTOKEN_LIGHT");
        command
    };
    for proxy in ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(proxy);
    }
    command
        .current_dir(folder.path())
        .env("LD_LIBRARY_PATH", folder.path())
        .env("ERPTOKEN_SENIOR", sandbox.base("senior"))
        .env("ERPTOKEN_INVOISYS", sandbox.base("invoisys"))
        .env("ERPTOKEN_ASSINE", sandbox.base("assine"))
        .env("ERPTOKEN_SENIOR_HTTPS", sandbox.base_https("senior"))
        .env("ERPTOKEN_CONTROL", sandbox.http())
        .env("ERPTOKEN_CA", sandbox.ca_file())
        .env("ERPTOKEN_FOLDER", folder.path());
    command
}

/// Compiles and runs one program. The sandbox, to look at what it was asked; `None` when something is missing.
fn run(name: &str, linked: Linked, valgrind: bool) -> Option<Sandbox> {
    if !support::has(&compiler()) || (valgrind && !support::has("valgrind")) {
        return None;
    }
    if valgrind && (!cfg!(debug_assertions) || told("ERPTOKEN_C_LIBRARIES").is_some()) {
        println!("skipped: valgrind looks at this machine's debug build, the release is stripped");
        return None;
    }
    let how = match (valgrind, linked) {
        (true, _) => "valgrind",
        (false, Linked::Archive) => "archive",
        (false, Linked::Ansi) => "ansi",
        (false, _) => "shared",
    };
    let folder = Folder::new(&format!("c-{name}-{how}"));
    let program = compiled(name, linked, &folder);
    let sandbox = Sandbox::start();
    let slow = valgrind || told("ERPTOKEN_C_LIBRARIES").is_some();
    let limit = if slow { LIMIT_IN_ANOTHER } else { LIMIT };
    let ended = support::run(&mut command(&program, valgrind, &sandbox, &folder), &folder, limit);
    println!("{name}, {how}: {:.1} s", ended.took.as_secs_f64());
    let output = &ended.output;
    match ended.status {
        None => panic!("{name}.c did not end within {} s. It printed:\n{output}", limit.as_secs()),
        Some(status) => {
            assert!(status.success(), "{name}.c ended with {status}. It printed:\n{output}");
            assert!(output.is_empty(), "{name}.c printed:\n{output}");
        }
    }
    let violations = sandbox.violations();
    assert!(violations.is_empty(), "{name}.c: the provider complains: {violations:#?}");
    Some(sandbox)
}

/// What `encodings.c` sent must have arrived letter by letter.
fn credentials_arrived(sandbox: &Sandbox) {
    let logins = sandbox.logins();
    let by = ["senior.login", "invoisys.login", "assine.login"];
    assert_eq!(logins.iter().map(|login| login.operation.as_str()).collect::<Vec<_>>(), by);
    for login in logins {
        assert_eq!(login.username, "joão+nfe@empresa.com.br");
        assert_eq!(login.password, " çã&=+%\"😀 ");
        assert!(login.accepted, "{login:?}");
    }
}

/// One test per program and way to run it.
macro_rules! programs {
    ($way:ident, $linked:expr, $valgrind:expr; $($name:ident)*) => {
        mod $way {
            use super::*;
            $(
                #[test]
                fn $name() {
                    let name = stringify!($name);
                    let linked = if name == "dlopen" { Linked::Nothing } else { $linked };
                    let sandbox = run(name, linked, $valgrind);
                    if let ("encodings", Some(sandbox)) = (name, sandbox) {
                        credentials_arrived(&sandbox);
                    }
                }
            )*
        }
    };
}

programs!(shared, Linked::Shared, false;
    advpl ansi app_tokens buffers client_certificate handles nulls encodings errors hit threads fork fork_guard fork_settings fork_slow first_call dlopen
    host log log_environment log_file reentrant requests secrets shutdown stress wide wide_use);
programs!(archive, Linked::Archive, false; buffers threads fork fork_guard host);
programs!(ansi, Linked::Ansi, false; app_tokens buffers handles nulls hit threads log reentrant requests secrets stress);
programs!(valgrind, Linked::Shared, true;
    advpl ansi app_tokens buffers client_certificate handles nulls encodings errors hit threads fork fork_guard fork_settings fork_slow first_call dlopen
    host log log_environment log_file reentrant requests secrets shutdown stress wide wide_use);

/// Nobody adds a program and forgets to have it run.
#[test]
fn every_program_is_run() {
    let this = std::fs::read_to_string(support::project().join("tests/c_programs.rs")).expect("this file");
    let lists: Vec<&str> =
        this.split("\nprograms!(").skip(1).filter(|list| list.contains("Shared")).collect();
    for entry in std::fs::read_dir(support::project().join("tests/c")).expect("tests/c") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "c") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            for list in &lists {
                let listed = list.split(&[' ', ')', '\n'][..]).any(|word| word == name);
                assert!(listed, "tests/c/{name}.c is not in the list {list}");
            }
        }
    }
}
