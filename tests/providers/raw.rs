//! A server that answers each request as a test says, byte by byte, and keeps what it was asked.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// What came: method and path, the header lines, the body.
#[derive(Clone, Debug)]
pub struct Asked {
    pub line: String,
    pub head: String,
    pub body: String,
}

impl Asked {
    /// Whether it is a request for that path.
    pub fn is(&self, path: &str) -> bool {
        self.line.split(' ').nth(1) == Some(path)
    }

    /// The value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named =
            |line: &&str| line.split(':').next().is_some_and(|known| known.eq_ignore_ascii_case(name));
        self.head.lines().find(named)?.split_once(':').map(|(_, value)| value.trim())
    }
}

/// An answer: the status, header lines, the body.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<String>,
    pub body: String,
}

pub fn answer(status: u16, headers: &[&str], body: &str) -> Answer {
    Answer { status, headers: headers.iter().map(|line| (*line).to_owned()).collect(), body: body.to_owned() }
}

/// JSON with a status.
pub fn json(status: u16, body: serde_json::Value) -> Answer {
    answer(status, &["Content-Type: application/json"], &body.to_string())
}

pub struct Raw {
    pub base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Raw {
    /// `play` gets a request and how many came to the same path before it.
    pub fn new(play: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Raw {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (asked, play) = (Arc::new(Mutex::new(Vec::<Asked>::new())), Arc::new(play));
        let kept = Arc::clone(&asked);
        // It ends with the test program.
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (kept, play) = (Arc::clone(&kept), Arc::clone(&play));
                thread::spawn(move || {
                    let Some(one) = read(&mut stream) else { return };
                    let before = {
                        let mut kept = kept.lock().unwrap();
                        kept.push(one.clone());
                        kept.iter().filter(|known| known.line == one.line).count() - 1
                    };
                    let Answer { status, headers, body } = play(&one, before);
                    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
                    let length = body.len();
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                    );
                    let _ = stream.write_all(answer.as_bytes());
                });
            }
        });
        Raw { base, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|one| one.is(path)).count()
    }

    pub fn last(&self, path: &str) -> Asked {
        self.asked()
            .into_iter()
            .rfind(|one| one.is(path))
            .unwrap_or_else(|| panic!("nobody asked for {path}"))
    }
}

fn read(stream: &mut impl Read) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    let line =
        head.lines().next().unwrap_or_default().rsplit_once(' ').map_or("", |(line, _)| line).to_owned();
    Some(Asked { line, head, body: String::from_utf8_lossy(&body).into_owned() })
}
