//! A Redis server: several machines, one login.
//!
//! A name is a hash `erptoken:{1}NAME` with the sealed `record`, the `owner` who had the lease last, and `until` when it is
//! his by the server's clock. Each step is one script, which the server runs alone, so `owner` is the fence: a holder
//! that was stopped for longer than its lease writes only if nobody has had the lease since. What cannot be opened is
//! none, and is replaced by the next record; of application tokens it stays as the field `bad`.
//!
//! A lease is short, so that a holder which was killed is not waited for, and its holder keeps it up in all waits of its
//! own (`util::upkeep`). That costs the renewal no time: the command is sent, and its answer read by the next who uses the
//! connection. A server that pauses has it before what others send later.

use super::{retry_until, LockedRecord, RecordBytes, RecordKind, RecordName, Sealer, Store, StoredRecord};
use crate::error::{Error, Result};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::{Message, RedisFault, StoreFault};
use crate::net::Roots;
use crate::util::encoding::hex;
use crate::util::random;
use crate::util::upkeep::Kept;
use ::redis::{cmd, Cmd, Value};
use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

mod address;
mod link;
mod server;
mod tls;

pub use address::Address;
pub use server::Server;
use server::{CommandFailure, MAX_COMMAND_TIME};

/// What all keys begin with: what stands in braces decides which node of a cluster has them, so that one has all.
const KEYS: &str = "erptoken:{1}";
/// Kept up each second. Longer than a command may take, and the one that follows it after a new connection. Beyond this a
/// holder that lives can be overtaken: the fence keeps it from writing then, and what it got stays its own.
const LEASE_MS: u64 = 5_000;
/// Pauses between two tries to have a lease, each up to twice as long by chance.
const MIN_LOCK_RETRY_MS: u32 = 10;
const MAX_LOCK_RETRY_MS: u32 = 160;

pub struct Redis {
    server: Arc<Server>,
    sealer: Arc<Sealer>,
}

/// A script, the key that it is for, and who asks.
fn script(text: &str, key: &str, owner: &str) -> Cmd {
    let mut command = cmd("EVAL");
    command.arg(text).arg(1).arg(key).arg(owner);
    command
}

/// It stays one, as far as anybody can tell, until another address is set.
fn is_replica(error: &Error) -> bool {
    let Message::Store { fault: StoreFault::Redis { cause, .. } } = &error.message else { return false };
    matches!(cause, RedisFault::ReadOnly)
}

/// The lease of who had it last, for so long from now on; 0: it ends.
fn hold(key: &str, owner: &str, lease_ms: u64) -> Cmd {
    let mut command = script(include_str!("put.lua"), key, owner);
    command.arg(lease_ms);
    command
}

