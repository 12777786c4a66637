//! Servers, gateways and scripts that speak HTTP oddly: what curl reads is read, what nobody asked for has an end, and
//! what is compressed is unpacked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::hostile::{heard, served};

const TOKEN: &str = r#"{"jsonToken":"{\"access_token\":\"odd-but-whole\",\"expires_in\":604800}"}"#;

/// What a server says to each connection.
fn speaking(speak: impl Fn(TcpStream) + Send + Sync + Copy + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                heard(&mut stream);
                speak(stream);
            });
        }
    });
    address
}

/// An account whose logins get this answer.
fn logging_in_at(answer: Vec<u8>) -> Account {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            heard(&mut stream);
            let _ = stream.write_all(&answer);
        }
    });
    let login = [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
    Account::with("senior", &login)
}

fn with_length(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let sum = !plain.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    });
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    bytes.extend(compress_to_vec(plain, 6));
    bytes.extend(sum.to_le_bytes());
    bytes.extend((plain.len() as u32).to_le_bytes());
    bytes
}

/// Heads before which a parser of clean HTTP gives up.
fn odd_heads() -> Vec<String> {
    let many: String = (0..1000).map(|number| format!("X-{number}: y\r\n")).collect();
    [
        "X: a\r\n b\r\n\tc\r\n",
        "Notice: Undefined index: a in C:\\x.php on line 3\r\n",
        "PHP Warning  Undefined variable\r\n in x.php\r\n",
        "<br />\r\n<b>Warning</b> in <b>x.php</b>\r\n",
        "My Header: x\r\n",
        "X : a\r\n",
        ": nothing\r\n",
        "X\u{e7}: S\u{e3}o\r\n",
        "X: \u{1}a\u{1b}b\u{7f}\r\n",
        "X: a\rb\r\n",
        "X: a\nY: b\n",
        "Set-Cookie: a=\"b; c\r\n",
        many.as_str(),
        &format!("X: {}\r\n", "y".repeat(200_000)),
        &format!("{}\r\n", "z".repeat(40_000)),
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn an_odd_line_does_not_lose_the_answer() {
    let heads = odd_heads();
    let answers = heads.iter().map(|head| with_length(&format!("{head}After: wards\r\n"), b"ok")).collect();
    served(answers, |account, url| {
        for head in &heads {
            let answer = request(account, "POST", url, None, Body::Text("{}")).unwrap();
            let shown: String = head.chars().take(60).collect();
            assert_eq!((answer.status(), answer.text().unwrap().as_str()), (200, "ok"), "{shown:?}");
            assert_eq!(answer.header("after").unwrap(), "wards", "{shown:?}");
            if head.starts_with("X: a\r\n b") {
                assert_eq!(answer.header("x").unwrap(), "a b c");
            }
        }
    });
}

#[test]
fn nor_does_it_lose_a_login() {
    for head in odd_heads() {
        assert_eq!(logging_in_at(with_length(&head, TOKEN.as_bytes())).token(), "odd-but-whole");
    }
}

#[test]
fn a_post_is_answered_behind_continue_with_headers() {
    let first =
        "HTTP/1.1 100 Continue\r\nServer: Microsoft-IIS/8.5\r\nDate: Sat, 28 Nov 2026 08:00:00 GMT\r\n\r\n";
    let more = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n b\r\n\r\n";
    for before in [first.to_owned(), first.repeat(5), format!("{more}{first}{more}")] {
        let answer = [before.as_bytes(), &with_length("", TOKEN.as_bytes())].concat();
        assert_eq!(logging_in_at(answer.clone()).token(), "odd-but-whole");
        served(vec![answer], |account, url| {
            let answer = request(account, "POST", url, None, Body::Text("{}")).unwrap();
            assert_eq!((answer.status(), answer.text().unwrap().as_str()), (200, TOKEN));
            assert!(answer.header("server").is_err(), "that of the interim answer");
        });
    }
}

#[test]
fn what_is_compressed_although_nobody_asked_is_read() {
    let plain = "{\"a\":\"ação\"}".as_bytes();
    let chunked = |head: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n{:x}\r\n", body.len());
        [head.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
    };
    let cases = vec![
        with_length("Content-Encoding: gzip\r\n", &gzip(plain)),
        with_length("content-encoding: X-GZIP\r\n", &gzip(plain)),
        with_length("Content-Encoding: deflate\r\n", &compress_to_vec_zlib(plain, 6)),
        with_length("Content-Encoding: deflate\r\n", &compress_to_vec(plain, 6)),
        with_length("Content-Encoding: identity, gzip\r\n", &gzip(plain)),
        with_length("Content-Encoding: gzip, gzip\r\n", &gzip(&gzip(plain))),
        chunked("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", &gzip(plain)),
        chunked("Transfer-Encoding: gzip, chunked\r\n", &gzip(plain)),
        [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", &*gzip(plain)].concat(),
        with_length("Content-Encoding: gzip\r\n", plain),
    ];
    let count = cases.len();
    served(cases, |account, url| {
        for case in 0..count {
            let answer = get(account, url).unwrap();
            assert_eq!((answer.bytes().as_slice(), answer.field("/a").as_str()), (plain, "ação"), "{case}");
            assert!(
                answer.header("content-encoding").is_err() && answer.header("content-length").is_err()
                    || case == 7
            );
        }
    });
    assert_eq!(
        logging_in_at(with_length("Content-Encoding: gzip\r\n", &gzip(TOKEN.as_bytes()))).token(),
        "odd-but-whole"
    );
}

#[test]
fn who_asks_for_compression_gets_what_came() {
    let packed = gzip(b"{}");
    let answer = with_length("Content-Encoding: gzip\r\n", &packed);
    served(vec![answer], |account, url| {
        let answer = request(account, "GET", url, Some("accept-encoding: gzip"), Body::None).unwrap();
        assert_eq!(answer.bytes(), packed);
        assert_eq!(answer.header("Content-Encoding").unwrap(), "gzip");
        failed(answer.text(), ERPTOKEN_E_RESPONSE).assert_says(&["compressed with gzip"]);
    });
}

#[test]
fn what_can_not_be_unpacked_is_said_to_be_compressed() {
    let brotli = with_length("Content-Encoding: br\r\n", b"\x0b\x01\x80{}\x03");
    let broken = with_length("Content-Encoding: gzip\r\n", &gzip(TOKEN.as_bytes())[..40]);
    for (answer, name) in [(&brotli, "br"), (&broken, "gzip")] {
        let failure = logging_in_at(answer.clone()).refused(ERPTOKEN_E_RESPONSE);
        failure.assert_says(&[&format!("compressed with {name} although nobody asked"), "127.0.0.1"]);
        assert_eq!(failure.http_status, 200);
    }
    served(vec![brotli], |account, url| {
        let answer = get(account, url).unwrap();
        failed(answer.text(), ERPTOKEN_E_RESPONSE).assert_says(&["compressed with br"]);
        assert_eq!(answer.bytes(), b"\x0b\x01\x80{}\x03");
    });
}

#[test]
fn the_limits_are_those_of_what_is_unpacked() {
    let bomb = with_length("Content-Encoding: gzip\r\n", &gzip(&vec![b' '; 2 << 20]));
    logging_in_at(bomb.clone()).refused(ERPTOKEN_E_RESPONSE).assert_says(&["larger than 1048576 bytes"]);
    served(vec![bomb.clone(), bomb], |account, url| {
        account.set("max_response_bytes", "2097151").unwrap();
        failed(get(account, url).map(drop), ERPTOKEN_E_LIMIT).assert_says(&["2097151"]);
        account.set("max_response_bytes", "2097152").unwrap();
        assert_eq!(get(account, url).unwrap().bytes().len(), 2 << 20);
    });
}

/// A server that closes before it has read all of the request resets the connection, right behind its answer. Whether
/// that is whole it must have said: see `wire/reset-without-length` of the corpus.
#[test]
fn a_reset_behind_the_answer_does_not_lose_it() {
    for answer in [
        "HTTP/1.1 413 x\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 413 x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 413 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let ground = Ground::new();
        let account = ground.account(&SENIOR);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        account.set("api_hosts", &address.to_string()).unwrap();
        account.token();
        let server = thread::spawn(move || {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                stream.read_exact(&mut [0; 9]).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        for body in [&b"{}"[..], &[b' '; 3 << 20]] {
            // The connection of the one before is kept until its reset comes, and a POST on it would be lost with it.
            thread::sleep(Duration::from_millis(200));
            let answer =
                request(&account, "POST", &format!("http://{address}/x"), None, Body::Bytes(body)).unwrap();
            assert_eq!((answer.status(), answer.text().unwrap().as_str()), (413, "ok"));
        }
        server.join().unwrap();
    }
}

/// Until the library has enough of it.
fn for_ever(mut stream: TcpStream, before: &str, again: &str, pause: Duration) {
    let piece = if pause.is_zero() { again.repeat(100) } else { again.to_owned() };
    let mut sent = stream.write_all(before.as_bytes());
    while sent.is_ok() {
        sent = stream.write_all(piece.as_bytes());
        thread::sleep(pause);
    }
}

#[test]
fn what_is_no_body_does_not_go_on_for_ever() {
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n";
    const LONG: &str =
        "1;yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\nx\r\n";
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.token();
    account.set("timeout_ms", "30000").unwrap();
    let ask = |address: SocketAddr| {
        account.set("api_hosts", &address.to_string()).unwrap();
        let began = Instant::now();
        let outcome = get(&account, &format!("http://{address}/x")).map(|answer| answer.text().unwrap());
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        outcome
    };
    let now = Duration::ZERO;
    for address in [
        speaking(move |stream| for_ever(stream, "HTTP/1.1 200 OK\r\n", "X: y\r\n", now)),
        speaking(move |stream| for_ever(stream, "HTTP/1.1 200 OK\r\nX: ", "y", now)),
        speaking(move |stream| for_ever(stream, "", "HTTP/1.1 103 Hints\r\n\r\n", now)),
        speaking(move |stream| for_ever(stream, "", "\r\n", now)),
        speaking(move |stream| for_ever(stream, CHUNKED, LONG, now)),
        speaking(move |stream| for_ever(stream, &format!("{CHUNKED}1;"), "y", now)),
    ] {
        failed(ask(address), ERPTOKEN_E_RESPONSE).assert_says(&["headers", "too large"]);
    }
    // A body that is whole is not lost to what follows it, and does not wait for it.
    let slowly = Duration::from_millis(100);
    for address in [
        speaking(move |stream| for_ever(stream, &format!("{CHUNKED}0\r\n"), "X: y\r\n", now)),
        speaking(move |stream| for_ever(stream, &format!("{CHUNKED}0\r\n"), "X: y\r\n", slowly)),
        speaking(move |stream| for_ever(stream, &format!("{CHUNKED}0\r\nX: "), "y", now)),
    ] {
        assert_eq!(ask(address).unwrap(), "ok");
    }
}
