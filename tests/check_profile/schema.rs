//! `include/erptoken-profile.schema.json` says what the reader says: every file of the tests goes through both, and the keys
//! and words of the one are those of the other. The schema is judged by a validator that nobody here wrote.

use crate::client::Account;
use crate::report::{self, good_profiles, name_of, project, wrong_profiles, Folder};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

const SCHEMA: &str = "include/erptoken-profile.schema.json";

/// Wrong files that a schema lets pass, since it cannot say this.
const BEYOND_A_SCHEMA: [(&str, &[&str]); 8] = [
    (
        "names that other parts of the file make",
        &[
            "37-unknown-need",
            "38-unknown-name-in-braces",
            "authorize-unknown-name",
            "key-of-take",
            "needs-misspelt",
            "needs-unknown",
            "once-unknown",
            "take-name-unknown",
            "template-misspelt",
            "template-unknown",
            "values-unknown-name",
        ],
    ),
    (
        "names that other parts of the file, or the library, have taken",
        &[
            "62-names-taken",
            "kept-name-taken",
            "rule-keep-name-taken",
            "steps-name-taken",
            "urls-name-taken",
            "values-name-taken",
        ],
    ),
    (
        "names that are there, but not at this place",
        &[
            "42-refresh-token-in-login",
            "client-key-sent",
            "v1-client-key-sent",
            "template-optional-address",
            "template-access-token-in-login",
            "template-refresh-token-in-login",
            "url-two-addresses",
            "urls-made-of-urls",
            "urls-token",
        ],
    ),
    (
        "names of steps and environments",
        &["54-no-step", "environment-urls-unknown", "rule-next-unknown", "rule-next-without-mfa"],
    ),
    ("circles", &["57-circle", "values-circle", "values-of-itself"]),
    (
        "how often something is there",
        &[
            "28-key-twice",
            "59-nothing-carries",
            "60-carried-twice",
            "authorize-nothing",
            "authorize-optional",
            "authorize-two",
            "environments-two-tests",
            "header-twice",
            "key-twice",
            "key-twice-in-a-body",
        ],
    ),
    (
        "what another part takes for granted",
        &["app-check-without-allowed", "authorize-json-and-form", "v2-authorized-body", "take-without-token"],
    ),
    ("how large a number of a text is", &["base-port"]),
];

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(project().join(SCHEMA)).unwrap()).unwrap()
}

/// What the validator says of each file: good, bad, no JSON. Nothing where there is none, which is told as a skip.
fn verdicts(files: &[PathBuf]) -> Option<BTreeMap<String, String>> {
    let script = project().join("tests/check_profile/validate.py");
    let python = |arguments: &[&Path]| {
        let mut command = Command::new("python3");
        command.arg("-B").arg(&script).args(arguments).stdin(Stdio::null()).output()
    };
    if !python(&[Path::new("--version")]).is_ok_and(|ended| ended.status.success()) {
        let required = env::var("ERPTOKEN_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "there is no python3 with jsonschema (tests/languages/install.sh), and ERPTOKEN_REQUIRE_ALL is 1"
        );
        println!("skipped: no python3 with jsonschema; tests/languages/install.sh brings it");
        return None;
    }
    let schema = project().join(SCHEMA);
    let arguments: Vec<&Path> =
        std::iter::once(schema.as_path()).chain(files.iter().map(PathBuf::as_path)).collect();
    let ended = python(&arguments).unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let told = String::from_utf8(ended.stdout).unwrap();
    let parted = told.lines().map(|line| line.split_once('\t').expect("a verdict"));
    Some(parted.map(|(path, verdict)| (name_of(Path::new(path)), verdict.to_owned())).collect())
}

#[test]
fn good_files_are_good_to_both() {
    let (folder, documented) = (Folder::new(), Folder::new());
    let mut files = good_profiles();
    files.extend(written_down(&documented));
    let Some(verdicts) = verdicts(&files) else { return };
    assert_eq!(verdicts.len(), files.len(), "each name is another one");
    for file in &files {
        let name = name_of(file);
        assert_eq!(verdicts[&name], "good", "{name}");
        let report = report::check(&folder.profile(fs::read(file).unwrap()), "en").unwrap();
        assert!(report.is_valid(), "{}", report.text);
    }
}

