//! Against a redis-server of each test's own.

mod leases;
#[path = "../../../../tests/redis/server.rs"]
mod server;
mod servers;

use super::super::{RecordKind, StoreKey};
use super::*;
use crate::error::{Error, Status};

const NAME: RecordName = RecordName { kind: RecordKind::Token, id: [7; 16] };
const SOON: Duration = Duration::from_secs(60);

/// As another process has it: nothing is shared but the server and the key.
fn store(url: &str) -> Redis {
    store_with(url, 1)
}

fn store_with(url: &str, key: u8) -> Redis {
    let server = super::server(url, None).expect("an address");
    Redis::new(Arc::new(server), Arc::new(Sealer::new(&StoreKey::new([key; 32])).unwrap()))
}

fn try_lock(store: &Redis) -> Option<Box<dyn LockedRecord + '_>> {
    store.lock(NAME, Instant::now()).unwrap()
}

fn take(store: &Redis) -> Box<dyn LockedRecord + '_> {
    store.lock(NAME, Instant::now() + SOON).unwrap().expect("the lock")
}

fn text_of(record: Result<Option<RecordBytes>>) -> Option<String> {
    record.unwrap().map(|record| String::from_utf8(record.to_vec()).unwrap())
}

/// What was read under the lock.
fn under(lock: &dyn LockedRecord) -> Option<String> {
    text_of(Ok(lock.record().cloned()))
}

fn refused<T>(result: Result<T>) -> Error {
    let Err(error) = result else { panic!("it was not refused") };
    assert_eq!(error.status, Status::Store, "{error}");
    error
}

fn check(url: &str) -> Result<()> {
    super::server(url, None).expect("an address").check()
}
