//! A server for one play: the played call gets the file's bytes, every other call what the provider answers.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection};

use crate::case::Hears;
use crate::good::{self, Call, PASSWORD};
use crate::script::Step;

/// What a server may wait for, so that no thread stays.
const PATIENCE: Duration = Duration::from_secs(25);

pub struct Plan {
    pub provider: &'static str,
    pub call: Call,
    pub steps: Vec<Step>,
    pub hears: Hears,
    pub times: AtomicUsize,
    /// The login asks for a second factor.
    pub wants_mfa: bool,
    /// Calls in the order in which they came.
    pub heard: Mutex<Vec<Call>>,
    over: AtomicBool,
}

pub struct Server {
    pub plan: Arc<Plan>,
    pub port: u16,
}

impl Plan {
    pub fn new(
        provider: &'static str,
        call: Call,
        steps: Vec<Step>,
        hears: Hears,
        times: usize,
        wants_mfa: bool,
    ) -> Plan {
        let (times, heard, over) = (AtomicUsize::new(times), Mutex::default(), AtomicBool::new(false));
        Plan { provider, call, steps, hears, times, wants_mfa, heard, over }
    }

    pub fn asked(&self, call: Call) -> usize {
        self.heard.lock().unwrap().iter().filter(|heard| **heard == call).count()
    }

    fn has_turns(&self) -> bool {
        self.times.load(Ordering::SeqCst) > 0
    }

    fn takes_turn(&self) -> bool {
        self.times.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

impl Server {
    pub fn start(plan: Plan, tls: Option<Arc<ServerConfig>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let plan = Arc::new(plan);
        let shared = Arc::clone(&plan);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.over.load(Ordering::SeqCst) {
                    break;
                }
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || serve(&shared, stream, tls));
            }
        });
        Server { plan, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.plan.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(plan: &Plan, tcp: TcpStream, tls: Option<Arc<ServerConfig>>) {
    let _ = tcp.set_nodelay(true);
    let _ = tcp.set_read_timeout(Some(PATIENCE));
    let _ = tcp.set_write_timeout(Some(PATIENCE));
    let tls = tls.map(|config| ServerConnection::new(config).expect("a TLS session"));
    let mut line = Line { tcp, tls, read: Vec::new() };
    if plan.hears == Hears::Nothing && line.greet() && plan.takes_turn() {
        plan.heard.lock().unwrap().push(plan.call);
        line.perform(&plan.steps);
        return;
    }
    while let Some((head, length)) = line.head() {
        let mut first = head.lines().next().unwrap_or_default().split(' ');
        let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let early =
            plan.hears == Hears::Head && plan.has_turns() && good::call(method, path, b"") == plan.call;
        let body = if early { Some(Vec::new()) } else { line.body(length) };
        let Some(body) = body else { return };
        let call = good::call(method, path, &body);
        plan.heard.lock().unwrap().push(call);
        let goes_on = if call == plan.call && plan.hears != Hears::Nothing && plan.takes_turn() {
            line.perform(&plan.steps)
        } else {
            line.send(&usual(plan, call, &body)).is_some()
        };
        if !goes_on {
            return;
        }
    }
}

/// What the provider answers.
fn usual(plan: &Plan, call: Call, body: &[u8]) -> Vec<u8> {
    let known = |secret: &str| {
        let form = secret.replace(' ', "+");
        [secret, form.as_str()]
            .iter()
            .any(|secret| body.windows(secret.len()).any(|part| part == secret.as_bytes()))
    };
    let (status, body) = match call {
        Call::Login | Call::Key if !known(PASSWORD) => good::refusal(plan.provider),
        Call::Login if plan.wants_mfa => {
            (200, r#"{"mfaInfo":{"temporaryToken":"provisorio","mfaStatus":"CONFIGURED"}}"#.to_owned())
        }
        call => (200, good::body(plan.provider, call)),
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// A connection, plain or TLS.
struct Line {
    tcp: TcpStream,
    tls: Option<ServerConnection>,
    read: Vec<u8>,
}

impl Line {
    /// TLS's handshake, where there is one.
    fn greet(&mut self) -> bool {
        let Some(tls) = &mut self.tls else { return true };
        while tls.is_handshaking() {
            if tls.complete_io(&mut self.tcp).is_err() {
                return false;
            }
        }
        true
    }

    fn more(&mut self) -> Option<()> {
        let mut piece = [0; 16 * 1024];
        let amount = loop {
            let read = match &mut self.tls {
                Some(tls) => rustls::Stream::new(tls, &mut self.tcp).read(&mut piece),
                None => self.tcp.read(&mut piece),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read.ok()?,
            }
        };
        self.read.extend_from_slice(&piece[..amount]);
        (amount > 0).then_some(())
    }

    /// The head of the next request, and the length of its body.
    fn head(&mut self) -> Option<(String, usize)> {
        let end = loop {
            match self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.more()?,
            }
        };
        let head = String::from_utf8_lossy(&self.read.drain(..end).collect::<Vec<u8>>()).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        Some((head, length.unwrap_or(0)))
    }

    fn body(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.read.len() < length {
            self.more()?;
        }
        Some(self.read.drain(..length).collect())
    }

    fn send(&mut self, bytes: &[u8]) -> Option<()> {
        match &mut self.tls {
            Some(tls) => {
                let mut stream = rustls::Stream::new(tls, &mut self.tcp);
                stream.write_all(bytes).and_then(|()| stream.flush()).ok()
            }
            None => self.tcp.write_all(bytes).ok(),
        }
    }

    /// Whether the connection goes on.
    fn perform(&mut self, steps: &[Step]) -> bool {
        let mut pace = None;
        for step in steps {
            match step {
                Step::Send(bytes) => {
                    let (size, pause) = pace.unwrap_or((bytes.len().max(1), Duration::ZERO));
                    for piece in bytes.chunks(size) {
                        if self.send(piece).is_none() {
                            return false;
                        }
                        thread::sleep(pause);
                    }
                }
                Step::Pause(time) => thread::sleep(*time),
                Step::Slowly(bytes, pause) => pace = Some((*bytes, *pause)),
                Step::Keep => return true,
                Step::Close => {
                    let _ = self.tcp.shutdown(Shutdown::Write);
                    self.drain();
                    return false;
                }
                Step::Reset => {
                    reset(&self.tcp);
                    return false;
                }
                Step::Hang => {
                    self.drain();
                    return false;
                }
            }
        }
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            let _ = tls.write_tls(&mut self.tcp);
        }
        let _ = self.tcp.shutdown(Shutdown::Write);
        self.drain();
        false
    }

    /// Until the other side goes: what lies unread when a socket is closed resets the connection.
    fn drain(&mut self) {
        while self.tcp.read(&mut [0; 16 * 1024]).is_ok_and(|amount| amount > 0) {}
    }
}

/// The socket's end becomes an RST.
fn reset(tcp: &TcpStream) {
    let at_once = libc::linger { l_onoff: 1, l_linger: 0 };
    // SAFETY: the option's value is what it wants, and lives until the call returns.
    let set = unsafe {
        libc::setsockopt(
            tcp.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const at_once).cast(),
            size_of::<libc::linger>() as libc::socklen_t,
        )
    };
    assert_eq!(set, 0, "SO_LINGER");
}

/// Some systems allow a process 1024 files until it asks for more.
pub fn allow_many_sockets() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure is what both calls want, and lives until they return.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max.min(limit.rlim_cur.max(16_384));
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}
