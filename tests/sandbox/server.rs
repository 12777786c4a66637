//! The listening side: two ports, a thread per connection, and an end that wakes everybody up.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::connection::{Connection, Next};
use super::control;
use super::faults::Fault;
use super::http::{Request, Response};
use super::settings::Settings;
use super::state::State;
use super::tls::Tls;
use super::vendor;

const STACK: usize = 512 * 1024;
const ACCEPTORS: usize = 16;

struct Open {
    socket: Arc<TcpStream>,
    https: bool,
}

/// What all threads of one sandbox share.
pub struct Shared {
    pub tls: Tls,
    pub connections: AtomicUsize,
    /// Connections that took up an earlier TLS session.
    pub resumed: AtomicUsize,
    state: Mutex<State>,
    /// The connections that are open now; None once the sandbox stops.
    open: Mutex<Option<HashMap<usize, Open>>>,
    next_socket: AtomicUsize,
    stopping: Mutex<bool>,
    stopped: Condvar,
}

impl Shared {
    /// A sandbox that serves nobody yet.
    pub fn new() -> Shared {
        Shared {
            tls: Tls::new(),
            connections: AtomicUsize::new(0),
            resumed: AtomicUsize::new(0),
            state: Mutex::new(State::new()),
            open: Mutex::new(Some(HashMap::new())),
            next_socket: AtomicUsize::new(0),
            stopping: Mutex::new(false),
            stopped: Condvar::new(),
        }
    }

    /// The vendors' state, locked.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Waits, but not longer than the sandbox runs; None waits for its end.
    fn pause(&self, time: Option<Duration>) {
        let guard = lock(&self.stopping);
        match time {
            Some(time) => drop(self.stopped.wait_timeout_while(guard, time, |end| !*end)),
            None => drop(self.stopped.wait_while(guard, |end| !*end)),
        }
    }

    fn is_stopping(&self) -> bool {
        *lock(&self.stopping)
    }

    /// Changes the settings. A server that is given another certificate ends the connections that began with the old one.
    pub fn change<R>(&self, state: &mut State, change: impl FnOnce(&mut Settings) -> R) -> R {
        let before = state.settings.certificate;
        let result = change(&mut state.settings);
        if state.settings.certificate != before {
            for open in lock(&self.open).iter().flat_map(HashMap::values).filter(|open| open.https) {
                let _ = open.socket.shutdown(Shutdown::Both);
            }
        }
        result
    }

