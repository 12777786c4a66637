//! Questions to a person: to the terminal itself, whatever becomes of the standard streams.

use crate::library::Quiet;
use crate::words::{code, Failure, Language};
use std::fs::File;
use std::io::{self, IsTerminal, Write};

/// Whether somebody would see a question. A job without a terminal has none to wait for.
pub fn is_there() -> bool {
    (io::stdin().is_terminal() || io::stderr().is_terminal()) && open().is_some()
}

#[cfg(unix)]
fn open() -> Option<File> {
    use std::os::fd::AsFd;
    let own = File::options().read(true).write(true).open("/dev/tty").ok();
    own.or_else(|| {
        let input = io::stdin();
        let copy = input.is_terminal().then(|| input.as_fd().try_clone_to_owned().ok())?;
        copy.map(File::from)
    })
}

#[cfg(windows)]
fn open() -> Option<File> {
    let console = |name| File::options().read(true).write(true).open(name).ok();
    console("CONOUT$").filter(|_| io::stdin().is_terminal()).and_then(|_| console("CONIN$"))
}

/// Asks one question; `None` when the answer is empty or there is no more input. The answer to one that is not `shown` is
/// echoed nowhere.
pub fn ask(question: &str, shown: bool, language: Language) -> Result<Option<String>, Failure> {
    let Some(terminal) = open() else { return Ok(None) };
    let failed = |why: io::Error| Failure::file(code::ARGUMENT, "terminal", &why, language);
    let quiet = if shown { None } else { Quiet::new(&terminal) };
    say(&terminal, question).map_err(failed)?;
    let answer = read(&terminal).map_err(failed);
    if quiet.is_some() {
        let _ = say(&terminal, "\n");
    }
    drop(quiet);
    match answer? {
        Typed::Line(line) if line.is_empty() => Ok(None),
        Typed::Line(line) => match String::from_utf8(line) {
            Ok(line) => Ok(Some(line)),
            Err(_) => Err(failed(io::Error::from(io::ErrorKind::InvalidData))),
        },
        #[cfg(unix)]
        Typed::Interrupt => {
            crate::library::interrupt();
            Ok(None)
        }
    }
}

enum Typed {
    Line(Vec<u8>),
    /// A console of Windows ends the program itself.
    #[cfg(unix)]
    Interrupt,
}

#[cfg(unix)]
fn say(mut terminal: &File, text: &str) -> io::Result<()> {
    let written = terminal.write_all(text.as_bytes());
    // Standard input may be a terminal that was opened for reading only.
    written.or_else(|_| io::stderr().write_all(text.as_bytes()))
}

/// One line as it is typed, without its end. A quiet terminal leaves the keys that mend a line to whoever reads it.
#[cfg(unix)]
fn read(mut terminal: &File) -> io::Result<Typed> {
    use std::io::Read;
    const INTERRUPT: u8 = 3;
    const END: u8 = 4;
    const CLEAR: u8 = 21;
    const BACK: [u8; 2] = [8, 127];
    let mut line = Vec::new();
    loop {
        let mut byte = [0_u8];
        match terminal.read(&mut byte) {
            Ok(0) => return Ok(Typed::Line(line)),
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
            Err(why) => return Err(why),
        }
        match byte[0] {
            b'\n' | b'\r' | END => return Ok(Typed::Line(line)),
            INTERRUPT => return Ok(Typed::Interrupt),
            CLEAR => line.clear(),
            key if BACK.contains(&key) => {
                // A letter may be several bytes: all that go on one, and the one that begins it.
                while line.pop().is_some_and(|last| last & 0xc0 == 0x80) {}
            }
            0 => {}
            byte => line.push(byte),
        }
    }
}

/// The standard library's own reader knows that a console speaks UTF-16.
#[cfg(windows)]
fn say(_: &File, text: &str) -> io::Result<()> {
    io::stderr().write_all(text.as_bytes())
}

#[cfg(windows)]
fn read(_: &File) -> io::Result<Typed> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(Typed::Line(line.trim_end_matches(['\r', '\n']).as_bytes().to_vec()))
}
