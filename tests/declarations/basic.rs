//! VB6 does not run here: its file, the examples and the program of the README are read as its compiler would read them,
//! and held against the library.

use super::{ansi, declarations, functions, read, same, wide, Functions, Kind, Types};
use std::collections::BTreeMap;

/// `safe`: "PtrSafe " for VBA 7, where addresses have the machine's width.
fn basic(safe: &str, address: &str) -> Functions {
    let found = declarations(&read("include/ErpToken.bas"), &format!("\nPublic Declare {safe}Function "))
        .into_iter()
        .map(|(name, inside)| {
            (name.strip_suffix(" Lib \"erptoken.dll\"").expect("a library").to_owned(), inside)
        })
        .filter(|(name, _)| name.starts_with("erptokenw_"))
        .collect();
    functions(found, ',', |part| {
        let words: Vec<&str> = part.split(' ').collect();
        let [way, name, "As", kind] = words[..] else { panic!("{part}") };
        // A word of the language's own has a mark.
        let name = name.trim_end_matches('_').to_owned();
        let kind = match (way, kind) {
            ("ByRef", "Long") => Kind::NumberOut,
            ("ByVal", kind) if kind == address && address_of(&name) => Kind::Address,
            ("ByVal", "Long") => Kind::Number,
            _ => panic!("{part}"),
        };
        (name, kind)
    })
}

/// In VB6 a number and an address have the same type.
fn address_of(name: &str) -> bool {
    wide().values().flatten().any(|(known, kind)| known == name && *kind == Kind::Address)
}

#[test]
fn basic_declares_every_function_for_both_widths() {
    same(&basic("PtrSafe ", "LongPtr"), "include/ErpToken.bas for VBA 7");
    same(&basic("", "Long"), "include/ErpToken.bas for VB6");
}

/// Texts as VB6 has them, and bytes of any kind.
#[test]
fn basic_declares_natural_strings_for_vb6() {
    let text = read("include/ErpToken.bas");
    let declared: Types = declarations(&text, "\nPublic Declare Function erptokena_")
        .into_iter()
        .map(|(name, inside)| {
            let name = name.strip_suffix(" Lib \"erptoken.dll\"").expect("a library");
            let parameters = inside.split(", ").filter(|part| !part.is_empty()).map(|part| {
                let (name, kind) = part.split_once(" As ").expect("a type");
                let (way, name) = name.split_once(' ').expect("a way");
                (name.trim_end_matches('_').to_owned(), format!("{way} {kind}"))
            });
            (format!("erptokena_{name}"), parameters.collect())
        })
        .collect();
    let natural = |kind: &str| match kind {
        "int32_t" => "ByVal Long",
        "int32_t *" => "ByRef Long",
        "const char *" | "char *" => "ByVal String",
        "const void *" => "ByRef Any",
        "void *" => "ByRef Any",
        "erptokena_log_fn" => "ByVal Long",
        _ => panic!("{kind}"),
    };
    let wanted: Types = ansi()
        .into_iter()
        .map(|(name, parameters)| {
            let parameters = parameters.into_iter().map(|(name, kind)| {
                let kind = if name == "user_data" { "ByVal Long" } else { natural(&kind) };
                (name, kind.to_owned())
            });
            (name, parameters.collect())
        })
        .collect();
    assert_eq!(declared, wanted);
    // What VBA reads has none of it: there an address may have 64 bits.
    for (vba7, rest) in
        text.split("#If VBA7 Then\r\n").skip(1).filter_map(|block| block.split_once("#Else\r\n"))
    {
        assert!(!vba7.contains("erptokena_") && rest.contains("#End If"), "{vba7}");
    }
}

