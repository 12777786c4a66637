//! Java, by JNA.

use super::*;

const JNA: &str = "/usr/share/java/jna.jar";

/// What was compiled for Java 8 from `include/java` and one more source, as a class path with JNA.
fn compiled(folder: &Folder, source: &str) -> String {
    let classes = folder.join("classes");
    let mut compiler = Command::new("javac");
    compiler.args([
        "--release",
        "8",
        "-encoding",
        "UTF-8",
        "-Xlint:all",
        "-Xdoclint:all,-missing",
        "-Werror",
    ]);
    compiler.args(["-cp", JNA, "-d"]).arg(&classes);
    compiler.arg(support::project().join("include/java/ErpToken.java")).arg(support::project().join(source));
    support::succeed(&mut compiler);
    format!("{}:{JNA}", classes.display())
}

fn has_java() -> bool {
    support::has("javac") && support::has("java") && support::has_file(Path::new(JNA))
}

#[test]
fn java_may_do_what_hosts_do() {
    if has_java() {
        let folder = library("java");
        let classes = compiled(&folder, "tests/languages/Calls.java");
        silent(Command::new("java").arg("-cp").arg(classes).arg("Calls"), &folder);
    }
}

/// By the property, whatever the file is called; by JNA's own path; as a resource of a jar, which has one for each system.
#[test]
fn java_finds_the_library() {
    if !has_java() || !support::has("jar") {
        return;
    }
    let (folder, elsewhere) = (Folder::new("language-java-found"), library("java-elsewhere"));
    let classes = compiled(&folder, "examples-others/ErpExample.java");
    let named = folder.join("hidden.bin");
    std::fs::copy(support::built("liberptoken.so"), &named).expect("a copy of the library");
    let works = |property: &str, classes: &str| {
        let mut program = Command::new("java");
        program.env("LC_ALL", "C.UTF-8");
        let (output, _) = run(program.arg(property).arg("-cp").arg(classes).arg("ErpExample"), &folder);
        assert_eq!(output, "a token of 32 characters\nfirst freight: São Paulo, 125.5\n");
    };
    works(&option("-Derptoken.library=", &named), &classes);
    works(&option("-Djna.library.path=", elsewhere.path()), &classes);

    let resource = folder.join(&format!("classes/linux-{}", std::env::consts::ARCH.replace('_', "-")));
    std::fs::create_dir(&resource).expect("a folder");
    std::fs::rename(&named, resource.join("liberptoken.so")).expect("a resource");
    let jar = folder.join("erptoken.jar");
    let mut packed = Command::new("jar");
    support::succeed(packed.arg("cf").arg(&jar).arg("-C").arg(folder.join("classes")).arg("."));
    works("-Xshare:auto", &format!("{}:{JNA}", jar.display()));
}
