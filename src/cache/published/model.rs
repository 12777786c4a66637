//! Every order in which readers and writers can meet, by the model checker, with the code as it ships.

use super::*;
use crate::cache::policy::RefreshRules;
use loom::thread;
use std::sync::Arc;

/// The first word tells which text it is.
pub struct Collected;

impl Sink for Collected {
    type Copied = (u64, u64);

    fn copy(self, text: Words) -> (u64, u64) {
        let words = text.aligned().expect("begins with a word");
        let load = |nth: usize| words.get(nth).map_or(0, |word| word.load(Ordering::Relaxed));
        (load(0), load(1))
    }
}

const NOW: Now = Now { boot_ms: 5_000, wall_ms: 9_000 };

fn publish(published: &Published, number: u64, text: &str) {
    let validity = Validity::new(NOW, 3_600_000, RefreshRules::default(), 0);
    published.publish(number, &Bearer::new("", text, ""), &validity, i64::MAX);
}

fn word(letter: u8) -> u64 {
    u64::from_le_bytes([letter; 8])
}

struct Scene {
    fast: FastPath,
}

impl Scene {
    fn new() -> Arc<Scene> {
        Arc::new(Scene { fast: FastPath::new() })
    }

    fn read(&self, number: u32) -> Option<(u64, u64)> {
        self.fast.read(number, NOW, Part::Token, Collected).map(|(words, _)| words)
    }
}

fn model(work: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 100_000;
    builder.check(work);
}

/// What a reader may see of tokens of sixteen letters.
fn whole(seen: Option<(u64, u64)>, letters: &[u8]) {
    let all = letters.iter().map(|letter| (word(*letter), word(*letter)));
    assert!(seen.is_none_or(|seen| all.clone().any(|one| one == seen)), "{seen:x?}");
}

/// A handle whose first token has just been replaced by its second, beside a reader of either.
fn replaced_under_a_reader() -> (Arc<Scene>, Published, thread::JoinHandle<()>) {
    let scene = Scene::new();
    let published = Published::new();
    publish(&published, 1, &"a".repeat(16));
    scene.fast.open(1);
    scene.fast.lead(1, Some(&published), Need::default());
    let reader = {
        let scene = Arc::clone(&scene);
        thread::spawn(move || whole(scene.read(1), b"ab"))
    };
    publish(&published, 2, &"b".repeat(16));
    (scene, published, reader)
}

#[test]
fn loom_a_reader_sees_one_token_whole_while_another_takes_its_place() {
    model(|| {
        let (scene, _published, reader) = replaced_under_a_reader();
        reader.join().unwrap();
        assert_eq!(scene.read(1), Some((word(b'b'), word(b'b'))));
    });
}

#[test]
fn loom_a_block_that_serves_another_token_is_seen_by_no_late_reader() {
    model(|| {
        let (_scene, _published, reader) = replaced_under_a_reader();
        // The block of the first token, on another thread.
        let other = thread::spawn(move || publish(&Published::new(), 1, &"z".repeat(16)));
        reader.join().unwrap();
        other.join().unwrap();
    });
}

#[test]
fn loom_a_handle_never_shows_the_identity_that_takes_over_its_memory() {
    model(|| {
        let scene = Scene::new();
        let first = Published::new();
        publish(&first, 1, "aaaaaaaa");
        scene.fast.open(1);
        scene.fast.lead(1, Some(&first), Need::default());
        let reader = {
            let scene = Arc::clone(&scene);
            thread::spawn(move || {
                let seen = scene.read(1).map(|(first, _)| first);
                assert!(seen.is_none_or(|seen| seen == word(b'a')), "{seen:x?}");
            })
        };
        scene.fast.lead(1, None, Need::default());
        drop(first);
        let next = Published::new();
        publish(&next, 1, "zzzzzzzz");
        reader.join().unwrap();
    });
}

#[test]
fn loom_a_slot_that_is_closed_and_opened_anew_answers_its_own_handle_only() {
    model(|| {
        let scene = Scene::new();
        let (first, second) = (Published::new(), Published::new());
        publish(&first, 1, &"a".repeat(16));
        publish(&second, 1, &"b".repeat(16));
        scene.fast.open(1);
        scene.fast.lead(1, Some(&first), Need::default());
        let reader = {
            let scene = Arc::clone(&scene);
            thread::spawn(move || {
                whole(scene.read(1), b"a");
                whole(scene.read(2), b"b");
            })
        };
        scene.fast.close();
        scene.fast.open(2);
        scene.fast.lead(2, Some(&second), Need::default());
        reader.join().unwrap();
    });
}
