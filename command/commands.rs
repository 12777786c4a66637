//! What each subcommand does.

use crate::arguments::{self, Arguments};
use crate::library::{self, Account, Answer};
use crate::session::{self, Session};
use crate::words::{code, Failure, Language};
use crate::{completions, help, json, manual, output, terminal};
use erptoken::abi::constants::ERPTOKEN_E_STORE;
use erptoken::shared::{NUMBERS, TEXTS};
use std::ffi::OsStr;
use std::io::Read;

mod app;
mod consent;
mod exec;
mod request;

pub fn run(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let name = read.command.map_or("help", |command| command.name);
    if read.has("help") {
        return output::line(&help::text(read.command, language), language);
    }
    match name {
        "get" => get(read, language),
        "request" => request::run(read, language),
        "exec" => exec::run(read, language),
        "reject" => reject(read, language),
        "logout" => Session::open(read, 0, language)?.call(Account::logout).map(|()| 0),
        "info" => info(read, language),
        "app" => app::run(read, language),
        "consent" => consent::run(read, language),
        "diagnose" => diagnose(read, language),
        "check" => check(read, language),
        "version" => {
            let text = format!("erptoken {} (ABI {})", library::version()?, library::abi_version());
            output::line(&text, language)
        }
        "man" => output::line(&manual::page(language), language),
        "completions" => output::line(&completions::of(read.word(0, language)?, language)?, language),
        _ => help::asked(read.word(0, language)?, language),
    }
}

fn get(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let session = Session::open(read, 0, language)?;
    let language = session.language;
    if read.has("renew") {
        session.call(Account::renew)?;
    }
    if read.has("json") {
        let (token, authorization) = session.call(both)?;
        let field = |name| session.account.info(name);
        let expires_at = field("expires_at")?;
        let text = json::object([
            ("token", json::text(&token)),
            ("authorization", json::text(&authorization)),
            ("header_name", json::text(&field("header_name")?)),
            ("token_type", json::text(&field("token_type")?)),
            ("expires_at", if expires_at.is_empty() { "null".to_owned() } else { json::text(&expires_at) }),
            ("expires_in", field("expires_in")?),
        ]);
        return output::line(&text, language);
    }
    if read.has("header") {
        let name = session.account.info("header_name")?;
        let value = session.call(Account::authorization)?;
        if name.is_empty() {
            let text = language.pick(
                "this provider takes its token in no header: use erptoken request, or get without --header",
                "este provedor não recebe o token em cabeçalho: use erptoken request, ou get sem --header",
            );
            return Err(Failure::new(code::SETTINGS, text.to_owned()));
        }
        return output::line(&format!("{name}: {value}"), language);
    }
    output::line(&session.call(Account::get)?, language)
}

/// A token and the header's value with that token: between two calls another program may have renewed it.
fn both(account: &Account) -> Answer<(String, String)> {
    let mut token = account.get()?;
    for _ in 0..3 {
        let authorization = account.authorization()?;
        let after = account.get()?;
        if after == token {
            return Ok((token, authorization));
        }
        token = after;
    }
    let authorization = account.authorization()?;
    Ok((token, authorization))
}

/// The token is a secret: it comes from the environment that `exec` makes, else from standard input.
fn reject(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let session = Session::open(read, 0, language)?;
    let language = session.language;
    let given = std::env::var("ERPTOKEN_TOKEN").ok().filter(|_| !library::is_privileged());
    let token = match given.filter(|token| !token.is_empty()) {
        Some(token) => token,
        None => {
            let typed = match std::io::IsTerminal::is_terminal(&std::io::stdin()) {
                true => terminal::ask("token: ", false, language)?.unwrap_or_default().into_bytes(),
                false => input("-".as_ref(), language)?,
            };
            String::from_utf8_lossy(&typed).into_owned()
        }
    };
    let token = token.trim();
    if token.is_empty() || token.contains('\0') {
        let text = language.pick(
            "no token: give the one that was refused in ERPTOKEN_TOKEN or on standard input",
            "falta o token: informe o que foi recusado em ERPTOKEN_TOKEN ou na entrada padrão",
        );
        return Err(Failure::new(code::ARGUMENT, text.to_owned()));
    }
    session.call(|account| account.reject(token)).map(|()| 0)
}

fn info(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let session = Session::open(read, 0, language)?;
    let language = session.language;
    let field = read.word(1, language)?;
    let fields: Vec<&str> = match field {
        "" => TEXTS.iter().chain(&NUMBERS).copied().collect(),
        one => vec![one],
    };
    // No token is called so: it looks into the store, takes over what lies there and drops nothing.
    match session.account.reject("-") {
        Err(refusal) if refusal.status == ERPTOKEN_E_STORE => return Err(refusal.into()),
        _ => {} // Without what a login needs there is something to tell, too.
    }
    let mut values = Vec::new();
    for name in fields {
        values.push((name, session.account.info(name)?));
    }
    let text = if read.has("json") {
        json::object(values.into_iter().map(|(name, value)| match NUMBERS.contains(&name) {
            true => (name, value),
            false => (name, json::text(&value)),
        }))
    } else if field.is_empty() {
        let lines: Vec<String> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        lines.join("\n")
    } else {
        values.into_iter().map(|(_, value)| value).collect()
    };
    output::line(&text, language)
}

fn diagnose(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let session = Session::open(read, 0, language)?;
    let report = session.account.diagnose()?;
    let text = if read.has("json") { report.text()? } else { report.field("/text")? };
    output::line(&text, session.language)
}

/// The report is printed whatever it says; a profile that is not valid is told by the code too.
fn check(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let (settings, language) = session::gather(read, language)?;
    session::configure(&settings)?;
    let mut worst = Ok(0);
    for place in 0..read.words.len() {
        let profile = session::provider(read.word(place, language)?);
        let report = match library::check_profile(&profile) {
            Ok(report) => report,
            Err(refusal) => {
                // The others are told of all the same.
                if let Err(Failure { text, .. }) = worst {
                    let _ = std::io::Write::write_all(
                        &mut std::io::stderr(),
                        format!("erptoken: {text}\n").as_bytes(),
                    );
                }
                worst = Err(Failure::from(refusal));
                continue;
            }
        };
        let text = if read.has("json") { report.text()? } else { report.field("/text")? };
        output::line(&text, language)?;
        if report.field("/valid")? != "true" && worst.is_ok() {
            worst = Ok(code::SETTINGS);
        }
    }
    worst
}

/// A file's bytes, or with `-` those of standard input.
fn input(path: &OsStr, language: Language) -> Result<Vec<u8>, Failure> {
    if path == "-" {
        let mut bytes = Vec::new();
        let what = language.pick("standard input", "entrada padrão");
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|why| Failure::file(code::ARGUMENT, what, &why, language));
    }
    std::fs::read(path).map_err(|why| Failure::file(code::ARGUMENT, &path.to_string_lossy(), &why, language))
}

/// The word at that place of one who is not asked for an account there.
fn word(read: &Arguments, place: usize, language: Language) -> Result<Option<&str>, Failure> {
    read.words.get(place).map(|word| arguments::text(word, language)).transpose()
}
