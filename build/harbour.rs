//! `harbour/ErpToken.prg` and `ErpToken.ch`: Harbour, on the 8-bit family.

use super::comment::plain;
use super::family::ANSI;
use super::model::{list, written, Item, Kind, Section, What};

const SOURCE: &str = include_str!("bindings/ErpToken.prg");
const NUMBERS: &str = include_str!("bindings/ErpToken.ch");

pub fn source(sections: &[Section]) -> String {
    SOURCE.replace("@FUNCTIONS@\n", &written(sections, title, item).1)
}

pub fn numbers(sections: &[Section]) -> String {
    NUMBERS.replace("@CONSTANTS@\n", &written(sections, title, item).0)
}

fn title(title: &str) -> String {
    format!("// ---- {title} ----\n\n")
}

fn item(item: &Item) -> String {
    let comment = plain("// ", &item.comment, str::to_owned, told);
    match &item.what {
        What::Constant { name, value } => format!("{comment}#define {name} {value}\n\n"),
        What::Callback { .. } => String::new(),
        What::Function { name, parameters } => {
            let name = ANSI.name(name);
            let names = list(parameters, ", ", |parameter| parameter.name.clone());
            let types = list(parameters, ", ", |parameter| kind(parameter.kind).to_owned());
            let given = list(parameters, "", |parameter| match parameter.kind {
                Kind::NumberOut | Kind::TextOut | Kind::BytesOut => format!(", @{}", parameter.name),
                _ => format!(", {}", parameter.name),
            });
            let gap = if names.is_empty() { "" } else { " " };
            let types = if types.is_empty() { types } else { format!(", {types}") };
            format!(
                "{comment}FUNCTION {name}({gap}{names}{gap})\n   RETURN hb_DynCall( {{ \"{name}\", Library(), STATUS{types} }}{given} )\n\n"
            )
        }
    }
}

fn told(text: &str) -> String {
    ANSI.told(text).replace("NULL", "NIL")
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::NumberOut => "NUMBER",
        Kind::TextIn | Kind::TextOut | Kind::BytesIn | Kind::BytesOut => "TEXT",
        Kind::UserData | Kind::Callback => "HB_DYN_CTYPE_VOID_PTR",
    }
}
