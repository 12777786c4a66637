//! `Debug` shows no secret: what derives it holds wiped memory only inside types that hide it.

use std::fs;
use std::path::Path;

/// Wiped memory that shows what is in it.
const SHOWING: [&str; 3] = ["Zeroizing<", "Headers", "StoreKey"];

/// The types in a source that derive `Debug`, with all that is in them.
fn deriving(source: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("#[derive(") {
        let (derived, rest) = source[at..].split_once(")]").expect("the end of a derive");
        // The type itself, after attributes and comments: to the brace or semicolon in its first column.
        let end = rest.find("\n}").unwrap_or(rest.len()).min(rest.find(";\n").unwrap_or(rest.len()));
        if derived.contains("Debug") {
            found.push(&rest[..end]);
        }
    }
    found
}

#[test]
fn nothing_that_shows_secrets_derives_debug() {
    let mut looked_at = 0;
    for path in crate::files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let Ok(source) = fs::read_to_string(&path) else { continue };
        for body in deriving(&source) {
            looked_at += 1;
            for showing in SHOWING {
                assert!(!body.contains(showing), "{} in {}: {body}", showing, path.display());
            }
        }
    }
    assert!(looked_at > 60, "{looked_at}");
    assert_eq!(deriving("#[derive(Clone, Debug)]\npub struct A {\n    b: Zeroizing<String>,\n}\n").len(), 1);
}
