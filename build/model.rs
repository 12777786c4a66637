//! What cbindgen tells, taken apart: the constants, functions and comments that each declaration file is made of.

use super::comment::Comment;

pub struct Section {
    pub title: &'static str,
    pub items: Vec<Item>,
}

pub struct Item {
    pub comment: Comment,
    pub what: What,
}

pub enum What {
    Constant { name: String, value: String },
    Callback { name: String, parameters: Vec<Parameter> },
    Function { name: String, parameters: Vec<Parameter> },
}

pub struct Parameter {
    pub name: String,
    pub kind: Kind,
}

/// What would end a comment of some language, or go on behind it: a lone "_" at a line's end does in VB6.
const BREAKS: [&str; 5] = ["*/", "/*", "\"\"\"", "\\u", " _ "];

/// All that crosses the boundary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    NumberOut,
    TextIn,
    TextOut,
    BytesIn,
    BytesOut,
    UserData,
    Callback,
}

impl Section {
    pub fn read(title: &'static str, text: &str) -> Result<Section, String> {
        let (mut items, mut comment) = (Vec::new(), Vec::new());
        for line in text.lines() {
            match line.strip_prefix(" *").or_else(|| line.strip_prefix("/**")) {
                Some("/") => {}
                Some(told) => comment.push(told.strip_prefix(' ').unwrap_or(told).to_owned()),
                None if line.is_empty() => {}
                None => {
                    let comment = Comment::new(std::mem::take(&mut comment));
                    let breaks = |line: &String| BREAKS.iter().any(|one| format!("{line} ").contains(one));
                    if let Some(line) = comment.lines.iter().find(|line| breaks(line)) {
                        return Err(format!(
                            "this would end a comment of some language, or go on behind it: {line}"
                        ));
                    }
                    items.push(Item { comment, what: What::read(line)? });
                }
            }
        }
        Ok(Section { title, items })
    }
}

/// The numbers, and the functions under the titles of their sections, each as the language writes it.
pub fn written(
    sections: &[Section],
    title: impl Fn(&str) -> String,
    item: impl Fn(&Item) -> String,
) -> (String, String) {
    let (mut constants, mut functions) = (String::new(), String::new());
    for section in sections {
        let is_constant = |item: &&Item| matches!(item.what, What::Constant { .. });
        constants.extend(section.items.iter().filter(is_constant).map(&item));
        let declared: String = section.items.iter().filter(|item| !is_constant(item)).map(&item).collect();
        if !declared.is_empty() {
            functions += &title(section.title);
            functions += &declared;
        }
    }
    (constants, functions)
}

/// Each parameter as the language writes it.
pub fn list(parameters: &[Parameter], separator: &str, one: impl Fn(&Parameter) -> String) -> String {
    parameters.iter().map(one).collect::<Vec<_>>().join(separator)
}

impl What {
    fn read(line: &str) -> Result<What, String> {
        let unknown = || format!("not understood in what cbindgen wrote: {line}");
        if let Some(define) = line.strip_prefix("#define ") {
            let (name, value) = define.split_once(' ').ok_or_else(unknown)?;
            return Ok(What::Constant { name: name.to_owned(), value: value.to_owned() });
        }
        let (before, parameters) =
            line.strip_suffix(");").and_then(|line| line.rsplit_once('(')).ok_or_else(unknown)?;
        let parameters = match parameters {
            "void" => Ok(Vec::new()),
            _ => parameters.split(", ").map(Parameter::read).collect(),
        }?;
        if let Some(name) = before.strip_prefix("typedef void (*").and_then(|rest| rest.strip_suffix(')')) {
            return Ok(What::Callback { name: name.to_owned(), parameters });
        }
        let name = before.strip_prefix("int32_t ").ok_or_else(unknown)?.to_owned();
        Ok(What::Function { name, parameters })
    }
}

impl Parameter {
    fn read(text: &str) -> Result<Parameter, String> {
        let at = text.rfind([' ', '*']).ok_or_else(|| format!("no parameter: {text}"))? + 1;
        let (kind, name) = text.split_at(at);
        let kind = match (kind.trim_end(), name) {
            ("int32_t", _) => Kind::Number,
            ("int32_t *", _) => Kind::NumberOut,
            ("const char *", _) => Kind::TextIn,
            ("char *", _) => Kind::TextOut,
            ("const void *", _) => Kind::BytesIn,
            ("void *", "user_data") => Kind::UserData,
            ("void *", _) => Kind::BytesOut,
            ("erptoken_log_fn", _) => Kind::Callback,
            _ => return Err(format!("a type that other languages may not have: {text}")),
        };
        Ok(Parameter { name: name.to_owned(), kind })
    }
}
