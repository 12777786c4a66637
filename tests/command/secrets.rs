//! No secret is in the list of processes, in a result that is not the token, on standard error or in the log; with servers
//! that repeat what they were told, too.

use crate::run::*;
use crate::sandbox::Fault;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

/// Of this file's user alone, so that nobody else's process can have it.
const SECRET: &str = "Segredo-que-ninguem-le-7391";
const WHO: &str = "ninguem@empresa.com.br";

struct Watched {
    place: Place,
    options: String,
    log: PathBuf,
}

impl Watched {
    fn new(name: &str) -> Watched {
        let place = Place::new(name);
        place.sandbox.add_user("senior", WHO, SECRET);
        place.sandbox.add_user("assine", WHO, SECRET);
        let options = place.file("options.conf", &format!("username = {WHO}\npassword = {SECRET}\n"), 0o600);
        let log = place.folder.join("erptoken.log");
        Watched { options: options.to_str().unwrap().to_owned(), log, place }
    }

    fn run(&self, provider: &str, words: &[&str], input: &[u8]) -> Done {
        let before = ["--options", &self.options];
        let mut command = bare(&[&before[..], words].concat());
        command.env("ERPTOKEN_BASE_URL", self.place.sandbox.base(provider));
        command.env("ERPTOKEN_LOG_FILE", &self.log).env("ERPTOKEN_LOG_LEVEL", "debug");
        let key = self.place.file("store.key", &"5a".repeat(32), 0o600);
        command.env("ERPTOKEN_STORE", format!("file:{}", self.place.folder.join("store").display()));
        command.env("ERPTOKEN_STORE_KEY", format!("file:{}", key.display()));
        done(&mut command, input)
    }

    fn logged(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// What every process of the machine shows: its words and, where it is ours, its environment.
fn processes() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            let read = |file: &str| {
                let bytes = fs::read(entry.path().join(file)).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            all.push((name.clone(), read("cmdline"), read("environ")));
        }
    }
    all
}

