//! Visual FoxPro and PowerBuilder do not run here: their files are read as their compilers would read them, and held against
//! the library.

use super::{ansi, declarations, read, types, Types};
use std::collections::BTreeMap;

/// What neither can give a function for.
fn without_callbacks(types: Types) -> Types {
    let callback = |kind: &str| kind.ends_with("_log_fn");
    types.into_iter().filter(|(_, all)| !all.iter().any(|(_, kind)| callback(kind))).collect()
}

/// The header's parameters with the types of another language.
fn translated(types: &Types, translate: impl Fn(&str) -> &'static str) -> Types {
    let each = |all: &Vec<(String, String)>| {
        all.iter().map(|(name, kind)| (name.clone(), translate(kind).to_owned())).collect()
    };
    types.iter().map(|(name, all)| (name.clone(), each(all))).collect()
}

/// What a line of a program is without its texts and its comment, which begins with `mark`.
fn code(line: &str, mark: &str) -> String {
    let mut code = String::new();
    for (number, part) in line.trim().split('"').enumerate() {
        match (number % 2, part.split_once(mark)) {
            (0, Some((before, _))) => return code + before,
            (0, None) => code += part,
            _ => code += "\"\"",
        }
    }
    code
}

/// How often each function is called, and every time with all its arguments.
fn calls<'a>(lines: impl Iterator<Item = &'a str>, types: &Types, prefix: &str) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for line in lines {
        for (at, _) in line.match_indices(prefix) {
            let rest = &line[at..];
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let inside = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('(')).expect(line);
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
            let wanted = types.get(name).unwrap_or_else(|| panic!("no function {name}: {line}"));
            assert_eq!(usize::from(any) + commas, wanted.len(), "{line}");
            *calls.entry(name.to_owned()).or_default() += 1;
        }
    }
    calls
}

/// Each block that is opened is closed by its own end.
fn blocks<'a>(file: &str, lines: impl Iterator<Item = &'a str>, kinds: &[(&str, &'static str)]) {
    let mut open: Vec<&str> = Vec::new();
    for line in lines {
        let line = line.to_lowercase();
        if let Some((_, end)) = kinds.iter().find(|(start, _)| line.starts_with(start)) {
            open.push(end);
        } else if kinds.iter().any(|(_, end)| line.starts_with(end)) {
            let wanted = open.pop().unwrap_or_default();
            assert!(line.starts_with(wanted), "{file}: {line} where {wanted} is wanted");
        }
    }
    assert!(open.is_empty(), "{file}: {open:?}");
}

/// Lines that end as Windows ends them, in letters that every code page has.
fn read_plain(file: &str) -> String {
    let text = read(file);
    assert!(text.is_ascii() && text.matches('\n').count() == text.matches("\r\n").count(), "{file}");
    text
}

#[test]
fn foxpro_declares_every_function_and_calls_what_is_there() {
    let file = "include/foxpro/ErpToken.prg";
    let (text, known) = (read_plain(file), without_callbacks(ansi()));
    let mut declared = Types::new();
    for line in text.lines().filter_map(|line| line.trim().strip_prefix("DECLARE INTEGER erptokena_")) {
        let (name, list) = line.split_once(" IN erptoken.dll").expect(line);
        let parameters = list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| {
            let (kind, name) = part.split_once(' ').expect(part);
            let way = if name.starts_with('@') { " @" } else { "" };
            (name.trim_start_matches('@').to_owned(), format!("{kind}{way}"))
        });
        let before = declared.insert(format!("erptokena_{name}"), parameters.collect());
        assert!(before.is_none(), "{line}");
    }
    let wanted = translated(&known, |kind| match kind {
        "int32_t" => "INTEGER",
        "int32_t *" => "INTEGER @",
        "const char *" | "const void *" => "STRING",
        "char *" | "void *" => "STRING @",
        _ => panic!("{kind}"),
    });
    assert_eq!(declared, wanted);

    for line in text.lines().map(str::trim) {
        // It would go on in the next line.
        assert!(!line.ends_with(';'), "{line}");
    }
    let lines: Vec<String> = text
        .lines()
        .filter(|line| !line.trim().starts_with('*') && !line.contains("DECLARE "))
        .map(|line| code(line, "&&"))
        .collect();
    let lines = || lines.iter().map(String::as_str);
    let calls = calls(lines(), &known, "erptokena_");
    let unused: Vec<&String> = known.keys().filter(|name| !calls.contains_key(*name)).collect();
    assert_eq!(unused, ["erptokena_status_retryable"]);
    let kinds = [
        ("function ", "endfunc"),
        ("define class ", "enddefine"),
        ("if ", "endif"),
        ("do while ", "enddo"),
        ("do case", "endcase"),
        ("try", "endtry"),
    ];
    blocks(file, lines(), &kinds);
    // Numbers and texts that are given by reference are.
    for line in lines().filter(|line| line.contains("erptokena_")) {
        assert!(!line.contains(", lnLength)") && !line.contains(", lcText"), "{line}");
    }
}

