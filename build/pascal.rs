//! `ErpToken.pas`: Delphi 7 to current, Free Pascal.

use super::comment::xml;
use super::family::WIDE;
use super::model::{Kind, Parameter, Section, What};

const UNIT: &str = include_str!("bindings/ErpToken.pas");
const CALL: &str = "{$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF};";

pub fn unit(sections: &[Section]) -> String {
    let (mut constants, mut types, mut functions) = (String::new(), String::new(), String::new());
    for section in sections {
        let mut declared = String::new();
        for item in &section.items {
            let comment = xml("  /// ", &item.comment, told);
            match &item.what {
                What::Constant { name, value } => constants += &format!("{comment}  {name} = {value};\n\n"),
                What::Callback { parameters, .. } => {
                    types += &format!("{comment}  TErpLogLine = procedure({}); {CALL}\n\n", list(parameters));
                }
                What::Function { name, parameters } => {
                    let parameters = match list(parameters) {
                        list if list.is_empty() => list,
                        list => format!("({list})"),
                    };
                    let name = WIDE.name(name);
                    declared += &format!("{comment}  function {name}{parameters}: Integer;\n");
                    declared += &format!("    {CALL} external ErpTokenLibrary;\n\n");
                }
            }
        }
        if !declared.is_empty() {
            functions += &format!("  {{ ---- {} ---- }}\n\n{declared}", section.title);
        }
    }
    UNIT.replace("@CONSTANTS@\n", &constants)
        .replace("@TYPES@\n", &types)
        .replace("@FUNCTIONS@\n", &functions)
        .replace('\n', "\r\n") // Delphi 7 counts lines by both.
}

fn told(text: &str) -> String {
    WIDE.told(text).replace("NULL", "nil")
}

fn list(parameters: &[Parameter]) -> String {
    let told = |parameter: &Parameter| {
        let name = &parameter.name;
        match parameter.kind {
            Kind::Number => format!("{name}: Integer"),
            Kind::NumberOut => format!("var {name}: Integer"),
            Kind::TextIn | Kind::TextOut => format!("{name}: PWideChar"),
            Kind::BytesIn | Kind::BytesOut | Kind::UserData => format!("{name}: Pointer"),
            Kind::Callback => format!("{name}: TErpLogLine"),
        }
    };
    parameters.iter().map(told).collect::<Vec<_>>().join("; ")
}
