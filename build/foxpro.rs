//! `ErpToken.prg` for Visual FoxPro 9, which is 32-bit and has texts in the code page.

use super::comment::plain;
use super::family::ANSI;
use super::model::{Kind, Parameter, Section, What};

const PROGRAM: &str = include_str!("bindings/ErpToken.foxpro.prg");

pub fn program(sections: &[Section]) -> String {
    let (mut constants, mut functions) = (String::new(), String::new());
    for section in sections {
        for item in &section.items {
            match &item.what {
                What::Constant { name, value } => {
                    constants += &plain("* ", &item.comment, str::to_owned, told);
                    constants += &format!("#DEFINE {name} {value}\n\n");
                }
                // No function of FoxPro's can be called.
                What::Callback { .. } => {}
                What::Function { parameters, .. }
                    if parameters.iter().any(|one| one.kind == Kind::Callback) => {}
                What::Function { name, parameters } => {
                    functions += &plain("    * ", &item.comment, str::to_owned, told);
                    let (name, list) = (ANSI.name(name), list(parameters));
                    let line = format!("DECLARE INTEGER {name} IN erptoken.dll{list}");
                    functions += &format!("    {line}\n\n");
                }
            }
        }
    }
    PROGRAM.replace("@CONSTANTS@\n", &constants).replace("@FUNCTIONS@\n", &functions).replace('\n', "\r\n")
}

/// A semicolon at a line's end would make the next line a part of the comment.
fn told(text: &str) -> String {
    ANSI.told(text).replace(';', ",")
}

fn list(parameters: &[Parameter]) -> String {
    let told = |parameter: &Parameter| {
        let kind = match parameter.kind {
            Kind::Number | Kind::UserData | Kind::Callback => "INTEGER ",
            Kind::NumberOut => "INTEGER @",
            Kind::TextIn | Kind::BytesIn => "STRING ",
            Kind::TextOut | Kind::BytesOut => "STRING @",
        };
        format!(" {kind}{}", parameter.name)
    };
    parameters.iter().map(told).collect::<Vec<_>>().join(",")
}
