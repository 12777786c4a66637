//! Every subcommand, where it works.

use crate::run::*;
use serde_json::Value;
use std::fs;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The text of one line that ends as a line.
#[track_caller]
fn line(text: &str) -> &str {
    let line = text.strip_suffix('\n').expect("the end of a line");
    assert!(!line.is_empty() && !line.contains(['\n', '\r', ' ']), "{text:?}");
    line
}

#[test]
fn get_prints_the_token_alone() {
    let place = Place::new("get");
    let out = place.run(&["get", "senior"]).good();
    assert!(place.sandbox.is_live(line(&out)));
    let header = place.run(&["get", "senior", "--header"]).good();
    let token = header.strip_prefix("Authorization: Bearer ").expect("the whole header");
    assert!(place.sandbox.is_live(line(token)));
}

#[test]
fn get_as_json() {
    let place = Place::new("get-json");
    let told = json(&place.run(&["get", "senior", "--json"]).good());
    let token = told["token"].as_str().expect("the token");
    assert!(place.sandbox.is_live(token));
    assert_eq!(told["authorization"], format!("Bearer {token}"));
    assert_eq!((&told["header_name"], &told["token_type"]), (&"Authorization".into(), &"Bearer".into()));
    assert!(told["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{told}");
    assert!(told["expires_in"].as_i64().is_some_and(|left| left > 60), "{told}");
}

#[test]
fn get_can_ask_for_a_newer_one() {
    let place = Place::new("get-newer");
    let first = place.run_shared(&["get", "senior"]).good();
    assert_eq!(place.run_shared(&["get", "senior"]).good(), first, "one login for all");
    assert_eq!(place.sandbox.count("senior.login"), 1);
    // Less than 10 s old: the library sends nothing.
    assert_eq!(place.run_shared(&["get", "senior", "--renew"]).good(), first);
    let seconds = place.run_shared(&["info", "senior", "expires_in"]).good();
    let more = (line(&seconds).parse::<u64>().expect("a number") * 2).to_string();
    place.run_shared(&["get", "senior", "--min-seconds", &more]).bad(40, &["min_seconds_left"]);
}

#[test]
fn options_stand_anywhere_and_values_behind_an_equals_sign() {
    let place = Place::new("anywhere");
    place.run(&["--set", "timeout_ms=9000", "get", "--min-seconds=5", "senior", "--set=scope="]).good();
}

#[test]
fn request_sends_a_body_and_prints_the_answer() {
    let place = Place::new("request");
    let echo = place.run(&["request", "senior", "GET", "/tms/echo?a=b"]).good();
    assert_eq!(json(&echo)["method"], "GET");
    let body = place.file("body.json", "{\"cidade\":\"São Paulo\"}", 0o644);
    let from_file = ["request", "senior", "POST", "/tms/echo", "--data", body.to_str().unwrap()];
    let echo = json(&place.run(&from_file).good());
    assert_eq!(echo["text"], "{\"cidade\":\"São Paulo\"}");
    assert_eq!(echo["content_type"], "application/json");
    let from_input =
        ["request", "senior", "PUT", "/tms/echo", "--data", "-", "--header", "content-type: text/plain"];
    let echo = json(&done(&mut place.command(&from_input), b"um texto").good());
    assert_eq!((&echo["text"], &echo["content_type"]), (&"um texto".into(), &"text/plain".into()));
}

#[test]
fn request_takes_headers_from_files() {
    let place = Place::new("headers");
    let file = place.file("headers.txt", "X-One: 1\r\n\r\nX-Two: dois\n", 0o600);
    let words = ["request", "senior", "GET", "/tms/echo", "--header", "X-Three: 3", "--header"];
    let at_file = format!("@{}", file.display());
    let echo = json(&place.run(&[&words[..], &[&at_file]].concat()).good());
    assert_eq!(echo["headers"]["x-one"], "1");
    assert_eq!(echo["headers"]["x-two"], "dois");
    assert_eq!(echo["headers"]["x-three"], "3");
}

#[test]
fn request_gives_bytes_as_they_came() {
    let place = Place::new("bytes");
    let expected: Vec<u8> = (0..70_000_usize).map(|i| (i * 31 % 251) as u8).collect();
    let printed = place.run(&["request", "senior", "GET", "/tms/bytes/70000"]);
    assert_eq!((printed.code, printed.bytes == expected), (0, true));
    let out = place.folder.join("answer.bin");
    let words = ["request", "senior", "GET", "/tms/bytes/70000", "--out", out.to_str().unwrap()];
    assert_eq!(place.run(&words).good(), "");
    assert_eq!(fs::read(&out).unwrap(), expected);
}

#[test]
fn request_tells_a_refusal_by_its_code_and_the_body() {
    let place = Place::new("refusal");
    let done = place.run(&["request", "senior", "GET", "/nothing/of/the/kind"]);
    assert_eq!((done.code, done.out.is_empty()), (40, false));
    done.says(&["HTTP 404"]);
    // No answer, no file.
    let out = place.folder.join("none");
    let words = ["request", "senior", "GET", "http://127.0.0.1:1/x", "--out", out.to_str().unwrap()];
    assert_ne!(place.run(&words).code, 0);
    assert!(!out.exists());
}

#[test]
fn exec_gives_the_token_and_nothing_that_it_was_got_with() {
    let place = Place::new("exec");
    let script = "printf '%s|%s|' \"$ERPTOKEN_TOKEN\" \"$ERPTOKEN_AUTHORIZATION\"; env; exit 7";
    let mut command = place.command(&["exec", "senior", "--", "sh", "-c", script]);
    let key = "5a".repeat(32);
    command
        .env("ERPTOKEN_STORE_KEY", &key)
        .env("ERPTOKEN_API_CHAVE", "chave-da-empresa")
        .env("OTHER", "kept");
    let done = done(&mut command, b"");
    assert_eq!((done.code, done.err.as_str()), (7, ""));
    let mut parts = done.out.splitn(3, '|');
    let (token, authorization) = (parts.next().unwrap(), parts.next().unwrap());
    assert!(place.sandbox.is_live(token), "{}", done.out);
    assert_eq!(authorization, format!("Bearer {token}"));
    let environment = parts.next().unwrap();
    for secret in [PASSWORD, &key, "chave-da-empresa"] {
        assert!(!environment.contains(secret), "{environment}");
    }
    assert!(
        environment.contains("OTHER=kept") && environment.contains("ERPTOKEN_BASE_URL="),
        "{environment}"
    );
}

/// A profile's own option may be a secret by another name.
#[test]
fn exec_gives_nothing_of_the_profiles_own() {
    let place = Place::new("exec-own");
    let profile = r#"{
        "erptoken_profile": 1, "name": "own", "title": "Own",
        "environments": { "production": { "base": "http://127.0.0.1:1" } },
        "options": { "bilhete": null },
        "fixed": { "needs": ["bilhete"], "access_token": "{bilhete}" }
    }"#;
    let profile = place.file("own.json", profile, 0o644);
    let mut command = bare(&["exec", profile.to_str().unwrap(), "--", "env"]);
    let environment =
        done(command.env("ERPTOKEN_BILHETE", "um-bilhete").env("ERPTOKEN_OTHER", "kept"), b"").good();
    assert!(environment.contains("ERPTOKEN_TOKEN=um-bilhete\n"), "{environment}");
    assert!(
        !environment.contains("ERPTOKEN_BILHETE") && environment.contains("ERPTOKEN_OTHER=kept"),
        "{environment}"
    );
}

