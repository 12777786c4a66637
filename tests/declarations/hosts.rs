//! What `docs/hosts.md` declares for hosts that do not run here, and for those that do: a part of the library's functions,
//! each with the right name, the parameters in their order, and the convention of its family. And Java and Go, which
//! declare all.

use super::{declarations, functions, header, read, same_names, Functions, Kind};
use std::collections::BTreeSet;

fn narrow() -> Functions {
    header("include/erptoken.h", "ERPTOKEN_CALL")
}

/// The page's code in that language.
fn page(language: &str) -> String {
    let page = read("docs/hosts.md");
    let begin = format!("```{language}\n");
    page.split(&begin).nth(1).and_then(|rest| rest.split("\n```").next()).expect("code").to_owned() + "\n"
}

/// A name of one of the families, as the narrow one has it.
fn narrowed(name: &str) -> String {
    name.replacen("erptokena_", "erptoken_", 1)
}

/// Each that is declared is as in the header, and enough of them are; `has_names` where parameters have any.
#[track_caller]
fn part(declared: &Functions, language: &str, has_names: bool) {
    let wanted = narrow();
    for (name, parameters) in declared {
        let known = wanted.get(name).unwrap_or_else(|| panic!("{language}: there is no {name}"));
        let plain = |list: &[(String, Kind)]| -> Vec<(String, Kind)> {
            let name =
                |name: &str| if has_names { name.replace('_', "").to_lowercase() } else { String::new() };
            list.iter().map(|(one, kind)| (name(one), *kind)).collect()
        };
        assert_eq!(plain(parameters), plain(known), "{language}: {name}");
    }
    for name in ["open", "set", "close", "get", "request", "response_field", "error_text"] {
        assert!(declared.contains_key(&format!("erptoken_{name}")), "{language} does not declare {name}");
    }
}

/// As C, Ruby and LuaJIT write it.
fn c_parameter(part: &str) -> (String, Kind) {
    let at = part.rfind([' ', '*']).expect("a type") + 1;
    let (kind, name) = part.split_at(at);
    let kind = match kind.replace("const ", "").trim() {
        "int32_t" | "int" => Kind::Number,
        "int32_t *" | "int *" => Kind::NumberOut,
        "char *" | "void *" | "erptoken_log_fn" => Kind::Address,
        _ => panic!("{part}"),
    };
    (name.to_owned(), kind)
}

#[test]
fn java_declares_every_function() {
    let found = declarations(&read("include/java/ErpToken.java"), "public static native int ");
    let functions = functions(found, ',', |part| {
        let (kind, name) = part.rsplit_once(' ').expect("a type");
        let kind = match kind {
            "int" => Kind::Number,
            "int[]" => Kind::NumberOut,
            "String" | "byte[]" | "Pointer" | "LogLine" => Kind::Address,
            _ => panic!("{part}"),
        };
        (name.to_owned(), kind)
    });
    same_names(&functions, &narrow(), "include/java/ErpToken.java");
}

#[test]
fn go_declares_and_calls_every_function() {
    let source = read("include/go/erptoken.go");
    let found = declarations(&source, "\nextern int32_t ");
    same_names(&functions(found, ',', c_parameter), &narrow(), "include/go/erptoken.go");
    for name in narrow().keys().filter(|name| !name.ends_with("status_retryable")) {
        assert!(source.contains(&format!("C.{name}(")), "nothing in include/go/erptoken.go calls {name}");
    }
}

#[test]
fn the_page_declares_for_ruby_and_lua_what_is_there() {
    let ruby = page("ruby").replace("\" \\\n         \"", "");
    part(&functions(declarations(&ruby, "extern \"int "), ',', c_parameter), "Ruby", true);
    part(&functions(declarations(&page("lua"), "\nint32_t "), ',', c_parameter), "Lua", true);
}

#[test]
fn the_page_declares_for_perl_what_is_there() {
    let mut declared = Functions::new();
    for line in page("perl").lines().filter_map(|line| line.strip_prefix("$ffi->attach(")) {
        let (name, rest) = line.split_once("=> [").expect("its parameters");
        let (inside, answer) = rest.split_once(']').expect("their end");
        assert_eq!(answer, " => 'sint32');");
        let kind = |kind: &str| match kind {
            "'sint32'" => Kind::Number,
            "'sint32*'" => Kind::NumberOut,
            "'string'" | "'opaque'" => Kind::Address,
            _ => panic!("{line}"),
        };
        let parameters = inside.split(", ").filter(|part| !part.is_empty());
        let parameters = parameters.map(|part| (String::new(), kind(part))).collect();
        assert!(declared.insert(name.trim().to_owned(), parameters).is_none(), "{line}");
    }
    part(&declared, "Perl", false);
}

