//! Where a test stands: a sandbox, a folder, and the command with nothing of this process's environment.

use crate::sandbox::Sandbox;
use crate::support::Folder;
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_erptoken");
pub const USER: &str = "admin@empresa.com.br";
pub const PASSWORD: &str = "senhaUsuario";

pub struct Place {
    pub sandbox: Sandbox,
    pub folder: Folder,
}

pub struct Done {
    pub code: i32,
    pub out: String,
    pub bytes: Vec<u8>,
    pub err: String,
}

impl Done {
    /// It worked, and said nothing else.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// It failed with this code, printed no result and one line with these words.
    #[track_caller]
    pub fn bad(self, code: i32, words: &[&str]) -> String {
        assert_eq!(self.code, code, "{}", self.err);
        assert_eq!(self.out, "", "a result in spite of: {}", self.err);
        self.says(words)
    }

    #[track_caller]
    pub fn says(self, words: &[&str]) -> String {
        assert!(self.err.starts_with("erptoken: ") && self.err.ends_with('\n'), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in: {}", self.err);
        }
        self.err
    }
}

/// The command with these words and an empty environment.
pub fn bare(words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C");
    command
}

pub fn done(command: &mut Command, input: &[u8]) -> Done {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command");
    let _ = child.stdin.take().expect("its input").write_all(input);
    let output = child.wait_with_output().expect("its end");
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        bytes: output.stdout,
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Place {
    pub fn new(name: &str) -> Place {
        Place { sandbox: Sandbox::start(), folder: Folder::new(&format!("command-{name}")) }
    }

    /// The command with the usual user of Senior in its environment.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = bare(words);
        command.env("ERPTOKEN_USERNAME", USER).env("ERPTOKEN_PASSWORD", PASSWORD);
        command.env("ERPTOKEN_BASE_URL", self.sandbox.base("senior"));
        command
    }

    pub fn run(&self, words: &[&str]) -> Done {
        done(&mut self.command(words), b"")
    }

    /// As `command`, with a store that the runs share.
    pub fn shared(&self, words: &[&str]) -> Command {
        let mut command = self.command(words);
        let key = self.file("store.key", &"5a".repeat(32), 0o600);
        command.env("ERPTOKEN_STORE", format!("file:{}", self.folder.join("store").display()));
        command.env("ERPTOKEN_STORE_KEY", format!("file:{}", key.display()));
        command
    }

    pub fn run_shared(&self, words: &[&str]) -> Done {
        done(&mut self.shared(words), b"")
    }

    pub fn file(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("its rights");
        path
    }
}
