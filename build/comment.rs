//! A comment of the source: as it stands for C, taken apart for the languages that have their own form.

/// How wide a comment's line may be.
const WIDTH: usize = 118;

pub struct Comment {
    pub lines: Vec<String>,
}

/// The parts of a function's comment.
#[derive(Default)]
pub struct Parts {
    pub summary: String,
    pub parameters: Vec<(String, String)>,
    pub answer: String,
    pub remarks: Vec<String>,
}

impl Comment {
    pub fn new(lines: Vec<String>) -> Comment {
        let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
        Comment { lines: lines.into_iter().skip(first).collect() }
    }

    /// With every line changed.
    pub fn map(&self, change: impl Fn(&str) -> String) -> Comment {
        Comment { lines: self.lines.iter().map(|line| change(line)).collect() }
    }

    pub fn parts(&self) -> Parts {
        let mut parts = Parts::default();
        for block in self.blocks() {
            if let Some(rest) = block.strip_prefix("@param ") {
                let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
                parts.parameters.push((name.to_owned(), text.trim().to_owned()));
            } else if let Some(text) = block.strip_prefix("@return ") {
                parts.answer = text.to_owned();
            } else if parts.summary.is_empty() {
                parts.summary = block;
            } else if !block.starts_with("Example:") {
                // An example in C helps no one else.
                parts.remarks.push(block);
            }
        }
        parts
    }

    /// Paragraphs and marked entries, each in one line.
    fn blocks(&self) -> Vec<String> {
        let mut blocks: Vec<String> = Vec::new();
        let mut open = false;
        for line in self.lines.iter().map(|line| line.trim()) {
            match blocks.last_mut() {
                _ if line.is_empty() => open = false,
                Some(block) if open && !line.starts_with('@') => {
                    block.push(' ');
                    block.push_str(line);
                }
                _ => {
                    blocks.push(line.to_owned());
                    open = true;
                }
            }
        }
        blocks
    }
}

/// The text with each of C's constants under another name.
pub fn renamed(text: &str, name: impl Fn(&str) -> String) -> String {
    const START: &str = "ERPTOKEN_";
    let mut parts = text.split(START);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c != '_' && !c.is_ascii_uppercase()).unwrap_or(part.len());
        let (constant, rest) = part.split_at(end);
        let constant = format!("{START}{constant}");
        // Variables of the environment are no constants.
        out += &if constant.starts_with("ERPTOKEN_LOG_") { constant } else { name(&constant) };
        out += rest;
    }
    out
}

/// The text in lines that begin with `prefix`; from the second on with `hanging` behind it.
pub fn wrapped(prefix: &str, hanging: &str, text: &str) -> String {
    let mut out = String::new();
    let mut line = prefix.to_owned();
    let mut empty = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !empty && line.len() + 1 + word.len() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = format!("{prefix}{hanging}");
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out + &line + "\n"
}

/// The comment as XML, which Delphi's and .NET's tools show.
pub fn xml(prefix: &str, comment: &Comment, change: impl Fn(&str) -> String) -> String {
    let parts = comment.parts();
    let told = |text: &str| change(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = wrapped(prefix, "", &format!("<summary>{}</summary>", told(&parts.summary)));
    for (name, text) in &parts.parameters {
        out += &wrapped(prefix, "  ", &format!("<param name=\"{name}\">{}</param>", told(text)));
    }
    if !parts.answer.is_empty() {
        out += &wrapped(prefix, "  ", &format!("<returns>{}</returns>", told(&parts.answer)));
    }
    if !parts.remarks.is_empty() {
        let paragraphs: Vec<String> = parts.remarks.iter().map(|text| told(text)).collect();
        out += &wrapped(prefix, "  ", &format!("<remarks>{}</remarks>", paragraphs.join(" ")));
    }
    out
}

/// The comment in lines that begin with `prefix`, for languages whose tools show no form of their own.
pub fn plain(
    prefix: &str,
    comment: &Comment,
    named: impl Fn(&str) -> String,
    told: impl Fn(&str) -> String,
) -> String {
    let parts = comment.parts();
    let mut out = wrapped(prefix, "", &told(&parts.summary));
    for (name, text) in &parts.parameters {
        out += &wrapped(&format!("{prefix}  "), "  ", &format!("{}: {}", named(name), told(text)));
    }
    if !parts.answer.is_empty() {
        out += &wrapped(prefix, "  ", &format!("Returns {}", told(&parts.answer)));
    }
    for remark in &parts.remarks {
        out += &wrapped(prefix, "", &told(remark));
    }
    out
}

/// The comment with marked entries, as JavaScript's and PHP's tools read it: `entry` writes the mark, type and name of a
/// parameter, `answer` stands for what is returned.
pub fn marked(
    prefix: &str,
    comment: &Comment,
    entry: impl Fn(&str) -> String,
    answer: &str,
    told: impl Fn(&str) -> String,
) -> String {
    let parts = comment.parts();
    let gap = format!("{}\n", prefix.trim_end());
    let mut out = wrapped(prefix, "", &told(&parts.summary));
    for remark in &parts.remarks {
        out += &(gap.clone() + &wrapped(prefix, "", &told(remark)));
    }
    if !parts.parameters.is_empty() || !parts.answer.is_empty() {
        out += &gap;
    }
    for (name, text) in &parts.parameters {
        out += &wrapped(prefix, "  ", &format!("{} {}", entry(name), told(text)));
    }
    if !parts.answer.is_empty() {
        out += &wrapped(prefix, "  ", &format!("{answer} {}", told(&parts.answer)));
    }
    out
}

/// The numbers by the names that they have where a module or a class tells them from others. What is quoted stays.
pub fn short_names(text: &str, scope: &str) -> String {
    let short = |text: String, name: &str| {
        let quoted = format!("\"ERPTOKEN_{name}");
        let parts: Vec<String> = text
            .split(&quoted)
            .map(|part| part.replace(&format!("ERPTOKEN_{name}"), &format!("{scope}{name}")))
            .collect();
        parts.join(&quoted)
    };
    ["E_", "OK", "ID_SIZE", "ABI_VERSION"].iter().fold(text.to_owned(), |text, name| short(text, name))
}

/// The comment as Javadoc and its likes have it: what it is about first, then the tags.
pub fn tagged(indent: &str, comment: &Comment, change: impl Fn(&str) -> String) -> String {
    let parts = comment.parts();
    let told = |text: &str| change(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let prefix = format!("{indent} * ");
    let mut lines = wrapped(&prefix, "", &told(&parts.summary));
    for remark in &parts.remarks {
        lines += &wrapped(&prefix, "", &format!("<p>{}", told(remark)));
    }
    for (name, text) in &parts.parameters {
        lines += &wrapped(&prefix, "  ", &format!("@param {name} {}", told(text)));
    }
    if !parts.answer.is_empty() {
        lines += &wrapped(&prefix, "  ", &format!("@return {}", told(&parts.answer)));
    }
    match lines.trim_end().split_once(" * ") {
        Some((_, line)) if !line.contains('\n') && indent.len() + line.len() + 7 <= WIDTH => {
            format!("{indent}/** {line} */\n")
        }
        _ => format!("{indent}/**\n{lines}{indent} */\n"),
    }
}
