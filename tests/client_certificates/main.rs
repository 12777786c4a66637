//! Client certificates, through the C ABI: files as OpenSSL and Java write them, servers that demand one, tokens that are
//! bound to one.

#[path = "../requests/answer.rs"]
#[allow(dead_code)]
mod answer;
#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
#[path = "../requests/programs.rs"]
#[allow(dead_code)]
mod programs;
#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../support/mod.rs"]
mod support;

mod bound;
mod containers;
mod made;
mod order;
mod report;
mod servers;
