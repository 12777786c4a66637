//! `ErpToken.bas`: VB6 and VBA, 32 and 64 bits.

use super::comment::plain;
use super::family::{ANSI, WIDE};
use super::model::{Kind, Parameter, Section, What};

const MODULE: &str = include_str!("bindings/ErpToken.bas");

pub fn module(sections: &[Section]) -> String {
    let (mut constants, mut functions, mut ansi) = (String::new(), String::new(), String::new());
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
                    let declare = |safe: &str, name: &str, list: &str| {
                        broken(&format!(
                            "Public Declare {safe}Function {name} Lib \"erptoken.dll\" ({list}) As Long"
                        ))
                    };
                    let wide = WIDE.name(name);
                    let vba7 = declare("PtrSafe ", &wide, &list(parameters, "LongPtr"));
                    let vb6 = declare("", &wide, &list(parameters, "Long"));
                    declared += &format!("#If VBA7 Then\n{vba7}\n#Else\n{vb6}\n#End If\n\n");
                    ansi += &(declare("", &ANSI.name(name), &natural(parameters)) + "\n");
                }
            }
        }
        if !declared.is_empty() {
            functions += &format!("' ---- {} ----\n\n{declared}", section.title);
        }
    }
    both_ways(MODULE)
        .replace("@CONSTANTS@\n", &constants)
        .replace("@FUNCTIONS@\n", &functions)
        .replace("@ANSI@\n", &ansi)
        .replace('\n', "\r\n") // VB6 reads nothing else.
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

/// As the language gives texts by itself.
fn natural(parameters: &[Parameter]) -> String {
    let told = |parameter: &Parameter| {
        let name = parameter_name(&parameter.name);
        match parameter.kind {
            Kind::TextIn | Kind::TextOut => format!("ByVal {name} As String"),
            Kind::BytesIn | Kind::BytesOut => format!("ByRef {name} As Any"),
            _ => list(std::slice::from_ref(parameter), "Long"),
        }
    };
    parameters.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// Calls with texts, which the module has for UTF-16, for natural strings too: of each such line, and of what stands between
/// two marks. What already stands in `#If` is left.
fn both_ways(module: &str) -> String {
    let (mut out, mut marked, mut inside) = (String::new(), None, false);
    for line in module.lines() {
        inside = (inside || line.starts_with("#If ")) && line != "#End If";
        let line = format!("{line}\n");
        match (line.trim_end(), &mut marked) {
            ("@BOTH@", _) => marked = Some(String::new()),
            ("@END@", Some(block)) => {
                out += &both(block);
                marked = None;
            }
            (_, Some(block)) => *block += &line,
            (text, None) if text.contains("StrPtr(") && !inside => out += &both(&line),
            _ => out += &line,
        }
    }
    out
}

fn both(wide: &str) -> String {
    let mut parts = wide.split("StrPtr(");
    let mut ansi = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        ansi += &part.replacen(')', "", 1);
    }
    let ansi = ansi.replace("erptokenw_", "erptokena_");
    format!("#If VBA7 Or ERP_UNICODE Then\n{wide}#Else\n{ansi}#End If\n")
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