/// The whole profiles of the pages, as files.
fn written_down(folder: &Folder) -> Vec<PathBuf> {
    let pages = ["README.md", "docs/profiles.md", "docs/consent.md", "src/provider/profile/README.md"];
    let texts = pages.map(|page| fs::read_to_string(project().join(page)).unwrap());
    let blocks = texts.iter().flat_map(|text| text.split("```json\n").skip(1));
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    let whole: Vec<&str> = blocks.filter(|block| block.contains("\"erptoken_profile\"")).collect();
    assert!(!whole.is_empty());
    whole
        .iter()
        .enumerate()
        .map(|(number, block)| folder.file(&format!("page-{number}.json"), block))
        .collect()
}

#[test]
fn wrong_files_are_wrong_to_both() {
    let files = wrong_profiles();
    let Some(verdicts) = verdicts(&files) else { return };
    let beyond: BTreeSet<&str> =
        BEYOND_A_SCHEMA.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    for name in &beyond {
        assert!(verdicts.contains_key(*name), "{name} is listed, and no file");
    }
    assert_eq!(verdicts.len(), files.len(), "each name is another one");
    let folder = Folder::new();
    for file in &files {
        let (name, bytes) = (name_of(file), fs::read(file).unwrap());
        let is_valid = report::check(&folder.profile(&bytes), "en").unwrap().is_valid();
        match verdicts[&name].as_str() {
            "good" => assert!(
                is_valid || beyond.contains(name.as_str()),
                "{name} passes the schema, and is not among what a schema cannot say"
            ),
            "no JSON" => assert!(!is_valid && serde_json::from_slice::<Value>(&bytes).is_err(), "{name}"),
            bad => assert!(
                !is_valid && !beyond.contains(name.as_str()),
                "{name} is valid, or among what a schema cannot say, and it says: {bad}"
            ),
        }
    }
}

