//! The declarations for C and other languages, made from the doc comments of `src/abi`: one list of sections, one
//! writer for each language.

mod basic;
mod c;
mod cobol;
mod comment;
mod csharp;
mod family;
mod foxpro;
mod go;
mod harbour;
mod java;
mod model;
mod node;
mod pascal;
mod php;
mod powerbuilder;
mod python;

use model::Section;
use std::path::{Path, PathBuf};
use std::{env, fs};

pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The sections of the header, each from one file.
const SECTIONS: &[(&str, &str)] = &[
    ("constants", "Numbers"),
    ("accounts", "Accounts"),
    ("tokens", "Tokens"),
    ("app_tokens", "Application tokens"),
    ("requests", "Requests with the token on them"),
    ("process", "The whole process"),
    ("pure", "Functions without state"),
    ("errors", "Why the last failing call of this thread failed"),
];

/// Writes them to `OUT_DIR`, and to `include/` when it is asked for.
pub fn write(root: &Path) -> Outcome<()> {
    let sections = sections(root)?;
    let files = [
        ("erptoken.h", c::narrow(&sections)),
        ("erptokenw.h", c::other(c::WIDE, &family::WIDE, &sections)),
        ("erptokena.h", c::other(c::ANSI, &family::ANSI, &sections)),
        ("ErpToken.pas", pascal::unit(&sections)),
        ("ErpToken.cs", csharp::source(&sections)),
        ("ErpToken.bas", basic::module(&sections)),
        ("go/erptoken.go", go::source(&sections)),
        ("go/go.mod", "module erptoken\n\ngo 1.17\n".to_owned()),
        ("python/erptoken.py", python::module(&sections)),
        ("node/erptoken.js", node::module(&sections)),
        ("php/ErpToken.php", php::source(&sections)),
        ("cobol/erptoken.cpy", cobol::copybook(&sections)),
        ("cobol/erptoken.cob", cobol::PROGRAMS.to_owned()),
        ("harbour/ErpToken.prg", harbour::source(&sections)),
        ("harbour/ErpToken.ch", harbour::numbers(&sections)),
        ("java/ErpToken.java", java::source(&sections)),
        ("foxpro/ErpToken.prg", foxpro::program(&sections)),
        ("powerbuilder/n_erptoken.sru", powerbuilder::wide(&sections)),
        ("powerbuilder/n_erptokena.sru", powerbuilder::ansi(&sections)),
        ("powerbuilder/n_erptoken_error.sru", powerbuilder::error()),
    ];
    let (out, version) = (PathBuf::from(env::var("OUT_DIR")?), env::var("CARGO_PKG_VERSION")?);
    let write_include = env::var("ERPTOKEN_WRITE_INCLUDE").is_ok_and(|value| value == "1");
    // What an earlier build has made there may have another name today.
    fs::remove_dir_all(&out)?;
    for (name, text) in files {
        let text = text.replace("@VERSION@", &version);
        let include = write_include.then(|| root.join("include"));
        for path in [Some(&out), include.as_ref()].into_iter().flatten().map(|folder| folder.join(name)) {
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            fs::write(path, &text)?;
        }
    }
    Ok(())
}

fn sections(root: &Path) -> Outcome<Vec<Section>> {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let mut sections = Vec::new();
    for (file, title) in SECTIONS {
        let source = root.join("src/abi").join(file).with_extension("rs");
        let bindings = cbindgen::Builder::new().with_config(config.clone()).with_src(source).generate()?;
        let mut text = Vec::new();
        bindings.write(&mut text);
        sections.push(Section::read(title, String::from_utf8(text)?.trim())?);
    }
    Ok(sections)
}
