//! The store of one process: nothing is ever written to disk.

use super::{LockedRecord, RecordBytes, RecordName, Store};
use crate::error::Result;
use crate::util::sync::{locked, wait_until, Condvar, Mutex};
use std::collections::{HashMap, HashSet};
use std::time::Instant;

#[derive(Default)]
pub struct Memory {
    state: Mutex<State>,
    unlocked: Condvar,
}

#[derive(Default)]
struct State {
    records: HashMap<RecordName, RecordBytes>,
    held: HashSet<RecordName>,
}

impl Store for Memory {
    fn outlives_process(&self) -> bool {
        false
    }

    fn read(&self, name: RecordName) -> Result<Option<RecordBytes>> {
        Ok(locked(&self.state).records.get(&name).cloned())
    }

    fn lock(&self, name: RecordName, until: Instant) -> Result<Option<Box<dyn LockedRecord + '_>>> {
        let mut state = locked(&self.state);
        while state.held.contains(&name) {
            let Some(woken) = wait_until(&self.unlocked, state, until) else { return Ok(None) };
            state = woken;
        }
        state.held.insert(name);
        let record = state.records.get(&name).cloned();
        Ok(Some(Box::new(MemoryLock { store: self, name, record })))
    }
}

struct MemoryLock<'a> {
    store: &'a Memory,
    name: RecordName,
    record: Option<RecordBytes>,
}

impl LockedRecord for MemoryLock<'_> {
    fn record(&self) -> Option<&RecordBytes> {
        self.record.as_ref()
    }

    fn write(&self, record: &[u8]) -> Result<()> {
        locked(&self.store.state).records.insert(self.name, RecordBytes::new(record.to_vec()));
        Ok(())
    }

    fn remove(&self) -> Result<()> {
        locked(&self.store.state).records.remove(&self.name);
        Ok(())
    }
}

impl Drop for MemoryLock<'_> {
    fn drop(&mut self) {
        locked(&self.store.state).held.remove(&self.name);
        self.store.unlocked.notify_all();
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::RecordKind;
    use super::*;
    use std::time::Duration;

    const NAME: RecordName = RecordName { kind: RecordKind::Application, id: [7; 16] };

    #[test]
    fn what_is_written_under_the_lock_is_read_by_everybody() {
        let store = Memory::default();
        let lock = store.lock(NAME, Instant::now()).unwrap().expect("nobody holds it");
        assert!(store.read(NAME).unwrap().is_none());
        lock.write(b"one").unwrap();
        assert_eq!(store.read(NAME).unwrap().unwrap().as_slice(), b"one");
        assert!(
            store.read(RecordName { kind: RecordKind::Token, ..NAME }).unwrap().is_none(),
            "kinds are told apart"
        );
        lock.remove().unwrap();
        assert!(store.read(NAME).unwrap().is_none());
        drop(lock);
        assert!(store.lock(NAME, Instant::now()).unwrap().unwrap().record().is_none());
    }

    #[test]
    fn a_lock_has_one_holder() {
        let store = Memory::default();
        let first = store.lock(NAME, Instant::now()).unwrap().expect("nobody holds it");
        assert!(store.lock(NAME, Instant::now() + Duration::from_millis(20)).unwrap().is_none());
        assert!(store.lock(RecordName { id: [8; 16], ..NAME }, Instant::now()).unwrap().is_some());
        std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let lock = store.lock(NAME, Instant::now() + Duration::from_secs(20)).unwrap();
                lock.expect("the first has left").record().unwrap().to_vec()
            });
            first.write(b"by the first").unwrap();
            drop(first);
            assert_eq!(second.join().unwrap(), b"by the first");
        });
    }
}
