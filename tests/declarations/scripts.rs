//! Python, Node.js, PHP, Harbour and COBOL: what their files declare is what the header says.

use super::{declarations, functions, read, same, Functions, Kind};

/// By the names of the wide family, which the others are held against.
fn renamed(functions: Functions, prefix: &str) -> Functions {
    functions.into_iter().map(|(name, list)| (name.replacen(prefix, "erptokenw_", 1), list)).collect()
}

/// A prototype in C, with or without a tool's own words in it.
fn prototypes(text: &str, start: &str) -> Functions {
    let found = declarations(text, start);
    let functions = functions(found, ',', |part| {
        let at = part.rfind([' ', '*']).expect("a type") + 1;
        let (kind, name) = part.split_at(at);
        let kind = match kind.trim() {
            "int32_t" => Kind::Number,
            "int32_t *" | "_Inout_ int32_t *" => Kind::NumberOut,
            "char *" | "uint8_t *" | "_Out_ uint8_t *" | "void *" => Kind::Address,
            _ => panic!("{part}"),
        };
        (name.to_owned(), kind)
    });
    renamed(functions, "erptoken_")
}

/// Names and types that stand in two lists.
fn paired(name: &str, names: &str, types: &str, kind: impl Fn(&str, usize) -> Kind) -> Vec<(String, Kind)> {
    let split = |list: &str| -> Vec<String> {
        list.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let (names, types) = (split(names), split(types));
    assert_eq!(names.len(), types.len(), "{name}");
    let parts = names.into_iter().zip(types).enumerate();
    parts.map(|(number, (name, told))| (name, kind(&told, number))).collect()
}

#[test]
fn node_declares_every_function() {
    same(&prototypes(&read("include/node/erptoken.js"), "\ndeclare('int32_t "), "include/node/erptoken.js");
}

#[test]
fn php_declares_every_function() {
    let text = read("include/php/ErpToken.php");
    same(&prototypes(&text, "\n        int32_t "), "the C in include/php/ErpToken.php");
    let found = declarations(&text, "\n    public static function erptoken_");
    let typed = functions(found, ',', |part| {
        let (kind, name) = part.split_once(" $").expect("a name");
        // C has the rest, and the test above has looked at it.
        let kind = if kind == "int" { Kind::Number } else { Kind::Address };
        (name.to_owned(), kind)
    });
    let wanted = super::wide();
    assert_eq!(typed.len(), wanted.len());
    for (name, parameters) in typed {
        let told: Vec<_> = wanted[&format!("erptokenw_{name}")]
            .iter()
            .map(|(name, kind)| (name.clone(), if *kind == Kind::Number { *kind } else { Kind::Address }))
            .collect();
        assert_eq!(parameters, told, "{name}");
        assert!(text.contains(&format!("return self::library()->erptoken_{name}(")), "{name}");
    }
}

#[test]
fn python_declares_every_function() {
    let text = read("include/python/erptoken.py");
    let mut declared = Functions::new();
    for part in text.split("\n@_native(").skip(1) {
        let (types, rest) = part.split_once(")\ndef ").expect("a function");
        let (name, rest) = rest.split_once('(').expect("a name");
        let names = rest.split(')').next().unwrap_or_default();
        let kind = |kind: &str, _| match kind {
            "ctypes.c_int32" => Kind::Number,
            "_INT_OUT" => Kind::NumberOut,
            "ctypes.c_char_p" | "ctypes.c_void_p" | "LOG_LINE" => Kind::Address,
            _ => panic!("{kind}"),
        };
        declared.insert(name.to_owned(), paired(name, names, types, kind));
    }
    same(&renamed(declared, "erptoken_"), "include/python/erptoken.py");
}

#[test]
fn harbour_declares_every_function() {
    let text = read("include/harbour/ErpToken.prg");
    let mut declared = Functions::new();
    for part in text.split("\nFUNCTION erptokena_").skip(1) {
        let (name, rest) = part.split_once('(').expect("a name");
        let (names, rest) = rest.split_once(')').expect("parameters");
        let (called, rest) = rest.split_once("Library(), STATUS").expect("a typed status");
        let (types, given) = rest.split_once(" }").expect("the end of the types");
        assert!(called.contains(&format!("\"erptokena_{name}\"")), "{name}: {called}");
        let given: Vec<&str> =
            given.split(')').next().unwrap_or_default().split(',').map(str::trim).skip(1).collect();
        let kind = |kind: &str, number: usize| match (kind, given[number].starts_with('@')) {
            ("NUMBER", true) => Kind::NumberOut,
            ("NUMBER", false) => Kind::Number,
            ("TEXT" | "HB_DYN_CTYPE_VOID_PTR", _) => Kind::Address,
            _ => panic!("{name}: {kind}"),
        };
        let parameters = paired(name, names, types, kind);
        for ((name, _), given) in parameters.iter().zip(&given) {
            assert_eq!(name, given.trim_start_matches('@'), "the order of {given}");
        }
        declared.insert(format!("erptokenw_{name}"), parameters);
    }
    same(&declared, "include/harbour/ErpToken.prg");
    assert!(text.contains("#define NUMBER HB_DYN_CTYPE_INT\n"), "a number of another width");
    assert!(text.contains("HB_DYN_CALLCONV_STDCALL, HB_DYN_CTYPE_INT"), "32-bit Windows");
}

/// The calls in the copybook's comments, and those that `erptoken.cob` makes.
#[test]
fn cobol_tells_every_call() {
    let wanted = super::wide();
    let calls = |file: &str, mark: &str| -> Vec<(String, Vec<(String, String)>)> {
        let text = read(file).replace(mark, "");
        let mut calls = Vec::new();
        for part in text.split("call stdcall \"erptokena_").skip(1) {
            let (name, rest) = part.split_once('"').expect("a name");
            let (list, _) = rest.split_once("returning").expect("a status");
            let words: Vec<&str> =
                list.split_whitespace().filter(|word| *word != "using" && *word != "by").collect();
            let pairs = words.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].replace('-', "_"))).collect();
            calls.push((name.to_owned(), pairs));
        }
        calls
    };
    let way = |kind: Kind, name: &str| match (kind, name) {
        (Kind::Number, _) | (_, "callback" | "user_data") => "value",
        _ => "reference",
    };
    let copybook = calls("include/cobol/erptoken.cpy", "*>");
    assert_eq!(copybook.len(), wanted.len());
    for (name, told) in copybook {
        let list = &wanted[&format!("erptokenw_{name}")];
        let list: Vec<_> =
            list.iter().map(|(name, kind)| (way(*kind, name).to_owned(), name.clone())).collect();
        assert_eq!(told, list, "{name}");
    }
    let programs = calls("include/cobol/erptoken.cob", "\u{0}");
    assert!(programs.len() > 20, "{programs:?}");
    for (name, told) in programs {
        let list = &wanted[&format!("erptokenw_{name}")];
        let ways: Vec<&str> = list.iter().map(|(name, kind)| way(*kind, name)).collect();
        assert_eq!(told.iter().map(|(way, _)| way.as_str()).collect::<Vec<_>>(), ways, "{name}");
    }
}
