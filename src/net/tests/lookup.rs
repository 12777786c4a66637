//! The resolver, against a name server that does what it should not.

use super::super::dns::{look_up, Setup};
use super::super::resolve::{addresses, in_hosts};
use super::*;
use simple_dns::rdata::{RData, A, AAAA, CNAME};
use simple_dns::{Name, Packet, PacketFlag, ResourceRecord, CLASS, QTYPE, RCODE, TYPE};
use std::net::UdpSocket;

/// Answers each datagram with what `answer` makes of the question; the name server lives as long as the test.
fn name_server(answer: impl Fn(&Packet) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            for bytes in answer(&Packet::parse(&buffer[..length]).unwrap()) {
                let _ = socket.send_to(&bytes, from);
            }
        }
    });
    address
}

fn reply<'a>(question: &Packet<'a>, rcode: RCODE, records: Vec<ResourceRecord<'a>>) -> Packet<'a> {
    let mut packet = question.clone().into_reply();
    *packet.rcode_mut() = rcode;
    packet.answers = records;
    packet
}

fn bytes(packet: &Packet) -> Vec<u8> {
    packet.build_bytes_vec_compressed().unwrap()
}

fn kind(question: &Packet) -> QTYPE {
    question.questions[0].qtype
}

fn record(name: &str, data: RData<'static>) -> ResourceRecord<'static> {
    ResourceRecord::new(Name::new(name).unwrap().into_owned(), CLASS::IN, 60, data)
}

fn a(name: &str, last: u32) -> ResourceRecord<'static> {
    record(name, RData::A(A { address: 0x0a00_0000 + last }))
}

/// 10.0.0.1 and fd00::1, each to its own question.
fn honest(question: &Packet) -> Vec<u8> {
    let name = question.questions[0].qname.to_string();
    bytes(&match kind(question) {
        QTYPE::TYPE(TYPE::A) => reply(question, RCODE::NoError, vec![a(&name, 1)]),
        _ => {
            let aaaa = RData::AAAA(AAAA { address: 0xfd00 << 112 | 1 });
            reply(question, RCODE::NoError, vec![record(&name, aaaa)])
        }
    })
}

fn setup(servers: &[SocketAddr]) -> Setup {
    let timeout = Duration::from_secs(5);
    Setup { servers: servers.to_vec(), search: Vec::new(), dots: 1, timeout, attempts: 2, tcp: false }
}

fn soon(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}

fn ips(texts: &[&str]) -> Result<Vec<IpAddr>, Failure> {
    Ok(texts.iter().map(|text| text.parse().unwrap()).collect())
}

fn sorted(found: Result<Vec<IpAddr>, Failure>) -> Result<Vec<IpAddr>, Failure> {
    found.map(|mut found| {
        found.sort();
        found
    })
}

#[test]
fn both_kinds_of_addresses_are_found() {
    let server = name_server(|question| vec![honest(question)]);
    assert_eq!(sorted(look_up("api.test", &setup(&[server]), soon(3000))), ips(&["10.0.0.1", "fd00::1"]));
    assert_eq!(sorted(look_up("API.test.", &setup(&[server]), soon(3000))), ips(&["10.0.0.1", "fd00::1"]));
    for name in ["", ".", "a..b", "-x.test", "x y", &"x".repeat(64), &"abc.".repeat(80), "é.test"] {
        let _ = look_up(name, &setup(&[server]), soon(300));
    }
}

#[test]
fn aliases_are_followed_and_loops_end() {
    let server = name_server(|question| {
        let alias =
            |name: &str, to: &str| record(name, RData::CNAME(CNAME(Name::new(to).unwrap().into_owned())));
        let looping = question.questions[0].qname.to_string().starts_with("loop");
        let records = match looping {
            true => vec![alias("loop.test", "b.test"), alias("b.test", "loop.test"), a("x.test", 9)],
            false => {
                vec![a("other.test", 7), alias("B.test", "c.test"), a("c.test", 3), alias("a.test", "b.TEST")]
            }
        };
        vec![bytes(&reply(question, RCODE::NoError, records))]
    });
    assert_eq!(look_up("a.test", &setup(&[server]), soon(3000)), ips(&["10.0.0.3"]));
    assert_eq!(look_up("loop.test", &setup(&[server]), soon(3000)), Err(Failure::Unknown));
}

