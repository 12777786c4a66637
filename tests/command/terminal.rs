//! The questions, in a pseudo-terminal: seen there and nowhere else, and secrets are not echoed.

use crate::run::*;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Terminal {
    mine: File,
    theirs: File,
    seen: String,
}

impl Terminal {
    fn new() -> Terminal {
        let (mut mine, mut theirs) = (-1, -1);
        let null = std::ptr::null_mut();
        // SAFETY: two numbers to be filled, and no name, settings or size.
        let opened = unsafe { libc::openpty(&mut mine, &mut theirs, null, null.cast(), null.cast()) };
        assert_eq!(opened, 0, "{}", std::io::Error::last_os_error());
        // SAFETY: both were just opened, for this alone.
        let (mine, theirs) = unsafe { (File::from_raw_fd(mine), File::from_raw_fd(theirs)) };
        Terminal { mine, theirs, seen: String::new() }
    }

    /// Starts the command with this as its terminal; the result comes by a pipe.
    fn start(&self, command: &mut Command) -> Child {
        let copy = || Stdio::from(OwnedFd::from(self.theirs.try_clone().expect("a copy")));
        let terminal = self.theirs.as_raw_fd();
        // SAFETY: both calls may be made between fork and exec.
        unsafe {
            command.pre_exec(move || {
                // Whoever runs the tests in the background may ignore it.
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                let made = libc::setsid() != -1 && libc::ioctl(terminal, libc::TIOCSCTTY, 0) != -1;
                if made {
                    Ok(())
                } else {
                    Err(std::io::Error::last_os_error())
                }
            });
        }
        command.stdin(copy()).stderr(copy()).stdout(Stdio::piped()).spawn().expect("the command")
    }

    /// Reads until the words are there.
    fn until(&mut self, words: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.seen.contains(words) {
            assert!(Instant::now() < until, "`{words}` was not seen in: {}", self.seen);
            self.look(200);
        }
    }

