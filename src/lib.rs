//! erptoken gets, caches and renews access tokens for ERP and freight programs. It is made to be called from C and from
//! everything that can call C; `include/erptoken.h` is its contract, generated from the comments in `abi`.
//!
//! # Rooms
//!
//! Imports go from the upper rooms to the lower ones only.
//!
//! | room | what it does |
//! |---|---|
//! | `abi` | C in, C out: pointers, handles, callbacks, the last error; no panic leaves it |
//! | `report` | `erptoken_diagnose`: what is set, what is cached, whether the provider can be reached |
//! | `client` | an account; a request with its token; `erptoken_info` |
//! | `provider` | a provider described as data (`profile`), the login, application tokens |
//! | `config` | options of accounts and of the process, and what a child of fork inherits |
//! | `cache` | identity to token: what a hit reads, when to renew, one renewal at a time, login limits |
//! | `store` | where tokens outlive the process: memory, a folder, Redis; sealed records under locks |
//! | `net` | HTTP over TLS, proxies, names, responses, all within a deadline |
//! | `log` | events for callbacks and a file |
//! | `error`, `messages` | a status and its text, in English and Portuguese |
//! | `util`, `sys` | clocks, randomness, secrets, locks; the calls that the standard library lacks |
//!
//! # A hit
//!
//! `abi::tokens` → `abi::handles` finds the slot of the handle → what is published of the cache entry is read without a
//! lock: is the token young enough for this account by the coarse clock? → its text is copied into the caller's buffer.
//! Nothing is allocated, locked, sent or logged. Whatever is not as expected is a miss.
//!
//! # A miss
//!
//! 1. `client::account` resolves its options to an identity, an entry and a `TokenSource`; kept until an option changes.
//! 2. `cache::entry::get` asks `cache::policy`, which is pure: hand the token out, renew behind the caller, wait a
//!    moment for a newer one, wait, or repeat a cached failure.
//! 3. `cache::entry::renew` joins the renewal under way or starts one, on a thread of the library or on the caller's.
//! 4. `cache::entry::peers` looks into the store first: another process may have renewed, or be doing so. The record is
//!    locked from here to the end.
//! 5. `cache::single_flight` runs the steps: a refresh; if that is refused, a login that `cache::login_rate` permits.
//!    `provider::login` fills the profile's request and reads the response; `net` carries both.
//! 6. `cache::entry::settle` stores the token or remembers the failure, publishes what hits may read, wakes those who wait.

#![deny(unsafe_code)]
#![cfg_attr(loom, allow(dead_code, unused_imports))]
// Errors are rare and cold; boxing them would cost every reader more than it saves.
#![allow(clippy::result_large_err)]

#[cfg(not(loom))] // Its handles are static, which the model checker's numbers cannot be.
pub mod abi;

mod cache;
mod client;
mod config;
mod error;
mod log;
mod messages;
mod net;
mod provider;
mod report;
mod store;
#[allow(unsafe_code)]
mod sys;
mod util;

/// What the command `erptoken`, which is in this package, has to know as the library does. No part of the interface.
#[doc(hidden)]
#[cfg(not(loom))]
pub mod shared {
    pub use crate::client::info::{NUMBERS, TEXTS};
    pub use crate::config::options::{is_known, is_secret, CLEARED_WITH_IDENTITY, IDENTITY_OPTIONS};
    pub use crate::provider::profile::SECRET_WORDS;
}
