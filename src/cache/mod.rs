//! The entries of the process by identity. Bounded: what is expired or long unused is evicted first.

pub mod answers;
pub mod consents;
pub mod entry;
pub mod hit_count;
pub mod login_rate;
pub mod policy;
#[allow(unsafe_code)] // the bytes of atomic words
mod pool;
#[allow(unsafe_code)] // what a hit reads without a lock
pub mod published;
pub mod record;
pub mod single_flight;
pub mod token;

use crate::cache::consents::SentConsents;
use crate::cache::entry::Entry;
use crate::cache::login_rate::{AllRefusals, LoginRateLimiter};
use crate::cache::single_flight::WorkerThreads;
use crate::store::{RecordHandle, RecordKind, RecordName, Store};
use crate::util::clock::Clock;
use crate::util::sync::{locked, Mutex};
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// A keyed hash of everything that can change a provider's answer, the secret included.
pub type Identity = [u8; 16];
/// A keyed hash of host and user: what a provider locks.
pub type AccountId = [u8; 16];

/// Idle identities kept, unless the program says otherwise.
pub const MAX_IDLE_TOKENS: usize = 4096;
/// How long `erptoken_shutdown` waits for threads.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(2);

pub struct Cache {
    entries: Arc<Mutex<Cells>>,
    /// Shared with the cache after a shutdown: a program that shuts down after each use would lock its user.
    refusals: Arc<AllRefusals>,
    /// As those.
    pub consents: Arc<SentConsents>,
    pub threads: Arc<WorkerThreads>,
    clock: Clock,
}

struct Cells {
    entries: HashMap<Identity, Cached>,
    /// The identities that nobody holds, the longest idle first.
    idle: BTreeMap<u64, Identity>,
    max_idle: usize,
    /// How often an identity became idle.
    turns: u64,
    closed: bool,
}

struct Cached {
    cell: Arc<Entry>,
    holders: u32,
    /// Where it stands among the idle, if nobody holds it.
    turn: u64,
}

/// The entry of an identity, held: it stays in the cache.
pub struct Held {
    cell: Arc<Entry>,
    identity: Identity,
    cells: Arc<Mutex<Cells>>,
}

impl Deref for Held {
    type Target = Arc<Entry>;
    fn deref(&self) -> &Arc<Entry> {
        &self.cell
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let gone = locked(&self.cells).let_go(&self.identity);
        // Its texts are wiped with no lock held.
        drop(gone);
    }
}

impl Cells {
    fn take(&mut self, identity: &Identity) -> Option<Arc<Entry>> {
        let entry = self.entries.get_mut(identity)?;
        if entry.holders == 0 {
            self.idle.remove(&entry.turn);
        }
        entry.holders += 1;
        Some(Arc::clone(&entry.cell))
    }

    /// What is forgotten for it. After a shutdown there is nothing to let go of.
    fn let_go(&mut self, identity: &Identity) -> [Option<Cached>; 2] {
        let Some(entry) = self.entries.get_mut(identity) else { return [None, None] };
        entry.holders -= 1;
        if entry.holders == 0 {
            self.turns += 1;
            entry.turn = self.turns;
            self.idle.insert(entry.turn, *identity);
        }
        // Two, so that a bound that was lowered is reached in time, and nobody waits for it.
        [self.forget_idle(), self.forget_idle()]
    }

    /// Forgets what has been idle longest, if there is more than is to be kept.
    fn forget_idle(&mut self) -> Option<Cached> {
        if self.idle.len() <= self.max_idle {
            return None;
        }
        let (_, identity) = self.idle.pop_first()?;
        let entry = self.entries.get_mut(&identity)?;
        if Arc::strong_count(&entry.cell) > 1 {
            // A renewal runs behind its callers: what it brings must be found.
            self.turns += 1;
            entry.turn = self.turns;
            self.idle.insert(entry.turn, identity);
            return None;
        }
        self.entries.remove(&identity)
    }
}

impl Default for Cache {
    fn default() -> Self {
        Cache::with(Arc::new(AllRefusals::of_process()), Clock::default())
    }
}

impl Cache {
    fn with(refusals: Arc<AllRefusals>, clock: Clock) -> Self {
        let (entries, idle) = (HashMap::new(), BTreeMap::new());
        let entries = Cells { entries, idle, max_idle: MAX_IDLE_TOKENS, turns: 0, closed: false };
        let (entries, consents) = (Arc::new(Mutex::new(entries)), Arc::default());
        Cache { entries, refusals, consents, threads: Arc::default(), clock }
    }

