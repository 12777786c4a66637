//! A server, the connections to it that wait to be used again, and what is remembered when it fails.

use super::address::Address;
use super::link::Connection;
use super::tls;
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::{Message, RedisFault, StoreFault};
use crate::net::Roots;
use crate::sys;
use crate::util::deadline::Caller;
use crate::util::secret::clean;
use crate::util::sync::{locked, Mutex};
use ::redis::{cmd, pack_command, Cmd, ServerError, Value};
use rustls::ClientConfig;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// What one command may take, a connection made for it included.
pub const MAX_COMMAND_TIME: Duration = Duration::from_secs(2);
/// And what it may take at least. A caller in a hurry gives half of its time: the rest is for what it wants.
const MIN_COMMAND_TIME: Duration = Duration::from_millis(150);
/// After a failure nothing is asked for this long, and for this many times as long as it took to fail: a server that
/// does not answer costs little of anybody's time, and one that was started again is soon found.
const MIN_BACKOFF: Duration = Duration::from_secs(1);
const BACKOFF_FACTOR: u32 = 5;
/// How long a server that goes away in the middle of a renewal is waited for: what a renewal brought may be the only
/// refresh token that is still good.
const MAX_OUTAGE_WAIT: Duration = Duration::from_secs(3);
const RETRY_DELAY: Duration = Duration::from_millis(100);
/// What it may cost a renewal to tell the server something, where that takes a new connection.
const MAX_TELL_TIME: Duration = Duration::from_millis(500);
/// Connections kept. A renewal uses one now and then, so that few serve many.
const MAX_IDLE_CONNECTIONS: usize = 4;
/// Of a cluster are asked for one command at most: one that is gone, one that knows better, and the one.
const MAX_NODES: u32 = 4;
/// A firewall on the way may have forgotten one that was silent for longer.
const MAX_IDLE_TIME: Duration = Duration::from_secs(60);

pub struct Server {
    address: Address,
    roots: Option<Roots>,
    tls: OnceLock<Arc<ClientConfig>>,
    idle: Mutex<Vec<(Connection, Instant)>>,
    /// The node of a cluster that has our keys, as another one said.
    node: Mutex<Option<(String, u16)>>,
    gone: Mutex<Option<Outage>>,
}

pub struct CommandFailure {
    pub error: Error,
    /// The server may be back at any time, with nothing changed here.
    pub away: bool,
}

struct Outage {
    error: Error,
    since: Instant,
    until: Instant,
}

impl Server {
    /// Sends nothing.
    pub fn new(address: Address, roots: Option<Roots>) -> Server {
        let (tls, idle, node, gone) = Default::default();
        Server { address, roots, tls, idle, node, gone }
    }

    /// The same server for the child of a fork: connections are the parent's, and its locks are not touched.
    pub fn anew(&self) -> Server {
        Server::new(self.address.clone(), self.roots.clone())
    }

    pub fn shown(&self) -> String {
        self.address.shown()
    }

    pub fn error(&self, cause: RedisFault) -> Error {
        let fault = StoreFault::Redis { server: self.shown(), cause };
        Error::new(Status::Store, Message::Store { fault })
    }

    /// The answer to a command that may be sent twice.
    pub fn ask(&self, command: &Cmd) -> Result<Value> {
        let now = Instant::now();
        if let Some(gone) = locked(&self.gone).as_ref().filter(|gone| now < gone.until) {
            let ms = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
            let age = now.saturating_duration_since(gone.since);
            return Err(gone.error.remembered(ms(age), ms(gone.until - now)));
        }
        let half = |end: Instant| (end.saturating_duration_since(now) / 2).max(MIN_COMMAND_TIME);
        let most = Caller::until().map_or(MAX_COMMAND_TIME, |end| half(end).min(MAX_COMMAND_TIME));
        self.attempt(command, now + most).map_err(|failed| failed.error)
    }

    /// As `ask`, of a server that was there a moment ago: one that is started again just now is waited for.
    pub fn insist(&self, command: &Cmd) -> std::result::Result<Value, CommandFailure> {
        let until = Instant::now() + MAX_OUTAGE_WAIT;
        loop {
            match self.attempt(command, until) {
                Err(failed) if failed.away && Instant::now() + RETRY_DELAY < until => sys::pause(RETRY_DELAY),
                result => return result,
            }
        }
    }

    /// Sends a command whose answer nobody waits for, whatever is remembered.
    pub fn tell(&self, command: &[u8]) {
        let until = Instant::now() + MAX_TELL_TIME;
        while let Some(mut link) = self.idle_link() {
            if link.tell(command, until) {
                return self.keep(link);
            }
        }
        // Looked at, for the server may be another one by now.
        let _ = self.exchange(command, until);
    }

    /// Asks, whatever is remembered.
    pub fn attempt(&self, command: &Cmd, until: Instant) -> std::result::Result<Value, CommandFailure> {
        let began = Instant::now();
        let result = self.exchange(&command.get_packed_command(), until.min(began + MAX_COMMAND_TIME));
        match result {
            Ok(value) => {
                if locked(&self.gone).take().is_some() {
                    let server = self.shown();
                    log::event(Level::Information, || LogRecord::of_process(Event::StoreBack { server }));
                }
                Ok(value)
            }
            Err(fault) => {
                let (away, error) = (fault.is_away(), self.error(fault));
                let since = Instant::now();
                let until = since + MIN_BACKOFF.max((since - began) * BACKOFF_FACTOR);
                *locked(&self.gone) = Some(Outage { error: error.clone(), since, until });
                Err(CommandFailure { error, away })
            }
        }
    }

