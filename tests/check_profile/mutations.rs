//! Files that nobody wrote: whatever is in one, there is a report of it, soon and of a modest size.

use crate::report::{self, good_profiles, Folder, LANGUAGES};
use std::fs;
use std::time::{Duration, Instant};

/// A sequence that is the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn mutated(text: &[u8], chance: &mut Chance) -> Vec<u8> {
    const PIECES: [&[u8]; 22] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b",",
        b":",
        b"\\",
        b"null",
        b"true",
        b"-1e999",
        b"\xff",
        b"\0",
        b"{base}",
        b"{now+9:integer}",
        b"${",
        b"//",
        b"\xef\xbb\xbf",
        b"\"url\":",
        b"0x1",
        "ç".as_bytes(),
        b"\\ud800",
    ];
    let mut text = text.to_vec();
    for _ in 0..=chance.below(4) {
        let (at, other) = (chance.below(text.len()), chance.below(text.len()));
        let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 60));
        match chance.below(5) {
            0 => drop(text.splice(at..at, PIECES[chance.below(PIECES.len())].iter().copied())),
            1 => drop(text.drain(from..to)),
            2 => {
                let piece = text[from..to].to_vec();
                drop(text.splice(other..other, piece));
            }
            3 if !text.is_empty() => text[at] = chance.below(256) as u8,
            _ => drop(text.splice(from..to, PIECES[chance.below(PIECES.len())].iter().copied())),
        }
    }
    text
}

#[test]
fn a_report_of_any_file() {
    let (folder, mut chance, mut valid) = (Folder::new(), Chance(0x9e37_79b9_7f4a_7c15), 0);
    let profiles: Vec<_> = good_profiles().iter().map(|file| fs::read(file).unwrap()).collect();
    const TIMES: usize = 3000;
    for time in 0..TIMES {
        let text = mutated(&profiles[time % profiles.len()], &mut chance);
        let path = folder.profile(&text);
        let report = report::check(&path, LANGUAGES[time % 2]).unwrap();
        let shown = || String::from_utf8_lossy(&text).into_owned();
        assert_eq!(report.is_valid(), report.problems().is_empty(), "{}", shown());
        assert!(report.json.len() < 200_000, "{} bytes of\n{}", report.json.len(), shown());
        assert_eq!(report.is_valid(), report::refused(&path, "en").is_none(), "{}", shown());
        valid += usize::from(report.is_valid());
    }
    assert!(valid > TIMES / 100 && valid < TIMES / 2, "{valid}: some are still good");
}

#[test]
fn large_files_have_an_end() {
    const MOST: usize = 1 << 20;
    let many = |one: &dyn Fn(usize) -> String, count: usize, separator: &str| {
        (0..count).map(one).collect::<Vec<_>>().join(separator)
    };
    let beginning =
        r#"{"erptoken_profile":1,"name":"x","environments":{"production":{"base":"https://h.example"}},"#;
    let login = r#""login":[{"url":"{base}/t","form":{"u":"{username}"}}]"#;
    let profile = |more: &str| format!("{beginning}{login}{more}}}");
    let long = "a".repeat(900_000);
    let files = [
        "{".repeat(MOST),
        "[".repeat(MOST),
        "[]".repeat(MOST / 2),
        "[[".repeat(MOST / 4) + &"]]".repeat(MOST / 4),
        "{\"a\":".repeat(MOST / 5),
        "\"".repeat(MOST),
        "\n".repeat(MOST),
        "/*".repeat(MOST / 2),
        "//\n".repeat(MOST / 3),
        ",".repeat(MOST),
        format!("{{{}}}", many(&|n| format!("\"k{n}\":1"), 90_000, ",")),
        format!("{{{}}}", many(&|n| format!("\"k{}\":1", n % 2), 100_000, ",")),
        profile(&format!(r#","json":[{}]"#, many(&|_| "[]".to_owned(), 300_000, ","))),
        profile(&format!(r#","options":{{{}}}"#, many(&|n| format!("\"o{n}\":null"), 60_000, ","))),
        profile(&format!(r#","urls":{{{}}}"#, many(&|n| format!("\"u{n}\":\"{{base}}\""), 50_000, ","))),
        profile(&format!(
            r#","values":{{{}}}"#,
            many(&|n| format!("\"v{n}\":{{\"md5\":\"{{v{}}}\"}}", n + 1), 30_000, ",")
        )),
        profile(&format!(
            r#","values":{{{}}}"#,
            many(
                &|n| format!("\"v{n}\":{{\"md5\":\"{{v{}}}{{v{}}}{{v{}}}\"}}", n + 1, n + 2, n + 3),
                15,
                ","
            )
        )),
        profile(&format!(r#","dead":[{}]"#, many(&|_| r#"{"at":"/a","equals":1}"#.to_owned(), 40_000, ","))),
        profile(&format!(
            r#","refresh":{{"url":"{{base}}/r","json":{{{}}}}}"#,
            many(&|n| format!("\"f{n}\":\"{{base}}\""), 45_000, ",")
        )),
        profile(&format!(
            r#","refresh":{{"url":"{{base}}/r","needs":[{}]}}"#,
            many(&|n| format!("\"n{n}\""), 100_000, ",")
        )),
        profile(&format!(
            r#","urls":{{"a":"{{base}}/{long}"}},"refresh":{{"url":"{{a}}/r","form":{{{}}}}}"#,
            many(&|n| format!("\"f{n}\":\"{{a}}\""), 5_000, ",")
        )),
        profile(&format!(r#","title":"{long}""#)),
        format!(
            r#"{beginning}"login":[{}]}}"#,
            many(&|_| r#"{"url":"{base}/t","authorize":true}"#.to_owned(), 25_000, ",")
        ),
        format!(r#"{beginning}"login":[{}]}}"#, many(&|_| "{}".to_owned(), 300_000, ",")),
        format!(
            r#"{{"erptoken_profile":1,"name":"x",{login},"environments":{{{}}}}}"#,
            many(&|n| format!(r#""e{n}":{{"base":"https://h{n}.example"}}"#), 20_000, ",")
        ),
    ];
    let folder = Folder::new();
    for (number, file) in files.iter().enumerate() {
        assert!(file.len() <= MOST, "file {number}: {} bytes", file.len());
        let path = folder.profile(file);
        let began = Instant::now();
        let report = report::check(&path, "pt").unwrap();
        let (took, bytes) = (began.elapsed(), report.json.len());
        // Of the unoptimized library beside other tests: what grows with the square of the file takes hours.
        assert!(took < Duration::from_secs(60), "file {number}: {took:?}");
        assert!(bytes < 16 * MOST, "file {number}: {bytes} bytes");
        assert!(report.problems().len() <= 1000, "file {number}");
        if std::env::var_os("ERPTOKEN_SHOW").is_some() {
            println!(
                "{number}: {took:?}, {bytes} bytes, valid {}, {} problems: {}",
                report.is_valid(),
                report.problems().len(),
                report.problems().first().map(|one| one.to_string()).unwrap_or_default()
            );
        }
    }
}
