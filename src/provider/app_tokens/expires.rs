//! Until when a program wants its token: days, or an instant with its zone. Pure.

use crate::error::{Error, Result, Status};
use crate::messages::{AppToken, ExpiresFault};
use crate::util::clock::parse_rfc3339;

/// As long as `application_days` may be.
pub const MAX_DAYS: i64 = 3_650;
pub const DAY_MS: i64 = 24 * 3_600_000;

/// The instant in milliseconds since 1970, whole seconds.
pub fn parse(text: &str, now_ms: i64) -> Result<i64> {
    instant(text, now_ms).map_err(|fault| Error::new(Status::Argument, AppToken::Expires { fault }.into()))
}

fn instant(text: &str, now_ms: i64) -> std::result::Result<i64, ExpiresFault> {
    let too_far = || ExpiresFault::TooFar { days: MAX_DAYS };
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let days = text.parse::<i64>().ok().filter(|days| *days <= MAX_DAYS).ok_or_else(too_far)?;
        return if days == 0 { Err(ExpiresFault::Past) } else { Ok(whole(now_ms + days * DAY_MS)) };
    }
    let Some(at) = parse_rfc3339(text) else {
        // What it would be in any one zone is what it lacks.
        let zoned = format!("{}Z", text.trim().replacen(' ', "T", 1));
        let zoneless = parse_rfc3339(&zoned).is_some();
        return Err(if zoneless { ExpiresFault::NoZone } else { ExpiresFault::NotUnderstood });
    };
    let at_ms = whole(at);
    if at_ms <= now_ms {
        return Err(ExpiresFault::Past);
    }
    if at_ms > now_ms + MAX_DAYS * DAY_MS + DAY_MS {
        return Err(too_far());
    }
    Ok(at_ms)
}

fn whole(ms: i64) -> i64 {
    ms - ms.rem_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Message;
    use crate::util::clock::rfc3339;

    /// 2026-01-01T00:00:00.789Z
    const NOW: i64 = 1_767_225_600_789;

    #[test]
    fn days_are_counted_from_now_and_instants_are_taken_in_their_zone() {
        assert_eq!(parse("365", NOW).ok(), Some(1_767_225_600_000 + 365 * DAY_MS));
        assert_eq!(parse("1", NOW).ok().map(rfc3339), Some("2026-01-02T00:00:00Z".to_owned()));
        assert_eq!(parse("0007", NOW).ok().map(rfc3339), Some("2026-01-08T00:00:00Z".to_owned()));
        for same in ["2027-01-01T23:59:00Z", "2027-01-01T20:59:00.25-03:00", "2027-01-02T03:59:00+04:00"] {
            assert_eq!(parse(same, NOW).ok().map(rfc3339), Some("2027-01-01T23:59:00Z".to_owned()), "{same}");
        }
        assert!(parse("2026-01-01T00:00:02Z", NOW).is_ok());
    }

    #[test]
    fn what_is_no_end_is_told_why() {
        let fault = |text: &str| match parse(text, NOW).unwrap_err() {
            Error { message: Message::AppToken { about: AppToken::Expires { fault } }, .. } => fault,
            other => panic!("{other:?}"),
        };
        for zoneless in ["2027-01-01T23:59:00", "2027-01-01 23:59:00", "2027-01-01T23:59:00.5"] {
            assert_eq!(fault(zoneless), ExpiresFault::NoZone, "{zoneless}");
        }
        for past in ["0", "00", "2026-01-01T00:00:00Z", "2026-01-01T02:59:59+03:00", "1969-12-31T23:59:59Z"] {
            assert_eq!(fault(past), ExpiresFault::Past, "{past}");
        }
        let far = ["3651", "99999999999999999999", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"];
        for far in far {
            assert_eq!(fault(far), ExpiresFault::TooFar { days: 3_650 }, "{far}");
        }
        for none in [
            "",
            " ",
            "365 ",
            "+365",
            "-1",
            "3.5",
            "365d",
            "１",
            "2027-01-01",
            "31/12/2027",
            "2027-02-30T00:00:00Z",
        ] {
            assert_eq!(fault(none), ExpiresFault::NotUnderstood, "{none}");
        }
    }
}
