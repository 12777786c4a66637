use super::*;

const S: i64 = 1_000;
const MIN: i64 = 60 * S;
const H: i64 = 60 * MIN;
const DAY: i64 = 24 * H;
const START: Now = Now { boot_ms: 5_000_000, wall_ms: 1_700_000_000_000 };

fn at(age: i64) -> Now {
    Now { boot_ms: START.boot_ms + age, wall_ms: START.wall_ms + age }
}

fn windows(life_ms: i64, rules: RefreshRules) -> (i64, i64, i64) {
    let validity = Validity::new(START, life_ms, rules, 0);
    (validity.refresh_at_age_ms, validity.must_refresh_at_age_ms, validity.usable_until_age_ms)
}

#[test]
fn windows_of_lives_from_five_seconds_to_400_days() {
    let coexist = RefreshRules::default();
    let kills = RefreshRules { refresh_revokes_previous: true, ..coexist };
    #[rustfmt::skip]
    let table = [
        // life, rules        refresh_from, guard_from, end
        (5 * S, coexist,     (3 * S,               3 * S,                5 * S - 2 * S)),
        (60 * S, coexist,    (45 * S,              55 * S,               58 * S)),
        (300 * S, coexist,   (225 * S,             294 * S,              298 * S)),
        (300 * S, kills,     (225 * S,             294 * S,              298 * S)),
        (H, coexist,         (45 * MIN,            59 * MIN,             H - 2 * S)),
        (H, kills,           (57 * MIN,            59 * MIN,             H - 2 * S)),
        (2 * H, coexist,     (H,                   2 * H - 60 * S,       2 * H - 2 * S)),
        (DAY, coexist,       (12 * H,              DAY - 60 * S,         DAY - 2 * S)),
        (DAY, kills,         (DAY - 15 * MIN,      DAY - 60 * S,         DAY - 2 * S)),
        (400 * DAY, coexist, (200 * DAY,           400 * DAY - 60 * S,   400 * DAY - 2 * S)),
        (4000 * DAY, coexist,(200 * DAY,           400 * DAY - 60 * S,   400 * DAY - 2 * S)),
        (0, coexist,         (0, 0, 0)),
        (-7 * S, kills,      (0, 0, 0)),
        (i64::MAX, kills,    (400 * DAY - 15 * MIN, 400 * DAY - 60 * S,  400 * DAY - 2 * S)),
    ];
    for (validity, rules, expected) in table {
        assert_eq!(windows(validity, rules), expected, "life of {validity} ms, {rules:?}");
    }
}

#[test]
fn a_profile_limits_use_and_sets_the_time_to_renew() {
    let twelve_hours = RefreshRules { max_use_ms: Some(12 * H), ..RefreshRules::default() };
    let (refresh_from, guard_from, end) = windows(92_843 * S, twelve_hours);
    assert_eq!((refresh_from, guard_from), (6 * H, 12 * H - 60 * S));
    assert_eq!(end, 92_843 * S - 2 * S, "a valid token is not withheld because a renewal failed");

    let after = RefreshRules { renew_after_ms: Some(10 * MIN), ..RefreshRules::default() };
    assert_eq!(windows(DAY, after).0, 10 * MIN);
    assert_eq!(
        Validity::new(START, DAY, after, JITTER_SCALE).refresh_at_age_ms,
        10 * MIN,
        "no jitter on a chosen age"
    );
    assert_eq!(windows(MIN, after).0, 55 * S, "never beyond the guard window");
}

#[test]
fn jitter_takes_a_fifth_of_the_window_at_most() {
    let refresh_from = |jitter| Validity::new(START, H, RefreshRules::default(), jitter).refresh_at_age_ms;
    assert_eq!(refresh_from(0), 45 * MIN);
    assert_eq!(refresh_from(500), 45 * MIN + 84 * S);
    assert_eq!(refresh_from(JITTER_SCALE), 45 * MIN + 168 * S);
    assert_eq!(refresh_from(99 * JITTER_SCALE), 45 * MIN + 168 * S);
}

