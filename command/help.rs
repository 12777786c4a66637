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

/// Of one subcommand, or of all.
pub fn text(command: Option<&Command>, language: Language) -> String {
    match command {
        Some(command) => one(command, language),
        None => all(language),
    }
}

fn one(command: &Command, language: Language) -> String {
    let mut text = language.say(
        "usage: erptoken {} [OPTION]... {}\n\n{}.\n",
        "uso: erptoken {} [OPÇÃO]... {}\n\n{}.\n",
        &[command.name, command.synopsis.of(language), &capital(command.about.of(language))],
    );
    text += &format!("\n{}:\n", language.pick("Options", "Opções"));
    let flags = command.flags.iter().chain(COMMON);
    columns(&mut text, flags.map(|flag| (flag.shown(language), flag.about.of(language).to_owned())));
    for paragraph in table::more(command.name) {
        text += &format!("\n{}\n", wrapped(paragraph.of(language), "", 80));
    }
    text
}

fn all(language: Language) -> String {
    let mut text = language.say(
        "usage: erptoken SUBCOMMAND [OPTION]...\n\n{}\n\nSubcommands:\n",
        "uso: erptoken SUBCOMANDO [OPÇÃO]...\n\n{}\n\nSubcomandos:\n",
        &[&wrapped(table::SUMMARY.of(language), "", 80)],
    );
    let told = |command: &Command| (usage(command, language), command.about.of(language).to_owned());
    columns(&mut text, COMMANDS.iter().map(told));
    text += &format!("\n{}:\n", language.pick("Options of every subcommand", "Opções de todo subcomando"));
    columns(&mut text, COMMON.iter().map(|flag| (flag.shown(language), flag.about.of(language).to_owned())));
    for section in table::SECTIONS {
        text += &format!("\n{}:\n", section.title.of(language));
        for paragraph in section.paragraphs {
            text += &format!("{}\n", wrapped(paragraph.of(language), "  ", 80));
        }
        let rows = section.rows.iter();
        columns(&mut text, rows.map(|(name, about)| ((*name).to_owned(), about.of(language).to_owned())));
    }
    text
}

fn usage(command: &Command, language: Language) -> String {
    format!("{} {}", command.name, command.synopsis.of(language)).trim_end().to_owned()
}

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Names on the left, and what they are on the right; below a name that is long.
fn columns(text: &mut String, rows: impl Iterator<Item = (String, String)>) {
    const LEFT: usize = 24;
    let indent = " ".repeat(LEFT + 2);
    for (name, about) in rows {
        let about = wrapped(&about, &indent, 80);
        let width = name.chars().count();
        if width < LEFT {
            let gap = " ".repeat(LEFT - width);
            *text += &format!("  {name}{gap}{}\n", about.trim_start());
        } else {
            *text += &format!("  {name}\n{about}\n");
        }
    }
}

/// The text in lines, each behind the indent.
fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let mut lines = Vec::new();
    let mut line = indent.to_owned();
    for word in text.split(' ') {
        let is_begun = line.len() > indent.len();
        if is_begun && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        } else if is_begun {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}
