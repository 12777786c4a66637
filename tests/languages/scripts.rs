//! Python, Node.js, PHP, COBOL and Harbour: what hosts do, by `Calls` of each, and where its file finds the library.

use super::*;
use std::fs;

fn file(path: &str) -> PathBuf {
    support::project().join(path)
}

/// A folder with a file of `include/` and the library beside it, in `place`, and nowhere else.
fn packed(name: &str, include: &str, under: &str, place: &str) -> Folder {
    let folder = Folder::new(&format!("language-packed-{name}"));
    fs::create_dir_all(folder.join(place)).expect("a folder for the library");
    fs::create_dir_all(folder.join(under).parent().expect("a folder")).expect("a folder for the file");
    fs::copy(file(include), folder.join(under)).expect("a copy of the file");
    fs::copy(support::built("liberptoken.so"), folder.join(place).join("liberptoken.so")).expect("a copy");
    folder
}

/// By the system's search path, then as the file stands in a package.
fn twice(name: &str, include: &str, packed: &Folder, under: &str, command: impl Fn(PathBuf) -> Command) {
    let folder = library(name);
    silent(&mut command(file(include)), &folder);
    silent(&mut command(packed.join(under)), &Folder::new(&format!("language-nothing-{name}")));
}

#[test]
fn python_may_do_what_hosts_do() {
    if !support::has("python3") {
        return;
    }
    let packed = packed("python", "include/python/erptoken.py", "erptoken/__init__.py", "erptoken");
    let command = |module: PathBuf| {
        let mut command = Command::new("python3");
        let folder = module.parent().expect("a folder");
        let folder =
            if module.ends_with("__init__.py") { folder.parent().expect("a folder") } else { folder };
        command.args(["-B", "-W", "error"]).arg(file("tests/languages/calls.py")).env("PYTHONPATH", folder);
        command
    };
    twice("python", "include/python/erptoken.py", &packed, "erptoken/__init__.py", command);
}

#[test]
fn node_may_do_what_hosts_do() {
    let modules = tools().join("node_modules");
    if !support::has("node") || !support::has_file(modules.join("koffi/package.json")) {
        return;
    }
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let place = format!("native/linux-{arch}");
    let packed = packed("node", "include/node/erptoken.js", "erptoken.js", &place);
    let command = |module: PathBuf| {
        let mut command = Command::new("node");
        command.arg(file("tests/languages/calls.js")).env("ERPTOKEN_FILE", module).env("NODE_PATH", &modules);
        command
    };
    twice("node", "include/node/erptoken.js", &packed, "erptoken.js", command);
}

#[test]
fn php_may_do_what_hosts_do() {
    if !support::has("php") {
        return;
    }
    let packed = packed("php", "include/php/ErpToken.php", "ErpToken.php", ".");
    let command = |source: PathBuf| {
        let mut command = Command::new("php");
        command.args(["-d", "ffi.enable=1", "-d", "error_reporting=-1", "-d", "display_errors=1"]);
        command.arg(file("tests/languages/calls.php")).env("ERPTOKEN_FILE", source);
        command
    };
    twice("php", "include/php/ErpToken.php", &packed, "ErpToken.php", command);
}

/// As in a web server: the file is preloaded, and FFI stays closed to every other script.
#[test]
fn php_may_be_preloaded() {
    const SERVE: &str = r#"
        php -d ffi.enable=preload -d opcache.enable=1 -d opcache.preload="$ERPTOKEN_FILE" \
            -d opcache.preload_user="$(id -un)" -S 127.0.0.1:$PORT -t "$PAGES" >"$PAGES/log" 2>&1 &
        server=$!
        php -r 'for ($i = 0; $i < 200; $i++) {
            $page = @file_get_contents("http://127.0.0.1:" . getenv("PORT") . "/closed.php");
            if ($page !== false) {
                echo $page, file_get_contents("http://127.0.0.1:" . getenv("PORT") . "/calls.php");
                exit;
            }
            usleep(50000);
        }
        echo "no answer: ", file_get_contents(getenv("PAGES") . "/log");'
        kill $server"#;
    if !support::has_with("php", "--version") {
        return;
    }
    let folder = library("php-preloaded");
    fs::copy(file("tests/languages/calls.php"), folder.join("calls.php")).expect("a copy");
    let closed = "<?php try { FFI::cdef('int abs(int);'); echo 'open'; } catch (FFI\\Exception $closed) {}";
    fs::write(folder.join("closed.php"), closed).expect("a page");
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let mut shell = Command::new("sh");
    shell.args(["-c", SERVE]).env("PORT", port.to_string()).env("PAGES", folder.path());
    silent(shell.env("ERPTOKEN_FILE", file("include/php/ErpToken.php")), &folder);
}

#[test]
fn cobol_may_do_what_hosts_do() {
    if support::has("cobc") {
        let folder = library("cobol");
        let program = folder.join("calls");
        let mut compiler = Command::new("cobc");
        compiler.args(["-x", "-fstatic-call", "-lerptoken", "-o"]).arg(&program);
        compiler.arg(option("-L", folder.path())).arg(option("-I", &file("include/cobol")));
        compiler.arg(file("tests/languages/calls.cob")).arg(file("include/cobol/erptoken.cob"));
        support::succeed(&mut compiler);
        silent(&mut Command::new(program), &folder);
    }
}

/// No package has Harbour: `declarations` looks at its file where it is not.
#[test]
fn harbour_may_do_what_hosts_do() {
    if Command::new("hbmk2").arg("--version").output().is_err() {
        return println!("skipped: no hbmk2 (Harbour), which no package has");
    }
    let folder = library("harbour");
    let program = folder.join("calls");
    let mut compiler = Command::new("hbmk2");
    compiler.args(["-q", "-mt", "-gtstd", "-w3", "-es2"]).arg(option("-o", &program));
    compiler.arg(option("-I", &file("include/harbour"))).current_dir(folder.path());
    compiler.arg(file("tests/languages/calls.prg")).arg(file("include/harbour/ErpToken.prg"));
    support::succeed(&mut compiler);
    silent(&mut Command::new(program), &folder);
}
