//! `erptoken exec`: a program with the token in its environment, and nowhere else.

use super::both;
use crate::arguments::Arguments;
use crate::library;
use crate::session::Session;
use crate::settings;
use crate::words::{code, Failure, Language};
use std::io::ErrorKind;
use std::process::Command;

pub fn run(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let session = Session::open(read, 0, language)?;
    let language = session.language;
    let (token, authorization) = session.call(both)?;
    let Some((program, arguments)) = read.words.get(1..).and_then(<[_]>::split_first) else {
        return Err(Failure::new(code::USAGE, String::new()));
    };
    let mut command = Command::new(program);
    command.args(arguments);
    // The program is given the token, and none of the secrets that the token was got with.
    for (variable, value) in std::env::vars_os() {
        let Some(name) = settings::option_of(&variable) else { continue };
        // What a profile calls its own may be one, whatever its name.
        let is_own =
            !settings::is_known(&name) && session.settings.iter().any(|setting| setting.name == name);
        if is_own || settings::is_secret(&name, &value.to_string_lossy()) {
            command.env_remove(variable);
        }
    }
    command.env("ERPTOKEN_TOKEN", token).env("ERPTOKEN_AUTHORIZATION", authorization);
    drop(session);
    library::shutdown();
    become_it(command, language, &program.to_string_lossy())
}

/// The program takes this one's place: its signals, its job and its code are those that whoever called has.
#[cfg(unix)]
fn become_it(mut command: Command, language: Language, shown: &str) -> Result<u8, Failure> {
    use std::os::unix::process::CommandExt;
    Err(not_run(&command.exec(), language, shown))
}

#[cfg(windows)]
fn become_it(mut command: Command, language: Language, shown: &str) -> Result<u8, Failure> {
    library::leave_interrupts_to_the_program();
    match command.status() {
        // Wider than what this function gives back: a program may end with any 32 bits.
        Ok(status) => std::process::exit(status.code().unwrap_or(i32::from(code::BUG))),
        Err(why) => Err(not_run(&why, language, shown)),
    }
}

fn not_run(why: &std::io::Error, language: Language, shown: &str) -> Failure {
    let code = if why.kind() == ErrorKind::NotFound { code::NOT_FOUND } else { code::NOT_RUN };
    let what = language.say("{} could not be run", "não foi possível executar {}", &[shown]);
    Failure::file(code, &what, why, language)
}
