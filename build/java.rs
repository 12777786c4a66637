//! `ErpToken.java`: Java 8 and newer, by JNA.

use super::comment::{renamed, tagged};
use super::model::{Kind, Parameter, Section, What};

const SOURCE: &str = include_str!("bindings/ErpToken.java");

pub fn source(sections: &[Section]) -> String {
    let (mut constants, mut functions) = (String::new(), String::new());
    for item in sections.iter().flat_map(|section| &section.items) {
        let comment = |indent: &str| tagged(indent, &item.comment, told);
        match &item.what {
            What::Constant { name, value } => {
                let name = told(name);
                constants += &comment("    ");
                constants += &format!("    public static final int {name} = {value};\n\n");
            }
            What::Callback { parameters, .. } => {
                functions += &comment("        ");
                functions += "        public interface LogLine extends Callback {\n";
                functions += &format!("            void invoke({});\n        }}\n\n", list(parameters));
            }
            What::Function { name, parameters } => {
                functions += &comment("        ");
                functions += &format!("        public static native int {name}({});\n\n", list(parameters));
            }
        }
    }
    SOURCE
        .replace("@CONSTANTS@\n", &constants)
        .replace("@FUNCTIONS@\n", &format!("{}\n", functions.trim_end_matches('\n')))
}

/// Constants by the names that they have here.
fn told(text: &str) -> String {
    renamed(&text.replace("NULL", "null"), |constant| constant.trim_start_matches("ERPTOKEN_").to_owned())
}

fn list(parameters: &[Parameter]) -> String {
    let told = |parameter: &Parameter| {
        let kind = match parameter.kind {
            Kind::Number => "int",
            Kind::NumberOut => "int[]",
            Kind::TextIn if parameter.name == "line" => "Pointer",
            Kind::TextIn => "String",
            Kind::TextOut | Kind::BytesIn | Kind::BytesOut => "byte[]",
            Kind::UserData => "Pointer",
            Kind::Callback => "LogLine",
        };
        format!("{kind} {}", parameter.name)
    };
    parameters.iter().map(told).collect::<Vec<_>>().join(", ")
}
