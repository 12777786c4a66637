//! Several machines with one login, through a Redis server: processes that share nothing else.

#![cfg(unix)]

#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
mod failover;
mod failures;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
mod leases;
mod machine;
#[path = "../sandbox/mod.rs"]
mod sandbox;
mod server;
mod sharing;
