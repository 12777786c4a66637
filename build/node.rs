//! `node/erptoken.js`: Node.js, by koffi.

use super::comment::{marked, short_names};
use super::model::{list, written, Kind, Parameter, Section, What};

const MODULE: &str = include_str!("bindings/erptoken.js");

pub fn module(sections: &[Section]) -> String {
    let title = |title: &str| format!("// ---- {title} ----\n\n");
    let (constants, functions) = written(sections, title, |item| {
        let comment = |parameters: &[Parameter]| {
            let kind = |name: &str| {
                let found = parameters.iter().find(|parameter| parameter.name == name);
                found.map_or("*", |parameter| shown(parameter.kind))
            };
            let entry = |name: &str| format!("@param {{{}}} {name}", kind(name));
            format!("/**\n{} */\n", marked(" * ", &item.comment, entry, "@returns {number}", told))
        };
        match &item.what {
            What::Constant { name, value } => {
                format!("{}const {} = {value};\n\n", comment(&[]), short_names(name, ""))
            }
            What::Callback { .. } => String::new(),
            What::Function { name, parameters } => {
                format!("{}declare('int32_t {name}({})');\n\n", comment(parameters), declared(parameters))
            }
        }
    });
    let names = constants.lines().filter_map(|line| line.strip_prefix("const ")?.split(' ').next());
    let names = names.map(|name| format!("    {name},\n")).collect::<String>();
    MODULE
        .replace("@CONSTANTS@\n", &constants)
        .replace("@FUNCTIONS@\n", &functions)
        .replace("@NAMES@\n", &names)
}

fn told(text: &str) -> String {
    short_names(text, "").replace("NULL", "null")
}

fn shown(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::NumberOut => "number[]",
        Kind::TextIn => "?string",
        Kind::TextOut | Kind::BytesIn | Kind::BytesOut => "?Buffer",
        Kind::UserData | Kind::Callback => "*",
    }
}

/// The parameters in C, with koffi's words for what comes back.
fn declared(parameters: &[Parameter]) -> String {
    list(parameters, ", ", |parameter| {
        let kind = match parameter.kind {
            Kind::Number => "int32_t ",
            Kind::NumberOut => "_Inout_ int32_t *",
            Kind::TextIn => "const char *",
            Kind::TextOut | Kind::BytesOut => "_Out_ uint8_t *",
            Kind::BytesIn => "const uint8_t *",
            Kind::UserData | Kind::Callback => "void *",
        };
        format!("{kind}{}", parameter.name)
    })
}
