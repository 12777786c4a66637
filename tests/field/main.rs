//! Odd servers: each file in `answers` is what a server in the field sent, beside what a program is to be told. Every one
//! is played over http and https through the C ABI. `README.md` beside this says how a file is written.

#![cfg(unix)]

#[allow(dead_code)]
#[path = "../requests/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../providers/app.rs"]
mod app;
#[allow(dead_code)]
#[path = "../providers/client.rs"]
mod client;
#[path = "../support/mod.rs"]
mod support;
#[allow(dead_code)]
#[path = "../sandbox/tls.rs"]
mod tls;

mod busy;
mod case;
mod expect;
mod good;
mod play;
mod script;
mod server;
mod traces;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use busy::Busy;
use case::Case;
use play::Scene;
use traces::Traces;

/// Most of a case is waiting for a pause to pass.
const AT_ONCE: usize = 300;
const BUSY: usize = 48;

/// `ERPTOKEN_FIELD=iis/` plays only the files whose path has this in it, and tells what came of each.
const ONLY: &str = "ERPTOKEN_FIELD";

#[test]
fn every_answer_of_the_corpus_is_taken_as_it_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field/answers");
    let only = std::env::var(ONLY).unwrap_or_default();
    let cases = case::all(&folder);
    if only.is_empty() {
        assert!(cases.len() >= 480, "the corpus has only {} files", cases.len());
    }
    let cases: Vec<Arc<Case>> =
        cases.into_iter().filter(|case| case.name.contains(&only)).map(Arc::new).collect();
    server::allow_many_sockets();
    let tls = Arc::new(tls::Tls::new());
    let home = support::Folder::new("field");
    let traces = Traces::begin(&home.join("log.txt"));
    let ca_file = home.join("ca.pem");
    std::fs::write(&ca_file, &tls.ca_pem).unwrap();

    let mut scenes = Vec::new();
    for case in &cases {
        for (number, expected) in case.plays.iter().enumerate() {
            for provider in &expected.at {
                // TLS makes no difference between providers.
                let schemes =
                    case.schemes().into_iter().filter(|https| !https || provider == &expected.at[0]);
                for https in schemes {
                    let (case, number, ca_file) = (Arc::clone(case), number, ca_file.clone());
                    let tls = https.then(|| tls.config(tls::Certificate::Good));
                    scenes.push(Scene { case, number, provider, tls, ca_file, serial: scenes.len() });
                }
            }
        }
    }
    let busy = Busy::new(BUSY);
    let (played, scenes, told) = (scenes.len(), Mutex::new(scenes), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(played) {
            scope.spawn(|| loop {
                let Some(scene) = scenes.lock().unwrap().pop() else { break };
                let complaints = scene.play(&busy, &traces);
                told.lock().unwrap().push((scene, complaints));
            });
        }
    });

    let mut told = told.into_inner().unwrap();
    told.sort_by(|(a, _), (b, _)| (&a.case.name, a.serial).cmp(&(&b.case.name, b.serial)));
    let mut report: Vec<(String, String)> = Vec::new();
    for (scene, complaints) in &told {
        if complaints.is_empty() || (scene.case.pending.is_some() && only.is_empty()) {
            continue;
        }
        match report.last_mut().filter(|(name, _)| *name == scene.name()) {
            Some((_, text)) => *text += &format!("\n    also over {}: {}", scene.scheme(), complaints[1]),
            None => {
                report.push((scene.name(), format!("over {}: {}", scene.scheme(), complaints.join("\n    "))))
            }
        }
    }
    let report: Vec<String> = report.into_iter().map(|(name, text)| format!("{name}\n    {text}")).collect();
    // What was expected to fail and no longer does is to be known: the line has to go.
    let mut mended = Vec::new();
    for case in cases.iter().filter(|case| case.pending.is_some()) {
        let fails =
            told.iter().any(|(scene, complaints)| scene.case.name == case.name && !complaints.is_empty());
        if !fails {
            mended.push(case.name.as_str());
        }
    }
    let leaks = traces.leaks();
    assert!(leaks.is_empty(), "secrets are in the log:\n{}", leaks.join("\n"));
    let missing = traces.missing();
    assert!(missing.is_empty(), "the log tells nothing of:\n{}", missing.join("\n"));
    println!("{played} plays of {} files", cases.len());
    assert!(
        report.is_empty() && mended.is_empty(),
        "{} plays were not taken as they should be:\n{}\n\nmarked as pending, and right by now (take the line \
         out): {}",
        report.len(),
        report.join("\n"),
        mended.join(", "),
    );
}
