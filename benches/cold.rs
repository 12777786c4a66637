//! From the start of a process to its first token over TLS: this library beside libcurl, each as a small C program.
//!
//! `cargo bench --bench cold`; needs a C compiler and libcurl's header (Debian: libcurl4-openssl-dev). The programs
//! run in turn, and the numbers are medians of whole processes.

#[path = "host/mod.rs"]
mod host;
#[path = "../tests/sandbox/mod.rs"]
mod sandbox;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use host::support;
use host::timing::median;

const ROUNDS: usize = 101;

fn compiled(name: &str, folder: &Path, libraries: &[&str]) -> PathBuf {
    let program = folder.join(name);
    let mut cc = Command::new(support::cc());
    cc.args(["-std=c99", "-O2", "-Wall", "-I"])
        .arg(support::project().join("include"))
        .arg(support::project().join("benches/cold").join(name).with_extension("c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(folder)
        .args(libraries);
    support::succeed(&mut cc);
    program
}

fn milliseconds(program: &Path, arguments: &[&str], folder: &Path) -> f64 {
    let mut command = Command::new(program);
    command.args(arguments).env("LD_LIBRARY_PATH", folder).env_remove("HTTPS_PROXY");
    let start = Instant::now();
    let status = command.status().expect("a program that starts");
    let spent = start.elapsed();
    assert!(status.success(), "{}: {status}", program.display());
    spent.as_secs_f64() * 1e3
}

fn main() {
    let folder = std::env::temp_dir().join(format!("erptoken-cold-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let library = support::built("liberptoken.so");
    for link in ["liberptoken.so", "liberptoken.so.1"] {
        std::os::unix::fs::symlink(&library, folder.join(link)).expect("a link to the library");
    }
    let ours = compiled("erptoken", &folder, &["-lerptoken"]);
    let curl = compiled("curl", &folder, &["-lcurl"]);
    let sandbox = sandbox::Sandbox::start();
    let (base, ca) = (sandbox.base_https("invoisys"), sandbox.ca_file());
    let arguments = [base.as_str(), ca.to_str().expect("a path in UTF-8")];

    let rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| (milliseconds(&ours, &arguments, &folder), milliseconds(&curl, &arguments, &folder)))
        .collect();
    let column = |of: fn(&(f64, f64)) -> f64| median(rounds.iter().map(of).collect());
    let (ours, curl, ratio) =
        (column(|round| round.0), column(|round| round.1), column(|round| round.0 / round.1));
    println!("process to first token over TLS   {ours:6.2} ms   libcurl {curl:6.2} ms   {ratio:5.2} x");
    let _ = std::fs::remove_dir_all(&folder);
}
