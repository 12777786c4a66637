//! HTTP itself: what goes out, what comes in, and what goes wrong.

use super::*;

#[test]
fn a_request_leaves_in_one_write_and_has_what_it_needs() {
    let (send, receive) = mpsc::channel();
    let address = serve(move |mut stream| {
        let mut buffer = [0; 65536];
        // What arrives by the first read and shortly after it.
        thread::sleep(Duration::from_millis(50));
        let first = stream.read(&mut buffer).unwrap();
        send.send(String::from_utf8_lossy(&buffer[..first]).into_owned()).unwrap();
        stream.write_all(HELLO.as_bytes()).unwrap();
    });
    let headers = [("X-Key".to_owned(), Zeroizing::new("chave".to_owned()))];
    let url = format!("http://{address}/a/b?c=d");
    let reply = client().send(&Call { headers: &headers, ..call(&url) }).unwrap();
    let text = receive.recv().unwrap();
    assert!(text.starts_with("POST /a/b?c=d HTTP/1.1\r\n"), "{text}");
    for line in [
        format!("host: {address}"),
        format!("user-agent: erptoken/{}", env!("CARGO_PKG_VERSION")),
        "content-type: application/json".to_owned(),
        "content-length: 13".to_owned(),
        "x-key: chave".to_owned(),
        "accept-encoding: identity".to_owned(),
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} is missing: {text}");
    }
    assert!(text.ends_with("\r\n\r\n{\"senha\":\"x\"}"), "{text}");
    assert_eq!((reply.http_status, reply.body.as_slice()), (200, &b"{}"[..]));
}

#[test]
#[cfg(target_os = "linux")]
fn no_thread_is_started() {
    let address = serve(move |mut stream| {
        read_request(&mut stream);
        thread::sleep(Duration::from_millis(200));
        stream.write_all(HELLO.as_bytes()).unwrap();
    });
    // The tests are threads of one process, so count the ones of one name: a thread is born with that of
    // its parent.
    let own = thread::Builder::new().name("asks-alone".to_owned()).spawn(move || post_to(address).unwrap());
    thread::sleep(Duration::from_millis(100));
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    assert_eq!(names.filter(|name| name.trim() == "asks-alone").count(), 1);
    own.unwrap().join().unwrap();
}

#[test]
fn a_body_larger_than_every_buffer_arrives_whole() {
    let (send, receive) = mpsc::channel();
    let address = serve(move |mut stream| {
        send.send(read_request(&mut stream)).unwrap();
        stream.write_all(HELLO.as_bytes()).unwrap();
    });
    let body: Vec<u8> = (0..1_000_000).map(|n| b'a' + (n % 23) as u8).collect();
    let url = format!("http://{address}/");
    client().send(&Call { body: Some(("text/plain", &body)), ..call(&url) }).unwrap();
    let text = receive.recv().unwrap();
    assert!(text.split_once("\r\n\r\n").unwrap().1.as_bytes() == body, "{} bytes", text.len());
}

#[test]
fn a_redirect_is_an_answer() {
    let address =
        answering("HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 3\r\n\r\nxyz");
    let reply = post_to(address).unwrap();
    assert_eq!((reply.http_status, reply.body.as_slice()), (307, &b"xyz"[..]));
}

#[test]
fn answers_without_a_body_and_of_every_kind_of_end() {
    for (answer, status, body) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, ""),
        ("HTTP/1.1 500 \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", 500, "abc"),
        ("HTTP/1.1 401 Unauthorized\r\n\r\nuntil closed", 401, "until closed"),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        ("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
    ] {
        let reply = post_to(answering(answer)).unwrap();
        assert_eq!((reply.http_status, reply.body.as_slice()), (status, body.as_bytes()), "{answer}");
    }
    let url = format!("http://{}/", answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    let reply = client().send(&Call { method: "HEAD", body: None, ..call(&url) }).unwrap();
    assert_eq!((reply.http_status, reply.body.as_slice()), (200, &b""[..]));
}

