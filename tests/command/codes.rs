//! What the program ends with, by class; and that it never panics.

use crate::run::*;
use crate::sandbox::Fault;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

#[test]
fn usage_is_2() {
    for words in [
        &[][..],
        &["fetch"],
        &["get"],
        &["get", "senior", "more"],
        &["get", "senior", "--colour"],
        &["get", "senior", "-x"],
        &["get", "senior", "--json=yes"],
        &["get", "senior", "--min-seconds"],
        &["get", "senior", "--set", "environment"],
        &["request", "senior", "GET"],
        &["exec", "senior"],
        &["exec", "senior", "--"],
        &["app", "senior"],
        &["app", "buy", "assine"],
        &["app", "get", "assine"],
        &["app", "list", "assine", "5"],
        &["check"],
        &["help", "fetch"],
        &["completions", "csh"],
    ] {
        done(&mut bare(words), b"").bad(2, &[]);
    }
}

#[test]
fn an_argument_is_10() {
    let place = Place::new("argument");
    place.run(&["request", "senior", "GE T", "/tms/echo"]).bad(10, &["ERPTOKEN_E_ARGUMENT"]);
    let missing = ["request", "senior", "POST", "/tms/echo", "--data", "/no/such/file"];
    place.run(&missing).bad(10, &["/no/such/file"]);
    let mut latin = place.command(&["get"]);
    latin.arg(std::ffi::OsStr::from_bytes(b"S\xe3o.json"));
    done(&mut latin, b"").bad(10, &["UTF-8"]);
    let mut latin = place.command(&["get", "senior"]);
    latin.env("ERPTOKEN_PASSWORD", std::ffi::OsStr::from_bytes(b"S\xe3o"));
    done(&mut latin, b"").bad(10, &["ERPTOKEN_PASSWORD"]);
}

#[test]
fn settings_are_20() {
    let place = Place::new("settings");
    place.run(&["get", "nobody"]).bad(20, &["ERPTOKEN_E_PROVIDER"]);
    place.run(&["get", "senior", "--set", "colour=red"]).bad(20, &["ERPTOKEN_E_OPTION", "colour"]);
    place.run(&["get", "senior", "--set", "timeout_ms=soon"]).bad(20, &["ERPTOKEN_E_OPTION"]);
    place.run(&["get", "senior", "--min-seconds", "soon"]).bad(20, &["ERPTOKEN_E_OPTION"]);
    place.run(&["get", "senior", "--set", "store=file:relative"]).bad(20, &["ERPTOKEN_E_STORE"]);
    place.run(&["get", "senior", "--set", "language=fr"]).bad(20, &["ERPTOKEN_E_OPTION"]);
    place.run(&["get", "senior", "--options", "/no/such/file"]).bad(20, &["/no/such/file"]);
    place.run(&["request", "senior", "GET", "https://other.example/"]).bad(20, &["ERPTOKEN_E_INSECURE"]);
    let mut nothing = bare(&["get", "senior"]);
    done(&mut nothing, b"").bad(20, &["ERPTOKEN_E_MISSING", "username", "--options", "ERPTOKEN_PASSWORD"]);
    let mut keyless = place.command(&["get", "senior"]);
    keyless.env("ERPTOKEN_STORE", format!("file:{}", place.folder.join("store").display()));
    done(&mut keyless, b"").bad(20, &["ERPTOKEN_E_MISSING", "store_key"]);
}

#[test]
fn the_network_is_30() {
    let place = Place::new("network");
    let mut nobody = place.command(&["get", "senior"]);
    done(nobody.env("ERPTOKEN_BASE_URL", "http://127.0.0.1:1"), b"").bad(30, &["ERPTOKEN_E_NETWORK"]);
    place.sandbox.fault("senior.login", Fault::Hang, 1);
    place.run(&["get", "senior", "--set", "timeout_ms=300"]).bad(30, &["ERPTOKEN_E_TIMEOUT"]);
    let mut untrusted = place.command(&["get", "senior"]);
    untrusted.env("ERPTOKEN_BASE_URL", place.sandbox.base_https("senior"));
    done(&mut untrusted, b"").bad(30, &["ERPTOKEN_E_TLS"]);
    untrusted.env("ERPTOKEN_CA_FILE", place.sandbox.ca_file());
    done(&mut untrusted, b"").good();
}

#[test]
fn what_is_refused_is_40() {
    let place = Place::new("refused");
    let mut wrong = place.command(&["get", "senior"]);
    done(wrong.env("ERPTOKEN_PASSWORD", "errada"), b"").bad(40, &["ERPTOKEN_E_CREDENTIALS", "401"]);
    let mut code = place.command(&["get", "senior"]);
    code.env("ERPTOKEN_USERNAME", "mfa@empresa.com.br");
    done(&mut code, b"").bad(40, &["ERPTOKEN_E_MFA"]);
    done(code.env("ERPTOKEN_MFA_CODE", "012345"), b"").good();
    place.sandbox.fault("senior.login", Fault::Status(503), 9);
    place.run(&["get", "senior"]).bad(40, &["ERPTOKEN_E_SERVER"]);
}

/// Each way in which a result can get lost.
#[test]
fn a_result_that_cannot_be_written_is_1() {
    let place = Place::new("output");
    for words in [&["get", "senior"][..], &["help"], &["check", "senior"], &["info", "senior"], &["man"]] {
        let mut full = place.command(words);
        full.stdout(File::options().write(true).open("/dev/full").expect("/dev/full"));
        let ended = full.output().expect("the command");
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{words:?}: {text}");
        assert!(text.starts_with("erptoken: the result could not be written"), "{text}");

        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut closed = place.command(words);
        let ended = closed.stdout(Stdio::from(OwnedFd::from(writer))).output().expect("the command");
        assert_eq!(ended.status.code(), Some(1), "{words:?}");
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("panicked"));

        // No standard output at all; the shell hands the words on.
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "exec \"$@\" >&-", "sh", PROGRAM]).args(words).env_clear().env("LC_ALL", "C");
        shell.env("ERPTOKEN_USERNAME", USER).env("ERPTOKEN_PASSWORD", PASSWORD);
        let ended = shell.env("ERPTOKEN_BASE_URL", place.sandbox.base("senior")).output().expect("the shell");
        assert_eq!(ended.status.code(), Some(1), "{words:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
    let words = ["request", "senior", "GET", "/tms/echo", "--out", "/no/such/folder/file"];
    place.run(&words).bad(1, &["/no/such/folder/file"]);
}

/// Nobody reads what is wrong, either: that is no reason to end in another way.
#[test]
fn closed_streams_change_no_code() {
    for (redirect, code) in [("2>&-", 2), (">&- 2>&-", 2), ("<&- >&- 2>&-", 2), ("2>/dev/full", 2)] {
        let script = format!("exec \"$1\" fetch {redirect}");
        let ended = std::process::Command::new("sh").args(["-c", &script, "sh", PROGRAM]).status().unwrap();
        assert_eq!(ended.code(), Some(code), "{redirect}");
    }
}

/// A large body into a pipe that closes in the middle.
#[test]
fn a_pipe_that_closes_late() {
    let place = Place::new("late");
    let mut command = place.command(&["request", "senior", "GET", "/tms/bytes/3000000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1000];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let _ = std::io::stderr().write_all(&ended.stderr);
}