/// Leases are told apart by chance alone.
fn drawn() -> Result<String> {
    let mut bytes = [0; 16];
    random::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

impl Server {
    /// Tries whether it can be a store. One that is away may be so tomorrow; one that refuses is an error now.
    pub fn check(&self) -> Result<()> {
        let owner = drawn()?;
        let key = &format!("{KEYS}check");
        let mut take = script(include_str!("take.lua"), key, &owner);
        take.arg(LEASE_MS);
        for command in [take, hold(key, &owner, 0)] {
            match self.attempt(&command, Instant::now() + MAX_COMMAND_TIME) {
                Err(CommandFailure { error, away: true }) if !is_replica(&error) => {
                    let why = error.message;
                    log::event(Level::Warning, || LogRecord::of_process(Event::StoreFailed { why }));
                    return Ok(());
                }
                Err(failed) => return Err(failed.error),
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

impl Redis {
    pub fn new(server: Arc<Server>, sealer: Arc<Sealer>) -> Self {
        Redis { server, sealer }
    }

    fn key(&self, name: RecordName) -> String {
        format!("{KEYS}{}", hex(&self.sealer.sealed_name(name)))
    }

    /// How long the lease is another's yet; none: it is ours.
    fn take(&self, key: &str, owner: &str) -> Result<Option<Duration>> {
        let mut command = script(include_str!("take.lua"), key, owner);
        command.arg(LEASE_MS);
        match self.server.ask(&command)? {
            Value::Int(0) => Ok(None),
            Value::Int(left) => Ok(Some(Duration::from_millis(left.unsigned_abs()))),
            _ => Err(self.server.error(RedisFault::NotRedis)),
        }
    }
}

impl Redis {
    fn find(&self, name: RecordName, key: &str) -> Result<StoredRecord> {
        let mut command = cmd("HGET");
        command.arg(key).arg("record");
        match self.server.ask(&command)? {
            Value::BulkString(sealed) => match self.sealer.found(name, &sealed)? {
                StoredRecord::Damaged if name.kind == RecordKind::Application => {
                    // Whoever finds it: it is the same for all.
                    let mut keep = cmd("HSET");
                    keep.arg(key).arg("bad").arg(sealed);
                    self.server.ask(&keep).map(|_| StoredRecord::Damaged)
                }
                found => Ok(found),
            },
            Value::Nil => Ok(StoredRecord::Missing),
            _ => Err(self.server.error(RedisFault::NotRedis)),
        }
    }
}

impl Store for Redis {
    fn outlives_process(&self) -> bool {
        true
    }

    fn read(&self, name: RecordName) -> Result<Option<RecordBytes>> {
        Ok(self.find(name, &self.key(name))?.record())
    }

    fn lock(&self, name: RecordName, until: Instant) -> Result<Option<Box<dyn LockedRecord + '_>>> {
        let (key, owner) = (self.key(name), drawn()?);
        let (mut longest, lease) = (MIN_LOCK_RETRY_MS, Cell::new(Duration::ZERO));
        let pause = || {
            let drawn = Duration::from_millis(u64::from(longest + random::below(longest)));
            longest = (longest * 2).min(MAX_LOCK_RETRY_MS);
            drawn.min(lease.get())
        };
        let taken = retry_until(until, pause, || {
            let left = self.take(&key, &owner)?;
            lease.set(left.unwrap_or_default());
            Ok(left.is_none().then_some(()))
        })?;
        if taken.is_none() {
            return Ok(None);
        }
        let (server, keep) = (Arc::clone(&self.server), hold(&key, &owner, LEASE_MS).get_packed_command());
        let kept = Some(Kept::new(move || server.tell(&keep)));
        let mut held =
            RedisLease { store: self, name, key, owner, record: None, away: Cell::new(false), kept };
        held.record = self.find(name, &held.key)?.record();
        Ok(Some(Box::new(held)))
    }
}

struct RedisLease<'a> {
    store: &'a Redis,
    name: RecordName,
    key: String,
    owner: String,
    record: Option<RecordBytes>,
    /// The server is away, so that nothing more is asked of it.
    away: Cell<bool>,
    kept: Option<Kept>,
}

impl RedisLease<'_> {
    /// `sealed` empty: nothing is to be left there.
    fn put(&self, sealed: &[u8]) -> Result<()> {
        let mut command = hold(&self.key, &self.owner, LEASE_MS);
        command.arg(sealed);
        let server = &self.store.server;
        let answer = server.insist(&command).map_err(|failed| {
            self.away.set(failed.away);
            failed.error
        })?;
        match answer {
            Value::Int(1) => Ok(()),
            Value::Int(_) | Value::Nil => Err(server.error(RedisFault::Overtaken)),
            _ => Err(server.error(RedisFault::NotRedis)),
        }
    }
}

impl LockedRecord for RedisLease<'_> {
    fn record(&self) -> Option<&RecordBytes> {
        self.record.as_ref()
    }

    fn write(&self, record: &[u8]) -> Result<()> {
        self.put(&self.store.sealer.seal(self.name, record)?)
    }

    fn remove(&self) -> Result<()> {
        self.put(&[])
    }
}

impl Drop for RedisLease<'_> {
    /// If this fails, the lease ends by itself. What is remembered of a failure does not keep the others waiting.
    fn drop(&mut self) {
        self.kept = None;
        if !self.away.get() {
            let leave = hold(&self.key, &self.owner, 0);
            let _ = self.store.server.attempt(&leave, Instant::now() + MAX_COMMAND_TIME);
        }
    }
}

/// What `store` says. `None`: it is no address of a Redis server.
pub fn server(value: &str, ca_pem: Option<&[u8]>) -> Option<Server> {
    let address = Address::parse(value)?;
    Some(Server::new(address, ca_pem.map(|pem| Roots::read(pem).unwrap_or_default())))
}

#[cfg(all(test, unix, not(loom)))]
mod tests;
