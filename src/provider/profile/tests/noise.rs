//! Nothing that arrives may panic.

use super::*;
use crate::messages::Language;

/// A small generator: the same noise every time.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.next() % 200;
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// Some bytes of a valid text changed, with a taste for what JSON is made of.
    fn damage(&mut self, text: &str) -> Vec<u8> {
        const TASTE: &[u8] = b"{}[]\",:/~0123456789-+.eE\\nulltrue\xff\x00";
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.next() % 4 {
            let at = self.next() as usize % bytes.len();
            bytes[at] = TASTE[self.next() as usize % TASTE.len()];
        }
        bytes
    }
}

const ANSWERS: [&str; 5] = [
    r#"{"jsonToken":"{\"access_token\":\"a\",\"expires_in\":85846,\"refresh_token\":\"r\"}","mfaInfo":{"temporaryToken":"t"}}"#,
    r#"{"access_token":"eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE2MDk1NDU1NDB9.c2ln","expires_in":"3600.0"}"#,
    r#"{"accessToken":"a","expires":{"date":"2021-01-01 23:59:00.000000","timezone_type":3,"timezone":"America/Sao_Paulo"},"id":"5347?q"}"#,
    r#"{"_embedded":{"access_token":[{"id":"1","expires":{"date":"2020-02-21 13:29:31.000000","timezone":"-03:00"}}],"user":[{"_embedded":{"businessUnit":{"id":1}}}]},"page_count":1}"#,
    r#"{"accessToken":"a","id":1,"expires":"2021-01-01T23:59:00.123456789-03:00","error":"x","title":"y"}"#,
];

fn read_all(status: u16, answer: &[u8]) {
    for name in builtin_names() {
        let profile = builtin(name).unwrap();
        let app = profile.app();
        let of_app = app.map(|app| [&app.check, &app.create, &app.list, &app.revoke]);
        let of_app = of_app.into_iter().flatten().flatten();
        let others = [profile.refresh(), profile.logout()].into_iter().flatten();
        for operation in profile.login.iter().chain(others).chain(&profile.mfa).chain(of_app) {
            let _ = format!("{:?}", operation.read(profile, status, answer));
        }
        profile.dead(status, answer);
    }
}

#[test]
fn answers() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for answer in ANSWERS {
        for end in 0..=answer.len() {
            read_all(200, &answer.as_bytes()[..end]);
        }
        for _ in 0..400 {
            read_all([200, 201, 400, 401][noise.next() as usize % 4], &noise.damage(answer));
        }
    }
    for _ in 0..400 {
        let status = noise.next() as u16;
        read_all(status, &noise.bytes());
    }
}

/// All that is wrong with it is put into words, at a place that there is.
fn told(profile: &[u8]) {
    let lines = profile.iter().filter(|byte| **byte == b'\n').count() + 1;
    for problem in Profile::check(profile).map_or_else(|problems| problems, |(_, odd)| odd) {
        assert!((1..=lines).contains(&problem.line) && problem.column > 0, "{problem:?}");
        for language in Language::ALL {
            assert!(!problem.told(language).contains("{0}"));
        }
    }
}

#[test]
fn profiles() {
    let mut noise = Noise(0xdead_beef_cafe_f00d);
    for (_, text) in BUILT_IN {
        for end in 0..text.trim_end().len() {
            assert!(Profile::parse(&text.as_bytes()[..end]).is_err());
        }
        for _ in 0..1500 {
            told(&noise.damage(text));
        }
    }
    for _ in 0..1000 {
        told(&noise.bytes());
        told(String::from_utf8_lossy(&noise.bytes()).as_bytes());
    }
}

/// Files of the largest size in which everything is wrong: each could be compared with each other.
#[test]
fn what_is_wrong_everywhere_is_told_soon() {
    let many =
        |part: &str, most: usize| (0..most).map(|n| part.replace('#', &n.to_string())).collect::<Vec<_>>();
    let list = |part: &str| many(part, 1_000_000 / (part.len() + 6)).join(",");
    for text in [
        small(&format!(r#","options":{{{}}}"#, list("\"O#\":1"))),
        small(&format!(r#","kept":[{}],"take":{{"access_token":"/a"}}"#, list("\"k#\""))),
        small(&format!(r#","take":{{{}}}"#, list("\"k#\":[]"))),
        small(&format!(r#","values":{{{}}}"#, list("\"v#\":{\"md5\":\"{v#}\"}"))),
        small(&format!(r#","steps":{{{}}}"#, list("\"s#\":{\"url\":\"{x}\",\"next\":\"t#\"}"))),
        small(&format!(r#","dead":[{}]"#, list("{\"status\":4}"))),
        small(&format!(r#","refresh":{{"url":"{{base}}","needs":[{}]}}"#, list("\"x#\""))),
        small(&format!(r#","refresh":{{"url":"{{base}}","json":[{}]}}"#, list("\"{x#}\""))),
        format!("[{}]", list("'a'")),
        format!("{{{}", many("\"a,   \n", 100_000).join("")),
        "[".repeat(1_000_000),
        "/**/".repeat(200_000),
        "\"".repeat(1_000_000),
        "\u{201c}".repeat(300_000),
    ] {
        let began = std::time::Instant::now();
        let problems = Profile::check(text.as_bytes()).err().unwrap_or_default();
        assert!((1..=50).contains(&problems.len()), "{} of {}", problems.len(), &text[..60]);
        assert!(began.elapsed().as_secs() < 10, "{:?} for {}", began.elapsed(), &text[..60]);
    }
    let large = " ".repeat((1 << 20) + 1);
    assert_eq!(problems_of(&large), [": the file is larger than 1 MiB"]);
}

#[test]
fn values() {
    let mut noise = Noise(42);
    let profile = builtin("assine").unwrap();
    let app = profile.app().unwrap();
    for _ in 0..500 {
        let text = String::from_utf8_lossy(&noise.bytes()).into_owned();
        let names = ["username", "password", "access_token", "id", "page", "expires_at"];
        let values: Vec<_> = names.iter().map(|name| (*name, text.as_str())).collect();
        for operation in [&app.create, &app.list, &app.revoke].into_iter().flatten() {
            if let Ok(request) = operation.request(profile, "https://h", &Set(&values)) {
                assert!(request.url.starts_with("https://h/v1/access-token"));
                assert!(request.url.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
        let login = login(profile, &["username", "password"]);
        let request = login.request(profile, "https://h", &Set(&values));
        if let Ok(request) = request {
            let read: serde_json::Value = serde_json::from_str(body(&request)).unwrap();
            assert_eq!(read["password"].as_str(), Some(text.as_str()));
        }
    }
}
