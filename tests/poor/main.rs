//! Poor machines: short of descriptors, memory, space or threads, with name servers that fail, with a clock that is off.
//!
//! On each the library tells the true cause, in both languages, and is well as soon as the cause is gone, in the same
//! process. `machines.rs` is the list; a machine is made by `place.rs`.

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
#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../support/mod.rs"]
mod support;
#[path = "../store/worker.rs"]
#[allow(dead_code)]
mod worker;

mod files;
mod machines;
mod name_server;
mod place;
mod short;
