//! Servers that lie: whatever they send, the answer is a response or an error, soon, and nothing is shown that should
//! not be.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};

/// A server for these answers, each on a connection of its own, and an account whose token may go there.
pub fn served(answers: Vec<Vec<u8>>, use_it: impl Fn(&Account, &str)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.set("api_hosts", &address.to_string()).unwrap();
    account.set("timeout_ms", "5000").unwrap();
    let token = account.token();
    let server = thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            heard(&mut stream);
            let _ = stream.write_all(&answer);
        }
    });
    use_it(&account, &format!("http://{address}/x"));
    assert_eq!(account.token(), token, "the token is untouched");
    server.join().unwrap();
}

pub fn heard(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    let mut text = Vec::new();
    while !text.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(amount) => text.extend_from_slice(&buffer[..amount]),
        }
    }
}

#[test]
fn answers_that_are_odd_but_whole_are_read() {
    let cases: [(&[u8], i32, &str); 8] = [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        (b"HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        (b"HTTP/1.1 204 No Content\r\nContent-Type: text/html\r\n\r\n", 204, ""),
        (b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok", 999, "ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\n\r\n", 200, "ok"),
        (b"HTTP/1.1 200 OK\r\nX-Lat: S\xe3o\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, ""),
    ];
    served(cases.iter().map(|(answer, ..)| answer.to_vec()).collect(), |account, url| {
        for (_, status, body) in &cases {
            // With a connection of its own for each: the server has one answer for each.
            let answer = request(account, "GET", url, None, Body::None).unwrap();
            assert_eq!((answer.status(), answer.text().unwrap().as_str()), (*status, *body));
            if let Ok(value) = answer.header("x-lat") {
                assert_eq!(value, "São");
            }
        }
    });
}

#[test]
fn lies_are_errors() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(400_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(60_000));
    let cases: Vec<Vec<u8>> = vec![
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".to_vec(),
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n".to_vec(),
        b"\r\n\r\n\r\n".to_vec(),
        b"HTTP/2 200\r\n\r\n".to_vec(),
        b"\x15\x03\x01\x00\x02\x02\x46".to_vec(),
        long.into_bytes(),
        many.into_bytes(),
        b"HTTP/1.1 100 Continue\r\n\r\n".repeat(3),
    ];
    let count = cases.len();
    served(cases.clone(), |account, url| {
        for case in cases.iter().take(count) {
            let began = Instant::now();
            match request(account, "POST", url, None, Body::Text("{}")) {
                Ok(answer) => {
                    let shown = String::from_utf8_lossy(&case[..case.len().min(80)]).into_owned();
                    panic!("{} to {shown:?}", answer.status());
                }
                Err(failure) => {
                    let expected =
                        [ERPTOKEN_E_RESPONSE, ERPTOKEN_E_NETWORK, ERPTOKEN_E_LIMIT].contains(&failure.status);
                    assert!(expected, "{failure:?}");
                    assert!(!failure.retryable, "the server may have acted on it: {failure:?}");
                }
            }
            assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        }
    });
}

/// An answer to a question that was not asked must not become the answer to the next one.
#[test]
fn bytes_beyond_an_answer_are_not_the_next_answer() {
    let more =
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake";
    let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";
    served(vec![more.to_vec(), plain.to_vec()], |account, url| {
        assert_eq!(get(account, url).unwrap().text().unwrap(), "ok");
        assert_eq!(get(account, url).unwrap().text().unwrap(), "true");
    });
}

#[test]
fn a_body_larger_than_announced_memory_is_no_harm() {
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\nfew".to_vec();
    let too_much = b"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\nfew".to_vec();
    served(vec![announced, too_much], |account, url| {
        failed(get(account, url).map(drop), ERPTOKEN_E_NETWORK).assert_says(&["cut short"]);
        failed(get(account, url).map(drop), ERPTOKEN_E_LIMIT);
    });
}

/// A server that refuses before it has read the body, and closes at once.
#[test]
fn an_answer_that_comes_before_the_body_is_sent_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ground = Ground::new();
    let account = ground.account(&SENIOR);
    account.set("api_hosts", &address.to_string()).unwrap();
    account.token();
    let body = vec![7; 16 << 20];
    let server = thread::spawn(move || {
        for answer in ["413 Too Large", "401 Unauthorized", "200 OK"] {
            let (mut stream, _) = listener.accept().unwrap();
            heard(&mut stream);
            let _ = stream.write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\nok").as_bytes());
        }
        listener
    });
    let url = format!("http://{address}/x");
    let post = || request(&account, "POST", &url, None, Body::Bytes(&body)).unwrap();
    assert_eq!((post().status(), post().status()), (413, 200), "refused, renewed, repeated");
    assert_eq!(ground.count("senior.refresh"), 1);
    drop(server.join().unwrap());
}

/// Answers that were right once, with some bytes changed: a response that can be read in every way, or an error.
#[test]
fn noise_in_an_answer_is_a_response_or_an_error() {
    const ROUNDS: usize = 300;
    let whole = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n\
                  1a\r\n{\"a\":[1,{\"b\":\"\\u00e7\"}],\"c\r\n5\r\n\":2} \r\n0\r\nX: y\r\n\r\n";
    let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\nContent-Encoding: identity\r\n\r\n{\"a\":[1,{\"b\":\"\\n\"}]}  ";
    let mut state = 0x2545_f491_u32;
    let mut random = move |most: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % most
    };
    let mut answers = Vec::new();
    for round in 0..ROUNDS {
        let mut answer = if round % 2 == 0 { whole.to_vec() } else { plain.to_vec() };
        for _ in 0..1 + random(4) {
            let at = random(answer.len().max(1));
            match random(3) {
                0 if at < answer.len() => answer[at] = random(256) as u8,
                1 if at < answer.len() => drop(answer.remove(at)),
                _ => answer.truncate(at),
            }
        }
        answers.push(answer);
    }
    let count = answers.len();
    let answered = std::cell::Cell::new(0);
    served(answers, |account, url| {
        for _ in 0..count {
            // A GET that meets the end of a kept connection is sent again: so each takes one answer.
            match get(account, url) {
                Ok(answer) => {
                    answered.set(answered.get() + 1);
                    assert!((200..1000).contains(&answer.status()), "{}", answer.status());
                    let _ = (answer.text(), answer.bytes(), answer.header("content-type"));
                    for path in ["", "/a", "/a/0", "/a/1/b", "/c"] {
                        let _ = answer.try_field(path);
                    }
                }
                Err(failure) => assert_ne!(failure.status, ERPTOKEN_E_INTERNAL, "{failure:?}"),
            }
        }
    });
    let answered = answered.get();
    assert!(answered > 10 && answered < count, "{answered} of {count} were read");
}