/// The lines of a VB file as its compiler takes them: continued ones joined, comments and texts left out.
fn basic_lines(text: &str) -> Vec<String> {
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count(),
        "VB6 reads lines that end with CR LF"
    );
    assert!(text.is_ascii(), "VB6 reads the code page of the machine");
    let mut lines = Vec::new();
    for line in text.replace(" _\r\n", " ").lines() {
        let mut code = String::new();
        for (number, part) in line.split('"').enumerate() {
            match (number % 2, part.split_once('\'')) {
                (0, Some((before, _))) => {
                    code += before;
                    break;
                }
                (0, None) => code += part,
                _ => code += "\"\"",
            }
        }
        lines.push(code.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    lines
}

/// The arguments of the call that begins behind `name` in `line`, with or without parentheses.
fn arguments(line: &str, name: &str) -> usize {
    let rest = line.split_once(name).expect("a call").1;
    let inside = rest.strip_prefix('(').unwrap_or(rest.trim_start());
    let (mut depth, mut commas, mut any) = (0, 0, false);
    for character in inside.chars() {
        match character {
            ')' if depth == 0 => break,
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
        any |= !character.is_whitespace();
    }
    usize::from(any) + commas
}

/// What a compiler would say of a VB file: calls with another number of arguments, names that are nowhere, blocks
/// that are not closed.
fn check_basic(file: &str, text: &str) {
    let module = read("include/ErpToken.bas");
    let wrappers: BTreeMap<String, (usize, usize)> = basic_lines(&module)
        .iter()
        .filter_map(|line| {
            let rest = line.strip_prefix("Public Function Erp").or(line.strip_prefix("Public Sub Erp"))?;
            let (name, inside) = rest.split_once('(')?;
            let most = inside.matches("ByVal ").count() + inside.matches("ByRef ").count();
            let optional = inside.matches("Optional ").count();
            Some((format!("Erp{name}"), (most - optional, most)))
        })
        .collect();
    assert!(wrappers.len() > 25, "{wrappers:?}");
    let count = |(name, parameters): (String, Vec<(String, Kind)>)| (name, parameters.len());
    let mut native: BTreeMap<String, usize> = wide().into_iter().map(count).collect();
    native.extend(ansi().into_iter().map(|(name, parameters)| (name, parameters.len())));
    let mut open: Vec<&str> = Vec::new();
    let mut calls = 0;
    for line in basic_lines(text) {
        for (start, end) in [
            ("Function ", "End Function"),
            ("Sub ", "End Sub"),
            ("Do", "Loop"),
            ("Select Case ", "End Select"),
            ("#If ", "#End If"),
            ("If ", "End If"),
        ] {
            let bare = line.trim_start_matches("Public ").trim_start_matches("Private ");
            if bare.starts_with(start) && (start != "If " || bare.ends_with(" Then")) {
                open.push(end);
            }
            if line.starts_with(end) {
                assert_eq!(open.pop(), Some(end), "{file}: {line}");
            }
        }
        if line.contains("Declare ") || line.starts_with("Public ") || line.starts_with("Private ") {
            continue;
        }
        for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
            if word.starts_with("erptokenw_") || word.starts_with("erptokena_") {
                let parameters = native.get(word).unwrap_or_else(|| panic!("{file}: no function {word}"));
                assert_eq!(arguments(&line, word), *parameters, "{file}: {line}");
                // A text is an address in the one family, and itself in the other.
                assert!(word.starts_with("erptokenw_") || !line.contains("StrPtr"), "{file}: {line}");
                calls += 1;
            } else if let Some((least, most)) = wrappers.get(word) {
                let assigned =
                    line.starts_with(&format!("{word} = ")) || line.contains(&format!("Then {word} = "));
                let given = arguments(&line, word);
                assert!(assigned || (*least..=*most).contains(&given), "{file}: {line}");
                calls += 1;
            } else if word.starts_with("ERPTOKEN_") {
                assert!(module.contains(&format!("Public Const {word} ")), "{file}: no constant {word}");
            } else {
                assert!(
                    !word.starts_with("Erp") || line.starts_with("Attribute"),
                    "{file}: no function {word}"
                );
            }
        }
    }
    assert!(open.is_empty(), "{file}: {open:?}");
    assert!(calls > 5, "{file}: {calls} calls");
}

#[test]
fn the_functions_of_basic_call_what_is_there() {
    for file in ["include/ErpToken.bas", "examples-vb6/Examples.bas"] {
        check_basic(file, &read(file));
    }
    let readme = read("README.pt-BR.md");
    let code =
        readme.split("```vb\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a program in VB");
    check_basic("README.pt-BR.md", &code.replace('\n', "\r\n"));
}