#[test]
fn what_is_not_the_answer_is_passed_over() {
    let server = name_server(|question| {
        let mut foreign = question.clone();
        foreign.set_id(question.id().wrapping_add(1));
        let mut other = question.clone();
        other.questions[0].qname = Name::new("other.test").unwrap();
        let lie = |question: &Packet| bytes(&reply(question, RCODE::NoError, vec![a("api.test", 66)]));
        let mut cut = honest(question);
        cut.truncate(15);
        vec![Vec::new(), vec![0; 600], bytes(question), lie(&foreign), lie(&other), cut, honest(question)]
    });
    assert_eq!(sorted(look_up("api.test", &setup(&[server]), soon(3000))), ips(&["10.0.0.1", "fd00::1"]));
}

#[test]
fn a_server_that_fails_is_followed_by_the_next() {
    let failing = |rcode| name_server(move |question| vec![bytes(&reply(question, rcode, Vec::new()))]);
    let (bad, refusing) = (failing(RCODE::ServerFailure), failing(RCODE::Refused));
    let dead = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let good = name_server(|question| vec![honest(question)]);
    let found = look_up("api.test", &setup(&[dead, bad, refusing, good]), soon(5000));
    assert_eq!(found.unwrap().len(), 2);
    assert_eq!(look_up("api.test", &setup(&[bad]), soon(3000)), Err(Failure::Failed));
    assert_eq!(look_up("api.test", &setup(&[dead]), soon(3000)), Err(Failure::Failed));
    let unknown = failing(RCODE::NameError);
    assert_eq!(look_up("api.test", &setup(&[unknown, good]), soon(3000)), Err(Failure::Unknown));
}

#[test]
fn search_domains_are_tried_in_the_order_of_the_dots() {
    let server = name_server(|question| {
        let name = question.questions[0].qname.to_string();
        let known = matches!(name.as_str(), "erp.corp.test" | "a.b");
        vec![if known { honest(question) } else { bytes(&reply(question, RCODE::NameError, Vec::new())) }]
    });
    let setup = Setup { search: vec!["x.test".into(), "corp.test.".into()], ..setup(&[server]) };
    assert_eq!(look_up("erp", &setup, soon(3000)).unwrap().len(), 2);
    assert_eq!(look_up("a.b", &setup, soon(3000)).unwrap().len(), 2);
    assert_eq!(look_up("erp.", &setup, soon(3000)), Err(Failure::Unknown));
}

