//! `php/ErpToken.php`: PHP 7.4 and newer, by its extension FFI.

use super::comment::{marked, short_names};
use super::model::{list, written, Kind, Parameter, Section, What};

const SOURCE: &str = include_str!("bindings/ErpToken.php");

pub fn source(sections: &[Section]) -> String {
    let title = |title: &str| format!("    // ---- {title} ----\n\n");
    let (constants, functions) = written(sections, title, |item| {
        let comment = |parameters: &[Parameter]| {
            let kind = |name: &str| {
                let found = parameters.iter().find(|parameter| parameter.name == name);
                found.map_or("", |parameter| php(parameter.kind))
            };
            let entry = |name: &str| format!("@param {} ${name}", kind(name));
            format!("    /**\n{}     */\n", marked("     * ", &item.comment, entry, "@return int", told))
        };
        match &item.what {
            What::Constant { name, value } => {
                format!("{}    public const {} = {value};\n\n", comment(&[]), short_names(name, ""))
            }
            What::Callback { .. } => String::new(),
            What::Function { name, parameters } => {
                let typed = list(parameters, ", ", |parameter| {
                    format!("{} ${}", php(parameter.kind), parameter.name)
                });
                let names = list(parameters, ", ", |parameter| format!("${}", parameter.name));
                let comment = comment(parameters);
                format!(
                    "{comment}    public static function {name}({typed}): int\n    {{\n        return self::library()->{name}({names});\n    }}\n\n"
                )
            }
        }
    });
    let (_, declared) = written(
        sections,
        |_| String::new(),
        |item| match &item.what {
            What::Function { name, parameters } => {
                let typed =
                    list(parameters, ", ", |parameter| format!("{}{}", c(parameter.kind), parameter.name));
                format!("        int32_t {name}({});\n", if typed.is_empty() { "void" } else { &typed })
            }
            _ => String::new(),
        },
    );
    SOURCE
        .replace("@CONSTANTS@\n", &constants)
        .replace("@DECLARED@\n", &declared)
        .replace("@FUNCTIONS@\n", functions.trim_end_matches('\n'))
}

fn told(text: &str) -> String {
    short_names(text, "ErpToken::").replace("NULL", "null")
}

fn php(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "int",
        Kind::TextIn | Kind::BytesIn => "?string",
        Kind::NumberOut | Kind::TextOut | Kind::BytesOut | Kind::UserData | Kind::Callback => "?\\FFI\\CData",
    }
}

fn c(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "int32_t ",
        Kind::NumberOut => "int32_t *",
        Kind::TextIn | Kind::BytesIn => "const char *",
        Kind::TextOut | Kind::BytesOut => "char *",
        Kind::UserData | Kind::Callback => "void *",
    }
}
