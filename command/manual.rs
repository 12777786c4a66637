//! The manual page, in roff, made from the table.

use crate::help::capital;
use crate::table::{self, Flag, COMMANDS, COMMON};
use crate::words::Language;

pub fn page(language: Language) -> String {
    let mut page = String::from(".\\\" Written by `erptoken man`: do not edit.\n");
    let version = env!("CARGO_PKG_VERSION");
    page += &format!(".TH ERPTOKEN 1 \"\" \"erptoken {version}\"\n");
    heading(&mut page, language.pick("NAME", "NOME"));
    page += &format!("erptoken \\- {}\n", escaped(table::TITLE.of(language)));
    heading(&mut page, language.pick("SYNOPSIS", "SINOPSE"));
    for command in COMMANDS {
        let synopsis = escaped(command.synopsis.of(language));
        page += &format!(".B erptoken {}\n{synopsis}\n.br\n", command.name);
    }
    heading(&mut page, language.pick("DESCRIPTION", "DESCRIÇÃO"));
    page += &format!("{}\n", escaped(table::SUMMARY.of(language)));
    heading(&mut page, language.pick("SUBCOMMANDS", "SUBCOMANDOS"));
    for command in COMMANDS {
        let synopsis = escaped(command.synopsis.of(language));
        page += &format!(".SS {} {synopsis}\n", command.name);
        page += &format!("{}.\n", escaped(&capital(command.about.of(language))));
        for paragraph in table::more(command.name) {
            page += &format!(".PP\n{}\n", escaped(paragraph.of(language)));
        }
        command.flags.iter().for_each(|of| flag(&mut page, of, language));
    }
    heading(&mut page, language.pick("OPTIONS OF EVERY SUBCOMMAND", "OPÇÕES DE TODO SUBCOMANDO"));
    COMMON.iter().for_each(|of| flag(&mut page, of, language));
    for section in table::SECTIONS {
        heading(&mut page, &section.title.of(language).to_uppercase());
        for paragraph in section.paragraphs {
            page += &format!(".PP\n{}\n", escaped(paragraph.of(language)));
        }
        for (name, about) in section.rows {
            page += &format!(".TP\n.B {}\n{}\n", escaped(name), escaped(about.of(language)));
        }
    }
    heading(&mut page, language.pick("SEE ALSO", "VEJA TAMBÉM"));
    page += "docs/command.md, docs/profiles.md, README.md\n";
    page
}

fn heading(page: &mut String, title: &str) {
    *page += &format!(".SH {}\n", escaped(title));
}

fn flag(page: &mut String, flag: &Flag, language: Language) {
    let about = escaped(&capital(flag.about.of(language)));
    *page += &format!(".TP\n.B {}\n{about}.\n", escaped(&flag.shown(language)));
}

/// Text that roff shows as it stands.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    // A line that begins so would be a request.
    match text.starts_with(['.', '\'']) {
        true => format!("\\&{text}"),
        false => text,
    }
}