#[test]
fn a_hanging_server_is_held_to_the_deadline_and_one_kind_is_enough() {
    let hanging = name_server(|_| Vec::new());
    let began = Instant::now();
    assert_eq!(look_up("api.test", &setup(&[hanging]), soon(400)), Err(Failure::TimedOut));
    assert!((300..1500).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    let good = name_server(|question| vec![honest(question)]);
    assert_eq!(look_up("api.test", &setup(&[hanging, good]), soon(5000)).unwrap().len(), 2);
    let half = name_server(|question| match kind(question) {
        QTYPE::TYPE(TYPE::A) => vec![honest(question)],
        _ => Vec::new(),
    });
    let absent = name_server(|question| match kind(question) {
        QTYPE::TYPE(TYPE::A) => vec![bytes(&reply(question, RCODE::NameError, Vec::new()))],
        _ => Vec::new(),
    });
    let began = Instant::now();
    assert_eq!(look_up("api.test", &setup(&[absent]), soon(5000)), Err(Failure::Unknown));
    assert_eq!(look_up("api.test", &setup(&[half]), soon(5000)), ips(&["10.0.0.1"]));
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_name_that_never_resolves_holds_a_request_no_longer_than_its_time() {
    #[derive(Debug)]
    struct Asking(Setup);
    impl Names for Asking {
        fn look_up(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
            look_up(name, &self.0, deadline)
        }
    }
    let names = Asking(setup(&[name_server(|_| Vec::new())]));
    let client = Client::with(&Settings::default(), Proxies::new(&ProxySetting::Direct), names);
    let began = Instant::now();
    let connect_timeout = Duration::from_millis(400);
    let lost = client.send(&Call { connect_timeout, ..call("https://api.example.test/") }).unwrap_err();
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    check(&lost, Status::Network, false, "no DNS server answered");
    let client = Client::with(&Settings::default(), Proxies::new(&ProxySetting::Direct), Fixed(Vec::new()));
    let lost = client.send(&call("https://api.example.test/")).unwrap_err();
    check(&lost, Status::Network, false, "api.example.test cannot be resolved");
}

#[test]
fn a_truncated_answer_is_asked_for_again_by_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(address).unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let mut packet = reply(&Packet::parse(&buffer[..length]).unwrap(), RCODE::NoError, Vec::new());
            packet.set_flags(PacketFlag::TRUNCATION);
            socket.send_to(&bytes(&packet), from).unwrap();
        }
    });
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).unwrap();
            let answer = honest(&Packet::parse(&buffer[2..length]).unwrap());
            let framed = [&(answer.len() as u16).to_be_bytes()[..], &answer].concat();
            // In pieces, as TCP may.
            for piece in framed.chunks(7) {
                stream.write_all(piece).unwrap();
                thread::sleep(Duration::from_millis(1));
            }
        }
    });
    assert_eq!(look_up("api.test", &setup(&[address]), soon(3000)).unwrap().len(), 2);
}

/// Over TCP from the start; no `answer` is silence.
fn by_tcp(answer: impl Fn(&Packet) -> Option<Vec<u8>> + Send + 'static) -> Setup {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut silent = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).unwrap();
            match answer(&Packet::parse(&buffer[2..length]).unwrap()) {
                Some(answer) => {
                    let framed = [&(answer.len() as u16).to_be_bytes()[..], &answer].concat();
                    stream.write_all(&framed).unwrap();
                }
                None => silent.push(stream),
            }
        }
    });
    Setup { tcp: true, ..setup(&[address]) }
}

#[test]
fn a_server_that_is_asked_by_tcp_alone_is_understood_as_well() {
    let unknown = by_tcp(|question| Some(bytes(&reply(question, RCODE::NameError, Vec::new()))));
    assert_eq!(look_up("api.test", &unknown, soon(3000)), Err(Failure::Unknown));
    let one_kind = by_tcp(|question| (kind(question) == QTYPE::TYPE(TYPE::A)).then(|| honest(question)));
    let began = Instant::now();
    assert_eq!(look_up("api.test", &one_kind, soon(60_000)), ips(&["10.0.0.1"]));
    assert!(began.elapsed() < Duration::from_secs(5), "silence for IPv6");
}

#[test]
fn hosts_and_addresses_need_no_server() {
    let hosts = "# x\n10.1.1.1 erp.test ERP2 # note erp3\nbad erp.test\nfd00::5\terp.test\n\n10.1.1.2";
    assert_eq!(Ok(in_hosts(hosts, "Erp.TEST.")), ips(&["10.1.1.1", "fd00::5"]));
    assert_eq!(Ok(in_hosts(hosts, "erp2")), ips(&["10.1.1.1"]));
    let odd = "\u{feff}10.1.1.3 erp\r\n10.1.1.4\r\n  ::1%lo erp\r\n10.1.1.5\t\terp\0 erp # x\r\n10.1.1.6 # erp\r\n999.1.1.1 erp";
    assert_eq!(Ok(in_hosts(odd, "erp")), ips(&["10.1.1.3", "10.1.1.5"]));
    assert!(in_hosts(hosts, "erp3").is_empty() && in_hosts(hosts, "").is_empty());
    let none = Fixed(Vec::new());
    assert_eq!(addresses("LOCALHOST", &none, soon(0)), ips(&["127.0.0.1", "::1"]));
    assert_eq!(addresses("a.localhost.", &none, soon(0)), ips(&["127.0.0.1", "::1"]));
    assert_eq!(addresses("::1", &none, soon(0)), ips(&["::1"]));
    let mixed =
        Fixed(ips(&["fd00::1", "0.0.0.0", "224.0.0.1", "10.0.0.1", "::", "255.255.255.255"]).unwrap());
    assert_eq!(addresses("x", &mixed, soon(0)), ips(&["10.0.0.1", "fd00::1"]));
    let many = Fixed((0..100).map(|n| [10, 0, 0, n].into()).collect());
    assert_eq!(addresses("x", &many, soon(0)).unwrap().len(), 16);
    assert_eq!(addresses("x", &none, soon(0)), Err(Failure::Unknown));
}

