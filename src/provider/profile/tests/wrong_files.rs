//! Files that nobody should write, and what their author is told in both languages. `ERPTOKEN_WRITE_WRONG=1` writes the
//! expected texts anew; they are read by a person then.

use super::*;
use crate::messages::{Fault, Language};
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

/// Whatever can be wrong is wrong in one of the files, here or where the C ABI is tested.
#[test]
fn each_fault_is_in_a_file() {
    let mut seen = Vec::new();
    for folder in ["tests/profiles_wrong", "tests/check_profile/wrong"] {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let (Ok((_, found)) | Err(found)) = Profile::check(&std::fs::read(path).unwrap());
                seen.extend(found.iter().map(|problem| problem.fault));
            }
        }
    }
    for fault in Fault::ALL {
        // A file of its size is not even read.
        assert!(seen.contains(fault) || *fault == Fault::TooLarge, "{fault:?}");
    }
}
