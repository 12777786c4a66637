//! What the two READMEs show in code compiles, and the Portuguese one tells the same facts as the English one: every row
//! of its tables, every number in them, every function. What is missing in `README.pt-BR.md` is to be added there.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use support::Folder;

const PORTUGUESE: &str = "README.pt-BR.md";

fn read(path: &str) -> String {
    fs::read_to_string(support::project().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first program in that language, as a file in a folder.
fn program(readme: &str, language: &str, folder: &Folder, file: &str) -> std::path::PathBuf {
    let text = read(readme);
    let after = text.split(&format!("```{language}\n")).nth(1).expect("a program in that language");
    let source = folder.join(file);
    fs::write(&source, after.split("```").next().unwrap_or_default()).expect("a source");
    source
}

#[test]
fn the_programs_in_c_compile() {
    let compiler = support::cc();
    if !support::has(&compiler) {
        return;
    }
    for readme in ["README.md", PORTUGUESE] {
        let folder = Folder::new(&format!("readme-c-{readme}"));
        let source = program(readme, "c", &folder, "readme.c");
        let mut command = Command::new(&compiler);
        command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-c"]).arg(&source);
        command.arg("-I").arg(support::project().join("include")).arg("-o").arg(folder.join("readme.o"));
        support::succeed(&mut command);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_program_in_pascal_compiles() {
    if !support::has_with("fpc", "-iV") {
        return;
    }
    let folder = Folder::new("readme-pascal");
    for link in ["liberptoken.so", "liberptoken.so.1"] {
        let library = support::built("liberptoken.so");
        std::os::unix::fs::symlink(library, folder.join(link)).expect("a link to the library");
    }
    let source = program(PORTUGUESE, "pascal", &folder, "Frete.dpr");
    let mut command = Command::new("fpc");
    command.args(["-v0", "-Cg"]).arg(format!("-Fl{}", folder.path().display()));
    command.arg(format!("-FE{}", folder.path().display()));
    command.arg(format!("-Fu{}", support::project().join("include").display()));
    support::succeed(command.arg(source));
}

#[test]
fn the_program_in_csharp_compiles() {
    if !support::has("mcs") {
        return;
    }
    let folder = Folder::new("readme-csharp");
    let source = program(PORTUGUESE, "csharp", &folder, "Frete.cs");
    let mut command = Command::new("mcs");
    command.args(["-langversion:5", "-warnaserror", "-r:System.Net.Http.dll"]);
    command.arg(format!("-out:{}", folder.join("frete.exe").display())).arg(source);
    support::succeed(command.arg(support::project().join("include/ErpToken.cs")));
}

/// The parts of a text that no language changes: names between backticks, and numbers.
fn facts(text: &str) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for (number, part) in text.split('`').enumerate() {
        if number % 2 == 1 {
            facts.insert(part.to_owned());
        } else {
            let numbers = part.split(|c: char| !c.is_ascii_digit() && c != '-');
            facts.extend(numbers.filter(|word| word.parse::<i64>().is_ok()).map(str::to_owned));
        }
    }
    facts
}

/// The rows that begin with a fact: that, and those of the cells beside it.
fn rows(readme: &str) -> BTreeMap<BTreeSet<String>, BTreeSet<String>> {
    let text = read(readme);
    let told = text.split("\n## Depend").next().expect("what stands before the dependencies");
    let mut rows = BTreeMap::new();
    for line in told.lines().filter(|line| line.starts_with("| ")) {
        let mut cells = line.trim_matches('|').splitn(2, '|').map(facts);
        let first = cells.next().unwrap_or_default();
        if !first.is_empty() {
            rows.insert(first, cells.next().unwrap_or_default());
        }
    }
    assert!(rows.len() > 60, "{readme}: {rows:?}");
    rows
}

#[test]
fn the_portuguese_tables_have_the_rows_of_the_english_ones() {
    let portuguese = rows(PORTUGUESE);
    let mut problems = String::new();
    for (first, others) in rows("README.md") {
        match portuguese.get(&first) {
            None => problems += &format!("no row begins with {first:?}\n"),
            Some(found) => {
                let lost: Vec<&String> = others.difference(found).collect();
                if !lost.is_empty() {
                    problems += &format!("the row of {first:?} does not tell of {lost:?}\n");
                }
            }
        }
    }
    assert!(problems.is_empty(), "{PORTUGUESE}:\n{problems}");
}

#[test]
fn the_portuguese_statuses_are_those_of_the_header() {
    let text = read(PORTUGUESE);
    let header = read("include/erptoken.h");
    let constants = read("src/abi/constants.rs");
    let mut count = 0;
    for line in header.lines().filter(|line| line.starts_with("#define ERPTOKEN_E_")) {
        let (name, value) = line["#define ".len()..].split_once(' ').expect("a value");
        let before = constants.split(&format!("pub const {name}:")).next().expect("the constant");
        let comment = before.trim_end().rsplit('\n').next().unwrap_or_default();
        let again = if comment.ends_with(" Worth repeating.") { "sim" } else { "não" };
        let row = format!("| `{name}` | {} | {again} |", value.trim_matches(['(', ')']));
        assert!(text.contains(&row), "{PORTUGUESE} lacks {row}");
        count += 1;
    }
    assert!(count > 20);
}

#[test]
fn both_tell_of_every_function() {
    let symbols = read("include/symbols.txt");
    let narrow: Vec<&str> = symbols
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| name.starts_with("erptoken_"))
        .collect();
    let text = read(PORTUGUESE);
    for name in narrow {
        assert!(text.contains(&format!("`{name}`")), "{PORTUGUESE} does not tell of {name}");
    }
    let sections = |readme: &str| read(readme).matches("\n## ").count();
    assert_eq!(sections("README.md"), sections(PORTUGUESE), "the structure is the same");
}

/// What a firewall must let through is what the profiles say.
#[test]
fn the_portuguese_hosts_are_those_of_the_profiles() {
    let text = read(PORTUGUESE);
    let paragraph =
        text.split("**Proxy.**").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("about proxies");
    for provider in ["senior", "invoisys", "assine"] {
        let profile: serde_json::Value =
            serde_json::from_str(&read(&format!("src/provider/profile/{provider}.json"))).expect("JSON");
        let production = &profile["environments"]["production"];
        let base = production["base"].as_str().expect("a base").trim_start_matches("https://");
        let more = production["hosts"].as_array().into_iter().flatten().filter_map(|host| host.as_str());
        for host in more.chain(base.split('/').next()) {
            assert!(
                paragraph.contains(&format!("`{host}`")),
                "{PORTUGUESE} does not name {host} of {provider}"
            );
        }
    }
}