#[test]
fn a_cut_answer_is_told_from_a_whole_one() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"secret",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ] {
        let lost = post_to(answering(answer)).unwrap_err();
        check(&lost, Status::Network, true, "cut short");
        assert_eq!(lost.error.http_status, 200);
    }
    let lost = post_to(answering("HTTP/1.1 200 OK\r\nContent-")).unwrap_err();
    check(&lost, Status::Network, true, "broke before an answer came");
    check(&post_to(answering("")).unwrap_err(), Status::Network, true, "broke before an answer came");
}

#[test]
fn garbage_is_no_answer() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(400_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(60_000));
    for answer in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/3.7 200 OK\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
        long.as_str(),
        many.as_str(),
    ] {
        let lost = post_to(answering(answer)).unwrap_err();
        check(&lost, Status::Response, true, "is not HTTP");
    }
}

#[test]
fn noise_never_panics() {
    let pieces = [
        "HTTP/1.1",
        " ",
        "200",
        "\r\n",
        "Content-Length:",
        "Transfer-Encoding: chunked",
        "0",
        "9",
        "\0",
        "\u{ff}",
        "Retry-After:",
        "Date:",
        "100",
        "ffffffffffffffff",
        "\r",
        "\n",
        ";",
        "HTTP/1.1 200 OK\r\n",
        "Content-Type:",
    ];
    for _ in 0..300 {
        let count = crate::util::random::below(20);
        let answer: String =
            (0..count).map(|_| pieces[crate::util::random::below(pieces.len() as u32) as usize]).collect();
        let _ = post_to(answering(answer));
    }
}

#[test]
fn an_answer_above_the_limit_is_refused() {
    let body = "x".repeat(5000);
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
    ] {
        let url = format!("http://{}/", answering(format!("{head}{body}")));
        let lost = client().send(&Call { max_answer_bytes: 4999, ..call(&url) }).unwrap_err();
        check(&lost, Status::Response, true, "larger than 4999 bytes");
    }
    let url = format!("http://{}/", answering(format!("HTTP/1.1 200 OK\r\n\r\n{body}")));
    let reply = client().send(&Call { max_answer_bytes: 5000, ..call(&url) }).unwrap();
    assert_eq!(reply.body.as_slice().len(), 5000);
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for url in ["http://api.example.test/x", "http://10.0.0.1:8080", "HTTP://127.0.0.1.example.test/"] {
        let lost = post(url).unwrap_err();
        check(&lost, Status::Insecure, false, "is not https");
    }
    assert_eq!(post(&format!("hTTp://localhost:{}", answering(HELLO).port())).unwrap().http_status, 200);
}

#[test]
fn requests_that_can_not_be_made_are_errors() {
    for url in [
        "",
        "x",
        "//x",
        "http://",
        "https:///x",
        "ftp://x/",
        "https://user:senha@x/",
        "https://x:99999/",
        "https://x:/",
        "https://[::1/",
        "https://x/ y",
        "https://x/\u{e7}\n",
        "https://:443/",
        "https://x:0/",
    ] {
        check(&post(url).unwrap_err(), Status::Option, false, "cannot be made");
    }
    let address = answering(HELLO);
    let url = format!("http://{address}/");
    for (name, value) in
        [("a b", "c"), ("", ""), ("x", "secret\r\ny: z"), ("Host", "x"), ("content-length", "5")]
    {
        let headers = [(name.to_owned(), Zeroizing::new(value.to_owned()))];
        let lost = client().send(&Call { headers: &headers, ..call(&url) }).unwrap_err();
        check(&lost, Status::Option, false, "cannot be made");
    }
    for method in ["", "P OST", "CONNECT", "HEAD"] {
        let lost = client().send(&Call { method, ..call(&url) }).unwrap_err();
        check(&lost, Status::Option, false, "cannot be made");
    }
    let huge = [("x".to_owned(), Zeroizing::new("y".repeat(100_000)))];
    let lost = client().send(&Call { headers: &huge, ..call(&url) }).unwrap_err();
    check(&lost, Status::Option, false, "too long");
    let long = format!("{url}{}", "x".repeat(40_000));
    check(&post(&long).unwrap_err(), Status::Option, false, "too long");
}