#[test]
fn the_set_up_of_the_machine_is_read() {
    let text = b"\xef\xbb\xbfnameserver 10.0.0.53\r\nnameserver fe80::1%lo\nnameserver fe80::1%none\nnameserver \xff\n;\nsearch a.test b.test\n\
                 options ndots:2 timeout:99 attempts:0 unknown\n";
    let setup = Setup::read(text);
    let scope = crate::sys::interface("lo").unwrap();
    assert_eq!(
        setup.servers[..],
        ["10.0.0.53:53".parse().unwrap(), format!("[fe80::1%{scope}]:53").parse().unwrap()]
    );
    assert_eq!((setup.search.len(), setup.dots, setup.attempts), (2, 2, 1));
    assert_eq!(setup.timeout, Duration::from_secs(30));
    assert_eq!(Setup::read(b"").servers, ["127.0.0.1:53".parse().unwrap()]);
    assert_eq!(Setup::read(b"options ndots:300 use-vc").dots, 15);
    assert!(Setup::read(b"options ndots:300 use-vc").tcp);
    let many = Setup::read("nameserver 10.0.0.1\n".repeat(20).as_bytes()).servers;
    assert!((3..=8).contains(&many.len()));
    let _ = Setup::read(&[0xff; 4096]);
}

#[test]
fn noise_in_an_answer_never_panics() {
    let question = Packet::new_query(7);
    for _ in 0..20_000 {
        let mut noise = bytes(&reply(&question, RCODE::NoError, vec![a("a.b.c.test", 1), a("b.c.test", 2)]));
        for _ in 0..1 + crate::util::random::below(6) {
            let at = crate::util::random::below(noise.len() as u32) as usize;
            noise[at] = crate::util::random::below(256) as u8;
        }
        let _ = Packet::parse(&noise);
    }
}

/// A name server that knows `api.example.test` and answers everything below `cluster.local` in another way.
fn cluster(below: impl Fn(&Packet) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    name_server(move |question| match question.questions[0].qname.to_string().as_str() {
        "api.example.test" => vec![honest(question)],
        name if name.ends_with("cluster.local") => below(question),
        _ => vec![bytes(&reply(question, RCODE::NameError, Vec::new()))],
    })
}

/// As in every pod of Kubernetes.
fn pod(servers: &[SocketAddr]) -> Setup {
    let search = ["a.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com"];
    Setup { search: search.map(str::to_owned).to_vec(), dots: 5, ..setup(servers) }
}

#[test]
fn a_search_domain_that_fails_or_is_silent_does_not_end_the_search() {
    for rcode in [RCODE::ServerFailure, RCODE::Refused, RCODE::NotImplemented, RCODE::FormatError] {
        let server = cluster(move |question| vec![bytes(&reply(question, rcode, Vec::new()))]);
        assert_eq!(look_up("api.example.test", &pod(&[server]), soon(3000)).unwrap().len(), 2, "{rcode:?}");
        assert_eq!(
            look_up("no.example.test", &pod(&[server]), soon(3000)),
            Err(Failure::Unknown),
            "{rcode:?}"
        );
        assert_eq!(look_up("no", &pod(&[server]), soon(3000)), Err(Failure::Failed), "{rcode:?}");
    }
    let silent = cluster(|_| Vec::new());
    let began = Instant::now();
    assert_eq!(look_up("api.example.test", &pod(&[silent]), soon(3000)).unwrap().len(), 2);
    assert!(began.elapsed() < Duration::from_millis(2900), "{:?}", began.elapsed());
}

