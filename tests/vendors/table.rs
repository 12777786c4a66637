//! Every profile has a player and is told of in `profiles/README.md`, and the other way round.

use std::collections::BTreeSet;
use std::{fs, thread};

use erptoken::abi::{accounts, process, requests};
use serde_json::{json, Value};

use crate::client::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles");

pub fn path(profile: &str) -> String {
    format!("{FOLDER}/{profile}.json")
}

/// A profile, and the part of its play that waits.
pub type Player = (&'static str, fn());

/// A profile may have several players.
const PLAYERS: &[&[Player]] = &[
    crate::banks::PLAYERS,
    crate::cloud::PLAYERS,
    crate::erp::PLAYERS,
    crate::fiscal::PLAYERS,
    crate::freight::PLAYERS,
    crate::generic::PLAYERS,
    crate::identity::PLAYERS,
    crate::others::PLAYERS,
    crate::payments::PLAYERS,
    crate::shops::PLAYERS,
    crate::totvs::PLAYERS,
];

pub fn profiles() -> BTreeSet<String> {
    let files = fs::read_dir(FOLDER).expect("the profiles").flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect()
}

pub fn read_file(path: &str) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_profile_is_played() {
    let players: BTreeSet<String> = PLAYERS.concat().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(profiles(), players);
}

/// All at the same time, because that is what it takes.
#[test]
fn every_token_that_ends_is_replaced() {
    let players = PLAYERS.concat().into_iter();
    let waiting = players.map(|(profile, wait)| {
        let named = thread::Builder::new().name(profile.to_owned());
        (profile, named.spawn(wait).expect("a thread"))
    });
    let ended: Vec<_> =
        waiting.collect::<Vec<_>>().into_iter().map(|(name, one)| (name, one.join())).collect();
    let failed: Vec<_> = ended.iter().filter(|(_, end)| end.is_err()).map(|(name, _)| *name).collect();
    assert_eq!(failed, [""; 0]);
}

#[test]
fn every_profile_opens_names_its_sources_and_holds_no_secret() {
    for profile in profiles() {
        Account::open(&path(&profile)).unwrap_or_else(|failure| panic!("{profile}: {failure:?}"));
        let read = read_file(&path(&profile));
        assert_eq!(read["name"], profile.as_str(), "it is called as its file");
        assert!(read["title"].as_str().is_some_and(|title| !title.is_empty()), "{profile}: no title");
        let sources = read["sources"].as_array().map_or(0, Vec::len);
        assert!(sources > 0, "{profile}: which page was it written from?");
        for (option, default) in read["options"].as_object().into_iter().flatten() {
            let secret = ["secret", "password", "token", "key"].iter().any(|word| option.contains(word));
            assert!(!secret || default.is_null(), "{profile}: {option} has a value");
        }
    }
}

/// Nothing is wrong, and nothing is there for nothing.
#[test]
fn every_profile_is_found_to_be_without_fault() {
    for profile in profiles() {
        let mut response = 0;
        let path = c_text(&path(&profile));
        assert_eq!(unsafe { process::erptoken_check_profile(path.as_ptr(), &mut response) }, ERPTOKEN_OK);
        let filled =
            fill_all(|buffer, length| unsafe { requests::erptoken_response_text(response, buffer, length) });
        assert_eq!(accounts::erptoken_close(response), ERPTOKEN_OK);
        let report: Value = serde_json::from_str(&filled.text).expect("JSON");
        let found = [&report["valid"], &report["problems"], &report["warnings"]];
        assert_eq!(found, [&json!(true), &json!([]), &json!([])], "{profile}");
    }
}

#[test]
fn every_profile_has_a_row_that_says_how_far_it_was_tried() {
    let page = fs::read_to_string(format!("{FOLDER}/README.md")).expect("the page");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| [`")).collect();
    let names = rows.iter().filter_map(|row| row.split('`').nth(1)?.strip_suffix(".json"));
    assert_eq!(names.map(str::to_owned).collect::<BTreeSet<_>>(), profiles());
    for row in rows {
        assert!(row.contains("never run against the vendor"), "{row}");
    }
}

/// Where the place is the customer's, the text of the failure says what to set.
#[test]
fn a_forgotten_base_url_is_told_by_its_name() {
    let account = Account::with(&path("totvs-rm"), &[("username", "mestre"), ("password", "totvs")]);
    account.set("timeout_ms", "5000").unwrap();
    let failure = account.get().expect_err("there is no such place");
    failure.assert_says(&["set-base-url"]);
}
