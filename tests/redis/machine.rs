//! A machine of its own, as far as the library can tell: a process that shares nothing with the others but the Redis
//! server. It is this test program once more, told line by line what to do.

use std::cell::RefCell;
use std::ffi::{c_char, c_void, CStr, CString};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::{env, thread};

use erptoken::abi::process;

use crate::client::{failure, status_name, Account, Outcome, ERPTOKEN_OK};
use crate::ground::{Ground, SENIOR};

const BASE: &str = "ERPTOKEN_TEST_BASE";
pub const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
/// Our lines among those of the test harness.
const MARK: char = '»';

pub struct Machine {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Machine {
    /// With the store at `url` and an account of Senior's usual user.
    pub fn start(ground: &Ground, url: &str) -> Machine {
        let mut machine = Machine::bare(ground);
        machine.done(&["configure", "store", url]);
        machine.done(&["configure", "store_key", KEY]);
        machine.done(&["open", SENIOR.username, SENIOR.password]);
        machine
    }

    /// Nothing is configured yet.
    pub fn bare(ground: &Ground) -> Machine {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "machine::machine", "--nocapture"])
            .env(BASE, ground.base("senior"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Machine { child, to, from }
    }

    pub fn tell(&mut self, words: &[&str]) {
        writeln!(self.to, "{}", words.join("\t")).unwrap();
    }

    /// The answer to what was told: what came of it, or the name of the status and the text.
    pub fn hear(&mut self) -> Result<String, (String, String)> {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the machine has ended");
            let Some((_, answer)) = line.split_once(MARK) else { continue };
            let answer = answer.trim_end_matches('\n');
            let (status, text) = answer.split_once('\t').expect("a status and a text");
            if status == status_name(ERPTOKEN_OK) {
                return Ok(text.to_owned());
            }
            return Err((status.to_owned(), text.to_owned()));
        }
    }

    pub fn ask(&mut self, words: &[&str]) -> Result<String, (String, String)> {
        self.tell(words);
        self.hear()
    }

    #[track_caller]
    pub fn done(&mut self, words: &[&str]) -> String {
        self.ask(words).unwrap_or_else(|failure| panic!("{words:?}: {failure:?}"))
    }

    pub fn token(&mut self) -> String {
        self.done(&["get"])
    }

    /// What was logged since the last time.
    pub fn log(&mut self) -> String {
        self.done(&["log"])
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn stop(&self) {
        self.signal(libc::SIGSTOP);
    }

    pub fn go_on(&self) {
        self.signal(libc::SIGCONT);
    }

    fn signal(&self, signal: i32) {
        assert_eq!(unsafe { libc::kill(self.child.id() as i32, signal) }, 0);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C" fn keep(_: i32, line: *const c_char, _: *mut c_void) {
    let line = unsafe { CStr::from_ptr(line) }.to_string_lossy().into_owned();
    LOG.lock().unwrap().push(line);
}

/// The machine's side. As a test of this program it does nothing.
#[test]
fn machine() {
    let Ok(base) = env::var(BASE) else { return };
    assert_eq!(process::erptoken_log(Some(keep), std::ptr::null_mut(), 3), ERPTOKEN_OK);
    let account = RefCell::new(None);
    for line in io::stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split('\t').collect();
        let answer = obey(&words, &base, &account);
        let (status, text) = match answer {
            Ok(text) => (status_name(ERPTOKEN_OK), text),
            Err(failure) => (failure.name, failure.text),
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{MARK}{status}\t{}", text.replace('\n', " | ")).unwrap();
        out.flush().unwrap();
    }
}

fn obey(words: &[&str], base: &str, account: &RefCell<Option<Account>>) -> Outcome<String> {
    let nothing = |()| String::new();
    match words {
        ["configure", option, value] => {
            let (option, value) = (CString::new(*option).unwrap(), CString::new(*value).unwrap());
            let status = unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) };
            return if status == ERPTOKEN_OK { Ok(String::new()) } else { Err(failure(status)) };
        }
        ["open", username, password] => {
            *account.borrow_mut() = Some(open(base, username, password));
            return Ok(String::new());
        }
        ["account", provider, base, username, password] => {
            let options = [("base_url", *base), ("username", *username), ("password", *password)];
            *account.borrow_mut() = Some(Account::with(provider, &options));
            return Ok(String::new());
        }
        ["fork", username, password] => return Ok(in_a_child(|| open(base, username, password).token())),
        ["shutdown"] => {
            assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK);
            // Its handle is closed.
            std::mem::forget(account.take());
            return Ok(String::new());
        }
        ["log"] => return Ok(LOG.lock().unwrap().drain(..).collect::<Vec<_>>().join("\n")),
        _ => {}
    }
    let account = account.borrow();
    let account = account.as_ref().expect("an open account");
    match words {
        ["get"] => account.get(),
        ["set", option, value] => account.set(option, value).map(nothing),
        ["renew"] => account.renew().map(nothing),
        ["reject", token] => account.reject(token).map(nothing),
        ["logout"] => account.logout().map(nothing),
        ["info", field] => account.try_info(field),
        ["number", field] => account.try_number(field).map(|number| number.to_string()),
        ["crowd", threads] => thread::scope(|scope| {
            let ask = |_| scope.spawn(|| account.get());
            let asked: Vec<_> = (0..threads.parse().unwrap()).map(ask).collect();
            let mut tokens: Vec<_> = asked.into_iter().map(|thread| thread.join().unwrap()).collect();
            tokens.dedup();
            assert_eq!(tokens.len(), 1, "all get the same: {tokens:?}");
            tokens.remove(0)
        }),
        _ => panic!("unknown: {words:?}"),
    }
}

fn open(base: &str, username: &str, password: &str) -> Account {
    Account::with("senior", &[("base_url", base), ("username", username), ("password", password)])
}

/// What the child of a fork answers.
fn in_a_child(work: impl FnOnce() -> String) -> String {
    let (mut from, mut to) = UnixStream::pair().unwrap();
    let child = unsafe { libc::fork() };
    if child == 0 {
        let _ = to.write_all(work().as_bytes());
        unsafe { libc::_exit(0) };
    }
    drop(to);
    let mut answer = String::new();
    from.read_to_string(&mut answer).unwrap();
    unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
    answer
}
