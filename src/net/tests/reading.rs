//! What the headers of an answer say.

use super::super::reply::{http_date, retry_after_s};
use super::*;

const NOV_1994: i64 = 784_111_777;

#[test]
fn dates_of_http() {
    assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(NOV_1994));
    assert_eq!(http_date("Sun,  6 Nov 1994 08:49:37 GMT"), Some(NOV_1994));
    for wrong in
        ["", "x", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37 EST", "Sun, 31 Feb 1994 08:49:37 GMT"]
    {
        assert_eq!(http_date(wrong), None, "{wrong}");
    }
    assert_eq!(http_date("Sun, 06 Nov 99999999999 08:49:37 GMT"), None);
}

#[test]
fn both_forms_of_retry_after() {
    for (value, expected) in [
        ("7", Some(7)),
        (" 0 ", Some(0)),
        ("99999", Some(3600)),
        ("99999999999999999999999", Some(3600)),
        ("-1", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
        ("Sun, 06 Nov 2094 08:00:00 GMT", Some(3600)),
    ] {
        assert_eq!(retry_after_s(value, NOV_1994), expected, "{value}");
    }
}

#[test]
fn a_retry_date_is_judged_by_the_servers_own_clock() {
    let answer = "HTTP/1.1 429 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\
                  Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\nContent-Type: Text/HTML; charset=x\r\n\r\n";
    let before = clock::now();
    let reply = post_to(answering(answer)).unwrap();
    assert_eq!((reply.http_status, reply.retry_after_s), (429, Some(60)));
    assert_eq!(reply.server_date_ms, Some(NOV_1994 * 1000));
    assert_eq!(reply.content_type, "text/html");
    assert!(reply.sent_at.since(before) >= 0 && clock::now().since(reply.sent_at) >= 0);
}

/// Each would cost a copy of the body, and no clock looks at them.
#[test]
fn an_answer_that_says_often_that_it_is_compressed_is_not_read() {
    let answer = |times: usize| {
        let codings = "gzip,".repeat(times);
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: {codings}\r\nContent-Length: 2\r\n\r\n{{}}")
    };
    assert_eq!(post_to(answering(answer(5))).unwrap().body.as_slice(), b"{}");
    let lost = post_to(answering(answer(6))).unwrap_err();
    check(&lost, Status::Response, true, "compressed with gzip");
}
