//! Which APIs the format of profiles can say: `ERPTOKEN_CATALOGUE=list.json cargo test --test catalogue -- --nocapture`.
//!
//! Takes a list of APIs described by the way they sign in (README.md beside this file), makes the profile of each, and has the
//! library read it. Without the variable it is the list beside this file.

mod profile;

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs;

use erptoken::abi::{accounts, constants, errors};
use serde_json::Value;

/// Whether the library takes the profile; else what it says of it.
fn read(profile: &Value, path: &str) -> Result<(), String> {
    fs::write(path, serde_json::to_vec_pretty(profile).unwrap()).unwrap();
    let path = CString::new(path).unwrap();
    let mut account = 0;
    // SAFETY: a text that ends with NUL, and a place for a handle.
    let status = unsafe { accounts::erptoken_open(path.as_ptr(), &mut account) };
    if status == constants::ERPTOKEN_OK {
        accounts::erptoken_close(account);
        return Ok(());
    }
    let mut text = [0; 1201];
    let mut size = 1201;
    // SAFETY: the buffer has the size that is told.
    unsafe { errors::erptoken_error_text(text.as_mut_ptr(), &mut size) };
    let text: Vec<u8> = text.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect();
    Err(String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn what_the_format_expresses() {
    let given = std::env::var("ERPTOKEN_CATALOGUE").ok();
    let list = given.clone().unwrap_or_else(|| "tests/catalogue/apis.json".into());
    let list: Vec<Value> = serde_json::from_slice(&fs::read(&list).unwrap()).unwrap();
    let path = std::env::temp_dir().join(format!("erptoken-catalogue-{}.json", std::process::id()));
    let path = path.to_str().unwrap();
    // By kind: how many are said, and why others are not.
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for api in &list {
        let kind = api["kind"].as_str().unwrap_or("none").to_owned();
        let name = api["name"].as_str().unwrap_or("?").to_owned();
        let count = kinds.entry(kind).or_default();
        count.1 += 1;
        match profile::of(api).and_then(|profile| read(&profile, path)) {
            Ok(()) => count.0 += 1,
            Err(why) => reasons.entry(why.replace(path, "the profile")).or_default().push(name.clone()),
        }
        let expected = api["said"].as_bool();
        let said = !reasons.values().any(|names| names.last() == Some(&name));
        assert!(expected.is_none_or(|expected| expected == said), "{name}: {reasons:?}");
    }
    let _ = fs::remove_file(path);
    let said: usize = kinds.values().map(|(said, _)| said).sum();
    println!("{said} of {} APIs can be said", list.len());
    for (kind, (said, all)) in &kinds {
        println!("  {kind:12} {said:4} of {all}");
    }
    for (why, names) in &reasons {
        println!(
            "  {:4} not: {why} ({})",
            names.len(),
            names.iter().take(8).cloned().collect::<Vec<_>>().join(", ")
        );
    }
    // A list of somebody else's may hold anything; ours says of each what it expects.
    assert!(given.is_some() || list.iter().all(|api| api["said"].is_boolean()));
}
