//! `cobol/erptoken.cpy`: GnuCOBOL, on the 8-bit family.

use super::comment::plain;
use super::family::ANSI;
use super::model::{written, Kind, Parameter, Section, What};

const COPYBOOK: &str = include_str!("bindings/erptoken.cpy");

pub fn copybook(sections: &[Section]) -> String {
    let title = |title: &str| format!("*> ---- {title} ----\n*>\n");
    let (constants, functions) = written(sections, title, |item| {
        let comment = plain("*> ", &item.comment, word, told);
        match &item.what {
            What::Constant { name, value } => format!("{comment}78 {} value {value}.\n\n", word(name)).replace(['(', ')'], ""),
            What::Callback { .. } => String::new(),
            What::Function { name, parameters } => format!("{comment}*>\n{}*>\n", call(name, parameters)),
        }
    });
    COPYBOOK.replace("@CONSTANTS@\n", &constants).replace("@FUNCTIONS@\n", &functions)
}

fn call(name: &str, parameters: &[Parameter]) -> String {
    let mut out = format!("*>     call stdcall \"{}\"", ANSI.name(name));
    for (number, parameter) in parameters.iter().enumerate() {
        let how = match parameter.kind {
            Kind::Number | Kind::UserData | Kind::Callback => "by value",
            _ => "by reference",
        };
        let using = if number == 0 { " using\n*>         " } else { "\n*>         " };
        out += &format!("{using}{how} {}", word(&parameter.name));
    }
    out + "\n*>         returning erp-result\n"
}

fn word(name: &str) -> String {
    name.replace('_', "-")
}

fn told(text: &str) -> String {
    ANSI.told(text)
}
