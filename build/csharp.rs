//! `ErpToken.cs`: .NET Framework 4 to .NET 8, Mono.

use super::comment::{renamed, xml};
use super::family::WIDE;
use super::model::{Kind, Parameter, Section, What};

const SOURCE: &str = include_str!("bindings/ErpToken.cs");

pub fn source(sections: &[Section]) -> String {
    let (mut statuses, mut constants) = (String::new(), String::new());
    let (mut types, mut functions) = (String::new(), String::new());
    for section in sections {
        for item in &section.items {
            let comment = |prefix: &str| xml(prefix, &item.comment, told);
            match &item.what {
                What::Constant { name, value } => match status(name) {
                    Some(name) => {
                        statuses += &format!("{}        {name} = {value},\n\n", comment("        /// "))
                    }
                    None => {
                        let name = pascal(name.trim_start_matches("ERPTOKEN_"));
                        constants += &comment("        /// ");
                        constants += &format!("        public const int {name} = {value};\n\n");
                    }
                },
                What::Callback { parameters, .. } => {
                    types += &comment("    /// ");
                    types += "    [UnmanagedFunctionPointer(CallingConvention.Winapi, CharSet = CharSet.Unicode)]\n";
                    types += &format!("    public delegate void ErpTokenLogLine({});\n", list(parameters));
                }
                What::Function { name, parameters } => {
                    functions += &comment("        /// ");
                    functions +=
                        "        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]\n";
                    let (name, parameters) = (WIDE.name(name), list(parameters));
                    functions += &format!("        public static extern int {name}({parameters});\n\n");
                }
            }
        }
    }
    SOURCE
        .replace("@STATUSES@\n", statuses.trim_end_matches('\n').trim_end_matches(',').to_owned().as_str())
        .replace("@CONSTANTS@\n", &constants)
        .replace("@TYPES@\n", &types)
        .replace("@FUNCTIONS@\n", functions.trim_end_matches('\n'))
}

/// The name of a status among the others.
fn status(constant: &str) -> Option<String> {
    match constant {
        "ERPTOKEN_OK" => Some("Ok".to_owned()),
        _ => constant.strip_prefix("ERPTOKEN_E_").map(pascal),
    }
}

pub fn pascal(name: &str) -> String {
    let word = |word: &str| word.get(..1).unwrap_or_default().to_owned() + &word[1..].to_lowercase();
    name.split('_').map(word).collect()
}

/// Constants by the names that they have here.
fn told(text: &str) -> String {
    renamed(&WIDE.told(text).replace("NULL", "null"), |constant| match status(constant) {
        Some(name) => format!("ErpTokenStatus.{name}"),
        None if constant == "ERPTOKEN_" => "ErpTokenStatus".to_owned(),
        None => format!("ErpTokenNative.{}", pascal(constant.trim_start_matches("ERPTOKEN_"))),
    })
}

fn list(parameters: &[Parameter]) -> String {
    let told = |parameter: &Parameter| {
        let kind = match parameter.kind {
            Kind::Number => "int",
            Kind::NumberOut => "ref int",
            Kind::TextIn => "string",
            Kind::TextOut => "[In, Out] char[]",
            Kind::BytesIn => "byte[]",
            Kind::BytesOut => "[In, Out] byte[]",
            Kind::UserData => "IntPtr",
            Kind::Callback => "ErpTokenLogLine",
        };
        format!("{kind} {}", parameter.name)
    };
    parameters.iter().map(told).collect::<Vec<_>>().join(", ")
}
