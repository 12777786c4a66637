//! `python/erptoken.py`: Python 3.6 and newer, by ctypes.

use super::comment::{plain, short_names};
use super::model::{list, written, Kind, Section, What};

const MODULE: &str = include_str!("bindings/erptoken.py");

pub fn module(sections: &[Section]) -> String {
    let title = |title: &str| format!("# ---- {title} ----\n\n\n");
    let (constants, functions) = written(sections, title, |item| match &item.what {
        What::Constant { name, value } => {
            let comment = plain("# ", &item.comment, str::to_owned, told);
            format!("{comment}{} = {value}\n\n", short_names(name, ""))
        }
        What::Callback { .. } => {
            let comment = plain("# ", &item.comment, str::to_owned, told);
            format!("{comment}LOG_LINE = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_char_p, ctypes.c_void_p)\n\n\n")
        }
        What::Function { name, parameters } => {
            let comment = plain("    ", &item.comment, str::to_owned, told);
            let types = list(parameters, ", ", |parameter| kind(parameter.kind).to_owned());
            let names = list(parameters, ", ", |parameter| parameter.name.clone());
            format!(
                "@_native({types})\ndef {name}({names}):\n    \"\"\"{}    \"\"\"\n\n\n",
                comment.trim_start()
            )
        }
    });
    MODULE.replace("@CONSTANTS@\n", &constants).replace("@FUNCTIONS@\n", &functions)
}

fn told(text: &str) -> String {
    short_names(text, "").replace("NULL", "None").replace('\\', "\\\\")
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "ctypes.c_int32",
        Kind::NumberOut => "_INT_OUT",
        Kind::TextIn | Kind::TextOut | Kind::BytesIn | Kind::BytesOut => "ctypes.c_char_p",
        Kind::UserData => "ctypes.c_void_p",
        Kind::Callback => "LOG_LINE",
    }
}