#[test]
fn the_verdict_changes_at_each_boundary_and_nowhere_else() {
    let validity = Validity::new(START, H, RefreshRules::default(), 0);
    let need = Need::default();
    #[rustfmt::skip]
    let table = [
        (0,                   Decision::Fresh),
        (45 * MIN - 1,        Decision::Fresh),
        (45 * MIN,            Decision::AdvisoryRefresh),
        (59 * MIN - 1,        Decision::AdvisoryRefresh),
        (59 * MIN,            Decision::MandatoryRefresh),
        (H - 2 * S - 1,       Decision::MandatoryRefresh),
        (H - 2 * S,           Decision::BlockingRefresh),
        (400 * DAY,           Decision::BlockingRefresh),
    ];
    for (age, verdict) in table {
        assert_eq!(decide(Some(&validity), false, at(age), need), verdict, "age {age}");
        let held = if verdict == Decision::BlockingRefresh { Decision::CachedError } else { Decision::Fresh };
        assert_eq!(decide(Some(&validity), true, at(age), need), held, "age {age}, a failure remembered");
    }
    assert_eq!(decide(None, false, START, need), Decision::BlockingRefresh);
    assert_eq!(decide(None, true, START, need), Decision::CachedError);
}

#[test]
fn a_caller_may_want_more_than_the_token_offers() {
    let validity = Validity::new(START, H, RefreshRules::default(), 0);
    let ten_minutes = Need { min_left_ms: 10 * MIN, renew_after_ms: None };
    assert_eq!(decide(Some(&validity), false, at(50 * MIN - 1), ten_minutes), Decision::AdvisoryRefresh);
    assert_eq!(decide(Some(&validity), false, at(50 * MIN), ten_minutes), Decision::BlockingRefresh);
    let early = Need { min_left_ms: 0, renew_after_ms: Some(MIN) };
    assert_eq!(decide(Some(&validity), false, at(MIN - 1), early), Decision::Fresh);
    assert_eq!(decide(Some(&validity), false, at(MIN), early), Decision::AdvisoryRefresh);
    let late = Need { min_left_ms: 0, renew_after_ms: Some(10 * H) };
    assert_eq!(
        decide(Some(&validity), false, at(45 * MIN), late),
        Decision::AdvisoryRefresh,
        "never later than planned"
    );
}

#[test]
fn dead_if_either_clock_says_so() {
    let validity = Validity::new(START, H, RefreshRules::default(), 0);
    let slept = Now { boot_ms: START.boot_ms + 5 * H, wall_ms: START.wall_ms };
    assert_eq!(
        decide(Some(&validity), false, slept, Need::default()),
        Decision::BlockingRefresh,
        "wall time was set back"
    );
    let set = Now { boot_ms: START.boot_ms, wall_ms: START.wall_ms + DAY };
    assert_eq!(
        decide(Some(&validity), false, set, Need::default()),
        Decision::BlockingRefresh,
        "wall time was set forward"
    );
    let back = Now { boot_ms: START.boot_ms + MIN, wall_ms: START.wall_ms - DAY };
    assert_eq!(decide(Some(&validity), false, back, Need::default()), Decision::Fresh, "no needless request");
}

#[test]
fn without_progress_the_next_try_waits() {
    let validity = Validity::new(START, H, RefreshRules::default(), 0);
    let at_once = validity.without_progress(at(MIN), 0);
    assert_eq!((at_once.refresh_at_age_ms, at_once.must_refresh_at_age_ms), (H - 15 * S, H - 15 * S));
    let late = validity.without_progress(at(H - 10 * S), 0);
    assert_eq!((late.refresh_at_age_ms, late.usable_until_age_ms), (H, H), "to its very end, and not beyond");
    let short = Validity::new(START, 20 * S, RefreshRules::default(), 0).without_progress(at(0), 0);
    assert_eq!(short.refresh_at_age_ms, 10 * S);
    let rounded = Validity::new(START, 0, RefreshRules::default(), 0).without_progress(at(0), 700);
    assert_eq!(
        (rounded.expires_at_age_ms, rounded.usable_until_age_ms),
        (700, 700),
        "what was known before is not shortened by rounding"
    );
}

#[test]
fn holds_grow_and_end() {
    use FailureClass::*;
    let none = |class, nth| backoff_ms(class, nth, None, JITTER_SCALE);
    assert_eq!([1, 2, 3, 4, 5, 6, 7, 99].map(|nth| none(Transient, nth) / S), [1, 2, 4, 8, 16, 30, 30, 30]);
    assert_eq!(backoff_ms(Transient, 6, None, 0), 500);
    let alive = |nth, left| backoff_ms(Transient, nth, Some(left), JITTER_SCALE / 2);
    assert_eq!([1, 2, 3, 4, 5, 99].map(|nth| alive(nth, DAY) / S), [30, 60, 120, 240, 300, 300]);
    assert_eq!(alive(5, 40 * S), 10 * S, "three more tries before the end");
    assert_eq!(backoff_ms(Transient, 1, Some(DAY), 0), 24 * S);
    assert_eq!(backoff_ms(Transient, 1, Some(DAY), JITTER_SCALE), 36 * S);
    assert_eq!([1, 2, 3, 4].map(|nth| none(Credentials, nth) / MIN), [1, 5, 30, 30]);
    assert_eq!([1, 2].map(|nth| none(UserActionRequired, nth) / MIN), [15, 15]);
    assert_eq!([1, 2, 3].map(|nth| none(Persistent, nth) / S), [10, 60, 60]);
    assert_eq!(none(Misconfigured, 1), 0);
}

