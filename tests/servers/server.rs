//! A server of one test's own: a program that says `ready` and its addresses when it listens on this machine, and ends
//! when its input does.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use serde_json::{json, Value};

use crate::client::Account;
use crate::support::{self, Folder};

pub struct Server {
    child: Child,
    pub folder: Folder,
    /// Over http.
    pub base: String,
    /// Over https, of servers that have both.
    pub tls: String,
}

/// Where `install.sh` put the packages of a language. As `support::has` when they are not there.
fn packages(language: &str) -> Option<PathBuf> {
    let tools =
        env::var_os("ERPTOKEN_TOOLS").map_or_else(|| support::project().join("target/tools"), PathBuf::from);
    let folder = tools.join("servers").join(language);
    if folder.is_dir() {
        return Some(folder);
    }
    let required = env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
    assert!(
        !required,
        "there is no {}, and ERPTOKEN_REQUIRE_ALL is 1: tests/servers/install.sh",
        folder.display()
    );
    println!("skipped: tests/servers/install.sh was not run");
    None
}

fn script(name: &str) -> PathBuf {
    support::project().join("tests/servers").join(name)
}

impl Server {
    pub fn django(name: &str) -> Option<Server> {
        let packages = packages("python")?;
        let folder = Folder::new(name);
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", packages).arg(script("django_server.py")).arg(folder.path());
        Some(Server::start(command, folder))
    }

    /// The folder has the keys and certificates of server and clients.
    pub fn oidc_provider(name: &str) -> Option<Server> {
        let packages = packages("node").filter(|_| support::has_with("openssl", "version"))?;
        let folder = Folder::new(name);
        keys(folder.path());
        let mut command = Command::new("node");
        command.arg(script("oidc_provider.mjs")).arg(packages).arg(folder.path());
        Some(Server::start(command, folder))
    }

    pub fn keycloak(name: &str) -> Option<Server> {
        let packages = packages("node")?;
        let mut command = Command::new("node");
        command.arg(script("keycloak_server.mjs")).arg(packages);
        Some(Server::start(command, Folder::new(name)))
    }

    pub fn glewlwyd(name: &str) -> Option<Server> {
        let program = support::server("glewlwyd").filter(|_| support::has_with("openssl", "version"))?;
        let folder = Folder::new(name);
        keys(folder.path());
        let mut command = Command::new("python3");
        command.arg(script("glewlwyd_server.py")).arg(program).arg(folder.path());
        Some(Server::start(command, folder))
    }

    fn start(mut command: Command, folder: Folder) -> Server {
        let log = fs::File::create(folder.join("server.log")).expect("a file for what it says");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        let read = BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line);
        let mut words = line.split_whitespace();
        if read.is_err() || words.next() != Some("ready") {
            let _ = (child.kill(), child.wait());
            panic!(
                "{command:?} did not start: {}",
                fs::read_to_string(folder.join("server.log")).unwrap_or_default()
            );
        }
        let mut address = || words.next().unwrap_or_default().to_owned();
        Server { child, base: address(), tls: address(), folder }
    }

    /// Asks the server past the library.
    fn ask(&self, head: &str, body: &str) -> (u16, String) {
        let host = self.base.strip_prefix("http://").expect("plain http");
        let mut stream = TcpStream::connect(host).expect("the server");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        let length = body.len();
        write!(stream, "{head}Host: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
            .expect("a server that listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body.to_owned())
    }

    /// What the server tells of itself, at a path of the test's own.
    pub fn text(&self, path: &str) -> String {
        let (status, body) = self.ask(&format!("GET {path} HTTP/1.0\r\n"), "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Posts a form that is encoded already.
    pub fn post(&self, path: &str, form: &str) -> (u16, String) {
        let form_type = "Content-Type: application/x-www-form-urlencoded";
        self.ask(&format!("POST {path} HTTP/1.0\r\n{form_type}\r\n"), form)
    }

    /// What the server's API says to a token.
    pub fn api(&self, token: &str) -> u16 {
        self.ask(&format!("GET /api HTTP/1.0\r\nAuthorization: Bearer {token}\r\n"), "").0
    }

    pub fn counts(&self) -> Value {
        serde_json::from_str(&self.text("/counts")).expect("JSON")
    }

    pub fn count(&self, what: &str) -> u64 {
        self.counts()[what].as_u64().unwrap_or_default()
    }

    /// Writes a profile, and gives its path.
    pub fn profile(&self, name: &str, profile: &Value) -> String {
        let path = self.folder.join(&format!("{name}.json"));
        fs::write(&path, profile.to_string()).expect("a profile");
        path.display().to_string()
    }

    /// An account by a profile, at this server.
    pub fn account(&self, profile: &str, options: &[(&str, &str)]) -> Account {
        let account = Account::with(profile, &[("base_url", &self.base)]);
        for (name, value) in options {
            account.set(name, value).unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        }
        account
    }
}

/// A form with the client's id and secret, and more.
pub fn client_form(more: Value) -> Value {
    let mut form = json!({ "client_id": "{client_id}", "client_secret": "{client_secret}" });
    if let (Value::Object(form), Value::Object(more)) = (&mut form, more) {
        form.extend(more);
    }
    form
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // What it started ends with it, if it is let.
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = (self.child.kill(), self.child.wait());
    }
}

/// The words of a line, in a folder.
pub fn openssl(folder: &Path, line: &str) {
    support::succeed(Command::new("openssl").args(line.split_whitespace()).current_dir(folder));
}

/// `ca.pem` and what it signed: `server` for this machine, `erp`; `self`, which nobody signed; `rsa.pem` and `ec.pem`.
fn keys(folder: &Path) {
    const NEW: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    let openssl = |line: &str| openssl(folder, line);
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").expect("a file");
    openssl(&format!("req -x509 {NEW} -keyout ca.key -out ca.pem -subj /CN=ca"));
    for (name, more) in [("server", "-extfile names"), ("erp", "")] {
        openssl(&format!("req {NEW} -keyout {name}.key -out {name}.csr -subj /CN={name}"));
        openssl(&format!("x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -out {name}.pem {more}"));
    }
    openssl(&format!("req -x509 {NEW} -keyout self.key -out self.pem -subj /CN=self"));
    for name in ["rsa", "other"] {
        openssl(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {name}.pem"));
    }
    openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out ec.pem");
    for name in ["rsa", "ec"] {
        openssl(&format!("pkey -in {name}.pem -pubout -out {name}.pub"));
    }
}
