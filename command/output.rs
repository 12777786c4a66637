//! Standard output. What cannot be written is a failure, and never a panic.

use crate::library;
use crate::words::{code, Failure, Language};
use std::io::{self, IsTerminal, Write};

pub fn line(text: &str, language: Language) -> Result<u8, Failure> {
    bytes(format!("{}\n", text.trim_end_matches('\n')).as_bytes(), language)
}

pub fn bytes(bytes: &[u8], language: Language) -> Result<u8, Failure> {
    let written = if library::output_is_closed() {
        Err(io::Error::from(io::ErrorKind::BrokenPipe))
    } else {
        let mut output = io::stdout().lock();
        output.write_all(bytes).and_then(|()| output.flush())
    };
    let what = language.pick("the result could not be written", "não foi possível gravar o resultado");
    written.map(|()| 0).map_err(|why| Failure::file(code::OUTPUT, what, &why, language))
}

/// A console of Windows shows text only.
pub fn shows_text_only() -> bool {
    cfg!(windows) && io::stdout().is_terminal()
}