#[test]
fn powerbuilder_declares_every_function_and_calls_what_is_there() {
    for (object, prefix, header, call) in [
        ("n_erptoken", "erptokenw_", "include/erptokenw.h", "ERPTOKENW_CALL"),
        ("n_erptokena", "erptokena_", "include/erptokena.h", "ERPTOKENA_CALL"),
    ] {
        let file = format!("include/powerbuilder/{object}.sru");
        let (text, mut known) = (read_plain(&file), without_callbacks(types(header, call)));
        assert!(text.starts_with(&format!("$PBExportHeader${object}.sru\r\n")));
        let translate = |kind: &str| match kind {
            "int32_t" => "long",
            "int32_t *" => "ref long",
            "const erptokenw_char *" | "const char *" | "const void *" => "string",
            "erptokenw_char *" | "char *" => "ref string",
            "void *" => "ref blob",
            _ => panic!("{kind}"),
        };
        let mut wanted = translated(&known, translate);
        // The same function once more, for bodies that are no text.
        let request = format!("{prefix}request");
        let mut bytes = wanted.get(&request).expect("a request").clone();
        bytes
            .iter_mut()
            .filter(|(name, _)| name == "body")
            .for_each(|(_, kind)| *kind = "ref blob".to_owned());
        wanted.insert(format!("{request}_bytes"), bytes);
        known.insert(format!("{request}_bytes"), known.get(&request).expect("a request").clone());

        let mut declared = Types::new();
        let begin = format!("\nfunction long {prefix}");
        for ((name, inside), rest) in declarations(&text, &begin).into_iter().zip(text.split(&begin).skip(1))
        {
            let parameters = inside.split(", ").filter(|part| !part.is_empty()).map(|part| {
                let (kind, name) = part.rsplit_once(' ').expect(part);
                (name.to_owned(), kind.to_owned())
            });
            let name = format!("{prefix}{name}");
            let exported = name.replace("request_bytes", "request");
            let end = format!(") library \"erptoken.dll\" alias for \"{exported}\"\r\n");
            assert!(
                rest.lines().next().is_some_and(|line| format!("{line}\r\n").ends_with(&end)),
                "{name}: {rest}"
            );
            declared.insert(name, parameters.collect());
        }
        assert_eq!(declared, wanted, "{file}");

        let lines: Vec<String> = text
            .lines()
            .filter(|line| !line.starts_with("function long erptoken"))
            .map(|line| code(line, "//"))
            .collect();
        let code = || lines.iter().map(String::as_str);
        let calls = calls(code(), &known, prefix);
        let unused: Vec<&String> = known.keys().filter(|name| !calls.contains_key(*name)).collect();
        assert_eq!(unused, [&format!("{prefix}status_retryable")]);
        // Each function of its own is announced with the same words.
        let announced: Vec<&str> = text
            .split_once("forward prototypes\r\n")
            .and_then(|(_, rest)| rest.split_once("end prototypes"))
            .map(|(inside, _)| inside.lines().collect())
            .expect("prototypes");
        assert!(announced.len() > 25, "{announced:?}");
        for line in &announced {
            assert!(text.contains(&format!("\r\n{line};\r\n")), "{file}: {line}");
        }
        let bodies = text.lines().filter(|line| line.ends_with(';') && line.contains(" of_")).count();
        assert_eq!(bodies, announced.len(), "{file}");
        let body: Vec<&str> = code().skip_while(|line| *line != "end variables").collect();
        let kinds = [
            ("public function ", "end function"),
            ("private function ", "end function"),
            ("public subroutine ", "end subroutine"),
            ("on ", "end on"),
            ("event ", "end event"),
            ("do while ", "loop"),
            ("choose case ", "end choose"),
        ];
        let bodies = body.into_iter().skip_while(|line| *line != "end prototypes").skip(1);
        blocks(&file, bodies, &kinds);
    }
    let error = read_plain("include/powerbuilder/n_erptoken_error.sru");
    for name in
        ["il_status", "is_status_name", "is_server_code", "il_http_status", "il_retry_after", "ib_retryable"]
    {
        assert!(error.contains(&format!(" {name} //")), "{name}");
    }
}