/// Lives from five seconds to 400 days, under every rule a profile can set, with the least and the most jitter.
fn every_life() -> impl Iterator<Item = Validity> {
    let lives =
        [5 * S, 7 * S, 20 * S, 59 * S, 5 * MIN, 20 * MIN, H, 2 * H - 1, 2 * H, DAY, 92_843 * S, 400 * DAY];
    let choices = |choices: [i64; 3]| choices.map(Some).into_iter().chain([None]);
    lives.into_iter().flat_map(move |life_ms| {
        choices([MIN, 12 * H, 500 * DAY]).flat_map(move |use_at_most_ms| {
            choices([0, 10 * MIN, 500 * DAY]).flat_map(move |renew_after_ms| {
                [false, true].into_iter().flat_map(move |refresh_kills_old| {
                    let rules = RefreshRules {
                        max_use_ms: use_at_most_ms,
                        renew_after_ms,
                        refresh_revokes_previous: refresh_kills_old,
                        idle_ms: None,
                    };
                    [0, JITTER_SCALE].map(|jitter| Validity::new(START, life_ms, rules, jitter))
                })
            })
        })
    })
}

fn every_need() -> impl Iterator<Item = Need> {
    [0, 3 * S, 10 * MIN, 500 * DAY].into_iter().flat_map(|min_left_ms| {
        [None, Some(0), Some(MIN), Some(DAY)].map(|renew_after_ms| Need { min_left_ms, renew_after_ms })
    })
}

/// Every age at which something may change, and the milliseconds beside it.
fn ages(validity: &Validity, need: Need) -> Vec<i64> {
    let after = need.renew_after_ms.unwrap_or(0);
    let bounds = [
        0,
        validity.refresh_at_age_ms,
        validity.must_refresh_at_age_ms,
        validity.usable_until_age_ms,
        validity.expires_at_age_ms,
        validity.expires_at_age_ms - need.min_left_ms,
        after,
    ];
    let mut ages: Vec<i64> =
        bounds.iter().flat_map(|age| [age - 1, *age, age + 1]).filter(|age| *age >= 0).collect();
    ages.sort_unstable();
    ages
}

#[test]
fn whatever_the_rules_the_windows_follow_each_other() {
    for validity in every_life() {
        let windows = [
            0,
            validity.refresh_at_age_ms,
            validity.must_refresh_at_age_ms,
            validity.usable_until_age_ms,
            validity.expires_at_age_ms,
        ];
        assert!(windows.is_sorted(), "{validity:?}");
        assert_eq!(validity.usable_until_age_ms, validity.expires_at_age_ms - 2 * S, "{validity:?}");
        assert!(
            validity.expires_at_age_ms - validity.must_refresh_at_age_ms > 2 * S
                || validity.must_refresh_at_age_ms == validity.usable_until_age_ms,
            "{validity:?}"
        );
    }
}

#[test]
fn whatever_is_asked_for_a_token_ages_through_the_verdicts_once_and_in_order() {
    let rank = |verdict| match verdict {
        Decision::Fresh => 0,
        Decision::AdvisoryRefresh => 1,
        Decision::MandatoryRefresh => 2,
        Decision::BlockingRefresh => 3,
        Decision::CachedError => unreachable!("nothing is held"),
    };
    for validity in every_life() {
        for need in every_need() {
            let ranks = ages(&validity, need)
                .into_iter()
                .map(|age| rank(decide(Some(&validity), false, at(age), need)));
            assert!(ranks.is_sorted(), "{validity:?} {need:?}");
        }
    }
}