#[test]
fn a_silent_server_is_waited_for_once_and_not_for_every_name() {
    let hanging = name_server(|_| Vec::new());
    let good = cluster(|question| vec![bytes(&reply(question, RCODE::NameError, Vec::new()))]);
    assert_eq!(look_up("api.example.test", &pod(&[hanging, good]), soon(3000)).unwrap().len(), 2);
    let began = Instant::now();
    assert_eq!(look_up("api.example.test", &pod(&[hanging, hanging]), soon(600)), Err(Failure::TimedOut));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn a_lost_datagram_is_sent_again() {
    let seen = std::sync::atomic::AtomicU32::new(0);
    let forgetful =
        name_server(move |question| match seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 | 1 => Vec::new(),
            _ => vec![honest(question)],
        });
    assert_eq!(look_up("api.test", &setup(&[forgetful]), soon(2000)).unwrap().len(), 2);
}

#[test]
fn what_else_an_answer_brings_may_be_broken() {
    const ADDITIONAL: usize = 11;
    const AUTHORITY: usize = 9;
    let broken: [&[u8]; 6] = [
        b"",
        b"\xc0",
        b"\xc0\xff\x00\x01\x00\x01",
        b"\x3fx",
        b"\x00\x00\x29\x10\x00\x00\x00\x00\x00\xff\xff",
        b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x03\x0a\x00\x00",
    ];
    for (section, tail) in
        [ADDITIONAL, AUTHORITY].iter().flat_map(|section| broken.map(|tail| (*section, tail)))
    {
        let server = name_server(move |question| {
            let mut answer = honest(question);
            answer[section] += 1;
            answer.extend(tail);
            vec![answer]
        });
        let found = look_up("api.test", &setup(&[server]), soon(2000));
        assert_eq!(sorted(found), ips(&["10.0.0.1", "fd00::1"]), "{section} {tail:?}");
    }
    // A record of the answer itself is cut off: what came before it counts, and what came without one is a failure.
    const ANSWER: usize = 7;
    for good in [true, false] {
        let server = name_server(move |question| {
            let mut answer =
                if good { honest(question) } else { bytes(&reply(question, RCODE::NoError, vec![])) };
            answer[ANSWER] += 1;
            answer.push(0xc0);
            vec![answer]
        });
        let began = Instant::now();
        let found = look_up("api.test", &setup(&[server]), soon(5000));
        match good {
            true => assert_eq!(found.unwrap().len(), 2),
            false => assert_eq!(found, Err(Failure::Failed)),
        }
        assert!(began.elapsed() < Duration::from_secs(4));
    }
}

#[test]
fn a_truncated_answer_is_better_than_none() {
    let server = name_server(|question| {
        let mut answer = honest(question);
        answer[2] |= 2;
        vec![answer]
    });
    assert_eq!(look_up("api.test", &setup(&[server]), soon(2000)).unwrap().len(), 2);
}

#[test]
fn only_the_sources_of_other_kinds_are_others() {
    use super::super::last_resort::has_others;
    for none in
        ["", "hosts:", "hosts: files dns\n", "passwd: ldap\nhosts:\tfiles [NOTFOUND=continue] dns # mdns\n"]
    {
        assert!(!has_others(none.as_bytes()), "{none}");
    }
    for some in [
        "hosts: files mdns4_minimal [NOTFOUND=return] dns",
        "hosts:wins",
        "x\n hosts: dns [ !UNAVAIL = return ] ldap",
    ] {
        assert!(has_others(some.as_bytes()), "{some}");
    }
}

#[test]
fn the_last_resort_knows_what_the_system_knows() {
    use super::super::last_resort::{forbid_threads, look_up};
    assert!(look_up("localhost", soon(5000)).unwrap().iter().all(IpAddr::is_loopback));
    assert_eq!(look_up("localhost", Instant::now()), Err(Failure::TimedOut));
    forbid_threads(true);
    assert_eq!(look_up("localhost", soon(5000)), Err(Failure::Unknown));
    forbid_threads(false);
}