#[test]
#[cfg(target_os = "linux")]
fn no_process_shows_a_secret() {
    let watched = Watched::new("processes");
    watched.place.sandbox.fault("senior.login", Fault::Slow(Duration::from_millis(1500)), 1);
    let mut command =
        bare(&["exec", "senior", "--options", &watched.options, "--", "sh", "-c", "read line; true"]);
    command.env("ERPTOKEN_BASE_URL", watched.place.sandbox.base("senior"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the command");
    let id = child.id().to_string();
    let (mut in_login, mut in_program) = (0, 0);
    for _ in 0..400 {
        let all = processes();
        for (process, words, environment) in &all {
            assert!(!words.contains(SECRET), "in the words of {process}");
            assert!(!environment.contains(SECRET), "in the environment of {process}: {words}");
        }
        let Some((_, words, environment)) = all.iter().find(|(process, ..)| *process == id) else { break };
        if words.contains("exec\0") {
            assert!(!environment.contains("ERPTOKEN_TOKEN="), "the command's own environment");
            in_login += 1;
        } else if words.starts_with("sh\0") {
            let token = environment.split('\0').find_map(|variable| variable.strip_prefix("ERPTOKEN_TOKEN="));
            let token = token.expect("the program's token");
            assert!(all.iter().all(|(_, words, _)| !words.contains(token)), "the token in somebody's words");
            let others =
                all.iter().filter(|(process, _, environment)| *process != id && environment.contains(token));
            assert_eq!(others.count(), 0, "the token in another environment");
            in_program += 1;
        }
        if in_program > 2 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(child.stdin.take());
    assert!(child.wait().expect("its end").success());
    assert!(
        in_login > 0 && in_program > 0,
        "looked {in_login} times at the login, {in_program} at the program"
    );
}

#[test]
fn no_output_shows_a_secret() {
    let watched = Watched::new("outputs");
    let place = &watched.place;
    let token = watched.run("senior", &["get", "senior"], b"").good();
    let token = token.trim();
    let check = |what: &str, done: Done, secrets: &[&str]| {
        for secret in secrets {
            assert!(!done.out.contains(secret), "{what}: {}", done.out);
            assert!(!done.err.contains(secret), "{what}: {}", done.err);
        }
    };
    for words in [
        &["info", "senior"][..],
        &["info", "senior", "--json"],
        &["diagnose", "senior"],
        &["diagnose", "senior", "--json"],
        &["request", "senior", "GET", "/tms/echo"],
        &["request", "senior", "GET", "https://other.example/"],
        &["exec", "senior", "--", "true"],
        &["exec", "senior", "--", "/no/such/program"],
        &["check", "senior"],
        &["app", "check", "senior"],
        &["help"],
        &["version"],
    ] {
        check(words[0], watched.run("senior", words, b""), &[SECRET, token]);
    }
    for words in
        [&["app", "check", "assine"][..], &["app", "list", "assine"], &["app", "create", "assine", "5"]]
    {
        check(words[1], watched.run("assine", words, b""), &[SECRET, token]);
    }
    let app = watched.run("assine", &["app", "create", "assine", "5"], b"").good();
    let app_token = watched.run("assine", &["app", "get", "assine", app.trim()], b"").good();
    check("reject", watched.run("senior", &["reject", "senior"], token.as_bytes()), &[SECRET, token]);
    check("reject again", watched.run("senior", &["reject", "senior"], token.as_bytes()), &[SECRET, token]);
    check("logout", watched.run("senior", &["logout", "senior"], b""), &[SECRET, token]);
    let log = watched.logged();
    assert!(log.lines().count() > 10 && log.contains(WHO), "{log}");
    for secret in [SECRET, token, app_token.trim()] {
        assert!(!log.contains(secret), "{log}");
    }
    drop(place.sandbox.violations());
}

/// The server says in every place what it was told.
#[test]
fn an_echo_is_shown_nowhere() {
    let watched = Watched::new("echoes");
    let json = format!(
        "{{\"reason\":\"{SECRET}\",\"error\":\"{SECRET}\",\"error_description\":\"{SECRET}\",\"message\":\"{WHO}:{SECRET}\",\"errorCode\":\"{SECRET}\"}}"
    );
    for (status, content_type) in [
        (400, "application/json"),
        (401, "application/json"),
        (403, "text/html"),
        (500, "application/json"),
        (200, "application/json"),
    ] {
        for words in [
            &["get", "senior"][..],
            &["request", "senior", "GET", "/tms/echo"],
            &["exec", "senior", "--", "env"],
            &["diagnose", "senior"],
        ] {
            let fault = Fault::StatusWith {
                status,
                content_type: content_type.to_owned(),
                body: json.clone().into_bytes(),
                headers: vec![("X-Echo".to_owned(), SECRET.to_owned())],
            };
            watched.place.sandbox.clear_faults();
            watched.place.sandbox.fault("senior.login", fault, 4);
            let _ = fs::remove_dir_all(watched.place.folder.join("store"));
            let done = watched.run("senior", words, b"");
            assert!(
                !done.out.contains(SECRET) && !done.err.contains(SECRET),
                "{words:?}: {}{}",
                done.out,
                done.err
            );
            assert!(words[0] == "diagnose" || done.code >= 30, "{words:?}, {status}: {}", done.err);
        }
    }
    let log = watched.logged();
    assert!(log.contains(WHO) && !log.contains(SECRET), "{log}");
}

/// An argument with a secret is refused, and the text does not repeat it.
#[test]
fn a_secret_is_no_argument() {
    let place = Place::new("arguments");
    let key = "5a".repeat(32);
    for (name, value) in [
        ("password", SECRET),
        ("access_key", SECRET),
        ("secret", SECRET),
        ("client_secret", SECRET),
        ("client_certificate_password", SECRET),
        ("mfa_code", SECRET),
        ("access_token", SECRET),
        ("refresh_token", SECRET),
        ("store_key", &key),
        ("proxy", &format!("http://user:{SECRET}@127.0.0.1:8080")),
        ("store", &format!("redis://:{SECRET}@127.0.0.1/0")),
        ("app_secret", SECRET),
        ("senha_do_portal", SECRET),
        ("code_verifier", SECRET),
        ("store", &format!("redis://:{SECRET}/w@127.0.0.1/0")),
        ("store", &format!("rediss://user:{SECRET}?w@127.0.0.1/0")),
        ("proxy", &format!("http://user:{SECRET}/w@127.0.0.1:8080")),
        ("MFA_CODE", SECRET),
        ("Mfa-Code", SECRET),
        ("Proxy", &format!("http://user:{SECRET}@127.0.0.1:8080")),
    ] {
        for words in [
            vec!["get".to_owned(), "senior".to_owned(), "--set".to_owned(), format!("{name}={value}")],
            vec![format!("--set={name} = {value}"), "info".to_owned(), "senior".to_owned()],
            vec!["check".to_owned(), "senior".to_owned(), "--set".to_owned(), format!(" {name}={value}")],
        ] {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let variable = format!("ERPTOKEN_{}", name.to_uppercase());
            let told = place.run(&words).bad(2, &[name, &variable, "--options", "terminal"]);
            assert!(!told.contains(value), "{told}");
        }
    }
    let words = ["get", "senior", "--set", "store_key=file:/no/such/key", "--set", "proxy=none"];
    place.run(&words).bad(20, &["store_key", "no such file"]);
    assert_eq!(place.sandbox.count("senior.login"), 0);
    // In other places a secret is only a mistake, which is not repeated either.
    let flag = format!("--json={SECRET}");
    let told = place.run(&["get", "senior", &flag]).bad(2, &[]);
    assert!(!told.contains(SECRET), "{told}");
}
