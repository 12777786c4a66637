//! From the words of the narrow family to those of the wide one.

/// What is said of the host's texts, where it differs. A test finds what is left over.
const WORDS: &[(&str, &str)] = &[
    ("UTF-8 (UTF-16 in the erptokenw_ family)", "UTF-16"),
    ("erptoken_", "erptokenw_"),
    ("NUL-terminated UTF-8", "NUL-terminated UTF-16"),
    ("text in UTF-8, NUL-terminated", "text in UTF-16, NUL-terminated"),
    ("in bytes, the NUL", "in 16-bit units, the NUL"),
    ("in bytes, ERPTOKEN_ID_SIZE", "in 16-bit units, ERPTOKEN_ID_SIZE"),
    ("1201 bytes", "1201 units"),
];

pub fn name(narrow: &str) -> String {
    narrow.replacen("erptoken_", "erptokenw_", 1)
}

pub fn told(text: &str) -> String {
    WORDS.iter().fold(text.to_owned(), |text, (narrow, wide)| text.replace(narrow, wide))
}