#[test]
fn the_page_declares_for_openedge_what_is_there() {
    let code = page("abl");
    let mut declared = Functions::new();
    for block in code.split("\nPROCEDURE erptoken").skip(1) {
        let (head, body) = block.split_once(":\n").expect("a body");
        let (name, call) = head.split_once(' ').expect("where it is");
        assert_eq!(call, "EXTERNAL \"erptoken.dll\" STDCALL PERSISTENT", "erptoken{name}");
        let mut parameters = Vec::new();
        let mut answer = None;
        for line in body.split("END PROCEDURE.").next().expect("an end").lines() {
            let words: Vec<&str> = line.trim_end_matches('.').split_whitespace().collect();
            let ["DEFINE", way, "PARAMETER", parameter, "AS", kind @ ..] = &words[..] else {
                panic!("erptoken{name}: {line}")
            };
            // Two letters before the name say what it is.
            let (mark, parameter) = parameter.split_at(2);
            let kind = match (*way, mark, kind.join(" ").as_str()) {
                ("INPUT", "pi", "LONG") => Kind::Number,
                ("OUTPUT" | "INPUT-OUTPUT", "pi", "HANDLE TO LONG") => Kind::NumberOut,
                ("INPUT", "pc", "CHARACTER") | ("INPUT", "pm", "MEMPTR") => Kind::Address,
                ("RETURN", "pi", "LONG") => {
                    answer = Some(parameter);
                    continue;
                }
                _ => panic!("erptoken{name}: {line}"),
            };
            // A length goes in and comes out.
            assert_eq!(*way == "INPUT-OUTPUT", parameter == "Length", "erptoken{name}: {line}");
            parameters.push((parameter.to_owned(), kind));
        }
        assert_eq!(answer, Some("Status"), "erptoken{name}");
        assert!(declared.insert(narrowed(&format!("erptoken{name}")), parameters).is_none());
    }
    part(&declared, "OpenEdge", true);
    calls(&code, "RUN erptokena_", " (", &declared, 1);
}

#[test]
fn the_page_declares_for_clarion_what_is_there() {
    let code = page("clarion");
    let mut declared = Functions::new();
    for line in code.lines().map(str::trim).filter(|line| line.contains(",NAME('")) {
        let (name, rest) = line.split_once('(').expect("parameters");
        let (inside, attributes) = rest.split_once(')').expect("their end");
        let attributes = attributes.replace(",PROC,", ",");
        assert_eq!(attributes, format!(",LONG,PASCAL,RAW,DLL(1),NAME('{name}')"), "{line}");
        let parameter = |part: &str| {
            let part = part.trim_start_matches('<').trim_end_matches('>');
            let (kind, name) = part.split_once(' ').expect("a type");
            let kind = match kind {
                "LONG" => Kind::Number,
                "*LONG" => Kind::NumberOut,
                "*CSTRING" => Kind::Address,
                _ => panic!("{line}"),
            };
            (name.to_owned(), kind)
        };
        let parameters = inside.split(',').map(parameter).collect();
        assert!(declared.insert(narrowed(name), parameters).is_none(), "{line}");
    }
    part(&declared, "Clarion", true);
    let body = code.split_once("  CODE\n").expect("a program").1;
    calls(body, "erptokena_", "(", &declared, 0);
}

/// WinDev declares nothing: what it calls is looked at.
#[test]
fn the_page_calls_from_windev_what_is_there() {
    let code = page("wlanguage");
    let mut called = Functions::new();
    for call in code.split("API(\"erptoken.dll\", \"").skip(1) {
        let (name, rest) = call.split_once('"').expect("a name");
        let inside = rest.trim_start_matches(", ").split(')').next().expect("its end");
        let kind = |argument: &str| match argument.trim_start_matches('&') {
            name if argument.starts_with("&n") => (name.to_owned(), Kind::NumberOut),
            name if argument.starts_with("&s") || name.starts_with('s') => (name.to_owned(), Kind::Address),
            name => {
                assert!(name.starts_with('n') || name.parse::<i32>().is_ok(), "{call}");
                (name.to_owned(), Kind::Number)
            }
        };
        called.insert(narrowed(name), inside.split(", ").map(kind).collect());
    }
    part(&called, "WinDev", false);
}

/// Every call of what was declared gives as many arguments as there are parameters, and `more`.
#[track_caller]
fn calls(code: &str, start: &str, open: &str, declared: &Functions, more: usize) {
    let mut seen = BTreeSet::new();
    for rest in code.split(start).skip(1) {
        let Some((name, rest)) = rest.split_once(open) else { continue };
        let name = format!("erptoken_{name}");
        let parameters = declared.get(&name).unwrap_or_else(|| panic!("{name} is not declared"));
        let inside = rest.split(')').next().unwrap_or_default();
        assert_eq!(inside.split(',').count(), parameters.len() + more, "{name}: {inside}");
        seen.insert(name);
    }
    assert!(seen.len() > 5, "{seen:?}");
}
