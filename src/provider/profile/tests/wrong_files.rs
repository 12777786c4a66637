//! Files that nobody should write, and what their author is told in both languages. `ERPTOKEN_WRITE_WRONG=1` writes the
//! expected texts anew; they are read by a person then.

use super::*;
use crate::messages::Language;
use std::path::Path;

fn told(bytes: &[u8]) -> String {
    let (verdict, found) = match Profile::check(bytes) {
        Ok((_, odd)) => ("valid\n", odd),
        Err(problems) => ("not valid\n", problems),
    };
    let mut told = verdict.to_owned();
    for problem in found {
        for language in Language::ALL {
            told.push_str(&problem.told(language));
            told.push('\n');
        }
    }
    told
}

#[test]
fn each_tells_all_that_is_wrong_with_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/profiles_wrong");
    let write = std::env::var_os("ERPTOKEN_WRITE_WRONG").is_some();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        count += 1;
        let told = told(&std::fs::read(&path).unwrap());
        let expected = path.with_extension("txt");
        if write {
            std::fs::write(&expected, &told).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(told, wanted, "{}", path.display());
    }
    assert!(count >= 40, "{count} files");
}
