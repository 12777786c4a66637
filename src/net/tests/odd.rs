//! Answers of servers, proxies and scripts that do not know HTTP well: what is to be read is read, and what is in doubt
//! is never taken for a second answer.

use super::super::answer::{Answer, Step};
use super::super::head::Head;
use crate::util::random::below;

fn headers(text: &str) -> String {
    let head = Head::parse(format!("HTTP/1.1 200 OK\r\n{text}\r\n").as_bytes(), false).ok().unwrap();
    String::from_utf8_lossy(&head.clean).replace('\t', "|")
}

#[test]
fn one_odd_line_costs_that_line_at_most() {
    for (sent, read) in [
        ("A: b\r\n", "A:b"),
        ("A:b\nC:  d \t\n", "A:b|C:d"),
        ("A: b\r\n c\r\n\td\r\nE: f\r\n", "A:b c d|E:f"),
        ("A:\r\n b\r\n", "A: b"),
        (" A: b\r\nC: d\r\n", "A:b|C:d"),
        ("A: b\r\n   \r\nC: d\r\n", "A:b|C:d"),
        ("Notice: Undefined index\r\nA: b\r\n", "Notice:Undefined index|A:b"),
        ("PHP Warning in x.php\r\n on line 3\r\nA: b\r\n", "A:b"),
        ("<br />\r\n<b>Warning</b>\r\nA: b\r\n", "A:b"),
        ("Warning at C:\\x\r\nA: b\r\n", "Warning at C:\\x|A:b"),
        ("My Header: b\r\nA : c\r\n", "My Header:b|A:c"),
        (": b\r\n  : c\r\n:\r\nA: d\r\n", "A:d"),
        ("A:\r\nB: \r\n", "A:|B:"),
        ("A: b:c:d\r\n", "A:b:c:d"),
        ("A: \u{7}b\u{1b}[0m\u{7f}c\td\re\r\n", "A: b [0m c d e"),
        ("São: João\r\n", "São:João"),
        ("A: b\r\r\nC: d\r\r\n", "A:b|C:d"),
        ("A@(x): b\r\n", "A@(x):b"),
    ] {
        assert_eq!(headers(sent), read, "{sent:?}");
    }
}

#[test]
fn a_status_line_may_be_odd_and_is_a_status_line() {
    let status = |line: &str| {
        Head::parse(format!("{line}\r\n\r\n").as_bytes(), false).ok().map(|head| head.http_status)
    };
    for (line, expected) in [
        ("HTTP/1.1 200", Some(200)),
        ("HTTP/1.1 200 ", Some(200)),
        ("HTTP/1.1  200   OK", Some(200)),
        ("HTTP/1.1\t404\tNot", Some(404)),
        ("http/1.1 200 ok", Some(200)),
        ("HTTP/1.0 299 x", Some(299)),
        ("HTTP/1.1 499 S\u{e3}o", Some(499)),
        ("HTTP/1.1 520", Some(520)),
        ("HTTP/1.1 999 x", Some(999)),
        ("ICY 200 OK", Some(200)),
        ("HTTP/1.1 200OK", None),
        ("HTTP/1.1 20", None),
        ("HTTP/1.1 2000", None),
        ("HTTP/1.1 099", None),
        ("HTTP/1.1 -20", None),
        ("HTTP/1.1", None),
        ("HTTP/2 200", None),
        ("HTTP/1.7 200", None),
        ("HTTP 200", None),
    ] {
        assert_eq!(status(line), expected, "{line:?}");
    }
}

/// What is read of an answer that comes in pieces of this size, and whether its connection is kept.
fn read(bytes: &[u8], piece: usize, bodiless: bool) -> Result<(u16, Vec<u8>, bool), String> {
    let mut answer = Answer::new(bodiless);
    let (mut status, mut body, mut there, mut coming) = (0, Vec::new(), Vec::new(), bytes.chunks(piece));
    loop {
        match answer.next(&there).map_err(|fault| format!("{fault:?}"))? {
            Step::Skip(amount) => drop(there.drain(..amount)),
            Step::Head(amount, head) => {
                status = head.http_status;
                drop(there.drain(..amount));
            }
            Step::Body(amount) => body.extend(there.drain(..amount)),
            Step::Done => {
                return Ok((status, body, answer.keeps() && there.is_empty() && coming.next().is_none()))
            }
            Step::More => match coming.next() {
                Some(more) => there.extend_from_slice(more),
                None => {
                    return match answer.closed() {
                        Some(true) => Ok((status, body, answer.keeps())),
                        _ => Err("cut".to_owned()),
                    }
                }
            },
        }
    }
}