    fn exchange(&self, command: &[u8], until: Instant) -> std::result::Result<Value, RedisFault> {
        if let Some(mut link) = self.idle_link() {
            // The server may have closed it, or be another one by now: then there is time for a new one.
            let half = Instant::now() + until.saturating_duration_since(Instant::now()) / 2;
            match link.ask(command, half).map(|value| self.accepted(value)) {
                Err(_) => {}
                Ok(Err(fault)) if fault.is_elsewhere() => locked(&self.idle).clear(),
                Ok(answer) => {
                    self.keep(link);
                    return answer;
                }
            }
        }
        for _ in 0..MAX_NODES {
            let node = locked(&self.node).take();
            let mut link = match self.connect(node.as_ref(), until) {
                // The others know who has taken its place.
                Err(_) if node.is_some() => continue,
                link => link?,
            };
            let answer = self.accepted(link.ask(command, until)?);
            match &answer {
                Err(RedisFault::Cluster) => continue,
                Err(RedisFault::ReadOnly) => {}
                _ => {
                    *locked(&self.node) = node;
                    self.keep(link);
                }
            }
            return answer;
        }
        Err(RedisFault::Cluster)
    }

    fn keep(&self, link: Connection) {
        let mut idle = locked(&self.idle);
        if idle.len() < MAX_IDLE_CONNECTIONS {
            idle.push((link, Instant::now()));
        }
    }

    fn idle_link(&self) -> Option<Connection> {
        let now = Instant::now();
        let mut idle = locked(&self.idle);
        idle.retain(|(_, since)| now.saturating_duration_since(*since) < MAX_IDLE_TIME);
        idle.pop().map(|(link, _)| link)
    }

    fn connect(
        &self,
        node: Option<&(String, u16)>,
        until: Instant,
    ) -> std::result::Result<Connection, RedisFault> {
        let tls = match (self.address.tls, self.tls.get()) {
            (false, _) => None,
            (true, Some(config)) => Some(Arc::clone(config)),
            (true, None) => {
                let config = tls::config(self.roots.as_ref())?;
                Some(Arc::clone(self.tls.get_or_init(|| config)))
            }
        };
        let address = (&self.address.host, self.address.port);
        let (host, port) = node.map_or(address, |(host, port)| (host, *port));
        let mut link = Connection::open(host, port, tls, until)?;
        if let Some(login) = &self.address.login {
            let words = ["AUTH", login.user.expose(), login.password.expose()];
            let words = words.into_iter().filter(|word| !word.is_empty());
            let words = Zeroizing::new(words.map(|word| word.as_bytes().to_vec()).collect::<Vec<_>>());
            if let Value::ServerError(error) = link.ask(&Zeroizing::new(pack_command(&words)), until)? {
                return Err(RedisFault::LoginRefused { server: self.words(&error) });
            }
        }
        if self.address.number > 0 {
            let mut select = cmd("SELECT");
            select.arg(self.address.number);
            self.accepted(link.ask(&select.get_packed_command(), until)?)?;
        }
        Ok(link)
    }

    fn accepted(&self, value: Value) -> std::result::Result<Value, RedisFault> {
        let Value::ServerError(error) = value else { return Ok(value) };
        let server = self.words(&error);
        let details = error.details().unwrap_or_default();
        // Before version 7 a script's own error is told inside another one.
        let inner = details.starts_with("Error running script").then(|| {
            let mut words = details.split_whitespace().map(|word| word.trim_start_matches('-'));
            words.find(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        });
        Err(match inner.flatten().unwrap_or(error.code()) {
            // Somebody else's value in our key, as if nothing were there.
            "WRONGTYPE" => return Ok(Value::Nil),
            "NOAUTH" | "WRONGPASS" => RedisFault::LoginRefused { server },
            "NOPERM" => RedisFault::Forbidden { server },
            "LOADING" | "BUSY" | "TRYAGAIN" | "ASK" | "CLUSTERDOWN" | "MASTERDOWN" | "OOM" | "MISCONF"
            | "NOREPLICAS" => RedisFault::Unready { server },
            "READONLY" => RedisFault::ReadOnly,
            "MOVED" => {
                *locked(&self.node) = self.node_of(details);
                RedisFault::Cluster
            }
            _ => RedisFault::Refused { server },
        })
    }

    /// Where a node of a cluster sends us: `SLOT HOST:PORT`, where no host is its own.
    fn node_of(&self, details: &str) -> Option<(String, u16)> {
        let (host, port) = details.split_whitespace().nth(1)?.rsplit_once(':')?;
        let host = if matches!(host, "" | "?") { &self.address.host } else { host };
        Some((host.trim_matches(['[', ']']).to_owned(), port.parse().ok()?))
    }

    /// What the server said, fit to be shown: it may repeat what it was sent.
    fn words(&self, error: &ServerError) -> String {
        let secrets = self.address.login.iter().map(|login| login.password.clone()).collect::<Vec<_>>();
        clean(&format!("{} {}", error.code(), error.details().unwrap_or_default()), &secrets)
    }
}

/// The same server, asked in the same way.
impl PartialEq for Server {
    fn eq(&self, other: &Server) -> bool {
        self.address == other.address && self.roots == other.roots
    }
}

impl RedisFault {
    fn is_away(&self) -> bool {
        use RedisFault::*;
        matches!(self, Lost { .. } | NoTls | SpeaksTls | Unready { .. } | ReadOnly)
    }

    /// Another server is to be asked.
    fn is_elsewhere(&self) -> bool {
        matches!(self, RedisFault::ReadOnly | RedisFault::Cluster)
    }
}