#[test]
fn exec_leaves_the_programs_own_words_and_input_alone() {
    let place = Place::new("exec-words");
    let words =
        ["exec", "senior", "--", "sh", "-c", "cat; printf '<%s>' \"$@\"", "sh", "--json", "--", "-h", "a b"];
    assert_eq!(done(&mut place.command(&words), b"in:").good(), "in:<--json><--><-h><a b>");
    let without = ["exec", "senior", "printf", "%s", "--header"];
    assert_eq!(place.run(&without).good(), "--header");
}

/// The program takes the command's place, so a signal reaches it.
#[test]
fn exec_ends_as_the_program_does() {
    use std::os::unix::process::ExitStatusExt;
    let place = Place::new("exec-signal");
    let status = place.command(&["exec", "senior", "--", "sh", "-c", "kill -TERM $$"]).status().unwrap();
    assert_eq!(status.signal(), Some(15));
    place.run(&["exec", "senior", "--", "/no/such/program"]).bad(127, &["/no/such/program"]);
    let no_program = place.file("no-program", "", 0o644);
    place.run(&["exec", "senior", "--", no_program.to_str().unwrap()]).bad(126, &["no-program"]);
    // Without a token the program is not run.
    let proof = place.folder.join("proof");
    let mut command = place.command(&["exec", "senior", "--", "touch", proof.to_str().unwrap()]);
    done(command.env("ERPTOKEN_PASSWORD", "errada"), b"").bad(40, &["ERPTOKEN_E_CREDENTIALS"]);
    assert!(!proof.exists());
}