#[test]
fn the_end_of_an_answer_is_where_it_says_and_doubt_keeps_no_connection() {
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
    let one = |head: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}");
    let chunks = |body: &str| format!("{CHUNKED}\r\n{body}");
    for (answer, expected) in [
        (one("Content-Length: 2\r\n", "{}"), Ok(("{}", true))),
        (one("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), Ok(("{}", true))),
        (one("Content-Length: 2, 02\r\n", "{}"), Ok(("{}", true))),
        (one("Content-Length : 2\r\n", "{}"), Ok(("{}", false))),
        (one("Content-Length:\r\n 2\r\n", "{}"), Ok(("{}", false))),
        (one("no colon\r\nContent-Length: 2\r\n", "{}"), Ok(("{}", false))),
        (one("A: b\rContent-Length: 9\r\nContent-Length: 2\r\n", "{}"), Ok(("{}", false))),
        (one("Content-Length: 2\r\nConnection: Close\r\n", "{}"), Ok(("{}", false))),
        (one("Content-Length: 2\r\nTransfer-Encoding: identity\r\n", "{}"), Ok(("{}", true))),
        (one("Content-Length: 2\r\nTransfer-Encoding: x\r\n", "{}"), Ok(("{}", false))),
        (one("Content-Length: 2\r\n", "{}more"), Ok(("{}", false))),
        (one("Content-Length: 0\r\n", ""), Ok(("", true))),
        (one("", "until closed"), Ok(("until closed", false))),
        (one("Content-Length: 3\r\n", "{}"), Err("cut")),
        (one("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "), Err("two lengths")),
        (one("Content-Length: 2, 3\r\n", "{} "), Err("two lengths")),
        (one("Content-Length: 0x2\r\n", "{}"), Err("Content-Length")),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned(), Ok(("{}", false))),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}".to_owned(), Ok(("{}", true))),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n".to_owned(), Ok(("{}", false))),
        ("\r\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}".to_owned(), Ok(("{}", true))),
        (format!("HTTP/1.1 100 Continue\r\nServer: IIS\r\nDate: x\r\n\r\nHTTP/1.1 102 x\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\n{}", one("Content-Length: 2\r\n", "{}")), Ok(("{}", true))),
        (chunks("2\r\n{}\r\n0\r\n\r\n"), Ok(("{}", true))),
        (chunks("2\n{}\n0\n\n"), Ok(("{}", true))),
        (chunks(" 00000000000000000000001  \r\n{\r\n1;a=\"b\";c\r\n}\r\n000\r\nA: b\r\nC: d\r\n\r\n"), Ok(("{}", true))),
        (chunks("2\r\n{}\r\n0\r\n"), Ok(("{}", false))),
        (chunks("2\r\n{}\r\n0\r\nA: b\r\n"), Ok(("{}", false))),
        (chunks("2\r\n{}\r\n"), Err("cut")),
        (chunks("2\r\n{"), Err("cut")),
        (chunks("2\r\n{}}\r\n0\r\n\r\n"), Err("end of a chunk")),
        (chunks("-2\r\n{}\r\n0\r\n\r\n"), Err("size of a chunk")),
        (chunks("0x2\r\n{}\r\n0\r\n\r\n"), Err("size of a chunk")),
        (chunks("11111111111111111\r\n{}"), Err("size of a chunk")),
        (format!("{CHUNKED}Transfer-Encoding: Chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"), Ok(("{}", true))),
        (format!("{CHUNKED}Content-Length: 99\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"), Ok(("{}", false))),
        (one("Transfer-Encoding: gzip, CHUNKED\r\n", "2\r\n{}\r\n0\r\n\r\n"), Ok(("{}", true))),
        ("HTTP/1.1 204 x\r\nContent-Length: 0\r\n\r\n".to_owned(), Ok(("", true))),
        ("HTTP/1.1 204 x\r\nContent-Length: 2\r\n\r\n{}".to_owned(), Ok(("", false))),
        ("HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(), Ok(("", false))),
        ("ICY 200 OK\r\n\r\n{}".to_owned(), Ok(("{}", false))),
    ] {
        for piece in [1, 2, 3, 7, 1000] {
            let read = read(answer.as_bytes(), piece, false);
            match (&read, expected) {
                (Ok((_, body, keeps)), Ok(expected)) => {
                    assert_eq!((&*String::from_utf8_lossy(body), *keeps), expected, "{answer:?}");
                }
                (Err(fault), Err(expected)) => assert!(fault.contains(expected), "{fault}: {answer:?}"),
                _ => panic!("{read:?} for {answer:?}"),
            }
        }
    }
    let head = one("Content-Length: 99\r\n", "");
    assert_eq!(read(head.as_bytes(), 9, true), Ok((200, Vec::new(), true)), "to HEAD");
}

