use super::*;
use crate::cache::policy::RefreshRules;
use crate::cache::token::Bearer;
use std::sync::atomic::AtomicBool;
use std::thread;

/// Collects the text, as a caller's buffer would.
pub struct Collected;

impl Sink for Collected {
    type Copied = String;

    fn copy(self, text: Words) -> String {
        let eights: Vec<u64> = match text.aligned() {
            Some(words) => words.iter().map(|word| word.load(Ordering::Relaxed)).collect(),
            None => text.eights().collect(),
        };
        let mut bytes: Vec<u8> = eights.into_iter().chain([text.last()]).flat_map(u64::to_le_bytes).collect();
        bytes.truncate(text.length);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

const NOW: Now = Now { boot_ms: 5_000, wall_ms: 9_000 };

fn life() -> Validity {
    Validity::new(NOW, 3_600_000, RefreshRules::default(), 0)
}

fn read(fast: &FastPath, number: u32, part: Part) -> Option<String> {
    fast.read(number, NOW, part, Collected).map(|(text, _)| text)
}

fn opened(number: u32, published: &Published) -> FastPath {
    let fast = FastPath::new();
    fast.open(number);
    fast.lead(number, Some(published), Need::default());
    fast
}

#[test]
fn every_text_comes_out_as_it_went_in() {
    let published = Published::new();
    let fast = opened(7, &published);
    let mut number = 0;
    for (prefix, suffix) in [("", ""), ("Bearer ", ""), ("x", "y"), ("12345678", " z"), ("123456789 ", "")] {
        for length in (1..80).chain([255, 256, 511, 1000, 4095, 40_000]) {
            let token: String = ('a'..='z').cycle().take(length).collect();
            let bearer = Bearer::new(prefix, &token, suffix);
            number += 1;
            published.publish(number, &bearer, &life(), i64::MAX);
            assert_eq!(read(&fast, 7, Part::Token).as_deref(), Some(token.as_str()));
            assert_eq!(read(&fast, 7, Part::HeaderValue).as_deref(), Some(bearer.text().header_value()));
        }
    }
    published.publish(0, &Bearer::new("", "ç", ""), &life(), i64::MAX);
    assert_eq!(read(&fast, 7, Part::Token), None, "handed out over the locks");
}

#[test]
fn a_closed_or_strange_handle_and_a_cleared_token_lead_nowhere() {
    let published = Published::new();
    let fast = opened(7, &published);
    assert_eq!(read(&fast, 7, Part::Token), None, "nothing is published yet");
    published.publish(1, &Bearer::new("", "token", ""), &life(), i64::MAX);
    assert!(read(&fast, 7, Part::Token).is_some() && read(&fast, 8, Part::Token).is_none());
    fast.lead(8, None, Need::default());
    assert!(read(&fast, 7, Part::Token).is_some(), "another handle has no say");
    published.clear();
    assert_eq!(read(&fast, 7, Part::Token), None);
    published.publish(2, &Bearer::new("", "again", ""), &life(), i64::MAX);
    assert_eq!(read(&fast, 7, Part::Token).as_deref(), Some("again"));
    fast.close();
    assert!(!fast.is_open() && read(&fast, 7, Part::Token).is_none());
    fast.lead(7, Some(&published), Need::default());
    assert_eq!(read(&fast, 7, Part::Token), None, "it stays closed");
    fast.open(9);
    assert_eq!((fast.number(), read(&fast, 9, Part::Token)), (9, None));
}

#[test]
fn both_clocks_and_the_callers_need_end_a_token() {
    let published = Published::new();
    published.publish(1, &Bearer::new("", "token", ""), &life(), 1_000_000);
    let at = |boot_ms, wall_ms, need| {
        let fast = opened(7, &published);
        fast.lead(7, Some(&published), need);
        let now = Now { boot_ms: NOW.boot_ms + boot_ms, wall_ms: NOW.wall_ms + wall_ms };
        fast.read(7, now, Part::Token, Collected).is_some()
    };
    assert!(at(999_999, 999_999, Need::default()));
    assert!(!at(1_000_000, -50, Need::default()) && !at(-50, 1_000_000, Need::default()));
    let careful = Need { min_left_ms: 3_000_000, renew_after_ms: None };
    assert!(at(599_999, 0, careful) && !at(600_000, 0, careful));
    let eager = Need { min_left_ms: 0, renew_after_ms: Some(1_000) };
    assert!(at(999, 0, eager) && !at(1_000, 0, eager));
}

#[test]
fn readers_see_whole_tokens_while_they_are_replaced_and_their_memory_goes_from_hand_to_hand() {
    let rounds = if cfg!(miri) { 20 } else { 20_000 };
    let (fasts, done) = ([FastPath::new(), FastPath::new()], AtomicBool::new(false));
    thread::scope(|scope| {
        for reader in 0..4 {
            let (fasts, done) = (&fasts, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let owner = reader % 2;
                    let number = fasts[owner].number();
                    let Some(text) = read(&fasts[owner], number, Part::HeaderValue) else { continue };
                    // Each owner has a letter of its own, and each token letters of one kind.
                    let own = [b'a', b'n'][owner];
                    let letter = text.bytes().next().unwrap_or(0);
                    assert!((own..own + 13).contains(&letter), "another one's token: {text}");
                    assert!(text.bytes().all(|other| other == letter), "torn: {text}");
                }
            });
        }
        for (owner, fast) in fasts.iter().enumerate() {
            let done = &done;
            scope.spawn(move || {
                for round in 0..rounds {
                    let published = Published::new();
                    let number = round as u32 + 1;
                    fast.open(number);
                    fast.lead(number, Some(&published), Need::default());
                    for nth in 0..3u8 {
                        let letter = char::from([b'a', b'n'][owner] + (round as u8 % 4) * 3 + nth);
                        let text = letter.to_string().repeat(8 + round % 50);
                        published.publish(u64::from(nth), &Bearer::new("", &text, ""), &life(), i64::MAX);
                    }
                    if round % 3 == 0 {
                        published.clear();
                    }
                    fast.close();
                }
                done.store(true, Ordering::Relaxed);
            });
        }
    });
}
