//! Every order in which readers and replacers can run, by the model checker.

use super::*;
use loom::cell::UnsafeCell;
use loom::thread;

/// Freed by whoever holds it last: to the checker a write, which no read may meet.
struct Value(UnsafeCell<u32>);

impl Value {
    fn new(number: u32) -> Arc<Value> {
        Arc::new(Value(UnsafeCell::new(number)))
    }
    fn number(&self) -> u32 {
        // SAFETY: the checker watches it.
        self.0.with(|value| unsafe { *value })
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        // SAFETY: as above.
        self.0.with_mut(|value| unsafe { *value = 0 });
    }
}

// SAFETY: the checker watches it.
unsafe impl Sync for Value {}
// SAFETY: as above.
unsafe impl Send for Value {}

#[test]
fn loom_a_reader_never_meets_a_value_that_is_gone() {
    loom::model(|| {
        let shown = Arc::new(Shown::empty());
        shown.swap(Some(Value::new(1)));
        let reader = {
            let shown = Arc::clone(&shown);
            thread::spawn(move || {
                let reading = Reading::try_enter().expect("a place");
                shown.get(&reading).map(Value::number)
            })
        };
        drop(shown.swap(Some(Value::new(2))));
        let seen = reader.join().unwrap();
        assert!(seen == Some(1) || seen == Some(2), "{seen:?}");
    });
}

#[test]
fn loom_what_a_reader_keeps_outlives_its_replacement() {
    loom::model(|| {
        let shown = Arc::new(Shown::empty());
        shown.swap(Some(Value::new(1)));
        let reader = {
            let shown = Arc::clone(&shown);
            thread::spawn(move || shown.load())
        };
        drop(shown.swap(None));
        let kept = reader.join().unwrap();
        assert!(kept.is_none_or(|kept| kept.number() == 1));
    });
}

#[test]
fn loom_of_two_replacers_one_wins() {
    loom::model(|| {
        let shown = Arc::new(Shown::empty());
        let first = Value::new(1);
        shown.swap(Some(Arc::clone(&first)));
        let other = {
            let (shown, first) = (Arc::clone(&shown), Arc::clone(&first));
            thread::spawn(move || shown.swap_if(Some(&first), Some(Value::new(2))))
        };
        let own = shown.swap_if(Some(&first), Some(Value::new(3)));
        assert!(own != other.join().unwrap());
        assert_eq!(shown.load().unwrap().number(), if own { 3 } else { 2 });
    });
}
