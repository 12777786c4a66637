//! Makes the declarations for C and other languages from the doc comments of `src/abi`, and tells the linker what a
//! shared library needs.
//!
//! They go to `OUT_DIR`; with `ERPTOKEN_WRITE_INCLUDE=1` to `include/` too. A test compares the two.

mod basic;
mod c;
mod comment;
mod csharp;
mod model;
mod pascal;
mod wide;

use model::Section;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

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

fn main() -> Outcome<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    for read in ["src/abi", "cbindgen.toml", "build"] {
        println!("cargo:rerun-if-changed={read}");
    }
    println!("cargo:rerun-if-env-changed=ERPTOKEN_WRITE_INCLUDE");
    declarations(&root)?;

    if env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        // A thread of ours may run, and a fork hook points into the library: it stays loaded.
        for argument in ["-Wl,-soname,liberptoken.so.1", "-Wl,-z,nodelete", "-Wl,-z,relro,-z,now"] {
            println!("cargo:rustc-cdylib-link-arg={argument}");
        }
    }
    Ok(())
}

fn declarations(root: &Path) -> Outcome<()> {
    let sections = sections(root)?;
    let files = [
        ("erptoken.h", c::narrow(&sections)),
        ("erptokenw.h", c::wide(&sections)),
        ("ErpToken.pas", pascal::unit(&sections)),
        ("ErpToken.cs", csharp::source(&sections)),
        ("ErpToken.bas", basic::module(&sections)),
    ];
    let (out, version) = (PathBuf::from(env::var("OUT_DIR")?), env::var("CARGO_PKG_VERSION")?);
    let write_include = env::var("ERPTOKEN_WRITE_INCLUDE").is_ok_and(|value| value == "1");
    for (name, text) in files {
        let text = text.replace("@VERSION@", &version);
        fs::write(out.join(name), &text)?;
        if write_include {
            fs::create_dir_all(root.join("include"))?;
            fs::write(root.join("include").join(name), &text)?;
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
