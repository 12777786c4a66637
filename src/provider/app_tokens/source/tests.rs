use super::*;

const NOW: Now = Now { boot_ms: 50 * DAY_MS, wall_ms: 20_000 * DAY_MS };

/// Made so many days ago, for so many days.
fn kept(age: i64, days: i64) -> StoredAppToken {
    let made_ms = NOW.wall_ms - age * DAY_MS;
    let (id, token) = ("1".to_owned(), Secret::from("t"));
    StoredAppToken {
        id,
        token,
        expires_ms: made_ms + days * DAY_MS,
        created_ms: made_ms,
        role: Role::Current,
    }
}

fn days_until(validity: Validity, age: i64) -> i64 {
    (age - validity.age_ms(NOW)) / DAY_MS
}

#[test]
fn a_token_is_replaced_when_a_tenth_of_its_life_is_left() {
    for (age, days, until) in [(0, 365, 328), (100, 365, 228), (328, 365, 0), (0, 400, 360)] {
        let validity = validity_of(&kept(age, days), NOW);
        assert_eq!(
            (days_until(validity, validity.refresh_at_age_ms), validity.left_ms(NOW)),
            (until, (days - age) * DAY_MS)
        );
        assert_eq!(validity.age_ms(NOW), age * DAY_MS);
    }
    let due = |age, days| is_due(&kept(age, days), NOW);
    assert!(!due(328, 365) && due(329, 365) && due(365, 365) && due(500, 365));
    assert!(!due(0, 1) && due(1, 1));
}

#[test]
fn a_life_longer_than_any_that_is_believed_is_looked_at_again() {
    let validity = validity_of(&kept(500, 3_650), NOW);
    assert_eq!((days_until(validity, validity.expires_at_age_ms), validity.age_ms(NOW)), (400, 0));
    assert!(days_until(validity, validity.refresh_at_age_ms) >= 399);
    assert!(!is_due(&kept(500, 3_650), NOW));
    let validity = validity_of(&kept(3_000, 3_650), NOW);
    assert_eq!(
        (days_until(validity, validity.refresh_at_age_ms), days_until(validity, validity.expires_at_age_ms)),
        (285, 400)
    );
}

#[test]
fn a_clock_that_was_set_does_not_end_it() {
    // Made in what is the future by the clock here.
    let validity = validity_of(&kept(-700, 365), NOW);
    assert_eq!((validity.age_ms(NOW), validity.left_ms(NOW)), (0, MAX_LIFETIME_MS));
    // Long gone by the clock here.
    assert_eq!(validity_of(&kept(700, 365), NOW).left_ms(NOW), 0);
    let broken = StoredAppToken { created_ms: i64::MIN, expires_ms: i64::MAX, ..kept(0, 0) };
    assert!(validity_of(&broken, NOW).left_ms(NOW) > 0 && !is_young(&broken, NOW));
    let broken = StoredAppToken { created_ms: i64::MAX, expires_ms: i64::MIN, ..kept(0, 0) };
    assert!(validity_of(&broken, NOW).left_ms(NOW) == 0 && is_due(&broken, NOW));
}

#[test]
fn what_was_just_made_is_not_replaced_for_its_life() {
    let made = |minutes_ago: i64, life_ms: i64| {
        let made_ms = NOW.wall_ms - minutes_ago * 60_000;
        StoredAppToken { created_ms: made_ms, expires_ms: made_ms + life_ms, ..kept(0, 0) }
    };
    let young = |minutes_ago, life_ms| is_young(&made(minutes_ago, life_ms), NOW);
    assert!(young(59, 365 * DAY_MS) && !young(60, 365 * DAY_MS));
    assert!(young(2, 30 * 60_000) && !young(3, 30 * 60_000), "it must be replaced before it dies");
    assert!(young(59, 0) && young(59, -5) && !young(60, 0), "a provider that tells nonsense");
    assert!(young(-60, 365 * DAY_MS) && !young(-61, 365 * DAY_MS));
}
