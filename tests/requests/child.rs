//! A process of its own, for what a process reads once: its environment.

use std::env;
use std::process::Command;

use crate::answer::get;
use crate::client::*;

const OPTIONS: &str = "ERPTOKEN_TEST_OPTIONS";

/// What a process with these options and this environment gets for a request: the HTTP status, or name and text of a
/// failure.
pub fn asked(options: &[(&str, &str)], environment: &[(&str, &str)]) -> String {
    let options: Vec<String> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "child::the_process_itself", "--nocapture", "--test-threads=1"]);
    for name in [
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name);
    }
    command.env(OPTIONS, options.join("\n"));
    command.envs(environment.iter().copied());
    let output = crate::support::succeed(&mut command);
    let told = output.lines().find_map(|line| line.split_once("told: ")).map(|(_, told)| told.to_owned());
    told.unwrap_or_else(|| panic!("nothing was told: {output}"))
}

/// Copied over another file (`from>to`) when the first request has failed: then comes a second.
pub const THEN: &str = "ERPTOKEN_TEST_THEN";

/// The language of its texts.
pub const LANGUAGE: &str = "ERPTOKEN_TEST_LANGUAGE";

#[test]
fn the_process_itself() {
    let Ok(options) = env::var(OPTIONS) else { return };
    if let Ok(language) = env::var(LANGUAGE) {
        let (option, language) = (c_text("language"), c_text(&language));
        let set = unsafe { erptoken::abi::process::erptoken_configure(option.as_ptr(), language.as_ptr()) };
        assert_eq!(set, ERPTOKEN_OK);
    }
    let account = Account::open("senior").unwrap();
    for (name, value) in options.lines().filter_map(|line| line.split_once('=')) {
        account.set(name, value).unwrap();
    }
    let mut outcome = get(&account, "/tms/freights").map(|answer| answer.status());
    if let Ok(then) = env::var(THEN) {
        assert!(outcome.is_err(), "not before the file is there");
        let (from, to) = then.split_once('>').unwrap();
        std::fs::copy(from, to).unwrap();
        // Another identity, for which no failure is remembered.
        account.set("scope", "x").unwrap();
        outcome = get(&account, "/tms/freights").map(|answer| answer.status());
    }
    match outcome {
        Ok(status) => println!("told: {status}"),
        Err(failure) => println!("told: {} {}", failure.name, failure.text),
    }
}
