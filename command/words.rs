//! The two languages of the command's own texts, and how it fails.

use crate::library::{self, Refusal};
use std::io::{Error, ErrorKind};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Portuguese,
}

impl Language {
    /// As the option `language` writes it.
    pub fn of(name: &str) -> Option<Language> {
        match name.trim() {
            "en" => Some(Language::English),
            "pt" => Some(Language::Portuguese),
            _ => None,
        }
    }

    pub fn of_the_system() -> Language {
        if library::speaks_portuguese() {
            Language::Portuguese
        } else {
            Language::English
        }
    }

    pub fn name(self) -> &'static str {
        self.pick("en", "pt")
    }

    pub fn pick(self, english: &'static str, portuguese: &'static str) -> &'static str {
        match self {
            Language::English => english,
            Language::Portuguese => portuguese,
        }
    }

    /// The text of this language, with what belongs at each `{}`.
    pub fn say(self, english: &'static str, portuguese: &'static str, with: &[&str]) -> String {
        let mut parts = self.pick(english, portuguese).split("{}");
        let mut said = parts.next().unwrap_or_default().to_owned();
        for (number, part) in parts.enumerate() {
            said.push_str(with.get(number).copied().unwrap_or_default());
            said.push_str(part);
        }
        said
    }
}

/// The numbers that the program ends with.
pub mod code {
    /// The result could not be written: a closed pipe, a full disk.
    pub const OUTPUT: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const ARGUMENT: u8 = 10;
    pub const SETTINGS: u8 = 20;
    pub const NETWORK: u8 = 30;
    pub const REFUSED: u8 = 40;
    pub const BUG: u8 = 90;
    /// As shells have it: the program was found and cannot be run, or was not found.
    pub const NOT_RUN: u8 = 126;
    pub const NOT_FOUND: u8 = 127;
}

/// The system's own words are in one language only.
fn cause(why: &Error, language: Language) -> String {
    let (english, portuguese) = match why.kind() {
        ErrorKind::NotFound => ("there is no such file", "o arquivo não existe"),
        ErrorKind::PermissionDenied => ("permission denied", "permissão negada"),
        ErrorKind::IsADirectory => ("it is a folder", "é uma pasta"),
        ErrorKind::NotADirectory => {
            ("a part of the path is not a folder", "uma parte do caminho não é uma pasta")
        }
        ErrorKind::ReadOnlyFilesystem => ("nothing can be written there", "não se pode gravar ali"),
        ErrorKind::StorageFull => ("there is no space left", "não há mais espaço"),
        ErrorKind::BrokenPipe => ("nobody reads it any more", "ninguém mais o lê"),
        ErrorKind::InvalidData => ("it is not valid UTF-8", "não é UTF-8 válido"),
        ErrorKind::AddrInUse => ("another program listens there", "outro programa escuta ali"),
        ErrorKind::ArgumentListTooLong => ("its arguments are too long", "os argumentos são longos demais"),
        // ENOEXEC, ERROR_BAD_EXE_FORMAT.
        _ if why.raw_os_error() == Some(if cfg!(windows) { 193 } else { 8 }) => {
            ("this system cannot run such a file", "este sistema não pode executar um arquivo assim")
        }
        _ => {
            let number = why.raw_os_error().map_or(String::new(), |number| number.to_string());
            return language.say("the system reports error {}", "o sistema informa o erro {}", &[&number]);
        }
    };
    language.pick(english, portuguese).to_owned()
}

/// What standard error is told, and the number that the program ends with.
pub struct Failure {
    pub code: u8,
    pub text: String,
}

impl Failure {
    pub fn new(code: u8, text: String) -> Failure {
        Failure { code, text }
    }

    /// A file or a stream that could not be read or written.
    pub fn file(code: u8, what: &str, why: &Error, language: Language) -> Failure {
        Failure::new(code, format!("{what}: {}", cause(why, language)))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let code = match refusal.status {
            -1999..=-1001 => code::ARGUMENT,
            -2999..=-2001 => code::SETTINGS,
            -3999..=-3001 => code::NETWORK,
            -4999..=-4001 => code::REFUSED,
            _ => code::BUG,
        };
        Failure::new(code, format!("{} ({})", refusal.text, library::status_name(refusal.status)))
    }
}
