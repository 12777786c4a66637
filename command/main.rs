//! The command `erptoken`: the library's functions for a shell, over its C interface. docs/command.md is its page.

#![deny(unsafe_code)]

mod arguments;
mod commands;
mod completions;
mod help;
mod json;
#[allow(unsafe_code)]
mod library;
mod manual;
mod output;
mod session;
mod settings;
mod table;
mod terminal;
mod words;

use arguments::Arguments;
use std::io::Write;
use std::process::ExitCode;
use words::{code, Failure, Language};

fn main() -> ExitCode {
    // The library catches its own panics; one of the command's is a number too.
    let ended = std::panic::catch_unwind(run);
    library::shutdown();
    match ended {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(failure)) => {
            let _ = writeln!(std::io::stderr(), "erptoken: {}", failure.text);
            ExitCode::from(failure.code)
        }
        Err(_) => ExitCode::from(code::BUG),
    }
}

fn run() -> Result<u8, Failure> {
    let mut read = Arguments::default();
    arguments::read(&mut read, language)?;
    commands::run(&read, language(&read))
}

/// The language until the files with options are read: an argument's, the environment's, the system's.
fn language(read: &Arguments) -> Language {
    let set = read.all("set").filter_map(|set| set.to_str()?.split_once('='));
    let argument = set.filter(|(name, _)| name.trim() == "language").last();
    let environment = std::env::var("ERPTOKEN_LANGUAGE").ok().filter(|_| !library::is_privileged());
    argument
        .and_then(|(_, name)| Language::of(name))
        .or_else(|| environment.and_then(|name| Language::of(&name)))
        .unwrap_or_else(Language::of_the_system)
}