    /// Accepts no more, closes every connection and wakes every thread that waits.
    pub fn stop(&self) {
        *lock(&self.stopping) = true;
        self.stopped.notify_all();
        for (_, open) in lock(&self.open).take().into_iter().flatten() {
            let _ = open.socket.shutdown(Shutdown::Both);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a port that the system picks on 127.0.0.1.
///
/// std's queue of 128 waiting connections overflows when hundreds of clients come at once, and a client that finds it
/// full tries again after a second. So some threads only accept, and another starts the connections' threads.
pub fn listen(shared: &Arc<Shared>, https: bool) -> io::Result<(SocketAddr, Vec<JoinHandle<()>>)> {
    let listener = Arc::new(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?);
    let address = listener.local_addr()?;
    let (accepted, queue) = mpsc::channel();
    let mine = Arc::clone(shared);
    let start = move || queue.into_iter().for_each(|socket| start(&mine, socket, https));
    named("sandbox-start").spawn(start)?;
    let threads = (0..ACCEPTORS).map(|_| {
        let (mine, listener, accepted) = (Arc::clone(shared), Arc::clone(&listener), accepted.clone());
        named("sandbox-accept").spawn(move || accept(&mine, &listener, &accepted))
    });
    Ok((address, threads.collect::<io::Result<_>>()?))
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.to_string()).stack_size(STACK)
}

fn accept(shared: &Shared, listener: &TcpListener, accepted: &mpsc::Sender<TcpStream>) {
    for socket in listener.incoming() {
        if shared.is_stopping() {
            return;
        }
        // A client that left before it was accepted is no reason to stop listening.
        let Ok(socket) = socket else { continue };
        shared.connections.fetch_add(1, Ordering::SeqCst);
        if accepted.send(socket).is_err() {
            return;
        }
    }
}

fn start(shared: &Arc<Shared>, socket: TcpStream, https: bool) {
    let socket = Arc::new(socket);
    let number = shared.next_socket.fetch_add(1, Ordering::SeqCst);
    match lock(&shared.open).as_mut() {
        Some(open) => open.insert(number, Open { socket: Arc::clone(&socket), https }),
        // The sandbox has stopped.
        None => return,
    };
    let mine = Arc::clone(shared);
    let spawned = named("sandbox").spawn(move || {
        serve(&mine, socket, https);
        forget(&mine, number);
    });
    if spawned.is_err() {
        forget(shared, number);
    }
}

fn forget(shared: &Shared, number: usize) {
    if let Some(open) = lock(&shared.open).as_mut() {
        open.remove(&number);
    }
}

/// What becomes of a connection after an answer.
enum After {
    KeepOpen,
    Close,
    /// Dropped as it is, without a farewell.
    Abandon,
}

fn serve(shared: &Shared, socket: Arc<TcpStream>, https: bool) {
    let certificate = shared.state().settings.certificate;
    let tls = https.then(|| shared.tls.config(certificate));
    let Ok(mut connection) = Connection::new(socket, tls) else {
        return;
    };
    let mut first = true;
    loop {
        let idle = shared.state().settings.idle_timeout;
        let next = connection.next_request(idle);
        if std::mem::take(&mut first) && connection.has_resumed() {
            shared.resumed.fetch_add(1, Ordering::SeqCst);
        }
        let after = match next {
            Next::Request(request) => respond(shared, &mut connection, &request),
            Next::Malformed { status, why } => {
                shared.state().violations.push(format!("http: {why}"));
                let refusal = Response::new(status, "text/plain; charset=utf-8", why);
                let sent = connection.settle();
                sent.and_then(|()| connection.answer(&refusal, true)).map(|()| After::Close)
            }
            Next::Gone => return,
        };
        match after {
            Ok(After::KeepOpen) => {}
            Ok(After::Close) => return connection.close(),
            Ok(After::Abandon) | Err(_) => return,
        }
    }
}

fn respond(shared: &Shared, connection: &mut Connection, request: &Request) -> io::Result<After> {
    if control::is_control(request) {
        connection.settle()?;
        let response = control::answer(request, shared);
        return finish(connection, request, &response, request.wants_close());
    }
    let Some(route) = vendor::route(request) else {
        connection.settle()?;
        // What a report asks: for no page in particular.
        if (request.method.as_str(), request.path.as_str()) == ("HEAD", "/") {
            return finish(connection, request, &Response::empty(404), request.wants_close());
        }
        let note = format!("no vendor has {} {}", request.method, request.path);
        shared.state().violations.push(note);
        let response = Response::new(404, "text/plain", "404 page not found\n");
        return finish(connection, request, &response, request.wants_close());
    };
    let (fault, settings) = {
        let mut state = shared.state();
        let fault = state.arrive(route.operation, request);
        (fault, state.settings.clone())
    };
    if !settings.delay.is_zero() {
        shared.pause(Some(settings.delay));
    }
    if fault == Some(Fault::Reset) {
        return Ok(After::Abandon);
    }
    connection.settle()?;
    let close = request.wants_close() || !settings.keep_alive;
    let work = || vendor::answer(route, request, &mut shared.state());
    let Some(fault) = fault else {
        return finish(connection, request, &work(), close);
    };
    if let Some(response) = fault.response(route, request) {
        return finish(connection, request, &response, close);
    }
    match fault {
        Fault::Slow(time) => {
            shared.pause(Some(time));
            return finish(connection, request, &work(), close);
        }
        Fault::Trickle(time) => {
            for byte in work().bytes(close) {
                shared.pause(Some(time));
                connection.send(&[byte])?;
            }
            return Ok(if close { After::Close } else { After::KeepOpen });
        }
        Fault::HangAfterHeaders => {
            let response = work();
            connection.send(&response.head(response.body.len(), false))?;
            shared.pause(None);
        }
        Fault::CutBody => {
            let response = work();
            let mut bytes = response.head(response.body.len() + 64, false);
            bytes.extend_from_slice(&response.body);
            connection.send(&bytes)?;
        }
        Fault::DoneThenClose => drop(work()),
        Fault::Hang => shared.pause(None),
        Fault::Garbage => connection.send(b"SSH-2.0-OpenSSH_9.6\r\n")?,
        // CloseBeforeAnswer; the other faults are answers and were sent above.
        _ => {}
    }
    Ok(After::Abandon)
}

fn finish(
    connection: &mut Connection,
    request: &Request,
    response: &Response,
    close: bool,
) -> io::Result<After> {
    match request.method.as_str() {
        "HEAD" => connection.send(&response.head(response.body.len(), close))?,
        _ => connection.answer(response, close)?,
    }
    Ok(if close { After::Close } else { After::KeepOpen })
}
