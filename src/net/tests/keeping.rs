//! Connections that wait: how many, for how long, and what ends them.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server that answers one request after another on each connection; counts connections, and those that ended.
fn patient() -> (SocketAddr, Arc<[AtomicUsize; 2]>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let counts = Arc::new([const { AtomicUsize::new(0) }; 2]);
    let counted = Arc::clone(&counts);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counted[0].fetch_add(1, Ordering::SeqCst);
            let counted = Arc::clone(&counted);
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).is_ok_and(|amount| amount > 0) {
                    let _ = stream.write_all(HELLO.as_bytes());
                }
                counted[1].fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    (address, counts)
}

fn ask(client: &Client, address: SocketAddr, reuse: Reuse) {
    let url = format!("http://{address}/");
    let call = Call { method: "GET", body: None, reuse, ..call(&url) };
    assert_eq!(client.send(&call).unwrap().body.as_slice(), b"{}");
}

#[track_caller]
fn eventually(count: &AtomicUsize, wanted: usize) {
    let until = Instant::now() + Duration::from_secs(10);
    while count.load(Ordering::SeqCst) != wanted {
        assert!(Instant::now() < until, "{} instead of {wanted}", count.load(Ordering::SeqCst));
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_call_on_a_connection_of_its_own_neither_takes_nor_leaves_one() {
    let (address, counts) = patient();
    let client = client();
    ask(&client, address, Reuse::ByMethod);
    ask(&client, address, Reuse::ByMethod);
    eventually(&counts[0], 1);
    ask(&client, address, Reuse::Never);
    eventually(&counts[0], 2);
    eventually(&counts[1], 1);
}

#[test]
fn the_oldest_go_when_there_are_too_many() {
    let client = client();
    let servers: Vec<_> = (0..10).map(|_| patient()).collect();
    for (address, _) in &servers {
        ask(&client, *address, Reuse::ByMethod);
    }
    let ended = || servers.iter().filter(|(_, counts)| counts[1].load(Ordering::SeqCst) > 0).count();
    eventually(&servers[0].1[1], 1);
    eventually(&servers[1].1[1], 1);
    assert_eq!(ended(), 2, "eight wait");
    ask(&client, servers[9].0, Reuse::ByMethod);
    eventually(&servers[9].1[0], 1);
}

#[test]
fn a_client_that_is_closed_keeps_nothing_and_still_sends() {
    let (address, counts) = patient();
    let client = client();
    ask(&client, address, Reuse::ByMethod);
    client.close();
    eventually(&counts[1], 1);
    ask(&client, address, Reuse::ByMethod);
    eventually(&counts[1], 2);
    drop(client);
    let client = super::client();
    ask(&client, address, Reuse::ByMethod);
    drop(client);
    eventually(&counts[1], 3);
}

/// A request that was heard, and sent again in vain, was heard all the same.
#[test]
fn what_is_sent_again_in_vain_may_have_arrived_before() {
    let address = serve(|mut stream| {
        read_request(&mut stream);
        stream.write_all(HELLO.as_bytes()).unwrap();
        read_request(&mut stream);
    });
    let (client, url) = (client(), format!("http://{address}/"));
    let call = || Call { method: "PUT", reuse: Reuse::ByMethod, ..call(&url) };
    assert_eq!(client.send(&call()).unwrap().http_status, 200);
    check(&client.send(&call()).unwrap_err(), Status::Network, true, "no connection");
}
