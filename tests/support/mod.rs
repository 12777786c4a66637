//! What the tests that start other programs share: the library as it was built, tools, folders, a time limit.

// Each test program uses its own part of this.
#![allow(dead_code)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{env, thread};

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the build that this test belongs to, such as `liberptoken.so`.
///
/// cargo writes it beside the test, and links it one folder up when the library itself was asked for. Where
/// both are there, the older one is of a build before.
pub fn built(name: &str) -> PathBuf {
    let test = env::current_exe().expect("the path of this test");
    let beside = test.parent().expect("the folder of this test");
    let folders = [Some(beside), beside.parent()];
    let age = |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let newest: Option<(SystemTime, PathBuf)> = folders
        .iter()
        .flatten()
        .map(|folder| folder.join(name))
        .filter_map(|path| Some((age(&path)?, path)))
        .max_by_key(|(modified, _)| *modified);
    newest.unwrap_or_else(|| panic!("there is no {name} in {} or above it", beside.display())).1
}

/// Whether a tool can be started. Where it cannot, the test says so and passes, unless `ERPTOKEN_REQUIRE_ALL` is 1.
pub fn has(tool: &str) -> bool {
    has_with(tool, "--version")
}

/// As `has`, for a tool that is asked in another way.
pub fn has_with(tool: impl AsRef<Path>, argument: &str) -> bool {
    let tool = tool.as_ref();
    let started = Command::new(tool)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !started {
        let required = env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "there is no {}, and ERPTOKEN_REQUIRE_ALL is 1", tool.display());
        println!("skipped: no {}", tool.display());
    }
    started
}

/// As `has`, for what is no program.
pub fn has_file(path: impl AsRef<Path>) -> bool {
    let there = path.as_ref().exists();
    if !there {
        let required = env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "there is no {}, and ERPTOKEN_REQUIRE_ALL is 1", path.as_ref().display());
        println!("skipped: no {}", path.as_ref().display());
    }
    there
}

/// Where a server's program is, which tells no version and is often in a folder for administrators. As `has` otherwise.
pub fn server(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        let required = env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "there is no {name}, and ERPTOKEN_REQUIRE_ALL is 1");
        println!("skipped: no {name}");
    }
    found
}

/// The C compiler: `CC`, else `cc`.
pub fn cc() -> String {
    env::var("CC").ok().filter(|value| !value.is_empty()).unwrap_or_else(|| "cc".to_owned())
}

/// The C++ compiler: `CXX`, else `c++`.
pub fn cxx() -> String {
    env::var("CXX").ok().filter(|value| !value.is_empty()).unwrap_or_else(|| "c++".to_owned())
}

/// A folder of one test's own. It goes with the test, unless that failed: then there is something to look at.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// How a program ended: `None` when it had to be killed.
pub struct Ended {
    pub status: Option<ExitStatus>,
    pub output: String,
    pub took: Duration,
}

/// Runs a program to its end, or to the end of its time.
pub fn run(command: &mut Command, folder: &Folder, limit: Duration) -> Ended {
    // A file and no pipe: what fills a pipe stops, and a grandchild can hold it open.
    let path = folder.join("output.txt");
    let file = File::create(&path).expect("a file for the output");
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("the file for the output"))
        .stderr(file)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program's status") {
            break Some(status);
        }
        if began.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        thread::sleep(Duration::from_millis(10));
    };
    let output = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
    Ended { status, output, took: began.elapsed() }
}

/// Runs a tool that must succeed, and gives what it printed.
pub fn succeed(command: &mut Command) -> String {
    let done = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&done.stdout), text(&done.stderr));
    assert!(done.status.success(), "{command:?} ended with {}\n{out}{err}", done.status);
    out
}
