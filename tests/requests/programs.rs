//! Real proxies and servers beside the sandbox, each with a folder of its own.

use std::ffi::OsStr;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{self, Folder};

/// A program that serves a port; it ends with the test.
pub struct Running {
    child: Child,
    pub folder: Folder,
    pub port: u16,
}

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Running {
    /// Starts it and waits until it accepts connections.
    pub fn start(mut command: Command, folder: Folder, port: u16) -> Running {
        let output = fs::File::create(folder.join("output.txt")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut running = Running { child, folder, port };
        let began = Instant::now();
        while TcpStream::connect(running.address()).is_err() {
            let ended = running.child.try_wait().unwrap();
            let output = fs::read_to_string(running.folder.join("output.txt")).unwrap_or_default();
            assert!(ended.is_none(), "{command:?} ended: {output}");
            assert!(began.elapsed() < Duration::from_secs(60), "{command:?} does not answer: {output}");
            thread::sleep(Duration::from_millis(20));
        }
        running
    }

    /// nginx with these `server` blocks, of which `port` is one.
    pub fn nginx(program: impl AsRef<OsStr>, folder: Folder, servers: &str, port: u16) -> Running {
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|name| format!("{name}_temp_path {};\n", folder.join(name).display()))
            .collect();
        let settings = format!(
            "daemon off; master_process off; pid nginx.pid; error_log errors.log;\nevents {{ }}\n\
             http {{ access_log off; proxy_http_version 1.1;\n{temporary}{servers}}}\n"
        );
        fs::write(folder.join("nginx.conf"), settings).unwrap();
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "errors.log"]);
        Running::start(command, folder, port)
    }

    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Tinyproxy,
    Squid,
}

/// With what the proxy wants, as it stands in an address.
pub const LOGIN: &str = "empresa:se%6eha321";

/// A proxy; with `login` it wants one, with `refuses` it lets nobody through.
pub fn proxy(kind: Kind, login: bool, refuses: bool) -> Option<Running> {
    let name = match kind {
        Kind::Tinyproxy => "tinyproxy",
        Kind::Squid => "squid",
    };
    let program = support::server(name)?;
    let port = free_port();
    let folder = Folder::new(&format!("{name}-{port}"));
    let at = |name: &str| folder.join(name).display().to_string();
    let settings = match kind {
        Kind::Tinyproxy => format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\n{}{}",
            if login { "BasicAuth empresa senha321\n" } else { "" },
            if refuses { "ConnectPort 1\n" } else { "" },
        ),
        Kind::Squid => {
            hand_over(folder.path());
            fs::write(folder.join("hosts"), "127.0.0.1 api.erptoken.test\n").unwrap();
            let hash = support::succeed(Command::new("openssl").args(["passwd", "-apr1", "senha321"]));
            fs::write(folder.join("passwords"), format!("empresa:{hash}")).unwrap();
            let allowed = match (login, refuses) {
                (_, true) => "http_access deny all\n".to_owned(),
                (true, _) => format!(
                    "auth_param basic program /usr/lib/squid/basic_ncsa_auth {}\nacl known proxy_auth REQUIRED\n\
                     http_access allow known\nhttp_access deny all\n",
                    at("passwords")
                ),
                (false, _) => "http_access allow all\n".to_owned(),
            };
            format!(
                "http_port 127.0.0.1:{port}\n{allowed}hosts_file {}\npid_filename {}\ncache_log {}\naccess_log none\n\
                 cache deny all\npinger_enable off\nshutdown_lifetime 0 seconds\nmax_filedescriptors 1024\n\
                 coredump_dir none\nvisible_hostname erptoken.test\n",
                at("hosts"),
                at("squid.pid"),
                at("cache.log"),
            )
        }
    };
    fs::write(folder.join("settings"), settings).unwrap();
    let mut command = Command::new(program);
    match kind {
        Kind::Tinyproxy => command.args(["-d", "-c", &at("settings")]),
        Kind::Squid => command.args(["-N", "-n", &format!("erptoken{port}"), "-f", &at("settings")]),
    };
    Some(Running::start(command, folder, port))
}

/// Started by root it becomes somebody else, who must be able to write there.
fn hand_over(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
}
