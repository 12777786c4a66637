//! The programs in `docs/hosts.md`, as they stand there; behind those in Ruby, Perl and Lua a file of this folder goes on.

use super::*;

/// Runs the page's program in that language: an error with its text, a token, a request. Then silently `more`.
fn program(language: &str, interpreter: &mut Command, error: &str, more: &str) {
    let page = std::fs::read_to_string(support::project().join("docs/hosts.md")).expect("the page");
    let begin = format!("```{language}\n");
    let source = page.split(&begin).nth(1).and_then(|rest| rest.split("\n```").next()).expect("a program");
    let folder = library(&format!("page-{language}"));
    let file = folder.join("program");
    std::fs::write(&file, format!("{source}\n{more}")).expect("the program");
    let (output, sandbox) = run(interpreter.env("LC_ALL", "C.UTF-8").arg(file), &folder);
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 3, "{output}");
    assert!(lines[0].starts_with(error) && lines[0].contains("\"cor\""), "{output}");
    assert_eq!(lines[1..], ["a token of 32 characters", "200: São Paulo"]);
    assert!(sandbox.count("senior.login") > 0);
}

#[test]
fn the_program_in_ruby_runs() {
    if support::has("ruby") {
        program("ruby", &mut Command::new("ruby"), "-2002: ", include_str!("calls.rb"));
    }
}

#[test]
fn the_program_in_perl_runs() {
    if support::has_with("perl", "-MFFI::Platypus") {
        program("perl", &mut Command::new("perl"), "-2002: ", include_str!("calls.pl"));
    }
}

#[test]
fn the_program_in_lua_runs() {
    if support::has_with("luajit", "-v") {
        program("lua", &mut Command::new("luajit"), "-2002: ", include_str!("calls.lua"));
    }
}

/// By the command `erptoken`.
#[test]
fn the_program_in_php_runs() {
    if support::has("php") {
        let command = Path::new(env!("CARGO_BIN_EXE_erptoken")).parent().expect("its folder");
        let path = format!("{}:{}", command.display(), env::var("PATH").expect("a path"));
        program("php", Command::new("php").env("PATH", path), "20: ", "");
    }
}
