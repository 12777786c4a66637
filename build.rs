//! Makes the C header from the doc comments of `src/abi`, and tells the linker what a shared library needs.
//!
//! The header goes to `OUT_DIR`; with `ERPTOKEN_WRITE_INCLUDE=1` to `include/` too. A test compares the two.

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

const BEGINNING: &str = r#"/*
 * erptoken @VERSION@: gets, keeps and renews access tokens for ERP and freight programs.
 * Generated from src/abi by build.rs: do not edit.
 *
 * The contract, for every function:
 *
 * Types     Only int32_t, pointers to it, and text and byte pointers cross the boundary.
 * Status    0 is OK, negative is one of ERPTOKEN_E_*, positive is never used. Four functions answer a plain number
 *           and say so.
 * Text in   NUL-terminated UTF-8. NULL where a text is required is ERPTOKEN_E_ARGUMENT, bytes that are not UTF-8
 *           are ERPTOKEN_E_ENCODING.
 * Text out  A buffer and its length. In: capacity in bytes, the NUL included. Out, on ERPTOKEN_OK: length without
 *           the NUL. Too small: an empty text is written, *length is the capacity needed, the status is
 *           ERPTOKEN_E_BUFFER and the value is not lost: call again. On any other failure *length is left as it is
 *           and the buffer holds an empty text. Never a byte is written beyond the capacity.
 * Memory    None changes owner. What you pass is copied before the call returns.
 * Handles   Numbers greater than 0. One that was closed, is foreign or invented is ERPTOKEN_E_HANDLE.
 * Threads   Any call from any thread at any time, with no initialisation; not from DllMain.
 * Stack     A calling thread needs 128 kB, with "background" 0 256 kB.
 * Guest     No panic, signal, printed line or changed floating-point state reaches the program.
 *
 * With Windows define ERPTOKEN_STATIC before this file to link the static library.
 */
#ifndef ERPTOKEN_H
#define ERPTOKEN_H

#include <stdint.h>

#if defined(_WIN32)
#define ERPTOKEN_CALL __cdecl
#else
#define ERPTOKEN_CALL
#endif

#if defined(_WIN32) && !defined(ERPTOKEN_STATIC)
#define ERPTOKEN_API __declspec(dllimport)
#else
#define ERPTOKEN_API extern
#endif

#ifdef __cplusplus
extern "C" {
#endif
"#;

const END: &str = r#"
#ifdef __cplusplus
}
#endif

#endif
"#;

fn main() -> Outcome<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:rerun-if-changed=src/abi");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-env-changed=ERPTOKEN_WRITE_INCLUDE");

    let header = header(&root)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("erptoken.h"), &header)?;
    if env::var("ERPTOKEN_WRITE_INCLUDE").is_ok_and(|value| value == "1") {
        fs::create_dir_all(root.join("include"))?;
        fs::write(root.join("include/erptoken.h"), &header)?;
    }

    if env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        // A thread of ours may run, and a fork hook points into the library: it stays loaded.
        for argument in ["-Wl,-soname,liberptoken.so.1", "-Wl,-z,nodelete", "-Wl,-z,relro,-z,now"] {
            println!("cargo:rustc-cdylib-link-arg={argument}");
        }
    }
    Ok(())
}

fn header(root: &Path) -> Outcome<String> {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let mut header = BEGINNING.replace("@VERSION@", &env::var("CARGO_PKG_VERSION")?);
    for (file, title) in SECTIONS {
        let source = root.join("src/abi").join(file).with_extension("rs");
        let bindings = cbindgen::Builder::new().with_config(config.clone()).with_src(source).generate()?;
        let mut section = Vec::new();
        bindings.write(&mut section);
        header.push_str(&format!("\n/* ---- {title} ---- */\n\n"));
        header.push_str(&decorated(String::from_utf8(section)?.trim()));
        header.push('\n');
    }
    header.push_str(END);
    Ok(header)
}

/// Adds what cbindgen can not write: linkage, calling convention, parentheses around negative numbers.
fn decorated(section: &str) -> String {
    let mut out = String::with_capacity(section.len() * 2);
    for line in section.lines() {
        let line = match line.strip_prefix("int32_t erptoken_") {
            Some(rest) => format!("ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_{rest}"),
            None => line.replace("(*erptoken_", "(ERPTOKEN_CALL *erptoken_"),
        };
        let line = match line.split_once(" -") {
            Some((define, number)) if define.starts_with("#define ") => format!("{define} (-{number})"),
            _ => line,
        };
        out.push_str(&wrapped(line));
        out.push('\n');
    }
    shortened(out.trim_end())
}

/// A long declaration goes on in the next line, between two parameters.
fn wrapped(line: String) -> String {
    const WIDTH: usize = 110;
    let comma = line.get(..WIDTH).and_then(|start| start.rfind(", "));
    match comma {
        Some(at) if line.starts_with("ERPTOKEN_API") => {
            let (first, rest) = line.split_at(at + 1);
            format!("{first}\n   {}", wrapped(rest.to_owned()))
        }
        _ => line,
    }
}

/// A comment of one sentence takes one line.
fn shortened(section: &str) -> String {
    let lines: Vec<&str> = section.lines().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        match (*line, lines.get(at + 1), lines.get(at + 2)) {
            ("/**", Some(text), Some(&" */")) => {
                out.push(format!("/** {} */", text.trim_start_matches(" * ")));
                at += 3;
            }
            _ => {
                out.push((*line).to_owned());
                at += 1;
            }
        }
    }
    out.join("\n")
}