#[test]
fn whatever_fails_a_token_is_handed_out_while_it_is_good_for_the_caller_and_no_longer() {
    for validity in every_life() {
        for need in every_need() {
            for age in ages(&validity, need) {
                let good =
                    age < validity.usable_until_age_ms && age < validity.expires_at_age_ms - need.min_left_ms;
                let held = if good { Decision::Fresh } else { Decision::CachedError };
                assert_eq!(
                    decide(Some(&validity), true, at(age), need),
                    held,
                    "age {age} of {validity:?}, {need:?}"
                );
                let free = decide(Some(&validity), false, at(age), need);
                assert_eq!(free == Decision::BlockingRefresh, !good, "age {age} of {validity:?}, {need:?}");
            }
        }
    }
}

#[test]
fn a_hit_is_what_the_decision_gives_at_once_and_nothing_else() {
    for validity in every_life() {
        for need in every_need() {
            for age in ages(&validity, need) {
                let verdict = decide(Some(&validity), false, at(age), need);
                let until = |flying, hold| {
                    need.limit(
                        validity.expires_at_age_ms,
                        fresh_until_age_ms(&validity, flying, hold, at(age)),
                    )
                };
                assert_eq!(
                    age < until(false, None),
                    verdict == Decision::Fresh,
                    "age {age} of {validity:?}, {need:?}"
                );
                if need.renew_after_ms.is_none() {
                    let at_once = matches!(verdict, Decision::Fresh | Decision::AdvisoryRefresh);
                    assert_eq!(age < until(true, None), at_once, "age {age} of {validity:?}, a renewal runs");
                    let held = decide(Some(&validity), true, at(age), need) == Decision::Fresh;
                    assert_eq!(
                        age < until(false, Some(1)),
                        held,
                        "age {age} of {validity:?}, a failure is held"
                    );
                }
                // And when the failure's time is over it is as if there had been none.
                let after = need.limit(
                    validity.expires_at_age_ms,
                    fresh_until_age_ms(&validity, false, Some(0), at(age)),
                );
                assert_eq!(age < after, verdict == Decision::Fresh, "age {age} of {validity:?}, {need:?}");
            }
        }
    }
}

#[test]
fn a_failing_provider_is_asked_at_least_three_times_more_before_a_token_ends() {
    for validity in every_life().filter(|validity| validity.expires_at_age_ms >= MIN) {
        for jitter in [0, JITTER_SCALE] {
            let (mut age, mut asked) = (validity.refresh_at_age_ms, 0);
            while age < validity.usable_until_age_ms {
                asked += 1;
                age += backoff_ms(FailureClass::Transient, asked, Some(validity.left_ms(at(age))), jitter);
            }
            assert!(
                asked >= 4 || validity.usable_until_age_ms - validity.refresh_at_age_ms < 4 * S,
                "{asked} times in {validity:?}"
            );
            assert!(
                i64::from(asked)
                    <= 4 + (validity.usable_until_age_ms - validity.refresh_at_age_ms) / 24_000 + 20,
                "{asked} times in {validity:?}"
            );
        }
    }
}

#[test]
fn a_life_that_use_prolongs_ends_without_it() {
    let rules = RefreshRules { idle_ms: Some(30 * MIN), ..RefreshRules::default() };
    let new = Validity::new(START, 10 * H, rules, 0);
    let used = Validity { used_age_ms: 20 * MIN, ..new };
    for (validity, last) in [(new, 0), (used, 20 * MIN)] {
        let usable = |age| is_usable(&validity, at(age), Need::default());
        assert!(usable(last + 30 * MIN - 2 * S - 1) && !usable(last + 30 * MIN - 2 * S));
        assert!(validity.is_alive(at(last + 30 * MIN - 1)) && !validity.is_alive(at(last + 30 * MIN)));
        assert_eq!(
            decide(Some(&validity), false, at(last + 30 * MIN), Need::default()),
            Decision::BlockingRefresh
        );
        // What hits hand out unknown to others is used a while later than is counted, never earlier.
        let told = fresh_until_age_ms(&validity, false, None, at(last));
        assert_eq!(told, last + 30 * MIN / 32);
    }
    // Its own end comes first all the same, and short lives have no margin that is longer than they are.
    let end = Validity { used_age_ms: 10 * H, ..new };
    assert!(!is_usable(&end, at(10 * H - 2 * S), Need::default()));
    let short = Validity::new(START, H, RefreshRules { idle_ms: Some(S), ..rules }, 0);
    assert!(is_usable(&short, at(800), Need::default()) && !is_usable(&short, at(900), Need::default()));
    let none = Validity::new(START, H, RefreshRules::default(), 0);
    assert_eq!((none.usable_until(), fresh_until_age_ms(&none, false, None, START)), (H - 2 * S, 45 * MIN));
}
