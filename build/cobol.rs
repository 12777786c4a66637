//! `cobol/erptoken.cpy`: GnuCOBOL, on the 8-bit family.

use super::comment::{plain, short_names};
use super::family::ANSI;
use super::model::{written, Kind, Parameter, Section, What};

const COPYBOOK: &str = include_str!("bindings/erptoken.cpy");
/// By hand: the calls with fields that end in spaces.
pub const PROGRAMS: &str = include_str!("bindings/erptoken.cob");

pub fn copybook(sections: &[Section]) -> String {
    let title = |title: &str| format!("      *> ---- {title} ----\n      *>\n");
    let (constants, functions) = written(sections, title, |item| {
        let comment = plain("      *> ", &item.comment, word, told);
        match &item.what {
            What::Constant { name, value } => {
                format!("{comment}       78 {} value {}.\n\n", word(name), value.trim_matches(['(', ')']))
            }
            What::Callback { .. } => String::new(),
            What::Function { name, parameters } => {
                format!("{comment}      *>\n{}      *>\n", call(name, parameters))
            }
        }
    });
    COPYBOOK.replace("@CONSTANTS@\n", &constants).replace("@FUNCTIONS@\n", &functions)
}

fn call(name: &str, parameters: &[Parameter]) -> String {
    let mut out = format!("      *>     call stdcall \"{}\"", ANSI.name(name));
    for (number, parameter) in parameters.iter().enumerate() {
        let how = match parameter.kind {
            Kind::Number | Kind::UserData | Kind::Callback => "by value",
            _ => "by reference",
        };
        let using = if number == 0 { " using" } else { "" };
        out += &format!("{using}\n      *>         {how} {}", word(&parameter.name));
    }
    out + "\n      *>         returning erp-result\n"
}

fn word(name: &str) -> String {
    name.replace('_', "-")
}

/// The numbers by the names that COBOL's words allow.
fn told(text: &str) -> String {
    const MARK: char = '\u{1}';
    let marked = short_names(&ANSI.told(text), &MARK.to_string());
    let mut parts = marked.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c != '_' && !c.is_ascii_uppercase()).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        out += &format!("ERPTOKEN-{}{rest}", word(name));
    }
    out
}
