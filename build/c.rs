//! The headers for C: one for each family.

use super::comment::Comment;
use super::family::Family;
use super::model::{Kind, Parameter, Section, What};

const NARROW: &str = include_str!("bindings/erptoken.h.in");
pub const WIDE: &str = include_str!("bindings/erptokenw.h.in");
pub const ANSI: &str = include_str!("bindings/erptokena.h.in");

/// How long a declaration's line may be.
const WIDTH: usize = 110;

pub fn narrow(sections: &[Section]) -> String {
    let mut declarations = String::new();
    for section in sections {
        declarations += &title(section);
        for item in &section.items {
            declarations += &comment(&item.comment);
            declarations += &match &item.what {
                What::Constant { name, value } if value.starts_with('-') => {
                    format!("#define {name} ({value})\n\n")
                }
                What::Constant { name, value } => format!("#define {name} {value}\n\n"),
                What::Callback { name, parameters } => {
                    format!(
                        "typedef void (ERPTOKEN_CALL *{name})({});\n\n",
                        list(parameters, |kind| narrow_type(kind).to_owned())
                    )
                }
                What::Function { name, parameters } => {
                    let parameters = list(parameters, |kind| narrow_type(kind).to_owned());
                    wrapped(&format!("ERPTOKEN_API int32_t ERPTOKEN_CALL {name}({parameters});")) + "\n\n"
                }
            };
        }
    }
    NARROW.replace("@DECLARATIONS@", declarations.trim_end())
}

/// A function of the narrow family, as plain C.
pub fn prototype(name: &str, parameters: &[Parameter]) -> String {
    wrapped(&format!("extern int32_t {name}({});", list(parameters, |kind| narrow_type(kind).to_owned())))
}

/// The numbers are those of the other header, which this one includes.
pub fn other(header: &str, family: &Family, sections: &[Section]) -> String {
    let list = |parameters| list(parameters, |kind| type_of(family, kind));
    let mut declarations = String::new();
    for section in sections {
        let mut told = String::new();
        for item in &section.items {
            let declared = match &item.what {
                What::Constant { .. } => continue,
                What::Callback { name, parameters } => {
                    let (name, parameters) = (family.name(name), list(parameters));
                    format!("typedef void ({} *{name})({parameters});\n\n", family.call)
                }
                What::Function { name, parameters } => {
                    let (name, parameters) = (family.name(name), list(parameters));
                    let call = family.call;
                    wrapped(&format!("ERPTOKEN_API int32_t {call} {name}({parameters});")) + "\n\n"
                }
            };
            told += &(comment(&item.comment.map(|line| family.told(line))) + &declared);
        }
        if !told.is_empty() {
            declarations += &(title(section) + &told);
        }
    }
    header.replace("@DECLARATIONS@", declarations.trim_end())
}

fn title(section: &Section) -> String {
    format!("/* ---- {} ---- */\n\n", section.title)
}

/// A comment of one line takes one line.
fn comment(comment: &Comment) -> String {
    match comment.lines.as_slice() {
        [] => String::new(),
        [line] => format!("/** {line} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!(" * {line}").trim_end().to_owned() + "\n");
            format!("/**\n{} */\n", lines.collect::<String>())
        }
    }
}

fn list(parameters: &[Parameter], kind: impl Fn(Kind) -> String) -> String {
    if parameters.is_empty() {
        return "void".to_owned();
    }
    let parameters: Vec<String> =
        parameters.iter().map(|parameter| format!("{}{}", kind(parameter.kind), parameter.name)).collect();
    parameters.join(", ")
}

fn narrow_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "int32_t ",
        Kind::NumberOut => "int32_t *",
        Kind::TextIn => "const char *",
        Kind::TextOut => "char *",
        Kind::BytesIn => "const void *",
        Kind::BytesOut | Kind::UserData => "void *",
        Kind::Callback => "erptoken_log_fn ",
    }
}

fn type_of(family: &Family, kind: Kind) -> String {
    match kind {
        Kind::TextIn => format!("const {} *", family.character),
        Kind::TextOut => format!("{} *", family.character),
        _ => family.name(narrow_type(kind)),
    }
}

/// A long declaration goes on in the next line, between two parameters.
fn wrapped(line: &str) -> String {
    match line.get(..WIDTH).and_then(|start| start.rfind(", ")) {
        Some(at) => {
            let (first, rest) = line.split_at(at + 1);
            format!("{first}\n   {}", wrapped(rest))
        }
        None => line.to_owned(),
    }
}
