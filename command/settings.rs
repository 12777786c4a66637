//! The options: where they come from, which of them are secrets, and who wins.

use crate::arguments::{self, Arguments};
use crate::library;
use crate::words::{code, Failure, Language};
use erptoken::shared;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;

/// Options of the process, in the order in which they are set: `store` needs those before it.
pub const OF_THE_PROCESS: [&str; 8] =
    ["language", "log_file", "log_level", "background", "max_idle_tokens", "ca_file", "store_key", "store"];

/// In the environment this name is a token, and not the option.
const TOKEN: &str = "token";
/// To the library it tells who it is; in many profiles it is all that a login needs.
const ACCESS_KEY: &str = "access_key";
/// What a person's consent gives, for one login.
const OF_A_CONSENT: [&str; 2] = ["code", "code_verifier"];

/// The library reads these variables itself.
const OF_THE_LOG: [&str; 2] = ["log_file", "log_level"];

pub const PREFIX: &str = "ERPTOKEN_";

/// Of a file with options. One that is longer is none.
const MOST_BYTES: u64 = 1 << 20;

pub struct Setting {
    pub name: String,
    pub value: String,
    /// From the environment, which may name what this profile has not.
    pub is_tried: bool,
}

/// Whether an option's value is to be kept from others.
pub fn is_secret(name: &str, value: &str) -> bool {
    // However it is written: who takes a capital for a small letter has shown it all the same.
    let name = &*name.to_ascii_lowercase().replace('-', "_");
    match name {
        "store_key" => !value.trim().starts_with("file:") && !value.trim().starts_with("dpapi:"),
        // The last @ ends the password, whatever is in it.
        "proxy" => value.contains('@'),
        "store" => value.split_once("://").is_some_and(|(_, rest)| rest.contains('@')),
        "base_url" | "api_url" => {
            let (_, rest) = value.split_once("://").unwrap_or(("", value));
            rest.split(['/', '?']).next().unwrap_or_default().contains('@')
        }
        _ if is_known(name) => name == ACCESS_KEY || shared::is_secret(name),
        _ => OF_A_CONSENT.contains(&name) || shared::SECRET_WORDS.iter().any(|word| name.contains(word)),
    }
}

pub fn is_known(name: &str) -> bool {
    OF_THE_PROCESS.contains(&name) || shared::is_known(name)
}

/// The options of the environment; none counts in a program with more rights than whoever started it.
pub fn of_the_environment(language: Language) -> Result<Vec<Setting>, Failure> {
    let mut found = Vec::new();
    if library::is_privileged() {
        return Ok(found);
    }
    for (variable, value) in std::env::vars_os() {
        let Some(name) = option_of(&variable).filter(|_| !value.is_empty()) else { continue };
        if OF_THE_LOG.contains(&&*name) {
            continue;
        }
        let is_tried = !is_known(&name);
        match value.into_string() {
            Ok(value) => found.push(Setting { name, value, is_tried }),
            Err(_) if is_tried => {}
            Err(_) => {
                let shown = variable.to_string_lossy();
                let text = language.say("{} is not valid UTF-8", "{} não é UTF-8 válido", &[&shown]);
                return Err(Failure::new(code::ARGUMENT, text));
            }
        }
    }
    Ok(found)
}

/// The option that a variable is for. What `exec` gives to its program is none.
pub fn option_of(variable: &OsStr) -> Option<String> {
    let variable = variable.to_str()?;
    let variable = if cfg!(windows) { variable.to_ascii_uppercase() } else { variable.to_owned() };
    let name = variable.strip_prefix(PREFIX)?;
    let is_name = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let name = name.to_ascii_lowercase();
    (is_name && !name.is_empty() && name != TOKEN && name != "authorization").then_some(name)
}

