//! What is sent, step by step, from the text of a file.
//!
//! The lines of a head end with CRLF and those of a body with LF, whatever ends them in the file; `{…}` is a directive
//! when its first word is known.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(Debug)]
pub enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// From here on in pieces of so many bytes, with a pause behind each.
    Slowly(usize, Duration),
    /// TCP ends, without a farewell of TLS.
    Close,
    /// RST.
    Reset,
    /// Nothing more comes, and the connection stays.
    Hang,
    /// The connection stays, and the next request is answered.
    Keep,
}

impl Step {
    fn bytes(&self) -> Option<&Vec<u8>> {
        match self {
            Step::Send(bytes) => Some(bytes),
            _ => None,
        }
    }
}

#[derive(PartialEq)]
enum Part {
    Head,
    Body,
}

/// `good` is the body of the answer that the provider would have given.
pub fn read(text: &[u8], good: &str) -> Vec<Step> {
    let mut writer =
        Writer { good, steps: Vec::new(), part: Part::Head, interim: false, length: None, body: 0 };
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let mut lines = text.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        writer.line(line, lines.peek().is_none());
    }
    writer.done()
}

struct Writer<'a> {
    good: &'a str,
    steps: Vec<Step>,
    part: Part,
    /// The head is of a 1xx, behind which comes another.
    interim: bool,
    /// The step that is to hold the length of the body.
    length: Option<usize>,
    body: usize,
}

