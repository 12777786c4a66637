//! Requests with the token on them, through the C ABI: against the sandbox, against servers that lie, through real
//! proxies, and against another implementation of TLS.

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

mod addresses;
mod answer;
mod certificates;
mod child;
mod dead_tokens;
mod hostile;
mod hosts;
mod keeping;
mod limits;
mod nginx;
mod odd;
mod programs;
mod proxies;
mod responses;
mod sending;
