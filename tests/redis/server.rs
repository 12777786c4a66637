//! A redis-server of one test's own, on a free port of this machine and in a folder that goes with it.

// Each test program uses its own part of this.
#![allow(dead_code)]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, process, thread};

pub struct RedisServer {
    child: Option<Child>,
    folder: PathBuf,
    port: u16,
    tls: bool,
    args: Vec<String>,
}

pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl RedisServer {
    /// Without persistence, unless `args` say otherwise.
    pub fn start(args: &[&str]) -> RedisServer {
        RedisServer::start_in(new_folder(), false, args)
    }

    /// With TLS alone; the certificate's authority is `ca.pem` in its folder.
    pub fn start_with_tls() -> RedisServer {
        let folder = new_folder();
        let made = |name: &str| folder.join(name).display().to_string();
        let (ca, ca_key, key) = (made("ca.pem"), made("ca.key"), made("server.key"));
        let (request, cert, names) = (made("server.csr"), made("server.pem"), made("names"));
        fs::write(&names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
        let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        openssl(
            &[&["req", "-x509"][..], &new_key, &["-keyout", &ca_key, "-out", &ca, "-subj", "/CN=ca"]]
                .concat(),
        );
        openssl(
            &[&["req"][..], &new_key, &["-keyout", &key, "-out", &request, "-subj", "/CN=server"]].concat(),
        );
        openssl(&[
            "x509", "-req", "-in", &request, "-CA", &ca, "-CAkey", &ca_key, "-out", &cert, "-extfile", &names,
        ]);
        let args = ["--tls-cert-file", &cert, "--tls-key-file", &key, "--tls-auth-clients", "no"];
        RedisServer::start_in(folder, true, &args)
    }

    fn start_in(folder: PathBuf, tls: bool, args: &[&str]) -> RedisServer {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut server = RedisServer { child: None, folder, port: free_port(), tls, args };
        // Somebody else may have the port in the meantime.
        for _ in 0..100 {
            if server.run() {
                return server;
            }
            server.port = free_port();
        }
        panic!("{} does not start: see {}", program(), server.folder.join("log").display());
    }

    /// Whether it answers now; if not, it has ended.
    pub fn run(&mut self) -> bool {
        let port = self.port.to_string();
        // One that was built without TLS knows no --tls-port.
        let ports = if self.tls { &["--port", "0", "--tls-port", &port][..] } else { &["--port", &port] };
        let mut child = Command::new(program())
            .args(ports)
            .args(["--bind", "127.0.0.1", "--save", "", "--logfile", "log", "--dir"])
            .arg(&self.folder)
            .args(&self.args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server");
        let (began, own) = (Instant::now(), format!("{}:", child.id()));
        let ready = |line: &str| line.starts_with(&own) && line.contains("eady to accept connections");
        while child.try_wait().unwrap().is_none() {
            if fs::read_to_string(self.folder.join("log")).is_ok_and(|log| log.lines().any(ready)) {
                self.child = Some(child);
                return true;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "redis-server does not start");
            thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Ends it, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it, as a machine that pauses does.
    pub fn stop(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("it runs");
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn ca(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    pub fn url(&self) -> String {
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// What redis-cli prints of the answer.
    pub fn command(&self, words: &[&str]) -> String {
        ask(self.port, words)
    }

    /// The names of this library's keys.
    pub fn keys(&self) -> Vec<String> {
        self.command(&["KEYS", "erptoken:*"]).lines().map(str::to_owned).collect()
    }

    /// All leases end, as if their time had passed.
    pub fn leases_end(&self) {
        for key in self.leased() {
            self.command(&["HSET", &key, "until", "1"]);
        }
    }

    /// How many leases are held.
    pub fn leases(&self) -> usize {
        self.leased().len()
    }

    fn leased(&self) -> Vec<String> {
        let is_held = |key: &String| self.command(&["HEXISTS", key, "until"]) == "1";
        self.keys().into_iter().filter(is_held).collect()
    }
}

/// What speaks like a redis-server may be tested in its place: Valkey, or another version.
pub fn program() -> String {
    env::var("ERPTOKEN_REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned())
}

pub fn ask(port: u16, words: &[&str]) -> String {
    let mut command = Command::new("redis-cli");
    command.args(["-h", "127.0.0.1", "-p", &port.to_string()]).args(words).stdin(Stdio::null());
    let output = command.output().expect("redis-cli");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

pub fn new_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("erptoken-redis-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn openssl(args: &[&str]) {
    let done = Command::new("openssl").args(args).stdin(Stdio::null()).output().expect("openssl");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Whether the tools are there; where they must be, a missing one is a failure.
pub fn is_there() -> bool {
    let there = [program().as_str(), "redis-cli", "openssl"].iter().all(|tool| {
        let arg = if *tool == "openssl" { "version" } else { "--version" };
        let mut command = Command::new(tool);
        command.arg(arg).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    });
    if !there {
        let required = env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "there is no redis-server, redis-cli or openssl, and ERPTOKEN_REQUIRE_ALL is 1");
        println!("skipped: no redis-server, redis-cli or openssl");
    }
    there
}

/// A way to a server that can be made slow, or lead elsewhere.
pub struct SlowWay {
    port: u16,
    settings: Arc<WaySettings>,
}

struct WaySettings {
    /// So long what the server says is held back.
    delay_ms: AtomicU64,
    /// Where new connections lead.
    target: AtomicU16,
    /// Connections with a lower number carry nothing any more, and nobody is told.
    first_open: AtomicU32,
    connections: AtomicU32,
    ended: AtomicBool,
}

impl SlowWay {
    pub fn to(port: u16) -> SlowWay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let own = listener.local_addr().unwrap().port();
        let settings = Arc::new(WaySettings {
            delay_ms: AtomicU64::new(0),
            target: AtomicU16::new(port),
            first_open: AtomicU32::new(0),
            connections: AtomicU32::new(0),
            ended: AtomicBool::new(false),
        });
        let way = SlowWay { port: own, settings: Arc::clone(&settings) };
        thread::spawn(move || {
            for client in listener.incoming() {
                if settings.ended.load(Ordering::Relaxed) {
                    return;
                }
                let target = settings.target.load(Ordering::Relaxed);
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", target))) else {
                    continue;
                };
                let (to_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let number = settings.connections.fetch_add(1, Ordering::Relaxed);
                let (there, back) = (Arc::clone(&settings), Arc::clone(&settings));
                thread::spawn(move || carry(client, to_server, &there, number, false));
                thread::spawn(move || carry(server, to_client, &back, number, true));
            }
        });
        way
    }

    /// New connections lead to another server.
    pub fn lead_to(&self, port: u16) {
        self.settings.target.store(port, Ordering::Relaxed);
    }

    /// What is open stays so and carries nothing any more.
    pub fn swallow(&self) {
        let next = self.settings.connections.load(Ordering::Relaxed);
        self.settings.first_open.store(next, Ordering::Relaxed);
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn delay(&self, ms: u64) {
        self.settings.delay_ms.store(ms, Ordering::Relaxed);
    }
}

impl Drop for SlowWay {
    fn drop(&mut self) {
        self.settings.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, settings: &WaySettings, number: u32, slow: bool) {
    let mut buffer = [0; 4096];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(amount) => {
                if slow {
                    thread::sleep(Duration::from_millis(settings.delay_ms.load(Ordering::Relaxed)));
                }
                if number < settings.first_open.load(Ordering::Relaxed) {
                    continue;
                }
                if to.write_all(&buffer[..amount]).is_err() {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// A server that answers whatever it is told with `answer`, again and again with `pause` in between.
pub fn impostor(answer: &'static [u8], pause: Option<Duration>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || answer_all(client, answer, pause));
        }
    });
    format!("redis://127.0.0.1:{port}")
}

fn answer_all(mut client: TcpStream, answer: &[u8], pause: Option<Duration>) {
    let mut buffer = [0; 4096];
    while client.read(&mut buffer).is_ok_and(|amount| amount > 0) {
        while client.write_all(answer).is_ok() {
            match pause {
                Some(pause) => thread::sleep(pause),
                None => break,
            }
        }
    }
}
