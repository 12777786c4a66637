//! Where options come from: files and their rights, the environment, arguments; and who wins.

use crate::run::*;
use std::os::unix::fs::chown;

fn login_file(place: &Place, mode: u32) -> String {
    let text = format!(
        "# the company's login\r\n\r\nusername = {USER}\n  password=\"{PASSWORD}\"\nbase_url= {}\n",
        place.sandbox.base("senior")
    );
    place.file("login.conf", &text, mode).to_str().unwrap().to_owned()
}

#[test]
fn a_file_with_a_secret_is_its_users_alone() {
    let place = Place::new("rights");
    for mode in [0o600, 0o400, 0o700] {
        let file = login_file(&place, mode);
        done(&mut bare(&["get", "senior", "--options", &file]), b"").good();
    }
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666] {
        let file = login_file(&place, mode);
        let told = done(&mut bare(&["get", "senior", "--options", &file]), b"")
            .bad(20, &["login.conf", "chmod 600"]);
        assert!(!told.contains(PASSWORD));
    }
    assert_eq!(place.sandbox.count("senior.login"), 3);
}

#[test]
fn a_file_without_one_may_be_read_and_not_written_by_others() {
    let place = Place::new("open-file");
    let text = format!("base_url = {}\ntimeout_ms = 9000\n", place.sandbox.base("senior"));
    for (mode, code) in [(0o644, 0), (0o444, 0), (0o646, 20), (0o666, 20)] {
        let file = place.file("common.conf", &text, mode);
        let mut command = place.command(&["get", "senior", "--options", file.to_str().unwrap()]);
        assert_eq!(done(&mut command, b"").code, code, "{mode:o}");
    }
}

/// Only root can give a file away.
#[test]
fn a_file_of_another_user_is_refused() {
    let place = Place::new("owner");
    let file = login_file(&place, 0o600);
    if chown(&file, Some(61_003), None).is_err() {
        println!("skipped: not root");
        return;
    }
    done(&mut bare(&["get", "senior", "--options", &file]), b"").bad(20, &["chown"]);
}

#[test]
fn what_counts_as_a_secret_in_a_file() {
    let place = Place::new("kinds");
    for (line, code) in [
        ("access_key = x", 20),
        ("client_secret = x", 20),
        ("mfa_code = 1", 20),
        ("refresh_token = x", 20),
        ("proxy = http://user:password@127.0.0.1:1", 20),
        ("store = redis://:password@127.0.0.1:1", 20),
        ("api_chave = x", 20),
        ("proxy = none", 0),
        ("tenant = empresa", 0),
    ] {
        let text = format!("{line}\n");
        let file = place.file("one.conf", &text, 0o644);
        let done = done(&mut place.command(&["info", "senior", "--options", file.to_str().unwrap()]), b"");
        assert_eq!(done.code, code, "{line}: {}", done.err);
        assert!(code == 0 || done.err.contains("chmod 600"), "{line}: {}", done.err);
    }
}

#[test]
fn a_file_that_is_not_understood_says_where() {
    let place = Place::new("lines");
    let told = |text: &[u8]| {
        let file = place.file("wrong.conf", "", 0o600);
        std::fs::write(&file, text).unwrap();
        done(&mut place.command(&["get", "senior", "--options", file.to_str().unwrap()]), b"")
    };
    let err = told(b"timeout_ms = 9000\npassword senhaSecreta\n").bad(20, &["line 2"]);
    assert!(!err.contains("senhaSecreta"), "{err}");
    told(b"= x\n").bad(20, &["line 1"]);
    told(b"tenant = S\xe3o\n").bad(20, &["UTF-8"]);
    told(b"tenant = a\0b\n").bad(20, &["UTF-8"]);
    told(b"colour = red\n").bad(20, &["colour"]);
    told("\u{feff}timeout_ms = 9000".as_bytes()).good();
    told(b"").good();
    // Half of a password would be sent as if it were one.
    told(&[b"#", &[b'x'; 1 << 20][..]].concat()).bad(20, &["1 MiB"]);
}