/// The examples, and what stands at the head of the files, call what is there.
#[test]
fn the_examples_call_what_is_there() {
    let words = |line: &str, begins: &dyn Fn(&str) -> bool| -> Vec<String> {
        let parts = line.split(|c: char| !c.is_alphanumeric() && !"_.".contains(c));
        parts.filter(|word| begins(word)).map(str::to_owned).collect()
    };
    let foxpro = read_plain("include/foxpro/ErpToken.prg");
    let head = foxpro.split("#DEFINE").next().expect("a head").replace("\r\n* ", "\r\n");
    let mut calls = 0;
    for text in [head.as_str(), &read_plain("examples-others/foxpro_freight.prg")] {
        for line in text.lines().map(|line| code(line, "&&")) {
            for word in words(&line, &|word| word.starts_with("Erp") || word.starts_with("lo")) {
                let name = word.rsplit('.').next().unwrap_or_default();
                let is_called = line.contains(&format!("{word}("));
                let is_ours = word.starts_with("loAccount.")
                    || word.starts_with("loResponse.")
                    || word.starts_with("Erp");
                if is_called && is_ours {
                    assert!(foxpro.contains(&format!("FUNCTION {name}")), "{line}");
                    calls += 1;
                } else if word.starts_with("loError.") {
                    assert!(name == "Message" || foxpro.contains(&format!("\r\n    {name} = ")), "{line}");
                }
            }
        }
    }
    assert!(calls > 8, "{calls}");

    let object = read_plain("include/powerbuilder/n_erptoken.sru");
    let error = read_plain("include/powerbuilder/n_erptoken_error.sru");
    let example = read_plain("examples-others/f_powerbuilder_freight.srf");
    let head = object.split("\r\n// Import ").next().expect("a head").replace("\r\n//   ", "\r\n");
    let mut calls = 0;
    for line in head.lines().chain(example.lines()).map(|line| code(line, "//")) {
        for (at, _) in line.match_indices("lnv_account.of_") {
            let (name, inside) = line[at + "lnv_account.".len()..].split_once('(').expect("a call");
            let given = inside
                .split(')')
                .next()
                .filter(|inside| !inside.is_empty())
                .map_or(0, |inside| inside.split(',').count());
            let declared = object.split(&format!(" {name} (")).nth(1).unwrap_or_else(|| panic!("no {name}"));
            let list = declared.split(')').next().filter(|list| !list.is_empty());
            assert_eq!(given, list.map_or(0, |list| list.split(',').count()), "{line}");
            calls += 1;
        }
        for name in words(&line, &|word| word.starts_with("lnv_error.")) {
            let name = name.trim_start_matches("lnv_error.");
            assert!(name == "GetMessage" || error.contains(&format!(" {name} //")), "{line}");
        }
    }
    assert!(calls > 8, "{calls}");
}