    /// What comes within a time.
    fn look(&mut self, ms: i32) {
        let mut wait = libc::pollfd { fd: self.mine.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one descriptor, which is open.
        if unsafe { libc::poll(&mut wait, 1, ms) } > 0 {
            let mut bytes = [0; 1024];
            let count = self.mine.read(&mut bytes).unwrap_or(0);
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }

    fn answer(&mut self, question: &str, keys: &[u8]) {
        self.until(question);
        self.mine.write_all(keys).expect("keys");
    }

    fn echoes(&self) -> bool {
        // SAFETY: all of it is filled, or the call fails.
        unsafe {
            let mut now: libc::termios = std::mem::zeroed();
            assert_eq!(libc::tcgetattr(self.theirs.as_raw_fd(), &mut now), 0);
            now.c_lflag & libc::ECHO != 0 && now.c_lflag & libc::ICANON != 0
        }
    }

    /// The result, the code or signal, and what was seen until then.
    fn end(&mut self, child: Child) -> (String, Result<i32, i32>) {
        let ended = child.wait_with_output().expect("its end");
        (0..3).for_each(|_| self.look(50));
        let out = String::from_utf8_lossy(&ended.stdout).into_owned();
        (out, ended.status.code().ok_or(ended.status.signal().unwrap_or(0)))
    }
}

fn asking(place: &Place, words: &[&str]) -> Command {
    let mut command = bare(words);
    command.env("ERPTOKEN_BASE_URL", place.sandbox.base("senior"));
    command
}

#[test]
fn what_a_login_needs_is_asked_for_and_a_secret_is_not_echoed() {
    let place = Place::new("asks");
    let mut terminal = Terminal::new();
    let child = terminal.start(&mut asking(&place, &["get", "senior"]));
    terminal.answer("username: ", format!("{USER}\n").as_bytes());
    terminal.answer("password: ", format!("{PASSWORD}\n").as_bytes());
    let (out, ended) = terminal.end(child);
    assert_eq!(ended, Ok(0), "{}", terminal.seen);
    assert!(place.sandbox.is_live(out.trim()), "{out}");
    assert!(!terminal.seen.contains(PASSWORD) && !terminal.seen.contains(out.trim()), "{}", terminal.seen);
    assert!(terminal.seen.contains(USER) && terminal.echoes());
}

#[test]
fn a_second_factor_is_asked_for() {
    let place = Place::new("code");
    let mut terminal = Terminal::new();
    let words =
        ["exec", "senior", "--set", "username=mfa@empresa.com.br", "--", "printenv", "ERPTOKEN_TOKEN"];
    let mut command = asking(&place, &words);
    let child = terminal.start(command.env("ERPTOKEN_PASSWORD", PASSWORD));
    terminal.answer("mfa_code: ", b"012345\n");
    let (out, ended) = terminal.end(child);
    assert_eq!(ended, Ok(0), "{}", terminal.seen);
    assert!(place.sandbox.is_live(out.trim()) && !terminal.seen.contains("012345"), "{}", terminal.seen);
}

#[test]
fn keys_mend_what_was_typed() {
    let place = Place::new("keys");
    place.sandbox.add_user("senior", "ana@empresa.com.br", "coração");
    let mut terminal = Terminal::new();
    let mut command = asking(&place, &["get", "senior", "--set", "username=ana@empresa.com.br"]);
    let child = terminal.start(&mut command);
    terminal.answer("password: ", "xx\u{15}coraçã\u{7f}\u{7f}çãoé\u{7f}\r".as_bytes());
    let (out, ended) = terminal.end(child);
    assert_eq!(ended, Ok(0), "{}", terminal.seen);
    assert!(place.sandbox.is_live(out.trim()));
}

#[test]
fn an_interrupt_leaves_the_terminal_as_it_was() {
    let place = Place::new("interrupt");
    for (keys, expected) in [(&b"senh\x03"[..], Err(libc::SIGINT)), (b"\n", Ok(20)), (b"\x04", Ok(20))] {
        let mut terminal = Terminal::new();
        let child =
            terminal.start(&mut asking(&place, &["get", "senior", "--set", &format!("username={USER}")]));
        terminal.answer("password: ", keys);
        let (out, ended) = terminal.end(child);
        assert_eq!((out.as_str(), ended), ("", expected), "{}", terminal.seen);
        assert!(terminal.echoes() && !terminal.seen.contains("senh\r"), "{}", terminal.seen);
    }
    assert_eq!(place.sandbox.count("senior.login"), 0);
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    let place = Place::new("signals");
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
        let mut terminal = Terminal::new();
        let child =
            terminal.start(&mut asking(&place, &["get", "senior", "--set", &format!("username={USER}")]));
        terminal.until("password: ");
        assert!(!terminal.echoes());
        // SAFETY: a child of this test, which is waited for below.
        unsafe { libc::kill(i32::try_from(child.id()).unwrap(), signal) };
        assert_eq!(terminal.end(child), (String::new(), Err(signal)), "{}", terminal.seen);
        assert!(terminal.echoes(), "signal {signal}");
    }
}

#[test]
fn a_refused_password_is_not_asked_for_again() {
    let place = Place::new("once");
    let mut terminal = Terminal::new();
    let child = terminal.start(&mut asking(&place, &["get", "senior", "--set", &format!("username={USER}")]));
    terminal.answer("password: ", b"errada\n");
    let (_, ended) = terminal.end(child);
    assert_eq!(ended, Ok(40));
    assert!(
        !terminal.seen.contains("errada") && place.sandbox.count("senior.login") == 1,
        "{}",
        terminal.seen
    );
}

#[test]
fn a_token_to_be_refused_is_asked_for_without_echo() {
    let place = Place::new("asked-token");
    let token = place.run_shared(&["get", "senior"]).good();
    let mut terminal = Terminal::new();
    let child = terminal.start(&mut place.shared(&["reject", "senior"]));
    terminal.answer("token: ", token.as_bytes());
    let (_, ended) = terminal.end(child);
    assert_eq!(ended, Ok(0), "{}", terminal.seen);
    assert!(!terminal.seen.contains(token.trim()));
    assert_ne!(place.run_shared(&["get", "senior"]).good(), token);
}