#[test]
fn options_may_come_on_standard_input() {
    let place = Place::new("input");
    let text = format!("username={USER}\npassword={PASSWORD}\nbase_url={}", place.sandbox.base("senior"));
    for from in ["-", "/dev/stdin"] {
        done(&mut bare(&["get", "senior", "--options", from]), text.as_bytes()).good();
    }
}

#[test]
fn arguments_win_over_files_and_files_over_the_environment() {
    let place = Place::new("rank");
    let first = place.file("first.conf", "tenant = first\nenvironment = homologation\n", 0o600);
    let second = place.file("second.conf", "tenant = second\nusername = file@empresa.com.br\n", 0o600);
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    let user = |words: &[&str]| place.run(&[&["info", "senior", "username"], words].concat()).good();
    assert_eq!(user(&[]), format!("{USER}\n"));
    assert_eq!(user(&["--options", second]), "file@empresa.com.br\n");
    let all = ["--set", "username=argument@empresa.com.br", "--options", first, "--options", second];
    assert_eq!(user(&all), "argument@empresa.com.br\n");
    // A wrong value counts only where it wins.
    let wrong = place.file("wrong.conf", "timeout_ms = soon\n", 0o600);
    let words = ["get", "senior", "--options", wrong.to_str().unwrap()];
    place.run(&words).bad(20, &["timeout_ms"]);
    place.run(&[&words[..], &["--set", "timeout_ms=9000"]].concat()).good();
}

/// A password goes with its user only: another user's would be refused, and count for his lockout.
#[test]
fn another_user_has_nothing_of_the_environments_user() {
    let place = Place::new("mixed");
    let words = ["get", "senior", "--set", "username=troca@empresa.com.br"];
    place.run(&words).bad(20, &["ERPTOKEN_E_MISSING", "password"]);
    assert_eq!(place.sandbox.count("senior.login"), 0);
    place.run(&["get", "senior", "--set", &format!("username={USER}")]).good();
}

/// What the library takes from the environment is no mistake here.
#[test]
fn the_log_of_the_environment_is_the_librarys() {
    let place = Place::new("log");
    let log = place.folder.join("erptoken.log");
    let run = |file: &std::path::Path, level: &str| {
        let mut command = place.command(&["get", "senior"]);
        done(command.env("ERPTOKEN_LOG_FILE", file).env("ERPTOKEN_LOG_LEVEL", level), b"").good()
    };
    run(&log, "DEBUG");
    assert!(std::fs::read_to_string(&log).unwrap().contains(USER));
    run("/no/such/folder/file".as_ref(), "loud");
}

#[test]
fn a_profiles_own_options_are_taken_from_everywhere() {
    let place = Place::new("own");
    let profile = r#"{
        "erptoken_profile": 1, "name": "own", "title": "Own",
        "environments": { "production": { "base": "http://127.0.0.1:1" } },
        "options": { "company": null, "extra_key": null },
        "values": { "all": { "base64": "{company}:{extra_key}" } },
        "fixed": { "needs": ["company", "extra_key"], "access_token": "{all}" }
    }"#;
    let profile = place.file("own.json", profile, 0o644);
    let get = |words: &[&str]| bare(&[&["get", profile.to_str().unwrap()], words].concat());
    done(get(&["--set", "company=um"]).env("ERPTOKEN_EXTRA_KEY", "dois"), b"").good();
    done(get(&[]).env("ERPTOKEN_COMPANY", "um").env("ERPTOKEN_EXTRA_KEY", "dois"), b"").good();
    done(&mut get(&["--set", "company=um", "--set", "extra_key=dois"]), b"").bad(2, &["ERPTOKEN_EXTRA_KEY"]);
    // Also where another value wins.
    let words = ["exec", profile.to_str().unwrap(), "--set", "company=um", "--", "env"];
    let mut program = bare(&words);
    let given = done(program.env("ERPTOKEN_COMPANY", "tres").env("ERPTOKEN_EXTRA_KEY", "dois"), b"").good();
    assert!(
        given.contains("ERPTOKEN_TOKEN=") && !given.contains("tres") && !given.contains("dois"),
        "{given}"
    );
    // Of another program: nobody's mistake.
    let mut foreign = place.command(&["get", "senior"]);
    done(foreign.env("ERPTOKEN_COLOUR", "red").env("ERPTOKEN_TOKEN", "abc"), b"").good();
}