impl Writer<'_> {
    fn send(&mut self, bytes: &[u8]) {
        if self.part == Part::Body {
            self.body += bytes.len();
        }
        self.steps.push(Step::Send(bytes.to_vec()));
    }

    fn line(&mut self, line: &[u8], is_last: bool) {
        let begins_head = self.part == Part::Head && line.starts_with(b"HTTP/");
        if begins_head {
            let status = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
            self.interim = status.starts_with(b"1") && status != b"101";
        }
        let ends_head = self.part == Part::Head && line.is_empty();
        // Behind its last line nothing is sent, nor behind one of directives alone or of a chosen end.
        let ended = self.content(line);
        if !(ended || is_last && self.part == Part::Body) {
            let end: &[u8] = if self.part == Part::Head { b"\r\n" } else { b"\n" };
            self.send(end);
        }
        if ends_head && !self.interim {
            self.part = Part::Body;
        }
    }

    /// Whether the line needs no end.
    fn content(&mut self, line: &[u8]) -> bool {
        let (mut rest, mut plain, mut ended, mut directives) = (line, false, false, false);
        while !rest.is_empty() {
            let at = rest.iter().position(|byte| *byte == b'{').unwrap_or(rest.len());
            let (before, from) = rest.split_at(at);
            if !before.is_empty() {
                self.send(before);
                (plain, ended) = (true, false);
            }
            // That of a repeated line ends with the line.
            let is_repeat = from.starts_with(b"{repeat ");
            let end = if is_repeat {
                from.len().checked_sub(1)
            } else {
                from.iter().position(|byte| *byte == b'}')
            };
            let directive = end.and_then(|end| Some((end, std::str::from_utf8(from.get(1..end)?).ok()?)));
            let done = directive.and_then(|(end, words)| self.directive(words).map(|is_end| (end, is_end)));
            rest = match done {
                Some((end, is_end)) => {
                    (directives, ended) = (true, is_end);
                    // What stands for bytes of the line is as good as those.
                    plain |= ["length", "good", "date", "unix", "ms", "iso", "jwt", "hex", "fill"]
                        .iter()
                        .any(|name| from.get(1..).is_some_and(|from| from.starts_with(name.as_bytes())));
                    &from[end + 1..]
                }
                None if from.is_empty() => from,
                None => {
                    self.send(&from[..1]);
                    (plain, ended) = (true, false);
                    &from[1..]
                }
            };
        }
        ended || (directives && !plain)
    }

    /// Whether it is a line's end; `None`: it is no directive.
    fn directive(&mut self, words: &str) -> Option<bool> {
        let (name, value) = words.split_once(' ').unwrap_or((words, ""));
        let number = || value.parse::<u64>().ok();
        match name {
            "crlf" => self.send(b"\r\n"),
            "lf" => self.send(b"\n"),
            "cr" => self.send(b"\r"),
            "nothing" => {}
            "pause" => self.steps.push(Step::Pause(Duration::from_millis(number()?))),
            "slowly" => {
                let (bytes, ms) = value.split_once(' ')?;
                let pause = Duration::from_millis(ms.parse().ok()?);
                self.steps.push(Step::Slowly(bytes.parse().ok()?, pause));
            }
            "close" => self.steps.push(Step::Close),
            "reset" => self.steps.push(Step::Reset),
            "hang" => self.steps.push(Step::Hang),
            "keep" => self.steps.push(Step::Keep),
            "head" => self.part = Part::Head,
            "body" => self.part = Part::Body,
            "good" => self.send(self.good.as_bytes()),
            "length" => {
                self.length = Some(self.steps.len());
                self.steps.push(Step::Send(Vec::new()));
            }
            "date" => self.send(http_date(value.parse().unwrap_or(0)).as_bytes()),
            "unix" => self.send((now() + value.parse::<i64>().ok()?).to_string().as_bytes()),
            "ms" => self.send(((now() + value.parse::<i64>().ok()?) * 1000).to_string().as_bytes()),
            "iso" => self.send(iso(value)?.as_bytes()),
            "jwt" => self.send(jwt(value)?.as_bytes()),
            "hex" => {
                let digits: Vec<u8> = value.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
                let pair = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
                self.send(&digits.chunks(2).map(pair).collect::<Option<Vec<u8>>>()?);
            }
            "fill" => {
                let (times, what) = value.split_once(' ')?;
                self.send(what.repeat(times.parse().ok()?).as_bytes());
            }
            "repeat" => {
                let (times, what) = value.split_once(' ')?;
                let end = if self.part == Part::Head { "\r\n" } else { "\n" };
                let mut all = String::new();
                for number in 0..times.parse().ok()? {
                    let number: usize = number;
                    all += &what.replace('#', &number.to_string());
                    all += end;
                }
                self.send(all.as_bytes());
            }
            _ => return None,
        }
        Some(["crlf", "lf", "cr", "nothing"].contains(&name))
    }

    fn done(mut self) -> Vec<Step> {
        if let Some(step) = self.length.and_then(|at| self.steps.get_mut(at)) {
            *step = Step::Send(self.body.to_string().into_bytes());
        }
        let sent: Vec<u8> = self.steps.iter().filter_map(Step::bytes).flatten().copied().collect();
        let head = String::from_utf8_lossy(&sent).to_ascii_lowercase();
        // A server that tells where its answer ends, and not that the connection does, goes on.
        let ends = matches!(self.steps.last(), Some(Step::Close | Step::Reset | Step::Hang | Step::Keep));
        let tells = self.length.is_some() || head.contains("content-length: 0\r\n");
        if tells && !ends && head.contains("http/1.1") && !head.contains("connection: close") {
            self.steps.push(Step::Keep);
        }
        // What was written in one go is sent in one go.
        let mut joined: Vec<Step> = Vec::new();
        for step in self.steps {
            match (joined.last_mut(), step) {
                (Some(Step::Send(all)), Step::Send(more)) => all.extend(more),
                (_, step) => joined.push(step),
            }
        }
        joined
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() as i64
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, so many seconds from now.
fn http_date(shift: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let now = now() + shift;
    let at = time::OffsetDateTime::from_unix_timestamp(now).expect("a time of our days");
    let (hour, minute, second) = at.to_hms();
    let weekday = DAYS[now.div_euclid(86_400).rem_euclid(7) as usize];
    let month = MONTHS[u8::from(at.month()) as usize - 1];
    format!("{weekday}, {:02} {month} {} {hour:02}:{minute:02}:{second:02} GMT", at.day(), at.year())
}

/// `3600 T -0300`: an hour from now, in a zone, with what stands between date and time.
fn iso(words: &str) -> Option<String> {
    let mut words = words.split(' ');
    let (shift, between, zone) =
        (words.next()?.parse::<i64>().ok()?, words.next()?, words.next().unwrap_or(""));
    let between = if between == "_" { " " } else { between };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2).and_then(|hours| hours.parse().ok()).unwrap_or(0);
    let offset = if zone.starts_with('-') { -hours } else { hours } * 3600;
    let at = time::OffsetDateTime::from_unix_timestamp(now() + shift + offset).ok()?;
    let (hour, minute, second) = at.to_hms();
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    Some(format!("{year}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{zone}"))
}

/// `3600` or `3600 0`: a JWT whose `exp` is so far from now, and its `iat`.
fn jwt(words: &str) -> Option<String> {
    use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
    let (exp, iat) = words.split_once(' ').map_or((words, None), |(exp, iat)| (exp, Some(iat)));
    let exp = now() + exp.parse::<i64>().ok()?;
    let claims = match iat {
        Some(iat) => format!(r#"{{"sub":"1","exp":{exp},"iat":{}}}"#, now() + iat.parse::<i64>().ok()?),
        None => format!(r#"{{"sub":"1","exp":{exp}}}"#),
    };
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    Some(format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(&claims), part("assinatura-0123")))
}
