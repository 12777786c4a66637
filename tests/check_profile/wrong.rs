//! Profiles that are wrong, each in its own way: what is told of them, word for word, in both languages.
//!
//! `ERPTOKEN_WRITE_EXPECTED=1` writes what is told now into `expected.en.txt` and `expected.pt.txt`: read the difference.

use crate::report::{self, json_files, name_of, project, wrong_profiles, Folder, Report, LANGUAGES};
use serde_json::Value;
use std::{env, fs};

const FOLDER: &str = "tests/check_profile/wrong";
/// In several of the files, as a value.
const SECRET: &str = "s3cr3t-pass";

/// One fault as a line: `3:5 login[0].url: what is wrong | what to do`.
fn told(one: &Value) -> String {
    let part = |name: &str| one[name].as_str().unwrap_or_else(|| panic!("{name} of {one}")).to_owned();
    let hint = part("hint");
    let hint = if hint.is_empty() { hint } else { format!(" | {hint}") };
    format!("{}:{} {}: {}{hint}", one["line"], one["column"], part("place"), part("text"))
}

fn lines(report: &Report) -> String {
    let problems = report.problems().iter().map(told);
    let warnings = report.warnings().iter().map(|one| format!("warning: {}", told(one)));
    problems.chain(warnings).map(|line| line + "\n").collect()
}

#[test]
fn each_wrong_profile_is_told_word_for_word() {
    let files = json_files(FOLDER);
    assert!(files.len() >= 80, "{}", files.len());
    let folder = Folder::new();
    for language in LANGUAGES {
        let mut all = String::new();
        for file in &files {
            let path = folder.profile(fs::read(file).unwrap());
            let report =
                report::check(&path, language).unwrap_or_else(|failure| panic!("{file:?}: {failure:?}"));
            all += &format!("== {}\n{}", name_of(file), lines(&report));
        }
        let expected = project().join(FOLDER).join(format!("expected.{language}.txt"));
        if env::var_os("ERPTOKEN_WRITE_EXPECTED").is_some() {
            fs::write(&expected, &all).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap();
        for (told, wanted) in all.split("== ").zip(expected.split("== ")) {
            assert_eq!(told, wanted, "in {language}");
        }
        assert_eq!(all, expected);
    }
}

#[test]
fn each_is_refused_with_the_text_of_its_first_problem() {
    let folder = Folder::new();
    for file in wrong_profiles() {
        let (name, path) = (name_of(&file), folder.profile(fs::read(&file).unwrap()));
        for language in LANGUAGES {
            let report = report::check(&path, language).unwrap();
            let is_valid = name.starts_with("warning-") || name.starts_with("66-") || name.starts_with("67-");
            assert_eq!(report.is_valid(), is_valid, "{name}: {}", report.text);
            assert_eq!(report.problems().is_empty(), is_valid, "{name}");
            assert!(report.warnings().is_empty() || is_valid, "{name}: {}", report.text);
            assert!(
                !report.warnings().is_empty() || !name.starts_with("warning-"),
                "{name}: {}",
                report.text
            );
            match (report::refused(&path, language), report.problems().first()) {
                (None, None) => {}
                (Some(failure), Some(problem)) => {
                    assert_eq!(failure.name, "ERPTOKEN_E_PROVIDER");
                    let text = problem["text"].as_str().unwrap();
                    assert!(failure.text.contains(text), "{name}: {text} is not in {}", failure.text);
                    assert!(!failure.text.contains(SECRET), "{name}: {}", failure.text);
                }
                (opened, _) => panic!("{name}: {opened:?}, and the report says {}", report.text),
            }
        }
    }
}

#[test]
fn the_text_for_a_person_has_all_of_it() {
    let folder = Folder::new();
    for file in wrong_profiles() {
        let (name, path) = (name_of(&file), folder.profile(fs::read(&file).unwrap()));
        let texts = LANGUAGES.map(|language| {
            let report = report::check(&path, language).unwrap();
            let text = report.text.as_str();
            for one in report.problems().iter().chain(report.warnings()) {
                let at = format!("{path}:{}:{}", one["line"], one["column"]);
                let line = text.lines().find(|line| {
                    let parts = ["place", "text", "hint"].map(|part| one[part].as_str().unwrap());
                    line.contains(&at) && parts.iter().all(|part| line.contains(part))
                });
                assert!(line.is_some(), "{name}: {one} is not in\n{text}");
                assert!(one["line"].as_u64() > Some(0) && one["column"].as_u64() > Some(0), "{name}: {one}");
            }
            assert!(!report.json.contains(SECRET), "{name}: {}", report.json);
            speaks_plainly(&name, text, &path);
            report.text
        });
        assert_ne!(texts[0], texts[1], "{name}");
        is_portuguese(&name, &texts[1].replace(&path, ""));
    }
}

/// Words of the libraries and of the language this one is written in.
fn speaks_plainly(name: &str, text: &str, path: &str) {
    const JARGON: [&str; 16] = [
        "expected",
        "invalid type",
        "u16",
        "u32",
        "u64",
        "usize",
        "i64",
        "sequence",
        "a map",
        "EOF",
        "serde",
        "variant",
        "struct",
        "at line",
        "technical detail",
        "detalhe técnico",
    ];
    let text = text.replace(path, "");
    let found = JARGON.iter().find(|word| text.contains(*word));
    assert_eq!(found, None, "{name}: {text}");
}

/// What is not in backquotes, brackets or the place of a fault is Portuguese.
fn is_portuguese(name: &str, text: &str) {
    const ENGLISH: &str = "the of is it its not and or to this that with must can by an are was were has have from in on at set \
        open wrong name error line column value key text list object number unknown missing allowed did you mean \
        write add remove here what";
    for line in text.lines().filter(|line| line.starts_with("- ")) {
        let said = line.splitn(5, ':').last().unwrap_or_default();
        let said: String = said.split('`').step_by(2).collect();
        let mut words = said.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        let english =
            words.find(|word| !word.is_empty() && ENGLISH.split_whitespace().any(|one| one == word));
        assert_eq!(english, None, "{name}: {line}");
    }
}

#[test]
fn as_many_faults_as_there_are() {
    let count = |name: &str| {
        let folder = Folder::new();
        let file = project().join(FOLDER).join(name).with_extension("json");
        report::check(&folder.profile(fs::read(file).unwrap()), "en").unwrap().problems().len()
    };
    assert_eq!(count("several-two"), 2);
    assert_eq!(count("several-ten"), 10);
    assert_eq!(count("several-secrets"), 4);
}
