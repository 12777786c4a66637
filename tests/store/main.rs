//! Tokens that outlive the process: real processes, each with the library inside, on one folder and at one sandbox.

#![cfg(target_os = "linux")]

#[path = "../providers/app.rs"]
#[allow(dead_code)]
mod app;
#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
#[path = "../providers/raw.rs"]
mod raw;
#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../support/mod.rs"]
mod support;

mod applications;
mod damage;
mod faults;
mod kept;
mod kills;
mod refusals;
mod rollback;
mod settings;
mod sharing;
mod worker;
