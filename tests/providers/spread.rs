//! Many programs that got their tokens together do not renew them together.

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

use crate::client::*;
use crate::ground::{Ground, ASSINE};

/// Long, so that seconds measure the window finely.
const LIFE_S: i64 = 1_000_000;
/// From half of the life, a fifth of what lies between there and its last minute.
const WINDOW_S: (i64, i64) = (500_000, 500_000 + (499_940 / 5));
/// With so many the widest gap of a fair draw is beyond a tenth once in a million runs.
const TOKENS: usize = 800;

fn seconds(account: &Account, field: &str) -> i64 {
    OffsetDateTime::parse(&account.info(field), &Rfc3339).expect("an instant").unix_timestamp()
}

#[test]
fn renewals_are_spread_evenly_and_drawn_once_per_token() {
    let ground = Ground::new();
    ground.settings(|s| s.expires_in = Some(json!(LIFE_S)));
    let mut shares: Vec<f64> = (0..TOKENS)
        .map(|number| {
            let account = ground.account(&ASSINE);
            account.set("scope", &number.to_string()).unwrap();
            account.token();
            let planned = account.info("renew_at");
            // The busiest caller gets no other draw than the laziest.
            for _ in 0..20 {
                account.token();
                assert_eq!(account.info("renew_at"), planned);
            }
            let age = seconds(&account, "renew_at") - seconds(&account, "obtained_at");
            (age - WINDOW_S.0) as f64 / (WINDOW_S.1 - WINDOW_S.0) as f64
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    for (nth, share) in shares.iter().enumerate() {
        let fair = nth as f64 / TOKENS as f64;
        assert!((share - fair).abs() < 0.1, "number {nth} of {TOKENS} renews at {share}, not at {fair}");
    }
}