#[test]
fn every_key_of_the_schema_is_described() {
    fn look(node: &Value, place: &str, seen: &mut usize) {
        match node {
            Value::Object(members) => {
                for (key, value) in members {
                    // Conditions: what they name is described elsewhere.
                    if ["if", "then", "not", "allOf", "dependentSchemas"].contains(&key.as_str()) {
                        continue;
                    }
                    let place = format!("{place}/{key}");
                    let names = place.ends_with("/properties") || place.ends_with("/$defs");
                    for (name, one) in value.as_object().filter(|_| names).into_iter().flatten() {
                        let described = one["description"]
                            .as_str()
                            .is_some_and(|text| text.len() > 6 && text.ends_with('.'));
                        let refers = one["$ref"].is_string();
                        assert!(described || refers, "{place}/{name} has no description");
                        *seen += 1;
                    }
                    look(value, &place, seen);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| look(item, place, seen)),
            _ => {}
        }
    }
    let mut seen = 0;
    look(&schema(), "", &mut seen);
    assert!(seen > 100, "{seen}");
}

/// Where `everything.json` has an object, and what the schema calls it.
const OBJECTS: [(&str, &str); 19] = [
    ("", ""),
    ("/environments/sandbox", "/$defs/environment"),
    ("/values/basic", "/$defs/computed"),
    ("/life", "/$defs/life"),
    ("/take", "/$defs/take"),
    ("/error", "/properties/error"),
    ("/dead/0", "/$defs/rule"),
    ("/login/0", "/$defs/operation"),
    ("/login/0/means/0", "/$defs/rule"),
    ("/steps/exchange", "/$defs/operation"),
    ("/mfa", "/$defs/operation"),
    ("/refresh", "/$defs/operation"),
    ("/logout", "/$defs/operation"),
    ("/app", "/properties/app"),
    ("/app/create", "/$defs/operation"),
    ("/app/create/take", "/$defs/take"),
    ("/app/create/cut", "/$defs/operation/properties/cut"),
    ("/app/list", "/$defs/operation"),
    ("/take/access_token/0", "/$defs/path"),
];

fn everything() -> Value {
    good("everything")
}

fn good(name: &str) -> Value {
    let path = project().join("tests/check_profile/good").join(name).with_extension("json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What stands in backquotes behind `allowed: `.
fn allowed(report: &report::Report, place: &str) -> BTreeSet<String> {
    let problem = report.problems().iter().find(|one| one["place"] == place);
    let problem = problem.unwrap_or_else(|| panic!("no problem at {place}: {}", report.text));
    let hint = problem["hint"].as_str().unwrap();
    let (_, list) = hint.split_once("allowed: ").unwrap_or_else(|| panic!("{problem}"));
    assert!(!list.contains('…'), "the list is whole: {list}");
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// As the report writes it: `login[0].means`.
fn place_of(pointer: &str) -> String {
    let mut place = String::new();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(index) => place += &format!("[{index}]"),
            Err(_) => place += &format!("{}{step}", if place.is_empty() { "" } else { "." }),
        }
    }
    place
}

/// The keys of an object of the schema, of all its forms.
fn keys(one: &Value) -> BTreeSet<String> {
    let own = one["properties"].as_object().into_iter().flatten().map(|(key, _)| key.clone());
    let forms = one["oneOf"].as_array().into_iter().flatten();
    let mut keys: BTreeSet<String> = forms.flat_map(keys).collect();
    keys.extend(own);
    keys
}

#[test]
fn the_keys_are_those_that_are_read() {
    let (folder, schema) = (Folder::new(), schema());
    for (pointer, of) in OBJECTS {
        let mut profile = everything();
        let object = profile.pointer_mut(pointer).and_then(Value::as_object_mut).expect(pointer);
        if of == "/$defs/path" {
            object.clear();
        }
        object.insert("zzzz".to_owned(), json!(1));
        let report = report::check(&folder.profile(profile.to_string()), "en").unwrap();
        let mut told = allowed(&report, place_of(&format!("{pointer}/zzzz")).as_str());
        // The profile's own, which `kept` adds.
        told.remove("route");
        let wanted = keys(schema.pointer(of).expect(of));
        if pointer.starts_with("/dead") {
            let dead = keys(&schema["$defs"]["dead_rule"]);
            assert!(dead.is_subset(&wanted) && wanted.len() == dead.len() + 3, "{dead:?}");
        }
        assert_eq!(told, wanted, "of {pointer}");
    }
    let mut profile = good("fixed");
    profile["fixed"]["zzzz"] = json!(1);
    let report = report::check(&folder.profile(profile.to_string()), "en").unwrap();
    assert_eq!(allowed(&report, "fixed.zzzz"), keys(&schema["properties"]["fixed"]));
}

/// What is in no good file is not looked at by any of these tests.
#[test]
fn everything_has_every_key() {
    let (schema, everything) = (schema(), everything());
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let values = everything["values"].as_object().unwrap().keys().map(|name| format!("/values/{name}"));
    let values: Vec<String> = values.collect();
    let computed = values.iter().map(|pointer| (pointer.as_str(), "/$defs/computed"));
    for (pointer, of) in OBJECTS
        .into_iter()
        .chain(computed)
        .chain([("/dead/1", "/$defs/rule"), ("/dead/2", "/$defs/rule")])
        .chain([
            ("/login/1", "/$defs/operation"),
            ("/login/1/means/0", "/$defs/rule"),
            ("/app/check/take", "/$defs/take"),
        ])
    {
        let object = everything.pointer(pointer).and_then(Value::as_object).expect(pointer);
        seen.entry(of).or_default().extend(object.keys().cloned());
    }
    seen.entry("").or_default().insert("fixed".to_owned());
    for (of, mut seen) in seen.into_iter().filter(|(of, _)| *of != "/$defs/path") {
        seen.remove("route");
        assert_eq!(seen, keys(schema.pointer(of).expect(of)), "{of}");
    }
}

#[test]
fn the_words_are_those_that_are_read() {
    let (folder, schema) = (Folder::new(), schema());
    for (pointer, of) in [
        ("/login/0/method", "/$defs/operation/properties/method"),
        ("/login/0/means/0/is", "/$defs/rule/properties/is"),
        ("/life/unit", "/$defs/life/properties/unit"),
        ("/values/digest/as", "/$defs/as"),
        ("/values/basic/charset", "/$defs/computed/oneOf/0/properties/charset"),
        ("/values/assertion/jwt", "/$defs/computed/oneOf/4/properties/jwt"),
    ] {
        let mut profile = everything();
        *profile.pointer_mut(pointer).expect(pointer) = json!("zzzz");
        let report = report::check(&folder.profile(profile.to_string()), "en").unwrap();
        let words = schema.pointer(of).and_then(|one| one["enum"].as_array()).expect(of);
        let words: BTreeSet<String> = words.iter().map(|word| word.as_str().unwrap().to_owned()).collect();
        assert_eq!(allowed(&report, &place_of(pointer)), words, "{pointer}");
    }
}

#[test]
fn what_must_be_there_must_be_there_for_both() {
    let (folder, schema) = (Folder::new(), schema());
    let mut tried = 0;
    for (pointer, of) in OBJECTS.into_iter().filter(|(pointer, _)| *pointer != "/take/access_token/0") {
        let one = schema.pointer(of).expect(of);
        let required: BTreeSet<&str> =
            one["required"].as_array().into_iter().flatten().map(|key| key.as_str().unwrap()).collect();
        let object = everything().pointer(pointer).and_then(Value::as_object).expect(pointer).clone();
        for key in object.keys() {
            let mut profile = everything();
            profile.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
            let report = report::check(&folder.profile(profile.to_string()), "en").unwrap();
            let place = place_of(&format!("{pointer}/{key}"));
            let lacking = format!("the key `{key}` is missing");
            let missed = report.problems().iter().any(|one| one["place"] == place && one["text"] == lacking);
            // Of `is` another text says that it is missing.
            let wanted = required.contains(key.as_str()) && of != "/$defs/rule";
            assert_eq!(missed, wanted, "{key} of {pointer}: {}", report.text);
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn an_option_can_have_the_same_names_and_defaults() {
    let (folder, schema) = (Folder::new(), schema());
    let options = &schema["properties"]["options"];
    let taken: BTreeSet<&str> = options["propertyNames"]["allOf"][1]["not"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    // Those that the library has are what it tells of one that it has not.
    let unknown = Account::open("senior").unwrap().set("zzzz", "1").unwrap_err().text;
    let words = unknown.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut names: BTreeSet<&str> =
        words.skip_while(|word| *word != "username").filter(|word| !word.is_empty()).collect();
    assert!(names.contains("max_response_bytes") && names.contains("client_secret"), "{unknown}");
    names.extend(["id", "page", "base", "now", "uuid", "store"]);
    names.extend(&taken);
    for name in names {
        let told = |default: Value| {
            let mut profile = everything();
            profile["options"][name] = default;
            let report = report::check(&folder.profile(profile.to_string()), "en").unwrap();
            let place = format!("options.{name}");
            report.problems().iter().any(|one| one["place"] == *place)
        };
        let credential = options["properties"][name]["type"] == "null";
        assert_eq!(told(Value::Null), taken.contains(name), "{name}");
        assert_eq!(told(json!("x")), taken.contains(name) || credential, "{name}");
    }
}

/// A profile of an archive, and of this tree, names the schema by the way to it.
#[test]
fn an_editor_finds_the_schema() {
    for file in good_profiles() {
        let profile: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        if let Some(named) = profile["$schema"].as_str() {
            assert!(file.parent().unwrap().join(named).is_file(), "{}: {named}", file.display());
        }
    }
}
