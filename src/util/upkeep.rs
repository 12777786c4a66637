//! What this thread keeps up while it waits: leases at a Redis server, which end by themselves soon after.
//!
//! Whoever holds a lease keeps it up, in every wait of the library that lies on its way. So it needs no thread, which
//! `background` 0 forbids, and a lease ends with the process that is killed, and when one is stopped.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// From one turn to the next: a fraction of any lease.
const INTERVAL: Duration = Duration::from_secs(1);

type Work = Rc<dyn Fn()>;

thread_local! {
    /// Needs no destructor: outside of the library a thread keeps nothing up.
    static KEPT: ManuallyDrop<RefCell<Vec<Work>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    /// The next turn; none while nothing is kept up, and during a turn, whose own waits have none.
    static DUE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// While it lives, this thread does the work in its waits.
pub struct Kept(Work);

impl Kept {
    /// `work` costs a wait hardly any time.
    pub fn new(work: impl Fn() + 'static) -> Kept {
        let work: Work = Rc::new(work);
        KEPT.with(|kept| kept.borrow_mut().push(Rc::clone(&work)));
        DUE.set(DUE.get().or_else(|| Instant::now().checked_add(INTERVAL)));
        Kept(work)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.with(|kept| {
            let mut kept = kept.borrow_mut();
            kept.retain(|work| !Rc::ptr_eq(work, &self.0));
            if kept.is_empty() {
                *kept = Vec::new();
                DUE.set(None);
            }
        });
    }
}

/// Waits until `until`, with a turn now and then: `wait` is told for how long, and brings nothing when that is over.
/// There is a look at what came during a turn, however late it is then.
pub fn until<R>(until: Instant, mut wait: impl FnMut(Duration) -> Option<R>) -> Option<R> {
    let left = || until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
    loop {
        left()?;
        let next = turn();
        if let Some(came) = wait(left().unwrap_or(Duration::from_millis(1)).min(next)) {
            return Some(came);
        }
    }
}

/// Does what is due. How long it is to the next turn.
fn turn() -> Duration {
    let Some(due) = DUE.get() else { return Duration::MAX };
    let left = due.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        return left;
    }
    DUE.set(None);
    let kept = KEPT.with(|kept| kept.borrow().clone());
    kept.iter().for_each(|work| work());
    DUE.set(Instant::now().checked_add(INTERVAL));
    INTERVAL
}

/// Nothing of this thread is kept up any more, as if its process were stopped.
#[cfg(test)]
pub fn stop() {
    KEPT.with(|kept| kept.borrow_mut().clear());
    DUE.set(None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_has_a_turn_now_and_then_and_only_while_something_is_kept_up() {
        let turns = Rc::new(Cell::new(0));
        let count = Rc::clone(&turns);
        let work = move || {
            count.set(count.get() + 1);
            // A wait of its own has none.
            assert!(until(Instant::now() + Duration::from_millis(20), nothing).is_none());
        };
        let (one, other) = (Kept::new(work), Kept::new(|| ()));
        let began = Instant::now();
        let wait = |time: Duration| until(Instant::now() + time, nothing);
        assert!(wait(INTERVAL * 5 / 2).is_none());
        let passed = u32::try_from(began.elapsed().as_millis() / INTERVAL.as_millis()).unwrap();
        assert!((1..=passed).contains(&turns.get()), "{} turns", turns.get());
        drop(one);
        let until_then = turns.get();
        assert!(wait(INTERVAL * 3 / 2).is_none());
        assert_eq!(turns.get(), until_then);
        drop(other);
        assert!(DUE.get().is_none() && KEPT.with(|kept| kept.borrow().capacity()) == 0);
    }

    #[test]
    fn what_came_during_a_turn_is_seen_however_late_it_is() {
        let _kept = Kept::new(|| std::thread::sleep(Duration::from_millis(60)));
        DUE.set(Some(Instant::now()));
        let mut looked = 0;
        let seen = until(Instant::now() + Duration::from_millis(30), |_| {
            looked += 1;
            Some(looked)
        });
        assert_eq!(seen, Some(1));
        assert_eq!(until(Instant::now(), |_| Some(())), None, "it was over before");
    }

    fn nothing(left: Duration) -> Option<()> {
        std::thread::sleep(left);
        None
    }
}