#[test]
fn what_is_no_body_has_an_end() {
    let large = |what: &str, count: usize| what.repeat(count / what.len() + 1);
    let head = |headers: &str| format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for fine in [
        head(&large("X: y\r\n", 250_000)),
        head(&format!("X: {}\r\n", large("y", 250_000))),
        format!("{}{}", large("HTTP/1.1 100 Continue\r\n\r\n", 250_000), head("")),
        format!("{CHUNKED}{}0\r\n\r\n", large("1\r\nx\r\n", 2_000_000)),
        format!("{CHUNKED}2;{}\r\n{{}}\r\n0\r\n\r\n", large("x", 8_000)),
        format!("{CHUNKED}2\r\n{{}}\r\n0\r\n{}\r\n", large("X: y\r\n", 250_000)),
    ] {
        assert!(read(fine.as_bytes(), 9_000, false).is_ok(), "{:?}", &fine[..60]);
    }
    for endless in [
        large("\r\n", 400_000),
        format!("HTTP/1.1 200 {}", large("x", 400_000)),
        format!("HTTP/1.1 200 OK\r\n{}", large("X: y\r\n", 400_000)),
        format!("HTTP/1.1 200 OK\r\nX: y\r\n{}", large(" y\r\n", 400_000)),
        large("HTTP/1.1 102 x\r\n\r\n", 400_000),
        format!("{CHUNKED}1;{}", large("x", 400_000)),
        format!("{CHUNKED}{}", large(&format!("1;{}\r\nx\r\n", "y".repeat(1000)), 400_000)),
        format!("{CHUNKED}2\r\n{{}}\r\n0\r\n{}", large("X: y\r\n", 400_000)),
    ] {
        let read = read(endless.as_bytes(), 9_000, false);
        assert_eq!(read, Err("HeadersTooLarge".to_owned()), "{:?}", &endless[..60]);
    }
}

#[test]
fn noise_in_an_answer_never_panics_nor_goes_on_for_ever() {
    let whole = "HTTP/1.1 100 x\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nA : b\r\n c\r\nContent-Length: 12\r\nD\r\n\r\n0123456789ab";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nConnection: keep-alive\r\n\r\n\
                   5;x=y\r\n01234\r\n7\r\n5678901\r\n0\r\nA: b\r\n\r\n";
    const SIGNS: &[u8] = b"\r\n\t :;,0fF\0\x7f\xff-+x";
    for round in 0..6_000 {
        let mut bytes = if round % 2 == 0 { whole } else { chunked }.as_bytes().to_vec();
        for _ in 0..=below(5) {
            let at = below(bytes.len() as u32) as usize;
            match below(4) {
                0 => bytes[at] = SIGNS[below(SIGNS.len() as u32) as usize],
                1 => bytes.insert(at, SIGNS[below(SIGNS.len() as u32) as usize]),
                2 => drop(bytes.drain(at..(at + below(9) as usize).min(bytes.len()))),
                _ => bytes[at] = below(256) as u8,
            }
            if bytes.is_empty() {
                break;
            }
        }
        let piece = 1 + below(40) as usize;
        let one = read(&bytes, piece, false);
        assert_eq!(one, read(&bytes, usize::MAX, false), "in pieces of {piece}: {bytes:?}");
    }
}
