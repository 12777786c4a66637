//! Every status with every form of body, for every operation of the built-in profiles: what may be concluded.

use super::*;

/// What each body is made of, and who can have written it.
const BODIES: [(&str, &[u8], bool); 14] = [
    ("oauth invalid_grant", br#"{"error":"invalid_grant","error_description":"refused"}"#, true),
    ("oauth invalid_client", br#"{"error":"invalid_client"}"#, true),
    ("oauth invalid_request", br#"{"error":"invalid_request","error_description":"x"}"#, true),
    (
        "senior",
        br#"{"message":"Usuario ou senha invalidos","errorCode":"xResponse","reason":"UNAUTHORIZED"}"#,
        true,
    ),
    ("invoisys", br#"{"error":"credenciais_invalidas","error_description":"Credenciais invalidas."}"#, true),
    ("invoisys 3.0", br#"{"mensagem":"Credenciais invalidas.","token":null}"#, true),
    ("assine", br#"{"title":"invalid_grant","status":401,"detail":"Invalid username and password"}"#, true),
    ("other json", br#"{"fault":{"faultstring":"denied"}}"#, false),
    (
        "json of a gateway",
        br#"{"message":"Unauthorized","status":401,"error":"Unauthorized","path":"/x"}"#,
        false,
    ),
    ("html", b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><title>401</title></html>", false),
    ("text", b"Access denied", false),
    ("empty", b"", false),
    ("cut", br#"{"error":"invalid_grant","error_desc"#, false),
    ("compressed", b"\x1f\x8b\x08\x00\x01\x02", false),
];

/// Bodies that belong to one provider mean nothing at the others.
fn is_for(body: &str, provider: &str) -> bool {
    !["senior", "invoisys", "assine"].iter().any(|owner| body.starts_with(owner))
        || body.split(' ').next() == Some(provider)
}

fn operations(profile: &Profile) -> Vec<(String, &Operation)> {
    let logins = profile.login.iter().map(|login| (format!("login {}", login.needs.join("+")), login));
    let others = [("mfa", &profile.mfa), ("refresh", &profile.refresh), ("logout", &profile.logout)];
    let app = profile.app.iter().flat_map(|app| {
        [("check", &app.check), ("create", &app.create), ("list", &app.list), ("revoke", &app.revoke)]
    });
    let named = others.into_iter().chain(app);
    logins.chain(named.filter_map(|(name, one)| Some((name.to_owned(), one.as_ref()?)))).collect()
}

/// `200-407 foreign, 408 server, …`
fn ranges(verdict: impl Fn(u16) -> &'static str) -> String {
    let mut all: Vec<(u16, u16, &str)> = Vec::new();
    for status in 200..=599 {
        match all.last_mut() {
            Some((_, to, known)) if *known == verdict(status) => *to = status,
            _ => all.push((status, status, verdict(status))),
        }
    }
    let told = all.into_iter().map(|(from, to, verdict)| match to - from {
        0 => format!("{from} {verdict}"),
        _ => format!("{from}-{to} {verdict}"),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A change of any verdict shows here. `ERPTOKEN_WRITE_VERDICTS=1` writes the table anew.
#[test]
fn the_table() {
    let mut table = String::new();
    for name in builtin_names() {
        let profile = builtin(name).unwrap();
        for (body, bytes, _) in BODIES.iter().filter(|(body, ..)| is_for(body, name)) {
            let mut lines: Vec<(String, String)> = Vec::new();
            let dead = ranges(|status| if profile.dead(status, bytes) { "dead" } else { "answer" });
            for (operation, one) in operations(profile) {
                let verdicts = ranges(|status| one.read(profile, status, bytes).verdict());
                match lines.iter_mut().find(|(_, known)| *known == verdicts) {
                    Some((operations, _)) => *operations += &format!(", {operation}"),
                    None => lines.push((operation, verdicts)),
                }
            }
            lines.push(("api".to_owned(), dead));
            for (operations, verdicts) in lines {
                table += &format!("{name} | {body} | {operations} | {verdicts}\n");
            }
        }
    }
    if std::env::var_os("ERPTOKEN_WRITE_VERDICTS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/provider/profile/tests/verdicts.txt");
        std::fs::write(path, &table).unwrap();
    }
    let known: Vec<&str> = include_str!("verdicts.txt").lines().collect();
    for (number, line) in table.lines().enumerate() {
        assert_eq!(Some(&line), known.get(number), "line {}", number + 1);
    }
    assert_eq!(table.lines().count(), known.len());
}

#[test]
fn nobody_but_the_provider_refuses_anything() {
    for name in builtin_names() {
        let profile = builtin(name).unwrap();
        for (body, bytes, _) in BODIES.iter().filter(|(.., own)| !own) {
            for (operation, one) in operations(profile) {
                for status in 200..=599 {
                    let verdict = one.read(profile, status, bytes).verdict();
                    let wanted: &[&str] = match status {
                        200..=299 => &["foreign", "good"],
                        408 | 425 | 500.. => &["server"],
                        429 => &["rate_limited"],
                        _ => &["foreign"],
                    };
                    assert!(wanted.contains(&verdict), "{name} {operation} {status} {body}: {verdict}");
                    // Where a token is wanted nothing else will do.
                    let tokens = ["login", "mfa", "refresh", "create", "list"];
                    let wants = tokens.iter().any(|kind| operation.starts_with(kind));
                    assert!(!wants || verdict != "good", "{name} {operation} {status} {body}");
                }
            }
        }
    }
}

#[test]
fn the_provider_refuses_whatever_the_status() {
    for (name, own) in [("senior", 3), ("invoisys", 4), ("assine", 6)] {
        let profile = builtin(name).unwrap();
        for bytes in [BODIES[own].1, BODIES[0].1] {
            for status in [200, 400, 401, 403] {
                for login in &profile.login {
                    assert_eq!(
                        refused(login.read(profile, status, bytes)).is,
                        Meaning::Credentials,
                        "{name} {status}"
                    );
                }
            }
            if let Some(refresh) = profile.refresh() {
                for status in [200, 400, 401] {
                    let is = refused(refresh.read(profile, status, bytes)).is;
                    assert_eq!(is, Meaning::RefreshRefused, "{name} {status}");
                }
                let client = refused(refresh.read(profile, 401, BODIES[1].1));
                assert_eq!(client.is, Meaning::Client, "{name}");
            }
        }
    }
}

#[test]
fn a_token_is_taken_without_what_stands_around_it() {
    let profile = Profile::parse(small("")).unwrap();
    let read = |text: &str| {
        let answer = serde_json::json!({ "access_token": text }).to_string();
        match login(&profile, &[]).read(&profile, 200, answer.as_bytes()) {
            ParsedResponse::Token(taken) => Ok(taken.access_token.unwrap().to_string()),
            other => Err(refused(other)),
        }
    };
    for text in ["abc", " abc", "abc\r\n", "\tabc ", "Bearer abc", "bearer  abc\n", " Bearer\tabc"] {
        assert_eq!(read(text).ok().as_deref(), Some("abc"), "{text:?}");
    }
    for text in ["a b", "a\nb", "Bearer a b", "ação", "a\u{200b}b", "Basic abc"] {
        let refused = read(text).expect_err(text);
        assert!(refused.unfit_token && refused.missing == Some("access_token"), "{text:?}");
    }
    for text in ["", " ", "\r\n"] {
        assert!(!read(text).expect_err(text).unfit_token, "{text:?}");
    }
}

#[test]
fn a_page_of_an_api_ends_a_token_only_if_it_asks_for_one() {
    let profile = builtin("senior").unwrap();
    let page = |content_type, body, challenge: &str| {
        let challenged = profile.is_challenge(challenge);
        profile.is_dead(&Answer {
            status: 401,
            body,
            content_type,
            compressed: false,
            challenged,
            headers: &[],
        })
    };
    for foreign in ["", "Basic realm=\"proxy\"", "NTLM", "Negotiate, Digest realm=\"Bearer\""] {
        assert!(!page("text/html", b"<html>", foreign), "{foreign}");
        assert!(!page("text/html", b"401 Unauthorized", foreign), "{foreign}");
        assert!(!page("", b"\x1f\x8b\x08", foreign), "{foreign}");
        assert!(
            !page("", b"<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<HTML lang=\"pt\">", foreign),
            "{foreign}"
        );
        // Whoever speaks as an API does is taken at its word.
        for (content_type, body) in [
            ("application/json", &b"{}"[..]),
            ("text/plain", b"expired"),
            ("", b""),
            ("application/xml", b"<?xml version=\"1.0\"?><error/>"),
            ("text/xml", b"<error/>"),
            ("", b"<?xml version=\"1.0\"?><soap:Envelope/>"),
        ] {
            assert!(page(content_type, body, foreign), "{foreign} {content_type}");
        }
    }
    for own in ["Bearer", "bearer error=\"invalid_token\"", "Basic realm=\"a\", Bearer realm=\"b\""] {
        assert!(page("text/html", b"<html>", own), "{own}");
    }
}
