//! Identity to cell, for the whole process. Bounded: what is spent or long unused goes first.

use crate::cell::Cell;
use crate::clock::Clock;
use crate::flight::Threads;
use crate::lockout::{Budget, Refusals};
use crate::store::{Kind, Name, Shelf, Store};
use crate::sync::{locked, Mutex};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

/// A keyed hash of everything that can change a provider's answer, the secret included.
pub type Identity = [u8; 16];
/// A keyed hash of host and user: what a provider locks.
pub type AccountId = [u8; 16];

/// Identities kept.
const MOST_CELLS: usize = 4096;
/// How long `erptoken_shutdown` waits for threads.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(2);

#[derive(Default)]
pub struct Cache {
    cells: Mutex<HashMap<Identity, Arc<Cell>>>,
    /// Shared with the cache after a shutdown: a program that shuts down after each use would lock its user.
    refusals: Arc<Mutex<HashMap<AccountId, Arc<Refusals>>>>,
    pub threads: Arc<Threads>,
    /// Changed under the lock of the cells.
    closed: AtomicBool,
    clock: Clock,
}

impl Cache {
    /// A new cache that remembers of this one only the refused logins.
    pub fn successor(&self) -> Self {
        Cache { refusals: Arc::clone(&self.refusals), clock: self.clock.clone(), ..Cache::default() }
    }

    /// The cell of an identity, made if it is new. `store`: where it shares its token with other processes.
    pub fn cell(&self, identity: Identity, account: AccountId, store: Option<&Arc<dyn Store>>) -> Arc<Cell> {
        let mut cells = locked(&self.cells);
        if let Some(cell) = cells.get(&identity) {
            return Arc::clone(cell);
        }
        if cells.len() >= MOST_CELLS {
            evict(&mut cells);
        }
        // What would not outlive the cell is not kept twice.
        let shelf = |kind, id| {
            let store = store.filter(|store| store.outlives_process())?;
            Some(Shelf { store: Arc::clone(store), name: Name { kind, id } })
        };
        let budget = Arc::new(Budget::new(self.refusals(account), shelf(Kind::Account, account)));
        let cell = Cell::new(self.clock.clone(), budget, Arc::clone(&self.threads));
        let cell = Arc::new(match shelf(Kind::Token, identity) {
            Some(shelf) => cell.kept_in(shelf),
            None => cell,
        });
        if self.closed.load(Ordering::Relaxed) {
            // A call that began before the shutdown: what it would log in for is wiped already.
            cell.close();
        } else {
            cells.insert(identity, Arc::clone(&cell));
        }
        cell
    }

    fn refusals(&self, account: AccountId) -> Arc<Refusals> {
        let now = self.clock.now().boot_ms;
        let mut all = locked(&self.refusals);
        if all.len() >= MOST_CELLS {
            all.retain(|_, refusals| Arc::strong_count(refusals) > 1 || !refusals.is_forgotten(now));
        }
        Arc::clone(all.entry(account).or_default())
    }

    /// Wipes every token and waits a little for what is under way.
    pub fn close(&self) {
        let cells = {
            let mut cells = locked(&self.cells);
            self.closed.store(true, Ordering::Relaxed);
            std::mem::take(&mut *cells)
        };
        for cell in cells.values() {
            cell.close();
        }
        self.threads.wait_until_idle(SHUTDOWN_WAIT);
    }
}

/// Makes room for a sixteenth, so that a full cache does not search at each new identity. A cell that an open
/// account holds stays: it would go on living beside its successor.
fn evict(cells: &mut HashMap<Identity, Arc<Cell>>) {
    let mut idle: Vec<(bool, i64, Identity)> = cells
        .iter()
        .filter(|(_, cell)| Arc::strong_count(cell) == 1)
        .map(|(identity, cell)| (!cell.is_spent(), cell.last_used_ms(), *identity))
        .collect();
    idle.sort_unstable();
    for (_, _, identity) in idle.into_iter().take(MOST_CELLS / 16) {
        cells.remove(&identity);
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

    fn cell(cache: &Cache, identity: Identity, account: AccountId) -> Arc<Cell> {
        let store: Arc<dyn Store> = Arc::new(Memory::default());
        cache.cell(identity, account, Some(&store))
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
        for number in 1..3 * MOST_CELLS as u32 {
            cell(&cache, identity(number), identity(number));
        }
        assert!(locked(&cache.cells).len() <= MOST_CELLS);
        assert!(locked(&cache.refusals).len() <= 2 * MOST_CELLS);
        assert!(Arc::ptr_eq(&cell(&cache, identity(0), identity(9)), &open));
    }
}
