//! The list of machines: what each is short of, what the program is told there, and how it is mended.

use simple_dns::RCODE;

use crate::name_server::{serve, Answers};
use crate::place::{on_a_machine, Place, Want, NAME};

struct Machine {
    name: &'static str,
    poor: fn(&mut Place),
    status: &'static str,
    english: &'static str,
    portuguese: &'static str,
    mended: fn(&mut Place),
}

const NETWORK: &str = "ERPTOKEN_E_NETWORK";

/// One call to the system that fails.
macro_rules! failing {
    ($name:literal, $want:ident, $error:ident, $english:literal, $portuguese:literal) => {
        Machine {
            name: $name,
            poor: |place| {
                place.account();
                place.arm(Want::$want, libc::$error);
            },
            status: NETWORK,
            english: $english,
            portuguese: $portuguese,
            mended: |place| place.arm(Want::$want, 0),
        }
    };
}

/// A server that has a name, and what there is to find its address.
macro_rules! nameless {
    ($name:literal, $host:expr, $poor:expr, $english:literal, $portuguese:literal) => {
        Machine {
            name: $name,
            poor: |place| {
                place.named($host);
                let poor: fn(&Place) = $poor;
                poor(place);
            },
            status: NETWORK,
            english: $english,
            portuguese: $portuguese,
            mended: |place| {
                assert!(serve("127.0.0.9:53", Answers::Well));
                place.etc("resolv.conf", Some("nameserver 127.0.0.9\n"));
            },
        }
    };
}

const MACHINES: &[Machine] = &[
    Machine {
        name: "no-descriptors",
        poor: |place| {
            place.account();
            place.program.limit(libc::RLIMIT_NOFILE, 3);
        },
        status: NETWORK,
        english: "this process has too many files and connections open",
        portuguese: "este processo tem arquivos e conexões demais",
        mended: |place| place.program.limit(libc::RLIMIT_NOFILE, 1024),
    },
    Machine {
        name: "no-descriptors-for-names",
        poor: |place| {
            place.named(NAME);
            place.program.limit(libc::RLIMIT_NOFILE, 3);
        },
        status: NETWORK,
        english: "this process has too many files and connections open",
        portuguese: "este processo tem arquivos e conexões demais",
        mended: |place| {
            place.etc("hosts", Some("# x\r\n\n127.0.0.1\tother Erp.Poor.Test # y\r\n"));
            place.program.limit(libc::RLIMIT_NOFILE, 1024);
        },
    },
    failing!(
        "no-descriptors-at-all",
        Socket,
        ENFILE,
        "this machine has too many files",
        "esta máquina tem arquivos"
    ),
    failing!("no-memory", Socket, ENOMEM, "no memory left", "não tem mais memória"),
    failing!(
        "no-buffers",
        Socket,
        ENOBUFS,
        "no room left for network data",
        "não tem mais espaço para dados de rede"
    ),
    failing!(
        "seccomp",
        Socket,
        EPERM,
        "forbids the connection to this process",
        "proíbe a conexão a este processo"
    ),
    failing!("selinux", Socket, EACCES, "SELinux", "SELinux"),
    failing!("no-protocol", Socket, EAFNOSUPPORT, "lacks the protocol", "não tem o protocolo"),
    failing!("firewall", Connect, EPERM, "its firewall", "o firewall"),
    failing!("firewall-too", Connect, EACCES, "its firewall", "o firewall"),
    failing!("no-ports", Connect, EADDRNOTAVAIL, "no port left to connect from", "porta de onde conectar"),
    failing!(
        "no-buffers-later",
        Connect,
        ENOBUFS,
        "no room left for network data",
        "espaço para dados de rede"
    ),
    failing!("no-way", Connect, ENETUNREACH, "no way to its network", "não há rota até a rede dele"),
    failing!("no-way-to-host", Connect, EHOSTUNREACH, "no way to this host", "não há rota até esse host"),
    failing!("network-down", Connect, ENETDOWN, "network is down", "rede desta máquina está inativa"),
    failing!("nobody-there", Connect, ECONNREFUSED, "connection refused", "conexão recusada"),
    nameless!("no-resolv-conf", NAME, |_| (), "cannot be reached, refuse or fail", "inacessíveis, recusam"),
    nameless!(
        "no-name-servers-there",
        NAME,
        |place| place.etc("resolv.conf", Some("nameserver 127.0.0.8\n")),
        "the name servers of this machine",
        "os servidores de nomes (DNS) desta máquina"
    ),
    nameless!(
        "name-servers-fail",
        NAME,
        |place| {
            place
                .etc("resolv.conf", Some("nameserver 127.0.0.7\nnameserver 127.0.0.8\nsearch example.com\n"));
            serve("127.0.0.7:53", Answers::Always(RCODE::ServerFailure));
            serve("127.0.0.8:53", Answers::Always(RCODE::Refused));
        },
        "the name servers of this machine",
        "os servidores de nomes (DNS) desta máquina"
    ),
    nameless!(
        "name-servers-are-silent",
        NAME,
        |place| {
            place.etc("resolv.conf", Some("nameserver 127.0.0.7\n"));
            serve("127.0.0.7:53", Answers::Never);
        },
        "no DNS server answered within",
        "nenhum servidor DNS respondeu"
    ),
    nameless!(
        "name-unknown",
        NAME,
        |place| {
            place.etc("resolv.conf", Some("nameserver 127.0.0.7\n"));
            serve("127.0.0.7:53", Answers::Always(RCODE::NameError));
        },
        "the DNS does not know it",
        "o DNS não o conhece"
    ),
];

