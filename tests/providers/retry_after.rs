//! What a provider asks to wait.

use std::time::{Duration, Instant};

use time::OffsetDateTime;

use crate::client::*;
use crate::ground::{eventually, Ground, ASSINE, SENIOR};
use crate::sandbox::Fault;

/// An HTTP date so many seconds from now, on this machine's clock.
fn http_date(seconds: i64) -> String {
    let at = OffsetDateTime::now_utc() + time::Duration::seconds(seconds);
    let (weekday, month) = (at.weekday().to_string(), at.month().to_string());
    let (hour, minute, second) = at.to_hms();
    format!(
        "{}, {:02} {} {} {hour:02}:{minute:02}:{second:02} GMT",
        &weekday[..3],
        at.day(),
        &month[..3],
        at.year()
    )
}

#[test]
fn a_retry_after_is_told_in_both_forms() {
    for (value, expected) in [
        ("7".to_owned(), 7..=7),
        ("0120".to_owned(), 120..=120),
        (http_date(40), 35..=41),
        // Nobody is made to wait longer than an hour.
        ("86400".to_owned(), 3600..=3600),
        (http_date(86_400), 3600..=3600),
        ("99999999999999999999".to_owned(), 3600..=3600),
        // What cannot be read is the library's own second.
        ("soon".to_owned(), 1..=1),
        ("-7".to_owned(), 1..=1),
    ] {
        for status in [429, 503] {
            let ground = Ground::new();
            ground.fault("senior.login", Fault::RetryAfter { status, value: value.clone() }, 3);
            let account = ground.senior();
            let wanted = if status == 429 { ERPTOKEN_E_RATE_LIMITED } else { ERPTOKEN_E_SERVER };
            let failure = account.refused(wanted);
            assert!(expected.contains(&failure.retry_after), "{value}: {failure:?}");
            assert_eq!((failure.http_status, ground.count("senior.login")), (i32::from(status), 1));
            assert!(account.refused(wanted).is_remembered());
            assert_eq!(account.info("state"), "waiting");
        }
    }
}

#[test]
fn a_short_retry_after_is_waited_for_inside_the_call() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::RetryAfter { status: 429, value: "1".to_owned() }, 1);
    let account = ground.senior();
    account.token();
    assert_eq!((ground.count("senior.login"), account.number("failures")), (2, 0));
}

#[test]
fn a_server_that_only_asks_to_wait_is_asked_three_times_at_most() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::RetryAfter { status: 503, value: "0".to_owned() }, 9);
    ground.senior().refused(ERPTOKEN_E_SERVER);
    assert_eq!(ground.count("senior.login"), 3);
}

#[test]
fn a_date_is_judged_by_the_servers_own_clock() {
    const HOUR: i64 = 3600;
    // Behind, and ahead: by this machine's clock the pause would be none, or an hour.
    for skew in [-5 * HOUR, 5 * HOUR] {
        let ground = Ground::new();
        let headers =
            vec![("Date".to_owned(), http_date(skew)), ("Retry-After".to_owned(), http_date(skew + 45))];
        let (content_type, body) = ("application/json".to_owned(), b"{}".to_vec());
        ground.fault("senior.login", Fault::StatusWith { status: 429, content_type, body, headers }, 1);
        let failure = ground.senior().refused(ERPTOKEN_E_RATE_LIMITED);
        // The two dates may lie on either side of a second's end.
        assert!((45..=46).contains(&failure.retry_after), "{skew}: {failure:?}");
    }
}

#[test]
fn nothing_is_sent_before_its_time() {
    let ground = Ground::new();
    ground.fault("senior.login", Fault::RetryAfter { status: 429, value: "3".to_owned() }, 1);
    let account = ground.senior();
    let began = Instant::now();
    account.refused(ERPTOKEN_E_RATE_LIMITED);
    eventually("the provider is asked again", || account.get().is_ok());
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!((ground.count("senior.login"), account.number("failures")), (2, 1));
}

#[test]
fn a_short_pause_does_not_shorten_what_the_library_waits_by_itself() {
    let ground = Ground::new();
    ground.fault("assine.login", Fault::RetryAfter { status: 401, value: "3".to_owned() }, 1);
    ground.fault("assine.login", Fault::RetryAfter { status: 403, value: "3".to_owned() }, 1);
    let refused = ground.account(&ASSINE).refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!(refused.retry_after, 60, "{refused:?}");
    let forbidden = ground.account_of(&ASSINE, "outro", "outra senha").refused(ERPTOKEN_E_FORBIDDEN);
    assert_eq!(forbidden.retry_after, 10, "{forbidden:?}");
}

#[test]
fn a_pause_for_a_renewal_keeps_nobody_from_the_token() {
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    let token = account.token();
    account.set("renew_after_s", "1").unwrap();
    ground.fault("senior.refresh", Fault::RetryAfter { status: 429, value: "600".to_owned() }, usize::MAX);
    eventually("a renewal behind the caller", || {
        assert_eq!(account.token(), token);
        account.number("failures") == 1
    });
    for _ in 0..50 {
        assert_eq!(account.token(), token);
    }
    // Asked for in so many words it is told.
    let failure = failed(account.renew(), ERPTOKEN_E_RATE_LIMITED);
    assert!(failure.is_remembered() && (590..=600).contains(&failure.retry_after), "{failure:?}");
    assert_eq!((ground.count("senior.refresh"), ground.count("senior.login")), (1, 1));
}
