//! Servers that take their time, or are not there.

use super::*;

/// Answers one byte at a time, faster than any time-out of a single read.
fn trickle(answer: &'static str) -> SocketAddr {
    serve(move |mut stream| {
        read_request(&mut stream);
        for byte in answer.bytes().cycle() {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    })
}

#[test]
fn a_server_that_trickles_is_held_to_the_deadline() {
    let head = "HTTP/1.1 200 OK\r\nX: y";
    for (answer, limit, call_ms) in
        [(head, 300, 10_000), ("HTTP/1.1 200 OK\r\n\r\n", 300, 10_000), (head, 9_000, 300)]
    {
        let url = format!("http://{}/", trickle(answer));
        let began = Instant::now();
        let lost = client()
            .send(&Call {
                answer_timeout: Some(Duration::from_millis(limit)),
                until: (began + Duration::from_millis(call_ms)).into(),
                ..call(&url)
            })
            .unwrap_err();
        assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
        check(&lost, Status::Network, true, "did not answer in full");
        assert_eq!(lost.time_is_over, call_ms == 300);
    }
}

#[test]
fn a_server_that_does_not_read_is_held_to_the_deadline() {
    let address = serve(|stream| {
        thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let body = vec![b'x'; 64 << 20];
    let url = format!("http://{address}/");
    let began = Instant::now();
    let answer_timeout = Some(Duration::from_millis(400));
    let lost = client().send(&Call { body: Some(("a/b", &body)), answer_timeout, ..call(&url) }).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    check(&lost, Status::Network, true, "did not answer in full");
}

#[test]
fn a_dead_port_is_told_before_anything_was_sent() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lost = post_to(address).unwrap_err();
    check(&lost, Status::Network, false, "connection refused");
    let url = format!("http://{}/", answering(HELLO));
    let lost = client().send(&Call { until: Instant::now().into(), ..call(&url) }).unwrap_err();
    check(&lost, Status::Timeout, false, "the time");
    assert!(lost.time_is_over);
}

#[test]
fn an_address_that_does_not_answer_leaves_time_for_the_next() {
    let address = answering(HELLO);
    // Reserved for documentation: nothing is there, or the machine says at once that there is no way.
    let names = Fixed(vec!["192.0.2.1".parse().unwrap(), "127.0.0.1".parse().unwrap()]);
    let settings = Settings::new(Some("none"), None);
    let client = Client::with(&settings, Proxies::new(&ProxySetting::Direct), names);
    let url = format!("http://api.example.test:{}/", address.port());
    assert_eq!(client.send(&Call { allow_http: true, ..call(&url) }).unwrap().http_status, 200);
}

/// Some systems end a wait an eighth later than they were told to: of these seconds it would be seen.
const LIMIT: Duration = Duration::from_secs(3);
const TOLERANCE: Duration = Duration::from_millis(120);

/// Says something, again after a while, and then nothing more.
fn falling_silent(said: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                for byte in said {
                    let _ = stream.write_all(&[*byte]);
                    thread::sleep(Duration::from_millis(20));
                }
                thread::sleep(LIMIT * 2);
            });
        }
    });
    address
}

/// A name server that never fits into a datagram.
#[cfg(unix)]
fn truncating(said: &'static [u8]) -> SocketAddr {
    let address = falling_silent(said);
    let socket = std::net::UdpSocket::bind(address).unwrap();
    thread::spawn(move || {
        let mut datagram = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut datagram) {
            datagram[2] |= 0x82;
            let _ = socket.send_to(&datagram[..length], from);
        }
    });
    address
}

#[test]
fn whoever_speaks_to_a_server_ends_in_time() {
    let until = Instant::now() + LIMIT;
    let send = |client: &Client, url: &str| {
        let call = Call {
            until: until.into(),
            connect_timeout: LIMIT,
            answer_timeout: None,
            allow_http: true,
            ..call(url)
        };
        client.send(&call).map(drop).unwrap_err();
    };
    let answer = || send(&client(), &format!("http://{}/", falling_silent(b"HTTP/1.1 200 OK\r\nX: y")));
    let handshake = || send(&client(), &format!("https://{}/", falling_silent(b"\x16\x03\x03\x00")));
    let proxy = || {
        let proxy = format!("http://{}", falling_silent(b"HTTP/1.1 200"));
        send(&Client::new(&Settings::new(Some(&proxy), None)), "http://api.example.test/");
    };
    let probe = || {
        let limits = Limits { until, connect_timeout: LIMIT, allow_http: true };
        let found =
            client().probe(&format!("https://{}/", falling_silent(b"\x16\x03\x03")), &limits).unwrap();
        assert!(found.tls.is_some_and(|tls| !tls.done));
    };
    let stream = || {
        let mut stream = stream::Stream::connect(&[falling_silent(b"x")], until).unwrap();
        assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    };
    let unread = || {
        let mut stream = stream::Stream::connect(&[falling_silent(b"")], until).unwrap();
        let wrote = stream.write_all(&vec![0; 64 << 20]);
        assert_eq!(wrote.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    };
    #[cfg(unix)]
    let lookup = || {
        let setup =
            dns::Setup { servers: vec![truncating(b"\x00")], timeout: LIMIT, ..dns::Setup::read(b"") };
        dns::look_up("api.example.test", &setup, until).unwrap_err();
    };
    #[cfg(unix)]
    let unanswered = || {
        let setup = dns::Setup { servers: vec![silent_names()], timeout: LIMIT, ..dns::Setup::read(b"") };
        dns::look_up("api.example.test", &setup, until).unwrap_err();
    };
    let users: &[(&str, &(dyn Fn() + Sync))] = &[
        ("an answer", &answer),
        ("a handshake", &handshake),
        ("a proxy", &proxy),
        ("a report", &probe),
        ("reading", &stream),
        ("writing", &unread),
        #[cfg(unix)]
        ("names by TCP", &lookup),
        #[cfg(unix)]
        ("names by UDP", &unanswered),
    ];
    thread::scope(|scope| {
        for (name, user) in users {
            scope.spawn(move || {
                user();
                let late = Instant::now().saturating_duration_since(until);
                assert!(late < TOLERANCE, "{name}: {late:?}");
            });
        }
    });
}

#[cfg(unix)]
fn silent_names() -> SocketAddr {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        thread::sleep(LIMIT * 2);
        drop(socket);
    });
    address
}

/// What Linux does with some waits, made to happen: each ends an eighth late, and the time of one counts for the next.
#[test]
fn a_system_that_ends_its_waits_late_is_held_to_the_deadline() {
    let until = Instant::now() + Duration::from_secs(2);
    let mut asked = std::cell::Cell::new(Duration::ZERO);
    let ended: std::io::Result<()> = stream::within(
        until,
        &mut asked,
        |asked, wait| {
            asked.set(wait.unwrap());
            Ok(())
        },
        |asked| {
            thread::sleep(asked.get() + asked.get() / 8);
            Err(std::io::ErrorKind::WouldBlock.into())
        },
    );
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    let late = Instant::now().saturating_duration_since(until);
    assert!(late < Duration::from_millis(100), "{late:?}");
}
