//! Against servers of their own on loopback ports.

mod deadlines;
mod keeping;
#[cfg(unix)]
mod lookup;
mod odd;
mod proxies;
mod reading;
mod tls;
mod ureq;
mod wire;

use super::resolve::{Failure, Names};
use super::*;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// A server for one connection.
fn serve(work: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || work(listener.accept().unwrap().0));
    address
}

/// Reads a request with `Content-Length` up to its end.
fn read_request(stream: &mut impl Read) -> String {
    let mut text = String::new();
    let mut buffer = [0; 65536];
    loop {
        let amount = stream.read(&mut buffer).unwrap();
        text.push_str(&String::from_utf8_lossy(&buffer[..amount]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lower = head.to_lowercase();
        let length = lower
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
        if amount == 0 || body.len() >= length {
            return text;
        }
    }
}

/// A server that reads one request and says `answer`.
fn answering(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    serve(move |mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(&answer);
    })
}

/// All names have these addresses.
#[derive(Debug)]
struct Fixed(Vec<IpAddr>);

impl Names for Fixed {
    fn look_up(&self, _: &str, _: Instant) -> Result<Vec<IpAddr>, Failure> {
        Ok(self.0.clone())
    }
}

fn client() -> Client {
    Client::new(&Settings::new(Some("none"), None))
}

fn call(url: &str) -> Call<'_> {
    Call {
        method: "POST",
        url,
        headers: &[],
        body: Some(("application/json", b"{\"senha\":\"x\"}")),
        until: (Instant::now() + Duration::from_secs(10)).into(),
        connect_timeout: Duration::from_secs(2),
        answer_timeout: Some(Duration::from_secs(5)),
        max_answer_bytes: 1 << 20,
        allow_http: false,
        plain: true,
        reuse: Reuse::Never,
    }
}

fn post(url: &str) -> Result<Reply, CallFailure> {
    client().send(&call(url))
}

fn post_to(address: SocketAddr) -> Result<Reply, CallFailure> {
    post(&format!("http://{address}/login?secret=1"))
}

/// What fails must say whether the request may have arrived, and never show what was sent.
#[track_caller]
fn check(lost: &CallFailure, status: Status, sent: bool, says: &str) {
    let text = lost.error.to_string();
    assert_eq!(lost.error.status, status, "{text}");
    assert_eq!((lost.may_have_arrived, lost.nothing_sent), (sent, !sent), "{text}");
    assert!(text.contains(says), "{says:?} is not in: {text}");
    assert!(!text.contains("secret") && !text.contains("senha"), "{text}");
}
