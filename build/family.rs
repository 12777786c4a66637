//! From the words of the narrow family to those of the others.

/// A family that has other units than the first.
pub struct Family {
    prefix: &'static str,
    /// What is said of the host's texts, where it differs. A test finds what is left over.
    words: &'static [(&'static str, &'static str)],
    /// In C, what calls are marked with and texts are made of.
    pub call: &'static str,
    pub character: &'static str,
}

pub const WIDE: Family = Family {
    prefix: "erptokenw_",
    words: &[
        ("UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI)", "UTF-16"),
        ("erptoken_", "erptokenw_"),
        ("NUL-terminated UTF-8", "NUL-terminated UTF-16"),
        ("text in UTF-8, NUL-terminated", "text in UTF-16, NUL-terminated"),
        ("in bytes, the NUL", "in 16-bit units, the NUL"),
        ("in bytes, ERPTOKEN_ID_SIZE", "in 16-bit units, ERPTOKEN_ID_SIZE"),
        ("1201 bytes", "1201 units"),
    ],
    call: "ERPTOKENW_CALL",
    character: "erptokenw_char",
};

pub const ANSI: Family = Family {
    prefix: "erptokena_",
    words: &[
        ("UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI)", "ANSI"),
        ("erptoken_", "erptokena_"),
        ("NUL-terminated UTF-8", "NUL-terminated ANSI"),
        ("text in UTF-8, NUL-terminated", "text in ANSI, NUL-terminated"),
    ],
    call: "ERPTOKENA_CALL",
    character: "char",
};

impl Family {
    pub fn name(&self, narrow: &str) -> String {
        narrow.replacen("erptoken_", self.prefix, 1)
    }

    pub fn told(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (narrow, own)| text.replace(narrow, own))
    }
}
