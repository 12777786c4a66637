//! Machines on which the program is well all the same: without threads, without a home, with a clock that is off.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use crate::ground::{Ground, SENIOR};
use crate::place::{on_a_machine, on_a_machine_with, Place, Want};
use crate::worker::Worker;

#[test]
fn without_threads_the_caller_does_the_work() {
    on_a_machine("threads", |place| {
        place.account();
        place.arm(Want::Threads, 1);
        let first = place.program.token();
        assert_eq!(place.program.ask(&format!("reject {first}")), "OK");
        let second = place.program.token();
        assert!(place.ground.is_live(&second) && second != first);
        place.arm(Want::Threads, 0);
        place.is_well("threads");
    });
}

#[test]
fn without_a_home_and_an_environment() {
    let bare = |command: &mut std::process::Command| {
        for variable in ["HOME", "PATH", "USER", "LANG", "TMPDIR"] {
            command.env_remove(variable);
        }
    };
    on_a_machine_with("home", bare, |place| {
        place.account();
        place.is_well("home");
    });
}

/// Three hours off either way, and the clock of a machine whose battery is empty.
#[test]
fn a_clock_that_is_off_costs_no_login_more() {
    const YEARS_46: i32 = 46 * 365 * 24 * 60;
    for minutes in [180, -180, -YEARS_46] {
        on_a_machine(&format!("clock{minutes}"), |place| {
            place.arm(Want::Clock, minutes);
            place.account();
            let first = place.program.token();
            for _ in 0..5 {
                assert_eq!(place.program.token(), first, "{minutes}");
            }
            assert_eq!(place.ground.count("senior.login"), 1, "{minutes}");
            // It is set right while the program runs. Years on, nobody knows what a token is worth.
            place.arm(Want::Clock, 0);
            let next = place.program.token();
            assert!(place.ground.is_live(&next) && (next == first) == (minutes.abs() == 180), "{minutes}");
            assert_eq!(place.program.token(), next, "{minutes}");
        });
    }
}

/// The store of one machine is read by another process, whose clock is right.
#[test]
fn a_process_with_a_clock_that_is_off_does_not_spoil_the_store() {
    on_a_machine("clock-store", |place| {
        place.arm(Want::Clock, -180);
        let disk = place.disk();
        assert_eq!(place.store(&disk), "OK");
        place.account();
        let first = place.program.token();
        let mut other = Worker::senior(&place.ground, &disk);
        let second = other.token();
        assert!(place.ground.is_live(&first) && place.ground.is_live(&second));
        assert!(place.ground.count("senior.login") <= 2);
    });
}

/// 100 MB for whoever asks, announced or not.
fn large_answers(announced: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let length = if announced { "Content-Length: 104857600\r\n" } else { "" };
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n{length}\r\n");
            let megabyte = vec![b'x'; 1 << 20];
            for _ in 0..100 {
                if stream.write_all(&megabyte).is_err() {
                    break;
                }
            }
        }
    });
    host
}

#[test]
fn without_memory_for_an_answer() {
    for announced in [true, false] {
        on_a_machine(&format!("memory-{announced}"), |place| {
            place.account();
            place.program.token();
            let host = large_answers(announced);
            place.set(&format!("api_hosts {host}"));
            place.set("max_response_bytes 200000000");
            let line = format!("request http://{host}/");
            let statm = fs::read_to_string(format!("/proc/{}/statm", place.program.id())).unwrap();
            let pages: u64 = statm.split(' ').next().unwrap().parse().unwrap();
            place.program.limit(libc::RLIMIT_AS, pages * 4096 + (24 << 20));
            for (said, cause) in place.says(&line).iter().zip(["bytes of memory", "bytes de memória"]) {
                assert!(said.starts_with("ERPTOKEN_E_LIMIT") && said.contains(cause), "{said}");
            }
            place.program.limit(libc::RLIMIT_AS, u64::MAX);
            // Once is enough: so much is read and wiped slowly by a library that is made to be debugged.
            if announced {
                assert_eq!(place.program.ask(&line), "OK");
            }
            place.is_well("memory");
        });
    }
}

/// However many descriptors are left: too few are told as that, whatever they were wanted for.
#[test]
fn every_number_of_descriptors() {
    let ground = Ground::new();
    let authorities = ground.ca_file();
    for most in 3.. {
        let mut worker = Worker::with(&[("SSL_CERT_FILE", &authorities)]);
        worker.open(&ground, &SENIOR, SENIOR.password);
        assert_eq!(worker.ask(&format!("set base_url {}", ground.base_https("senior"))), "OK");
        worker.limit(libc::RLIMIT_NOFILE, most);
        let said = worker.ask("get");
        if ground.is_live(&said) {
            assert!(most > 3);
            break;
        }
        let told = said.starts_with("ERPTOKEN_E_NETWORK") && said.contains("too many files and connections");
        assert!(told, "{most}: {said}");
        worker.limit(libc::RLIMIT_NOFILE, 1024);
        thread::sleep(Duration::from_millis(1_100));
        let said = worker.ask("get");
        assert!(ground.is_live(&said), "{most}: {said}");
    }
}

/// Not after the ten seconds for which what is wrong at a server is remembered.
fn soon_well(place: &mut Place, name: &str) {
    let mended = Instant::now();
    place.is_well(name);
    assert!(mended.elapsed() < Duration::from_secs(6), "{name}: {:?}", mended.elapsed());
}

#[test]
fn authorities_that_are_not_there() {
    let none = |command: &mut std::process::Command| {
        command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
    };
    on_a_machine_with("authorities", none, |place| {
        place.secure();
        for said in place.says("get") {
            assert!(said.starts_with("ERPTOKEN_E_TLS") && said.contains("ca-certificates"), "{said}");
        }
        fs::create_dir_all(place.folder.join("etc/ssl/certs")).unwrap();
        place.etc("ssl/certs/ca-certificates.crt", Some(&place.ground.ca_pem()));
        soon_well(place, "authorities");
    });
    let named = |name: &str, text: Option<&str>| {
        let own = |command: &mut std::process::Command| {
            command.env("SSL_CERT_FILE", "/etc/own.pem");
        };
        on_a_machine_with(&format!("authorities-{name}"), own, |place| {
            if let Some(text) = text {
                place.etc("own.pem", Some(text));
            }
            place.secure();
            for said in place.says("get") {
                let told = said.starts_with("ERPTOKEN_E_TLS") && said.contains("/etc/own.pem");
                assert!(told, "{name}: {said}");
            }
            place.etc("own.pem", Some(&place.ground.ca_pem()));
            soon_well(place, name);
        });
    };
    thread::scope(|scope| {
        for (name, text) in [("missing", None), ("empty", Some("")), ("nonsense", Some("x"))] {
            scope.spawn(move || named(name, text));
        }
    });
}
