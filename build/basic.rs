//! `ErpToken.bas`: VB6 and VBA, 32 and 64 bits.

use super::comment::plain;
use super::family::WIDE;
use super::model::{Kind, Parameter, Section, What};

const MODULE: &str = include_str!("bindings/ErpToken.bas");

pub fn module(sections: &[Section]) -> String {
    let (mut constants, mut functions) = (String::new(), String::new());
    for section in sections {
        let mut declared = String::new();
        for item in &section.items {
            let comment = plain("' ", &item.comment, parameter_name, told);
            match &item.what {
                What::Constant { name, value } => {
                    constants += &comment;
                    constants += &format!("Public Const {name} As Long = {value}\n\n");
                }
                What::Callback { parameters, .. } => {
                    declared += &comment;
                    declared += &format!("'   Public Sub LogLine({})\n\n", list(parameters, "Long"));
                }
                What::Function { name, parameters } => {
                    declared += &comment;
                    let declare = |safe: &str, pointer: &str| {
                        let (name, list) = (WIDE.name(name), list(parameters, pointer));
                        broken(&format!(
                            "Public Declare {safe}Function {name} Lib \"erptoken.dll\" ({list}) As Long"
                        ))
                    };
                    let (vba7, vb6) = (declare("PtrSafe ", "LongPtr"), declare("", "Long"));
                    declared += &format!("#If VBA7 Then\n{vba7}\n#Else\n{vb6}\n#End If\n\n");
                }
            }
        }
        if !declared.is_empty() {
            functions += &format!("' ---- {} ----\n\n{declared}", section.title);
        }
    }
    MODULE.replace("@CONSTANTS@\n", &constants).replace("@FUNCTIONS@\n", &functions).replace('\n', "\r\n")
    // VB6 reads nothing else.
}

fn told(text: &str) -> String {
    WIDE.told(text).replace("NULL", "0")
}

/// A word of the language's own can name no parameter.
fn parameter_name(name: &str) -> String {
    match name {
        "option" => "option_".to_owned(),
        _ => name.to_owned(),
    }
}

/// Texts are given by StrPtr: As String would pass them in the code page of the machine.
fn list(parameters: &[Parameter], pointer: &str) -> String {
    let told = |parameter: &Parameter| {
        let name = parameter_name(&parameter.name);
        match parameter.kind {
            Kind::Number => format!("ByVal {name} As Long"),
            Kind::NumberOut => format!("ByRef {name} As Long"),
            _ => format!("ByVal {name} As {pointer}"),
        }
    };
    parameters.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// A long line goes on in the next one.
fn broken(line: &str) -> String {
    const WIDTH: usize = 110;
    match line.get(..WIDTH).and_then(|start| start.rfind(", ")) {
        Some(at) => {
            let (first, rest) = line.split_at(at + 1);
            format!("{first} _\n   {}", broken(rest))
        }
        None => line.to_owned(),
    }
}
