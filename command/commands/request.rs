//! `erptoken request`.

use super::input;
use crate::arguments::{self, Arguments};
use crate::output;
use crate::session::Session;
use crate::words::{code, Failure, Language};

pub fn run(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let of_input = [read.all("options"), read.all("data")].into_iter().flatten().filter(|from| *from == "-");
    if of_input.chain(read.all("header").filter(|from| *from == "@-")).count() > 1 {
        let text = language
            .pick("standard input can be read once only", "a entrada padrão só pode ser lida uma vez");
        return Err(Failure::new(code::USAGE, text.to_owned()));
    }
    let session = Session::open(read, 0, language)?;
    let language = session.language;
    let (method, url) = (read.word(1, language)?, read.word(2, language)?);
    let body = read.value("data").map(|from| input(from, language)).transpose()?;
    let mut headers = headers(read, language)?;
    let names_type = headers.lines().any(|line| {
        line.split(':').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("content-type"))
    });
    if body.is_some() && !names_type {
        headers.push_str("Content-Type: application/json\n");
    }
    let response = session.call(|account| account.request(method, url, &headers, body.as_deref()))?;
    let status = response.status()?;
    if let Some(file) = read.value("out") {
        let written = std::fs::write(file, response.bytes()?);
        written.map_err(|why| Failure::file(code::OUTPUT, &file.to_string_lossy(), &why, language))?;
    } else if output::shows_text_only() {
        output::bytes(response.text()?.as_bytes(), language)?;
    } else {
        output::bytes(&response.bytes()?, language)?;
    }
    match status {
        ..=399 => Ok(0),
        _ => {
            let status = status.to_string();
            let text = language.say("the answer is HTTP {}", "a resposta é HTTP {}", &[&status]);
            Err(Failure::new(code::REFUSED, text))
        }
    }
}

/// The lines of every `--header`, those of files included: there a secret of another API has its place.
fn headers(read: &Arguments, language: Language) -> Result<String, Failure> {
    let mut lines = String::new();
    for header in read.all("header") {
        let header = arguments::text(header, language)?;
        let text = match header.strip_prefix('@') {
            Some(file) => {
                let bytes = input(file.as_ref(), language)?;
                String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(|| {
                    let text = language.say("{} is not valid UTF-8", "{} não é UTF-8 válido", &[file]);
                    Failure::new(code::ARGUMENT, text)
                })?
            }
            // One header: what a script puts into its value makes no second one.
            None if header.contains(['\r', '\n']) => {
                let text = language.pick(
                    "--header takes one header: lines come from a file, as @FILE",
                    "--header aceita um só cabeçalho: linhas vêm de um arquivo, como @ARQUIVO",
                );
                return Err(Failure::new(code::ARGUMENT, text.to_owned()));
            }
            None => header.to_owned(),
        };
        text.lines().filter(|line| !line.trim().is_empty()).for_each(|line| {
            lines.push_str(line);
            lines.push('\n');
        });
    }
    Ok(lines)
}
