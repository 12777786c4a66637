//! The words of the command line, by the table.

use crate::table::{self, Command, COMMON};
use crate::words::{code, Failure, Language};
use lexopt::Arg;
use std::ffi::OsString;

/// What was asked for.
#[derive(Default)]
pub struct Arguments {
    pub command: Option<&'static Command>,
    pub words: Vec<OsString>,
    /// Name and value in the order in which they stand.
    flags: Vec<(&'static str, OsString)>,
}

impl Arguments {
    pub fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|(flag, _)| *flag == name)
    }

    /// Every value of a flag.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a OsString> + 'a {
        self.flags.iter().filter(move |(flag, _)| *flag == name).map(|(_, value)| value)
    }

    /// The value of a flag; of several the last one.
    pub fn value(&self, name: &str) -> Option<&OsString> {
        self.flags.iter().rev().find(|(flag, _)| *flag == name).map(|(_, value)| value)
    }

    pub fn word(&self, place: usize, language: Language) -> Result<&str, Failure> {
        self.words.get(place).map_or(Ok(""), |word| text(word, language))
    }
}

/// An argument that has to be a text.
pub fn text(argument: &std::ffi::OsStr, language: Language) -> Result<&str, Failure> {
    argument.to_str().ok_or_else(|| {
        let shown = argument.to_string_lossy();
        Failure::new(
            code::ARGUMENT,
            language.say("{} is not valid UTF-8", "{} não é UTF-8 válido", &[&shown]),
        )
    })
}

/// Reads the command line. What was read before a mistake is there too: it may have set the language.
pub fn read(read: &mut Arguments, language: impl Fn(&Arguments) -> Language) -> Result<(), Failure> {
    let mut parser = lexopt::Parser::from_env();
    let wrong = |read: &Arguments, english, portuguese, with: &[&str]| {
        let language = language(read);
        let of = read.command.map_or(String::new(), |command| format!(" {}", command.name));
        let mut text = language.say(english, portuguese, with);
        text += &language.say("; see: erptoken help{}", "; veja: erptoken help{}", &[&of]);
        Err(Failure::new(code::USAGE, text))
    };
    loop {
        let next = match parser.next() {
            Ok(Some(next)) => next,
            Ok(None) => break,
            Err(lexopt::Error::UnexpectedValue { option, .. }) => {
                // The value may be a secret.
                return wrong(read, "{} takes no value", "{} não aceita valor", &[&option]);
            }
            Err(other) => return wrong(read, "{}", "{}", &[&other.to_string()]),
        };
        let name = match next {
            Arg::Value(word) => {
                match (read.command, word.to_str().and_then(table::find)) {
                    (Some(_), _) => read.words.push(word),
                    (None, Some(command)) => read.command = Some(command),
                    (None, None) => {
                        let word = word.to_string_lossy();
                        return wrong(
                            read,
                            "there is no subcommand {}",
                            "não existe o subcomando {}",
                            &[&word],
                        );
                    }
                }
                // From the program's name on, everything is the program's.
                if read.command.is_some_and(|command| command.name == "exec") && read.words.len() == 2 {
                    if let Ok(rest) = parser.raw_args() {
                        read.words.extend(rest);
                    }
                }
                continue;
            }
            Arg::Short('h') => "help".to_owned(),
            Arg::Short('V') => "version".to_owned(),
            Arg::Short(letter) => {
                let shown = format!("-{letter}");
                return wrong(read, "there is no option {}", "não existe a opção {}", &[&shown]);
            }
            Arg::Long(name) => name.to_owned(),
        };
        if name == "version" && read.command.is_none() {
            read.command = table::find("version");
            continue;
        }
        let own = read.command.map_or(&[][..], |command| command.flags);
        let Some(flag) = own.iter().chain(COMMON).find(|flag| flag.name == name) else {
            let shown = format!("--{name}");
            return wrong(read, "there is no option {}", "não existe a opção {}", &[&shown]);
        };
        let value = match flag.value.0 {
            "" => OsString::new(),
            _ => match parser.value() {
                Ok(value) => value,
                Err(_) => {
                    let shown = format!("--{name}");
                    return wrong(read, "{} wants a value", "{} precisa de um valor", &[&shown]);
                }
            },
        };
        read.flags.push((flag.name, value));
    }
    let Some(command) = read.command else {
        return match read.has("help") {
            true => Ok(()),
            false => wrong(read, "no subcommand", "falta o subcomando", &[]),
        };
    };
    let (least, most) = command.words;
    match read.words.len() {
        _ if read.has("help") => Ok(()),
        number if number < least => {
            let wanted = command.synopsis.of(language(read));
            wrong(read, "something is missing: {} {}", "falta algo: {} {}", &[command.name, wanted])
        }
        number if number > most => {
            let wanted = command.synopsis.of(language(read));
            wrong(read, "too many words: {} {}", "palavras demais: {} {}", &[command.name, wanted])
        }
        _ => Ok(()),
    }
}