/// The options of the command line; a secret is refused.
pub fn of_the_arguments(read: &Arguments, language: Language) -> Result<Vec<Setting>, Failure> {
    let mut found = Vec::new();
    for argument in read.all("set") {
        let argument = arguments::text(argument, language)?;
        let Some((name, value)) = argument.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            let text = language.pick("--set wants NAME=VALUE", "--set precisa de NOME=VALOR");
            return Err(Failure::new(code::USAGE, text.to_owned()));
        };
        let name = name.trim();
        if is_secret(name, value) {
            let variable = format!("{PREFIX}{}", name.to_ascii_uppercase());
            return Err(Failure::new(
                code::USAGE,
                language.say(
                    "{} is a secret, and other users can read a program's arguments: put it into the environment as {}, \
                     into a file of yours alone for --options, or leave it out to be asked in a terminal",
                    "{} é segredo, e outros usuários podem ler os argumentos de um programa: ponha-o no ambiente como {}, \
                     em um arquivo só seu para --options, ou deixe-o de fora para ser perguntado em um terminal",
                    &[name, &variable],
                ),
            ));
        }
        found.push(Setting { name: name.to_owned(), value: value.to_owned(), is_tried: false });
    }
    Ok(found)
}

/// The options of a file. One that others may write to could send a password elsewhere; one with a secret is its user's alone.
pub fn of_a_file(path: &OsStr, language: Language) -> Result<Vec<Setting>, Failure> {
    let shown = path.to_string_lossy();
    let cannot = |why: &std::io::Error| Failure::file(code::SETTINGS, &shown, why, language);
    let mut bytes = Vec::new();
    let metadata = if path == "-" {
        // Nobody else can read what is in a pipe.
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|why| cannot(&why))?;
        None
    } else {
        let file = File::open(path).map_err(|why| cannot(&why))?;
        let metadata = file.metadata().map_err(|why| cannot(&why))?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|why| cannot(&why))?;
        Some(metadata)
    };
    let unfit = |english, portuguese, with: &[&str]| {
        Failure::new(code::SETTINGS, format!("{shown}: {}", language.say(english, portuguese, with)))
    };
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unfit("it has more than 1 MiB", "tem mais de 1 MiB", &[]));
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) if !text.contains('\0') => text,
        _ => return Err(unfit("it is not a text in UTF-8", "não é um texto em UTF-8", &[])),
    };
    let mut found = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            let number = (number + 1).to_string();
            return Err(unfit("line {} is not NAME = VALUE", "a linha {} não é NOME = VALOR", &[&number]));
        };
        let (name, value) = (name.trim(), value.trim());
        // Quotes keep the spaces at a value's ends.
        let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = inner.unwrap_or(value);
        found.push(Setting { name: name.to_owned(), value: value.to_owned(), is_tried: false });
    }
    let has_secret = found.iter().any(|setting| is_secret(&setting.name, &setting.value));
    if metadata.is_some_and(|metadata| library::exposed(&metadata, has_secret)) {
        return Err(match has_secret {
            true => unfit(
                "it holds a secret and is not yours alone: chown it to yourself and chmod 600 it",
                "contém um segredo e não é só seu: torne-se o dono (chown) e use chmod 600",
                &[],
            ),
            false => unfit(
                "others may write to it: chown it to yourself and chmod 644 it",
                "outros podem gravar nele: torne-se o dono (chown) e use chmod 644",
                &[],
            ),
        });
    }
    Ok(found)
}

/// One value for each name: a later layer wins, and one with another user has nothing of the layers before it that was the
/// other user's.
pub fn merged(layers: Vec<Vec<Setting>>) -> Vec<Setting> {
    let mut all: Vec<Setting> = Vec::new();
    for layer in layers {
        let differs = |setting: &Setting| {
            let before = all.iter().find(|before| before.name == setting.name);
            shared::IDENTITY_OPTIONS.contains(&setting.name.as_str())
                && before.is_some_and(|before| before.value != setting.value)
        };
        if layer.iter().any(differs) {
            all.retain(|setting| !shared::CLEARED_WITH_IDENTITY.contains(&setting.name.as_str()));
        }
        for setting in layer {
            all.retain(|before| before.name != setting.name);
            all.push(setting);
        }
    }
    all
}
