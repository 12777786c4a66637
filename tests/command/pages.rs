//! The manual and the completions that packages lay down are those of the program, and the page tells of all of it.

use crate::run::*;
use crate::support;
use std::fs;
use std::process::Command;

const FILES: [(&str, &[&str], &str); 6] = [
    ("docs/erptoken.1", &["man"], "en"),
    ("docs/pt-BR/erptoken.1", &["man"], "pt"),
    ("docs/completions/erptoken.bash", &["completions", "bash"], "en"),
    ("docs/completions/_erptoken", &["completions", "zsh"], "en"),
    ("docs/completions/erptoken.fish", &["completions", "fish"], "en"),
    ("docs/completions/erptoken.ps1", &["completions", "powershell"], "en"),
];

/// `ERPTOKEN_WRITE_INCLUDE=1` writes them.
#[test]
fn the_files_are_what_the_program_prints() {
    for (name, words, language) in FILES {
        let printed = done(bare(words).env("ERPTOKEN_LANGUAGE", language), b"").good();
        let path = support::project().join(name);
        if std::env::var_os("ERPTOKEN_WRITE_INCLUDE").is_some_and(|value| value == "1") {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &printed).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            there, printed,
            "{name}: ERPTOKEN_WRITE_INCLUDE=1 cargo test --test command pages writes it"
        );
    }
}

#[test]
fn the_page_tells_of_every_subcommand_option_and_code() {
    for page in ["docs/command.md", "docs/pt-BR/command.md"] {
        let text = fs::read_to_string(support::project().join(page)).expect(page);
        let help = done(&mut bare(&["help"]), b"").good();
        let names: Vec<&str> = help
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
            .filter(|n| !n.is_empty())
            .collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names.iter().filter(|name| name.chars().all(|c| c.is_ascii_lowercase())) {
            if [
                "get", "request", "exec", "reject", "logout", "info", "app", "consent", "diagnose", "check",
                "version", "help",
            ]
            .contains(name)
            {
                assert!(text.contains(&format!("erptoken {name}")), "{name} is not in {page}");
                let one = done(&mut bare(&["help", name]), b"").good();
                let flags = one.lines().filter_map(|line| line.strip_prefix("  --")?.split(' ').next());
                flags.for_each(|flag| {
                    assert!(text.contains(&format!("--{flag}")), "--{flag} is not in {page}")
                });
            }
        }
        for code in ["0", "1", "2", "10", "20", "30", "40", "90"] {
            assert!(text.contains(&format!("| {code} |")), "{code} is not in {page}");
        }
    }
}

/// Its own formatter reads it without a complaint.
#[test]
fn the_manual_is_roff() {
    if !support::has("groff") {
        return;
    }
    for (name, ..) in FILES.iter().filter(|(name, ..)| name.ends_with(".1")) {
        let mut groff = Command::new("groff");
        let done =
            groff.args(["-man", "-Kutf8", "-Tutf8", "-ww", "-z"]).arg(support::project().join(name)).output();
        let done = done.expect("groff");
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && told.is_empty(), "{name}: {told}");
    }
}

#[test]
fn bash_completes() {
    if !support::has("bash") {
        return;
    }
    let place = Place::new("bash");
    let script = place.file("erptoken.bash", &done(&mut bare(&["completions", "bash"]), b"").good(), 0o644);
    let complete = |words: &[&str]| {
        let list = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let line = format!(
            "compopt() {{ :; }}; . '{}'; COMP_WORDS=({list}); COMP_CWORD={}; _erptoken; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script.display(),
            words.len() - 1
        );
        let mut bash = Command::new("bash");
        support::succeed(bash.args(["--norc", "-c", &line]).current_dir("/"))
    };
    assert_eq!(complete(&["erptoken", "di"]).trim(), "diagnose");
    assert!(complete(&["erptoken", "get", "s"]).lines().any(|word| word == "senior"));
    assert_eq!(complete(&["erptoken", "get", "senior", "--m"]).trim(), "--min-seconds");
    assert_eq!(complete(&["erptoken", "app", "cr"]).trim(), "create");
}
