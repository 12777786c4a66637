//! Programs in other languages, through the declarations in `include/` or their own: the examples, and `Calls`, which
//! does in each what a host may do wrong; those of `docs/hosts.md`. VB6 does not run here; `declarations` looks at its file.
//!
//! `ERPTOKEN_REQUIRE_ALL=1` makes a missing compiler or runtime a failure; `install.sh` brings what Debian lacks.

#![cfg(target_os = "linux")]

mod go;
mod java;
mod pages;
#[path = "../sandbox/mod.rs"]
mod sandbox;
mod scripts;
#[path = "../support/mod.rs"]
mod support;

use sandbox::Sandbox;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use support::Folder;

const LIMIT: Duration = Duration::from_secs(300);

/// Where `install.sh` puts things.
fn tools() -> PathBuf {
    env::var_os("ERPTOKEN_TOOLS").map_or_else(|| support::project().join("target/tools"), PathBuf::from)
}

/// A folder with the library under the names that programs look for.
fn library(name: &str) -> Folder {
    let folder = Folder::new(&format!("language-{name}"));
    for link in ["liberptoken.so", "liberptoken.so.1"] {
        let built = support::built("liberptoken.so");
        std::os::unix::fs::symlink(built, folder.join(link)).expect("a link to the library");
    }
    folder
}

/// Runs to a good end, beside a sandbox that must have nothing to complain of. What was printed.
fn run(command: &mut Command, folder: &Folder) -> (String, Sandbox) {
    let sandbox = Sandbox::start();
    for proxy in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(proxy);
    }
    command
        .env("LD_LIBRARY_PATH", folder.path())
        .env("ERPTOKEN_LIBRARY", folder.path())
        .env("ERPTOKEN_BUILD", folder.path())
        .env("ERPTOKEN_TOOLS", tools())
        .env("ERPTOKEN_SANDBOX_HTTP", sandbox.http())
        .env("ERPTOKEN_SANDBOX_HTTPS", sandbox.https())
        .env("ERPTOKEN_SANDBOX_CA", sandbox.ca_file());
    for provider in ["senior", "invoisys", "assine"] {
        command.env(format!("ERPTOKEN_SANDBOX_{}", provider.to_uppercase()), sandbox.base(provider));
    }
    let ended = support::run(command, folder, LIMIT);
    println!("{}", ended.output);
    let success = ended.status.is_some_and(|status| status.success());
    assert!(success, "{command:?} ended with {:?}. It printed:\n{}", ended.status, ended.output);
    let violations = sandbox.violations();
    assert!(violations.is_empty(), "the provider complains: {violations:#?}");
    (ended.output, sandbox)
}

/// The examples of a folder, by the script that a person runs too.
fn examples(name: &str) -> (String, Sandbox) {
    let folder = library(name);
    let script = support::project().join(format!("examples-{name}/run.sh"));
    run(Command::new("sh").arg(script), &folder)
}

#[test]
fn the_examples_for_delphi_do_their_jobs() {
    let (output, _) = examples("delphi");
    for line in ["first freight: São Paulo, 125.5\n", "logins: 2\n", "revoked\n"] {
        assert!(output.contains("skipped: ") || output.contains(line), "{output}");
    }
}

#[test]
fn the_examples_for_dotnet_do_their_jobs() {
    let (output, _) = examples("dotnet");
    for line in ["first freight: São Paulo, 125.5\n", "logins: 2\n", "revoked\n"] {
        assert!(output.contains("skipped: ") || output.contains(line), "{output}");
    }
}

#[test]
fn one_login_in_each_other_language() {
    let (output, sandbox) = examples("others");
    let ran = output.matches("a token of 32 characters\n").count();
    assert_eq!(ran, output.matches("-- ").count(), "{output}");
    assert_eq!(sandbox.count("senior.login"), ran);
}

fn compiled_pascal(folder: &Folder) -> PathBuf {
    let folder = folder.path();
    let mut compiler = Command::new("fpc");
    compiler.args(["-v0", "-Cg"]).arg(option("-FU", folder)).arg(option("-FE", folder));
    compiler.arg(option("-Fl", folder)).arg(option("-Fu", &support::project().join("include")));
    support::succeed(compiler.arg(support::project().join("tests/languages/Calls.dpr")));
    folder.join("Calls")
}

fn option(name: &str, path: &Path) -> String {
    format!("{name}{}", path.display())
}

