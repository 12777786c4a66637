//! Where credentials go: computed values, fixed keys, the query, JSON bodies, addresses of environments. Through the C
//! ABI, with profiles of the tests' own, against a server that keeps every byte it is sent. All of it is logged at the
//! most talkative level, and no secret is in the log.

#[path = "../requests/answer.rs"]
#[allow(dead_code)]
mod answer;
mod bounds;
#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
mod echoed;
mod fixed;
mod place;
mod places;
mod server;
mod values;