#[test]
fn reject_brings_another_token() {
    let place = Place::new("reject");
    let first = place.run_shared(&["get", "senior"]).good();
    assert_eq!(done(&mut place.shared(&["reject", "senior"]), b"an-older-one\n").good(), "");
    assert_eq!(place.run_shared(&["get", "senior"]).good(), first, "a late report costs nothing");
    assert_eq!(done(&mut place.shared(&["reject", "senior"]), first.as_bytes()).good(), "");
    let second = place.run_shared(&["get", "senior"]).good();
    assert_ne!(second, first);
    // As the program of `exec` does, with the header's value too.
    let mut again = place.shared(&["reject", "senior"]);
    again.env("ERPTOKEN_TOKEN", format!("Bearer {}", second.trim()));
    done(&mut again, b"").bad(40, &["ERPTOKEN_E_REFUSED_AGAIN"]);
    place.run_shared(&["reject", "senior"]).bad(10, &["ERPTOKEN_TOKEN"]);
}

#[test]
fn logout_ends_the_token() {
    let place = Place::new("logout");
    let token = place.run_shared(&["get", "senior"]).good();
    assert_eq!(place.run_shared(&["logout", "senior"]).good(), "");
    assert!(!place.sandbox.is_live(line(&token)));
    assert_ne!(place.run_shared(&["get", "senior"]).good(), token);
}

#[test]
fn info_tells_what_the_store_has_and_sends_nothing() {
    let place = Place::new("info");
    assert_eq!(place.run_shared(&["info", "senior", "state"]).good(), "none\n");
    place.run_shared(&["get", "senior"]).good();
    let logins = place.sandbox.count("senior.login");
    let all = place.run_shared(&["info", "senior"]).good();
    for told in ["provider: senior\n", &format!("username: {USER}\n"), "state: fresh\n", "failures: 0\n"] {
        assert!(all.contains(told), "{told} is not in {all}");
    }
    assert_eq!(all.lines().count(), 19);
    let as_json = json(&place.run_shared(&["info", "senior", "--json"]).good());
    assert_eq!((&as_json["state"], as_json["expires_in"].as_i64() > Some(60)), (&"fresh".into(), true));
    assert_eq!(json(&place.run_shared(&["info", "senior", "username", "--json"]).good())["username"], USER);
    assert_eq!(place.sandbox.count("senior.login"), logins);
    place.run(&["info", "senior", "colour"]).bad(20, &["ERPTOKEN_E_OPTION"]);
}

#[test]
fn application_tokens() {
    let place = Place::new("app");
    let app = |words: &[&str], stored: bool| {
        let words = [&["app"], words].concat();
        let mut command = if stored { place.shared(&words) } else { place.command(&words) };
        command.env("ERPTOKEN_USERNAME", "siletic225@xhyemail.com").env("ERPTOKEN_PASSWORD", "INFORME_SENHA");
        done(command.env("ERPTOKEN_BASE_URL", place.sandbox.base("assine")), b"")
    };
    assert_eq!(app(&["check", "assine"], true).good(), "1\n");
    assert_eq!(app(&["check", "assine", "--json"], true).good(), "{\"allowed\":1}\n");
    let out = app(&["create", "assine", "30"], true).good();
    let id = line(&out);
    let token = app(&["get", "assine", id], true).good();
    assert!(place.sandbox.is_live(line(&token)));
    let list = app(&["list", "assine"], true).good();
    let own = list.lines().find(|row| row.split('\t').next() == Some(id)).expect("the token in the list");
    assert_eq!(own.split('\t').nth(2), Some("1"), "{own}");
    let told = json(&app(&["list", "assine", "--json"], true).good());
    assert!(told["count"].as_i64() >= Some(1), "{told}");
    assert_eq!(app(&["revoke", "assine", id], true).good(), "");
    app(&["get", "assine", id], true).bad(40, &["ERPTOKEN_E_NOT_FOUND"]);
    app(&["revoke", "assine", id], true).bad(40, &["ERPTOKEN_E_NOT_FOUND"]);
    // Nothing would keep it: it is printed, this once.
    let both = app(&["create", "assine"], false).good();
    let (_, token) = both.trim_end().split_once('\n').expect("the id and the token");
    assert!(place.sandbox.is_live(token), "{both}");
    let both = json(&app(&["create", "assine", "--json"], false).good());
    assert!(place.sandbox.is_live(both["token"].as_str().expect("the token")));
    app(&["list", "senior"], false).bad(20, &["ERPTOKEN_E"]);
    app(&["create", "assine", "-5"], true).bad(2, &["-5"]);
    app(&["create", "assine", "ontem"], true).bad(10, &["ERPTOKEN_E_ARGUMENT"]);
}

