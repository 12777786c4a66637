//! Objects for PowerBuilder: of UTF-16 since its version 10, of the code page before.

use super::comment::plain;
use super::family::{Family, ANSI, WIDE};
use super::model::{Kind, Parameter, Section, What};

const OBJECT: &str = include_str!("bindings/n_erptoken.sru");
const ERROR: &str = include_str!("bindings/n_erptoken_error.sru");

pub fn error() -> String {
    ERROR.replace('\n', "\r\n")
}

pub fn wide(sections: &[Section]) -> String {
    let texts = "Texts are UTF-16, as PowerBuilder has them since its version 10.";
    object("n_erptoken", "PowerBuilder 10 and newer", texts, "erptokenw_", &WIDE, sections)
}

pub fn ansi(sections: &[Section]) -> String {
    let texts = "Texts are 8-bit texts in the code page of the machine, as PowerBuilder has them before its version 10.";
    object("n_erptokena", "PowerBuilder 9 and older", texts, "erptokena_", &ANSI, sections)
}

fn object(
    name: &str,
    versions: &str,
    texts: &str,
    prefix: &str,
    family: &Family,
    sections: &[Section],
) -> String {
    let told = |text: &str| family.told(text);
    let (mut constants, mut functions) = (String::new(), String::new());
    for section in sections {
        for item in &section.items {
            let comment = plain("// ", &item.comment, str::to_owned, told);
            match &item.what {
                What::Constant { name, value } => {
                    constants += &format!("{comment}constant long {name} = {value}\n\n");
                }
                // No function of PowerScript's can be called.
                What::Callback { .. } => {}
                What::Function { parameters, .. }
                    if parameters.iter().any(|one| one.kind == Kind::Callback) => {}
                What::Function { name, parameters } => {
                    let name = family.name(name);
                    functions += &comment;
                    functions += &(declared(&name, &name, parameters, "string ") + "\n");
                    if parameters.iter().any(|one| one.kind == Kind::BytesIn) {
                        functions += "// The same with bytes.\n";
                        functions +=
                            &(declared(&format!("{name}_bytes"), &name, parameters, "ref blob ") + "\n");
                    }
                }
            }
        }
    }
    OBJECT
        .replace("@CONSTANTS@\n", &constants)
        .replace("@FUNCTIONS@\n", &(functions.trim_end().to_owned() + "\n"))
        .replace("@OBJECT@", name)
        .replace("@POWERBUILDER@", versions)
        .replace("@TEXTS@", texts)
        .replace("@FAMILY@", prefix)
        .replace('\n', "\r\n")
}

/// Without the alias some versions look for the name in another case.
fn declared(name: &str, exported: &str, parameters: &[Parameter], body: &str) -> String {
    let told = |parameter: &Parameter| {
        let kind = match parameter.kind {
            Kind::Number | Kind::UserData | Kind::Callback => "long ",
            Kind::NumberOut => "ref long ",
            Kind::TextIn => "string ",
            Kind::TextOut => "ref string ",
            Kind::BytesIn => body,
            Kind::BytesOut => "ref blob ",
        };
        format!("{kind}{}", parameter.name)
    };
    let list = parameters.iter().map(told).collect::<Vec<_>>().join(", ");
    format!("function long {name} ({list}) library \"erptoken.dll\" alias for \"{exported}\"\n")
}
