//! JSON with positions, which tells an author's usual faults in plain words and reads on behind them.

use std::collections::HashSet;

use super::log::Log;
use crate::messages::Fault;

/// Lists and objects within one another; what reads the tree goes as deep.
const DEEPEST: usize = 128;

/// A value and where it begins, in bytes.
pub(in super::super) struct Node {
    pub at: usize,
    pub value: Value,
}

impl Node {
    /// What is wrong with it is told already.
    pub fn is_broken(&self) -> bool {
        matches!(self.value, Value::Broken)
    }
}

pub(in super::super) enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
    /// A fault that is told already.
    Broken,
}

pub(in super::super) struct Member {
    pub at: usize,
    pub key: String,
    pub node: Node,
}

/// Nothing when it cannot be read to its end.
pub(super) fn parse(text: &str, log: &Log) -> Option<Node> {
    let mut parser = Parser { text, at: 0, log };
    parser.blanks();
    if parser.peek().is_none() {
        parser.fault(Fault::Empty);
        return None;
    }
    let node = parser.value(0)?;
    parser.blanks();
    if parser.peek().is_some() {
        parser.fault(Fault::AfterEnd);
    }
    Some(node)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    log: &'t Log<'t>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, character: char) {
        self.at += character.len_utf8();
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.skip(wanted);
        }
        found
    }

    fn fault(&self, fault: Fault) {
        self.fault_at(self.at, fault);
    }

    fn fault_at(&self, at: usize, fault: Fault) {
        self.log.syntax(at, fault, "");
    }

    /// Steps over blanks and, with a word on them, comments and blanks of other make.
    fn blanks(&mut self) {
        while let Some(character) = self.peek() {
            let start = self.at;
            match character {
                ' ' | '\t' | '\n' | '\r' => self.skip(character),
                '#' | '/' => {
                    let rest = self.rest();
                    let length = if rest.starts_with("/*") {
                        rest.find("*/").map(|end| end + 2)
                    } else if rest.starts_with('#') || rest.starts_with("//") {
                        rest.find('\n')
                    } else {
                        return;
                    };
                    self.at += length.unwrap_or(rest.len());
                    self.fault_at(start, Fault::Comment);
                }
                '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{3000}' => {
                    self.fault(Fault::InvisibleBlank);
                    self.skip(character);
                }
                _ => return,
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let at = self.at;
        let value = match self.peek() {
            Some('{' | '[') if depth >= DEEPEST => {
                self.fault(Fault::TooDeep);
                return None;
            }
            Some('{') => Value::Object(self.object(depth)?),
            Some('[') => Value::List(self.list(depth)?),
            Some('-' | '+' | '.' | '0'..='9') => self.number(),
            Some(character) if closing_quotes(character).is_some() => Value::Text(self.quoted()?),
            Some(character) if character.is_alphabetic() => self.word(),
            Some('}' | ']' | ',') if depth > 0 => {
                self.fault(Fault::MissingValue);
                Value::Broken
            }
            Some(_) if depth == 0 => {
                self.fault(Fault::NotJson);
                return None;
            }
            _ => {
                self.fault(Fault::Unexpected);
                return None;
            }
        };
        Some(Node { at, value })
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        let open = self.at;
        self.skip('[');
        while self.goes_on(open, '[', ']', items.is_empty())? {
            items.push(self.value(depth + 1)?);
        }
        Some(items)
    }

    fn object(&mut self, depth: usize) -> Option<Vec<Member>> {
        let mut members: Vec<Member> = Vec::new();
        let open = self.at;
        self.skip('{');
        while self.goes_on(open, '{', '}', members.is_empty())? {
            let at = self.at;
            let key = self.key()?;
            self.blanks();
            if !self.takes(':') {
                self.fault(Fault::MissingColon);
                self.takes('=');
            }
            self.blanks();
            if self.peek().is_none() {
                self.unclosed(open, '{');
                return None;
            }
            let node = self.value(depth + 1)?;
            members.push(Member { at, key, node });
        }
        let mut known = HashSet::new();
        for member in &members {
            if !known.insert(member.key.as_str()) {
                self.log.syntax(member.at, Fault::Twice, &member.key);
            }
        }
        Some(members)
    }

    /// Whether another member follows; what stands between two is read.
    fn goes_on(&mut self, open: usize, opening: char, closing: char, first: bool) -> Option<bool> {
        self.blanks();
        let mut separated = first;
        loop {
            match self.peek() {
                None => {
                    self.unclosed(open, opening);
                    return None;
                }
                Some(',' | ';') => {
                    let at = self.at;
                    if self.peek() == Some(';') {
                        self.fault(Fault::MissingComma);
                    } else if separated {
                        self.fault(Fault::ExtraComma);
                    }
                    self.at += 1;
                    self.blanks();
                    if self.peek() == Some(closing) && !separated {
                        self.fault_at(at, Fault::ExtraComma);
                    }
                    separated = true;
                }
                Some(found @ ('}' | ']')) => {
                    if found != closing {
                        self.log.syntax(self.at, Fault::WrongBracket, closing.encode_utf8(&mut [0; 4]));
                        return None;
                    }
                    self.skip(found);
                    return Some(false);
                }
                Some(_) => {
                    if !separated {
                        self.fault(Fault::MissingComma);
                    }
                    return Some(true);
                }
            }
        }
    }

    fn unclosed(&self, open: usize, opening: char) {
        self.log.syntax(open, Fault::Unclosed, opening.encode_utf8(&mut [0; 4]));
    }

    fn key(&mut self) -> Option<String> {
        match self.peek() {
            Some(character) if closing_quotes(character).is_some() => self.quoted(),
            Some(character) if character.is_alphabetic() || character == '_' || character == '$' => {
                self.fault(Fault::BareKey);
                Some(self.bare().to_owned())
            }
            _ => {
                self.fault(Fault::MissingKey);
                None
            }
        }
    }

    /// Letters, digits and what words of programs have beside them.
    fn bare(&mut self) -> &str {
        let rest = self.rest();
        let is_part = |character: char| character.is_alphanumeric() || "_-$.".contains(character);
        let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        let from = self.at;
        self.at += length;
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn word(&mut self) -> Value {
        let at = self.at;
        match self.bare() {
            "null" => return Value::Null,
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            word => {
                let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
                let fault = if is(&["true", "false", "null", "none"]) {
                    Fault::LowerCase
                } else if is(&["nan", "infinity", "inf"]) {
                    Fault::NotFinite
                } else {
                    Fault::BareText
                };
                self.fault_at(at, fault);
            }
        }
        // The other words of a text without quotes, to the end of the line.
        let rest = self.rest();
        self.at += rest.find([',', '}', ']', '\n', '"', '{', '[']).unwrap_or(rest.len());
        Value::Broken
    }

    fn number(&mut self) -> Value {
        let rest = self.rest();
        let is_part = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
        let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        let number = rest.get(..length).unwrap_or_default().to_owned();
        let at = self.at;
        self.at += length;
        if is_number(&number) {
            return Value::Number(number);
        }
        let not_finite = number.trim_start_matches(['-', '+']).starts_with(['I', 'N']);
        self.fault_at(at, if not_finite { Fault::NotFinite } else { Fault::BadNumber });
        Value::Broken
    }

    /// A text in quotes of any make.
    fn quoted(&mut self) -> Option<String> {
        let open = self.at;
        let quote = self.peek()?;
        let closing = closing_quotes(quote)?;
        match quote {
            '"' => {}
            '\'' | '`' => self.fault(Fault::SingleQuotes),
            _ => self.fault(Fault::TypographicQuotes),
        }
        self.skip(quote);
        let mut text = String::new();
        while let Some(character) = self.peek() {
            match character {
                _ if closing.contains(character) => {
                    self.skip(character);
                    return Some(text);
                }
                '\n' | '\r' => {
                    self.fault_at(open, Fault::UnclosedText);
                    // What it has swallowed: the comma of its line.
                    let trimmed = text.trim_end();
                    if let Some(shorter) = trimmed.strip_suffix(',') {
                        self.at -= text.len() - trimmed.len() + 1;
                        return Some(shorter.to_owned());
                    }
                    return Some(text);
                }
                '\\' => self.escape(&mut text),
                _ => {
                    if character < ' ' {
                        self.fault(Fault::ControlCharacter);
                    }
                    text.push(character);
                    self.skip(character);
                }
            }
        }
        self.fault_at(open, Fault::UnclosedText);
        None
    }

    fn escape(&mut self, text: &mut String) {
        let at = self.at;
        self.skip('\\');
        let Some(character) = self.peek().filter(|character| !character.is_control()) else {
            return self.fault_at(at, Fault::BadEscape);
        };
        self.skip(character);
        let plain = match character {
            '"' | '\\' | '/' => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => match self.unicode() {
                Some(character) => character,
                None => {
                    self.fault_at(at, Fault::BadEscape);
                    '\u{fffd}'
                }
            },
            _ => {
                self.fault_at(at, Fault::BadEscape);
                character
            }
        };
        text.push(plain);
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if !self.rest().starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let second = self.four_digits()?;
        char::decode_utf16([first as u16, second as u16]).next()?.ok()
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(number)
    }
}

/// The quotes that may end a text which begins with this one.
fn closing_quotes(opening: char) -> Option<&'static str> {
    match opening {
        '"' => Some("\""),
        '\'' => Some("'"),
        '`' => Some("`"),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' => Some("\u{201c}\u{201d}\""),
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{b4}' => Some("\u{2018}\u{2019}'\u{b4}"),
        '\u{ab}' | '\u{bb}' => Some("\u{ab}\u{bb}"),
        _ => None,
    }
}

/// RFC 8259.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && decimals.is_none_or(digits)
        && exponent.is_none_or(digits)
}
