//! What is wrong with a profile, or only odd in it, and how to mend it.

mod faults;

use super::Language;
pub use faults::Fault;

/// One fault of a profile. Values are never in it; names are, where they look like names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1; the column counts characters.
    pub line: usize,
    pub column: usize,
    /// Such as `login[0].means[1].is`; empty where it is none of the profile's.
    pub place: String,
    pub fault: Fault,
    /// What the fault's texts have at `{0}`, `{1}`. What begins with `#` is a word of ours.
    pub names: Vec<String>,
    /// The right word that is most like the one found.
    pub nearest: Option<String>,
    /// What is allowed.
    pub known: String,
}

impl Problem {
    /// What was found.
    pub fn text(&self, language: Language) -> String {
        self.filled(self.fault.texts(language).0, language)
    }

    /// What to do about it; may be empty.
    pub fn hint(&self, language: Language) -> String {
        let (meant, allowed) = match language {
            Language::English => ("did you mean ", "allowed: "),
            Language::Portuguese => ("quis dizer ", "permitido: "),
        };
        let mut hint = String::new();
        if let Some(nearest) = &self.nearest {
            hint.extend([meant, "`", nearest, "`?"]);
        }
        let known = if self.known.is_empty() { "" } else { allowed };
        let fixed = self.filled(self.fault.texts(language).1, language);
        for part in [fixed.as_str(), &[known, &self.known].concat()] {
            if !part.is_empty() {
                hint.extend([if hint.is_empty() { "" } else { " " }, part]);
            }
        }
        hint
    }

    /// Where, what and what to do, in one line.
    pub fn told(&self, language: Language) -> String {
        let (line, column) = match language {
            Language::English => ("line ", ", column "),
            Language::Portuguese => ("linha ", ", coluna "),
        };
        let mut told = [line, &self.line.to_string(), column, &self.column.to_string(), ": "].concat();
        if !self.place.is_empty() {
            told.extend([&self.place, ": "]);
        }
        told.push_str(&self.text(language));
        let hint = self.hint(language);
        if !hint.is_empty() {
            told.extend(["; ", &hint]);
        }
        told
    }

    fn filled(&self, text: &str, language: Language) -> String {
        let mut filled = String::new();
        let mut parts = text.split("{0}");
        filled.push_str(parts.next().unwrap_or_default());
        for part in parts {
            filled.push_str(self.word(0, language));
            filled.push_str(part);
        }
        match filled.split_once("{1}") {
            Some((before, after)) => [before, self.word(1, language), after].concat(),
            None => filled,
        }
    }

    fn word(&self, index: usize, language: Language) -> &str {
        let Some(word) = self.names.get(index) else {
            return "?";
        };
        match (OWN_WORDS.iter().find(|(own, ..)| own == word), language) {
            (Some((_, english, _)), Language::English) => english,
            (Some((.., portuguese)), Language::Portuguese) => portuguese,
            (None, _) => word,
        }
    }
}

/// Words that stand in place of names.
const OWN_WORDS: [(&str, &str, &str); 8] = [
    ("#text", "a text", "um texto"),
    ("#number", "a number", "um número"),
    ("#bool", "true or false", "true ou false"),
    ("#null", "null", "null"),
    ("#list", "a list `[...]`", "uma lista `[...]`"),
    ("#object", "an object `{...}`", "um objeto `{...}`"),
    ("#name", "this name (not shown: it may be a value)", "este nome (não exibido: pode ser um valor)"),
    (
        "#path",
        "a path: a text, or an object of `header`, `cookie` or `body`",
        "um caminho: um texto, ou um objeto com `header`, `cookie` ou `body`",
    ),
];

#[cfg(test)]
impl super::samples::Sample for Problem {
    fn samples(marks: &mut super::samples::Marks) -> Vec<Problem> {
        let mut word = || <String as super::samples::Sample>::samples(marks).remove(0);
        let one = |fault: &Fault| {
            let english = fault.texts(Language::English);
            let names = (0..2).filter(|at| [english.0, english.1].concat().contains(&format!("{{{at}}}")));
            Problem {
                line: 40_123,
                column: 40_124,
                place: word(),
                fault: *fault,
                names: names.map(|_| word()).collect(),
                nearest: Some(word()),
                known: word(),
            }
        };
        Fault::ALL.iter().map(one).collect()
    }
}
