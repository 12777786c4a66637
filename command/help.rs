//! What a person reads about the command, made from the table.

use crate::output;
use crate::table::{self, Command, COMMANDS, COMMON};
use crate::words::{code, Failure, Language};

pub fn asked(name: &str, language: Language) -> Result<u8, Failure> {
    let command = table::find(name);
    if !name.is_empty() && command.is_none() {
        let text = language.say("there is no subcommand {}", "não existe o subcomando {}", &[name]);
        return Err(Failure::new(code::USAGE, text));
    }
    output::line(&text(command, language), language)
}

pub fn text(command: Option<&Command>, language: Language) -> String {
    let _ = (COMMANDS, COMMON);
    command.map_or(String::new(), |command| command.about.of(language).to_owned())
}

pub fn manual(_: Language) -> String {
    String::new()
}

pub fn completions(_: &str, _: Language) -> Result<String, Failure> {
    Ok(String::new())
}
