//! A process of its own: this test program once more, which does what it is told line by line.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Barrier, OnceLock};
use std::{env, thread};

use crate::client::*;
use crate::ground::{Ground, Known, SENIOR};
use crate::support::{self, Folder};

const MARK: &str = "= ";
const VARIABLE: &str = "ERPTOKEN_TEST_WORKER";
/// The key of every store here that is told no other.
pub const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// `faults/shim.c`, compiled. `None`: there is no C compiler.
pub fn shim() -> Option<PathBuf> {
    static SHIM: OnceLock<Option<(Folder, PathBuf)>> = OnceLock::new();
    let made = SHIM.get_or_init(|| {
        if !support::has(&support::cc()) {
            return None;
        }
        let folder = Folder::new("faults-shim");
        let (source, shim) = (support::project().join("tests/faults/shim.c"), folder.join("shim.so"));
        let mut cc = Command::new(support::cc());
        cc.args(["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]).arg(&shim).arg(source);
        support::succeed(cc.arg("-ldl"));
        Some((folder, shim))
    });
    made.as_ref().map(|(_, shim)| shim.clone())
}

pub struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    /// A process without a store.
    pub fn bare() -> Worker {
        Worker::with(&[])
    }

    pub fn with(variables: &[(&str, &Path)]) -> Worker {
        Worker::prepared(variables, |_| ())
    }

    pub fn prepared(variables: &[(&str, &Path)], prepare: impl FnOnce(&mut Command)) -> Worker {
        let mut command = Command::new(env::current_exe().expect("the path of this test"));
        command.args(["worker::works", "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
        command
            .env(VARIABLE, "1")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        prepare(&mut command);
        let mut child = command.spawn().expect("a process");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Worker { child, input, output }
    }

    /// A process with its tokens in a folder.
    pub fn at(folder: &Path) -> Worker {
        let mut worker = Worker::bare();
        worker.configured("store", &format!("file:{}", folder.display()));
        worker.configured("store_key", KEY);
        worker
    }

    /// A process with an account of Senior's usual user.
    pub fn senior(ground: &Ground, folder: &Path) -> Worker {
        let mut worker = Worker::at(folder);
        worker.open(ground, &SENIOR, SENIOR.password);
        worker
    }

    pub fn open(&mut self, ground: &Ground, known: &Known, password: &str) {
        let lines = [
            format!("open {}", known.provider),
            format!("set base_url {}", ground.base(known.provider)),
            format!("set username {}", known.username),
            format!("set password {password}"),
        ];
        for line in lines {
            assert_eq!(self.ask(&line), "OK", "{line}");
        }
    }

    #[track_caller]
    pub fn configured(&mut self, option: &str, value: &str) {
        assert_eq!(self.ask(&format!("configure {option} {value}")), "OK", "{option}");
    }

    /// Tells the process to begin something.
    pub fn tell(&mut self, line: &str) {
        // In one piece: it is read by one call then, and those are counted.
        self.input.write_all(format!("{line}\n").as_bytes()).expect("a process that listens");
    }

    /// What the process says; `None` when it has ended.
    pub fn try_hear(&mut self) -> Option<String> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.output.read_line(&mut line).ok()? == 0 {
                return None;
            }
            // The test's own lines have no mark, and may stand in front of one.
            if let Some((_, said)) = line.trim_end_matches('\n').split_once(MARK) {
                return Some(said.to_owned());
            }
        }
    }

    #[track_caller]
    pub fn hear(&mut self) -> String {
        self.try_hear().expect("a process that lives")
    }

    #[track_caller]
    pub fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.hear()
    }

    /// The token that the process gets; its text begins with a status when it gets none.
    #[track_caller]
    pub fn token(&mut self) -> String {
        let said = self.ask("get");
        assert!(!said.starts_with("ERPTOKEN"), "{said}");
        said
    }

    pub fn info(&mut self, field: &str) -> String {
        self.ask(&format!("info {field}"))
    }

    /// No file that the process writes may grow beyond this: as on a full disk, writing fails.
    pub fn limit_files(&self, bytes: u64) {
        self.limit(libc::RLIMIT_FSIZE, bytes);
    }

    /// What the system grants to the process from now on.
    pub fn limit(&self, what: libc::__rlimit_resource_t, most: u64) {
        let pid = self.child.id() as libc::pid_t;
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        assert_eq!(unsafe { libc::prlimit(pid, what, std::ptr::null(), &mut limit) }, 0);
        limit.rlim_cur = most.min(limit.rlim_max);
        assert_eq!(unsafe { libc::prlimit(pid, what, &limit, std::ptr::null_mut()) }, 0);
    }

    pub fn kill(mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("its end");
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: i32) {
        let id = i32::try_from(self.id()).expect("a process's number");
        assert_eq!(unsafe { libc::kill(id, signal) }, 0);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn said(text: &str) {
    let mut out = io::stdout().lock();
    writeln!(out, "{MARK}{text}").and_then(|()| out.flush()).expect("somebody who listens");
}

fn outcome<T: ToString>(result: Outcome<T>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(failure) => format!("{failure:?}"),
    }
}

/// A function of `faults/shim.c`, where that is preloaded.
fn of_shim(name: &std::ffi::CStr) -> *mut libc::c_void {
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    assert!(!found.is_null(), "the shim is not preloaded");
    found
}

fn arm(at: i32, error: i32, further: i32) {
    let arm: extern "C" fn(i32, i32, i32) = unsafe { std::mem::transmute(of_shim(c"erptoken_faults_arm")) };
    arm(at, error, further);
}

fn calls_since() -> i32 {
    let end: extern "C" fn() -> i32 = unsafe { std::mem::transmute(of_shim(c"erptoken_faults_end")) };
    end()
}

/// Tells the shim a number.
fn tell_shim(function: &std::ffi::CStr, number: &str) -> String {
    let set: extern "C" fn(i32) = unsafe { std::mem::transmute(of_shim(function)) };
    set(number.parse().expect("a number"));
    "OK".to_owned()
}

fn done(result: Outcome<()>) -> String {
    outcome(result.map(|()| "OK"))
}

fn configure(option: &str, value: &str) -> String {
    let text = |text: &str| std::ffi::CString::new(text).expect("no NUL");
    let (option, value) = (text(option), text(value));
    let status = unsafe { erptoken::abi::process::erptoken_configure(option.as_ptr(), value.as_ptr()) };
    match status {
        ERPTOKEN_OK => "OK".to_owned(),
        _ => format!("{:?}", failure(status)),
    }
}

/// A request of the program's own, whose answer is not looked at.
fn request(account: &Account, url: &str) -> Outcome<()> {
    let (url, none, mut response) = (std::ffi::CString::new(url).expect("no NUL"), std::ptr::null(), 0);
    let status = unsafe {
        let (handle, method) = (account.handle(), c"GET".as_ptr());
        let (url, body) = (url.as_ptr(), none as *const std::ffi::c_void);
        erptoken::abi::requests::erptoken_request(handle, method, url, none, body, 0, &mut response)
    };
    let told = account.checked(status);
    erptoken::abi::accounts::erptoken_close(response);
    told
}

/// The same call on so many threads at once: every different answer, with how many got it.
fn many(threads: usize, account: &Arc<Account>) -> String {
    let together = Arc::new(Barrier::new(threads));
    let start = |_| {
        let (together, account) = (Arc::clone(&together), Arc::clone(account));
        let work = move || {
            together.wait();
            outcome(account.get())
        };
        thread::Builder::new().stack_size(256 * 1024).spawn(work).expect("a thread")
    };
    let running: Vec<_> = (0..threads).map(start).collect();
    let mut all: Vec<String> = running.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    all.sort();
    all.dedup();
    all.join(" | ")
}

/// Gets tokens without end; a line for each.
fn forever(accounts: &[Arc<Account>]) {
    for account in accounts.iter().cycle() {
        said(&outcome(account.get()));
    }
}

/// What a worker runs; by itself no test.
#[test]
#[ignore = "a part of the other tests"]
fn works() {
    if env::var(VARIABLE).is_err() {
        return;
    }
    // None of ours is left behind: it dies with the one who started it, at the latest when its input ends.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    let mut accounts: Vec<Arc<Account>> = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        let last = || accounts.last().expect("an account");
        let answer = match command {
            "configure" => configure(first, second),
            "open" => outcome(Account::open(first).map(|account| {
                accounts.push(Arc::new(account));
                "OK"
            })),
            "set" => done(last().set(first, second)),
            "get" => outcome(last().get()),
            "many" => many(first.parse().expect("a number"), last()),
            "account" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let [provider, base, username, password] = words[..] else { panic!("{line}") };
                let options = [("base_url", base), ("username", username), ("password", password)];
                accounts.push(Arc::new(Account::with(provider, &options)));
                "OK".to_owned()
            }
            // On a thread of its own, so that more can be asked.
            "behind" => {
                let account = Arc::clone(last());
                thread::spawn(move || account.get());
                "OK".to_owned()
            }
            "fork" => {
                let child = unsafe { libc::fork() };
                if child == 0 {
                    // Longer than any test, and ended by it.
                    unsafe {
                        libc::sleep(120);
                        libc::_exit(0);
                    }
                }
                child.to_string()
            }
            "become-child" => {
                let child = unsafe { libc::fork() };
                if child != 0 {
                    unsafe {
                        libc::waitpid(child, std::ptr::null_mut(), 0);
                        libc::_exit(0);
                    }
                }
                // The parent's handles are not ours to close.
                std::mem::take(&mut accounts).into_iter().for_each(std::mem::forget);
                "OK".to_owned()
            }
            "hits" => {
                let times: usize = first.parse().expect("a number");
                done((0..times).try_for_each(|_| last().get().map(drop)))
            }
            "request" => done(request(last(), first)),
            "renew" => done(last().renew()),
            "reject" => done(last().reject(first)),
            "logout" => done(last().logout()),
            "info" => outcome(last().try_info(first)),
            "app_create" => outcome(last().app_create(first)),
            "app_get" => outcome(last().app_get(first)),
            "app_list" => outcome(last().app_list()),
            "app_revoke" => done(last().app_revoke(first)),
            "arm" => {
                let mut numbers = rest.split(' ').map(|number| number.parse().expect("a number"));
                let mut next = || numbers.next().expect("three numbers");
                arm(next(), next(), next());
                "OK".to_owned()
            }
            "randomness" => tell_shim(c"erptoken_faults_randomness", first),
            "later" => tell_shim(c"erptoken_faults_later", first),
            "calls" => calls_since().to_string(),
            "shutdown" => status_name(erptoken::abi::process::erptoken_shutdown()),
            "forget" => {
                // Their handles were closed by a shutdown.
                std::mem::take(&mut accounts).into_iter().for_each(std::mem::forget);
                "OK".to_owned()
            }
            "forever" => return forever(&accounts),
            _ => panic!("{line}"),
        };
        said(&answer);
    }
}
