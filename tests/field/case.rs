//! A file of the corpus: what it is about, what is expected, and what is sent.

use std::path::Path;
use std::{fs, io};

use crate::expect::{Expected, Play};

pub struct Case {
    /// Its path below `answers`.
    pub name: String,
    pub plays: Vec<Expected>,
    /// Options of the account.
    pub options: Vec<(String, String)>,
    /// How often the played call is answered with this; then the provider answers as it should.
    pub times: usize,
    pub hears: Hears,
    /// Why it is known to fail.
    pub pending: Option<String>,
    only: Option<String>,
    /// What stands below the line `---`.
    pub answer: Vec<u8>,
}

/// What the server reads before it answers.
#[derive(Clone, Copy, PartialEq)]
pub enum Hears {
    Request,
    Head,
    Nothing,
}

impl Case {
    pub fn schemes(&self) -> Vec<bool> {
        match self.only.as_deref() {
            None => vec![false, true],
            Some("http") => vec![false],
            Some("https") => vec![true],
            Some(other) => panic!("{}: only {other}?", self.name),
        }
    }

    fn read(name: String, bytes: &[u8]) -> Case {
        let at = bytes.windows(5).position(|five| five == b"\n---\n");
        let at = at.unwrap_or_else(|| panic!("{name}: no line `---`"));
        let about =
            std::str::from_utf8(&bytes[..at]).unwrap_or_else(|_| panic!("{name}: not UTF-8 above `---`"));
        let mut case = Case {
            name,
            plays: Vec::new(),
            options: Vec::new(),
            times: 1,
            hears: Hears::Request,
            pending: None,
            only: None,
            answer: bytes[at + 5..].to_vec(),
        };
        let mut at: Vec<&'static str> = Vec::new();
        // The first line is words about it.
        for line in about.lines().skip(1) {
            let line = line.strip_prefix('#').unwrap_or_else(|| panic!("{}: `{line}`", case.name)).trim();
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.trim();
            if let Some(play) = Play::named(key) {
                let at = if at.is_empty() { play.usually_at() } else { at.clone() };
                let expected = Expected::read(play, at, value);
                case.plays.push(expected.unwrap_or_else(|what| panic!("{}: {what}", case.name)));
                continue;
            }
            match key {
                "at" => at = value.split_whitespace().map(|name| provider(name, &case.name)).collect(),
                "set" => {
                    let (option, value) = value.split_once('=').expect("option=value");
                    case.options.push((option.to_owned(), value.to_owned()));
                }
                "times" if value == "always" => case.times = usize::MAX,
                "times" => case.times = value.parse().unwrap_or_else(|_| panic!("{}: times", case.name)),
                "hears" if value == "head" => case.hears = Hears::Head,
                "hears" if value == "nothing" => case.hears = Hears::Nothing,
                "only" => case.only = Some(value.to_owned()),
                "pending" => case.pending = Some(value.to_owned()),
                _ => panic!("{}: `{key}` is no key", case.name),
            }
        }
        assert!(!case.plays.is_empty(), "{}: nothing is expected", case.name);
        case
    }
}

fn provider(name: &str, case: &str) -> &'static str {
    let known = ["senior", "invoisys", "assine", "own"];
    known.into_iter().find(|known| *known == name).unwrap_or_else(|| panic!("{case}: no provider {name}"))
}

/// All files of the corpus, by name.
pub fn all(folder: &Path) -> Vec<Case> {
    fn walk(folder: &Path, top: &Path, all: &mut Vec<Case>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                walk(&path, top, all)?;
            } else if path.extension().is_some_and(|extension| extension == "http") {
                let name = path.strip_prefix(top).expect("it is below").display().to_string();
                all.push(Case::read(name, &fs::read(&path)?));
            }
        }
        Ok(())
    }
    let mut cases = Vec::new();
    walk(folder, folder, &mut cases).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}