#[test]
fn each_is_told_its_true_cause_in_both_languages_and_is_well_when_it_is_mended() {
    // A few at a time: they mostly wait.
    let all: Vec<&Machine> = MACHINES.iter().collect();
    let mut failed = Vec::new();
    for some in all.chunks(4) {
        std::thread::scope(|scope| {
            let running: Vec<_> = some.iter().map(|one| (one.name, scope.spawn(|| look_at(one)))).collect();
            failed.extend(running.into_iter().filter_map(|(name, one)| one.join().err().map(|_| name)));
        });
    }
    assert_eq!(failed, [""; 0], "why is told above");
}

fn look_at(machine: &Machine) {
    on_a_machine(machine.name, |place| {
        (machine.poor)(place);
        for (said, cause) in place.says("get").iter().zip([machine.english, machine.portuguese]) {
            assert!(said.starts_with(machine.status) && said.contains(cause), "{}: {said}", machine.name);
        }
        (machine.mended)(place);
        place.is_well(machine.name);
    });
}

/// Where the name is found although much is not as it should be.
#[test]
fn name_servers_that_do_what_they_should_not_are_no_obstacle() {
    const POD: &str =
        "search a.svc.cluster.local svc.cluster.local cluster.local example.com\noptions ndots:5\n";
    type Served = &'static [(&'static str, Answers)];
    let machines: [(&str, &str, Served); 9] = [
        ("servfail", "nameserver 127.0.0.7\n", &[("127.0.0.7:53", Answers::Below(RCODE::ServerFailure))]),
        ("refused", "nameserver 127.0.0.7\n", &[("127.0.0.7:53", Answers::Below(RCODE::Refused))]),
        ("notimp", "nameserver 127.0.0.7\n", &[("127.0.0.7:53", Answers::Below(RCODE::NotImplemented))]),
        ("formerr", "nameserver 127.0.0.7\n", &[("127.0.0.7:53", Answers::Below(RCODE::FormatError))]),
        ("silent", "nameserver 127.0.0.7\n", &[("127.0.0.7:53", Answers::SilentBelow)]),
        ("broken", "nameserver 127.0.0.7\n", &[("127.0.0.7:53", Answers::Broken)]),
        ("link-local", "nameserver fe80::53%lo\n", &[("[fe80::53%1]:53", Answers::Well)]),
        (
            "odd-lines",
            "\u{feff}nameserver 127.0.0.7\r\nnameserver x\r\n;;\r\noptions ?\r\n",
            &[("127.0.0.7:53", Answers::Well)],
        ),
        (
            "dead-ones",
            "nameserver 127.0.0.5\nnameserver 127.0.0.6\nnameserver 127.0.0.7\n",
            &[("127.0.0.6:53", Answers::Never), ("127.0.0.7:53", Answers::Below(RCODE::ServerFailure))],
        ),
    ];
    for (name, servers, served) in machines {
        on_a_machine(name, |place| {
            place.named(NAME);
            place.etc("resolv.conf", Some(&format!("{servers}{POD}")));
            if !served.iter().all(|(address, answers)| serve(address, *answers)) {
                println!("{name}: no such address here");
                return;
            }
            let said = place.program.ask("get");
            assert!(place.ground.is_live(&said), "{name}: {said}");
        });
    }
}

/// What is known to neither the hosts file nor a name server, the system may know from elsewhere.
#[test]
fn the_system_is_the_last_resort_and_not_without_threads() {
    for (background, silent) in [("1", false), ("1", true), ("0", false)] {
        on_a_machine(&format!("directory-{background}-{silent}"), |place| {
            place.etc("nsswitch.conf", Some("hosts: files poor dns\n"));
            if silent {
                place.etc("resolv.conf", Some("nameserver 127.0.0.7\n"));
                assert!(serve("127.0.0.7:53", Answers::Never));
            }
            place.program.configured("background", background);
            place.named("only.in.directory.test");
            let said = place.program.ask("get");
            match background {
                "1" => assert!(place.ground.is_live(&said), "{said}"),
                _ => assert!(said.starts_with(NETWORK), "{said}"),
            }
        });
    }
}
