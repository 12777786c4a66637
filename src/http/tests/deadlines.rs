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
                until: began + Duration::from_millis(call_ms),
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
    let lost = client().send(&Call { until: Instant::now(), ..call(&url) }).unwrap_err();
    check(&lost, Status::Timeout, false, "the time");
    assert!(lost.time_is_over);
}

#[test]
fn an_address_that_does_not_answer_leaves_time_for_the_next() {
    let address = answering(HELLO);
    // Reserved for documentation: nothing is there, or the machine says at once that there is no way.
    let names = Fixed(vec!["192.0.2.1".parse().unwrap(), "127.0.0.1".parse().unwrap()]);
    let settings = Settings::new(Some("none"), None);
    let client = Client::with(&settings, Proxies::new(&Choice::Direct), names);
    let url = format!("http://api.example.test:{}/", address.port());
    assert_eq!(client.send(&Call { allow_http: true, ..call(&url) }).unwrap().http_status, 200);
}