/// Of an application token the store has no other trace: what nobody drops there all runs go on with.
#[test]
fn an_application_token_that_an_api_refused_is_replaced() {
    let place = Place::new("app-reject");
    let run = |words: &[&str], token: &str| {
        let mut command = place.shared(&[words, &["assine", "--set", "token=application"]].concat());
        command.env("ERPTOKEN_USERNAME", "siletic225@xhyemail.com").env("ERPTOKEN_PASSWORD", "INFORME_SENHA");
        done(command.env("ERPTOKEN_BASE_URL", place.sandbox.base("assine")), token.as_bytes()).good()
    };
    let first = run(&["get"], "");
    for other in ["another", "5347", "Bearer x"] {
        run(&["reject"], other);
        assert_eq!(run(&["get"], ""), first, "{other} is not it");
    }
    run(&["reject"], &first);
    let second = run(&["get"], "");
    assert!(second != first && place.sandbox.is_live(second.trim()) && !place.sandbox.is_live(first.trim()));
    run(&["reject"], &first);
    assert_eq!(run(&["get"], ""), second, "a late report costs nothing");
}

#[test]
fn diagnose_reports_for_a_person_and_for_a_program() {
    let place = Place::new("diagnose");
    let text = place.run(&["diagnose", "senior"]).good();
    assert!(text.contains(USER) && !text.contains(PASSWORD) && text.lines().count() > 5, "{text}");
    let report = json(&place.run(&["diagnose", "senior", "--json"]).good());
    assert_eq!(report["account"]["missing"].as_array().map(Vec::len), Some(0), "{report}");
    // It is for accounts that lack something, too, and asks nobody.
    let mut without = bare(&["diagnose", "senior", "--json"]);
    without.env("ERPTOKEN_BASE_URL", place.sandbox.base("senior"));
    assert_eq!(json(&done(&mut without, b"").good())["account"]["missing"][0], "username");
}

#[test]
fn check_tells_of_every_profile() {
    let place = Place::new("check");
    let good = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/bling.json");
    let text = done(&mut bare(&["check", good, "senior"]), b"").good();
    assert!(text.contains("api.bling.com.br") && text.contains("[password]"), "{text}");
    let wrong = place.file("wrong.json", "{ \"name\": \"x\", \"colour\": 1, \"size\": 2 }", 0o644);
    let checked = done(&mut bare(&["check", wrong.to_str().unwrap(), good]), b"");
    assert_eq!(checked.code, 20);
    for told in ["colour", "size", "api.bling.com.br"] {
        assert!(checked.out.contains(told), "{}", checked.out);
    }
    let told = done(&mut bare(&["check", "--json", wrong.to_str().unwrap()]), b"");
    assert_eq!((told.code, &json(&told.out)["valid"]), (20, &false.into()));
    done(&mut bare(&["check", "/no/such.json"]), b"").bad(20, &["/no/such.json"]);
}

/// A relative path is one from where the command was called.
#[test]
fn a_profile_may_be_named_from_where_one_is() {
    let place = Place::new("relative");
    let profile =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/api-key-header.json")).unwrap();
    place.file("chave.json", &profile, 0o644);
    let mut command = bare(&["get", "chave.json", "--set", "base_url=http://127.0.0.1:1"]);
    command.current_dir(place.folder.path()).env("ERPTOKEN_ACCESS_KEY", "chave-da-empresa");
    assert_eq!(done(&mut command, b"").good(), "chave-da-empresa\n");
    let mut check = bare(&["check", "./chave.json"]);
    assert!(done(check.current_dir(place.folder.path()), b"").good().contains("chave.json"));
}

#[test]
fn version_and_help() {
    let version = format!("erptoken {} (ABI ", env!("CARGO_PKG_VERSION"));
    for words in [&["version"][..], &["--version"], &["-V"]] {
        assert!(done(&mut bare(words), b"").good().starts_with(&version));
    }
    let help = done(&mut bare(&["help"]), b"").good();
    for words in [&["--help"][..], &["-h"]] {
        assert_eq!(done(&mut bare(words), b"").good(), help);
    }
    for name in [
        "get", "request", "exec", "reject", "logout", "info", "app", "consent", "diagnose", "check",
        "version",
    ] {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is not in {help}");
        let one = done(&mut bare(&["help", name]), b"").good();
        assert!(one.starts_with(&format!("usage: erptoken {name} ")), "{one}");
        assert_eq!(done(&mut bare(&[name, "--help"]), b"").good(), one);
    }
}
