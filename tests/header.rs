//! The headers are what the build makes of `src/abi`, compile everywhere without a warning, and tell exactly what
//! the library exports. (`declarations` looks at the other languages.)

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use support::Folder;

fn kept(name: &str) -> String {
    let path = support::project().join("include").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The functions that the headers declare.
fn declared() -> BTreeSet<String> {
    let headers = kept("erptoken.h") + &kept("erptokenw.h") + &kept("erptokena.h");
    let after = headers.split("\nERPTOKEN_API int32_t ERPTOKEN").skip(1);
    let names: BTreeSet<String> =
        after.filter_map(|rest| rest.split_once("_CALL ")?.1.split('(').next()).map(str::to_owned).collect();
    assert!(names.len() > 100, "{names:?}");
    names
}

/// `include/symbols.txt`: each symbol and the number of the ABI since which it is there.
fn listed() -> BTreeMap<String, u32> {
    let text = kept("symbols.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let mut symbols = BTreeMap::new();
    for line in lines {
        let (symbol, since) =
            line.split_once(' ').unwrap_or_else(|| panic!("no number in the line {line:?}"));
        let since = since.parse().unwrap_or_else(|_| panic!("{since:?} is no number, in the line {line:?}"));
        assert!(symbols.insert(symbol.to_owned(), since).is_none(), "{symbol} is listed twice");
    }
    symbols
}

/// What one list has and the other has not, in words.
fn difference(what: &str, one: &BTreeSet<String>, other: &BTreeSet<String>) -> String {
    one.difference(other).map(|name| format!("{name} {what}\n")).collect()
}

/// The files below a folder, by their paths within it.
fn files(folder: &Path, within: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = format!("{within}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files(&entry.path(), &(name + "/"), found);
        } else {
            found.insert(name, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
}

#[test]
fn the_declarations_are_what_the_build_makes() {
    let (mut made, mut there) = (BTreeMap::new(), BTreeMap::new());
    files(Path::new(env!("OUT_DIR")), "", &mut made);
    files(&support::project().join("include"), "", &mut there);
    // Written by hand.
    there.retain(|name, _| !["symbols.txt", "erptoken-profile.schema.json"].contains(&name.as_str()));
    let write = "run ERPTOKEN_WRITE_INCLUDE=1 cargo build";
    assert_eq!(made.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "{write}");
    for (name, made) in &made {
        let kept = &there[name];
        let differs = made.lines().zip(kept.lines()).position(|(made, kept)| made != kept);
        let line = differs.unwrap_or_else(|| made.lines().count().min(kept.lines().count())) + 1;
        assert!(
            made == kept,
            "include/{name} is not what src/abi says (first difference in line {line}): {write}"
        );
    }
}

#[test]
fn every_declared_function_is_listed_and_the_other_way_around() {
    let listed: BTreeSet<String> = listed().into_keys().collect();
    let declared = declared();
    let problems = difference("is in a header and not in include/symbols.txt", &declared, &listed)
        + &difference("is in include/symbols.txt and not in a header", &listed, &declared);
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn each_function_is_there_in_all_families() {
    let list = kept("symbols.txt");
    let family =
        |prefix: &str| -> Vec<&str> { list.lines().filter_map(|line| line.strip_prefix(prefix)).collect() };
    let narrow = family("erptoken_");
    assert!(narrow.len() > 30, "{narrow:?}");
    // In the same order, since the same number; but the third family is younger than the first functions.
    assert_eq!(family("erptokenw_"), narrow);
    let since_1001: Vec<String> = narrow.iter().map(|line| line.replace(" 1000", " 1001")).collect();
    assert_eq!(family("erptokena_"), since_1001);
}

#[test]
fn the_list_names_no_number_to_come() {
    let header = kept("erptoken.h");
    let own = header.lines().find_map(|line| line.strip_prefix("#define ERPTOKEN_ABI_VERSION "));
    let own: u32 = own.expect("the number").parse().expect("a number");
    for (symbol, since) in listed() {
        assert!((1000..=own).contains(&since), "{symbol} is there since {since}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_library_exports_exactly_what_is_listed() {
    if !support::has("nm") {
        return;
    }
    let library = support::built("liberptoken.so");
    let printed = support::succeed(Command::new("nm").args(["-D", "--defined-only", "-P"]).arg(&library));
    let exported: BTreeSet<String> =
        printed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    let listed: BTreeSet<String> = listed().into_keys().collect();
    let problems = difference("is exported and not in include/symbols.txt", &exported, &listed)
        + &difference("is in include/symbols.txt and not exported", &listed, &exported);
    assert!(problems.is_empty(), "{}:\n{problems}", library.display());
    let ours = |name: &&String| {
        ["erptoken_", "erptokenw_", "erptokena_"].iter().any(|prefix| name.starts_with(prefix))
    };
    assert_eq!(exported.iter().find(|name| !ours(name)), None);
}

#[test]
#[cfg(target_os = "linux")]
fn the_library_tells_its_name_and_stays_loaded() {
    if !support::has("readelf") {
        return;
    }
    let library = support::built("liberptoken.so");
    let dynamic =
        support::succeed(Command::new("readelf").env("LC_ALL", "C").args(["-d", "-W"]).arg(&library));
    let line =
        |tag: &str| dynamic.lines().find(|line| line.contains(&format!("({tag})"))).unwrap_or_default();
    assert!(line("SONAME").contains("[liberptoken.so.1]"), "{dynamic}");
    assert!(line("FLAGS_1").contains("NODELETE"), "{dynamic}");
    assert!(line("FLAGS_1").contains("NOW"), "{dynamic}");
    // Nothing that a plain Linux lacks.
    let known = ["libc.so", "libgcc_s.so", "libm.so", "libpthread.so", "libdl.so", "librt.so", "ld-linux"];
    for needed in dynamic.lines().filter(|line| line.contains("(NEEDED)")) {
        assert!(known.iter().any(|name| needed.contains(name)), "{needed}");
    }
    let segments =
        support::succeed(Command::new("readelf").env("LC_ALL", "C").args(["-l", "-W"]).arg(&library));
    let stack = segments.lines().find(|line| line.contains("GNU_STACK")).unwrap_or_default();
    assert!(stack.contains("RW ") && !stack.contains("RWE"), "the stack is executable: {stack}");
}

/// A program that includes the headers twice and mentions every function, in each dialect.
fn compiles(compiler: &str, extension: &str, dialects: &[&str]) {
    if !support::has(compiler) {
        return;
    }
    let folder = Folder::new(&format!("header-{compiler}-{extension}"));
    let source = folder.join("uses").with_extension(extension);
    let names: Vec<String> = declared().into_iter().collect();
    let mut text =
        ["erptokenw.h", "erptokena.h"].map(|name| format!("#include \"{name}\"\n").repeat(2)).concat();
    text += "\ntypedef void (*any)(void);\n";
    text += "extern any functions[];\nany functions[] = {\n";
    for name in names {
        text += &format!("    (any)&{name},\n");
    }
    // Each number is one of the preprocessor's too.
    text += "};\n#if ERPTOKEN_ABI_VERSION / 1000 != 1 || ERPTOKEN_OK != 0\n#error\n#endif\n";
    for line in kept("erptoken.h").lines().filter(|line| line.starts_with("#define ERPTOKEN_E_")) {
        let name = line.split(' ').nth(1).expect("a name");
        text += &format!("#if {name} >= 0\n#error\n#endif\n");
    }
    fs::write(&source, text).expect("a source");
    for dialect in dialects {
        let mut command = Command::new(compiler);
        command.args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-c", dialect]);
        // A conversion between kinds of functions is what this test does, not the header.
        command.arg("-Wno-cast-function-type");
        command.arg("-I").arg(support::project().join("include")).arg(&source);
        command.arg("-o").arg(folder.join("uses.o"));
        support::succeed(&mut command);
    }
}

#[test]
fn the_header_compiles_as_c() {
    compiles(&support::cc(), "c", &["-std=c99", "-std=c11", "-std=gnu17"]);
}

#[test]
fn the_header_compiles_as_cpp() {
    compiles(&support::cxx(), "cpp", &["-std=c++11", "-std=c++17"]);
}

#[test]
fn the_header_compiles_with_clang() {
    compiles("clang", "c", &["-std=c99", "-std=c11"]);
}
