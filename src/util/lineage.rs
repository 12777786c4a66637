//! A static value that each process has for itself: the child of a fork makes its own, and never touches its parent's,
//! whose locks may be held by threads that do not exist there. What a process made stays as long as it lives.

use crate::sys;
use once_cell::race::OnceBox;

/// A chain with a link for each process, from the one that loaded the library down to this one.
pub struct Lineage<T>(OnceBox<Link<T>>);

struct Link<T> {
    epoch: u32,
    value: T,
    child: Lineage<T>,
}

impl<T: 'static> Lineage<T> {
    pub const fn new() -> Self {
        Lineage(OnceBox::new())
    }

    /// This process's own, if there is one yet.
    #[inline(always)]
    pub fn get(&self) -> Option<&T> {
        let epoch = sys::fork_epoch();
        let first = self.0.get()?;
        if first.epoch == epoch {
            return Some(&first.value);
        }
        first.child.links().find(|link| link.epoch == epoch).map(|link| &link.value)
    }

    pub fn get_or_make(&'static self, make: impl Fn() -> T) -> &'static T {
        let epoch = sys::fork_epoch();
        let mut place = self;
        loop {
            let new = || Box::new(Link { epoch, value: make(), child: Lineage::new() });
            let link = place.0.get_or_init(new);
            if link.epoch == epoch {
                return &link.value;
            }
            place = &link.child;
        }
    }

    fn links(&self) -> impl Iterator<Item = &Link<T>> {
        std::iter::successors(self.0.get(), |link| link.child.0.get())
    }

    /// Those of the processes that this one descends from: to be looked at without a lock.
    pub fn of_parents(&self) -> impl Iterator<Item = &T> {
        let epoch = sys::fork_epoch();
        self.links().filter(move |link| link.epoch != epoch).map(|link| &link.value)
    }
}
