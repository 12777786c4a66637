//! A value stands in the wrong place, or is of the wrong kind: whatever is told, the value is not.

use crate::report::{self, good_profiles, Folder, Report, LANGUAGES};
use serde_json::{json, Value};
use std::collections::HashSet;
use std::fs;

const MARKER: &str = "s3cr3t-Pass.9";
const NUMBER: u64 = 7_314_159_265;

/// Every kind of value, with the marker in it.
fn kinds() -> [Value; 7] {
    [
        json!(MARKER),
        json!(format!("{MARKER} {{")),
        json!(format!("${{{MARKER}}}")),
        json!([MARKER]),
        json!({ "x": MARKER }),
        json!([{ "status": MARKER, "url": MARKER, "needs": [MARKER] }]),
        json!(NUMBER),
    ]
}

/// The places of all values: the way to each, and its shape, in which names of the author's own are one.
fn places(value: &Value, way: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    if !way.is_empty() {
        all.push(way.clone());
    }
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in inside {
        way.push(step);
        places(value, way, all);
        way.pop();
    }
}

fn put(profile: &Value, way: &[String], value: Value) -> Value {
    let mut changed = profile.clone();
    let pointer: String =
        way.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect();
    *changed.pointer_mut(&pointer).expect("a place") = value;
    changed
}

/// Without the numbers of lists, and without the author's own names.
fn shape(way: &[String]) -> String {
    let own = [
        "environments",
        "urls",
        "options",
        "headers",
        "form",
        "json",
        "values",
        "steps",
        "keep",
        "claims",
        "header",
    ];
    let mut shape = String::new();
    let mut above = "";
    for step in way {
        let plain = step.bytes().all(|b| b.is_ascii_digit()) || own.contains(&above);
        shape += if plain { "/*" } else { "/" };
        shape += if plain { "" } else { step };
        above = step;
    }
    shape
}

#[test]
fn no_value_is_quoted_wherever_it_stands() {
    let (folder, mut seen, mut tried) = (Folder::new(), HashSet::new(), 0);
    for file in good_profiles() {
        let profile: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let mut all = Vec::new();
        places(&profile, &mut Vec::new(), &mut all);
        for way in all.into_iter().filter(|way| seen.insert(shape(way))) {
            for kind in kinds() {
                let path = folder.profile(put(&profile, &way, kind.clone()).to_string());
                for language in LANGUAGES {
                    let report = report::check(&path, language).unwrap();
                    is_not_quoted(&report, &format!("{kind} at {way:?}"));
                    let refused = report::refused(&path, language);
                    assert_eq!(refused.is_none(), report.is_valid(), "{kind} at {way:?}: {refused:?}");
                    let text = refused.map(|failure| failure.text).unwrap_or_default();
                    assert!(!has_marker(&text), "{kind} at {way:?}: {text}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

/// What a valid profile sends is shown as it is, but for what is called a secret.
fn is_not_quoted(report: &Report, what: &str) {
    for one in report.problems().iter().chain(report.warnings()) {
        assert!(!has_marker(&one.to_string()), "{what}: {one}");
    }
    if !report.is_valid() {
        assert!(!has_marker(&report.json), "{what}: {}", report.json);
        return;
    }
    let mut lines = report.text.lines();
    let line = lines.find(|line| {
        has_marker(line)
            && ["password", "secret", "Authorization"].iter().any(|word| {
                line.contains(&format!("\"{word}\":\"{MARKER}"))
                    || line.contains(&format!("{word}={MARKER}"))
                    || line.contains(&format!("{word}: {MARKER}"))
            })
    });
    assert_eq!(line, None, "{what}");
}

fn has_marker(text: &str) -> bool {
    text.contains(MARKER) || text.contains("s3cr3t") || text.contains(&NUMBER.to_string())
}

#[test]
fn a_secret_that_an_author_wrote_down_is_not_shown_with_the_request() {
    let mut profile: Value = serde_json::from_str(
        r#"{ "erptoken_profile": 1, "name": "written", "environments": { "production": { "base": "https://api.acme.example" } },
             "login": [ { "needs": ["username"], "url": "{base}/auth", "json": { "u": "{username}" } } ] }"#,
    )
    .unwrap();
    profile["login"][0]["headers"] = json!({ "Cookie": format!("sid={MARKER}"), "Authorization": MARKER });
    profile["login"][0]["json"] = json!({
        "senha": { "valor": MARKER, "lista": [{ "x": MARKER, "y": [NUMBER] }] }, "credencial": MARKER,
        "assinatura": MARKER, "u": "{basic}{digest}"
    });
    profile["values"] = json!({
        "basic": { "base64": format!("{{username}}:{MARKER}") },
        "digest": { "sha256": format!("{MARKER}{{username}}") },
    });
    let folder = Folder::new();
    for language in LANGUAGES {
        let report = report::check(&folder.profile(profile.to_string()), language).unwrap();
        assert!(report.is_valid(), "{}", report.text);
        assert!(!has_marker(&report.json), "{}", report.json);
        assert_eq!(report.whole["values"]["basic"], "base64([username][...])");
    }
}