    /// A new cache that remembers of this one only the refused logins and the consents that were sent.
    pub fn successor(&self) -> Self {
        let consents = Arc::clone(&self.consents);
        Cache { consents, ..Cache::with(Arc::clone(&self.refusals), self.clock.clone()) }
    }

    /// So many identities are kept that no open account uses.
    pub fn keep_idle(&self, most: usize) {
        locked(&self.entries).max_idle = most;
    }

    /// The entry of an identity, made if it is new. `store`: where it shares its token with other processes.
    pub fn entry(&self, identity: Identity, account: AccountId, store: Option<&Arc<dyn Store>>) -> Held {
        let mut entries = locked(&self.entries);
        let entry = match entries.take(&identity) {
            Some(entry) => entry,
            None => {
                let entry = Arc::new(self.new_cell(identity, account, store));
                if entries.closed {
                    // A call that began before the shutdown: what it would log in for is wiped already.
                    entry.close();
                } else {
                    let entry = Cached { cell: Arc::clone(&entry), holders: 1, turn: 0 };
                    entries.entries.insert(identity, entry);
                }
                entry
            }
        };
        Held { cell: entry, identity, cells: Arc::clone(&self.entries) }
    }

    fn new_cell(&self, identity: Identity, account: AccountId, store: Option<&Arc<dyn Store>>) -> Entry {
        // What would not outlive the entry is not kept twice.
        let record_handle = |kind, id| {
            let store = store.filter(|store| store.outlives_process())?;
            Some(RecordHandle { store: Arc::clone(store), name: RecordName { kind, id } })
        };
        let limiter = Arc::new(LoginRateLimiter::new(
            Arc::clone(&self.refusals),
            account,
            record_handle(RecordKind::Account, account),
        ));
        let entry = Entry::new(self.clock.clone(), limiter, Arc::clone(&self.threads));
        match record_handle(RecordKind::Token, identity) {
            Some(record_handle) => entry.with_record(record_handle),
            None => entry,
        }
    }

    /// Wipes every token and waits a little for what is under way.
    pub fn close(&self) {
        let entries = {
            let mut entries = locked(&self.entries);
            entries.closed = true;
            entries.idle.clear();
            std::mem::take(&mut entries.entries)
        };
        for entry in entries.values() {
            entry.cell.close();
        }
        self.threads.wait_until_idle(SHUTDOWN_WAIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Memory;

    fn identity(number: u32) -> Identity {
        let mut identity = [0; 16];
        identity[..4].copy_from_slice(&number.to_le_bytes());
        identity
    }

    fn cell(cache: &Cache, identity: Identity, account: AccountId) -> Held {
        let store: Arc<dyn Store> = Arc::new(Memory::default());
        cache.entry(identity, account, Some(&store))
    }

    #[test]
    fn one_identity_has_one_cell() {
        let cache = Cache::default();
        assert!(Arc::ptr_eq(
            &cell(&cache, identity(1), identity(9)),
            &cell(&cache, identity(1), identity(9))
        ));
        assert!(!Arc::ptr_eq(
            &cell(&cache, identity(1), identity(9)),
            &cell(&cache, identity(2), identity(9))
        ));
    }

    #[test]
    fn a_full_cache_keeps_what_is_open_and_stays_bounded() {
        let cache = Cache::default();
        let open = cell(&cache, identity(0), identity(9));
        for number in 1..3 * MAX_IDLE_TOKENS as u32 {
            cell(&cache, identity(number), identity(number));
        }
        assert!(locked(&cache.entries).entries.len() <= MAX_IDLE_TOKENS + 1);
        assert!(Arc::ptr_eq(&cell(&cache, identity(0), identity(9)), &open));
    }

    #[test]
    fn what_was_idle_longest_goes_first_and_what_works_stays() {
        let cache = Cache::default();
        cache.keep_idle(3);
        let at_work = Arc::clone(&cell(&cache, identity(0), identity(9)));
        for number in [1, 2, 1, 3] {
            cell(&cache, identity(number), identity(9));
        }
        let kept = |number| locked(&cache.entries).entries.contains_key(&identity(number));
        assert_eq!([0, 1, 2, 3].map(kept), [true, true, false, true]);
        drop(at_work);
        for number in [4, 5] {
            cell(&cache, identity(number), identity(9));
        }
        assert_eq!(locked(&cache.entries).entries.len(), 3);
    }

    #[test]
    fn what_is_open_is_not_limited() {
        let cache = Cache::default();
        let open: Vec<_> = (0..3 * MAX_IDLE_TOKENS as u32)
            .map(|number| cell(&cache, identity(number), identity(9)))
            .collect();
        for (number, held) in open.iter().enumerate() {
            assert!(Arc::ptr_eq(&cell(&cache, identity(number as u32), identity(9)), held));
        }
    }
}
