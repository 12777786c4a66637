//! Hundreds of threads at once: how many requests they become, and that nobody waits for the others.
//!
//! A program of its own, because so many threads would disturb tests that look at the time.

#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
#[path = "../sandbox/mod.rs"]
mod sandbox;

mod crowd;
mod outages;
mod reports;
mod wrong_passwords;
