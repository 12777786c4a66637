//! The settings of the process: what accounts opened later start with, and the child of a fork.
//!
//! One immutable value behind one pointer, replaced as a whole and read without a lock, so that nothing in it can be
//! found locked in the child of a fork. What a setting needs from a file or a server is read before it is published.
//! Each room has a part of a type of its own, and knows of no other room's.

use arc_swap::{ArcSwapOption, Guard};
use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;

#[derive(Clone, Default)]
struct Inherited {
    /// One of each type.
    parts: Vec<Arc<dyn Any + Send + Sync>>,
}

static CURRENT: ArcSwapOption<Inherited> = ArcSwapOption::const_empty();

impl Inherited {
    fn part<P: Any + Default + Send + Sync>(&self) -> Arc<P> {
        self.parts.iter().find_map(|part| Arc::downcast(Arc::clone(part)).ok()).unwrap_or_default()
    }

    fn with<P: Any + Send + Sync>(&self, new: P) -> Inherited {
        let others = self.parts.iter().filter(|part| !part.is::<P>()).cloned();
        Inherited { parts: others.chain([Arc::new(new) as _]).collect() }
    }
}

/// A part as it is now; its default until it is set.
pub fn get<P: Any + Default + Send + Sync>() -> Arc<P> {
    CURRENT.load().as_deref().map(Inherited::part).unwrap_or_default()
}

/// Puts in a part's place what `new` makes of it, which is asked again when another thread was quicker.
pub fn try_update<P, E>(new: impl Fn(&P) -> Result<P, E>) -> Result<(), E>
where
    P: Any + Default + Send + Sync,
{
    loop {
        let current = CURRENT.load();
        let base = current.as_deref().cloned().unwrap_or_default();
        let changed = base.with(new(&base.part())?);
        if is(&CURRENT.compare_and_swap(&current, Some(Arc::new(changed))), &current) {
            return Ok(());
        }
    }
}

pub fn update<P: Any + Default + Send + Sync>(new: impl Fn(&P) -> P) {
    let Ok(()) = try_update(|old| Ok::<_, Infallible>(new(old)));
}

fn is<T>(one: &Guard<Option<Arc<T>>>, other: &Guard<Option<Arc<T>>>) -> bool {
    one.as_ref().map(Arc::as_ptr) == other.as_ref().map(Arc::as_ptr)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[derive(Clone, Default, PartialEq, Debug)]
    struct One(u32);
    #[derive(Clone, Default, PartialEq, Debug)]
    struct Other(u32);

    #[test]
    fn parts_are_told_apart_and_no_change_is_lost() {
        assert_eq!(*get::<One>(), One(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| update(|One(number)| One(number + 1))));
                scope.spawn(|| (0..100).for_each(|_| update(|Other(number)| Other(number + 1))));
            }
        });
        assert_eq!(try_update(|_: &One| Err("refused")), Err("refused"));
        assert_eq!((*get::<One>()).clone(), One(400));
        assert_eq!((*get::<Other>()).clone(), Other(400));
    }
}
