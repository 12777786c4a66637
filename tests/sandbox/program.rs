//! The sandbox as a program: `cargo run --example sandbox [-- OPTIONS]`.
//!
//! It prints the addresses as shell lines and runs until it is killed; see USAGE for the rest.

#[path = "mod.rs"]
mod sandbox;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, process, thread};

use sandbox::Sandbox;

const USAGE: &str = "\
usage: sandbox [--env-file PATH] [--for SECONDS] [--until-eof]

  --env-file PATH  also write the shell lines to PATH, and the CA's certificate to PATH.ca.pem.
                   PATH appears complete, in one step: a script may wait until it exists.
  --for SECONDS    stop after this time.
  --until-eof      stop when standard input ends. Without it standard input is not read at all,
                   so that the program can run in the background with /dev/null as its input.

Without --for and --until-eof it runs until it is killed.
";

const USERS: &str = "\
# senior    admin@empresa.com.br     senhaUsuario
# senior    mfa@empresa.com.br       senhaUsuario      second factor: 012345
# senior    troca@empresa.com.br     senhaUsuario      must change the password
# senior    key chave                segredo           tenant empresa
# invoisys  email@email.com.br       senha do usuário
# assine    siletic225@xhyemail.com  INFORME_SENHA     a company's account
# assine    pessoa@xhyemail.com      INFORME_SENHA     a person's account
# consent   erp-da-empresa           segredo-do-cliente  a person consents at once
";

#[derive(Default)]
struct Options {
    env_file: Option<PathBuf>,
    time: Option<Duration>,
    until_eof: bool,
}

fn main() {
    let options = match options(env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprint!("sandbox: {why}\n{USAGE}");
            process::exit(2);
        }
    };
    let sandbox = Sandbox::start();
    if let Err(e) = announce(&sandbox, options.env_file.as_deref()) {
        eprintln!("sandbox: {e}");
        process::exit(1);
    }
    wait(&options);
}

fn wait(options: &Options) {
    let (end, ended) = mpsc::channel::<()>();
    let keep = if options.until_eof {
        thread::spawn(move || {
            // Whatever stands there, only its end matters.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            drop(end);
        });
        None
    } else {
        Some(end)
    };
    // Nothing is ever sent: the channel only breaks, at the end of standard input.
    let _ = match options.time {
        Some(time) => ended.recv_timeout(time).is_ok(),
        None => ended.recv().is_ok(),
    };
    drop(keep);
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} wants a value"));
        match arg.as_str() {
            "--env-file" => options.env_file = Some(PathBuf::from(value()?)),
            "--for" => {
                let seconds = value()?.parse().ok().map(Duration::try_from_secs_f64);
                let Some(Ok(time)) = seconds else {
                    return Err("--for wants a number of seconds".to_string());
                };
                options.time = Some(time);
            }
            "--until-eof" => options.until_eof = true,
            "--help" | "-h" => {
                print!("{USAGE}");
                process::exit(0);
            }
            _ => return Err(format!("no such option: {arg}")),
        }
    }
    Ok(options)
}

fn announce(sandbox: &Sandbox, env_file: Option<&Path>) -> io::Result<()> {
    let ca_file = match env_file {
        Some(path) => {
            let ca_file = std::path::absolute(with_ending(path, ".ca.pem"))?;
            fs::write(&ca_file, sandbox.ca_pem())?;
            ca_file
        }
        None => sandbox.ca_file(),
    };
    let values = [
        ("HTTP", sandbox.http()),
        ("HTTPS", sandbox.https()),
        ("CA", ca_file.display().to_string()),
        ("SENIOR", sandbox.base("senior")),
        ("INVOISYS", sandbox.base("invoisys")),
        ("ASSINE", sandbox.base("assine")),
        ("CONSENT", sandbox.base("consent")),
    ];
    let lines = values.map(|(name, value)| {
        let quoted = value.replace('\'', r"'\''");
        format!("export ERPTOKEN_SANDBOX_{name}='{quoted}'\n")
    });
    let lines = lines.concat();
    if let Some(path) = env_file {
        let unfinished = with_ending(path, ".tmp");
        fs::write(&unfinished, &lines)?;
        fs::rename(&unfinished, path)?;
    }
    let mut out = io::stdout().lock();
    write!(out, "{lines}{USERS}")?;
    out.flush()
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(ending);
    PathBuf::from(name)
}
