use super::*;
use crate::os;
use crate::secret::Secret;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{mpsc, Weak};
use std::time::{Duration, Instant};

fn text(text: &str) -> Arc<Secret> {
    Arc::new(Secret::from(text))
}

#[test]
fn what_is_taken_out_goes_away_and_what_is_held_stays() {
    let shown = Shown::empty();
    assert!(shown.load().is_none() && shown.swap(Some(Arc::new(1))).is_none());
    let held = shown.load().unwrap();
    let second = Arc::new(2);
    assert!(!shown.swap_if(Some(&second), None), "another one is there");
    assert!(shown.swap_if(Some(&held), Some(Arc::clone(&second))));
    assert_eq!((*held, Arc::strong_count(&held), *shown.load().unwrap()), (1, 1, 2));
    drop(shown);
    assert_eq!(Arc::strong_count(&second), 1);
}

#[test]
fn the_old_value_is_given_back_only_when_its_readers_have_left() {
    let shown = Shown::empty();
    shown.swap(Some(Arc::new(1)));
    let left = AtomicBool::new(false);
    let (entered, enter) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let reading = Reading::try_enter().unwrap();
            let value = shown.get(&reading).unwrap();
            entered.send(()).unwrap();
            os::pause(Duration::from_millis(30));
            assert_eq!(*value, 1);
            left.store(true, Ordering::SeqCst);
        });
        enter.recv().unwrap();
        shown.swap(None);
        assert!(left.load(Ordering::SeqCst));
    });
}

#[test]
fn a_reader_that_never_leaves_costs_its_value_and_no_more() {
    let (shown, other) = (Shown::empty(), Shown::empty());
    shown.swap(Some(Arc::new(1)));
    other.swap(Some(Arc::new(2)));
    let weak: Weak<i32> = Arc::downgrade(&shown.load().unwrap());
    let reading = Reading::try_enter().unwrap();
    let value = shown.get(&reading).unwrap();
    // Replaced by the thread that reads: the worst that could happen to it.
    drop(shown.swap(None));
    assert_eq!((*value, weak.upgrade().as_deref()), (1, Some(&1)), "never freed");
    drop(reading);
    let weak = Arc::downgrade(&other.load().unwrap());
    other.swap(None);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_reading_inside_a_reading_has_a_place_of_its_own() {
    let outer = Reading::try_enter().unwrap();
    let inner = Reading::try_enter().unwrap();
    assert_ne!(outer.place, inner.place);
}

#[test]
fn more_threads_than_places_find_one_in_turn() {
    let shown = Shown::empty();
    shown.swap(Some(Arc::new(7)));
    let read = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| {
                let value = shown.load().unwrap();
                read.fetch_add(*value, Ordering::Relaxed);
            });
        }
        for _ in 0..50 {
            shown.swap(Some(Arc::new(7)));
        }
    });
    assert_eq!(read.into_inner(), 200 * 7);
}

#[test]
fn a_text_is_never_seen_in_part_or_after_it_was_wiped() {
    prepare(); // from here on with barriers, where the system has them
    let shown = ShownText::empty();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let Some(reading) = Reading::try_enter() else { continue };
                    let Some(text) = shown.get(&reading) else { continue };
                    let first = text.as_bytes()[0];
                    assert!(text.len() == usize::from(first - b'a' + 1) * 50, "{} bytes", text.len());
                    assert!(text.bytes().all(|byte| byte == first), "mixed");
                }
            });
        }
        for round in 0..2_000 {
            let letter = (round % 20) as u8;
            shown.show(&text(&char::from(b'a' + letter).to_string().repeat((usize::from(letter) + 1) * 50)));
            if round % 3 == 0 {
                shown.hide();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}

/// The order that only a barrier on both sides gives: the reader marks its place before it looks, the replacer takes
/// the value away before it looks at the places. Without one this fails in an optimised build, which the gate runs.
#[test]
fn no_reader_holds_what_a_replacer_was_given_back() {
    prepare();
    let shown = Shown::empty();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let reading = Reading::try_enter().unwrap();
                    let Some(value): Option<&AtomicBool> = shown.get(&reading) else { continue };
                    for _ in 0..200 {
                        assert!(value.load(Ordering::Relaxed), "given back while it is read");
                    }
                }
            });
        }
        let values = [true; 64].map(|alive| Arc::new(AtomicBool::new(alive)));
        let until = Instant::now() + Duration::from_secs(2);
        for round in (0..100_000).take_while(|_| Instant::now() < until) {
            let value = &values[round % values.len()];
            value.store(true, Ordering::Relaxed);
            shown.swap(Some(Arc::clone(value)));
            (0..round % 500).for_each(|_| std::hint::spin_loop());
            if let Some(old) = shown.swap(None) {
                old.store(false, Ordering::Relaxed);
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}
