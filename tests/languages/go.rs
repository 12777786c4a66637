//! Go, over cgo.

use super::*;

/// go, with what it has compiled before, and no network.
fn go(folder: &Path) -> Command {
    let mut go = Command::new("go");
    go.current_dir(folder)
        .env("GOCACHE", tools().join("go"))
        .env("GOFLAGS", "-mod=mod")
        .env("GOPROXY", "off");
    go.env("CGO_ENABLED", "1");
    go
}

/// A module of that one source and the package, which is a copy: a user has no header, and no folder of ours.
fn module(folder: &Folder, source: &str) -> PathBuf {
    let (project, module) = (support::project(), folder.join("module"));
    std::fs::create_dir_all(module.join("erptoken")).expect("a folder");
    for (from, to) in [
        (source, "main.go"),
        ("examples-others/go/go.mod", "go.mod"),
        ("include/go/erptoken.go", "erptoken/erptoken.go"),
        ("include/go/go.mod", "erptoken/go.mod"),
    ] {
        std::fs::copy(project.join(from), module.join(to)).unwrap_or_else(|error| panic!("{from}: {error}"));
    }
    support::succeed(go(&module).args(["mod", "edit", "-replace", "erptoken=./erptoken"]));
    module
}

#[test]
fn go_may_do_what_hosts_do() {
    if support::has_with("go", "version") {
        let folder = library("go");
        let module = module(&folder, "tests/languages/calls.go");
        let program = folder.join("calls");
        let mut build = go(&module);
        build.env("CGO_LDFLAGS", option("-L", folder.path())).env("CGO_CFLAGS", "-Wall -Werror");
        support::succeed(build.arg("build").arg("-o").arg(&program));
        silent(&mut Command::new(program), &folder);
    }
}

/// Only pkg-config knows where it is.
#[test]
fn go_finds_the_library_by_pkg_config() {
    if support::has_with("go", "version") && support::has("pkg-config") {
        let folder = library("go-pkg-config");
        let module = module(&folder, "examples-others/go/example.go");
        let file = format!(
            "Name: erptoken\nDescription: -\nVersion: 1\nLibs: -L{} -lerptoken\n",
            folder.path().display()
        );
        std::fs::write(folder.join("erptoken.pc"), file).expect("a file for pkg-config");
        let program = folder.join("example");
        let mut build = go(&module);
        build.env("PKG_CONFIG_PATH", folder.path()).args(["build", "-tags", "pkgconfig", "-o"]);
        support::succeed(build.arg(&program));
        let (output, _) = run(&mut Command::new(program), &folder);
        assert_eq!(output, "a token of 32 characters\nfirst freight: São Paulo, 125.5\n");
    }
}

#[test]
fn go_is_written_as_its_tools_want_it() {
    if support::has_with("go", "version") && support::has_file("/usr/bin/gofmt") {
        let project = support::project();
        let sources = ["include/go/erptoken.go", "examples-others/go/example.go", "tests/languages/calls.go"];
        let mut format = Command::new("gofmt");
        assert_eq!(support::succeed(format.arg("-l").args(sources.map(|source| project.join(source)))), "");
        support::succeed(go(&project.join("include/go")).args(["vet", "."]));
    }
}
