//! Many accounts, through the C ABI of the shared library as it is released, beside the same by hand in C with libcurl
//! and a flat table in C.
//!
//! `cargo bench --bench accounts`; the peers need a C compiler and libcurl's header (Debian: libcurl4-openssl-dev).
//! Without them the library is measured alone. Times are medians of rounds in which all have their turn; memory is
//! measured in processes of their own.

#[path = "accounts/memory.rs"]
mod memory;
#[path = "accounts/peers.rs"]
mod peers;

#[path = "host/mod.rs"]
mod host;
#[path = "../tests/sandbox/mod.rs"]
mod sandbox;

use std::ffi::CString;
use std::path::PathBuf;
use std::time::Instant;

use host::timing::{machine, nanoseconds, random, Turns};
use host::{text, Library, WORDS};
use peers::{Flat, Peer};

const ACCOUNTS: usize = 8_000;
const CALLS: u32 = 100_000;
const ROUNDS: usize = 31;
/// Rounds are short and many: on a machine with other work, few of them lose their processor in the middle.
const LOGIN_ROUNDS: usize = 201;
const LOGINS_A_ROUND: usize = 5;

/// The libraries that were built of C, or what is missing for one.
struct Built {
    peer: Result<PathBuf, String>,
    flat: Result<PathBuf, String>,
}

fn main() {
    // Nobody is to be asked but the sandbox.
    for name in ["HTTPS_PROXY", "https_proxy"] {
        std::env::remove_var(name);
    }
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [what, arguments @ ..] = arguments.as_slice() {
        return memory::measure(what, arguments);
    }
    let folder = std::env::temp_dir().join(format!("erptoken-accounts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let built = Built {
        peer: peers::build("peer", &folder, &["-lcurl", "-lpthread"]),
        flat: peers::build("flat", &folder, &[]),
    };
    println!("{}", machine());
    for why in [&built.peer, &built.flat].into_iter().filter_map(|built| built.as_ref().err()) {
        println!("skipped: a peer in C: {why}");
    }
    println!("{:40}{:>12}{:>15}{:>15}", "", "erptoken", "C, libcurl", "C, flat table");
    let library = Library::load();
    at_random(library, &built);
    logins(library, &built);
    memory::table(built.peer.as_ref().ok());
    let _ = std::fs::remove_dir_all(&folder);
}

fn user(number: usize) -> String {
    format!("user{number}@empresa.com.br")
}

fn token() -> String {
    "t".repeat(WORDS * 8)
}

fn cells(name: &str, unit: &str, digits: usize, values: [Option<f64>; 3]) {
    print!("{name:40}");
    for (value, width) in values.into_iter().zip([12, 15, 15]) {
        let cell = value.map_or("-".to_owned(), |value| format!("{value:.digits$} {unit}"));
        print!("{cell:>width$}");
    }
}

/// Hits in an order that no prefetcher foresees. Accounts are known by number here and in the flat table, and by the
/// user's name in C by hand.
fn at_random(library: Library, built: &Built) {
    let token = text(&token());
    let users: Vec<CString> = (0..ACCOUNTS).map(|number| text(&user(number))).collect();
    let peer = built.peer.as_ref().ok().map(|path| Peer::load(path));
    let flat = built.flat.as_ref().ok().map(|path| Flat::load(path, ACCOUNTS));
    let accounts: Vec<i32> = (0..ACCOUNTS)
        .map(|number| {
            if let Some(peer) = peer {
                peer.open(&users[number], c"senha", Some(&token));
            }
            if let Some(flat) = flat {
                flat.open(&token);
            }
            library.imported(&user(number))
        })
        .collect();
    let mut buffers = [[0; 512]; 3];
    let [ours, by_hand, least] = &mut buffers;
    let (mut next, mut also, mut third) = (random(), random(), random());
    for account in &accounts {
        assert_eq!(library.get(*account, ours), 0);
    }
    let mut ours = || nanoseconds(CALLS, || assert_eq!(library.get(accounts[next() % ACCOUNTS], ours), 0));
    let mut by_hand = || {
        let Some(peer) = peer else { return f64::NAN };
        nanoseconds(CALLS, || assert_eq!(peer.get(&users[also() % ACCOUNTS], by_hand), 0))
    };
    let mut least = || {
        let Some(flat) = flat else { return f64::NAN };
        nanoseconds(CALLS, || assert_eq!(flat.get((third() % ACCOUNTS) as i32, least), 0))
    };
    let turns = Turns::take(ROUNDS, [&mut ours, &mut by_hand, &mut least]);
    let values = [0, 1, 2].map(|column| Some(turns.median(column)).filter(|value| !value.is_nan()));
    cells(&format!("{ACCOUNTS} accounts at random, a get"), "ns", 0, values);
    println!("   {:.2} and {:.2} x", turns.ratio(0, 1), turns.ratio(0, 2));
    accounts.into_iter().for_each(|account| library.close(account));
}

/// New accounts one after another at one host over TLS, each with its first token.
fn logins(library: Library, built: &Built) {
    let sandbox = sandbox::Sandbox::start();
    let (base, ca) = (sandbox.base_https("invoisys"), sandbox.ca_file());
    memory::answer_any_login(&sandbox, (LOGIN_ROUNDS + 1) * LOGINS_A_ROUND * 2);
    library.configure("base_url", &base);
    library.configure("ca_file", ca.to_str().expect("a path in UTF-8"));
    let peer = built.peer.as_ref().ok().map(|path| Peer::load(path));
    if let Some(peer) = peer {
        peer.start(&base, Some(&ca));
    }
    let (mut buffer, mut bytes) = ([0; 512], [0; 512]);
    let [mut opened, mut by_hand_opened] = [0; 2];
    let (mut connections, mut by_hand_connections) = (0, 0);
    let mut ours = || {
        let before = sandbox.connections();
        let began = Instant::now();
        for _ in 0..LOGINS_A_ROUND {
            opened += 1;
            let account = library.account(&[("username", &user(ACCOUNTS + opened)), ("password", "senha")]);
            assert_eq!(library.get(account, &mut buffer), 0);
        }
        let spent = began.elapsed().as_secs_f64() * 1e3 / LOGINS_A_ROUND as f64;
        connections += sandbox.connections() - before;
        spent
    };
    let mut by_hand = || {
        let Some(peer) = peer else { return f64::NAN };
        let before = sandbox.connections();
        let began = Instant::now();
        for _ in 0..LOGINS_A_ROUND {
            by_hand_opened += 1;
            let user = text(&user(ACCOUNTS + by_hand_opened));
            peer.open(&user, c"senha", None);
            assert_eq!(peer.get(&user, &mut bytes), 0);
        }
        let spent = began.elapsed().as_secs_f64() * 1e3 / LOGINS_A_ROUND as f64;
        by_hand_connections += sandbox.connections() - before;
        spent
    };
    let turns = Turns::take(LOGIN_ROUNDS, [&mut ours, &mut by_hand]);
    let values = [Some(turns.median(0)), Some(turns.median(1)).filter(|value| !value.is_nan()), None];
    cells("a login after another over TLS", "ms", 3, values);
    println!("   {:.2} x", turns.ratio(0, 1));
    let each = LOGIN_ROUNDS * LOGINS_A_ROUND;
    let used = [Some(connections as f64), peer.map(|_| by_hand_connections as f64), None];
    cells(&format!("connections for {each} logins"), "", 0, used);
    println!();
}
