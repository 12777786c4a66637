//! The declarations for other languages say what the library exports: each function once, with the parameters and
//! types of the C header. (`basic.rs` looks at VB, `elders.rs` at Visual FoxPro and PowerBuilder, `scripts.rs` at Python,
//! Node.js, PHP, Harbour and COBOL, `hosts.rs` at Java, Go and the page for hosts without a file.)

mod basic;
mod elders;
mod hosts;
mod scripts;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;

/// A function's parameters, each with what it is.
type Functions = BTreeMap<String, Vec<(String, Kind)>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    NumberOut,
    /// Of a text in or out, bytes, a callback, or what is given back to it.
    Address,
}

fn read(path: &str) -> String {
    let path = support::project().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The declarations that begin with `start`, and the text between their parentheses, on one line.
fn declarations(text: &str, start: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for rest in text.split(start).skip(1) {
        let end = rest.find(['(', ';', ':']).expect("the end of a name");
        let (name, rest) = rest.split_at(end);
        let inside = rest.strip_prefix('(').map_or("", |rest| rest.split(')').next().unwrap_or_default());
        // What VB continues a line with; an attribute of .NET that has a comma.
        let inside = inside.replace(" _\r\n", " ").replace("[In, Out] ", "");
        found.push((name.trim().to_owned(), inside.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    found
}

fn functions(
    found: Vec<(String, String)>,
    separator: char,
    parameter: impl Fn(&str) -> (String, Kind),
) -> Functions {
    let mut functions = Functions::new();
    for (name, inside) in found {
        let parts = inside.split(separator).map(str::trim).filter(|part| !part.is_empty() && *part != "void");
        let parameters = parts.map(|part| parameter(&part.replace("const ", ""))).collect();
        assert!(functions.insert(name.clone(), parameters).is_none(), "{name} is declared twice");
    }
    functions
}

/// By the header, whose types the compiler has seen.
fn header(file: &str, call: &str) -> Functions {
    let found = declarations(&read(file), &format!("\nERPTOKEN_API int32_t {call} "));
    functions(found, ',', |part| {
        let at = part.rfind([' ', '*']).expect("a type") + 1;
        let (kind, name) = part.split_at(at);
        let kind = match kind.trim() {
            "int32_t" => Kind::Number,
            "int32_t *" => Kind::NumberOut,
            _ => Kind::Address,
        };
        (name.to_owned(), kind)
    })
}

/// The parameters of each function of a header, with their types in C.
type Types = BTreeMap<String, Vec<(String, String)>>;

fn types(file: &str, call: &str) -> Types {
    let found = declarations(&read(file), &format!("\nERPTOKEN_API int32_t {call} "));
    let typed = |part: &str| {
        let (kind, name) = part.split_at(part.rfind([' ', '*']).expect("a type") + 1);
        (name.to_owned(), kind.trim().to_owned())
    };
    let parameters = |inside: &str| inside.split(", ").filter(|part| *part != "void").map(typed).collect();
    found.into_iter().map(|(name, inside)| (name, parameters(&inside))).collect()
}

fn ansi() -> Types {
    let ansi = types("include/erptokena.h", "ERPTOKENA_CALL");
    assert!(ansi.len() > 30, "{ansi:?}");
    ansi
}

fn wide() -> Functions {
    let wide = header("include/erptokenw.h", "ERPTOKENW_CALL");
    assert!(wide.len() > 30, "{wide:?}");
    wide
}

#[track_caller]
fn same(declared: &Functions, what: &str) {
    same_names(declared, &wide(), what);
}

#[track_caller]
fn same_names(declared: &Functions, wanted: &Functions, what: &str) {
    for (name, parameters) in wanted {
        assert_eq!(declared.get(name), Some(parameters), "{what}: {name}");
    }
    let extra: Vec<&String> = declared.keys().filter(|name| !wanted.contains_key(*name)).collect();
    assert!(extra.is_empty(), "{what} declares {extra:?}");
}

#[test]
fn all_families_have_the_same_functions() {
    for (file, call, prefix) in [
        ("include/erptoken.h", "ERPTOKEN_CALL", "erptoken_"),
        ("include/erptokena.h", "ERPTOKENA_CALL", "erptokena_"),
    ] {
        let family = header(file, call);
        let renamed =
            family.into_iter().map(|(name, parameters)| (name.replacen(prefix, "erptokenw_", 1), parameters));
        same(&renamed.collect(), file);
    }
}

#[test]
fn the_table_exports_what_the_header_declares() {
    let source = read("src/abi/families.rs");
    let found = declarations(source.split("\nexported! {\n").nth(1).expect("the table"), "    fn ")
        .into_iter()
        .map(|(name, inside)| (format!("erptokenw_{name}"), inside))
        .collect();
    let table = functions(found, ',', |part| {
        let (name, kind) = part.split_once(": ").expect("a type");
        let kind = match kind {
            "i32" => Kind::Number,
            "*mut i32" => Kind::NumberOut,
            _ => Kind::Address,
        };
        (name.to_owned(), kind)
    });
    same(&table, "src/abi/families.rs");
}

/// The program that looks at the stack of 32-bit Windows must look at every function, with the right number.
#[test]
fn the_stack_of_every_function_is_looked_at() {
    let source = read("tests/windows/stack.c");
    let listed: BTreeMap<String, usize> = source
        .lines()
        .filter_map(|line| line.strip_prefix("    { \"")?.strip_suffix(" },")?.split_once("\", "))
        .map(|(name, count)| (format!("erptokenw_{name}"), count.parse().expect("a number")))
        .collect();
    let wanted = wide().into_iter().map(|(name, parameters)| (name, parameters.len())).collect();
    assert_eq!(listed, wanted);
}

#[test]
fn pascal_declares_every_function() {
    let source = read("include/ErpToken.pas");
    let (declared, _) = source.split_once("\r\nimplementation\r\n").expect("an implementation");
    let found = declarations(declared, "\n  function erptokenw_")
        .into_iter()
        .map(|(name, inside)| (format!("erptokenw_{name}"), inside))
        .collect();
    let functions = functions(found, ';', |part| {
        let (name, kind) = part.split_once(": ").expect("a type");
        match (name.strip_prefix("var "), kind) {
            (Some(name), "Integer") => (name.to_owned(), Kind::NumberOut),
            (None, "Integer") => (name.to_owned(), Kind::Number),
            (None, "PWideChar" | "Pointer" | "TErpLogLine") => (name.to_owned(), Kind::Address),
            _ => panic!("{part}"),
        }
    });
    same(&functions, "include/ErpToken.pas");
}

#[test]
fn csharp_declares_every_function() {
    let found = declarations(&read("include/ErpToken.cs"), "public static extern int ");
    let functions = functions(found, ',', |part| {
        let (kind, name) = part.rsplit_once(' ').expect("a type");
        let kind = match kind {
            "int" => Kind::Number,
            "ref int" => Kind::NumberOut,
            "string" | "char[]" | "byte[]" | "IntPtr" | "ErpTokenLogLine" => Kind::Address,
            _ => panic!("{part}"),
        };
        (name.to_owned(), kind)
    });
    same(&functions, "include/ErpToken.cs");
}

/// What is said of UTF-8 in the narrow family is said of the code page in the third one.
#[test]
fn the_ansi_family_is_not_told_in_utf_8() {
    let text = read("include/erptokena.h");
    let begin = text.find("Opens an account").expect("the first function");
    for line in text[begin..].lines().filter(|line| line.contains("UTF-8")) {
        // What servers send, and are sent.
        let bodies = [
            "sent as UTF-8",
            "UTF-8, ISO-8859-1, Windows-1252",
            "A body that declares nothing",
            "if it is not UTF-8",
        ];
        assert!(bodies.iter().any(|known| line.contains(known)), "{line}");
    }
}

/// What is said of UTF-8 and bytes in the narrow family is said of UTF-16 and units in the wide one.
#[test]
fn the_wide_family_is_not_told_in_bytes() {
    // What these tell of is the same in both: bodies, and what is read of them.
    let same = [
        "response_bytes",
        "byte[]",
        "Reads the body of a response as bytes",
        "read the bytes",
        "Receives the bytes",
        "In: capacity in bytes.",
        "the body's bytes",
        "Its bytes;",
        "A byte order mark",
        "if it is not UTF-8",
        "sent as UTF-8",
        "the character set that it declares: UTF-8",
        "UTF-8, ISO-8859-1, Windows-1252",
        "A body that declares nothing, or UTF-8",
    ];
    for file in ["include/erptokenw.h", "include/ErpToken.pas", "include/ErpToken.cs", "include/ErpToken.bas"]
    {
        let text = read(file);
        // Behind the declarations stands what is written by hand.
        let end = text.find("error_retry_after").expect("the last function");
        let declared = &text[..end];
        let begin = declared.find("Opens an account").expect("the first function");
        // The lines of comments break anywhere.
        let marks = ["///", "//", "'", "*"];
        let words: Vec<&str> =
            declared[begin..].split_whitespace().filter(|word| !marks.contains(word)).collect();
        let told = same.iter().fold(words.join(" "), |told, known| told.replace(known, ""));
        for word in ["byte", "UTF-8"] {
            let place =
                told.find(word).map(|at| told[..at + 40].rsplit(". ").next().unwrap_or_default().to_owned());
            assert_eq!(place, None, "{file}");
        }
    }
}
