//! `erptoken.go`: Go, over cgo.

use super::c;
use super::comment::{plain, renamed};
use super::csharp::pascal;
use super::model::{Section, What};

const SOURCE: &str = include_str!("bindings/erptoken.go");

pub fn source(sections: &[Section]) -> String {
    let (mut statuses, mut constants, mut functions) = (String::new(), String::new(), String::new());
    for item in sections.iter().flat_map(|section| &section.items) {
        let comment = |prefix: &str| plain(prefix, &item.comment, str::to_owned, told);
        match &item.what {
            What::Constant { name, value } => {
                let to = if is_status(name) { &mut statuses } else { &mut constants };
                let kind = if is_status(name) { " Status" } else { "" };
                *to += &format!("{}\t{}{kind} = {value}\n\n", comment("\t// "), constant(name));
            }
            What::Callback { name, .. } => {
                functions += &comment("// ");
                functions +=
                    &format!("typedef void (*{name})(int32_t level, const char *line, void *user_data);\n\n");
            }
            What::Function { name, parameters } => {
                functions += &format!("{}{}\n\n", comment("// "), c::prototype(name, parameters));
            }
        }
    }
    SOURCE
        .replace("@STATUSES@\n", &format!("{}\n", statuses.trim_end()))
        .replace("@CONSTANTS@\n", &format!("{}\n", constants.trim_end()))
        .replace("@FUNCTIONS@\n", &functions)
}

fn is_status(constant: &str) -> bool {
    constant == "ERPTOKEN_OK" || constant.starts_with("ERPTOKEN_E_")
}

/// A constant by the name that it has here.
fn constant(name: &str) -> String {
    match name {
        "ERPTOKEN_OK" => "StatusOK".to_owned(),
        "ERPTOKEN_ABI_VERSION" => "ABIVersion".to_owned(),
        "ERPTOKEN_ID_SIZE" => "IDSize".to_owned(),
        _ => format!(
            "Status{}",
            pascal(name.trim_start_matches("ERPTOKEN_E_").trim_start_matches("ERPTOKEN_"))
        ),
    }
}

fn told(text: &str) -> String {
    renamed(text, constant)
}
