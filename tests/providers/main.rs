//! The three providers, and others that a profile describes, through the C ABI against the sandbox: what a program
//! gets, what a provider is asked, and what a person reads when it goes wrong.
//!
//! All tests share the process's cache and its lockout guard, so each has its own sandbox: another port is another
//! identity and another account.

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod answer_places;
mod answers;
mod app;
mod app_create;
mod app_list;
mod app_profiles;
mod app_tokens;
mod assine;
mod cache;
mod client;
mod connections;
mod consent;
mod dead_on_arrival;
mod encodings;
mod environments;
mod foreign_files;
mod gateways;
mod ground;
mod idle;
mod import;
mod info;
mod invoisys;
mod kept;
mod lifetimes;
mod mfa;
mod options;
mod outages;
mod own_profile;
mod patience;
mod raw;
mod refresh_tokens;
mod remembered;
mod renewal;
mod retry_after;
mod senior;
mod slow;
mod spread;
mod steps;
mod tls;
