//! `erptoken_check_profile` through the C ABI: what it tells of profiles that are wrong in every way that an author thinks of,
//! what it shows of those that are right, and that the JSON Schema says the same.

#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
mod mutations;
mod report;
mod requests;
mod schema;
mod secrets;
mod wrong;