/// A program that is silent when all is well.
fn silent(command: &mut Command, folder: &Folder) {
    let (output, sandbox) = run(command, folder);
    assert_eq!(output, "");
    assert!(sandbox.count("senior.login") > 0);
}

#[test]
fn pascal_may_do_what_hosts_do() {
    if support::has_with("fpc", "-iV") {
        let folder = library("pascal");
        let program = compiled_pascal(&folder);
        silent(&mut Command::new(program), &folder);
    }
}

fn compiled_csharp(folder: &Folder) -> PathBuf {
    let program = folder.join("calls.exe");
    let mut compiler = Command::new("mcs");
    // The language of .NET Framework 4.5's own compiler.
    compiler
        .args(["-langversion:5", "-warnaserror", "-r:System.Net.Http.dll"])
        .arg(option("-out:", &program));
    compiler.arg(support::project().join("tests/languages/Calls.cs"));
    support::succeed(compiler.arg(support::project().join("include/ErpToken.cs")));
    program
}

#[test]
fn csharp_may_do_what_hosts_do_on_mono() {
    if support::has("mcs") && support::has("mono") {
        let folder = library("mono");
        let program = compiled_csharp(&folder);
        silent(Command::new("mono").arg(program), &folder);
    }
}

/// .NET with its settings, where it is there.
fn dotnet() -> Option<Command> {
    let installed = tools().join("dotnet/dotnet");
    let dotnet = if installed.exists() { installed } else { PathBuf::from("dotnet") };
    support::has_with(&dotnet, "--info").then(|| {
        let mut command = Command::new(dotnet);
        command
            .args(["exec", "--runtimeconfig"])
            .arg(support::project().join("examples-dotnet/runtimeconfig.json"));
        command
    })
}

#[test]
fn csharp_may_do_what_hosts_do_on_dotnet() {
    if let (true, Some(mut dotnet)) = (support::has("mcs"), dotnet()) {
        let folder = library("dotnet-calls");
        let program = compiled_csharp(&folder);
        silent(dotnet.arg(program), &folder);
    }
}

/// As a NuGet package lays the libraries, with one of other bits and one that is none: a program for any processor takes its
/// own, on both runtimes. And by a path.
#[test]
fn csharp_finds_the_library_of_its_bits() {
    let runtimes = [Some(Command::new("mono")), dotnet()];
    if !support::has("mcs") || !support::has("mono") {
        return;
    }
    let folder = Folder::new("language-runtimes");
    let program = compiled_csharp(&folder);
    let (own, other) = if cfg!(target_arch = "aarch64") { ("arm64", "x64") } else { ("x64", "arm64") };
    let place = |kind: &str| folder.join("runtimes").join(format!("linux-{kind}/native"));
    for kind in [own, other] {
        std::fs::create_dir_all(place(kind)).expect("a folder");
        std::fs::write(place(kind).join("liberptoken.so"), "of another processor").expect("a file");
    }
    std::fs::write(folder.join("liberptoken.so"), "of other bits").expect("a file");
    let library = place(own).join("liberptoken.so");
    std::fs::copy(support::built("liberptoken.so"), &library).expect("a copy of the library");
    let hidden = folder.join("hidden.so");
    std::fs::copy(&library, &hidden).expect("a copy of the library");
    let nowhere = Folder::new("language-runtimes-empty");
    for mut command in runtimes.into_iter().flatten() {
        let arguments: Vec<_> = command.get_args().map(std::ffi::OsStr::to_owned).collect();
        silent(command.arg(&program), &nowhere);
        std::fs::rename(place(own), folder.join("gone")).expect("a folder's new name");
        silent(Command::new(command.get_program()).args(arguments).arg(&program).arg(&hidden), &nowhere);
        std::fs::rename(folder.join("gone"), place(own)).expect("a folder's old name");
    }
}

/// Where System.Net.Http is missing, the rest compiles.
#[test]
fn csharp_compiles_without_http() {
    if support::has("mcs") {
        let folder = Folder::new("language-no-http");
        let mut compiler = Command::new("mcs");
        compiler.args(["-langversion:5", "-warnaserror", "-d:ERPTOKEN_NO_HTTP", "-target:library"]);
        compiler.arg(option("-out:", &folder.join("erptoken.dll")));
        support::succeed(compiler.arg(support::project().join("include/ErpToken.cs")));
    }
}
