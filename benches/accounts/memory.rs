//! What an open account costs in memory, and whether opening the last costs what opening the first did.
//!
//! Each measurement is a process of its own, which this program starts: what one leaves behind is not in the next.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::host::timing::processor_time;
use crate::host::{text, Library, E_LIMIT};
use crate::peers::Peer;
use crate::sandbox::{Fault, Sandbox};
use crate::{cells, token, user};

const MILLION: usize = 1_000_000;
const COUNTS: [usize; 3] = [8_000, 100_000, MILLION];
const BLOCK: usize = 1_000;
/// What opens them more slowly is not waited for.
const OPENING: Duration = Duration::from_secs(25);

/// Every login is answered with a token of 256 bytes, whoever asks.
pub fn answer_any_login(sandbox: &Sandbox, times: usize) {
    let body = format!(r#"{{"access_token":"{}","token_type":"bearer","expires_in":92843}}"#, token());
    let answer = Fault::StatusWith {
        status: 200,
        content_type: "application/json; charset=utf-8".to_owned(),
        body: body.into_bytes(),
        headers: Vec::new(),
    };
    sandbox.fault("invoisys.login", answer, times);
}

/// What a process measured.
struct Measured {
    opened: usize,
    resident: f64,
    allocated: f64,
    first: f64,
    last: f64,
    why: String,
}

/// The rows of the table that this part fills.
pub fn table(peer: Option<&PathBuf>) {
    for how in ["login", "import"] {
        for count in COUNTS.into_iter().filter(|count| how == "import" || *count == COUNTS[0]) {
            let ours = run(how, count, None);
            let by_hand = peer.map(|peer| run(how, count, Some(peer)));
            rows(how, count, &ours, by_hand.as_ref());
            if ours.opened < count {
                println!("{count} accounts are not possible here: {}", ours.why);
                break;
            }
        }
    }
}

fn rows(how: &str, count: usize, ours: &Measured, by_hand: Option<&Measured>) {
    let all = |of: fn(&Measured) -> f64| [Some(of(ours)), by_hand.map(of), None];
    let what = if how == "login" { "logged in" } else { "imported" };
    cells(&format!("{} {what}, RSS of one", ours.opened), "B", 0, all(|measured| measured.resident));
    println!();
    cells("  of that by malloc", "B", 0, all(|measured| measured.allocated));
    println!();
    if count > COUNTS[0] {
        cells("  opening, of the first 1,000", "us", 2, all(|measured| measured.first));
        println!();
        cells("  opening, of the last 1,000", "us", 2, all(|measured| measured.last));
        println!();
    }
}

/// Measures in a process of its own: this library, or the peer of this path.
fn run(how: &str, count: usize, peer: Option<&Path>) -> Measured {
    let sandbox = Sandbox::start();
    answer_any_login(&sandbox, count + 1);
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    command.args([how, &count.to_string(), &sandbox.base("invoisys")]).args(peer);
    let output = command.output().expect("a process that measures");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let mut numbers = told.split_whitespace().map_while(|word| word.parse::<f64>().ok());
    let mut number = || numbers.next().expect("five numbers");
    let [opened, resident, allocated, first, last] = [(); 5].map(|()| number());
    let why = told.lines().nth(1).unwrap_or_default().to_owned();
    Measured { opened: opened as usize, resident, allocated, first, last, why }
}

/// The other side of `run`: prints five numbers, and why there were no more accounts.
pub fn measure(how: &str, arguments: &[String]) {
    let [count, base, peer @ ..] = arguments else { panic!("no count, no base URL") };
    let count: usize = count.parse().expect("a count");
    let token = (how == "import").then(token);
    match peer {
        [] => ours(base, token.as_deref(), count),
        [path, ..] => by_hand(Path::new(path), base, token.as_deref(), count),
    }
}

fn ours(base: &str, token: Option<&str>, count: usize) {
    let library = Library::load();
    library.configure("base_url", base);
    let mut buffer = [0; 512];
    grow(count, |number| {
        let user = user(number);
        let mut options = vec![("username", user.as_str()), ("password", "senha")];
        if let Some(token) = token {
            options.extend([("access_token", token), ("expires_at", "2099-01-01T00:00:00Z")]);
        }
        match library.try_account(&options) {
            Ok(account) => assert_eq!(library.get(account, &mut buffer), 0),
            Err(E_LIMIT) => return Err("ERPTOKEN_E_LIMIT".to_owned()),
            Err(status) => panic!("an account answers {status}"),
        }
        Ok(())
    });
}

fn by_hand(path: &Path, base: &str, token: Option<&str>, count: usize) {
    let peer = Peer::load(path);
    let token: Option<CString> = token.map(text);
    peer.start(base, None);
    let mut buffer = [0; 512];
    grow(count, |number| {
        let user = text(&user(number));
        peer.open(&user, c"senha", token.as_deref());
        assert_eq!(peer.get(&user, &mut buffer), 0);
        Ok(())
    });
}

/// Opens so many accounts after the first one, which pays for what there is one of for all.
fn grow(count: usize, mut open: impl FnMut(usize) -> Result<(), String>) {
    open(count).expect("one account");
    let (resident, allocated) = in_use();
    let began = Instant::now();
    let (mut opened, mut blocks, mut why) = (0, Vec::new(), String::new());
    while opened < count && why.is_empty() {
        let block = processor_time();
        let until = (opened + BLOCK).min(count);
        while opened < until && why.is_empty() {
            match open(opened) {
                Ok(()) => opened += 1,
                Err(limit) => why = format!("{limit} after {}", opened + 1),
            }
        }
        if opened == until {
            blocks.push((processor_time() - block) as f64 / 1e3 / BLOCK as f64);
        }
        if began.elapsed() > OPENING && opened < count {
            why = format!("{opened} took {OPENING:?} to open");
        }
    }
    let (after, allocated_after) = in_use();
    let each = |bytes: i64| bytes / opened as i64;
    let (first, last) = (blocks[0], blocks[blocks.len() - 1]);
    println!(
        "{opened} {} {} {first} {last}\n{why}",
        each(after - resident),
        each(allocated_after - allocated)
    );
}

/// Bytes in memory, and those that malloc has given out.
fn in_use() -> (i64, i64) {
    // SAFETY: they only look at malloc's own books, and give back to the system what is free.
    let books = unsafe {
        libc::malloc_trim(0);
        libc::mallinfo2()
    };
    let pages = std::fs::read_to_string("/proc/self/statm").expect("statm");
    let pages: i64 = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
    (pages * 4096, (books.uordblks + books.hblkhd) as i64)
}
