//! erptoken gets, keeps and renews access tokens for ERP and freight programs. It is made to be called from C and
//! from everything that can call C; `include/erptoken.h` is its contract, generated from the comments in `abi`.
//!
//! Imports run downwards only:
//!
//! ```text
//! abi                                   C in, C out; the only layer that sees pointers
//! request  diagnose                     a program's own request, with the token on it; the report
//! account  info  process                provider + credentials + settings; what accounts share
//! app_token                             application tokens, and a source of them
//! login  options                        a source of tokens: a profile and the wire
//! cache  entry                           identity -> token, failures remembered
//! flight  lockout  record  renewal        one renewal at a time; the lockout guard; what outlives both; the decision, pure
//! store                                 where tokens outlive a call
//! profile  http                         providers as data; the wire
//! response                              an answer as a program reads it
//! log                                   what happens, told to callbacks and a file
//! token  published  secret  clock  random   leaves
//! error  message  media_type  panics  sync  local  os
//! inherited  per_process                the settings that a child of fork has too; state that it makes anew
//! ```

#![deny(unsafe_code)]
#![cfg_attr(loom, allow(dead_code, unused_imports))]
// Errors are rare and cold; boxing them would cost every reader more than it saves.
#![allow(clippy::result_large_err)]

#[cfg(not(loom))] // Its handles are static, which the model checker's numbers cannot be.
pub mod abi;

mod account;
mod app_token;
mod cache;
mod cell;
mod clock;
mod diagnose;
mod encoding;
mod error;
mod flight;
mod http;
mod info;
mod inherited;
mod lineage;
mod local;
mod lockout;
mod log;
mod login;
mod media_type;
mod message;
mod options;
#[allow(unsafe_code)]
mod os;
mod panics;
mod per_process;
#[allow(unsafe_code)] // the bytes of atomic words
mod pool;
mod process;
#[allow(dead_code)] // its further headers and addresses wait for requests
mod profile;
#[allow(unsafe_code)] // what a hit reads without a lock
mod published;
mod random;
mod record;
mod renewal;
mod request;
mod response;
mod secret;
#[allow(dead_code)] // what is kept in it is to come
mod store;
mod sync;
mod token;
